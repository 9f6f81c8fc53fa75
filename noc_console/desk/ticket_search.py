"""Looks up the words of a filter: which tickets have a phrase and meet the rest of the filter, newest first.

Where an index says that only a few tickets meet the rest, their texts are looked through, however old; else the newest
texts that have the phrase are, down to a number that keeps a search short. It must not know the filter language.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Integer,
    TextClause,
    and_,
    column,
    false,
    func,
    or_,
    select,
    text,
    true,
)

from noc_console.store import search
from noc_console.store.tables import table

Condition = ColumnElement[bool]
#: A search looks at so many of the newest finds, and ranks or filters among them.
NEWEST = 1_000
#: So many of the newest texts with a phrase are looked at for tickets that meet the filter, then so many more.
LOOKED_AT = (1_500, 18_500)
#: So many tickets that meet a filter are a few, and have their texts looked through.
FEW = 1_000
#: A few tickets with so many acts as this (the alarms of a storm) are not looked through.
TEXTS = 4_000
_PLACE: Column[int] = Column("place", Integer)


def few(connection: Connection, where: Condition) -> tuple[str, ...] | None:
    """Return the ids of the tickets that meet a condition for which there is an index, None where they are many."""
    tickets = table("ticket")
    ids = connection.execute(select(tickets.c.id).where(where).limit(FEW + 1)).scalars().all()
    return tuple(ids) if len(ids) <= FEW else None


def ids_of(
    connection: Connection, phrases: Sequence[str], where: Condition, among: tuple[str, ...] | None
) -> tuple[list[str], bool]:
    """Return the ids of tickets that have every phrase, and whether there may be more than were looked at.

    ``among`` are the only tickets that can meet the condition, where they are known.
    """
    if among is not None and search.texts_of(connection, among, TEXTS) >= TEXTS:
        among = None
    found = [_found(connection, phrase, where, among) for phrase in phrases]
    rare = [set(ids) for ids, cut in found if not cut]
    if rare and len(rare) < len(found):  # a common word is looked up again among what the rare ones have found
        within = table("ticket").c.id.in_(sorted(set.intersection(*rare)))
        found = [
            (_found(connection, phrase, and_(where, within), among)[0], False) if cut else (ids, cut)
            for phrase, (ids, cut) in zip(phrases, found, strict=True)
        ]
    return sorted(set.intersection(*(set(ids) for ids, _cut in found))), all(cut for _ids, cut in found)


def has(connection: Connection, phrase: str) -> Condition:
    """Return the condition that a ticket has a phrase anywhere, however old."""
    tickets = table("ticket")
    matches = search.condition(connection.dialect.name, phrase)
    by_ref = tickets.c.ref == phrase.upper()
    if matches is None:
        return by_ref
    return or_(by_ref, tickets.c.id.in_(select(text("search.record")).select_from(text("search")).where(matches)))


def unindexed(where: Condition) -> Condition:
    """Return a condition as one that no index serves, for a filter over a few named tickets.

    SQLite keeps no figures of how many tickets are open, and would walk them all for a few that are named.
    """
    return func.coalesce(where, false())


def _found(
    connection: Connection, phrase: str, where: Condition, among: tuple[str, ...] | None
) -> tuple[list[str], bool]:
    """Return the ids of the newest tickets that have a phrase and meet a condition, and whether there are more."""
    tickets = table("ticket")
    found = list(connection.execute(select(tickets.c.id).where(tickets.c.ref == phrase.upper())).scalars())
    matches = search.condition(connection.dialect.name, phrase)
    if matches is None:
        return found, False
    if among is not None:
        return [*found, *search.among(connection, among, phrase)], False
    newest: dict[str, None] = {}
    below: int | None = None
    for looked_at in LOOKED_AT:
        ids, finds, below = _among_newest(connection, matches, where, below, looked_at)
        newest |= dict.fromkeys(ids)
        if len(newest) >= NEWEST or finds < looked_at:
            break
    return [*found, *list(newest)[:NEWEST]], len(newest) >= NEWEST or finds == looked_at


def _among_newest(
    connection: Connection, matches: TextClause, where: Condition, below: int | None, looked_at: int
) -> tuple[list[str], int, int | None]:
    """Look at the newest texts with a phrase below a place.

    Returns the tickets among them that meet a condition, newest first, how many texts there were, and the last place.
    """
    tickets = table("ticket")
    newest = (
        select(column("record"), column("rowid", Integer).label("place"))
        .select_from(text("search"))
        .where(matches, column("rowid", Integer) < below if below is not None else true())
        .order_by(text("rowid DESC"))
        .limit(looked_at)
        .cte("newest")
    )
    found = (
        select(tickets.c.id, newest.c.place)
        .select_from(newest.join(tickets, tickets.c.id == newest.c.record))
        .where(unindexed(where))
        .order_by(newest.c.place.desc())
        .limit(NEWEST)
        .subquery("found")
    )
    all_of = select(func.count().label("finds"), func.min(newest.c.place).label("last")).select_from(newest).subquery()
    rows = connection.execute(
        select(all_of.c.finds, all_of.c.last, found.c.id)
        .select_from(all_of.outerjoin(found, true()))
        .order_by(found.c.place.desc())
    ).all()
    return [row.id for row in rows if row.id is not None], rows[0].finds, rows[0].last
