"""The policy in force: the newest imported version, or the shipped one; importing, checking and showing it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from noc_console.store.tables import table
from noc_console.workflows.policy import Policy, from_data, load_default

if TYPE_CHECKING:
    from sqlalchemy import Connection


def current(connection: Connection, known: tuple[int, Policy] | None) -> tuple[int, Policy]:
    """Return the newest version's number and policy; ``known`` is given back where it is still the newest."""
    rows = table("policy")
    newest = connection.execute(select(func.max(rows.c.version))).scalar_one() or 0
    if known is not None and known[0] == newest:
        return known
    if not newest:
        return 0, load_default()
    body = connection.execute(select(rows.c.body).where(rows.c.version == newest)).scalar_one()
    return newest, from_data(json.loads(body))
