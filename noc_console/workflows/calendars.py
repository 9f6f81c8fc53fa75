"""Business calendars: which instants are working time, and how much of it lies between two instants.

An instant is working time if the wall clock of the calendar's zone shows a minute inside a slot of that local day.
So an hour that a change to summer time skips is never worked, and one that is shown twice is worked twice.
It must not know targets, pauses or policy; those are ``clocks.py`` and ``policy.py``.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from noc_console.clock import from_ms, to_ms
from noc_console.i18n import _
from noc_console.workflows.day_slots import Slot, format_slot

_SECOND = 1_000
_MINUTE = 60 * _SECOND
_DAY = 24 * 60 * _MINUTE
_DAY_MINUTES = 24 * 60
_DAY_ZERO = date(1970, 1, 1)
_WEEKDAY_ZERO = _DAY_ZERO.weekday()
_LAST_YEAR = 9998
_LAST_MS = to_ms(datetime(_LAST_YEAR, 12, 31, tzinfo=UTC))


@dataclass(frozen=True, slots=True)
class Calendar:
    """Working time of a contract: a week of slots in a zone, without its holidays, with its make-up working days.

    ``week`` has seven days, Monday first, each with slots (start, end) in minutes 0..1440 of the local day; a shift
    over midnight is two slots. A make-up working day is worked with Monday's slots, even where it is a holiday too.
    ValueError if the zone is unknown, slots are wrong, or there is no working time at all.
    """

    name: str
    zone: str
    week: tuple[tuple[Slot, ...], ...]
    holidays: frozenset[date] = frozenset()
    workdays: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        _check_zone(self.name, self.zone)
        if len(self.week) != 7:
            raise ValueError(_("calendar {name} needs seven days, Monday first", name=self.name))
        for slots in self.week:
            _check_slots(self.name, slots)
        if not any(self.week):
            raise ValueError(_("calendar {name} has no working time: give a weekday at least one slot", name=self.name))
        if self.workdays and not self.week[0]:
            raise ValueError(
                _("calendar {name}: make-up working days have Monday's slots, and Monday has none", name=self.name)
            )


def _check_zone(name: str, zone: str) -> None:
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:  # a folder such as "Asia" is an OSError
        raise ValueError(
            _("calendar {name}: '{zone}' is not a time zone; write a name such as Asia/Shanghai", name=name, zone=zone)
        ) from error


def _check_slots(name: str, slots: tuple[Slot, ...]) -> None:
    for start, end in slots:
        if not 0 <= start < end <= _DAY_MINUTES:
            raise ValueError(
                _(
                    "calendar {name}: a slot from minute {start} to {end} is not inside one day; "
                    "write two slots around midnight",
                    name=name,
                    start=start,
                    end=end,
                )
            )
    for one, other in pairwise(slots):
        if other[0] < one[1]:
            raise ValueError(
                _(
                    "calendar {name}: {one} and {other} overlap or are out of order",
                    name=name,
                    one=format_slot(one),
                    other=format_slot(other),
                )
            )


ALWAYS = Calendar(name="24x7", zone="UTC", week=(((0, _DAY_MINUTES),),) * 7)


def runs_always(calendar: Calendar) -> bool:
    """Tell whether every instant is working time, so that working time is time."""
    return calendar.week == ALWAYS.week and not calendar.holidays


def elapsed_s(calendar: Calendar, start: datetime, end: datetime) -> int:
    """Return whole working seconds in [start, end), 0 where end is not after start."""
    return elapsed_ms(calendar, start, end) // _SECOND


def elapsed_ms(calendar: Calendar, start: datetime, end: datetime) -> int:
    """Return working milliseconds in [start, end), 0 where end is not after start."""
    first, last = to_ms(start), to_ms(end)
    if last <= first:
        return 0
    if runs_always(calendar):
        return last - first
    table, total = _table(calendar), 0
    for since, until, offset in _spans_from(calendar.zone, first):
        low, high = max(first, since), min(last, until)
        if low < high:
            total += table.worked(high + offset) - table.worked(low + offset)
        if last <= until:
            break
    return total


def add_ms(calendar: Calendar, start: datetime, amount: int) -> datetime:
    """Return the earliest instant by which that many working milliseconds have passed; ValueError if negative."""
    if amount < 0:
        raise ValueError(f"working time cannot be counted backwards: {amount} ms")
    first, rest = to_ms(start), amount
    if rest == 0 or (runs_always(calendar) and first + rest < _LAST_MS):
        return from_ms(first + rest)
    table = _table(calendar)
    for since, until, offset in _spans_from(calendar.zone, first):
        low = max(first, since)
        if until <= low:
            continue
        goal = table.worked(low + offset) + rest
        reachable = table.worked(until + offset)
        if goal <= reachable:
            return from_ms(table.wall_of(goal, low + offset) - offset)
        rest = goal - reachable
    raise AssertionError("spans end with an error, not in silence")


@dataclass(frozen=True, slots=True)
class _Table:
    """Sums that let any stretch of wall time be measured without walking its days. Milliseconds of local wall time.

    ``weekly[d]`` is the working time before weekday d of a plain week; ``extra[i]`` is what the first i exceptional
    days add to a calendar of plain weeks (less than zero for holidays).
    """

    week: tuple[tuple[Slot, ...], ...]
    weekly: tuple[int, ...]
    exceptions: Mapping[int, tuple[Slot, ...]]
    exception_days: tuple[int, ...]
    extra: tuple[int, ...]

    def worked(self, wall: int) -> int:
        """Return working time from the first day of 1970 up to a wall instant."""
        day, time = divmod(wall, _DAY)
        return self._before(day) + sum(min(time, end) - start for start, end in self._slots(day) if start < time)

    def wall_of(self, goal: int, wall: int) -> int:
        """Return the earliest wall instant after ``wall`` by which ``goal`` has been worked (more than at ``wall``)."""
        first, days = wall // _DAY, 1
        while self._before(first + days) < goal:
            days *= 2
        day = first + bisect_left(range(first + 1, first + days + 1), goal, key=self._before)
        rest = goal - self._before(day)
        for start, end in self._slots(day):
            if rest <= end - start:
                return day * _DAY + start + rest
            rest -= end - start
        raise AssertionError("the day that was found has the time that was looked for")

    def _before(self, day: int) -> int:
        weeks, weekday = divmod(day + _WEEKDAY_ZERO, 7)
        plain = weeks * self.weekly[7] + self.weekly[weekday]
        return plain + self.extra[bisect_left(self.exception_days, day)]

    def _slots(self, day: int) -> tuple[Slot, ...]:
        special = self.exceptions.get(day)
        return self.week[(day + _WEEKDAY_ZERO) % 7] if special is None else special


@lru_cache(maxsize=256)
def _table(calendar: Calendar) -> _Table:
    week = tuple(tuple((start * _MINUTE, end * _MINUTE) for start, end in slots) for slots in calendar.week)
    weekly = [0]
    for slots in week:
        weekly.append(weekly[-1] + _length(slots))
    exceptions: dict[int, tuple[Slot, ...]] = {_day_number(day): () for day in calendar.holidays}
    exceptions |= {_day_number(day): week[0] for day in calendar.workdays}
    days = tuple(sorted(exceptions))
    extra = [0]
    for day in days:
        plain = week[(day + _WEEKDAY_ZERO) % 7]
        extra.append(extra[-1] + _length(exceptions[day]) - _length(plain))
    return _Table(week, tuple(weekly), exceptions, days, tuple(extra))


def _length(slots: tuple[Slot, ...]) -> int:
    return sum(end - start for start, end in slots)


def _day_number(day: date) -> int:
    return (day - _DAY_ZERO).days


_Span = tuple[int, int, int]


def _spans_from(zone: str, first: int) -> Iterator[_Span]:
    """Yield (since, until, offset) of equal offset from UTC in milliseconds, from the year of ``first`` on."""
    for year in range(from_ms(first).year, _LAST_YEAR + 1):
        yield from _spans_of_year(zone, year)
    raise ValueError(_("a deadline after the year {year} cannot be computed", year=_LAST_YEAR))


@lru_cache(maxsize=1024)
def _spans_of_year(zone: str, year: int) -> tuple[_Span, ...]:
    info = ZoneInfo(zone)
    spans: list[_Span] = []
    begin = since = to_ms(datetime(year, 1, 1, tzinfo=UTC))
    end = to_ms(datetime(year + 1, 1, 1, tzinfo=UTC))
    offset = _offset(info, begin)
    for day_end in range(begin + _DAY, end + 1, _DAY):
        if _offset(info, day_end) != offset:
            change = _change(info, day_end - _DAY, day_end)
            spans.append((since, change, offset))
            since, offset = change, _offset(info, day_end)
    spans.append((since, end, offset))
    return tuple(spans)


def _change(info: ZoneInfo, before: int, after: int) -> int:
    """Return the first second with another offset than ``before`` has; zones change at most once a day."""
    offset = _offset(info, before)
    seconds = range(before + _SECOND, after + 1, _SECOND)
    return seconds[bisect_left(seconds, True, key=lambda instant: _offset(info, instant) != offset)]


def _offset(info: ZoneInfo, instant: int) -> int:
    offset = from_ms(instant).astimezone(info).utcoffset()
    assert offset is not None, "a zone always has an offset"
    return offset // timedelta(milliseconds=1)
