"""Deadlines for people: the arithmetic of a ticket's clocks, what is due soon, and reckoning again after a change."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sqlalchemy import select

from noc_console.desk import ticket
from noc_console.desk.act import Wish, act
from noc_console.desk.filter import parse
from noc_console.desk.rows import of_record
from noc_console.desk.ticket import Page
from noc_console.store.canonical import derived_id
from noc_console.store.tables import table
from noc_console.workflows.clock_explain import Explanation, explain_clock
from noc_console.workflows.clock_rows import clocks_of
from noc_console.workflows.durations import format_duration

if TYPE_CHECKING:
    from noc_console.desk.desk import Desk


def explain(desk: Desk, ref: str) -> tuple[Explanation, ...]:
    """Return the arithmetic of every clock of a ticket, segment by segment, earlier rounds first."""
    row = ticket.row_of(desk, ref)
    policy, now = desk.policy(), desk.now()
    with desk.reading() as connection:
        clocks = clocks_of(of_record(connection, "clock", row["id"]))
    return tuple(explain_clock(clock, row, policy, now) for clock in clocks)


def due(desk: Desk, within_s: int, *, limit: int = 100) -> Page:
    """Return the open tickets with a clock that runs out within so many seconds, the late ones first."""
    return ticket.page(desk, parse(f"state:open due<{format_duration(within_s)}"), limit=limit)


def recompute(desk: Desk) -> Iterator[tuple[str, bool]]:
    """Reckon every open ticket's deadlines again, as after a change of holidays; yield each ref and whether they moved.

    Targets stay as they were frozen; only what a calendar says about them can change.
    """
    policy = desk.policy()
    service = desk.as_service("timer", "timer")
    tickets = table("ticket")
    last = ""
    while True:
        page = select(tickets.c.id, tickets.c.ref, tickets.c.service_type, tickets.c.next_due, tickets.c.row_version)
        with desk.reading() as connection:
            chosen = page.where(tickets.c.open.is_(True), tickets.c.id > last).order_by(tickets.c.id).limit(500)
            rows = connection.execute(chosen).all()
        for row in rows:
            kind = "fault" if row.service_type == "fault" else "request"
            intent = derived_id(row.id, "recompute", policy.version, row.row_version)
            act(service, Wish(kind, row.id, "recompute", intent_id=intent))
            with desk.reading() as connection:
                after = connection.execute(select(tickets.c.next_due).where(tickets.c.id == row.id)).scalar_one()
            yield row.ref, after != row.next_due
        if len(rows) < 500:
            return
        last = rows[-1].id
