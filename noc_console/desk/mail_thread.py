"""Finds where a mail belongs: known already, an answer on a ticket, a machine's word, or a new matter.

It only reads; what is done with the answer is ``intake.py``'s.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, select

from noc_console.clock import to_ms
from noc_console.desk.rows import Values, one, values_of
from noc_console.store import blobs
from noc_console.store.tables import table
from noc_console.workflows.drafts import MailDraft
from noc_console.workflows.ticket_sets import FINAL

#: Ids that a mail names are looked at so far; a forged mail names thousands.
MOST_IDS = 50
#: What a message's id and an external id are cut to.
MAX_ID = 400
#: An address that opened so many matters within this time is taken for a program that answers acknowledgements.
MOST_OPENED, OPENED_WITHIN = 10, timedelta(hours=1)
#: Tickets that are looked at for this, the newest first.
_NEWEST = 200
#: A mail system quotes the mail that it returns near the top of its own words.
_QUOTED = 4_000
#: So much of two texts is compared, and so much of the shorter has to be in the longer.
_COMPARED, _BEGINNING = 4_000, 200
_REF = re.compile(r"\[([0-9A-Z]{1,8}-[0-9]{1,12})\]")


@dataclass(frozen=True, slots=True)
class Thread:
    """What a mail is to this store; ``ticket`` is None for a new matter, ``ignored`` says why nobody answers it."""

    ticket: Values | None
    duplicate: bool
    ignored: str
    flagged: str


def thread_of(connection: Connection, draft: MailDraft) -> Thread:
    """Find where a mail belongs.

    Programs that watch put one Message-ID on many mails. Their mails are known by their bytes here, and by what they
    say of their alarm where that is taken in: a recovery is never lost.
    """
    same = _same_mail(connection, draft)
    if same is not None:
        return Thread(one(connection, "ticket", same.record), True, "", "")
    ticket = _answered(connection, draft)
    ignored = draft.class_ if draft.class_ in ("bounce", "autoreply") else None
    if ignored is not None:
        return Thread(ticket, blobs.has(connection, draft.raw_sha256), ignored, "")
    ticket = _living(connection, ticket) if ticket is not None else None
    flagged = "unknown_sender" if ticket is not None and not _is_known(connection, ticket, draft) else ""
    return Thread(ticket, False, "", flagged)


def _same_mail(connection: Connection, draft: MailDraft) -> Row[Any] | None:
    """Return the message that is this mail, by the same way or another."""
    rows = table("message")
    same = connection.execute(select(rows).where(rows.c.source == draft.raw_sha256).limit(1)).one_or_none()
    if same is not None or draft.alarm is not None:
        return same
    named = select(rows).where(rows.c.message_id == draft.message_id[:MAX_ID]).limit(MOST_IDS)
    return next((row for row in connection.execute(named) if _says_the_same(row, draft)), None)


def _says_the_same(row: Row[Any], draft: MailDraft) -> bool:
    """Tell whether a mail of one Message-ID is the one that is kept, as a list or a gateway may have changed it.

    Scripts and devices put one id on all their mails. Where neither the subject nor the words are those that are kept,
    nothing but the id speaks for it, and a matter would be lost.
    """
    return _holds(row.subject, draft.subject) or _holds(row.text, draft.text)


def _holds(kept: str | None, said: str) -> bool:
    """Tell whether one text is in the other, as far as a beginning tells."""
    one_text, other = (" ".join((text or "")[:_COMPARED].split()).casefold() for text in (kept, said))
    shorter, longer = sorted((one_text, other), key=len)
    return shorter[:_BEGINNING] in longer if shorter else not longer


def _answered(connection: Connection, draft: MailDraft) -> Values | None:
    """Find the ticket that a mail answers: by the ids that it refers to, the nearest first, else by its subject."""
    rows = table("message")
    said = (draft.in_reply_to, draft.original_message_id, *reversed(draft.references))
    ids = [named[:MAX_ID] for named in said if named][:MOST_IDS]
    if ids:
        named = select(rows.c.message_id, rows.c.record).where(rows.c.message_id.in_(ids))
        found = {row.message_id: row.record for row in connection.execute(named)}
        waiting = table("outbox")  # one that is in doubt is no message of its ticket yet, but may be answered
        asked = select(waiting.c.message_id, waiting.c.record).where(waiting.c.message_id.in_(ids))
        found = {row.message_id: row.record for row in connection.execute(asked)} | found
        nearest = next((found[named] for named in ids if named in found), None)
        if nearest is not None:
            return one(connection, "ticket", nearest)
    tickets = table("ticket")
    # A bounce is only noted, so a reference in what it quotes may be believed.
    said_in = f"{draft.subject}\n{draft.text[:_QUOTED]}" if draft.class_ == "bounce" else draft.subject
    for ref in _REF.findall(said_in)[:MOST_IDS]:
        row = connection.execute(select(tickets).where(tickets.c.ref == ref)).one_or_none()
        if row is not None:
            return values_of("ticket", row)
    return None


def undelivered(connection: Connection, draft: MailDraft) -> str | None:
    """Return the message of the outbox that a bounce says was not delivered, None for one that is only late."""
    if draft.dsn and not any(status.action == "failed" for status in draft.dsn):
        return None
    rows = table("outbox")
    ids = [named for named in (draft.original_message_id, draft.in_reply_to, *draft.references) if named][:MOST_IDS]
    ours = select(rows.c.id).where(rows.c.message_id.in_(ids), rows.c.state.in_(("sent", "in_doubt"))).limit(1)
    return connection.execute(ours).scalar_one_or_none()


def answers_itself(connection: Connection, draft: MailDraft, ours: str, now: datetime) -> bool:
    """Tell whether an answer to this mail would come back as the next one: from ourselves, or from a program.

    ``ours`` is the address that customers write to. Two desks that acknowledge each other's acknowledgements would
    open tickets for ever.
    """
    sender = draft.from_.address.casefold() if draft.from_ else ""
    if sender in {ours.casefold(), *(address.address.casefold() for address in draft.to)}:
        return True
    tickets = table("ticket")
    newest = select(tickets.c.address, tickets.c.registered_at).order_by(tickets.c.number.desc()).limit(_NEWEST)
    since = to_ms(now - OPENED_WITHIN)
    opened = sum(
        (row.address or "").casefold() == sender and row.registered_at >= since for row in connection.execute(newest)
    )
    return bool(opened >= MOST_OPENED)


def _living(connection: Connection, ticket: Values) -> Values:
    """Go on from a merged ticket to its target, and from an ended one to the ticket that follows it, if there is one.

    A customer who writes three times on an archived matter opens one new ticket, not three.
    """
    seen = {ticket["id"]}
    while ticket["state"] in FINAL:
        merged = one(connection, "ticket", ticket["merged_into"]) if ticket["merged_into"] else None
        after = merged or _follower(connection, ticket["id"])
        if after is None or after["id"] in seen:
            return ticket
        seen.add(after["id"])
        ticket = after
    return ticket


def _follower(connection: Connection, record: str) -> Values | None:
    tickets, links = table("ticket"), table("link")
    statement = (
        select(tickets)
        .join(links, links.c.record == tickets.c.id)
        .where(links.c.other == record, links.c.type == "follows")
        .order_by(tickets.c.number.desc())
        .limit(1)
    )
    row = connection.execute(statement).one_or_none()
    return values_of("ticket", row) if row is not None else None


def _is_known(connection: Connection, ticket: Values, draft: MailDraft) -> bool:
    address = draft.from_.address.casefold() if draft.from_ else ""
    return bool(address) and address in _correspondents(connection, ticket)


def _correspondents(connection: Connection, ticket: Values) -> set[str]:
    """Return the addresses that have had to do with a ticket: the requester's, the register's, and the thread's."""
    customer = one(connection, "customer", ticket["customer"]) if ticket["customer"] else None
    return {
        address.strip().casefold()
        for said in (ticket["address"], customer and customer["address"], *_thread(connection, ticket["id"]))
        for address in (said or "").split(",")
    }


def _thread(connection: Connection, record: str) -> Iterator[str | None]:
    messages, outbox = table("message"), table("outbox")
    written = select(messages.c.sender, messages.c.recipient).where(messages.c.record == record)
    for row in connection.execute(written):
        yield from row
    yield from connection.execute(select(outbox.c.recipient).where(outbox.c.record == record)).scalars()
