"""The store's maintenance lock: who holds it, locking and unlocking, and the refusal that every other act meets.

It must not import the door at once: the door asks here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import cache
from typing import TYPE_CHECKING

from sqlalchemy import Connection, select

from noc_console.desk.rows import Values, read_rows
from noc_console.errors import StoreUnavailable
from noc_console.i18n import _
from noc_console.store.prepared import Prepared
from noc_console.store.tables import table
from noc_console.workflows.lock import LOCKED

if TYPE_CHECKING:
    from noc_console.desk.act import Outcome
    from noc_console.desk.desk import Desk

KIND = "lock"


@dataclass(frozen=True, slots=True)
class Held:
    """A lock that is held: by whom, since when, and why (empty where the words were erased)."""

    id: str
    by: str
    since: datetime
    why: str


def held(desk: Desk) -> Held | None:
    """Return the lock that is held, if one is."""
    with desk.reading() as connection:
        return _held_in(connection)


def held_rows(connection: Connection) -> tuple[Values, ...]:
    """Return the row of the lock that is held, if one is."""
    return read_rows(connection, "store_lock", _held())


def held_of(row: Values) -> Held:
    """Return a lock from its row."""
    return Held(row["id"], row["locked_by"], row["locked_at"], row["why"] or "")


def refuse_while_locked(desk: Desk, connection: Connection) -> None:
    """Raise StoreUnavailable, naming who locked the store and why, where it is locked."""
    found = _held_in(connection)
    if found is not None:
        raise StoreUnavailable(told(found, desk.zone), _("noc lock --off ends it"))


def told(found: Held, zone: tzinfo) -> str:
    """Say who holds a lock, since when and why."""
    since = found.since.astimezone(zone).isoformat(sep=" ", timespec="minutes")
    said = _("the store is locked by {name} since {instant}", name=found.by, instant=since)
    return _("{label}: {text}", label=said, text=found.why) if found.why else said


def lock(desk: Desk, why: str, *, dry_run: bool = False) -> Outcome:
    """Lock the store. Raises Refused without the right, without a reason, or where it is locked."""
    from noc_console.desk.act import Wish, act

    return act(desk, Wish(KIND, "", "lock", {"why": why} if why else {}), dry_run=dry_run)


def unlock(desk: Desk, record: str, why: str = "", *, dry_run: bool = False) -> Outcome:
    """End a lock. Raises Refused without the right, or where somebody has ended it."""
    from noc_console.desk.act import Wish, act

    return act(desk, Wish(KIND, record, "unlock", {"why": why} if why else {}), dry_run=dry_run)


@cache
def _held() -> Prepared:
    rows = table("store_lock")
    return Prepared(select(rows).where(rows.c.state == LOCKED))


def _held_in(connection: Connection) -> Held | None:
    rows = held_rows(connection)
    return held_of(rows[0]) if rows else None
