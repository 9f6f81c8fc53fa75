from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noc_console.checklists.messages import rendered
from noc_console.workflows.policy import Policy, from_data, load_default, shipped_data, targets_for, to_data
from noc_console.workflows.policy_values import APPROVERS, DOMAINS, GRADES, INTERRUPTS, LEVELS, ROLES, TAGS, Freeze

POLICY = load_default()
HOUR = 3_600

# Service rules c.1: the ranges inside which the defaults have to stay (seconds).
RANGES = {
    "P1": {"response": (0, 300), "restore": (2 * HOUR, 4 * HOUR), "update": (0, 1_800)},
    "P2": {"response": (0, 900), "restore": (4 * HOUR, 6 * HOUR), "update": (0, HOUR)},
    "P3": {"response": (0, 1_800), "restore": (0, 12 * HOUR), "update": (2 * HOUR, 4 * HOUR)},
    "P4": {"response": (0, 2 * HOUR), "restore": (0, 48 * HOUR), "update": (0, 24 * HOUR)},
}


@pytest.mark.parametrize("grade", RANGES)
def test_the_limits_of_a_grade_stay_in_the_cited_range(grade: str) -> None:
    row = POLICY.grades[grade]
    values = {"response": row.response_s, "restore": row.restore_s, "update": row.update_s}
    for name, (least, most) in RANGES[grade].items():
        value = values[name]
        assert value is not None
        assert least <= value <= most, name


def test_a_request_is_measured_in_working_hours_and_has_news_at_milestones() -> None:
    row = POLICY.grades["P5"]
    working_day_s = 60 * sum(end - start for start, end in POLICY.calendars[row.calendar].week[0])
    assert row.calendar == "business"
    assert row.response_s == 4 * HOUR
    assert row.restore_s == 3 * working_day_s
    assert row.update_s is None


def test_every_limit_is_sourced_in_the_shipped_file() -> None:
    data = shipped_data()
    limits = {f"{section}.{key}" for section in ("limits", "third_party") for key in data[section]}
    limits |= {f"unconfirmed.{key}" for key in ("attempts", "days", "written")}
    limits |= {f"grades.{grade}.{name}" for grade in GRADES for name in ("response", "restore")}
    limits |= {f"contract_classes.{name}.restore" for name in data["contract_classes"]}
    for key in sorted(limits - {"third_party.tag", "third_party.source"}):
        tag, source = POLICY.sources[key]
        assert tag in TAGS, key
        assert source, key


def test_the_source_of_a_key_is_its_own_or_that_of_the_table_above() -> None:
    assert POLICY.source_of("grades.P1.restore") == (
        "PD",
        "service rules c.1: 2-4 h; KPI target in (g): P1 within 4 h",
    )
    assert POLICY.source_of("grades.P1.escalations") == POLICY.source_of("grades.P1")
    assert POLICY.source_of("rights.ticket.approve") == POLICY.source_of("rights")
    with pytest.raises(KeyError):
        POLICY.source_of("version")


def test_the_matrix_gives_every_pair_a_grade_and_never_a_worse_one_for_more() -> None:
    for impact, urgency in product(LEVELS, LEVELS):
        assert POLICY.grade_for(impact, urgency) in GRADES
    for fixed in LEVELS:
        for higher, lower in pairwise(LEVELS):
            assert POLICY.grade_for(higher, fixed) <= POLICY.grade_for(lower, fixed)
            assert POLICY.grade_for(fixed, higher) <= POLICY.grade_for(fixed, lower)
    assert {POLICY.grade_for("high", "high"), POLICY.grade_for("low", "low")} == {"P1", "P5"}


def test_the_ladder_of_p1_is_lead_then_mim_then_management() -> None:
    rungs = [(rung.after_s, rung.function_or_role) for rung in POLICY.grades["P1"].escalations]
    assert rungs == [(900, "lead"), (1_800, "mim"), (3_600, "dept_head")]


def test_the_ladder_of_p2_goes_by_shares_of_the_target() -> None:
    rungs = [(rung.percent, rung.after_s, rung.function_or_role) for rung in POLICY.grades["P2"].escalations]
    assert rungs == [(50, None, "L2"), (80, None, "lead")]


