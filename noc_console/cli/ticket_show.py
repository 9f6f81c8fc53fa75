"""``noc ticket show``, ``next`` and ``export``: one ticket whole, and what may be done with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Annotated, Final

import typer

from noc_console.cli import render, shown
from noc_console.cli.arguments import plain, references
from noc_console.cli.options import globals_of
from noc_console.cli.several import Several
from noc_console.cli.ticket_similar import lines as similar_lines
from noc_console.errors import UsageError
from noc_console.i18n import N_, _
from noc_console.text import clean
from noc_console.workflows.catalogue import workflow
from noc_console.workflows.labels import label, recipient_label

if TYPE_CHECKING:
    from noc_console.cli.options import Globals
    from noc_console.desk.consult import ConsultView
    from noc_console.desk.rows import Values
    from noc_console.desk.ticket_view import TicketView
    from noc_console.workflows.machine import NextStep

REF = Annotated[str, typer.Argument(metavar="REF", help=N_("Such as HZ1-42"))]
MANY_REFS = Annotated[
    list[str], typer.Argument(metavar="REF...", help=N_("Such as HZ1-42; - reads them from standard input"))
]


def show(context: typer.Context, refs: MANY_REFS) -> int:
    """Show tickets whole."""
    from noc_console.desk import ticket_view

    said = globals_of(context)
    with said.desk() as desk:
        if len(refs) == 1 and refs[0] != "-":
            view = ticket_view.show(desk, plain(refs[0]), most=_most(said, ticket_view.MOST))
            render.single(view.json(), said.output, _text(view, desk.zone))
            return 0
        several = Several(
            said,
            lambda ref: ticket_view.show(desk, ref, most=_most(said, ticket_view.MOST)),
            lambda view: [view.json()],
            lambda view: [*_text(view, desk.zone), ""],
        )
        return several.tell(references(refs))


def _most(said: Globals, shown: int) -> int | None:
    """Return how many alarms and lines of the log are read: a program gets all of them."""
    return shown if said.output == "text" else None


#: Characters of an act of a diagnosis run, which is told in short.
_ACT: Final = 200
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
            yield _labelled(title, text)
    if view.parent_ref:
        yield _labelled(N_("Parent"), view.parent_ref)
    if view.children:
        yield _labelled(N_("Children"), ", ".join(view.children))
    circuits = ", ".join(each["circuit"] for each in view.affected if each["circuit"])
    if circuits:
        yield _labelled(N_("Affected circuits"), circuits)
    yield from _clock_lines(view, zone)
    yield from _section(_("Repeats"), similar_lines(view.repeats))
    yield from _section(_("Consultations"), (_consult_line(one) for one in view.consults))
    yield from _section(_("Reports upward"), (_report_line(one, zone) for one in view.reports))
    yield from _section(_("Timeline"), _entry_lines(view, zone))
    yield from _section(_("Messages"), _message_lines(view, zone))
    yield from _section(
        _("Attachments"), (f"{n}. {item['name']} ({item['size']})" for n, item in enumerate(view.attachments, 1))
    )
    yield from _section(_("Next"), step_lines(view.next))


def _consult_line(view: ConsultView) -> str:
    state = _(workflow("consult").state(view.row["state"]).label)
    result = view.row["result"] or label(view.row["reason"])
    return f"{view.row['ref']}  {state}  {result}"


def _report_line(report: Values, zone: tzinfo) -> str:
    kind = label(report["report"])
    recipient = recipient_label(report["recipient"])
    return f"{shown.instant(report['at'], zone)}  {kind}  {recipient}  {report['words'] or ''}".rstrip()


def _labelled(label: str, text: str) -> str:
    return "  " + _under(_("{label}: {text}", label=_(label), text=text), "    ")


def _under(text: str, blanks: str = "  ") -> str:
    """Return a text whose further lines are set in, so that none is taken for an entry of its own."""
    return text.strip().replace("\n", f"\n{blanks}")


def _section(title: str, lines: Iterable[str]) -> Iterator[str]:
    found = list(lines)
    if found:
        yield ""
        yield _("{title}:", title=title)
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
    from noc_console.desk.side_acts import SideAct, among

    for item in among(view.entries, view.beside):
        if isinstance(item, SideAct):
            yield "  ".join((shown.instant(item.at, zone), item.actor, clean(item.text, limit=_ACT)))
            continue
        moved = f"{item.from_} > {item.to}".strip() if item.from_ != item.to else ""
        head = [shown.instant(item.at, zone), item.actor, item.event, moved]
        text = f": {item.text}" if item.text else ""
        yield _under("  ".join(part for part in head if part) + text)


def _message_lines(view: TicketView, zone: tzinfo) -> Iterator[str]:
    for message in view.messages:
        who = message["sender"] if message["direction"] == "in" else message["recipient"]
        yield f"{shown.instant(message['at'], zone)}  {message['direction']}  {who or '-'}  {message['subject'] or ''}"
        if message["text"]:
            yield "  " + _under(message["text"])


# --- Next ----------------------------------------------------------------------------------------------------


def next_steps(context: typer.Context, refs: MANY_REFS) -> int:
    """Say what may be done with tickets, and what may not and why; of several, each step names its ticket."""
    from noc_console.desk import ticket
    from noc_console.desk.ticket_view import step_json

    said = globals_of(context)
    with said.desk() as desk:
        if len(refs) == 1 and refs[0] != "-":
            tell_steps(ticket.next_steps(desk, plain(refs[0])), said.output)
            return 0
        several = Several(
            said,
            lambda ref: (ref, ticket.next_steps(desk, ref)),
            lambda found: ({"ref": found[0], **step_json(step)} for step in found[1]),
            lambda found: [found[0], *(f"  {text}" for text in step_lines(found[1])), ""],
            id_field="event",
        )
        return several.tell(references(refs))


def tell_steps(steps: Iterable[NextStep], output: str) -> None:
    """Write the next steps of one record, of a ticket or another."""
    from noc_console.desk.ticket_view import step_json

    if output == "text":
        for text in step_lines(steps):
            render.line(text)
    else:
        render.many((step_json(step) for step in steps), output, (), id_field="event")


def step_lines(steps: Iterable[NextStep]) -> Iterator[str]:
    """Yield the next steps as people read them, the blocked ones with why."""
    from noc_console.workflows.reasons import say

    for step in steps:
        yield f"{'+' if step.allowed else '-'} {step.event.verb}  {_(step.event.help or step.event.label)}"
        for reason in step.reasons:
            text, remedy = say(reason)
            yield "    " + (_("{text} ({remedy})", text=text, remedy=remedy) if remedy else text)


# --- Export --------------------------------------------------------------------------------------------------


def export(
    context: typer.Context,
    refs: MANY_REFS,
    form: Annotated[
        str | None,
        typer.Option("--as", metavar="tmf621|tmf621-v5|ENGINEER", help=N_("In which format, or who acts")),
    ] = None,
) -> int:
    """Write tickets whole, as JSON; ``--as`` names a format here, and who acts as everywhere."""
    from noc_console.desk import ticket_view
    from noc_console.desk.tmf621_view import FORMATS, trouble_ticket

    said = globals_of(context)
    if said.output not in ("text", "json", "ndjson"):
        raise UsageError(_("an export is json or ndjson"), _("-o json"))
    if said.output == "text":
        said.output = "json"
    version = FORMATS.get((form or "").casefold())
    if form and version is None:
        said.actor = plain(form)
    with said.desk() as desk:
        if version and len(refs) == 1 and refs[0] != "-" and said.output == "json":
            # one ticket is one body, as an interface of the standard answers it
            view = ticket_view.show(desk, plain(refs[0]), most=None)
            render.single(trouble_ticket(view, version), said.output)
            return 0
        several = Several(
            said,
            lambda ref: ticket_view.show(desk, ref, most=None),
            lambda view: [trouble_ticket(view, version) if version else view.json()],
            lambda _view: (),
        )
        return several.tell(references(refs))
