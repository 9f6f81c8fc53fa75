"""Turns stored rows into frozen values with aware instants and real lists, as facts and views see them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, Row, Table, bindparam, func, select

from noc_console.clock import from_ms
from noc_console.errors import UsageError
from noc_console.i18n import _
from noc_console.store.canonical import read
from noc_console.store.prepared import Prepared
from noc_console.store.tables import INSTANT_ENDINGS, JSON_COLUMNS, owner_column, table
from noc_console.text import clean

Values = Mapping[str, Any]
#: Side table -> what tells how old a row is, the first of them that it has; elsewhere ``at``. Rows of one instant go by
#: their ids, which rise in the order in which they were added (``workflows.effect_kit.row_id``).
_AGES = {
    "outbox": ("created_at",),
    "visit": ("dispatched_at", "arrived_at", "left_at"),
    "diagnosis": ("number",),
    "consult": ("number",),
}


@cache
def _shapes(name: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    columns = [column.name for column in table(name).c]
    instants = tuple(c for c in columns if c.endswith(INSTANT_ENDINGS) or c == "at")
    return instants, tuple(c for c in columns if c in JSON_COLUMNS or c in ("roles", "skills", "params"))


def values_of(name: str, row: Row[Any]) -> Values:
    """Return a row of a table as a frozen mapping."""
    return _frozen(name, dict(row._mapping))


def read_rows(connection: Connection, name: str, chosen: Prepared, /, **given: str | int) -> tuple[Values, ...]:
    """Read whole rows of a table as frozen mappings."""
    return tuple(_frozen(name, row) for row in chosen.rows(connection, **given))


def _frozen(name: str, values: dict[str, Any]) -> Values:
    instants, lists = _shapes(name)
    for column in instants:
        if values[column] is not None:
            values[column] = from_ms(values[column])
    for column in lists:
        if values[column] is not None:
            values[column] = read(values[column])
    return MappingProxyType(values)


def one(connection: Connection, name: str, row_id: str, *, lock: bool = False) -> Values | None:
    """Read one row by its id, locked for the rest of the transaction where it will be changed."""
    found = read_rows(connection, name, _by_id(name, lock), row_id=row_id)
    return found[0] if found else None


def of_record(connection: Connection, name: str, record: str) -> tuple[Values, ...]:
    """Read the rows of a side table that belong to a record, oldest first."""
    return read_rows(connection, name, _by_owner(name), owner=record)


def begun(connection: Connection, name: str, said: str) -> Values | None:
    """Read the one row whose id begins so. Raises UsageError where several do."""
    rows, beginning = table(name), clean(said).strip().lower()
    if not beginning:
        return None
    chosen = select(rows).where(rows.c.id.startswith(beginning, autoescape=True)).order_by(rows.c.id).limit(2)
    found = connection.execute(chosen).all()
    if len(found) > 1 and found[0].id != beginning:
        raise UsageError(_("several begin with {item}", item=beginning), _("say more of the id"))
    return values_of(name, found[0]) if found else None


def lock_in_order(connection: Connection, name: str, row_ids: Iterable[str]) -> None:
    """Lock rows by their ids for the rest of the transaction; who locks so never waits for one who waits for it."""
    rows, wanted = table(name), sorted(row_ids)
    if wanted and connection.dialect.name != "sqlite":  # which lets one write at a time anyway
        connection.execute(select(rows.c.id).where(rows.c.id.in_(wanted)).order_by(rows.c.id).with_for_update())


@cache
def _by_id(name: str, lock: bool) -> Prepared:
    chosen = select(table(name)).where(table(name).c.id == bindparam("row_id"))
    return Prepared(chosen.with_for_update() if lock else chosen)  # SQLite has no row locks, and none is written for it


@cache
def _by_owner(name: str) -> Prepared:
    rows: Table = table(name)
    ages = [rows.c[column] for column in _AGES.get(name, ("at",)) if column in rows.c]
    order = [func.coalesce(*ages).nulls_last()] if len(ages) > 1 else ages  # else each kind of store has its own way
    return Prepared(select(rows).where(rows.c[owner_column(name)] == bindparam("owner")).order_by(*order, rows.c.id))
