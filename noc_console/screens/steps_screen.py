"""What the screens of one record share: its next steps in a pane, its verbs by their keys, and moving in the panes.

It must not know which record a screen shows.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from noc_console.i18n import _
from noc_console.screens import verbs
from noc_console.screens.base import NocScreen
from noc_console.screens.verbs import destructive
from noc_console.screens.widgets.bar import Item
from noc_console.screens.widgets.next_steps import NextSteps, ordered
from noc_console.workflows.machine import NextStep

#: Verbs in the footer, before the keys of the screen itself.
_FOOTER_VERBS: Final = 3


class StepsScreen(NocScreen):
    """A screen with the next steps of its target; ``verb_key`` says what a key does, ``panes`` where Tab leads."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "pane(1)", show=False),
        Binding("shift+tab", "pane(-1)", show=False),
        Binding("j", "scroll_pane(1)", show=False),
        Binding("k", "scroll_pane(-1)", show=False),
    ]
    DEFAULT_CSS = """
    StepsScreen #steps { width: 31.5%; border-left: solid $panel; }
    StepsScreen #steps > .heading { padding: 0 1; text-style: bold underline; }
    StepsScreen.-narrow #steps { width: 1fr; height: 9; border-left: none; border-top: solid $panel; }
    """

    def verb_key(self, key: str) -> bool:
        """Start what a key stands for; False for a key that is no verb's."""
        raise NotImplementedError

    def panes(self) -> Sequence[Widget]:
        """Return what Tab goes through, in its order; the next steps are the last."""
        raise NotImplementedError

    def compose_steps(self) -> ComposeResult:
        """Lay out the pane of the next steps."""
        with Vertical(id="steps"):
            yield Static(Content(_("Next steps")), classes="heading")
            yield NextSteps()

    def on_mount(self) -> None:
        """Read the record, the steps having the focus."""
        self.query_one(NextSteps).focus()
        self.changed(keys_wait=True)

    def verb_items(self, steps: Sequence[NextStep]) -> list[Item]:
        """Return the first verbs that are allowed, for the footer."""
        items: list[Item] = []
        for place, step in enumerate(ordered(steps)):
            key = self.app.keys.of_event(step.event)
            # what ends a record is offered here only where it is the way on
            offered = step.allowed and key and (place == 0 or not destructive(step.event))
            if offered and len(items) < _FOOTER_VERBS:
                items.append(Item(_(step.event.label), key=key, action=f"verb({key!r})"))
        return items

    @on(NextSteps.Chosen)
    def _step_chosen(self, message: NextSteps.Chosen) -> None:
        if self.target is not None:
            verbs.start(self, self.target, message.step)

    def on_key(self, event: events.Key) -> None:
        """Start the verb of a key."""
        if self.verb_key(verbs.key_of(event)):
            event.stop()

    def action_verb(self, key: str) -> None:
        """Start a verb by a click on its key."""
        self.verb_key(key)

    def action_pane(self, by: int) -> None:
        """Go to the next pane, or the one before."""
        panes = self.panes()
        here = next((place for place, pane in enumerate(panes) if pane.has_focus), len(panes) - 1)
        pane = panes[(here + by) % len(panes)]
        self.pane_entered(pane)
        pane.focus()

    def pane_entered(self, pane: Widget) -> None:
        """Lay the panes out for the one that gets the focus; where all are always in sight there is nothing to do."""

    def action_scroll_pane(self, by: int) -> None:
        """Scroll the pane that has the focus by a line; move among the steps."""
        focused = self.focused
        if isinstance(focused, NextSteps):
            focused.action_cursor_down() if by > 0 else focused.action_cursor_up()
        elif focused is not None:
            focused.scroll_relative(y=by, animate=False)
