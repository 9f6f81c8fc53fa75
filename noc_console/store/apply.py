"""Applies effects to rows: the only writer of the tables that screens and commands read.

An effect is data: ``["add", table, id, values]`` or ``["set", table, id, values]``. A value ``{"$": name}`` is the
input of that name in the intent's body. It must not judge anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, insert, update
from sqlalchemy.sql.dml import Update

from noc_console.store.canonical import canonical
from noc_console.store.tables import defaults, is_versioned, owner_column, table

Effects = Sequence[Sequence[Any]]
_updates: dict[tuple[str, tuple[str, ...]], Update] = {}


def apply(connection: Connection, record: str, effects: Effects, body: Mapping[str, Any]) -> None:
    """Write the effects of one intent; adding a row that is there already is an error of the caller."""
    for verb, name, row_id, values in effects:
        resolved = resolve(values, body)
        if verb == "add":
            connection.execute(insert(table(name)), new_row(name, row_id, record, resolved))
        else:
            connection.execute(_update(name, tuple(resolved)), {"row_id": row_id, **resolved})


def fold(rows: dict[tuple[str, str], dict[str, Any]], record: str, effects: Effects, body: Mapping[str, Any]) -> None:
    """Apply the effects of one intent to rows in memory, with the same result as ``apply``."""
    for verb, name, row_id, values in effects:
        resolved = resolve(values, body)
        if verb == "add":
            rows[name, row_id] = new_row(name, row_id, record, resolved)
            continue
        row = rows[name, row_id]
        row.update(resolved)
        if is_versioned(name):
            row["row_version"] += 1


def new_row(name: str, row_id: str, record: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return a whole new row: defaults, its id, whose it is, and the values."""
    return {**defaults(name), owner_column(name): record, "id": row_id, **values}


def resolve(values: Mapping[str, Any], body: Mapping[str, Any]) -> dict[str, Any]:
    """Return plain column values: inputs looked up (None where the body was erased), lists as JSON text."""
    return {key: _resolved(value, body) for key, value in values.items()}


def _resolved(value: Any, body: Mapping[str, Any]) -> Any:
    if isinstance(value, dict) and "$" in value:
        value = body.get(value["$"])
    return canonical(value) if isinstance(value, dict | list) else value


def _update(name: str, columns: tuple[str, ...]) -> Update:
    key = (name, columns)
    if key not in _updates:
        target = table(name)
        values: dict[str, Any] = {column: bindparam(column) for column in columns}
        if is_versioned(name):
            values["row_version"] = target.c.row_version + 1
        _updates[key] = update(target).where(target.c.id == bindparam("row_id")).values(values)
    return _updates[key]


def tables_of(effects: Iterable[Sequence[Any]]) -> set[str]:
    """Return the names of the tables that effects write."""
    return {effect[1] for effect in effects}
