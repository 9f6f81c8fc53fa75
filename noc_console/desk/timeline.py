"""What happened to a record, read from the journal: acts of people apart from the observations of machines."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, RowMapping, or_, select

from noc_console.clock import from_ms
from noc_console.i18n import N_, _, joined, said_again
from noc_console.store.journal import BODY, INTENT, SAID, VERDICT
from noc_console.store.tables import table
from noc_console.workflows.catalogue import workflow
from noc_console.workflows.durations import format_duration
from noc_console.workflows.fields import Field, Kind
from noc_console.workflows.labels import option_label

if TYPE_CHECKING:
    from noc_console.workflows.policy import Policy

#: Ways in which machines act; what comes by them is the machine log.
MACHINES = frozenset({"alarm", "timer", "rule"})


@dataclass(frozen=True, slots=True)
class Telling:
    """How inputs are told: in which zone and with which policy's names (None: as they are stored)."""

    zone: tzinfo | None = None
    policy: Policy | None = None
    refs: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Entry:
    """One intent: who did what, and in ``inputs`` what they said; of a redacted one nothing is left there."""

    at: datetime
    actor: str
    via: str
    event: str
    label: str
    from_: str
    to: str
    inputs: tuple[tuple[Field, Any], ...]
    telling: Telling
    verdict: str
    intent_id: str

    @property
    def text(self) -> str:
        """Return what the author said, as people read it: names for codes, instants in the reader's zone."""
        return _text(self.inputs, self.telling)

    def said(self, names: Collection[str]) -> str:
        """Return only some of the inputs, as people read them."""
        return _text(tuple(pair for pair in self.inputs if pair[0].name in names), self.telling)

    @property
    def by_machine(self) -> bool:
        """Tell an observation of a machine from an act of a person.

        What brought the ticket further is no observation, whoever did it: a child that is restored with its parent.
        """
        return self.via in MACHINES and self.to == self.from_

    def json(self, instant: Any) -> dict[str, Any]:
        """Return the entry in the shape of ``noc ticket show``: codes stay codes, instants are UTC."""
        return {
            "at": instant(self.at),
            "actor": self.actor,
            "via": self.via,
            "event": self.event,
            "from": self.from_,
            "to": self.to,
            "text": _text(self.inputs, Telling(refs=self.telling.refs)),
            "verdict": self.verdict,
        }


def entries(
    connection: Connection, record: str, *, zone: tzinfo, policy: Policy, most: int | None = None
) -> tuple[Entry, ...]:
    """Read the intents of a record in the order in which they were judged, to be told in a zone.

    Of what machines did only the newest ``most`` are read, because a storm's ticket has thousands; people's acts all.
    """
    columns = (INTENT, BODY.c.body, VERDICT.c.verdict, VERDICT.c.effects)
    joined = select(*columns).join(VERDICT, VERDICT.c.intent_id == INTENT.c.intent_id)
    statement = joined.outerjoin(BODY, BODY.c.intent_id == INTENT.c.intent_id).where(INTENT.c.root == record)
    statement = statement.where(INTENT.c.record == record).order_by(VERDICT.c.hub_seq)
    if most is not None:
        by_machine = (INTENT.c.root == record, INTENT.c.record == record, INTENT.c.via.in_(MACHINES))
        newest = select(INTENT.c.intent_id).where(*by_machine).order_by(INTENT.c.hlc.desc()).limit(most)
        statement = statement.where(or_(INTENT.c.via.not_in(MACHINES), INTENT.c.intent_id.in_(newest)))
    rows = [row._mapping for row in connection.execute(statement)]
    said = [_inputs(row) for row in rows]
    named = {one for inputs in said for field, value in inputs if field.kind is Kind.REFERENCE for one in _each(value)}
    telling = Telling(zone, policy, refs_of(connection, named))
    return tuple(_entry(row, inputs, telling) for row, inputs in zip(rows, said, strict=True))


def refs_of(connection: Connection, ids: set[str]) -> dict[str, str]:
    """Return the references of tickets by id."""
    tickets = table("ticket")
    rows = connection.execute(select(tickets.c.id, tickets.c.ref).where(tickets.c.id.in_(ids))) if ids else ()
    return {row.id: row.ref for row in rows}


def _inputs(row: RowMapping) -> tuple[tuple[Field, Any], ...]:
    event = workflow(row["kind"]).event(row["event"])
    body = json.loads(row["body"]) if row["body"] is not None else {}
    said = ((field, _given(body, field.name)) for field in (event.inputs if event else ()))
    return tuple((field, value) for field, value in said if value not in (None, "", [], False))


def _given(body: Mapping[str, Any], name: str) -> Any:
    """Return an input; a sentence of the program's own in the language in use."""
    return said_again(body[name + SAID], body[name]) if name + SAID in body else body.get(name)


def _entry(row: RowMapping, inputs: tuple[tuple[Field, Any], ...], telling: Telling) -> Entry:
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
        inputs=inputs,
        telling=telling,
        verdict=row["verdict"],
        intent_id=row["intent_id"],
    )


def _text(inputs: tuple[tuple[Field, Any], ...], telling: Telling) -> str:
    """Say the inputs: a lone text as it is, several with their labels."""
    if len(inputs) == 1 and inputs[0][0].kind in (Kind.TEXT, Kind.PROSE):
        return _value(*inputs[0], telling)
    said = [
        _("{label}: {text}", label=_(field.label), text=_value(field, value, telling))
        for field, value in inputs
        if field.kind is not Kind.FILE
    ]
    return _("; ").join([*(one.rstrip("。；") for one in said[:-1]), *said[-1:]])  # no second stop after a stop


def _value(field: Field, value: Any, telling: Telling) -> str:
    if isinstance(value, list):
        return joined(N_(", "), (_value(field, item, telling) for item in value))
    match field.kind:
        case Kind.INSTANT if telling.zone is not None:
            return from_ms(value).astimezone(telling.zone).strftime("%Y-%m-%d %H:%M %Z")
        case Kind.INSTANT:
            return from_ms(value).isoformat(timespec="minutes").replace("+00:00", "Z")
        case Kind.DURATION if telling.zone is not None and isinstance(value, int):
            return format_duration(value)
        case Kind.YESNO:
            return _("yes") if value else _("no")
        case Kind.CHOICE if telling.policy is not None:
            return option_label(telling.policy, field, str(value))
        case Kind.REFERENCE:
            return telling.refs.get(value, str(value))
    return str(value)


def _each(value: Any) -> list[str]:
    return list(value) if isinstance(value, list) else [value]
