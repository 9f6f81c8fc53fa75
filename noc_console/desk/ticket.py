"""Tickets as lists and steps: pages, counts, references, what may be done next, forms, and acts on many at once."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import RowMapping, func, or_, select

from noc_console.clock import from_ms
from noc_console.desk import ticket_query
from noc_console.desk.filter import Query
from noc_console.desk.rows import Values, values_of
from noc_console.errors import NocError, NotFound, StoreUnavailable
from noc_console.i18n import _
from noc_console.store.canonical import derived_id
from noc_console.store.tables import table
from noc_console.text import clean
from noc_console.workflows.catalogue import workflow
from noc_console.workflows.fields import Field
from noc_console.workflows.labels import label, option_label
from noc_console.workflows.machine import Event, NextStep
from noc_console.workflows.ticket_inputs import CHILDREN
from noc_console.workflows.validation import options

# Judging (act, facts) is imported where somebody acts: a list is shown without it, and first.
if TYPE_CHECKING:
    from noc_console.desk.act import Outcome
    from noc_console.desk.desk import Desk
    from noc_console.workflows.policy import Policy

#: Ids asked for in one statement.
_IDS = 500
_COLUMNS = (
    "id", "ref", "row_version", "service_type", "state", "open", "grade", "urgent", "domain", "channel", "subject",
    "owner", "requester_type", "requester_name", "requester_organisation", "next_due", "next_clock", "response_due",
    "restore_due", "update_due", "breached", "registered_at", "last_event_at", "snoozed_until", "parent", "provisional",
    "alarms", "alarm_reports", "cleared_at", "flapping_until",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class TicketLine:
    """A ticket as a list shows it."""

    id: str
    ref: str
    row_version: int
    service_type: str
    state: str
    open: bool
    grade: str
    urgent: bool
    domain: str | None
    channel: str
    subject: str
    owner: str | None
    customer: str
    next_due: datetime | None
    next_clock: str | None
    paused: bool
    response_due: datetime | None
    restore_due: datetime | None
    update_due: datetime | None
    breached: tuple[str, ...]
    registered_at: datetime
    last_event_at: datetime
    snoozed_until: datetime | None
    parent: str | None
    children: int
    provisional: bool
    alarms: int
    alarm_reports: int
    #: since when no alarm of it is raised
    cleared_at: datetime | None
    flapping_until: datetime | None

    @property
    def key(self) -> str:
        """Return what the line is known by while lists move."""
        return self.id


@dataclass(frozen=True, slots=True)
class Page:
    """One run of a list."""

    rows: tuple[TicketLine, ...]
    at_start: bool
    at_end: bool


@dataclass(frozen=True, slots=True)
class Count:
    """How many a filter finds; ``capped`` means at least so many."""

    number: int
    capped: bool


@dataclass(frozen=True, slots=True)
class Option:
    """A choice of a form: the code that is stored, and its name in the language in use."""

    code: str
    label: str


@dataclass(frozen=True, slots=True)
class FormField:
    """A field of a form with what can be chosen and what stands there at first.

    ``wanted`` tells that the record, as it stands, cannot do without it, although the field as such is optional.
    """

    field: Field
    options: tuple[Option, ...] = ()
    default: Any = None
    wanted: bool = False


@dataclass(frozen=True, slots=True)
class Form:
    """The form of an event, made from its inputs."""

    kind: str
    event: Event
    fields: tuple[FormField, ...]

    @property
    def corrects(self) -> bool:
        """Tell whether it shows what the record says already: then only what is changed in it is an input."""
        return self.event.name in CORRECTING


@dataclass(frozen=True, slots=True)
class BulkItem:
    """What a bulk act did, or could not do, to one ticket."""

    ref: str
    outcome: Outcome | None
    error: NocError | None


def page(
    desk: Desk,
    query: Query,
    *,
    limit: int = 100,
    after: str | None = None,
    before: str | None = None,
    from_end: bool = False,
) -> Page:
    """Read one run of a list: its beginning, its end, or what follows or precedes a ticket (by id)."""
    tickets = table("ticket")
    children = tickets.alias("children")
    counted = select(func.count()).where(children.c.parent == tickets.c.id).scalar_subquery().label("children")
    columns = [*(tickets.c[name] for name in _COLUMNS), counted]
    with desk.reading() as connection:
        found = ticket_query.page(
            connection, query, _asking(desk), columns, limit=limit, after=after, before=before, from_end=from_end
        )
    return Page(tuple(_line(row._mapping) for row in found.rows), found.at_start, found.at_end)


def count(desk: Desk, query: Query, *, cap: int = 1_000) -> Count:
    """Count what a filter finds, exactly up to ``cap``; a search counts among the newest that it looked at."""
    with desk.reading() as connection:
        return Count(*ticket_query.count(connection, query, _asking(desk), cap))


def records(desk: Desk, query: Query, *, limit: int | None = None) -> Iterator[Values]:
    """Yield whole rows of what a filter finds, in order, read in runs so that memory stays flat."""
    last: str | None = None
    left = limit
    while left is None or left > 0:
        size = 500 if left is None else min(500, left)
        with desk.reading() as connection:
            run = ticket_query.page(connection, query, _asking(desk), [table("ticket")], limit=size, after=last)
            rows = [values_of("ticket", row) for row in run.rows]
        yield from rows
        if run.at_end or not rows:
            return
        last = rows[-1]["id"]
        left = None if left is None else left - len(rows)


def find(desk: Desk, ref: str) -> str:
    """Return the record id of a reference or id. Raises NotFound."""
    return str(row_of(desk, ref)["id"])


def row_of(desk: Desk, ref: str) -> Values:
    """Return the row of a reference (``HZ1-42``, brackets allowed) or of an id. Raises NotFound."""
    wanted = clean(ref).strip().removeprefix("[").removesuffix("]")
    tickets = table("ticket")
    with desk.reading() as connection:
        row = connection.execute(
            select(tickets).where(or_(tickets.c.ref == wanted.upper(), tickets.c.id == wanted.lower()))
        ).one_or_none()
    if row is None:
        raise NotFound(_("there is no ticket {ref}", ref=wanted[:60]), _("noc ticket list state:all shows them"))
    return values_of("ticket", row)


def kind_of(row: Values) -> str:
    """Return the machine that a ticket follows."""
    return "fault" if row["service_type"] == "fault" else "request"


def next_steps(desk: Desk, ref: str) -> tuple[NextStep, ...]:
    """Return every event of a ticket's state, allowed first, each blocked one with its reasons."""
    row = row_of(desk, ref)
    return steps_of(desk, row)


