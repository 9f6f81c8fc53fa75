"""What requesters must be told and have not been: listed with its words, marked as told by hand, or discarded.

The words are those that it was queued with (``desk/wording.py``), in the customer's language (R19, R22, R38).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, select

from noc_console.clock import to_json
from noc_console.desk.act import Outcome, Wish, act
from noc_console.desk.rows import Values, begun, one, values_of
from noc_console.desk.wording import recipient_of, words_of
from noc_console.errors import NotFound
from noc_console.i18n import _
from noc_console.store.tables import table
from noc_console.workflows.policy import Policy

if TYPE_CHECKING:
    from noc_console.desk.desk import Desk


def page(desk: Desk, *, state: str = "pending", limit: int = 200) -> tuple[dict[str, Any], ...]:
    """Return messages of a state (``all`` for every one), oldest first, with recipient and words filled in."""
    rows = table("outbox")
    statement = select(rows).order_by(rows.c.created_at, rows.c.id).limit(limit)
    if state != "all":
        statement = statement.where(rows.c.state == state)
    policy = desk.policy()
    with desk.reading() as connection:
        found = [values_of("outbox", row) for row in connection.execute(statement)]
        return tuple(_filled(connection, item, policy) for item in found)


def show(desk: Desk, item: str) -> dict[str, Any]:
    """Return one message by its id, or by the beginning of it. Raises NotFound."""
    policy = desk.policy()
    with desk.reading() as connection:
        row = begun(connection, "outbox", item)
        if row is None:
            raise NotFound(_("there is no message {item}", item=item), _("noc outbox list --state all shows them"))
        return _filled(connection, row, policy)


def mark_sent(desk: Desk, item: str, inputs: Mapping[str, Any] | None = None, *, dry_run: bool = False) -> Outcome:
    """Record that somebody was told by hand: when, by whom."""
    return act(desk, Wish("outbox", show(desk, item)["id"], "mark_sent", inputs or {}), dry_run=dry_run)


def discard(desk: Desk, item: str, reason: str, *, dry_run: bool = False) -> Outcome:
    """Record that a message is not to be sent, and why."""
    return act(desk, Wish("outbox", show(desk, item)["id"], "discard", {"reason": reason}), dry_run=dry_run)


def _filled(connection: Connection, item: Values, policy: Policy) -> dict[str, Any]:
    ticket = one(connection, "ticket", item["record"]) or {}
    words = words_of(connection, item, ticket, policy)
    return {
        "id": item["id"],
        "ref": ticket.get("ref"),
        "state": item["state"],
        "template": item["template"],
        "channel": item["channel"],
        "to": recipient_of(item, ticket),
        "language": item["language"],
        "subject": words.subject,
        "text": words.text,
        "created_at": to_json(item["created_at"]),
        "sent_at": to_json(item["sent_at"]) if item["sent_at"] else None,
        "sent_by": item["sent_by"],
        "sent_how": item["sent_how"],
        "reason": item["reason"],
    }
