"""What an input that a channel does not take seems to be, so that its reason says more than no.

Bodies are known by the names in them, texts by how they begin. It must not know what any channel makes of a body.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from noc_console.errors import BadInput
from noc_console.i18n import N_, _
from noc_console.intake import json_input
from noc_console.intake.json_input import MAX_JSON, read_json
from noc_console.intake.mail_charset import decode

#: A text that has the marks of a table; what others it may be is told in words alone.
TABLE: Final = N_("a table (CSV)")
#: Items of one input; a larger export is given in parts.
MAX_ITEMS: Final = json_input.MAX_ITEMS

#: What a body seems to be -> the keys that all stand in it. The first that fits is told.
_SHAPES: Final[tuple[tuple[str, frozenset[str]], ...]] = tuple(
    (name, frozenset(keys.split()))
    for name, keys in (
        (N_("a Statuspage webhook"), "meta page incident"),
        (N_("a Statuspage webhook"), "meta page component"),
        (N_("a Statuspage summary"), "page incidents"),
        (N_("a Statuspage summary"), "page components"),
        (N_("a Statuspage summary"), "page status"),
        (N_("an incident list of Google Cloud"), "external_desc affected_products"),
        (N_("an incident list of Google Cloud"), "begin service_name status_impact"),
        (N_("a Freshdesk notification"), "freshdesk_webhook"),
        (N_("a VES event"), "commonEventHeader"),
        (N_("VES events"), "eventList"),
        (N_("an Alertmanager webhook"), "alerts groupLabels"),
        (N_("Alertmanager groups"), "alerts labels"),
        (N_("an Alertmanager webhook"), "alerts receiver"),
        (N_("an Alertmanager webhook"), "alerts"),
        (N_("an Alertmanager silence"), "matchers startsAt"),
        (N_("an alert of Alertmanager"), "labels startsAt"),
        (N_("an alert of Alertmanager"), "labels annotations"),
        (N_("Alertmanager groups"), "labels"),
        (N_("an OTRS ticket history"), "HistoryID HistoryType"),
        (N_("an OTRS article"), "ArticleID TicketID Body"),
        (N_("an OTRS ticket"), "TicketID TicketNumber"),
        (N_("a TheHive case or alert"), "tlp pap"),
        (N_("a TheHive case or alert"), "tlp sourceRef"),
        (N_("an export of FreeITSM"), "tier1 tier2"),
        (N_("an export of FreeITSM"), "tier1"),
        (N_("a Grafana alert"), "evalMatches ruleName"),
        (N_("a Grafana alert"), "dashboardId ruleUrl"),
        (N_("an alert of Opsgenie"), "alert action"),
        (N_("a PagerDuty webhook"), "messages"),
        (N_("a Pingdom check"), "check_id check_name"),
        (N_("an Updown check"), "event check"),
        (N_("an alert of Librato"), "alert conditions"),
        (N_("a Zabbix alert"), "hostname trigger severity"),
        (N_("a Zabbix alert"), "trigger severity item"),
        (N_("a Zabbix alert"), "event_id host_name"),
        (N_("a LibreNMS alert"), "device_id sysName"),
        (N_("a ServiceNow incident"), "sys_id short_description"),
        (N_("a Jira issue"), "fields key self"),
        (N_("Redmine issues"), "issues total_count"),
        (N_("a TMF642 alarm"), "perceivedSeverity alarmType"),
        (N_("a TMF642 alarm"), "perceivedSeverity alarmedObject"),
        (N_("a TMF642 alarm"), "perceivedSeverity probableCause"),
        (N_("a command to alarms (TMF642)"), "alarmPattern"),
        (N_("a kind of trouble tickets (TMF621)"), "troubleTicketSpecification"),
        (N_("a TMF655 change request"), "targetEntity requestType"),
        (N_("a calendar in JSON"), "vcalendar"),
        (N_("an Alertmanager webhook"), "Alerts GroupLabels"),
        (N_("an error answer of an interface"), "code reason message"),
        (N_("an error answer of an interface"), "code reason"),
        (N_("a subscription to events"), "callback"),
    )
)
_TYPES: Final = {
    "TroubleTicket": N_("a TMF621 trouble ticket"),
    "TroubleTicketSpecification": N_("a kind of trouble tickets (TMF621)"),
    "ServiceProblem": N_("a TMF656 service problem"),
    "Alarm": N_("a TMF642 alarm"),
    "ChangeRequest": N_("a TMF655 change request"),
    "EventSubscription": N_("a subscription to events"),
}
#: What a text seems to be by how it begins; the first that fits is told.
_TEXTS: Final = (
    (re.compile(r"<!doctype html|<html", re.IGNORECASE), N_("a web page")),
    (re.compile(r"<\d{1,3}>"), N_("a syslog message")),
    (re.compile(r"<"), N_("XML")),
    (re.compile(r"BEGIN:V[A-Z]+\b", re.IGNORECASE), N_("a calendar")),
    (re.compile(r"[^\n]*\r?\n(?:UDP|TCP|UDP6|TCP6|\[UDP\])?:? *\[[^\n]*\r?\n"), N_("a trap as snmptrapd hands it on")),
    (re.compile(r"(?:\w+=[^\n]*\n){2}"), N_("a notification of Nagios or Icinga")),
    (re.compile(r"#+\s+#\s*NAGIOS STATUS FILE"), N_("a state file of Nagios")),
    (re.compile(r"\[\d{10}\] [A-Z]"), N_("a log of Nagios")),
    (re.compile(r"From \S+|(?:[A-Za-z][A-Za-z0-9-]*: ?\S.*(?:\r?\n[ \t].*)*\r?\n){2}"), N_("a mail")),
)
_DEPTH: Final = 2
_LOOKED_INTO: Final = ("event", "alarm", "troubleTicket", "result", "records", "data")


def load(raw: bytes, *, where: str) -> Any:
    """Return the value that bytes are: JSON, or a list of the JSON values of its lines.

    Raises BadInput, naming ``where``, for what is too large, no JSON, or JSON too deep to read; it says what a text
    that is no JSON seems to be.
    """
    try:
        return read_json(raw, where)
    except BadInput:
        if len(raw) > MAX_JSON:
            raise
        text = decode(raw)[0]
        lines = _json_lines(text, where)
        if lines is not None:
            return lines
        what = of_text(text)
        if not what:
            raise
    raise BadInput(
        _("{where}: this is no JSON; it seems to be {what}", where=where, what=_(what)),
        _("give it to the channel that it belongs to: noc intake --help"),
    )


def _json_lines(text: str, where: str) -> list[Any] | None:
    """Return the values of a file with one JSON object a line, None where it is no such file."""
    lines = [line for line in text.splitlines() if line.strip()]
    if not 1 < len(lines) <= MAX_ITEMS or not all(line.lstrip().startswith("{") for line in lines):
        return None
    try:
        return [read_json(line.encode("utf-8", "surrogatepass"), where) for line in lines]
    except BadInput:
        return None


def of_text(text: str) -> str:
    """Return what a text that is no JSON seems to be, as a msgid; empty where nobody can tell."""
    head = text[:4_000].lstrip("\ufeff \t\r\n")
    first = head.split("\n", 1)[0].strip()
    low = head[:200].casefold()
    known = next((name for pattern, name in _TEXTS if pattern.match(head)), "")
    if known:
        return known
    if low.startswith("---") or "\n---\n" in low:
        return N_("YAML")
    if low.startswith(("{", "[")):
        return ""
    unprintable = sum(not (letter.isprintable() or letter in "\r\n\t") for letter in head)
    if unprintable * 10 > len(head):  # bytes of any kind hold signs that look like those of a table
        return ""
    if any(first.count(mark) >= 1 and head.count(mark) >= 2 * first.count(mark) for mark in (";", ",", "\t")):
        return TABLE
    return ""


def seems(value: Any) -> str:
    """Return what a JSON body seems to be, as a msgid; empty where nobody can tell."""
    for body in _candidates(value):
        named = _TYPES.get(str(body.get("@type", "")))
        if named:
            return named
        keys = body.keys()
        for name, wanted in _SHAPES:
            if wanted <= keys:
                return name
    return ""


def _candidates(value: Any, depth: int = 0) -> Iterator[Mapping[str, Any]]:
    """Yield the objects of a body that may say what it is: itself or its first item, then what is wrapped in it."""
    first = next((item for item in value if isinstance(item, dict)), None) if isinstance(value, list) else value
    if not isinstance(first, dict):
        return
    yield first
    if depth < _DEPTH:
        for name in _LOOKED_INTO:
            yield from _candidates(first.get(name), depth + 1)


def not_taken(value: Any, *, where: str, wanted: str) -> str:
    """Return why a body is not taken; ``wanted`` is what the channel takes, a msgid."""
    what = seems(value)
    if what:
        return _("{where}: this is not {wanted}; it seems to be {what}", where=where, wanted=_(wanted), what=_(what))
    return _("{where}: this is not {wanted}", where=where, wanted=_(wanted))
