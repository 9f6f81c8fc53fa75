"""What users of other ticket systems complained about in their clocks, one test per complaint.

Each names the public thread that it answers. Whole tickets are tested where their machines are.
"""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta

import pytest

from noc_console.workflows import clocks
from noc_console.workflows.calendars import ALWAYS, Calendar
from noc_console.workflows.clocks import Clock
from tests.workflows.slow_time import MINUTE, utc

HOUR = timedelta(hours=1)
WEEK = (((540, 720), (780, 1080)),) * 5 + ((),) * 2
BUSINESS = Calendar(
    "business",
    "Asia/Shanghai",
    WEEK,
    holidays=frozenset({date(2026, 5, 1), date(2026, 5, 4), date(2026, 5, 5)}),
    workdays=frozenset({date(2026, 5, 9)}),
)
MONDAY = utc(2026, 5, 11, 1)  # 09:00 in Shanghai
FRIDAY = utc(2026, 5, 15, 9)  # 17:00, an hour before the weekend


def restore(calendar: Calendar, target_s: int, at: datetime = MONDAY) -> Clock:
    return clocks.start("restore", round=1, target_s=target_s, calendar=calendar, at=at)


def fire(clock: Clock, now: datetime, fired: list[tuple[int, int]]) -> None:
    """Do what a timer does: one fact per round and level."""
    for level in clocks.crossed(clock, ALWAYS, now):
        if (clock.round, level) not in fired:
            fired.append((clock.round, level))


def test_a_deadline_that_moved_says_why_segment_by_segment() -> None:
    """Complaint 1: glpi#17186, glpi#16236."""
    clock = restore(BUSINESS, 8 * 3600)
    before = clocks.due(clock, BUSINESS)
    clock = clocks.pause(clock, MONDAY + HOUR, "no_access")
    clock = clocks.resume(clock, MONDAY + 5 * HOUR)  # 10:00 to 14:00, with the break of an hour inside
    after = clocks.due(clock, BUSINESS)
    assert before == utc(2026, 5, 11, 10)
    assert after == utc(2026, 5, 12, 4)  # three working hours later: Tuesday 12:00

    ran, waited, runs = clocks.explain(clock, BUSINESS, MONDAY + 6 * HOUR)
    assert (waited.running, waited.reason, waited.working_s, waited.wall_s) == (False, "no_access", 10800, 14400)
    assert (ran.sum_s, waited.sum_s, runs.sum_s) == (3600, 3600, 7200)
    assert (ran.end, waited.end) == (waited.start, runs.start)
    assert runs.sum_s == clocks.used_s(clock, BUSINESS, MONDAY + 6 * HOUR)


def test_time_that_was_paused_stays_paused_when_the_grade_changes() -> None:
    """Complaint 2: glpi#6902, glpi#15605."""
    clock = clocks.resume(clocks.pause(restore(ALWAYS, 24 * 3600), MONDAY + HOUR, "no_power"), MONDAY + 11 * HOUR)
    raised = clocks.retarget(clock, 4 * 3600, ALWAYS)
    assert clocks.used_s(raised, ALWAYS, MONDAY + 12 * HOUR) == 2 * 3600
    assert clocks.due(raised, ALWAYS) == MONDAY + 14 * HOUR
    lowered = clocks.retarget(raised, 24 * 3600, ALWAYS)
    assert lowered == clock


def test_a_pause_goes_on_through_a_regrade() -> None:
    """Complaint 2, the regrade made while the customer is waited for."""
    waiting = clocks.pause(restore(ALWAYS, 24 * 3600), MONDAY + HOUR, "no_power")
    raised = clocks.retarget(waiting, 4 * 3600, ALWAYS)
    assert raised.paused
    assert clocks.due(clocks.resume(raised, MONDAY + 20 * HOUR), ALWAYS) == MONDAY + 23 * HOUR


