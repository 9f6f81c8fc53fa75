"""The parts of a policy, from plain data and back; ``policy.py`` puts them together.

Data is taken as checked: an operator's file passes ``policy_file.read`` first. Writing gives JSON types only, and
durations, slots, dates and instants in the form that the file has them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import Any, TypeVar

from noc_console.i18n import _
from noc_console.workflows.calendars import Calendar
from noc_console.workflows.day_slots import Slot, format_slot, parse_slots
from noc_console.workflows.durations import format_duration, parse_duration
from noc_console.workflows.policy_values import (
    LEVELS,
    Approval,
    ApprovalLevel,
    Channel,
    ContractClass,
    Escalation,
    Freeze,
    Grade,
    Label,
    Preapproved,
    Unconfirmed,
    WaitReason,
)

Data = Mapping[str, Any]
Value = TypeVar("Value")

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
META = frozenset({"tag", "source"})


def entries(table: Data) -> Data:
    """Return the entries of a table without its own tag and source."""
    return {key: value for key, value in table.items() if key not in META}


def plain(limit: Any) -> Any:
    """Return the value of ``{value, tag, source}``, or the bare value itself."""
    return limit["value"] if isinstance(limit, Mapping) else limit


def seconds(limit: Any) -> int:
    """Return the seconds of a limit that is a duration."""
    return parse_duration(plain(limit))


def frozen(table: Mapping[str, Value]) -> Mapping[str, Value]:
    """Return a read-only view of a table made for it."""
    return MappingProxyType(dict(table))


def seconds_by_key(table: Data) -> Mapping[str, int]:
    """Return a table of durations in seconds."""
    return frozen({key: seconds(limit) for key, limit in entries(table).items()})


def label(data: Data) -> Label:
    """Return the wording in both languages."""
    return Label(en=data["en"], zh=data["zh"])


def labels(table: Data) -> Mapping[str, Label]:
    """Return codes with their wording."""
    return frozen({code: label(data) for code, data in entries(table).items()})


def label_data(value: Label) -> dict[str, str]:
    """Write a wording."""
    return {"en": value.en, "zh": value.zh}


def grade(name: str, data: Data) -> Grade:
    """Return one grade with its ladder."""
    return Grade(
        name=name,
        label=label(data["label"]),
        calendar=data["calendar"],
        response_s=seconds(data["response"]),
        restore_s=seconds(data["restore"]),
        update_s=seconds(data["update"]) if "update" in data else None,
        escalations=tuple(_escalation(rung) for rung in data.get("escalations", ())),
    )


def _escalation(data: Data) -> Escalation:
    at = str(data["percent"]) if "percent" in data else str(data["after"])
    return Escalation(
        percent=data.get("percent"),
        after_s=seconds(data["after"]) if "after" in data else None,
        clock=data["clock"],
        function_or_role=data["to"],
        level_code=f"{data['clock']}-{at}-{data['to']}",
    )


def grade_data(value: Grade) -> dict[str, Any]:
    """Write one grade."""
    data: dict[str, Any] = {
        "label": label_data(value.label),
        "calendar": value.calendar,
        "response": format_duration(value.response_s),
        "restore": format_duration(value.restore_s),
        "escalations": [_escalation_data(rung) for rung in value.escalations],
    }
    if value.update_s is not None:
        data["update"] = format_duration(value.update_s)
    return data


def _escalation_data(value: Escalation) -> dict[str, Any]:
    place = {"clock": value.clock, "to": value.function_or_role}
    if value.after_s is None:
        return {"percent": value.percent} | place
    return {"after": format_duration(value.after_s)} | place


def matrix(table: Data) -> Mapping[tuple[str, str], str]:
    """Return the grade of every pair of impact and urgency."""
    return MappingProxyType({(impact, urgency): table[impact][urgency] for impact in LEVELS for urgency in LEVELS})


def matrix_data(value: Mapping[tuple[str, str], str]) -> dict[str, Any]:
    """Write the matrix, one row per impact."""
    return {impact: {urgency: value[impact, urgency] for urgency in LEVELS} for impact in LEVELS}


def calendar(name: str, data: Data) -> Calendar:
    """Return one calendar; ValueError where days off still have to be expanded (checklists/holidays.py)."""
    holidays = data.get("holidays", ())
    if isinstance(holidays, Mapping):
        raise ValueError(_("the holidays of calendar {name} are named by country, not expanded", name=name))
    return Calendar(
        name=name,
        zone=data["zone"],
        week=tuple(parse_slots(data["week"].get(day, ())) for day in WEEKDAYS),
        holidays=frozenset(_day(value) for value in holidays),
        workdays=frozenset(_day(value) for value in data.get("workdays", ())),
    )


def _day(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)


def calendar_data(value: Calendar) -> dict[str, Any]:
    """Write one calendar; a closed weekday is an empty list."""
    return {
        "zone": value.zone,
        "week": {day: slots_data(slots) for day, slots in zip(WEEKDAYS, value.week, strict=True)},
        "holidays": [day.isoformat() for day in sorted(value.holidays)],
        "workdays": [day.isoformat() for day in sorted(value.workdays)],
    }


def slots_data(slots: Sequence[Slot]) -> list[str]:
    """Write the slots of one day."""
    return [format_slot(slot) for slot in slots]


def contract_class(name: str, data: Data) -> ContractClass:
    """Return one contract class."""
    return ContractClass(
        name=name,
        label=label(data["label"]),
        aliases=tuple(data.get("aliases", ())),
        calendar=data.get("calendar"),
        restore_most_s=seconds(data["restore"]) if "restore" in data else None,
        restore_s=seconds_by_key(data.get("restore_by_grade", {})),
        response_s=seconds_by_key(data.get("response_by_grade", {})),
        force_majeure=data["force_majeure"],
        partner_confirm=data["partner_confirm"],
    )


def contract_class_data(value: ContractClass) -> dict[str, Any]:
    """Write one contract class."""
    data: dict[str, Any] = {
        "label": label_data(value.label),
        "aliases": list(value.aliases),
        "restore_by_grade": durations_data(value.restore_s),
        "response_by_grade": durations_data(value.response_s),
        "force_majeure": value.force_majeure,
        "partner_confirm": value.partner_confirm,
    }
    if value.calendar is not None:
        data["calendar"] = value.calendar
    if value.restore_most_s is not None:
        data["restore"] = format_duration(value.restore_most_s)
    return data


def durations_data(table: Mapping[str, int]) -> dict[str, str]:
    """Write a table of durations."""
    return {key: format_duration(value) for key, value in table.items()}


def wait_reason(code: str, data: Data) -> WaitReason:
    """Return one reason to wait."""
    needs_contract = data.get("needs_contract", False)
    return WaitReason(code, label(data["label"]), data["kind"], data["pauses"], needs_contract)


def wait_reason_data(value: WaitReason) -> dict[str, Any]:
    """Write one reason to wait."""
    return {
        "label": label_data(value.label),
        "kind": value.kind,
        "pauses": value.pauses,
        "needs_contract": value.needs_contract,
    }


def channel(code: str, data: Data) -> Channel:
    """Return one channel."""
    hours, offered = label(data["hours"]), data.get("offered", data["human"])
    return Channel(code, label(data["label"]), data["human"], hours, data["contact"], offered)


def channel_data(value: Channel) -> dict[str, Any]:
    """Write one channel."""
    return {
        "label": label_data(value.label),
        "human": value.human,
        "hours": label_data(value.hours),
        "contact": value.contact,
        "offered": value.offered,
    }


def approval(data: Data) -> Approval:
    """Return the table of approval levels."""
    return Approval(
        levels=tuple(
            ApprovalLevel(level["role"], frozenset(level["interrupts"]), level["users_from"])
            for level in data["levels"]
        ),
        users_by_grade=frozen(data["users_by_grade"]),
        emergency_grades=frozenset(data["emergency"]["grades"]),
        emergency_role=data["emergency"]["role"],
    )


def approval_data(value: Approval) -> dict[str, Any]:
    """Write the table of approval levels."""
    return {
        "levels": [
            {"role": level.role, "interrupts": sorted(level.interrupts), "users_from": level.users_from}
            for level in value.levels
        ],
        "users_by_grade": dict(value.users_by_grade),
        "emergency": {"grades": sorted(value.emergency_grades), "role": value.emergency_role},
    }


def preapproved(code: str, data: Data) -> Preapproved:
    """Return one pre-approved remedy class."""
    return Preapproved(code, label(data["label"]), data["domain"], data["no_interruption"], label(data["text"]))


def preapproved_data(value: Preapproved) -> dict[str, Any]:
    """Write one pre-approved remedy class."""
    return {
        "label": label_data(value.label),
        "domain": value.domain,
        "no_interruption": value.no_interruption,
        "text": label_data(value.text),
    }


def freeze(data: Data) -> Freeze:
    """Return one freeze."""
    return Freeze(data["name"], _instant(data["start"]), _instant(data["end"]))


def _instant(value: Any) -> datetime:
    return (value if isinstance(value, datetime) else datetime.fromisoformat(value)).astimezone(UTC)


def freeze_data(value: Freeze) -> dict[str, Any]:
    """Write one freeze."""
    return {"name": value.name, "start": instant_text(value.start), "end": instant_text(value.end)}


def instant_text(value: datetime) -> str:
    """Write an instant in UTC."""
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def unconfirmed(data: Data) -> Unconfirmed:
    """Return the rule of closing without the customer's word."""
    return Unconfirmed(
        allowed=data["allowed"],
        attempts=plain(data["attempts"]),
        days=plain(data["days"]),
        written=plain(data["written"]),
        role=data["role"],
    )


def unconfirmed_data(value: Unconfirmed) -> dict[str, Any]:
    """Write the rule of closing without the customer's word."""
    return {
        "allowed": value.allowed,
        "attempts": value.attempts,
        "days": value.days,
        "written": value.written,
        "role": value.role,
    }


def sources(data: Data, path: str = "") -> Mapping[str, tuple[str, str]]:
    """Return tag and source of every limit and table that has them, by dotted key."""
    found: dict[str, tuple[str, str]] = {}
    if data.keys() >= META:
        found[path] = (data["tag"], data["source"])
    for key, value in data.items():
        if isinstance(value, Mapping):
            found |= sources(value, f"{path}.{key}" if path else key)
    return MappingProxyType(found)


def put_sources(data: dict[str, Any], origin: Mapping[str, tuple[str, str]]) -> None:
    """Write tags and sources into data: beside the keys of a table, around a value."""
    for path, (tag, source) in origin.items():
        *above, last = path.split(".")
        table = data
        for key in above:
            table = table[key]
        if isinstance(table[last], dict):
            table[last] |= {"tag": tag, "source": source}
        else:
            table[last] = {"value": table[last], "tag": tag, "source": source}
