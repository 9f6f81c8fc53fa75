"""``noc ticket new`` and ``solve``: a matter is written down, and small ones are brought to their end in one go."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

import typer

from noc_console.cli import render
from noc_console.cli.events import Noun, item_of, state_line, union, with_signature
from noc_console.cli.inputs import Reader, given, parameters
from noc_console.cli.options import Entry, Globals, globals_of, verb
from noc_console.i18n import N_
from noc_console.workflows.fields import Field, Kind
from noc_console.workflows.machine import Event

if TYPE_CHECKING:
    from noc_console.desk.desk import Desk

_TYPES: Final = ("fault", "consultation", "change", "performance", "version", "document")
_TYPE: Final = Field(
    "service_type", Kind.CHOICE, N_("Type"), N_("What kind of matter it is"), default="fault", choices=_TYPES
)
#: What a ticket that follows another takes over from it where nothing else is said: input -> column.
_TAKEN_OVER: Final = {
    "subject": "subject",
    "contact": "address",
    "domain": "domain",
    "requester": "requester_name",
    "requester_type": "requester_type",
    "organisation": "requester_organisation",
    "contract": "contract",
    "language": "language",
    "objects": "objects",
    "scope": "scope",
}


def entries(tickets: Callable[[], Noun]) -> dict[str, Entry]:
    """Return the verbs that make tickets."""
    return {"new": Entry(_NEW_HELP, lambda: _new_verb(tickets()))}


_NEW_HELP: Final = N_("Register a new matter and give it a number")


def _new_verb(tickets: Noun) -> Any:
    fields = _register_fields(tickets)

    def new(context: typer.Context, **values: Any) -> int:
        said = globals_of(context)
        with said.desk() as desk:
            _register(said, tickets, desk, given(fields, values))
        return 0

    with_signature(new, parameters(fields))
    return verb(new, _NEW_HELP, name="new", writes=True)


def _register_fields(tickets: Noun) -> tuple[Field, ...]:
    events = [tickets.event(kind, "register") for kind in ("fault", "request")]
    return (_TYPE, *(field for field in union(events) if field.name != _TYPE.name))


def _register(said: Globals, tickets: Noun, desk: Desk, texts: Mapping[str, Any]) -> None:
    from noc_console.desk.act import Wish, act

    reader = Reader(desk, references=lambda text: tickets.reference(desk, text))
    chosen = reader.read([_TYPE], {"service_type": texts.get("service_type", "fault")})["service_type"]
    kind = "fault" if chosen == "fault" else "request"
    event = tickets.event(kind, "register")
    inputs = reader.read(event.inputs, {**texts, "service_type": chosen})
    outcome = act(
        desk, Wish(kind, "", "register", {**_taken_over(desk, event, inputs), **inputs}), dry_run=said.dry_run
    )
    render.single(item_of(said, tickets, desk, outcome), said.output, [state_line(outcome, said.dry_run)])


def _taken_over(desk: Desk, event: Event, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the ticket that is followed says about the same matter."""
    from noc_console.desk.ticket import row_of

    if "follows" not in inputs:
        return {}
    row = row_of(desk, inputs["follows"])
    known = {name: row[column] for name, column in _TAKEN_OVER.items()} | {"contact": row["address"] or row["phone"]}
    asked = {field.name for field in event.inputs}
    return {name: value for name, value in known.items() if name in asked and value not in (None, "", ())}
