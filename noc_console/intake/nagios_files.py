"""Nagios' and Icinga 1's own files: the status of everything (status.dat), the log, and performance data.

A status file says the state of each host and service, the fine ones too; a log tells what happened. It must not decide
what an alarm does to a ticket.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from noc_console.i18n import _
from noc_console.intake.check_result import Check, alarm_of_check
from noc_console.workflows.drafts import AlarmDraft, Quarantined

_BLOCK: Final = re.compile(r"^[ \t]*(?P<kind>(?:host|service)(?:status)?) \{[ \t]*$")
_STATUS: Final = re.compile(r"^[ \t]*(?:hoststatus|servicestatus|programstatus|info) \{[ \t]*$", re.MULTILINE)
_LOG_LINE: Final = re.compile(r"^\[(?P<at>\d{9,11})\] (?P<kind>[A-Z][A-Za-z _]*): ?(?P<rest>.*)$")
_STATES_OF: Final = re.compile(r"^(?:CURRENT|INITIAL) (?P<what>HOST|SERVICE) STATE$|^(?P<alert>HOST|SERVICE) ALERT$")
_NOTIFICATION: Final = re.compile(r"^(?P<what>HOST|SERVICE) NOTIFICATION$")
_TYPE: Final = re.compile(r"^(?P<type>[A-Z]+) \((?P<state>\w+)\)$")
_PERFORMANCE: Final = re.compile(r"DATATYPE::(?:HOST|SERVICE)PERFDATA\t")
#: What of an entry helps whoever looks at the alarm.
_KEPT: Final = (
    *("check_command", "current_attempt", "problem_has_been_acknowledged", "scheduled_downtime_depth", "is_flapping"),
)
_HEAD_READ: Final = 65_536
_HARD: Final = "HARD"


def is_status(text: str) -> bool:
    """Tell whether a text is a status file."""
    return bool(_STATUS.search(text, 0, _HEAD_READ))


def is_log(text: str) -> bool:
    """Tell whether a text is a log: its first line that is not empty is a line of one."""
    return bool(_LOG_LINE.match(text.lstrip("\n").split("\n", 1)[0][:_HEAD_READ]))


def is_performance(text: str) -> bool:
    """Tell whether a text is a file of performance data, as Nagios writes it for programs that draw graphs."""
    return bool(_PERFORMANCE.match(text.lstrip("\n")[:_HEAD_READ]))


def performance_items(text: str) -> Iterator[AlarmDraft | Quarantined]:
    """Yield the state of the host or the service of each line, in its order."""
    for line in text.split("\n"):
        if not line.strip():
            continue
        said = {name: value for name, mark, value in (part.partition("::") for part in line.split("\t")) if mark}
        what = "SERVICE" if said.get("SERVICEDESC") else "HOST"
        host, state = said.get("HOSTNAME", "").strip(), said.get(f"{what}STATE", "")
        if not host or not state:
            yield Quarantined.of(
                "unreadable", _("the entry names no host or no state"), line.encode("utf-8", "replace")
            )
            continue
        yield alarm_of_check(
            Check(
                host=host,
                service=said.get("SERVICEDESC", ""),
                state=state,
                output=said.get(f"{what}OUTPUT", "") or said.get(f"{what}PERFDATA", ""),
                at=said.get("TIMET", ""),
                labels={name: value[:1_000] for name, value in said.items()},
            )
        )


def status_items(text: str) -> Iterator[AlarmDraft | Quarantined]:
    """Yield the state of each host and service of a status file, in its order."""
    values: dict[str, str] | None = None
    for line in text.split("\n"):
        if _BLOCK.match(line):
            values = {}
        elif values is not None and line.strip() == "}":
            yield _checked(values)
            values = None
        elif values is not None and "=" in line:
            name, _mark, value = line.strip().partition("=")
            values[name] = value
    if values:
        yield Quarantined.of("unreadable", _("the file ends within an entry"), repr(values).encode("utf-8", "replace"))


def _checked(values: Mapping[str, str]) -> AlarmDraft | Quarantined:
    host = values.get("host_name", "").strip()
    state = values.get("current_state", "")
    if not host or not state:
        return Quarantined.of(
            "unreadable", _("the entry names no host or no state"), repr(dict(values)).encode("utf-8", "replace")
        )
    if values.get("state_type") == "0":
        # A soft state is not confirmed by further checks yet; the last hard one still holds.
        state = values.get("last_hard_state", state)
    if values.get("has_been_checked") == "0":
        state = "pending"
    output = "\n".join(part for part in (values.get("plugin_output", ""), values.get("long_plugin_output", "")) if part)
    return alarm_of_check(
        Check(
            host=host,
            service=values.get("service_description", ""),
            state=state,
            output=output,
            changed=values.get("last_hard_state_change", "") or values.get("last_state_change", ""),
            labels={name: values[name][:1_000] for name in _KEPT if values.get(name)},
        )
    )


def log_items(text: str) -> Iterator[AlarmDraft | Quarantined]:
    """Yield what a log tells of hosts and services: their states, confirmed alerts, notifications.

    Commands, downtimes, rotations and soft states are the monitoring system's own business and no alarms.
    """
    for line in text.split("\n"):
        if not line.strip():
            continue
        found = _LOG_LINE.match(line)
        if found is None:
            yield Quarantined.of("unreadable", _("this is no line of a log of Nagios"), line.encode("utf-8", "replace"))
            continue
        check = _logged(found["kind"], found["rest"], found["at"])
        if check is not None:
            yield alarm_of_check(check)


def _logged(kind: str, rest: str, at: str) -> Check | None:
    """Return what a line tells of a host or a service, ``None`` for a line that tells of neither."""
    stated = _STATES_OF.match(kind)
    notified = _NOTIFICATION.match(kind)
    if stated:
        fields = 5 if (stated["what"] or stated["alert"]) == "SERVICE" else 4
        parts = rest.split(";", fields)
        if len(parts) < fields or parts[fields - 2] != _HARD:
            return None
        service = parts[1] if fields == 5 else ""
        return Check(
            host=parts[0],
            service=service,
            state=parts[fields - 3],
            output=parts[fields] if len(parts) > fields else "",
            at=at,
            labels={"source": kind},
        )
    if not notified:
        return None
    fields = 5 if notified["what"] == "SERVICE" else 4
    parts = rest.split(";", fields)
    if len(parts) < fields:
        return None
    said = _TYPE.match(parts[fields - 2])
    return Check(
        host=parts[1],
        service=parts[2] if fields == 5 else "",
        state=said["state"] if said else parts[fields - 2],
        notification=said["type"] if said else "",
        output=parts[-1],
        at=at,
        labels={"source": kind, "contact": parts[0][:200]},
    )
