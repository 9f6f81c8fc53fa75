"""``noc ticket attach`` and ``download``: files that are kept with a ticket."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from noc_console.cli import render
from noc_console.cli.arguments import plain, whole
from noc_console.cli.events import REFS, act_on_all, event_act
from noc_console.cli.inputs import Reader
from noc_console.cli.options import globals_of
from noc_console.cli.ticket_events import ticket_noun
from noc_console.i18n import N_, _
from noc_console.workflows.fields import Kind

if TYPE_CHECKING:
    from noc_console.desk.act import Outcome
    from noc_console.desk.desk import Desk


def attach(
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


def download(
    context: typer.Context,
    ref: Annotated[str, typer.Argument(metavar="REF")],
    number: Annotated[str, typer.Argument(metavar="NUMBER", help=N_("Which of its attachments, from 1"))],
    target: Annotated[str, typer.Argument(metavar="FILE", help=N_("The new file"))],
) -> int:
    from noc_console.desk import files

    said = globals_of(context)
    which = whole(number, "NUMBER")
    with said.desk() as desk:
        size = files.save(desk, plain(ref), which, target)
    render.single({"file": target, "size": size}, said.output, [_("{n} bytes", n=size)], id_field="file")
    return 0
