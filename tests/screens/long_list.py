"""A list of any length that is made up row by row, and an app that shows it in a record table."""

from __future__ import annotations

import heapq
from bisect import insort
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice

from textual.app import App, ComposeResult
from textual.message import Message
from textual.strip import Strip

from noc_console.screens.theme import install_themes
from noc_console.screens.widgets.held_rows import Window
from noc_console.screens.widgets.record_columns import Cell, Column
from noc_console.screens.widgets.record_table import RecordTable
from noc_console.screens.widgets.row_reader import Question

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the list."""

    key: str
    subject: str
    version: int = 0


Ask = Question | RecordTable.NeedRows


class LongList:
    """Rows ``r0``, ``r1``... at the places 0, 1...; some are moved, added or taken away. It counts what is read."""

    def __init__(self, length: int) -> None:
        self.length = length
        self.rows_read = 0
        self.asked: list[Ask] = []
        self.subjects: dict[str, str] = {}
        self._off_base: set[int] = set()
        self._placed: list[tuple[float, str]] = []
        self._place_of: dict[str, float] = {}

    def move(self, key: str, place: float) -> None:
        """Put a row, new or known, somewhere."""
        self.remove(key)
        insort(self._placed, (place, key))
        self._place_of[key] = place

    def remove(self, key: str) -> None:
        """Take a row out of the list; it still sorts where it was."""
        place = self._place(key)
        if key[1:].isdigit():
            self._off_base.add(int(key[1:]))
        self._placed = [one for one in self._placed if one[1] != key]
        self._place_of[key] = place

    def order(self) -> list[str]:
        """Return all keys in order; for short lists."""
        return [key for _place, key in self._forwards((float("-inf"), ""))]

    def window(self, ask: Ask) -> Window[Line]:
        """Answer a question as the desk would: by place, never by counting rows."""
        self.asked.append(ask)
        if ask.around is None:
            return self._page(ask.limit, after=ask.after, before=ask.before, from_end=ask.from_end)
        above = self._page(ask.limit, before=ask.around)
        last = above.rows[-1].key if above.rows else None
        below = self._page(ask.limit + 1, after=last)
        return Window(above.rows + below.rows, above.at_start, below.at_end)

    def _page(
        self, limit: int, *, after: str | None = None, before: str | None = None, from_end: bool = False
    ) -> Window[Line]:
        backwards = from_end or before is not None
        anchor = after or before
        edge = (float("inf") if backwards else float("-inf"), "")
        mark = (self._place(anchor), anchor) if anchor else edge
        walk = self._backwards(mark) if backwards else self._forwards(mark)
        found = [key for _place, key in islice(walk, limit + 1)]
        self.rows_read += len(found)
        more = len(found) > limit
        rows = tuple(self._line(key) for key in (reversed(found[:limit]) if backwards else found[:limit]))
        if backwards:
            return Window(rows, at_start=not more, at_end=anchor is None)
        return Window(rows, at_start=anchor is None, at_end=not more)

    def _line(self, key: str) -> Line:
        return Line(key, self.subjects.get(key, f"subject of {key}"))

    def _place(self, key: str) -> float:
        return self._place_of[key] if key in self._place_of else float(key[1:]) if key[1:].isdigit() else -1.0

    def _forwards(self, mark: tuple[float, str]) -> Iterator[tuple[float, str]]:
        first = 0 if mark[0] == float("-inf") else max(int(mark[0]), 0)
        base = ((float(n), f"r{n}") for n in range(first, self.length) if n not in self._off_base)
        return (one for one in heapq.merge(base, self._placed) if one > mark)

    def _backwards(self, mark: tuple[float, str]) -> Iterator[tuple[float, str]]:
        last = self.length - 1 if mark[0] == float("inf") else min(int(mark[0]) + 1, self.length - 1)
        base = ((float(n), f"r{n}") for n in range(last, -1, -1) if n not in self._off_base)
        return (one for one in heapq.merge(base, reversed(self._placed), reverse=True) if one < mark)


class Seconds:
    """A clock that goes when it is told to."""

    def __init__(self) -> None:
        self.at = 1_000.0

    def __call__(self) -> float:
        return self.at


class WatchedTable(RecordTable[Line]):
    """A record table that notes which of its lines were rendered."""

    rendered: list[int]

    def render_line(self, y: int) -> Strip:
        self.rendered.append(y)
        return super().render_line(y)

    @property
    def text(self) -> list[str]:
        """Return the lines as they stand on the screen."""
        return [super(WatchedTable, self).render_line(y).text for y in range(self.size.height)]


def columns() -> list[Column[Line]]:
    """Return columns like the queue's."""
    return [
        Column("ref", "REF", 10, 0, lambda row, _now: Cell(row.key)),
        Column("grade", "G", 2, 0, lambda _row, _now: Cell("P1", "grade-1")),
        Column("owner", "OWNER", 12, 2, lambda _row, _now: Cell("zhang.wei", "muted")),
        Column("due", "NEXT DUE", 8, 1, lambda _row, now: Cell(f"{now:%H:%M}", "late"), ticks=True, align="right"),
        Column("subject", "SUBJECT", None, 0, lambda row, _now: Cell(row.subject)),
        Column("customer", "CUSTOMER", 28, 3, lambda _row, _now: Cell("Acme Bank")),
    ]


class TableApp(App[None]):
    """Shows a long list; with ``hold`` questions wait until they are answered by hand."""

    ENABLE_COMMAND_PALETTE = False

    def __init__(self, rows: LongList, *, hold: bool = False) -> None:
        super().__init__()
        self.rows = rows
        self.hold = hold
        self.seconds = Seconds()
        self.waiting: list[RecordTable.NeedRows] = []
        self.said: list[Message] = []
        install_themes(self)
        self.theme = "noc-dark"

    def compose(self) -> ComposeResult:
        table = WatchedTable(columns(), monotonic=self.seconds, now=NOW)
        table.rendered = []
        yield table

    @property
    def table(self) -> WatchedTable:
        """Return the table."""
        return self.query_one(WatchedTable)

    def on_mount(self) -> None:
        self.table.focus()

    def on_record_table_need_rows(self, message: RecordTable.NeedRows) -> None:
        if self.hold:
            self.waiting.append(message)
        else:
            self.answer(message)

    def answer(self, message: RecordTable.NeedRows) -> None:
        """Answer a question with what the list has now."""
        self.table.put_window(self.rows.window(message), message.request_id)

    def on_record_table_highlighted(self, message: RecordTable.Highlighted) -> None:
        self.said.append(message)

    def on_record_table_opened(self, message: RecordTable.Opened) -> None:
        self.said.append(message)

    def on_record_table_marks_changed(self, message: RecordTable.MarksChanged) -> None:
        self.said.append(message)

    def on_record_table_arrivals(self, message: RecordTable.Arrivals) -> None:
        self.said.append(message)

    def on_record_table_cursor_record_left(self, message: RecordTable.CursorRecordLeft) -> None:
        self.said.append(message)

    def later(self, minutes: int) -> datetime:
        """Return an instant after the table's first."""
        return NOW + timedelta(minutes=minutes)
