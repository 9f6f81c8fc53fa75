"""What may hang together: links, parents of a mass fault, and merging true duplicates.

Guards only answer; they must not change anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from noc_console.workflows.fields import Inputs
from noc_console.workflows.machine import Facts, Guard, Reason
from noc_console.workflows.ticket_guards import may, on_inputs, open_children, related


def known_ticket(name: str) -> Guard:
    """Require that the ticket of a reference exists and is another one."""

    def judge(facts: Facts, inputs: Inputs) -> Reason | None:
        if not inputs.get(name):
            return None
        rows = related(facts, name)
        if not rows:
            return Reason("ticket_unknown", {"ref": inputs[name]})
        return Reason("ticket_itself") if rows[0]["id"] == facts.record_id else None

    return on_inputs(judge)


@on_inputs
def not_tied_yet(facts: Facts, inputs: Inputs) -> Reason | None:
    """Refuse a tie that is there already."""
    other = next(iter(related(facts, "other")), None)
    if other is None:
        return None
    if inputs["type"] == "child":
        known = other.get("parent") == facts.record_id
    elif inputs["type"] == "parent":
        known = facts.record.get("parent") == other["id"]
    else:
        known = any((row["other"], row["type"]) == (other["id"], inputs["type"]) for row in related(facts, "links"))
    return Reason("tied_already", {"ref": other["ref"]}) if known else None


def parent_fits(name: str) -> Guard:
    """Require an open parent that is no child itself: a mass fault has one level."""

    def judge(facts: Facts, inputs: Inputs) -> Reason | None:
        rows = related(facts, name) if inputs.get(name) else ()
        if not rows or inputs.get("type", "parent") != "parent":
            return None
        parent = rows[0]
        kinds = {parent["service_type"], facts.record.get("service_type") or inputs.get("service_type") or "fault"}
        if kinds != {"fault"}:
            return Reason("parent_not_fault", {"ref": parent["ref"]})
        if not parent["open"]:
            return Reason("parent_closed", {"ref": parent["ref"]})
        nested = parent.get("parent") or open_children(facts)
        return Reason("parent_nested", {"ref": parent["ref"]}) if nested else None

    return on_inputs(judge)


@on_inputs
def merges_into_open(facts: Facts, inputs: Inputs) -> Reason | None:
    """Require an open target of a merge."""
    rows = related(facts, "into")
    return Reason("target_closed", {"ref": rows[0]["ref"]}) if rows and not rows[0]["open"] else None


@on_inputs
def merges_same_matter(facts: Facts, inputs: Inputs) -> Reason | None:
    """Require the same object or the same requester, or a lead: true duplicates only."""
    rows = related(facts, "into")
    if not rows or may(facts, "ticket.lead") or _same_matter(facts.record, rows[0]):
        return None
    return Reason("not_same_matter", {"ref": rows[0]["ref"]})


@on_inputs
def merges_upward(facts: Facts, inputs: Inputs) -> Reason | None:
    """Require a target that is graded no lower, or a lead: a merge is no way to a longer time."""
    rows, order = related(facts, "into"), tuple(facts.policy.grades)
    if not rows or may(facts, "ticket.lead") or order.index(rows[0]["grade"]) <= order.index(facts.record["grade"]):
        return None
    return Reason("target_graded_lower", {"ref": rows[0]["ref"], "grade": rows[0]["grade"]})


def _same_matter(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    if set(one.get("objects") or ()) & set(other.get("objects") or ()):
        return True
    return any(
        one.get(key) and one.get(key) == other.get(key) for key in ("customer", "phone", "address", "fingerprint")
    )
