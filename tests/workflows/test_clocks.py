"""Clocks against a count minute by minute, and each movement and reading by name."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noc_console.workflows import clocks
from noc_console.workflows.calendars import ALWAYS, Calendar
from noc_console.workflows.clocks import Clock, Segment
from tests.workflows.slow_time import MINUTE, odd_calendars, slow_add_s, slow_elapsed_s, utc

MONDAY = utc(2026, 5, 4, 8)
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)
OFFICE = Calendar("office", "UTC", (((540, 1020),),) * 5 + ((),) * 2)


def restore(target_s: int | None = 4 * 3600, at: datetime = MONDAY) -> Clock:
    return clocks.start("restore", round=1, target_s=target_s, calendar=ALWAYS, at=at)


def moved(start: datetime, gaps: list[int], calendar: Calendar, target_s: int | None) -> tuple[Clock, list[datetime]]:
    """Return a clock that was paused and resumed in turn after each gap (minutes), with all its boundaries."""
    clock = clocks.start("restore", round=1, target_s=target_s, calendar=calendar, at=start)
    boundaries = [start]
    for gap in gaps:
        at = boundaries[-1] + gap * MINUTE
        clock = clocks.resume(clock, at) if clock.paused else clocks.pause(clock, at, "no_access")
        boundaries.append(at)
    return clock, boundaries


def slow_used_s(calendar: Calendar, boundaries: list[datetime], now: datetime) -> int:
    """Count the stretches that run: the first, the third and so on, the last up to now."""
    ends = [*boundaries[1:], max(now, boundaries[-1])]
    stretches = list(zip(boundaries, ends, strict=True))[::2]
    return sum(slow_elapsed_s(calendar, start, min(end, now)) for start, end in stretches)


GAPS = st.lists(st.integers(0, 900), max_size=5)


@given(odd_calendars(), GAPS, st.integers(-600, 5000))
def test_used_is_what_counting_the_running_minutes_gives(
    drawn: tuple[Calendar, datetime], gaps: list[int], later: int
) -> None:
    calendar, start = drawn
    clock, boundaries = moved(start, gaps, calendar, None)
    now = start + later * MINUTE
    assert clocks.used_s(clock, calendar, now) == slow_used_s(calendar, boundaries, now)


@given(odd_calendars(), GAPS, st.integers(1, 1500))
def test_due_is_when_walking_the_running_minutes_uses_the_target_up(
    drawn: tuple[Calendar, datetime], gaps: list[int], target: int
) -> None:
    calendar, start = drawn
    clock, boundaries = moved(start, gaps, calendar, target * 60)
    if clock.paused:
        assert clocks.due(clock, calendar) is None
        return
    rest = target * 60
    for since, until in zip(boundaries[:-1:2], boundaries[1::2], strict=True):
        used = slow_elapsed_s(calendar, since, until)
        if used >= rest:
            assert clocks.due(clock, calendar) == slow_add_s(calendar, since, rest)
            return
        rest -= used
    assert clocks.due(clock, calendar) == slow_add_s(calendar, boundaries[-1], rest)


@given(odd_calendars(), GAPS, st.integers(60, 90_000), st.sampled_from([1, 33, 50, 80, 100, 150]))
def test_a_level_is_crossed_at_its_instant_and_not_a_millisecond_before(
    drawn: tuple[Calendar, datetime], gaps: list[int], target_s: int, level: int
) -> None:
    calendar, start = drawn
    clock, _ = moved(start, gaps, calendar, target_s)
    instant = clocks.level_instant(clock, calendar, level)
    if instant is None:
        assert clock.paused
        assert clocks.crossed(clock, calendar, start + timedelta(days=3650), (level,)) == ()
        return
    assert clocks.crossed(clock, calendar, instant, (level,)) == (level,)
    assert clocks.crossed(clock, calendar, instant - timedelta(milliseconds=1), (level,)) == ()


@given(odd_calendars(), odd_calendars(), GAPS, st.integers(1, 1500), st.integers(0, 3000))
def test_a_regraded_clock_is_the_clock_that_had_the_new_grade_all_along(
    drawn: tuple[Calendar, datetime], other: tuple[Calendar, datetime], gaps: list[int], target: int, later: int
) -> None:
    calendar, start = drawn
    new = replace(other[0], name="new")
    before, _ = moved(start, gaps, calendar, 60)
    always, boundaries = moved(start, gaps, new, target * 60)
    regraded = clocks.retarget(before, target * 60, new)
    assert regraded == always
    now = start + later * MINUTE
    assert clocks.used_s(regraded, new, now) == slow_used_s(new, boundaries, now)


@given(odd_calendars(), GAPS, st.integers(0, 2000), st.integers(0, 2000), st.integers(0, 2000), st.booleans())
def test_a_round_carries_over_what_was_used_and_the_gap_if_it_counts(
    drawn: tuple[Calendar, datetime], gaps: list[int], run: int, gap: int, again: int, gap_counts: bool
) -> None:
    calendar, start = drawn
    clock, boundaries = moved(start, gaps, calendar, 3600)
    stopped_at = boundaries[-1] + run * MINUTE
    reopened_at = stopped_at + gap * MINUTE
    now = reopened_at + again * MINUTE
    old = clocks.stop(clock, calendar, stopped_at)
    new = clocks.next_round(old, calendar, reopened_at, 7200, gap_counts=gap_counts)
    expected = slow_used_s(calendar, boundaries, stopped_at) + slow_elapsed_s(calendar, reopened_at, now)
    if gap_counts:
        expected += slow_elapsed_s(calendar, stopped_at, reopened_at)
    assert clocks.used_s(new, calendar, now) == expected
    assert (new.round, new.target_s, new.started_at, new.verdict) == (2, 7200, reopened_at, "")


@given(odd_calendars(), st.lists(st.integers(0, 10**8), max_size=6), st.integers(-(10**6), 10**9), st.integers(0, 9999))
def test_the_explanation_adds_up_to_what_was_used(
    drawn: tuple[Calendar, datetime], gaps_ms: list[int], later_ms: int, base_s: int
) -> None:
    calendar, at = drawn
    now = at + timedelta(milliseconds=later_ms)
    clock = clocks.start("restore", round=2, target_s=None, calendar=calendar, at=at, base_s=base_s)
    for gap in gaps_ms:
        at += timedelta(milliseconds=gap)
        clock = clocks.resume(clock, at) if clock.paused else clocks.pause(clock, at, "no_power")
    lines = clocks.explain(clock, calendar, now)
    total = 0
    for line in lines:
        total += line.working_s if line.running else 0
        assert line.sum_s == total
        assert line.start <= line.end
    assert total == clocks.used_s(clock, calendar, now)


@given(odd_calendars(), GAPS, st.one_of(st.none(), st.integers(1, 9999)), st.booleans(), st.integers(0, 999))
def test_a_clock_comes_back_from_json_as_it_was(
    drawn: tuple[Calendar, datetime], gaps: list[int], target_s: int | None, stopped: bool, ms: int
) -> None:
    calendar, start = drawn
    clock, boundaries = moved(start + timedelta(milliseconds=ms), gaps, calendar, target_s)
    if stopped:
        clock = clocks.stop(clock, calendar, boundaries[-1] + HOUR)
    assert clocks.from_data(json.loads(json.dumps(clocks.to_data(clock)))) == clock


# --- Movements -----------------------------------------------------------------------------------------------


def test_the_deadline_itself_is_in_time_and_a_second_more_is_late() -> None:
    clock = restore()
    in_time = clocks.stop(clock, ALWAYS, MONDAY + 4 * HOUR)
    late = clocks.stop(clock, ALWAYS, MONDAY + 4 * HOUR + SECOND)
    assert (in_time.verdict, in_time.margin_s) == ("met", 0)
    assert (late.verdict, late.margin_s) == ("missed", -1)
    assert not clocks.is_late(clock, ALWAYS, MONDAY + 4 * HOUR)
    assert clocks.is_late(clock, ALWAYS, MONDAY + 4 * HOUR + SECOND)


def test_stopping_a_paused_clock_leaves_the_pause_out() -> None:
    waiting = clocks.pause(restore(), MONDAY + HOUR, "no_power")
    stopped = clocks.stop(waiting, ALWAYS, MONDAY + 9 * HOUR)
    assert (stopped.verdict, stopped.margin_s) == ("met", 3 * 3600)
    assert stopped.segments[-1] == Segment(MONDAY + HOUR, MONDAY + 9 * HOUR, False, "no_power")


def test_a_clock_without_target_is_measured_but_not_judged() -> None:
    clock = restore(None)
    now = MONDAY + 2 * HOUR
    stopped = clocks.stop(clock, ALWAYS, now)
    assert clocks.used_s(stopped, ALWAYS, now) == 7200
    assert (stopped.verdict, stopped.margin_s) == ("", None)
    assert clocks.due(clock, ALWAYS) is None
    assert clocks.fraction(clock, ALWAYS, now) is None
    assert clocks.crossed(clock, ALWAYS, now) == ()
    assert not clocks.is_late(clock, ALWAYS, now)


def test_an_event_recorded_late_moves_the_clock_at_the_last_boundary() -> None:
    paused = clocks.pause(restore(), MONDAY + 2 * HOUR, "no_access")
    resumed = clocks.resume(paused, MONDAY + HOUR)
    assert resumed.segments[-1].start == MONDAY + 2 * HOUR
    again = clocks.pause(resumed, MONDAY + HOUR, "no_access")
    assert again.segments[-1].start == MONDAY + 2 * HOUR
    stopped = clocks.stop(again, ALWAYS, MONDAY + HOUR)
    assert stopped.stopped_at == MONDAY + 2 * HOUR
    assert stopped.margin_s == 2 * 3600


def test_what_was_over_before_its_clock_began_took_no_time() -> None:
    stopped = clocks.stop(restore(), ALWAYS, MONDAY - HOUR)
    assert (stopped.stopped_at, stopped.margin_s) == (MONDAY, 4 * 3600)


def test_a_pause_before_the_start_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot be paused at 2026-05-04 07:00"):
        clocks.pause(restore(), MONDAY - HOUR, "no_access")


def test_a_pause_needs_its_reason() -> None:
    with pytest.raises(ValueError, match="needs its reason"):
        clocks.pause(restore(), MONDAY + HOUR, "")


def test_movements_that_the_state_does_not_have_are_refused() -> None:
    clock = restore()
    paused = clocks.pause(clock, MONDAY + HOUR, "no_access")
    stopped = clocks.stop(clock, ALWAYS, MONDAY + HOUR)
    with pytest.raises(ValueError, match="cannot be resumed: it is running"):
        clocks.resume(clock, MONDAY + HOUR)
    with pytest.raises(ValueError, match="cannot be paused: it is paused"):
        clocks.pause(paused, MONDAY + 2 * HOUR, "no_access")
    with pytest.raises(ValueError, match="cannot be paused: it is stopped"):
        clocks.pause(stopped, MONDAY + 2 * HOUR, "no_access")
    with pytest.raises(ValueError, match="cannot be resumed: it is stopped"):
        clocks.resume(stopped, MONDAY + 2 * HOUR)
    with pytest.raises(ValueError, match="cannot be stopped: it is stopped"):
        clocks.stop(stopped, ALWAYS, MONDAY + 2 * HOUR)
    with pytest.raises(ValueError, match="has not stopped"):
        clocks.next_round(clock, ALWAYS, MONDAY + 2 * HOUR, 3600, gap_counts=False)


@pytest.mark.parametrize("target_s", [0, -1])
def test_a_target_of_nothing_is_refused(target_s: int) -> None:
    with pytest.raises(ValueError, match="longer than nothing"):
        restore(target_s)
    with pytest.raises(ValueError, match="longer than nothing"):
        clocks.retarget(restore(), target_s, ALWAYS)


def test_time_is_never_measured_in_another_calendar() -> None:
    for reading in (
        lambda: clocks.used_s(restore(), OFFICE, MONDAY),
        lambda: clocks.due(restore(), OFFICE),
        lambda: clocks.explain(restore(), OFFICE, MONDAY),
        lambda: clocks.stop(restore(), OFFICE, MONDAY),
    ):
        with pytest.raises(ValueError, match="measured in calendar 24x7, not office"):
            reading()


def test_an_instant_without_zone_is_refused() -> None:
    with pytest.raises(TypeError, match="offset-naive"):
        restore(at=MONDAY.replace(tzinfo=None))


def test_a_target_cut_below_what_was_used_was_due_in_the_past() -> None:
    clock = clocks.resume(clocks.pause(restore(), MONDAY + 2 * HOUR, "no_access"), MONDAY + 6 * HOUR)
    urgent = clocks.retarget(clock, 3600, ALWAYS)
    assert clocks.due(urgent, ALWAYS) == MONDAY + HOUR
    assert clocks.is_late(urgent, ALWAYS, MONDAY + 6 * HOUR)


def test_a_target_used_up_at_the_instant_of_a_pause_was_due_then() -> None:
    clock = clocks.pause(restore(), MONDAY + 4 * HOUR, "no_access")
    assert clocks.level_instant(clock, ALWAYS, 100) == MONDAY + 4 * HOUR
    assert clocks.due(clocks.resume(clock, MONDAY + 9 * HOUR), ALWAYS) == MONDAY + 4 * HOUR


def test_a_round_that_begins_beyond_its_target_was_due_at_its_start() -> None:
    clock = clocks.start("restore", round=2, target_s=3600, calendar=ALWAYS, at=MONDAY, base_s=4000)
    assert clocks.due(clock, ALWAYS) == MONDAY
    assert clocks.crossed(clock, ALWAYS, MONDAY) == (50, 80, 100)


def test_a_round_after_a_regrade_is_measured_in_the_new_calendar_from_the_beginning() -> None:
    night = clocks.stop(restore(), ALWAYS, MONDAY + 3 * HOUR)  # Monday 08:00 to 11:00
    again = clocks.next_round(night, OFFICE, MONDAY + 5 * HOUR, 8 * 3600, gap_counts=False)
    assert (again.calendar, again.base_s) == ("office", 2 * 3600)


def test_the_next_round_does_not_begin_before_the_old_stop() -> None:
    old = clocks.stop(restore(), ALWAYS, MONDAY + 2 * HOUR)
    new = clocks.next_round(old, ALWAYS, MONDAY + HOUR, 3600, gap_counts=True)
    assert (new.started_at, new.base_s) == (MONDAY + 2 * HOUR, 2 * 3600)


def test_third_rounds_carry_over_all_earlier_ones() -> None:
    first = clocks.stop(restore(), ALWAYS, MONDAY + HOUR)
    second = clocks.next_round(first, ALWAYS, MONDAY + 3 * HOUR, 4 * 3600, gap_counts=True)
    second = clocks.stop(second, ALWAYS, MONDAY + 4 * HOUR)
    third = clocks.next_round(second, ALWAYS, MONDAY + 9 * HOUR, 4 * 3600, gap_counts=False)
    assert (second.margin_s, third.round, third.base_s) == (0, 3, 4 * 3600)


def test_the_explanation_shows_carried_time_pauses_and_both_times() -> None:
    friday = utc(2026, 5, 8, 15)
    clock = clocks.start("restore", round=2, target_s=8 * 3600, calendar=OFFICE, at=friday, base_s=600)
    clock = clocks.pause(clock, friday + HOUR, "no_access")
    monday = utc(2026, 5, 11, 10)
    clock = clocks.resume(clock, monday)
    lines = clocks.explain(clock, OFFICE, monday + HOUR)
    assert [(line.running, line.reason, line.working_s, line.wall_s, line.sum_s) for line in lines] == [
        (True, "carried_over", 600, 0, 600),
        (True, "", 3600, 3600, 4200),
        (False, "no_access", 2 * 3600, 66 * 3600, 4200),
        (True, "", 3600, 3600, 7800),
    ]
    assert [line.start for line in lines[1:]] == [friday, friday + HOUR, monday]
    assert lines[-1].end == monday + HOUR


def test_the_lines_add_up_although_each_is_cut_to_whole_seconds() -> None:
    clock, at = restore(), MONDAY
    for _ in range(4):
        at += timedelta(milliseconds=600)
        clock = clocks.resume(clock, at) if clock.paused else clocks.pause(clock, at, "no_access")
    lines = clocks.explain(clock, ALWAYS, at)
    assert [line.working_s for line in lines if line.running] == [0, 1, 0]
    assert lines[-1].sum_s == clocks.used_s(clock, ALWAYS, at) == 1


# --- Data ----------------------------------------------------------------------------------------------------


def test_data_is_plain_and_in_milliseconds() -> None:
    stopped = clocks.stop(clocks.pause(restore(), MONDAY + HOUR, "no_power"), ALWAYS, MONDAY + 2 * HOUR)
    ms = 1_777_881_600_000
    assert clocks.to_data(stopped) == {
        "name": "restore",
        "round": 1,
        "target_s": 14400,
        "calendar": "24x7",
        "segments": [
            {"start": ms, "end": ms + 3_600_000, "running": True, "reason": ""},
            {"start": ms + 3_600_000, "end": ms + 7_200_000, "running": False, "reason": "no_power"},
        ],
        "stopped_at": ms + 7_200_000,
        "verdict": "met",
        "margin_s": 10800,
        "base_s": 0,
    }


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"segments": []}, "no segment"),
        ({"segments": [{"start": 5, "end": 1, "running": True, "reason": ""}], "stopped_at": 1}, "before it starts"),
        ({"stopped_at": 1}, "where the clock stopped"),
        ({"verdict": "met"}, "do not fit"),
        ({"margin_s": 5}, "do not fit"),
        ({"round": 0}, "rounds count from 1"),
        ({"base_s": -1}, "no less than nothing"),
        ({"target_s": 0}, "longer than nothing"),
    ],
)
def test_data_that_contradicts_itself_is_refused(change: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        clocks.from_data({**clocks.to_data(restore()), **change})


def test_segments_with_a_gap_between_them_are_refused() -> None:
    segments = (Segment(MONDAY, MONDAY + HOUR, True), Segment(MONDAY + 2 * HOUR, None, False, "no_access"))
    with pytest.raises(ValueError, match="where the one before it ends"):
        replace(restore(), segments=segments)
