"""The main way of a fault, and what each event writes down."""

from __future__ import annotations

from datetime import timedelta

import pytest

from noc_console.workflows.machine import Cause, Plan, Ref
from tests.workflows.case import NIGHT, REGISTER, T0, WAY, Case, other, reach, registered, step


def test_the_main_way_leads_from_registered_to_archived() -> None:
    case = registered()
    states = [case.record["state"]]
    for event, actor, given in WAY:
        step(case, event, actor, **given)
        states.append(case.record["state"])
    assert states == [
        "registered", "accepted", "diagnosing", "located", "planned", "approved", "executing", "restored",
        "feedback_given", "closed", "archived",
    ]  # fmt: skip
    assert case.record["open"] is False
    assert case.record["closure_how"] == "confirmed"
    assert case.record["last_event_at"] == case.now
    verdicts = {row["name"]: row["verdict"] for row in case.rows["clock"].values() if row["name"] != "news"}
    assert verdicts == {"response": "met", "restore": "met"}


def test_registering_writes_words_by_reference_only() -> None:
    case = Case()
    given = {"channel": "hotline", "subject": "s", "symptom": "y", "occurred_at": T0, "scope": "one"}
    answer = case.wish("register", **given, contact="a@b.example")
    assert isinstance(answer, Plan)
    assert {name: value.path for name, value in answer.values.items() if isinstance(value, Ref)} == {
        "subject": "subject", "symptom": "symptom", "scope": "scope", "address": "contact",
    }  # fmt: skip
    assert "a@b.example" not in repr(answer)


def test_a_phone_number_is_a_phone() -> None:
    assert registered().record["phone"] == "+86 10 5550 0100"
    assert registered(contact="wu@example.com").record["address"] == "wu@example.com"


@pytest.mark.parametrize("missing", ["symptom", "occurred_at", "scope", "contact"])
@pytest.mark.parametrize("channel", ["hotline", "chat", "portal"])
def test_people_are_asked_the_four_fields(missing: str, channel: str) -> None:
    case = Case()
    given = {**REGISTER["fault"], "channel": channel}
    del given[missing]
    assert case.codes("register", **given) == ("inputs", {"input_missing"})
    assert case.codes("register", **given, emergency=True) == ("inputs", {"emergency_graded_low"})
    case.act("register", **given | {"grade": "P2"}, emergency=True)
    assert case.record["missing"] == (missing,)


def test_a_mail_registers_with_what_is_missing() -> None:
    case = Case()
    mail = {"channel": "email", "subject": "Help", "symptom": "Nothing works", "contact": "wu@example.com"}
    case.act("register", via="mail", **mail)
    assert case.record["missing"] == ("occurred_at", "scope", "domain")
    assert (case.record["grade"], case.record.get("domain")) == ("P3", None)
    assert case.outbox() == ["ack_fault"]


def test_an_alarm_without_customer_needs_no_contact_and_gets_no_answer() -> None:
    case = Case()
    given = {"channel": "monitoring", "subject": "LOS", "symptom": "LOS", "occurred_at": T0}
    case.act("register", **given, scope="1 port", domain="access")
    assert (case.record["requester_type"], case.record["missing"], case.outbox()) == ("monitoring", (), [])


@pytest.mark.parametrize(
    ("given", "grade"),
    [
        ({"grade": "P2"}, "P2"),
        ({"grade": None, "impact": "high", "urgency": "high"}, "P1"),
        ({"grade": None, "impact": "low", "urgency": "low"}, "P5"),
        ({"grade": None}, "P3"),
        ({"grade": "P4", "urgent": True}, "P1"),
        ({"grade": None, "emergency": True}, "P1"),
    ],
)
def test_the_grade_is_said_or_taken_from_the_matrix_or_forced(given: dict[str, object], grade: str) -> None:
    assert registered(**given).record["grade"] == grade


def test_half_a_matrix_is_refused() -> None:
    given = {**REGISTER["fault"], "impact": "high"}
    del given["grade"]
    assert Case().codes("register", **given) == ("inputs", {"grade_half_given"})


def test_completing_fills_what_was_missing_and_asks_why_of_a_correction() -> None:
    case = Case()
    case.act("register", channel="email", subject="Help", symptom="Nothing works", contact="wu@example.com")
    case.act("complete", occurred_at=T0, scope="one site", domain="access")
    assert case.record["missing"] == ()
    assert case.codes("complete", scope="two sites") == ("inputs", {"input_missing"})
    case.act("complete", scope="two sites", why="the customer called back")
    assert case.record["scope"] == "two sites"
    assert case.codes("complete") == ("inputs", {"nothing_given"})
    assert case.codes("complete", scope="two sites", contact="wu@example.com") == ("inputs", {"nothing_changed"})
    case.act("complete", scope="two sites", users_affected=3)
    assert case.record["users_affected"] == 3


