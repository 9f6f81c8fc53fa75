"""What events do to a ticket's clocks, and the complaints about other systems that concern whole tickets."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from noc_console.workflows.clocks import used_s
from noc_console.workflows.machine import Add, Put, Ref
from noc_console.workflows.policy import Policy, from_data, load_default, shipped_data
from tests.workflows.clock_bench import Bench
from tests.workflows.slow_time import utc

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
#: a Monday, 09:00 in Shanghai
T0 = utc(2026, 5, 11, 1)


def registered(at: datetime = T0, policy: Policy | None = None, **values: Any) -> Bench:
    bench = Bench(policy, **values)
    bench.act("register", at)
    return bench


def changed(**tables: Any) -> Policy:
    """Return the shipped policy with some of its tables changed."""
    data = shipped_data()
    for table, entries in tables.items():
        for key, value in entries.items():
            data[table][key] = {**data[table][key], **value} if isinstance(value, dict) else value
    return from_data(data)


def row(bench: Bench, name: str, number: int = 1) -> dict[str, Any]:
    return bench.rows[f"T1/{name}/{number}"]


# --- Registration --------------------------------------------------------------------------------------------


def test_clocks_that_begin_in_an_hour_that_comes_twice_begin_an_hour_apart() -> None:
    """Python holds the two for the same moment where it compares them within their zone."""
    policy, zone = load_default(), ZoneInfo("America/New_York")
    begun = [datetime(2026, 11, 1, 1, 30, tzinfo=zone, fold=fold) for fold in (0, 1)]
    dues = [registered(at, policy).values["response_due"] for at in begun]
    assert [due.astimezone(UTC) for due in dues] == [utc(2026, 11, 1, 6), utc(2026, 11, 1, 7)]


def test_a_policy_with_another_calendar_starts_other_clocks_at_the_same_instant() -> None:
    holidays = [["2026-05-11"], []]
    policies = [changed(calendars={"24x7": {"holidays": days}}) for days in holidays]
    dues = [registered(policy=policy).values["response_due"] for policy in (*policies, *policies)]
    midnight = utc(2026, 5, 11, 16)  # in Shanghai, whose calendar it is
    assert dues == [midnight + 30 * MINUTE, T0 + 30 * MINUTE] * 2


def test_registering_starts_three_clocks_and_freezes_the_limits() -> None:
    bench = registered()
    assert sorted(bench.rows) == ["T1/news/1", "T1/response/1", "T1/restore/1"]
    sla = bench.values["sla"]
    figures = ("policy", "calendar", "response_s", "restore_s", "update_s", "class")
    assert tuple(sla[name] for name in figures) == (1, "24x7", 1800, 43200, 14400, None)
    assert sla["tags"]["restore"] == {"key": "grades.P3.restore", "tag": "PD", "source": "service rules c.1"}
    dues = {name: bench.values[name] for name in ("response_due", "restore_due", "update_due", "promised_at")}
    assert dues == {
        "response_due": T0 + 30 * MINUTE,
        "restore_due": T0 + 12 * HOUR,
        "update_due": T0 + 4 * HOUR,
        "promised_at": None,
    }
    assert (bench.values["next_clock"], bench.values["next_due"]) == ("response", T0 + 30 * MINUTE)
    assert bench.values["breached"] == []


def test_one_event_sets_the_ticket_once() -> None:
    ops = Bench().act("register", T0)
    assert [type(op) for op in ops].count(Put) == 1
    assert sorted(op.values["name"] for op in ops if isinstance(op, Add)) == ["news", "response", "restore"]


def test_the_class_of_the_customer_gives_limits_and_its_provenance() -> None:
    bench = Bench()
    bench.customer = {"contract_class": "gold"}
    bench.act("register", T0)
    assert (bench.values["sla"]["class"], bench.values["sla"]["restore_s"]) == ("AAA", 6 * 3600)
    assert bench.values["sla"]["tags"]["restore"]["key"] == "contract_classes.AAA.restore_by_grade.P3"


def test_a_contract_that_stands_in_an_input_is_looked_up_there() -> None:
    bench = Bench(contract=Ref("contract"))
    bench.act("register", T0, contract="AA")
    assert bench.values["sla"]["class"] == "AA"


def test_the_restore_clock_runs_from_the_alarm_where_the_network_knew_first() -> None:
    alarm = T0 - 40 * MINUTE
    bench = registered(channel="monitoring", occurred_at=alarm, requester_type="monitoring")
    assert (bench.clock("restore").started_at, bench.clock("response").started_at) == (alarm, T0)
    assert bench.values["restore_due"] == alarm + 12 * HOUR
    assert "T1/news/1" not in bench.rows  # nobody waits for news


def test_what_the_customer_noticed_earlier_starts_no_clock_of_ours() -> None:
    assert registered(occurred_at=T0 - HOUR).clock("restore").started_at == T0


def test_the_response_clock_runs_from_the_way_in() -> None:
    bench = Bench(channel="email")
    bench.act("register", T0, received_at=T0 - 20 * MINUTE)
    assert bench.values["response_due"] == T0 + 10 * MINUTE


def test_a_request_is_fulfilled_in_working_hours_and_owes_no_interval() -> None:
    bench = registered(grade="P5", service_type="consultation")
    assert bench.values["restore_due"] == T0 + 2 * DAY + 9 * HOUR  # three days of eight hours, Wednesday 18:00
    assert (bench.values["update_due"], sorted(bench.rows)) == (None, ["T1/response/1", "T1/restore/1"])


# --- Response and news ---------------------------------------------------------------------------------------


def test_the_first_contact_stops_the_response_clock_once() -> None:
    bench = registered()
    bench.act("accept", T0 + 5 * MINUTE)
    assert bench.clock("response").stopped_at is None  # accepted, nobody was spoken to
    bench.act("accept", T0 + 6 * MINUTE, contacted=True)
    before = row(bench, "response").copy()
    bench.act("inform", T0 + 50 * MINUTE)
    assert row(bench, "response") == before
    assert (before["verdict"], before["margin_s"], bench.values["response_due"]) == ("met", 24 * 60, None)


def test_a_late_contact_is_a_breach_that_is_kept() -> None:
    bench = registered()
    bench.act("inform", T0 + 31 * MINUTE)
    assert (row(bench, "response")["margin_s"], bench.values["breached"]) == (-60, ["response"])
    bench.act("close", T0 + HOUR, puts={"open": False})
    assert bench.values["breached"] == ["response"]


def test_a_promise_by_an_instant_is_kept_to_the_second_whatever_the_calendar() -> None:
    bench = registered(grade="P5", service_type="consultation")
    evening = T0 + 14 * HOUR  # 23:00, when no working time runs
    bench.act("inform", T0 + HOUR, next_news_at=evening)
    assert (bench.values["promised_at"], bench.values["update_due"]) == (evening, evening)
    bench.act("inform", evening)
    assert row(bench, "news")["verdict"] == "met"
    assert (bench.values["promised_at"], bench.values["update_due"]) == (None, None)


def test_each_promise_has_its_own_verdict() -> None:
    bench = registered()
    bench.act("inform", T0 + 5 * HOUR, next_news_at=T0 + 6 * HOUR)
    bench.act("inform", T0 + 6 * HOUR)
    assert [row(bench, "news", number)["verdict"] for number in (1, 2, 3)] == ["missed", "met", ""]
    assert bench.values["breached"] == ["response", "news"]
    assert bench.values["update_due"] == T0 + 10 * HOUR


def test_news_by_interval_is_owed_until_the_service_works_and_by_word_always() -> None:
    bench = registered()
    bench.act("restore", T0 + HOUR)
    bench.act("inform", T0 + 2 * HOUR)
    assert (bench.values["update_due"], row(bench, "news")["verdict"]) == (None, "met")
    bench.act("inform", T0 + 3 * HOUR, next_news_at=T0 + DAY)
    assert bench.values["update_due"] == T0 + DAY


def test_a_wait_does_not_stop_the_promise_of_news() -> None:
    bench = registered()
    bench.act("wait_customer", T0 + HOUR, reason="no_access")
    assert (bench.values["next_clock"], bench.values["next_due"]) == ("response", T0 + 30 * MINUTE)
    assert bench.values["update_due"] == T0 + 4 * HOUR


# --- Pauses --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reason", ["no_access", "no_power", "no_consent", "no_test_time", "customer_postponed"])
def test_waiting_for_the_customer_pauses(reason: str) -> None:
    bench = registered()
    bench.act("wait_customer", T0 + HOUR, reason=reason)
    assert (bench.clock("restore").paused, bench.values["restore_due"]) == (True, None)
    bench.act("resume", T0 + 3 * HOUR)
    assert bench.values["restore_due"] == T0 + 14 * HOUR


def test_force_majeure_pauses_only_where_the_contract_names_it() -> None:
    named = changed(contract_classes={"A": {"force_majeure": True}})
    for contract, paused in (("A", True), ("AA", False), (None, False)):
        bench = registered(policy=named, contract=contract)
        bench.act("wait_customer", T0 + HOUR, reason="force_majeure")
        assert bench.clock("restore").paused is paused


def test_a_third_party_has_a_clock_of_its_own_and_ours_runs_on() -> None:
    bench = registered()
    bench.act("inform", T0)
    bench.act("wait_third_party", T0 + HOUR, reason="vendor")
    assert (bench.clock("restore").running, bench.values["restore_due"]) == (True, T0 + 12 * HOUR)
    assert row(bench, "third_party")["target_s"] == 6 * 3600
    bench.act("resume", T0 + 8 * HOUR)
    assert row(bench, "third_party")["verdict"] == "missed"
    assert "third_party" not in bench.values["breached"]
    bench.act("wait_third_party", T0 + 9 * HOUR, reason="carrier")
    assert row(bench, "third_party", 2)["verdict"] == ""


def test_verbs_that_find_nothing_to_do_do_nothing() -> None:
    bench = registered()
    bench.act("restore", T0 + HOUR)
    for event in ("restore", "resume", "receive", "wait_customer"):
        assert bench.act(event, T0 + 2 * HOUR, reason="no_access") == []


def test_a_second_pause_leaves_the_first_one_as_it_is() -> None:
    bench = registered()
    bench.act("wait_customer", T0 + HOUR, reason="no_access")
    assert bench.act("wait_customer", T0 + 2 * HOUR, reason="no_power") == []


def test_an_instant_is_taken_between_the_last_boundary_and_now() -> None:
    bench = registered()
    bench.act("wait_customer", T0 + HOUR, reason="no_access")
    bench.act("resume", T0 + 2 * HOUR)
    bench.act("restore", T0 + 3 * HOUR, restored_at=T0 + 30 * MINUTE)
    assert bench.clock("restore").stopped_at == T0 + 2 * HOUR
    ahead = registered()
    ahead.act("restore", T0 + HOUR, restored_at=T0 + HOUR + MINUTE)
    assert ahead.clock("restore").stopped_at == T0 + HOUR


def test_a_late_intent_counts_at_the_instant_of_the_act() -> None:
    bench = registered()
    bench.act("restore", T0 + 11 * HOUR, now=T0 + 3 * DAY)
    assert (row(bench, "restore")["verdict"], row(bench, "restore")["margin_s"]) == ("met", 3600)


def test_a_wait_ends_when_it_was_to_end_though_the_console_was_off() -> None:
    bench = registered()
    bench.act("wait_customer", T0 + HOUR, reason="no_access", puts={"wait_until": T0 + 3 * HOUR})
    bench.act("wake", T0 + 2 * DAY)
    assert bench.values["restore_due"] == T0 + 14 * HOUR


# --- Grades --------------------------------------------------------------------------------------------------


def test_a_regrade_takes_the_policy_of_the_moment_and_nothing_else_does() -> None:
    bench = registered()
    bench.policy = changed(grades={"P3": {"restore": "10h"}, "P2": {"restore": "5h"}})
    bench.act("inform", T0 + HOUR)
    bench.act("complete", T0 + HOUR)
    assert bench.values["restore_due"] == T0 + 12 * HOUR
    bench.act("regrade", T0 + 2 * HOUR, puts={"grade": "P2"})
    assert bench.values["restore_due"] == T0 + 5 * HOUR
    assert bench.values["sla"]["restore_s"] == 5 * 3600


def test_a_contract_that_is_found_later_changes_the_limits() -> None:
    bench = registered()
    bench.customer = {"contract_class": "AAA"}
    bench.act("complete", T0 + HOUR)
    assert (bench.values["restore_due"], bench.values["sla"]["class"]) == (T0 + 6 * HOUR, "AAA")


def test_a_customer_who_is_not_found_again_keeps_the_class() -> None:
    bench = Bench()
    bench.customer = {"contract_class": "AAA"}
    bench.act("register", T0)
    bench.customer = {}
    bench.act("regrade", T0 + HOUR, puts={"grade": "P4"})
    assert (bench.values["sla"]["class"], bench.values["restore_due"]) == ("AAA", T0 + 4 * HOUR)


def test_a_regrade_moves_the_interval_of_news_and_not_a_word_given() -> None:
    bench = registered()
    bench.act("regrade", T0 + HOUR, puts={"grade": "P2"})
    assert bench.values["update_due"] == T0 + HOUR
    bench.act("inform", T0 + HOUR, next_news_at=T0 + 7 * HOUR)
    bench.act("regrade", T0 + 2 * HOUR, puts={"grade": "P1"})
    assert bench.values["update_due"] == T0 + 7 * HOUR
    bench.act("inform", T0 + 7 * HOUR)
    assert row(bench, "news", 2)["verdict"] == "met"


def test_a_request_that_turns_out_a_fault_owes_news_from_then_on() -> None:
    bench = registered(grade="P5")
    bench.act("regrade", T0 + HOUR, puts={"grade": "P3"})
    assert bench.values["update_due"] == T0 + 5 * HOUR
    bench.act("regrade", T0 + 2 * HOUR, puts={"grade": "P5"})
    assert bench.values["update_due"] is None


def test_a_regrade_after_the_verdict_leaves_it() -> None:
    bench = registered()
    bench.act("restore", T0 + 11 * HOUR)
    bench.act("regrade", T0 + 12 * HOUR, puts={"grade": "P1"})
    assert (row(bench, "restore")["target_s"], row(bench, "restore")["verdict"]) == (43200, "met")


# --- Rounds --------------------------------------------------------------------------------------------------


def test_what_never_worked_ran_on() -> None:
    bench = registered()
    bench.act("restore", T0 + 2 * HOUR)
    bench.act("dissatisfied", T0 + 5 * HOUR, reason="not_restored")
    assert bench.values["restore_due"] == T0 + 12 * HOUR
    assert (row(bench, "restore")["verdict"], row(bench, "restore", 2)["base_s"]) == ("met", 5 * 3600)


def test_what_worked_and_failed_again_leaves_the_gap_out() -> None:
    bench = registered()
    bench.act("restore", T0 + 2 * HOUR)
    bench.act("dissatisfied", T0 + 5 * HOUR, reason="came_back")
    assert (bench.values["restore_due"], row(bench, "restore", 2)["base_s"]) == (T0 + 15 * HOUR, 2 * 3600)


def test_what_was_said_outweighs_the_reason_code() -> None:
    bench = registered()
    bench.act("restore", T0 + 2 * HOUR)
    bench.act("dissatisfied", T0 + 5 * HOUR, reason="too_slow", never_worked=True)
    assert row(bench, "restore", 2)["base_s"] == 5 * 3600


def test_a_round_keeps_old_verdicts_restarts_news_and_not_the_response() -> None:
    bench = registered()
    bench.act("inform", T0 + 10 * MINUTE)
    bench.act("restore", T0 + 13 * HOUR)
    bench.act("inform", T0 + 13 * HOUR)
    bench.act("close", T0 + 14 * HOUR, puts={"open": False})
    first = row(bench, "restore").copy()
    bench.act("dissatisfied", T0 + 15 * HOUR, reason="came_back", puts={"open": True})
    assert row(bench, "restore") == first and first["verdict"] == "missed"
    assert bench.values["update_due"] == T0 + 19 * HOUR
    assert bench.values["response_due"] is None and "T1/response/2" not in bench.rows
    assert bench.values["breached"] == ["restore", "news"]


# --- The end -------------------------------------------------------------------------------------------------


def test_a_ticket_that_is_not_open_has_no_clock_that_runs() -> None:
    bench = registered()
    bench.act("wait_third_party", T0 + MINUTE, reason="vendor")
    bench.act("accept", T0 + HOUR, puts={"open": False})  # an event that stops nothing itself
    columns = ("response_due", "restore_due", "update_due", "promised_at", "next_due", "next_clock")
    assert [bench.values[name] for name in columns] == [None] * 6
    assert all(each["stopped_at"] == T0 + HOUR and each["check_at"] is None for each in bench.rows.values())
    bench.act("inform", T0 + 2 * HOUR, next_news_at=T0 + DAY)
    assert bench.values["next_due"] is None


# --- Complaints about other systems --------------------------------------------------------------------------


def test_time_that_was_paused_stays_paused_when_the_grade_changes() -> None:
    """Complaint 2: glpi#6902, glpi#15605."""
    bench = registered()
    bench.act("wait_customer", T0 + HOUR, reason="no_access")
    bench.act("resume", T0 + 4 * HOUR)
    bench.act("regrade", T0 + 5 * HOUR, puts={"grade": "P2"})
    assert bench.values["restore_due"] == T0 + 9 * HOUR  # six hours and the pause of three


