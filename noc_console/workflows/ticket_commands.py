"""Commands of the policy on a ticket: which are offered, what of the ticket fills them, and what is written down.

Two acts: ``run`` before a command is begun, so that the journal says who ran what even if it never ends, and
``take_output`` when it has ended. A value comes from a typed field of the ticket and has the shape of its placeholder;
nothing that somebody types gets in. Pure; ``desk/ticket_command.py`` runs it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from noc_console.i18n import N_
from noc_console.workflows.command_line import OBJECT, fits, shape_of
from noc_console.workflows.effect_kit import ref, row_id
from noc_console.workflows.fields import Field, Inputs, Kind
from noc_console.workflows.machine import SAME, Add, DependsOnInput, Event, Facts, Op, Reason, Ref
from noc_console.workflows.ticket_guards import by_handler_if_any, may, on_facts, on_inputs
from noc_console.workflows.ticket_sets import TicketSets

if TYPE_CHECKING:
    from noc_console.workflows.policy import Policy
    from noc_console.workflows.policy_commands import TicketCommand

RUN: Final = "run"
#: Types of objects that are reached by name or address.
HOSTS: Final = ("host", "ip", "element")
#: Columns of a ticket by placeholder, where the name is another.
_COLUMNS: Final = {"type": "service_type"}
_PHONE_MARKS: Final = str.maketrans("", "", " -()./")

COMMAND: Final = Field("command", Kind.CHOICE, N_("Command"), required=True, options_from="commands")
ARGUMENTS: Final = Field(
    "arguments", Kind.TEXT, N_("Filled with"), many=True, pii=True, max_length=300, asked=False
)  # name=value
LINE: Final = Field("line", Kind.TEXT, N_("As run"), required=True, pii=True, max_length=20_000, asked=False)
EXIT_CODE: Final = Field("exit_code", Kind.NUMBER, N_("Exit code"), asked=False)
ENDED: Final = Field("ended", Kind.TEXT, N_("Ended"), max_length=200, asked=False)
OUTPUT: Final = Field("text", Kind.PROSE, N_("Output"), pii=True, asked=False)
FILE: Final = Field("file", Kind.FILE, N_("File"), required=True, pii=True, asked=False)


def offered(policy: Policy, record: Mapping[str, Any]) -> tuple[TicketCommand, ...]:
    """Return the commands that the policy offers on a ticket, by its type and domain."""
    return tuple(entry for entry in policy.commands.values() if is_offered(entry, record))


def is_offered(entry: TicketCommand, record: Mapping[str, Any]) -> bool:
    """Tell whether a command is for tickets of this type and domain."""
    typed = not entry.types or record.get("service_type") in entry.types
    return typed and (not entry.domains or record.get("domain") in entry.domains)


def candidates(record: Mapping[str, Any], placeholder: str) -> tuple[str, ...]:
    """Return what of a ticket can stand for a placeholder, in the ticket's order; only what has its shape."""
    shape = shape_of(placeholder)
    return tuple(dict.fromkeys(value for value in _values(record, placeholder) if fits(shape, value)))


def _values(record: Mapping[str, Any], placeholder: str) -> Iterator[str]:
    if placeholder == "host":
        yield from (name for kind, name in _objects(record) if kind in HOSTS)
    elif placeholder == "object" or placeholder.startswith(OBJECT):
        wanted = placeholder.partition(".")[2]
        yield from (name for kind, name in _objects(record) if wanted in ("", kind))
    elif placeholder == "phone":
        yield str(record.get("phone") or "").translate(_PHONE_MARKS)
    else:
        yield str(record.get(_COLUMNS.get(placeholder, placeholder)) or "")


def _objects(record: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield type and name of a ticket's objects; one without a type is an element, as everywhere."""
    for item in record.get("objects") or ():
        kind, colon, name = str(item).partition(":")
        yield (kind, name) if colon and kind.isidentifier() else ("element", str(item))


def pairs(arguments: Iterable[str]) -> dict[str, str]:
    """Return the values by placeholder of ``name=value`` texts."""
    return {name: value for name, _equals, value in (one.partition("=") for one in arguments)}


# --- Gates ---------------------------------------------------------------------------------------------------


def run_by_handler_or_lead(facts: Facts, inputs: Inputs | None) -> Reason | DependsOnInput | None:
    """Let only those who have a hand in the ticket run something for it, anybody while nobody has, or a lead."""
    return None if may(facts, "ticket.lead") else by_handler_if_any(facts, inputs)


@on_facts
def some_command_offered(facts: Facts) -> Reason | None:
    """Require that the policy has a command for such a ticket."""
    return None if offered(facts.policy, facts.record) else Reason("no_command_offered")


@on_inputs
def command_offered(facts: Facts, inputs: Inputs) -> Reason | None:
    """Refuse a command for tickets of another type or domain."""
    entry = facts.policy.commands.get(inputs["command"])
    if entry is None or is_offered(entry, facts.record):
        return None
    known = ", ".join(one.code for one in offered(facts.policy, facts.record))
    return Reason("command_not_offered", {"field": COMMAND.name, "value": entry.code, "commands": known})


@on_inputs
def arguments_of_ticket(facts: Facts, inputs: Inputs) -> Reason | None:
    """Require that each placeholder is filled, with something that the ticket says and that has its shape."""
    entry = facts.policy.commands.get(inputs["command"])
    if entry is None:
        return None
    said = pairs(inputs.get("arguments") or ())
    for name, value in said.items():
        if name not in entry.placeholders:
            names = ", ".join(entry.placeholders) or "-"
            return Reason("command_takes_no", {"name": name, "command": entry.code, "names": names})
        known = candidates(facts.record, name)
        if value not in known:
            return Reason("argument_not_of_ticket", {"name": name, "value": value, "values": ", ".join(known) or "-"})
    lacking = [name for name in entry.placeholders if name not in said]
    return Reason("argument_missing", {"command": entry.code, "names": ", ".join(lacking)}) if lacking else None


# --- What is written down ------------------------------------------------------------------------------------


def keep_output(facts: Facts, inputs: Inputs) -> Iterator[Op]:
    """Keep what a command printed among the files of the ticket, with the command as it was run."""
    names = {name: Ref(f"file.{name}") for name in ("name", "type", "size", "sha256")}
    yield Add("attachment", row_id(facts, "attachment"), {**names, "command": ref(inputs, "line"), "at": facts.at})


def command_events(sets: TicketSets) -> tuple[Event, ...]:
    """Return how a command is run on an open ticket; its output is taken in whatever became of the ticket meanwhile."""
    return (
        Event(
            RUN, sets.open, SAME, N_("Run a command"), "!",
            N_("One of the policy's: it is shown before it runs, and its output becomes evidence"),
            inputs=(COMMAND, ARGUMENTS, LINE), right="ticket.run",
            guards=(run_by_handler_or_lead, some_command_offered, command_offered, arguments_of_ticket),
        ),
        Event(
            "take_output", (*sets.not_final, "merged", "cancelled", "rejected"), SAME, N_("Output of a command"),
            help=N_("What a command of the policy has printed"), internal=True, right="ticket.run",
            inputs=(LINE, EXIT_CODE, ENDED, OUTPUT, FILE), effects=(keep_output,),
        ),
    )  # fmt: skip
