"""The journal: appends intents with their bodies and verdicts, in one order, each chained to the last by digest.

It must not judge, and must not write rows (``apply.py`` does).
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, RowMapping, bindparam, select, update

from noc_console.store.bulk import insert_many
from noc_console.store.canonical import digest, written
from noc_console.store.tables import table

SCHEMA = 1
#: Of what a sentence of the program was made stands in a body beside it, under its name and this.
SAID = "_said"
#: Ids asked for in one statement.
KEYS = 500
#: A stored row by the names of its columns.
Columns = Mapping[str, Any] | RowMapping
INTENT = table("intent")
BODY = table("intent_body")
VERDICT = table("verdict")
HUB = table("hub_state")
_HUB = select(HUB)
_HUB_LOCKED = _HUB.with_for_update()
_SET_HUB = update(HUB).values({column.name: bindparam(f"new_{column.name}") for column in HUB.c})
_KNOWN = select(INTENT.c.intent_id, INTENT.c.record).where(INTENT.c.intent_id.in_(bindparam("ids", expanding=True)))


class Intent(NamedTuple):
    """Who wanted which event on which record, with which inputs, and what they saw when they wanted it.

    ``root`` is the record that owns every row which the effects write: the record itself, or the ticket of an outbox
    item. ``inputs`` and ``seen`` are plain already.
    """

    intent_id: str
    kind: str
    record: str
    root: str
    event: str
    inputs: Mapping[str, Any]
    actor: str
    via: str
    submitted_by: str
    occurred_ms: int
    seen: Mapping[str, Any]


class Judged(NamedTuple):
    """An intent with its verdict (applied, noop, conflict, refused), effects as plain data, and reason codes."""

    intent: Intent
    verdict: str
    effects: Sequence[Any]
    reason: str = ""


def hub_state(connection: Connection, *, lock: bool = False) -> Row[Any]:
    """Return the one row of counters; locked for the rest of a transaction that will write."""
    return connection.execute(_HUB_LOCKED if lock else _HUB).one()


def records_of(connection: Connection, intent_ids: Sequence[str]) -> dict[str, str]:
    """Return the record of each of these intents that the journal has already, so that a retry makes no double."""
    found: dict[str, str] = {}
    for start in range(0, len(intent_ids), KEYS):
        rows = connection.execute(_KNOWN, {"ids": intent_ids[start : start + KEYS]})
        found |= {row[0]: row[1] for row in rows}
    return found


def append(
    connection: Connection,
    judged: Sequence[Judged],
    *,
    rules_version: str,
    confirmer: str,
    confirmed_ms: int,
    number: int,
) -> list[int]:
    """Append in order and return each one's place; ``number`` is the last reference number given out.

    Call it last in the transaction: the counter row is locked after all others.
    """
    hub = hub_state(connection, lock=True)
    chain = _Chain(hub.origin, hub.last_origin_seq, hub.last_origin_digest, hub.last_hlc)
    seq, head = hub.last_hub_seq, hub.last_hub_digest
    intents, bodies, verdicts, places = [], [], [], []
    for one in judged:
        row, body = chain.next(one.intent)
        seq += 1
        decided = {
            "hub_seq": seq,
            "intent_id": one.intent.intent_id,
            "verdict": one.verdict,
            "effects": written(one.effects),
            "reason": one.reason,
            "rules_version": rules_version,
            "confirmer": confirmer,
            "confirmed_ms": confirmed_ms,
        }
        head = verdict_digest(head, row["digest"], decided)
        intents.append(row)
        bodies.append(body)
        verdicts.append({**decided, "hub_digest": head})
        places.append(seq)
    insert_many(connection, INTENT, intents)
    insert_many(connection, BODY, bodies)
    insert_many(connection, VERDICT, verdicts)
    counters = {
        "last_hub_seq": seq,
        "last_hub_digest": head,
        "last_origin_seq": chain.seq,
        "last_origin_digest": chain.head,
        "last_hlc": chain.hlc,
        "last_number": max(number, hub.last_number),
    }
    set_hub(connection, hub._mapping, counters)
    return places


def set_hub(connection: Connection, hub: Columns, values: Mapping[str, Any]) -> None:
    """Set columns of the one row of counters, with the digest by which a changed byte of it is found."""
    row = {**hub, **values}
    connection.execute(_SET_HUB, {f"new_{name}": value for name, value in {**row, "digest": hub_digest(row)}.items()})


def hub_digest(row: Columns) -> str:
    """Return the digest over every other column of the row of counters."""
    return digest(*(int(row[name]) if name == "training" else row[name] for name in HUB_COLUMNS))


class _Chain:
    """The device's chain of intents while some are being appended."""

    def __init__(self, origin: str, seq: int, head: str, hlc: int) -> None:
        self.origin, self.seq, self.head, self.hlc = origin, seq, head, hlc

    def next(self, intent: Intent) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return the header and body rows of the next intent of this device."""
        self.seq += 1
        self.hlc = max(self.hlc + 1, intent.occurred_ms << 16)
        salt = os.urandom(16)
        body = written(intent.inputs).encode()
        row: dict[str, Any] = {
            "intent_id": intent.intent_id,
            "origin": self.origin,
            "origin_seq": self.seq,
            "kind": intent.kind,
            "record": intent.record,
            "root": intent.root,
            "event": intent.event,
            "schema": SCHEMA,
            "actor": intent.actor,
            "via": intent.via,
            "submitted_by": intent.submitted_by,
            "occurred_ms": intent.occurred_ms,
            "hlc": self.hlc,
            "seen": written(intent.seen),
            "body_digest": body_digest(salt, body),
            "prev_digest": self.head,
        }
        row["digest"] = intent_digest(row)
        row["seal"] = None
        self.head = row["digest"]
        return row, {"intent_id": intent.intent_id, "salt": salt, "body": body}


INTENT_COLUMNS = (
    "intent_id", "origin", "origin_seq", "kind", "record", "root", "event", "schema", "actor", "via", "submitted_by",
    "occurred_ms", "hlc", "seen", "body_digest", "prev_digest",
)  # fmt: skip
VERDICT_COLUMNS = (
    "hub_seq", "intent_id", "verdict", "effects", "reason", "rules_version", "confirmer", "confirmed_ms",
)  # fmt: skip
_of_intent = itemgetter(*INTENT_COLUMNS)
_of_verdict = itemgetter(*VERDICT_COLUMNS)

HUB_COLUMNS = tuple(column.name for column in HUB.c if column.name != "digest")


def intent_digest(row: Columns) -> str:
    """Return the digest over every column of an intent but the digest itself and its seal (which signs it)."""
    return digest(*_of_intent(row))


def body_digest(salt: bytes, body: bytes) -> str:
    """Return the digest by which a header knows its body; the salt keeps a phone number from being guessed."""
    return digest(salt, body)


def verdict_digest(previous: str, intent: str, row: Columns) -> str:
    """Return the digest over every column of a verdict, its intent, and the verdict before it."""
    return digest(previous, intent, *_of_verdict(row))
