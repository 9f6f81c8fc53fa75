"""Registers and the outbox: put, retire; sent or discarded."""

from __future__ import annotations

from typing import Any

import pytest

from noc_console.workflows.catalogue import workflow
from noc_console.workflows.machine import Actor, Facts, Plan, Ref, Refusal
from noc_console.workflows.policy import load_default
from noc_console.workflows.policy_values import ROLES
from tests.workflows.case import T0


def judge(
    kind: str, event: str, record: dict[str, Any], actor: str = "li", held: tuple[str, ...] = ROLES, **inputs: Any
) -> Plan | Refusal:
    found = workflow(kind).event(event)
    assert found is not None
    row = {"state": "current", **record} if record else {}
    return workflow(kind).plan(
        found, Facts("R1", row, Actor(actor, frozenset(held)), T0, T0, load_default(), "cli", "i1"), inputs
    )


def code(answer: Plan | Refusal) -> str:
    assert isinstance(answer, Refusal), answer
    return answer.reasons[0].code


def test_an_engineer_is_added_and_changed_only_in_what_is_given() -> None:
    added = judge("engineer", "put", {}, name="wang", roles=("engineer",), phone="5550 0102")
    assert isinstance(added, Plan)
    assert added.values == {"name": "wang", "roles": ("engineer",), "phone": Ref("phone"), "state": "current"}
    changed = judge("engineer", "put", {"name": "wang"}, roles=("lead",))
    assert isinstance(changed, Plan)
    assert changed.values == {"roles": ("lead",)}


def test_names_stay_and_admins_remain() -> None:
    assert code(judge("engineer", "put", {}, name="wang")) == "input_missing"
    assert code(judge("engineer", "put", {"name": "wang"}, name="zhao")) == "name_stays"
    assert code(judge("engineer", "put", {"name": "li"}, roles=("lead",))) == "keeps_admin"
    assert code(judge("engineer", "retire", {"name": "li"})) == "retires_self"
    assert isinstance(judge("engineer", "retire", {"name": "wang"}), Plan)


@pytest.mark.parametrize("kind", ["engineer", "customer", "policy"])
def test_registers_have_their_right(kind: str) -> None:
    assert code(judge(kind, "put", {}, "li", ("engineer",), name="x")) == "right_missing"


def test_a_customer_is_written_by_reference_only() -> None:
    given = {"name": "Acme", "phone": "5550 0103", "contract_class": "AAA", "type": "enterprise"}
    plan = judge("customer", "put", {}, **given)
    assert isinstance(plan, Plan)
    assert plan.values["name"] == Ref("name")
    assert (plan.values["contract_class"], plan.values["type"]) == ("AAA", "enterprise")
    assert code(judge("customer", "put", {}, **{**given, "contract_class": "gold-plated"})) == "input_choice"


def test_a_version_of_the_policy_is_never_changed() -> None:
    assert isinstance(judge("policy", "put", {}, version=2, body="{}"), Plan)
    assert code(judge("policy", "put", {"version": 2}, version=3, body="{}")) == "policy_fixed"


def test_a_view_belongs_to_who_saved_it() -> None:
    saved = judge("view", "put", {}, name="mine", filter="owner:me")
    assert isinstance(saved, Plan)
    assert saved.values["owner"] == "li"
    other = {"name": "mine", "owner": "wang"}
    assert code(judge("view", "put", other, "li", ("engineer",), filter="x")) == "view_of_other"
    kept = judge("view", "put", other, filter="x")
    assert isinstance(kept, Plan)
    assert "owner" not in kept.values


def test_what_was_sent_says_when_by_whom_and_how() -> None:
    sent = judge("outbox", "mark_sent", {"state": "pending", "channel": "email"}, how="mail", to="a@b.example")
    assert isinstance(sent, Plan)
    kept = {"sent_at": T0, "sent_by": "li", "sent_how": "mail", "recipient": Ref("to"), "state": "sent"}
    assert kept.items() <= sent.values.items()
    assert code(judge("outbox", "discard", {"state": "pending"})) == "input_missing"
    assert code(judge("outbox", "mark_sent", {"state": "sent"})) == "wrong_state"
