"""A short list over the screen, of which one line is taken. It must not know what it lists."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from noc_console.screens.widgets.hanging import Hanging, Hung
from noc_console.text import clean


class Choose(ModalScreen[str]):
    """Codes with their lines; Enter takes the one under the cursor, Esc leaves with None."""

    DEFAULT_CSS = """
    Choose { align: center middle; }
    Choose > Vertical { width: 92; max-width: 98%; height: auto; max-height: 90%; padding: 1 2; }
    Choose > Vertical { background: $panel; }
    Choose .title { text-style: bold; margin-bottom: 1; }
    Choose OptionList { height: auto; max-height: 14; border: none; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "leave", show=False),
        Binding("j", "move(1)", show=False),
        Binding("k", "move(-1)", show=False),
    ]

    def __init__(self, title: str, rows: Sequence[tuple[str, str]], hint: str, *, here: str = "") -> None:
        super().__init__()
        self._title, self._rows, self._hint, self._here = title, rows, hint, here

    def compose(self) -> ComposeResult:
        """Lay out the question over the lines."""
        with Vertical():
            yield Static(Content(clean(self._title)), classes="title")
            yield OptionList(compact=True)
            yield Hanging(clean(self._hint))

    def on_mount(self) -> None:
        """Stand on the line that holds now, else on the first."""
        options = self.query_one(OptionList)
        options.add_options(Option(Hung(Content(clean(line)))) for _code, line in self._rows)
        options.focus()
        place = next((n for n, (code, _line) in enumerate(self._rows) if code == self._here), 0)
        options.highlighted = place if self._rows else None

    @on(OptionList.OptionSelected)
    def _chosen(self, message: OptionList.OptionSelected) -> None:
        self.dismiss(self._rows[message.option_index][0])

    def action_move(self, by: int) -> None:
        """Go up or down."""
        options = self.query_one(OptionList)
        options.action_cursor_down() if by > 0 else options.action_cursor_up()

    def action_leave(self) -> None:
        """Take nothing."""
        self.dismiss(None)
