"""Mails of monitoring systems carry an alarm; what people write about them does not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noc_console.intake.email import parse
from noc_console.intake.monitoring_mail import alarm_of
from noc_console.workflows.drafts import AlarmDraft, MailDraft

SENT = "Sun, 01 Mar 2026 08:15:02 +0800"
SENT_AT = datetime(2026, 3, 1, 0, 15, 2, tzinfo=UTC)


def mail(subject: str, body: str, more: str = "") -> MailDraft:
    head = f"From: mon@carrier.example\nTo: noc@carrier.example\nDate: {SENT}\nSubject: {subject}\n{more}"
    return parse(f"{head}Content-Type: text/plain; charset=utf-8\n\n{body}".encode())


def alarm(subject: str, body: str) -> AlarmDraft:
    found = alarm_of(mail(subject, body))
    assert found is not None
    assert mail(subject, body).alarm == found.to_json()
    return found


NAGIOS = (
    "***** Nagios *****\n\nNotification Type: {type}\n\nService: PSU 1\nHost: agg-7\nAddress: 192.0.2.7\n"
    "State: {state}\n\nDate/Time: 2026-03-01 08:10:00 +0800\n\nAdditional Info:\n{state} - psu 1: see the slot\n"
)
BAD = NAGIOS.format(type="PROBLEM", state="CRITICAL")


def test_nagios() -> None:
    raised = alarm(
        "** PROBLEM Service Alert: agg-7/PSU 1 is CRITICAL **", NAGIOS.format(type="PROBLEM", state="CRITICAL")
    )
    cleared = alarm("** RECOVERY Service Alert: agg-7/PSU 1 is OK **", NAGIOS.format(type="RECOVERY", state="OK"))

    assert (raised.object_, raised.name, raised.severity, raised.state) == ("agg-7", "PSU 1", "critical", "raised")
    assert (raised.source_ip, raised.raised_at) == ("192.0.2.7", datetime(2026, 3, 1, 0, 10, tzinfo=UTC))
    assert raised.text == "CRITICAL - psu 1: see the slot"
    known = {"notification_type": "PROBLEM", "host": "agg-7", "service": "PSU 1", "state": "CRITICAL"}
    assert known.items() <= raised.labels.items()
    assert (cleared.state, cleared.cleared_at) == ("cleared", datetime(2026, 3, 1, 0, 10, tzinfo=UTC))
    assert cleared.fingerprint == raised.fingerprint


def test_icinga() -> None:
    body = (
        "***** Service Monitoring on mon-1 *****\n\n==> PSU 1 on agg-7 is WARNING! <==\n\nInfo:    one fan slow\n\n"
        'When:    2026-03-01 08:10:00 +0800\nService: PSU 1 (Display Name: "Power 1")\n'
        'Host:    agg-7 (Display Name: "agg-7")\nIPv4:\t 192.0.2.7\n'
    )
    service = alarm("[PROBLEM] PSU 1 on agg-7 is WARNING!", body)
    host = alarm(
        "[PROBLEM] Host agg-8 is DOWN!",
        "agg-8 is DOWN!\n\nInfo:  timed out\n\nWhen: 2026-03-01 08:10:00 +0800\nHost: agg-8\n",
    )
    over = alarm(
        "PROBLEM - agg-7 - PSU 1 is OK", "Notification Type: RECOVERY\nService: PSU 1\nHost: agg-7\nState: OK\n"
    )

    assert (service.object_, service.name, service.severity) == ("agg-7", "PSU 1", "warning")
    assert service.labels["state"] == "WARNING"
    assert (host.object_, host.name, host.severity, host.text) == ("agg-8", "host check", "critical", "timed out")
    assert (over.state, over.labels["notification_type"]) == ("cleared", "RECOVERY")
    assert over.fingerprint == service.fingerprint
    assert over.cleared_at == SENT_AT


def test_checkmk() -> None:
    found = alarm(
        "Check_MK: agg-7/PSU 1 OK -> CRIT",
        "Host: agg-7\nService: PSU 1\nEvent: OK → CRIT\nAddress: 192.0.2.7\nSummary: failed\n",
    )

    assert (found.object_, found.name, found.severity, found.state) == ("agg-7", "PSU 1", "critical", "raised")
    assert found.text == "failed"


MONIT = (
    "{event} Service radiusd \n\n    Date:        Sun, 01 Mar 2026 08:10:00\n    Action:      alert\n"
    "    Host:        aaa-1\n    Description: {text}\n\nYour faithful employee,\nMonit\n"
)


@pytest.mark.parametrize(
    ("bad", "fine"),
    [
        ("Connection failed", "Connection succeeded"),
        ("Resource limit matched", "Resource limit succeeded"),
        ("Does not exist", "Exists"),
        ("Timeout", "Timeout recovery"),
        ("Execution failed", "Execution succeeded"),
    ],
)
def test_monit(bad: str, fine: str) -> None:
    raised = alarm(f"monit alert --  {bad} radiusd", MONIT.format(event=bad, text="port 1812"))
    cleared = alarm(f"monit alert --  {fine} radiusd", MONIT.format(event=fine, text="port 1812"))

    assert (raised.object_, raised.name, raised.state) == ("aaa-1", "radiusd", "raised")
    assert (raised.labels["action"], raised.labels["event"], raised.raised_at) == ("alert", bad, SENT_AT)
    assert (cleared.state, cleared.cleared_at) == ("cleared", SENT_AT)
    assert cleared.fingerprint == raised.fingerprint


def test_zabbix() -> None:
    body = "Problem {how}\nProblem name: Link down\nHost: agg-7\nSeverity: High\nOriginal problem ID: 8\n"
    raised = alarm("Problem: Link down", body.format(how="started at 08:10:00 on 2026.03.01"))
    cleared = alarm("Resolved in 2m 3s: Link down", body.format(how="has been resolved at 08:12:03 on 2026.03.01"))

    assert (raised.object_, raised.name, raised.severity, raised.state) == ("agg-7", "Link down", "major", "raised")
    assert cleared.state == "cleared"
    assert cleared.fingerprint == raised.fingerprint


def test_a_recovery_in_the_thread_of_its_problem() -> None:
    draft = mail(
        "** RECOVERY Service Alert: agg-7/PSU 1 is OK **",
        NAGIOS.format(type="RECOVERY", state="OK"),
        "In-Reply-To: <problem-1@mon.carrier.example>\n",
    )

    assert draft.alarm is not None
    assert draft.alarm["state"] == "cleared"


def test_prtg() -> None:
    raised = alarm(
        "[PRTG Network Monitor (mon-1)] agg-7 PING 1 (Ping) Down (Request timed out)", "Device: agg-7\nSensor: PING 1\n"
    )
    cleared = alarm(
        "[PRTG Network Monitor (mon-1)] agg-7 PING 1 (Ping) Down ended (now: Up)", "Device: agg-7\nSensor: PING 1\n"
    )

    assert (raised.object_, raised.name, raised.severity, raised.state) == ("agg-7", "PING 1", "critical", "raised")
    assert "Request timed out" in raised.text
    assert cleared.state == "cleared"
    assert cleared.fingerprint == raised.fingerprint


def test_librenms() -> None:
    body = (
        "Severity: critical\nTimestamp: 2026-03-01 08:10:00\nUnique-ID: 41\nRule: Devices up/down\nFaults:\n  #1: x\n"
    )
    raised = alarm("Alert for device 192.0.2.7 - Devices up/down", body)
    cleared = alarm("Device 192.0.2.7 recovered from Devices up/down", body.replace("critical", "ok"))

    assert (raised.object_, raised.source_ip, raised.severity) == ("192.0.2.7", "192.0.2.7", "critical")
    assert cleared.state == "cleared"
    assert cleared.fingerprint == raised.fingerprint


@pytest.mark.parametrize(
    ("subject", "body", "more"),
    [
        ("PROBLEM - our line is down", "Hello,\n\nour line is down since this morning.\n", ""),
        ("Problem: no internet", "Host: we do not know\nRegards\n", ""),
        ("Re: ** PROBLEM Service Alert: agg-7/PSU 1 is CRITICAL **", BAD, ""),
        ("转发: ** PROBLEM Service Alert: agg-7/PSU 1 is CRITICAL **", BAD, ""),
        ("** PROBLEM Service Alert: agg-7/PSU 1 is CRITICAL **",
         "we look at it\n\n" + "".join(f"> {line}\n" for line in BAD.splitlines()), "In-Reply-To: <1@x.example>\n"),
        ("Out of office: PROBLEM x is DOWN", BAD, "Auto-Submitted: auto-replied\n"),
        ("monit alert -- what is this?", "Dear team, we get these mails.\n", ""),
        ("Question", BAD, ""),
        ("", "", ""),
    ],
)  # fmt: skip
def test_other_mails_carry_none(subject: str, body: str, more: str) -> None:
    draft = mail(subject, body, more)

    assert alarm_of(draft) is None
    assert draft.alarm is None


PIECES = (
    "PROBLEM",
    " - ",
    "a is DOWN",
    "monit alert -- ",
    "Host: a\n",
    "State: DOWN\n",
    "Action: alert\n",
    "OK: x",
    "[PRTG x] ",
)


@given(st.text(max_size=30), st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=9)), max_size=10))
def test_any_mail_is_read(subject: str, parts: list[str]) -> None:
    line = " ".join((parts[0] if parts else "", subject)).replace("\n", " ").replace("\r", " ")
    draft = parse(f"From: a@b.example\nSubject: {line}\n\n{''.join(parts)}".encode("utf-8", "surrogatepass"))

    found = alarm_of(draft)

    assert found is None or found.object_


@pytest.mark.timeout(20)
@pytest.mark.parametrize("unit", ["A", "a ", "A: ", "Host: a\n", "PROBLEM ", "(", " is "])
def test_a_megabyte_of_one_thing_does_not_hang(unit: str) -> None:
    for subject in ("PROBLEM ", "monit alert -- ", "[PRTG x] ", "Check_MK: ", "Problem: "):
        alarm_of(mail(subject + unit.strip() * 2_000, unit * (500_000 // len(unit))))


def test_a_mail_in_the_chinese_template_of_zabbix() -> None:
    lines = "告警主机:agg-7\n告警等级:High\n告警信息: GE0/3 端口down\n当前状态:PROBLEM:1\n事件ID:4711\n"
    head = "From: zabbix@carrier.example\nContent-Type: text/plain; charset=utf-8\nSubject: "
    draft = parse(f"{head}故障PROBLEM,服务器:agg-7 发生故障\n\n{lines}".encode())
    assert draft.alarm is not None
    assert (draft.alarm["object"], draft.alarm["severity"], draft.alarm["state"]) == ("agg-7", "major", "raised")
    asked = parse(f"{head}请看看\n\n告警主机:agg-7 是哪台？\n".encode())
    assert asked.alarm is None


def test_checkmk_s_table_has_no_colons() -> None:
    def of(before: str, after: str) -> AlarmDraft:
        rows = (
            *(
                ("Host", "agg-7 (agg-7.carrier.example)"),
                ("Service", "Interface 4"),
                ("Event", f" {before} → {after} "),
            ),
            *(("Address", "192.0.2.7"), ("Date / Time", "Sun Mar 1 08:10:00 CST 2026"), ("Plugin Output", "no light")),
        )
        table = "\n".join(f"<tr>\n<td>{name}</td>\n<td>{value}</td>\n</tr>" for name, value in rows)
        head = f"From: cmk@carrier.example\nDate: {SENT}\nSubject: Check_MK: agg-7/Interface 4 {before} -> {after}\n"
        draft = parse(f"{head}Content-Type: text/html; charset=utf-8\n\n<table>\n{table}\n</table>\n".encode())
        found = alarm_of(draft)
        assert found is not None
        return found

    raised, cleared = of("OK", "CRIT"), of("CRIT", "OK")
    assert (raised.object_, raised.name, raised.severity) == ("agg-7", "Interface 4", "critical")
    assert (raised.source_ip, raised.text) == ("192.0.2.7", "no light")
    assert (raised.state, cleared.state, cleared.fingerprint) == ("raised", "cleared", raised.fingerprint)


@pytest.mark.parametrize(
    ("bad", "fine"),
    (("Timeout", "Action done"), ("Link down", "Link up"), ("Size failed", "Size passed")),
)
def test_monit_s_two_ends_are_one_alarm(bad: str, fine: str) -> None:
    def of(event: str) -> AlarmDraft:
        body = f"{event} Service xfer\n\n  Action: alert\n  Host: agg-7\n  Description: x\n"
        return alarm(f"monit alert --  {event} xfer", body)

    assert (of(bad).state, of(fine).state) == ("raised", "cleared")
    assert of(bad).fingerprint == of(fine).fingerprint


def test_a_person_who_writes_as_a_form_does_is_no_monitoring_system() -> None:
    assert mail("PROBLEM with my line", "Dear team,\n\nHost: it does not answer\nState: bad\n\nBob").alarm is None


@pytest.mark.timeout(20)
@pytest.mark.parametrize("filling", ["\n", " ", "\t\n", "Host ", "a Service b", '(Display Name: "'])
@pytest.mark.parametrize(
    "subject",
    [
        "** PROBLEM Host Alert: agg-7 is DOWN **",
        "Problem: Uplink is down",
        "monit alert --  Timeout xfer",
        "Check_MK: agg-7 UP -> DOWN",
    ],
)
def test_a_long_mail_of_nearly_nothing_does_not_hang(subject: str, filling: str) -> None:
    filled = filling * (60_000 // len(filling))
    body = f"Notification Type: PROBLEM\nSeverity: High\nProblem name: Uplink\nAction: alert\nHost: agg-7 {filled} x\n"
    assert mail(subject, body).subject == subject


@pytest.mark.timeout(20)
@pytest.mark.parametrize("filling", [" ", "!", "* ", "a is DOWN "])
def test_a_subject_without_end_does_not_hang(filling: str) -> None:
    subject = f"** PROBLEM Host Alert: agg-7 {filling * (200_000 // len(filling))} x"
    assert alarm_of(replace(mail("x", BAD), subject=subject)) is not None
