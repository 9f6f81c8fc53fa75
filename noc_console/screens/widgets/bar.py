"""A line of words of which some can be clicked: the header and the footer are two of them.

It must not know what the words mean; an item's action is run as if its key had been pressed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from textual.content import Content
from textual.events import Click
from textual.widget import Widget

from noc_console.text import cell_width, clean, fit

#: A word is cropped rather than left out where at least so many cells are left for it.
_LEAST_CELLS = 8


@dataclass(frozen=True, slots=True)
class Item:
    """A word of a bar: ``key`` is shown bold before it, ``action`` is run on a click."""

    text: str
    key: str = ""
    action: str = ""
    strong: bool = False

    @property
    def cells(self) -> int:
        """Return the width in cells, a space on each side included."""
        return cell_width(self.text) + (cell_width(self.key) + 1 if self.key else 0) + 2


class Bar(Widget):
    """One line: items from the left, the last ones pushed to the right edge; the left gives way when it is narrow."""

    DEFAULT_CSS = """
    Bar { height: 1; width: 1fr; background: $panel; color: $foreground; }
    """
    ALLOW_SELECT = False

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._left: tuple[Item, ...] = ()
        self._right: tuple[Item, ...] = ()

    def show(self, left: Sequence[Item], right: Sequence[Item] = ()) -> None:
        """Replace what the bar says; nothing is painted when nothing changed."""
        cleaned = tuple(tuple(_cleaned(item) for item in items) for items in (left, right))
        if cleaned != (self._left, self._right):
            self._left, self._right = cleaned
            self.refresh()

    @property
    def plain(self) -> str:
        """Return the words as one text."""
        return "  ".join(f"{item.key} {item.text}".strip() for item in (*self._left, *self._right))

    def render(self) -> Content:
        """Return the line as wide as the bar."""
        parts: list[str | Content | tuple[str, str]] = []
        for text, strong, _action in self._pieces():
            parts.append((text, "bold") if strong else text)
        return Content.assemble(*parts)

    def _pieces(self) -> list[tuple[str, bool, str]]:
        """Return the line as (text, bold, action), exactly as wide as the bar."""
        right = [piece for item in self._right for piece in _item_pieces(item)]
        room = self.size.width - sum(cell_width(text) for text, *_rest in right)
        left: list[tuple[str, bool, str]] = []
        for item in self._left:
            if item.cells > room:
                if room > _LEAST_CELLS and not item.key:
                    left.append((f" {fit(item.text, room - 2)} ", item.strong, item.action))
                    room = 0
                break
            left += _item_pieces(item)
            room -= item.cells
        if room > 0:
            left.append((" " * room, False, ""))
        if room < 0:
            whole = "".join(text for text, *_rest in right)
            return [(fit(whole, self.size.width), False, "")]
        return left + right

    async def on_click(self, event: Click) -> None:
        """Run the action of the item under the mouse."""
        pieces = self._pieces()
        ends = accumulate(cell_width(text) for text, *_rest in pieces)
        action = next((piece[2] for piece, end in zip(pieces, ends, strict=True) if event.x < end), "")
        if action:
            event.stop()
            await self.screen.run_action(action)


def _cleaned(item: Item) -> Item:
    return Item(clean(item.text), item.key, item.action, item.strong)


def _item_pieces(item: Item) -> list[tuple[str, bool, str]]:
    if item.key:
        return [(f" {item.key}", True, item.action), (f" {item.text} ", False, item.action)]
    return [(f" {item.text} ", item.strong, item.action)]
