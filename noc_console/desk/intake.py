"""What comes in becomes a ticket, a message on one, or a quarantined item with its reason: nothing is lost.

A message and its original are kept in one transaction. It must not parse; ``intake/`` does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from noc_console.desk.act import Outcome, Wish, act_in
from noc_console.desk.alarm_mail import take_alarm
from noc_console.desk.intake_item import Action, IntakeItem, cut, hold, refusal
from noc_console.desk.mail_thread import MAX_ID, Thread, answers_itself, thread_of, undelivered
from noc_console.desk.ticket import kind_of
from noc_console.errors import BadInput, Refused
from noc_console.i18n import _
from noc_console.intake import email as mail
from noc_console.store import blobs
from noc_console.store.canonical import derived_id
from noc_console.store.engine import retried, writing
from noc_console.workflows.drafts import MailDraft
from noc_console.workflows.intake_events import MESSAGE_TEXT
from noc_console.workflows.ticket_inputs import CONTACT, REQUESTER, SUBJECT, SYMPTOM
from noc_console.workflows.ticket_sets import FINAL

if TYPE_CHECKING:
    from noc_console.desk.desk import Desk
    from noc_console.intake.raw_files import RawInput

#: A date in a mail's header is believed when it lies within this time; the pipeline may have been down for a weekend.
BELIEVED = timedelta(days=7)
#: Senders whom an acknowledgement would not reach.
_NOBODY = re.compile(r"(no|do-?not)[-_.]?reply\b|mailer-daemon@|post-?master@|bounces?[+@-]", re.IGNORECASE)
_HAN = re.compile("[\u4e00-\u9fff]")
_KANA_OR_HANGUL = re.compile("[\u3040-\u30ff\uac00-\ud7af]")


def one_mail(desk: Desk, found: RawInput, dry_run: bool) -> Iterator[IntakeItem]:
    """Take in one mail; one that cannot be taken is quarantined."""
    yield _one_mail(desk, found, dry_run)


def _one_mail(desk: Desk, found: RawInput, dry_run: bool) -> IntakeItem:
    source, index = found.source, found.index

    def held(code: str, text: str) -> IntakeItem:
        return hold(desk, "email", source, index, found.raw, code, text, dry_run=dry_run)

    try:
        draft = mail.parse(found.raw, where=f"{source}#{index}")
    except BadInput as error:
        return held("unreadable", str(error))

    known = known_already(desk, draft, found)
    if known is not None:
        return known

    def work() -> IntakeItem:
        with writing(desk.engine) as connection:
            item, _record = take_in(desk, connection, draft, source, index, dry_run=dry_run)
            if dry_run:
                connection.rollback()
            return item

    try:
        return retried(work)
    except (Refused, BadInput) as error:
        return held(*refusal(error))


def known_already(desk: Desk, draft: MailDraft, found: RawInput) -> IntakeItem | None:
    """Return the item of a mail that was taken in before, None for a new one.

    Asked without a lock: a folder that is read again and again must not keep those waiting who write.
    """
    with desk.reading() as connection:
        known = thread_of(connection, draft)
    if not known.duplicate:
        return None
    return _item(found.source, found.index, draft, known, known.ticket["ref"] if known.ticket else None)


def take_in(
    desk: Desk, connection: Connection, draft: MailDraft, source: str, index: int, *, dry_run: bool = False
) -> tuple[IntakeItem, str]:
    """Put a mail where it belongs, in the caller's transaction; return what became of it and the ticket's record id."""
    thread = thread_of(connection, draft)
    if draft.alarm is not None and not thread.duplicate and thread.ignored != "bounce":
        message = _message(desk, draft, blobs.keep(connection, draft.raw), "")
        for attachment in draft.attachments:
            blobs.keep(connection, attachment.content)
        return take_alarm(desk, connection, draft, source, index, message, dry_run=dry_run)
    outcome = None if thread.duplicate else _carry_out(desk, connection, draft, thread)
    born = outcome if outcome is None else next((cause for cause in outcome.causes if cause.event == "register"), None)
    if thread.ticket is not None and born is None:
        return _item(source, index, draft, thread, thread.ticket["ref"]), str(thread.ticket["id"])
    made = born or outcome
    ref = made.ref if made is not None and not dry_run else None
    opened = Thread(None, thread.duplicate, thread.ignored, "")
    return _item(source, index, draft, opened, ref), made.record if made is not None else ""


def _carry_out(desk: Desk, connection: Connection, draft: MailDraft, thread: Thread) -> Outcome | None:
    source = blobs.keep(connection, draft.raw)
    if thread.ignored:
        return _noted(desk, connection, draft, thread)
    for attachment in draft.attachments:
        blobs.keep(connection, attachment.content)
    if thread.ticket is not None:
        inputs = _message(desk, draft, source, thread.flagged)
        if not _answer_to(desk, connection, draft):
            inputs["no_answer"] = True
        return act_in(desk, connection, [Wish(kind_of(thread.ticket), thread.ticket["id"], "receive", inputs)])[0]
    record = derived_id("mail", draft.message_id, draft.raw_sha256)
    register = Wish("fault", record, "register", _registration(desk, connection, draft))
    receive = Wish("fault", record, "receive", _message(desk, draft, source, ""))
    return act_in(desk, connection, [register, receive])[0]


def _noted(desk: Desk, connection: Connection, draft: MailDraft, thread: Thread) -> Outcome | None:
    """Note a machine's word on its ticket; what came back was told nobody, whatever became of the ticket since."""
    if thread.ticket is None:
        return None
    text = _ignored_text(draft, thread.ignored)
    wishes = []
    if thread.ticket["state"] not in FINAL:
        wishes.append(Wish(kind_of(thread.ticket), thread.ticket["id"], "note", {"text": text}))
    came_back = undelivered(connection, draft) if thread.ignored == "bounce" else None
    if came_back is not None:
        wishes.append(Wish("outbox", came_back, "bounce", {"error": cut(text, 2_000)}))
    return act_in(desk, connection, wishes)[0] if wishes else None


