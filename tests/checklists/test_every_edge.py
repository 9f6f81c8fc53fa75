"""Every edge of every shipped tree, judged by the machine of runs: each leads on to a step, an end or another tree.

An end has a cause, a remedy and words for the customer in both languages. A run cannot go round in circles.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from noc_console.checklists.trees import shipped
from noc_console.workflows.diagnosis import DIAGNOSIS
from noc_console.workflows.machine import Actor, Add, Facts, Plan, Refusal
from noc_console.workflows.measured import figure_of
from noc_console.workflows.policy import load_default
from noc_console.workflows.tree import NOT_LOCATED, UNSAFE, Step, Tree
from noc_console.workflows.tree_walk import by_value, choices, classes, judge, most_left, targets
from noc_console.workflows.units import UNITS
from tests.workflows.case import T0

CATALOGUE = shipped()
TREES = tuple(CATALOGUE.trees.values())
ANSWER = DIAGNOSIS.event("answer")
POLICY = load_default()
TICKET = {"id": "T1", "ref": "AAA-1", "open": True, "owner": "li", "state": "diagnosing", "service_type": "fault"}


def standing(tree: Tree, step: str) -> Facts:
    """Return the facts of a run that stands at a step, an act there being approved."""
    here = {"id": tree.id, "hash": tree.hash, "tree": tree, "thresholds": CATALOGUE.thresholds}
    others = [CATALOGUE.trees[name] for name in set(targets(tree, step))]
    record = {
        "id": "R1", "ref": "AAA-2", "record": "T1", "state": "running", "here": tree.id, "here_hash": tree.hash,
        "step": step, "entered": [{"id": tree.id, "hash": tree.hash}], "started_by": "li",
        "approval": {"tree": tree.id, "step": step, "by": "zhao", "how": "here", "at": 0},
    }  # fmt: skip
    return Facts(
        record_id="R1", record=record, actor=Actor("li", frozenset({"engineer"})), now=T0, at=T0, policy=POLICY,
        via="cli", intent_id="I1",
        related={
            "ticket": (TICKET,), "trees": (here,), "answers": (), "runs": (), "visits": (),
            "in_force": tuple({"id": one.id, "hash": one.hash, "tree": one, "catalogues": ()} for one in others),
        },
    )  # fmt: skip


def answered(tree: Tree, step: str, **inputs: str) -> Plan | Refusal:
    assert ANSWER is not None
    return DIAGNOSIS.plan(ANSWER, standing(tree, step), inputs)


@pytest.mark.parametrize("tree", TREES, ids=lambda tree: tree.id)
def test_every_answer_leads_on(tree: Tree) -> None:
    for step in tree.steps:
        for choice in choices(step):
            plan = answered(tree, step.id, choice=choice.code)
            assert isinstance(plan, Plan), (step.id, choice.code, plan)
            into = CATALOGUE.trees[plan.values.get("here", tree.id)]
            place = plan.values["step"]
            assert into.step(place) or into.end(place) or place in (UNSAFE, NOT_LOCATED), (step.id, choice.code)
            assert (into is tree) == (choice.to not in CATALOGUE.trees)
            (row,) = (row for row in plan.rows if isinstance(row, Add) and row.table == "diagnosis_answer")
            assert (row.values["step"], row.values["target"]) == (step.id, choice.to)


@pytest.mark.parametrize("tree", TREES, ids=lambda tree: tree.id)
def test_no_way_is_longer_than_the_tree_and_all_come_to_an_end(tree: Tree) -> None:
    assert 0 < most_left(tree, tree.first) <= len(tree.steps)
    for step in tree.steps:
        for choice in choices(step):
            if tree.step(choice.to):
                assert most_left(tree, choice.to) < most_left(tree, step.id)


@pytest.mark.parametrize("tree", TREES, ids=lambda tree: tree.id)
def test_every_end_says_cause_remedy_and_what_the_customer_is_told(tree: Tree) -> None:
    for end in tree.ends:
        assert end.cause in CATALOGUE.causes.by_code, end.id
        assert all((end.fault.en, end.fault.zh, end.remedy.en, end.remedy.zh)), end.id
        told = [end.customer] if end.customer else [CATALOGUE.messages[code] for code in end.messages]
        assert told, end.id
        assert all(words is not None and words.en and words.zh for words in told), end.id


def values_for(step: Step) -> Iterator[Decimal]:
    """Yield every limit that an answer or a threshold of a step has, and what lies just beside it."""
    low, high = step.plausible or UNITS[step.unit]
    edges: set[Decimal | None] = {low, high, (low + high) / 2}
    for answer in step.answers:
        if answer.bounds:
            edges |= {answer.bounds.at_least, answer.bounds.above, answer.bounds.at_most, answer.bounds.below}
    for name in step.thresholds:
        limits = CATALOGUE.thresholds[name].limits
        if limits:
            edges |= {limits.bad_below, limits.watch_below, limits.watch_above, limits.bad_above}
    for edge in edges:
        if edge is not None:
            for value in (edge - Decimal("0.01"), edge, edge + Decimal("0.01")):
                if low <= value <= high:
                    yield value


MEASURED = [(tree, step) for tree in TREES for step in tree.steps if step.unit]


@pytest.mark.parametrize(("tree", "step"), MEASURED, ids=lambda one: one.id)
def test_every_value_is_judged_and_leads_on_or_asks_for_a_choice(tree: Tree, step: Step) -> None:
    for value in values_for(step):
        said = f"{figure_of(value)} {step.unit}"
        plan: Any = answered(tree, step.id, value=said)
        if isinstance(plan, Refusal) and plan.reasons[0].code == "class_needed":
            for one in classes(step, CATALOGUE.thresholds):
                named: Any = answered(tree, step.id, value=said, variant=one.code)
                assert isinstance(named, Plan) or named.reasons[0].code == "value_decides_nothing", (one.code, named)
            continue
        if isinstance(plan, Refusal):
            assert [reason.code for reason in plan.reasons] == ["value_decides_nothing"], (value, plan)
            chosen = answered(tree, step.id, value=said, choice=NOT_LOCATED)
            assert isinstance(chosen, Plan)
            continue
        verdict = judge(step, value, CATALOGUE.thresholds).verdict
        choice = by_value(step, value, verdict)
        assert choice is not None
        assert plan.rows[0].values["target"] == choice.to