def test_a_pause_over_the_weekend_takes_only_its_working_time_from_a_business_target() -> None:
    """Complaint 3: glpi#10594, glpi#9082."""
    clock = restore(BUSINESS, 8 * 3600, FRIDAY)
    plain = clocks.due(clock, BUSINESS)
    saturday, sunday = utc(2026, 5, 16, 2), utc(2026, 5, 17, 20)
    weekend = clocks.resume(clocks.pause(clock, saturday, "no_access"), sunday)
    assert clocks.due(weekend, BUSINESS) == plain == utc(2026, 5, 18, 9)

    into_monday = clocks.resume(clocks.pause(clock, FRIDAY, "no_access"), utc(2026, 5, 18, 2))  # Monday 10:00
    assert clocks.due(into_monday, BUSINESS) == utc(2026, 5, 19, 2)  # two working hours later, not 65


def test_a_pause_over_the_weekend_takes_all_its_time_from_a_target_round_the_clock() -> None:
    """Complaint 3, the reverse."""
    clock = clocks.pause(restore(ALWAYS, 8 * 3600, FRIDAY), FRIDAY + HOUR, "no_access")
    resumed = clocks.resume(clock, FRIDAY + 61 * HOUR)
    assert clocks.due(resumed, ALWAYS) == FRIDAY + 68 * HOUR


def test_nothing_becomes_late_while_the_customer_is_waited_for() -> None:
    """Complaint 4: glpi#24481, osTicket#3034, linear#1103."""
    waiting = clocks.pause(restore(ALWAYS, 4 * 3600), MONDAY + HOUR, "no_access")
    year_later = MONDAY + timedelta(days=365)
    assert clocks.due(waiting, ALWAYS) is None
    assert not clocks.is_late(waiting, ALWAYS, year_later)
    assert clocks.fraction(waiting, ALWAYS, year_later) == pytest.approx(0.25)
    assert clocks.crossed(waiting, ALWAYS, year_later) == ()
    assert clocks.stop(waiting, ALWAYS, year_later).verdict == "met"


def test_waiting_does_not_make_good_what_was_late_before() -> None:
    """Complaint 4, the other side of it."""
    waiting = clocks.pause(restore(ALWAYS, 4 * 3600), MONDAY + 5 * HOUR, "no_access")
    assert clocks.is_late(waiting, ALWAYS, MONDAY + 5 * HOUR)
    assert clocks.stop(waiting, ALWAYS, MONDAY + 99 * HOUR).margin_s == -3600


@pytest.mark.parametrize(
    ("at", "due"),
    [
        (utc(2026, 5, 15, 9), utc(2026, 5, 18, 4)),  # Friday 17:00: one hour left, then Monday 09:00 to 12:00
        (utc(2026, 5, 13, 3), utc(2026, 5, 13, 8)),  # Wednesday 11:00: not during the break at noon
        (utc(2026, 5, 12, 18), utc(2026, 5, 13, 6)),  # in the night: from 09:00
        (utc(2026, 4, 30, 9), utc(2026, 5, 6, 4)),  # before days off and a weekend
        (utc(2026, 5, 8, 9), utc(2026, 5, 9, 4)),  # before a Saturday that is made up
    ],
)
def test_office_hours_breaks_and_days_off_are_kept(at: datetime, due: datetime) -> None:
    """Complaint 5: osTicket#2131."""
    assert clocks.due(restore(BUSINESS, 4 * 3600, at), BUSINESS) == due


def test_every_level_fires_once_and_none_is_stuck_at_the_first() -> None:
    """Complaint 6: glpi#1996, glpi#5319."""
    clock = restore(ALWAYS, 100 * 60)
    fired: list[tuple[int, int]] = []
    counts = []
    for minute in range(200):
        fire(clock, MONDAY + minute * MINUTE, fired)
        counts.append(len(fired))
    assert fired == [(1, 50), (1, 80), (1, 100)]
    assert [counts.index(count) for count in (1, 2, 3)] == [50, 80, 100]


