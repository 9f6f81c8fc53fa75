"""Rows of what came in: originals by the hash of their content, and what could not be understood."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, LargeBinary
from sqlmodel import Field, SQLModel


class BlobRow(SQLModel, table=True):
    """An original byte for byte (a mail, a file, a command's output); its key is its SHA-256, so it proves itself."""

    __tablename__ = "blob"

    sha256: str = Field(primary_key=True)
    size: int = Field(sa_column=Column(BigInteger, nullable=False))
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class QuarantineRow(SQLModel, table=True):
    """An input that could not be taken, whole (by its blob) with its reason, until a person decides."""

    __tablename__ = "quarantine"
    __table_args__ = (Index("quarantine_by_state", "state", "at"), Index("quarantine_by_blob", "sha256"))

    id: str = Field(primary_key=True)
    row_version: int = 1
    state: str
    channel: str
    source: str | None = None
    position: int = 0
    reason: str
    text: str | None = None
    sha256: str
    at: int = Field(sa_column=Column(BigInteger, nullable=False))
    decided_why: str | None = None
    ticket: str | None = None


class AlarmWatchRow(SQLModel, table=True):
    """An alarm that has no ticket: held back for a time, or ignored by a rule; each with what came of it so far."""

    __tablename__ = "alarm_watch"
    __table_args__ = (
        Index("alarm_watch_by_fingerprint", "fingerprint"),
        Index("alarm_watch_by_due", "state", "due_at"),
    )

    id: str = Field(primary_key=True)
    row_version: int = 1
    state: str
    #: ``hold`` or ``ignore``
    action: str
    rule: str | None = None
    reason: str | None = None
    channel: str
    fingerprint: str
    name: str
    severity: str
    alarm_state: str
    object: str | None = None
    source_ip: str | None = None
    text: str | None = None
    labels: str = "{}"
    #: hash of the original in the blob store
    source: str | None = None
    count: int = Field(default=1, sa_column=Column(BigInteger, nullable=False))
    raised_at: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    cleared_at: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    last_at: int = Field(sa_column=Column(BigInteger, nullable=False))
    changes: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    changes_at: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    #: when a ticket is opened for it if it is still raised; nothing for what is ignored or cleared
    due_at: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    ticket: str | None = None
