"""The command that a step offers: shown first, then run in the room of commands, its output kept as evidence whole.

Nothing of a ticket gets into a command but what fits the shape of its argument, and the person sees it before.
"""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from noc_console.checklists import commands
from noc_console.checklists.commands import Command
from noc_console.desk import command_run, device_output, diagnosis
from noc_console.desk.command_run import GoOn, Printed
from noc_console.desk.diagnosis import Evidence
from noc_console.desk.diagnosis_view import RunView
from noc_console.desk.rows import Values, of_record
from noc_console.errors import BadInput, NotFound, UsageError
from noc_console.i18n import _
from noc_console.workflows.command_line import fits
from noc_console.workflows.command_values import value_for

if TYPE_CHECKING:
    from noc_console.desk.desk import Desk

_ALARMS: Final = 20


@dataclass(frozen=True, slots=True)
class Offer:
    """The command of a step: what is known of its arguments, and its words as they would be run."""

    command: Command
    arguments: Mapping[str, str]
    argv: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def line(self) -> str:
        """Return the command as one line that can be pasted into a shell."""
        return shlex.join(self.argv)


def offered(desk: Desk, run: str, given: Mapping[str, str] | None = None) -> Offer:
    """Return the command of the step that a run stands at, with what the ticket says of its arguments.

    Raises NotFound where the step offers none, and BadInput for an argument that does not have its shape.
    """
    view = diagnosis.show(desk, run)
    name = view.step.command if view.step else ""
    command = commands.load().get(name)
    if command is None:
        raise NotFound(_("step {step} offers no command", step=view.row["step"]), _("answer it by hand"))
    arguments = _proposed(desk, view, command)
    for slot, value in (given or {}).items():
        if slot not in command.slots:
            raise UsageError(_("{command} takes no {name}", command=command.id, name=slot))
        if not fits(slot, value):
            raise BadInput(_("{value} cannot be a {name}", value=value[:80], name=slot), _WANTED[slot]())
        arguments[slot] = value
    windows = sys.platform == "win32"
    argv = command.words(arguments, desk.config.jump, windows=windows)
    return Offer(command, arguments, argv, tuple(slot for slot in command.slots if slot not in arguments))


def runnable(desk: Desk, run: str) -> Offer:
    """Return the command of the step where it can be run on this computer, before anything is asked for it.

    Raises what ``offered`` raises, UsageError where the settings lack its jump command, NotFound for its program.
    """
    offer = offered(desk, run)
    command_run.ready(offer.command.argv, offer.argv, desk.config)
    return offer


_WANTED: Final = {
    "host": lambda: _("a host name or an address"),
    "name": lambda: _("a name of the DNS"),
    "port": lambda: _("a number from 1 to 65535"),
    "oid": lambda: _("an object identifier such as 1.3.6.1.2.1.1.3.0"),
    "line": lambda: _("a line that begins with show or display, of letters, digits and ./:_-"),
}


def _proposed(desk: Desk, view: RunView, command: Command) -> dict[str, str]:
    """Return the first thing of the ticket that can be the host of a command."""
    found = next((value for value in _names(desk, view) if fits("host", value)), None)
    wanted = [slot for slot in ("host", "name") if slot in command.slots]
    return dict.fromkeys(wanted, found) if found else {}


def _names(desk: Desk, view: RunView) -> Iterator[str]:
    """Yield what the ticket calls its objects: hosts and elements, then those of its alarms."""
    for item in view.ticket.get("objects") or ():
        kind, colon, name = str(item).partition(":")
        if colon and kind in ("host", "ip", "element"):
            yield name
        elif not colon:
            yield str(item)
    with desk.reading() as connection:
        alarms: tuple[Values, ...] = of_record(connection, "alarm", view.row["record"])[:_ALARMS]
    yield from (str(alarm["object"]) for alarm in alarms if alarm["object"])


def run(
    desk: Desk, run_ref: str, offer: Offer, *, platform: str = "", go_on: GoOn = lambda _seconds: True
) -> tuple[Printed, RunView, str]:
    """Run a command and keep its output as evidence; return it, the run, and the value that the step asks for.

    ``platform`` says what kind of device prints, for the templates that read it. ``go_on`` may end it.
    Raises UsageError for missing arguments, and NotFound where the program is not on this computer.
    """
    if offer.missing:
        raise UsageError(_("what is missing for {command}: {names}", command=offer.command.id,
                           names=", ".join(offer.missing)))  # fmt: skip
    if platform:
        device_output.check(platform)
    before = diagnosis.row_of(desk, run_ref)
    command = offer.command
    printed = command_run.run(command.argv, offer.argv, desk.config, timeout_s=command.timeout_s, go_on=go_on)
    name = f"{offer.command.id}-{desk.now().astimezone(desk.zone).strftime('%H%M%S')}.txt"
    diagnosis.attach(desk, before["id"], Evidence(name, printed.content, offer.line), printed.ended)
    view = diagnosis.show(desk, before["id"])
    value = value_for(offer.command.reads, printed.text, view.step.unit) if view.step else ""
    if platform and view.step and not value:
        value = device_output.value_in(printed.text, platform, offer.arguments.get("line", ""), view.step)
    return printed, view, value
