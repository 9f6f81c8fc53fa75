"""Alarms of TMF642: what is understood of v4, v5 and vendors' bodies, and what is refused."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from noc_console.errors import BadInput
from noc_console.intake import tmf642
from noc_console.workflows.drafts import AlarmDraft, Quarantined
from tests.intake.hostile_json import BREAKAGE, shapes

ALARM: dict[str, Any] = {
    "id": "a-1",
    "externalAlarmId": "x-9",
    "sourceSystemId": "ems-3",
    "alarmType": "communicationsAlarm",
    "perceivedSeverity": "MAJOR",
    "probableCause": "Loss of signal",
    "specificProblem": "LOS on port 3",
    "alarmedObject": {"id": "OLT-HZ-07", "href": "https://x"},
    "alarmRaisedTime": "2026-03-01T09:00:00.000+08:00",
    "alarmDetails": "input power -34 dBm",
    "ackState": "unacknowledged",
    "state": "raised",
}


def parse(body: Any) -> list[AlarmDraft | Quarantined]:
    """Read a body given as a value or as bytes."""
    return list(tmf642.parse(body if isinstance(body, bytes) else json.dumps(body).encode(), where="in.json"))


def one(body: Any) -> AlarmDraft:
    """Read a body with one alarm."""
    (draft,) = parse(body)
    assert isinstance(draft, AlarmDraft)
    return draft


def test_an_alarm_is_understood() -> None:
    draft = one(ALARM)
    assert (draft.name, draft.severity, draft.state, draft.object_) == ("LOS on port 3", "major", "raised", "OLT-HZ-07")
    assert draft.raised_at == datetime(2026, 3, 1, 1, tzinfo=UTC)
    assert draft.probable_cause == "lossOfSignal"
    assert "input power -34 dBm" in draft.text
    assert (draft.labels["ackState"], draft.labels["state"]) == ("unacknowledged", "raised")


@pytest.mark.parametrize(
    "told",
    [
        {"state": "cleared"},
        {"perceivedSeverity": "cleared"},
        {"perceivedSeverity": "CLEARED"},
        {"alarmClearedTime": "2026-03-01T02:00:00Z"},
    ],
)
def test_a_clear_is_told_in_several_ways_and_has_the_fingerprint_of_the_alarm(told: dict[str, str]) -> None:
    clear = one({**ALARM, "alarmChangedTime": "2026-03-01T02:00:00Z", **told})
    assert (clear.state, clear.cleared_at) == ("cleared", datetime(2026, 3, 1, 2, tzinfo=UTC))
    assert clear.fingerprint == one(ALARM).fingerprint


def test_an_alarm_without_an_id_is_known_by_its_condition_on_its_object() -> None:
    nameless = {name: value for name, value in ALARM.items() if name not in ("id", "externalAlarmId")}
    assert one(nameless).fingerprint == one({**nameless, "perceivedSeverity": "MINOR"}).fingerprint
    assert one(nameless).fingerprint != one({**nameless, "alarmedObject": {"id": "OLT-HZ-08"}}).fingerprint


def test_events_and_lists_hold_alarms() -> None:
    event = one({"eventType": "AlarmCreateEvent", "event": {"alarm": ALARM}})
    assert (event.labels["eventType"], event.fingerprint) == ("AlarmCreateEvent", one(ALARM).fingerprint)
    cleared = one({"eventType": "AlarmClearedNotification", "event": {"alarm": {"id": "a-1", **ALARM}}})
    assert cleared.state == "cleared"
    at = one({"eventType": "AlarmDeleteEvent", "eventTime": "2026-03-01T02:00:00Z", "event": {"alarm": {"id": "a-1"}}})
    assert (at.state, at.cleared_at) == ("cleared", datetime(2026, 3, 1, 2, tzinfo=UTC))
    assert len(parse([ALARM, {**ALARM, "externalAlarmId": "x-10"}])) == 2
    first, second = parse([ALARM, {"hello": "world"}])
    assert isinstance(first, AlarmDraft)
    assert isinstance(second, Quarantined)


def test_a_time_of_clearing_to_come_clears_nothing_yet() -> None:
    body = json.dumps({**ALARM, "alarmClearedTime": "2026-03-01T02:00:00Z"}).encode()
    states = [
        draft.state
        for now in (datetime(2026, 3, 1, 1, tzinfo=UTC), datetime(2026, 3, 1, 3, tzinfo=UTC))
        for draft in tmf642.parse(body, now=now)
        if isinstance(draft, AlarmDraft)
    ]
    assert states == ["raised", "cleared"]


def test_an_unknown_severity_counts_as_indeterminate() -> None:
    assert one({**ALARM, "perceivedSeverity": "purple"}).severity == "indeterminate"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"id": "1", "description": "x", "@type": "TroubleTicket"}, "a TMF621 trouble ticket"),
        ({"alarmPattern": [{"id": "1"}]}, "a command to alarms"),
        ({"event": {"commonEventHeader": {}}}, "a VES event"),
        ({}, "not an alarm of TMF642"),
        (b"a,b\n1,2\n3,4\n", "a table"),
    ],
)
def test_what_is_no_alarm_is_refused_with_what_it_seems_to_be(body: Any, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        parse(body)


@pytest.mark.parametrize("raw", BREAKAGE, ids=range(len(BREAKAGE)))
def test_broken_json_is_refused(raw: bytes) -> None:
    with pytest.raises(BadInput):
        parse(raw)


@settings(max_examples=300, deadline=2_000, suppress_health_check=[HealthCheck.too_slow])
@given(shapes([*ALARM, "event", "alarm", "alarms", "eventType", "@type"], ["Alarm", "cleared", "MAJOR"]))
def test_no_shape_of_json_breaks_the_reader(raw: bytes) -> None:
    with suppress(BadInput):
        for draft in parse(raw):
            json.dumps(draft.to_json())
