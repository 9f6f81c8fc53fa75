"""Alarms that monitoring systems send as mails: Nagios, Icinga, Checkmk, Monit, Zabbix, PRTG, LibreNMS.

A mail is one by what it is made of, its subject and the lines of its body, because anybody can write any sender. A
person's mail about such a mail (a reply, a forward) is none. It must not decide what an alarm does to a ticket.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Final

from noc_console.errors import BadInput
from noc_console.intake.alarm_causes import probable_cause
from noc_console.intake.alarm_fields import Fields, of_lines
from noc_console.intake.alarm_states import condition_of
from noc_console.intake.alarm_words import MAX_NAME, MAX_TEXT, address, fingerprint, one_line, severity
from noc_console.intake.check_result import Check, alarm_of_check, moment
from noc_console.intake.zabbix import event_of_text
from noc_console.workflows.drafts import AlarmDraft, MailDraft

_READ: Final = 64 * 1024
_SUBJECT_READ: Final = 1_000
_OF_A_PERSON: Final = re.compile(
    r"^\s*(?:re|aw|fwd?|wg|sv|tr|antw|回复|答复|转发|轉寄|回覆)\s*(?:\[\d+\])?\s*[:：]", re.IGNORECASE
)
_TYPES: Final = (
    "PROBLEM|RECOVERY|ACKNOWLEDGE?MENT|FLAPPING ?START|FLAPPING ?STOP|FLAPPING ?END|FLAPPING ?DISABLED|"
    "DOWNTIME ?START|DOWNTIME ?END|DOWNTIME ?(?:CANCELLED|REMOVED)|CUSTOM"
)
_CHECK_SUBJECT: Final = re.compile(
    rf"^\W{{0,6}}(?P<type>{_TYPES})\W{{1,6}}(?:(?:Host|Service)(?: Alert)?\W{{1,3}})?(?P<what>\S.*?)"
    r"(?: is (?P<state>[A-Z]+))?[\s!*]*$",
    re.IGNORECASE,
)
_CHECKMK_SUBJECT: Final = re.compile(
    r"^Check_?mk: (?P<host>[^\s/]+)(?:/(?P<service>.+?))?(?: -)? (?:(?P<before>[A-Z]{2,11}) -> )?"
    r"(?P<state>[A-Z]{2,11})$",
    re.IGNORECASE,
)
_STATES: Final = frozenset(
    (
        "ok",
        "up",
        "warning",
        "warn",
        "critical",
        "crit",
        "unknown",
        "unkn",
        "down",
        "unreachable",
        "unreach",
        "pending",
        "problem",
    )
)
#: A row of the table in Checkmk's mails of HTML.
_CHECKMK_ROW: Final = re.compile(
    r"^(Host|Service|Event|Address|Date / Time|Plugin Output|Additional Output|Summary|Details)[ \t]+(?=\S)",
    re.MULTILINE,
)
_EVENT: Final = re.compile(r"(?P<before>\w+) (?:->|→) (?P<state>\w+)")
_DISPLAY_NAME: Final = re.compile(r'(?<!\s)\s{0,20}\(Display Name: "[^"]{0,300}"\)\s*$')
_MONIT_SUBJECT: Final = re.compile(r"^monit alert\s*--\s*(?P<event>\S.*)$", re.IGNORECASE)
_MONIT_BODY: Final = re.compile(r"^(?P<event>\w[\w ()]*?) Service (?P<service>\S.*?)[ \t\r]*$", re.MULTILINE)
_MONIT_FINE: Final = re.compile(
    r"succeeded|passed|recover|action done|exists?$|running|started|not changed|unmonitored|monitor(?:ed)?$|\bup$",
    re.IGNORECASE,
)
_MONIT_BAD: Final = re.compile(r"not exist|fail|timeout$|matched|changed$|error", re.IGNORECASE)
_MONIT_ENDS: Final = re.compile(
    r"\b(?:succeeded|passed|up|down|recover(?:y|ed)?|matched|failed|failure|does not exist|exists?|not running|running|"
    r"changed|not changed)\b",
    re.IGNORECASE,
)
#: What Monit gave up is over when somebody has it watched again.
_MONIT_GIVEN_UP: Final = ("timeout", "action done")
_ZABBIX_SUBJECT: Final = re.compile(
    r"^(?:PROBLEM|OK|RESOLVED|UPDATE|Updated problem)(?: in [^:]{1,40})?: \S", re.IGNORECASE
)
#: Lines that stand together in the Chinese template, whatever its subject.
_ZABBIX_CHINESE: Final = (
    ("告警主机", "恢复主机", "故障主机"),
    ("当前状态", "告警状态"),
    ("事件id", "告警等级", "告警级别"),
)
_PRTG_SUBJECT: Final = re.compile(
    r"^\[PRTG[^\]]*\] (?P<what>.+?) (?P<state>Down(?: ended)?|Up|Warning(?: ended)?|Unusual(?: ended)?|Paused|Unknown)"
    r"(?: \((?P<message>.*)\))?$"
)
_LIBRENMS_SUBJECT: Final = re.compile(
    r"^(?:Alert for device (?P<raised>\S+) - (?P<rule>.+)|Device (?P<cleared>\S+) recovered from (?P<over>.+))$"
)


def alarm_of(draft: MailDraft) -> AlarmDraft | None:
    """Return the alarm that a mail is, ``None`` for every other mail."""
    subject = draft.subject.strip()[:_SUBJECT_READ]
    if draft.class_ in ("bounce", "autoreply") or _OF_A_PERSON.match(subject):
        return None
    # A recovery may answer its problem, to stand in one thread with it; what a person quotes of one is no alarm.
    text = (draft.new_text if draft.in_reply_to else draft.text)[:_READ]
    for reader in _READERS:
        alarm = reader(subject, text)
        if alarm is not None:
            return _dated(alarm, draft.at)
    return None


def _dated(alarm: AlarmDraft, sent: datetime | None) -> AlarmDraft:
    """Return an alarm with the time its mail was sent, where it says no other."""
    if alarm.raised_at or alarm.cleared_at:
        return alarm
    return replace(alarm, cleared_at=sent) if alarm.state == "cleared" else replace(alarm, raised_at=sent)


def _check(subject: str, text: str) -> AlarmDraft | None:
    """Return the alarm of a mail of Nagios, Icinga or Checkmk: its body has to name a host, and how it is."""
    titled = _CHECK_SUBJECT.match(subject)
    checkmk = _CHECKMK_SUBJECT.match(subject)
    if titled is None and checkmk is None:
        return None
    fields = of_lines(text)
    if checkmk and not fields.first("host", "hostname"):
        fields = of_lines(_CHECKMK_ROW.sub(r"\1: ", text))
    host = _named(fields, "host", "hostname", "hostalias")
    if checkmk and host.startswith(f"{checkmk['host']} ("):
        # The alias follows in brackets.
        host = checkmk["host"]
    stated = fields.first("state", "servicestate", "hoststate", "status")
    event = _EVENT.match(fields.first("event"))
    at = fields.first("when", "datetime", "date")
    if not host or not (fields.first("notificationtype") or stated.casefold() in _STATES or at or event):
        return None
    comment = fields.first("comment")
    parts = (
        fields.first("additionalinfo", "info", "output", "pluginoutput", "summary"),
        comment if comment != "[]" else "",
    )
    before = event["before"] if event else checkmk["before"] if checkmk else None
    alarm = alarm_of_check(
        Check(
            host=host,
            service=_named(fields, "service", "servicename", "servicedesc"),
            state=_state_of(stated, titled or checkmk) or (event["state"] if event else ""),
            notification=fields.first("notificationtype") or (titled["type"] if titled else ""),
            before=before or "",
            address=fields.first("address", "ipv4", "ipv6", "hostaddress"),
            output="\n".join(part for part in parts if part),
            at=at,
            labels=fields.labels,
        )
    )
    # As the body says it, where that is a word that says no gravity too.
    return replace(alarm, labels={**alarm.labels, "state": stated}) if stated else alarm


def _state_of(stated: str, titled: re.Match[str] | None) -> str:
    """Return the state that a body says, or the subject's where the body's word is none that has a gravity."""
    known = stated.casefold() if stated.casefold() in _STATES else ""
    by_subject = ((titled["state"] if titled else "") or "").casefold()
    return by_subject if known in ("", "problem") and by_subject in _STATES else known


def _named(fields: Fields, *names: str) -> str:
    return _DISPLAY_NAME.sub("", fields.first(*names))


def _monit(subject: str, text: str) -> AlarmDraft | None:
    """Return the alarm of a mail of Monit."""
    titled = _MONIT_SUBJECT.match(subject)
    fields = of_lines(text)
    host, action = fields.first("host"), fields.first("action")
    if titled is None or not host or not action:
        return None
    body = _MONIT_BODY.search(text)
    event = one_line(body["event"] if body else titled["event"], MAX_NAME)
    service = one_line(body["service"] if body else "", MAX_NAME)
    fine = bool(_MONIT_FINE.search(event)) and not _MONIT_BAD.search(event)
    description = fields.first("description")
    condition = " ".join(_MONIT_ENDS.sub("", event).split()).casefold()
    if condition in _MONIT_GIVEN_UP:
        condition = _MONIT_GIVEN_UP[0]
    known = {"host": host, "service": service, "event": event, "action": action, "description": description}
    return AlarmDraft(
        fingerprint=fingerprint("monit", host.casefold(), service, condition),
        name=service or event,
        severity="indeterminate" if fine else "major",
        state="cleared" if fine else "raised",
        object_=one_line(host, MAX_NAME),
        source_ip=address(host),
        text=f"{event}\n{description}".strip()[:MAX_TEXT],
        labels={name: value for name, value in known.items() if value},
        probable_cause=probable_cause(event, description, service),
    )


def _zabbix(subject: str, text: str) -> AlarmDraft | None:
    """Return the alarm of a mail of Zabbix."""
    fields = of_lines(text)
    severity_said = fields.first("severity", "triggerseverity", "problemseverity")
    named = fields.first("problemname", "trigger", "triggerstatus", "originalproblemid", "originaleventid")
    chinese = all(fields.first(*names) for names in _ZABBIX_CHINESE)
    if not chinese and not (_ZABBIX_SUBJECT.match(subject) and severity_said and named):
        return None
    try:
        return event_of_text(f"{subject}\n{text}", "mail")
    except BadInput:
        return None


def _prtg(subject: str, text: str) -> AlarmDraft | None:
    """Return the alarm of a mail of PRTG: ``[PRTG Network Monitor (site)] device sensor (type) Down (message)``."""
    titled = _PRTG_SUBJECT.match(subject)
    if titled is None:
        return None
    fields = of_lines(text)
    device = fields.first("device")
    sensor = fields.first("sensor", "name")
    what = one_line(titled["what"], MAX_NAME)
    word = titled["state"]
    fine = word in ("Up", "Paused") or word.endswith("ended")
    at = moment(fields.first("lastscan", "datetime"))
    return AlarmDraft(
        fingerprint=fingerprint("prtg", what.casefold()),
        name=one_line(sensor, MAX_NAME) or what,
        severity="indeterminate" if fine else severity(word) or "indeterminate",
        state="cleared" if fine else "raised",
        object_=one_line(device, MAX_NAME) or what.split(" ", 1)[0],
        source_ip=address(fields.first("ip", "address", "host")),
        raised_at=None if fine else at,
        cleared_at=at if fine else None,
        text="\n".join(part for part in (f"{what} {word}", titled["message"] or "") if part)[:MAX_TEXT],
        labels={**fields.labels, "state": word},
        probable_cause=probable_cause(sensor or what, titled["message"] or ""),
    )


def _librenms(subject: str, text: str) -> AlarmDraft | None:
    """Return the alarm of a mail of LibreNMS in its default template."""
    titled = _LIBRENMS_SUBJECT.match(subject)
    fields = of_lines(text)
    if titled is None or not (fields.first("severity") and fields.first("uniqueid", "rule", "timestamp")):
        return None
    host = titled["raised"] or titled["cleared"]
    rule = one_line(titled["rule"] or titled["over"], MAX_NAME)
    cleared = titled["cleared"] is not None
    return AlarmDraft(
        fingerprint=fingerprint("librenms", host.casefold(), condition_of(rule)[0]),
        name=rule,
        severity=severity(fields.first("severity")) or "indeterminate",
        state="cleared" if cleared else "raised",
        object_=one_line(host, MAX_NAME),
        source_ip=address(host),
        text=text.strip()[:MAX_TEXT],
        labels={**fields.labels, "host": host},
        probable_cause=probable_cause(rule),
    )


_READERS: Final[tuple[Callable[[str, str], AlarmDraft | None], ...]] = (_check, _monit, _prtg, _librenms, _zabbix)
