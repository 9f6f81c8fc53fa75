"""Alarms of TMF642 (v4, v5, and ServiceNow's variant) to drafts: one alarm, a list, or an event with its alarm.

It must not touch the store or decide what becomes of an alarm: that is the desk's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from noc_console.errors import BadInput
from noc_console.i18n import N_
from noc_console.intake import known_shapes
from noc_console.intake.alarm_causes import probable_cause
from noc_console.intake.alarm_words import fingerprint
from noc_console.intake.instants import instant
from noc_console.intake.json_input import unreadable
from noc_console.intake.tmf_ticket import text_of
from noc_console.workflows.drafts import AlarmDraft, AlarmState, Quarantined, Severity

WANTED: Final = N_("an alarm of TMF642")
_SEVERITIES: Final[dict[str, Severity]] = {
    "critical": "critical",
    "major": "major",
    "minor": "minor",
    "warning": "warning",
    "indeterminate": "indeterminate",
    "intermediate": "indeterminate",
}
_OWN: Final = frozenset((
    "perceivedSeverity", "alarmType", "probableCause", "specificProblem", "alarmedObject", "alarmedObjectType",
    "alarmRaisedTime", "alarmReportingTime", "alarmChangedTime", "alarmClearedTime", "externalAlarmId", "ackState",
    "alarmDetails", "sourceSystemId", "reportingSystemId", "affectedService", "plannedOutageIndicator",
    "plannedOutageIndication", "proposedRepairedActions", "proposedRepairActions", "crossedThresholdInformation",
    "isRootCause", "correlatedAlarm", "parentAlarm",
))  # fmt: skip
#: How many fields of its own tell an alarm that does not say what it is.
_ENOUGH: Final = 2
_CLEARED: Final = frozenset({"cleared", "clear", "terminated", "closed", "ok"})
_ID_LONG: Final = 400


def parse(raw: bytes, *, where: str = "-", now: datetime | None = None) -> Iterator[AlarmDraft | Quarantined]:
    """Return every alarm of an input in order; one that cannot be read is quarantined and the others go on.

    An alarm with a time of clearing that lies after ``now`` is still raised.

    Raises BadInput, naming ``where``, for what holds no alarm.
    """
    value = known_shapes.load(raw, where=where)
    items = _items(value)
    found = [(item, *_alarm_of(item)) for item in items]
    if not any(alarm is not None for _item, alarm, _kind in found):
        raise BadInput(known_shapes.not_taken(value, where=where, wanted=WANTED))
    return (
        unreadable(known_shapes.not_taken(item, where=f"{where}#{number}", wanted=WANTED), item)
        if alarm is None
        else _draft(alarm, kind, now, said_at=instant(item.get("eventTime")))
        for number, (item, alarm, kind) in enumerate(found)
    )


def _items(value: Any) -> list[Any]:
    if isinstance(value, Mapping):
        for name in ("alarms", "alarm", "result", "results", "items"):
            inner = value.get(name)
            if isinstance(inner, list) and inner and all(_alarm_of(item)[0] is not None for item in inner):
                value = inner
                break
    return value[: known_shapes.MAX_ITEMS] if isinstance(value, list) else [value]


def _alarm_of(item: Any) -> tuple[Mapping[str, Any] | None, str]:
    """Return the alarm in an item and the type of the event that brought it; None for what is no alarm."""
    if not isinstance(item, Mapping):
        return None, ""
    kind = text_of(item.get("eventType") or item.get("@type"))
    payload = item.get("event")
    inside = payload.get("alarm") if isinstance(payload, Mapping) else item.get("alarm")
    alarm = inside if isinstance(inside, Mapping) else payload if isinstance(payload, Mapping) else item
    named = str(alarm.get("@type") or "").casefold() in ("alarm", "resourcealarm", "servicealarm")
    fits = len(alarm.keys() & _OWN) >= _ENOUGH or (named and bool(alarm.keys() & _OWN))
    reference = inside is not None and kind.casefold().startswith("alarm") and bool(text_of(alarm.get("id")))
    return (alarm if fits or reference else None), kind


def _draft(alarm: Mapping[str, Any], kind: str, now: datetime | None, *, said_at: datetime | None) -> AlarmDraft:
    said = {str(name): value for name, value in alarm.items()}
    cause, problem = text_of(alarm.get("probableCause")), text_of(alarm.get("specificProblem"))
    severity = text_of(alarm.get("perceivedSeverity")).casefold()
    state = _state(alarm, severity, kind, now)
    details = [
        text_of(alarm.get(name)) for name in ("alarmDetails", "proposedRepairedActions", "proposedRepairActions")
    ]
    changed = instant(alarm.get("alarmChangedTime"))
    return AlarmDraft(
        fingerprint=_fingerprint(alarm),
        name=problem or cause or text_of(alarm.get("alarmType")) or text_of(alarm.get("id")),
        severity=_SEVERITIES.get(severity, "indeterminate"),
        state=state,
        object_=_object(alarm),
        raised_at=instant(alarm.get("alarmRaisedTime")) or instant(alarm.get("alarmReportingTime")),
        # An event that tells of a clear need not repeat the alarm's own times.
        cleared_at=(instant(alarm.get("alarmClearedTime")) or changed or said_at) if state == "cleared" else None,
        text="\n".join(dict.fromkeys(part for part in (problem, *details) if part)),
        labels={**said, **({"eventType": kind} if kind and "eventType" not in said else {})},
        probable_cause=probable_cause(cause, problem),
    )


def _state(alarm: Mapping[str, Any], severity: str, kind: str, now: datetime | None) -> AlarmState:
    """Tell a clear: by its severity (X.733), its state, the event, or the time at which it was cleared."""
    state = text_of(alarm.get("state")).casefold()
    event = kind.casefold()
    told = severity in _CLEARED or state in _CLEARED or ("alarm" in event and ("cleared" in event or "delete" in event))
    ended = instant(alarm.get("alarmClearedTime"))
    return "cleared" if told or (ended is not None and (now is None or ended <= now)) else "raised"


def _object(alarm: Mapping[str, Any]) -> str | None:
    """Return what an alarm is about: the object, else the first service that it affects, else who reports it."""
    for name in ("alarmedObject", "affectedService"):
        value = alarm.get(name)
        first = value[0] if isinstance(value, list) and value else value
        found = text_of(first.get("id") or first.get("name")) if isinstance(first, Mapping) else text_of(first)
        if found:
            return found
    return text_of(alarm.get("sourceSystemId")) or None


def _fingerprint(alarm: Mapping[str, Any]) -> str:
    """Return what every report of this alarm has in common: its id at its source, the id here, or what it is about.

    Only the source's own id stands in its first report and in every later one.
    """
    source = text_of(alarm.get("sourceSystemId"))
    for name, scope in (("externalAlarmId", source), ("id", "")):
        found = text_of(alarm.get(name))
        if found:
            return f"tmf642:{scope}:{found}"[:_ID_LONG]
    parts = (
        source,
        _object(alarm) or "",
        *(text_of(alarm.get(n)) for n in ("alarmType", "probableCause", "specificProblem")),
    )
    return fingerprint("tmf642", *parts)