def test_a_further_way_to_reach_the_requester_corrects_nothing() -> None:
    case = Case()
    case.act("register", channel="email", subject="Help", symptom="Nothing works", contact="wu@example.com")
    case.act("complete", contact="+86 571 8888")
    assert (case.record["phone"], case.record["address"]) == ("+86 571 8888", "wu@example.com")
    for contact in ("+86 571 9999", "li@example.com"):
        assert case.codes("complete", contact=contact) == ("inputs", {"input_missing"}), contact
    case.act("complete", contact="li@example.com", why="misheard")
    assert (case.record["phone"], case.record["address"]) == ("+86 571 8888", "li@example.com")


def test_a_completed_emergency_may_be_located_first_and_fed_back_only_complete() -> None:
    case = reach("restored", scope=None, emergency=True, grade="P2")
    assert case.codes("feed_back", result="r", cause="c", prevention="p") == ("facts", {"fields_missing"})


def test_the_owner_changes_by_offer_or_by_a_lead_and_both_are_told() -> None:
    case = reach("accepted")
    assert case.codes("hand_over", "wang", to="chen") == ("facts", {"not_owner"})
    case.act("hand_over", "li", to="wang")
    assert (case.record["owner"], case.record["offered_to"]) == ("li", "wang")
    case.act("take_over", "wang")
    assert (case.record["owner"], case.record["offered_to"]) == ("wang", None)
    assert {("wang", "offered_to_you"), ("li", "taken_over")} <= case.inbox()
    assert case.codes("take_over", "li") == ("facts", {"not_offered"})
    case.act("take_over", "zhao")
    case.act("release", "zhao", why="night")
    assert case.record["owner"] is None
    assert case.codes("release", "zhao", why="again") == ("facts", {"no_owner_yet"})
    case.act("take_over", "li")
    assert case.record["owner"] == "li"


def test_a_claim_has_an_end_and_a_longest() -> None:
    case = reach("accepted")
    case.act("take", hold_for=5 * 86_400)
    assert case.record["taken_until"] == case.now + timedelta(days=5)
    assert case.codes("take", hold_for=15 * 86_400) == ("inputs", {"claim_too_long"})
    assert case.codes("take", "wang") == ("facts", {"not_offered"})
    case.act("wake", "timer", "timer", what="take")
    assert (case.record["owner"], case.record["taken_until"]) == (None, None)


def test_the_response_clock_stops_at_the_first_contact() -> None:
    case = registered()
    case.later(minutes=5).act("accept")
    clock = next(row for row in case.rows["clock"].values() if row["name"] == "response")
    assert clock["stopped_at"] is None
    case.later(minutes=5).act("inform", channel="phone", text="We are at it")
    clock = next(row for row in case.rows["clock"].values() if row["name"] == "response")
    assert (clock["stopped_at"], case.record["contacted_at"]) == (case.now, case.now)


def test_restoring_first_needs_the_explicit_decision() -> None:
    case = reach("diagnosing")
    given = {"plan": "Switch over", "interrupts": "no", "backout": "Switch back"}
    assert case.codes("plan", **given) == ("inputs", {"plan_needs_location"})
    case.act("plan", **given, restore_first=True)
    assert case.record["restore_first"] is True


def test_a_new_version_voids_the_approval_and_the_notice() -> None:
    case = reach("approved")
    assert case.record["approved_version"] == 1
    case.act("plan", plan="Other", interrupts="no", backout="None")
    assert (case.record["plan_version"], case.record["approved_version"], case.record["approved_by"]) == (2, 0, None)


def test_nobody_approves_their_own_plan_unless_the_class_is_approved_beforehand() -> None:
    case = reach("located")
    case.act("take_over", "zhao")
    case.act("plan", "zhao", plan="Restart it", interrupts="no", backout="None")
    assert case.codes("approve", "zhao") == ("facts", {"approver_is_planner"})
    case.act("plan", "zhao", plan="Restart it", interrupts="no", backout="None", remedy="terminal_restart")
    case.act("approve", "zhao", how="policy")
    assert (case.record["approved_by"], case.record["approved_how"]) == ("policy", "policy")


def test_an_engineer_sees_why_approval_is_not_theirs() -> None:
    step_ = reach("planned").next("wang")["approve"]
    assert (step_.allowed, step_.reasons[0].code) == (False, "approver_too_low")


def test_a_larger_plan_needs_a_higher_approver() -> None:
    case = reach("located", users_affected=1500)
    case.act("plan", plan="Cut over", interrupts="yes", backout="Cut back")
    assert case.codes("approve", "zhao") == ("facts", {"approver_too_low"})
    case.act("approve", "head")
    assert case.record["approved_by"] == "head"


def test_a_voice_is_recorded_by_the_executor_and_blocks_closing_until_ratified() -> None:
    case = reach("planned", grade="P2")
    assert case.codes("approve", how="voice") == ("inputs", {"input_missing"})
    voice = {"how": "voice", "given_at": case.now, "number": "+86 10 5550 0101"}
    assert case.codes("approve", given_by="li", **voice) == ("inputs", {"voice_is_own"})
    assert case.codes("approve", given_by="wang", **voice) == ("inputs", {"approver_too_low"})
    case.act("approve", given_by="zhao", **voice)
    case.act("explain_breach", reason="overlooked", words="the shift was changing")
    assert case.record["ratify_due"] == case.now + timedelta(hours=24)
    for event, actor, given in WAY[5:8]:
        step(case, event, actor, **given)
    confirm = WAY[8][2]
    assert case.codes("confirm", "wang", **confirm) == ("facts", {"not_ratified"})
    assert case.codes("ratify", "head") == ("facts", {"ratified_by_giver"})
    case.act("ratify", "zhao")
    case.act("confirm", "wang", **confirm)


