"""Notifications of the Nagios family become alarms in every form that they are sent or kept in."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noc_console.errors import BadInput
from noc_console.intake.icinga import parse
from noc_console.workflows.drafts import AlarmDraft, Quarantined
from tests.intake.hostile_json import BREAKAGE, shapes

DANGEROUS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
NAMES = ("host", "service", "state", "notification_type", "check_result", "output", "results", "attrs", "type", "name")
WORDS = ("PROBLEM", "RECOVERY", "CRITICAL", "OK", "Host", "Service", "agg-7", "\ud800")

ENVIRONMENT = """NAGIOS_CONTACTEMAIL=noc@carrier.example
NAGIOS_HOSTNAME=agg-7
NAGIOS_HOSTADDRESS=192.0.2.7
NAGIOS_SERVICEDESC=Uplink xe-0/0/7
NAGIOS_NOTIFICATIONTYPE=PROBLEM
NAGIOS_SERVICESTATE=CRITICAL
NAGIOS_HOSTSTATE=UP
NAGIOS_SERVICEOUTPUT=CRITICAL - link down
NAGIOS_LONGSERVICEOUTPUT=no light\\nsince 08:15
NAGIOS_LASTSERVICESTATECHANGE=1772323200
NAGIOS__HOSTSNMP_COMMUNITY=opensesame
"""


def read(body: Any) -> list[AlarmDraft | Quarantined]:
    return list(parse(body.encode() if isinstance(body, str) else json.dumps(body).encode()))


def one(body: Any) -> AlarmDraft:
    (alarm,) = read(body)
    assert isinstance(alarm, AlarmDraft)
    return alarm


def test_the_environment_of_a_service() -> None:
    alarm = one(ENVIRONMENT)

    assert (alarm.object_, alarm.name, alarm.source_ip) == ("agg-7", "Uplink xe-0/0/7", "192.0.2.7")
    assert (alarm.severity, alarm.state) == ("critical", "raised")
    assert alarm.text == "CRITICAL - link down\nno light\nsince 08:15"
    assert alarm.raised_at == datetime(2026, 3, 1, tzinfo=UTC)
    assert alarm.labels["NAGIOS_SERVICESTATE"] == "CRITICAL"
    known = {"notification_type": "PROBLEM", "host": "agg-7", "service": "Uplink xe-0/0/7", "state": "CRITICAL"}
    assert known.items() <= alarm.labels.items()
    assert "opensesame" not in json.dumps(alarm.to_json())


def test_a_recovery_keeps_the_fingerprint_and_the_gravity_of_its_problem() -> None:
    recovery = (
        ENVIRONMENT.replace("=PROBLEM", "=RECOVERY").replace("SERVICESTATE=CRITICAL", "SERVICESTATE=OK")
        + "NAGIOS_LASTSERVICESTATE=CRITICAL\n"
    )

    alarm = one(recovery)

    assert (alarm.state, alarm.severity) == ("cleared", "critical")
    assert (alarm.raised_at, alarm.cleared_at) == (None, datetime(2026, 3, 1, tzinfo=UTC))
    assert alarm.fingerprint == one(ENVIRONMENT).fingerprint
    assert one(ENVIRONMENT.replace("xe-0/0/7", "xe-0/0/8")).fingerprint != alarm.fingerprint


@pytest.mark.parametrize("prefix", ["NAGIOS_", "ICINGA_", "NOTIFY_", "", "export NAGIOS_"])
def test_the_environment_of_a_host(prefix: str) -> None:
    lines = (
        "HOSTNAME=agg-7",
        'HOSTSTATE="DOWN"',
        "NOTIFICATIONTYPE=PROBLEM",
        "HOSTOUTPUT=PING CRITICAL",
        "HOSTADDRESS=2001:db8::7",
    )
    alarm = one("\n".join(("PATH=/usr/bin", "SECRET_KEY=x", *(prefix + line for line in lines))))

    assert (alarm.object_, alarm.name, alarm.severity, alarm.state) == ("agg-7", "host check", "critical", "raised")
    assert (alarm.source_ip, alarm.text) == ("2001:db8::7", "PING CRITICAL")
    assert alarm.probable_cause == "communicationsSubsystemFailure"
    assert not {"PATH", "SECRET_KEY"} & set(alarm.labels)


@pytest.mark.parametrize(
    ("state", "severity", "end"),
    [
        ("WARNING", "warning", "raised"),
        ("CRITICAL", "critical", "raised"),
        ("UNKNOWN", "indeterminate", "raised"),
        ("OK", "indeterminate", "cleared"),
        ("2", "critical", "raised"),
        ("0", "indeterminate", "cleared"),
        ("ACKNOWLEDGEMENT (CRITICAL)", "critical", "raised"),
    ],
)
def test_states_of_services(state: str, severity: str, end: str) -> None:
    alarm = one(ENVIRONMENT.replace("SERVICESTATE=CRITICAL", f"SERVICESTATE={state}"))

    assert (alarm.severity, alarm.state) == (severity, end)


def test_checkmk() -> None:
    alarm = one(
        {
            "what": "SERVICE", "host": "agg-7", "service": "PSU 1", "address": "192.0.2.7", "event": "OK -> CRIT",
            "status": "CRITICAL", "severity": "CRITICAL", "notification_type": "PROBLEM", "output": "PSU 1 failed",
            "long_date_time": "Sun Mar  1 00:00:00 UTC 2026", "check_command": "check_mk-psu",
        }
    )  # fmt: skip

    assert (alarm.object_, alarm.name, alarm.severity, alarm.state) == ("agg-7", "PSU 1", "critical", "raised")
    assert alarm.raised_at == datetime(2026, 3, 1, tzinfo=UTC)
    assert alarm.probable_cause == "powerSupplyFailure"


def test_the_event_stream_and_the_api_of_icinga_2() -> None:
    notification = {
        "type": "Notification", "host": "agg-7", "service": "PSU 1", "notification_type": "PROBLEM",
        "check_result": {"exit_status": 2.0, "state": 2.0, "output": "PSU 1 failed"}, "timestamp": 1772323200.5,
    }  # fmt: skip
    change = {"type": "StateChange", "host": "agg-7", "state": 0.0, "state_type": 1.0, "check_result": {"output": "up"}}
    attributes = {
        "name": "PSU 1",
        "host_name": "agg-7",
        "state": 1.0,
        "last_hard_state": 1.0,
        "last_state_change": 1772323200,
    }

    failed, up = read(json.dumps(notification) + "\n" + json.dumps(change) + "\n")
    (known,) = read({"results": [{"type": "Service", "name": "agg-7!PSU 1", "attrs": attributes}]})

    assert isinstance(failed, AlarmDraft)
    assert isinstance(up, AlarmDraft)
    assert isinstance(known, AlarmDraft)
    assert (failed.state, failed.severity, failed.text) == ("raised", "critical", "PSU 1 failed")
    assert failed.raised_at == datetime(2026, 3, 1, 0, 0, 0, 500000, tzinfo=UTC)
    assert (up.state, up.name) == ("cleared", "host check")
    assert (known.object_, known.name, known.severity) == ("agg-7", "PSU 1", "warning")
    assert known.fingerprint == failed.fingerprint


STATUS = """# made by a program
info {
\tcreated=1772323200
\t}

