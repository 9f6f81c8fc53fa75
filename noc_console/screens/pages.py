"""A page of text over the screen, closed by Esc: help, arithmetic, results. It must not know what the text says."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from noc_console.i18n import _
from noc_console.screens.widgets.hanging import Hanging, leading_blanks
from noc_console.text import clean


class Page(ModalScreen[None]):
    """A title and a text that scrolls."""

    DEFAULT_CSS = """
    Page { align: center middle; }
    Page > VerticalScroll { width: 96; max-width: 98%; height: auto; max-height: 96%; background: $panel; }
    Page > VerticalScroll { padding: 1 2; }
    Page .title { text-style: bold; margin-bottom: 1; }
    Page .foot { color: $text-muted; margin-top: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark,f1", "close", show=False),
        Binding("j", "scroll(1)", show=False),
        Binding("k", "scroll(-1)", show=False),
    ]

    def __init__(self, title: str, text: Content | str, *, indent: Callable[[str], int] = leading_blanks) -> None:
        super().__init__()
        self._indent = indent
        self._title = clean(title)
        self._text = text if isinstance(text, Content) else Content(clean(text, multiline=True))

    def compose(self) -> ComposeResult:
        """Lay out the page."""
        with VerticalScroll():
            yield Static(Content(self._title), classes="title")
            yield Hanging(self._text, id="page-text", indent=self._indent)
            yield Static(Content(_("Esc closes")), classes="foot")

    @property
    def plain(self) -> str:
        """Return the text without its styles."""
        return str(self.query_one("#page-text", Hanging).content)

    def put(self, text: Content) -> None:
        """Replace the text."""
        self.query_one("#page-text", Hanging).update(text)

    def action_close(self) -> None:
        """Leave the page."""
        self.dismiss(None)

    def action_scroll(self, by: int) -> None:
        """Scroll by a line."""
        self.query_one(VerticalScroll).scroll_relative(y=by, animate=False)
