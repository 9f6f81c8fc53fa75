"""The question before something that cannot be taken back: object, effect, reversibility, and "Go back" focused.

It must not know what it asks about.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Static

from noc_console.i18n import _
from noc_console.screens.widgets.hanging import Hanging
from noc_console.text import clean


class Confirm(ModalScreen[bool]):
    """A question with a plain answer; Enter alone never destroys, because "Go back" has the focus."""

    DEFAULT_CSS = """
    Confirm { align: center middle; }
    Confirm > Vertical { width: 72; max-width: 96%; height: auto; max-height: 90%; padding: 1 2; background: $panel; }
    Confirm .title { text-style: bold; margin-bottom: 1; }
    Confirm VerticalScroll { height: auto; max-height: 14; }
    Confirm Horizontal { height: auto; margin-top: 1; }
    Confirm Button { margin-right: 2; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,n", "answer(False)", show=False),
        # to a side, never round: the same key must lead to the same answer wherever the focus was
        Binding("left,up", "stand('#no')", show=False),
        Binding("right,down", "stand('#yes')", show=False),
    ]

    def __init__(self, title: str, lines: Sequence[str], *, yes: str, no: str = "", focus_yes: bool = False) -> None:
        super().__init__()
        self._focus = "#yes" if focus_yes else "#no"
        self._title = clean(title)
        self._lines = [clean(line) for line in lines if line]
        self._yes, self._no = clean(yes), clean(no) or _("Go back")

    def compose(self) -> ComposeResult:
        """Lay out the question over its two answers."""
        with Vertical():
            yield Static(Content(self._title), classes="title")
            with VerticalScroll(can_focus=False):
                yield Hanging(Content("\n".join(self._lines)))
            with Horizontal():
                yield Button(Content(f"{self._no} Esc"), id="no", compact=True)
                yield Button(Content(self._yes), id="yes", variant="warning", compact=True)

    def on_mount(self) -> None:
        """Put the focus on the answer that changes nothing, unless both are harmless."""
        self.query_one(self._focus).focus()

    @property
    def plain(self) -> str:
        """Return the question as text."""
        return "\n".join((self._title, *self._lines))

    @on(Button.Pressed)
    def _pressed(self, message: Button.Pressed) -> None:
        self.dismiss(message.button.id == "yes")

    def action_stand(self, answer: str) -> None:
        """Put the focus on an answer."""
        self.query_one(answer).focus()

    def action_answer(self, answer: bool) -> None:
        """Answer by key."""
        self.dismiss(answer)
