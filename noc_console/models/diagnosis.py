"""Rows of guided diagnosis: checklists by the hash of their text, runs, and what was answered in them."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Text
from sqlmodel import Field, SQLModel


def _instant() -> object:
    return Field(default=None, sa_column=Column(BigInteger, nullable=True))


class ChecklistRow(SQLModel, table=True):
    """A tree, or a catalogue of a folder, as its file says it; the id is the SHA-256 of the text."""

    __tablename__ = "checklist"
    __table_args__ = (Index("checklist_by_name", "kind", "name", "state"),)

    id: str = Field(primary_key=True)
    row_version: int = 1
    state: str = "current"
    #: ``tree``, ``thresholds``, ``alarms``, ``roles`` or ``messages``
    kind: str
    #: id of the tree, or folder of the catalogue
    name: str
    domain: str
    #: ``shipped`` or ``local``
    source: str
    body: str = Field(sa_column=Column(Text, nullable=False))
    at: int = Field(sa_column=Column(BigInteger, nullable=False))


class DiagnosisRow(SQLModel, table=True):
    """One run for one ticket (``record``): where it began, where it stands, which trees it has entered."""

    __tablename__ = "diagnosis"
    __table_args__ = (
        Index("diagnosis_of_record", "record"),
        Index("diagnosis_by_state", "state", "started_at"),
    )

    id: str = Field(primary_key=True)
    ref: str = Field(unique=True)
    number: int = Field(sa_column=Column(BigInteger, nullable=False))
    row_version: int = 1
    record: str
    state: str
    #: the tree that it began with
    tree: str
    domain: str
    #: the tree that it is in, the hash of its text, and the step or the end that it has come to
    here: str
    here_hash: str
    step: str
    #: every tree that it is or was in, in order: id, hash, and the hashes of the catalogues that it was entered with
    entered: str = "[]"
    #: of the ticket, when it was begun
    round: int = 1
    #: of the act that it stands at: tree, step, by whom and how
    approval: str | None = None
    started_by: str
    started_at: int = Field(sa_column=Column(BigInteger, nullable=False))
    ended_by: str | None = None
    ended_at: int | None = _instant()  # type: ignore[assignment]
    cause_code: str | None = None
    why: str | None = None


class DiagnosisAnswerRow(SQLModel, table=True):
    """One answer of a run as it was given and judged; one that was taken back stays, with who did so and when."""

    __tablename__ = "diagnosis_answer"
    __table_args__ = (Index("answer_of_run", "run", "number"), Index("answer_of_record", "record"))

    id: str = Field(primary_key=True)
    record: str
    run: str
    number: int
    tree: str
    tree_hash: str
    step: str
    kind: str
    #: which of the answers of the step, counted from 1; 0 for those that every step has and for a jump
    choice: int
    target: str
    #: where the run went on: another tree that was entered already leads to E99
    led_to: str
    value: str | None = None
    unit: str | None = None
    verdict: str | None = None
    #: the thresholds that it was judged by, as they were then
    judged: str = "[]"
    #: the value as it was typed or pasted
    said: str | None = None
    note: str | None = None
    approval: str | None = None
    answered_by: str
    at: int = Field(sa_column=Column(BigInteger, nullable=False))
    dropped_by: str | None = None
    dropped_at: int | None = _instant()  # type: ignore[assignment]
