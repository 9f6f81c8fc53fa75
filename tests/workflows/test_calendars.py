"""Working time against a count minute by minute, and the odd hours by name."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noc_console.workflows.calendars import ALWAYS, Calendar, add_ms, elapsed_ms, elapsed_s
from tests.workflows.slow_time import (
    DAY,
    MINUTE,
    ODD_INSTANTS,
    odd_calendars,
    slow_add_s,
    slow_elapsed_s,
    utc,
    works,
)

HOUR = 3600
OFFICE = ((9 * 60, 12 * 60), (13 * 60, 18 * 60))
CLOSED: tuple[tuple[int, int], ...] = ()


def weekdays(zone: str, slots: tuple[tuple[int, int], ...] = OFFICE, **days: frozenset[date]) -> Calendar:
    return Calendar("business", zone, (slots,) * 5 + (CLOSED,) * 2, **days)


def add_s(calendar: Calendar, start: datetime, seconds: int) -> datetime:
    return add_ms(calendar, start, seconds * 1000)


def every_day(zone: str, *slots: tuple[int, int]) -> Calendar:
    return Calendar("daily", zone, (slots,) * 7)


@given(odd_calendars(), st.integers(0, 5 * 1440))
def test_elapsed_is_what_counting_minutes_gives(drawn: tuple[Calendar, datetime], length: int) -> None:
    calendar, start = drawn
    end = start + length * MINUTE
    assert elapsed_s(calendar, start, end) == slow_elapsed_s(calendar, start, end)


@given(odd_calendars(), st.data())
def test_adding_is_what_walking_minutes_gives(drawn: tuple[Calendar, datetime], data: st.DataObject) -> None:
    calendar, start = drawn
    minutes = slow_elapsed_s(calendar, start, start + 4 * DAY) // 60
    seconds = data.draw(st.integers(0, minutes)) * 60
    assert add_s(calendar, start, seconds) == slow_add_s(calendar, start, seconds)


@given(odd_calendars(), st.integers(1, 400 * 24 * HOUR * 1000), st.integers(0, 59_999))
def test_adding_gives_the_earliest_instant_to_the_millisecond(
    drawn: tuple[Calendar, datetime], amount: int, shift: int
) -> None:
    calendar, start = drawn[0], drawn[1] + timedelta(milliseconds=shift)
    end = add_ms(calendar, start, amount)
    assert elapsed_ms(calendar, start, end) == amount
    assert elapsed_ms(calendar, start, end - timedelta(milliseconds=1)) == amount - 1


@given(odd_calendars(), st.lists(st.integers(-(10**11), 10**11), min_size=3, max_size=3).map(sorted))
def test_two_parts_are_the_whole(drawn: tuple[Calendar, datetime], shifts: list[int]) -> None:
    calendar, near = drawn
    first, middle, last = (near + timedelta(milliseconds=shift) for shift in shifts)
    parts = elapsed_ms(calendar, first, middle) + elapsed_ms(calendar, middle, last)
    assert parts == elapsed_ms(calendar, first, last)


@pytest.mark.parametrize("zone", sorted(ODD_INSTANTS))
def test_five_years_are_what_counting_half_hours_gives(zone: str) -> None:
    holidays = frozenset({date(2026, 1, 1), date(2027, 12, 24), date(2029, 2, 13), date(2028, 7, 8)})
    workdays = frozenset({date(2026, 2, 14), date(2030, 5, 5)})
    calendar = weekdays(zone, holidays=holidays, workdays=workdays)
    start, end, step = utc(2025, 12, 20), utc(2030, 12, 20), 30 * MINUTE
    working = slow_elapsed_s(calendar, start, end, step)
    assert elapsed_s(calendar, start, end) == working
    assert add_s(calendar, start, working) == slow_add_s(calendar, start, working, step)


@pytest.mark.parametrize("end", [utc(2026, 5, 4, 9), utc(2026, 5, 4, 8)])
def test_nothing_elapses_before_the_start(end: datetime) -> None:
    assert elapsed_s(ALWAYS, utc(2026, 5, 4, 9), end) == 0


def test_time_is_cut_to_whole_seconds_only_at_the_end() -> None:
    start = utc(2026, 5, 4, 9)
    assert elapsed_s(ALWAYS, start, start + timedelta(milliseconds=2999)) == 2
    assert elapsed_ms(ALWAYS, start, start + timedelta(milliseconds=2999)) == 2999


def test_adding_nothing_stays_even_outside_working_time() -> None:
    sunday = utc(2026, 5, 3, 3)
    assert add_s(weekdays("Europe/Berlin"), sunday, 0) == sunday


def test_the_end_of_a_slot_comes_before_the_start_of_the_next() -> None:
    berlin = weekdays("Europe/Berlin")
    friday = utc(2026, 5, 8, 14)  # 16:00 in Berlin
    assert add_s(berlin, friday, 2 * HOUR) == utc(2026, 5, 8, 16)
    assert add_s(berlin, friday, 2 * HOUR + 1) == utc(2026, 5, 11, 7) + timedelta(seconds=1)


@pytest.mark.parametrize(
    ("morning", "start", "end"),
    [
        ((60, 120), utc(2026, 3, 28, 20), utc(2026, 3, 29, 1)),  # at the change to summer time
        ((0, 60), utc(2026, 12, 31, 20), utc(2027, 1, 1)),  # at the turn of the year
    ],
)
def test_a_slot_that_ends_where_the_clock_changes_is_used_up_there(
    morning: tuple[int, int], start: datetime, end: datetime
) -> None:
    assert add_s(every_day("Europe/Berlin", morning, (600, 660)), start, HOUR) == end


def test_a_change_on_the_last_day_of_the_year_is_seen() -> None:
    last_hour = every_day("Asia/Dhaka", (23 * 60, 1440))
    evening = utc(2009, 12, 31, 12)
    assert elapsed_s(last_hour, evening, evening + DAY / 2) == 2 * HOUR


def test_thirty_working_days_skip_the_days_off_and_take_the_make_up_days() -> None:
    off = frozenset(date(2026, 10, day) for day in range(1, 8))
    shanghai = weekdays("Asia/Shanghai", holidays=off, workdays=frozenset({date(2026, 9, 20), date(2026, 10, 10)}))
    start = utc(2026, 9, 14, 1)  # Monday 09:00
    # 14-18, Sunday 20 made up, 21-25, 28-30 September: 14 days; 8, 9, Saturday 10 made up: 17; 13 more weekdays
    assert add_s(shanghai, start, 30 * 8 * HOUR) == utc(2026, 10, 28, 10)


def test_a_make_up_day_wins_over_a_holiday_and_has_mondays_slots() -> None:
    day = date(2026, 5, 9)  # a Saturday
    week = (((480, 540),), OFFICE, OFFICE, OFFICE, OFFICE, CLOSED, CLOSED)
    calendar = Calendar("both", "UTC", week, holidays=frozenset({day}), workdays=frozenset({day}))
    assert elapsed_s(calendar, utc(2026, 5, 9), utc(2026, 5, 10)) == HOUR


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Berlin", date(2026, 3, 29), 23.0),
        ("Europe/Berlin", date(2026, 10, 25), 25.0),
        ("America/New_York", date(2026, 3, 8), 23.0),
        ("America/New_York", date(2026, 11, 1), 25.0),
        ("Asia/Shanghai", date(2026, 3, 29), 24.0),
        ("Australia/Lord_Howe", date(2026, 10, 4), 23.5),
        ("Australia/Lord_Howe", date(2026, 4, 5), 24.5),
        ("Pacific/Apia", date(2011, 12, 30), 0.0),
    ],
)
def test_a_day_is_as_long_as_the_zone_makes_it(zone: str, day: date, hours: float) -> None:
    others = frozenset(day + timedelta(days=offset) for offset in (-2, -1, 1, 2))
    calendar = Calendar("day", zone, (((0, 1440),),) * 7, holidays=others)
    noon = utc(day.year, day.month, day.day, 12)
    assert elapsed_s(calendar, noon - 1.5 * DAY, noon + 1.5 * DAY) == hours * HOUR


@pytest.mark.parametrize(
    ("slot", "night", "minutes"),
    [
        ((135, 165), utc(2026, 3, 28, 12), 0),  # inside the skipped hour
        ((60, 150), utc(2026, 3, 28, 12), 60),  # ends inside it
        ((150, 240), utc(2026, 3, 28, 12), 60),  # begins inside it
        ((135, 165), utc(2026, 10, 24, 12), 60),  # inside the hour that comes twice
        ((60, 150), utc(2026, 10, 24, 12), 120),  # ends inside it, and is worked again up to there
        ((150, 240), utc(2026, 10, 24, 12), 120),
    ],
)
def test_skipped_hours_are_not_worked_and_repeated_hours_twice(
    slot: tuple[int, int], night: datetime, minutes: int
) -> None:
    assert elapsed_s(every_day("Europe/Berlin", slot), night, night + DAY) == minutes * 60


def test_a_shift_over_midnight_is_two_slots_without_a_seam() -> None:
    night = Calendar("night", "Asia/Shanghai", (((0, 360), (1320, 1440)),) * 7)
    start = utc(2026, 5, 4, 13)  # 21:00
    assert add_s(night, start, 8 * HOUR) == utc(2026, 5, 4, 22)
    assert elapsed_s(night, utc(2026, 5, 4, 15), utc(2026, 5, 4, 17)) == 2 * HOUR


def test_always_runs_through_nights_and_leap_days() -> None:
    assert add_s(ALWAYS, utc(2028, 2, 28, 12), 2 * 24 * HOUR) == utc(2028, 3, 1, 12)
    assert works(ALWAYS, utc(2028, 2, 29, 3))


def test_the_present_zone_of_an_instant_does_not_matter() -> None:
    start = utc(2026, 5, 4, 9)
    abroad = start.astimezone(ZoneInfo("America/New_York"))
    assert add_s(ALWAYS, abroad, 60) == add_s(ALWAYS, start, 60)
    assert add_s(ALWAYS, abroad, 60).utcoffset() == timedelta(0)


@pytest.mark.parametrize("zone", ["", "Asia", "Mars/Olympus", "../../etc/passwd", "\x00", "a\ud800"])
def test_an_unknown_zone_is_refused(zone: str) -> None:
    with pytest.raises(ValueError, match="is not a time zone"):
        Calendar("far", zone, ALWAYS.week)


@pytest.mark.parametrize(
    ("week", "message"),
    [
        ((CLOSED,) * 7, "no working time"),
        ((OFFICE,) * 5, "seven days"),
        ((((1320, 360),), *(CLOSED,) * 6), "two slots around midnight"),
        ((((540, 540),), *(CLOSED,) * 6), "not inside one day"),
        ((((1380, 1500),), *(CLOSED,) * 6), "not inside one day"),
        ((((-60, 60),), *(CLOSED,) * 6), "not inside one day"),
        ((((540, 720), (700, 800)), *(CLOSED,) * 6), "09:00-12:00 and 11:40-13:20 overlap"),
        ((((780, 800), (540, 720)), *(CLOSED,) * 6), "out of order"),
    ],
)
def test_a_week_that_cannot_be_worked_is_refused(week: tuple[tuple[tuple[int, int], ...], ...], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Calendar("wrong", "UTC", week)


def test_make_up_days_without_mondays_slots_are_refused() -> None:
    with pytest.raises(ValueError, match="Monday has none"):
        Calendar("closed", "UTC", (CLOSED, *(OFFICE,) * 6), workdays=frozenset({date(2026, 5, 9)}))


def test_working_time_is_not_counted_backwards() -> None:
    with pytest.raises(ValueError, match="backwards"):
        add_s(ALWAYS, utc(2026, 5, 4), -1)


def test_a_deadline_beyond_all_years_is_refused() -> None:
    with pytest.raises(ValueError, match="after the year 9998"):
        add_s(ALWAYS, utc(9990, 1, 1), 20 * 366 * 24 * HOUR)
