"""What the screens of one record share: its next steps in a pane, its verbs by their keys, and moving in the panes.

It must not know which record a screen shows.
"""

from __future__ import annotations

from textual import events, on

from noc_console.screens import verbs
from noc_console.screens.base import NocScreen
from noc_console.screens.widgets.next_steps import NextSteps


class StepsScreen(NocScreen):
    """A screen with the next steps of its target; ``verb_key`` says what a key does."""

    def verb_key(self, key: str) -> bool:
        """Start what a key stands for; False for a key that is no verb's."""
        raise NotImplementedError

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

    def action_scroll_pane(self, by: int) -> None:
        """Scroll the pane that has the focus by a line; move among the steps."""
        focused = self.focused
        if isinstance(focused, NextSteps):
            focused.action_cursor_down() if by > 0 else focused.action_cursor_up()
        elif focused is not None:
            focused.scroll_relative(y=by, animate=False)
