"""The console: areas as modes, the header's figures, and the one place where errors are told.

It holds no rules and no rows. Screens, dialogs and the palette are imported when they are first shown.
"""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events
from textual.app import App
from textual.binding import BindingType
from textual.screen import Screen

from noc_console.config import Config, state_dir
from noc_console.errors import NocError
from noc_console.i18n import _
from noc_console.keys import APP, Keymap, key_name, keymap
from noc_console.screens import background
from noc_console.screens.bindings import bindings
from noc_console.screens.refusals import told
from noc_console.screens.theme import choose_theme, install_themes
from noc_console.screens.type_ahead import Hold, TypeAhead, Typed, as_pressed
from noc_console.screens.unread import Seen
from noc_console.text import clean, wrap

if TYPE_CHECKING:
    from noc_console.desk.desk import Desk

#: A second ctrl+c within so many seconds quits.
TWICE_S = 5.0
#: What was said in passing goes with the next key, unless the key was on its way already.
READ_S = 1.5
#: How often an open console looks into the spool.
SPOOL_S = 5.0
#: Items of inbox and quarantine beyond so many are a plus sign.
INBOX_COUNTED = 99
#: What is said in passing is cut here: Textual shows nothing of a notice that is higher than the terminal.
MOST_SAID = 600
#: What lies beside the words of a notice: its border and the blanks on either side.
_SAID_EDGE = 5


def _queue() -> Screen[Any]:
    from noc_console.screens.queue import QueueScreen

    return QueueScreen()


def _diagnosis() -> Screen[Any]:
    from noc_console.screens.diagnosis import DiagnosisScreen

    return DiagnosisScreen()


def _store() -> Screen[Any]:
    from noc_console.screens.store_area import StoreScreen

    return StoreScreen()