def steps_of(desk: Desk, row: Values) -> tuple[NextStep, ...]:
    """Return the next steps of a row that was read already."""
    from noc_console.desk.facts import facts_of

    machine = workflow(kind_of(row))
    policy, now = desk.policy(), desk.now()
    with desk.reading() as connection:
        actor = desk.actor_in(connection).name
        facts = facts_of(connection, machine, None, row["id"], None, desk=desk, actor=actor, now=now, policy=policy)
    return tuple(step for step in machine.allowed(facts) if not step.event.internal)


def form(desk: Desk, ref: str | None, event: str, kind: str = "fault", *, others: Sequence[str] = ()) -> Form:
    """Return the form of an event: its fields with options in the language in use, and what is known already.

    ``others`` are the ids of further tickets that the same answers are for. Whether an act is meant for the children
    too is asked only where one of them all has an open child.
    """
    row = row_of(desk, ref) if ref else None
    machine = workflow(kind_of(row) if row else kind)
    found = machine.event(event)
    if found is None:
        raise NotFound(_("{kind} has no event {event}", kind=machine.name, event=event))
    asked = found.inputs
    if row is not None and CHILDREN in asked and not _have_open_children(desk, (row["id"], *others)):
        asked = tuple(field for field in asked if field != CHILDREN)
    fields = tuple(form_field(desk, field, row) for field in asked)
    begun = _begun(desk, row, event) if row else {}
    if begun:
        fields = tuple(replace(one, default=begun.get(one.field.name, one.default)) for one in fields)
    wanted = frozenset(found.wanted(row)) if found.wanted is not None and row is not None else frozenset()
    fields = tuple(replace(one, wanted=True) if one.field.name in wanted else one for one in fields)
    return Form(machine.name, found, fields)


def _have_open_children(desk: Desk, ids: Sequence[str]) -> bool:
    tickets = table("ticket")
    with desk.reading() as connection:
        for start in range(0, len(ids), _IDS):
            child = tickets.c.parent.in_(ids[start : start + _IDS]) & tickets.c.open.is_(True)
            if connection.execute(select(tickets.c.id).where(child).limit(1)).first():
                return True
    return False


def _begun(desk: Desk, row: Values, event: str) -> dict[str, Any]:
    """Return what the form of an event begins with: what a diagnosis has found, then what experts have decided."""
    from noc_console.desk import consult, diagnosis_end

    begun = diagnosis_end.proposed(desk, row, event)
    if event == "plan":
        with desk.reading() as connection:
            begun |= consult.proposed(connection, row, desk.zone)
    return begun