hoststatus {
\thost_name=agg-7
\tcurrent_state=1
\tstate_type=1
\thas_been_checked=1
\tlast_hard_state_change=1772323200
\tplugin_output=PING CRITICAL - loss = 100%
\t}

servicestatus {
\thost_name=agg-7
\tservice_description=PSU 1
\tcurrent_state=2
\tlast_hard_state=0
\tstate_type=0
\thas_been_checked=1
\tplugin_output=failed once
\t}

servicestatus {
\thost_name=agg-8
\tservice_description=PSU 1
\tcurrent_state=2
\tstate_type=1
\thas_been_checked=0
\t}

servicecomment {
\thost_name=agg-8
\tcomment_data=x
\t}

servicestatus {
\tservice_description=nameless
\tcurrent_state=2
\t}
"""


def test_a_status_file() -> None:
    down, soft, unchecked, nameless = read(STATUS)

    assert isinstance(down, AlarmDraft)
    assert isinstance(soft, AlarmDraft)
    assert isinstance(unchecked, AlarmDraft)
    assert isinstance(nameless, Quarantined)
    assert (down.object_, down.state, down.severity) == ("agg-7", "raised", "critical")
    assert down.raised_at == datetime(2026, 3, 1, tzinfo=UTC)
    assert (soft.name, soft.state) == ("PSU 1", "cleared")
    assert (unchecked.object_, unchecked.state) == ("agg-8", "cleared")
    assert soft.fingerprint != unchecked.fingerprint
    (cut,) = read("hoststatus {\n\thost_name=agg-7\n")
    assert isinstance(cut, Quarantined)


LOG = """[1772323200] CURRENT HOST STATE: agg-7;UP;HARD;1;PING OK
[1772323201] SERVICE ALERT: agg-7;PSU 1;CRITICAL;SOFT;1;failed once
[1772323202] SERVICE ALERT: agg-7;PSU 1;CRITICAL;HARD;3;failed; a; b
[1772323203] SERVICE NOTIFICATION: noc;agg-7;PSU 1;ACKNOWLEDGEMENT (CRITICAL);by-mail;failed;li;seen
[1772323204] HOST NOTIFICATION: noc;agg-8;DOWN;by-mail;CRITICAL - timeout
[1772323205] EXTERNAL COMMAND: SCHEDULE_HOST_DOWNTIME;agg-7;1;2
[1772323206] HOST ALERT: cut

