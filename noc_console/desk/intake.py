"""What comes in becomes a ticket, a message on one, or a quarantined item with its reason: nothing is lost.

One transaction a message, with its original kept in the same one. It must not parse; ``intake/`` does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, or_, select

from noc_console.desk.act import Outcome, Wish, act_in
from noc_console.desk.rows import Values, values_of
from noc_console.desk.ticket import kind_of
from noc_console.errors import BadInput, Refused
from noc_console.i18n import _
from noc_console.intake import email as mail
from noc_console.intake.mail_files import messages
from noc_console.store import blobs
from noc_console.store.canonical import derived_id
from noc_console.store.engine import retried, writing
from noc_console.store.tables import table
from noc_console.workflows.drafts import MailDraft
from noc_console.workflows.reasons import say
from noc_console.workflows.ticket_inputs import SUBJECT, SYMPTOM

if TYPE_CHECKING:
    from noc_console.desk.desk import Desk

#: A date in a mail's header is believed when it lies within this time; the pipeline may have been down for a weekend.
BELIEVED = timedelta(days=7)
_REF = re.compile(r"\[([0-9A-Z]{1,8}-[0-9]{1,12})\]")


@dataclass(frozen=True, slots=True)
class IntakeItem:
    """What became of one message of an input."""

    source: str
    index: int
    action: str
    kind: str | None
    ref: str | None
    reason: str | None
    parsed: dict[str, Any] | None

    def json(self) -> dict[str, Any]:
        """Return the item in the shape of ``noc intake -o json``."""
        return {name: getattr(self, name) for name in ("source", "index", "action", "kind", "ref", "reason", "parsed")}


def email(desk: Desk, sources: Iterable[str], *, dry_run: bool = False) -> Iterator[IntakeItem]:
    """Take in mails from files, folders, mbox or standard input (``-``), in input order.

    Raises BadInput for a source that cannot be read at all; a mail that cannot be is quarantined.
    """
    intake = desk.as_service("intake", "mail")
    for source in sources:
        for found in messages(source):
            yield _one_mail(intake, found.source, found.index, found.raw, dry_run)


def _one_mail(desk: Desk, source: str, index: int, raw: bytes, dry_run: bool) -> IntakeItem:
    try:
        draft = mail.parse(raw, where=f"{source}#{index}")
    except BadInput as error:
        return _quarantine(desk, source, index, raw, "unreadable", str(error), dry_run)
    parsed = draft.to_json()

    def work() -> IntakeItem:
        with writing(desk.engine) as connection:
            decision = _decide(connection, draft)
            outcome = None if decision.duplicate else _carry_out(desk, connection, draft, decision)
            if dry_run:
                connection.rollback()
            return _item(source, index, parsed, decision, outcome, dry_run)

    try:
        return retried(work)
    except Refused as refused:
        reason = "; ".join(say(reason)[0] for reason in refused.reasons)
        return _quarantine(desk, source, index, raw, refused.reasons[0].code, reason, dry_run)


@dataclass(frozen=True, slots=True)
class _Decision:
    """What a mail is to this store: known already, for a ticket, not to be answered, from somebody unknown."""

    ticket: Values | None
    duplicate: bool
    ignored: str
    flagged: str


def _decide(connection: Connection, draft: MailDraft) -> _Decision:
    rows = table("message")
    known = select(rows).where(or_(rows.c.message_id == draft.message_id, rows.c.source == draft.raw_sha256)).limit(1)
    same = connection.execute(known).one_or_none()
    if same is not None:
        return _Decision(_ticket(connection, same.record), True, "", "")
    ticket = _answered(connection, draft)
    ignored = draft.class_ if draft.class_ in ("bounce", "autoreply") else ""
    flagged = "unknown_sender" if ticket is not None and not _is_known(connection, ticket, draft) else ""
    return _Decision(ticket, False, ignored or "", flagged)


def _answered(connection: Connection, draft: MailDraft) -> Values | None:
    """Find the ticket that a mail answers: by the ids that it refers to, else by a reference in its subject."""
    rows = table("message")
    ids = [id_ for id_ in (draft.in_reply_to, *reversed(draft.references)) if id_][:50]
    found = (
        connection.execute(select(rows.c.record).where(rows.c.message_id.in_(ids)).limit(1)).one_or_none()
        if ids
        else None
    )
    if found is not None:
        return _ticket(connection, found.record)
    tickets = table("ticket")
    for ref in _REF.findall(draft.subject):
        row = connection.execute(select(tickets).where(tickets.c.ref == ref)).one_or_none()
        if row is not None:
            return values_of("ticket", row)
    return None


def _is_known(connection: Connection, ticket: Values, draft: MailDraft) -> bool:
    address = draft.from_.address.casefold() if draft.from_ else ""
    if not address:
        return False
    if (ticket["address"] or "").casefold() == address:
        return True
    rows = table("message")
    senders = connection.execute(select(rows.c.sender, rows.c.recipient).where(rows.c.record == ticket["id"]))
    return any(address in ((row.sender or "").casefold(), (row.recipient or "").casefold()) for row in senders)


def _carry_out(desk: Desk, connection: Connection, draft: MailDraft, decision: _Decision) -> Outcome | None:
    source = blobs.keep(connection, draft.raw)
    if decision.ignored:
        if decision.ticket is None or decision.ticket["state"] in ("archived", "merged", "cancelled", "rejected"):
            return None
        text = _ignored_text(draft, decision.ignored)
        intent_id = derived_id("ignored-mail", decision.ticket["id"], draft.raw_sha256)
        wish = Wish(kind_of(decision.ticket), decision.ticket["id"], "note", {"text": text}, intent_id=intent_id)
        return act_in(desk, connection, [wish])[0]
    for attachment in draft.attachments:
        blobs.keep(connection, attachment.content)
    if decision.ticket is not None:
        inputs = _message(desk, draft, source, decision.flagged)
        return act_in(desk, connection, [Wish(kind_of(decision.ticket), decision.ticket["id"], "receive", inputs)])[0]
    record = derived_id("mail", draft.message_id, draft.raw_sha256)
    register = Wish("fault", record, "register", _registration(desk, draft))
    receive = Wish("fault", record, "receive", _message(desk, draft, source, ""))
    return act_in(desk, connection, [register, receive])[0]


def _registration(desk: Desk, draft: MailDraft) -> dict[str, Any]:
    """Return what a mail says of a new matter; what R21 asks beyond it stays missing until somebody completes it."""
    subject = draft.subject.strip() or _first_line(draft.new_text) or _("(no subject)")
    # a list is not answered: that would send an acknowledgement to all its readers
    contact = draft.from_.address if draft.from_ and draft.class_ != "list" else ""
    now = desk.now()
    fresh = draft.at is not None and timedelta(0) <= now - draft.at <= BELIEVED
    inputs = {
        "channel": "email" if desk.policy().channel("email") else "other",
        "subject": _cut(subject, SUBJECT.max_length),
        "symptom": _cut(draft.new_text or draft.text, SYMPTOM.max_length),
        "contact": contact,
        "requester": draft.from_.name if draft.from_ else "",
        "received_at": draft.at if fresh else now,
        "source_channel": "email",
        "external_id": _cut(draft.message_id, 400),
    }
    return {name: value for name, value in inputs.items() if value not in (None, "")}


def _message(desk: Desk, draft: MailDraft, source: str, flagged: str) -> dict[str, Any]:
    inputs = {
        "channel": "email",
        "at": min(draft.at, desk.now()) if draft.at else desk.now(),
        "sender": draft.from_.address if draft.from_ else "",
        "recipient": ", ".join(address.address for address in draft.to)[:1_000],
        "subject": draft.subject,
        "text": draft.text,
        "message_id": draft.message_id,
        "source": source,
        "flagged": flagged,
        "attachments": tuple(attachment.to_json() for attachment in draft.attachments),
    }
    return {name: value for name, value in inputs.items() if value not in (None, "", ())}


def _item(
    source: str, index: int, parsed: dict[str, Any], decision: _Decision, outcome: Outcome | None, dry_run: bool
) -> IntakeItem:
    ref = decision.ticket["ref"] if decision.ticket else None
    if decision.duplicate:
        return IntakeItem(source, index, "duplicate", "ticket", ref, _("this mail was taken in before"), parsed)
    if decision.ignored:
        reason = (
            _("a bounce is not answered") if decision.ignored == "bounce" else _("an automatic reply is not answered")
        )
        return IntakeItem(source, index, "ignored", "ticket" if ref else None, ref, reason, parsed)
    if decision.ticket is not None:
        return IntakeItem(source, index, "appended", "ticket", ref, decision.flagged or None, parsed)
    opened = outcome.ref if outcome and not dry_run else None
    return IntakeItem(source, index, "opened", "ticket", opened, None, parsed)


def _quarantine(desk: Desk, source: str, index: int, raw: bytes, code: str, text: str, dry_run: bool) -> IntakeItem:
    digest = sha256(raw).hexdigest()
    record = derived_id("quarantine", digest, index)
    inputs = {
        "channel": "email",
        "source": _cut(source, 1_000),
        "position": index,
        "reason": code,
        "text": text,
        "sha256": digest,
    }

    def work() -> str:
        with writing(desk.engine) as connection:
            rows = table("quarantine")
            if connection.execute(select(rows.c.id).where(rows.c.id == record)).one_or_none() is not None:
                return "duplicate"
            if not dry_run:
                blobs.keep(connection, raw)
                act_in(desk, connection, [Wish("quarantine", record, "hold", inputs)])
            return "quarantined"

    return IntakeItem(source, index, retried(work), None, None, text, None)


def _ignored_text(draft: MailDraft, why: str) -> str:
    said = "; ".join(f"{status.recipient} {status.action} {status.status}" for status in draft.dsn)
    sender = draft.from_.address if draft.from_ else "?"
    word = (
        _("Bounce from {sender}", sender=sender)
        if why == "bounce"
        else _("Automatic reply from {sender}", sender=sender)
    )
    return f"{word}: {said or draft.subject}"


def _ticket(connection: Connection, record: str) -> Values | None:
    tickets = table("ticket")
    row = connection.execute(select(tickets).where(tickets.c.id == record)).one_or_none()
    return values_of("ticket", row) if row is not None else None


def _first_line(text: str) -> str:
    return next((line.strip() for line in text.splitlines() if line.strip()), "")


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"
