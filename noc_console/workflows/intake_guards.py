"""Gates of registering and completing a ticket: what is asked of whom, and what is still missing (R21).

Guards only answer; they must not change anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from noc_console.workflows.fields import Field, Inputs
from noc_console.workflows.machine import Facts, Guard, Reason
from noc_console.workflows.ticket_guards import by_service, may, missing_input, on_facts, on_inputs
from noc_console.workflows.ticket_inputs import CONTACT, LABEL_OF, R21_FIELDS


def asked_of_humans(field: Field) -> Guard:
    """Require a field where the channel has somebody to ask, unless it is an emergency entry (R21)."""

    def judge(facts: Facts, inputs: Inputs) -> Reason | None:
        channel = facts.policy.channel(inputs["channel"]) if inputs.get("channel") else None
        asked = channel is not None and channel.human and not inputs.get("emergency")
        if field is CONTACT and inputs.get("requester_type") == "monitoring":
            asked = False
        return missing_input(field) if asked and not inputs.get(field.name) else None

    return on_inputs(judge)


@on_inputs
def both_impact_and_urgency(facts: Facts, inputs: Inputs) -> Reason | None:
    """Refuse half a matrix: impact without urgency gives no grade."""
    half = bool(inputs.get("impact")) != bool(inputs.get("urgency"))
    return Reason("grade_half_given") if half and not inputs.get("grade") else None


@on_inputs
def emergency_is_grave(facts: Facts, inputs: Inputs) -> Reason | None:
    """Refuse the quick entry for what can wait for its questions (R21): it is for the two highest grades."""
    if not inputs.get("emergency") or inputs.get("urgent"):
        return None
    matrix = inputs.get("impact") and inputs.get("urgency")
    grade = inputs.get("grade") or (matrix and facts.policy.grade_for(inputs["impact"], inputs["urgency"]))
    grave = tuple(facts.policy.grades)[:2]
    return Reason("emergency_graded_low", {"grade": grade}) if grade and grade not in grave else None


@on_inputs
def requester_type_by_lead(facts: Facts, inputs: Inputs) -> Reason | None:
    """Let only a lead correct who asks once it is known: it decides whose word closes the ticket (R42)."""
    known, wanted = facts.record.get("requester_type") or "unknown", inputs.get("requester_type")
    changes = known != "unknown" and wanted not in (None, known)
    free = by_service(facts) or may(facts, "ticket.lead")
    return Reason("requester_type_fixed", {"type": known}) if changes and not free else None


@on_inputs
def monitoring_by_channel(facts: Facts, inputs: Inputs) -> Reason | None:
    """Refuse monitoring as the requester of what a person reported: it closes without a person's word (R42)."""
    channel = inputs.get("channel") or facts.record.get("channel")
    wrong = inputs.get("requester_type") == "monitoring" and channel != "monitoring" and not by_service(facts)
    return Reason("requester_is_person", {"channel": channel}) if wrong else None


@on_facts
def nothing_missing(facts: Facts) -> Reason | None:
    """Refuse while fields are missing; an emergency entry has until its feedback."""
    return None if facts.record.get("emergency") else still_missing(facts)


@on_facts
def emergency_completed(facts: Facts) -> Reason | None:
    """Refuse while an emergency entry has not been completed."""
    return still_missing(facts) if facts.record.get("emergency") else None


def still_missing(facts: Facts) -> Reason | None:
    """Return the fields that nobody has filled yet."""
    missing = tuple(facts.record.get("missing") or ())
    labels = [LABEL_OF.get(name, name) for name in missing]
    return Reason("fields_missing", {"fields": list(missing), "fields_labels": labels}) if missing else None


def something_given(fields: tuple[Field, ...]) -> Guard:
    """Require at least one of the fields."""

    def judge(facts: Facts, inputs: Inputs) -> Reason | None:
        empty = all(inputs.get(field.name) in (None, "", ()) for field in fields)
        return Reason("nothing_given", {"fields_labels": [field.label for field in fields]}) if empty else None

    return on_inputs(judge)


#: Columns that hold an input under another name.
COLUMNS: Final = {"requester": "requester_name", "organisation": "requester_organisation"}


def is_known(record: Mapping[str, Any], name: str, value: Any) -> bool:
    """Tell whether the record says just what an input gives."""
    if name == "contact":
        return value in (record.get("phone"), record.get("address"))
    known = record.get(COLUMNS.get(name, name))
    return tuple(value) == tuple(known or ()) if isinstance(value, tuple | list) else bool(value == known)


def something_changed(fields: tuple[Field, ...]) -> Guard:
    """Refuse an entry that says again what the record has, in every field that it gives."""

    def judge(facts: Facts, inputs: Inputs) -> Reason | None:
        given = [field.name for field in fields if inputs.get(field.name) not in (None, "", ())]
        anew = [name for name in given if not is_known(facts.record, name, inputs[name])]
        return Reason("nothing_changed") if given and not anew else None

    return on_inputs(judge)


def is_filled(record: Mapping[str, Any], name: str) -> bool:
    """Tell whether the record has a value for an input's name."""
    if name == "contact":
        return bool(record.get("phone") or record.get("address"))
    value = record.get(COLUMNS.get(name, name))
    return bool(value) or value not in (None, "", (), [])


def corrected_with_reason(fields: tuple[Field, ...], why: Field) -> Guard:
    """Require a reason where a field that was filled is corrected (R52)."""

    def judge(facts: Facts, inputs: Inputs) -> Reason | None:
        given = {field.name: inputs[field.name] for field in fields if inputs.get(field.name)}
        corrected = any(_replaces(facts.record, name, value) for name, value in given.items())
        return missing_input(why) if corrected and not inputs.get(why.name) else None

    return on_inputs(judge)


def _replaces(record: Mapping[str, Any], name: str, value: Any) -> bool:
    """Tell whether an input takes the place of something that was said.

    A phone number beside an address does not: it is one more way to reach the requester.
    """
    if name == "contact":
        return record.get(contact_column(value)) not in (None, "", value)
    return is_filled(record, name) and not is_known(record, name, value)


def contact_column(contact: str) -> str:
    """Return where a contact belongs: a mail address is told from a phone number by its shape."""
    return "address" if "@" in contact else "phone"


def missing_fields(record: Mapping[str, Any], wanted: tuple[str, ...] = R21_FIELDS) -> tuple[str, ...]:
    """Return the wanted fields that a record lacks; an alarm without customer needs no contact."""
    needed = [name for name in wanted if not (name == "contact" and record.get("requester_type") == "monitoring")]
    return tuple(name for name in needed if not is_filled(record, name))
