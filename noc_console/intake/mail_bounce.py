"""What a bounce says: of each recipient, and which mail it is about. It must not judge whether a mail is a bounce."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from noc_console.errors import BadInput
from noc_console.intake.mail_headers import Fields, read_fields
from noc_console.intake.mail_parts import Part, read_parts
from noc_console.text import clean
from noc_console.workflows.drafts import DeliveryStatus

_REPORTS: Final = ("message/delivery-status", "message/global-delivery-status")
_RETURNED: Final = ("message/rfc822", "message/global", "text/rfc822-headers", "message/global-headers")
_STATUS: Final = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
_BLANK_LINES: Final = re.compile(rb"(?:\r?\n){2,}")
_REPORT_BYTES: Final = 262_144
# A mail system of the time before MIME put the mail that it returned, or its header, below its own words.
_MESSAGE_ID: Final = re.compile(
    rb"^[ \t>|]{0,8}(?:X-)?(?:Original-)?Message-ID[ \t]{0,8}:\s{0,8}(<[^<>\s]{1,998}>)", re.IGNORECASE | re.MULTILINE
)
_SEARCHED: Final = 1_048_576


def original_message_id(root: Part) -> str | None:
    """Return the Message-ID of the mail that a bounce or a receipt is about, ``None`` where it is not told."""
    for part in root.walk():
        if part.type in _RETURNED and not part.children:
            content = part.content()[:_SEARCHED].lstrip()
            fields, _end = read_fields(content, 0, len(content))
            named = fields.ids("message-id")
            if named:
                return named[0]
    found = _MESSAGE_ID.search(root.mail, root.start, min(root.end, root.start + _SEARCHED))
    return clean(found.group(1).decode("utf-8", "replace")) if found else None


def delivery_statuses(root: Part, *, enclosed: bool = False) -> tuple[DeliveryStatus, ...]:
    """Return what the mail systems say of each recipient (RFC 3464, 2.3).

    ``enclosed`` looks into the mails inside too, where a mail system passes on the report of another.
    """
    reports = [part for part in root.walk() if part.type in _REPORTS]
    if not reports and enclosed:
        reports = [part for part in _enclosed(root) if part.type in _REPORTS]
    found = [status for report in reports for status in _statuses(report.content())]
    if not found:
        # Exim says it in a field of its own.
        failed = (one.address for one in root.fields.addresses("x-failed-recipients"))
        found = [DeliveryStatus(address, "failed", "") for address in failed if address]
    return tuple(dict.fromkeys(found))


def _enclosed(root: Part) -> Iterator[Part]:
    """Yield the parts of the mails inside a mail."""
    for part in root.walk():
        if part.type == "message/rfc822" and not part.children:
            try:
                yield from read_parts(part.content(), part.type).walk()
            except BadInput:
                # More parts than anybody could read.
                continue


def _statuses(report: bytes) -> Iterator[DeliveryStatus]:
    """Yield the recipients of one report; blank lines part them."""
    for block in _BLANK_LINES.split(report[:_REPORT_BYTES].lstrip(b"\r\n")):
        fields, _end = read_fields(block, 0, len(block))
        recipient = _recipient(fields, "final-recipient") or _recipient(fields, "original-recipient")
        if recipient:
            action = fields.text("action").lower().split(" ", 1)[0]
            status = _STATUS.search(fields.text("status"))
            yield DeliveryStatus(recipient, action, status.group() if status else "")


def _recipient(fields: Fields, name: str) -> str:
    """Return the address of a typed recipient: ``rfc822; user@example.net``."""
    value = fields.text(name)
    return clean(value.split(";", 1)[-1]).strip(" <>")