def _spoken(case: Case, giver: str) -> None:
    case.act("approve", how="voice", given_by=giver, given_at=case.now, number="+86 10 5550 0101")


def test_a_second_voice_does_not_cover_the_first() -> None:
    case = reach("planned", grade="P2")
    _spoken(case, "zhao")
    case.act("execute")
    case.act("revise", outcome="backed_out", done="nothing found", why="another box")
    case.act("plan", plan="Change the card", interrupts="no", backout="Put it back", restore_first=True)
    assert case.record["approved_by"] is None
    _spoken(case, "head")
    case.act("explain_breach", reason="overlooked", words="the shift was changing")
    assert [voice["by"] for voice in case.record["voices"]] == ["zhao", "head"]
    for event, actor, given in WAY[5:8]:
        step(case, event, actor, **given)
    confirm = WAY[8][2]
    for giver in ("head", "zhao"):
        assert case.codes("confirm", "wang", **confirm) == ("facts", {"not_ratified"})
        case.act("ratify", giver)
    assert (case.record["voices"], case.record["ratify_due"]) == ((), None)
    case.act("confirm", "wang", **confirm)


def test_a_voice_that_nobody_acted_on_goes_with_its_plan() -> None:
    case = reach("planned", grade="P2")
    _spoken(case, "zhao")
    case.act("plan", plan="Another", interrupts="no", backout="Back")
    assert (case.record["voices"], case.record["ratify_due"]) == ((), None)


def test_one_of_two_voices_of_a_giver_may_be_ratified() -> None:
    case = reach("planned", grade="P2")
    for version in (1, 2):
        _spoken(case, "zhao")
        case.act("execute")
        if version == 1:
            case.act("revise", outcome="backed_out", done="-", why="-")
            case.act("plan", plan="Another", interrupts="no", backout="Back", restore_first=True)
    assert case.codes("ratify", "zhao", version=3) == ("inputs", {"nothing_to_ratify"})
    case.act("ratify", "zhao", version=2)
    assert [voice["version"] for voice in case.record["voices"]] == [1]
    case.act("ratify", "zhao")
    assert case.record["voices"] == ()


@pytest.mark.parametrize("why", ["retired", "demoted", "overdue"])
def test_an_approver_signs_with_the_reason_for_a_giver_who_cannot(why: str) -> None:
    case = reach("planned", grade="P2")
    _spoken(case, "zhao")
    case.act("execute")
    assert case.codes("ratify", "head", comment="zhao is ill") == ("facts", {"ratified_by_giver"})
    if why == "overdue":
        case.later(hours=24)
    else:
        row = {"name": "zhao", "state": "current", "roles": ["lead"]}
        row |= {"state": "retired"} if why == "retired" else {"roles": ["engineer"]}
        case.related["givers"] = (row,)
    assert case.codes("ratify", "head") == ("inputs", {"input_missing"})
    assert case.codes("ratify", "li", comment="x")[0] == "right"
    case.act("ratify", "head", comment="zhao has left; the duty log of that night says the same")
    assert case.record["voices"] == ()
    assert ("zhao", "ratified_for_you") in case.inbox()


def test_nobody_signs_for_a_giver_what_they_recorded_or_planned_themselves() -> None:
    case = reach("located", grade="P2").later(minutes=1)
    case.act("take_over", "zhao")
    case.act("plan", "zhao", plan="Splice", interrupts="no", backout="Back")
    case.record["owner"] = "li"
    case.act("approve", "li", how="voice", given_by="head", given_at=case.now, number="1")
    case.act("execute")
    case.later(hours=25)
    assert case.codes("ratify", "zhao", comment="x") == ("facts", {"approver_is_planner"})
    case.record["voices"] = tuple({**voice, "recorded_by": "zhao"} for voice in case.record["voices"])
    assert case.codes("ratify", "zhao", comment="x") == ("facts", {"ratifies_own_record"})


def test_a_voice_that_was_acted_on_is_not_merged_away() -> None:
    case = reach("planned", grade="P2")
    _spoken(case, "zhao")
    case.related["into"] = (other(phone=case.record["phone"]),)
    assert isinstance(case.wish("merge", into="T2"), Plan), "nothing was done on it yet"
    case.act("execute")
    assert case.codes("merge", into="T2") == ("facts", {"not_ratified"})


def test_somebody_who_is_retired_gives_no_voice() -> None:
    case = reach("planned", grade="P2")
    case.related["person:given_by"] = ({"name": "zhao", "state": "retired", "roles": ["lead"]},)
    given = {"how": "voice", "given_by": "zhao", "given_at": case.now, "number": "1"}
    assert case.codes("approve", **given) == ("inputs", {"person_unknown"})


