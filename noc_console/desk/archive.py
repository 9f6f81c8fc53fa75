"""The archive bundle of a ticket (R45): its whole record with its journal, and the checksum that closes it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, select

from noc_console.store.canonical import digest
from noc_console.store.journal import BODY, INTENT, VERDICT
from noc_console.workflows.machine import Event

if TYPE_CHECKING:
    from noc_console.desk.act import Wish
    from noc_console.desk.desk import Desk


def sealed(connection: Connection, event: Event, wish: Wish) -> Wish:
    """Give the act that archives a ticket the checksum over all that came before it; any other wish as it is."""
    if event.name != "archive":
        return wish
    return replace(wish, inputs={**wish.inputs, "digest": checksum(connection, wish.record)})


def checksum(connection: Connection, record: str) -> str:
    """Return SHA-256 over the digests of a record's intents and verdicts before its archiving, in their order."""
    rows = connection.execute(_journal(record).where(INTENT.c.event != "archive"))
    return digest(*(part for row in rows for part in (row.digest, row.hub_digest)))


def bundle(desk: Desk, ref: str) -> dict[str, Any]:
    """Return everything there is about a ticket, with its checksum; each intent proves itself by its own digest."""
    from noc_console.desk.ticket_view import show

    view = show(desk, ref)
    with desk.reading() as connection:
        rows = [dict(row._mapping) for row in connection.execute(_journal(view.row["id"]))]
        total = checksum(connection, view.row["id"])
    for row in rows:
        row["salt"] = row["salt"].hex() if row["salt"] is not None else None
        row["body"] = json.loads(row["body"]) if row["body"] is not None else None
    return {"ticket": view.json(), "journal": rows, "checksum": total, "archived": view.row["archive_digest"]}


def _journal(record: str) -> Any:
    columns = (INTENT, BODY.c.salt, BODY.c.body, VERDICT.c.hub_seq, VERDICT.c.verdict, VERDICT.c.effects)
    joined = select(*columns, VERDICT.c.hub_digest).join(VERDICT, VERDICT.c.intent_id == INTENT.c.intent_id)
    outer = joined.outerjoin(BODY, BODY.c.intent_id == INTENT.c.intent_id)
    return outer.where(INTENT.c.record == record).order_by(VERDICT.c.hub_seq)
