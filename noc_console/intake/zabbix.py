"""Events of Zabbix: the JSON of a media type's webhook, or the text that an alert script is given.

Sites name the fields as they like; the macros of Zabbix and the names that its templates and well-known receivers use
are found. It must not decide what an alarm does to a ticket.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Final

from noc_console.errors import BadInput
from noc_console.i18n import N_, _
from noc_console.intake import known_shapes
from noc_console.intake.alarm_causes import probable_cause
from noc_console.intake.alarm_fields import Fields, of_json, of_lines
from noc_console.intake.alarm_words import (
    MAX_NAME,
    MAX_TEXT,
    address,
    fingerprint,
    instant,
    one_line,
    severity,
)
from noc_console.intake.json_input import bounded, mapping, not_too_many, unreadable
from noc_console.intake.mail_charset import decode
from noc_console.workflows.drafts import AlarmDraft, AlarmState, Quarantined, Severity

#: What this reads, in words.
WANTED: Final = N_("an event of Zabbix")
_HINT: Final = N_("let the media type send at least HOST.NAME, EVENT.NAME, EVENT.VALUE and TRIGGER.SEVERITY")
#: The Chinese names are those of the message template that is handed on among Chinese sites.
_HOST: Final = (
    *("hostname", "hostname1", "host", "hosthost", "hostvisiblename", "eventhost", "hosts", "device"),
    *("hostsname", "hostshost", "告警主机", "恢复主机", "故障主机", "主机名称", "主机名", "主机", "服务器"),
)
_HOST_ADDRESS: Final = (
    *("hostip", "ip", "hostconn", "hostaddress", "告警地址", "恢复地址", "主机ip", "主机地址", "ip地址"),
)
_NAME: Final = (
    *("triggername", "trigger", "eventname", "problemname", "problem", "name", "alertname", "alertsubject", "subject"),
    *("item", "itemname", "description"),
    *("告警信息", "恢复信息", "告警名称", "恢复名称", "触发器名称", "问题名称", "故障名称", "告警标题"),
)
_STATUS: Final = (
    "status",
    "triggerstatus",
    "eventstatus",
    "problemstatus",
    "triggervalue",
    "eventvalue",
    "value",
    "当前状态",
    "告警状态",
    "恢复状态",
    "故障状态",
    "触发器状态",
    "状态",
)
_SEVERITY: Final = (
    *("severity", "triggerseverity", "eventseverity", "problemseverity", "priority"),
    *("告警等级", "告警级别", "恢复等级", "故障等级", "严重性", "级别", "等级"),
)
_NUMBER: Final = ("nseverity", "triggernseverity", "eventnseverity")
_TEXT: Final = (
    *("message", "alertmessage", "text", "opdata", "operationaldata", "eventopdata", "itemvalue", "triggerdescription"),
    *("问题详情", "告警详情", "恢复详情", "故障详情"),
)
_STATES: Final[dict[str, AlarmState]] = {
    **dict.fromkeys(("problem", "1", "trigger", "triggered", "firing", "down", "update", "problem started"), "raised"),
    **dict.fromkeys(("ok", "0", "resolved", "recovery", "recovered", "up", "closed"), "cleared"),
}
#: {EVENT.NSEVERITY} and {TRIGGER.NSEVERITY}.
_NUMBERS: Final[tuple[Severity, ...]] = ("indeterminate", "indeterminate", "warning", "minor", "major", "critical")
#: What the severities are called where Zabbix speaks Chinese.
_CHINESE: Final[dict[str, Severity]] = {
    "灾难": "critical", "严重": "major", "一般严重": "minor", "警告": "warning", "信息": "indeterminate",
}  # fmt: skip
_STARTED: Final = re.compile(
    r"^[ \t]*Problem (?:started|has (?P<over>been resolved|ended))\b", re.IGNORECASE | re.MULTILINE
)
#: Only such a body is of Zabbix; a host, a name and a status alone have many others too.
_EVIDENCE: Final = re.compile(
    r"trigger|event|item|problem|original(?:problem|event)id|nseverity|alertsubject|告警|恢复主机|触发器|事件|问题|故障"
)
_SUBJECT: Final = re.compile(
    r"^[ \t]*(?:Subject:[ \t]*)?(?P<status>PROBLEM|OK|RESOLVED|UPDATE|Updated problem)(?: in [^:\n]{1,40})?:"
    r"[ \t]*(?P<name>\S.*)$",
    re.IGNORECASE | re.MULTILINE,
)
#: The template of Zabbix up to 3.4 names the host with its items alone: Status (agg-7:ifOperStatus[1]): down
_HOST_OF_ITEM: Final = re.compile(
    r"\((?P<host>[^():*{}\n]{1,128}):[a-z][\w.]{0,100}(?:\[[^\n]{0,200}\])?\): ", re.IGNORECASE
)
_MACRO: Final = re.compile(r"^\{[A-Z0-9_.]+\}$|^\*UNKNOWN\*$")


def parse(raw: bytes, *, where: str = "-", now: datetime | None = None) -> Iterator[AlarmDraft | Quarantined]:
    """Return each event of a body in its order. Raises BadInput, naming ``where``, for what is none of Zabbix.

    ``now`` is there for the readers' common form: the dates of Zabbix name no zone, so that none is taken from them.
    """
    text, _charset = decode(bounded(raw, where).strip(b"\0"))
    if text.lstrip("\ufeff \t\r\n")[:1] not in ("{", "["):
        return iter((event_of_text(text, where),))
    body = known_shapes.load(raw, where=where)
    answer = mapping(body).get("result")
    if isinstance(answer, list) and "jsonrpc" in mapping(body):
        body = answer
    entries = body if isinstance(body, list) else [body]
    not_too_many(len(entries), where)
    text = _message(body)
    if text:
        alarm = event_of_text(text, where)
        return iter((replace(alarm, labels={**alarm.labels, **of_json(body).labels}),))
    if not any(_is_of_zabbix(of_json(one)) for one in entries):
        raise BadInput(known_shapes.not_taken(body, where=where, wanted=WANTED), _(_HINT))
    if not isinstance(body, list):
        return iter((_event(of_json(body), where),))
    read = [_listed(one, where) for one in body]
    if not any(isinstance(one, AlarmDraft) for one in read):
        raise _other(where, _("none of its entries names a host and a problem"))
    return iter(read)


def _message(body: object) -> str:
    """Return the message in a body that has nothing else of an event: what a script is given, put into JSON."""
    said = of_json(body)
    if _is_of_zabbix(said) or said.first(*_HOST):
        return ""
    text = f"{said.first('subject', 'title')}\n{said.first('message', 'text', 'body')}"
    return text if _is_of_zabbix(of_lines(text)) else ""


def _is_of_zabbix(fields: Fields) -> bool:
    return any(_EVIDENCE.match(known) for known in fields)


def _listed(one: object, where: str) -> AlarmDraft | Quarantined:
    try:
        return _event(of_json(one), where)
    except BadInput as error:
        return unreadable(error.message, one)


def event_of_text(text: str, where: str) -> AlarmDraft:
    """Return the event of a message text, as a script or a mail gets it. Raises BadInput where it is none."""
    fields = of_lines(text)
    subject = _SUBJECT.search(text)
    started = _STARTED.search(text)
    status = fields.first(*_STATUS) or (subject["status"] if subject else "")
    if started:
        status = "resolved" if started["over"] else "problem"
    name = fields.first("problemname", "triggername", "trigger", "eventname") or (subject["name"] if subject else "")
    name = name or fields.first(*_NAME)
    return _event(fields, where, status=status.casefold().replace("updated problem", "problem"), name=name, text=text)


def _event(fields: Fields, where: str, *, status: str = "", name: str = "", text: str = "") -> AlarmDraft:
    if not _is_of_zabbix(fields):
        raise _other(where, _("it names no trigger, event or item"))
    of_item = _HOST_OF_ITEM.search(text, 0, MAX_TEXT)
    host = _said(fields, *_HOST) or (of_item["host"] if of_item else "")
    status = status or _said(fields, *_STATUS)
    name = name or _said(fields, *_NAME)
    event = _said(fields, "eventid", "problemid", "originalproblemid", "originaleventid", "事件id")
    if not host:
        raise _other(where, _("it names no host"))
    if not (name or event) or not status:
        raise _other(where, _("it names no problem and no status"))
    # {TRIGGER.STATUS}:{TRIGGER.VALUE}
    state = _STATES.get(re.split(r"[:：]", status, maxsplit=1)[0].casefold().strip())
    if state is None:
        raise _other(where, _("its status is neither problem nor resolved but {status}", status=one_line(status, 60)))
    at = instant(_said(fields, "clock", "eventtimestamp", "timestamp", "lastchange"))
    item = _said(fields, "item", "itemname", "告警项目", "监控项")
    lines = (name, text or _said(fields, *_TEXT), item)
    return AlarmDraft(
        fingerprint=fingerprint("zabbix", host, _said(fields, "triggerid") or name or event),
        name=one_line(name, MAX_NAME) or "problem",
        severity=_severity(fields),
        state=state,
        object_=one_line(host, MAX_NAME),
        source_ip=address(_said(fields, *_HOST_ADDRESS) or host),
        raised_at=at if state == "raised" else None,
        cleared_at=at if state == "cleared" else None,
        text="\n".join(dict.fromkeys(line for line in lines if line))[:MAX_TEXT],
        labels=fields.labels,
        probable_cause=probable_cause(name, item),
    )


def _said(fields: Fields, *names: str) -> str:
    """Return the first value that a template filled in: a macro that Zabbix did not know stays as it was written."""
    return next((value for name in names if (value := fields.first(name)) and not _MACRO.match(value)), "")


def _severity(fields: Fields) -> Severity:
    number = _said(fields, *_NUMBER)
    if number.isascii() and number.isdigit() and int(number[:3]) < len(_NUMBERS):
        return _NUMBERS[int(number[:3])]
    word = _said(fields, *_SEVERITY)
    if len(word) == 1 and word in "012345":
        return _NUMBERS[int(word)]
    return _CHINESE.get(word) or severity(word) or "indeterminate"


def _other(where: str, why: str) -> BadInput:
    return BadInput(_("{where}: this is no event of Zabbix: {why}", where=where, why=why), _(_HINT))
