"""``noc ticket``: every event of faults and requests as a verb, beside lists, one ticket whole, and new ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from noc_console.cli import render
from noc_console.cli.events import REFS, Noun, act_on_all, event_act, event_entries, refs_parameter, with_signature
from noc_console.cli.inputs import Reader, given, parameters
from noc_console.cli.options import Entry, entry, globals_of, noun, verb
from noc_console.i18n import N_, _
from noc_console.workflows.catalogue import workflow
from noc_console.workflows.fields import Kind

if TYPE_CHECKING:
    from noc_console.cli.options import Noun as Group
    from noc_console.desk.act import Outcome
    from noc_console.desk.desk import Desk


def ticket_noun() -> Noun:
    """Return what events need to know of tickets."""
    return Noun((workflow("fault"), workflow("request")), _row_of, _json_of, _reference)


def command() -> Group:
    """Return the command of this noun."""
    from noc_console.cli import ticket_import, ticket_list, ticket_new

    known = {
        **ticket_new.entries(ticket_noun),
        **ticket_list.entries(),
        "import": entry(
            ticket_import.import_file,
            N_("Register the open tickets of a file that export wrote"),
            name="import",
            writes=True,
        ),
        "reply": Entry(_REPLY_HELP, _reply_verb),
        "attach": entry(_attach, N_("Keep a file with the ticket"), name="attach", writes=True),
        "download": entry(_download, N_("Write an attachment to a new file"), name="download"),
    }
    return noun(
        "ticket",
        N_("Register, work on, list and show tickets"),
        known,
        lambda: event_entries(ticket_noun(), leave_out=("attach",)),
    )


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


# --- Reply ---------------------------------------------------------------------------------------------------

_REPLY_HELP = N_("Write to the customer by mail: puts it in the outbox and counts as news")


def _reply_verb() -> Any:
    tickets = ticket_noun()
    fixed = {"channel": "email", "sent": "by_us"}
    inform = tickets.event("fault", "inform")
    fields = tuple(field for field in inform.inputs if field.name not in fixed)

    def reply(context: typer.Context, refs: list[str] | None = None, **values: Any) -> int:
        said = globals_of(context)
        return act_on_all(said, tickets, refs, event_act(said, tickets, "inform", given(fields, values), fixed))

    with_signature(reply, [refs_parameter(), *parameters(fields)])
    return verb(reply, _REPLY_HELP, name="reply", writes=True)


# --- Files ---------------------------------------------------------------------------------------------------


def _attach(
    context: typer.Context,
    refs: REFS = None,
    file: Annotated[str | None, typer.Option("--file", metavar="FILE", help=N_("File"))] = None,
    comment: Annotated[str | None, typer.Option("--comment", metavar="TEXT|-", help=N_("Comment"))] = None,
) -> int:
    said = globals_of(context)
    tickets = ticket_noun()
    texts = {} if comment is None else {"comment": comment}
    if file is None:
        return act_on_all(said, tickets, refs, event_act(said, tickets, "attach", texts))
    path = file

    def act_on(desk: Desk, reader: Reader, ref: str) -> Outcome:
        from noc_console.desk import files

        event = tickets.event(tickets.row_of(desk, ref)[1], "attach")
        fields = [field for field in event.inputs if field.kind is not Kind.FILE]
        words = reader.read(fields, texts)
        return files.attach(desk, ref, path, words.get("comment") or "", dry_run=said.dry_run)

    return act_on_all(said, tickets, refs, act_on)


def _download(
    context: typer.Context,
    ref: Annotated[str, typer.Argument(metavar="REF")],
    number: Annotated[int, typer.Argument(metavar="NUMBER", help=N_("Which of its attachments, from 1"))],
    target: Annotated[str, typer.Argument(metavar="FILE", help=N_("The new file"))],
) -> int:
    from noc_console.desk import files

    said = globals_of(context)
    with said.desk() as desk:
        size = files.save(desk, ref, number, target)
    render.single({"file": target, "size": size}, said.output, [_("{n} bytes", n=size)], id_field="file")
    return 0
