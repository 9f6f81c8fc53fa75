"""What the machine of quarantined inputs may look at: who has decided on an item, when, and which ticket it became."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, select

from noc_console.clock import from_ms
from noc_console.desk.rows import Values, one
from noc_console.store.journal import INTENT


def decided(connection: Connection, row: Values) -> tuple[Mapping[str, Any], ...]:
    """Return the decision on an item that is held no longer, if the journal has it: who, when, and the ticket's ref."""
    if row["state"] == "held":
        return ()
    acts = select(INTENT.c.actor, INTENT.c.occurred_ms).where(
        INTENT.c.root == row["id"], INTENT.c.record == row["id"], INTENT.c.event.in_(("take", "discard"))
    )
    last = connection.execute(acts.order_by(INTENT.c.hlc.desc()).limit(1)).one_or_none()
    if last is None:  # a journal that lost its entry; noc store verify says so
        return ()
    ticket = one(connection, "ticket", row["ticket"]) if row["ticket"] else None
    return (
        {"decided_by": last.actor, "decided_at": from_ms(last.occurred_ms), "ref": ticket["ref"] if ticket else None},
    )