def test_a_regrade_into_working_hours_measures_time_and_pause_in_them() -> None:
    """Complaint 3: glpi#10594, glpi#9082."""
    friday = utc(2026, 5, 15, 9)  # 17:00
    bench = registered(friday, grade="P4")
    bench.act("wait_customer", friday + 30 * MINUTE, reason="no_access")
    bench.act("resume", friday + 2 * DAY + 17 * HOUR)  # Monday 10:00
    bench.act("regrade", friday + 2 * DAY + 17 * HOUR, puts={"grade": "P5"})
    calendar = bench.policy.calendars["business"]
    assert used_s(bench.clock("restore"), calendar, friday + 2 * DAY + 17 * HOUR) == 30 * 60
    # Monday 10:00 has 7 h left, Tuesday and Wednesday 8 h each, and Thursday the last half hour
    assert bench.values["restore_due"] == utc(2026, 5, 21, 1, 30)


def test_nothing_becomes_late_while_the_customer_is_waited_for() -> None:
    """Complaint 4: glpi#24481, osTicket#3034, linear#1103."""
    bench = registered()
    bench.act("inform", T0, next_news_at=T0 + 30 * DAY)
    bench.act("wait_customer", T0 + HOUR, reason="no_access")
    assert row(bench, "restore")["check_at"] is None
    assert [name for name in bench.run_timers(T0 + 9 * DAY) if name.startswith("restore")] == []
    bench.act("resume", T0 + 9 * DAY)
    bench.act("restore", T0 + 9 * DAY + HOUR)
    assert (row(bench, "restore")["verdict"], bench.values["breached"]) == ("met", [])


