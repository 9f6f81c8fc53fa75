"""Checks a store against its own digests, so that a changed byte in any column of the journal is found.

It goes in short transactions, so that nobody waits for it. It repairs nothing; rows are ``refold.py``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, func, select, tuple_

from noc_console.store import journal
from noc_console.store.blobs import BLOB
from noc_console.store.engine import reading
from noc_console.store.schema import ZERO_DIGEST

#: Intents read in one transaction; well under 200 ms on a slow disk.
BATCH = 1_000
Progress = Callable[[int, int], None]
#: A head of a device's chain: device, number of its last intent, and that one's digest.
Head = tuple[str, int, str]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that does not fit: in which table, at which key, and what is wrong, as a code."""

    table: str
    key: str
    code: str


def silent(_done: int, _total: int) -> None:
    """Report progress to nobody."""


def chains(engine: Engine, progress: Progress = silent) -> Iterator[Finding]:
    """Yield what is wrong with the journal and the originals: changed bytes, gaps, missing or added rows."""
    with reading(engine) as connection:
        hub = journal.hub_state(connection)._mapping
        total = _count(connection, journal.INTENT)
        intents = journal.INTENT.c
        own = select(func.max(intents.origin_seq)).where(intents.origin == hub["origin"])
        last = connection.execute(own).scalar_one() or 0
    yield from _differs(hub["digest"], journal.hub_digest(hub), "hub_state", "1", "changed")
    yield from _differs(hub["last_origin_seq"], last, "hub_state", "1", "last_origin_seq")
    yield from _intents(engine, hub, progress, total)
    yield from _verdicts(engine)
    yield from _originals(engine)


def _intents(engine: Engine, hub: journal.Columns, progress: Progress, total: int) -> Iterator[Finding]:
    columns, bodies = journal.INTENT.c, journal.BODY.c
    order = (columns.origin, columns.origin_seq, columns.intent_id)
    chosen = select(journal.INTENT, bodies.salt, bodies.body)
    chosen = chosen.outerjoin(journal.BODY, bodies.intent_id == columns.intent_id).order_by(*order).limit(BATCH)
    head: Head = ("", 0, ZERO_DIGEST)
    place: tuple[Any, ...] = ()
    done = 0
    while True:
        with reading(engine) as connection:
            found = connection.execute(chosen.where(tuple_(*order) > tuple_(*place)) if place else chosen)
            rows = found.mappings().all()
        for row in rows:
            if row["origin"] != head[0]:
                head = (row["origin"], 0, ZERO_DIGEST)
            yield from _intent_findings(row, head)
            head = (row["origin"], row["origin_seq"], row["digest"])
            if head[:2] == (hub["origin"], hub["last_origin_seq"]):
                yield from _differs(hub["last_origin_digest"], head[2], "hub_state", "1", "last_origin_digest")
        done += len(rows)
        progress(done, total)
        if len(rows) < BATCH:
            return
        place = tuple(rows[-1][column.name] for column in order)


def _intent_findings(row: journal.Columns, head: Head) -> Iterator[Finding]:
    key = str(row["intent_id"])
    yield from _differs(row["origin_seq"], head[1] + 1, "intent", key, "gap")
    yield from _differs(row["prev_digest"], head[2], "intent", key, "chain_broken")
    yield from _differs(row["digest"], journal.intent_digest(row), "intent", key, "changed")
    if row["seal"] is not None:
        yield Finding("intent", key, "seal_unknown")
    if row["body"] is None:
        yield Finding("intent_body", key, "missing")
    elif journal.body_digest(row["salt"], row["body"]) != row["body_digest"]:
        yield Finding("intent_body", key, "changed")


def _verdicts(engine: Engine) -> Iterator[Finding]:
    verdicts, intents = journal.VERDICT.c, journal.INTENT.c
    chosen = select(journal.VERDICT, intents.digest)
    chosen = chosen.outerjoin(journal.INTENT, intents.intent_id == verdicts.intent_id)
    chosen = chosen.order_by(verdicts.hub_seq).limit(BATCH)
    last, head = 0, ZERO_DIGEST
    begun = False
    while True:
        with reading(engine) as connection:
            found = connection.execute(chosen.where(verdicts.hub_seq > last) if begun else chosen)
            rows = found.mappings().all()
            ends = _ends(connection) if len(rows) < BATCH else None
        begun = True
        for row in rows:
            key = str(row["hub_seq"])
            yield from _differs(row["hub_seq"], last + 1, "verdict", key, "gap")
            if row["digest"] is None:
                yield Finding("intent", str(row["intent_id"]), "missing")
            computed = journal.verdict_digest(head, row["digest"] or "", row)
            yield from _differs(row["hub_digest"], computed, "verdict", key, "changed")
            last, head = row["hub_seq"], row["hub_digest"]
        if ends is not None:
            yield from _ends_fit(last, head, ends)
            return


def _ends(connection: Connection) -> dict[str, Any]:
    """Return counters and counts of one moment: who writes meanwhile moves them together."""
    tables = {"intent": journal.INTENT, "intent_body": journal.BODY, "verdict": journal.VERDICT}
    counts = {name: _count(connection, rows) for name, rows in tables.items()}
    return {**journal.hub_state(connection)._mapping, **counts}


def _ends_fit(last: int, head: str, ends: Mapping[str, Any]) -> Iterator[Finding]:
    yield from _differs(ends["last_hub_seq"], last, "hub_state", "1", "last_hub_seq")
    yield from _differs(ends["last_hub_digest"], head, "hub_state", "1", "last_hub_digest")
    if ends["verdict"] < ends["intent"]:
        yield Finding("verdict", str(last), "missing")
    if ends["intent_body"] > ends["intent"]:
        yield Finding("intent_body", "", "added")


def _originals(engine: Engine) -> Iterator[Finding]:
    """Compare each original with the digest that is its name, one in a transaction: some are large."""
    after: str | None = None
    while True:
        chosen = select(BLOB).order_by(BLOB.c.sha256).limit(1)
        with reading(engine) as connection:
            row = connection.execute(chosen if after is None else chosen.where(BLOB.c.sha256 > after)).one_or_none()
        if row is None:
            return
        after = row.sha256
        if hashlib.sha256(row.content).hexdigest() != row.sha256 or len(row.content) != row.size:
            yield Finding("blob", row.sha256, "changed")


def _count(connection: Connection, rows: Any) -> int:
    return int(connection.execute(select(func.count()).select_from(rows)).scalar_one())


def _differs(found: Any, wanted: Any, name: str, key: str, code: str) -> Iterator[Finding]:
    if found != wanted:
        yield Finding(name, key, code)
