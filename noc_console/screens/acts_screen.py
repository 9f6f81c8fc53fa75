"""What the screens share whose entries have acts of their own: messages, items of the inbox, what was not taken in.

An act starts by the key of its machine on the entry under the cursor. It must not know what is listed.
"""

from __future__ import annotations

from textual import events

from noc_console.i18n import _
from noc_console.screens import verbs
from noc_console.screens.base import NocScreen
from noc_console.screens.verbs import Target
from noc_console.screens.widgets.bar import Item
from noc_console.workflows.catalogue import workflow
from noc_console.workflows.machine import NextStep


class ActsScreen(NocScreen):
    """A screen with lists of such entries; ``ACTS`` names their machines."""

    @property
    def entry(self) -> Target | None:
        """Return the entry under the cursor, None where there is none."""
        raise NotImplementedError

    def on_key(self, event: events.Key) -> None:
        """Act on the entry under the cursor by its machine's key."""
        if self.action_verb(verbs.key_of(event)):
            event.stop()

    def action_verb(self, key: str) -> bool:
        """Start the act of a key; False for a key that is no act's."""
        entry = self.entry
        event = verbs.event_of_key(self, key, entry.kind, entry.state) if entry else None
        if entry is None or event is None:
            return False
        verbs.start(self, entry, NextStep(event, True))
        return True

    def act_items(self) -> list[Item]:
        """Return the acts on the entry under the cursor as it stands, for the footer."""
        entry = self.entry
        if entry is None:
            return []
        acts = [event for event in workflow(entry.kind).of_state(entry.state) if not event.internal]
        keyed = ((event, self.app.keys.of_event(event)) for event in acts)
        return [Item(_(event.label), key=key, action=f"verb({key!r})") for event, key in keyed]
