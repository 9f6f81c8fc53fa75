"""A table over a list of any length: keys, mouse and paint around a ``RowReader``, and the marks on records.

The cursor and the marks stay on the *record* when rows move, leave or arrive; while marks exist, the order is frozen.
It must not read anything itself, and it knows no rules: the owner answers ``NeedRows`` with ``put_window``.

There is no scroll bar: rows are paged by key, so the place in the whole list is not known and a bar would lie.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import ClassVar, Generic, TypeAlias

from rich.segment import Segment
from textual.binding import BindingType
from textual.events import Click, MouseScrollDown, MouseScrollUp, Resize
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from noc_console import clock
from noc_console.screens.bindings import bindings
from noc_console.screens.theme import tone_style
from noc_console.screens.widgets import record_messages
from noc_console.screens.widgets.held_rows import Marks, Window
from noc_console.screens.widgets.record_columns import GUTTER, Column, Place, RowT, places
from noc_console.screens.widgets.row_reader import Question, RowReader
from noc_console.text import clean, fit

_WHEEL_LINES = 3
_PAINTED = 2_000


class RecordTable(Widget, Generic[RowT], can_focus=True):
    """The windowed table; the header is its first line."""

    DEFAULT_CSS = """
    RecordTable { height: 1fr; width: 1fr; background: $background; color: $foreground; }
    RecordTable > .record-table--header { color: $foreground; background: $panel; text-style: bold; }
    RecordTable > .record-table--mark { background: $panel; text-style: bold; }
    RecordTable > .record-table--cursor {
        color: $block-cursor-blurred-foreground; background: $block-cursor-blurred-background; text-style: bold;
    }
    RecordTable:focus > .record-table--cursor {
        color: $block-cursor-foreground; background: $block-cursor-background; text-style: bold;
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"record-table--header", "record-table--cursor", "record-table--mark"}
    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = bindings("table")

    NeedRows: TypeAlias = record_messages.NeedRows
    Highlighted: TypeAlias = record_messages.Highlighted
    Opened: TypeAlias = record_messages.Opened
    MarksChanged: TypeAlias = record_messages.MarksChanged
    Arrivals: TypeAlias = record_messages.Arrivals
    CursorRecordLeft: TypeAlias = record_messages.CursorRecordLeft

    def __init__(
        self,
        columns: Sequence[Column[RowT]],
        *,
        monotonic: Callable[[], float] = time.monotonic,
        now: datetime | None = None,
        id: str | None = None,  # noqa: A002 - Textual's own name
        classes: str | None = None,
    ) -> None:
        """Make an empty table; it asks for its first rows when it knows its size."""
        super().__init__(id=id, classes=classes)
        self._columns = tuple(columns)
        self._now = now or clock.now()
        self._reader: RowReader[RowT] = RowReader(self._need_rows)
        self._marks = Marks(monotonic)
        self._arrivals = 0
        self._total: tuple[int, bool] | None = None
        self._empty: tuple[str, ...] = ()
        self._clicked: str | None = None
        self._places: tuple[Place[RowT], ...] = ()
        self._painted: dict[tuple[str, bool, bool], tuple[RowT, datetime, Strip]] = {}

    # What the owner asks and tells

    @property
    def cursor_key(self) -> str | None:
        """Return the record under the cursor."""
        return self._reader.cursor_key

    @property
    def cursor_row(self) -> RowT | None:
        """Return the row under the cursor, as last read."""
        return self._reader.cursor_row

    @property
    def visible_rows(self) -> tuple[RowT, ...]:
        """Return the rows on the screen."""
        return tuple(self._reader.held[index] for index in self._reader.visible)

    @property
    def marks(self) -> tuple[str, ...]:
        """Return the marked records in the order of marking."""
        return self._marks.keys

    @property
    def frozen(self) -> bool:
        """Tell whether the order stands still because records are marked."""
        return len(self._marks) > 0

    @property
    def asking(self) -> bool:
        """Tell whether rows are awaited that say anew what stands under the cursor."""
        return self._reader.asking

    @property
    def total_text(self) -> str:
        """Return how many rows the list has, ``1000+`` where counting stopped, empty while that is not known."""
        if self._total is None:
            return ""
        count, capped = self._total
        return f"{count}+" if capped else str(count)

    def set_total(self, count: int, capped: bool) -> None:
        """Say how many rows the list has; ``capped`` where it has more than were counted."""
        self._total = (count, capped)

    def set_empty(self, lines: Sequence[str]) -> None:
        """Say what stands in a list without rows."""
        self._empty = tuple(clean(line) for line in lines)
        self.refresh()

    def restart(self) -> None:
        """Begin the list anew, as after another filter; marks are dropped and can be restored."""
        if self._marks.drop():
            self.post_message(self.MarksChanged(self, 0))
        self._set_arrivals(0)
        self._total = None
        self._reader.restart()

    def reload(self) -> None:
        """Read the neighbourhood of the cursor again, because the store changed."""
        self._reader.reload()

    def put_window(self, window: Window[RowT], request_id: int) -> None:
        """Take the answer to ``NeedRows``; one that came too late is left out."""
        was = self.cursor_key
        answered = self._reader.answer(window, request_id, frozen=self.frozen)
        if answered is None:
            return
        if answered.left is not None:
            self.post_message(self.CursorRecordLeft(self, answered.left, self.cursor_key))
        if answered.arrivals is not None:
            self._set_arrivals(answered.arrivals)
        if self.cursor_key != was:
            self.post_message(self.Highlighted(self, self.cursor_key))
        self.refresh()

    def put_failed(self, request_id: int) -> None:
        """Say that ``NeedRows`` could not be answered; it is asked again when there is need."""
        self._reader.give_up(request_id)

    def select(self, key: str) -> bool:
        """Put the cursor on a record; False where it is not among the rows held."""
        place = self._reader.held.place(key)
        if place is not None:
            self._move(lambda: self._reader.go_to(place))
        return place is not None

    def clear_marks(self, *, but: Sequence[str] = (), idle: bool = False) -> bool:
        """Unmark all ``but`` some, which ``X`` takes back; False where nothing was marked."""
        dropped = self._marks.drop(but)
        if dropped:
            self._marks_changed(idle=idle)
            self.refresh()
        return dropped

    def tick(self, now: datetime) -> None:
        """Repaint the visible cells that changed with time, and drop marks that nobody has touched for long."""
        before, self._now = self._now, now
        for line, row in enumerate(self.visible_rows, 1):
            for place in self._places:
                if place.column.ticks and place.cell(row, before) != place.cell(row, now):
                    self.refresh(Region(place.x, line, place.width, 1))
        if self._marks.idle():
            self.clear_marks(idle=True)

    # Keys and mouse

    def action_move(self, rows: int) -> None:
        """Move the cursor by lines."""
        self._move(lambda: self._reader.go_to(self._reader.cursor + rows))

    def action_page(self, pages: int) -> None:
        """Move the view and the cursor by a screenful."""
        self._move(lambda: self._reader.page(pages))

    def action_first(self) -> None:
        """Go to the first row of the list."""
        self._move(self._reader.first)

    def action_last(self) -> None:
        """Go to the last row of the list."""
        self._move(self._reader.last)

    def action_mark(self) -> None:
        """Mark or unmark the record under the cursor, and go to the next."""
        key = self.cursor_key
        # a key that is held down comes before the rows: it must not take back the mark it has just set
        if key is not None and not (key in self._marks and self._reader.waits_for_more):
            self._marks.toggle(key)
            self._refresh_row(self._reader.cursor)
            self._marks_changed()
            self.action_move(1)

    def action_restore_marks(self) -> None:
        """Mark again what was dropped last."""
        self._marks.touch()
        if self._marks.restore():
            self._marks_changed()
            self.refresh()

    def action_open(self) -> None:
        """Ask to see the record under the cursor."""
        key = self.cursor_key
        if key is not None:
            self.post_message(self.Opened(self, key))

    def on_click(self, event: Click) -> None:
        """Select the row under the mouse; a second click opens it."""
        index = self._reader.top + event.get_content_offset_capture(self).y - 1
        if index not in self._reader.visible:
            return
        event.stop()
        key = self._reader.held[index].key
        again = self._clicked == key == self.cursor_key
        self._move(lambda: self._reader.go_to(index))
        self._clicked = key
        if again:
            self.action_open()

    def on_mouse_scroll_down(self, event: MouseScrollDown) -> None:
        """Scroll on."""
        event.stop()
        self._move(lambda: self._reader.scroll(_WHEEL_LINES))

    def on_mouse_scroll_up(self, event: MouseScrollUp) -> None:
        """Scroll back."""
        event.stop()
        self._move(lambda: self._reader.scroll(-_WHEEL_LINES))

    def on_resize(self, _event: Resize) -> None:
        """Choose the columns anew, and keep the cursor in view."""
        self._places = places(self._columns, self.size.width)
        self._painted.clear()
        self._reader.resize(max(self.size.height - 1, 0))
        # lines that were painted before the columns were chosen are kept otherwise
        self.refresh()

    def _move(self, go: Callable[[], None]) -> None:
        """Move the cursor, and repaint two lines where the view stands still."""
        self._marks.touch()
        self._clicked = None
        key, cursor, top = self.cursor_key, self._reader.cursor, self._reader.top
        go()
        if self._reader.top != top:
            self.refresh()
        elif self._reader.cursor != cursor:
            self._refresh_row(cursor)
            self._refresh_row(self._reader.cursor)
        if self.cursor_key != key:
            self.post_message(self.Highlighted(self, self.cursor_key))

    def _need_rows(self, question: Question) -> None:
        self.post_message(self.NeedRows(self, question))

    def _marks_changed(self, *, idle: bool = False) -> None:
        """Say so; the last mark that goes lets the order move again."""
        self._marks.touch()
        self.post_message(self.MarksChanged(self, len(self._marks), idle=idle))
        if not self.frozen:
            self._set_arrivals(0)
            self._reader.reload()

    def _set_arrivals(self, count: int) -> None:
        if count != self._arrivals:
            self._arrivals = count
            self.post_message(self.Arrivals(self, count))

    # Paint

    def notify_style_update(self) -> None:
        """Forget painted lines when colours change."""
        super().notify_style_update()
        self._painted.clear()

    def render_line(self, y: int) -> Strip:
        """Return one line: the header, a row, or what stands in an empty list."""
        width = self.size.width
        if y == 0:
            return self._header(width)
        index = self._reader.top + y - 1
        if index in self._reader.visible:
            return self._row(self._reader.held[index], width, cursor=index == self._reader.cursor)
        hint = (
            self._empty[y - 1] if self._reader.loaded and not len(self._reader.held) and y <= len(self._empty) else ""
        )
        return Strip([Segment(fit(" " * GUTTER + hint, width), self.rich_style)], width)

    def _header(self, width: int) -> Strip:
        style = self.get_component_rich_style("record-table--header")
        text = " " * GUTTER + " ".join(place.heading() for place in self._places)
        return Strip([Segment(fit(text, width), style)], width)

    def _row(self, row: RowT, width: int, *, cursor: bool) -> Strip:
        """Return the line of a row, painted only when something about it changed."""
        marked = row.key in self._marks
        painted = self._painted.get((row.key, cursor, marked))
        if painted is not None and painted[0] is row and painted[1] == self._now:
            return painted[2]
        if len(self._painted) >= _PAINTED:
            self._painted.clear()
        strip = self._paint(row, width, cursor=cursor, marked=marked)
        self._painted[row.key, cursor, marked] = (row, self._now, strip)
        return strip

    def _paint(self, row: RowT, width: int, *, cursor: bool, marked: bool) -> Strip:
        style = self.rich_style
        if marked:
            style += self.get_component_rich_style("record-table--mark", partial=True)
        if cursor:
            style += self.get_component_rich_style("record-table--cursor")
        segments = [Segment((">" if cursor else " ") + ("*" if marked else " "), style)]
        for place in self._places:
            cell = place.cell(row, self._now)
            tone = tone_style(cell.tone, self.app.theme)
            # On the cursor's own ground a tone's colour may not be readable; its attributes stay.
            segments.append(Segment(cell.text, style + (tone.without_color if cursor else tone)))
            segments.append(Segment(" ", style))
        return Strip(segments).adjust_cell_length(width, style)

    def _refresh_row(self, index: int) -> None:
        if index in self._reader.visible:
            self.refresh(Region(0, index - self._reader.top + 1, self.size.width, 1))
