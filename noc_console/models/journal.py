"""The journal's tables: what was wanted (intent), in which words (body), and what became of it (verdict).

Append-only. Nothing here is ever updated but the one counter row of ``hub_state``; a body may be erased by a
redaction, and the chain of digests still holds.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, LargeBinary
from sqlmodel import Field, SQLModel


class IntentRow(SQLModel, table=True):
    """One wish to change one record: immutable, with its author, time, place in its device's chain, and digest."""

    __tablename__ = "intent"
    __table_args__ = (
        Index("intent_of_root", "root", "intent_id"),
        Index("intent_of_origin", "origin", "origin_seq"),
    )

    intent_id: str = Field(primary_key=True)
    origin: str
    origin_seq: int = Field(sa_column=Column(BigInteger, nullable=False))
    kind: str
    record: str
    #: the record that owns every row which the effects write; intents of one root are folded together
    root: str
    event: str
    schema_version: int = Field(sa_column=Column("schema", BigInteger, nullable=False))
    actor: str
    via: str
    submitted_by: str
    occurred_ms: int = Field(sa_column=Column(BigInteger, nullable=False))
    hlc: int = Field(sa_column=Column(BigInteger, nullable=False))
    seen: str
    body_digest: str
    prev_digest: str
    digest: str
    #: signature of a pushed chain head by the device's key; empty until the device is enrolled
    seal: str | None = None


class IntentBodyRow(SQLModel, table=True):
    """The inputs of an intent as canonical JSON, apart from the header so that they can be erased."""

    __tablename__ = "intent_body"

    intent_id: str = Field(primary_key=True)
    salt: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class VerdictRow(SQLModel, table=True):
    """What the hub decided about an intent, with its effects as data, in one gap-free order."""

    __tablename__ = "verdict"

    hub_seq: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    intent_id: str = Field(unique=True)
    verdict: str
    effects: str
    reason: str
    rules_version: str
    confirmer: str
    confirmed_ms: int = Field(sa_column=Column(BigInteger, nullable=False))
    hub_digest: str


class HubStateRow(SQLModel, table=True):
    """The one row that says who this store is and where its counters stand; locked last in every transaction."""

    __tablename__ = "hub_state"

    id: int = Field(primary_key=True)
    store_id: str
    code: str
    origin: str
    training: bool
    format_major: int
    format_minor: int
    last_hub_seq: int = Field(sa_column=Column(BigInteger, nullable=False))
    last_hub_digest: str
    last_origin_seq: int = Field(sa_column=Column(BigInteger, nullable=False))
    last_origin_digest: str
    last_hlc: int = Field(sa_column=Column(BigInteger, nullable=False))
    last_number: int = Field(sa_column=Column(BigInteger, nullable=False))
    #: over every other column, so that a changed byte is found
    digest: str
