"""One rule, two faces: what a key does, a command does; what one refuses, the other refuses in the same words."""

from __future__ import annotations

from itertools import groupby
from typing import Any

import pytest

from noc_console.desk.ticket import next_steps
from noc_console.desk.ticket_view import reason_json
from noc_console.errors import Refused
from noc_console.screens.palette import Palette
from noc_console.screens.widgets.next_steps import NextSteps
from noc_console.workflows.catalogue import workflow
from noc_console.workflows.machine import SAME
from tests.end_to_end.cases import ACCEPTED, KINDS, REFUSED, SHOWN_FIRST, Case
from tests.end_to_end.faces import (
    Commands,
    back_to_queue,
    choose,
    complaints,
    console,
    fill,
    open_ticket,
    refused_at_desk,
    save,
    standing,
    steps_in_sight,
    told,
)
from tests.end_to_end.stage import T0, UNKNOWN, Stage, found
from tests.screens.driver import Person

STATES = [(kind, state.name) for kind in KINDS for state in workflow(kind).states]
#: those whose verb and key open a form
FORMS = [case for case in ACCEPTED.values() if case.event not in SHOWN_FIRST]
ALL = [*FORMS, *(case for case in REFUSED if case.event not in SHOWN_FIRST)]


@pytest.fixture
def noc(stage: Stage, capsys: pytest.CaptureFixture[str]) -> Commands:
    """Give the command line on the stage."""
    return Commands(stage, capsys)


# --- What is possible ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "state"), STATES, ids=str)
async def test_both_faces_offer_and_block_the_same(kind: str, state: str, stage: Stage, noc: Commands) -> None:
    stage.kind = kind
    stage.to(state)
    for by in ("li", "zhao", "audit"):
        ruled = [
            (step.event.name, step.allowed, [reason.code for reason in step.reasons])
            for step in next_steps(stage.desk(by), stage.ref)
        ]
        answer = noc("ticket", "next", stage.ref, "-o", "json", by=by).json
        listed = [(step["event"], step["allowed"], [one["code"] for one in step["reasons"]]) for step in answer]
        assert listed == ruled
        if by == "audit" and state != "registered":
            continue  # a reader's console is opened once: their lists differ in what is blocked, not in how it is shown
        async with console(stage, by) as person:
            screen = await open_ticket(person, stage.row()["id"])
            assert sorted(steps_in_sight(screen)) == sorted(ruled)
            lines = screen.query_one(NextSteps).plain.splitlines()
            assert sorted(lines) == sorted(_line(kind, step) for step in answer)
            await person.press("ctrl+p")
            assert isinstance(person.screen, Palette)
            verbs = {row.name: row.why for row in person.screen.rows if row.name.startswith("ticket: ")}
            assert {f"ticket: {step['label']}": "; ".join(told(step["reasons"])) for step in answer}.items() <= (
                verbs.items()
            )


def _line(kind: str, step: dict[str, Any]) -> str:
    """Return a step as the ticket's screen is to show it, from what the command line says of it."""
    what = step["label"] if step["allowed"] else f"{step['label']}: blocked - {'; '.join(told(step['reasons']))}"
    return (found(kind, step["event"]).key or " ").ljust(3) + what


# --- By commands ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", FORMS, ids=lambda case: case.id)
def test_each_event_is_fired_by_its_verb(case: Case, stage: Stage, noc: Commands) -> None:
    stage.kind = case.kind
    case.set(stage)
    before = stage.desk().token()
    dry = noc.fire(case, "--dry-run", "-o", "json")
    assert (dry.code, stage.desk().token()) == (0, before), dry.err
    said = noc.fire(case, "-o", "json")
    assert said.code == 0, said.err
    assert said.json["state"] == dry.json["state"]
    assert stage.desk().token() > before
    if case.event != "register":
        entry = noc("ticket", "show", stage.ref, "-o", "json").json["timeline"][-1]
        assert (entry["event"], entry["actor"], entry["via"]) == (case.event, case.by, "cli")


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.id)
def test_each_gate_refuses_its_verb(case: Case, stage: Stage, noc: Commands) -> None:
    stage.kind = case.kind
    case.set(stage)
    before = stage.desk().token()
    for dry_run in ((), ("--dry-run",)):
        said = noc.fire(case, "-o", "json", *dry_run)
        if case.code == "ticket_unknown":
            assert (said.code, said.out) == (3, "")
            assert UNKNOWN in said.err
            continue
        assert said.code == 1, said.err
        reasons = said.json["refused"]
        assert case.code in {reason["code"] for reason in reasons}
        for reason in reasons:
            assert reason["text"] in said.err and reason["remedy"] in said.err
    assert stage.desk().token() == before


