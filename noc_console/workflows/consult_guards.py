"""The gates of an expert consultation: who calls and leads it, and what it must hold before it is concluded (R30).

Guards only answer; they must not change anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from noc_console.i18n import N_
from noc_console.workflows.fields import Inputs
from noc_console.workflows.machine import Facts, Guard, Reason
from noc_console.workflows.ticket_guards import by_handler_if_any, may, on_facts, on_inputs, related

#: Of a consultation that is neither concluded nor cancelled.
GOING_ON: Final = ("called", "gathered")
#: They meet: one voice is no consultation.
LEAST: Final = 2
_MINUTES: Final = ("facts_known", "risk", "vendor_case", "customer_informed")
_LABELS: Final = {
    "facts_known": N_("Facts known"),
    "risk": N_("Risk"),
    "vendor_case": N_("Their case number"),
    "customer_informed": N_("Customer information"),
    "started_at": N_("Started at"),
    "ended_at": N_("Ended at"),
    "called_at": N_("Called"),
    "who": N_("Who"),
    "what": N_("What"),
    "until": N_("Until"),
}


def ticket_of(facts: Facts) -> Mapping[str, Any]:
    """Return the ticket of a consultation."""
    return next(iter(related(facts, "ticket")), {})


def members(facts: Facts) -> tuple[Mapping[str, Any], ...]:
    """Return who takes part, in the order in which they joined."""
    return related(facts, "members")


def items(facts: Facts, kind: str) -> tuple[Mapping[str, Any], ...]:
    """Return the excluded causes, hypotheses or decisions, in the order of their ranks."""
    return tuple(sorted((row for row in related(facts, "items") if row["kind"] == kind), key=lambda row: row["rank"]))


# --- Calling -------------------------------------------------------------------------------------------------


@on_inputs
def ticket_to_consult_on(facts: Facts, inputs: Inputs) -> Reason | None:
    """Require a fault that is open and not restored: after that a review asks what can be learnt."""
    ticket = ticket_of(facts)
    if not ticket:
        return Reason("ticket_unknown", {"ref": inputs.get("ticket", "")})
    wanted = ticket["service_type"] == "fault" and ticket["open"] and not ticket["restored_at"]
    return None if wanted else Reason("ticket_not_consulted", {"ref": ticket["ref"]})


@on_inputs
def calls_for_own(facts: Facts, inputs: Inputs) -> Reason | None:
    """Let those call who handle the ticket, and who leads or distributes work."""
    ticket = ticket_of(facts)
    if not ticket or may(facts, "ticket.lead") or may(facts, "ticket.dispatch"):
        return None
    found = by_handler_if_any(replace(facts, record=ticket), None)
    return found if isinstance(found, Reason) else None


@on_inputs
def none_going_on(facts: Facts, inputs: Inputs) -> Reason | None:
    """Refuse a second consultation beside one that goes on: experts join that one."""
    other = next((row for row in related(facts, "consults") if row["state"] in GOING_ON), None)
    return Reason("consult_exists", {"ref": other["ref"]}) if other else None


@on_inputs
def invited_known(facts: Facts, inputs: Inputs) -> Reason | None:
    """Require that everybody invited is an engineer in service; others join when they are there."""
    known = {row["name"] for row in related(facts, "person:invite") if row["state"] == "current"}
    unknown = next((name for name in inputs.get("invite") or () if name not in known), None)
    return Reason("person_unknown", {"name": unknown}) if unknown else None


# --- Taking part ---------------------------------------------------------------------------------------------


@on_inputs
def joins_once(facts: Facts, inputs: Inputs) -> Reason | None:
    """Refuse who is on the list already."""
    name = inputs.get("name") or facts.actor.name
    return Reason("joined_already", {"name": name}) if name in {row["name"] for row in members(facts)} else None


def _hands(facts: Facts) -> frozenset[str]:
    record = facts.record
    names = (record.get("called_by"), record.get("chair"), ticket_of(facts).get("owner"))
    return frozenset(name for name in names if name)


@on_facts
def has_a_hand(facts: Facts) -> Reason | None:
    """Let the caller, the chair, the ticket's owner or a lead move it on."""
    if facts.actor.name in _hands(facts) or may(facts, "ticket.lead"):
        return None
    return Reason("not_of_consult", {"names": ", ".join(sorted(_hands(facts)))})


