"""The table of cases is whole: every event, every gate, and each case is refused by the gate that it names."""

from __future__ import annotations

import pytest

from noc_console.desk.act import Wish
from noc_console.desk.facts import facts_of
from noc_console.errors import Refused
from noc_console.store.engine import writing
from noc_console.workflows.catalogue import workflow
from noc_console.workflows.machine import Facts, Reason
from tests.end_to_end.cases import ACCEPTED, KINDS, NOT_YET, REFUSED, Case, gates, guard_name
from tests.end_to_end.stage import Stage, found


def test_every_gate_of_both_machines_has_a_case() -> None:
    here = {(case.kind, case.event, case.guard) for case in REFUSED}
    assert here | NOT_YET == set(gates())
    assert here & NOT_YET == set()


@pytest.mark.parametrize("kind", KINDS)
def test_every_event_has_a_case_in_which_it_is_allowed(kind: str) -> None:
    events = {event.name for event in workflow(kind).events if not event.internal}
    assert {event for of, event in ACCEPTED if of == kind} == events


@pytest.mark.parametrize("case", ACCEPTED.values(), ids=lambda case: case.id)
def test_what_is_allowed_is_done(case: Case, stage: Stage) -> None:
    stage.kind = case.kind
    case.set(stage)
    outcome = stage.wish(case.event, case.by, case.texts, of=_of(case))
    event = found(case.kind, case.event)
    states = {event.target} if isinstance(event.target, str) else set(event.target.values())
    assert outcome.verdict == "applied"
    assert outcome.state in states or states & {"=same", "=back"}


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.id)
def test_what_is_refused_is_refused_by_its_own_gate(case: Case, stage: Stage) -> None:
    stage.kind = case.kind
    case.set(stage)
    event = found(case.kind, case.event)
    with pytest.raises(Refused) as refused:
        stage.wish(case.event, case.by, case.texts, of=_of(case))
    assert case.code in {reason.code for reason in refused.value.reasons}
    facts, inputs = _facts(case, stage)
    gate = next(guard for guard in event.guards if guard_name(guard) == case.guard)
    answers = (gate(facts, None), gate(facts, inputs))
    assert case.code in {answer.code for answer in answers if isinstance(answer, Reason)}


def _facts(case: Case, stage: Stage) -> tuple[Facts, dict[str, object]]:
    """Return what the gate looks at: the facts as the desk finds them, and the inputs as they were read."""
    desk, event = stage.desk(case.by), found(case.kind, case.event)
    inputs = {field.name: field.default for field in event.inputs if field.default is not None}
    inputs |= stage.typed(event, case.texts)
    record = stage.row()["id"] if _of(case) else ""
    with writing(desk.engine) as connection:
        facts = facts_of(
            connection, workflow(case.kind), event, record, Wish(case.kind, record, event.name, inputs),
            desk=desk, actor=case.by, now=desk.now(), policy=desk.policy(),
        )  # fmt: skip
        connection.rollback()
    return facts, inputs


def _of(case: Case) -> str:
    return "" if case.event == "register" else "it"


def test_the_gates_that_wait_for_another_machine_still_do(stage: Stage) -> None:
    stage.to("approved")
    facts, _inputs = _facts(ACCEPTED["fault", "execute"], stage)
    assert "changes" not in facts.related
    assert next(iter(found("request", "dissatisfied").target)) == "working"
    assert "planned" not in next(f for f in found("request", "dissatisfied").inputs if f.name == "back_to").choices
