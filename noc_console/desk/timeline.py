"""What happened to a record, read from the journal: acts of people apart from the observations of machines."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, select

from noc_console.clock import from_ms
from noc_console.i18n import _
from noc_console.store.journal import BODY, INTENT, VERDICT
from noc_console.store.tables import table
from noc_console.workflows.catalogue import workflow
from noc_console.workflows.fields import Field, Kind

#: Ways in which machines act; what comes by them is the machine log.
MACHINES = frozenset({"alarm", "timer", "rule"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One intent as people read it; ``text`` is what its author wrote, None where it was redacted."""

    at: datetime
    actor: str
    via: str
    event: str
    label: str
    from_: str
    to: str
    text: str
    verdict: str
    intent_id: str

    @property
    def by_machine(self) -> bool:
        """Tell an observation of a machine from an act of a person."""
        return self.via in MACHINES

    def json(self, instant: Any) -> dict[str, Any]:
        """Return the entry in the shape of ``noc ticket show``."""
        return {
            "at": instant(self.at),
            "actor": self.actor,
            "via": self.via,
            "event": self.event,
            "from": self.from_,
            "to": self.to,
            "text": self.text,
            "verdict": self.verdict,
        }


def entries(connection: Connection, record: str) -> tuple[Entry, ...]:
    """Read every intent of a record in the order in which they were judged."""
    columns = (INTENT, BODY.c.body, VERDICT.c.verdict, VERDICT.c.effects)
    joined = select(*columns).join(VERDICT, VERDICT.c.intent_id == INTENT.c.intent_id)
    statement = joined.outerjoin(BODY, BODY.c.intent_id == INTENT.c.intent_id).where(INTENT.c.root == record)
    statement = statement.where(INTENT.c.record == record)
    rows = [row._mapping for row in connection.execute(statement.order_by(VERDICT.c.hub_seq))]
    bodies = [json.loads(row["body"]) if row["body"] is not None else {} for row in rows]
    refs = _refs(connection, rows, bodies)
    return tuple(_entry(row, body, refs) for row, body in zip(rows, bodies, strict=True))


def _refs(connection: Connection, rows: list[RowMapping], bodies: list[dict[str, Any]]) -> dict[str, str]:
    """Return the references of the tickets that inputs name, which people know instead of ids."""
    named = set()
    for row, body in zip(rows, bodies, strict=True):
        event = workflow(row["kind"]).event(row["event"])
        fields = event.inputs if event else ()
        named |= {body[field.name] for field in fields if field.kind is Kind.REFERENCE and body.get(field.name)}
    tickets = table("ticket")
    found = connection.execute(select(tickets.c.id, tickets.c.ref).where(tickets.c.id.in_(named))) if named else ()
    return {row.id: row.ref for row in found}


def _entry(row: RowMapping, body: Mapping[str, Any], refs: Mapping[str, str]) -> Entry:
    before = json.loads(row["seen"]).get("state", "")
    after = next(
        (e[3]["state"] for e in json.loads(row["effects"]) if e[2] == row["record"] and "state" in e[3]), before
    )
    event = workflow(row["kind"]).event(row["event"])
    return Entry(
        at=from_ms(row["occurred_ms"]),
        actor=row["actor"],
        via=row["via"],
        event=row["event"],
        label=_(event.label) if event else row["event"],
        from_=before,
        to=after,
        text=_text(event.inputs if event else (), body, refs),
        verdict=row["verdict"],
        intent_id=row["intent_id"],
    )


def _text(fields: tuple[Field, ...], body: Mapping[str, Any], refs: Mapping[str, str]) -> str:
    """Say the inputs: a lone text as it is, several with their labels."""
    said = [(field, body[field.name]) for field in fields if body.get(field.name) not in (None, "", [], False)]
    words = [(field, value) for field, value in said if field.kind in (Kind.TEXT, Kind.PROSE)]
    if len(words) == 1 and len(said) == 1:
        return _value(*words[0])
    shown = ((field, refs.get(value, value) if field.kind is Kind.REFERENCE else value) for field, value in said)
    return "; ".join(
        f"{_(field.label)}: {_value(field, value)}" for field, value in shown if field.kind is not Kind.FILE
    )


def _value(field: Field, value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_value(field, item) for item in value)
    if field.kind is Kind.INSTANT:
        return from_ms(value).isoformat(timespec="minutes").replace("+00:00", "Z")
    if field.kind is Kind.YESNO:
        return _("yes") if value else _("no")
    return str(value)
