"""What time brings to consultations: the triggers of the policy that call for one, and those whose time has come.

It finds; the machines decide. Nothing here calls a consultation: an inbox item asks people to.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, and_, exists, func, select

from noc_console.clock import to_ms
from noc_console.desk.act import Wish
from noc_console.desk.rows import Values, values_of
from noc_console.store.canonical import derived_id
from noc_console.store.tables import table
from noc_console.workflows.clock_rows import RESTORE, calendar_of, clock_of
from noc_console.workflows.clocks import used_s
from noc_console.workflows.policy import Policy
from noc_console.workflows.policy_values import DOMAINS

#: Found in one run at most.
MOST = 500


@dataclass(frozen=True, slots=True)
class Due:
    """Something to fire now; the id of its wish is made from what it is."""

    ref: str
    what: str
    wish: Wish


def due(connection: Connection, policy: Policy, now: datetime) -> Iterator[Due]:
    """Yield what consultations ask for by now, each with the same id wherever it is found."""
    yield from _not_located(connection, policy, now)
    yield from _several_domains(connection)
    yield from _overdue(connection, now)


def _unasked() -> ColumnElement[bool]:
    """Return the condition for open faults that are not located, and were not asked about in their round."""
    tickets, consults = table("ticket"), table("consult")
    called = exists(
        select(consults.c.id).where(
            consults.c.record == tickets.c.id, consults.c.round == tickets.c.round, consults.c.state != "cancelled"
        )
    )
    return and_(
        tickets.c.open.is_(True),
        tickets.c.service_type == "fault",
        tickets.c.located_at.is_(None),
        tickets.c.restored_at.is_(None),
        func.coalesce(tickets.c.consult_round, 0) < tickets.c.round,
        ~called,
    )


def _not_located(connection: Connection, policy: Policy, now: datetime) -> Iterator[Due]:
    """Find faults that were not located in the time of their grade; a pause for the customer does not count."""
    tickets, clocks = table("ticket"), table("clock")
    of_round = and_(clocks.c.record == tickets.c.id, clocks.c.name == RESTORE, clocks.c.round == tickets.c.round)
    for grade, after_s in policy.hard_cases.consult_after_s.items():
        edge = to_ms(now - timedelta(seconds=after_s))
        late = and_(_unasked(), tickets.c.grade == grade, tickets.c.registered_at <= edge)
        chosen = select(tickets).where(late).order_by(tickets.c.number.desc()).limit(MOST)
        found = {row.id: values_of("ticket", row) for row in connection.execute(chosen)}
        running = select(clocks).join(tickets, of_round).where(late).order_by(tickets.c.number.desc()).limit(MOST)
        rows = connection.execute(running).all()
        for row in (values_of("clock", each) for each in rows):
            calendar = calendar_of(policy, row["calendar"])
            if row["record"] in found and used_s(clock_of(row), calendar, now) >= after_s:
                yield _asked(found[row["record"]], "not_located")


def _several_domains(connection: Connection) -> Iterator[Due]:
    """Find faults whose diagnosis has gone into another domain than their own."""
    tickets, runs = table("ticket"), table("diagnosis")
    elsewhere = exists(
        select(runs.c.id).where(
            runs.c.record == tickets.c.id,
            runs.c.round == tickets.c.round,
            runs.c.domain.in_(DOMAINS),
            runs.c.domain != tickets.c.domain,
        )
    )
    chosen = select(tickets).where(_unasked(), elsewhere)
    for row in connection.execute(chosen.order_by(tickets.c.number.desc()).limit(MOST)):
        yield _asked(values_of("ticket", row), "several_domains")


def _asked(ticket: Values, trigger: str) -> Due:
    intent = derived_id(ticket["id"], "propose_consult", ticket["round"] or 1)
    wish = Wish("fault", ticket["id"], "propose_consult", {"trigger": trigger}, intent_id=intent)
    return Due(ticket["ref"], f"consult {trigger}", wish)


def _overdue(connection: Connection, now: datetime) -> Iterator[Due]:
    """Find consultations that were called and whose time has come."""
    consults = table("consult")
    chosen = select(consults).where(consults.c.state == "called", consults.c.due_at <= to_ms(now))
    for row in connection.execute(chosen.order_by(consults.c.due_at.desc()).limit(MOST)):
        intent = derived_id(row.id, "remind", row.due_at)
        yield Due(row.ref, "consult due", Wish("consult", row.id, "remind", {}, intent_id=intent))
