"""``noc ticket list``: tickets that a filter finds, as columns or in any other form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from noc_console.cli import render, shown
from noc_console.cli.arguments import TEXT_LIMIT, plain, whole
from noc_console.cli.options import globals_of
from noc_console.cli.render import Column
from noc_console.i18n import N_, _

if TYPE_CHECKING:
    from noc_console.desk.desk import Desk
    from noc_console.desk.filter import Query
    from noc_console.desk.ticket import TicketLine

#: Lines of a text list that nobody asked to be longer.
_RUN: Final = 500


def list_tickets(
    context: typer.Context,
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="FILTER...",
            help=N_('Such as: state:open grade<=2 domain:access owner:me !channel:mail due<4h "loss of signal"'),
        ),
    ] = None,
    limit: Annotated[
        str | None, typer.Option("--limit", metavar="N", help=N_("At most so many; 100 for text, else all"))
    ] = None,
    sort: Annotated[
        str,
        typer.Option("--sort", metavar="KEY", help=N_("due, grade, age, number, idle, owner, state; - turns it round")),
    ] = "",
) -> int:
    """List the tickets that a filter finds."""
    from noc_console.desk.filter import parse

    said = globals_of(context)
    query = parse(_one_filter(words or []), sort=sort)
    most = whole(limit, "--limit") if limit is not None else None
    with said.desk() as desk:
        if said.output == "text":
            _list_text(desk, query, most)
        else:
            render.many(_items(desk, query, most, said.output), said.output, ())
    return 0


def _one_filter(words: Sequence[str]) -> str:
    """Join the words of the shell, giving back the quotes to a phrase that it took them from."""
    cleaned = [plain(word) for word in words]
    if len(cleaned) == 1:
        return cleaned[0]
    return " ".join(f'"{word}"' if " " in word and '"' not in word and ":" not in word else word for word in cleaned)


def _list_text(desk: Desk, query: Query, limit: int | None) -> None:
    from noc_console.desk.ticket import page

    found = page(desk, query, limit=limit or TEXT_LIMIT)
    now = desk.now()
    render.many(found.rows, "text", columns(now))
    if not found.at_end:
        render.note(_("there are more: --limit N shows N of them"))


def columns(now: datetime) -> tuple[Column, ...]:
    """Return the columns of a list of tickets, as of an instant."""
    return (
        Column(N_("REF"), lambda row: row.ref, 14),
        Column(N_("GRADE"), lambda row: row.grade + ("!" if row.urgent else ""), 6),
        Column(N_("STATE"), lambda row: row.state, 20),
        Column(N_("DUE"), lambda row: _due(row, now), 10, "right"),
        Column(N_("CLOCK"), lambda row: row.next_clock or "", 10),
        Column(N_("OWNER"), lambda row: row.owner or "-", 14),
        Column(N_("DOMAIN"), lambda row: row.domain or "-", 12),
        Column(N_("CUSTOMER"), lambda row: row.customer or "-", 20),
        Column(N_("SUBJECT"), lambda row: row.subject, 80),
    )


def _due(row: TicketLine, now: datetime) -> str:
    return _("paused") if row.paused else shown.left(row.next_due, now)


def _items(desk: Desk, query: Query, limit: int | None, output: str) -> Iterator[Mapping[str, Any]]:
    from noc_console.desk.ticket import records
    from noc_console.desk.ticket_view import list_json

    rows = records(desk, query, limit=limit)
    if output == "ids":
        yield from rows
        return
    while run := list(islice(rows, _RUN)):
        yield from list_json(desk, run)
