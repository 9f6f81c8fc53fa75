"""``noc ticket new`` and ``solve``: a matter is written down, and a small one is brought to its end in one go."""

from __future__ import annotations

from collections.abc import Mapping
from inspect import Parameter
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from noc_console.cli import render
from noc_console.cli.arguments import plain, references
from noc_console.cli.events import Noun, item_of, refs_parameter, state_line, union, which_one, with_signature
from noc_console.cli.inputs import Reader, given, parameters
from noc_console.cli.options import Globals, globals_of, verb
from noc_console.cli.several import Several
from noc_console.cli.ticket_events import ticket_noun
from noc_console.cli.ticket_similar import hint
from noc_console.errors import NocError, UsageError
from noc_console.i18n import N_, _
from noc_console.workflows import solve as short_way
from noc_console.workflows.fields import Field, Kind
from noc_console.workflows.machine import Event
from noc_console.workflows.ticket_inputs import REQUEST_TYPES

if TYPE_CHECKING:
    from noc_console.desk.act import Outcome
    from noc_console.desk.desk import Desk
    from noc_console.desk.solve import SolveResult

TYPE: Final = Field(
    "service_type",
    Kind.CHOICE,
    N_("Type"),
    N_("What kind of matter it is"),
    default="fault",
    choices=("fault", *REQUEST_TYPES),
)
#: What a ticket that follows another takes over from it where nothing else is said: input -> column.
_TAKEN_OVER: Final = {
    "subject": "subject",
    "domain": "domain",
    "requester": "requester_name",
    "requester_type": "requester_type",
    "organisation": "requester_organisation",
    "contract": "contract",
    "language": "language",
    "objects": "objects",
    "scope": "scope",
}


# --- New -----------------------------------------------------------------------------------------------------


def new_verb(help_: str) -> Any:
    """Return the command ``new``."""
    tickets = ticket_noun()
    events = [tickets.event(kind, "register") for kind in ("fault", "request")]
    fields = (TYPE, *(field for field in union(events) if field.name != TYPE.name))
    names = {field.name for field in fields}
    solving = tuple(field for field in solve_fields() if field.name not in names)

    def new(context: typer.Context, solve: bool = False, **values: Any) -> int:
        said = globals_of(context)
        with said.desk() as desk:
            reader = Reader(desk, references=lambda text: tickets.reference(desk, text))
            answers = given(solving, values)
            if answers and not solve:
                raise UsageError(_("{option} is for --solve", option="--" + next(iter(answers)).replace("_", "-")))
            outcome = register(said, tickets, reader, given(fields, values))
            if not said.dry_run:
                hint(desk, outcome)
            if solve and not said.dry_run:
                return _solve(said, desk, reader, outcome.ref, answers)
            render.single(item_of(said, tickets, desk, outcome), said.output, [state_line(outcome, said.dry_run)])
        return 0

    option = typer.Option("--solve", help=N_("Solve it at once; takes the inputs of solve"))
    flag = Parameter("solve", Parameter.KEYWORD_ONLY, default=False, annotation=Annotated[bool, option])
    with_signature(new, [*parameters(fields), flag, *parameters(solving)])
    return verb(new, help_, name="new", writes=True)


def register(said: Globals, tickets: Noun, reader: Reader, texts: Mapping[str, Any]) -> Outcome:
    """Have a ticket registered from the texts of its inputs."""
    from noc_console.desk.act import Wish, act

    chosen = reader.read([TYPE], {"service_type": texts.get("service_type", "fault")})["service_type"]
    kind = "fault" if chosen == "fault" else "request"
    event = tickets.event(kind, "register")
    inputs = reader.read(event.inputs, {**texts, "service_type": chosen})
    inputs = {**_taken_over(reader.desk, event, inputs), **inputs}
    return act(reader.desk, Wish(kind, "", "register", inputs), dry_run=said.dry_run)


