"""``noc ticket list``, ``show``, ``next``, ``export``: what is there, one ticket whole, what may be done with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, tzinfo
from itertools import islice
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from noc_console.cli import render, shown
from noc_console.cli.inputs import plain, references
from noc_console.cli.options import Entry, Globals, entry, globals_of
from noc_console.cli.render import Column
from noc_console.errors import NocError, UsageError
from noc_console.i18n import N_, _

if TYPE_CHECKING:
    from noc_console.desk.desk import Desk
    from noc_console.desk.filter import Query
    from noc_console.desk.ticket import TicketLine
    from noc_console.desk.ticket_view import TicketView
    from noc_console.workflows.machine import NextStep

#: Lines of a text list that nobody asked to be longer.
TEXT_LIMIT: Final = 100
_RUN: Final = 500
REF = Annotated[str, typer.Argument(metavar="REF", help=N_("Such as HZ1-42"))]
MANY_REFS = Annotated[
    list[str], typer.Argument(metavar="REF...", help=N_("Such as HZ1-42; - reads them from standard input"))
]


def entries() -> dict[str, Entry]:
    """Return the verbs that only read."""
    return {
        "list": entry(_list, N_("List tickets; without a state the open ones"), name="list"),
        "show": entry(_show, N_("Show one ticket whole, or several"), name="show"),
        "next": entry(_next, N_("What may be done with a ticket now, and what may not and why"), name="next"),
        "export": entry(
            _export, N_("Write tickets whole, as JSON that import reads"), name="export", without=("actor",)
        ),
    }


# --- List ----------------------------------------------------------------------------------------------------


def _list(
    context: typer.Context,
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="FILTER...",
            help=N_('Such as: state:open grade<=2 domain:access owner:me !channel:mail due<4h "loss of signal"'),
        ),
    ] = None,
    limit: Annotated[
        int | None, typer.Option("--limit", metavar="N", min=1, help=N_("At most so many; 100 for text, else all"))
    ] = None,
    sort: Annotated[
        str,
        typer.Option("--sort", metavar="KEY", help=N_("due, grade, age, number, idle, owner, state; - turns it round")),
    ] = "",
) -> int:
    from noc_console.desk.filter import parse

    said = globals_of(context)
    query = parse(_one_filter(words or []), sort=sort)
    with said.desk() as desk:
        if said.output == "text":
            _list_text(desk, query, limit)
        else:
            render.many(_items(desk, query, limit, said.output), said.output, ())
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


# --- Show ----------------------------------------------------------------------------------------------------


def _show(context: typer.Context, refs: MANY_REFS) -> int:
    from noc_console.desk.ticket_view import show

    said = globals_of(context)
    with said.desk() as desk:
        if len(refs) == 1 and refs[0] != "-":
            view = show(desk, plain(refs[0]))
            render.single(view.json(), said.output, _text(view, desk.zone))
            return 0
        several = _Several(said)
        if said.output == "text":
            for view in several.each(desk, refs):
                for text in (*_text(view, desk.zone), ""):
                    render.line(text)
        else:
            render.many((view.json() for view in several.each(desk, refs)), said.output, ())
        return several.worst


class _Several:
    """Reads many tickets; what is not found is told, and stops no other."""

    def __init__(self, said: Globals) -> None:
        self.said = said
        self.worst = 0

    def each(self, desk: Desk, refs: Sequence[str]) -> Iterator[TicketView]:
        """Yield the tickets that are there."""
        from noc_console.desk.ticket_view import show

        for ref in references(refs):
            try:
                yield show(desk, ref)
            except NocError as error:
                self.worst = max(self.worst, error.exit_code)
                render.failed(error, self.said.output, about=ref)


_SHOWN: Final = (
    (N_("State"), "state"),
    (N_("Type"), "service_type"),
    (N_("Grade"), "grade"),
    (N_("Owner"), "owner"),
    (N_("Domain"), "domain"),
    (N_("Channel"), "channel"),
    (N_("Requester"), "requester_name"),
    (N_("Organisation"), "requester_organisation"),
    (N_("Phone"), "phone"),
    (N_("Address"), "address"),
    (N_("Contract"), "contract"),
    (N_("Since when"), "occurred_at"),
    (N_("Registered"), "registered_at"),
    (N_("Still missing"), "missing"),
    (N_("Symptom"), "symptom"),
    (N_("Scope"), "scope"),
    (N_("Objects"), "objects"),
    (N_("Cause code"), "cause_code"),
    (N_("Location"), "location"),
    (N_("Plan"), "plan_text"),
    (N_("Restored at"), "restored_at"),
    (N_("Result"), "feedback_result"),
    (N_("Cause"), "feedback_cause"),
    (N_("Prevention"), "feedback_prevention"),
    (N_("Closed as"), "closure_how"),
)


def _text(view: TicketView, zone: tzinfo) -> Iterator[str]:
    row = view.row
    yield f"{row['ref']}  {row['subject']}"
    for title, name in _SHOWN:
        text = shown.value(row[name], zone)
        if text:
            yield f"  {_(title)}: {text}"
    if view.parent_ref:
        yield f"  {_('Parent')}: {view.parent_ref}"
    if view.children:
        yield f"  {_('Children')}: {', '.join(view.children)}"
    yield from _clock_lines(view, zone)
    yield from _section(_("Timeline"), _entry_lines(view, zone))
    yield from _section(_("Messages"), _message_lines(view, zone))
    yield from _section(
        _("Attachments"), (f"{n}. {item['name']} ({item['size']})" for n, item in enumerate(view.attachments, 1))
    )
    yield from _section(_("Next"), _step_lines(view.next))


def _section(title: str, lines: Iterable[str]) -> Iterator[str]:
    found = list(lines)
    if found:
        yield ""
        yield f"{title}:"
        for each in found:
            yield from (f"  {part}" for part in each.split("\n"))


def _clock_lines(view: TicketView, zone: tzinfo) -> Iterator[str]:
    lines = []
    for clock in view.json()["clocks"]:
        due = datetime.fromisoformat(clock["due"]) if clock["due"] else None
        parts = [clock["name"], clock["verdict"], _("paused") if clock["paused"] else shown.instant(due, zone)]
        if due and not clock["paused"]:
            parts.append(f"({shown.left(due, view.now)})")
        lines.append("  ".join(part for part in parts if part))
    yield from _section(_("Clocks"), lines)


def _entry_lines(view: TicketView, zone: tzinfo) -> Iterator[str]:
    for item in view.entries:
        moved = f"{item.from_} > {item.to}" if item.from_ != item.to else ""
        head = [shown.instant(item.at, zone), item.actor, item.event, moved]
        text = f": {item.text}" if item.text else ""
        yield "  ".join(part for part in head if part) + text


def _message_lines(view: TicketView, zone: tzinfo) -> Iterator[str]:
    for message in view.messages:
        who = message["sender"] if message["direction"] == "in" else message["recipient"]
        yield f"{shown.instant(message['at'], zone)}  {message['direction']}  {who or '-'}  {message['subject'] or ''}"
        if message["text"]:
            yield "  " + message["text"].strip().replace("\n", "\n  ")


# --- Next ----------------------------------------------------------------------------------------------------


def _next(context: typer.Context, ref: REF) -> int:
    from noc_console.desk.ticket import next_steps
    from noc_console.desk.ticket_view import step_json

    said = globals_of(context)
    with said.desk() as desk:
        steps = next_steps(desk, plain(ref))
    if said.output == "text":
        for text in _step_lines(steps):
            render.line(text)
    else:
        render.many((step_json(step) for step in steps), said.output, (), id_field="event")
    return 0


def _step_lines(steps: Iterable[NextStep]) -> Iterator[str]:
    from noc_console.workflows.reasons import say

    for step in steps:
        yield f"{'+' if step.allowed else '-'} {step.event.verb}  {_(step.event.help or step.event.label)}"
        for reason in step.reasons:
            text, remedy = say(reason)
            yield f"    {text} ({remedy})" if remedy else f"    {text}"


# --- Export --------------------------------------------------------------------------------------------------


def _export(context: typer.Context, refs: MANY_REFS) -> int:
    said = globals_of(context)
    if said.output not in ("text", "json", "ndjson"):
        raise UsageError(_("an export is json or ndjson"), _("-o json"))
    several = _Several(said)
    with said.desk() as desk:
        items = (view.json() for view in several.each(desk, refs))
        render.many(items, "json" if said.output == "text" else said.output, ())
    return several.worst
