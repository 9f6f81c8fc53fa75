"""Checks a store against its journal, and rebuilds rows from it.

``chains`` recomputes every digest, so that a changed byte in any journal column is found. ``rows`` folds the effects
of each record again and compares, or repairs. Both go in short transactions, so that nobody waits for them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, RowMapping, delete, func, insert, select

from noc_console.store import journal, search
from noc_console.store.apply import fold
from noc_console.store.engine import reading, retried, told_plainly, writing
from noc_console.store.schema import ZERO_DIGEST
from noc_console.store.tables import NAMES, owner_column, table

#: Intents read in one transaction; well under 200 ms on a slow disk.
BATCH = 1_000
#: Kinds whose rows are added by a ticket's intents and belong to it, and have intents of their own later.
SATELLITES = ("outbox", "inbox")
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that does not fit: in which table, at which key, and what is wrong, as a code."""

    table: str
    key: str
    code: str


def silent(_done: int, _total: int) -> None:
    """Report progress to nobody."""


def chains(engine: Engine, progress: Progress = silent) -> Iterator[Finding]:
    """Yield what is wrong with the journal: changed bytes, gaps, missing or added rows."""
    with told_plainly(), reading(engine) as connection:
        hub = journal.hub_state(connection)
        total = int(connection.execute(select(func.count()).select_from(journal.INTENT)).scalar_one())
    yield from _intents(engine, hub, progress, total)
    yield from _verdicts(engine, hub, total)


def _intents(engine: Engine, hub: Any, progress: Progress, total: int) -> Iterator[Finding]:
    intents, bodies = journal.INTENT, journal.BODY
    chosen = select(intents, bodies.c.salt, bodies.c.body).outerjoin(bodies, bodies.c.intent_id == intents.c.intent_id)
    ordered = chosen.order_by(intents.c.origin, intents.c.origin_seq, intents.c.intent_id)
    place: tuple[str, int, str] | None = None
    previous = ("", 0, ZERO_DIGEST)
    done = 0
    while True:
        statement = ordered.limit(BATCH)
        if place is not None:
            beyond = _beyond((intents.c.origin, intents.c.origin_seq, intents.c.intent_id), place)
            statement = statement.where(beyond)
        with reading(engine) as connection:
            rows = [row._mapping for row in connection.execute(statement)]
        for row in rows:
            if row["origin"] != previous[0]:
                previous = (row["origin"], 0, ZERO_DIGEST)
            yield from _intent_findings(row, previous)
            previous = (row["origin"], row["origin_seq"], row["digest"])
            if row["origin"] == hub.origin and row["origin_seq"] == hub.last_origin_seq:
                yield from _differs(row["digest"], hub.last_origin_digest, "hub_state", "1", "last_origin_digest")
        done += len(rows)
        progress(done, total)
        if len(rows) < BATCH:
            return
        place = (rows[-1]["origin"], rows[-1]["origin_seq"], rows[-1]["intent_id"])


def _beyond(columns: tuple[Any, ...], place: tuple[Any, ...]) -> Any:
    from sqlalchemy import tuple_

    return tuple_(*columns) > tuple_(*place)


def _intent_findings(row: RowMapping, previous: tuple[str, int, str]) -> Iterator[Finding]:
    key = str(row["intent_id"])
    yield from _differs(row["origin_seq"], previous[1] + 1, "intent", key, "gap")
    yield from _differs(row["prev_digest"], previous[2], "intent", key, "chain_broken")
    yield from _differs(row["digest"], journal.intent_digest(row), "intent", key, "changed")
    if row["seal"] is not None:
        yield Finding("intent", key, "seal_unknown")
    if row["body"] is None:
        yield Finding("intent_body", key, "missing")
    elif journal.body_digest(row["salt"], row["body"]) != row["body_digest"]:
        yield Finding("intent_body", key, "changed")