@pytest.mark.parametrize(("kind", "event"), sorted(ACCEPTED))
def test_who_only_reads_and_who_leaves_out_an_input_is_told_so(
    kind: str, event: str, stage: Stage, noc: Commands
) -> None:
    case = ACCEPTED[kind, event]
    stage.kind = kind
    case.set(stage)
    audited = noc.fire(Case(kind, event, case.set, "audit", case.texts), "-o", "json")
    assert audited.code == 1
    wanted = "right_missing" if found(kind, event).right else "approver_too_low"
    assert [reason["code"] for reason in audited.json["refused"]] == [wanted]
    for field in () if event in SHOWN_FIRST else found(kind, event).inputs:
        # without a type, a new ticket is a fault
        if field.required and field.default is None and field.name != "service_type":
            texts = {name: text for name, text in case.texts.items() if name != field.name}
            said = noc.fire(Case(kind, event, case.set, case.by, texts), "-o", "json", "--dry-run")
            assert said.code == 1, said.err
            assert "input_missing" in {reason["code"] for reason in said.json["refused"]}


@pytest.mark.parametrize("kind", KINDS)
def test_no_verb_is_possible_in_a_state_that_it_does_not_leave(kind: str, stage: Stage, noc: Commands) -> None:
    stage.kind = kind
    stage.to("archived")
    for (of, event), case in ACCEPTED.items():
        if of == kind and event not in ("register", "attach"):
            said = noc.fire(Case(kind, event, case.set, "zhao", {}), "-o", "json")
            assert (said.code, said.json["refused"][0]["code"]) == (1, "wrong_state"), event


@pytest.mark.parametrize("kind", KINDS)
async def test_what_only_intake_and_timers_fire_has_no_verb_no_key_and_no_name(
    kind: str, stage: Stage, noc: Commands
) -> None:
    stage.kind = kind
    stage.to("accepted")
    internal = [event for event in workflow(kind).events if event.internal]
    assert {event.name for event in internal} >= {"receive", "observe", "warn", "wake", "silent"}
    for event in internal:
        assert noc("ticket", event.verb, stage.ref).code == 2
    async with console(stage) as person:
        screen = await open_ticket(person, stage.row()["id"])
        assert not {event.name for event in internal} & {name for name, *_rest in steps_in_sight(screen)}
        await person.press("ctrl+p")
        assert isinstance(person.screen, Palette)
        assert not {f"ticket: {event.label}" for event in internal} & {row.name for row in person.screen.rows}


# --- By keys -------------------------------------------------------------------------------------------------


def _groups() -> list[tuple[str, list[Case]]]:
    """Return the cases of an event and a person together: they share one console."""
    ordered = sorted(ALL, key=lambda case: (case.kind, case.event, case.by))
    named = groupby(ordered, key=lambda case: f"{case.kind}-{case.event}-{case.by}")
    return [(name, list(cases)) for name, cases in named]


@pytest.mark.parametrize("cases", [pytest.param(cases, id=name) for name, cases in _groups()])
async def test_each_event_is_fired_and_each_gate_refuses_by_key(cases: list[Case], stage: Stage) -> None:
    stage.kind = cases[0].kind
    async with console(stage, cases[0].by) as person:
        for case in cases:
            stage.refs.clear()
            stage.set_time(T0)
            case.set(stage)
            if case.event == "register":
                await back_to_queue(person)
            else:
                await open_ticket(person, stage.row()["id"])
            try:
                await (_refused_by_key if case.guard else _done_by_key)(case, stage, person)
            except (AssertionError, KeyError, StopIteration) as error:
                error.add_note(f"{case.id}\n{person.text}\n{person.toasts}")
                raise


