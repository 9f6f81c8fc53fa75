"""A missed promise has its reason on record before closing (R24), and what lasts too long is raised (c.1)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from noc_console.workflows import solve
from noc_console.workflows.machine import Cause, Ref, Set
from noc_console.workflows.policy import Policy, from_data, load_default, shipped_data
from tests.workflows.case import WAY, Case, other, reach, registered, step
from tests.workflows.test_solve import FORM, run

CONFIRM = WAY[8][2]
WHY = {"reason": "hard_to_locate", "words": "three boxes on the way"}


def with_limit(**limits: Any) -> Policy:
    """Return the shipped policy with other single limits."""
    data = shipped_data()
    for name, value in limits.items():
        data["limits"][name]["value"] = value
    return from_data(data)


def late(grade: str = "P2", policy: Policy | None = None) -> Case:
    """Return a fault whose response and restoration were both missed, told to its customer."""
    case = registered(grade=grade, policy=policy or with_limit(breach_explained=["P1", "P2", "P3"])).later(days=2)
    for event, actor, given in WAY[:8]:
        step(case, event, actor, **given)
    return case


def reasons(case: Case) -> dict[str, Any]:
    rows = case.rows["clock"].values()
    return {row["name"]: row.get("breach_reason") for row in rows if row["name"] != "news"}


def test_a_missed_promise_is_explained_before_closing() -> None:
    case = late()
    assert case.codes("confirm", "wang", **CONFIRM) == ("facts", {"breach_unexplained"})
    case.act("explain_breach", **WHY)
    assert reasons(case) == {"response": "hard_to_locate", "restore": "hard_to_locate"}
    case.act("confirm", "wang", **CONFIRM)


def test_each_clock_may_have_a_reason_of_its_own_and_be_corrected() -> None:
    case = late()
    case.act("explain_breach", clock="response", reason="overlooked", words="-")
    assert case.codes("confirm", "wang", **CONFIRM) == ("facts", {"breach_unexplained"})
    case.act("explain_breach", **WHY)
    assert reasons(case) == {"response": "overlooked", "restore": "hard_to_locate"}
    assert case.codes("explain_breach", **WHY) == ("inputs", {"breaches_told"}), "news has its reason too by now"
    case.act("explain_breach", clock="response", reason="travel", words="-")
    assert reasons(case)["response"] == "travel"


def test_words_stand_in_the_body_only() -> None:
    plan = late().act("explain_breach", **WHY)
    sets = [row for row in plan.rows if isinstance(row, Set)]
    assert sets and all(row.values["breach_words"] == Ref("words") for row in sets)


def test_nothing_is_explained_that_was_kept() -> None:
    case = reach("feedback_given")
    assert case.codes("explain_breach", **WHY) == ("facts", {"nothing_late"})
    case = registered(grade="P2").later(minutes=20)
    assert case.codes("explain_breach", clock="restore", **WHY) == ("inputs", {"clock_not_late"})
    assert case.codes("explain_breach", clock="response", reason="no_such", words="-") == ("inputs", {"input_choice"})
    case.act("explain_breach", clock="response", **WHY)


def test_a_clock_that_runs_late_counts_as_one_that_was_missed() -> None:
    case = registered(grade="P3").later(hours=13)
    case.act("explain_breach", **WHY)
    assert reasons(case) == {"response": "hard_to_locate", "restore": "hard_to_locate"}


def test_the_policy_says_for_which_grades() -> None:
    late("P4").act("confirm", "wang", **CONFIRM)
    assert load_default().breach_explained == (), "R24 is a record, no gate, until the operator makes it one"
    case = late("P4", with_limit(breach_explained=["P4"]))
    assert case.codes("confirm", "wang", **CONFIRM) == ("facts", {"breach_unexplained"})
    late("P2", with_limit(breach_explained=[])).act("confirm", "wang", **CONFIRM)


def test_a_reason_is_offered_to_the_children_that_were_late_with_it() -> None:
    case = late()
    one, two = other(id="T2", breached=["restore"]), other(id="T3", breached=[])
    case.related["children"] = (one, two)
    case.act("explain_breach", **WHY)
    assert case.causes[-1] == Cause("fault", "T2", "explain_breach", WHY)
    assert [cause.record for cause in case.causes if cause.event == "explain_breach"] == ["T2"]
    child = late()
    child.act("explain_breach", clock="restore", reason="spare_part", words="-")
    child.act("explain_breach", "rule", **WHY)
    assert reasons(child) == {"response": "hard_to_locate", "restore": "spare_part"}, "its own reason stays"


@pytest.mark.parametrize(("grade", "code"), [("P2", "clock_late_explain"), ("P4", "clock_late")])
def test_the_owner_of_a_late_ticket_is_asked_for_the_reason(grade: str, code: str) -> None:
    case = reach("accepted", grade=grade)
    case.act("warn", "timer", via="timer", clock="restore", level="100", round=1)
    assert {("li", code), ("role:lead", "clock_late")} <= case.inbox()


@pytest.mark.parametrize("kind", ["fault", "request"])
def test_the_short_way_asks_why_only_where_somebody_wants_to_know(kind: str) -> None:
    grade = "P4" if kind == "fault" else "P5"
    asked = {field.name for field in solve.BREACH}
    in_time = registered(kind)
    late_one = registered(kind, with_limit(breach_explained=[grade])).later(days=30)
    for case, wanted in ((in_time, set()), (registered(kind).later(days=30), set()), (late_one, asked)):
        assert {field.name for field in solve.fields_for(kind, case.facts())} & asked == wanted
    refused = solve.refused(kind, late_one.facts(), FORM[kind])
    assert {reason.params["field"] for reason in refused} == asked
    form = {**FORM[kind], "breach_reason": "overlooked", "breach_words": "two boards"}
    assert solve.refused(kind, late_one.facts(), form) == ()
    assert run(late_one, form) is None
    assert late_one.record["state"] == "closed"


# --- What lasts longer than twice its target (c.1) -----------------------------------------------------------


@pytest.mark.parametrize(("grade", "higher"), [("P4", "P3"), ("P3", "P2"), ("P2", "P1")])
def test_an_overrun_has_the_grade_raised_by_one_step_by_rule(grade: str, higher: str) -> None:
    case = reach("accepted", grade=grade)
    case.act("warn", "timer", via="timer", clock="restore", level="overrun", round=1)
    assert case.causes[-1] == Cause("fault", "T1", "regrade", {"grade": higher, "reason": "overrun", "why": "policy"})
    case.act("regrade", "rule", grade=higher, reason="overrun", why="policy")
    assert case.record["grade"] == higher and not case.record["urgent"]


def test_nothing_is_raised_above_the_highest() -> None:
    case = reach("accepted", grade="P1")
    case.act("warn", "timer", via="timer", clock="restore", level="overrun", round=1)
    assert [cause for cause in case.causes if cause.event == "regrade"] == []


def test_a_pause_survives_the_raise() -> None:
    case = reach("accepted", grade="P4").later(hours=20)
    until = case.now + timedelta(hours=8)
    case.act("wait_customer", reason="no_access", who_agreed="Ms Wu", until=until)
    case.act("regrade", "rule", grade="P3", reason="overrun", why="policy")
    (restore,) = (row for row in case.rows["clock"].values() if row["name"] == "restore")
    assert [segment["running"] for segment in restore["segments"]] == [True, False]
    assert restore["target_s"] == 12 * 3_600


def test_a_low_score_is_put_before_the_lead() -> None:
    for score, told in ((6, True), (7, False)):
        case = reach("feedback_given")
        case.act("confirm", "wang", **{**CONFIRM, "score": score})
        assert (("role:lead", "low_score") in case.inbox()) is told
