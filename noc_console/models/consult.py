"""Rows of expert consultations and of reports upward: written by applying effects only."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index
from sqlmodel import Field, SQLModel


def _instant() -> object:
    return Field(default=None, sa_column=Column(BigInteger, nullable=True))


class ConsultRow(SQLModel, table=True):
    """One consultation for one ticket (``record``), with the fields of service rules (f)."""

    __tablename__ = "consult"
    __table_args__ = (Index("consult_of_record", "record"), Index("consult_by_state", "state", "due_at"))

    id: str = Field(primary_key=True)
    ref: str = Field(unique=True)
    number: int = Field(sa_column=Column(BigInteger, nullable=False))
    row_version: int = 1
    record: str
    state: str
    #: of the ticket, when it was called
    round: int = 1
    reason: str
    called_by: str
    called_at: int = Field(sa_column=Column(BigInteger, nullable=False))
    chair: str | None = None
    due_at: int | None = _instant()  # type: ignore[assignment]
    started_at: int | None = _instant()  # type: ignore[assignment]
    ended_at: int | None = _instant()  # type: ignore[assignment]
    facts_known: str | None = None
    risk: str | None = None
    vendor_case: str | None = None
    customer_informed: str | None = None
    result: str | None = None
    concluded_by: str | None = None
    minutes_by: str | None = None
    minutes_at: int | None = _instant()  # type: ignore[assignment]
    why: str | None = None


class ConsultMemberRow(SQLModel, table=True):
    """Somebody who takes part, from our own company or another's."""

    __tablename__ = "consult_member"
    __table_args__ = (Index("member_of_consult", "consult"), Index("member_of_record", "record"))

    id: str = Field(primary_key=True)
    record: str
    consult: str
    name: str
    domain: str | None = None
    company: str | None = None
    level: str | None = None
    joined_by: str
    at: int = Field(sa_column=Column(BigInteger, nullable=False))


class ConsultItemRow(SQLModel, table=True):
    """An excluded cause with its evidence, a hypothesis with its test, or a decision with who and until when."""

    __tablename__ = "consult_item"
    __table_args__ = (Index("item_of_consult", "consult"), Index("item_of_record", "record"))

    id: str = Field(primary_key=True)
    record: str
    consult: str
    #: ``excluded``, ``hypothesis`` or ``decision``
    kind: str
    rank: int
    text: str | None = None
    detail: str | None = None
    who: str | None = None
    until_at: int | None = _instant()  # type: ignore[assignment]
    said_by: str
    at: int = Field(sa_column=Column(BigInteger, nullable=False))


class ReportUpRow(SQLModel, table=True):
    """A report upward on a major or difficult fault: first, follow-up or final, to whom and when (R29)."""

    __tablename__ = "report_up"
    __table_args__ = (Index("report_of_record", "record"),)

    id: str = Field(primary_key=True)
    record: str
    report: str
    level: str
    #: a person's name, or ``role:mim``
    recipient: str
    round: int = 1
    reported_by: str
    words: str | None = None
    at: int = Field(sa_column=Column(BigInteger, nullable=False))
