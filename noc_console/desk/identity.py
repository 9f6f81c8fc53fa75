"""Finds out who acts: an engineer of the store, or its first one. It must not decide what they may do."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from sqlalchemy import Connection, bindparam, func, select

from noc_console.desk.rows import Values, read_rows
from noc_console.errors import NotFound
from noc_console.i18n import _
from noc_console.store.canonical import derived_id
from noc_console.store.prepared import Prepared
from noc_console.store.tables import table
from noc_console.workflows.machine import Actor
from noc_console.workflows.policy_values import ROLES

if TYPE_CHECKING:
    from noc_console.desk.desk import Desk


def identify(desk: Desk, name: str) -> Actor:
    """Return the actor of that name with their roles. Raises NotFound naming the command that adds them.

    Nobody acts under the name of a rule or a timer. The first engineer of a store may refuse too (Refused).
    """
    rows = table("engineer")
    with desk.reading() as connection:
        roles = roles_of(connection, name)
        if roles:
            return Actor(name, roles)
        known = connection.execute(select(func.count()).select_from(rows)).scalar_one()
    if known:
        raise NotFound(
            _("{name} is not an engineer of this store", name=name),
            _("an admin adds them: noc engineer add {name} --roles engineer", name=name),
        )
    return _first_engineer(desk, name)


def roles_of(connection: Connection, name: str) -> frozenset[str] | None:
    """Return the roles that somebody holds now: none once retired, None for whom the register does not know."""
    row = engineer(connection, name)
    if row is None:
        return None
    return frozenset(row["roles"]) if row["state"] == "current" else frozenset()


def engineer(connection: Connection, name: str) -> Values | None:
    """Return what the register says of somebody, None where it does not know them."""
    found = read_rows(connection, "engineer", _by_name(), name=name)
    return found[0] if found else None


@cache
def _by_name() -> Prepared:
    rows = table("engineer")
    return Prepared(select(rows).where(rows.c.name == bindparam("name")))


def engineer_id(name: str) -> str:
    """Return the record id of an engineer: the same name is the same person on every device."""
    return derived_id("engineer", name)


def _first_engineer(desk: Desk, name: str) -> Actor:
    from noc_console.desk.act import Wish, act

    desk.actor = Actor(name, frozenset(ROLES))
    inputs = {"name": name, "roles": ROLES}
    act(
        desk,
        Wish("engineer", engineer_id(name), "put", inputs, intent_id=derived_id("first-engineer", desk.code, name)),
    )
    return desk.actor
