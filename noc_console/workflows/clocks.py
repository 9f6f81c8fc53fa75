"""Clocks of a record: segments of running and paused time against a target, in one calendar.

Pure arithmetic over instants that events name. Targets and pauses are measured in the same calendar; time is judged in
whole seconds, and late is more than the target, never equal to it. Every reading is "as of ``now``".
It must not know tickets, grades or which event moves which clock; the machines do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any, Final

from noc_console.clock import from_ms, to_ms
from noc_console.workflows.calendars import Calendar, add_ms, elapsed_ms

MET: Final = "met"
MISSED: Final = "missed"
#: reason of the line of ``explain`` that brings in the seconds of an earlier round
CARRIED_OVER: Final = "carried_over"
LEVELS: Final = (50, 80, 100)


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of running or paused time; ``end`` is empty while it lasts, ``reason`` is the code of the pause."""

    start: datetime
    end: datetime | None
    running: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Clock:
    """One clock of one round; ValueError if the segments leave gaps or the parts contradict each other."""

    name: str
    round: int
    target_s: int | None
    calendar: str
    segments: tuple[Segment, ...]
    stopped_at: datetime | None = None
    verdict: str = ""
    margin_s: int | None = None
    base_s: int = 0

    def __post_init__(self) -> None:
        problem = _problem(self)
        if problem:
            raise ValueError(f"clock {self.name}: {problem}")

    @property
    def started_at(self) -> datetime:
        """Return the instant at which this round began."""
        return self.segments[0].start

    @property
    def running(self) -> bool:
        """Tell whether time is being used at this moment."""
        return self.stopped_at is None and self.segments[-1].running

    @property
    def paused(self) -> bool:
        """Tell whether the clock waits for a resume."""
        return self.stopped_at is None and not self.segments[-1].running


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the arithmetic: ``working_s`` lies inside the calendar, ``wall_s`` is real time.

    ``sum_s`` is what has been used up to the end of the line: it grows by ``working_s`` where the line runs, and
    stays as it is where the line is a pause.
    """

    start: datetime
    end: datetime
    running: bool
    reason: str
    working_s: int
    wall_s: int
    sum_s: int


def _problem(clock: Clock) -> str:
    segments = clock.segments
    if not segments:
        return "it has no segment"
    if any(one.end != other.start for one, other in pairwise(segments)):
        return "each segment must begin where the one before it ends"
    if any(segment.end is not None and segment.end < segment.start for segment in segments):
        return "a segment ends before it starts"
    if segments[-1].end != clock.stopped_at:
        return "the last segment must end where the clock stopped, and be open while it has not"
    if clock.target_s is not None and clock.target_s <= 0:
        return f"a target must be longer than nothing, not {clock.target_s} s"
    if clock.base_s < 0 or clock.round < 1:
        return "rounds count from 1 and carry over no less than nothing"
    judged = clock.stopped_at is not None and clock.target_s is not None
    if (clock.margin_s is not None) != judged or clock.verdict != _verdict(clock.margin_s):
        return f"verdict '{clock.verdict}' and margin {clock.margin_s} do not fit"
    return ""


def _verdict(margin_s: int | None) -> str:
    if margin_s is None:
        return ""
    return MET if margin_s >= 0 else MISSED


# --- Moving a clock ------------------------------------------------------------------------------------------


def start(
    name: str,
    *,
    round: int,  # noqa: A002 - the name of the field
    target_s: int | None,
    calendar: Calendar,
    at: datetime,
    base_s: int = 0,
) -> Clock:
    """Return a clock that runs from ``at``; target and base in working seconds; ValueError if the target is not > 0."""
    return Clock(name, round, target_s, calendar.name, (Segment(_stored(at), None, True),), base_s=base_s)


def pause(clock: Clock, at: datetime, reason: str) -> Clock:
    """Return the clock paused from ``at``, or from its last boundary if that is later.

    ValueError if it is stopped or already paused, if ``at`` lies before its start, or without a reason.
    """
    if not clock.running:
        raise _impossible(clock, "paused")
    if not reason:
        raise ValueError(f"clock {clock.name}: a pause needs its reason")
    if _stored(at) < clock.started_at:
        raise ValueError(f"clock {clock.name} cannot be paused at {at}: it starts at {clock.started_at}")
    boundary = _inside(clock, at)
    return replace(clock, segments=(*_closed(clock, boundary), Segment(boundary, None, False, reason)))


def resume(clock: Clock, at: datetime) -> Clock:
    """Return the clock running from ``at``, or from its last boundary if that is later; ValueError if not paused."""
    if not clock.paused:
        raise _impossible(clock, "resumed")
    boundary = _inside(clock, at)
    return replace(clock, segments=(*_closed(clock, boundary), Segment(boundary, None, True)))


def stop(clock: Clock, calendar: Calendar, at: datetime) -> Clock:
    """Return the clock stopped at ``at``, or at its last boundary if that is later, with verdict and margin.

    A running or a paused clock can stop. ``margin_s`` is target less time used, negative when late; both stay empty
    without a target. ValueError if it has stopped before.
    """
    if clock.stopped_at is not None:
        raise _impossible(clock, "stopped")
    boundary = _inside(clock, at)
    margin_s = None if clock.target_s is None else clock.target_s - used_s(clock, calendar, boundary)
    return replace(
        clock,
        segments=_closed(clock, boundary),
        stopped_at=boundary,
        margin_s=margin_s,
        verdict=_verdict(margin_s),
    )


def retarget(clock: Clock, target_s: int | None, calendar: Calendar) -> Clock:
    """Return the clock against another target: its segments stay, and all of them are measured in ``calendar``.

    Seconds of an earlier round stay as they were carried over. A stopped clock is returned as it is, because a regrade
    never rewrites what has been judged.
    """
    if clock.stopped_at is not None:
        return clock
    return replace(clock, target_s=target_s, calendar=calendar.name)


def next_round(clock: Clock, calendar: Calendar, at: datetime, target_s: int | None, *, gap_counts: bool) -> Clock:
    """Return the clock of the next round after a stopped one, running from ``at`` (not before the old stop).

    ``gap_counts`` is for what had never worked: the time between stop and ``at`` counts as used. Otherwise only the
    time used by the old round is carried over. The old round is measured again in ``calendar``, which a regrade after
    the stop may have changed, and keeps its own verdict. ValueError if it has not stopped.
    """
    if clock.stopped_at is None:
        raise ValueError(f"clock {clock.name} has not stopped: there is no next round yet")
    again = _inside(clock, at)
    used = _used_ms(replace(clock, calendar=calendar.name), calendar, again)
    if gap_counts:
        used += elapsed_ms(calendar, clock.stopped_at, again)
    return start(
        clock.name, round=clock.round + 1, target_s=target_s, calendar=calendar, at=again, base_s=used // 1_000
    )


def _inside(clock: Clock, at: datetime) -> datetime:
    """Return ``at``, not before the last boundary: an event that was recorded late cannot rewrite an earlier one."""
    last = clock.segments[-1]
    return max(_stored(at), last.end or last.start)


def _closed(clock: Clock, at: datetime) -> tuple[Segment, ...]:
    return (*clock.segments[:-1], replace(clock.segments[-1], end=at))


def _stored(at: datetime) -> datetime:
    """Return the instant that the store keeps: UTC, whole milliseconds."""
    return at if at.tzinfo is UTC and at.microsecond % 1_000 == 0 else from_ms(to_ms(at))


def _impossible(clock: Clock, done: str) -> ValueError:
    state = "stopped" if clock.stopped_at is not None else "running" if clock.running else "paused"
    return ValueError(f"clock {clock.name} of round {clock.round} cannot be {done}: it is {state}")


# --- Reading a clock -----------------------------------------------------------------------------------------


def used_s(clock: Clock, calendar: Calendar, now: datetime) -> int:
    """Return the working seconds used up to ``now``; ValueError if it is not the clock's calendar."""
    return _used_ms(clock, calendar, now) // 1_000