def test_a_voice_is_not_enough_for_a_small_matter_at_a_desk() -> None:
    case = reach("planned")
    given = {"how": "voice", "given_by": "zhao", "given_at": case.now, "number": "1"}
    assert case.codes("approve", "li", **given)[0] == "facts"
    case.act("visit", engineer="li", arrived_at=case.now)
    case.act("approve", "li", **given)


def test_an_interruption_needs_notice_a_checker_and_the_night() -> None:
    case = reach("located")
    case.act("plan", plan="Cut over", interrupts="part", backout="Cut back")
    case.act("approve", "zhao")
    assert case.codes("execute", checker="wang") == ("facts", {"notice_missing"})
    case.act("notice", who="Ms Wu", channel="phone", consent=False)
    assert case.record.get("noticed_at") is None
    case.act("notice", who="Ms Wu", channel="phone", consent=True)
    assert case.codes("execute", checker="wang") == ("facts", {"not_off_peak"})
    case.now = NIGHT
    assert case.codes("execute") == ("inputs", {"input_missing"})
    assert case.codes("execute", checker="li") == ("inputs", {"checker_is_executor"})
    assert case.codes("execute", checker="nobody") == ("inputs", {"person_unknown"})
    case.act("execute", checker="wang")
    assert (case.record["executor"], case.record["acts"]) == ("li", 1)


def test_a_lead_overrides_the_hour_of_a_ticket_that_somebody_else_owns() -> None:
    case = reach("located")
    case.act("plan", plan="Cut over", interrupts="yes", backout="Cut back")
    case.act("approve", "zhao")
    case.act("notice", who="Ms Wu", channel="phone", consent=True)
    assert case.codes("execute", checker="wang") == ("facts", {"not_off_peak"}), "li owns it and is told to ask a lead"
    assert case.codes("execute", "wang", checker="li")[1] == {"not_handler", "not_off_peak"}
    case.act("execute", "zhao", executor="li", checker="wang", override_reason="Hospital without line")
    assert (case.record["owner"], case.record["executor"]) == ("li", "li")


def test_a_lead_overrides_the_hour_with_a_reason() -> None:
    case = reach("located")
    case.act("plan", plan="Cut over", interrupts="yes", backout="Cut back")
    case.act("approve", "zhao")
    case.act("hand_over", to="zhao")
    case.act("take_over", "zhao")
    assert case.codes("execute", "zhao", checker="wang") == ("inputs", {"notice_missing"})
    case.act("execute", "zhao", checker="wang", override_reason="Hospital without line")
    assert case.record["window_override"] == "Hospital without line"


def test_giving_up_half_way_tells_what_became_of_the_way_back() -> None:
    case = reach("executing")
    given = {"done": "Spliced", "why": "No light"}
    assert case.codes("revise", outcome="no_effect", **given) == ("inputs", {"input_missing"})
    case.act("revise", outcome="no_effect", way_back="Nothing to undo", **given)
    assert (case.record["state"], case.record["located_at"], case.record["approved_version"]) == ("diagnosing", None, 0)
    gone = {"how": "by_itself", "cleared_at": case.now, "how_verified": "Ping"}
    assert case.codes("come_clear", **gone) == ("facts", {"act_of_ours"})


def test_an_undone_act_is_none_of_ours() -> None:
    case = reach("executing")
    case.act("revise", outcome="backed_out", done="Undone", why="Wrong fibre")
    case.act("come_clear", how="by_itself", cleared_at=case.now, how_verified="Ping")
    assert (case.record["state"], case.record["cleared_how"]) == ("restored", "by_itself")


def test_what_clears_by_itself_leaves_the_wait_behind() -> None:
    case = reach("waiting_customer")
    case.act("come_clear", how="customer", cleared_at=case.now, how_verified="Call")
    assert (case.record["held_from"], case.record["wait_reason"]) == (None, None)
    assert case.codes("feed_back", result="r", cause="c", prevention="p") == ("inputs", {"input_missing"})
    case.act("feed_back", result="r", cause="c", prevention="p", cause_code="X-NFF")
    assert case.record["cause_code"] == "X-NFF"


def test_restored_before_registered_is_refused() -> None:
    case = reach("executing")
    early = T0 - timedelta(minutes=30)
    assert case.codes("restore", restored_at=early, how_verified="Ping") == ("inputs", {"instant_too_early"})
    assert case.codes("restore", restored_at=case.now + timedelta(hours=1), how_verified="x") == (
        "inputs",
        {"input_future"},
    )


def test_waiting_for_the_customer_pauses_and_their_word_ends_the_pause() -> None:
    case = reach("waiting_customer")
    assert _restore(case)["segments"][-1]["running"] is False
    case.later(hours=1).act("receive", "rule", "mail", channel="email", at=case.now, text="Come at three")
    assert _restore(case)["segments"][-1]["running"] is True
    assert (case.record["state"], ("li", "customer_answered") in case.inbox()) == ("waiting_customer", True)
    case.act("resume")
    assert (case.record["state"], case.record["held_from"]) == ("accepted", None)


def test_a_third_party_does_not_pause() -> None:
    case = reach("waiting_third_party")
    assert _restore(case)["segments"][-1]["running"] is True
    assert "third_party" in {row["name"] for row in case.rows["clock"].values()}