def _verdicts(engine: Engine, hub: Any, total: int) -> Iterator[Finding]:
    verdicts, intents = journal.VERDICT, journal.INTENT
    chosen = select(verdicts, intents.c.digest).outerjoin(intents, intents.c.intent_id == verdicts.c.intent_id)
    last, head, count = 0, ZERO_DIGEST, 0
    while True:
        statement = chosen.where(verdicts.c.hub_seq > last).order_by(verdicts.c.hub_seq).limit(BATCH)
        with reading(engine) as connection:
            rows = [row._mapping for row in connection.execute(statement)]
        for row in rows:
            key = str(row["hub_seq"])
            yield from _differs(row["hub_seq"], last + 1, "verdict", key, "gap")
            if row["digest"] is None:
                yield Finding("intent", str(row["intent_id"]), "missing")
            computed = journal.verdict_digest(head, row["digest"] or "", row)
            yield from _differs(row["hub_digest"], computed, "verdict", key, "changed")
            last, head = row["hub_seq"], row["hub_digest"]
        count += len(rows)
        if len(rows) < BATCH:
            break
    yield from _differs(last, hub.last_hub_seq, "hub_state", "1", "last_hub_seq")
    yield from _differs(head, hub.last_hub_digest, "hub_state", "1", "last_hub_digest")
    if count < total:
        yield Finding("verdict", str(last), "missing")
    with reading(engine) as connection:
        bodies = int(connection.execute(select(func.count()).select_from(journal.BODY)).scalar_one())
    if bodies > total:
        yield Finding("intent_body", str(bodies), "added")


def _differs(found: Any, wanted: Any, name: str, key: str, code: str) -> Iterator[Finding]:
    if found != wanted:
        yield Finding(name, key, code)


def rows(engine: Engine, *, repair: bool, progress: Progress = silent) -> Iterator[Finding]:
    """Yield every row that is not what the journal makes it; with ``repair`` put it right, record by record.

    Stopped half way, it can simply be run again: each run of records is one transaction.
    """
    with told_plainly(), reading(engine) as connection:
        total = int(connection.execute(select(func.count()).select_from(journal.INTENT)).scalar_one())
    after, done = "", 0
    while True:
        with reading(engine) as connection:
            until = _end_of_run(connection, after)
        findings, count = _run(engine, after, until, repair)
        yield from findings
        done += count
        progress(done, total)
        if until is None:
            break
        after = until
    yield from _words(engine, repair)


def _end_of_run(connection: Connection, after: str) -> str | None:
    """Return the last record of the next run of about BATCH intents, None for the last run."""
    intents = journal.INTENT
    statement = select(intents.c.record).where(intents.c.record > after).order_by(intents.c.record)
    return connection.execute(statement.offset(BATCH - 1).limit(1)).scalar_one_or_none()


def _run(engine: Engine, after: str, until: str | None, repair: bool) -> tuple[list[Finding], int]:
    if not repair:
        with told_plainly(), reading(engine) as connection:
            return _compare(connection, after, until, repair=False)

    def work() -> tuple[list[Finding], int]:
        with writing(engine) as connection:
            return _compare(connection, after, until, repair=True)

    return retried(work)


def _compare(connection: Connection, after: str, until: str | None, *, repair: bool) -> tuple[list[Finding], int]:
    wanted, count = _folded(connection, after, until)
    findings = []
    for name in NAMES:
        columns = [column.name for column in table(name).c]
        expected = {key: tuple(map(row.__getitem__, columns)) for key, row in wanted.get(name, {}).items()}
        found = {row[columns.index("id")]: tuple(row) for row in connection.execute(_range(name, after, until))}
        if found == expected:
            continue
        wrong = [key for key in found.keys() | expected.keys() if found.get(key) != expected.get(key)]
        findings += [Finding(name, key, _difference(key, found, expected)) for key in sorted(wrong)]
        if repair:
            _repair(connection, name, wrong, found, wanted.get(name, {}))
    return findings, count


def _folded(connection: Connection, after: str, until: str | None) -> tuple[dict[str, dict[str, dict[str, Any]]], int]:
    """Fold every intent of a run of records, in the order of the journal, then what became of their satellites."""
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    intents = journal.INTENT
    where = [intents.c.record > after, intents.c.kind.not_in(SATELLITES)]
    count = _fold_where(connection, rows, *where, *([] if until is None else [intents.c.record <= until]))
    for kind in SATELLITES:
        ids = [key for name, key in rows if name == kind]
        for start in range(0, len(ids), 500):
            chosen = intents.c.record.in_(ids[start : start + 500])
            count += _fold_where(connection, rows, chosen, intents.c.kind == kind)
    wanted: dict[str, dict[str, dict[str, Any]]] = {}
    for (name, key), row in rows.items():
        wanted.setdefault(name, {})[key] = row
    return wanted, count


