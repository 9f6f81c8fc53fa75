"""What locating, planning, approving, carrying out and restoring write down, and how a round begins again.

Effects are data; nothing is decided here that a guard should have refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final

from noc_console.workflows import alert_ends, voices
from noc_console.workflows.effect_kit import caused, has, inbox, outgoing, ref, refs, said, written_channel
from noc_console.workflows.fields import Inputs
from noc_console.workflows.machine import Facts, Op, Put, Ref
from noc_console.workflows.ticket_effects import tell
from noc_console.workflows.ticket_guards import has_customer, open_children

#: A plan that is not approved: what a new version, a revision or a new round leaves.
_NOT_APPROVED: Final = {
    "approved_version": 0,
    "approved_by": None,
    "approved_how": None,
    "approved_at": None,
}
#: A round in which nothing was restored, told or closed yet.
_NEW_ROUND: Final = {
    "executed_at": None,
    "executor": None,
    "checker": None,
    "restored_at": None,
    "how_verified": None,
    "temporary": False,
    "cleared_how": None,
    "feedback_result": None,
    "feedback_cause": None,
    "feedback_prevention": None,
    "feedback_at": None,
    "attempts": (),
    "written_at": None,
    "closure_how": None,
    "closure_who": None,
    "closure_channel": None,
    "closure_score": None,
    "closure_words": None,
    "closed_at": None,
    "function_level": None,
    "management_level": None,
    "open": True,
}


def locate(facts: Facts, inputs: Inputs) -> Iterator[Op]:
    """Keep where and what the fault is."""
    said_so = {"location": Ref("location"), "evidence": Ref("evidence")}
    yield Put({"located_at": facts.at, "cause_code": inputs["cause_code"], **said_so})


def plan(facts: Facts, inputs: Inputs) -> Iterator[Op]:
    """Keep a new version of the plan; what was approved or noticed for the old one no longer holds (R28, R33)."""
    version = (facts.record.get("plan_version") or 0) + 1
    values: dict[str, Any] = {
        "plan_text": Ref("plan"),
        "plan_version": version,
        "plan_by": facts.actor.name,
        "planned_at": facts.at,
        "plan_remedy": inputs.get("remedy"),
        "restore_first": bool(inputs.get("restore_first")),
        "interrupts": inputs["interrupts"],
        "backout": ref(inputs, "backout"),
        "noticed_at": None,
        "window_override": None,
    }
    yield Put(values | _voided(facts))


def approve(facts: Facts, inputs: Inputs) -> Iterator[Op]:
    """Keep who approved which version how; a voice must be ratified by its giver (R31)."""
    how = inputs["how"]
    giver = {"here": facts.actor.name, "policy": "policy"}.get(how) or inputs["given_by"]
    given_at = inputs["given_at"] if how == "voice" else facts.at
    yield Put(
        {
            "approved_version": facts.record["plan_version"],
            "approved_by": giver,
            "approved_how": how,
            "approved_at": given_at,
        }
    )
    if how == "voice":
        voice = {
            "by": giver,
            "recorded_by": facts.actor.name,
            "planned_by": facts.record.get("plan_by"),
            "version": facts.record["plan_version"],
            "due": given_at + timedelta(seconds=facts.policy.ratify_voice_s),
            "acted": False,
        }
        yield Put(voices.columns_of((*voices.voices_of(facts.record), voice)))
        yield inbox(facts, "ratify_your_word", giver, name=facts.actor.name)


def _voided(facts: Facts) -> dict[str, Any]:
    """Return what an approval leaves that no longer holds: what was spoken and acted on stays to be ratified (R31)."""
    return {**_NOT_APPROVED, **voices.voided(facts.record)}


def reject_plan(facts: Facts, inputs: Inputs) -> Iterator[Op]:
    """Tell the planner that the plan was not approved."""
    yield Put(_voided(facts))
    yield inbox(facts, "plan_rejected", facts.record.get("plan_by") or "role:lead", name=facts.actor.name)


def ratify(facts: Facts, inputs: Inputs) -> Iterator[Op]:
    """Put a hand under spoken approvals: the giver's own, or somebody's in their place, of which they are told."""
    signed = voices.signed(facts, inputs)
    yield Put(voices.columns_of(voice for voice in voices.voices_of(facts.record) if voice not in signed))
    for giver in sorted({voice["by"] for voice in signed} - {facts.actor.name}):
        yield inbox(facts, "ratified_for_you", giver, name=facts.actor.name)


def execute(facts: Facts, inputs: Inputs) -> Iterator[Op]:
    """Keep who carries the plan out, and why at an unusual hour."""
    yield Put(
        {
            "executor": inputs.get("executor") or facts.actor.name,
            "checker": inputs.get("checker"),
            "executed_at": facts.at,
            "acts": (facts.record.get("acts") or 0) + 1,
            "window_override": ref(inputs, "override_reason"),
        }
    )
    spoken = voices.voices_of(facts.record)
    if spoken:
        yield Put(voices.columns_of({**voice, "acted": True} for voice in spoken))


def revise(facts: Facts, inputs: Inputs) -> Iterator[Op]:
    """Go back to diagnosis; an act that was undone counts as none of ours in this round."""
    yield Put(_voided(facts))
    values: dict[str, Any] = {"located_at": None}
    if inputs["outcome"] == "backed_out":
        values["executed_at"] = None
    yield Put(values)


def restore(facts: Facts, inputs: Inputs) -> Iterator[Op]:
    """Keep when the service was back and how that was verified; offer it to the children (R36)."""
    yield Put(
        {
            "restored_at": inputs["restored_at"],
            "how_verified": Ref("how_verified"),
            "temporary": bool(inputs.get("temporary")),
        }
    )
    yield from _clear_children(facts, inputs, inputs["restored_at"])


def come_clear(facts: Facts, inputs: Inputs) -> Iterator[Op]:
    """Keep that the service came back without an act of ours."""
    values: dict[str, Any] = {
        "restored_at": inputs["cleared_at"],
        "how_verified": Ref("how_verified"),
        "cleared_how": inputs["how"],
    }
    if has(inputs, "cause_code"):
        values["cause_code"] = inputs["cause_code"]
    yield Put(values)
    yield from _clear_children(facts, inputs, inputs["cleared_at"])


def _clear_children(facts: Facts, inputs: Inputs, at: Any) -> Iterator[Op]:
    if not inputs.get("children", True):
        return
    for child in open_children(facts):
        if child.get("restored_at") is None:
            yield caused(child, "come_clear", how="parent", cleared_at=at, how_verified=inputs["how_verified"])


def feed_back(facts: Facts, inputs: Inputs) -> Iterator[Op]:
    """Keep result, cause and prevention, tell the customer, and offer it to the children (R38)."""
    values: dict[str, Any] = {f"feedback_{name}": Ref(name) for name in ("result", "cause", "prevention")}
    values["feedback_at"] = facts.at
    if has(inputs, "cause_code"):
        values["cause_code"] = inputs["cause_code"]
    yield Put(values)
    if has_customer(facts):
        plain = "plain" if has(inputs, "plain") else ""
        yield from tell(facts, inputs, "feedback", plain or "result", queued=plain)  # else the template tells all three
    if inputs.get("children", True):
        names = ("result", "cause", "prevention", "plain", "channel", "sent")
        given = {name: inputs.get(name) for name in names}
        given["cause_code"] = inputs.get("cause_code") or facts.record.get("cause_code")
        for child in open_children(facts):
            if child["feedback_at"] is None:
                yield caused(child, "feed_back", **given)


def answer(facts: Facts, inputs: Inputs) -> Iterator[Op]:
    """Keep the answer to a request, and send it (R13 to R17)."""
    yield Put({"answer": Ref("answer"), "restored_at": facts.at, "feedback_at": facts.at})
    yield from tell(facts, inputs, "answer", "answer")


# --- Closing, and beginning again ----------------------------------------------------------------------------


def confirm(facts: Facts, inputs: Inputs) -> Iterator[Op]:
    """Close with the requester's word; what monitoring verified never counts as satisfied (R39, R42)."""
    how = "verified" if facts.record.get("requester_type") == "monitoring" else "confirmed"
    values: dict[str, Any] = {"closure_score": inputs.get("score"), "closure_channel": inputs.get("channel")}
    yield Put(_closed(facts, how) | values | refs(inputs, {"closure_who": "who", "closure_words": "words"}))
    score = inputs.get("score")
    if score is not None and score <= facts.policy.low_score:
        yield inbox(facts, "low_score", "role:lead", score=score)


