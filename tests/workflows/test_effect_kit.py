"""Ids of rows: the same wherever an intent is judged, and in the order in which the rows were added."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from noc_console.store.canonical import derived_id, new_id
from noc_console.workflows.effect_kit import hashed, own, row_id
from noc_console.workflows.machine import Actor, Facts
from noc_console.workflows.policy import load_default
from tests.workflows.case import T0

#: one that rises with time, one that is derived, and one that somebody made up
INTENTS = ("019a2b3c-4d5e-7f60-8a1b-2c3d4e5f6071", derived_id("mail", "<1@x>"), "0199-said-by-hand")


@pytest.fixture(scope="module")
def facts() -> Facts:
    """Facts of one act."""
    return Facts("r1", {"state": "x"}, Actor("wei"), T0, T0, load_default(), "cli", new_id())


def test_rows_of_one_instant_rise_with_the_intents_that_added_them(facts: Facts) -> None:
    rows = [row_id(replace(facts, intent_id=new_id()), "member") for _n in range(200)]
    assert rows == sorted(rows)
    assert {UUID(row).version for row in rows} == {8} and {UUID(row).variant for row in rows} == {UUID(rows[0]).variant}


def test_rows_of_what_came_in_rise_with_the_instant_of_the_act(facts: Facts) -> None:
    acts = [
        replace(facts, at=T0 + timedelta(milliseconds=n), intent_id=derived_id("mail", f"<{n}@x>")) for n in range(50)
    ]
    rows = [row_id(act, "message") for act in acts]
    assert rows == sorted(rows)
    assert {UUID(row).version for row in rows} == {8}


@pytest.mark.parametrize("intent", INTENTS)
def test_a_row_has_the_same_id_wherever_it_is_judged_and_is_found_from_its_intent(facts: Facts, intent: str) -> None:
    act = replace(facts, intent_id=intent)
    assert row_id(act, "message") == row_id(replace(act, record_id="another", actor=Actor("chen")), "message")
    assert own(row_id(act, "message")) == own(hashed(intent, "message"))
    assert len({row_id(act, "message"), row_id(act, "link"), row_id(act, "link", "parent")}) == 3
