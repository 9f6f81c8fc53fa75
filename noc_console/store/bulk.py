"""Writes many rows of one table with one prepared statement and no work a value.

Rows hold plain values (text, integers, yes/no, bytes), which both drivers take as they are; the general insert of
SQLAlchemy costs several times as much a row. Columns that no row names are left out of the statement: a new ticket says
a third of its columns, and to hand over the empty ones took twice as long as to store the row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from itertools import chain
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, RowMapping, Table


def insert_many(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any] | RowMapping]) -> None:
    """Insert rows, each naming two columns of the table or more; those that it does not name stay empty.

    To name a column that the table does not have is an error of whoever made the row.
    """
    if not rows:
        return
    named = set(chain.from_iterable(rows))
    names = tuple(name for name in _names(table) if name in named)
    if len(names) < len(named):
        raise RuntimeError(f"{table.name} has no column {min(map(str, named.difference(names)))}")
    if all(len(row) == len(names) for row in rows):
        values = list(map(itemgetter(*names), rows))
    else:
        values = [tuple(map(row.get, names)) for row in rows]
    connection.exec_driver_sql(_statement(connection.dialect.name, table, names), values)


@cache
def _names(table: Table) -> tuple[str, ...]:
    return tuple(column.name for column in table.c)


@lru_cache(maxsize=512)
def _statement(dialect: str, table: Table, names: tuple[str, ...]) -> str:
    mark = "?" if dialect == "sqlite" else "%s"
    columns = ", ".join(f'"{name}"' for name in names)
    return f'INSERT INTO "{table.name}" ({columns}) VALUES ({", ".join([mark] * len(names))})'
