"""Columns of the record table: which fit into a width, where they stand, and how a row becomes a line.

Widths are terminal cells. It must not know the table's state nor read anything.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Literal, Protocol, TypeVar

from noc_console.i18n import _
from noc_console.text import clean, fit

#: The cursor's cell and the mark's cell.
GUTTER = 2
_GAP = 1
_FLEX_LEAST = 16


class RecordRow(Protocol):
    """A frozen row of a list; ``key`` is the id of its record and stays the same."""

    @property
    def key(self) -> str:
        """Return the record's id."""


RowT = TypeVar("RowT", bound=RecordRow)


@dataclass(frozen=True, slots=True)
class Cell:
    """Text of strangers or ours, and the name of its tone in ``theme.TONES``."""

    text: str
    tone: str = "plain"


@dataclass(frozen=True, slots=True)
class Column(Generic[RowT]):
    """A column: ``width`` None takes the rest; where it is narrow the greatest ``priority`` goes first, 0 never.

    ``label`` is marked for translation; ``ticks`` says that ``render`` depends on the instant.
    """

    name: str
    label: str
    width: int | None
    priority: int
    render: Callable[[RowT, datetime], Cell]
    ticks: bool = False
    align: Literal["left", "right"] = "left"


@dataclass(frozen=True, slots=True)
class Place(Generic[RowT]):
    """A column that is shown, where it begins and how wide it is."""

    column: Column[RowT]
    x: int
    width: int

    def heading(self) -> str:
        """Return the label in exactly its cells."""
        return fit(clean(_(self.column.label)), self.width, align=self.column.align)

    def cell(self, row: RowT, now: datetime) -> Cell:
        """Return what a row shows here, cleaned and in exactly its cells."""
        cell = self.column.render(row, now)
        # Of a megabyte only the head is looked at; what escapes take of it is not made up for.
        shown = clean(cell.text, limit=self.width * 8 + 64)
        return Cell(fit(shown, self.width, align=self.column.align), cell.tone)


def places(columns: Sequence[Column[RowT]], width: int) -> tuple[Place[RowT], ...]:
    """Choose the columns that a width has room for, and place them after the gutter."""
    shown = list(columns)
    while _least(shown) > width and any(column.priority for column in shown):
        # the last of those that matter least
        shown.reverse()
        shown.remove(max(shown, key=lambda column: column.priority))
        shown.reverse()
    flexible = [column for column in shown if column.width is None]
    fixed = GUTTER + _GAP * max(len(shown) - 1, 0) + sum(column.width or 0 for column in shown)
    room = max(width - fixed, len(flexible))
    placed: list[Place[RowT]] = []
    x = GUTTER
    for column in shown:
        cells = column.width
        if cells is None:
            share = room // len(flexible)
            # the last takes what does not divide
            cells = share + room % len(flexible) if column is flexible[-1] else share
        placed.append(Place(column, x, cells))
        x += cells + _GAP
    return tuple(placed)


def _least(columns: Sequence[Column[RowT]]) -> int:
    cells = sum(_FLEX_LEAST if column.width is None else column.width for column in columns)
    return GUTTER + cells + _GAP * max(len(columns) - 1, 0)