async def _done_by_key(case: Case, stage: Stage, person: Person) -> None:
    """Fire the event of a case by keys, and again at the desk on a twin: the rows are the same afterwards."""
    await choose(person, case.kind, case.event)
    if any(field.asked for field in found(case.kind, case.event).inputs):
        await fill(person, stage, case.texts)
    await save(person)
    assert "is done" in person.toasts
    record = person.ticket.record
    shown = _comparable(stage, record)
    entry = person.ticket.view.timeline[-1]  # type: ignore[union-attr]
    assert (entry.event, entry.actor) == (case.event, case.by)
    stage.refs.clear()
    stage.set_time(T0)
    case.set(stage)
    twin = stage.wish(case.event, case.by, case.texts, of="" if case.event == "register" else "it")
    assert shown == _comparable(stage, twin.record)
    target = found(case.kind, case.event).target
    if isinstance(target, str) and target != SAME:
        label = workflow(case.kind).state(twin.state).label
        assert f"now {label}" in person.toasts
        assert label in person.text


def _comparable(stage: Stage, record: str) -> dict[str, Any]:
    """Return a ticket's row without what no two tickets share."""
    from noc_console.desk.ticket import row_of

    own = {"id", "ref", "number", "parent", "merged_into", "archive_digest"}
    row = row_of(stage.desk(), record)
    kept = {name: value for name, value in row.items() if name not in own}
    return kept | {"has parent": bool(row["parent"]), "merged": bool(row["merged_into"])}


async def _refused_by_key(case: Case, stage: Stage, person: Person) -> None:
    """Try the event of a case by keys: the reason and its remedy are said, and nothing typed is lost."""
    before = stage.desk().token()
    expected = _reasons(case, stage)
    await choose(person, case.kind, case.event)
    if case.event == "register" or _offered(person, case.event):
        typed = await fill(person, stage, case.texts)
        await save(person)
        said = complaints(person.form)
        expected = [text for text in expected if text not in _missing_in_place(case, stage, person)]
        assert standing(person.form) == typed
    else:
        said = person.toasts
    for text in expected:
        assert text in said
    assert stage.desk().token() == before
    await _leave(person)


def _missing_in_place(case: Case, stage: Stage, person: Person) -> list[str]:
    """Return the reasons that a form says in short, because they stand at the very field that is empty."""
    error = refused_at_desk(stage, case)
    assert isinstance(error, Refused)
    lacking = [reason for reason in error.reasons if reason.code == "input_missing"]
    for reason in lacking:
        row = person.form.row(reason.params["field"])
        assert row.has_class("-wrong") and str(row._note.content)
    return told([reason_json(reason) for reason in lacking])


def _offered(person: Person, event: str) -> bool:
    from noc_console.screens.event_form import EventForm

    below = next(one for one in reversed(person.app.screen_stack) if hasattr(one, "record"))
    allowed = {name: allowed for name, allowed, _codes in steps_in_sight(below)}[event]  # type: ignore[arg-type]
    assert allowed is isinstance(person.screen, EventForm)
    return allowed


def _reasons(case: Case, stage: Stage) -> list[str]:
    """Return what a person is to read, from what the desk answers the same wish."""
    error = refused_at_desk(stage, case)
    assert isinstance(error, Refused)
    if case.code == "ticket_unknown":
        return [UNKNOWN]
    assert case.code in {reason.code for reason in error.reasons}
    return told([reason_json(reason) for reason in error.reasons])


async def _leave(person: Person) -> None:
    """Leave the form without saving; what was typed is asked about first."""
    from noc_console.screens.confirm import Confirm
    from noc_console.screens.event_form import EventForm

    if isinstance(person.screen, EventForm):
        await person.press("escape")
    if isinstance(person.screen, Confirm):
        await person.press("tab", "enter")