def due(clock: Clock, calendar: Calendar) -> datetime | None:
    """Return when the target is (or was) used up, None while paused, once stopped, or without a target."""
    return level_instant(clock, calendar, 100) if clock.running else None


def is_late(clock: Clock, calendar: Calendar, now: datetime) -> bool:
    """Tell whether more than the target has been used; waiting never makes a clock late, nor late time good."""
    return clock.target_s is not None and used_s(clock, calendar, now) > clock.target_s


def fraction(clock: Clock, calendar: Calendar, now: datetime) -> float | None:
    """Return time used as a part of the target (1.0 = used up), None without a target."""
    return None if clock.target_s is None else used_s(clock, calendar, now) / clock.target_s


def crossed(clock: Clock, calendar: Calendar, now: datetime, levels: Sequence[int] = LEVELS) -> tuple[int, ...]:
    """Return the warning levels (percent of the target) that have been reached; to fire each once is the caller's."""
    if clock.target_s is None:
        return ()
    used = used_s(clock, calendar, now)
    return tuple(level for level in levels if used * 100 >= level * clock.target_s)


def level_instant(clock: Clock, calendar: Calendar, percent: int) -> datetime | None:
    """Return when a level was reached, or will be if nothing pauses.

    The start of the round if it was reached before; None without a target, and where a paused or stopped clock has
    not got there.
    """
    return None if clock.target_s is None else instant_after(clock, calendar, share_of(clock.target_s, percent))


