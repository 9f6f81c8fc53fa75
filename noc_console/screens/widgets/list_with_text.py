"""A list, and beside it all that is known of the entry under the cursor; below it where the screen is narrow.

It must not know what is listed: the screen reads both, off its own thread.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from noc_console.screens.widgets.hanging import Cut, Hanging, Hung
from noc_console.text import clean

#: Which entry: a kind of record, and its reference or id.
Key = tuple[str, str]


class ListWithText(Horizontal):
    """The two panes; the screen takes the list's own messages of what is highlighted and selected."""

    DEFAULT_CSS = """
    ListWithText { height: 1fr; }
    ListWithText > OptionList { width: 50%; height: 1fr; border: none; border-right: solid $panel; padding: 0 1; }
    ListWithText > VerticalScroll { width: 1fr; height: 1fr; padding: 0 1; }
    ListWithText Hanging { height: auto; }
    .-narrow ListWithText { layout: vertical; }
    .-narrow ListWithText > OptionList { width: 1fr; height: 45%; border-right: none; border-bottom: solid $panel; }
    """
    #: the narrow class stands on the screen, above this widget
    SCOPED_CSS: ClassVar[bool] = False

    def __init__(self, *, cut: bool = False) -> None:
        """Wrap the entries, or ``cut`` them: what each says is whole in the text beside it."""
        super().__init__()
        self._visual = Cut if cut else Hung
        self._keys: tuple[Key, ...] = ()

    def compose(self) -> ComposeResult:
        """Lay out the list and the text."""
        yield OptionList(compact=True)
        with VerticalScroll(can_focus=False):
            yield Hanging()

    @property
    def options(self) -> OptionList:
        """Return the list."""
        return self.query_one(OptionList)

    @property
    def key(self) -> Key | None:
        """Return which entry is under the cursor."""
        place = self.options.highlighted
        return self._keys[place] if place is not None and place < len(self._keys) else None

    def show(self, entries: Sequence[tuple[Key, Content]], *, nothing: str) -> None:
        """Replace the entries; the cursor stays on its entry, or where it was once that has gone."""
        before, place = self.key, self.options.highlighted or 0
        self._keys = tuple(key for key, _line in entries)
        self.options.clear_options()
        self.options.add_options(Option(self._visual(line)) for _key, line in entries)
        if entries:
            here = self._keys.index(before) if before in self._keys else min(place, len(entries) - 1)
            self.options.highlighted = here
        else:
            self.options.add_option(Option(Content(nothing), disabled=True))
            self.tell("")

    def tell(self, text: str) -> None:
        """Replace the text beside the list."""
        self.query_one(Hanging).update(Content(clean(text, multiline=True)))
