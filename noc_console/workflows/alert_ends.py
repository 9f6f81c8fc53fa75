"""When an alert asks for nothing any more: its clock has stopped, its ticket has ended, its message has gone out.

Such items of the inbox are done by the act that settled them, with nobody's name: nobody has looked at them. What still
asks a person for something (a low score, an unread message) stays until somebody says that it is done.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

from noc_console.workflows.machine import Facts, Set
from noc_console.workflows.ticket_guards import related
from noc_console.workflows.ticket_sets import FINAL

#: About a clock that runs: ``clock`` names it.
_OF_CLOCK: Final = frozenset({"clock_warning", "clock_late"})
#: Asks for work that nobody does on a ticket that is closed.
_OF_WORK: Final = _OF_CLOCK | {
    "offered_to_you", "released", "claim_ended", "escalated_function", "escalated_management", "plan_rejected",
    "customer_answered", "alarm_cleared", "alarm_flapping", "no_event", "woke_up", "wait_over", "report_due",
    "call_consult", "repeat_raised", "complete_overdue", "diagnosis_not_located",
}  # fmt: skip
#: Asks why a clock ran out: it may be said until nothing can be said of the ticket any more.
_OF_BREACH: Final = frozenset({"clock_late_explain"})


def of_clocks(facts: Facts, stopped: Collection[str]) -> Iterator[Set]:
    """End the alerts about clocks that an act has stopped."""
    for item in related(facts, "alerts"):
        if item["code"] in _OF_CLOCK and item["params"].get("clock") in stopped:
            yield _done(facts, item["id"])


def of_ticket(facts: Facts, state: str) -> Iterator[Set]:
    """End the alerts that ask for work on a ticket which an act brings to an end in ``state``."""
    codes = _OF_WORK | _OF_BREACH if state in FINAL else _OF_WORK
    yield from (_done(facts, item["id"]) for item in related(facts, "alerts") if item["code"] in codes)


def of_breaches(facts: Facts, clocks: Collection[str]) -> Iterator[Set]:
    """End the alerts that ask why these clocks ran out, when that was said."""
    for item in related(facts, "alerts"):
        if item["code"] in _OF_BREACH and item["params"].get("clock") in clocks:
            yield _done(facts, item["id"])


def of_message(facts: Facts) -> Iterator[Set]:
    """End the alerts about a message of the outbox that somebody has seen to."""
    for item in related(facts, "alerts"):
        if item["params"].get("message") == facts.record_id:
            yield _done(facts, item["id"])


def _done(facts: Facts, item: str) -> Set:
    return Set("inbox", item, {"state": "done", "done_at": facts.at})
