"""Where the cursor and the view stand in a long list, and which rows have to be read for them.

Plain state without a screen: questions go out through a callable, answers come in later and in any order. The cursor
follows its *record*. It must not know marks, messages or how a row looks.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Generic, Literal

from noc_console.screens.widgets.held_rows import HeldRows, Window
from noc_console.screens.widgets.record_columns import RowT

CAPACITY: Final = 600
_LEAST_READ: Final = 120

_Ask = Literal["start", "end", "after", "before", "around"]


@dataclass(frozen=True, slots=True)
class Question:
    """Read at most ``limit`` rows: the first, or the last (``from_end``), or those ``after`` or ``before`` a key.

    ``after`` and ``before`` exclude their row. ``around`` reads so many on *each* side of a record, and the record
    itself where the list still has it.
    """

    request_id: int
    limit: int
    after: str | None = None
    before: str | None = None
    around: str | None = None
    from_end: bool = False


@dataclass(frozen=True, slots=True)
class Answered:
    """What an answer changed: the record that left the list from under the cursor, and rows held back by the freeze."""

    left: str | None = None
    arrivals: int | None = None


@dataclass(frozen=True, slots=True)
class _Pending:
    """A question under way: the record under the cursor then, and how far off its neighbours were already tried."""

    ask: _Ask
    cursor: str | None
    distance: int = 0


class RowReader(Generic[RowT]):
    """The cursor, the view and the rows held around them; ``lines`` is the height of the view."""

    def __init__(self, ask: Callable[[Question], None]) -> None:
        self.held: HeldRows[RowT] = HeldRows(CAPACITY)
        self.cursor = 0
        self.top = 0
        self.lines = 0
        self.loaded = False
        self._send = ask
        self._pending: dict[int, _Pending] = {}
        self._last_id = 0
        self._reload_again = False
        self._dry: set[_Ask] = set()

    @property
    def cursor_row(self) -> RowT | None:
        """Return the row under the cursor, as last read."""
        return self.held[self.cursor] if self.cursor < len(self.held) else None

    @property
    def cursor_key(self) -> str | None:
        """Return the record under the cursor."""
        row = self.cursor_row
        return None if row is None else row.key

    @property
    def visible(self) -> range:
        """Return the indexes of the rows in view."""
        return range(self.top, min(self.top + self.lines, len(self.held)))

    @property
    def waits_for_more(self) -> bool:
        """Tell whether the cursor is on the last row held while the list goes on: the next row is on its way."""
        return self.cursor >= len(self.held) - 1 and not self.held.at_end

    @property
    def asking(self) -> bool:
        """Tell whether a question is under way whose answer says anew where the cursor is."""
        return self._asking("around") or self._asking("start") or self._asking("end")

    def resize(self, lines: int) -> None:
        """Take a new height of the view; the first rows are asked for when there is one."""
        self.lines = lines
        # the view and a read on each side of it must always fit
        self.held.capacity = max(CAPACITY, 12 * lines)
        if self.loaded:
            self._keep_in_view()
            self._read_ahead()
        elif lines:
            self._ask("start")

    def restart(self) -> None:
        """Begin the list anew; answers that are still on their way are left out."""
        self._pending.clear()
        self._reload_again = False
        if self.lines:
            self._ask("start")

    def reload(self) -> None:
        """Read the neighbourhood of the cursor again."""
        if self.asking:
            self._reload_again = True
        elif self.cursor_key is None:
            self.restart()
        else:
            self._ask("around", self.cursor_key)

    def go_to(self, index: int) -> None:
        """Put the cursor on a row that is held, the view following."""
        self.cursor = max(min(index, len(self.held) - 1), 0)
        self._keep_in_view()
        self._read_ahead()

    def page(self, pages: int) -> None:
        """Move view and cursor by a screenful."""
        self.top += pages * self.lines
        self.go_to(self.cursor + pages * self.lines)

    def scroll(self, lines: int) -> None:
        """Move the view; the cursor stays in it, so that no key acts on a record that is not seen."""
        self.top = max(min(self.top + lines, len(self.held) - self.lines), 0)
        self.go_to(max(min(self.cursor, self.top + self.lines - 1), self.top))

    def first(self) -> None:
        """Go to the first row of the list, read if it is not held."""
        if self.held.at_start:
            self.go_to(0)
        else:
            self._ask("start")

    def last(self) -> None:
        """Go to the last row of the list; only the last rows are read, whatever lies between."""
        if self.held.at_end:
            self.go_to(len(self.held) - 1)
        else:
            self._ask("end")

    def give_up(self, request_id: int) -> None:
        """Forget a question that could not be answered; it is asked again when there is need."""
        self._pending.pop(request_id, None)

    def answer(self, window: Window[RowT], request_id: int, *, frozen: bool) -> Answered | None:
        """Take the answer to a question; None where nobody waits for it any more. ``frozen`` keeps the order."""
        pending = self._pending.pop(request_id, None)
        if pending is None:
            return None
        self.loaded = True
        answered = Answered()
        if pending.ask in ("after", "before"):
            self._extend(window, pending.ask)
        elif pending.ask == "around":
            answered = self._refreshed(window, pending, frozen=frozen)
        else:
            self._replace(window, len(window.rows) - 1 if pending.ask == "end" else 0)
        self._read_ahead()
        if self._reload_again and not self._asking("around"):
            self._reload_again = False
            self.reload()
        return answered

    def _refreshed(self, window: Window[RowT], pending: _Pending, *, frozen: bool) -> Answered:
        """Show what the neighbourhood is now, with the same record under the cursor on the same line."""
        if frozen:
            arrivals = self.held.arrivals(window)
            self.held.update(window.rows)
            return Answered(arrivals=arrivals)
        places = {row.key: place for place, row in enumerate(window.rows)}
        cursor = self.cursor_key
        if cursor is None or cursor in places:
            self._replace(window, places.get(cursor or "", 0))
            return Answered(arrivals=0)
        if cursor != pending.cursor:
            self._ask("around", cursor)
            return Answered()
        neighbours = list(self.held.neighbours(self.cursor))
        near = next((key for key in neighbours if key in places), None)
        if near is not None:
            self._replace(window, places[near])
            return Answered(left=cursor, arrivals=0)
        # The record went far away and was read there, or its neighbours left as well: look around one further off.
        if window.rows and pending.distance < len(neighbours):
            self._ask("around", neighbours[pending.distance], distance=pending.distance * 2 + 1)
            return Answered()
        self._replace(Window((), True, True), 0)
        self._ask("start")
        return Answered(left=cursor, arrivals=0)

    def _extend(self, window: Window[RowT], ask: _Ask) -> None:
        """Hold more rows on one side."""
        known = sum(row.key in self.held for row in window.rows)
        if ask == "after":
            self._shift(-self.held.extend_after(window))
        else:
            self._shift(self.held.extend_before(window))
        end = window.at_end if ask == "after" else window.at_start
        if known == len(window.rows) and not end:
            # The row that was asked beyond has moved: asking again would bring the same rows for ever.
            self._dry.add(ask)
            self._reload_again = True

    def _replace(self, window: Window[RowT], cursor: int) -> None:
        """Hold other rows, with the cursor's line where it was."""
        line = self.cursor - self.top
        self._pending.clear()
        self._dry.clear()
        self.held.replace(window)
        self.cursor = max(cursor, 0)
        self.top = self.cursor - line
        self._keep_in_view()

    def _shift(self, rows: int) -> None:
        """Follow rows that came or went in front."""
        self.cursor = max(self.cursor + rows, 0)
        self.top = max(self.top + rows, 0)

    def _keep_in_view(self) -> None:
        self.top = min(max(self.top, self.cursor - self.lines + 1), self.cursor)
        self.top = max(min(self.top, len(self.held) - self.lines), 0)

    def _read_ahead(self) -> None:
        """Ask for more rows while there is still a screenful left to move over."""
        if not len(self.held) or self._asking("start") or self._asking("end"):
            return
        if not self.held.at_end and "after" not in self._dry and len(self.held) - self.visible.stop < self.lines:
            self._ask("after", self.held[len(self.held) - 1].key)
        if not self.held.at_start and "before" not in self._dry and self.top < self.lines:
            self._ask("before", self.held[0].key)

    def _asking(self, ask: _Ask) -> bool:
        return any(pending.ask == ask for pending in self._pending.values())

    def _ask(self, ask: _Ask, key: str | None = None, *, distance: int = 0) -> None:
        """Send a question, unless the same one is under way."""
        if self._asking(ask):
            return
        self._last_id += 1
        self._pending[self._last_id] = _Pending(ask, self.cursor_key, distance)
        limit = max(_LEAST_READ, 4 * self.lines)
        match ask:
            case "start" | "end":
                question = Question(self._last_id, limit, from_end=ask == "end")
            case "after":
                question = Question(self._last_id, limit, after=key)
            case "before":
                question = Question(self._last_id, limit, before=key)
            case "around":
                question = Question(self._last_id, limit // 2, around=key)
        self._send(question)
