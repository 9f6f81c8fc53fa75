"""The keys of the screen in use, live, and every verb of the ticket's state with why some are blocked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from textual.content import Content

from noc_console.i18n import N_, _
from noc_console.keys import SCOPES, Command, Keymap, key_name
from noc_console.screens import background
from noc_console.screens.pages import Page
from noc_console.screens.refusals import said
from noc_console.screens.widgets.next_steps import ordered
from noc_console.screens.widgets.record_table import RecordTable
from noc_console.text import cell_width, clean
from noc_console.workflows.catalogue import workflow
from noc_console.workflows.machine import NextStep

if TYPE_CHECKING:
    from noc_console.screens.base import NocScreen

_ABOUT = (
    N_("! unread and pressing (urgent, P1, P2 or late)   * unread"),
    N_("A verb with an upper-case key ends something, and asks first."),
    N_("- beside a verb: it has no key; Enter on it under “Next steps”, or the palette."),
    N_("With marks, a verb's key acts on every marked ticket."),
    N_("Tab and Shift+Tab go from one pane or list to the next."),
    N_("Hold Shift and drag to select text with the terminal's own mouse."),
    N_('Other keys: [keys] in config.toml, for example "ticket.locate" = "f5".'),
)
_KEY_CELLS = 14
Part = tuple[str, str] | str


def open_help(screen: NocScreen) -> None:
    """Show the keys at once; the ticket's verbs follow when they were read."""
    page = Page(_("Keys"), keys_content(screen, ()), indent=_under_the_words)
    screen.app.push_screen(page)
    target = screen.target
    if target is not None:
        read = partial(screen.steps, target)
        background.read(page, "steps", read, lambda steps: page.put(keys_content(screen, steps)), screen.app.tell)


def keys_content(screen: NocScreen, steps: Sequence[NextStep]) -> Content:
    """Return the page: verbs of the ticket, commands of the screen, the list's keys, what holds everywhere."""
    keys = screen.app.keys
    parts: list[Part] = []
    target = screen.target
    if target is not None and steps:
        ref = clean(target.ref)
        parts += _heading(_("Ticket {ref}", ref=ref) if target.is_ticket else _("Consultation {ref}", ref=ref))
        for step in ordered(steps):
            parts += _verb(step, keys)
    parts += _heading(_("This screen"))
    for key, text in screen.FIXED_KEYS:
        parts += _row(key, _(text))
    parts += _commands(screen.SCOPE, keys)
    for machine, heading in screen.ACTS:
        parts += _heading(_(heading))
        for event in workflow(machine).events:
            if not event.internal and event.sources:
                parts += _verb(NextStep(event, True), keys)
    if screen.query(RecordTable):
        parts += _heading(_("List"))
        parts += _commands("table", keys)
    parts += _heading(_("Everywhere"))
    parts += _commands("app", keys)
    parts.append("\n")
    for line in _ABOUT:
        parts += [_(line), "\n"]
    return Content.assemble(*parts)


def _under_the_words(line: str) -> int:
    """Return where the words begin in a row of a key and what it does; other lines begin at the left."""
    key = line[:_KEY_CELLS]
    return _KEY_CELLS if key.endswith(" ") and "  " in key else 0


def _heading(text: str) -> list[Part]:
    return [(f"\n{text}\n", "bold underline")]


def _row(key: str, text: str, style: str = "") -> list[Part]:
    pad = " " * max(_KEY_CELLS - cell_width(key), 1)
    return [(key, "bold"), pad, (text, style) if style else text, "\n"]


def _verb(step: NextStep, keys: Keymap) -> list[Part]:
    label = clean(_(step.event.label))
    key = keys.of_event(step.event) or "-"
    if step.allowed:
        return _row(
            key, _("{label}: {text}", label=label, text=clean(_(step.event.help))) if step.event.help else label
        )
    why = _("; ").join(said(reason) for reason in step.reasons)
    return _row(key, _("{what}: blocked - {why}", what=label, why=why), "dim")


def _commands(scope: str, keys: Keymap) -> list[Part]:
    return _rows(SCOPES.get(scope, ()), keys)


def _rows(commands: Iterable[Command], keys: Keymap) -> list[Part]:
    parts: list[Part] = []
    for command in commands:
        shown = " ".join(key_name(key.strip()) for key in keys.of_command(command).split(","))
        label = _(command.label)
        text = _("{label}: {text}", label=label, text=_(command.help)) if command.help else label
        parts += _row(shown, text)
    return parts
