"""The short way: one form feeds the whole chain, and each gate of it still stands."""

from __future__ import annotations

from typing import Any

import pytest

from noc_console.workflows import solve
from noc_console.workflows.catalogue import workflow
from noc_console.workflows.machine import Refusal
from tests.workflows.case import Case, reach, registered

FORM: dict[str, dict[str, Any]] = {
    "fault": {
        "cause_code": "AC-ONU-HANG", "remedy": "terminal_restart", "how_verified": "Browses again",
        "result": "Restarted", "prevention": "New firmware", "confirmed_by": "Ms Wu",
    },
    "request": {"result": "Like this", "how_verified": "Understood", "confirmed_by": "Ms Wu"},
}  # fmt: skip


def run(case: Case, form: dict[str, Any], actor: str = "li") -> Refusal | None:
    """Fire the chain as the desk does: until the end or the first refusal."""
    kind = case.machine.name
    for step in solve.steps_from(kind, case.record["state"]):
        if not step.when(case.facts(actor)):
            continue
        inputs = solve.inputs_of(step, case.facts(actor), form)
        answer = case.wish(step.event, actor, **inputs)
        if isinstance(answer, Refusal):
            return answer
        case.act(step.event, actor, **inputs)
    return None


@pytest.mark.parametrize("kind", ["fault", "request"])
def test_the_form_leads_to_closed(kind: str) -> None:
    case = registered(kind)
    assert solve.refused(kind, case.facts(), FORM[kind]) == ()
    assert run(case, FORM[kind]) is None
    assert (case.record["state"], case.record["closure_how"]) == ("closed", "confirmed")
    if kind == "fault":
        assert (case.record["approved_how"], case.record["acts"]) == ("policy", 1)
        assert case.record["plan_text"].startswith("Only where the service is down")


def test_it_goes_on_from_where_the_ticket_is() -> None:
    case = reach("located")
    assert solve.steps_from("fault", "located")[0].event == "plan"
    assert run(case, FORM["fault"]) is None


def test_the_first_refusal_leaves_it_where_it_legally_got_to() -> None:
    case = registered(domain=None, channel="email")
    refusal = run(case, FORM["fault"])
    assert refusal is not None
    assert (refusal.kind, refusal.reasons[0].code, case.record["state"]) == ("facts", "fields_missing", "diagnosing")


@pytest.mark.parametrize(
    ("changes", "form", "codes"),
    [
        ({"grade": "P3"}, None, {"solve_grade"}),
        ({"state": "restored"}, None, set()),
        ({"state": "waiting_customer"}, None, {"solve_state"}),
        ({}, {"remedy": "no_such"}, {"input_choice"}),
        ({}, {"remedy": "session_clear"}, {"solve_remedy"}),
        ({}, {"result": ""}, {"input_missing"}),
    ],
)
def test_what_is_not_small_goes_step_by_step(
    changes: dict[str, Any], form: dict[str, Any] | None, codes: set[str]
) -> None:
    case = registered()
    case.record |= changes
    reasons = solve.refused("fault", case.facts(), {**FORM["fault"], **form} if form else None)
    assert {reason.code for reason in reasons} == codes


@pytest.mark.parametrize("kind", ["fault", "request"])
def test_every_step_names_inputs_that_its_event_has_and_fields_that_the_form_has(kind: str) -> None:
    fields = {field.name for field in solve.FIELDS[kind]}
    for step in solve.CHAIN[kind]:
        event = workflow(kind).event(step.event)
        assert event is not None
        assert step.source in event.sources
        assert set(step.inputs) <= {field.name for field in event.inputs}
        for sources in step.inputs.values():
            plain = {source for source in sources if source[0] not in "@=" and not source.startswith("record.")}
            assert plain <= fields
