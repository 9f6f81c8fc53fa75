"""Judges trouble tickets of TMF621 and its kin, alarms of TMF642, and tables of tickets and alarms."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.facts import Fact, Kind
from noc_console.desk.csv_intake import guess
from noc_console.intake import csv_table, tmf621, tmf642
from noc_console.workflows.drafts import AlarmDraft, Quarantined

#: A list, by the field that holds it.
LISTS = {
    "note_count": ("note",),
    "relatedEntity_count": ("relatedEntity",),
    "relatedParty_count": ("relatedParty",),
    "attachment_count": ("attachment",),
    "statusChangeHistory_count": ("statusChangeHistory", "statusChange"),
    "statusChange_count": ("statusChange", "statusChangeHistory"),
    "troubleTicketRelationship_count": ("troubleTicketRelationship",),
}
#: Fields that an event and its ticket both have: of the event where the facts speak of the ticket apart.
ENVELOPE = ("eventType", "eventId", "description", "priority", "eventTime", "title", "domain")


def read_tickets(path: Path) -> list[dict[str, Any]]:
    """Return what is understood of every ticket of a body, also of what is kept with its reason."""
    drafts = tmf621.parse(path.read_bytes(), where=str(path))
    return [dict(draft.parsed or {}) if isinstance(draft, Quarantined) else draft.to_json() for draft in drafts]


def judge_tickets(read: list[dict[str, Any]], facts: Mapping[str, Any]) -> Iterator[Fact]:
    """Compare a body: one ticket, an event, or how many and the first of them."""
    if "count" in facts:
        yield Fact.equal("count", facts["count"], len(read))
    first = read[0] if read else {}
    apart = facts.get("first") or facts.get("ticket")
    if apart:
        yield from _fields("first.", apart, first)
    event = first.get("event") or {}
    whole = {name: value for name, value in facts.items() if name not in ("count", "first", "ticket")}
    for name in ENVELOPE if event else ():
        if name in whole:
            yield Fact.equal(name, whole.pop(name), event.get(name))
    yield from _fields("", whole, first)


def _fields(prefix: str, facts: Mapping[str, Any], got: Mapping[str, Any]) -> Iterator[Fact]:
    for name, value in facts.items():
        names = LISTS.get(name)
        found = len(next((got[one] for one in names if got.get(one)), [])) if names else got.get(name)
        yield Fact.equal(prefix + name, value, found)


def read_alarms(path: Path) -> list[AlarmDraft]:
    """Return every alarm of a body."""
    return [one for one in tmf642.parse(path.read_bytes(), where=str(path)) if isinstance(one, AlarmDraft)]


def judge_alarms(read: list[AlarmDraft], facts: Mapping[str, Any]) -> Iterator[Fact]:
    """Compare how many alarms there are, and what was received of the first."""
    if "count" in facts:
        yield Fact.equal("count", facts["count"], len(read))
    for name, value in (facts.get("first") or {}).items():
        yield Fact.equal(f"first.{name}", value, read[0].labels.get(name) if read else None)
    if "eventType" in facts:
        yield Fact.equal("eventType", facts["eventType"], read[0].labels.get("eventType") if read else None)


@dataclass(frozen=True, slots=True)
class Table:
    """A table as guessed, with its first and last row and a count of each column's values."""

    guess: dict[str, Any]
    first: dict[str, str]
    last: dict[str, str]
    values: dict[str, Counter[str]]


def read_table(path: Path) -> Table:
    """Guess a table, and read every row of it."""
    found = guess(str(path))
    first: dict[str, str] = {}
    last: dict[str, str] = {}
    values: dict[str, Counter[str]] = {name: Counter() for name in found.layout.columns}
    with path.open("rb") as stream:
        for row in csv_table.rows(stream, found.layout):
            last = dict(zip(found.layout.columns, row.cells, strict=True))
            first = first or last
            for name, cell in last.items():
                values[name][cell] += 1
    return Table(found.to_json(), first, last, values)


def judge_table(read: Table, facts: Mapping[str, Any]) -> Iterator[Fact]:
    """Compare rows, layout, cases and states; what names one column is compared with the count of its values."""
    got = {
        **read.guess,
        "first": read.first,
        "last": read.last,
        "severities": dict(read.values.get("Severity", {})),
        "types": dict(read.values.get("AlertType", {})),
        "devices": len(read.values.get("device_id", {})),
        "alarm_types": len(read.values.get("alarm_id", {})),
    }
    for name, value in facts.items():
        if name == "columns" and isinstance(value, int):
            yield Fact.equal(name, value, len(got["columns"]))
        elif name in got:
            yield Fact.equal(name, value, got[name])


KINDS = (
    Kind("tmf621", ("tmf621",), read_tickets, judge_tickets, suffix=".json"),
    Kind("tmf642", ("ems/tmf642",), read_alarms, judge_alarms, suffix=".json"),
    Kind("incidents-csv", ("incidents",), read_table, judge_table, suffix=".csv"),
    Kind("ems-csv", ("ems",), read_table, judge_table, suffix=".csv"),
)
