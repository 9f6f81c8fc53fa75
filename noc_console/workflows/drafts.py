"""What intake makes of untrusted input before any rule has seen it: frozen, typed drafts.

Pure values. A draft decides nothing; it must not know how its bytes were parsed, nor the store.
``to_json`` gives the shape that ``noc intake -o json`` prints as ``parsed``; contents of files stay out of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Literal

MailClass = Literal["bounce", "autoreply", "list"]


def instant_json(at: datetime | None) -> str | None:
    """Return an aware instant as JSON shows it: UTC with ``Z``."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z") if at else None


@dataclass(frozen=True, slots=True)
class Address:
    """A mailbox as its sender wrote it; the address may be empty where only a name was given."""

    name: str
    address: str

    def to_json(self) -> dict[str, object]:
        """Return the JSON shape."""
        return {"name": self.name, "address": self.address}


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came with a message. Its name is data, never a path; size in bytes."""

    name: str
    type: str
    size: int
    sha256: str
    content: bytes = field(repr=False)

    @classmethod
    def of(cls, name: str, media_type: str, content: bytes) -> Attachment:
        """Return an attachment with the size and the hash of its content."""
        return cls(name, media_type, len(content), sha256(content).hexdigest(), content)

    def to_json(self) -> dict[str, object]:
        """Return the JSON shape, without the content."""
        return {"name": self.name, "type": self.type, "size": self.size, "sha256": self.sha256}


@dataclass(frozen=True, slots=True)
class DeliveryStatus:
    """What a mail system says about one recipient (RFC 3464): the action in lower case, the status as ``5.1.1``."""

    recipient: str
    action: str
    status: str

    def to_json(self) -> dict[str, object]:
        """Return the JSON shape."""
        return {"recipient": self.recipient, "action": self.action, "status": self.status}


@dataclass(frozen=True, slots=True, kw_only=True)
class MailDraft:
    """One mail as understood; ``at`` is in UTC, ``None`` where the mail names no instant.

    ``text`` is all that can be read, ``new_text`` the same without quoted history; ``raw`` is the mail byte for byte.
    """

    subject: str
    from_: Address | None
    to: tuple[Address, ...]
    at: datetime | None
    message_id: str
    in_reply_to: str | None
    references: tuple[str, ...]
    text: str = field(repr=False)
    new_text: str = field(repr=False)
    html_only: bool
    charset: str | None
    class_: MailClass | None
    dsn: tuple[DeliveryStatus, ...]
    #: of the mail that a bounce or a receipt is about
    original_message_id: str | None = None
    attachments: tuple[Attachment, ...]
    alarm: Mapping[str, object] | None = None
    #: a program wrote it unasked (RFC 3834): it is read, and no program answers it
    automatic: bool = False
    raw: bytes = field(repr=False)
    raw_sha256: str

    def to_json(self) -> dict[str, object]:
        """Return the mail's ``parsed`` shape, without contents of files and without the raw mail."""
        return {
            "subject": self.subject,
            "from": self.from_.to_json() if self.from_ else None,
            "to": [address.to_json() for address in self.to],
            "at": instant_json(self.at),
            "message_id": self.message_id,
            "in_reply_to": self.in_reply_to,
            "references": list(self.references),
            "text": self.text,
            "new_text": self.new_text,
            "html_only": self.html_only,
            "charset": self.charset,
            "class": self.class_,
            "dsn": [status.to_json() for status in self.dsn],
            "original_message_id": self.original_message_id,
            "attachments": [attachment.to_json() for attachment in self.attachments],
            "alarm": dict(self.alarm) if self.alarm is not None else None,
        }


#: ITU-T X.733 perceivedSeverity, the gravest first; ``cleared`` is a state of an alarm here, not a severity.
Severity = Literal["critical", "major", "minor", "warning", "indeterminate"]
AlarmState = Literal["raised", "cleared"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmDraft:
    """One alarm as a machine reported it; ``object_`` is what it is about, instants are in UTC or ``None``.

    ``fingerprint`` is the same for each report of one condition on one object, raised or cleared: what a clear is
    matched by. ``probable_cause`` is a word of X.733 where the report names one or its name maps to one.
    """

    fingerprint: str
    name: str
    severity: Severity
    state: AlarmState
    object_: str | None
    source_ip: str | None = None
    raised_at: datetime | None = None
    cleared_at: datetime | None = None
    text: str = field(default="", repr=False)
    labels: Mapping[str, object] = field(default_factory=dict)
    probable_cause: str | None = None

    def to_json(self) -> dict[str, object]:
        """Return the alarm's ``parsed`` shape."""
        return {
            "fingerprint": self.fingerprint,
            "name": self.name,
            "severity": self.severity,
            "state": self.state,
            "object": self.object_,
            "source_ip": self.source_ip,
            "raised_at": instant_json(self.raised_at),
            "cleared_at": instant_json(self.cleared_at),
            "text": self.text,
            "labels": dict(self.labels),
            "probable_cause": self.probable_cause,
        }


@dataclass(frozen=True, slots=True)
class Quarantined:
    """Input that could not be understood, kept whole with its reason."""

    reason_code: str
    text: str
    raw: bytes = field(repr=False)
    sha256: str

    @classmethod
    def of(cls, reason_code: str, text: str, raw: bytes) -> Quarantined:
        """Return a quarantined input with the hash of its bytes."""
        return cls(reason_code, text, raw, sha256(raw).hexdigest())

    def to_json(self) -> dict[str, object]:
        """Return the JSON shape, without the bytes."""
        return {"reason_code": self.reason_code, "text": self.text, "size": len(self.raw), "sha256": self.sha256}
