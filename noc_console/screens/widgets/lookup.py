"""A choice among many: typing narrows the options by code or by name, Down and Up move, Enter takes one.

It must not know fields or events; what stands in it is a code, or text that is none yet.
"""

from __future__ import annotations

from collections.abc import Sequence

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from noc_console.screens.widgets.entry import Line
from noc_console.text import clean

#: Options shown at a time; more typing shows the others.
SHOWN = 30


class Lookup(Vertical):
    """An input over a list of options that is open while one of them has the focus."""

    DEFAULT_CSS = """
    Lookup { height: auto; }
    Lookup OptionList { display: none; height: auto; max-height: 5; border: none; padding: 0 1; }
    Lookup:focus-within OptionList { display: block; }
    """

    def __init__(self, options: Sequence[tuple[str, str]], value: str = "") -> None:
        super().__init__()
        self._options = [(code, clean(label)) for code, label in options]
        self.entry = Line(value, select_on_focus=True)
        self._list = OptionList(compact=True)
        self._list.can_focus = False

    def compose(self) -> ComposeResult:
        """Lay the list under the input."""
        yield self.entry
        yield self._list

    def on_mount(self) -> None:
        """Show the first options."""
        self._narrow()

    @property
    def value(self) -> str:
        """Return the code, or what was typed where it is the code or name of no option."""
        typed = self.entry.value.strip()
        for code, label in self._options:
            if typed.casefold() in (code.casefold(), label.casefold()):
                return code
        return typed

    @value.setter
    def value(self, text: str) -> None:
        self.entry.value = text

    @on(Input.Changed)
    def _narrow(self) -> None:
        words = self.entry.value.casefold().split()
        found = [pair for pair in self._options if all(word in f"{pair[0]} {pair[1]}".casefold() for word in words)]
        self._list.clear_options()
        self._list.add_options(
            Option(Content(f"{code}  {label}" if label != code else code), id=code) for code, label in found[:SHOWN]
        )
        exact = self.value
        here = next((place for place, (code, _label) in enumerate(found[:SHOWN]) if code == exact), 0)
        self._list.highlighted = here if found else None

    @on(OptionList.OptionSelected)
    def _take(self, message: OptionList.OptionSelected) -> None:
        message.stop()
        self.entry.value = message.option_id or ""
        self.screen.focus_next()

    def on_key(self, event: events.Key) -> None:
        """Move among the options while the input keeps the focus; Enter on an empty input takes none."""
        if event.key in ("down", "up"):
            event.stop()
            move = self._list.action_cursor_down if event.key == "down" else self._list.action_cursor_up
            move()
        elif event.key == "enter":
            event.stop()
            if self.entry.value.strip() and self._list.highlighted is not None:
                self.entry.value = self._list.get_option_at_index(self._list.highlighted).id or ""
            self.screen.focus_next()
