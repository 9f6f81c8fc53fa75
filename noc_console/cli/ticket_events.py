"""The events of faults and requests as verbs of ``noc ticket``, and ``reply``, which is one of them by mail."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import typer

from noc_console.cli.events import Noun, act_on_all, event_act, event_entries, refs_parameter, with_signature
from noc_console.cli.inputs import given, parameters
from noc_console.cli.options import Entry, globals_of, verb
from noc_console.workflows.catalogue import workflow

if TYPE_CHECKING:
    from noc_console.desk.desk import Desk


def ticket_noun() -> Noun:
    """Return what events need to know of tickets."""
    return Noun((workflow("fault"), workflow("request")), _row_of, _json_of, _reference)


def entries() -> dict[str, Entry]:
    """Return a verb for every event; a file is attached and a command is run by verbs of their own."""
    return event_entries(ticket_noun(), leave_out=("attach", "run"))


def _row_of(desk: Desk, ref: str) -> tuple[str, str]:
    from noc_console.desk import ticket

    row = ticket.row_of(desk, ref)
    return row["id"], ticket.kind_of(row)


def _json_of(desk: Desk, record: str) -> Mapping[str, Any]:
    from noc_console.desk import ticket
    from noc_console.desk.ticket_view import list_json

    return list_json(desk, [ticket.row_of(desk, record)])[0]


def _reference(desk: Desk, ref: str) -> str:
    from noc_console.desk import ticket

    return ticket.find(desk, ref)


def reply_verb(help_: str) -> Any:
    """Return the command ``reply``."""
    tickets = ticket_noun()
    fixed = {"channel": "email", "sent": "by_us"}
    inform = tickets.event("fault", "inform")
    fields = tuple(field for field in inform.inputs if field.name not in fixed)

    def reply(context: typer.Context, refs: list[str] | None = None, **values: Any) -> int:
        said = globals_of(context)
        return act_on_all(said, tickets, refs, event_act(said, tickets, "inform", given(fields, values), fixed))

    with_signature(reply, [refs_parameter(), *parameters(fields)])
    return verb(reply, help_, name="reply", writes=True)