def test_each_wait_has_its_own_reasons() -> None:
    case = reach("accepted")
    until = case.now + timedelta(hours=1)
    wait = {"reason": "carrier", "who_agreed": "Ms Wu", "until": until}
    assert case.codes("wait_customer", **wait) == ("inputs", {"input_choice"})
    assert case.codes("wait_third_party", reason="no_access", until=until) == ("inputs", {"input_choice"})
    assert case.codes("wait_customer", **{**wait, "reason": "force_majeure"}) == ("inputs", {"not_in_contract"})
    assert case.codes("wait_customer", **{**wait, "reason": "no_power", "until": T0}) == ("inputs", {"instant_passed"})


def _restore(case: Case) -> dict[str, object]:
    return next(row for row in case.rows["clock"].values() if row["name"] == "restore")


def test_a_parent_tells_its_children_in_one_act() -> None:
    case = reach("executing")
    case.related["children"] = (other(), other(id="T3", ref="AAA-3", state="closed", open=False))
    case.act("restore", restored_at=case.now, how_verified="OTDR")
    assert [(cause.record, cause.event) for cause in case.causes] == [("T2", "come_clear")]
    assert case.causes[0].inputs["how"] == "parent"
    case.act("inform", channel="sms", text="It is back", children=False)
    assert len(case.causes) == 1
    case.act("inform", channel="sms", text="It is back")
    case.act("feed_back", result="r", cause="c", prevention="p")
    assert [cause.event for cause in case.causes] == ["come_clear", "inform", "feed_back"]
    assert case.causes[-1].inputs["cause_code"] == "AC-DROP-BROKEN"


def test_a_child_takes_what_its_parent_gives_it() -> None:
    parent, child = reach("executing"), reach("diagnosing")
    parent.related["children"] = (other(id="T1"),)
    parent.act("restore", restored_at=parent.now, how_verified="OTDR")
    parent.act("feed_back", result="r", cause="c", prevention="p")
    child.record |= {"parent": "T9"}
    child.now = parent.now
    gone = {"how": "parent", "cleared_at": child.now, "how_verified": "light"}
    child.related["parent"] = (other(id="T9"),)
    assert child.codes("come_clear", **gone) == ("inputs", {"parent_not_restored"})
    child.related["parent"] = (other(id="T9", restored_at=child.now),)
    for cause in parent.causes:
        child.act(cause.event, "rule", **cause.inputs)
    assert (child.record["state"], child.record["cleared_how"]) == ("feedback_given", "parent")


def test_a_parent_is_not_confirmed_before_its_children_have_feedback() -> None:
    case = reach("feedback_given")
    case.related["children"] = (other(),)
    assert case.codes("confirm", "wang", **WAY[8][2]) == ("facts", {"children_not_informed"})
    case.related["children"] = (other(feedback_at=case.now),)
    case.act("confirm", "wang", **WAY[8][2])


def test_a_silent_child_is_closed_as_informed_after_the_policys_time() -> None:
    case = reach("feedback_given")
    assert case.codes("close_informed") == ("facts", {"not_a_child"})
    case.record["parent"] = "T9"
    assert case.codes("close_informed") == ("facts", {"not_cleared_with_parent"}), "hung on a mass fault afterwards"
    case.record["cleared_how"] = "parent"
    assert case.codes("close_informed") == ("facts", {"silence_too_short"})
    case.later(hours=24).act("close_informed")
    assert case.record["closure_how"] == "informed"


def test_an_enterprise_is_called_before_its_silence_counts() -> None:
    case = reach("feedback_given", requester_type="enterprise")
    case.record |= {"parent": "T9", "cleared_how": "parent"}
    case.later(hours=25)
    assert case.codes("close_informed") == ("facts", {"enterprise_not_called"})
    case.act("attempt", channel="phone")
    case.act("close_informed")


def test_closing_without_a_word_takes_attempts_days_a_message_and_a_lead() -> None:
    case = reach("feedback_given")
    assert case.codes("close_unconfirmed") == ("facts", {"closing_needs_role", "attempts_too_few"})
    case.act("attempt", channel="phone")
    case.later(hours=4).act("attempt", channel="phone")
    case.act("attempt", channel="sms", text="Please call", sent="by_us")
    case.act("attempt", channel="phone")
    assert case.codes("close_unconfirmed", "zhao") == ("facts", {"attempts_too_few"})  # one day only
    case.later(days=1).act("attempt", channel="phone")
    case.act("close_unconfirmed", "zhao")
    assert case.record["closure_how"] == "unconfirmed"
    assert "unreachable" in case.outbox()


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("ratify_due", T0, "not_ratified"),
        ("temporary", True, "follow_up_missing"),
        ("how_verified", None, "verification_missing"),
        ("feedback_cause", None, "feedback_missing"),
    ],
)
def test_no_way_of_closing_passes_by_what_must_be_complete(column: str, value: object, code: str) -> None:
    case = reach("feedback_given")
    for channel in ("phone", "phone", "sms"):
        case.act("attempt", channel=channel)
        case.later(days=1)
    case.act("attempt", channel="phone")
    case.record |= {"parent": "T9", "cleared_how": "parent", column: value}
    assert case.codes("close_unconfirmed", "zhao") == ("facts", {code})
    assert case.codes("close_informed") == ("facts", {code})


