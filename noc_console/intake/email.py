"""A mail, from its bytes to a draft: headers, readable text, attachments, class and thread.

Understands whatever arrives, or says in one BadInput why it cannot. It must not touch the store or decide
what happens with a mail: that is the desk's.
"""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from typing import Final

from noc_console.errors import BadInput
from noc_console.i18n import _
from noc_console.intake.mail_body import Body, declared_charset, read_body
from noc_console.intake.mail_bounce import delivery_statuses, original_message_id
from noc_console.intake.mail_class import is_automatic, mail_class
from noc_console.intake.mail_dates import instant
from noc_console.intake.mail_headers import Fields
from noc_console.intake.mail_parts import read_parts
from noc_console.intake.mail_replies import without_quotes
from noc_console.intake.monitoring_mail import alarm_of
from noc_console.workflows.drafts import Address, MailDraft

MAX_MAIL: Final = 25 * 1024 * 1024
_EXPECTED: Final = (
    *("from", "to", "cc", "subject", "date", "message-id", "received", "content-type", "return-path", "sender"),
    *("delivered-to", "list-id", "mime-version", "reply-to"),
)
_OF_MAIL_ALONE: Final = ("message-id", "received", "return-path", "delivered-to", "list-id", "mime-version")


def parse(raw: bytes, *, limit: int = MAX_MAIL, where: str = "-") -> MailDraft:
    """Return a mail as a draft; BadInput, naming ``where``, if it is larger than ``limit`` bytes or is no mail."""
    if len(raw) > limit:
        raise BadInput(
            _("{where}: the mail is larger than the {limit} MiB taken", where=where, limit=limit // (1024 * 1024)),
            _("send large files another way and name them in the mail"),
        )
    mail = raw if b"\n" in raw else raw.replace(b"\r", b"\n")
    root = read_parts(mail, where)
    fields = replace(root.fields, charset=declared_charset(root))
    # a page of a site generator begins with YAML, where a title and a date look like a header
    expected = _EXPECTED if not mail[:200].lstrip().startswith((b"---\n", b"---\r\n")) else _OF_MAIL_ALONE
    if not any(fields.has(name) for name in expected):
        raise BadInput(
            _("{where}: this is no mail: it has no header", where=where),
            _("give a message as the mail system stored it (.eml, mbox, Maildir)"),
        )
    subject = fields.text("subject")
    body = read_body(root)
    kind = mail_class(root, fields, subject, body.text)
    in_reply_to = fields.ids("in-reply-to")
    draft = MailDraft(
        subject=subject,
        from_=_sender(fields),
        to=fields.addresses("to"),
        at=instant(fields.get("date")),
        message_id=next(iter(fields.ids("message-id")), "") or _content_id(fields, body),
        in_reply_to=in_reply_to[0] if in_reply_to else None,
        references=fields.ids("references"),
        text=body.text,
        new_text=without_quotes(body.text),
        html_only=body.html_only,
        charset=body.charset,
        class_=kind,
        original_message_id=original_message_id(root) if kind in ("bounce", "autoreply") else None,
        dsn=delivery_statuses(root, enclosed=kind == "bounce"),
        attachments=body.attachments,
        automatic=is_automatic(fields),
        raw=raw,
        raw_sha256=sha256(raw).hexdigest(),
    )
    alarm = alarm_of(draft)
    return replace(draft, alarm=alarm.to_json()) if alarm else draft


def _sender(fields: Fields) -> Address | None:
    """Return who wrote a mail; where the name comes without an address, with the one to answer to."""
    senders = fields.addresses("from") or fields.addresses("sender")
    addressed = next((sender for sender in senders if "@" in sender.address), None)
    if addressed is not None:
        return addressed
    answers = fields.addresses("reply-to")
    if not answers or (senders and senders[0].address):
        return senders[0] if senders else None
    return Address(senders[0].name, answers[0].address) if senders else answers[0]


def _content_id(fields: Fields, body: Body) -> str:
    """Return an id made of what was written, so that the same mail by another way is known again."""
    digest = sha256()
    for name in ("from", "to", "date", "subject"):
        digest.update(fields.get(name) + b"\0")
    digest.update(body.text.encode("utf-8"))
    for attachment in body.attachments:
        digest.update(bytes.fromhex(attachment.sha256))
    # RFC 2606: the domain exists nowhere, so the id cannot be a real one.
    return f"<{digest.hexdigest()}@content.invalid>"