def test_the_codes_of_a_ladder_differ() -> None:
    for grade in POLICY.grades.values():
        codes = [rung.level_code for rung in grade.escalations]
        assert len(set(codes)) == len(codes)


def test_the_auditor_has_no_right_and_every_right_has_somebody() -> None:
    for right, roles in POLICY.rights.items():
        assert "auditor" not in roles, right
        assert roles <= set(ROLES), right
        assert roles, right
    assert not POLICY.rights["ticket.approve"] & {"engineer", "dispatcher", "admin"}


def test_only_waiting_for_the_customer_pauses() -> None:
    pausing = {code for code, reason in POLICY.wait_reasons.items() if reason.pauses}
    assert pausing == {
        "no_access",
        "no_power",
        "no_consent",
        "no_test_time",
        "customer_postponed",
        "force_majeure",
    }
    assert all(POLICY.wait_reasons[code].kind == "customer" for code in pausing)
    assert [code for code, reason in POLICY.wait_reasons.items() if reason.needs_contract] == ["force_majeure"]


def test_channels_where_somebody_can_be_asked_are_told_apart() -> None:
    assert {entry.code for entry in POLICY.channels if entry.human} == {"hotline", "chat", "portal", "on_site", "other"}
    email = POLICY.channel("email")
    assert email is not None
    assert not email.human
    assert POLICY.channel("fax") is None


def test_requesters_are_told_of_the_ways_that_they_can_take_themselves() -> None:
    offered = [entry.code for entry in POLICY.channels if entry.offered]
    assert offered == ["hotline", "chat", "email", "work_order", "portal"]
    told = rendered("ack_fault", {"ref": "HZ1-1", "language": "en"}, POLICY).text
    assert "- hotline (day and night)" in told and "- e-mail (" in told
    assert all(absent not in told for absent in ("other", "as agreed", "on site", "monitoring"))


def test_a_policy_of_before_is_told_by_what_is_shipped_and_a_way_of_its_own_by_who_is_there() -> None:
    before = to_data(POLICY)
    for entry in before["channels"].values():
        if isinstance(entry, dict):
            del entry["offered"]
    before["channels"]["fax"] = {**before["channels"]["email"], "human": True}
    assert [entry.code for entry in from_data(before).channels if entry.offered] == [
        "hotline", "chat", "email", "work_order", "portal", "fax",
    ]  # fmt: skip


def test_every_wording_is_there_in_both_languages() -> None:
    tables = (POLICY.reject_reasons, POLICY.dissatisfied_reasons, POLICY.regrade_reasons)
    labels = [label for table in tables for label in table.values()]
    labels += [entry.label for entry in POLICY.grades.values()]
    labels += [entry.label for entry in POLICY.wait_reasons.values()]
    labels += [wording for entry in POLICY.channels for wording in (entry.label, entry.hours)]
    labels += [wording for entry in POLICY.preapproved.values() for wording in (entry.label, entry.text)]
    for label in labels:
        assert label.text("en").isascii()
        assert any("\u4e00" <= char <= "\u9fff" for char in label.text("zh"))


def test_work_is_done_at_night_in_every_domain() -> None:
    assert set(POLICY.off_peak) == set(DOMAINS)
    assert set(POLICY.off_peak.values()) == {((0, 360),)}


@pytest.mark.parametrize(
    ("grade", "users", "interrupts", "lowest"),
    [
        ("P4", 1, "no", "lead"),
        ("P2", 50_000, "no", "lead"),
        ("P4", None, "yes", "lead"),
        ("P4", 99, "yes", "lead"),
        ("P4", 100, "part", "domain_head"),
        ("P3", None, "yes", "domain_head"),
        ("P3", 1_000, "yes", "dept_head"),
        ("P2", None, "part", "dept_head"),
        ("P2", 10_000, "yes", "board"),
        ("P1", None, "yes", "mim"),
        ("P1", 500, "no", "lead"),
        ("P1", 50, "yes", "lead"),
    ],
)
def test_the_size_of_a_plan_sets_who_approves(grade: str, users: int | None, interrupts: str, lowest: str) -> None:
    assert POLICY.approver_roles(grade, users, interrupts) == set(APPROVERS[APPROVERS.index(lowest) :])


