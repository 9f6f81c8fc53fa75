"""Fires what time brings: warnings and escalations of clocks, wakings, and the alert that nothing happened.

Each firing has an id made from what it is, so that two consoles, or cron and a console, fire it once. It must not
decide what a level means; the machines do.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import Connection, and_, select

from noc_console.clock import from_ms, to_ms
from noc_console.desk.act import Wish, act
from noc_console.desk.rows import Values, values_of
from noc_console.desk.ticket import kind_of
from noc_console.errors import NocError, Refused
from noc_console.store.canonical import derived_id
from noc_console.store.tables import table
from noc_console.workflows.policy import Policy
from noc_console.workflows.ticket_timers import timer_due

if TYPE_CHECKING:
    from noc_console.desk.desk import Desk

#: Fired in one run at most; a console that was off for a month catches up over a few runs.
MOST = 2_000
#: What a ticket can be woken for, and the column that says when.
WAKINGS = {
    "snooze": "snoozed_until",
    "ack": "acked_until",
    "take": "taken_until",
    "wait": "wait_until",
    "ratify": "ratify_due",
}


@dataclass(frozen=True, slots=True)
class Fired:
    """Something that a run did: on which ticket, what, and what became of it."""

    ref: str
    event: str
    what: str
    verdict: str


@dataclass(frozen=True, slots=True)
class Ahead:
    """Something that will be due: which ticket and clock, and when."""

    ref: str
    clock: str
    round: int
    check_at: datetime


def run(desk: Desk) -> tuple[Fired, ...]:
    """Fire everything that is due by now, each thing once however often and wherever this runs."""
    timer = desk.as_service("timer", "timer")
    now, policy = desk.now(), desk.policy()
    with desk.reading() as connection:
        wishes = [*_levels(connection, policy, now), *_wakings(connection, now), *_silences(connection, policy, now)]
    return tuple(fired for what, wish in wishes[:MOST] if (fired := _fire(timer, what, wish)) is not None)


def listing(desk: Desk, *, limit: int = 100) -> tuple[Ahead, ...]:
    """Return what the clocks will bring next, soonest first."""
    clocks, tickets = table("clock"), table("ticket")
    statement = (
        select(tickets.c.ref, clocks.c.name, clocks.c.round, clocks.c.check_at)
        .join(tickets, tickets.c.id == clocks.c.record)
        .where(clocks.c.check_at.is_not(None), tickets.c.open.is_(True))
        .order_by(clocks.c.check_at)
        .limit(limit)
    )
    with desk.reading() as connection:
        return tuple(Ahead(row[0], row[1], row[2], from_ms(row[3])) for row in connection.execute(statement))


def _fire(timer: Desk, what: str, wish: Wish) -> Fired | None:
    try:
        outcome = act(timer, wish)
    except Refused as refused:
        return Fired(wish.record, wish.event, what, refused.reasons[0].code)
    except NocError as error:
        return Fired(wish.record, wish.event, what, error.code)
    return Fired(outcome.ref, wish.event, what, outcome.verdict) if outcome.verdict != "noop" else None


def _levels(connection: Connection, policy: Policy, now: datetime) -> Iterator[tuple[str, Wish]]:
    clocks = table("clock")
    due = select(clocks).where(clocks.c.check_at <= to_ms(now)).order_by(clocks.c.check_at).limit(MOST)
    rows = [values_of("clock", row) for row in connection.execute(due)]
    tickets = _tickets(connection, {row["record"] for row in rows})
    for row in rows:
        ticket = tickets.get(row["record"])
        if ticket is None or _quiet(ticket, now):
            continue
        for level in timer_due(row, ticket, policy, now):
            intent = derived_id(ticket["id"], *level.key)
            yield (
                f"{level.clock} {level.code}",
                Wish(kind_of(ticket), ticket["id"], "warn", level.inputs, intent_id=intent),
            )


def _quiet(ticket: Values, now: datetime) -> bool:
    """Tell whether somebody has seen the matter and asked for no warnings for now."""
    return bool(ticket["acked_until"] and ticket["acked_until"] > now)


def _wakings(connection: Connection, now: datetime) -> Iterator[tuple[str, Wish]]:
    tickets = table("ticket")
    for what, name in WAKINGS.items():
        column = tickets.c[name]
        due = select(tickets).where(column <= to_ms(now), tickets.c.open.is_(True)).limit(MOST)
        for row in connection.execute(due):
            ticket = values_of("ticket", row)
            intent = derived_id(ticket["id"], "wake", what, to_ms(ticket[name]))
            yield what, Wish(kind_of(ticket), ticket["id"], "wake", {"what": what}, intent_id=intent)


def _silences(connection: Connection, policy: Policy, now: datetime) -> Iterator[tuple[str, Wish]]:
    """Find open tickets on which nothing happened for one update interval of their grade (R43)."""
    tickets = table("ticket")
    for grade in policy.grades.values():
        if grade.update_s is None:
            continue
        edge = to_ms(now - timedelta(seconds=grade.update_s))
        quiet = and_(tickets.c.open.is_(True), tickets.c.grade == grade.name, tickets.c.last_event_at <= edge)
        for row in connection.execute(select(tickets).where(quiet).limit(MOST)):
            ticket = values_of("ticket", row)
            snoozed = ticket["snoozed_until"] is not None and ticket["snoozed_until"] > now
            if snoozed or _quiet(ticket, now):
                continue
            intent = derived_id(ticket["id"], "silent", row.last_event_at)
            yield "silent", Wish(kind_of(ticket), ticket["id"], "silent", {}, intent_id=intent)


def _tickets(connection: Connection, ids: set[str]) -> dict[str, Values]:
    tickets = table("ticket")
    found: dict[str, Values] = {}
    wanted = sorted(ids)
    for start in range(0, len(wanted), 500):
        rows = connection.execute(select(tickets).where(tickets.c.id.in_(wanted[start : start + 500])))
        found |= {row.id: values_of("ticket", row) for row in rows}
    return found