def test_a_field_of_the_intake_is_wanted_of_the_unreachable_but_not_of_the_silent_child() -> None:
    case = reach("feedback_given")
    case.record |= {"parent": "T9", "cleared_how": "parent", "missing": ["scope"]}
    case.later(days=1)
    assert "fields_missing" in case.codes("close_unconfirmed", "zhao")[1]
    case.act("close_informed")


@pytest.mark.parametrize("state", ["restored", "feedback_given", "closed"])
def test_an_objection_begins_a_round_alerts_the_lead_and_lets_a_child_go_alone(state: str) -> None:
    case = reach(state)
    case.record["parent"] = "T9"
    case.act("dissatisfied", words="Still down", reason="not_restored")
    record = case.record
    assert (record["state"], record["round"], record["open"], record["parent"]) == ("diagnosing", 2, True, None)
    assert (record["restored_at"], record["closure_how"], record["approved_version"]) == (None, None, 0)
    assert ("role:lead", "dissatisfied") in case.inbox()
    assert case.record["lead_alerted_at"] == case.now


def test_an_objection_may_go_back_to_the_plan_that_was() -> None:
    case = reach("closed")
    case.act("dissatisfied", words="Half of it", reason="partly_restored", back_to="planned")
    assert (case.record["state"], case.record["plan_version"]) == ("planned", 1)
    cleared = reach("accepted")
    cleared.act("come_clear", how="by_itself", cleared_at=cleared.now, how_verified="Ping")
    words = {"words": "No", "reason": "not_restored", "back_to": "planned"}
    assert cleared.codes("dissatisfied", **words) == ("inputs", {"no_plan_yet"})


def test_a_second_round_goes_all_the_way_again() -> None:
    case = reach("closed")
    case.act("dissatisfied", words="Still down", reason="came_back")
    for event, actor, given in WAY[2:9]:
        step(case, event, actor, **given)
    assert (case.record["state"], case.record["plan_version"]) == ("closed", 2)


def test_escalation_reaches_each_level_once_a_round() -> None:
    case = reach("accepted")
    assert case.codes("escalate", why="stuck") == ("inputs", {"escalation_empty"})
    case.act("escalate", management="lead", why="stuck")
    assert case.codes("escalate", management="lead", why="stuck") == ("inputs", {"level_reached"})
    assert case.codes("escalate", management="lead", why="still", report="follow_up") == ("inputs", {"report_order"})
    case.act("escalate", management="lead", why="it is major", report="first")
    assert case.codes("escalate", management="lead", why="again", report="first") == ("inputs", {"report_given"})
    case.act("escalate", management="lead", why="still", report="follow_up")
    case.act("escalate", management="mim", function="L2", why="worse", to="wang")
    assert {("role:lead", "escalated_management"), ("wang", "escalated_function")} <= case.inbox()


def test_a_clock_warns_and_climbs_the_ladder() -> None:
    case = reach("accepted")
    case.act("warn", "timer", "timer", clock="restore", level="80", round=1)
    case.act("warn", "timer", "timer", clock="restore", level="100", round=1)
    assert {("li", "clock_warning"), ("li", "clock_late"), ("role:lead", "clock_late")} <= case.inbox()
    case.act("warn", "timer", "timer", clock="restore", level="lead", round=1)
    assert case.causes[-1] == Cause("fault", "T1", "escalate", {"management": "lead", "why": "policy"})


def test_lowering_a_grade_needs_a_lead_and_the_customers_word() -> None:
    case = reach("accepted", grade="P2", urgent=True)
    assert case.record["grade"] == "P1"
    lower = {"grade": "P3", "why": "small"}
    assert case.codes("regrade", **lower) == ("inputs", {"lowering_needs_lead", "lowering_needs_word"})
    assert case.codes("regrade", "zhao", **lower) == ("inputs", {"lowering_needs_word"})
    case.act("regrade", "zhao", **lower, words="That is fine")
    assert (case.record["grade"], case.record["urgent"]) == ("P3", False)
    case.act("regrade", grade="P2", why="worse")
    assert case.codes("regrade", grade="P2", why="worse") == ("inputs", {"grade_same"})


def test_urgent_is_always_the_highest_grade() -> None:
    case = reach("accepted", grade="P1")
    assert case.codes("regrade", grade="P2", why="w", urgent=True)[1] >= {"urgent_is_highest"}
    case.act("regrade", grade="P1", why="hospital", urgent=True)
    assert case.record["urgent"] is True
    assert case.codes("regrade", grade="P1", why="again", urgent=True) == ("inputs", {"grade_same"})


