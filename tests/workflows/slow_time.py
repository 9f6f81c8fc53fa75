"""Working time counted one minute after the other: slow, plain, and nothing of the code under test.

Also the hypothesis strategies for calendars and instants, all on whole minutes.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from noc_console.workflows.calendars import Calendar

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


def utc(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    """Return an instant of UTC."""
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


#: Where time is odd: gaps, folds, half an hour, midnight, a day that never was, and turns of the year.
ODD_INSTANTS = {
    "Europe/Berlin": (utc(2026, 3, 29, 1), utc(2026, 10, 25, 1), utc(2025, 12, 31, 23)),
    "America/New_York": (utc(2026, 3, 8, 7), utc(2026, 11, 1, 6)),
    "Asia/Dhaka": (utc(2009, 12, 31, 17),),
    "Asia/Shanghai": (utc(2026, 2, 14, 16), utc(1991, 4, 13, 18), utc(1991, 9, 14, 17)),
    "Australia/Lord_Howe": (utc(2026, 4, 4, 15), utc(2026, 10, 3, 15, 30)),
    "America/Sao_Paulo": (utc(2018, 2, 18, 2), utc(2018, 11, 4, 3)),
    "Pacific/Apia": (utc(2011, 12, 30, 10),),
}


def works(calendar: Calendar, instant: datetime) -> bool:
    """Tell whether the wall clock of the zone shows working time."""
    local = instant.astimezone(ZoneInfo(calendar.zone))
    slots = calendar.week[local.weekday()]
    if local.date() in calendar.holidays:
        slots = ()
    if local.date() in calendar.workdays:
        slots = calendar.week[0]
    return any(start <= local.hour * 60 + local.minute < end for start, end in slots)


def slow_elapsed_s(calendar: Calendar, start: datetime, end: datetime, step: timedelta = MINUTE) -> int:
    """Count working seconds in steps; instants and slots must lie on whole steps."""
    seconds = 0
    while start < end:
        if works(calendar, start):
            seconds += int(step.total_seconds())
        start += step
    return seconds


def slow_add_s(calendar: Calendar, start: datetime, seconds: int, step: timedelta = MINUTE) -> datetime:
    """Walk until that many working seconds have passed."""
    while seconds > 0:
        if works(calendar, start):
            seconds -= int(step.total_seconds())
        start += step
    return start


@st.composite
def odd_calendars(draw: st.DrawFn) -> tuple[Calendar, datetime]:
    """Draw a calendar of any shape with an instant within two days of where its zone is odd."""
    zone = draw(st.sampled_from(sorted(ODD_INSTANTS)))
    odd = draw(st.sampled_from(ODD_INSTANTS[zone]))
    near = odd + draw(st.integers(-2 * 1440, 2 * 1440)) * MINUTE
    edges = st.lists(st.integers(0, 1440), unique=True, max_size=6).map(sorted)
    days = st.one_of(
        st.just(((0, 1440),)),
        st.just(((0, 150), (1320, 1440))),  # what a night shift leaves on each day
        edges.map(lambda minutes: tuple(zip(minutes[::2], minutes[1::2], strict=False))),
    )
    week = draw(st.tuples(*[days] * 7).filter(any))
    dates = st.frozensets(st.integers(-4, 6).map(lambda offset: (odd + offset * DAY).date()), max_size=3)
    workdays = draw(dates) if week[0] else frozenset()
    return Calendar("drawn", zone, week, draw(dates), workdays), near
