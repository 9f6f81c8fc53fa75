"""Which warnings and escalations of a clock are due, each once per round, however long nobody looked.

The shares of the target come from the policy's warning levels, the rungs from the ladder of the ticket's present grade
(R24, R29; ladders are always current). Pure: the caller fires them, with ids made from ``Level.key``, and the event
that it fires writes them into the row (``ticket_clocks``, verb ``fire``).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from noc_console.workflows.clock_rows import NEWS, RESTORE, calendar_of, clock_of
from noc_console.workflows.clocks import Clock, instant_after, share_of
from noc_console.workflows.policy import Policy
from noc_console.workflows.policy_values import GRADES, Escalation

#: What fires when a fault lasts a multiple of its target: its grade is raised (c.1).
OVERRUN: Final = "overrun"


#: Nothing is above the first; the last is that of requests, whose overdue ones are a list (c.1).
NOT_RAISED: Final = frozenset({GRADES[0], GRADES[-1]})


@dataclass(frozen=True, slots=True)
class Level:
    """One thing to fire for a clock: a warning (``code`` is the percentage), an escalation (whom to), or the overrun.

    Each code fires once per round, even where a regrade brings another ladder. ``at`` is the instant at which the clock
    got there.
    """

    clock: str
    round: int
    code: str
    at: datetime

    @property
    def key(self) -> tuple[str, int, str]:
        """Return what makes this firing the same one on every replica, together with the record."""
        return self.clock, self.round, self.code

    @property
    def inputs(self) -> Mapping[str, Any]:
        """Return the inputs of the event ``warn`` that fires this level."""
        return {"clock": self.clock, "round": self.round, "level": self.code}


def timer_due(
    clock_row: Mapping[str, Any], ticket: Mapping[str, Any], policy: Policy, now: datetime
) -> tuple[Level, ...]:
    """Return what is to be fired for a row of ``clock`` by ``now``, in the order in which it was reached.

    Nothing for a ticket that is no longer open, nor for a clock that has stopped: its verdict says it all.
    """
    if not ticket["open"]:
        return ()
    ahead = unfired(clock_of(clock_row), clock_row["fired"], ticket["grade"], policy)
    return tuple(level for level in ahead if level.at <= now)


def next_check(clock: Clock, fired: Collection[str], grade: str, policy: Policy) -> datetime | None:
    """Return when a timer next has something to do with a clock: in the past where it has not been done yet.

    None once it has stopped, and while it is paused short of the next level.
    """
    if clock.stopped_at is not None:
        return None
    ahead = [seconds for code, seconds in _thresholds(clock, grade, policy) if code not in fired]
    return instant_after(clock, calendar_of(policy, clock.calendar), min(ahead)) if ahead else None


def unfired(clock: Clock, fired: Collection[str], grade: str, policy: Policy) -> tuple[Level, ...]:
    """Return the levels that have not fired, with the instants at which they were or will be reached, in order."""
    if clock.stopped_at is not None:
        return ()
    first: dict[str, Level] = {}
    levels = _levels(clock, grade, policy)
    for level in sorted(levels, key=lambda level: level.at):  # stable: warnings first, the ladder in its order
        first.setdefault(level.code, level)
    return tuple(level for code, level in first.items() if code not in fired)


def _levels(clock: Clock, grade: str, policy: Policy) -> Iterator[Level]:
    calendar = calendar_of(policy, clock.calendar)
    for code, seconds in _thresholds(clock, grade, policy):
        at = instant_after(clock, calendar, seconds)
        if at is not None:
            yield Level(clock.name, clock.round, code, at)


def _thresholds(clock: Clock, grade: str, policy: Policy) -> tuple[tuple[str, int], ...]:
    """Return each level's code and the seconds of working time after which a clock gets there."""
    return _thresholds_of(policy, grade, clock.name, clock.target_s)


@lru_cache(maxsize=512)
def _thresholds_of(policy: Policy, grade: str, name: str, target_s: int | None) -> tuple[tuple[str, int], ...]:
    found: list[tuple[str, int]] = []
    if target_s is not None:
        found += [(str(percent), share_of(target_s, percent)) for percent in policy.warn_levels]
        if name == RESTORE and grade not in NOT_RAISED:
            found.append((OVERRUN, target_s * policy.restore_overrun_raise + 1))
    for rung in policy.grades[grade].escalations:
        if _clock_of_rung(rung) != name:
            continue
        if rung.after_s is not None:
            found.append((rung.function_or_role, max(rung.after_s, 1)))
        elif target_s is not None:
            found.append((rung.function_or_role, share_of(target_s, rung.percent or 0)))
    return tuple(found)


def _clock_of_rung(rung: Escalation) -> str:
    return NEWS if rung.clock == "update" else rung.clock  # the policy names the clock after its limit
