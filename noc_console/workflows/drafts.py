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


#: Statuses of TMF621 (v4 and v5): the words in which other systems' states are understood here.
TicketStatus = Literal[
    "acknowledged", "inProgress", "pending", "held", "resolved", "closed", "cancelled", "rejected"
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Party:
    """A person or organisation of a ticket; ``kind`` is the referred type as received, such as ``Individual``."""

    role: str
    kind: str
    id: str
    name: str
    contact: str = ""

    def to_json(self) -> dict[str, object]:
        """Return the JSON shape."""
        return {"role": self.role, "type": self.kind, "id": self.id, "name": self.name, "contact": self.contact}


@dataclass(frozen=True, slots=True)
class TicketNote:
    """A remark on a ticket, as its author made it."""

    at: datetime | None
    author: str
    text: str

    def to_json(self) -> dict[str, object]:
        """Return the JSON shape."""
        return {"at": instant_json(self.at), "author": self.author, "text": self.text}


@dataclass(frozen=True, slots=True)
class StatusChange:
    """One step of a ticket's history elsewhere; ``said`` is the status word as received."""

    at: datetime | None
    status: TicketStatus | None
    said: str
    reason: str

    def to_json(self) -> dict[str, object]:
        """Return the JSON shape."""
        return {"at": instant_json(self.at), "state": self.status, "status": self.said, "reason": self.reason}


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketDraft:
    """One ticket of another system as understood; instants are in UTC or ``None``, codes are ours or ``None``.

    ``said`` is what was received under the names of its format (for TMF621: ``name``, ``status``, ``note`` ...);
    status, severity and priority stand there in the sender's own words. A ``partial`` draft changes only what it names.
    ``labels`` is what was received and not understood. ``body`` is this one item as bytes, for the record.
    """

    external_id: str
    #: ids of other systems for the same ticket; one of them may be our own reference
    other_ids: tuple[str, ...] = ()
    subject: str
    symptom: str = field(repr=False)
    service_type: str = "fault"
    status: TicketStatus | None = None
    status_reason: str = ""
    grade: str | None = None
    created_at: datetime | None = None
    occurred_at: datetime | None = None
    changed_at: datetime | None = None
    wanted_at: datetime | None = None
    resolved_at: datetime | None = None
    parties: tuple[Party, ...] = ()
    objects: tuple[str, ...] = ()
    notes: tuple[TicketNote, ...] = ()
    history: tuple[StatusChange, ...] = ()
    related: tuple[tuple[str, str], ...] = ()
    files: tuple[Mapping[str, object], ...] = ()
    domain: str | None = None
    partial: bool = False
    #: what an event envelope says of itself; empty where there is none
    event: Mapping[str, object] = field(default_factory=dict)
    said: Mapping[str, object] = field(default_factory=dict, repr=False)
    labels: Mapping[str, object] = field(default_factory=dict)
    body: bytes = field(default=b"", repr=False)

    def to_json(self) -> dict[str, object]:
        """Return the ticket's ``parsed`` shape: what was received under its own names, and how it is understood."""
        return {
            **self.said,
            **({"eventType": self.event.get("eventType"), "eventId": self.event.get("eventId")} if self.event else {}),
            "external_id": self.external_id,
            "other_ids": list(self.other_ids),
            "subject": self.subject,
            "symptom": self.symptom,
            "service_type": self.service_type,
            "state": self.status,
            "status_reason": self.status_reason,
            "grade": self.grade,
            "domain": self.domain,
            "created_at": instant_json(self.created_at),
            "occurred_at": instant_json(self.occurred_at),
            "changed_at": instant_json(self.changed_at),
            "wanted_at": instant_json(self.wanted_at),
            "resolved_at": instant_json(self.resolved_at),
            "parties": [party.to_json() for party in self.parties],
            "objects": list(self.objects),
            "notes": [note.to_json() for note in self.notes],
            "history": [change.to_json() for change in self.history],
            "related": [{"type": kind, "id": name} for kind, name in self.related],
            "files": [dict(file) for file in self.files],
            "partial": self.partial,
            "event": dict(self.event) if self.event else None,
            "labels": dict(self.labels),
        }


@dataclass(frozen=True, slots=True)
class Quarantined:
    """Input that could not be understood, kept whole with its reason; ``parsed`` is what could be read of it."""

    reason_code: str
    text: str
    raw: bytes = field(repr=False)
    sha256: str
    parsed: Mapping[str, object] | None = None

    @classmethod
    def of(cls, reason_code: str, text: str, raw: bytes, parsed: Mapping[str, object] | None = None) -> Quarantined:
        """Return a quarantined input with the hash of its bytes."""
        return cls(reason_code, text, raw, sha256(raw).hexdigest(), parsed)

    def to_json(self) -> dict[str, object]:
        """Return the JSON shape, without the bytes."""
        return {"reason_code": self.reason_code, "text": self.text, "size": len(self.raw), "sha256": self.sha256}
