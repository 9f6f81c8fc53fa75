"""Which key does what: the commands of ``commands.py`` and the events of the machines, with the user's remapping.

A conflict is an error at start-up that names both. It must not know what a key does.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from textual.binding import Binding

from noc_console.config import unknown_key
from noc_console.errors import UsageError
from noc_console.i18n import _
from noc_console.screens.commands import DIALOGS, SCOPES, VERB_SCOPES, Command
from noc_console.screens.widgets.record_table import RecordTable
from noc_console.workflows.machine import Event, Workflow

#: The keys of the list itself, from where it declares them.
TABLE = tuple(
    Command(row.id or "", row.key, row.action, row.description, palette=False)
    for row in RecordTable.BINDINGS
    if isinstance(row, Binding)
)
#: Terminals send these as Enter, Tab, Backspace, flow control or a multiplexer's prefix.
NEVER = frozenset({"ctrl+j", "ctrl+m", "ctrl+i", "ctrl+h", "ctrl+s", "ctrl+a", "ctrl+b", "ctrl+enter"})
_NAMES = {
    "slash": "/",
    "question_mark": "?",
    "colon": ":",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "escape": "Esc",
    "space": "Space",
    "enter": "Enter",
    "tab": "Tab",
}


@dataclass(frozen=True, slots=True)
class Keymap:
    """The effective keys: ``console`` by command id, ``verbs`` by event name (``""`` for none)."""

    console: Mapping[str, str]
    verbs: Mapping[str, str]

    def of_event(self, event: Event) -> str:
        """Return the key of an event, as Textual spells it."""
        return self.verbs.get(event.name, event.key)

    def of_command(self, command: Command) -> str:
        """Return the keys of a command, comma-separated."""
        return self.console.get(command.id, command.keys)

    def shown(self, command: Command) -> str:
        """Return a command's first key as people read it."""
        return key_name(self.of_command(command).split(",")[0])


def key_name(key: str) -> str:
    """Return a key as people read it: ``/``, ``Esc``, ``^p``, ``F2``."""
    if key in _NAMES:
        return _NAMES[key]
    if key.startswith("ctrl+"):
        return "^" + key.removeprefix("ctrl+")
    return key.upper() if len(key) > 1 and key[0] == "f" and key[1:].isdigit() else key


def keymap(changes: Mapping[str, str], workflows: Iterable[Workflow], path: Path | None = None) -> Keymap:
    """Apply ``[keys]`` of the settings; UsageError for an unknown id, a key nobody receives, or a conflict."""
    machines = tuple(workflows)
    commands = {command.id: command for scope in (*SCOPES.values(), TABLE) for command in scope}
    events = {f"ticket.{event.name}" for machine in machines for event in machine.events if not event.internal}
    for name, keys in changes.items():
        if name not in commands and name not in events:
            raise unknown_key(f"keys.{name}", tuple(f"keys.{one}" for one in (*commands, *sorted(events))), path)
        for key in keys.split(","):
            _check_key(name, key.strip())
    verbs = {name.removeprefix("ticket."): keys.strip() for name, keys in changes.items() if name in events}
    made = Keymap({name: keys for name, keys in changes.items() if name in commands}, verbs)
    _check_conflicts(made, machines)
    return made


def _check_key(name: str, key: str) -> None:
    if key in NEVER or key.startswith(("alt+", "super+")):
        hint = _("terminals take it for something else; use a letter or a function key")
        raise UsageError(_("[keys] {name}: {key} cannot be used", name=name, key=key), hint)
    known = len(key) == 1 or key in _NAMES or key.startswith(("ctrl+", "shift+")) or key in _function_keys()
    if not known:
        near = difflib.get_close_matches(key, [*_NAMES, *_function_keys()], n=1, cutoff=0.0)[0]
        raise UsageError(
            _("[keys] {name}: no key is called {key}", name=name, key=repr(key)), _("nearest: {near}", near=near)
        )


def _function_keys() -> tuple[str, ...]:
    return tuple(f"f{number}" for number in range(1, 25))


def _check_conflicts(keys: Keymap, machines: tuple[Workflow, ...]) -> None:
    console: dict[str, str] = {}
    for scope, commands in SCOPES.items():
        taken: dict[str, str] = {}
        around = (() if scope in DIALOGS or scope == "app" else SCOPES["app"]) + (TABLE if scope == "queue" else ())
        for command in (*around, *commands):
            for key in keys.of_command(command).split(","):
                _take(taken, _textual_name(key.strip()), command.id)
        if scope in VERB_SCOPES:
            console |= taken
    for machine in machines:
        for state in machine.states:
            used = dict(console)
            for event in machine.of_state(state.name):
                key = keys.of_event(event)
                if key and not event.internal:
                    _take(used, _textual_name(key), f"ticket.{event.name}")


def _textual_name(key: str) -> str:
    return next((name for name, character in _NAMES.items() if character == key), key)


def _take(taken: dict[str, str], key: str, name: str) -> None:
    if taken.get(key, name) != name:
        text = _("key {key} is both {one} and {two}", key=key_name(key), one=taken[key], two=name)
        raise UsageError(text, _("give one of them another key under [keys] in the settings"))
    taken[key] = name