garbage
"""


def test_a_log() -> None:
    up, alert, acknowledged, down, garbage = read(LOG)

    assert isinstance(up, AlarmDraft)
    assert isinstance(alert, AlarmDraft)
    assert isinstance(acknowledged, AlarmDraft)
    assert isinstance(down, AlarmDraft)
    assert isinstance(garbage, Quarantined)
    assert (up.state, up.cleared_at) == ("cleared", datetime(2026, 3, 1, tzinfo=UTC))
    assert (alert.severity, alert.text) == ("critical", "failed; a; b")
    assert (acknowledged.state, acknowledged.labels["notification_type"]) == ("raised", "ACKNOWLEDGEMENT")
    assert (
        acknowledged.fingerprint
        == alert.fingerprint
        == one(ENVIRONMENT.replace("Uplink xe-0/0/7", "PSU 1")).fingerprint
    )
    assert (down.object_, down.severity, down.text) == ("agg-8", "critical", "CRITICAL - timeout")


@pytest.mark.parametrize(
    "body",
    [
        {"hostname": "192.0.2.1", "severity": "ok", "state": "0", "status": "1", "name": "Devices up/down"},
        {"ruleName": "CPU", "state": "alerting", "title": "[Alerting] CPU"},
        {"hostname": "agg-7", "status": "PROBLEM", "trigger": "down", "severity": "High"},
        {"notification_type": "PROBLEM"},
        {"notification_type": "PROBLEM", "host": "agg-7", "nothing": "more"} | {"notification_type": ""},
        {"results": []},
        [],
        3,
        "HOME=/root\nPATH=/usr/bin\n",
        "NAGIOS_HOSTNAME=agg-7\n",
        "nothing",
    ],
)
def test_other_systems_are_refused(body: Any) -> None:
    with pytest.raises(BadInput) as refused:
        parse(body.encode() if isinstance(body, str) else json.dumps(body).encode(), where="x")
    assert refused.value.hint


def test_one_of_several_that_is_none_lets_the_rest_go_on() -> None:
    check = {"host": "agg-7", "notification_type": "PROBLEM", "state": "DOWN"}

    items = read([{"x": 1}, check, None])

    assert [type(item) for item in items] == [Quarantined, AlarmDraft, Quarantined]


HOSTILE = (
    *BREAKAGE,
    b"A=" * 400_000,
    b"NAGIOS_" * 150_000,
    b"hoststatus " * 90_000,
    b"[177232320" * 90_000,
    b"[1772323200] A: \n" * 100_001,
    b"hoststatus {\n}\n" * 100_001,
)


@pytest.mark.timeout(20)
@pytest.mark.parametrize("raw", HOSTILE, ids=range(len(HOSTILE)))
def test_breakage_is_refused(raw: bytes) -> None:
    with pytest.raises(BadInput):
        list(parse(raw))


def test_text_is_clean() -> None:
    alarm = one(ENVIRONMENT.replace("link down", "a\x1b[2J\u202eb\x07"))

    assert alarm.text.startswith("CRITICAL - ab")
    assert not DANGEROUS.search(json.dumps(alarm.to_json(), ensure_ascii=False).replace("\\n", ""))


@given(shapes(NAMES, WORDS))
def test_any_json_is_read_or_refused(raw: bytes) -> None:
    try:
        items = list(parse(raw))
    except BadInput:
        return
    for item in items:
        assert not DANGEROUS.search(json.dumps(item.to_json(), ensure_ascii=False))


PIECES = (
    "NAGIOS_HOSTNAME=a\n",
    "HOSTSTATE=DOWN\n",
    "[1772323200] HOST ALERT: ",
    "a;DOWN;HARD;1;",
    "hoststatus {\n",
    "}\n",
    "host_name=a\n",
)


@given(st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=9)), max_size=12))
def test_any_text_is_read_or_refused(parts: list[str]) -> None:
    try:
        items = list(parse("".join(parts).encode("utf-8", "surrogatepass")))
    except BadInput as error:
        assert error.hint
        return
    for item in items:
        assert not DANGEROUS.search(json.dumps(item.to_json(), ensure_ascii=False))


@pytest.mark.parametrize(
    "environment",
    (
        "notification_type=PROBLEM\nhost_name=agg-7\nhost_state=DOWN\nhost_output=no answer\n",
        "notification.type=PROBLEM\nhost.name=agg-7\nhost.state=DOWN\nhost.output=no answer\n",
        'declare -x NAGIOS_NOTIFICATIONTYPE="PROBLEM"\ndeclare -x NAGIOS_HOSTNAME="agg-7"\n'
        'declare -x NAGIOS_HOSTSTATE="DOWN"\ndeclare -x NAGIOS_HOSTOUTPUT="no answer"\n',
    ),
)
def test_an_environment_as_sites_write_it_down(environment: str) -> None:
    alarm = one(environment)
    assert (alarm.object_, alarm.state, alarm.severity, alarm.text) == ("agg-7", "raised", "critical", "no answer")


def test_an_environment_may_lie_in_json() -> None:
    alarm = one({"NAGIOS_HOSTNAME": "agg-7", "NAGIOS_SERVICEDESC": "CPU", "NAGIOS_SERVICESTATE": "WARNING"})
    assert (alarm.object_, alarm.name, alarm.severity) == ("agg-7", "CPU", "warning")


def test_a_service_of_livestatus_is_no_host() -> None:
    row = {"host_name": "agg-7", "description": "CPU", "state": 2, "plugin_output": "load 40", "state_type": 1}
    (alarm,) = read([row])
    assert isinstance(alarm, AlarmDraft)
    assert (alarm.name, alarm.severity, alarm.text) == ("CPU", "critical", "load 40")


def test_checkmk_tells_the_time_in_microseconds() -> None:
    alarm = one("NOTIFY_HOSTNAME=agg-7\nNOTIFY_WHAT=HOST\nNOTIFY_HOSTSTATE=DOWN\nNOTIFY_MICROTIME=1772352902000000\n")
    assert alarm.raised_at == datetime(2026, 3, 1, 8, 15, 2, tzinfo=UTC)


def test_a_file_of_performance_data_tells_states_too() -> None:
    alarms = read(
        "DATATYPE::SERVICEPERFDATA\tTIMET::1772352902\tHOSTNAME::agg-7\tSERVICEDESC::CPU\tSERVICEPERFDATA::load=40;;\t"
        "HOSTSTATE::UP\tSERVICESTATE::CRITICAL\tSERVICESTATETYPE::HARD\n"
        "DATATYPE::HOSTPERFDATA\tTIMET::1772352903\tHOSTNAME::agg-8\tHOSTPERFDATA::rta=1ms\tHOSTSTATE::UP\n"
        "DATATYPE::HOSTPERFDATA\tTIMET::1772352904\tHOSTPERFDATA::rta=1ms\n"
    )
    first, second, third = alarms
    assert isinstance(first, AlarmDraft)
    assert isinstance(second, AlarmDraft)
    assert (first.object_, first.name, first.state, first.text) == ("agg-7", "CPU", "raised", "load=40;;")
    assert first.raised_at == datetime(2026, 3, 1, 8, 15, 2, tzinfo=UTC)
    assert (second.object_, second.name, second.state) == ("agg-8", "host check", "cleared")
    assert isinstance(third, Quarantined)