def _closed(facts: Facts, how: str) -> dict[str, Any]:
    return {"closure_how": how, "closed_at": facts.at, "open": False, "snoozed_until": None, "acked_until": None}


def close_unconfirmed(facts: Facts, inputs: Inputs) -> Iterator[Op]:
    """Close without the customer's word, and tell them that they can come back."""
    yield Put(_closed(facts, "unconfirmed"))
    yield outgoing(facts, inputs, "closed_unconfirmed", written_channel(facts.record))


def close_informed(facts: Facts, inputs: Inputs) -> Iterator[Op]:
    """Close a child of a mass fault whose customer was told and kept silent."""
    yield Put(_closed(facts, "informed"))


def dissatisfied(facts: Facts, inputs: Inputs) -> Iterator[Op]:
    """Begin a remedy round with the customer's words, and alert the lead; a child goes on alone (R40, R41)."""
    yield said(facts, inputs, direction="in", text="words", who="who")
    yield from _again(facts, keep_location=inputs.get("back_to") == "planned")
    yield Put({"lead_alerted_at": facts.at, "parent": None})
    yield inbox(facts, "dissatisfied", "role:lead", reason=inputs["reason"])


def reopen(facts: Facts, inputs: Inputs) -> Iterator[Op]:
    """Begin again because of an error of ours."""
    yield from _again(facts, keep_location=False)


def _again(facts: Facts, *, keep_location: bool) -> Iterator[Op]:
    values = {**_voided(facts), **_NEW_ROUND, "round": (facts.record.get("round") or 1) + 1}
    if not keep_location:
        values["located_at"] = None
    yield Put(values)


def archive(facts: Facts, inputs: Inputs) -> Iterator[Op]:
    """Lay the record away, with the digest of its bundle (R45)."""
    yield Put({"archived_at": facts.at, "archive_digest": inputs.get("digest"), "open": False})
    yield from alert_ends.of_ticket(facts, "archived")
