"""Events of Zabbix become alarms, whatever names a media type gives its fields."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noc_console.errors import BadInput
from noc_console.intake.zabbix import parse
from noc_console.workflows.drafts import AlarmDraft, Quarantined
from tests.intake.hostile_json import BREAKAGE, shapes

DANGEROUS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
NAMES = (
    "hostname",
    "host",
    "status",
    "trigger",
    "severity",
    "event_id",
    "EVENT.VALUE",
    "clock",
    "nseverity",
    "HOST.IP",
)
WORDS = ("PROBLEM", "OK", "1", "0", "Disaster", "{EVENT.NAME}", "agg-7", "1772323200", "\ud800")


def read(body: Any) -> list[AlarmDraft | Quarantined]:
    raw = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    return list(parse(raw))


def one(body: Any) -> AlarmDraft:
    (alarm,) = read(body)
    assert isinstance(alarm, AlarmDraft)
    return alarm


def event(**changed: Any) -> dict[str, Any]:
    return {
        "hostname": "agg-7.carrier.example",
        "severity": "High",
        "status": "PROBLEM",
        "trigger": "Interface xe-0/0/7 of agg-7 is down",
        "item": "Operational status: down (2)",
        "link": "https://zabbix.carrier.example/tr_events.php?triggerid=1&eventid=2",
        **changed,
    }


def test_a_webhook() -> None:
    alarm = one(event())

    assert (alarm.name, alarm.object_) == ("Interface xe-0/0/7 of agg-7 is down", "agg-7.carrier.example")
    assert (alarm.severity, alarm.state, alarm.probable_cause) == ("major", "raised", "lossOfSignal")
    assert alarm.labels == event()
    assert alarm.text.splitlines() == ["Interface xe-0/0/7 of agg-7 is down", "Operational status: down (2)"]


def test_macros_for_names() -> None:
    alarm = one(
        {
            "HOST.NAME": "agg-7",
            "HOST.IP": "192.0.2.7",
            "EVENT.ID": "900",
            "TRIGGER.ID": "31",
            "EVENT.NAME": "PSU 1 failed",
            "EVENT.VALUE": "1",
            "EVENT.NSEVERITY": "5",
            "EVENT.OPDATA": "current state: failed",
            "clock": 1772323200,
        }
    )

    assert (alarm.object_, alarm.source_ip, alarm.severity) == ("agg-7", "192.0.2.7", "critical")
    assert alarm.raised_at == datetime(2026, 3, 1, tzinfo=UTC)
    assert "current state: failed" in alarm.text
    assert alarm.probable_cause == "powerSupplyFailure"


def test_a_resolution_has_the_fingerprint_of_its_problem() -> None:
    raised = one(event(event_id="1"))
    cleared = one(event(event_id="2", status="OK", item="Operational status: up (1)"))

    assert (cleared.state, cleared.severity) == ("cleared", "major")
    assert raised.fingerprint == cleared.fingerprint
    assert one(event(trigger="Interface xe-0/0/8 of agg-7 is down")).fingerprint != raised.fingerprint
    assert one(event(hostname="agg-8")).fingerprint != raised.fingerprint


@pytest.mark.parametrize(
    ("severity", "word"),
    [
        ("Not classified", "indeterminate"),
        ("Information", "indeterminate"),
        ("Warning", "warning"),
        ("Average", "minor"),
        ("High", "major"),
        ("Disaster", "critical"),
        ("4", "major"),
        ("9", "indeterminate"),
    ],
)
def test_severities(severity: str, word: str) -> None:
    assert one(event(severity=severity)).severity == word


@pytest.mark.parametrize(
    ("status", "state"),
    [("PROBLEM", "raised"), ("1", "raised"), (1, "raised"), ("OK", "cleared"), ("RESOLVED", "cleared"), (0, "cleared")],
)
def test_states(status: Any, state: str) -> None:
    assert one(event(status=status)).state == state


def test_the_text_of_an_alert_script() -> None:
    started = one(
        "PROBLEM: High temperature on olt-3\n"
        "Problem started at 08:15:02 on 2026.03.01\r\n"
        "Problem name: High temperature on olt-3\n"
        "Host: olt-3\nSeverity: Warning\nOperational data: 71 C\nOriginal problem ID: 812\n"
    )
    over = one(
        "Problem has been resolved in 4m at 08:19:02 on 2026.03.01\n"
        "Problem name: High temperature on olt-3\nProblem duration: 4m\nHost: olt-3\nSeverity: Warning\n"
        "Original problem ID: 812\n"
    )
    old = one(
        "Trigger: Link down\nTrigger status: PROBLEM\nTrigger severity: Average\nHost: sw-1\nItem values:\n\n1. x\n"
    )

    assert (started.state, started.object_, started.severity) == ("raised", "olt-3", "warning")
    assert started.probable_cause == "highTemperature"
    assert over.state == "cleared"
    assert over.fingerprint == started.fingerprint
    assert (old.name, old.state, old.severity) == ("Link down", "raised", "minor")


def test_several_events_and_one_that_is_none() -> None:
    first, second = read([event(), {"hostname": "x"}])

    assert isinstance(first, AlarmDraft)
    assert isinstance(second, Quarantined)
    assert json.loads(second.raw) == {"hostname": "x"}
    assert "trigger" in second.text


@pytest.mark.parametrize(
    "changed",
    [
        {"hostname": ""},
        {"hostname": "{HOST.NAME}"},
        {"hostname": None},
        {"hostname": ["agg-7"]},
        {"status": ""},
        {"status": "whatever"},
        {"trigger": "", "item": ""},
    ],
)
def test_an_event_that_lacks_what_makes_one_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(BadInput, match=r"^x\.json: .*(host|status|problem)") as refused:
        parse(json.dumps(event(**changed)).encode(), where="x.json")
    assert "HOST.NAME" in refused.value.hint


@pytest.mark.parametrize(
    "body",
    [
        {"hostname": "192.0.2.1", "severity": "ok", "state": "0", "status": "1", "name": "Devices up/down"},
        {"ruleName": "CPU", "state": "alerting", "title": "[Alerting] CPU"},
        [{"event": "check.down"}],
        [],
        "To: noc\nHost: agg-7\n\nhello\n",
        "nothing",
    ],
)
def test_other_systems_are_refused(body: Any) -> None:
    with pytest.raises(BadInput):
        read(body)


HOSTILE = (*BREAKAGE, b"Host: x\n" * 100_000, b"a b " * 250_000, b"A: " * 300_000)


@pytest.mark.timeout(20)
@pytest.mark.parametrize("raw", HOSTILE, ids=range(len(HOSTILE)))
def test_breakage_is_refused(raw: bytes) -> None:
    with pytest.raises(BadInput):
        list(parse(raw))


def test_secrets_are_no_labels_and_text_is_clean() -> None:
    alarm = one(event(api_token="t", ZabbixPassword="p", trigger="a\x1b[2J\u202eb\ud800", x={"y": {"z": 1}}))

    assert "api_token" not in alarm.labels
    assert "ZabbixPassword" not in alarm.labels
    assert alarm.labels["x.y.z"] == "1"
    assert not DANGEROUS.search(json.dumps(alarm.to_json(), ensure_ascii=False).replace("\\n", ""))


@given(shapes(NAMES, WORDS))
def test_any_json_is_read_or_refused(raw: bytes) -> None:
    try:
        items = list(parse(raw))
    except BadInput:
        return
    for item in items:
        assert not DANGEROUS.search(json.dumps(item.to_json(), ensure_ascii=False))


@given(
    st.lists(
        st.one_of(st.sampled_from(("Host: a\n", "Trigger: t\n", "Status: OK\n", "PROBLEM: x\n")), st.text(max_size=9))
    )
)
def test_any_text_is_read_or_refused(parts: list[str]) -> None:
    try:
        list(parse("".join(parts).encode("utf-8", "surrogatepass")))
    except BadInput as error:
        assert error.hint


def test_a_body_with_the_zero_of_its_string_and_in_another_encoding() -> None:
    body = '{"event_id": "1", "host_name": "agg-7", "trigger": "link down", "status": "PROBLEM", "severity": "High"}'
    for raw in (body.encode() + b"\n\0", body.encode("utf-16"), b"\xef\xbb\xbf" + body.encode()):
        (alarm,) = parse(raw)
        assert isinstance(alarm, AlarmDraft)
        assert (alarm.object_, alarm.severity) == ("agg-7", "major")


CHINESE = "告警主机：agg-7\n主机IP：192.0.2.7\n告警等级：{}\n告警信息：{} 端口down\n当前状态：{}\n事件ID：4711\n"


def test_the_message_template_of_chinese_sites() -> None:
    (raised,) = parse(CHINESE.format("严重", "GE0/3", "PROBLEM:1").encode())
    (cleared,) = parse(CHINESE.format("严重", "GE0/3", "OK:0").encode())
    (other,) = parse(CHINESE.format("灾难", "GE0/4", "PROBLEM:1").encode())
    assert isinstance(raised, AlarmDraft) and isinstance(cleared, AlarmDraft) and isinstance(other, AlarmDraft)
    assert (raised.object_, raised.source_ip, raised.name) == ("agg-7", "192.0.2.7", "GE0/3 端口down")
    assert (raised.state, raised.severity, cleared.state, other.severity) == ("raised", "major", "cleared", "critical")
    assert raised.fingerprint == cleared.fingerprint != other.fingerprint
    assert raised.labels["告警主机"] == "agg-7"


def test_an_event_of_the_export_names_its_host_in_a_list() -> None:
    body = {
        "clock": 1772324102,
        "value": 1,
        "eventid": 42,
        "name": "link down",
        "severity": 4,
        "hosts": [{"host": "agg-7"}],
    }
    (alarm,) = parse(json.dumps(body).encode())
    assert isinstance(alarm, AlarmDraft)
    assert (alarm.object_, alarm.severity, alarm.state) == ("agg-7", "major", "raised")
    assert alarm.raised_at == datetime(2026, 3, 1, 0, 15, 2, tzinfo=UTC)


def test_the_text_of_a_message_may_lie_in_json() -> None:
    alarm = one(
        {
            "to": "noc",
            "subject": "PROBLEM: Uplink of agg-7 is down",
            "message": "Trigger: Uplink of agg-7 is down\nTrigger status: PROBLEM\nTrigger severity: High\nHost: agg-7",
        }
    )
    assert (alarm.object_, alarm.name, alarm.state, alarm.severity) == (
        "agg-7",
        "Uplink of agg-7 is down",
        "raised",
        "major",
    )
    assert alarm.labels["to"] == "noc"


def test_old_templates_name_the_host_with_its_items_alone() -> None:
    alarm = one(
        "Trigger: Uplink is down\nTrigger status: OK\nTrigger severity: High\n\nItem values:\n\n"
        "1. Operational status (agg-7:ifOperStatus[4]): up (1)\n2. *UNKNOWN* (*UNKNOWN*:*UNKNOWN*): *UNKNOWN*\n"
    )
    assert (alarm.object_, alarm.state) == ("agg-7", "cleared")


def test_a_chinese_recovery_says_its_state_by_a_name_of_its_own() -> None:
    problem = one("告警主机:agg-7\n告警信息:端口 4 断开\n告警等级:High\n当前状态:PROBLEM:1\n事件ID:123\n")
    recovery = one("恢复主机:agg-7\n恢复信息:端口 4 断开\n恢复等级:High\n恢复状态:OK:0\n事件ID:123\n")
    assert (problem.state, recovery.state) == ("raised", "cleared")
    assert problem.fingerprint == recovery.fingerprint


def test_an_answer_of_the_interface_is_a_list_of_events() -> None:
    answer = {
        "jsonrpc": "2.0",
        "result": [
            {"eventid": "7", "clock": "1772352902", "value": "1", "name": "Uplink", "hosts": [{"host": "a-1"}]},
            {"triggerid": "8", "description": "Fan", "priority": "2", "value": "0", "hosts": [{"host": "a-2"}]},
        ],
        "id": 1,
    }  # fmt: skip
    alarms = list(parse(json.dumps(answer).encode()))
    assert [(one.object_, one.name, one.state) for one in alarms if isinstance(one, AlarmDraft)] == [
        ("a-1", "Uplink", "raised"),
        ("a-2", "Fan", "cleared"),
    ]


@pytest.mark.timeout(20)
@pytest.mark.parametrize("filling", ["\n", " ", "\t\n", "(a:b[", "Problem ", "Subject: ", "OK in ", "Host: a\n"])
def test_a_long_text_of_nearly_nothing_does_not_hang(filling: str) -> None:
    text = f"Trigger: Uplink\nTrigger status: OK\nHost: agg-7\n{filling * (200_000 // len(filling))}\nend"
    assert one(text).state == "cleared"
