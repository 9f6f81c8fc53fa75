"""What registering and completing a ticket, and word from outside, write down (R18 to R23).

Effects are data; nothing is decided here that a guard should have refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from noc_console.workflows.effect_kit import caused, has, inbox, outgoing, refs, row_id, ticket_kind, to_owner
from noc_console.workflows.fields import Inputs
from noc_console.workflows.intake_guards import contact_column, missing_fields
from noc_console.workflows.machine import Add, Cause, Effect, Facts, Op, Put, Ref
from noc_console.workflows.ticket_guards import related

#: column -> input, of what is stored just as it was said
_SAID = {
    "subject": "subject",
    "symptom": "symptom",
    "scope": "scope",
    "objects": "objects",
    "requester_name": "requester",
    "requester_organisation": "organisation",
    "contract": "contract",
}
#: where it came from, and what alarms are folded into it by
_SOURCE = ("source_channel", "external_id", "fingerprint", "alarm_key")
#: columns whose codes, numbers and instants may stand in an effect
_PLAIN = ("occurred_at", "domain", "impact", "urgency", "users_affected", "service_affecting", "language")


def register(kind: str, wanted: tuple[str, ...]) -> Effect:
    """Make the effect of registering: the fields, the grade, what is missing of ``wanted``, the acknowledgement."""

    def effect(facts: Facts, inputs: Inputs) -> Iterator[Op]:
        values = {**_literals(inputs), **refs(inputs, _SAID), **contact_columns(inputs)}
        values |= _who(facts, inputs) | _grade(facts, inputs)
        values |= {
            "service_type": inputs.get("service_type") or kind,
            "channel": inputs["channel"],
            "emergency": bool(inputs.get("emergency")),
            "registered_at": facts.at,
            "created_by": facts.actor.name,
            "open": True,
        }
        values["missing"] = missing_fields(values, wanted)
        values |= {name: Ref(name) for name in _SOURCE if has(inputs, name)}
        yield from _ties(facts, inputs, values)
        yield Put(values)
        if values["requester_type"] != "monitoring" and has(inputs, "contact"):
            template = facts.policy.acknowledgements["fault" if kind == "fault" else "request"]
            by = "email" if contact_column(inputs["contact"]) == "address" else "sms"
            yield outgoing(facts, inputs, template, by)

    return effect


def _literals(inputs: Inputs) -> dict[str, Any]:
    return {name: inputs[name] for name in _PLAIN if has(inputs, name)}


def contact_columns(inputs: Inputs) -> dict[str, Ref]:
    """Return where a contact belongs: the phone or the address."""
    if not has(inputs, "contact"):
        return {}
    return {contact_column(inputs["contact"]): Ref("contact")}


def _who(facts: Facts, inputs: Inputs) -> dict[str, Any]:
    customer = next(iter(related(facts, "customer")), None)
    default = "monitoring" if inputs["channel"] == "monitoring" else "unknown"
    kind = inputs.get("requester_type") or (customer["type"] if customer else default)
    return {"requester_type": kind} | ({"customer": customer["id"]} if customer else {})


def _grade(facts: Facts, inputs: Inputs) -> dict[str, Any]:
    """Urgent is P1; else the grade as said, by the matrix, or the policy's for what nobody graded (R23, R25)."""
    if inputs.get("urgent"):
        return {"grade": "P1", "urgent": True}
    if has(inputs, "grade"):
        return {"grade": inputs["grade"]}
    if has(inputs, "impact") and has(inputs, "urgency"):
        return {"grade": facts.policy.grade_for(inputs["impact"], inputs["urgency"])}
    return {"grade": ungraded(facts, inputs)}


def ungraded(facts: Facts, inputs: Inputs) -> str:
    """Return the grade of a ticket that nobody graded: the middle of the matrix for a fault, the last for a request."""
    if inputs.get("emergency"):
        return "P1"
    if inputs.get("service_type", "fault") != "fault":
        return tuple(facts.policy.grades)[-1]
    return facts.policy.grade_for("medium", "medium")


