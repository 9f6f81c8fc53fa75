"""``noc consult new``, ``list``, ``show``, ``next``, and the events of a consultation as verbs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import tzinfo
from inspect import Parameter
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from noc_console.cli import render, shown
from noc_console.cli.arguments import LIMIT, most_of, plain, state_of
from noc_console.cli.events import Noun, event_entries, item_of, state_line, which_one, with_signature
from noc_console.cli.inputs import Reader, given, parameters
from noc_console.cli.options import Entry, globals_of, verb
from noc_console.cli.render import Column
from noc_console.i18n import N_, _
from noc_console.workflows.catalogue import workflow
from noc_console.workflows.labels import label

if TYPE_CHECKING:
    from noc_console.desk.consult import ConsultView
    from noc_console.desk.desk import Desk

CONSULT = Annotated[str, typer.Argument(metavar="REF", help=N_("The consultation, or the ticket that has it"))]
TICKET = Annotated[str | None, typer.Argument(metavar="TICKET", help=N_("The ticket that it is about"))]
_COLUMNS: Final = (
    Column(N_("REF"), lambda item: item["ref"], 14),
    Column(N_("TICKET"), lambda item: item["ticket"], 14),
    Column(N_("STATE"), lambda item: item["state"], 10),
    Column(N_("REASON"), lambda item: item["reason"], 16),
    Column(N_("CHAIR"), lambda item: item["chair"] or "-", 14),
    Column(N_("DUE"), lambda item: item["due_at"] or "-", 20),
    Column(N_("SUBJECT"), lambda item: item["subject"], 80),
)


def consult_noun() -> Noun:
    """Return what events need to know of consultations."""
    return Noun((workflow("consult"),), _row_of, _json_of, _ticket_id)


def entries() -> dict[str, Entry]:
    """Return the verbs of the events; ``call`` is ``new``."""
    return event_entries(consult_noun())


def _row_of(desk: Desk, ref: str) -> tuple[str, str]:
    from noc_console.desk import consult

    return consult.row_of(desk, ref)["id"], "consult"


def _json_of(desk: Desk, record: str) -> Mapping[str, Any]:
    from noc_console.desk import consult

    return consult.show(desk, record).json()


def _ticket_id(desk: Desk, ref: str) -> str:
    from noc_console.desk import ticket

    return ticket.find(desk, ref)


def new_verb(help_: str) -> Any:
    """Return the command ``new``: the event ``call`` on a ticket."""
    call = workflow("consult").event("call")
    assert call is not None
    fields = tuple(field for field in call.inputs if field.name != "ticket")

    def new(context: typer.Context, ticket: str | None = None, **values: Any) -> int:
        from noc_console.desk.act import Wish, act

        said = globals_of(context)
        if ticket is None:
            raise which_one()
        with said.desk() as desk:
            inputs = Reader(desk).read(fields, given(fields, values))
            wish = Wish("consult", "", "call", {"ticket": _ticket_id(desk, plain(ticket)), **inputs})
            outcome = act(desk, wish, dry_run=said.dry_run)
            render.single(
                item_of(said, consult_noun(), desk, outcome), said.output, [state_line(outcome, said.dry_run)]
            )
        return 0

    named = Parameter("ticket", Parameter.KEYWORD_ONLY, default=None, annotation=TICKET)
    with_signature(new, [named, *parameters(fields)])
    return verb(new, help_, name="new", writes=True)


def list_consults(
    context: typer.Context,
    ticket: Annotated[str | None, typer.Argument(metavar="[TICKET]")] = None,
    state: Annotated[str | None, typer.Option("--state", metavar="STATE", help=N_("Which ones"))] = None,
    limit: LIMIT = None,
) -> int:
    from noc_console.desk import consult

    said = globals_of(context)
    wanted = state_of(state or ("all" if ticket else "going_on"), consult.STATES)
    with said.desk() as desk:
        found = consult.page(desk, state=wanted, ref=plain(ticket or ""), limit=most_of(limit, said.output))
    render.many((view.json() for view in found), said.output, _COLUMNS)
    return 0


def show(context: typer.Context, ref: CONSULT) -> int:
    from noc_console.desk import consult

    said = globals_of(context)
    with said.desk() as desk:
        view = consult.show(desk, plain(ref))
        render.single(view.json(), said.output, consult_lines(view, desk.zone))
    return 0


def next_steps(context: typer.Context, ref: CONSULT) -> int:
    from noc_console.cli.ticket_show import tell_steps
    from noc_console.desk import consult

    said = globals_of(context)
    with said.desk() as desk:
        tell_steps(consult.next_steps(desk, plain(ref)), said.output)
    return 0


def consult_lines(view: ConsultView, zone: tzinfo) -> Iterator[str]:
    """Yield a consultation as people read it: head, facts, who takes part, causes, decisions."""
    row = view.row
    state = _(workflow("consult").state(row["state"]).label)
    yield f"{row['ref']}  {state}  {view.ticket_ref}  {view.subject}"
    for title, name in _SHOWN:
        value = label(row[name]) if name == "reason" else shown.value(row[name], zone)
        if value:
            yield "  " + _("{label}: {text}", label=_(title), text=value)
    yield from _section(_("Participants"), (_member(member) for member in view.members))
    yield from _section(_("Excluded"), (f"{one['text']}: {one['detail']}" for one in view.of_kind("excluded")))
    supposed = (f"{one['rank']}. {one['text']}: {one['detail']}" for one in view.of_kind("hypothesis"))
    yield from _section(_("Hypotheses"), supposed)
    decided = (
        f"{one['who']}  {shown.instant(one['until_at'], zone)}  {one['text']}" for one in view.of_kind("decision")
    )
    yield from _section(_("Decisions"), decided)


_SHOWN: Final = (
    (N_("Reason"), "reason"),
    (N_("Called by"), "called_by"),
    (N_("Called"), "called_at"),
    (N_("Due at"), "due_at"),
    (N_("Chair"), "chair"),
    (N_("Started at"), "started_at"),
    (N_("Ended at"), "ended_at"),
    (N_("Facts known"), "facts_known"),
    (N_("Risk"), "risk"),
    (N_("Their case number"), "vendor_case"),
    (N_("Customer information"), "customer_informed"),
    (N_("Result"), "result"),
    (N_("Minutes approved by"), "minutes_by"),
    (N_("Why"), "why"),
)


def _member(member: Mapping[str, Any]) -> str:
    about = [label(member["domain"]) if member["domain"] else "", member["company"], member["level"] or ""]
    return "  ".join(part for part in (member["name"], *about) if part)


def _section(title: str, lines: Iterator[str]) -> Iterator[str]:
    found = list(lines)
    if found:
        yield _("{title}:", title=title)
        yield from (f"  {one}" for one in found)
