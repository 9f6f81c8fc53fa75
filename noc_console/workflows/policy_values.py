"""The values that a policy is made of: grades, contract classes, reasons, channels, limits.

Frozen, and named as the service rules name them. They carry no rules: those are in ``policy.py`` and the machines.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

# Ranked from the lowest; the auditor only reads, the admin keeps the store and decides nothing about tickets.
ROLES = (
    "engineer", "dispatcher", "lead", "mim", "domain_head", "dept_head", "board", "auditor", "admin",
)  # fmt: skip
APPROVERS = ("lead", "mim", "domain_head", "dept_head", "board")
GRADES = ("P1", "P2", "P3", "P4", "P5")
LEVELS = ("high", "medium", "low")
DOMAINS = ("transmission", "switching", "data", "wireless", "access", "bss_oss")
FUNCTIONS = ("L1", "L2", "L3", "vendor")
CLOCKS = ("response", "restore", "update")
WAIT_KINDS = ("customer", "third_party")
PARTNER_CONFIRM = ("person", "test_record", "monitoring")
INTERRUPTS = ("yes", "part", "no")
TAGS = ("V1", "V2", "C", "VP", "RT", "U", "PD", "OP")


@dataclass(frozen=True, slots=True)
class Limit:
    """A figure in seconds with its policy key, and the tag and source it comes from."""

    value: int
    tag: str
    source: str
    key: str


@dataclass(frozen=True, slots=True)
class Label:
    """What people read, in both languages."""

    en: str
    zh: str

    def text(self, language: str) -> str:
        """Return the wording of ``en`` or ``zh``."""
        return self.zh if language == "zh" else self.en


@dataclass(frozen=True, slots=True)
class Escalation:
    """One rung of a grade's ladder: at a share of a clock's target, or so many seconds into it."""

    percent: int | None
    after_s: int | None
    clock: str
    function_or_role: str
    level_code: str


@dataclass(frozen=True, slots=True)
class Grade:
    """Limits of one service grade in seconds of its calendar (R23, R35, R37)."""

    name: str
    label: Label
    calendar: str
    response_s: int
    restore_s: int
    update_s: int | None
    escalations: tuple[Escalation, ...]


@dataclass(frozen=True, slots=True)
class ContractClass:
    """What a contract promises beyond the grade: seconds, calendar, pauses, who confirms."""

    name: str
    label: Label
    aliases: tuple[str, ...]
    calendar: str | None
    restore_most_s: int | None
    restore_s: Mapping[str, int]
    response_s: Mapping[str, int]
    force_majeure: bool
    partner_confirm: str


@dataclass(frozen=True, slots=True)
class WaitReason:
    """Why a ticket waits, for whom, and whether its clock pauses."""

    code: str
    label: Label
    kind: str
    pauses: bool
    needs_contract: bool


@dataclass(frozen=True, slots=True)
class Channel:
    """A way in (R18): ``human`` means somebody can be asked the four fields of R21, ``offered`` that requesters are
    told of it as a way to reach us (R19).
    """

    code: str
    label: Label
    human: bool
    hours: Label
    contact: str
    offered: bool


@dataclass(frozen=True, slots=True)
class Preapproved:
    """A remedy class that needs no approval of its own; ``domain`` is ``*`` for all."""

    code: str
    label: Label
    domain: str
    no_interruption: bool
    text: Label


@dataclass(frozen=True, slots=True)
class ApprovalLevel:
    """From so many users on, a plan that interrupts in one of these ways needs at least this role."""

    role: str
    interrupts: frozenset[str]
    users_from: int


@dataclass(frozen=True, slots=True)
class Approval:
    """The table that sizes an approval (service rules (d))."""

    levels: tuple[ApprovalLevel, ...]
    users_by_grade: Mapping[str, int]
    emergency_grades: frozenset[str]
    emergency_role: str


@dataclass(frozen=True, slots=True)
class Freeze:
    """A time in which no work is done on the network; aware UTC instants, the end not included."""

    name: str
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Unconfirmed:
    """The way to close without the customer's word (service rules (e)), and whether it exists at all."""

    allowed: bool
    attempts: int
    days: int
    written: int
    role: str


@dataclass(frozen=True, slots=True)
class Targets:
    """The limits of one ticket in seconds of ``calendar``; ``provenance`` says of each where it is from."""

    response_s: int
    restore_s: int
    update_s: int | None
    calendar: str
    provenance: Mapping[str, Limit]
