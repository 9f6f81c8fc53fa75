"""Promises that were missed, and why: a reason of the policy with words, on record before the ticket is closed (R24).

It must not judge what is late (``clocks.py`` does) nor move a clock; the columns it writes are no part of one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from noc_console.i18n import N_
from noc_console.workflows import clocks
from noc_console.workflows.alert_ends import of_breaches
from noc_console.workflows.clock_rows import PROMISED, RESPONSE, RESTORE, calendar_of, clock_of
from noc_console.workflows.effect_kit import caused
from noc_console.workflows.fields import Field, Inputs, Kind
from noc_console.workflows.machine import Facts, Op, Reason, Ref, Set
from noc_console.workflows.ticket_guards import by_service, on_facts, on_inputs, open_children, related

#: What must be explained; a late piece of news is counted (R37), and may be explained too.
ASKED: Final = (RESPONSE, RESTORE)
CLOCK: Final = Field("clock", Kind.CHOICE, N_("Clock"), N_("Empty for every one that is late"), choices=PROMISED)
REASON: Final = Field("reason", Kind.CHOICE, N_("Reason"), required=True, options_from="breach_reasons")
Row = Mapping[str, Any]


def late(facts: Facts) -> tuple[Row, ...]:
    """Return the rows of the promises that were missed, or that run late at this moment, in any round."""
    return tuple(row for row in related(facts, "clocks") if row["name"] in PROMISED and _is_late(row, facts))


def _is_late(row: Row, facts: Facts) -> bool:
    if row["stopped_at"] is not None:
        return bool(row["verdict"] == clocks.MISSED)
    return clocks.is_late(clock_of(row), calendar_of(facts.policy, row["calendar"]), facts.at)


def unexplained(facts: Facts, names: tuple[str, ...] = ASKED) -> tuple[Row, ...]:
    """Return the rows of missed promises of these names for which nobody has given a reason."""
    return tuple(row for row in late(facts) if row["name"] in names and not row.get("breach_reason"))


def to_explain(facts: Facts) -> tuple[Row, ...]:
    """Return the missed promises whose reason the policy asks for before a ticket of this grade is closed."""
    return unexplained(facts) if facts.record["grade"] in facts.policy.breach_explained else ()


@on_facts
def breaches_explained(facts: Facts) -> Reason | None:
    """Refuse to close while a missed promise has no reason (R24, R44)."""
    names = list(dict.fromkeys(row["name"] for row in to_explain(facts)))
    return Reason("breach_unexplained", {"clock": names}) if names else None


@on_facts
def something_late(facts: Facts) -> Reason | None:
    """Refuse a reason for what was kept."""
    return None if late(facts) or by_service(facts) else Reason("nothing_late")


@on_inputs
def this_one_late(facts: Facts, inputs: Inputs) -> Reason | None:
    """Refuse a reason for a clock that is not late, or for all of them when each has its reason."""
    if by_service(facts) or _meant(facts, inputs):
        return None
    return Reason("clock_not_late", {"clock": inputs["clock"]}) if inputs.get("clock") else Reason("breaches_told")


def _meant(facts: Facts, inputs: Inputs) -> tuple[Row, ...]:
    """Return the rows that a reason is for: what has none yet, else the newest of a clock that is named again."""
    wanted = inputs.get("clock")
    bare = unexplained(facts, (wanted,) if wanted else PROMISED)
    if bare or not wanted or by_service(facts):
        return bare
    again = sorted((row for row in late(facts) if row["name"] == wanted), key=lambda row: row["round"])
    return tuple(again[-1:])


def explain_breach(facts: Facts, inputs: Inputs) -> Iterator[Op]:
    """Keep the reason at each clock that is meant, and offer it to the children that were late with this ticket."""
    said = {"breach_reason": inputs["reason"], "breach_words": Ref("words")}
    meant = tuple(_meant(facts, inputs))
    yield from of_breaches(facts, {row["name"] for row in meant})
    for row in meant:
        yield Set("clock", row["id"], {**said, "breach_by": facts.actor.name, "breach_at": facts.at})
    if inputs.get("children", True):
        for child in open_children(facts):
            if set(child.get("breached") or ()) & set(ASKED):
                given = {name: inputs.get(name) for name in ("clock", "reason", "words")}
                yield caused(child, "explain_breach", **given)
