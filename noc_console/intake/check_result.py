"""What a check of Icinga, Nagios or Checkmk says becomes an alarm, whatever form it came in.

It must not know a form.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from noc_console.intake.alarm_causes import probable_cause
from noc_console.intake.alarm_words import (
    MAX_NAME,
    MAX_TEXT,
    address,
    fingerprint,
    instant,
    many_lines,
    one_line,
)
from noc_console.intake.instants import MONTHS
from noc_console.workflows.drafts import AlarmDraft, AlarmState, Severity

_GRADES: Final[dict[str, Severity]] = {
    "down": "critical",
    "critical": "critical",
    "crit": "critical",
    "unreachable": "major",
    "unreach": "major",
    "warning": "warning",
    "warn": "warning",
    "unknown": "indeterminate",
    "unkn": "indeterminate",
}
_FINE: Final = ("ok", "up", "recovery", "pending")
_HOST_STATES: Final = ("up", "down", "unreachable")
_SERVICE_STATES: Final = ("ok", "warning", "critical", "unknown")
#: Icinga 2's mails: 2026-03-01 08:15:02 +0800
_SPACED_OFFSET: Final = re.compile(r"(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}:\d{2}) ?([+-]\d{2}):?(\d{2})$")
_LONG_DATE: Final = re.compile(r"[A-Z][a-z]{2} ([A-Z][a-z]{2}) +(\d{1,2}) (\d{2}:\d{2}:\d{2}) (?:UTC|GMT) (\d{4})$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """What is known of a host, or of a service on it; each text as it came, empty where nothing was said."""

    host: str
    service: str = ""
    state: str = ""
    #: PROBLEM, RECOVERY, ACKNOWLEDGEMENT, FLAPPINGSTART ...
    notification: str = ""
    #: the state before this one, of which a recovery keeps the gravity
    before: str = ""
    address: str = ""
    output: str = ""
    at: str = ""
    changed: str = ""
    labels: Mapping[str, object] = field(default_factory=dict)


def alarm_of_check(check: Check) -> AlarmDraft:
    """Return the alarm: cleared where the state is fine or the notification is a recovery, raised otherwise."""
    host = one_line(check.host, MAX_NAME)
    service = one_line(check.service, MAX_NAME)
    word = state_word(check.state, service=bool(service))
    notification = one_line(check.notification, 60).upper()
    state = _state(word, notification)
    at = moment(check.changed) or moment(check.at)
    grade = _GRADES.get(state_word(check.before, service=bool(service)) if state == "cleared" else word)
    output = many_lines(check.output.replace("\\n", "\n"))
    known = {"host": host, "service": service, "state": word.upper(), "notification_type": notification}
    return AlarmDraft(
        fingerprint=fingerprint("check", host.casefold(), service),
        name=service or "host check",
        severity=grade or "indeterminate",
        state=state,
        object_=host,
        source_ip=address(check.address) or address(host),
        raised_at=at if state == "raised" else None,
        cleared_at=at if state == "cleared" else None,
        text=output[:MAX_TEXT],
        labels={**check.labels, **{name: value for name, value in known.items() if value}},
        probable_cause=probable_cause(service, output) if service else "communicationsSubsystemFailure",
    )


def state_word(said: str, *, service: bool) -> str:
    """Return a state as a word in small letters; numbers are those of the check's exit, of a host or of a service."""
    word = one_line(said, 60).casefold()
    # ACKNOWLEDGEMENT (CRITICAL), DOWN!, 2.0 of a JSON number
    word = re.sub(r"^.*\((\w+)\)$", r"\1", word).strip("!. ").removesuffix(".0")
    states = _SERVICE_STATES if service else _HOST_STATES
    return states[int(word)] if word.isascii() and word.isdigit() and int(word[:4]) < len(states) else word


def _state(word: str, notification: str) -> AlarmState:
    if word in _FINE:
        return "cleared"
    return "cleared" if not word and notification in ("RECOVERY", "OK", "UP") else "raised"


def moment(said: str) -> datetime | None:
    """Return an instant in any of the forms of these systems; a time without a zone is none."""
    text = said.strip()[:60]
    spaced = _SPACED_OFFSET.match(text)
    if spaced:
        return instant(f"{spaced[1]}T{spaced[2]}{spaced[3]}:{spaced[4]}")
    long = _LONG_DATE.match(text)
    if long and long[1] in MONTHS:
        return instant(f"{long[4]}-{MONTHS.index(long[1]) + 1:02}-{int(long[2]):02}T{long[3]}Z")
    return instant(text)
