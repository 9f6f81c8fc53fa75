"""A list over the screen, of which one line is taken, a long one by words. It must not know what it lists."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from noc_console.i18n import _
from noc_console.screens.widgets.entry import Line
from noc_console.screens.widgets.hanging import Hanging, Hung
from noc_console.text import clean

#: A list of no more lines is seen at once.
_SHORT = 14


class Choose(ModalScreen[str]):
    """Codes with their lines; Enter takes the one under the cursor, Esc leaves with None."""

    DEFAULT_CSS = """
    Choose { align: center middle; }
    Choose > Vertical { width: 92; max-width: 98%; height: auto; max-height: 90%; padding: 1 2; }
    Choose > Vertical { background: $panel; }
    Choose .title { text-style: bold; margin-bottom: 1; }
    Choose OptionList { height: auto; max-height: 14; border: none; }
    Choose Line { display: none; }
    Choose.-narrowing Line { display: block; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "leave", show=False),
        Binding("slash", "narrow", show=False),
        Binding("j", "move(1)", show=False),
        Binding("k", "move(-1)", show=False),
    ]

    def __init__(self, title: str, rows: Sequence[tuple[str, str]], hint: str, *, here: str = "") -> None:
        super().__init__()
        self._title, self._rows, self._hint, self._here = title, rows, hint, here
        self._shown: list[tuple[str, str]] = []

    def compose(self) -> ComposeResult:
        """Lay out the question over the lines."""
        with Vertical():
            yield Static(Content(clean(self._title)), classes="title")
            yield Line(placeholder=_("words to look for"))
            yield OptionList(compact=True)
            long = len(self._rows) > _SHORT
            yield Hanging(clean(_("{hint}; / narrows the list", hint=self._hint) if long else self._hint))

    def on_mount(self) -> None:
        """Stand on the line that holds now, else on the first."""
        self._show_rows()
        self.query_one(OptionList).focus()

    @on(Input.Changed)
    def _show_rows(self) -> None:
        """Show the lines that have every word."""
        words = self.query_one(Line).value.casefold().split()
        self._shown = [row for row in self._rows if all(word in row[1].casefold() for word in words)]
        options = self.query_one(OptionList)
        options.clear_options()
        options.add_options(Option(Hung(Content(clean(line)))) for _code, line in self._shown)
        if self._shown:
            options.highlighted = next((n for n, (code, _line) in enumerate(self._shown) if code == self._here), 0)
        else:
            options.add_option(Option(Content(_("No line has all of these words.")), disabled=True))

    def action_narrow(self) -> None:
        """Ask for words that the lines must have."""
        self.add_class("-narrowing")
        self.set_focus(self.query_one(Line))

    def on_key(self, event: events.Key) -> None:
        """Move among the lines while words are typed."""
        if self.query_one(Line).has_focus and event.key in ("down", "up"):
            event.stop()
            self.action_move(1 if event.key == "down" else -1)

    @on(Input.Submitted)
    def _submitted(self) -> None:
        place = self.query_one(OptionList).highlighted
        if place is not None and self._shown:
            self.dismiss(self._shown[place][0])

    @on(OptionList.OptionSelected)
    def _chosen(self, message: OptionList.OptionSelected) -> None:
        self.dismiss(self._shown[message.option_index][0])

    def action_move(self, by: int) -> None:
        """Go up or down."""
        options = self.query_one(OptionList)
        options.action_cursor_down() if by > 0 else options.action_cursor_up()

    def action_leave(self) -> None:
        """Show all lines again where words have narrowed them; else take nothing."""
        if not self.has_class("-narrowing"):
            self.dismiss(None)
            return
        self.remove_class("-narrowing")
        self.query_one(Line).value = ""
        self.query_one(OptionList).focus()
