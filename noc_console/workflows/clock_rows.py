"""Clocks as rows and rows as clocks: the one place that knows which column holds what.

It must not move a clock (``clocks.py`` does) nor decide when one moves (``ticket_clocks.py`` does).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Final

from noc_console.clock import to_ms
from noc_console.workflows import clocks
from noc_console.workflows.calendars import ALWAYS, Calendar
from noc_console.workflows.clocks import Clock
from noc_console.workflows.policy import Policy

RESPONSE: Final = "response"
#: time to restore a fault, time to fulfil a request
RESTORE: Final = "restore"
NEWS: Final = "news"
#: another company or department: its OLA, or the vendor's case
THIRD_PARTY: Final = "third_party"
#: what was promised to the customer; another party's time is no promise of ours
PROMISED: Final = (RESPONSE, RESTORE, NEWS)
NAMES: Final = (*PROMISED, THIRD_PARTY)
#: what a promise of an instant is measured in: no calendar of a contract moves it
REAL_TIME: Final = replace(ALWAYS, name="real-time")


def clock_of(row: Mapping[str, Any]) -> Clock:
    """Return the clock of a row with aware instants and a list of segments; ValueError if it is none."""
    stopped = row["stopped_at"]
    return clocks.from_data({**row, "stopped_at": None if stopped is None else to_ms(stopped)})


def clocks_of(rows: Iterable[Mapping[str, Any]]) -> tuple[Clock, ...]:
    """Return the clocks of one record as people look at them: respond, restore, news, others; earlier rounds first."""
    return tuple(sorted(map(clock_of, rows), key=lambda clock: (NAMES.index(clock.name), clock.round)))


def current_clocks(rows: Iterable[Mapping[str, Any]]) -> dict[str, Clock]:
    """Return by name the clock of the newest round among the rows of one record."""
    newest: dict[str, Mapping[str, Any]] = {}
    for row in rows:
        if row["name"] not in newest or newest[row["name"]]["round"] < row["round"]:
            newest[row["name"]] = row
    return {name: clock_of(row) for name, row in newest.items()}


def row_id(record: str, clock: Clock) -> str:
    """Return the id of a clock's row."""
    return f"{record}/{clock.name}/{clock.round}"


def columns_of(clock: Clock) -> dict[str, Any]:
    """Return what a row holds of a clock; what has fired and what is due next are the timers' columns."""
    return {**clocks.to_data(clock), "stopped_at": clock.stopped_at}


def calendar_of(policy: Policy, name: str) -> Calendar:
    """Return a calendar by the name that was frozen.

    One that the policy has dropped since is measured round the clock: the strict reading, rather than no clock.
    """
    return policy.calendars.get(name) or replace(ALWAYS, name=name)
