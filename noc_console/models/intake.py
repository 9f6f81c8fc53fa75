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
