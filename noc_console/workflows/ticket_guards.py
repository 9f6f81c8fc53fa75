"""Who may do what to a ticket, and what it must be like: the gates that faults and requests share.

Guards only answer; they must not change anything. Those of planning are in ``plan_guards.py``, those of closing in
``closing_guards.py``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Final

from noc_console.i18n import N_
from noc_console.workflows.fields import Field, Inputs
from noc_console.workflows.machine import DEPENDS_ON_INPUT, DependsOnInput, Facts, Guard, Reason
from noc_console.workflows.tree import SITE

#: Actors that no person is: what they do was decided by a rule, so rules about persons do not bind them.
SERVICES: Final = frozenset({"rule", "timer", "intake"})
_CAUSE_CODE: Final = re.compile(r"[A-Z][A-Z0-9]*(-[A-Z0-9]+)+")


def on_facts(judge: Callable[[Facts], Reason | None]) -> Guard:
    """Make a guard of a judgement that needs no inputs."""

    def guard(facts: Facts, inputs: Inputs | None) -> Reason | DependsOnInput | None:
        return judge(facts)

    return guard


def on_inputs(judge: Callable[[Facts, Inputs], Reason | None]) -> Guard:
    """Make a guard of a judgement that waits for the inputs."""

    def guard(facts: Facts, inputs: Inputs | None) -> Reason | DependsOnInput | None:
        return DEPENDS_ON_INPUT if inputs is None else judge(facts, inputs)

    return guard


def by_service(facts: Facts) -> bool:
    """Tell whether a rule, a timer or intake acts, not a person."""
    return facts.actor.name in SERVICES


def may(facts: Facts, right: str) -> bool:
    """Tell whether the actor's roles have a right."""
    return not facts.actor.roles.isdisjoint(facts.policy.rights.get(right, frozenset()))


def related(facts: Facts, name: str) -> tuple[Mapping[str, Any], ...]:
    """Return the related rows of a name, none where the desk found none."""
    return facts.related.get(name, ())


def co_handlers(facts: Facts) -> frozenset[str]:
    """Return all who have a hand in the ticket: owner, executor, checker, and who was sent to the site (R54)."""
    names = [facts.record.get("owner"), facts.record.get("executor"), facts.record.get("checker")]
    return frozenset(name for name in (*names, *(visit["engineer"] for visit in related(facts, "visits"))) if name)


def has_customer(facts: Facts) -> bool:
    """Tell whether there is somebody to speak to: an alarm without a customer has nobody."""
    return facts.record.get("requester_type") != "monitoring"


def missing_input(field: Field) -> Reason:
    """Return the reason that an input is needed here although the field itself is optional."""
    return Reason("input_missing", {"field": field.name, "field_label": field.label})


# --- Owners (R51) --------------------------------------------------------------------------------------------


@on_facts
def by_handler(facts: Facts) -> Reason | None:
    """Let only the owner or a co-handler do it."""
    if by_service(facts) or facts.actor.name in co_handlers(facts):
        return None
    owner = facts.record.get("owner")
    return Reason("not_handler", {"owner": owner}) if owner else Reason("no_owner")


@on_facts
def by_handler_if_any(facts: Facts) -> Reason | None:
    """Let only the owner or a co-handler do it, or anybody while there is none."""
    free = by_service(facts) or not facts.record.get("owner") or facts.actor.name in co_handlers(facts)
    return None if free else Reason("not_handler", {"owner": facts.record["owner"]})


def by_handler_or_lead(facts: Facts, inputs: Inputs | None) -> Reason | DependsOnInput | None:
    """Let the owner, a co-handler or a lead do it: where a lead alone may override, they need not take it over."""
    return None if may(facts, "ticket.lead") else by_handler(facts, inputs)


def sends_to_site(facts: Facts, inputs: Inputs | None) -> Reason | DependsOnInput | None:
    """Let the handler or whoever distributes work send somebody: who is sent has a hand in the ticket (R54)."""
    return None if may(facts, "ticket.dispatch") else by_handler_if_any(facts, inputs)


@on_facts
def hands_over_own(facts: Facts) -> Reason | None:
    """Let the owner, a dispatcher or a lead offer the ticket."""
    own = facts.actor.name == facts.record.get("owner")
    return (
        None
        if own or may(facts, "ticket.dispatch")
        else Reason("not_owner", {"owner": facts.record.get("owner") or "-"})
    )


