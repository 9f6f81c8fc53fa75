"""Repeats and chronic faults (X.790; service rules c.1): what counts as one, and what it does to the ticket.

A repeat is a fault of the same object and the same cause group so shortly after the earlier one was restored. It raises
the grade once a round, never lowers it, and calls for a consultation from the policy's number on. Pure: the desk finds
the tickets of the same object.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any, Final

from noc_console.i18n import N_
from noc_console.workflows.effect_kit import caused, inbox, to_owner
from noc_console.workflows.fields import Field, Inputs, Kind
from noc_console.workflows.machine import Facts, Op, Put
from noc_console.workflows.ticket_guards import refs_of, related
from noc_console.workflows.ticket_timers import NOT_RAISED

#: Tickets that ended as none of their own.
_NO_FAULT_OF_ITS_OWN: Final = frozenset({"merged", "cancelled", "rejected"})
#: Cause groups that say where the fault is told, not what it was.
_TOLD_ELSEWHERE: Final = frozenset({"parent", "planned", "pending"})
#: What calls for a consultation (service rules (f)); the dispute about responsibility is called by people.
TRIGGERS: Final = ("not_located", "repeated", "several_domains")
TRIGGER: Final = Field("trigger", Kind.CHOICE, N_("Trigger"), required=True, choices=TRIGGERS, asked=False)


def follows_shortly(earlier: Mapping[str, Any], later: Mapping[str, Any], within_s: int) -> bool:
    """Tell whether a ticket came so shortly after another was restored; a mass fault's tickets are one fault."""
    ended = earlier.get("restored_at") or earlier.get("closed_at")
    began = later.get("registered_at")
    if ended is None or began is None or earlier["state"] in _NO_FAULT_OF_ITS_OWN or _one_fault(earlier, later):
        return False
    return bool(timedelta() <= began - ended <= timedelta(seconds=within_s))


def _one_fault(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    roots = {one.get("parent") or one.get("id"), other.get("parent") or other.get("id")}
    return len(roots) == 1


def repeated(facts: Facts, group: str | None) -> tuple[Mapping[str, Any], ...]:
    """Return the earlier tickets that this one repeats, newest first; ``group`` is that of its cause."""
    if group is None or group in _TOLD_ELSEWHERE:
        return ()
    record = {**facts.record, "id": facts.record_id}
    within_s = facts.policy.hard_cases.repeat_within_s
    same = (row for row in related(facts, "same_object") if row["cause_group"] == group)
    found = [row for row in same if follows_shortly(row, record, within_s)]
    return tuple(sorted(found, key=lambda row: int(row["number"]), reverse=True))


def note_repeat(facts: Facts, inputs: Inputs) -> Iterator[Op]:
    """Raise the grade of a repeat, mark what is chronic, and call for a consultation on that."""
    groups = {row["code"]: row.get("group") for row in related(facts, "cause_codes")}
    earlier = repeated(facts, groups.get(inputs["cause_code"]))
    if not earlier:
        return
    rules, round_ = facts.policy.hard_cases, facts.record.get("round") or 1
    if facts.record.get("repeat_round") != round_:
        yield Put({"repeat_round": round_})
        yield from _raised(facts, earlier)
    count = len(earlier) + 1
    if count < rules.chronic_from or facts.record.get("chronic"):
        return
    yield Put({"chronic": True})
    yield inbox(facts, "chronic_fault", "role:lead", count=count, days=rules.repeat_within_s // 86_400)
    yield from call_for_consult(facts, "repeated")


def _raised(facts: Facts, earlier: tuple[Mapping[str, Any], ...]) -> Iterator[Op]:
    grades, grade = tuple(facts.policy.grades), facts.record["grade"]
    steps = facts.policy.hard_cases.repeat_raise
    if grade in NOT_RAISED or not steps:
        return
    raised = grades[max(0, grades.index(grade) - steps)]
    yield caused({**facts.record, "id": facts.record_id}, "regrade", grade=raised, reason="repeated", why="policy")
    yield to_owner(facts, "repeat_raised", refs=refs_of(earlier), grade=raised)


def propose_consult(facts: Facts, inputs: Inputs) -> Iterator[Op]:
    """Ask for a consultation by a trigger of the policy; it is never called by itself (R30)."""
    yield from call_for_consult(facts, inputs["trigger"])


def call_for_consult(facts: Facts, trigger: str) -> Iterator[Op]:
    """Put it before owner and lead once a round, unless one was called in this round."""
    round_ = facts.record.get("round") or 1
    called = any(row["round"] == round_ and row["state"] != "cancelled" for row in related(facts, "consults"))
    if facts.record.get("consult_round") == round_ or called:
        return
    yield Put({"consult_round": round_})
    yield to_owner(facts, "call_consult", trigger=trigger)
    if facts.record.get("owner"):
        yield inbox(facts, "call_consult", "role:lead", trigger=trigger)
