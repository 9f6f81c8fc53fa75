"""Makes rows again from the journal: compares them with those that are there, and repairs where asked.

It goes root by root (a root owns every row that its intents write), a run of roots in one short transaction, so that
memory does not grow and nobody waits. It judges nothing and never writes the journal.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Engine, String, Table, column, delete, func, select, text

from noc_console.store import journal, search
from noc_console.store.apply import fold
from noc_console.store.bulk import insert_many
from noc_console.store.canonical import read
from noc_console.store.engine import reading, retried, writing
from noc_console.store.tables import NAMES, owner_column, table
from noc_console.store.texts import text_of_intent
from noc_console.store.verify import BATCH, Finding, Progress, silent

#: Keys in one DELETE; SQLite takes 999 parameters in its older releases.
KEYS = 500
Row = Mapping[str, Any]


@dataclass(slots=True)
class _Run:
    """What the intents of a run of roots make: rows by table and id, indexed texts by place, and what is unreadable."""

    places: list[int] = field(default_factory=list)
    rows: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    words: dict[int, Row] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def by_table(self) -> dict[str, dict[str, Row]]:
        """Return the rows of each table by their ids."""
        tables: dict[str, dict[str, Row]] = {name: {} for name in NAMES}
        for (name, key), row in self.rows.items():
            tables[name][key] = row
        return tables


def rows(engine: Engine, *, repair: bool, progress: Progress = silent) -> Iterator[Finding]:
    """Yield every row and indexed text that is not what the journal makes it; with ``repair`` put it right.

    Stopped half way, it can simply be run again: each run of roots is one transaction.
    """
    with reading(engine) as connection:
        total = int(connection.execute(select(func.count()).select_from(journal.INTENT)).scalar_one())
    after: str | None = None
    done = 0
    while True:
        findings, until, count = _one_run(engine, after, repair)
        yield from findings
        done += count
        progress(done, total)
        if until is None:
            break
        after = until
    yield from _words_of_nothing(engine, repair)


def _one_run(engine: Engine, after: str | None, repair: bool) -> tuple[list[Finding], str | None, int]:
    """Compare the run of roots beyond ``after``; return what differs, its last root (None at the end), its length."""

    def look(connection: Connection) -> tuple[list[Finding], str | None, int]:
        until = _last_root(connection, after)
        run = _folded(connection, after, until)
        findings = [*run.findings, *_rows_that_differ(connection, run, after, until, repair)]
        return [*findings, *_words_that_differ(connection, run, repair)], until, len(run.places)

    def work() -> tuple[list[Finding], str | None, int]:
        with writing(engine) as connection:
            return look(connection)

    if repair:
        return retried(work)
    with reading(engine) as connection:
        return look(connection)


def _last_root(connection: Connection, after: str | None) -> str | None:
    root = journal.INTENT.c.root
    statement = select(root).order_by(root).offset(BATCH - 1).limit(1)
    found: str | None = connection.execute(_between(statement, root, after, None)).scalar_one_or_none()
    return found


def _between(statement: Any, column: Any, after: str | None, until: str | None) -> Any:
    if after is not None:
        statement = statement.where(column > after)
    return statement if until is None else statement.where(column <= until)


def _folded(connection: Connection, after: str | None, until: str | None) -> _Run:
    intents, bodies, verdicts = journal.INTENT.c, journal.BODY.c, journal.VERDICT.c
    header = (verdicts.hub_seq, intents.root, intents.record, intents.kind, intents.event)
    statement = select(*header, verdicts.effects, bodies.body)
    statement = statement.join_from(journal.INTENT, journal.VERDICT, verdicts.intent_id == intents.intent_id)
    statement = statement.outerjoin(journal.BODY, bodies.intent_id == intents.intent_id)
    statement = _between(statement, intents.root, after, until).order_by(verdicts.hub_seq)
    dialect = connection.dialect.name
    run = _Run()
    for place, root, record, kind, event, written_effects, written_body in connection.execute(statement):
        run.places.append(place)
        try:
            effects = read(written_effects)
            body = {} if written_body is None else read(written_body)
        except ValueError:
            run.findings.append(Finding("verdict", str(place), "unreadable"))
            continue
        fold(run.rows, root, effects, body)
        words = search.row_of(dialect, place, record, text_of_intent(kind, event, body))
        if words:
            run.words[place] = words
    return run


def _rows_that_differ(
    connection: Connection, run: _Run, after: str | None, until: str | None, repair: bool
) -> Iterator[Finding]:
    for name, wanted in run.by_table().items():
        values = itemgetter(*table(name).c.keys())
        expected = {key: values(row) for key, row in wanted.items()}
        found = {row[0]: tuple(row[1:]) for row in connection.execute(_owned(name, after, until))}
        if found == expected:
            continue
        wrong = sorted(key for key in found.keys() | expected.keys() if found.get(key) != expected.get(key))
        yield from (Finding(name, key, _difference(key, found, expected)) for key in wrong)
        if repair:
            _remove(connection, table(name), "id", [key for key in wrong if key in found])
            _put_back(connection, table(name), [wanted[key] for key in wrong if key in wanted])


def _owned(name: str, after: str | None, until: str | None) -> Any:
    """Return a query for the rows of a run, each after its id, just as the database holds them."""
    names = ", ".join(f'"{one.name}"' for one in table(name).c)
    owner = column(owner_column(name), String)
    plain = select(text(f"id, {names}")).select_from(text(f'"{name}"'))
    return _between(plain, owner, after, until)


def _difference(key: Any, found: Mapping[Any, Any], expected: Mapping[Any, Any]) -> str:
    if key not in found:
        return "missing"
    return "changed" if key in expected else "added"


def _remove(connection: Connection, rows_of: Table, name: str, keys: Sequence[Any]) -> None:
    for start in range(0, len(keys), KEYS):
        connection.execute(delete(rows_of).where(rows_of.c[name].in_(keys[start : start + KEYS])))


def _put_back(connection: Connection, rows_of: Table, wanted: list[Row]) -> None:
    """Write rows again; a later run's row that was changed to the same id or unique value gives way, and comes back."""
    for name in ("id", *_unique_columns(rows_of)):
        _remove(connection, rows_of, name, [row[name] for row in wanted])
    names = rows_of.c.keys()
    insert_many(connection, rows_of, [{name: row[name] for name in names if row[name] is not None} for row in wanted])


@cache
def _unique_columns(rows_of: Table) -> tuple[str, ...]:
    return tuple(one.name for one in rows_of.c if one.unique)


def _words_that_differ(connection: Connection, run: _Run, repair: bool) -> Iterator[Finding]:
    found = search.rows_at(connection, run.places)
    if found == run.words:
        return
    wrong = sorted(place for place in found.keys() | run.words.keys() if found.get(place) != run.words.get(place))
    yield from (Finding("search", str(place), _difference(place, found, run.words)) for place in wrong)
    if repair:
        search.remove(connection, wrong)
        search.index(connection, [run.words[place] for place in wrong if place in run.words])


def _words_of_nothing(engine: Engine, repair: bool) -> Iterator[Finding]:
    """Find indexed texts at places that the journal does not have; within it places have no gap."""
    beyond = text("SELECT rowid FROM search WHERE rowid < 1 OR rowid > (SELECT last_hub_seq FROM hub_state)")
    with reading(engine) as connection:
        wrong = list(connection.execute(beyond).scalars())
    yield from (Finding("search", str(place), "added") for place in wrong)

    def work() -> None:
        with writing(engine) as connection:
            search.remove(connection, wrong)

    if repair and wrong:
        retried(work)
