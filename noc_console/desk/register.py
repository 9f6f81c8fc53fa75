"""The registers of people: engineers, customers and named views; looked up by name or id, put and retired."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, or_, select, tuple_

from noc_console.desk.act import Outcome, Wish, act
from noc_console.desk.filter import parse
from noc_console.desk.rows import Values, one, values_of
from noc_console.errors import NotFound, UsageError
from noc_console.i18n import _
from noc_console.store.canonical import derived_id
from noc_console.store.tables import table

if TYPE_CHECKING:
    from noc_console.desk.desk import Desk

#: Kinds of records that this module serves; each is the name of its table too.
KINDS = ("engineer", "customer", "view")


def page(
    desk: Desk, kind: str, *, retired: bool = False, after: Values | None = None, limit: int = 1_000
) -> tuple[Values, ...]:
    """Return records in the order of their names; ``after`` is the last record of the run before."""
    rows = table(kind)
    statement = select(rows).order_by(rows.c.name, rows.c.id).limit(limit)
    if after is not None:
        statement = statement.where(tuple_(rows.c.name, rows.c.id) > tuple_(after["name"], after["id"]))
    if not retired:
        statement = statement.where(rows.c.state == "current")
    if kind == "view":
        statement = statement.where(or_(rows.c.shared.is_(True), rows.c.owner == desk.actor.name))
    with desk.reading() as connection:
        return tuple(values_of(kind, row) for row in connection.execute(statement))


def show(desk: Desk, kind: str, name: str) -> Values:
    """Return a record by its name or id. Raises NotFound, and UsageError where several have the name."""
    rows = table(kind)
    wanted = or_(rows.c.id == name, rows.c.name == name)
    if kind == "view":
        wanted = and_(wanted, or_(rows.c.shared.is_(True), rows.c.owner == desk.actor.name))
    with desk.reading() as connection:
        found = connection.execute(select(rows).where(wanted).order_by(rows.c.state, rows.c.id).limit(3)).all()
    current = [row for row in found if row.state == "current"] or found
    if not current:
        raise NotFound(_("there is no {kind} {name}", kind=kind, name=name), _("noc {kind} list shows them", kind=kind))
    if len(current) > 1:
        ids = ", ".join(row.id for row in current)
        raise UsageError(_("several have the name {name}", name=name), _("say the id: {ids}", ids=ids))
    return values_of(kind, current[0])


def put(desk: Desk, kind: str, inputs: Mapping[str, Any], *, record: str = "", dry_run: bool = False) -> Outcome:
    """Add a record, or change what is given of the one with this name (for customers: this id).

    Raises UsageError for a view whose filter cannot be read.
    """
    given = dict(inputs)
    if kind == "view":
        parse(str(given.get("filter") or ""), sort=str(given.get("sort") or ""))
    if kind == "customer" and given.get("address"):
        given["address"] = str(given["address"]).strip().casefold()  # people write the same address in many ways
    return act(desk, Wish(kind, record or _unretired(desk, kind, given), "put", given), dry_run=dry_run)


def _unretired(desk: Desk, kind: str, inputs: Mapping[str, Any]) -> str:
    """Return the id of a record to be; a name that was retired is free again, but an engineer's acts are signed."""
    record = first = record_id(desk, kind, inputs)
    number = 0
    with desk.reading() as connection:
        while kind != "engineer" and (row := one(connection, kind, record)) is not None and row["state"] == "retired":
            number += 1
            record = derived_id(first, number)
    return record


def retire(desk: Desk, kind: str, name: str, why: str = "", *, dry_run: bool = False) -> Outcome:
    """Retire a record: it stays on record and can no longer be chosen."""
    inputs = {"why": why} if why else {}
    return act(desk, Wish(kind, show(desk, kind, name)["id"], "retire", inputs), dry_run=dry_run)


def record_id(desk: Desk, kind: str, inputs: Mapping[str, Any]) -> str:
    """Return the id of a record to be: the same for the same engineer, contract or view on every device."""
    name = str(inputs.get("name", ""))
    if kind == "engineer":
        return derived_id("engineer", name)
    if kind == "view":
        return derived_id("view", desk.actor.name, name)
    known = inputs.get("contract") or inputs.get("address") or inputs.get("phone") or ""
    return derived_id("customer", name, str(known))