@given(st.sampled_from(GRADES), st.integers(0, 100_000), st.integers(0, 100_000), st.sampled_from(INTERRUPTS))
def test_more_users_never_make_approval_easier(grade: str, users: int, more: int, interrupts: str) -> None:
    smaller = POLICY.approver_roles(grade, users, interrupts)
    larger = POLICY.approver_roles(grade, users + more, interrupts)
    assert larger <= smaller
    assert larger


def test_targets_are_the_grades_where_no_contract_says_otherwise() -> None:
    targets = targets_for(POLICY, "P2", None, "fault")
    assert (targets.response_s, targets.restore_s, targets.update_s, targets.calendar) == (900, 21_600, 3_600, "24x7")
    assert targets.provenance["restore"].key == "grades.P2.restore"
    assert targets.provenance["restore"].value == targets.restore_s
    assert targets.provenance["restore"].tag == "PD"


@pytest.mark.parametrize(
    ("contract_class", "grade", "hours", "key"),
    [
        ("AAA", "P4", 4, "contract_classes.AAA.restore"),
        ("AAA", "P3", 6, "contract_classes.AAA.restore_by_grade.P3"),
        ("gold", "P4", 4, "contract_classes.AAA.restore"),
        ("金", "P2", 4, "contract_classes.AAA.restore"),
        ("Silver", "P4", 6, "contract_classes.AA.restore"),
        ("A", "P1", 4, "grades.P1.restore"),
        ("standard", "P3", 12, "grades.P3.restore"),
        ("unheard-of", "P3", 12, "grades.P3.restore"),
    ],
)
def test_a_contract_class_makes_a_fault_stricter(contract_class: str, grade: str, hours: int, key: str) -> None:
    targets = targets_for(POLICY, grade, contract_class, "fault")
    assert targets.restore_s == hours * HOUR
    assert targets.provenance["restore"].key == key


def test_a_contracts_own_figure_wins_even_where_it_is_weaker() -> None:
    aaa = replace(POLICY.contract_classes["AAA"], response_s={"P1": 600}, restore_s={"P1": 8 * HOUR})
    policy = replace(
        POLICY,
        contract_classes={"AAA": aaa},
        sources={**POLICY.sources, "contract_classes.AAA": ("OP", "contract 7")},
    )
    targets = targets_for(policy, "P1", "AAA", "fault")
    assert (targets.response_s, targets.restore_s) == (600, 8 * HOUR)
    assert (targets.provenance["response"].tag, targets.provenance["response"].source) == ("OP", "contract 7")


def test_a_request_keeps_the_calendar_and_the_limits_of_its_grade() -> None:
    targets = targets_for(POLICY, "P5", "AAA", "consultation")
    assert (targets.restore_s, targets.calendar, targets.update_s) == (24 * HOUR, "business", None)
    assert "update" not in targets.provenance


def test_the_shipped_policy_survives_json() -> None:
    assert from_data(json.loads(json.dumps(to_data(POLICY)))) == POLICY


def test_a_changed_policy_survives_json() -> None:
    freeze = Freeze("congress", datetime(2026, 3, 2, 16, tzinfo=UTC), datetime(2026, 3, 12, 16, tzinfo=UTC))
    business = replace(POLICY.calendars["business"], holidays=frozenset({date(2027, 1, 1)}))
    changed: Policy = replace(
        POLICY,
        version=7,
        freezes=(freeze,),
        calendars={**POLICY.calendars, "business": business},
        snooze_max_s=90,
        warn_levels=(60, 100),
        sources={**POLICY.sources, "limits.snooze_max": ("OP", "site.toml")},
    )
    again = from_data(json.loads(json.dumps(to_data(changed))))
    assert again == changed
    assert again.source_of("limits.snooze_max") == ("OP", "site.toml")
    assert to_data(again) == to_data(changed)


def test_a_policy_of_an_older_release_is_completed_from_the_shipped_one() -> None:
    data = to_data(POLICY)
    del data["off_peak"]
    del data["limits"]["snooze_max"]
    del data["rights"]["view.put"]
    assert from_data(data) == POLICY


def test_days_off_named_by_country_have_to_be_expanded_first() -> None:
    data = to_data(POLICY)
    data["calendars"]["business"]["holidays"] = {"country": "CN", "years": [2026]}
    with pytest.raises(ValueError, match="business are named by country"):
        from_data(data)
