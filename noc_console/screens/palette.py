"""Every command by name: verbs of the ticket with their live keys, commands, views; blocked verbs last, with why.

It must not do anything itself: a row runs what its key would.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from noc_console.i18n import N_, _
from noc_console.keys import SCOPES, key_name
from noc_console.screens import background
from noc_console.screens.refusals import said
from noc_console.screens.widgets.entry import Line
from noc_console.screens.widgets.next_steps import ordered
from noc_console.text import clean
from noc_console.workflows.machine import NextStep

if TYPE_CHECKING:
    from noc_console.screens.base import NocScreen
    from noc_console.screens.verbs import Target

_AREA_NAMES = {
    "queue": N_("queue"), "ticket": N_("ticket"), "diagnosis": N_("diagnosis"), "run": N_("diagnosis"),
    "consult": N_("expert consultation"), "store": N_("store"), "quarantine": N_("Quarantine"), "app": N_("console"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """A row: ``area: verb``, its key, why it is blocked (empty where it is not), and what it does."""

    name: str
    key: str
    run: Callable[[], object]
    why: str = ""

    @property
    def content(self) -> Content:
        """Return the row as it is shown."""
        key = f"  {self.key}" if self.key else ""
        if self.why:
            return Content.assemble((f"{self.name}{key}  ", "dim"), (_("blocked: {why}", why=self.why), "dim"))
        return Content.assemble(self.name, (key, "bold"))


class Palette(ModalScreen[Row]):
    """An input over the rows that match every word of it."""

    DEFAULT_CSS = """
    Palette { align: center top; }
    Palette > Vertical { width: 90; max-width: 98%; height: auto; max-height: 90%; margin-top: 1; background: $panel; }
    Palette OptionList { height: auto; max-height: 18; border: none; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "close", show=False)]

    def __init__(self, screen: NocScreen) -> None:
        super().__init__()
        self._screen = screen
        self._commands = command_rows(screen)
        self._verbs: list[Row] = []
        self._shown: list[Row] = []

    def compose(self) -> ComposeResult:
        """Lay out input and rows."""
        with Vertical():
            yield Line(placeholder=_("name of a command"))
            yield OptionList(compact=True)

    def on_mount(self) -> None:
        """Show the commands at once; the ticket's verbs follow when they were read."""
        self.query_one(OptionList).can_focus = False
        self.query_one(Input).focus()
        self._narrow()
        target = self._screen.target
        if target is not None:
            read = partial(self._screen.steps, target)
            background.bring(self, "steps", read, partial(self._steps_read, target), self._screen.app.tell)

    def _steps_read(self, target: Target, steps: Sequence[NextStep]) -> None:
        self._verbs = verb_rows(self._screen, target, steps)
        self._narrow()

    @property
    def rows(self) -> tuple[Row, ...]:
        """Return the rows in sight, in order."""
        return tuple(self._shown)

    @on(Input.Changed)
    def _narrow(self) -> None:
        words = self.query_one(Input).value.casefold().split()
        rows = [row for row in (*self._verbs, *self._commands) if all(word in row.name.casefold() for word in words)]
        self._shown = sorted(rows, key=lambda row: bool(row.why))
        options = self.query_one(OptionList)
        options.clear_options()
        options.add_options(Option(row.content) for row in self._shown)
        if self._shown:
            options.highlighted = 0
        else:
            options.add_option(Option(Content(_("No command has all of these words.")), disabled=True))

    def on_key(self, event: events.Key) -> None:
        """Move among the rows while the input keeps the focus."""
        options = self.query_one(OptionList)
        moves = {"down": options.action_cursor_down, "up": options.action_cursor_up}
        if event.key in moves:
            event.stop()
            moves[event.key]()

    @on(Input.Submitted)
    def _submitted(self) -> None:
        index = self.query_one(OptionList).highlighted
        if index is not None and index < len(self._shown):
            self.dismiss(self._shown[index])

    @on(OptionList.OptionSelected)
    def _selected(self, message: OptionList.OptionSelected) -> None:
        self.dismiss(self._shown[message.option_index])

    def action_close(self) -> None:
        """Leave without doing anything."""
        self.dismiss(None)


def open_palette(screen: NocScreen) -> None:
    """Show the palette over a screen, and run what is chosen there."""
    screen.app.push_screen(Palette(screen), lambda row: row.run() if row else None)


def verb_rows(screen: NocScreen, target: Target, steps: Sequence[NextStep]) -> list[Row]:
    """Return the verbs of a record as rows, allowed first."""
    rows = []
    marked = screen.marked
    for step in ordered(steps):
        verb = clean(_(step.event.label))
        of_one = _("{label}: {text}", label=target.called, text=verb)
        name = _("{n} marked: {verb}", n=marked, verb=verb) if marked else of_one
        # of marked tickets each is judged by itself, when the verb was chosen
        why = "" if marked else _("; ").join(said(reason) for reason in step.reasons)
        run = partial(screen.start_verb, target, step)
        rows.append(Row(name, screen.app.keys.of_event(step.event), run, why))
    return rows


def command_rows(screen: NocScreen) -> list[Row]:
    """Return the commands of a screen, then those that hold everywhere, then the views."""
    rows = []
    for scope in (screen.SCOPE, "app"):
        for command in SCOPES.get(scope, ()):
            if command.palette:
                name = _("{label}: {text}", label=_(_AREA_NAMES[scope]), text=_(command.label))
                shown = key_name(screen.app.keys.of_command(command).split(",")[0])
                rows.append(Row(name, shown, partial(_run, screen, command.action)))
    for name, text in screen.desk.config.views.items():
        shown = clean(_("view: {name}", name=name), limit=80)
        rows.append(Row(shown, "", partial(screen.app.open_view, name, text)))
    return rows


def _run(screen: NocScreen, action: str) -> None:
    screen.call_later(screen.run_action, action)
