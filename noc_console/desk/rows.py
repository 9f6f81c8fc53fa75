"""Turns stored rows into frozen values with aware instants and real lists, as facts and views see them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, Row, Select, Table, select

from noc_console.clock import from_ms
from noc_console.errors import UsageError
from noc_console.i18n import _
from noc_console.store.tables import INSTANT_ENDINGS, JSON_COLUMNS, owner_column, table
from noc_console.text import clean

Values = Mapping[str, Any]


@cache
def _shapes(name: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    columns = [column.name for column in table(name).c]
    instants = tuple(c for c in columns if c.endswith(INSTANT_ENDINGS) or c == "at")
    return instants, tuple(c for c in columns if c in JSON_COLUMNS or c in ("roles", "skills", "params"))


def values_of(name: str, row: Row[Any]) -> Values:
    """Return a row of a table as a frozen mapping."""
    values = dict(row._mapping)
    instants, lists = _shapes(name)
    for column in instants:
        if values[column] is not None:
            values[column] = from_ms(values[column])
    for column in lists:
        if values[column] is not None:
            values[column] = json.loads(values[column])
    return MappingProxyType(values)


def one(connection: Connection, name: str, row_id: str, *, lock: bool = False) -> Values | None:
    """Read one row by its id, locked for the rest of the transaction where it will be changed."""
    statement = _by_id(name)
    if lock and connection.dialect.name != "sqlite":
        statement = statement.with_for_update()
    row = connection.execute(statement, {"row_id": row_id}).one_or_none()
    return values_of(name, row) if row is not None else None


def of_record(connection: Connection, name: str, record: str) -> tuple[Values, ...]:
    """Read the rows of a side table that belong to a record, oldest first."""
    rows = connection.execute(_by_owner(name), {"owner": record})
    return tuple(values_of(name, row) for row in rows)


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


@cache
def _by_id(name: str) -> Select[Any]:
    from sqlalchemy import bindparam

    return select(table(name)).where(table(name).c.id == bindparam("row_id"))


@cache
def _by_owner(name: str) -> Select[Any]:
    from sqlalchemy import bindparam

    rows: Table = table(name)
    order = rows.c.at if "at" in rows.c else rows.c.id
    return select(rows).where(rows.c[owner_column(name)] == bindparam("owner")).order_by(order, rows.c.id)