def _registration(desk: Desk, connection: Connection, draft: MailDraft) -> dict[str, Any]:
    """Return what a mail says of a new matter; what R21 asks beyond it stays missing until somebody completes it."""
    subject = draft.subject.strip() or _first_line(draft.new_text) or _("(no subject)")
    text = draft.new_text or draft.text
    now = desk.now()
    fresh = draft.at is not None and timedelta(0) <= now - draft.at <= BELIEVED
    inputs = {
        "channel": "email" if desk.policy().channel("email") else "other",
        "subject": cut(subject, SUBJECT.max_length),
        "symptom": cut(text, SYMPTOM.max_length),
        "contact": _answer_to(desk, connection, draft),
        "requester": cut(draft.from_.name, REQUESTER.max_length) if draft.from_ else "",
        "language": language_of(f"{subject}\n{text}"),
        "received_at": draft.at if fresh else now,
        "source_channel": "email",
        "external_id": draft.message_id[:MAX_ID],
    }
    return {name: value for name, value in inputs.items() if value not in (None, "")}


def _answer_to(desk: Desk, connection: Connection, draft: MailDraft) -> str:
    """Return whom to answer, nobody where the answer to our answer would be the next mail."""
    channel, sender = desk.policy().channel("email"), _answerable(draft)
    loops = sender and answers_itself(connection, draft, channel.contact if channel else "", desk.now())
    return "" if loops else sender


def _answerable(draft: MailDraft) -> str:
    """Return whom to answer; nobody where that would go to all readers of a list, to a machine, or round in a loop."""
    address = draft.from_.address if draft.from_ else ""
    closed = draft.class_ is not None or draft.automatic or _NOBODY.search(address) or len(address) > CONTACT.max_length
    return "" if closed else address


def language_of(text: str) -> str | None:
    """Return ``zh`` for a text with Chinese characters and no others of East Asia, None where nobody can tell."""
    return "zh" if _HAN.search(text) and not _KANA_OR_HANGUL.search(text) else None


def _message(desk: Desk, draft: MailDraft, source: str, flagged: str) -> dict[str, Any]:
    inputs = {
        "channel": "email",
        "at": min(draft.at, desk.now()) if draft.at else desk.now(),
        "sender": cut(draft.from_.address, 1_000) if draft.from_ else "",
        "recipient": ", ".join(address.address for address in draft.to)[:1_000],
        "subject": cut(draft.subject, 1_000),
        "text": cut(draft.text, MESSAGE_TEXT.max_length),
        "message_id": draft.message_id[:MAX_ID],
        "source": source,
        "flagged": flagged,
        "attachments": tuple(attachment.to_json() for attachment in draft.attachments),
    }
    return {name: value for name, value in inputs.items() if value not in (None, "", ())}


def _item(source: str, index: int, draft: MailDraft, thread: Thread, ref: str | None) -> IntakeItem:
    action: Action = "opened"
    reason: str | None = None
    if thread.duplicate:
        action, reason = "duplicate", _("this mail was taken in before")
    elif thread.ignored == "bounce":
        action, reason = "ignored", _("a bounce is not answered")
    elif thread.ignored:
        action, reason = "ignored", _("an automatic reply is not answered")
    elif thread.ticket is not None:
        action, reason = "appended", thread.flagged or None
    kind = None if action != "opened" and ref is None else "ticket"
    return IntakeItem(source, index, action, kind, ref, reason, draft.to_json())


def _ignored_text(draft: MailDraft, why: str) -> str:
    said = "; ".join(f"{status.recipient} {status.action} {status.status}" for status in draft.dsn)
    sender = draft.from_.address if draft.from_ else "?"
    word = (
        _("Bounce from {sender}", sender=sender)
        if why == "bounce"
        else _("Automatic reply from {sender}", sender=sender)
    )
    return _("{label}: {text}", label=word, text=said or draft.subject)


def _first_line(text: str) -> str:
    return next((line.strip() for line in text.splitlines() if line.strip()), "")