def test_the_clock_of_one_name_never_turns_into_another() -> None:
    """Complaint 7: glpi#2765, glpi#2908."""
    bench = registered()
    bench.act("wait_third_party", T0, reason="vendor")
    targets = {each["name"]: each["target_s"] for each in bench.rows.values()}
    assert targets == {"response": 1800, "restore": 43200, "news": 14400, "third_party": 21600}
    bench.act("regrade", T0 + MINUTE, puts={"grade": "P2"})
    targets = {each["name"]: each["target_s"] for each in bench.rows.values()}
    assert targets == {"response": 900, "restore": 21600, "news": 3600, "third_party": 21600}


def test_the_outcome_is_still_there_after_the_end() -> None:
    """Complaint 8: zammad#4777, zammad#2579."""
    bench = registered()
    bench.act("restore", T0 + 13 * HOUR)
    bench.act("close", T0 + 20 * HOUR, puts={"open": False})
    assert (row(bench, "restore")["verdict"], row(bench, "restore")["margin_s"]) == ("missed", -3600)
    assert "restore" in bench.values["breached"]


def test_an_answer_by_any_channel_ends_the_pause_when_it_came_in() -> None:
    """Complaint 9: zammad#1322, zammad#1620."""
    bench = registered()
    bench.act("wait_customer", T0 + HOUR, reason="no_access")
    bench.act("receive", T0 + 5 * HOUR, channel="sms", **{"at": T0 + 3 * HOUR})
    assert bench.values["restore_due"] == T0 + 14 * HOUR
    assert bench.act("resume", T0 + 6 * HOUR) == []  # the person's word afterwards moves nothing
