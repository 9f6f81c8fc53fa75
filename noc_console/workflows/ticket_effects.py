"""What events of owners, news, waiting and ties write down: the effects that faults and requests share.

Effects are data; nothing is decided here that a guard should have refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final

from noc_console.workflows.breaches import ASKED
from noc_console.workflows.effect_kit import (
    caused,
    has,
    inbox,
    outgoing,
    refs,
    row_id,
    said,
    to_owner,
    written_channel,
)
from noc_console.workflows.fields import Inputs
from noc_console.workflows.machine import Add, Facts, Op, Put, Ref, Set
from noc_console.workflows.policy_values import APPROVERS, FUNCTIONS, GRADES
from noc_console.workflows.report_up import report_up
from noc_console.workflows.ticket_guards import has_customer, open_children, open_visit, related
from noc_console.workflows.ticket_inputs import WRITTEN
from noc_console.workflows.ticket_timers import OVERRUN
from noc_console.workflows.voices import columns_of, voices_of

_FREE: Final = {"offered_to": None, "taken_until": None}


# --- Owners (R51) --------------------------------------------------------------------------------------------


def _claim_end(facts: Facts, inputs: Inputs, default_s: int | None) -> Any:
    seconds = inputs.get("hold_for") or default_s
    return facts.at + timedelta(seconds=seconds) if seconds else None


def accept(facts: Facts, inputs: Inputs) -> Iterator[Op]:
    """Make the actor the owner; the contact may have been made already."""
    end = _claim_end(facts, inputs, None)
    yield Put({"owner": facts.actor.name, "offered_to": None, "taken_until": end, "accepted_at": facts.at})
    if inputs.get("contacted"):
        yield Put({"contacted_at": facts.record.get("contacted_at") or facts.at})


def hand_over(facts: Facts, inputs: Inputs) -> Iterator[Op]:
    """Offer the ticket; the owner stays until it is taken over."""
    yield Put({"offered_to": inputs["to"]})
    yield inbox(facts, "offered_to_you", inputs["to"], name=facts.actor.name)


def take_over(facts: Facts, inputs: Inputs) -> Iterator[Op]:
    """Change the owner, and tell the old one."""
    old = facts.record.get("owner")
    yield Put({"owner": facts.actor.name, **_FREE})
    if old and old != facts.actor.name:
        yield inbox(facts, "taken_over", old, name=facts.actor.name)


def take(facts: Facts, inputs: Inputs) -> Iterator[Op]:
    """Claim the ticket until an end, the policy's where none is given."""
    end = _claim_end(facts, inputs, facts.policy.take_default_s)
    yield Put({"owner": facts.actor.name, "offered_to": None, "taken_until": end})


def release(facts: Facts, inputs: Inputs) -> Iterator[Op]:
    """Leave the ticket without owner, and tell who distributes work."""
    yield Put({"owner": None, **_FREE})
    yield inbox(facts, "released", "role:dispatcher", name=facts.actor.name)


# --- News (R33, R37) -----------------------------------------------------------------------------------------


def inform(facts: Facts, inputs: Inputs) -> Iterator[Op]:
    """Keep what the customer was told, send it if we are to, and offer it to the children of a mass fault."""
    yield from tell(facts, inputs, "news")
    if inputs.get("children", True):
        names = ("channel", "text", "sent", "next_news_at")
        for child in open_children(facts):
            yield caused(child, "inform", **{name: inputs.get(name) for name in names})
        for row in related(facts, "affected"):
            if not row["informed_at"]:
                yield Set("affected", row["id"], {"informed_at": facts.at})


def sent_by_us(inputs: Inputs) -> bool:
    """Tell whether a word goes through the outbox: as was said, else what is written does and what is spoken does not.

    A ticket must not say of a mail that nobody has written that it was sent (R38).
    """
    if inputs.get("sent"):
        return bool(inputs["sent"] == "by_us")
    return inputs.get("channel") in (None, *WRITTEN)


def tell(facts: Facts, inputs: Inputs, template: str, text: str = "text", queued: str | None = None) -> Iterator[Op]:
    """Keep an outward word, or queue it where it is sent by us: then it is kept as it went out, when it went out.

    ``queued`` is the text to send if another than would be kept.
    """
    yield Put({"contacted_at": facts.record.get("contacted_at") or facts.at})
    if sent_by_us(inputs) and has_customer(facts):
        channel = inputs.get("channel") or written_channel(facts.record)
        yield outgoing(facts, inputs, template, channel, text=text if queued is None else queued, to="to")
    else:
        yield said(facts, inputs, direction="out", text=text, who="to")


def notice(facts: Facts, inputs: Inputs) -> Iterator[Op]:
    """Keep that the customer was told of an interruption; it counts where they agree (R33)."""
    yield said(facts, inputs, direction="out", text="words", who="who")
    values: dict[str, Any] = {"contacted_at": facts.record.get("contacted_at") or facts.at}
    if inputs.get("consent"):
        values["noticed_at"] = inputs.get("noticed_at") or facts.at
    yield Put(values)


