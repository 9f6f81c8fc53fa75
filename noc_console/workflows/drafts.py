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
            "at": self.at.astimezone(UTC).isoformat().replace("+00:00", "Z") if self.at else None,
            "message_id": self.message_id,
            "in_reply_to": self.in_reply_to,
            "references": list(self.references),
            "text": self.text,
            "new_text": self.new_text,
            "html_only": self.html_only,
            "charset": self.charset,
            "class": self.class_,
            "dsn": [status.to_json() for status in self.dsn],
            "attachments": [attachment.to_json() for attachment in self.attachments],
            "alarm": dict(self.alarm) if self.alarm is not None else None,
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
