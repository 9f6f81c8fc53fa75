"""Reads rows by statements that are compiled once, straight on the driver: an act reads twenty small sets of rows.

What SQLAlchemy does around one execution costs several times what the database needs for a few rows by an index. It
reads only, inside a transaction that ``engine`` began.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Connection, Dialect, Select
from sqlalchemy.exc import DBAPIError

#: Parameters of the statement by name, in the order of its marks; None where the driver takes names.
_Marks = tuple[str, ...] | None
#: What a driver's value becomes, for those columns that need it (a yes/no is a number in SQLite).
_Readers = tuple[tuple[str, Callable[[Any], Any]], ...]
_Form = tuple[str, _Marks, Mapping[str, Any], _Readers]


class Prepared:
    """A SELECT whose parameters are all named; ``rows`` runs it."""

    __slots__ = ("_columns", "_forms", "_statement")

    def __init__(self, statement: Select[Any]) -> None:
        self._statement = statement
        self._columns = tuple(map(str, statement.selected_columns.keys()))
        self._forms: dict[str, _Form] = {}

    def rows(self, connection: Connection, /, **given: str | int) -> list[dict[str, Any]]:
        """Return the rows found, each by the names of its columns. Raises DBAPIError as SQLAlchemy does."""
        dialect = connection.dialect
        sql, marks, fixed, readers = self._forms.get(dialect.name) or self._form(dialect)
        values = {**fixed, **given}
        driver: Any = connection.connection.driver_connection
        try:
            found = driver.execute(sql, values if marks is None else [values[name] for name in marks]).fetchall()
        except dialect.loaded_dbapi.Error as error:
            raise _told(connection, sql, error) from error
        rows = [dict(zip(self._columns, row, strict=True)) for row in found]
        for name, reader in readers:
            for row in rows:
                row[name] = reader(row[name])
        return rows

    def _form(self, dialect: Dialect) -> _Form:
        compiled = self._statement.compile(dialect=dialect)
        readers = (
            (str(column.key), reader)
            for column in self._statement.selected_columns
            if (reader := column.type.dialect_impl(dialect).result_processor(dialect, None))
        )
        marks = tuple(compiled.positiontup) if compiled.positiontup is not None else None
        fixed = {name: value for name, value in compiled.params.items() if value is not None}
        form: _Form = (str(compiled), marks, fixed, tuple(readers))
        self._forms[dialect.name] = form
        return form


def _told(connection: Connection, sql: str, error: Any) -> BaseException:
    """Return a driver's error as SQLAlchemy raises it, so that a race or a lost connection is known for one.

    A connection that is lost is given up here, as SQLAlchemy does: to undo its transaction would only fail again.
    """
    dialect = connection.dialect
    errors, lost = dialect.loaded_dbapi.Error, dialect.is_disconnect(error, connection.connection, None)
    if lost:
        connection.invalidate(error)
    told: BaseException = DBAPIError.instance(sql, None, error, errors, connection_invalidated=lost, dialect=dialect)
    return told
