"""The bounded run of rows that a record table holds, and the marks on records.

Plain values without a screen. It must not ask for rows: the table does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Generic

from noc_console.screens.widgets.record_columns import RowT

#: Marks are dropped after so many idle seconds, so that nobody acts on a selection of an hour ago (style.md, curitz).
MARKS_IDLE_S: Final = 300.0


@dataclass(frozen=True, slots=True)
class Window(Generic[RowT]):
    """A contiguous run of a list in its order, and whether it touches the list's ends."""

    rows: tuple[RowT, ...]
    at_start: bool
    at_end: bool


class HeldRows(Generic[RowT]):
    """At most ``capacity`` rows in order, found by key; an index counts from the first row held."""

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.at_start = True
        self.at_end = True
        self._rows: list[RowT] = []
        self._places: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, index: int) -> RowT:
        return self._rows[index]

    def __contains__(self, key: str) -> bool:
        return key in self._places

    def place(self, key: str | None) -> int | None:
        """Return the index of a record, None where it is not held."""
        return None if key is None else self._places.get(key)

    def replace(self, window: Window[RowT]) -> None:
        """Hold this run instead."""
        self._rows = list(window.rows)
        self.at_start, self.at_end = window.at_start, window.at_end
        self._index()

    def update(self, rows: Iterable[RowT]) -> None:
        """Replace the values of rows that are held, where they stand."""
        for row in rows:
            place = self._places.get(row.key)
            if place is not None:
                self._rows[place] = row

    def extend_after(self, window: Window[RowT]) -> int:
        """Append a run, let go of rows at the beginning beyond the capacity, and return how many went."""
        self.update(window.rows)
        self._rows += [row for row in window.rows if row.key not in self._places]
        self.at_end = window.at_end
        gone = max(len(self._rows) - self.capacity, 0)
        del self._rows[:gone]
        self.at_start = self.at_start and not gone
        self._index()
        return gone

    def extend_before(self, window: Window[RowT]) -> int:
        """Put a run in front, let go of rows at the end beyond the capacity, and return how many came in front."""
        self.update(window.rows)
        new = [row for row in window.rows if row.key not in self._places]
        self._rows[:0] = new
        self.at_start = window.at_start
        self.at_end = self.at_end and len(self._rows) <= self.capacity
        del self._rows[self.capacity :]
        self._index()
        return len(new)

    def neighbours(self, index: int) -> Iterator[str]:
        """Yield the keys of the other rows, nearest first, the following one before the preceding one."""
        for distance in range(1, len(self._rows)):
            for near in (index + distance, index - distance):
                if 0 <= near < len(self._rows):
                    yield self._rows[near].key

    def arrivals(self, window: Window[RowT]) -> int:
        """Count the rows of a run that would stand among those held."""
        known = [place for place, row in enumerate(window.rows) if row.key in self._places]
        if not known:
            return 0
        first = 0 if self.at_start and window.at_start else known[0]
        last = len(window.rows) if self.at_end and window.at_end else known[-1]
        return sum(row.key not in self._places for row in window.rows[first:last])

    def _index(self) -> None:
        self._places = {row.key: place for place, row in enumerate(self._rows)}


class Marks:
    """The marked records; ``monotonic`` gives seconds that never go back."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        # a dict, so that a bulk act goes in the order of marking
        self._keys: dict[str, None] = {}
        self._dropped: tuple[str, ...] = ()
        self._touched = monotonic()

    def __len__(self) -> int:
        return len(self._keys)

    def __contains__(self, key: str) -> bool:
        return key in self._keys

    @property
    def keys(self) -> tuple[str, ...]:
        """Return the marked records in the order of marking."""
        return tuple(self._keys)

    def touch(self) -> None:
        """Note that somebody is at the table."""
        self._touched = self._monotonic()

    def toggle(self, key: str) -> None:
        """Mark a record, or unmark it."""
        if key in self._keys:
            del self._keys[key]
        else:
            self._keys[key] = None

    def drop(self, but: Iterable[str] = ()) -> bool:
        """Unmark all ``but`` some, remembered for ``restore``; False where nothing was marked."""
        if not self._keys:
            return False
        self._dropped, self._keys = self.keys, dict.fromkeys(but)
        return True

    def restore(self) -> bool:
        """Mark again what was dropped last; False where that changes nothing."""
        new = [key for key in self._dropped if key not in self._keys]
        self._keys |= dict.fromkeys(new)
        return bool(new)

    def idle(self) -> bool:
        """Tell whether marks have stood untouched for too long."""
        return bool(self._keys) and self._monotonic() - self._touched >= MARKS_IDLE_S
