"""The line that a filter is typed into, with completion of its keys and its errors under it.

It must not parse: whoever owns it does, and says what is wrong.
"""

from __future__ import annotations

from functools import cached_property
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.suggester import Suggester
from textual.widgets import Input

from noc_console.desk.filter import FLAGS, KEYS, SERVICE_TYPES, states
from noc_console.i18n import _
from noc_console.screens.widgets.entry import Line
from noc_console.screens.widgets.hanging import Hanging
from noc_console.text import clean
from noc_console.workflows.policy_values import DOMAINS, GRADES


class FilterBar(Vertical):
    """Hidden until it is opened; Enter applies, Esc closes and keeps the filter that was."""

    DEFAULT_CSS = """
    FilterBar { display: none; height: auto; }
    FilterBar.-open { display: block; }
    FilterBar #filter-error { display: none; padding: 0 1; color: $text-error; text-style: bold; }
    FilterBar.-wrong #filter-error { display: block; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "close", show=False)]

    class Applied(Message):
        """A filter was typed and Enter pressed."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Closed(Message):
        """The bar was left without applying anything."""

    def compose(self) -> ComposeResult:
        """Lay the error under the input."""
        placeholder = Content(_("state:open grade<=2 owner:me due<4h words"))
        yield Line(placeholder=str(placeholder), suggester=FilterSuggester(), select_on_focus=False)
        yield Hanging(id="filter-error")

    def open(self, text: str) -> None:
        """Show the bar with the present filter in it."""
        self.add_class("-open")
        entry = self.query_one(Input)
        # what is typed next is a further word
        entry.value = f"{clean(text)} "
        entry.cursor_position = len(entry.value)
        self.screen.set_focus(entry)  # at once: the next key may be there before a queued focus

    def close(self) -> None:
        """Hide the bar."""
        self.remove_class("-open", "-wrong")

    def complain(self, text: str) -> None:
        """Say what is wrong with the filter; what was typed stays."""
        self.query_one("#filter-error", Hanging).update(Content(clean(text)))
        self.add_class("-wrong")

    @on(Input.Submitted)
    def _submitted(self, message: Input.Submitted) -> None:
        message.stop()
        self.post_message(self.Applied(message.value))

    @on(Input.Changed)
    def _changed(self, message: Input.Changed) -> None:
        message.stop()
        self.remove_class("-wrong")

    def action_close(self) -> None:
        """Leave the bar."""
        self.close()
        self.post_message(self.Closed())


class FilterSuggester(Suggester):
    """Completes the word that is being typed: a key, or a value of a key with few."""

    def __init__(self) -> None:
        super().__init__(use_cache=True, case_sensitive=True)

    @cached_property
    def _values(self) -> dict[str, tuple[str, ...]]:
        domains = (*DOMAINS, "none")
        return {"state": states(), "grade": GRADES, "domain": domains, "type": SERVICE_TYPES, "is": FLAGS}

    async def get_suggestion(self, value: str) -> str | None:
        """Return the text with its last word completed, None where nothing fits."""
        head, space, word = value.rpartition(" ")
        bang, name = ("!", word[1:]) if word.startswith("!") else ("", word)
        key, colon, rest = name.partition(":")
        if colon:
            done, comma, part = rest.rpartition(",")
            known = self._values.get(key, ())
            found = next((one for one in known if part and one.startswith(part) and one != part), None)
            return f"{head}{space}{bang}{key}:{done}{comma}{found}" if found else None
        found = next((one for one in KEYS if name and one.startswith(name) and one != name), None)
        return f"{head}{space}{bang}{found}" if found else None
