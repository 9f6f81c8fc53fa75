"""The machine of a consultation: every state against every event, as the design lists them (4.4)."""

from __future__ import annotations

import pytest

from noc_console.workflows.consult import CONSULT
from noc_console.workflows.machine import SAME

#: event -> the states that it is possible in
EXPECTED: dict[str, set[str]] = {
    "call": set(),
    "join": {"called", "gathered"},
    "gather": {"called"},
    "minute": {"called", "gathered"},
    "exclude": {"gathered"},
    "suppose": {"gathered"},
    "decide": {"gathered"},
    "conclude": {"gathered"},
    "approve_minutes": {"concluded"},
    "cancel": {"called", "gathered"},
    "remind": {"called"},
}
TARGETS = {"call": "called", "gather": "gathered", "conclude": "concluded", "cancel": "cancelled"}


@pytest.mark.parametrize("state", [state.name for state in CONSULT.states])
def test_what_is_possible_in_a_state(state: str) -> None:
    assert {event.name for event in CONSULT.of_state(state)} == {
        name for name, states in EXPECTED.items() if state in states
    }


def test_where_events_lead_and_which_are_fired_by_time_only() -> None:
    assert {event.name for event in CONSULT.events} == set(EXPECTED)
    targets = {event.name: event.target for event in CONSULT.events}
    assert {name: target for name, target in targets.items() if target != SAME} == TARGETS
    assert {event.name for event in CONSULT.events if event.internal} == {"remind"}


def test_what_people_wrote_is_marked_as_personal() -> None:
    texts = {field.name for event in CONSULT.events for field in event.inputs if field.kind.value in ("prose", "text")}
    marked = {field.name for event in CONSULT.events for field in event.inputs if field.pii}
    assert texts - marked == {"vendor_case"}