#: Events that change what a record says: their forms show it, and nothing that is left as it stands is given.
CORRECTING = frozenset({"complete"})
#: Inputs that stand in the form as the record has them, with the column where it has another name. What is said anew
#: each time (a channel, a time, who, how it was tried) is not offered: unseen, it would be recorded as said. Since when
#: the alarms are clear is no such time: machines said it.
OFFERED = {
    name: name
    for name in (
        "subject", "symptom", "occurred_at", "scope", "domain", "users_affected", "service_affecting",
        "requester_type", "contract", "language", "cause_code", "location", "evidence", "interrupts", "backout",
        "vendor_case", "cleared_at",
    )
} | {"requester": "requester_name", "organisation": "requester_organisation", "plan": "plan_text"}  # fmt: skip


def form_field(desk: Desk, field: Field, row: Values | None) -> FormField:
    """Return a field of a form with its options in the language in use, and what stands there at first."""
    policy = desk.policy()
    codes = options(field, policy)
    default = field.default
    if default is None and row is not None and field.name in OFFERED:
        known = row.get(OFFERED[field.name])
        default = known if known and (known in codes or not codes) else None
    found = tuple(Option(code, option_label(policy, field, code)) for code in codes)
    if field.options_from == "preapproved" and row is not None:
        found = _fitting_first(policy, row["domain"], found)
    return FormField(field, found, default)


def _fitting_first(policy: Policy, domain: str | None, remedies: Sequence[Option]) -> tuple[Option, ...]:
    """Put the remedies that are approved beforehand for a domain first; the others say for which they are."""
    from noc_console.workflows.plan_guards import remedy_domain_fits

    fitting = [one for one in remedies if remedy_domain_fits(policy.preapproved[one.code], domain)]
    others = (one for one in remedies if one not in fitting)
    return (*fitting, *(Option(one.code, _only_for(one.label, policy.preapproved[one.code].domain)) for one in others))


def _only_for(name: str, domain: str) -> str:
    return _("{label} ({domain} only)", label=name, domain=label(domain))


def bulk(
    desk: Desk,
    refs: Sequence[str],
    event: str,
    inputs: Mapping[str, Any],
    *,
    bulk_id: str = "",
    dry_run: bool = False,
    go_on: Callable[[int], bool] = lambda _done: True,
) -> tuple[BulkItem, ...]:
    """Do one event to many tickets, each judged by itself; the refusal of one stops no other.

    With the same ``bulk_id`` a second try acts on no ticket twice. ``go_on`` is told before each ticket how many are
    done, and ends the run by False. Raises StoreUnavailable, because what holds for one holds for all then.
    """
    items: list[BulkItem] = []
    for ref in refs:
        if not go_on(len(items)):
            break
        items.append(_bulk_one(desk, ref, event, inputs, bulk_id, dry_run))
    return tuple(items)


def _bulk_one(desk: Desk, ref: str, event: str, inputs: Mapping[str, Any], bulk_id: str, dry_run: bool) -> BulkItem:
    from noc_console.desk.act import Wish, act

    try:
        row = row_of(desk, ref)
        intent_id = derived_id(bulk_id, row["id"]) if bulk_id else ""
        outcome = act(desk, Wish(kind_of(row), row["id"], event, inputs, intent_id=intent_id), dry_run=dry_run)
    except StoreUnavailable:
        raise
    except NocError as error:
        return BulkItem(ref, None, error)
    return BulkItem(outcome.ref, outcome, None)


def _asking(desk: Desk) -> ticket_query.Asking:
    return ticket_query.Asking(desk.actor.name, desk.now())


_INSTANTS = (
    "next_due", "response_due", "restore_due", "update_due", "snoozed_until", "cleared_at", "flapping_until",
)  # fmt: skip
_AS_STORED = frozenset(TicketLine.__slots__) & {*_COLUMNS, "children"} - {*_INSTANTS, "breached"}


def _line(row: RowMapping) -> TicketLine:
    values: dict[str, Any] = {name: row[name] for name in _AS_STORED}
    values |= {name: None if row[name] is None else from_ms(row[name]) for name in _INSTANTS}
    values["customer"] = row["requester_organisation"] or row["requester_name"] or ""
    values["breached"] = tuple(json.loads(row["breached"]))
    # a wait whose agreed time is over runs again, though the ticket is not resumed yet
    values["paused"] = row["state"] == "waiting_customer" and row["restore_due"] is None
    values["registered_at"] = from_ms(row["registered_at"] or 0)
    values["last_event_at"] = from_ms(row["last_event_at"] or row["registered_at"] or 0)
    return TicketLine(**values)