@on_facts
def takes_part(facts: Facts) -> Reason | None:
    """Let those write its record who take part, or have called it."""
    names = _hands(facts) | {row["name"] for row in members(facts)}
    return None if facts.actor.name in names or may(facts, "ticket.lead") else Reason("not_joined")


@on_facts
def leads_it(facts: Facts) -> Reason | None:
    """Let the chair end it, or a lead."""
    chair = facts.record.get("chair")
    return None if facts.actor.name == chair or may(facts, "ticket.lead") else Reason("not_chair", {"name": chair})


# --- Gathering -----------------------------------------------------------------------------------------------


@on_facts
def ticket_still_open(facts: Facts) -> Reason | None:
    """Refuse to meet for a ticket that has ended meanwhile."""
    ticket = ticket_of(facts)
    return None if ticket.get("open") else Reason("ticket_ended", {"ref": ticket.get("ref", "-")})


@on_facts
def two_at_least(facts: Facts) -> Reason | None:
    """Require that at least two take part."""
    count = len(members(facts))
    return None if count >= LEAST else Reason("consult_alone", {"count": count, "least": LEAST})


@on_inputs
def led_by_somebody(facts: Facts, inputs: Inputs) -> Reason | None:
    """Require a chair, who takes part."""
    chair = inputs.get("chair") or facts.record.get("chair")
    if not chair:
        return Reason("chair_missing")
    return None if chair in {row["name"] for row in members(facts)} else Reason("chair_absent", {"name": chair})


@on_inputs
def facts_told(facts: Facts, inputs: Inputs) -> Reason | None:
    """Require the facts that everybody starts from."""
    known = inputs.get("facts_known") or facts.record.get("facts_known")
    return None if known else Reason("input_missing", {"field": "facts_known", "field_label": _LABELS["facts_known"]})


def after(name: str, earlier: str) -> Guard:
    """Require that an instant is not before another one of the record."""

    def judge(facts: Facts, inputs: Inputs) -> Reason | None:
        given, before = inputs.get(name), facts.record.get(earlier)
        if given is None or before is None or given >= before:
            return None
        return Reason("consult_times", {"field_label": _LABELS[name], "earlier_label": _LABELS[earlier]})

    return on_inputs(judge)


@on_inputs
def minutes_given(facts: Facts, inputs: Inputs) -> Reason | None:
    """Refuse minutes that say nothing."""
    said = any(inputs.get(name) for name in _MINUTES)
    return None if said else Reason("nothing_given", {"fields_labels": tuple(_LABELS[name] for name in _MINUTES)})


# --- Concluding ----------------------------------------------------------------------------------------------


@on_inputs
def decision_whole(facts: Facts, inputs: Inputs) -> Reason | None:
    """Require who, what and until when of a decision that is given on concluding."""
    names = ("who", "what", "until")
    missing = [name for name in names if not inputs.get(name)]
    if not missing or len(missing) == len(names):
        return None
    return Reason("input_missing", {"field": missing[0], "field_label": _LABELS[missing[0]]})


@on_inputs
def something_decided(facts: Facts, inputs: Inputs) -> Reason | None:
    """Require a decision: without one the next plan would begin with nothing (R30)."""
    return None if items(facts, "decision") or inputs.get("what") else Reason("nothing_decided")


@on_facts
def minutes_open(facts: Facts) -> Reason | None:
    """Refuse a second approval."""
    name = facts.record.get("minutes_by")
    return Reason("minutes_approved", {"name": name}) if name else None


@on_facts
def approves_as_another(facts: Facts) -> Reason | None:
    """Let somebody approve the minutes who took part or leads, but never who has concluded."""
    if facts.actor.name == facts.record.get("concluded_by"):
        return Reason("minutes_own", {"name": facts.actor.name})
    took_part = facts.actor.name in {row["name"] for row in members(facts)}
    return None if took_part or may(facts, "ticket.lead") else Reason("not_joined")
