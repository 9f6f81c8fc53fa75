"""Complaint 1 (glpi#17186, glpi#16236): a deadline that moved can be explained line by line, with its source."""

from __future__ import annotations

from datetime import timedelta

import pytest

from noc_console.i18n import set_language
from noc_console.workflows.clock_explain import Explanation, explain_clock
from noc_console.workflows.policy import from_data, shipped_data
from tests.workflows.clock_bench import Bench
from tests.workflows.slow_time import utc

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
T0 = utc(2026, 5, 11, 1)


def explained(bench: Bench, name: str, hours: float) -> Explanation:
    return explain_clock(bench.clock(name), bench.values, bench.policy, T0 + hours * HOUR)


def paused_ticket() -> Bench:
    bench = Bench(grade="P2")
    bench.act("register", T0)
    bench.act("wait_customer", T0 + HOUR, reason="no_access")
    bench.act("resume", T0 + 3 * HOUR)
    return bench


def test_the_lines_add_up_to_what_was_used_and_to_the_deadline() -> None:
    result = explained(paused_ticket(), "restore", 4)
    assert [(line.running, line.label, line.working_s, line.sum_s) for line in result.lines] == [
        (True, "", 3600, 3600),
        (False, "no access to the site", 7200, 3600),
        (True, "", 3600, 7200),
    ]
    assert (result.used_s, result.wall_s, result.left_s) == (7200, 4 * 3600, 4 * 3600)
    assert (result.due, result.late) == (T0 + 8 * HOUR, False)
    assert result.due == result.lines[-1].end + timedelta(seconds=result.left_s or 0)


def test_the_source_of_the_target_is_the_frozen_one() -> None:
    bench = paused_ticket()
    data = shipped_data()
    data["grades"]["P2"]["restore"] = {"value": "1h", "tag": "OP", "source": "another policy"}
    bench.policy = from_data(data)
    result = explained(bench, "restore", 4)
    assert (result.target_s, result.tag, result.source) == (21600, "PD", "service rules c.1: 4-6 h")


def test_a_stopped_clock_does_not_borrow_the_source_of_a_later_grade() -> None:
    bench = paused_ticket()
    bench.act("accept", T0 + 4 * HOUR, contacted=True)
    bench.act("regrade", T0 + 4 * HOUR, puts={"grade": "P4"})
    stopped, running = explained(bench, "response", 5), explained(bench, "restore", 5)
    assert (stopped.target_s, stopped.tag, stopped.source) == (900, "", "an earlier limit of this ticket")
    assert (running.tag, running.source) == ("PD", "service rules c.1: 24 h town, 36-48 h countryside")


def test_a_second_round_starts_with_what_the_first_one_used() -> None:
    bench = paused_ticket()
    bench.act("restore", T0 + 4 * HOUR)
    bench.act("dissatisfied", T0 + 5 * HOUR, reason="came_back")
    result = explained(bench, "restore", 6)
    assert [(line.label, line.working_s, line.wall_s) for line in result.lines] == [
        ("used in earlier rounds", 7200, 0),
        ("", 3600, 3600),
    ]
    assert (result.round, result.wall_s, result.used_s) == (2, 3600, 10800)


def test_a_promise_and_a_third_party_name_their_sources() -> None:
    bench = paused_ticket()
    assert explained(bench, "news", 1).source == "service rules c.1, R37"
    bench.act("inform", T0 + 3 * HOUR, next_news_at=T0 + 5 * HOUR)
    bench.act("wait_third_party", T0 + 3 * HOUR, reason="vendor")
    news, vendor = explained(bench, "news", 4), explained(bench, "third_party", 4)
    assert (news.source, news.target_s, news.due) == ("the instant that was promised", 7200, T0 + 5 * HOUR)
    assert (vendor.tag, vendor.source) == ("PD", "half of the restore target of P2")


def test_a_calendar_that_the_policy_has_dropped_is_measured_round_the_clock() -> None:
    bench = Bench(grade="P5")
    bench.act("register", T0)
    data = shipped_data()
    data["calendars"]["office"] = data["calendars"].pop("business")
    data["grades"]["P5"]["calendar"] = "office"
    bench.policy = from_data(data)
    assert explained(bench, "restore", 14).used_s == 14 * 3600


@pytest.mark.parametrize(("language", "label"), [("en", "no power at the customer's site"), ("zh", "客户现场无电")])
def test_a_pause_is_named_in_the_language_in_use(language: str, label: str) -> None:
    bench = Bench()
    bench.act("register", T0)
    bench.act("wait_customer", T0 + HOUR, reason="no_power")
    try:
        set_language(language)
        assert explained(bench, "restore", 2).lines[-1].label == label
    finally:
        set_language("en")


def test_a_reason_that_the_policy_has_dropped_is_its_own_name() -> None:
    bench = paused_ticket()
    data = shipped_data()
    del data["wait_reasons"]["no_access"]
    bench.policy = from_data(data)
    assert explained(bench, "restore", 4).lines[1].label == "no_access"
