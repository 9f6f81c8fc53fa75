"""Verbs from events: one command for an event's name, with the inputs of every machine that has it as options.

A record's own machine decides what is asked and judged. It must not know any noun.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from inspect import Parameter, Signature
from typing import TYPE_CHECKING, Annotated, Any

import typer

from noc_console.cli import render
from noc_console.cli.arguments import references
from noc_console.cli.inputs import Reader, given, parameters
from noc_console.cli.options import Entry, Globals, globals_of, verb
from noc_console.cli.several import Several
from noc_console.errors import Refused, UsageError
from noc_console.i18n import N_, _
from noc_console.workflows.fields import Field
from noc_console.workflows.machine import Event, Reason, Workflow

if TYPE_CHECKING:
    from noc_console.desk.act import Outcome
    from noc_console.desk.desk import Desk

REFS = Annotated[
    list[str] | None,
    typer.Argument(metavar="REF...", help=N_("What it is about; - reads references from standard input")),
]


if TYPE_CHECKING:
    #: does something to the record of one reference
    Act = Callable[[Desk, Reader, str], Outcome]


@dataclass(frozen=True, slots=True)
class Noun:
    """What events need to know of their noun: how a reference is found, and how a record is shown as JSON.

    ``row_of`` returns the record's id and kind. ``machines`` are the machines whose events are its verbs.
    """

    machines: tuple[Workflow, ...]
    row_of: Callable[[Desk, str], tuple[str, str]]
    json_of: Callable[[Desk, str], Mapping[str, Any]]
    reference: Callable[[Desk, str], str]

    def event(self, kind: str, name: str) -> Event:
        """Return a kind's event. Raises Refused where only another kind has one of this name."""
        machine = next(machine for machine in self.machines if machine.name == kind)
        found = machine.event(name)
        if found is None:
            other = next(event for one in self.machines if (event := one.event(name)) is not None)
            message = _("{event} is refused", event=_(other.label))
            raise Refused(message, (Reason("other_kind", {"event_label": other.label}),))
        return found


def event_entries(noun: Noun, *, leave_out: Iterable[str] = ()) -> dict[str, Entry]:
    """Return a verb for every event that people may fire, in the order of the machines."""
    found: dict[str, list[Event]] = {}
    for machine in noun.machines:
        for event in machine.events:
            if not event.internal and event.sources and event.name not in leave_out:
                found.setdefault(event.name, []).append(event)
    return {events[0].verb: _entry(noun, events) for events in found.values()}


def _entry(noun: Noun, events: list[Event]) -> Entry:
    help_ = events[0].help or events[0].label
    return Entry(help_, lambda: event_verb(noun, events))


def event_verb(noun: Noun, events: Sequence[Event]) -> Any:
    """Return the command of an event, the inputs of all machines that have it as its options."""
    fields = union(events)

    def run(context: typer.Context, refs: list[str] | None = None, **values: Any) -> int:
        said = globals_of(context)
        return act_on_all(said, noun, refs, event_act(said, noun, events[0].name, given(fields, values)))

    with_signature(run, [refs_parameter(), *parameters(fields)])
    return verb(run, events[0].help or events[0].label, name=events[0].verb, writes=True)


def event_act(
    said: Globals, noun: Noun, name: str, texts: Mapping[str, Any], fixed: Mapping[str, Any] | None = None
) -> Act:
    """Return what does an event to one record, with the texts of its inputs and those that are typed already."""

    def act_on(desk: Desk, reader: Reader, ref: str) -> Outcome:
        from noc_console.desk.act import Wish, act
        from noc_console.desk.wording import advice

        record, kind = noun.row_of(desk, ref)
        event = noun.event(kind, name)
        inputs = {**reader.read(event.inputs, texts), **(fixed or {})}
        outcome = act(desk, Wish(kind, record, event.name, inputs), dry_run=said.dry_run)
        for field in event.inputs:
            for line in advice(field, inputs.get(field.name)):
                render.note(_("hint: {text}", text=line))
        return outcome

    return act_on


def union(events: Iterable[Event]) -> tuple[Field, ...]:
    """Return the inputs of several events, each name once."""
    fields: dict[str, Field] = {}
    for event in events:
        for field in event.inputs:
            if field.name not in fields or not fields[field.name].asked:
                fields[field.name] = field
    return tuple(fields.values())


def with_signature(function: Callable[..., Any], extra: Sequence[Parameter]) -> None:
    """Give a function the parameters that its command is to be made from."""
    own = Parameter("context", Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context)
    signature = Signature([own, *extra])
    function.__signature__ = signature  # type: ignore[attr-defined]
    function.__annotations__ = {name: parameter.annotation for name, parameter in signature.parameters.items()}


def refs_parameter() -> Parameter:
    """Return the argument for references."""
    return Parameter("refs", Parameter.KEYWORD_ONLY, default=None, annotation=REFS)


def which_one() -> UsageError:
    """Return the error for a command that was given no reference."""
    return UsageError(_("which one?"), _("name one or more references, or - to read them from standard input"))


def act_on_all(said: Globals, noun: Noun, refs: Sequence[str] | None, act_on: Act) -> int:
    """Do something to every reference, each judged by itself; the exit code is the worst of them."""
    if not refs:
        raise which_one()
    with said.desk() as desk:
        reader = Reader(desk, references=lambda text: noun.reference(desk, text), stdin_taken="-" in refs)
        if len(refs) == 1 and refs[0] != "-":
            outcome = act_on(desk, reader, next(references(refs)))
            render.single(item_of(said, noun, desk, outcome), said.output, [state_line(outcome, said.dry_run)])
            return 0
        several = Several(
            said,
            lambda ref: act_on(desk, reader, ref),
            lambda outcome: [item_of(said, noun, desk, outcome)],
            lambda outcome: [state_line(outcome, said.dry_run)],
            reported=True,
        )
        return several.tell(references(refs))


def state_line(outcome: Outcome, dry_run: bool) -> str:
    """Return the reference with the new state, as the verb prints it."""
    ref = outcome.ref or _("(new)")
    return _("{ref} would be {state}", ref=ref, state=outcome.state) if dry_run else f"{ref} {outcome.state}"


def item_of(said: Globals, noun: Noun, desk: Desk, outcome: Outcome) -> Mapping[str, Any]:
    """Return what became of one act as JSON: the record as it is now, or what would be."""
    if said.dry_run:
        return {"ref": outcome.ref or None, "event": outcome.event, "state": outcome.state, "dry_run": True}
    return {"ref": outcome.ref} if said.output in ("text", "ids") else noun.json_of(desk, outcome.record)
