"""Warnings and escalations: each once per round, none skipped, whoever was away and whatever was regraded."""

from __future__ import annotations

from datetime import timedelta

import pytest

from noc_console.workflows.policy import from_data, shipped_data
from tests.workflows.clock_bench import Bench
from tests.workflows.slow_time import utc

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
T0 = utc(2026, 5, 11, 1)


def registered(grade: str) -> Bench:
    """Return a ticket whose customer has been spoken to, so that only restore and news run."""
    bench = Bench(grade=grade)
    bench.act("register", T0)
    bench.act("accept", T0, contacted=True)
    return bench


def watched(bench: Bench, name: str, until: timedelta) -> dict[str, timedelta]:
    """Run the timers each minute and return what fired for a clock and when."""
    seen: dict[str, timedelta] = {}
    for minute in range(int(until / MINUTE) + 1):
        for fired in bench.run_timers(T0 + minute * MINUTE):
            assert fired not in seen, f"{fired} fired twice"
            seen[fired] = minute * MINUTE
    return {fired: at for fired, at in seen.items() if fired.startswith(f"{name}-")}


def test_every_rung_and_every_share_fires_once_at_its_minute() -> None:
    """Complaint 6: glpi#1996 repeats one level for ever, glpi#5319 never gets past the first."""
    fired = watched(registered("P1"), "restore", 6 * HOUR)
    assert list(fired.items()) == [
        ("restore-1-lead", 15 * MINUTE),
        ("restore-1-mim", 30 * MINUTE),
        ("restore-1-dept_head", HOUR),
        ("restore-1-50", 2 * HOUR),
        ("restore-1-80", 3 * HOUR + 12 * MINUTE),
        ("restore-1-100", 4 * HOUR),
    ]


def test_a_console_that_was_off_for_days_fires_all_of_it_in_order_and_once() -> None:
    bench = registered("P2")
    week_later = T0 + 7 * DAY
    fired = [name for name in bench.run_timers(week_later) if name.startswith("restore")]
    assert fired == [
        "restore-1-50",
        "restore-1-L2",
        "restore-1-80",
        "restore-1-lead",
        "restore-1-100",
        "restore-1-overrun",
    ]
    assert bench.run_timers(week_later) == []
    assert all(row["check_at"] is None for row in bench.rows.values())
    assert bench.rows["T1/restore/1"]["level"] == 100


def test_an_event_before_the_timers_ran_skips_nothing() -> None:
    bench = registered("P2")
    bench.act("wait_customer", T0 + 5 * HOUR, reason="no_access")  # 50 and 80 percent were reached unseen
    fired = [level.code for level in bench.due(T0 + 6 * HOUR) if level.clock == "restore"]
    assert fired == ["50", "L2", "80", "lead"]
    bench.run_timers(T0 + 6 * HOUR)
    assert bench.rows["T1/restore/1"]["check_at"] is None
    bench.act("resume", T0 + 8 * HOUR)
    assert bench.rows["T1/restore/1"]["check_at"] == T0 + 9 * HOUR


def test_the_key_of_a_level_is_the_same_wherever_it_is_computed() -> None:
    bench = registered("P3")
    levels = bench.due(T0 + 10 * HOUR)
    assert levels == bench.due(T0 + 10 * HOUR)
    assert ("restore", 1, "80") in [level.key for level in levels]
    assert ("restore", 1, "lead") in [level.key for level in levels]


def test_after_a_regrade_the_new_ladder_is_climbed_without_repeating_what_was_told() -> None:
    bench = registered("P3")
    now = T0 + 10 * HOUR
    assert [name for name in bench.run_timers(now) if name.startswith("restore")] == [
        "restore-1-50",
        "restore-1-80",
        "restore-1-lead",
    ]
    bench.act("regrade", now, puts={"grade": "P2"})
    assert [name for name in bench.run_timers(now) if name.startswith("restore")] == ["restore-1-L2", "restore-1-100"]


def test_a_regrade_to_a_longer_target_fires_no_share_again() -> None:
    bench = registered("P2")
    bench.run_timers(T0 + 5 * HOUR)
    bench.act("regrade", T0 + 5 * HOUR, puts={"grade": "P4"})
    assert bench.rows["T1/restore/1"]["check_at"] == T0 + 24 * HOUR
    assert [level.code for level in bench.due(T0 + 30 * HOUR) if level.clock == "restore"] == ["100"]


def test_each_round_has_levels_of_its_own() -> None:
    bench = registered("P3")
    bench.act("restore", T0 + 7 * HOUR)
    assert [level.clock for level in bench.due(T0 + 8 * HOUR)] == ["news"] * 3  # a stopped clock has nothing to warn of
    bench.act("dissatisfied", T0 + 20 * HOUR, reason="came_back")
    assert "restore-2-50" in bench.run_timers(T0 + 20 * HOUR)  # seven of twelve hours are carried over
    assert bench.rows["T1/restore/2"]["check_at"] == T0 + 20 * HOUR + 2 * HOUR + 36 * MINUTE


def test_a_closed_ticket_fires_nothing() -> None:
    bench = registered("P1")
    row = bench.rows["T1/restore/1"].copy()
    bench.act("close", T0 + 5 * MINUTE, puts={"open": False})
    bench.rows["T1/restore/1"] = row  # as a replica that has not seen the stop would have it
    assert bench.due(T0 + DAY) == []


def test_a_level_that_fires_for_a_round_that_is_over_changes_nothing() -> None:
    bench = registered("P3")
    bench.act("inform", T0 + HOUR)
    assert bench.act("warn", T0 + 2 * HOUR, clock="news", round=1, level="50") == []


def test_a_rung_on_the_update_limit_watches_the_clock_of_news() -> None:
    data = shipped_data()
    data["grades"]["P3"]["escalations"] = [{"percent": 90, "clock": "update", "to": "lead"}]
    bench = Bench(from_data(data))
    bench.act("register", T0)
    levels = {(level.clock, level.code): level.at for level in bench.due(T0 + 4 * HOUR)}
    assert levels["news", "lead"] == T0 + 3 * HOUR + 36 * MINUTE
    assert ("restore", "lead") not in levels


@pytest.mark.parametrize(("grade", "hours"), [("P1", 6), ("P2", 9), ("P3", 15)])
def test_firing_each_minute_and_firing_once_at_the_end_tell_the_same(grade: str, hours: int) -> None:
    awake, asleep = registered(grade), registered(grade)
    fired = watched(awake, "restore", hours * HOUR)
    assert sorted(fired) == sorted(name for name in asleep.run_timers(T0 + hours * HOUR) if name.startswith("restore"))
    assert awake.rows["T1/restore/1"]["level"] == asleep.rows["T1/restore/1"]["level"] == 100
