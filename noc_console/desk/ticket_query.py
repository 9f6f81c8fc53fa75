"""Turns a filter into SQL over tickets, and reads pages of it by key, never by offset.

The order ``due`` takes tickets with a running clock first, then those without one; both walk an index.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Row,
    Table,
    and_,
    false,
    func,
    not_,
    or_,
    select,
    true,
    tuple_,
    union_all,
)

from noc_console.clock import to_ms
from noc_console.desk import ticket_search
from noc_console.desk.filter import Query, Term
from noc_console.store.tables import table
from noc_console.workflows.policy_values import GRADES

Condition = ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks, and when: what ``me`` and ``due<4h`` mean."""

    me: str
    now: datetime


@dataclass(frozen=True, slots=True)
class Rows:
    """A run of ids and columns in order, and whether it touches the beginning or the end of the list."""

    rows: tuple[Row[Any], ...]
    at_start: bool
    at_end: bool


@dataclass(frozen=True, slots=True)
class Chosen:
    """The SQL condition of a filter over the ticket table; ``cut`` where a search found more than it looked at."""

    where: Condition
    cut: bool


def choose(connection: Connection, query: Query, asking: Asking) -> Chosen:
    """Turn a filter into SQL; what it searches for is looked up first."""
    tickets = table("ticket")
    where = and_(true(), *(_condition(tickets, term, asking) for term in query.terms if term.key))
    phrases = [term.values[0] for term in query.phrases if not term.negated]
    for term in query.phrases:
        if term.negated:
            where = and_(where, not_(ticket_search.has(connection, term.values[0])))
    few = _few(connection, query, asking)
    if phrases:
        ids, cut = ticket_search.ids_of(connection, phrases, where, few)
        return Chosen(and_(ticket_search.unindexed(where), tickets.c.id.in_(ids)), cut=cut)
    if few is not None and any(term.key in _UNORDERED for term in _narrow(query)):
        where = and_(ticket_search.unindexed(where), tickets.c.id.in_(few))
    return Chosen(where, cut=False)


#: Terms whose index does not give tickets in an order of lists, as those of owners and states do.
_UNORDERED = frozenset({"parent", "is"})


def _few(connection: Connection, query: Query, asking: Asking) -> tuple[str, ...] | None:
    """Return the tickets that meet a term for which there is an index, for the term that the fewest meet.

    None where there is no such term, or where many tickets meet each.
    """
    tickets = table("ticket")
    found: list[tuple[str, ...]] = []
    for term in _narrow(query):
        where = _condition(tickets, term, asking)
        if term.key == "owner" and any(one.key == "state" and one.values == ("open",) for one in query.terms):
            where = and_(where, tickets.c.open.is_(True))  # the index of owners knows what is open
        ids = ticket_search.few(connection, where)
        found += [ids] if ids is not None else []
    return min(found, key=len, default=None)


def _narrow(query: Query) -> list[Term]:
    """Return the terms for which an index gives the tickets without looking at any other."""
    return [term for term in query.terms if not term.negated and _has_index(term)]


def _has_index(term: Term) -> bool:
    match term.key:
        case "owner" | "parent":
            return True
        case "state":
            return not {"open", "all"} & set(term.values)
        case "is":
            return set(term.values) <= {"mine", "unowned", "child", "mass"}
    return False


def count(connection: Connection, query: Query, asking: Asking, cap: int) -> tuple[int, bool]:
    """Count what a filter finds, at most ``cap``, and tell whether there may be more."""
    chosen = choose(connection, query, asking)
    found = select(table("ticket").c.id).where(chosen.where).limit(cap + 1).subquery()
    number = int(connection.execute(select(func.count()).select_from(found)).scalar_one())
    return min(number, cap), number > cap or chosen.cut


def page(
    connection: Connection,
    query: Query,
    asking: Asking,
    columns: list[Any],
    *,
    limit: int,
    after: str | None = None,
    before: str | None = None,
    from_end: bool = False,
) -> Rows:
    """Read one run of the list: its beginning, its end, or what follows or precedes a ticket of it."""
    tickets = table("ticket")
    where = choose(connection, query, asking).where
    anchor = after or before
    mark = connection.execute(select(tickets).where(tickets.c.id == anchor)).one_or_none() if anchor else None
    backwards = from_end or before is not None
    found: list[Row[Any]] = []
    for run in _runs(tickets, query.sort, backwards):
        if len(found) > limit:
            break
        beyond = run.beyond(mark)
        if beyond is None:
            continue
        left, chosen = limit + 1 - len(found), and_(where, run.where, beyond)
        if run.column is tickets.c.next_due and _takes_all_states(query):
            chosen = _first_of_both(tickets, chosen, run, left)
        statement = select(*columns).where(chosen).order_by(*run.order).limit(left)
        found += connection.execute(statement).all()
    more = len(found) > limit
    rows = found[:limit]
    if backwards:
        return Rows(tuple(reversed(rows)), at_start=not more, at_end=mark is None)
    return Rows(tuple(rows), at_start=mark is None, at_end=not more)


def _takes_all_states(query: Query) -> bool:
    return any(term.key == "state" and "all" in term.values and not term.negated for term in query.terms)


def _first_of_both(tickets: Table, chosen: Condition, run: _Run, limit: int) -> Condition:
    """Return the condition for the first of the open and the first of the other tickets: one index walk each.

    The index of what is due begins with whether a ticket is open, so both together would all be sorted.
    """
    walks = [
        select(tickets.c.id).where(tickets.c.open.is_(is_open), chosen).order_by(*run.order).limit(limit).subquery()
        for is_open in (True, False)
    ]
    return tickets.c.id.in_(union_all(*(select(walk.c.id) for walk in walks)))


