"""Commands of the policy on a ticket: shown with what the ticket fills in, judged, run, and kept as evidence.

What is offered and what may be filled in is the machine's (``workflows/ticket_commands.py``); the program runs in the
room of commands (``command_run.py``).
"""

from __future__ import annotations

import shlex
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from noc_console.desk import command_run, files
from noc_console.desk.act import Outcome, Wish, act
from noc_console.desk.command_run import GoOn, Printed
from noc_console.desk.ticket import kind_of, row_of
from noc_console.errors import NocError, NotFound
from noc_console.i18n import _, language
from noc_console.text import clean
from noc_console.workflows.command_line import filled
from noc_console.workflows.policy_commands import TicketCommand
from noc_console.workflows.policy_nodes import nearest
from noc_console.workflows.ticket_commands import RUN, candidates, offered

if TYPE_CHECKING:
    from noc_console.desk.desk import Desk
    from noc_console.desk.rows import Values

#: As much of the output stands in the timeline; the file has it whole.
_SHOWN: Final = 2_000


@dataclass(frozen=True, slots=True)
class Offer:
    """A command on a ticket as it would be run: for each placeholder what the ticket has for it, and its words.

    ``words`` are those of the policy for this kind of computer, ``argv`` the same with everything filled in.
    """

    ref: str
    command: TicketCommand
    words: tuple[str, ...]
    argv: tuple[str, ...]
    arguments: Mapping[str, str]
    choices: Mapping[str, tuple[str, ...]]

    @property
    def line(self) -> str:
        """Return it as one line that can be pasted into a shell."""
        return shlex.join(self.argv)

    @property
    def missing(self) -> tuple[str, ...]:
        """Return the placeholders that the ticket has nothing for."""
        return tuple(name for name in self.command.placeholders if name not in self.arguments)

    def json(self) -> dict[str, Any]:
        """Return the object of ``noc ticket run -o json``, as it is before anything runs."""
        return {
            "ref": self.ref,
            "name": self.command.code,
            "label": self.command.label.text(language()),
            "command": self.line,
            "argv": list(self.argv),
            "missing": list(self.missing),
            "choices": {name: list(values) for name, values in self.choices.items()},
            "timeout_s": self.command.timeout_s,
            "ran": False,
        }


@dataclass(frozen=True, slots=True)
class Ran:
    """What came of a command; ``error`` is why its output could not be kept with the ticket."""

    offer: Offer
    printed: Printed
    error: NocError | None

    def json(self) -> dict[str, Any]:
        """Return the object of ``noc ticket run -o json``, as it is afterwards."""
        printed = self.printed
        ended = {"exit_code": printed.code, "ended": printed.ended or None, "output": printed.text}
        return self.offer.json() | {"ran": True, **ended, "kept": self.error is None}


def all_offered(desk: Desk, ref: str) -> tuple[Offer, ...]:
    """Return the commands that the policy offers on a ticket, in its order. Raises NotFound for no ticket."""
    row = row_of(desk, ref)
    return tuple(_offer(desk, row, entry, {}) for entry in offered(desk.policy(), row))


def one_offered(desk: Desk, ref: str, name: str, given: Mapping[str, str] | None = None) -> Offer:
    """Return a command on a ticket; what is not given is the first that the ticket has.

    Raises NotFound for a name that the policy does not know. Whether it is offered there, and may be given what it is
    given, is judged by ``try_run`` and ``run``.
    """
    row, policy = row_of(desk, ref), desk.policy()
    entry = policy.commands.get(name)
    if entry is None:
        near = nearest(name, [one.code for one in offered(policy, row)]).removeprefix("; ")
        raise NotFound(_("the policy has no command {name}", name=name[:60]), near)
    return _offer(desk, row, entry, given or {})


def _offer(desk: Desk, row: Values, entry: TicketCommand, given: Mapping[str, str]) -> Offer:
    choices = {name: found for name in entry.placeholders if (found := candidates(row, name))}
    arguments = {name: found[0] for name, found in choices.items()} | dict(given)
    words = entry.words(on_windows=sys.platform == "win32")
    return Offer(row["ref"], entry, words, filled(words, arguments, desk.config.jump), arguments, choices)


def try_run(desk: Desk, offer: Offer) -> Outcome:
    """Have it judged whether a command may be run, and store nothing. Raises Refused."""
    return act(desk, _running(row_of(desk, offer.ref), offer), dry_run=True)


def check(desk: Desk, offer: Offer) -> str:
    """Return where the program of a command is on this computer. Raises UsageError, NotFound, BadInput."""
    return command_run.ready(offer.words, offer.argv, desk.config)


def run(desk: Desk, offer: Offer, *, go_on: GoOn = lambda _seconds: True) -> Ran:
    """Run a command and keep its output with the ticket; ``go_on`` may end it.

    Raises Refused where it may not be run, and UsageError, NotFound, BadInput where it cannot be. Once it has run
    nothing is raised: what it printed comes back with the error.
    """
    row = row_of(desk, offer.ref)
    act(desk, _running(row, offer), dry_run=True)  # a rule that refuses it comes before a program that is not there
    program = check(desk, offer)
    act(desk, _running(row, offer))
    printed = command_run.execute((program, *offer.argv[1:]), timeout_s=offer.command.timeout_s, go_on=go_on)
    try:
        _keep(desk, row, offer, printed)
    except NocError as error:
        return Ran(offer, printed, error)
    return Ran(offer, printed, None)


def _running(row: Values, offer: Offer) -> Wish:
    arguments = tuple(f"{name}={value}" for name, value in offer.arguments.items())
    inputs: dict[str, Any] = {"command": offer.command.code, "line": offer.line}
    return Wish(kind_of(row), row["id"], RUN, inputs | ({"arguments": arguments} if arguments else {}))


def _keep(desk: Desk, row: Values, offer: Offer, printed: Printed) -> None:
    """Keep the output byte for byte, and the beginning of it where people read."""
    name = f"{offer.command.code}-{desk.now().astimezone(desk.zone).strftime('%Y%m%d-%H%M%S')}.txt"
    inputs: dict[str, Any] = {
        "line": offer.line,
        "exit_code": printed.code,
        "file": files.described(name, printed.content),
    }
    text = clean(printed.text, multiline=True, limit=_SHOWN).strip()
    inputs |= {key: value for key, value in (("ended", printed.ended), ("text", text)) if value}
    files.act_with(desk, Wish(kind_of(row), row["id"], "take_output", inputs), printed.content)