def share_of(target_s: int, percent: int) -> int:
    """Return a share of a target in whole seconds, rounded up."""
    return -(-target_s * percent // 100)


def instant_after(clock: Clock, calendar: Calendar, seconds: int) -> datetime | None:
    """Return when a clock will have run for so many seconds if nothing pauses; the start of the round if it had before.

    None where a paused or stopped clock has not got there.
    """
    _check_calendar(clock, calendar)
    rest = max(0, seconds - clock.base_s) * 1_000
    for segment in clock.segments:
        if not segment.running:
            continue
        if segment.end is None:
            return add_ms(calendar, segment.start, rest)
        used = elapsed_ms(calendar, segment.start, segment.end)
        if rest <= used:
            return add_ms(calendar, segment.start, rest)
        rest -= used
    return None


def explain(clock: Clock, calendar: Calendar, now: datetime) -> tuple[Line, ...]:
    """Return the arithmetic segment by segment up to ``now``; the last ``sum_s`` is what ``used_s`` says.

    Seconds of an earlier round come first, as a line without length whose reason is ``carried_over``.
    """
    _check_calendar(clock, calendar)
    begun = clock.started_at
    lines = [Line(begun, begun, True, CARRIED_OVER, clock.base_s, 0, clock.base_s)] if clock.base_s else []
    used = clock.base_s * 1_000
    for segment, end in _measured(clock, now):
        working = elapsed_ms(calendar, segment.start, end)
        before = used
        used += working if segment.running else 0
        lines.append(
            Line(
                segment.start,
                end,
                segment.running,
                segment.reason,
                # a difference of sums, so that the lines add up although each is cut to whole seconds
                used // 1_000 - before // 1_000 if segment.running else working // 1_000,
                (to_ms(end) - to_ms(segment.start)) // 1_000,
                used // 1_000,
            )
        )
    return tuple(lines)


def _used_ms(clock: Clock, calendar: Calendar, now: datetime) -> int:
    _check_calendar(clock, calendar)
    running = (elapsed_ms(calendar, segment.start, end) for segment, end in _measured(clock, now) if segment.running)
    return clock.base_s * 1_000 + sum(running)


def _measured(clock: Clock, now: datetime) -> Iterator[tuple[Segment, datetime]]:
    """Yield each segment with its end as of ``now``; one that lies ahead has no length."""
    for segment in clock.segments:
        end = now if segment.end is None else min(segment.end, now)
        yield segment, max(end, segment.start)


def _check_calendar(clock: Clock, calendar: Calendar) -> None:
    if calendar.name != clock.calendar:
        raise ValueError(f"clock {clock.name} is measured in calendar {clock.calendar}, not {calendar.name}")


# --- Storing a clock -----------------------------------------------------------------------------------------


def to_data(clock: Clock) -> dict[str, Any]:
    """Return the clock as JSON-able data, instants in integer UTC milliseconds."""
    return {
        "name": clock.name,
        "round": clock.round,
        "target_s": clock.target_s,
        "calendar": clock.calendar,
        "segments": [
            {
                "start": to_ms(segment.start),
                "end": None if segment.end is None else to_ms(segment.end),
                "running": segment.running,
                "reason": segment.reason,
            }
            for segment in clock.segments
        ],
        "stopped_at": None if clock.stopped_at is None else to_ms(clock.stopped_at),
        "verdict": clock.verdict,
        "margin_s": clock.margin_s,
        "base_s": clock.base_s,
    }


def from_data(data: Mapping[str, Any]) -> Clock:
    """Return the clock that ``to_data`` wrote; KeyError or ValueError if it is none."""
    segments = tuple(
        Segment(from_ms(each["start"]), _instant(each["end"]), each["running"], each["reason"])
        for each in data["segments"]
    )
    return Clock(
        name=data["name"],
        round=data["round"],
        target_s=data["target_s"],
        calendar=data["calendar"],
        segments=segments,
        stopped_at=_instant(data["stopped_at"]),
        verdict=data["verdict"],
        margin_s=data["margin_s"],
        base_s=data["base_s"],
    )


def _instant(ms: int | None) -> datetime | None:
    return None if ms is None else from_ms(ms)
