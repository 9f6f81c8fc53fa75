"""What a person must look at: alerts, refused consequences, conflicts; addressed to them or to a role of theirs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from noc_console.desk.act import Outcome, Wish, act
from noc_console.desk.rows import values_of
from noc_console.store.tables import table
from noc_console.workflows.machine import Reason
from noc_console.workflows.reasons import REASONS, say

if TYPE_CHECKING:
    from noc_console.desk.desk import Desk


@dataclass(frozen=True, slots=True)
class InboxItem:
    """One item: about which ticket, what in words, and what would help."""

    id: str
    record: str
    ref: str
    kind: str
    code: str
    text: str
    remedy: str
    recipient: str
    at: datetime


def page(desk: Desk, *, limit: int | None = 200) -> tuple[InboxItem, ...]:
    """Return the open items for the person at the desk, newest first."""
    rows, tickets = table("inbox"), table("ticket")
    statement = (
        select(rows, tickets.c.ref)
        .outerjoin(tickets, tickets.c.id == rows.c.record)
        .where(rows.c.state == "open", rows.c.recipient.in_(_addresses(desk)))
        .order_by(rows.c.at.desc(), rows.c.id.desc())
        .limit(limit)
    )
    with desk.reading() as connection:
        found = connection.execute(statement).all()
    items = []
    for row in found:
        values = values_of("inbox", row)
        text, remedy = _words(Reason(values["code"], values["params"]))
        items.append(
            InboxItem(
                values["id"], values["record"], row.ref or "", values["kind"], values["code"], text, remedy,
                values["recipient"], values["at"],
            )
        )  # fmt: skip
    return tuple(items)


def _words(reason: Reason) -> tuple[str, str]:
    """Return an item in words; one that a newer release wrote is told by its code, never dropped."""
    return say(reason) if reason.code in REASONS else (reason.code, "")


def count(desk: Desk, *, cap: int = 99) -> int:
    """Count the open items for the person at the desk, at most ``cap``."""
    rows = table("inbox")
    mine = select(rows.c.id).where(rows.c.state == "open", rows.c.recipient.in_(_addresses(desk))).limit(cap)
    with desk.reading() as connection:
        return int(connection.execute(select(func.count()).select_from(mine.subquery())).scalar_one())


def done(desk: Desk, item: str, *, dry_run: bool = False) -> Outcome:
    """Record that an item has been looked at."""
    return act(desk, Wish("inbox", item, "done"), dry_run=dry_run)


def _addresses(desk: Desk) -> list[str]:
    return [desk.actor.name, *(f"role:{role}" for role in sorted(desk.actor.roles))]
