"""Area 1: the queue. What is done on its list: marks, the ticket under the cursor in a pane, and verbs by their keys.

The list itself and its filter are in ``queue_list.py``. It must not know rules.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.timer import Timer

from noc_console.desk import ticket
from noc_console.desk.ticket import TicketLine
from noc_console.i18n import _
from noc_console.screens import background, verbs
from noc_console.screens.bindings import bindings
from noc_console.screens.queue_columns import columns, pressing
from noc_console.screens.queue_list import DEFAULT_FILTER, QueueList
from noc_console.screens.queue_reading import read_ticket
from noc_console.screens.refusals import told
from noc_console.screens.verbs import Target
from noc_console.screens.widgets.bar import Bar, Item
from noc_console.screens.widgets.filter_bar import FilterBar
from noc_console.screens.widgets.hanging import Hanging
from noc_console.screens.widgets.next_steps import ordered
from noc_console.screens.widgets.preview import Preview
from noc_console.screens.widgets.record_messages import (
    CursorRecordLeft,
    Highlighted,
    MarksChanged,
    Opened,
)
from noc_console.screens.widgets.record_table import RecordTable
from noc_console.workflows.machine import Event, NextStep
from noc_console.workflows.ticket_commands import RUN

if TYPE_CHECKING:
    from noc_console.desk.ticket_view import TicketView

#: A key pressed so soon after the cursor moved by itself was meant for the ticket that was there before.
REACTION_S = 0.3
#: The pane waits until the cursor rests, so that moving costs no reading.
PREVIEW_DELAY_S = 0.12


class QueueScreen(QueueList):
    """The list of tickets that work starts from."""

    SCOPE = "queue"
    BINDINGS: ClassVar[list[BindingType]] = bindings("queue")
    DEFAULT_CSS = """
    QueueScreen.-narrow Preview { display: none; }
    QueueScreen.-narrow.-preview Preview { display: block; }
    QueueScreen.-wide.-no-preview Preview { display: none; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._resting: Timer | None = None
        self._preview: TicketView | None = None
        self._moved_at = float("-inf")

    def compose_body(self) -> ComposeResult:
        """Lay out status, filter, table and preview."""
        yield Bar(id="status")
        yield FilterBar()
        yield Hanging(id="trouble")
        yield RecordTable(columns(self._unread), now=self.desk.now(), id="tickets")
        yield Preview()

    def on_mount(self) -> None:
        """Apply the view that the settings name, else the usual filter."""
        view = self.desk.config.view
        text = self.desk.config.views.get(view, "")
        self._set_query(text or DEFAULT_FILTER, view if text else "")
        self.table.focus()

    @property
    def target(self) -> Target | None:
        """Return the ticket under the cursor."""
        row = self.table.cursor_row
        return Target.of_line(row) if row else None

    def changed(self, *, keys_wait: bool = False) -> None:
        """Read the neighbourhood of the cursor and the count again."""
        self.table.reload()
        if keys_wait:
            self._keys_wait_for_rows()
        self._read_count()
        self._read_preview()

    def on_screen_resume(self) -> None:
        """Come back to the list: what happened meanwhile is read again."""
        first = self._as_of is None
        super().on_screen_resume()
        if not first:
            self.table.tick(self.desk.now())
            # also without news: what was opened is unread no more
            self.catch_up()

    # Marks and the cursor

    @on(MarksChanged)
    def _marks_changed(self, message: MarksChanged) -> None:
        if message.idle:
            self.app.say(_("The marks were dropped: nobody touched them for five minutes. X brings them back."))
        self.show_status()
        self.show_footer()

    @on(CursorRecordLeft)
    def _record_left(self, message: CursorRecordLeft) -> None:
        self._moved_at = message.time
        if message.key is None:
            self.app.say(_("The ticket under the cursor left this list."), warning=True)
        else:
            self.app.say(_("The ticket under the cursor left this list; the cursor is on its neighbour."), warning=True)
        if self.is_current:
            self.app.drop_keys()

    @on(Highlighted)
    def _highlighted(self) -> None:
        if self._resting is not None:
            self._resting.stop()
        self._resting = self.set_timer(PREVIEW_DELAY_S, self._read_preview)

    @on(Opened)
    def _opened(self, message: Opened) -> None:
        self.open_ticket(message.key)

    def open_ticket(self, record: str) -> None:
        """Open a ticket; ``[`` and ``]`` walk along this list from there."""
        from noc_console.screens.ticket import TicketScreen

        self.app.push_screen(TicketScreen(record, neighbours=self.neighbour))

    def neighbour(self, record: str, by: int) -> str | None:
        """Move the cursor along the list and return the ticket there, None at the end."""
        if not self.table.select(record):
            return None
        self.table.action_move(by)
        key = self.table.cursor_key
        return key if key != record else None

    # The pane

    def action_preview(self) -> None:
        """Show or hide the pane."""
        self.toggle_class("-no-preview" if self.has_class("-wide") else "-preview")
        self._read_preview()

    def _read_preview(self) -> None:
        target, pane = self.target, self.query_one(Preview)
        if target is None or not pane.display:
            pane.clear()
            return
        read = partial(read_ticket, self.desk, target.record)
        background.read(self, "preview", read, self._show_preview, lambda error: pane.fail(told(error)))

    def _show_preview(self, view: TicketView) -> None:
        self._preview = view
        self.query_one(Preview).show(view, self.app.keys, self.desk)
        self.show_footer()

    def _unread(self, line: TicketLine, now: datetime) -> str:
        return self.app.seen.mark(line.id, line.row_version, pressing=pressing(line, now))

    # Verbs

    def on_key(self, event: events.Key) -> None:
        """Start the verb of a key, on the marked tickets or on the one under the cursor."""
        if self.focused is not self.table:
            return
        key = verbs.key_of(event)
        if event.time < self._moved_at + REACTION_S and verbs.is_verb(self, key):
            self.app.say(_("The cursor has just moved to another ticket; press the key again."), warning=True)
            event.stop()
        elif self.verb_key(key):
            event.stop()

    def verb_key(self, key: str) -> bool:
        """Start what a key stands for; False for a key that is no verb's."""
        if self.table.marks:
            return self._bulk(key)
        target = self.target
        if target is None and verbs.is_verb(self, key):
            self.app.say(_("There is no ticket under the cursor."), warning=True)
            return True
        if target is None or verbs.event_of_key(self, key, target.kind, target.state) is None:
            return False
        read = partial(ticket.next_steps, self.desk, target.ref)
        background.bring(self, "steps", read, partial(self._press, key, target), self.app.tell)
        return True

    def _press(self, key: str, target: Target, steps: tuple[NextStep, ...]) -> None:
        verbs.press(self, key, target, steps)

    @property
    def marked(self) -> int:
        """Return on how many marked tickets a verb acts, 0 where it acts on the one under the cursor."""
        return len(self.table.marks)

    def start_verb(self, target: Target, step: NextStep) -> None:
        """Start a verb that was chosen by name: with marks on every marked ticket, as its key does."""
        if self.table.marks:
            self._start_bulk(step.event)
        else:
            super().start_verb(target, step)

    def _start_bulk(self, event: Event) -> None:
        from noc_console.screens import bulk

        if event.name == RUN:  # each is shown as it will be run before it is confirmed
            self.app.say(_("A command is run for one ticket at a time; take the marks away first."), warning=True)
            return
        bulk.start(self, self.table.marks, event, self._bulk_done)

    def _bulk(self, key: str) -> bool:
        marked = [line for line in self.table.visible_rows if line.id in self.table.marks]
        row = self.table.cursor_row
        event = verbs.event_for_many(self, key, marked or ([row] if row else []))
        if event is not None:
            self._start_bulk(event)
        return event is not None

    def _bulk_done(self, left: Sequence[str]) -> None:
        self.table.clear_marks(but=left)
        self.changed()

    def action_new(self) -> None:
        """Register a ticket."""
        from noc_console.screens.registration import open_registration

        open_registration(self)

    def action_climb(self) -> None:
        """Go one level up: drop marks, then leave the filter."""
        if self.table.clear_marks():
            return
        if not self._usual:
            self._set_query(DEFAULT_FILTER, "")

    def action_copy_ref(self) -> None:
        """Send the reference under the cursor to the terminal's clipboard."""
        from noc_console.screens import clipboard

        if self.target:
            clipboard.copy(self.app, self.target.ref)

    def action_copy_handover(self) -> None:
        """Send a text for the next shift to the terminal's clipboard."""
        from noc_console.screens import clipboard

        if self.target:
            read = partial(read_ticket, self.desk, self.target.record)
            background.read(self, "copy", read, partial(clipboard.copy_ticket, self.app), self.app.tell)

    # Footer

    def footer_items(self) -> list[Item]:
        """Return open, mark, the first verb that is allowed, new, filter, help."""
        items = []
        if self.table.cursor_key is not None:
            drop = Item(_("drop the marks"), key=self.key_item("queue.up").key, action="climb")
            items += [drop if self.table.marks else self.key_item("table.open"), self.key_item("table.mark")]
            items += self._verb_item()
        return [*items, self.key_item("queue.new"), self.key_item("queue.filter"), self.key_item("app.help")]

    def _verb_item(self) -> list[Item]:
        view, target = self._preview, self.target
        if view is None or target is None or view.row["id"] != target.record:
            return []
        first = next(iter(ordered(view.next)), None)
        key = self.app.keys.of_event(first.event) if first and first.allowed else ""
        return [Item(_(first.event.label), key=key, action=f"verb({key!r})")] if first and key else []

    def action_open(self) -> None:
        """Open the ticket under the cursor."""
        self.table.action_open()

    def action_mark(self) -> None:
        """Mark the ticket under the cursor."""
        self.table.action_mark()

    def action_verb(self, key: str) -> None:
        """Start a verb by a click on its key."""
        self.verb_key(key)
