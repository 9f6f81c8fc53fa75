"""Events of Zabbix: the JSON of a media type's webhook, or the text that an alert script is given.

Sites name the fields as they like; the macros of Zabbix and the names that its templates and well-known receivers use
are found. It must not decide what an alarm does to a ticket.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
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
from noc_console.intake.json_input import bounded, not_too_many, unreadable
from noc_console.intake.mail_charset import decode
from noc_console.workflows.drafts import AlarmDraft, AlarmState, Quarantined, Severity

#: What this reads, in words.
WANTED: Final = N_("an event of Zabbix")
_HINT: Final = N_("let the media type send at least HOST.NAME, EVENT.NAME, EVENT.VALUE and TRIGGER.SEVERITY")
_HOST: Final = ("hostname", "hostname1", "host", "hosthost", "hostvisiblename", "eventhost", "hosts", "device")
_NAME: Final = (
    *("triggername", "trigger", "eventname", "problemname", "problem", "name", "alertname", "alertsubject", "subject"),
    *("item", "itemname"),
)
_STATUS: Final = ("status", "triggerstatus", "eventstatus", "problemstatus", "triggervalue", "eventvalue", "value")
_SEVERITY: Final = ("severity", "triggerseverity", "eventseverity", "problemseverity", "priority")
_NUMBER: Final = ("nseverity", "triggernseverity", "eventnseverity")
_TEXT: Final = (
    *("message", "alertmessage", "text", "opdata", "operationaldata", "eventopdata", "itemvalue", "triggerdescription"),
)
_STATES: Final[dict[str, AlarmState]] = {
    **dict.fromkeys(("problem", "1", "trigger", "triggered", "firing", "down", "update", "problem started"), "raised"),
    **dict.fromkeys(("ok", "0", "resolved", "recovery", "recovered", "up", "closed"), "cleared"),
}
#: {EVENT.NSEVERITY} and {TRIGGER.NSEVERITY}.
_NUMBERS: Final[tuple[Severity, ...]] = ("indeterminate", "indeterminate", "warning", "minor", "major", "critical")
_STARTED: Final = re.compile(
    r"^\s*Problem (?:started|has (?P<over>been resolved|ended))\b", re.IGNORECASE | re.MULTILINE
)
#: Only such a body is of Zabbix; a host, a name and a status alone have many others too.
_EVIDENCE: Final = re.compile(r"trigger|event|item|problem|nseverity|alertsubject")
_SUBJECT: Final = re.compile(
    r"^\s*(?:Subject:\s*)?(?P<status>PROBLEM|OK|RESOLVED|UPDATE|Updated problem)(?: in [^:\n]{1,40})?:"
    r"\s*(?P<name>\S.*)$",
    re.IGNORECASE | re.MULTILINE,
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
    entries = body if isinstance(body, list) else [body]
    not_too_many(len(entries), where)
    if not any(_is_of_zabbix(of_json(one)) for one in entries):
        raise BadInput(known_shapes.not_taken(body, where=where, wanted=WANTED), _(_HINT))
    if not isinstance(body, list):
        return iter((_event(of_json(body), where),))
    read = [_listed(one, where) for one in body]
    if not any(isinstance(one, AlarmDraft) for one in read):
        raise _other(where, _("none of its entries names a host and a problem"))
    return iter(read)


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
    return _event(fields, where, status=status.casefold().replace("updated problem", "problem"), name=name, text=text)


def _event(fields: Fields, where: str, *, status: str = "", name: str = "", text: str = "") -> AlarmDraft:
    if not _is_of_zabbix(fields):
        raise _other(where, _("it names no trigger, event or item"))
    host = _said(fields, *_HOST)
    status = status or _said(fields, *_STATUS)
    name = name or _said(fields, *_NAME)
    event = _said(fields, "eventid", "problemid", "originalproblemid", "originaleventid")
    if not host:
        raise _other(where, _("it names no host"))
    if not (name or event) or not status:
        raise _other(where, _("it names no problem and no status"))
    state = _STATES.get(status.casefold().strip())
    if state is None:
        raise _other(where, _("its status is neither problem nor resolved but {status}", status=one_line(status, 60)))
    at = instant(_said(fields, "clock", "eventtimestamp", "timestamp"))
    lines = (name, text or _said(fields, *_TEXT), _said(fields, "item", "itemname"))
    return AlarmDraft(
        fingerprint=fingerprint("zabbix", host, _said(fields, "triggerid") or name or event),
        name=one_line(name, MAX_NAME) or "problem",
        severity=_severity(fields),
        state=state,
        object_=one_line(host, MAX_NAME),
        source_ip=address(_said(fields, "hostip", "ip", "hostconn", "hostaddress") or host),
        raised_at=at if state == "raised" else None,
        cleared_at=at if state == "cleared" else None,
        text="\n".join(dict.fromkeys(line for line in lines if line))[:MAX_TEXT],
        labels=fields.labels,
        probable_cause=probable_cause(name, _said(fields, "item", "itemname")),
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
    return severity(word) or "indeterminate"


def _other(where: str, why: str) -> BadInput:
    return BadInput(_("{where}: this is no event of Zabbix: {why}", where=where, why=why), _(_HINT))
