"""A ticket's clocks counted minute after minute: slow, plain, and nothing of the code under test.

It keeps when each clock ran and asks the wall clock of the zone about every minute between. Minutes count from ORIGIN.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import cache

from noc_console.workflows.policy import Policy, from_data, shipped_data
from tests.workflows.slow_time import MINUTE, utc, works

ORIGIN = utc(2026, 4, 27)
HORIZON = 90 * 1440
#: reason code of a wait -> whether it pauses
WAITS = {"no_access": True, "customer_postponed": True, "force_majeure": False, "carrier": False, "vendor": False}
OBJECTIONS = {"not_restored": True, "partly_restored": True, "came_back": False, "too_slow": False}


@cache
def mixed_policy() -> Policy:
    """Return the shipped policy with P4 in business hours, so that a regrade of a fault can change the calendar.

    The gate that keeps a late ticket open until its reason is on record is on, as an operator may have it (R24).
    """
    data = shipped_data()
    data["limits"]["breach_explained"]["value"] = ["P1", "P2", "P3"]
    data["grades"]["P4"]["calendar"] = "business"
    return from_data(data)


def instant(minute: int) -> datetime:
    return ORIGIN + minute * MINUTE


@cache
def open_minutes(calendar: str) -> tuple[bool, ...]:
    """Ask for every minute whether it is working time."""
    return tuple(works(mixed_policy().calendars[calendar], instant(minute)) for minute in range(HORIZON))


@dataclass
class Slow:
    """One clock of one round: when it ran, and how much was brought along."""

    start: int
    target: int | None
    calendar: str
    base: int = 0
    flips: list[tuple[int, bool]] = field(default_factory=list)
    stop: int | None = None
    margin: int | None = None

    @property
    def boundary(self) -> int:
        return self.flips[-1][0] if self.flips else self.start

    @property
    def running(self) -> bool:
        return self.stop is None and (not self.flips or self.flips[-1][1])

    def ran(self, minute: int) -> bool:
        told = [running for at, running in self.flips if at <= minute]
        return told[-1] if told else True

    def used(self, now: int) -> int:
        """Count the minutes."""
        end = now if self.stop is None else min(now, self.stop)
        table = open_minutes(self.calendar)
        return self.base + sum(1 for minute in range(self.start, end) if table[minute] and self.ran(minute))

    def due(self) -> int | None:
        """Walk on until the target is used up."""
        if not self.running or self.target is None:
            return None
        table, used, minute = open_minutes(self.calendar), self.base, self.start
        while used < self.target:
            used += table[minute] and self.ran(minute)
            minute += 1
        return minute

    def flip(self, at: int, running: bool) -> None:
        if self.stop is None and self.running is not running:
            self.flips.append((max(at, self.boundary), running))

    def end(self, at: int) -> bool:
        """Stop, and tell whether that was late."""
        if self.stop is not None:
            return False
        self.stop = max(at, self.boundary)
        if self.target is not None:
            self.margin = self.target - self.used(self.stop)
        return self.margin is not None and self.margin < 0


class SlowTicket:
    """The rules of the clocks, said again in the plainest way."""

    def __init__(self, at: int, grade: str, line: str | None, alarm: int | None) -> None:
        self.line, self.breached = line, set[str]()
        self.limits(grade)
        self.response = Slow(at, self.answer, self.calendar)
        self.restore = Slow(at if alarm is None else alarm, self.repair, self.calendar)
        self.owed_to_somebody = alarm is None
        self.third: Slow | None = None
        self.news: Slow | None = None
        self.word: int | None = None
        self.promise(at, None)

    def limits(self, grade: str) -> None:
        """Read the limits of the grade; a line of class AA has 24x7 and never more than six hours."""
        self.grade = grade
        row = mixed_policy().grades[grade]
        self.calendar = "24x7" if self.line == "AA" else row.calendar
        self.answer, self.repair = row.response_s // 60, row.restore_s // 60
        self.update = None if row.update_s is None else row.update_s // 60
        if self.line == "AA":
            self.repair = min(self.repair, 360)

    def contact(self, at: int) -> None:
        self.note("response", self.response.end(at))

    def note(self, name: str, late: bool) -> None:
        if late:
            self.breached.add(name)

    def inform(self, at: int, word: int | None) -> None:
        self.contact(at)
        self.promise(at, word)

    def promise(self, at: int, word: int | None) -> None:
        self.end_news(at)
        self.word = word
        wanted = self.owed_to_somebody and self.update is not None and self.restore.stop is None
        if word is not None:
            self.news = Slow(at, word - at, "24x7")
        elif wanted:
            self.news = Slow(at, self.update, self.calendar)

    def end_news(self, at: int) -> None:
        if self.news is not None:
            self.note("news", self.news.end(at))
        self.news = None

    def regrade(self, at: int, grade: str) -> None:
        self.limits(grade)
        for clock, target in ((self.response, self.answer), (self.restore, self.repair)):
            if clock.stop is None:
                clock.target, clock.calendar = target, self.calendar
        if self.news is None:
            self.promise(at, None)
        elif self.word is None:
            self.news.target, self.news.calendar = self.update, self.calendar

    def wait(self, at: int, reason: str) -> None:
        if WAITS[reason]:
            self.restore.flip(at, False)
        if reason in ("carrier", "vendor"):
            self.third = Slow(at, mixed_policy().third_party_s[self.grade] // 60, self.calendar)

    def resumed(self, at: int) -> None:
        self.restore.flip(at, True)
        self.leave_third(at)

    def leave_third(self, at: int) -> None:
        if self.third is not None:
            self.third.end(at)  # no promise of ours
        self.third = None

    def restored(self, at: int) -> None:
        self.note("restore", self.restore.end(at))
        self.leave_third(at)

    def objected(self, now: int, never_worked: bool) -> None:
        old = self.restore
        assert old.stop is not None
        old.calendar = self.calendar
        base = old.used(now)
        if never_worked:
            base += sum(open_minutes(self.calendar)[old.stop : now])
        self.restore = Slow(now, self.repair, self.calendar, base)
        self.promise(now, None)

    def dues(self) -> dict[str, datetime]:
        """Return when each running clock has used up its target."""
        running = {"response": self.response, "restore": self.restore, "news": self.news, "third_party": self.third}
        found = {name: clock.due() for name, clock in running.items() if clock is not None}
        return {name: instant(due) for name, due in found.items() if due is not None}
