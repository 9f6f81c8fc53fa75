"""Writes journal and rows through the store's own functions, and looks at them behind its back."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from itertools import count
from typing import Any

from sqlalchemy import BigInteger, Boolean, Connection, Engine, Integer, event, text

from noc_console.store import refold, search, verify
from noc_console.store.apply import Writer
from noc_console.store.canonical import new_id, plain
from noc_console.store.engine import reading, writing
from noc_console.store.journal import Intent, Judged, append
from noc_console.store.tables import NAMES, owner_column, table
from noc_console.store.texts import text_of_intent
from noc_console.store.verify import Finding

JOURNAL = ("intent", "intent_body", "verdict", "hub_state")
NOW = 1_790_000_000_000
_numbers = count(1)


def judged(
    record: str,
    effects: list[Any],
    inputs: Mapping[str, Any] | None = None,
    *,
    root: str = "",
    kind: str = "fault",
    word: str = "note",
    intent_id: str = "",
) -> Judged:
    """Return an intent that was granted, with its effects."""
    intent = Intent(
        intent_id=intent_id or new_id(),
        kind=kind,
        record=record,
        root=root or record,
        event=word,
        inputs=plain(inputs or {}),
        actor="wei",
        via="cli",
        submitted_by="wei",
        occurred_ms=NOW + next(_numbers),
        seen={"state": ""},
    )
    return Judged(intent, "applied", effects)


def keep(engine: Engine, *granted: Judged, number: int = 0) -> list[int]:
    """Write intents with their rows and texts in one transaction, as the door does."""
    with writing(engine) as connection:
        return keep_in(connection, *granted, number=number)


def keep_in(connection: Connection, *granted: Judged, number: int = 0) -> list[int]:
    """Write intents with their rows and texts in an open transaction."""
    writer = Writer(connection)
    for one in granted:
        writer.apply(one.intent.root, one.effects, one.intent.inputs)
    writer.flush()
    places = append(
        connection, granted, rules_version="1/0", confirmer="wei", confirmed_ms=NOW + next(_numbers), number=number
    )
    dialect = connection.dialect.name
    found = zip(places, granted, strict=True)
    texts = ((n, one.intent, text_of_intent(one.intent.kind, one.intent.event, one.intent.inputs)) for n, one in found)
    rows = (search.row_of(dialect, n, intent.record, said) for n, intent, said in texts)
    search.index(connection, [row for row in rows if row])
    return places


def full_row(name: str, mark: str) -> dict[str, Any]:
    """Return a value for every column of a table but its id and owner; ``mark`` makes texts different."""
    values: dict[str, Any] = {}
    for column in table(name).c:
        if column.name in {"id", owner_column(name), "row_version"}:
            continue
        if isinstance(column.type, Boolean):
            values[str(column.name)] = True
        elif isinstance(column.type, Integer | BigInteger):
            values[str(column.name)] = next(_numbers)
        else:
            values[str(column.name)] = f"{column.name} {mark} 断纤"
    return values


def rich(engine: Engine, *, roots: int = 3) -> None:
    """Put rows into every table that effects write, under several roots, each added and then changed."""
    added, changed = [], []
    for root in range(roots):
        for name in NAMES:
            own = owner_column(name) == "id"
            record, row_id = (f"{name}-{root}", f"{name}-{root}") if own else (f"ticket-{root}", f"{name}/{root}")
            added.append(judged(record, [["add", name, row_id, full_row(name, f"old {root}")]]))
            change = {key: value for key, value in full_row(name, f"new {root}").items() if isinstance(value, str)}
            said = {"text": f"{name} changed at 杭州 {root}"}
            changed.append(judged(record, [["set", name, row_id, change]], said))
    keep(engine, *added, number=roots)
    keep(engine, *changed)


def dump(engine: Engine) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of every table that is made from the journal, with the index of words."""
    found = {}
    with reading(engine) as connection:
        for name in NAMES:
            found[name] = sorted(tuple(row) for row in connection.execute(table(name).select()))
        words = connection.execute(text("SELECT rowid, record, words FROM search ORDER BY rowid"))
        found["search"] = [tuple(row) for row in words]
    return found


def behind_its_back(engine: Engine, sql: str, **parameters: Any) -> None:
    """Change a store as a person with a database tool does."""
    with writing(engine) as connection:
        connection.execute(text(sql), parameters)


def wrong(engine: Engine) -> list[Finding]:
    """Return everything that does not fit, of the journal and of the rows."""
    return [*verify.chains(engine), *refold.rows(engine, repair=False)]


def other(value: Any) -> Any:
    """Return another value of the same kind, one byte away."""
    if value is None:
        return "x"
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, bytes):
        return bytes([value[0] ^ 1]) + value[1:]
    return ("y" if value[:1] == "x" else "x") + value[1:]


def first_row(engine: Engine, name: str) -> tuple[str, Mapping[str, Any]]:
    """Return the name of a table's key and one of its rows, from the middle."""
    key = {"intent": "intent_id", "intent_body": "intent_id", "verdict": "hub_seq", "blob": "sha256"}.get(name, "id")
    with reading(engine) as connection:
        rows = connection.execute(text(f'SELECT * FROM "{name}" ORDER BY "{key}"')).mappings().all()
    return key, rows[len(rows) // 2]


def columns(engine: Engine, name: str) -> Iterator[str]:
    """Yield the columns that a table has in the database."""
    yield from first_row(engine, name)[1]


class FailingCommits:
    """Makes the next commits fail, before or after the database has done them."""

    def __init__(self, engine: Engine, times: int, *, after: bool, error: Exception | None = None) -> None:
        self.left = times
        self.writes = False
        dialect = engine.dialect
        original = dialect.do_commit

        def fail(connection: Any) -> None:
            self.left -= 1
            if dialect.name != "sqlite":
                connection.driver_connection.close()  # as when the server or the network went away
            raise error or _unknown_outcome(dialect.name)

        def commit(connection: Any) -> None:
            if self.left and self.writes and not after:
                fail(connection)
            original(connection)
            if self.left and self.writes:
                fail(connection)

        @event.listens_for(engine, "commit")
        def coming(connection: Connection) -> None:
            self.writes = bool(connection.get_execution_options().get("noc_write"))

        dialect.do_commit = commit  # type: ignore[method-assign]


def _unknown_outcome(dialect: str) -> Exception:
    """Return what the driver says where nobody knows whether a commit was done."""
    if dialect == "sqlite":
        return sqlite3.OperationalError("disk I/O error")
    import psycopg

    return psycopg.OperationalError("server closed the connection unexpectedly")