class NocApp(App[None], inherit_bindings=False):
    """One person at one store; ``store`` is what it was opened by; without ``polling`` nothing happens by itself."""

    MODES: ClassVar[dict[str, str | Callable[[], Screen[Any]]]] = {
        "queue": _queue,
        "diagnosis": _diagnosis,
        "store": _store,
    }
    DEFAULT_MODE = "queue"
    ENABLE_COMMAND_PALETTE = False
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]  # noqa: RUF012 - Textual calls it an instance's
    BINDINGS: ClassVar[list[BindingType]] = bindings("app")
    CSS = """
    * { scrollbar-size-vertical: 1; scrollbar-size-horizontal: 1; }
    /* one of a line that is longer than its field would stand on the line itself */
    Input { scrollbar-size-horizontal: 0; }
    Screen { layout: vertical; }
    /* a scrollbar takes a cell that Textual forgets where it measures: the last line would be under the footer */
    ToastRack { margin-bottom: 1; scrollbar-size-vertical: 0; }
    EventForm ToastRack { margin-bottom: 2; }
    ToastHolder { align-horizontal: left; }
    Toast { width: 1fr; max-width: 100%; padding: 0 1; margin: 0; }
    """

    def __init__(self, desk: Desk, keys: Keymap, *, store: str | None = None, polling: bool = True) -> None:
        # without colours Textual must keep to the terminal's own, or it turns ours into greys
        self._no_color = bool(os.environ.get("NO_COLOR"))
        super().__init__(ansi_color=self._no_color or None)
        self.desk = desk
        self.store = store
        self.keys = keys
        self.seen = Seen.of_store(state_dir(), desk.store_name, desk.actor.name)
        self.inbox = 0
        self.held = 0
        self.store_lost = False
        #: counts what was written since the start, so that a covered screen knows whether it missed anything
        self.changes = 0
        self._polling = polling
        self._token = -1
        self._minute = ""
        self._interrupted = float("-inf")
        self._draining = False
        self._spool_trouble = ""
        self._said_at: datetime | None = None
        self._ahead = TypeAhead(self, self._deliver)

    def on_mount(self) -> None:
        """Set theme and keys, and start to look whether anything changed."""
        self.animation_level = "none"
        install_themes(self)
        self.theme = choose_theme(self.desk.config.theme, self.console.color_system, no_color=self._no_color)
        self.set_keymap(dict(self.keys.console))
        self.title = f"NOC {self.desk.code}"
        if not self.is_headless:
            self._leave_on_signals()
        if self._polling:
            self.set_interval(1.0, self.tick)
            self.set_interval(60.0, self.fire_timers)
            self.set_interval(SPOOL_S, self.drain_spool)

    def _leave_on_signals(self) -> None:
        """Leave as by key when somebody ends the program from outside: the terminal is given back as it was found."""
        loop = asyncio.get_running_loop()
        for name in ("SIGTERM", "SIGHUP"):
            # Windows knows no SIGHUP, and its loops take no handlers: there the program ends at once, as ever
            with suppress(NotImplementedError):
                if hasattr(signal, name):
                    loop.add_signal_handler(getattr(signal, name), self.exit)

    def on_unmount(self) -> None:
        """Keep what was read."""
        self.seen.save()

    def tick(self) -> None:
        """Look once whether anybody wrote, and let clocks move on."""
        background.read(self, "token", partial(look, self.desk, self._token), self._looked, self._lost)
        minute = self.clock_text()
        if isinstance(self.screen, Ticking):
            self.screen.tick(minute != self._minute)
        self._minute = minute

    def _lost(self, error: NocError) -> None:
        """Say once that the store is away; the header says it until it is back."""
        if not self.store_lost:
            self.store_lost = True
            self.tell(error)
            self._show_header()

    def _looked(self, seen: tuple[int, tuple[int, int] | None]) -> None:
        self._token, waits = seen
        if self.store_lost:
            self.store_lost = False
            self._show_header()
            # what could not be read meanwhile is read now
            self.changed()
        if waits is None:
            return
        self.inbox, self.held = waits
        self._show_header()
        self.changed()

    def _show_header(self) -> None:
        if isinstance(self.screen, Ticking):
            self.screen.show_header()

    def changed(self) -> None:
        """Have the screen in sight read again what it shows; a covered one does so when it comes back."""
        self.changes += 1
        if isinstance(self.screen, Ticking):
            self.screen.catch_up()

    def fire_timers(self) -> None:
        """Have due timers judged, as cron's ``noc timers run`` would."""
        from noc_console.desk import timers

        background.read(self, "timers", partial(timers.run, self.desk), lambda _fired: None, self._lost)

    def drain_spool(self) -> None:
        """Take in what waits in the spool of the usual store, as cron's ``noc intake drain`` would."""
        if not self._draining:
            self._draining = True
            background.act(self, partial(drained, self.desk), self._drained, self._not_drained)

    def _drained(self, _taken: int) -> None:
        self._draining = False
        self._spool_trouble = ""

    def _not_drained(self, error: NocError) -> None:
        """Say once what is wrong with the spool; a store that is away is told already."""
        self._draining = False
        if self._spool_trouble != error.message and not self.store_lost:
            self.tell(error)
        self._spool_trouble = error.message

    async def on_event(self, event: events.Event) -> None:
        """Have a key wait for its turn; everything else comes at once."""
        if isinstance(event, events.Key | events.Paste) and not event.is_forwarded:
            for typed in as_pressed(event):
                await self._ahead.take(typed)
        else:
            await super().on_event(event)

    async def _deliver(self, event: Typed) -> None:
        """Let what was said in passing go with the next key, so that it hides nothing from who works on."""
        said = self._said_at
        if said and isinstance(event, events.Key) and (self.desk.now() - said).total_seconds() > READ_S:
            self.clear_notifications()
            self._said_at = None
        await super().on_event(event)

    def on_key(self, event: events.Key) -> None:
        """Say of a key that nobody took that it does nothing here: no key is dropped without a word."""
        if isinstance(self.screen, Ticking) and event.key not in self.screen.active_bindings:
            helps = next(command for command in APP if command.id == "app.help")
            key = event.character if event.is_printable and event.character else key_name(event.key)
            self.say(_("{key} does nothing here; {help} lists the keys.", key=key, help=self.keys.shown(helps)))

    def hold_keys(self) -> Hold:
        """Have what is typed from now on wait for what comes to sight; whoever asks must release it."""
        return self._ahead.hold()

    def drop_keys(self) -> None:
        """Forget what was typed ahead of a refusal, and say so: it was not meant for what is in sight."""
        if self._ahead.drop():
            self.say(_("What was typed after it was not taken."), warning=True)

    def tell(self, error: NocError) -> None:
        """Say an error once, with its reasons and what would help."""
        self._said_at = self.desk.now()
        self.notify(self._lines(told(error)), severity="error", timeout=10, markup=False)

    def say(self, text: str, *, warning: bool = False) -> None:
        """Say something short about the person's own act, in place of what was said about the one before."""
        if not warning:
            self.clear_notifications()
        self._said_at = self.desk.now()
        self.notify(self._lines(text), severity="warning" if warning else "information", markup=False)

    def _lines(self, text: str) -> str:
        """Return what is said in passing, broken as Chinese is: Textual breaks right only at blanks."""
        said = clean(text, multiline=True, limit=MOST_SAID)
        return said if said.isascii() else "\n".join(wrap(said, max(self.size.width - _SAID_EDGE, 2)))

    def clock_text(self) -> str:
        """Return the local time with the name of its zone, to the minute."""
        return self.desk.now().astimezone(self.desk.zone).strftime("%H:%M %Z")

    def action_area(self, name: str) -> None:
        """Go to an area; from inside one, back to its first screen."""
        if self.current_mode == name:
            while len(self.screen_stack) > 1:
                self.pop_screen()
            return
        self.switch_mode(name)

    def action_quarantine(self) -> None:
        """Open the list of what came in and could not be taken."""
        from noc_console.screens.quarantine import QuarantineScreen

        if not isinstance(self.screen, QuarantineScreen):
            self.push_screen(QuarantineScreen())

    def action_inbox(self) -> None:
        """Go to what waits for this person, in the area of the store."""
        from noc_console.screens.store_area import StoreScreen

        self.action_area("store")
        if isinstance(self.screen, StoreScreen):
            self.screen.go_to("#inbox")

    def open_view(self, name: str, text: str) -> None:
        """Go to the queue and apply a named view there."""
        from noc_console.screens.queue import QueueScreen

        self.action_area("queue")
        if isinstance(self.screen, QueueScreen):
            self.screen.use_view(name, text)

    def action_palette(self) -> None:
        """Open the list of every command."""
        from noc_console.screens.base import NocScreen
        from noc_console.screens.palette import open_palette

        if isinstance(self.screen, NocScreen):
            open_palette(self.screen)

    def action_help(self) -> None:
        """Open the keys of this screen."""
        from noc_console.screens.base import NocScreen
        from noc_console.screens.help import open_help

        if isinstance(self.screen, NocScreen):
            open_help(self.screen)

    def action_interrupt(self) -> None:
        """Explain how to quit; the second time within seconds, quit."""
        now = time.monotonic()
        if now - self._interrupted < TWICE_S:
            self.exit()
        self._interrupted = now
        self.say(_("ctrl+c again quits; so do q on a top screen and ctrl+q"))

    def action_leave(self) -> None:
        """Leave the console."""
        self.exit()


