"""Rows of a ticket: written by applying effects only, rebuilt from the journal at any time.

Instants are whole UTC milliseconds (columns ending in ``_at``, ``_due``, ``_until``, ``_start``, ``_end``);
lists and mappings are canonical JSON text (columns listed in ``store/tables.py``).
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, String, text
from sqlmodel import Field, SQLModel


def _instant() -> object:
    return Field(default=None, sa_column=Column(BigInteger, nullable=True))


def _of_filled(name: str, *columns: str, filled: str) -> Index:
    """Return an index of the rows that have a value in a column that is mostly empty."""
    where = text(f"{filled} IS NOT NULL")
    return Index(name, *columns, sqlite_where=where, postgresql_where=where)


class TicketRow(SQLModel, table=True):
    """A fault or a request; one row holds all that a list, a clock and a guard look at."""

    __tablename__ = "ticket"
    __table_args__ = (
        Index("ticket_by_due", "open", "next_due", "id"),
        Index("ticket_by_number", "number"),
        Index("ticket_by_state", "state", "next_due", "id"),
        Index("ticket_by_owner", "owner", "open", "next_due", "id"),
        _of_filled("ticket_by_parent", "parent", filled="parent"),
        _of_filled("ticket_by_external", "source_channel", "external_id", filled="external_id"),
        _of_filled("ticket_by_fingerprint", "fingerprint", filled="fingerprint"),
        _of_filled("ticket_by_alarm_key", "alarm_key", "registered_at", filled="alarm_key"),
    )

    id: str = Field(primary_key=True)
    ref: str = Field(unique=True)
    number: int = Field(sa_column=Column(BigInteger, nullable=False))
    row_version: int = 1
    provisional: bool = False
    service_type: str = "fault"
    state: str
    #: false once the ticket is closed or in a final state; what lists filter and sort on
    open: bool = True
    held_from: str | None = None
    grade: str
    urgent: bool = False
    emergency: bool = False
    impact: str | None = None
    urgency: str | None = None
    domain: str | None = None
    channel: str
    subject: str
    symptom: str | None = None
    occurred_at: int | None = _instant()  # type: ignore[assignment]
    registered_at: int | None = _instant()  # type: ignore[assignment]
    scope: str | None = None
    users_affected: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    service_affecting: str | None = None
    objects: str = "[]"
    requester_type: str = "unknown"
    requester_name: str | None = None
    requester_organisation: str | None = None
    address: str | None = None
    phone: str | None = None
    contract: str | None = None
    customer: str | None = None
    language: str | None = None
    missing: str = "[]"
    created_by: str
    owner: str | None = None
    offered_to: str | None = None
    taken_until: int | None = _instant()  # type: ignore[assignment]
    accepted_at: int | None = _instant()  # type: ignore[assignment]
    #: first qualified contact of a person with the requester (stops the response clock)
    contacted_at: int | None = _instant()  # type: ignore[assignment]
    located_at: int | None = _instant()  # type: ignore[assignment]
    cause_code: str | None = None
    location: str | None = None
    evidence: str | None = None
    plan_text: str | None = None
    plan_version: int = 0
    plan_by: str | None = None
    plan_remedy: str | None = None
    planned_at: int | None = _instant()  # type: ignore[assignment]
    restore_first: bool = False
    interrupts: str | None = None
    backout: str | None = None
    approved_version: int = 0
    approved_by: str | None = None
    approved_how: str | None = None
    approved_at: int | None = _instant()  # type: ignore[assignment]
    #: an approval by voice that its giver has not ratified yet
    #: the earliest of the voices that are still to be ratified
    ratify_due: int | None = _instant()  # type: ignore[assignment]
    #: approvals by voice that are still to be ratified: by whom, who recorded and who planned it, version, due
    voices: str | None = None
    noticed_at: int | None = _instant()  # type: ignore[assignment]
    executor: str | None = None
    checker: str | None = None
    executed_at: int | None = _instant()  # type: ignore[assignment]
    window_override: str | None = None
    restored_at: int | None = _instant()  # type: ignore[assignment]
    how_verified: str | None = None
    temporary: bool = False
    cleared_how: str | None = None
    feedback_result: str | None = None
    feedback_cause: str | None = None
    feedback_prevention: str | None = None
    feedback_at: int | None = _instant()  # type: ignore[assignment]
    answer: str | None = None
    attempts: str = "[]"
    written_at: int | None = _instant()  # type: ignore[assignment]
    closure_how: str | None = None
    closure_who: str | None = None
    closure_channel: str | None = None
    closure_score: int | None = None
    closure_words: str | None = None
    closed_at: int | None = _instant()  # type: ignore[assignment]
    archived_at: int | None = _instant()  # type: ignore[assignment]
    archive_digest: str | None = None
    round: int = 1
    acts: int = 0
    wait_reason: str | None = None
    wait_until: int | None = _instant()  # type: ignore[assignment]
    vendor_case: str | None = None
    #: vendors that were called: name, their case, round
    vendors: str | None = None
    function_level: str | None = None
    management_level: str | None = None
    lead_alerted_at: int | None = _instant()  # type: ignore[assignment]
    sla: str = "{}"
    response_due: int | None = _instant()  # type: ignore[assignment]
    restore_due: int | None = _instant()  # type: ignore[assignment]
    update_due: int | None = _instant()  # type: ignore[assignment]
    promised_at: int | None = _instant()  # type: ignore[assignment]
    #: the earliest of the running clocks, and its name: the order of the queue
    next_due: int | None = _instant()  # type: ignore[assignment]
    next_clock: str | None = None
    breached: str = "[]"
    snoozed_until: int | None = _instant()  # type: ignore[assignment]
    acked_until: int | None = _instant()  # type: ignore[assignment]
    last_event_at: int | None = _instant()  # type: ignore[assignment]
    parent: str | None = None
    merged_into: str | None = None
    chronic: bool = False
    source_channel: str | None = None
    external_id: str | None = None
    fingerprint: str | None = None
    #: what further alarms are folded into this ticket by, or counted by for a storm
    alarm_key: str | None = None
    #: rows of ``alarm``, those of them that are raised, and reports of all of them
    alarms: int = Field(default=0, sa_column=Column(BigInteger, nullable=False, server_default="0"))
    alarms_raised: int = Field(default=0, sa_column=Column(BigInteger, nullable=False, server_default="0"))
    alarm_reports: int = Field(default=0, sa_column=Column(BigInteger, nullable=False, server_default="0"))
    last_alarm_at: int | None = _instant()  # type: ignore[assignment]
    #: since when no alarm of it is raised: what ``come_clear`` is proposed with
    cleared_at: int | None = _instant()  # type: ignore[assignment]
    flapping_until: int | None = _instant()  # type: ignore[assignment]
    #: when the next report upward is due (R29)
    report_due: int | None = _instant()  # type: ignore[assignment]
    #: the round in which a consultation was called for, and the one in which a repeat raised the grade
    consult_round: int | None = None
    repeat_round: int | None = None


class ClockRow(SQLModel, table=True):
    """One clock of one round of one record; ``segments`` is its running and paused time."""

    __tablename__ = "clock"
    __table_args__ = (Index("clock_of_record", "record"), Index("clock_by_check", "check_at"))

    id: str = Field(primary_key=True)
    record: str
    name: str
    round: int
    target_s: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    calendar: str
    base_s: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    segments: str = "[]"
    stopped_at: int | None = _instant()  # type: ignore[assignment]
    verdict: str = ""
    margin_s: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    #: highest warning level that has fired, in percent
    level: int = 0
    #: codes of all warnings and escalations that have fired, so that each fires once whatever a regrade changes
    fired: str = "[]"
    #: instant at which the timer next has something to do with this clock
    check_at: int | None = _instant()  # type: ignore[assignment]
    #: why this clock was missed (R24): a code of the policy, words, and who said so when
    breach_reason: str | None = None
    breach_words: str | None = None
    breach_by: str | None = None
    breach_at: int | None = _instant()  # type: ignore[assignment]


class MessageRow(SQLModel, table=True):
    """A word from or to the requester's side; ``source`` is the hash of the original in the blob store."""

    __tablename__ = "message"
    __table_args__ = (Index("message_of_record", "record", "at"), Index("message_by_id", "message_id"))

    id: str = Field(primary_key=True)
    record: str
    at: int = Field(sa_column=Column(BigInteger, nullable=False))
    direction: str
    channel: str
    sender: str | None = None
    recipient: str | None = None
    subject: str | None = None
    text: str | None = None
    message_id: str | None = None
    source: str | None = None
    flagged: str | None = None
    attachments: str = "[]"


