"""Applies effects to rows: the only writer of the tables that screens and commands read.

New rows are held back and written many at a time; whoever reads a record that may be among them flushes first.

An effect is data: ``["add", table, id, values]`` or ``["set", table, id, values]``. A value ``{"$": name}`` is the
input of that name in the intent's body. It must not judge anything.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, update
from sqlalchemy.sql.dml import Update

from noc_console.store.bulk import insert_many
from noc_console.store.canonical import written
from noc_console.store.tables import defaults, filled, is_versioned, owner_column, table, unsaid

Effects = Sequence[Sequence[Any]]
_updates: dict[tuple[str, tuple[str, ...]], Update] = {}


class Writer:
    """Applies the effects of intents in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._new: dict[tuple[str, str], dict[str, Any]] = {}

    def apply(self, root: str, effects: Effects, body: Mapping[str, Any]) -> None:
        """Apply the effects of one intent on rows that ``root`` owns.

        To add a row that is there already, or to set one that is not, is an error of the machine.
        """
        for verb, name, row_id, values in effects:
            resolved = resolve(name, values, body)
            if verb == "add":
                self._new[name, row_id] = {**filled(name), owner_column(name): root, "id": row_id, **resolved}
            elif (name, row_id) in self._new:
                change(name, self._new[name, row_id], resolved)
            else:
                done = self.connection.execute(_update(name, tuple(resolved)), {"row_id": row_id, **resolved})
                if done.rowcount != 1:
                    raise RuntimeError(f"there is no row {row_id} in {name} to set")

    def flush(self) -> None:
        """Write the rows that are held back."""
        by_table: dict[str, list[dict[str, Any]]] = {}
        for (name, _row_id), row in self._new.items():
            by_table.setdefault(name, []).append(row)
        for name, rows in by_table.items():
            insert_many(self.connection, table(name), rows)
        self._new.clear()


def fold(rows: dict[tuple[str, str], dict[str, Any]], root: str, effects: Effects, body: Mapping[str, Any]) -> None:
    """Apply the effects of one intent to rows in memory, with the same result as ``Writer``.

    Where the journal has lost the row's beginning there is nothing to set; ``verify.chains`` says what is lost.
    """
    for verb, name, row_id, values in effects:
        resolved = resolve(name, values, body)
        if verb == "add":
            rows[name, row_id] = {**defaults(name), owner_column(name): root, "id": row_id, **resolved}
        elif (name, row_id) in rows:
            change(name, rows[name, row_id], resolved)


def change(name: str, row: dict[str, Any], values: Mapping[str, Any]) -> None:
    """Set fields of a row in memory, counting its version up as the table does."""
    row.update(values)
    if is_versioned(name):
        row["row_version"] += 1


def resolve(name: str, values: Mapping[str, Any], body: Mapping[str, Any]) -> dict[str, Any]:
    """Return plain column values of a row of ``name``: inputs looked up, lists as JSON text.

    Where the body was erased a column is empty: None, or the nearest that a column which is never empty allows.
    """
    columns = {}
    for column, said in values.items():
        value = said
        if type(said) is dict and "$" in said:
            path = said["$"]
            value = _part(body, path) if "." in path else body.get(path)
            if value is None:
                value = unsaid(name).get(column)
        if type(value) is dict or type(value) is list:
            value = written(value) if value else str(value)
        columns[column] = value
    return columns


def _part(body: Mapping[str, Any], path: str) -> Any:
    """Return a part of an input: ``file.name``."""
    name, _dot, part = path.partition(".")
    value = body.get(name)
    return value.get(part) if part and isinstance(value, Mapping) else value


def _update(name: str, columns: tuple[str, ...]) -> Update:
    key = (name, columns)
    if key not in _updates:
        target = table(name)
        values: dict[str, Any] = {column: bindparam(column) for column in columns}
        if is_versioned(name):
            values["row_version"] = target.c.row_version + 1
        _updates[key] = update(target).where(target.c.id == bindparam("row_id")).values(values)
    return _updates[key]