def _taken_over(desk: Desk, event: Event, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the ticket that is followed says about the same matter."""
    from noc_console.desk.ticket import row_of

    if "follows" not in inputs:
        return {}
    row = row_of(desk, inputs["follows"])
    known = {name: row[column] for name, column in _TAKEN_OVER.items()} | {"contact": row["address"] or row["phone"]}
    return {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in known.items()
        if name in event.fields and value not in (None, "", [], ())
    }


# --- Solve ---------------------------------------------------------------------------------------------------


def solve_fields() -> tuple[Field, ...]:
    """Return the inputs of the short way, those of faults and of requests."""
    fields = {field.name: field for kind in ("request", "fault") for field in short_way.FIELDS[kind]}
    return tuple(fields.values())


def solve_verb(help_: str) -> Any:
    """Return the command ``solve``."""
    tickets = ticket_noun()
    fields = solve_fields()

    def solve(context: typer.Context, refs: list[str] | None = None, **values: Any) -> int:
        said = globals_of(context)
        texts = given(fields, values)
        if not refs:
            raise which_one()
        with said.desk() as desk:
            reader = Reader(desk, references=lambda text: tickets.reference(desk, text), stdin_taken="-" in refs)
            if len(refs) == 1 and refs[0] != "-":
                return _solve(said, desk, reader, plain(refs[0]), texts)
            several = Several(
                said,
                lambda ref: _solved(said, desk, reader, ref, texts),
                lambda result: [_result_json(said, desk, result)],
                lambda result: [_result_line(said, result)],
                reported=True,
            )
            return several.tell(references(refs))

    with_signature(solve, [refs_parameter(), *parameters(fields)])
    return verb(solve, help_, name="solve", writes=True)


def _solve(said: Globals, desk: Desk, reader: Reader, ref: str, texts: Mapping[str, Any]) -> int:
    """Fire the chain; where it stops, say how far the ticket got, and why no further (exit 1)."""
    result = _fired(said, desk, reader, ref, texts)
    if result.refused:
        render.failed(result.refused, "text")
    render.single(_result_json(said, desk, result), said.output, [_result_line(said, result)])
    return result.refused.exit_code if result.refused else 0


def _solved(said: Globals, desk: Desk, reader: Reader, ref: str, texts: Mapping[str, Any]) -> SolveResult:
    """Fire the chain of one of many tickets. Raises what stopped it, having said how far the ticket got."""
    result = _fired(said, desk, reader, ref, texts)
    if result.refused:
        render.note(_("{ref} is {state}", ref=result.ref, state=result.state))
        raise result.refused
    return result


def _fired(said: Globals, desk: Desk, reader: Reader, ref: str, texts: Mapping[str, Any]) -> SolveResult:
    from noc_console.desk.solve import solve
    from noc_console.desk.ticket import kind_of, row_of

    row = row_of(desk, ref)
    inputs = reader.read(short_way.FIELDS[kind_of(row)], texts)
    try:
        return solve(desk, ref, inputs, dry_run=said.dry_run)
    except NocError as error:
        # a ticket that was registered a moment ago is not lost in the refusal
        render.note(_("{ref} is {state}", ref=row["ref"], state=row["state"]))
        raise error


def _result_line(said: Globals, result: SolveResult) -> str:
    if said.dry_run:
        return _("{ref} would be {state}", ref=result.ref, state=result.state)
    return f"{result.ref} {result.state}"


def _result_json(said: Globals, desk: Desk, result: SolveResult) -> dict[str, Any]:
    """Return the ticket as it is now, or would be, with the events that were done and what refused the next."""
    from noc_console.desk.ticket import row_of
    from noc_console.desk.ticket_view import list_json

    if said.dry_run:
        item: dict[str, Any] = {"ref": result.ref, "state": result.state, "dry_run": True}
    else:
        item = dict(list_json(desk, [row_of(desk, result.ref)])[0])
    refused = render.failure_json(result.refused) if result.refused else {}
    return {**item, "done": list(result.done), **refused}