class OutboxRow(SQLModel, table=True):
    """Something that the requester must be told, in the words in which it was queued.

    Rows of the first release have no ``language`` and no ``subject``: their words are made from ticket and template.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        Index("outbox_of_record", "record"),
        Index("outbox_by_state", "state", "created_at"),
        _of_filled("outbox_by_message", "message_id", filled="message_id"),
    )

    id: str = Field(primary_key=True)
    row_version: int = 1
    record: str
    template: str
    channel: str
    recipient: str | None = None
    language: str | None = None
    subject: str | None = None
    text: str | None = None
    state: str = "pending"
    created_at: int = Field(sa_column=Column(BigInteger, nullable=False))
    sent_at: int | None = _instant()  # type: ignore[assignment]
    sent_by: str | None = None
    sent_how: str | None = None
    reason: str | None = None
    tries: int | None = None
    tried_at: int | None = _instant()  # type: ignore[assignment]
    next_try_at: int | None = _instant()  # type: ignore[assignment]
    #: what the other side said when it was tried last
    error: str | None = None
    message_id: str | None = None


class LinkRow(SQLModel, table=True):
    """A tie from one ticket to another: child, duplicate, caused_by, follows, or a follow-up of a temporary repair."""

    __tablename__ = "link"
    __table_args__ = (Index("link_of_record", "record"), Index("link_of_other", "other"))

    id: str = Field(primary_key=True)
    record: str
    other: str
    type: str
    at: int = Field(sa_column=Column(BigInteger, nullable=False))


class AlarmRow(SQLModel, table=True):
    """What a machine reported about a ticket's objects; repeats are counted."""

    __tablename__ = "alarm"
    __table_args__ = (
        Index("alarm_of_record", "record"),
        Index("alarm_by_state", "record", "state", "cleared_at"),
        Index("alarm_by_fingerprint", "fingerprint", "record"),
    )

    id: str = Field(primary_key=True)
    record: str
    fingerprint: str
    name: str
    severity: str
    state: str
    object: str | None = None
    count: int = Field(default=1, sa_column=Column(BigInteger, nullable=False))
    raised_at: int | None = _instant()  # type: ignore[assignment]
    cleared_at: int | None = _instant()  # type: ignore[assignment]
    text: str | None = None
    channel: str | None = None
    labels: str = Field(default="{}", sa_column=Column(String, nullable=False, server_default="{}"))
    #: hash of the original in the blob store
    source: str | None = None
    last_at: int | None = _instant()  # type: ignore[assignment]
    #: how often it was raised or cleared since ``changes_at``: what tells flapping
    changes: int = Field(default=0, sa_column=Column(BigInteger, nullable=False, server_default="0"))
    changes_at: int | None = _instant()  # type: ignore[assignment]


