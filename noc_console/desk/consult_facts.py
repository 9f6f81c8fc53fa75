"""What the machine of a consultation may look at: the ticket, who takes part, what was said, the ticket's others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Connection, select

from noc_console.desk.rows import Values, of_record, one, values_of
from noc_console.store.tables import table

if TYPE_CHECKING:
    from noc_console.desk.act import Wish

Related = dict[str, tuple[Values, ...]]


def consult_facts(connection: Connection, row: Values | None, wish: Wish | None) -> Related:
    """Return what belongs to a consultation, or to one that is to be called.

    Its ticket is locked where one is called, so that two do not call at once.
    """
    asked = str(wish.inputs.get("ticket", "")) if wish else ""
    ticket = one(connection, "ticket", row["record"] if row else asked, lock=row is None)
    related: Related = {"ticket": (ticket,) if ticket else ()}
    if ticket:
        related["visits"] = of_record(connection, "visit", ticket["id"])
        others = of_record(connection, "consult", ticket["id"])
        related["consults"] = tuple(other for other in others if row is None or other["id"] != row["id"])
    if row is not None:
        related |= {"members": parts(connection, "consult_member", row["id"])}
        related |= {"items": parts(connection, "consult_item", row["id"])}
    return related


def parts(connection: Connection, name: str, consult: str) -> tuple[Values, ...]:
    """Return the rows of a side table that belong to a consultation, oldest first."""
    rows = table(name)
    found = connection.execute(select(rows).where(rows.c.consult == consult).order_by(rows.c.at, rows.c.id))
    return tuple(values_of(name, row) for row in found)
