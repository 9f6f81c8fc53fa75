"""The way of a request (design 4.2): answered, confirmed, archived."""

from __future__ import annotations

import pytest

from tests.workflows.case import REGISTER, REQUEST_WAY, Case, reach, registered, step

CONFIRM = {"who": "Ms Wu", "channel": "phone", "how_tested": "Understood"}


def test_the_way_of_a_request_leads_to_the_archive() -> None:
    case = registered("request")
    states = [case.record["state"]]
    for event, actor, given in REQUEST_WAY:
        step(case, event, actor, **given)
        states.append(case.record["state"])
    assert states == ["registered", "accepted", "working", "answered", "closed", "archived"]
    assert case.record["answer"] == "Like this"
    restore = next(row for row in case.rows["clock"].values() if row["name"] == "restore")
    assert restore["verdict"] == "met"  # the restore clock reads fulfilment


def test_a_request_says_which_kind_it_is() -> None:
    given = {name: value for name, value in REGISTER["request"].items() if name != "service_type"}
    assert Case("request").codes("register", **given) == ("inputs", {"input_missing"})
    assert Case("request").codes("register", **given, service_type="fault") == ("inputs", {"input_choice"})


@pytest.mark.parametrize("missing", ["symptom", "contact"])
def test_people_are_asked_what_a_request_needs(missing: str) -> None:
    given = {name: value for name, value in REGISTER["request"].items() if name != missing}
    assert Case("request").codes("register", **given) == ("inputs", {"input_missing"})


def test_an_ungraded_request_is_of_the_last_grade_and_acknowledged_in_its_own_words() -> None:
    case = registered("request", grade=None)
    assert (case.record["grade"], case.record["missing"], case.outbox()) == ("P5", (), ["ack_request"])


def test_the_answer_waits_for_the_change_that_does_it() -> None:
    case = reach("working", "request", service_type="change")
    case.related["changes"] = ({"ref": "AAA-7", "state": "in_progress", "open": True},)
    assert case.codes("answer", answer="Done") == ("facts", {"change_still_open"})
    case.related["changes"] = ({"ref": "AAA-7", "state": "closed", "open": False},)
    case.act("answer", answer="Done", sent="by_us", channel="email")
    assert case.outbox() == ["ack_request", "answer"]


def test_an_answer_is_confirmed_by_the_requester_not_by_us() -> None:
    case = reach("answered", "request")
    assert case.codes("confirm", "wang", **{**CONFIRM, "who": "li"}) == ("inputs", {"confirmed_by_us"})
    case.act("confirm", "li", **CONFIRM)


def test_an_objection_goes_back_to_work_with_a_new_round() -> None:
    case = reach("closed", "request")
    case.act("dissatisfied", words="That is another device", reason="not_explained")
    assert (case.record["state"], case.record["round"], case.record["feedback_at"]) == ("working", 2, None)


def test_a_wait_comes_back_to_where_it_was() -> None:
    case = reach("answered", "request")
    until = case.now.replace(hour=12)
    case.act("wait_customer", reason="customer_postponed", who_agreed="Ms Wu", until=until)
    case.act("resume")
    assert case.record["state"] == "answered"
