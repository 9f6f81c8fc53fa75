"""``noc keys``: the keys of verbs and commands as they are in effect, and a test of what a terminal sends for a key."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any, Final

import typer

from noc_console.cli import render
from noc_console.cli.options import Globals, globals_of, verb
from noc_console.cli.render import Column
from noc_console.errors import UsageError
from noc_console.i18n import N_, _
from noc_console.keys import SCOPES, key_name, keymap
from noc_console.workflows.catalogue import workflow

_KINDS: Final = ("fault", "request")
_COLUMNS: Final = (
    Column(N_("KEY"), lambda item: " ".join(map(key_name, item["key"].split(","))) or "-", 10),
    Column(N_("COMMAND"), lambda item: item["command"], 32),
    Column(N_("WHERE"), lambda item: ", ".join(item["where"]), 16),
    Column(N_("LABEL"), lambda item: item["label"], 24),
    Column(N_("SET BY"), lambda item: item["set_by"], 10),
)
_HELP: Final = N_("The keys of the console, as they are in effect")


def command() -> Any:
    """Return the command."""
    return verb(_keys, _HELP, name="keys")


def _keys(
    context: typer.Context,
    test: Annotated[bool, typer.Option("--test", help=N_("Echo what the terminal sends for each key; q ends"))] = False,
) -> int:
    said = globals_of(context)
    if test:
        _echo_keys()
    else:
        render.many(effective(said), said.output, _COLUMNS, id_field="command")
    return 0


def effective(said: Globals) -> list[dict[str, Any]]:
    """Return the keys of every verb and command, those of the settings in place of those that the program proposes.

    Raises UsageError for a conflict, as the start of the console does.
    """
    settings = said.settings()
    changed = dict(settings.keys)
    machines = [workflow(kind) for kind in _KINDS]
    made = keymap(changed, machines, settings.path)
    rows: dict[str, dict[str, Any]] = {}
    for machine in machines:
        for event in machine.events:
            if not event.internal:
                name = f"ticket.{event.name}"
                by = "settings" if name in changed else "machine"
                row = _row(name, made.of_event(event), [], event.label, by)
                rows.setdefault(name, row)["where"].append(machine.name)
    for scope, commands in SCOPES.items():
        for one in commands:
            by = "settings" if one.id in changed else "console"
            rows[one.id] = _row(one.id, made.of_command(one), [scope], one.label, by)
    return list(rows.values())


def _row(command: str, key: str, where: list[str], label: str, set_by: str) -> dict[str, Any]:
    return {"command": command, "key": key, "where": where, "label": _(label), "set_by": set_by}


def _echo_keys() -> None:
    if not sys.stdin.isatty():
        raise UsageError(_("a key can be tested at a terminal only"))
    render.line(_("press keys; q ends"))
    with _raw_keys() as read:
        while True:
            data = read()
            render.line(" ".join(f"{byte:02x}" for byte in data) + "  " + ascii(data.decode("utf-8", "replace")))
            render.flush()
            if data in (b"q", b"\x03", b""):
                return


@contextmanager
def _raw_keys() -> Iterator[Any]:
    """Give a function that waits for one key and returns the bytes that the terminal sent for it."""
    if sys.platform == "win32":
        import msvcrt

        def read_windows() -> bytes:
            first = msvcrt.getwch()
            # a function key is announced by one of these and comes as a second character
            return (first + msvcrt.getwch() if first in "\x00\xe0" else first).encode()

        yield read_windows
        return
    import termios
    import tty

    descriptor = sys.stdin.fileno()
    before = termios.tcgetattr(descriptor)
    try:
        tty.setcbreak(descriptor)
        yield lambda: os.read(descriptor, 64)
    finally:
        termios.tcsetattr(descriptor, termios.TCSADRAIN, before)
