"""The shipped trees and catalogues agree with the domain facts, where the facts are present."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from noc_console.checklists import cause_codes, trees
from noc_console.workflows.tree import NOT_LOCATED, UNSAFE, Tree
from noc_console.workflows.units import UNITS as UNITS_KNOWN
from tests.repository import ROOT

FACTS = ROOT.parent / "shared" / "domain" / "facts.json"
pytestmark = pytest.mark.skipif(not FACTS.is_file(), reason="the domain facts are not beside this checkout")
DATA: dict[str, list[dict[str, Any]]] = json.loads(FACTS.read_text(encoding="utf-8")) if FACTS.is_file() else {}
#: How the facts write a unit, and how the trees do.
UNITS = {"ohm": "Ω", "packets per s": "packet/s", "degree": "°", "days": "d"}
THRESHOLDS = {fact["id"] for fact in DATA.get("thresholds", [])}


def known(kind: str) -> list[dict[str, Any]]:
    return DATA.get(kind, [])


def unit_of(threshold: str | None) -> str | None:
    """Return the one unit that the facts name for a step, or None where they name none or several."""
    words = [word.strip() for word in re.split(r"[,;]", threshold or "") if not re.search(r"-P\d|^to P\d", word)]
    units = [UNITS.get(word, word) for word in words if re.fullmatch(r"[a-zA-ZµΩ%°/ ]{1,14}", word)]
    return units[0] if len(units) == 1 and units[0] in UNITS_KNOWN else None


@pytest.mark.parametrize("fact", known("trees"), ids=lambda fact: fact["id"])
def test_a_tree_is_what_the_facts_say(fact: dict[str, Any]) -> None:
    tree = trees.tree(fact["id"])
    assert tree is not None, "the tree is missing"
    assert tree.domain == fact["domain"]
    assert set(tree.alarms) >= set(fact["entry_alarms"])
    assert [step.id for step in tree.steps] == [step["id"] for step in fact["steps"]]
    for step, told in zip(tree.steps, fact["steps"], strict=True):
        assert (step.id, step.kind, step.onsite) == (told["id"], told["kind"], told["onsite"])
        assert [answer.to for answer in step.answers] == [answer["target"] for answer in told["answers"]], step.id
        # the facts also list an alarm here and there among the thresholds of a step
        assert set(step.thresholds) == {name for name in told["threshold_ids"] if name in THRESHOLDS}, step.id
        assert set(step.tags) == set(told["tags"]), step.id
        unit = unit_of(told["threshold"])
        assert unit is None or step.unit == unit, step.id
    _ends_agree(tree, fact)


def _ends_agree(tree: Tree, fact: dict[str, Any]) -> None:
    written = {end.id for end in tree.ends} - {UNSAFE, NOT_LOCATED}
    assert written == {end["id"] for end in fact["ends"]} - {UNSAFE, NOT_LOCATED}
    for told in fact["ends"]:
        end = tree.end(told["id"])
        if end is None:
            continue
        assert end.cause == told["Cause code"], end.id
        assert (end.service_affecting, end.field_visit) == (told["service_affecting"], told["field_visit"]), end.id
        assert set(end.escalate_to) == set(told["escalate_to"]), end.id
        assert set(end.messages) == set(told["message_ids"]), end.id
        assert (end.customer is not None) >= (told["customer_text"] is not None), end.id
        assert (end.interrupts is not None) >= (told["interrupts"] is not None), end.id
        assert set(end.tags) == set(told["tags"]), end.id


def test_thresholds_are_those_of_the_facts() -> None:
    shipped = trees.shipped().thresholds
    assert set(shipped) == {fact["id"] for fact in known("thresholds")}
    for fact in known("thresholds"):
        threshold = shipped[fact["id"]]
        assert threshold.unit == fact["Unit"], fact["id"]
        assert set(threshold.tags) == set(fact["tags"]), fact["id"]
        figures = re.findall(r"\d+(?:\.\d+)?", f"{fact['good']} {fact['watch']} {fact['bad']}")
        told = re.findall(r"\d+(?:\.\d+)?", f"{threshold.good.en} {threshold.watch.en} {threshold.bad.en}")
        assert sorted(told) == sorted(figures), fact["id"]


def test_alarms_are_those_of_the_facts_and_each_has_a_tree() -> None:
    shipped = trees.shipped().alarms
    assert set(shipped) == {fact["id"] for fact in known("alarms")}
    for fact in known("alarms"):
        assert set(shipped[fact["id"]].severities) == set(fact["severities"]), fact["id"]
        assert shipped[fact["id"]].trees, fact["id"]


def test_cause_codes_roles_and_messages_are_those_of_the_facts() -> None:
    shipped = trees.shipped()
    assert {fact["id"] for fact in known("cause_codes")} <= set(cause_codes.load().by_code)
    assert {fact["id"] for fact in known("messages")} <= set(shipped.messages)
    for fact in known("roles"):
        for domain in fact["applies_to"]:
            assert fact["id"] in shipped.roles[domain], (domain, fact["id"])