class VisitRow(SQLModel, table=True):
    """A visit on site: dispatched, arrived, left, permit, and the on-site list (R27, R58, R59)."""

    __tablename__ = "visit"
    __table_args__ = (Index("visit_of_record", "record"),)

    id: str = Field(primary_key=True)
    record: str
    engineer: str
    dispatched_at: int | None = _instant()  # type: ignore[assignment]
    arrived_at: int | None = _instant()  # type: ignore[assignment]
    left_at: int | None = _instant()  # type: ignore[assignment]
    permit: str | None = None
    checklist: str | None = None
    #: the run of the on-site list
    run: str | None = None


class AffectedRow(SQLModel, table=True):
    """An affected but silent customer of a mass fault: a row, never a ticket."""

    __tablename__ = "affected"
    __table_args__ = (Index("affected_of_record", "record", "circuit"),)

    id: str = Field(primary_key=True)
    record: str
    customer: str | None = None
    circuit: str | None = None
    informed_at: int | None = _instant()  # type: ignore[assignment]
    answer: str | None = None


class AttachmentRow(SQLModel, table=True):
    """A file of a ticket, by the hash of its content; its name is data, never a path."""

    __tablename__ = "attachment"
    __table_args__ = (Index("attachment_of_record", "record"),)

    id: str = Field(primary_key=True)
    record: str
    name: str
    type: str
    size: int = Field(sa_column=Column(BigInteger, nullable=False))
    sha256: str
    at: int = Field(sa_column=Column(BigInteger, nullable=False))
    #: evidence of a diagnosis: which run, tree and step, and the exact command whose output it is
    run: str | None = None
    tree: str | None = None
    step: str | None = None
    command: str | None = None


class InboxRow(SQLModel, table=True):
    """Something a person must look at: a refused consequence, a conflict, an alert to a lead."""

    __tablename__ = "inbox"
    __table_args__ = (Index("inbox_by_state", "state", "at"), Index("inbox_of_record", "record"))

    id: str = Field(primary_key=True)
    row_version: int = 1
    record: str
    kind: str
    code: str
    params: str = "{}"
    #: a person's name, or ``role:lead``
    recipient: str
    state: str = "open"
    done_by: str | None = None
    done_at: int | None = _instant()  # type: ignore[assignment]
    at: int = Field(sa_column=Column(BigInteger, nullable=False))