class Ticking(Screen[None]):
    """A screen of the console that follows the clock and the store."""

    def tick(self, minute: bool) -> None:
        """Let what counts seconds move on; ``minute`` tells that the minute changed."""

    def catch_up(self) -> None:
        """Read again what is shown, because somebody wrote."""

    def show_header(self) -> None:
        """Say again who, where and when."""


def look(desk: Desk, known: int) -> tuple[int, tuple[int, int] | None]:
    """Return the change token, and where it moved what waits in inbox and quarantine; off the screen's thread."""
    token = desk.token()
    if token == known:
        return token, None
    from noc_console.desk import inbox, quarantine

    return token, (inbox.count(desk, cap=INBOX_COUNTED), quarantine.count(desk, cap=INBOX_COUNTED))


def drained(desk: Desk) -> int:
    """Work the spool that belongs to this store, if one does and something waits; off the screen's thread."""
    from noc_console.desk import spool

    folder = spool.of_console(desk)
    if folder is None or not spool.waiting(folder):
        return 0
    return sum(1 for _item in spool.drain(desk, folder, patience=0.0))


def run(*, store: str | None, actor: str | None, config: Config) -> None:
    """Open the store and be the console until the person leaves. Raises the errors of opening."""
    from noc_console.desk.desk import Desk

    keys = Keymap({}, {})
    if config.keys:
        # the keys as shipped are checked by a test, not at every start
        from noc_console.workflows.catalogue import workflow

        keys = keymap(config.keys, (workflow("fault"), workflow("request")), config.path)
    with Desk.open(store=store, actor=actor, via="console", config=config) as desk:
        NocApp(desk, keys, store=store).run()
