"""The policy: everything an operator can set about grades, limits, rights, reasons, channels and approvals.

One frozen value, made from plain data (the shape of ``default_policy.toml``) and written back to it. Every limit
keeps its tag and source. It must not read an operator's file: ``policy_file.py`` does, and checks it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from types import MappingProxyType
from typing import Any, TypeVar

from noc_console.workflows import policy_alarms, policy_commands, policy_hard_cases
from noc_console.workflows import policy_codec as codec
from noc_console.workflows.alarm_rules import AlarmPolicy
from noc_console.workflows.calendars import Calendar
from noc_console.workflows.day_slots import Slot, parse_slots
from noc_console.workflows.durations import format_duration
from noc_console.workflows.policy_commands import TicketCommand
from noc_console.workflows.policy_hard_cases import HardCases
from noc_console.workflows.policy_values import (
    APPROVERS,
    ROLES,
    Approval,
    Channel,
    ContractClass,
    Freeze,
    Grade,
    Label,
    Limit,
    Preapproved,
    Targets,
    Unconfirmed,
    WaitReason,
)

__all__ = ["APPROVERS", "ROLES", "Policy", "from_data", "load_default", "shipped_data", "targets_for", "to_data"]

Value = TypeVar("Value")

# The single limits that are durations: the policy has each as ``<name>_s``.
DURATIONS = (
    "notice_before",
    "informed_silence",
    "emergency_complete",
    "ratify_voice",
    "snooze_max",
    "take_default",
    "take_max",
)


@dataclass(frozen=True, slots=True)
class Policy:
    """One version of the rules of service; names ending in ``_s`` are seconds."""

    version: int
    grades: Mapping[str, Grade]
    matrix: Mapping[tuple[str, str], str]
    calendars: Mapping[str, Calendar]
    contract_classes: Mapping[str, ContractClass]
    rights: Mapping[str, frozenset[str]]
    wait_reasons: Mapping[str, WaitReason]
    third_party_s: Mapping[str, int]
    reject_reasons: Mapping[str, Label]
    dissatisfied_reasons: Mapping[str, Label]
    regrade_reasons: Mapping[str, Label]
    breach_reasons: Mapping[str, Label]
    channels: tuple[Channel, ...]
    acknowledgements: Mapping[str, str]
    approval: Approval
    preapproved: Mapping[str, Preapproved]
    off_peak: Mapping[str, tuple[Slot, ...]]
    off_peak_zone: str
    freezes: tuple[Freeze, ...]
    unconfirmed: Unconfirmed
    notice_before_s: int
    monitoring_clear_minutes: int
    informed_silence_s: int
    reopen_days: int
    emergency_complete_s: int
    ratify_voice_s: int
    snooze_max_s: int
    take_default_s: int
    take_max_s: int
    warn_levels: tuple[int, ...]
    restore_overrun_raise: int
    breach_asked: tuple[str, ...]
    breach_explained: tuple[str, ...]
    low_score: int
    alarms: AlarmPolicy
    hard_cases: HardCases
    commands: Mapping[str, TicketCommand]
    sources: Mapping[str, tuple[str, str]]

    def __hash__(self) -> int:
        """Tell policies apart as objects, so that what follows from one is worked out once."""
        return id(self)

    def source_of(self, key: str) -> tuple[str, str]:
        """Return tag and source of a dotted key, or of the nearest table above it; KeyError if none has them."""
        path = key
        while path:
            if path in self.sources:
                return self.sources[path]
            path = path.rpartition(".")[0]
        raise KeyError(key)

    def grade_for(self, impact: str, urgency: str) -> str:
        """Return the grade of an impact and an urgency, each high, medium or low."""
        return self.matrix[impact, urgency]

    def contract_class(self, name: str | None) -> ContractClass | None:
        """Find a contract class by its name or an alias (gold, 金), whatever the case; None if there is none."""
        if name is None:
            return None
        wanted = name.strip().casefold()
        for entry in self.contract_classes.values():
            if wanted in (word.casefold() for word in (entry.name, *entry.aliases)):
                return entry
        return None

    def channel(self, code: str) -> Channel | None:
        """Find a channel by its code."""
        return next((entry for entry in self.channels if entry.code == code), None)

    def approver_roles(self, grade: str, users_affected: int | None, interrupts: str) -> frozenset[str]:
        """Return the roles that may approve a plan of this size (R31; service rules (d)).

        Users that nobody counted are taken from the grade. An emergency grade needs no more than the emergency role.
        """
        users = self.approval.users_by_grade[grade] if users_affected is None else users_affected
        needed = APPROVERS[0]
        for level in self.approval.levels:
            if interrupts in level.interrupts and users >= level.users_from:
                needed = max(needed, level.role, key=APPROVERS.index)
        if grade in self.approval.emergency_grades:
            needed = min(needed, self.approval.emergency_role, key=APPROVERS.index)
        return frozenset(APPROVERS[APPROVERS.index(needed) :])


@lru_cache(maxsize=512)
def targets_for(policy: Policy, grade: str, contract_class: str | None, service_type: str) -> Targets:
    """Return the limits of a ticket: its grade's, changed by its contract (c.1: the contract's value wins).

    A class's figure for the grade wins either way; its flat restore limit and its calendar hold for faults only,
    the flat limit only where it is stricter than the grade's. An unknown class changes nothing.
    """
    row = policy.grades[grade]
    entry = policy.contract_class(contract_class)
    calendar = row.calendar
    chosen = {
        "response": (row.response_s, f"grades.{grade}.response"),
        "restore": (row.restore_s, f"grades.{grade}.restore"),
    }
    if row.update_s is not None:
        chosen["update"] = (row.update_s, f"grades.{grade}.update")
    if entry is not None:
        prefix = f"contract_classes.{entry.name}"
        if grade in entry.response_s:
            chosen["response"] = (entry.response_s[grade], f"{prefix}.response_by_grade.{grade}")
        if grade in entry.restore_s:
            chosen["restore"] = (entry.restore_s[grade], f"{prefix}.restore_by_grade.{grade}")
        elif service_type == "fault" and entry.restore_most_s is not None and entry.restore_most_s < row.restore_s:
            chosen["restore"] = (entry.restore_most_s, f"{prefix}.restore")
        if service_type == "fault" and entry.calendar is not None:
            calendar = entry.calendar
    limits = {name: Limit(value, *policy.source_of(key), key=key) for name, (value, key) in chosen.items()}
    return Targets(
        response_s=limits["response"].value,
        restore_s=limits["restore"].value,
        update_s=row.update_s,
        calendar=calendar,
        provenance=MappingProxyType(limits),
    )


def from_data(data: Mapping[str, Any]) -> Policy:
    """Make a policy from checked data; a key that an older release did not know is taken from the shipped file.

    ValueError where the days off of a calendar are still named by country.
    """
    full = _completed(data)
    limits = full["limits"]
    zone = full["off_peak"]["zone"]
    return Policy(
        version=full["version"],
        grades=_built(codec.grade, full["grades"]),
        matrix=codec.matrix(full["matrix"]),
        calendars=_built(codec.calendar, full["calendars"]),
        contract_classes=_built(codec.contract_class, full["contract_classes"]),
        rights=codec.frozen({right: frozenset(roles) for right, roles in codec.entries(full["rights"]).items()}),
        wait_reasons=_built(codec.wait_reason, full["wait_reasons"]),
        third_party_s=codec.seconds_by_key(full["third_party"]),
        reject_reasons=codec.labels(full["reject_reasons"]),
        dissatisfied_reasons=codec.labels(full["dissatisfied_reasons"]),
        regrade_reasons=codec.labels(full["regrade_reasons"]),
        breach_reasons=codec.labels(full["breach_reasons"]),
        channels=tuple(_built(codec.channel, full["channels"]).values()),
        acknowledgements=codec.frozen(codec.entries(full["acknowledgements"])),
        approval=codec.approval(full["approval"]),
        preapproved=_built(codec.preapproved, full["preapproved"]),
        off_peak=codec.frozen(
            {key: parse_slots(value) for key, value in codec.entries(full["off_peak"]).items() if key != "zone"}
        ),
        off_peak_zone=zone,
        freezes=tuple(codec.freeze(entry) for entry in full.get("freezes", ())),
        unconfirmed=codec.unconfirmed(full["unconfirmed"]),
        monitoring_clear_minutes=codec.plain(limits["monitoring_clear_minutes"]),
        reopen_days=codec.plain(limits["reopen_days"]),
        warn_levels=tuple(codec.plain(limits["warn_levels"])),
        restore_overrun_raise=codec.plain(limits["restore_overrun_raise"]),
        breach_asked=tuple(codec.plain(limits["breach_asked"])),
        breach_explained=tuple(codec.plain(limits["breach_explained"])),
        low_score=codec.plain(limits["low_score"]),
        alarms=policy_alarms.alarm_policy(full["alarms"], full["alarm_rules"]),
        hard_cases=policy_hard_cases.hard_cases(full["hard_cases"]),
        commands=_built(policy_commands.command, full["commands"]),
        sources=codec.sources(full),
        **{f"{name}_s": codec.seconds(limits[name]) for name in DURATIONS},
    )


def to_data(policy: Policy) -> dict[str, Any]:
    """Write a policy as JSON types, in the shape of the file; ``from_data`` gives the same policy back."""
    data: dict[str, Any] = {
        "version": policy.version,
        "grades": {name: codec.grade_data(entry) for name, entry in policy.grades.items()},
        "matrix": codec.matrix_data(policy.matrix),
        "calendars": {name: codec.calendar_data(entry) for name, entry in policy.calendars.items()},
        "contract_classes": {name: codec.contract_class_data(entry) for name, entry in policy.contract_classes.items()},
        "rights": {right: sorted(roles) for right, roles in policy.rights.items()},
        "wait_reasons": {code: codec.wait_reason_data(entry) for code, entry in policy.wait_reasons.items()},
        "third_party": codec.durations_data(policy.third_party_s),
        "reject_reasons": {code: codec.label_data(entry) for code, entry in policy.reject_reasons.items()},
        "dissatisfied_reasons": {code: codec.label_data(entry) for code, entry in policy.dissatisfied_reasons.items()},
        "regrade_reasons": {code: codec.label_data(entry) for code, entry in policy.regrade_reasons.items()},
        "breach_reasons": {code: codec.label_data(entry) for code, entry in policy.breach_reasons.items()},
        "channels": {entry.code: codec.channel_data(entry) for entry in policy.channels},
        "acknowledgements": dict(policy.acknowledgements),
        "approval": codec.approval_data(policy.approval),
        "preapproved": {code: codec.preapproved_data(entry) for code, entry in policy.preapproved.items()},
        "off_peak": {"zone": policy.off_peak_zone}
        | {domain: codec.slots_data(slots) for domain, slots in policy.off_peak.items()},
        "freezes": [codec.freeze_data(entry) for entry in policy.freezes],
        "unconfirmed": codec.unconfirmed_data(policy.unconfirmed),
        "limits": {
            "monitoring_clear_minutes": policy.monitoring_clear_minutes,
            "reopen_days": policy.reopen_days,
            "warn_levels": list(policy.warn_levels),
            "restore_overrun_raise": policy.restore_overrun_raise,
            "breach_asked": list(policy.breach_asked),
            "breach_explained": list(policy.breach_explained),
            "low_score": policy.low_score,
        }
        | {name: format_duration(getattr(policy, f"{name}_s")) for name in DURATIONS},
        "alarms": policy_alarms.alarms_data(policy.alarms),
        "alarm_rules": policy_alarms.rules_data(policy.alarms),
        "hard_cases": policy_hard_cases.hard_cases_data(policy.hard_cases),
        "commands": {code: policy_commands.command_data(entry) for code, entry in policy.commands.items()},
    }
    codec.put_sources(data, policy.sources)
    return data


def _built(build: Callable[[str, Mapping[str, Any]], Value], table: Mapping[str, Any]) -> Mapping[str, Value]:
    return codec.frozen({key: build(key, data) for key, data in codec.entries(table).items()})


def _completed(data: Mapping[str, Any]) -> dict[str, Any]:
    shipped = shipped_data()
    full = {**shipped, **data}
    for section in ("limits", "unconfirmed", "approval", "rights", "alarms", "hard_cases"):
        full[section] = {**shipped[section], **full[section]}
    full["channels"] = {
        code: {**shipped["channels"].get(code, {}), **entry} if isinstance(entry, Mapping) else entry
        for code, entry in full["channels"].items()
    }
    return full


@cache
def shipped_text() -> str:
    """Return the shipped policy file as it is."""
    return resources.files("noc_console.workflows").joinpath("default_policy.toml").read_text(encoding="utf-8")


def shipped_data() -> dict[str, Any]:
    """Return the shipped policy as fresh plain data, every key present."""
    return tomllib.loads(shipped_text())


@cache
def load_default() -> Policy:
    """Return the shipped policy."""
    return from_data(shipped_data())