def test_a_level_does_not_fire_again_after_a_pause_or_a_regrade_but_does_in_the_next_round() -> None:
    """Complaint 6, with what happens to a ticket in between."""
    clock = restore(ALWAYS, 100 * 60)
    fired: list[tuple[int, int]] = []
    fire(clock, MONDAY + 60 * MINUTE, fired)
    clock = clocks.resume(clocks.pause(clock, MONDAY + 60 * MINUTE, "no_access"), MONDAY + 90 * MINUTE)
    clock = clocks.retarget(clocks.retarget(clock, 1000 * 60, ALWAYS), 100 * 60, ALWAYS)
    fire(clock, MONDAY + 95 * MINUTE, fired)
    assert fired == [(1, 50)]
    old = clocks.stop(clock, ALWAYS, MONDAY + 95 * MINUTE)
    fire(clocks.next_round(old, ALWAYS, MONDAY + 200 * MINUTE, 100 * 60, gap_counts=False), MONDAY + 9 * HOUR, fired)
    assert fired == [(1, 50), (2, 50), (2, 80), (2, 100)]


def test_each_clock_is_still_itself_after_it_was_saved() -> None:
    """Complaint 7: glpi#2765, glpi#2908."""
    response = clocks.start("response", round=1, target_s=1800, calendar=ALWAYS, at=MONDAY)
    vendor = clocks.start("vendor", round=1, target_s=None, calendar=BUSINESS, at=MONDAY)
    waiting = clocks.pause(restore(BUSINESS, 4 * 3600), MONDAY + HOUR, "no_power")
    several = [response, clocks.stop(response, ALWAYS, MONDAY + HOUR), vendor, waiting]
    saved = json.dumps([clocks.to_data(clock) for clock in several])
    loaded = [clocks.from_data(data) for data in json.loads(saved)]
    assert loaded == several
    assert [clock.name for clock in loaded] == ["response", "response", "vendor", "restore"]


def test_the_verdict_stays_after_the_end_whatever_is_regraded() -> None:
    """Complaint 8: zammad#4777, zammad#2579."""
    stopped = clocks.stop(restore(ALWAYS, 4 * 3600), ALWAYS, MONDAY + 5 * HOUR)
    regraded = clocks.retarget(stopped, 48 * 3600, BUSINESS)
    again = clocks.from_data(json.loads(json.dumps(clocks.to_data(regraded))))
    assert (again.verdict, again.margin_s, again.target_s, again.calendar) == ("missed", -3600, 4 * 3600, "24x7")
    assert clocks.used_s(again, ALWAYS, MONDAY + timedelta(days=900)) == 5 * 3600


def test_a_new_round_leaves_the_old_verdict_alone() -> None:
    """Complaint 8, after the customer was not satisfied."""
    old = clocks.stop(restore(ALWAYS, 4 * 3600), ALWAYS, MONDAY + 3 * HOUR)
    never_worked = clocks.next_round(old, ALWAYS, MONDAY + 6 * HOUR, 4 * 3600, gap_counts=True)
    failed_again = clocks.next_round(old, ALWAYS, MONDAY + 6 * HOUR, 4 * 3600, gap_counts=False)
    assert clocks.is_late(never_worked, ALWAYS, MONDAY + 6 * HOUR)
    assert clocks.due(failed_again, ALWAYS) == MONDAY + 7 * HOUR
    assert (old.verdict, old.margin_s, old.round) == ("met", 3600, 1)
    assert never_worked.verdict == failed_again.verdict == ""


def test_the_clock_runs_from_the_answer_and_not_from_when_it_was_read() -> None:
    """Complaint 9: zammad#1322, zammad#1620 (which channels count is the machine's)."""
    waiting = clocks.pause(restore(ALWAYS, 4 * 3600), MONDAY + HOUR, "no_consent")
    answered_at, read_at = MONDAY + 2 * HOUR, MONDAY + 3 * HOUR
    resumed = clocks.resume(waiting, answered_at)
    assert clocks.used_s(resumed, ALWAYS, read_at) == 2 * 3600
    assert clocks.due(resumed, ALWAYS) == answered_at + 3 * HOUR
