"""Gathers what a machine may look at: the record, its related rows, its clocks, who acts, now, and the policy.

One function a kind of record, each with a fixed number of indexed reads whatever the size of the store.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, bindparam, or_, select

from noc_console.desk.consult_facts import consult_facts
from noc_console.desk.customers import Customers
from noc_console.desk.diagnosis_facts import in_force_rows, run_facts
from noc_console.desk.identity import engineer
from noc_console.desk.lock import held_rows
from noc_console.desk.quarantine_facts import decided
from noc_console.desk.rows import Values, of_record, one, read_rows, values_of
from noc_console.errors import NotFound
from noc_console.i18n import _
from noc_console.store.prepared import Prepared
from noc_console.store.tables import table
from noc_console.workflows.catalogue import workflow
from noc_console.workflows.clock_rows import current_clocks
from noc_console.workflows.effect_kit import ticket_kind
from noc_console.workflows.fields import Kind
from noc_console.workflows.machine import Actor, Event, Facts, Workflow
from noc_console.workflows.policy import Policy
from noc_console.workflows.policy_values import ROLES
from noc_console.workflows.voices import givers

if TYPE_CHECKING:
    from noc_console.desk.act import Wish
    from noc_console.desk.desk import Desk

Related = dict[str, tuple[Values, ...]]


def facts_of(
    connection: Connection,
    machine: Workflow,
    event: Event | None,
    record: str,
    wish: Wish | None,
    *,
    desk: Desk,
    actor: str,
    now: datetime,
    policy: Policy,
    customers: Customers | None = None,
) -> Facts:
    """Return the facts about a record, locked where an act will follow. Raises NotFound for an unknown record."""
    known = wish is None or bool(wish.record)
    row = one(connection, machine.table, record, lock=wish is not None) if known else None
    if row is None and event is not None and not event.is_birth:
        raise NotFound(_("there is no {kind} {record}", kind=machine.name, record=record))
    if machine.table == "ticket" and row is not None and ticket_kind(row) != machine.name:  # no way round its machine
        raise NotFound(_("{ref} is no {kind}", ref=row["ref"], kind=machine.name))
    related: Related = {}
    clocks: Mapping[str, Any] = {}
    if machine.table == "ticket":
        if row is not None:
            if event is not None and event.name == "observe":
                related = _observed(connection, row, wish.inputs if wish else {})
            else:
                related, clocks = _ticket(connection, row)
        related["customer"] = _customer(connection, row, wish, customers or Customers(connection))
    else:
        related = _of_others(connection, machine.table, record, row, wish)
    if row is not None and event is not None and event.name == "locate" and machine.name == "fault":
        from noc_console.desk.similar import same_object

        related["same_object"] = same_object(connection, row, policy.hard_cases.repeat_within_s)
    if event is not None and wish is not None:
        if names_others(machine, event, wish.inputs):
            related |= _named_in_inputs(connection, event, wish.inputs)
        if wish.inputs.get("cause_code"):
            related["cause_codes"] = _cause_codes(str(wish.inputs["cause_code"]))
    return Facts(
        record_id=record,
        record=row or {},
        actor=desk.actor if actor == desk.actor.name else Actor(actor, frozenset(ROLES)),
        now=now,
        at=now,
        policy=policy,
        via=desk.via,
        intent_id=wish.intent_id if wish else "",
        clocks=clocks,
        related=related,
        zone=desk.zone,
    )


def _of_others(connection: Connection, name: str, record: str, row: Values | None, wish: Wish | None) -> Related:
    """Return what a record of another table than that of tickets is judged with."""
    match name:
        case "diagnosis":
            return run_facts(connection, row, wish)
        case "consult":
            return consult_facts(connection, row, wish)
        case "store_lock":
            return {"held": tuple(held for held in held_rows(connection) if held["id"] != record)}
        case "checklist":
            return {"current": in_force_rows(connection, wish, but=record)}
        case "policy":
            policies = table("policy")
            newest = connection.execute(select(policies).where(policies.c.state == "current"))
            return {"current": tuple(values_of("policy", found) for found in newest if found.id != record)}
        case "outbox" if row is not None:
            ticket = one(connection, "ticket", row["record"])
            alerts = read_rows(connection, "inbox", _alerts(), record=row["record"])
            return {"ticket": (ticket,) if ticket else (), "alerts": alerts}
        case "engineer" if row is not None:
            return _engineers(connection, row)
        case "quarantine" if row is not None:
            return {"decided": decided(connection, row)}
    return {}


def _ticket(connection: Connection, row: Values) -> tuple[Related, Mapping[str, Any]]:
    parent = one(connection, "ticket", row["parent"]) if row["parent"] else None
    target = one(connection, "ticket", row["merged_into"]) if row["merged_into"] else None
    related: Related = {
        "children": read_rows(connection, "ticket", _children(), parent=row["id"]),
        "parent": (parent,) if parent else (),
        "merged_into": (target,) if target else (),
        "links": of_record(connection, "link", row["id"]),
        "outbox": of_record(connection, "outbox", row["id"]),
        "visits": of_record(connection, "visit", row["id"]),
        "alarms": _telling(connection, row["id"]),
        "affected": of_record(connection, "affected", row["id"]),
        "clocks": of_record(connection, "clock", row["id"]),
        "alerts": read_rows(connection, "inbox", _alerts(), record=row["id"]),
        "runs": of_record(connection, "diagnosis", row["id"]),
        "consults": of_record(connection, "consult", row["id"]),
        "reports": of_record(connection, "report_up", row["id"]),
        "givers": _people(connection, givers(row) | {row["approved_by"] or ""}),
    }
    return related, current_clocks(related["clocks"])


def _observed(connection: Connection, row: Values, inputs: Mapping[str, Any]) -> Related:
    """Return the one alarm that a report is about, and its circuit: a storm's ticket has thousands of others."""
    found: Related = {"alarms": _same(connection, "alarm", "fingerprint", row["id"], inputs.get("fingerprint"))}
    if inputs.get("circuit"):
        found["affected"] = _same(connection, "affected", "circuit", row["id"], inputs["circuit"])
    return found


