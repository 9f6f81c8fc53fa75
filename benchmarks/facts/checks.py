"""Judges what monitoring systems of servers send: Zabbix' bodies, Nagios' forms, their mails."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from benchmarks.facts import Fact, Kind
from benchmarks.facts.mail import read_mail, spaced
from noc_console.intake import icinga, zabbix
from noc_console.workflows.drafts import AlarmDraft, MailDraft


def read_zabbix(path: Path) -> AlarmDraft:
    """Return the event of a body."""
    (alarm,) = zabbix.parse(path.read_bytes(), where=str(path))
    assert isinstance(alarm, AlarmDraft)
    return alarm


def judge_zabbix(alarm: AlarmDraft, facts: Mapping[str, Any]) -> Iterator[Fact]:
    """Compare each value of a body: it is among the labels, and the host is what the alarm is about."""
    yield from (Fact.equal(name, value, alarm.labels.get(name)) for name, value in facts.items())
    host = facts.get("hostname") or facts.get("host_name")
    if host:
        yield Fact.equal("object", host, alarm.object_)


def read_nagios(path: Path) -> list[AlarmDraft]:
    """Return every alarm of a file."""
    return [item for item in icinga.parse(path.read_bytes(), where=str(path)) if isinstance(item, AlarmDraft)]


def judge_nagios(alarms: list[AlarmDraft], facts: Mapping[str, Any]) -> Iterator[Fact]:
    """Compare a notification, or how many hosts and services a status file or a log tells of."""
    first = alarms[0]
    services = [alarm for alarm in alarms if alarm.labels.get("service")]
    at = first.cleared_at or first.raised_at
    got = {
        "hosts": len(alarms) - len(services),
        "services": len(services),
        "service_notifications": sum(alarm.labels.get("source") == "SERVICE NOTIFICATION" for alarm in alarms),
        "first_epoch": int(at.timestamp()) if at else None,
        "address": first.source_ip,
        "output": first.text,
        **{name: first.labels.get(name) for name in ("notification_type", "host", "service", "state")},
    }
    yield from (Fact.equal(name, facts[name], value) for name, value in got.items() if name in facts)


def judge_mail(draft: MailDraft, facts: Mapping[str, Any]) -> Iterator[Fact]:
    """Compare the alarm of a mail and its sender."""
    if "subject" in facts:
        yield Fact.equal("subject", spaced(facts["subject"]), spaced(draft.subject))
    if "from_addr" in facts:
        yield Fact.equal("from_addr", facts["from_addr"], draft.from_.address if draft.from_ else "")
    alarm = draft.alarm or {}
    yield Fact("alarm", "one", alarm, bool(alarm))
    labels = alarm.get("labels")
    said = labels if isinstance(labels, dict) else {}
    for name in ("notification_type", "service", "state", "action"):
        if name in facts:
            yield Fact.equal(name, facts[name], said.get(name))
    if "host" in facts:
        # Where a subject calls it a host, the word stands in the facts too.
        yield Fact.equal("host", facts["host"].removeprefix("Host "), alarm.get("object"))


KINDS = (
    Kind("zabbix", ("alarms/zabbix",), read_zabbix, judge_zabbix),
    Kind("nagios", ("alarms/nagios",), read_nagios, judge_nagios),
    Kind("monitoring-mail", ("alarms/monitoring-mail",), read_mail, judge_mail),
)