@dataclass(frozen=True, slots=True)
class _Run:
    """A part of the list that one index walk reads: tickets with a value to sort by, or those without one."""

    column: Column[Any]
    id: Column[Any]
    empty: bool
    descending: bool
    first: bool

    @property
    def where(self) -> Condition:
        return self.column.is_(None) if self.empty else self.column.is_not(None)

    @property
    def order(self) -> tuple[Any, ...]:
        keys = (self.id,) if self.empty else (self.column, self.id)
        return tuple(key.desc() if self.descending else key for key in keys)

    def beyond(self, mark: Row[Any] | None) -> Condition | None:
        """Return the condition for what lies beyond a ticket in walking order; None where this run has nothing."""
        if mark is None:
            return true()
        value, row_id = mark._mapping[str(self.column.key)], str(mark.id)
        if self.empty is not (value is None):  # the mark lies in the other run
            return None if self.first else true()
        here, there = (tuple_(self.id), tuple_(row_id)) if self.empty else (
            tuple_(self.column, self.id), tuple_(value, row_id)
        )  # fmt: skip
        beyond: Condition = here < there if self.descending else here > there
        return beyond


def _runs(tickets: Table, sort: str, backwards: bool) -> tuple[_Run, _Run]:
    names = {"due": "next_due", "age": "number", "number": "number", "idle": "last_event_at", "found": "number"}
    name = sort.removeprefix("-")
    column = tickets.c[names.get(name, name)]
    # newest first is what a search and ``number`` mean; ``age`` is oldest first
    descending = (name in ("found", "number")) ^ sort.startswith("-") ^ backwards
    full = _Run(column, tickets.c.id, False, descending, first=not backwards)
    empty = _Run(column, tickets.c.id, True, descending, first=backwards)
    return (empty, full) if backwards else (full, empty)


def _condition(tickets: Table, term: Term, asking: Asking) -> Condition:
    made = _BY_KEY[term.key](tickets, term, asking)
    return not_(func.coalesce(made, false())) if term.negated else made


def _state(tickets: Table, term: Term, _asking: Asking) -> Condition:
    groups = {
        "open": tickets.c.open.is_(True),
        "all": true(),
        "waiting": tickets.c.state.in_(("waiting_customer", "waiting_third_party")),
    }
    return or_(false(), *(groups.get(value, tickets.c.state == value) for value in term.values))


def _grade(tickets: Table, term: Term, _asking: Asking) -> Condition:
    if term.op == ":":
        return tickets.c.grade.in_(term.values)
    place = GRADES.index(term.values[0])
    compared = {"<": GRADES[:place], "<=": GRADES[: place + 1], ">": GRADES[place + 1 :], ">=": GRADES[place:]}
    return tickets.c.grade.in_(compared[term.op])


def _word(column: str) -> Callable[[Table, Term, Asking], Condition]:
    def made(tickets: Table, term: Term, asking: Asking) -> Condition:
        values = [asking.me if column == "owner" and value == "me" else value for value in term.values]
        parts: list[Condition] = [tickets.c[column].in_([value for value in values if value not in ("none", "-")])]
        if {"none", "-"} & set(values):
            parts.append(tickets.c[column].is_(None))
        return or_(*parts)

    return made


def _part(*columns: str) -> Callable[[Table, Term, Asking], Condition]:
    def made(tickets: Table, term: Term, _asking: Asking) -> Condition:
        return or_(
            *(tickets.c[column].icontains(value, autoescape=True) for column in columns for value in term.values)
        )

    return made


def _parent(tickets: Table, term: Term, _asking: Asking) -> Condition:
    parents = tickets.alias("parents")
    refs = [value.upper() for value in term.values]
    return tickets.c.parent.in_(select(parents.c.id).where(or_(parents.c.ref.in_(refs), parents.c.id.in_(term.values))))


def _instant(column: str, sign: int) -> Callable[[Table, Term, Asking], Condition]:
    def made(tickets: Table, term: Term, asking: Asking) -> Condition:
        edge = to_ms(asking.now) + sign * term.seconds * 1000
        # an age is the greater the earlier its instant is
        later = (term.op[0] == ">") == (sign > 0)
        here = tickets.c[column]
        if len(term.op) == 2:
            return here >= edge if later else here <= edge
        return here > edge if later else here < edge

    return made


def _flag(tickets: Table, term: Term, asking: Asking) -> Condition:
    now = to_ms(asking.now)
    children = tickets.alias("children")
    flags: dict[str, Callable[[], Condition]] = {
        "late": lambda: tickets.c.next_due < now,
        "unowned": lambda: tickets.c.owner.is_(None),
        "mine": lambda: tickets.c.owner == asking.me,
        "urgent": lambda: tickets.c.urgent.is_(True),
        "snoozed": lambda: func.coalesce(tickets.c.snoozed_until > now, false()),
        "breached": lambda: tickets.c.breached != "[]",
        "chronic": lambda: tickets.c.chronic.is_(True),
        "mass": lambda: tickets.c.id.in_(select(children.c.parent).where(children.c.parent.is_not(None))),
        "child": lambda: tickets.c.parent.is_not(None),
        "incomplete": lambda: tickets.c.missing != "[]",
    }
    return or_(*(flags[value]() for value in term.values))


_BY_KEY: dict[str, Callable[[Table, Term, Asking], Condition]] = {
    "state": _state,
    "grade": _grade,
    "domain": _word("domain"),
    "owner": _word("owner"),
    "type": _word("service_type"),
    "channel": _word("channel"),
    "customer": _part("requester_name", "requester_organisation"),
    "object": _part("objects"),
    "parent": _parent,
    "due": _instant("next_due", 1),
    "age": _instant("registered_at", -1),
    "idle": _instant("last_event_at", -1),
    "is": _flag,
}