def _ties(facts: Facts, inputs: Inputs, values: dict[str, Any]) -> Iterator[Op]:
    if has(inputs, "parent"):
        values["parent"] = inputs["parent"]
        yield Add(
            "link", row_id(facts, "link", "parent"), {"other": inputs["parent"], "type": "parent", "at": facts.at}
        )
    if has(inputs, "follows"):
        yield Add(
            "link", row_id(facts, "link", "follows"), {"other": inputs["follows"], "type": "follows", "at": facts.at}
        )


def complete(wanted: tuple[str, ...]) -> Effect:
    """Make the effect of completing: the given fields, and what is still missing of ``wanted``."""

    def effect(facts: Facts, inputs: Inputs) -> Iterator[Op]:
        values = {**_literals(inputs), **refs(inputs, _SAID), **contact_columns(inputs)}
        if has(inputs, "requester_type"):
            values["requester_type"] = inputs["requester_type"]
        values["missing"] = missing_fields({**facts.record, **values}, wanted)
        yield Put(values)

    return effect


# --- Word from outside ---------------------------------------------------------------------------------------

#: What goes on with a message that is passed to another ticket.
_MESSAGE = (
    "at", "channel", "sender", "recipient", "subject", "text", "message_id", "source", "flagged", "no_answer",
    "attachments",
)  # fmt: skip


def receive(facts: Facts, inputs: Inputs) -> Iterator[Op]:
    """Keep a message that came in, and ask for what it calls for in this state."""
    names = ("sender", "recipient", "subject", "text", "message_id", "source", "flagged", "attachments")
    values: dict[str, Any] = {"at": inputs.get("at") or facts.at, "direction": "in", "channel": inputs["channel"]}
    yield Add("message", row_id(facts, "message"), values | refs(inputs, {name: name for name in names}))
    state = facts.record["state"]
    if facts.via == "alarm":  # a machine's mail: what it says is told by its alarm
        return
    if state == "merged":
        yield from _passed_on(facts, inputs)
    elif state in ("archived", "cancelled", "rejected"):
        yield _new_ticket(facts, inputs)
    elif state == "closed":
        yield to_owner(facts, "reply_after_closing")
    elif state == "waiting_customer":
        yield to_owner(facts, "customer_answered")
    elif facts.record.get("owner"):
        yield to_owner(facts, "message_received")


def _passed_on(facts: Facts, inputs: Inputs) -> Iterator[Op]:
    given = {name: inputs[name] for name in _MESSAGE if has(inputs, name)}
    yield from (caused(row, "receive", **given) for row in related(facts, "merged_into"))


def _new_ticket(facts: Facts, inputs: Inputs) -> Cause:
    """Return the wish for a new ticket that follows this one: a final state is never left again.

    Whoever is a stranger to this ticket is not told whose it was, and a program is told nothing.
    """
    record = facts.record
    known = {} if has(inputs, "flagged") else record
    writer = inputs.get("sender") or record.get("address") or record.get("phone")
    given = {
        "channel": inputs["channel"] if facts.policy.channel(inputs["channel"]) else "other",
        "subject": inputs.get("subject") or record.get("subject"),
        "symptom": inputs.get("text"),
        "contact": None if inputs.get("no_answer") else writer,
        "requester": known.get("requester_name"),
        "organisation": known.get("requester_organisation"),
        "requester_type": known.get("requester_type"),
        "contract": known.get("contract"),
        "domain": record.get("domain"),
        "follows": facts.record_id,
    }
    if ticket_kind(record) == "request":
        given["service_type"] = record["service_type"]
    return Cause(ticket_kind(record), row_id(facts, "follow"), "register", {k: v for k, v in given.items() if v})


def silent(facts: Facts, inputs: Inputs) -> Iterator[Op]:
    """Tell the owner and the lead that nothing has happened for one update interval (R43)."""
    yield to_owner(facts, "no_event")
    if facts.record.get("owner"):
        yield inbox(facts, "no_event", "role:lead")
