"""What requesters must be told and have not been: listed with its words, marked as told by hand, or discarded.

The words are those that it was queued with (``desk/wording.py``), in the customer's language (R19, R22, R38).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, select

from noc_console.clock import to_json
from noc_console.desk.act import Outcome, Wish, act
from noc_console.desk.retold import OUTBOX, retold
from noc_console.desk.rows import Values, begun, one, values_of
from noc_console.desk.wording import recipient_of, words_of
from noc_console.errors import NotFound
from noc_console.i18n import _
from noc_console.store.tables import table
from noc_console.workflows.outbox import STUCK, WAITING
from noc_console.workflows.policy import Policy

if TYPE_CHECKING:
    from noc_console.desk.desk import Desk


#: A mail's id that can stand in a header of ours.
_ID = re.compile(r"<[!-;=?-~]{1,400}>")


def page(desk: Desk, *, state: str = "open", limit: int | None = 200) -> tuple[dict[str, Any], ...]:
    """Return messages of a state, oldest first, with recipient and words filled in.

    ``open`` are those that still want something, first what only a person can settle; ``all`` every one.
    """
    rows = table("outbox")
    statement = select(rows).limit(limit)
    if state == "open":
        statement = statement.where(rows.c.state.in_(WAITING)).order_by(rows.c.state.not_in(STUCK))
    elif state != "all":
        statement = statement.where(rows.c.state == state)
    statement = statement.order_by(rows.c.created_at, rows.c.id)
    policy = desk.policy()
    with desk.reading() as connection:
        found = [values_of("outbox", row) for row in connection.execute(statement)]
        return tuple(_filled(connection, item, policy) for item in retold(connection, found, OUTBOX, root="record"))


def show(desk: Desk, item: str) -> dict[str, Any]:
    """Return one message by its id, or by the beginning of it. Raises NotFound."""
    policy = desk.policy()
    with desk.reading() as connection:
        row = begun(connection, "outbox", item)
        if row is None:
            raise NotFound(_("there is no message {item}", item=item), _("noc outbox list --state all shows them"))
        (told,) = retold(connection, [row], OUTBOX, root="record")
        return _filled(connection, told, policy)


def mark_sent(desk: Desk, item: str, inputs: Mapping[str, Any] | None = None, *, dry_run: bool = False) -> Outcome:
    """Record that somebody was told by hand: when, by whom."""
    return act(desk, Wish("outbox", show(desk, item)["id"], "mark_sent", inputs or {}), dry_run=dry_run)


def discard(desk: Desk, item: str, reason: str, *, dry_run: bool = False) -> Outcome:
    """Record that a message is not to be sent, and why."""
    return act(desk, Wish("outbox", show(desk, item)["id"], "discard", {"reason": reason}), dry_run=dry_run)


def answered_by(desk: Desk, item: str) -> str | None:
    """Return the id of the newest mail from the requester on the ticket of a message: what our mail answers."""
    rows, waiting = table("message"), table("outbox")
    newest = (
        select(rows.c.message_id)
        .join(waiting, waiting.c.record == rows.c.record)
        .where(
            waiting.c.id == item, rows.c.direction == "in", rows.c.channel == "email", rows.c.message_id.is_not(None)
        )
        .order_by(rows.c.at.desc())
        .limit(1)
    )
    with desk.reading() as connection:
        found = connection.execute(newest).scalar_one_or_none()
    return found if found and _ID.fullmatch(found) else None


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
        "tries": item["tries"] or 0,
        "tried_at": to_json(item["tried_at"]) if item["tried_at"] else None,
        "next_try_at": to_json(item["next_try_at"]) if item["next_try_at"] else None,
        "error": item["error"],
        "message_id": item["message_id"],
    }