@on_facts
def releases_own(facts: Facts) -> Reason | None:
    """Let the owner or a lead release."""
    owner = facts.record.get("owner")
    if not owner:
        return Reason("no_owner_yet")
    return None if facts.actor.name == owner or may(facts, "ticket.lead") else Reason("not_owner", {"owner": owner})


@on_inputs
def to_another(facts: Facts, inputs: Inputs) -> Reason | None:
    """Refuse an offer to the present owner."""
    same = inputs["to"] == facts.record.get("owner")
    return Reason("already_owner", {"owner": inputs["to"]}) if same else None


@on_facts
def may_take_over(facts: Facts) -> Reason | None:
    """Let the one it was offered to take it, anybody if nobody owns it, else a lead."""
    owner = facts.record.get("owner")
    if owner == facts.actor.name:
        return Reason("already_owner", {"owner": owner})
    offered = facts.record.get("offered_to") == facts.actor.name
    return None if offered or not owner or may(facts, "ticket.lead") else Reason("not_offered", {"owner": owner})


def waits_for_owner(facts: Facts) -> bool:
    """Tell whether nobody owns the ticket, or the one who looks is offered it: nothing else goes on before."""
    return not facts.record.get("owner") or facts.record.get("offered_to") == facts.actor.name


@on_facts
def free_to_claim(facts: Facts) -> Reason | None:
    """Refuse a claim of what somebody else owns."""
    owner = facts.record.get("owner")
    offered = facts.record.get("offered_to") == facts.actor.name
    free = not owner or owner == facts.actor.name or offered
    return None if free else Reason("not_offered", {"owner": owner})