def test_silent_customers_are_rows_that_the_news_reaches() -> None:
    case = reach("accepted")
    case.act("mark_affected", customer="Acme", circuit="HZ-0042")
    case.act("mark_affected", customer="Bee", circuit="HZ-0043", informed_at=case.now)
    case.act("mark_affected", circuit="HZ-0042", answer="They switched over")
    assert len(case.rows["affected"]) == 2
    case.later(minutes=5).act("inform", channel="sms", text="Fibre cut")
    told = {row["circuit"]: row["informed_at"] for row in case.rows["affected"].values()}
    assert told == {"HZ-0042": case.now, "HZ-0043": case.now - timedelta(minutes=5)}
    assert case.codes("mark_affected") == ("inputs", {"nothing_given"})


def test_a_visit_goes_on_until_it_is_left() -> None:
    case = reach("accepted")
    case.act("visit", dispatched_at=case.now)
    case.later(hours=1).act("visit", arrived_at=case.now, permit="P-7")
    assert case.codes("visit", left_at=case.now - timedelta(minutes=30)) == ("inputs", {"visit_out_of_order"})
    case.later(hours=1).act("visit", left_at=case.now, checklist="Clean")
    assert len(case.rows["visit"]) == 1
    case.act("visit", dispatched_at=case.now)
    assert len(case.rows["visit"]) == 2


def test_a_message_on_an_unowned_ticket_disturbs_nobody() -> None:
    case = registered()
    case.act("receive", "rule", "mail", channel="email", text="Hello?")
    assert not case.inbox()
    case.act("accept")
    case.act("receive", "rule", "mail", channel="email", text="Hello?")
    assert case.inbox() == {("li", "message_received")}


def test_a_reply_asks_for_what_its_state_calls_for() -> None:
    message = {"channel": "email", "text": "Still broken", "sender": "wu@example.com", "subject": "Re"}
    closed = reach("closed")
    closed.act("receive", "rule", "mail", **message)
    assert ("li", "reply_after_closing") in closed.inbox()
    merged = reach("merged")
    merged.related["merged_into"] = merged.related["into"]
    merged.act("receive", "rule", "mail", **message)
    assert (merged.causes[-1].record, merged.causes[-1].event) == ("T2", "receive")
    archived = reach("archived")
    archived.act("receive", "rule", "mail", **message)
    cause = archived.causes[-1]
    assert (cause.event, cause.inputs["follows"], cause.inputs["contact"]) == ("register", "T1", "wu@example.com")
    follower = Case()
    follower.related["follows"] = (other(id="T9"),)
    follower.act("register", "rule", "mail", **cause.inputs)
    assert follower.record["state"] == "registered"


def test_alarms_are_counted_and_their_clear_proposes() -> None:
    case = reach("accepted")
    seen = {"fingerprint": "f1", "name": "LOS", "severity": "critical"}
    case.act("observe", "rule", "alarm", alarm_state="raised", **seen)
    case.act("observe", "rule", "alarm", alarm_state="raised", count=4, **seen)
    assert [row["count"] for row in case.rows["alarm"].values()] == [5]
    case.act("observe", "rule", "alarm", alarm_state="cleared", **seen)
    assert ("li", "alarm_cleared") in case.inbox()
    case.act("observe", "rule", "alarm", alarm_state="raised", **seen)
    assert ("li", "alarm_again") in case.inbox()


def test_what_a_link_ties() -> None:
    case = reach("accepted")
    assert case.codes("link", type="parent", other="T9") == ("inputs", {"ticket_unknown"})
    case.related["other"] = (other(id="T1"),)
    assert case.codes("link", type="parent", other="T1") == ("inputs", {"ticket_itself"})
    case.related["other"] = (other(open=False),)
    assert case.codes("link", type="parent", other="T2") == ("inputs", {"parent_closed"})
    case.related["other"] = (other(parent="T5"),)
    assert case.codes("link", type="parent", other="T2") == ("inputs", {"parent_nested"})
    case.related["other"] = (other(),)
    case.act("link", type="parent", other="T2")
    assert case.record["parent"] == "T2"
    case.act("link", type="child", other="T2")
    assert case.causes[-1] == Cause("fault", "T2", "link", {"other": "T1", "type": "parent"})


def test_only_true_duplicates_are_merged_unless_by_a_lead() -> None:
    case = reach("accepted")
    case.related["into"] = (other(open=False),)
    assert case.codes("merge", into="T2") == ("inputs", {"target_closed", "not_same_matter"})
    case.related["into"] = (other(),)
    assert case.codes("merge", into="T2") == ("inputs", {"not_same_matter"})
    case.act("merge", "zhao", into="T2")
    assert (case.record["state"], case.record["merged_into"], case.record["open"]) == ("merged", "T2", False)


def test_after_an_act_of_ours_nothing_is_cancelled() -> None:
    words = {"words": "Never mind", "who": "Ms Wu", "channel": "phone"}
    assert reach("executing").codes("cancel", **words) == ("facts", {"already_executed"})
    assert reach("planned").act("cancel", **words).target == "cancelled"


def test_a_customers_matter_is_rejected_by_a_lead_and_they_are_told() -> None:
    case = registered()
    assert case.codes("reject", reason="no_matter") == ("facts", {"reject_needs_lead"})
    case.act("reject", "zhao", reason="no_matter")
    assert case.outbox()[-1] == "rejected"
    alarm = registered(channel="monitoring", requester_type="monitoring")
    assert alarm.act("reject", reason="test_alarm").target == "rejected"


