"""What the screens of the console share: header, footer, and the way a ticket's verb starts.

It must not know what a screen shows.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import getters
from textual.app import ComposeResult
from textual.widgets import OptionList

from noc_console.desk.desk import Desk
from noc_console.desk.ticket import next_steps
from noc_console.i18n import _
from noc_console.keys import APP, SCOPES
from noc_console.screens import verbs
from noc_console.screens.app import INBOX_COUNTED, NocApp, Ticking
from noc_console.screens.verbs import Target
from noc_console.screens.widgets.bar import Bar, Item
from noc_console.workflows.machine import NextStep

#: Areas that exist; each goes by the label and digit of its command.
AREAS = ("queue", "diagnosis", "store")
FOOTER_KEYS = 6


class NocScreen(Ticking):
    """A screen with a header that says who and where, and a footer of at most six keys."""

    SCOPE = ""
    #: Machines of the lists of the screen, whose acts have keys there, each with its heading.
    ACTS: ClassVar[tuple[tuple[str, str], ...]] = ()
    #: Keys that are no commands, which nobody can give other keys: each with what it does.
    FIXED_KEYS: ClassVar[tuple[tuple[str, str], ...]] = ()
    app = getters.app(NocApp)

    def __init__(self) -> None:
        super().__init__()
        #: the number of changes that what is shown has; none before it came to sight
        self._as_of: int | None = None

    @property
    def desk(self) -> Desk:
        """Return the desk of the console."""
        return self.app.desk

    @property
    def target(self) -> Target | None:
        """Return the ticket that verbs are about, None where there is none."""
        return None

    @property
    def marked(self) -> int:
        """Return on how many marked tickets a verb acts, 0 where it acts on the target."""
        return 0

    def steps(self, target: Target) -> Sequence[NextStep]:
        """Return the verbs of the target with their reasons; off the screen's thread."""
        return next_steps(self.desk, target.ref)

    def start_verb(self, target: Target, step: NextStep) -> None:
        """Start a verb that was chosen by name."""
        verbs.start(self, target, step)

    def compose_body(self) -> ComposeResult:
        """Yield what stands between header and footer."""
        yield from ()

    def compose(self) -> ComposeResult:
        """Lay out header, body and footer."""
        yield Bar(id="header")
        yield from self.compose_body()
        yield Bar(id="footer")

    def on_screen_resume(self) -> None:
        """Say again who, where and when, and read what was missed while something lay over it."""
        self.show_header()
        self.show_footer()
        if self._as_of is None:
            self._as_of = self.app.changes
        elif self._as_of != self.app.changes:
            self.catch_up()

    def catch_up(self) -> None:
        """Read again what is shown, because somebody wrote."""
        self._as_of = self.app.changes
        self.changed()

    def acted(self) -> None:
        """Read again after the person's own act; the next key waits for what the act made of the screen."""
        self.app.changes += 1
        self._as_of = self.app.changes
        self.changed(keys_wait=True)

    def changed(self, *, keys_wait: bool = False) -> None:
        """Read again what is shown; with ``keys_wait`` what is typed meanwhile waits for it."""

    def tick(self, minute: bool) -> None:
        """Move the header's clock on."""
        if minute:
            self.show_header()

    def show_header(self) -> None:
        """Say code, areas, person, time and what waits in quarantine (?) and inbox (!)."""
        desk = self.desk
        commands = {command.action: command for command in APP}
        left = [Item(f"NOC {desk.code}", strong=True)]
        if desk.training:
            left.append(Item(_("TRAINING"), strong=True))
        for mode in AREAS:
            command = commands[f"app.area('{mode}')"]
            here = self.app.current_mode == mode
            label = _(command.label)
            left.append(Item(f"[{label}]" if here else label, key=self.app.keys.shown(command), action=command.action))
        right = [Item(_("STORE AWAY"), strong=True)] if self.app.store_lost else []
        right += [Item(desk.actor.name), Item(self.app.clock_text())]
        waiting = (("?", self.app.held, "app.quarantine"), ("!", self.app.inbox, "app.inbox"))
        for sign, number, action in waiting:
            if number:
                more = "+" if number >= INBOX_COUNTED else ""
                right.append(Item(f"{sign}{number}{more}", action=action, strong=True))
        self.query_one("#header", Bar).show(left, right)

    def action_move(self, by: int) -> None:
        """Go down or up in the list that has the focus, as in the queue."""
        if isinstance(self.focused, OptionList):
            self.focused.action_cursor_down() if by > 0 else self.focused.action_cursor_up()

    def footer_items(self) -> list[Item]:
        """Return the keys that matter now, most useful first."""
        return []

    def show_footer(self) -> None:
        """Say at most six keys, and that the palette knows the others."""
        palette = next(command for command in APP if command.id == "app.palette")
        right = [Item(_(palette.label), key=self.app.keys.shown(palette), action=palette.action)]
        self.query_one("#footer", Bar).show(self.footer_items()[:FOOTER_KEYS], right)

    def key_item(self, command_id: str) -> Item:
        """Return a command as an item of the footer."""
        command = next(one for scope in SCOPES.values() for one in scope if one.id == command_id)
        return Item(_(command.label), key=self.app.keys.shown(command), action=command.action)