@on_inputs
def claim_not_too_long(facts: Facts, inputs: Inputs) -> Reason | None:
    """Hold claims to the policy's longest."""
    limit = facts.policy.take_max_s
    too_long = (inputs.get("hold_for") or 0) > limit
    return Reason("claim_too_long", {"days": limit // 86_400}) if too_long else None


def known_person(name: str) -> Guard:
    """Require that the person of an input is an engineer in service."""

    def judge(facts: Facts, inputs: Inputs) -> Reason | None:
        if not inputs.get(name):
            return None
        rows = related(facts, f"person:{name}")
        known = any(row.get("state", "current") == "current" for row in rows)
        return None if known else Reason("person_unknown", {"name": inputs[name]})

    return on_inputs(judge)


# --- Times ---------------------------------------------------------------------------------------------------


def in_future(field: Field) -> Guard:
    """Require that an instant lies ahead."""

    def judge(facts: Facts, inputs: Inputs) -> Reason | None:
        passed = inputs.get(field.name) is not None and inputs[field.name] <= facts.now
        return Reason("instant_passed", {"field": field.name, "field_label": field.label}) if passed else None

    return on_inputs(judge)


@on_inputs
def snooze_not_too_long(facts: Facts, inputs: Inputs) -> Reason | None:
    """Hold a snooze to the policy's longest."""
    limit = timedelta(seconds=facts.policy.snooze_max_s)
    hours = facts.policy.snooze_max_s // 3_600
    return Reason("snooze_too_long", {"hours": hours}) if inputs["until"] > facts.now + limit else None


@on_inputs
def visit_in_order(facts: Facts, inputs: Inputs) -> Reason | None:
    """Require dispatched, arrived, left in this order."""
    engineer = inputs.get("engineer") or facts.actor.name
    row = open_visit(facts, engineer) or {}
    times = [inputs.get(name) or row.get(name) for name in ("dispatched_at", "arrived_at", "left_at")]
    known = [time for time in times if time is not None]
    return Reason("visit_out_of_order") if known != sorted(known) else None


@on_inputs
def run_on_site(facts: Facts, inputs: Inputs) -> Reason | None:
    """Require that a run which a visit names is one of the on-site list, and of this ticket (R58, R59)."""
    named = inputs.get("run")
    known = {row["ref"] for row in related(facts, "runs") if row["domain"] == SITE}
    return Reason("run_not_on_site", {"value": named}) if named and named.upper() not in known else None


def open_visit(facts: Facts, engineer: str) -> Mapping[str, Any] | None:
    """Return the visit that an engineer has not come back from."""
    return next((row for row in related(facts, "visits") if row["engineer"] == engineer and not row["left_at"]), None)


# --- Grading, waiting ----------------------------------------------------------------------------------------


def lowers(facts: Facts, inputs: Inputs) -> bool:
    """Tell whether a regrade makes the ticket less severe; P1 is the most severe."""
    order = tuple(facts.policy.grades)
    return order.index(inputs["grade"]) > order.index(facts.record["grade"])


@on_inputs
def grade_changes(facts: Facts, inputs: Inputs) -> Reason | None:
    """Refuse a regrade that changes neither the grade nor the flag."""
    flag = inputs.get("urgent")
    same = inputs["grade"] == facts.record["grade"] and flag in (None, bool(facts.record.get("urgent")))
    return Reason("grade_same", {"grade": inputs["grade"]}) if same else None


@on_inputs
def urgent_is_highest(facts: Facts, inputs: Inputs) -> Reason | None:
    """Refuse the urgent flag on anything but the highest grade (R25)."""
    highest = next(iter(facts.policy.grades))
    wrong = inputs.get("urgent") and inputs["grade"] != highest
    return Reason("urgent_is_highest", {"grade": highest}) if wrong else None


@on_inputs
def lowers_by_lead(facts: Facts, inputs: Inputs) -> Reason | None:
    """Let only a lead lower a grade (c.1)."""
    return Reason("lowering_needs_lead") if lowers(facts, inputs) and not may(facts, "ticket.lead") else None


@on_inputs
def lowers_with_word(facts: Facts, inputs: Inputs) -> Reason | None:
    """Require the customer's agreement to a lower grade (c.1), where there is a customer."""
    bare = lowers(facts, inputs) and has_customer(facts) and not inputs.get("words")
    return Reason("lowering_needs_word") if bare else None


def waits_for(kind: str) -> Guard:
    """Require a reason of the policy's list that belongs to this kind of waiting."""

    def judge(facts: Facts, inputs: Inputs) -> Reason | None:
        reasons = facts.policy.wait_reasons
        fitting = [code for code, entry in reasons.items() if entry.kind == kind]
        if not inputs.get("reason") or inputs["reason"] in fitting:
            return None
        label = N_("Reason")
        return Reason(
            "input_choice",
            {"field": "reason", "field_label": label, "value": inputs["reason"], "options": ", ".join(fitting)},
        )

    return on_inputs(judge)


@on_inputs
def named_in_contract(facts: Facts, inputs: Inputs) -> Reason | None:
    """Let force majeure pause only where the contract names it (c.2)."""
    entry = facts.policy.wait_reasons.get(inputs["reason"])
    if entry is None or not entry.needs_contract:
        return None
    customer = next(iter(related(facts, "customer")), {})
    contract = facts.policy.contract_class(customer.get("contract_class"))
    return None if contract is not None and contract.force_majeure else Reason("not_in_contract")


# --- Other tickets -------------------------------------------------------------------------------------------


def open_children(facts: Facts) -> tuple[Mapping[str, Any], ...]:
    """Return the children that are still open."""
    return tuple(child for child in related(facts, "children") if child["open"])


@on_facts
def no_open_children(facts: Facts) -> Reason | None:
    """Refuse while open reporters hang on this ticket."""
    children = open_children(facts)
    return Reason("children_open", {"refs": refs_of(children), "count": len(children)}) if children else None


def refs_of(rows: tuple[Mapping[str, Any], ...]) -> str:
    """Return the references of tickets to read, the first five of many."""
    shown = ", ".join(row["ref"] for row in rows[:5])
    return shown + ", …" if len(rows) > 5 else shown


@on_inputs
def cause_code_formed(facts: Facts, inputs: Inputs) -> Reason | None:
    """Refuse what is no cause code; ``cause_codes`` are that code, or the nearest ones that there are."""
    code = inputs.get("cause_code")
    near = [row["code"] for row in related(facts, "cause_codes")]
    if not code or code in near:
        return None
    if near:
        return Reason("cause_code_unknown", {"value": code, "codes": near})
    return None if _CAUSE_CODE.fullmatch(code) else Reason("cause_code_malformed", {"value": code})


@on_facts
def nothing_executed(facts: Facts) -> Reason | None:
    """Refuse a withdrawal after an act of ours: then the requester confirms."""
    return Reason("already_executed") if facts.record.get("acts") else None


@on_facts
def rejected_by(facts: Facts) -> Reason | None:
    """Let an engineer reject an alarm without customer, and only a lead anything else."""
    return Reason("reject_needs_lead") if has_customer(facts) and not may(facts, "ticket.lead") else None


@on_facts
def change_closed(facts: Facts) -> Reason | None:
    """Refuse the answer to a request for a change or version while the change that does it is not closed."""
    running = [row for row in related(facts, "changes") if row.get("open", True)]
    return Reason("change_still_open", {"ref": running[0]["ref"]}) if running else None
