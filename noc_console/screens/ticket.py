"""One ticket whole: facts, clocks, one timeline, and the next steps, which never leave the screen.

It reads through the desk in a worker; verbs go through ``verbs.py``. It must not know rules.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from noc_console.desk.ticket_view import TicketView, show
from noc_console.errors import NocError
from noc_console.i18n import _
from noc_console.screens import background, clipboard, verbs
from noc_console.screens.alarm_marks import alarm_marks, of_row
from noc_console.screens.bindings import bindings
from noc_console.screens.refusals import told
from noc_console.screens.steps_screen import StepsScreen
from noc_console.screens.verbs import Target
from noc_console.screens.widgets.bar import Bar, Item
from noc_console.screens.widgets.clocks import newest, words
from noc_console.screens.widgets.facts import Facts
from noc_console.screens.widgets.next_steps import NextSteps
from noc_console.screens.widgets.timeline import Timeline
from noc_console.text import cell_width
from noc_console.workflows.catalogue import workflow


class TicketScreen(StepsScreen):
    """A ticket; ``neighbours`` moves along the list it was opened from."""

    SCOPE = "ticket"
    BINDINGS: ClassVar[list[BindingType]] = bindings("ticket")
    DEFAULT_CSS = """
    TicketScreen #title { background: $surface; text-style: bold; }
    TicketScreen #clocks { height: auto; max-height: 4; padding: 0 1; background: $surface; }
    TicketScreen #panes { height: 1fr; }
    TicketScreen Facts { width: 27.2%; border-right: solid $panel; }
    TicketScreen Timeline { width: 1fr; }
    TicketScreen.-narrow #panes { layout: vertical; }
    TicketScreen.-narrow Facts { width: 1fr; height: 1fr; border-right: none; display: none; }
    TicketScreen.-narrow Timeline { height: 1fr; }
    TicketScreen.-narrow.-facts Facts { display: block; }
    TicketScreen.-narrow.-facts Timeline { display: none; }
    TicketScreen Facts:focus, TicketScreen Timeline:focus { background: $boost; }
    """

    def __init__(self, record: str, neighbours: Callable[[str, int], str | None] | None = None) -> None:
        super().__init__()
        self.record = record
        self._neighbours = neighbours
        self.view: TicketView | None = None
        self._log = False

    def compose_body(self) -> ComposeResult:
        """Lay out title, clocks, the panes and the next steps."""
        yield Bar(id="title")
        yield Static("", id="clocks", markup=False)
        with Horizontal(id="panes"):
            yield Facts()
            yield Timeline()
            yield from self.compose_steps()

    @property
    def target(self) -> Target | None:
        """Return the ticket of this screen, once it was read."""
        return Target.of_row(self.view.row) if self.view else None

    # Reading

    def changed(self, *, keys_wait: bool = False) -> None:
        """Read the ticket again."""
        start = background.bring if keys_wait else background.read
        start(self, "ticket", partial(show, self.desk, self.record), self._show, self._failed)

    def _failed(self, error: NocError) -> None:
        self.query_one(Timeline).fail(told(error))

    def _show(self, view: TicketView) -> None:
        if view.row["id"] != self.record and view.row["ref"] != self.record:
            return
        self.view = view
        self.record = view.row["id"]
        self.app.seen.see(view.row["id"], view.row["row_version"])
        self.query_one(Facts).show(view, self.desk.zone)
        self._show_timeline()
        self.query_one(NextSteps).show(view.next, self.app.keys)
        self._show_title()
        self._show_clocks()
        self.show_footer()

    def _show_title(self) -> None:
        if self.view is None:
            return
        row = self.view.row
        target = Target.of_row(row)
        state = _(workflow(target.kind).state(row["state"]).label)
        right = [Item(row["grade"])]
        if row["urgent"]:
            right.append(Item(_("urgent"), strong=True))
        if row["provisional"]:
            right.append(Item(_("provisional"), strong=True))
        right += [Item(mark, strong=True) for mark in alarm_marks(of_row(row), self.view.now)]
        right += [Item(state), Item(row["owner"] or _("no owner"))]
        self.query_one("#title", Bar).show([Item(row["ref"], strong=True), Item(row["subject"])], right)

    def _show_timeline(self) -> None:
        if self.view is not None:
            key = self.key_item("ticket_screen.older").key
            self.query_one(Timeline).show(self.view, self.desk.zone, key=key, log=self._log)

    def _show_clocks(self) -> None:
        view = self.view
        if view is None:
            return
        now = self.desk.now()
        lines = [words(clock, view.policy, now, self.desk.zone).text for clock in newest(view.clocks)]
        pane = self.query_one("#clocks", Static)
        joined = " | ".join(lines)
        # a clock is read at a glance only where it stands on one line
        if cell_width(joined) > pane.content_size.width > 0:
            joined = "\n".join(lines)
        pane.update(Content(joined or _("no clock runs")))

    def on_resize(self) -> None:
        """Lay the clocks out for the new width, once it is known."""
        self.call_after_refresh(self._show_clocks)

    def tick(self, minute: bool) -> None:
        """Let the clocks move with the minutes."""
        super().tick(minute)
        if minute:
            self._show_clocks()

    # Verbs

    def verb_key(self, key: str) -> bool:
        """Start what a key stands for; False for a key that is no verb's."""
        if self.view is not None:
            return verbs.press(self, key, Target.of_row(self.view.row), self.view.next)
        # keys wait for the reading, so it failed, and the screen says why; a key is not dropped without a word
        if verbs.is_verb(self, key):
            self.app.say(_("The ticket could not be read, so nothing was done."), warning=True)
            return True
        return False

    def action_solve(self) -> None:
        """Take the short way where the rules allow it."""
        from noc_console.screens.solve import open_solve

        if self.target is not None:
            open_solve(self, self.target)

    def action_diagnosis(self) -> None:
        """Open the diagnosis of the ticket, or choose a tree for it."""
        from noc_console.screens.diagnosis import open_for

        if self.target is not None:
            open_for(self, self.target.ref)

    def action_consults(self) -> None:
        """Show the consultations of the ticket, or call one."""
        from noc_console.screens.consult import open_consults

        if self.target is not None:
            open_consults(self, self.target)

    def action_similar(self) -> None:
        """Show what happened before at the same object, or sounds the same."""
        from noc_console.screens.similar import open_similar

        if self.target is not None:
            open_similar(self, self.target.ref)

    # Moving

    def action_climb(self) -> None:
        """Go back to the list."""
        self.app.pop_screen()

    def action_step(self, by: int) -> None:
        """Go to the ticket above or below in the list."""
        record = self._neighbours(self.record, by) if self._neighbours else None
        if record is None:
            self.app.say(_("There is no further ticket in the list."))
            return
        self.record, self.view = record, None
        self.query_one(Timeline).begin()
        self.changed(keys_wait=True)

    def panes(self) -> Sequence[Widget]:
        """Return the panes as Tab goes through them."""
        return [self.query_one(Timeline), self.query_one(Facts), self.query_one(NextSteps)]

    def pane_entered(self, pane: Widget) -> None:
        """Have facts and timeline take turns where it is narrow."""
        if not isinstance(pane, NextSteps):
            self.set_class(isinstance(pane, Facts), "-facts")

    # Looking closer

    def action_log(self) -> None:
        """Change between the timeline of people and the machine log."""
        self._log = not self._log
        self.query_one(Timeline).begin()
        self.remove_class("-facts")
        self._show_timeline()

    def action_older(self) -> None:
        """Turn the page of the timeline."""
        self.query_one(Timeline).turn()
        self._show_timeline()

    def action_arithmetic(self) -> None:
        """Show every segment of the clocks."""
        from noc_console.screens.arithmetic import open_arithmetic

        open_arithmetic(self, self.record)

    def action_copy_ref(self) -> None:
        """Send the reference to the terminal's clipboard."""
        if self.target is not None:
            clipboard.copy(self.app, self.target.ref)

    def action_copy_handover(self) -> None:
        """Send a text for the next shift to the terminal's clipboard."""
        if self.view is not None:
            clipboard.copy_ticket(self.app, self.view)

    def footer_items(self) -> list[Item]:
        """Return back, the first verbs that are allowed, next in the list, help."""
        items = self.verb_items(self.view.next if self.view else ())
        return [
            self.key_item("ticket_screen.up"),
            *items,
            self.key_item("app.help"),
            self.key_item("ticket_screen.next"),
        ]
