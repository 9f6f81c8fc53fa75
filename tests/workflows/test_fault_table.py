"""Every state against every event, and every gate refused once and satisfied once.

The expected table is written out here, from the design's list, not taken from the machine.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from noc_console.workflows.fault import FAULT
from noc_console.workflows.machine import Refusal
from noc_console.workflows.request import REQUEST
from tests.workflows.case import Case, other, reach

FAULT_STATES = (
    "registered", "accepted", "diagnosing", "located", "planned", "approved", "executing", "waiting_customer",
    "waiting_third_party", "restored", "feedback_given", "closed", "archived", "merged", "cancelled", "rejected",
)  # fmt: skip
WORKING = {"accepted", "diagnosing", "located", "planned", "approved", "executing"}
WAITING = {"waiting_customer", "waiting_third_party"}
OPEN = {"registered", *WORKING, *WAITING, "restored", "feedback_given"}
OWNED = OPEN - {"registered"}
END = {"registered", *WORKING, *WAITING}
ALL = set(FAULT_STATES)

#: event -> the states that it is possible in (design 4.1)
EXPECTED: dict[str, set[str]] = {
    "register": set(),
    "complete": OPEN,
    "accept": {"registered"},
    "hand_over": OWNED,
    "take_over": OWNED,
    "take": OWNED,
    "release": OWNED,
    "inform": OPEN | {"closed"},
    "attempt": {"feedback_given"},
    "receive": ALL,
    "observe": OPEN | {"closed"},
    "diagnose": {"accepted"},
    "locate": {"diagnosing"},
    "plan": {"located", "diagnosing", "planned", "approved"},
    "approve": {"planned"},
    "reject_plan": {"planned"},
    "ratify": {*WORKING, *WAITING, "restored", "feedback_given"} - {"accepted"},
    "record_voice": OPEN | {"closed"},
    "notice": {"planned", "approved"},
    "execute": {"approved"},
    "restore": {"executing"},
    "come_clear": {"registered", *WORKING, *WAITING} - {"executing"},
    "revise": {"located", "planned", "approved", "executing"},
    "feed_back": {"restored"},
    "confirm": {"feedback_given"},
    "dissatisfied": {"restored", "feedback_given", "closed"},
    "close_unconfirmed": {"feedback_given"},
    "close_informed": {"feedback_given"},
    "wait_customer": {*WORKING, "feedback_given"},
    "wait_third_party": {*WORKING, "feedback_given"},
    "resume": WAITING,
    "escalate": OPEN,
    "propose_consult": OPEN,
    "regrade": OPEN,
    "explain_breach": OPEN | {"closed"},
    "visit": {*WORKING, *WAITING},
    "snooze": OPEN,
    "ack": OPEN,
    "note": OPEN | {"closed"},
    "attach": OPEN | {"closed"},
    "run": OPEN,
    "take_output": OPEN | {"closed", "merged", "cancelled", "rejected"},
    "link": OPEN | {"closed"},
    "mark_chronic": OPEN | {"closed"},
    "mark_affected": OPEN | {"closed"},
    "merge": END,
    "cancel": END,
    "reject": {"registered"},
    "reopen": {"closed"},
    "archive": {"closed"},
    "warn": OPEN,
    "wake": OPEN | {"closed"},
    "silent": OPEN,
    "recompute": OPEN,
}
#: the same of a request (design 4.2)
DOING = {"accepted", "working"}
ASKED = {"registered", *DOING, *WAITING, "answered"}
REQUEST_EXPECTED: dict[str, set[str]] = {
    "register": set(),
    "accept": {"registered"},
    "start": {"accepted"},
    "answer": {"working"},
    "attempt": {"answered"},
    "confirm": {"answered"},
    "close_unconfirmed": {"answered"},
    "close_informed": {"answered"},
    "dissatisfied": {"answered", "closed"},
    "wait_customer": {*DOING, "answered"},
    "wait_third_party": {*DOING, "answered"},
    "resume": WAITING,
    "visit": {*DOING, *WAITING},
    "reject": {"registered"},
    "reopen": {"closed"},
    "archive": {"closed"},
    "receive": {*ASKED, "closed", "archived", "merged", "cancelled", "rejected"},
    **{name: {"registered", *DOING, *WAITING} for name in ("merge", "cancel")},
    **{name: ASKED - {"registered"} for name in ("hand_over", "take_over", "take", "release")},
    "take_output": {*ASKED, "closed", "merged", "cancelled", "rejected"},
    **dict.fromkeys(("run", "complete", "escalate", "regrade", "snooze", "ack", "warn", "silent", "recompute"), ASKED),
    **{
        name: ASKED | {"closed"}
        for name in (
            "inform",
            "explain_breach",
            "observe",
            "note",
            "attach",
            "link",
            "mark_chronic",
            "mark_affected",
            "wake",
        )
    },
}


@pytest.mark.parametrize("state", FAULT_STATES)
def test_each_state_of_a_fault_takes_the_events_of_the_design_and_no_other(state: str) -> None:
    case = reach(state)
    assert case.record["state"] == state
    for name, sources in EXPECTED.items():
        answer = case.wish(name)
        refused_by_state = isinstance(answer, Refusal) and answer.kind == "state"
        assert refused_by_state is (state not in sources), (name, answer)


def test_the_fault_has_no_event_beside_the_designs() -> None:
    assert {event.name for event in FAULT.events} == set(EXPECTED)
    assert {state.name for state in FAULT.states} == ALL


@pytest.mark.parametrize("state", sorted(REQUEST_EXPECTED["receive"]))
def test_each_state_of_a_request_takes_the_events_of_the_design_and_no_other(state: str) -> None:
    case = reach(state, "request")
    for name, sources in REQUEST_EXPECTED.items():
        answer = case.wish(name)
        refused_by_state = isinstance(answer, Refusal) and answer.kind == "state"
        assert refused_by_state is (state not in sources), (name, answer)


def test_the_request_has_no_event_beside_the_designs() -> None:
    assert {event.name for event in REQUEST.events} == set(REQUEST_EXPECTED)


@pytest.mark.parametrize("event", sorted(name for name in EXPECTED if not FAULT.event(name).internal))  # type: ignore[union-attr]
def test_an_auditor_only_reads(event: str) -> None:
    if event == "register":
        assert Case().wish("register", "audit").kind == "right"  # type: ignore[union-attr]
        return
    case = reach(min(EXPECTED[event], key=FAULT_STATES.index))
    answer = case.wish(event, "audit")
    assert isinstance(answer, Refusal) and answer.kind in ("right", "facts")


# --- Every gate, refused once and satisfied once -------------------------------------------------------------

LATER = timedelta(hours=1)
PLAN = {"plan": "p", "interrupts": "no", "backout": "b"}
CONFIRM = {"who": "Ms Wu", "channel": "phone", "how_tested": "Browses"}
FEEDBACK = {"result": "r", "cause": "c", "prevention": "p"}


def _with(case: Case, **values: Any) -> Case:
    case.record |= values
    return case


def _related(case: Case, **rows: tuple[dict[str, Any], ...]) -> Case:
    case.related |= rows
    return case


def _told(state: str = "feedback_given", **values: Any) -> Case:
    return _with(reach(state), **values)


def _forbidden_unconfirmed() -> Case:
    case = reach("feedback_given")
    case.policy = replace(case.policy, unconfirmed=replace(case.policy.unconfirmed, allowed=False))
    return case


#: gate -> (event, actor, inputs, a case that is refused with it, the same made lawful)
GATES: dict[str, tuple[str, str, dict[str, Any], Any, Any]] = {
    "no_owner": ("diagnose", "li", {}, lambda: _with(reach("accepted"), owner=None), lambda: reach("accepted")),
    "not_handler": ("diagnose", "wang", {}, lambda: reach("accepted"), lambda: _with(reach("accepted"), owner="wang")),
    "fields_missing": (
        "locate", "li", {"cause_code": "X-NFF", "location": "l", "evidence": "e"},
        lambda: _with(reach("diagnosing"), missing=("scope",)),
        lambda: _with(reach("diagnosing"), missing=("scope",), emergency=True),
    ),
    "cause_code_malformed": (
        "locate", "li", {"cause_code": "fibre", "location": "l", "evidence": "e"}, lambda: reach("diagnosing"), None,
    ),
    "plan_needs_location": (
        "plan", "li", PLAN, lambda: reach("diagnosing"), lambda: reach("located"),
    ),
    "approver_is_planner": (
        "approve", "zhao", {}, lambda: _with(reach("planned"), plan_by="zhao"), lambda: reach("planned"),
    ),
    "approver_too_low": (
        "approve", "zhao", {}, lambda: _with(reach("planned"), interrupts="yes", users_affected=1000),
        lambda: _with(reach("planned"), interrupts="no", users_affected=1000),
    ),
    "remedy_not_preapproved": (
        "approve", "li", {"how": "policy"}, lambda: _with(reach("planned"), plan_remedy=None, urgent=True),
        lambda: _with(reach("planned"), plan_remedy="terminal_restart"),
    ),
    "remedy_interrupts": (
        "approve", "li", {"how": "policy"},
        lambda: _with(reach("planned"), plan_remedy="watch", interrupts="yes", urgent=True),
        lambda: _with(reach("planned"), plan_remedy="watch"),
    ),
    "plan_not_approved": (
        "execute", "li", {}, lambda: _with(reach("approved"), approved_version=0), lambda: reach("approved"),
    ),
    "change_not_started": (
        "execute", "li", {}, lambda: _related(reach("approved"), changes=({"ref": "C", "state": "scheduled"},)),
        lambda: _related(reach("approved"), changes=({"ref": "C", "state": "in_progress"},)),
    ),
    "act_of_ours": (
        "come_clear", "li", {"how": "by_itself", "how_verified": "v"},
        lambda: _with(reach("accepted"), executed_at=reach("accepted").now), lambda: reach("accepted"),
    ),
    "confirmed_by_handler": (
        "confirm", "li", CONFIRM, lambda: _told(grade="P2"), lambda: _told(grade="P3"),
    ),
    "confirmed_by_us": (
        "confirm", "wang", {**CONFIRM, "who": "li"}, _told, lambda: _told(owner="chen", executor="chen"),
    ),
    "cause_missing": ("confirm", "wang", CONFIRM, lambda: _told(cause_code=None), _told),
    "feedback_missing": ("confirm", "wang", CONFIRM, lambda: _told(feedback_cause=None), _told),
    "verification_missing": ("confirm", "wang", CONFIRM, lambda: _told(how_verified=None), _told),
    "follow_up_missing": (
        "confirm", "wang", CONFIRM, lambda: _told(temporary=True),
        lambda: _related(_told(temporary=True), links=({"type": "follow_up"},)),
    ),
    "times_out_of_order": (
        "confirm", "wang", CONFIRM, lambda: _told(occurred_at=reach("restored").now + LATER), _told,
    ),
    "unconfirmed_not_allowed": (
        "close_unconfirmed", "zhao", {}, _forbidden_unconfirmed, None,
    ),
    "children_open": (
        "cancel", "li", {"words": "w", "who": "x", "channel": "phone"},
        lambda: _related(reach("accepted"), children=(other(),)),
        lambda: _related(reach("accepted"), children=(other(open=False),)),
    ),
    "grade_same": (
        "regrade", "li", {"grade": "P4", "why": "w"}, lambda: reach("accepted"),
        lambda: _with(reach("accepted"), grade="P5"),
    ),
    "no_plan_yet": (
        "dissatisfied", "li", {"words": "w", "reason": "came_back", "back_to": "planned"},
        lambda: _with(reach("restored"), plan_version=0), lambda: reach("restored"),
    ),
    "nothing_to_ratify": (
        "ratify", "zhao", {}, lambda: reach("approved"),
        lambda: _with(reach("approved"), approved_by="zhao", ratify_due=reach("approved").now),
    ),
}  # fmt: skip


@pytest.mark.parametrize("code", sorted(GATES))
def test_each_gate_refuses_and_lets_pass(code: str) -> None:
    event, actor, inputs, refused, lawful = GATES[code]
    case = refused()
    if event == "come_clear":
        inputs = {**inputs, "cleared_at": case.now}
    kind, codes = case.codes(event, actor, **inputs)
    assert code in codes, (kind, codes)
    if lawful is not None:
        lawful().act(event, actor, **inputs)


# --- The requester's side (R39) ------------------------------------------------------------------------------


def test_monitoring_is_verified_by_a_clear_alarm_and_never_counted_as_satisfied() -> None:
    case = reach("feedback_given", channel="monitoring", requester_type="monitoring")
    assert case.codes("confirm", how_tested="alarm list") == ("facts", {"alarm_clear_too_short"})
    raised = {"id": "A", "fingerprint": "f", "name": "LOS", "state": "raised", "cleared_at": None}
    case.rows["alarm"] = {"A": raised}
    case.later(minutes=15)
    assert case.codes("confirm", how_tested="alarm list") == ("facts", {"alarm_raised"})
    case.rows["alarm"] = {"A": {**raised, "state": "cleared", "cleared_at": case.now - timedelta(minutes=15)}}
    case.act("confirm", how_tested="alarm list")
    assert (case.record["closure_how"], case.record["closure_score"]) == ("verified", None)


def test_a_colleague_confirms_what_an_internal_department_asked() -> None:
    case = reach("feedback_given", requester_type="internal")
    assert case.codes("confirm", "wang", **{**CONFIRM, "who": "li"}) == ("inputs", {"confirmed_by_us"})
    case.act("confirm", "wang", **{**CONFIRM, "who": "wang"})


@pytest.mark.parametrize("kind", ["enterprise", "individual", "unknown", "partner"])
def test_nobody_of_ours_speaks_for_a_customer(kind: str) -> None:
    case = reach("feedback_given", requester_type=kind)
    assert case.codes("confirm", "wang", **{**CONFIRM, "who": "wang"}) == ("inputs", {"confirmed_by_us"})
    case.act("confirm", "wang", **CONFIRM)
    assert case.record["closure_how"] == "confirmed"


def test_a_partner_confirms_as_the_contract_says() -> None:
    case = reach("feedback_given", requester_type="partner")
    contract = replace(case.policy.contract_classes["AAA"], partner_confirm="test_record")
    case.policy = replace(case.policy, contract_classes={"AAA": contract})
    case.related["customer"] = ({"contract_class": "AAA"},)
    case.act("confirm", "wang", **{**CONFIRM, "who": "wang"})


@pytest.mark.parametrize("name", ["who", "channel"])
def test_who_confirmed_and_how_is_written_down(name: str) -> None:
    given = {key: value for key, value in CONFIRM.items() if key != name}
    assert reach("feedback_given").codes("confirm", "wang", **given) == ("inputs", {"input_missing"})
