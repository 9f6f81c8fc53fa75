"""A choice by digit: up to nine options in sight, taken with one key.

It must not know fields or events; it holds a code or nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from noc_console.text import cell_width, clean

_LEAST_CELLS = 20


class Choice(Widget, can_focus=True):
    """Options as ``1 hotline  2 mail``; a digit takes one, left and right move, backspace takes none."""

    DEFAULT_CSS = """
    Choice { height: auto; width: 1fr; padding: 0 1; background: $surface; }
    Choice:focus { background: $boost; text-style: none; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "move(-1)", show=False),
        Binding("right,space", "move(1)", show=False),
        Binding("backspace,delete", "clear", show=False),
    ]
    value: reactive[str | None] = reactive(None, layout=True)

    class Changed(Message):
        """The person took another option."""

        def __init__(self, choice: Choice) -> None:
            super().__init__()
            self.choice = choice

        @property
        def control(self) -> Choice:
            """Return the choice that changed."""
            return self.choice

    def __init__(self, options: Sequence[tuple[str, str]], value: str | None = None, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.options = tuple((code, clean(label)) for code, label in options)
        self.set_reactive(Choice.value, value)

    def render(self) -> Content:
        """Return the options, the one taken in brackets and bold, wrapped between options."""
        parts: list[tuple[str, str]] = []
        for text, code in self._cells():
            parts.append((text, "bold reverse" if code is not None and code == self.value else ""))
        return Content.assemble(*parts)

    def _cells(self) -> list[tuple[str, str | None]]:
        width = max(self.size.width, _LEAST_CELLS)
        cells: list[tuple[str, str | None]] = []
        used = 0
        for number, (code, label) in enumerate(self.options, start=1):
            text = f"[{number} {label}]" if code == self.value else f" {number} {label} "
            if used and used + cell_width(text) > width:
                cells.append(("\n", None))
                used = 0
            cells.append((text, code))
            used += cell_width(text)
        return cells

    def get_content_height(self, container: object, viewport: object, width: int) -> int:
        """Return the lines that the options need at this width."""
        used, lines = 0, 1
        for number, (_code, label) in enumerate(self.options, start=1):
            cells = cell_width(f" {number} {label} ")
            if used and used + cells > max(width, _LEAST_CELLS):
                used, lines = 0, lines + 1
            used += cells
        return lines

    def on_key(self, event: events.Key) -> None:
        """Take an option by its digit."""
        if event.character and event.character.isdecimal() and 1 <= int(event.character) <= len(self.options):
            event.stop()
            self._take(self.options[int(event.character) - 1][0])

    def on_click(self, event: events.Click) -> None:
        """Take the option under the mouse."""
        x, y = event.get_content_offset_capture(self)
        line = column = 0
        for text, code in self._cells():
            if text == "\n":
                line, column = line + 1, 0
            elif line == y and column <= x < column + cell_width(text) and code is not None:
                self._take(code)
                return
            else:
                column += cell_width(text)

    def action_move(self, by: int) -> None:
        """Take the option beside the present one."""
        codes = [code for code, _label in self.options]
        if self.value in codes:
            self._take(codes[(codes.index(self.value) + by) % len(codes)])
        elif codes:
            self._take(codes[0 if by > 0 else -1])

    def action_clear(self) -> None:
        """Take none."""
        self._take(None)

    def _take(self, code: str | None) -> None:
        if code != self.value:
            self.value = code
            self.post_message(self.Changed(self))
