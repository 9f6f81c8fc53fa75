"""The table machine: what it refuses to be built from, in which order it refuses, and what a plan holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from noc_console.workflows.catalogue import KINDS, workflow
from noc_console.workflows.fields import Field, Inputs, Kind
from noc_console.workflows.machine import (
    BACK,
    DEPENDS_ON_INPUT,
    NEW,
    RESERVED_KEYS,
    SAME,
    Actor,
    Add,
    Cause,
    DependsOnInput,
    Event,
    Facts,
    Op,
    Plan,
    Put,
    Reason,
    Refusal,
    State,
    Workflow,
)
from noc_console.workflows.policy import load_default
from tests.workflows.case import T0

A, B, HELD, END = (
    State("a", "a", ".", "active"), State("b", "b", ".", "active"), State("held", "held", "~", "waiting", holds=True),
    State("end", "end", "=", "closed", final=True),
)  # fmt: skip
LONE, TRAP = State("lone", "l", ".", "plain", final=True), State("trap", "t", ".", "plain")
BIRTH = Event("birth", (), "a", "Birth")
GO = Event("go", ("a",), "b", "Go", "d")
HOLD = Event("hold", ("a", "b"), "held", "Hold", "w")
ON = Event("on", ("held",), BACK, "On", "r")
STOP = Event("stop", ("b",), "end", "Stop", "S")
STATES, EVENTS = (A, B, HELD, END), (BIRTH, GO, HOLD, ON, STOP)


def build(states: tuple[State, ...] = STATES, events: tuple[Event, ...] = EVENTS, initial: str = "a") -> Workflow:
    return Workflow("toy", "toy", initial, states, events)


CHOICE = Field("to", Kind.CHOICE, "To", required=True, choices=("left", "right"))

#: what is wrong -> the table with it
BROKEN: dict[str, tuple[str, dict[str, Any]]] = {
    "state twice": ("a state is named twice", {"states": (*STATES, A)}),
    "initial unknown": ("initial state z is unknown", {"initial": "z"}),
    "event twice": ("an event is named twice", {"events": (*EVENTS, replace(GO, key=""))}),
    "source unknown": ("event odd names the unknown state z", {"events": (*EVENTS, Event("odd", ("z",), "a", "Odd"))}),
    "target unknown": ("event odd names the unknown state z", {"events": (*EVENTS, Event("odd", ("a",), "z", "Odd"))}),
    "choice not offered": (
        "event odd: input 'to' must offer just ['left']",
        {"events": (*EVENTS, Event("odd", ("a",), {"left": "b"}, "Odd", inputs=(CHOICE,), choice="to"))},
    ),
    "input twice": (
        "event odd has an input twice",
        {"events": (*EVENTS, Event("odd", ("a",), SAME, "Odd", inputs=(CHOICE, CHOICE)))},
    ),
    "born elsewhere": ("records are born in ['a', 'b']", {"events": (*EVENTS, Event("odd", (), "b", "Odd"))}),
    "unreachable": ("state lone cannot be reached", {"states": (*STATES, LONE)}),
    "trap": (
        "state trap has no way to a final state",
        {"states": (*STATES, TRAP), "events": (*EVENTS, Event("fall", ("a",), "trap", "Fall"))},
    ),
    "way out of the end": (
        "final state end has a way out to a",
        {"events": (*EVENTS, Event("up", ("end",), "a", "Up"))},
    ),
    "key reserved": ("key n belongs to the console", {"events": (*EVENTS, Event("odd", ("a",), SAME, "Odd", "n"))}),
    "key twice": ("key d is both go and odd in a", {"events": (*EVENTS, Event("odd", ("a",), SAME, "Odd", "d"))}),
}


@pytest.mark.parametrize("name", sorted(BROKEN))
def test_a_wrong_table_cannot_be_built(name: str) -> None:
    message, table = BROKEN[name]
    with pytest.raises(ValueError, match="workflow toy") as caught:
        build(**table)
    assert message in str(caught.value)


def test_a_right_table_is_built_and_may_add_to_what_is_final() -> None:
    assert build(events=(*EVENTS, Event("note", ("end",), SAME, "Note"))).event("note") is not None


def test_one_key_may_mean_two_things_in_two_states() -> None:
    assert build(events=(*EVENTS, Event("odd", ("b",), SAME, "Odd", "d"))).event("odd") is not None


# --- Judging -------------------------------------------------------------------------------------------------


def facts(state: str = "", roles: tuple[str, ...] = ("lead",), **record: Any) -> Facts:
    row = {"state": state, **record} if state else {}
    actor = Actor("li", frozenset(roles))
    return Facts("R1", row, actor, T0, T0, load_default(), "cli", "i1")


def refuse(code: str) -> Any:
    return lambda facts, inputs: Reason(code)


def judge_input(facts: Facts, inputs: Inputs | None) -> Reason | DependsOnInput | None:
    if inputs is None:
        return DEPENDS_ON_INPUT
    return Reason("bad_word") if inputs.get("word") == "bad" else None


WORD = Field("word", Kind.TEXT, "Word", required=True)


def with_event(**values: Any) -> tuple[Workflow, Event]:
    event = replace(Event("act", ("a",), SAME, "Act"), **values)
    return build(events=(*EVENTS, event)), event


def codes(machine: Workflow, event: Event, found: Facts, inputs: Inputs) -> tuple[str, list[str]]:
    answer = machine.plan(event, found, inputs)
    assert isinstance(answer, Refusal)
    return answer.kind, [reason.code for reason in answer.reasons]


def test_every_refusal_tells_its_instants_in_the_zone_of_who_acts() -> None:
    def waits(facts: Facts, inputs: Inputs | None) -> Reason:
        return Reason("waits", {"until": T0, "name": "x"})

    def waits_once_asked(facts: Facts, inputs: Inputs | None) -> Reason | DependsOnInput:
        return DEPENDS_ON_INPUT if inputs is None else waits(facts, inputs)

    tokyo = replace(facts("a"), zone=ZoneInfo("Asia/Tokyo"))
    machine, event = with_event(guards=(waits,))
    asked, later = with_event(guards=(waits_once_asked,))
    late = replace(machine, too_late=lambda facts: waits(facts, None))
    elsewhere = replace(tokyo, record={"state": "b"})
    answers = (machine.plan(event, tokyo, {}), asked.plan(later, tokyo, {}), late.plan(event, elsewhere, {}))
    reasons = [reason for answer in answers if isinstance(answer, Refusal) for reason in answer.reasons]
    reasons += [reason for step in machine.allowed(tokyo) if step.event is event for reason in step.reasons]
    assert [reason.code for reason in reasons] == ["waits"] * 4
    for reason in reasons:
        assert reason.params == {"until": T0, "name": "x"}
        assert reason.params["until"].utcoffset() == timedelta(hours=9)


def test_refusals_come_in_order_each_with_all_reasons_of_its_kind() -> None:
    machine, event = with_event(right="ticket.lead", inputs=(WORD,), guards=(refuse("one"), judge_input, refuse("two")))
    assert codes(machine, event, facts("b", ("engineer",)), {}) == ("state", ["wrong_state"])
    assert codes(machine, event, facts(), {}) == ("state", ["no_record"])
    assert codes(machine, event, facts("a", ("engineer",)), {}) == ("right", ["right_missing"])
    assert codes(machine, event, facts("a"), {}) == ("facts", ["one", "two"])
    machine, event = with_event(inputs=(WORD, replace(WORD, name="more")), guards=(judge_input,))
    assert codes(machine, event, facts("a"), {}) == ("inputs", ["input_missing", "input_missing"])
    assert codes(machine, event, facts("a"), {"word": "bad", "more": "x"}) == ("inputs", ["bad_word"])
    assert isinstance(machine.plan(event, facts("a"), {"word": "good", "more": "x"}), Plan)


def test_of_several_texts_that_are_required_there_is_at_least_one() -> None:
    machine, event = with_event(inputs=(replace(WORD, many=True, max_length=5),))
    for said, why in (((), "input_missing"), (("a", "longer"), "input_too_long")):
        assert codes(machine, event, facts("a"), {"word": said}) == ("inputs", [why])
    assert isinstance(machine.plan(event, facts("a"), {"word": ("a", "b")}), Plan)


def test_what_is_blocked_is_listed_last_with_its_reason() -> None:
    machine, _event = with_event(guards=(refuse("never"),))
    steps = machine.allowed(facts("a"))
    assert [(step.event.name, step.allowed) for step in steps] == [("go", True), ("hold", True), ("act", False)]
    assert steps[-1].reasons == (Reason("never"),)


def test_what_depends_on_input_is_offered() -> None:
    machine, event = with_event(guards=(judge_input,), inputs=(WORD,))
    assert next(step for step in machine.allowed(facts("a")) if step.event is event).allowed


def test_a_default_counts_as_given() -> None:
    field = replace(WORD, default="fine")
    seen: list[Inputs] = []

    def effect(facts: Facts, inputs: Inputs) -> Iterator[Op]:
        seen.append(inputs)
        yield Put({"word": inputs["word"]})

    machine, event = with_event(inputs=(field,), effects=(effect,))
    plan = machine.plan(event, facts("a"), {"word": None})
    assert isinstance(plan, Plan)
    assert plan.values == {"word": "fine"}


def test_a_hold_remembers_and_a_return_forgets() -> None:
    machine = build()
    held = machine.plan(HOLD, facts("b"), {})
    assert isinstance(held, Plan)
    assert held.values == {"held_from": "b", "state": "held"}
    back = machine.plan(ON, facts("held", held_from="b"), {})
    assert isinstance(back, Plan)
    assert (back.target, back.values) == ("b", {"held_from": None, "state": "b"})


def test_a_choice_leads_to_its_own_state() -> None:
    event = Event("fork", ("a",), {"left": "b", "right": "end"}, "Fork", inputs=(CHOICE,), choice="to")
    plan = build(events=(*EVENTS, event)).plan(event, facts("a"), {"to": "right"})
    assert isinstance(plan, Plan)
    assert plan.target == "end"


def test_effects_become_values_rows_and_causes() -> None:
    def effect(facts: Facts, inputs: Inputs) -> Iterator[Op]:
        yield Put({"x": 1})
        yield Add("side", "s1", {"y": 2})
        yield Cause("toy", "R2", "go")

    machine, event = with_event(effects=(effect,))
    plan = machine.plan(event, facts("a"), {})
    assert plan == Plan("a", {"x": 1}, (Add("side", "s1", {"y": 2}),), (Cause("toy", "R2", "go"),))


def test_an_event_may_make_a_record_or_change_it() -> None:
    put = Event("put", (NEW, "a"), "a", "Put")
    machine = build(events=(put, *EVENTS[1:]))
    for found in (facts(), facts("a")):
        assert isinstance(machine.plan(put, found, {}), Plan)
    assert put.is_birth and not GO.is_birth


# --- The machines that there are -----------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_every_machine_is_built_and_named_after_its_kind(kind: str) -> None:
    assert workflow(kind).name == kind


def test_the_catalogue_knows_no_other_kind() -> None:
    with pytest.raises(KeyError):
        workflow("nothing")


@pytest.mark.parametrize("kind", KINDS)
def test_keys_are_single_letters_and_upper_case_where_something_ends(kind: str) -> None:
    machine = workflow(kind)
    finals = {state.name for state in machine.states if state.final} | {"closed"}
    for event in machine.events:
        letter = len(event.key) == 1 and event.key.isalpha() and event.key not in RESERVED_KEYS
        assert event.key == "" or letter or (event.name, event.key) == ("run", "!"), "! runs a command, as in less"
        targets = {event.target} if isinstance(event.target, str) else set(event.target.values())
        if event.key and targets & finals and kind in ("fault", "request"):
            assert event.key.isupper(), event.name
        assert not (event.internal and event.key)


@pytest.mark.parametrize("kind", KINDS)
def test_rights_and_tables_that_fields_name_are_in_the_policy(kind: str) -> None:
    policy = load_default()
    for event in workflow(kind).events:
        assert not event.right or event.right in policy.rights, event.name
        for field in event.inputs:
            assert not field.options_from or getattr(policy, field.options_from), field.name
            assert field.kind is not Kind.CHOICE or field.options_from or field.choices, field.name


@pytest.mark.parametrize("kind", KINDS)
def test_whoever_sees_a_verb_reads_what_it_is_for(kind: str) -> None:
    assert all(event.help or event.internal for event in workflow(kind).events)