def _fold_where(connection: Connection, rows: dict[tuple[str, str], dict[str, Any]], *where: Any) -> int:
    intents, bodies, verdicts = journal.INTENT, journal.BODY, journal.VERDICT
    joined = select(intents.c.record, verdicts.c.effects, bodies.c.body).join(
        verdicts, verdicts.c.intent_id == intents.c.intent_id
    )
    statement = joined.outerjoin(bodies, bodies.c.intent_id == intents.c.intent_id).where(*where)
    count = 0
    for record, effects, body in connection.execute(statement.order_by(intents.c.record, verdicts.c.hub_seq)):
        fold(rows, record, json.loads(effects), json.loads(body) if body is not None else {})
        count += 1
    return count


def _range(name: str, after: str, until: str | None) -> Any:
    owner = table(name).c[owner_column(name)]
    statement = select(table(name)).where(owner > after)
    return statement if until is None else statement.where(owner <= until)


def _difference(key: str, found: Mapping[str, Any], expected: Mapping[str, Any]) -> str:
    if key not in found:
        return "missing"
    return "changed" if key in expected else "added"


def _repair(
    connection: Connection, name: str, wrong: list[str], found: Mapping[str, Any], wanted: Mapping[str, dict[str, Any]]
) -> None:
    gone = [key for key in wrong if key in found]
    for start in range(0, len(gone), 500):
        connection.execute(delete(table(name)).where(table(name).c.id.in_(gone[start : start + 500])))
    again = [wanted[key] for key in wrong if key in wanted]
    if again:
        connection.execute(insert(table(name)), again)


def _words(engine: Engine, repair: bool) -> Iterator[Finding]:
    """Compare the search index with the journal, run by run."""
    last = 0
    while True:
        wanted, until, dialect = _wanted_words(engine, last)
        if until is None:
            return
        with told_plainly(), reading(engine) as connection:
            found = search.rows_between(connection, last, until)
        wrong = [
            seq for seq in wanted.keys() | found.keys() if not search.agrees(dialect, wanted.get(seq), found.get(seq))
        ]
        yield from (Finding("search", str(seq), "changed") for seq in sorted(wrong))
        if repair and wrong:
            _repair_words(engine, wrong, wanted)
        last = until


def _wanted_words(engine: Engine, last: int) -> tuple[dict[int, dict[str, Any]], int | None, str]:
    from noc_console.store.texts import text_of_intent

    verdicts, intents, bodies = journal.VERDICT, journal.INTENT, journal.BODY
    joined = select(verdicts.c.hub_seq, intents.c.record, intents.c.kind, intents.c.event, bodies.c.body)
    joined = joined.join(intents, intents.c.intent_id == verdicts.c.intent_id)
    joined = joined.outerjoin(bodies, bodies.c.intent_id == intents.c.intent_id)
    statement = joined.where(verdicts.c.hub_seq > last).order_by(verdicts.c.hub_seq).limit(BATCH)
    with told_plainly(), reading(engine) as connection:
        rows = connection.execute(statement).all()
        dialect = connection.dialect.name
    wanted = {}
    for row in rows:
        text = text_of_intent(row.kind, row.event, json.loads(row.body) if row.body is not None else {})
        made = search.row_of(dialect, row.hub_seq, row.record, text) if text else None
        if made:
            wanted[row.hub_seq] = made
    return wanted, rows[-1].hub_seq if rows else None, dialect


def _repair_words(engine: Engine, wrong: list[int], wanted: Mapping[int, dict[str, Any]]) -> None:
    def work() -> None:
        with writing(engine) as connection:
            search.remove(connection, wrong)
            search.index_many(connection, [wanted[seq] for seq in wrong if seq in wanted])

    retried(work)
