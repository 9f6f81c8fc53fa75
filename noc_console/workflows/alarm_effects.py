"""What a ticket writes down of the alarms about it: each one a row, counts on the ticket, and a proposed clear.

Effects are data; nothing is decided here that a guard should have refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from noc_console.workflows.effect_kit import hashed, refs, row_id, to_owner
from noc_console.workflows.fields import Inputs
from noc_console.workflows.machine import Add, Facts, Op, Put, Set
from noc_console.workflows.ticket_guards import related

#: Inputs that a row of an alarm keeps as they were said.
_SAID = {name: name for name in ("text", "labels", "source")}
_NEW = {name: name for name in ("fingerprint", "name", "object", "channel")}


def observe(facts: Facts, inputs: Inputs) -> Iterator[Op]:
    """Count what a machine reported; when nothing is raised any more, ``come_clear`` is proposed.

    Repeats of one run are one event. Of a flapping alarm nobody is told each change, only that it flaps.
    """
    known = next((row for row in related(facts, "alarms") if row["fingerprint"] == inputs["fingerprint"]), None)
    cleared = inputs["alarm_state"] == "cleared"
    last = inputs.get("last") or facts.at
    values: dict[str, Any] = {
        "state": inputs["alarm_state"],
        "severity": inputs.get("severity") or "indeterminate",
        "last_at": last,
        "cleared_at": _cleared_at(facts, inputs, known) if cleared else None,
        **refs(inputs, _SAID),
    }
    flaps = known is not None and known["state"] != inputs["alarm_state"]
    if flaps:
        values |= changed(known or {}, last, facts.policy.alarms.flapping_within_s)
    count = inputs.get("count") or 1
    if known is not None:
        yield Set("alarm", known["id"], values | {"count": known["count"] + count})
    else:
        values |= {"count": count, "raised_at": inputs.get("first") or facts.at, **refs(inputs, _NEW)}
        yield Add("alarm", row_id(facts, "alarm", inputs["fingerprint"]), values)
        yield from _affected(facts, inputs)
    raised = facts.record.get("alarms_raised", 0) - (known is not None and known["state"] == "raised") + (not cleared)
    yield from _counts(facts, inputs, known, raised, values["cleared_at"])
    flapping = values.get("changes", 0) >= facts.policy.alarms.flapping_changes
    if flapping:
        yield from _flapping(facts, last)
    elif cleared and not raised and (known is None or flaps):
        yield to_owner(facts, "alarm_cleared")
    elif flaps and not cleared and raised == 1:
        yield to_owner(facts, "alarm_again")


def _cleared_at(facts: Facts, inputs: Inputs, known: Mapping[str, Any] | None) -> datetime:
    """Return since when an alarm is clear: a clear that is repeated does not begin anew, and none is in the future."""
    if known is not None and known["cleared_at"] is not None:
        earlier: datetime = known["cleared_at"]
        return earlier
    return min(inputs.get("cleared_at") or inputs.get("last") or facts.at, facts.at)


def changed(row: Mapping[str, Any], at: datetime, within_s: int) -> dict[str, Any]:
    """Return how often an alarm was raised or cleared within the policy's time, this change with it."""
    since = row.get("changes_at")
    if since is None or not timedelta(0) <= at - since <= timedelta(seconds=within_s):
        return {"changes": 1, "changes_at": at}
    return {"changes": row["changes"] + 1}


def _affected(facts: Facts, inputs: Inputs) -> Iterator[Op]:
    """Keep the circuit of an alarm as an affected row, once."""
    circuit = inputs.get("circuit")
    if circuit and not any(row["circuit"] == circuit for row in related(facts, "affected")):
        yield Add("affected", hashed(facts.record_id, "circuit", circuit), refs(inputs, {"circuit": "circuit"}))


def _counts(
    facts: Facts, inputs: Inputs, known: Mapping[str, Any] | None, raised: int, cleared_at: datetime | None
) -> Iterator[Op]:
    record = facts.record
    yield Put(
        {
            "alarms": record.get("alarms", 0) + (known is None),
            "alarms_raised": raised,
            "alarm_reports": record.get("alarm_reports", 0) + (inputs.get("count") or 1),
            "last_alarm_at": facts.at,
            "cleared_at": None if raised else cleared_at,
        }
    )


def _flapping(facts: Facts, last: datetime) -> Iterator[Op]:
    """Mark the ticket while its alarm flaps, and say so once."""
    until = facts.record.get("flapping_until")
    yield Put({"flapping_until": last + timedelta(seconds=facts.policy.alarms.flapping_within_s)})
    if until is None or until < facts.at:
        yield to_owner(facts, "alarm_flapping")


def alarms_clear(facts: Facts) -> bool:
    """Tell whether the ticket's alarms are all clear."""
    return facts.record.get("cleared_at") is not None
