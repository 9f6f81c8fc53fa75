"""Deadlines for people: the arithmetic of a ticket's clocks, what is due soon, and reckoning again after a change."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from sqlalchemy import Connection, select

from noc_console.desk import ticket
from noc_console.desk.act import Wish, act
from noc_console.desk.facts import facts_of
from noc_console.desk.filter import parse
from noc_console.desk.rows import Values, of_record, values_of
from noc_console.desk.ticket import Page, kind_of
from noc_console.store.tables import table
from noc_console.workflows.catalogue import workflow
from noc_console.workflows.clock_explain import Explanation, explain_clock
from noc_console.workflows.clock_rows import clocks_of
from noc_console.workflows.durations import format_duration
from noc_console.workflows.machine import Plan

if TYPE_CHECKING:
    from noc_console.desk.desk import Desk


def explain(desk: Desk, ref: str) -> tuple[Explanation, ...]:
    """Return the arithmetic of every clock of a ticket, segment by segment, earlier rounds first."""
    row = ticket.row_of(desk, ref)
    policy, now = desk.policy(), desk.now()
    with desk.reading() as connection:
        rows = of_record(connection, "clock", row["id"])
    by_clock = {(one["name"], one["round"]): one for one in rows}
    return tuple(explain_clock(clock, row, policy, now, by_clock[clock.name, clock.round]) for clock in clocks_of(rows))


def due(desk: Desk, within_s: int, *, limit: int | None = 100) -> Page:
    """Return the open tickets with a clock that runs out within so many seconds, the late ones first; None is all."""
    most = sys.maxsize // 2 if limit is None else limit  # a page looks one further than it gives
    return ticket.page(desk, parse(f"state:open due<{format_duration(within_s)}"), limit=most)


def recompute(desk: Desk, *, dry_run: bool = False) -> Iterator[tuple[str, bool]]:
    """Reckon every open ticket's deadlines again, as after a change of holidays; yield each ref and whether they moved.

    Targets stay as they were frozen; only what a calendar says about them can change. A ticket on which nothing would
    change gets no intent.
    """
    service = desk.as_service("timer", "timer")
    tickets = table("ticket")
    last = ""
    while True:
        chosen = select(tickets).where(tickets.c.open.is_(True), tickets.c.id > last).order_by(tickets.c.id).limit(200)
        with desk.reading() as connection:
            rows = [values_of("ticket", row) for row in connection.execute(chosen)]
            moving = {row["id"] for row in rows if _would_move(service, connection, row)}
        for row in rows:
            if row["id"] in moving:
                act(service, Wish(kind_of(row), row["id"], "recompute"), dry_run=dry_run)
            yield row["ref"], row["id"] in moving
        if not rows:
            return
        last = rows[-1]["id"]


def _would_move(service: Desk, connection: Connection, row: Values) -> bool:
    machine = workflow(kind_of(row))
    event = machine.event("recompute")
    policy = service.policy_in(connection)
    name, now = service.actor.name, service.now()
    facts = facts_of(connection, machine, None, row["id"], None, desk=service, actor=name, now=now, policy=policy)
    plan = machine.plan(event, facts, {}) if event else None
    return isinstance(plan, Plan) and bool(plan.values or plan.rows)