def test_reopening_is_the_leads_and_archiving_waits_for_the_days() -> None:
    case = reach("closed")
    assert case.codes("reopen", why="our error") == ("right", {"right_missing"})
    assert case.codes("archive", why_none="x") == ("facts", {"reopen_days_running"})
    case.later(days=7)
    assert case.codes("archive") == ("inputs", {"article_or_why"})
    case.act("archive", article="AR-1")
    reopened = reach("closed")
    reopened.act("reopen", "zhao", why="our error")
    assert (reopened.record["state"], reopened.record["round"], reopened.record["open"]) == ("diagnosing", 2, True)


def test_snoozes_and_acks_end_by_themselves() -> None:
    case = reach("accepted")
    assert case.codes("snooze", until=case.now + timedelta(days=2)) == ("inputs", {"snooze_too_long"})
    case.act("snooze", until=case.now + timedelta(hours=2))
    case.act("ack", until=case.now + timedelta(hours=2))
    case.act("wake", "timer", "timer", what="snooze")
    case.act("wake", "timer", "timer", what="ack")
    assert (case.record["snoozed_until"], case.record["acked_until"]) == (None, None)


# --- Ways round a gate that are none -------------------------------------------------------------------------


def test_a_plan_that_has_become_a_greater_one_is_not_executed_on_its_old_approval() -> None:
    case = reach("located").later(minutes=1)
    case.act("plan", plan="Cut over", interrupts="part", backout="Cut back")
    case.act("approve", "zhao")
    case.act("complete", users_affected=20_000)
    assert "approver_too_low" in case.codes("execute", checker="wang")[1]


def test_a_pre_approved_class_must_still_fit_when_it_is_carried_out() -> None:
    case = reach("located")
    case.act("plan", plan="Same model", interrupts="no", backout="Old one", remedy="terminal_replace")
    case.act("approve", how="policy")
    case.act("complete", domain="data", why="it is the router")
    assert case.codes("execute") == ("facts", {"remedy_not_preapproved"})


def test_who_planned_a_severe_fault_does_not_confirm_it() -> None:
    case = reach("feedback_given", grade="P2")
    case.act("explain_breach", reason="overlooked", words="-")
    case.record |= {"plan_by": "wang"}
    assert case.codes("confirm", "wang", **WAY[8][2]) == ("facts", {"confirmed_by_handler"})


@pytest.mark.parametrize("who", ["li", " Li ", "LI", "ｌｉ", "l i"])
def test_we_are_not_the_requesters_side_however_we_write_our_name(who: str) -> None:
    case = reach("feedback_given")
    assert case.codes("confirm", "wang", **{**WAY[8][2], "who": who}) == ("inputs", {"confirmed_by_us"})
    withdrawn = {"words": "It works", "who": who, "channel": "phone"}
    assert reach("accepted").codes("cancel", **withdrawn) == ("inputs", {"confirmed_by_us"})


def test_nothing_was_restored_before_it_was_carried_out() -> None:
    case = reach("executing").later(hours=2)
    early = {"restored_at": case.now - timedelta(hours=2, minutes=5), "how_verified": "Ping"}
    assert case.codes("restore", **early) == ("inputs", {"instant_too_early"})
    case.act("restore", **{**early, "restored_at": case.now - timedelta(hours=1)})


def test_attempts_are_not_reported_from_before_there_was_anything_to_tell() -> None:
    case = reach("feedback_given")
    before = case.now - timedelta(days=1)
    assert case.codes("attempt", channel="phone", tried_at=before) == ("inputs", {"instant_too_early"})


def test_an_alarm_is_withdrawn_by_a_lead_only() -> None:
    case = registered(channel="monitoring", requester_type="monitoring", contact=None)
    case.act("accept")
    given = {"words": "test alarm", "who": "NOC", "channel": "phone"}
    assert case.codes("cancel", **given) == ("facts", {"nobody_withdraws"})
    case.act("cancel", "zhao", **given)


def test_nobody_sends_themselves_to_the_site_of_somebody_elses_ticket() -> None:
    case = reach("accepted")
    assert case.codes("visit", "wang", dispatched_at=case.now) == ("facts", {"not_handler"})
    case.act("visit", "chen", engineer="wang", dispatched_at=case.now)
    case.act("visit", "wang", arrived_at=case.now)


def test_a_merge_is_no_way_to_a_longer_time() -> None:
    case = reach("accepted", grade="P2")
    case.related["into"] = (other(phone=case.record["phone"], grade="P4"),)
    assert case.codes("merge", into="T2") == ("inputs", {"target_graded_lower"})
    case.act("merge", "zhao", into="T2")


def test_who_asks_is_corrected_by_a_lead_once_it_is_known() -> None:
    case = registered(requester_type="individual")
    assert case.codes("complete", requester_type="internal", why="ours") == ("inputs", {"requester_type_fixed"})
    case.act("complete", "zhao", requester_type="internal", why="ours")
    unknown = registered(requester_type="unknown")
    unknown.act("complete", requester_type="enterprise", why="asked")
