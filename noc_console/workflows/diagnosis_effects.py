"""What the events of a diagnosis run write down: the answer with its judgement, where the run goes on, how it ended.

Effects are data; what a person wrote is only ever named by its input.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from noc_console.workflows import diagnosis_guards as rules
from noc_console.workflows.effect_kit import caused, inbox, ref, row_id
from noc_console.workflows.fields import Inputs
from noc_console.workflows.machine import Add, Facts, Op, Put, Reason, Ref, Set
from noc_console.workflows.measured import figure_of
from noc_console.workflows.tree import NOT_LOCATED, SITE, UNSAFE


def start(facts: Facts, inputs: Inputs) -> Iterator[Op]:
    """Begin at the first step of a tree; a ticket that was only accepted is being diagnosed, or worked on, from now."""
    ticket, found = rules.ticket_of(facts), rules.tree_named(facts, inputs["tree"])
    assert found is not None
    yield Put(
        {
            "record": ticket["id"],
            "tree": found["id"],
            "domain": found["tree"].domain,
            "here": found["id"],
            "here_hash": found["hash"],
            "step": found["tree"].first,
            "entered": (_entered(found),),
            "round": ticket.get("round") or 1,
            "started_by": facts.actor.name,
            "started_at": facts.at,
        }
    )
    if ticket["state"] == "accepted" and found["tree"].domain != SITE:
        yield caused(ticket, "diagnose" if ticket["service_type"] == "fault" else "start")


def answer(facts: Facts, inputs: Inputs) -> Iterator[Op]:
    """Keep the answer as it was judged, and go on: to a step, to an end, or into another tree."""
    found = rules.given(facts, inputs)
    step = rules.step_here(facts)
    assert not isinstance(found, Reason)
    assert step is not None
    to = found.choice.to
    moved, led_to = _moved(facts, to)
    values: dict[str, Any] = {
        "choice": found.choice.number,
        "target": to,
        "led_to": led_to,
        "said": ref(inputs, "value"),
        "note": ref(inputs, "note"),
        "approval": rules.approval_here(facts) if step.kind == "act" else None,
    }
    if found.value is not None:
        values |= {"value": figure_of(found.value), "unit": step.unit}
        values |= {"verdict": found.judgement.verdict, "judged": found.judgement.judged} if step.thresholds else {}
    yield _answer_row(facts, step.kind, values)
    yield Put({**moved, "approval": None})
    if to == UNSAFE:
        yield inbox(facts, "diagnosis_unsafe", "role:lead", ref=_ref(facts))


def _answer_row(facts: Facts, kind: str, values: dict[str, Any]) -> Add:
    record = facts.record
    number = max((row["number"] for row in facts.related.get("answers", ())), default=0) + 1
    place = {"run": facts.record_id, "number": number, "tree": record["here"], "tree_hash": record["here_hash"]}
    given_by = {"step": record["step"], "kind": kind, "answered_by": facts.actor.name, "at": facts.at}
    return Add("diagnosis_answer", row_id(facts, "answer"), place | given_by | values)


def _moved(facts: Facts, to: str) -> tuple[dict[str, Any], str]:
    """Return what moves the run to a target, and where that is: a tree is entered once, then the fault is not found."""
    tree = rules.tree_here(facts)
    if tree.step(to) or tree.end(to) or to in (UNSAFE, NOT_LOCATED):
        return {"step": to}, to
    found = rules.tree_named(facts, to)
    if found is None or to in rules.entered(facts):
        return {"step": NOT_LOCATED}, NOT_LOCATED
    entered = (*facts.record["entered"], _entered(found))
    first = found["tree"].first
    return {"here": to, "here_hash": found["hash"], "step": first, "entered": entered}, f"{to}.{first}"


def _entered(found: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a run pins of a tree: its text, and the thresholds, roles and messages that it names."""
    return {"id": found["id"], "hash": found["hash"], "catalogues": found["catalogues"]}


def go_back(facts: Facts, inputs: Inputs) -> Iterator[Op]:
    """Stand at an earlier step again; its answer and all after it stay on record as taken back."""
    back = rules.back_to(facts, inputs.get("step"))
    assert back is not None
    rows = [row for row in rules.answers_of(facts) if row["number"] >= back["number"]]
    for row in rows:
        yield Set("diagnosis_answer", row["id"], {"dropped_by": facts.actor.name, "dropped_at": facts.at})
    left = {row["tree"] for row in rules.answers_of(facts) if row["number"] < back["number"]} | {back["tree"]}
    yield Put(
        {
            "here": back["tree"],
            "here_hash": back["tree_hash"],
            "step": back["step"],
            "entered": tuple(entry for entry in facts.record["entered"] if entry["id"] in left),
            "approval": None,
        }
    )


def jump(facts: Facts, inputs: Inputs) -> Iterator[Op]:
    """Go into another tree by decision; what was answered stays with the run."""
    moved, led_to = _moved(facts, inputs["tree"])
    step = rules.step_here(facts)
    kind = step.kind if step else "record"
    yield _answer_row(
        facts, kind, {"choice": 0, "target": inputs["tree"], "led_to": led_to, "note": ref(inputs, "why")}
    )
    yield Put({**moved, "approval": None})


def attach(facts: Facts, inputs: Inputs) -> Iterator[Op]:
    """Keep evidence among the files of the ticket, with the step that it belongs to."""
    names = {name: Ref(f"file.{name}") for name in ("name", "type", "size", "sha256")}
    place = {"run": facts.record_id, "tree": facts.record["here"], "step": facts.record["step"]}
    yield Add(
        "attachment", row_id(facts, "attachment"), {**names, **place, "command": ref(inputs, "command"), "at": facts.at}
    )


def approve_step(facts: Facts, inputs: Inputs) -> Iterator[Op]:
    """Keep who approved the act how; a voice is to be ratified on the ticket, as that for a plan (R31)."""
    how = inputs["how"]
    giver = {"here": facts.actor.name, "policy": "policy"}.get(how) or inputs["given_by"]
    given_at = inputs["given_at"] if how == "voice" else facts.at
    place = {"tree": facts.record["here"], "step": facts.record["step"]}
    yield Put({"approval": {**place, "by": giver, "how": how, "at": given_at, "remedy": inputs.get("remedy")}})
    if how == "voice":
        voice = {"given_by": giver, "recorded_by": facts.actor.name, "planned_by": facts.record["started_by"]}
        yield caused(rules.ticket_of(facts), "record_voice", **voice, given_at=given_at)


def finish(facts: Facts, inputs: Inputs) -> Iterator[Op]:
    """Keep the cause that was found, or that none was."""
    end = rules.tree_here(facts).end(facts.record["step"])
    yield Put({"ended_by": facts.actor.name, "ended_at": facts.at, "cause_code": end.cause if end else None})
    if inputs["outcome"] == "not_located":
        recipient = rules.ticket_of(facts).get("owner") or "role:lead"
        yield inbox(facts, "diagnosis_not_located", recipient, ref=_ref(facts))


def stop(facts: Facts, inputs: Inputs) -> Iterator[Op]:
    """Keep that the run was given up, and why."""
    yield Put({"ended_by": facts.actor.name, "ended_at": facts.at, "why": ref(inputs, "why")})


def _ref(facts: Facts) -> str:
    return str(rules.ticket_of(facts).get("ref", ""))