def attempt(facts: Facts, inputs: Inputs) -> Iterator[Op]:
    """Count a failed try to reach the customer, by local day (service rules (e)); in writing it may be ours to send."""
    from zoneinfo import ZoneInfo

    at = inputs.get("tried_at") or facts.at
    day = at.astimezone(ZoneInfo(facts.policy.off_peak_zone)).date().isoformat()
    entry = {"at": at, "day": day, "channel": inputs["channel"], "by": facts.actor.name}
    yield Put({"attempts": (*(facts.record.get("attempts") or ()), entry)})
    written = inputs["channel"] in WRITTEN
    if written:
        yield Put({"written_at": at})
    if written and sent_by_us(inputs):
        yield outgoing(facts, inputs, "unreachable", inputs["channel"], text="text", to="to")
    else:
        yield said(facts, inputs, direction="out", who="to")


# --- Waiting, escalating, grading ----------------------------------------------------------------------------


def wait(facts: Facts, inputs: Inputs) -> Iterator[Op]:
    """Keep why and until when the ticket waits."""
    values: dict[str, Any] = {"wait_reason": inputs.get("reason"), "wait_until": inputs.get("until")}
    yield Put(values | refs(inputs, {"vendor_case": "vendor_case"}))


def end_of_wait(facts: Facts, inputs: Inputs) -> Iterator[Op]:
    """Forget what was waited for."""
    yield Put({"wait_reason": None, "wait_until": None})


def leave_wait(facts: Facts, inputs: Inputs) -> Iterator[Op]:
    """Forget where a waiting ticket would have gone back to, because it goes elsewhere."""
    yield Put({"held_from": None, "wait_reason": None, "wait_until": None})


def escalate(facts: Facts, inputs: Inputs) -> Iterator[Op]:
    """Raise the level, and put the ticket before the person or role that it is raised to (R29)."""
    if has(inputs, "function"):
        yield Put(refs(inputs, {"vendor_case": "vendor_case"}))
        yield from _reached(facts, "function_level", inputs["function"], FUNCTIONS)
        recipient = inputs.get("to") or "role:dispatcher"
        yield inbox(facts, "escalated_function", recipient, level=inputs["function"])
    if has(inputs, "management"):
        alerted = facts.record.get("lead_alerted_at") or facts.at
        yield Put({"lead_alerted_at": alerted})
        yield from _reached(facts, "management_level", inputs["management"], APPROVERS)
        recipient = inputs.get("to") or f"role:{inputs['management']}"
        yield inbox(facts, "escalated_management", recipient, level=inputs["management"])
    if has(inputs, "report"):
        yield from report_up(facts, inputs)


def _reached(facts: Facts, column: str, level: str, ladder: tuple[str, ...]) -> Iterator[Op]:
    """Keep the highest level of the round; a report to one below takes nothing back."""
    before = facts.record.get(column)
    if not before or ladder.index(level) > ladder.index(before):
        yield Put({column: level})


def regrade(facts: Facts, inputs: Inputs) -> Iterator[Op]:
    """Set the grade and the flag; what is no longer P1 is no longer urgent (R25)."""
    flag = inputs.get("urgent")
    urgent = bool(facts.record.get("urgent") if flag is None else flag) and inputs["grade"] == GRADES[0]
    yield Put({"grade": inputs["grade"], "urgent": urgent})


def visit(facts: Facts, inputs: Inputs) -> Iterator[Op]:
    """Open a visit on site, or go on with the one that the engineer has not come back from (R27, R58, R59)."""
    engineer = inputs.get("engineer") or facts.actor.name
    times = ("dispatched_at", "arrived_at", "left_at")
    values: dict[str, Any] = {name: inputs[name] for name in times if has(inputs, name)}
    values |= refs(inputs, {"permit": "permit", "checklist": "checklist"})
    if has(inputs, "run"):
        values["run"] = inputs["run"].upper()
    row = open_visit(facts, engineer)
    if row is not None:
        yield Set("visit", row["id"], values)
    else:
        yield Add("visit", row_id(facts, "visit"), {"engineer": engineer, **values})


def snooze(facts: Facts, inputs: Inputs) -> Iterator[Op]:
    """Put the ticket out of sight until it wakes by itself."""
    yield Put({"snoozed_until": inputs["until"]})


def ack(facts: Facts, inputs: Inputs) -> Iterator[Op]:
    """Quieten the warnings until the acknowledgement ends."""
    yield Put({"acked_until": inputs["until"]})


# --- Attachments, links, merging -----------------------------------------------------------------------------


def attach(facts: Facts, inputs: Inputs) -> Iterator[Op]:
    """Keep a file by the hash of its content; its name is data of the customer's."""
    file = inputs["file"]
    values = {"name": Ref("file.name"), "type": file["type"], "size": file["size"], "sha256": file["sha256"]}
    yield Add("attachment", row_id(facts, "attachment"), values | {"at": facts.at})