def _same(connection: Connection, name: str, column: str, record: str, value: Any) -> tuple[Values, ...]:
    return read_rows(connection, name, _by_value(name, column), record=record, value=value)


@cache
def _by_value(name: str, column: str) -> Prepared:
    rows = table(name)
    return Prepared(select(rows).where(rows.c.record == bindparam("record"), rows.c[column] == bindparam("value")))


def _telling(connection: Connection, record: str) -> tuple[Values, ...]:
    """Return the alarms that tell whether all are clear, and since when: one that is raised, and the last cleared."""
    found = (read_rows(connection, "alarm", _last(state), record=record) for state in ("raised", "cleared"))
    return tuple(chain.from_iterable(found))


@cache
def _last(state: str) -> Prepared:
    alarms = table("alarm")
    chosen = select(alarms).where(alarms.c.record == bindparam("record"), alarms.c.state == state)
    return Prepared(chosen.order_by(alarms.c.cleared_at.desc()).limit(1))


@cache
def _alerts() -> Prepared:
    items = table("inbox")
    return Prepared(select(items).where(items.c.record == bindparam("record"), items.c.state == "open"))


@cache
def _children() -> Prepared:
    tickets = table("ticket")
    return Prepared(select(tickets).where(tickets.c.parent == bindparam("parent")).order_by(tickets.c.number))


def _engineers(connection: Connection, row: Values) -> Related:
    """Find what waits on a person, and who else is an admin; those are locked, so that two cannot go at once."""
    tickets, engineers, name = table("ticket"), table("engineer"), row["name"]
    is_open = tickets.c.open.is_(True)
    waiting = {
        "owned": tickets.c.owner == name,
        "offered": tickets.c.offered_to == name,
        "spoken": or_(tickets.c.ratify_due.is_not(None), tickets.c.voices.is_not(None)),
    }
    related: Related = {}
    for what, chosen in waiting.items():
        found = connection.execute(select(tickets).where(is_open, chosen).order_by(tickets.c.number))
        related[what] = tuple(values_of("ticket", ticket) for ticket in found)
    related["spoken"] = tuple(ticket for ticket in related["spoken"] if name in givers(ticket))
    statement = select(engineers).where(engineers.c.state == "current", engineers.c.id != row["id"])
    if connection.dialect.name != "sqlite":
        statement = statement.order_by(engineers.c.id).with_for_update()
    others = (values_of("engineer", other) for other in connection.execute(statement))
    related["other_admins"] = tuple(other for other in others if "admin" in other["roles"])
    return related


def _customer(
    connection: Connection, row: Values | None, wish: Wish | None, customers: Customers
) -> tuple[Values, ...]:
    """Find the customer of a ticket: the one it names, or the one who has its contact or contract."""
    if row is None:
        return customers.of(wish.inputs if wish else {})
    found = one(connection, "customer", row["customer"]) if row["customer"] else None
    return (found,) if found else ()


def reads_others(machine: Workflow, event: Event, inputs: Mapping[str, Any]) -> bool:
    """Tell whether a birth is judged with rows of other records; that of a ticket only where its inputs name them."""
    return machine.table != "ticket" or names_others(machine, event, inputs)


def names_others(machine: Workflow, event: Event, inputs: Mapping[str, Any]) -> bool:
    """Tell whether inputs name other records, which are facts then."""
    return any(inputs.get(name) for name in _naming(machine.name, event.name))


@cache
def _naming(kind: str, event: str) -> tuple[str, ...]:
    """Return the inputs of an event that name records."""
    row = workflow(kind).event(event)
    return tuple(field.name for field in row.inputs if field.kind in (Kind.REFERENCE, Kind.PERSON)) if row else ()


def _named_in_inputs(connection: Connection, event: Event, inputs: Mapping[str, Any]) -> Related:
    finders: dict[Kind, Callable[[Any], Values | None]] = {
        Kind.REFERENCE: lambda value: one(connection, "ticket", value),
        Kind.PERSON: lambda value: engineer(connection, value),
    }
    related: Related = {}
    for field in event.inputs:
        value = inputs.get(field.name)
        if field.kind in finders and value:
            values = value if field.many else (value,)
            found = tuple(row for one_value in values if (row := finders[field.kind](one_value)))
            related[field.name if field.kind is Kind.REFERENCE else f"person:{field.name}"] = found
    return related


def _cause_codes(code: str) -> tuple[Values, ...]:
    """Return a cause code if it is one, else the nearest ones (``checklists`` stands above the machines)."""
    from noc_console.checklists.cause_codes import load

    known = load()
    found = (code,) if code in known.by_code else known.nearest(code)
    return tuple({"code": one, "group": known.by_code[one].group} for one in found)


def _people(connection: Connection, names: frozenset[str]) -> tuple[Values, ...]:
    found = (engineer(connection, name) for name in sorted(names) if name)
    return tuple(row for row in found if row is not None)
