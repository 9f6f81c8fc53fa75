"""Watches that no sitting reads rows while some that it granted are not written: it would judge by what was."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary, WeakSet

from sqlalchemy import Connection, Engine, event

from noc_console.desk.minutes import Entry, Minutes
from noc_console.store.prepared import Prepared
from noc_console.store.tables import NAMES

if TYPE_CHECKING:
    import pytest

    from noc_console.desk.desk import Desk

_READS = re.compile(rf'\s*SELECT\b.*\b(FROM|JOIN)\s+"?({"|".join(NAMES)}|search)\b', re.DOTALL)


@contextmanager
def only_fresh_rows(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let a statement fail that reads rows which the sitting of its connection may have changed since."""
    sittings: WeakKeyDictionary[Minutes, Connection] = WeakKeyDictionary()
    unwritten: WeakSet[Minutes] = WeakSet()
    begin, enter, settle, rows = Minutes.__init__, Minutes.enter, Minutes.settle, Prepared.rows

    def begun(minutes: Minutes, desk: Desk, connection: Connection) -> None:
        begin(minutes, desk, connection)
        sittings[minutes] = connection

    def entered(minutes: Minutes, entry: Entry) -> None:
        unwritten.add(minutes)
        enter(minutes, entry)

    def settled(minutes: Minutes) -> None:
        unwritten.discard(minutes)
        settle(minutes)

    def look(connection: Connection) -> None:
        assert not any(sittings[minutes] is connection for minutes in unwritten), "it reads what is not written yet"

    def read(prepared: Prepared, connection: Connection, /, **given: str | int) -> list[dict[str, Any]]:
        look(connection)
        return rows(prepared, connection, **given)

    def execute(connection: Connection, _cursor: object, statement: str, *_more: object) -> None:
        if _READS.match(statement):
            look(connection)

    monkeypatch.setattr(Minutes, "__init__", begun)
    monkeypatch.setattr(Minutes, "enter", entered)
    monkeypatch.setattr(Minutes, "settle", settled)
    monkeypatch.setattr(Prepared, "rows", read)
    event.listen(Engine, "before_cursor_execute", execute)
    try:
        yield
    finally:
        event.remove(Engine, "before_cursor_execute", execute)
