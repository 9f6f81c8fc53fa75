"""Who could be sent to a site: by skill for the ticket's domain, who is not on site already, who has the least to do.

It proposes; whom somebody sends is judged by the machine (R27, R54).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, func, select

from noc_console.desk import register, ticket
from noc_console.store.tables import table

if TYPE_CHECKING:
    from noc_console.desk.desk import Desk

#: Roles of people who work on site; who only leads, approves or reads is not proposed.
_GOING = frozenset({"engineer", "lead"})


@dataclass(frozen=True, slots=True)
class Candidate:
    """An engineer in service: ``fits`` by skill, ``away`` the ticket of an open visit, ``open`` tickets owned."""

    name: str
    skills: tuple[str, ...]
    fits: bool
    away: str | None
    open: int

    def json(self) -> dict[str, Any]:
        """Return it as ``noc ticket who-could-go -o json`` lists it."""
        return {
            "name": self.name,
            "skills": list(self.skills),
            "fits": self.fits,
            "on_site_at": self.away,
            "open_tickets": self.open,
        }


def candidates(desk: Desk, ref: str) -> tuple[Candidate, ...]:
    """Return who could go to the site of a ticket, the best first. Raises NotFound."""
    row = ticket.row_of(desk, ref)
    people = [one for one in register.page(desk, "engineer") if _GOING & set(one["roles"])]
    with desk.reading() as connection:
        away, owned = _away(connection), _owned(connection)
    found = [
        Candidate(one["name"], tuple(one["skills"]), _fits(one, row), away.get(one["name"]), owned.get(one["name"], 0))
        for one in people
    ]
    return tuple(sorted(found, key=lambda one: (one.away is not None, not one.fits, one.open, one.name)))


def _fits(person: Mapping[str, Any], row: Mapping[str, Any]) -> bool:
    """Tell whether somebody has the skill of the ticket's domain, or of one of its objects' types."""
    wanted = {row["domain"] or ""} | {str(name).partition(":")[0] for name in row["objects"] if ":" in str(name)}
    return bool({skill.casefold() for skill in person["skills"]} & {name.casefold() for name in wanted if name})


def _away(connection: Connection) -> dict[str, str]:
    """Return engineer -> reference of the open ticket at whose site they are, or to which they are on the way."""
    visits, tickets = table("visit"), table("ticket")
    chosen = (
        select(visits.c.engineer, tickets.c.ref)
        .join(tickets, tickets.c.id == visits.c.record)
        .where(visits.c.left_at.is_(None), tickets.c.open.is_(True))
    )
    return {row.engineer: row.ref for row in connection.execute(chosen)}


def _owned(connection: Connection) -> dict[str, int]:
    tickets = table("ticket")
    chosen = select(tickets.c.owner, func.count()).where(tickets.c.open.is_(True), tickets.c.owner.is_not(None))
    return {name: int(number) for name, number in connection.execute(chosen.group_by(tickets.c.owner))}
