"""Fires what time brings: warnings and escalations of clocks, wakings, and the alert that nothing happened.

Each firing has an id made from what it is, so that two consoles, or cron and a console, fire it once. It must not
decide what a level means; the machines do.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import Connection, and_, or_, select

from noc_console.clock import from_ms, to_ms
from noc_console.desk import alarm_intake, consult_timers
from noc_console.desk.act import Outcome, Wish, act
from noc_console.desk.bulk import act_each
from noc_console.desk.consult_timers import Due
from noc_console.desk.rows import Values, values_of
from noc_console.desk.ticket import kind_of
from noc_console.errors import NocError, Refused
from noc_console.store.canonical import derived_id
from noc_console.store.journal import records_of
from noc_console.store.tables import table
from noc_console.workflows.calendars import elapsed_s
from noc_console.workflows.clock_rows import calendar_of
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
    "report": "report_due",
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


def run(desk: Desk, *, dry_run: bool = False) -> tuple[Fired, ...]:
    """Fire everything that is due by now, each thing once however often and wherever this runs.

    ``dry_run`` has each judged by itself as things are now, and stores nothing.
    """
    timer = desk.as_service("timer", "timer")
    now, policy = desk.now(), desk.policy()
    with desk.reading() as connection:
        due = [
            *_levels(connection, policy, now), *_wakings(connection, now), *_incomplete(connection, policy, now),
            *_silences(connection, policy, now), *consult_timers.due(connection, policy, now),
        ]  # fmt: skip
        done = records_of(connection, [one.wish.intent_id for one in due])
    ahead = [one for one in due if one.wish.intent_id not in done]
    fire = _judged if dry_run else _fired
    return (*fire(timer, ahead[:MOST]), *_held_alarms(desk, dry_run))


def _held_alarms(desk: Desk, dry_run: bool) -> Iterator[Fired]:
    """Open tickets for alarms that were held back and are still raised; another console may have been first."""
    service = desk.as_service("intake", "alarm")
    for name, outcome in alarm_intake.open_held(service, MOST, dry_run=dry_run):
        yield Fired(outcome.ref or "", outcome.action, name, "applied")


def listing(desk: Desk, *, limit: int | None = 100) -> tuple[Ahead, ...]:
    """Return what the clocks will bring next, soonest first."""
    clocks, tickets = table("clock"), table("ticket")
    statement = (
        select(tickets.c.ref, clocks.c.name, clocks.c.round, clocks.c.check_at)
        .join(tickets, tickets.c.id == clocks.c.record)
        .where(clocks.c.check_at.is_not(None), tickets.c.open.is_(True))
        .order_by(clocks.c.check_at, tickets.c.number)
        .limit(limit)
    )
    with desk.reading() as connection:
        return tuple(Ahead(row[0], row[1], row[2], from_ms(row[3])) for row in connection.execute(statement))


def _fired(timer: Desk, due: Sequence[Due]) -> Iterator[Fired]:
    """Fire things, many in one transaction; what another console has fired first is left out."""
    outcomes = act_each(timer, [one.wish for one in due])
    for one, got in zip(due, outcomes, strict=True):
        if isinstance(got, NocError) or got.verdict != "noop":
            yield _told(one, got)


def _judged(timer: Desk, due: Sequence[Due]) -> Iterator[Fired]:
    """Have each thing judged by itself."""
    for one in due:
        try:
            yield _told(one, act(timer, one.wish, dry_run=True))
        except Refused as refused:
            yield _told(one, refused)


def _told(due: Due, got: Outcome | NocError) -> Fired:
    """Say what became of a firing; a ticket that has moved on meanwhile refuses."""
    if isinstance(got, NocError):
        if not isinstance(got, Refused):
            raise got
        return Fired(due.ref, due.wish.event, due.what, got.reasons[0].code)
    return Fired(due.ref, due.wish.event, due.what, got.verdict)


def _levels(connection: Connection, policy: Policy, now: datetime) -> Iterator[Due]:
    """Find the clocks that have reached a level; an acknowledgement quietens warnings, never an escalation (R29)."""
    clocks, tickets = table("clock"), table("ticket")
    quiet = tickets.c.acked_until > to_ms(now)
    due = (
        select(clocks)
        .join(tickets, tickets.c.id == clocks.c.record)
        .where(clocks.c.check_at <= to_ms(now), tickets.c.open.is_(True))
        .order_by(clocks.c.check_at)
        .limit(MOST)
    )
    heard = or_(tickets.c.acked_until.is_(None), tickets.c.acked_until <= to_ms(now))
    rows = [values_of("clock", row) for chosen in (heard, quiet) for row in connection.execute(due.where(chosen))]
    of_clock = _tickets(connection, {row["record"] for row in rows})
    for row in rows:
        ticket = of_clock[row["record"]]
        acked = ticket["acked_until"] is not None and ticket["acked_until"] > now
        for level in timer_due(row, ticket, policy, now):
            if acked and level.code.isdecimal():
                continue
            intent = derived_id(ticket["id"], *level.key)
            wish = Wish(kind_of(ticket), ticket["id"], "warn", level.inputs, intent_id=intent)
            yield Due(ticket["ref"], f"{level.clock} {level.code}", wish)


def _wakings(connection: Connection, now: datetime) -> Iterator[Due]:
    """Find the times that were set and have come; what was fired stays in sight, so the newest come first."""
    tickets = table("ticket")
    for what, name in WAKINGS.items():
        column = tickets.c[name]
        due = select(tickets).where(column <= to_ms(now), tickets.c.open.is_(True)).order_by(column.desc()).limit(MOST)
        for row in connection.execute(due):
            yield _wake(values_of("ticket", row), what, row._mapping[name])


def _incomplete(connection: Connection, policy: Policy, now: datetime) -> Iterator[Due]:
    """Find emergency entries that nobody has completed in time (R21)."""
    tickets = table("ticket")
    edge = to_ms(now - timedelta(seconds=policy.emergency_complete_s))
    late = and_(tickets.c.open.is_(True), tickets.c.emergency.is_(True), tickets.c.missing != "[]")
    due = select(tickets).where(late, tickets.c.registered_at <= edge).order_by(tickets.c.number.desc()).limit(MOST)
    for row in connection.execute(due):
        yield _wake(values_of("ticket", row), "complete", row.registered_at)


def _wake(ticket: Values, what: str, at_ms: int) -> Due:
    intent = derived_id(ticket["id"], "wake", what, at_ms)
    return Due(ticket["ref"], what, Wish(kind_of(ticket), ticket["id"], "wake", {"what": what}, intent_id=intent))


def _silences(connection: Connection, policy: Policy, now: datetime) -> Iterator[Due]:
    """Find open tickets on which nothing happened for one update interval of their grade (R43)."""
    tickets = table("ticket")
    seen = [or_(tickets.c[name].is_(None), tickets.c[name] <= to_ms(now)) for name in ("acked_until", "snoozed_until")]
    for grade in policy.grades.values():
        if grade.update_s is None:
            continue
        edge = to_ms(now - timedelta(seconds=grade.update_s))
        quiet = and_(tickets.c.open.is_(True), tickets.c.grade == grade.name, tickets.c.last_event_at <= edge, *seen)
        calendar = calendar_of(policy, grade.calendar)
        for row in connection.execute(
            select(tickets).where(quiet).order_by(tickets.c.last_event_at.desc()).limit(MOST)
        ):
            if elapsed_s(calendar, from_ms(row.last_event_at), now) < grade.update_s:
                continue
            ticket = values_of("ticket", row)
            intent = derived_id(ticket["id"], "silent", row.last_event_at)
            yield Due(ticket["ref"], "silent", Wish(kind_of(ticket), ticket["id"], "silent", {}, intent_id=intent))


def _tickets(connection: Connection, ids: set[str]) -> dict[str, Values]:
    tickets = table("ticket")
    found: dict[str, Values] = {}
    wanted = sorted(ids)
    for start in range(0, len(wanted), 500):
        rows = connection.execute(select(tickets).where(tickets.c.id.in_(wanted[start : start + 500])))
        found |= {row.id: values_of("ticket", row) for row in rows}
    return found
