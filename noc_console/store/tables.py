"""Knows the tables that effects may write: their columns, a new row of each, and which column says whose row it is.

Tables are made from ``models.layout``, which is written from the models: SQLModel itself is loaded only to make a new
store or to migrate one.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Integer, LargeBinary, MetaData, String, Table
from sqlalchemy.types import TypeEngine

from noc_console.models.layout import LAYOUT

#: Columns that hold a list or a mapping as canonical JSON, and endings of those that hold an instant in milliseconds.
JSON_COLUMNS = frozenset(
    {"objects", "missing", "breached", "sla", "attempts", "segments", "fired", "attachments", "references", "voices"}
    | {"labels", "entered", "approval", "judged", "vendors"}
)
INSTANT_ENDINGS = ("_at", "_due", "_until", "_start", "_end")
#: Tables of which no row is ever changed; on PostgreSQL by the rights of people, too.
ADDED_TO_ONLY = ("intent", "intent_body", "verdict", "blob")
#: Tables that only the store itself writes; effects may write all others.
_OWN = frozenset({*ADDED_TO_ONLY, "hub_state"})
NAMES = tuple(name for name in LAYOUT if name not in _OWN)
_TYPES: dict[str, type[TypeEngine[Any]]] = {
    "text": String,
    "integer": Integer,
    "bigint": BigInteger,
    "boolean": Boolean,
    "bytes": LargeBinary,
}
_METADATA = MetaData()


@cache
def table(name: str) -> Table:
    """Return a table. Raises KeyError for one that there is not."""
    return Table(name, _METADATA, *(_column(line) for line in LAYOUT[name].strip().splitlines()))


def _column(line: str) -> Column[Any]:
    name, kind, *marks = line.partition("=")[0].split()
    return Column(
        name, _TYPES[kind], primary_key="key" in marks, unique="unique" in marks or None, nullable="null" in marks
    )


@cache
def defaults(name: str) -> dict[str, Any]:
    """Return a new row's values before any effect: every column, so that a fold and a table agree."""
    lines = (line.partition("=") for line in LAYOUT[name].strip().splitlines())
    return {column.split()[0]: json.loads(value) if value else None for column, _mark, value in lines}


@cache
def filled(name: str) -> dict[str, Any]:
    """Return those of a new row's values that are not empty: what a row says that is written by naming only those."""
    return {column: value for column, value in defaults(name).items() if value is not None}


@cache
def blank(name: str) -> dict[str, Any]:
    """Return a new row's values before any effect as an effect names them: what an effect need not say."""
    return {
        column: json.loads(value) if column in JSON_COLUMNS and value is not None else value
        for column, value in defaults(name).items()
    }


@cache
def unsaid(name: str) -> dict[str, Any]:
    """Return what stands for an input that nobody can read any more, by column: None only where a column allows it."""
    blank = {
        column.name: {String: "", Boolean: False, LargeBinary: b""}.get(type(column.type), 0)
        for column in table(name).c
        if not column.nullable
    }
    return {
        column: blank[column] if value is None else value for column, value in defaults(name).items() if column in blank
    }


@cache
def owner_column(name: str) -> str:
    """Return the column that names the record a row belongs to: its own id, or ``record``."""
    return "record" if "record" in table(name).c else "id"


@cache
def is_versioned(name: str) -> bool:
    """Tell whether each change of a row counts its ``row_version`` up."""
    return "row_version" in table(name).c
