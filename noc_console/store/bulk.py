"""Writes many rows of one table with one prepared statement and no work a value.

Rows hold plain values (text, integers, yes/no, bytes), which both drivers take as they are; the general insert of
SQLAlchemy costs several times as much a row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, RowMapping, Table


def insert_many(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any] | RowMapping]) -> None:
    """Insert whole rows: each names every column of the table."""
    if rows:
        values = itemgetter(*(column.name for column in table.c))
        connection.exec_driver_sql(_statement(connection.dialect.name, table), [values(row) for row in rows])


@cache
def _statement(dialect: str, table: Table) -> str:
    mark = "?" if dialect == "sqlite" else "%s"
    columns = ", ".join(f'"{column.name}"' for column in table.c)
    return f'INSERT INTO "{table.name}" ({columns}) VALUES ({", ".join([mark] * len(table.c))})'