def link(facts: Facts, inputs: Inputs) -> Iterator[Op]:
    """Tie two tickets; a child is tied from its own side."""
    other = next(iter(related(facts, "other")))
    if inputs["type"] == "child":
        yield caused(other, "link", other=facts.record_id, type="parent")
        return
    if inputs["type"] == "parent":
        yield Put({"parent": other["id"]})
    yield Add("link", row_id(facts, "link"), {"other": other["id"], "type": inputs["type"], "at": facts.at})


def mark_chronic(facts: Facts, inputs: Inputs) -> Iterator[Op]:
    """Mark a fault that keeps coming back, or take the mark away."""
    yield Put({"chronic": inputs.get("chronic", True)})


def mark_affected(facts: Facts, inputs: Inputs) -> Iterator[Op]:
    """Keep an affected but silent customer as a row, or what became of one that is known by its circuit."""
    values: dict[str, Any] = refs(inputs, {"customer": "customer", "circuit": "circuit", "answer": "answer"})
    if has(inputs, "informed_at"):
        values["informed_at"] = inputs["informed_at"]
    circuit = inputs.get("circuit")
    known = (row for row in related(facts, "affected") if circuit and row["circuit"] == circuit)
    row = next(known, None)
    if row is not None:
        yield Set("affected", row["id"], values)
    else:
        yield Add("affected", row_id(facts, "affected"), values)


def merge(facts: Facts, inputs: Inputs) -> Iterator[Op]:
    """End this ticket in favour of the one it doubles, and tell its requester whose words go on there."""
    target = next(iter(related(facts, "into")))
    yield Put({"merged_into": target["id"], "open": False})
    yield Add("link", row_id(facts, "link"), {"other": target["id"], "type": "duplicate", "at": facts.at})
    if has_customer(facts):
        yield outgoing(facts, inputs, "merged", written_channel(facts.record))


def cancel(facts: Facts, inputs: Inputs) -> Iterator[Op]:
    """End the ticket by its requester's own word."""
    words = refs(inputs, {"closure_who": "who", "closure_words": "words"})
    yield Put({"open": False, "closure_channel": inputs["channel"], **words})


def reject(facts: Facts, inputs: Inputs) -> Iterator[Op]:
    """End what is none of ours, and tell the requester why."""
    yield Put({"open": False})
    if has_customer(facts):
        yield outgoing(facts, inputs, "rejected", written_channel(facts.record))


# --- Timers --------------------------------------------------------------------------------------------------


def warn(facts: Facts, inputs: Inputs) -> Iterator[Op]:
    """Warn owner and lead of a clock's share, or climb the rung of the policy's ladder (R24, R29)."""
    clock, level = inputs["clock"], inputs["level"]
    if level == OVERRUN:
        yield from _raise_grade(facts)
        return
    if not level.isdecimal():
        name, ladder = ("function", FUNCTIONS) if level in FUNCTIONS else ("management", APPROVERS)
        reached = facts.record.get(f"{name}_level")
        if not reached or ladder.index(level) > ladder.index(reached):  # somebody may have been there before the timer
            yield caused({**facts.record, "id": facts.record_id}, "escalate", **{name: level, "why": "policy"})
        return
    late = int(level) >= 100
    if late and clock in ASKED and facts.record["grade"] in facts.policy.breach_asked:
        yield to_owner(facts, "clock_late_explain", clock=clock, percent=int(level))
    else:
        yield to_owner(facts, "clock_late" if late else "clock_warning", clock=clock, percent=int(level))
    if late and facts.record.get("owner"):
        yield inbox(facts, "clock_late", "role:lead", clock=clock, percent=int(level))


def _raise_grade(facts: Facts) -> Iterator[Op]:
    """Have the grade raised by one step for what lasts so much longer than its target (c.1); P1 has none above it."""
    grades = tuple(facts.policy.grades)
    place = grades.index(facts.record["grade"])
    if place > 0:
        record = {**facts.record, "id": facts.record_id}
        yield caused(record, "regrade", grade=grades[place - 1], reason="overrun", why="policy")


def wake(facts: Facts, inputs: Inputs) -> Iterator[Op]:
    """Do what a set time was set for: end a snooze, an ack, a claim, or ask for what is due."""
    what = inputs["what"]
    owner = facts.record.get("owner")
    if what == "snooze":
        yield Put({"snoozed_until": None})
        yield to_owner(facts, "woke_up")
    elif what == "ack":
        yield Put({"acked_until": None})
    elif what == "take":
        yield Put({"owner": None, **_FREE})
        yield inbox(facts, "claim_ended", owner or "role:dispatcher")
    elif what == "wait":
        yield to_owner(facts, "wait_over")
    elif what == "ratify":
        spoken = voices_of(facts.record)
        yield Put(columns_of(spoken, after=facts.at))
        late = {voice["by"] for voice in spoken if voice["due"] <= facts.at and voice["by"]}
        for recipient in (*sorted(late), "role:lead"):  # whoever could have approved it may sign in their place now
            yield inbox(facts, "ratify_overdue", recipient)
    elif what == "report":
        yield Put({"report_due": None})
        yield to_owner(facts, "report_due")
    else:
        yield to_owner(facts, "complete_overdue")
