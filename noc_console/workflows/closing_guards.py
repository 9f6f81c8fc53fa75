"""Gates of restoring, feedback, closing and archiving: who confirms, and what must be complete before (R36 to R46).

Guards only answer; they must not change anything.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import timedelta
from itertools import pairwise
from typing import Any

from noc_console.workflows.fields import Field, Inputs
from noc_console.workflows.intake_guards import still_missing
from noc_console.workflows.machine import DEPENDS_ON_INPUT, DependsOnInput, Facts, Guard, Reason
from noc_console.workflows.ticket_guards import (
    by_service,
    co_handlers,
    has_customer,
    may,
    missing_input,
    on_facts,
    on_inputs,
    related,
)
from noc_console.workflows.ticket_inputs import CAUSE_CODE, CONTACT_CHANNEL, LABEL_OF, VOICE, WHO, WRITTEN
from noc_console.workflows.validation import FUTURE_TOLERANCE

#: Grades that the handler does not confirm.
SEPARATE_GRADES = frozenset({"P1", "P2"})
#: Messages that ask the customer for a word: the result, and that we could not reach them.
ASKING = frozenset({"feedback", "answer", "unreachable"})
#: What people report is exact to the minute.
MINUTE = timedelta(minutes=1)


def not_before(field: Field, *columns: str) -> Guard:
    """Require that a reported instant does not lie before any of the record's own."""

    def judge(facts: Facts, inputs: Inputs) -> Reason | None:
        for column in columns:
            earlier = facts.record.get(column)
            if earlier and inputs.get(field.name) and inputs[field.name] + MINUTE < earlier:
                return Reason("instant_too_early", {"field_label": field.label, "earlier_label": LABEL_OF[column]})
        return None

    return on_inputs(judge)


@on_inputs
def spoken_by_hand(facts: Facts, inputs: Inputs) -> Reason | None:
    """Refuse to queue what is spoken: it was said, and is on record as it was said, or nobody was told (R37, R52)."""
    queued = inputs.get("sent") == "by_us" and inputs.get("channel") in VOICE
    return Reason("spoken_not_sent", {"field": "sent", "channel": inputs["channel"]}) if queued else None


@on_inputs
def cause_named(facts: Facts, inputs: Inputs) -> Reason | None:
    """Require a cause code by the feedback at the latest; X-NFF is one."""
    named = facts.record.get("cause_code") or inputs.get("cause_code")
    return None if named else missing_input(CAUSE_CODE)


# --- The requester's word (R39, R42) -------------------------------------------------------------------------


def wanted_of_people(record: Mapping[str, Any]) -> tuple[str, ...]:
    """Name what a confirmation says of the person who gave it; monitoring is no person."""
    return () if record.get("requester_type") == "monitoring" else (WHO.name, CONTACT_CHANNEL.name)


def _required_of_people(field: Field) -> Guard:
    def judge(facts: Facts, inputs: Inputs) -> Reason | None:
        bare = not inputs.get(field.name) and field.name in wanted_of_people(facts.record)
        return missing_input(field) if bare else None

    return on_inputs(judge)


who_is_named = _required_of_people(WHO)
channel_is_named = _required_of_people(CONTACT_CHANNEL)


@on_facts
def by_another_engineer(facts: Facts) -> Reason | None:
    """Let the handler of a P1 or P2 not confirm it."""
    hands = co_handlers(facts) | {facts.record.get("plan_by")}
    separate = facts.record["grade"] in SEPARATE_GRADES and facts.actor.name in hands
    return Reason("confirmed_by_handler", {"grade": facts.record["grade"]}) if separate else None


def from_requesters_side(facts: Facts, inputs: Inputs | None) -> Reason | DependsOnInput | None:
    """Require the word of the requester's side, by the type of requester."""
    kind = facts.record.get("requester_type") or "unknown"
    if kind == "monitoring" or (kind == "partner" and _partner_confirms(facts) == "monitoring"):
        return _alarm_not_clear(facts)
    if kind == "partner" and _partner_confirms(facts) == "test_record":
        return None if facts.record.get("how_verified") else Reason("verification_missing")
    if inputs is None:
        return DEPENDS_ON_INPUT
    return _by_us(facts, inputs)


def _by_us(facts: Facts, inputs: Inputs) -> Reason | None:
    """Refuse the name of somebody of ours as the requester's side, however it is written; a colleague may ask."""
    handlers = co_handlers(facts)
    own = handlers if facts.record.get("requester_type") == "internal" else handlers | {facts.actor.name}
    said = _plain(str(inputs.get("who") or ""))
    return Reason("confirmed_by_us", {"name": inputs["who"]}) if said in {_plain(name) for name in own} else None


def _plain(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


@on_facts
def somebody_withdraws(facts: Facts) -> Reason | None:
    """Let only a lead withdraw an alarm: no requester is there to do it (R42)."""
    return None if has_customer(facts) or may(facts, "ticket.lead") else Reason("nobody_withdraws")


@on_inputs
def withdrawn_by_requester(facts: Facts, inputs: Inputs) -> Reason | None:
    """Require that the requester's side withdraws the matter, not we."""
    return _by_us(facts, inputs) if has_customer(facts) else None


@on_inputs
def cleared_with_parent(facts: Facts, inputs: Inputs) -> Reason | None:
    """Require a parent whose service is back for what is said to be restored with it."""
    parent = next(iter(related(facts, "parent")), None)
    back = parent is not None and parent["restored_at"] is not None
    return None if inputs["how"] != "parent" or back else Reason("parent_not_restored")


def _partner_confirms(facts: Facts) -> str:
    customer = next(iter(related(facts, "customer")), {})
    contract = facts.policy.contract_class(customer.get("contract_class"))
    return contract.partner_confirm if contract is not None else "person"


def _alarm_not_clear(facts: Facts) -> Reason | None:
    minutes = facts.policy.monitoring_clear_minutes
    alarms = related(facts, "alarms")
    raised = next((alarm for alarm in alarms if alarm["state"] != "cleared"), None)
    if raised is not None:
        return Reason("alarm_raised", {"name": raised["name"]})
    times = [alarm["cleared_at"] for alarm in alarms if alarm["cleared_at"]]
    since = max([*times, facts.record.get("restored_at") or facts.now])
    return (
        Reason("alarm_clear_too_short", {"minutes": minutes}) if facts.at - since < timedelta(minutes=minutes) else None
    )


# --- Completeness (R44) --------------------------------------------------------------------------------------


@on_facts
def fields_complete(facts: Facts) -> Reason | None:
    """Refuse while fields of the intake are missing."""
    return still_missing(facts)


def filled(code: str, *columns: str) -> Guard:
    """Refuse with ``code`` while one of the columns is empty."""

    def judge(facts: Facts) -> Reason | None:
        return None if all(facts.record.get(column) for column in columns) else Reason(code)

    return on_facts(judge)


@on_facts
def times_in_order(facts: Facts) -> Reason | None:
    """Require occurred, registered, restored, closed in this order; what cleared alone may precede its ticket."""
    record = facts.record
    columns = ["occurred_at", "registered_at", "restored_at"]
    if record.get("cleared_how"):
        columns.remove("registered_at")
    times = [(column, record[column]) for column in columns if record.get(column)]
    times.append(("closed_at", facts.at))
    for (earlier, one), (later, other) in pairwise(times):
        if one > other + FUTURE_TOLERANCE:
            return Reason("times_out_of_order", {"earlier_label": LABEL_OF[earlier], "later_label": LABEL_OF[later]})
    return None


@on_facts
def follow_up_linked(facts: Facts) -> Reason | None:
    """Require a linked follow-up of a temporary repair."""
    linked = any(link["type"] == "follow_up" for link in related(facts, "links"))
    return Reason("follow_up_missing") if facts.record.get("temporary") and not linked else None


@on_facts
def children_informed(facts: Facts) -> Reason | None:
    """Refuse while a child of this mass fault has had no feedback."""
    waiting = [child for child in related(facts, "children") if child["open"] and not child["feedback_at"]]
    return Reason("children_not_informed", {"count": len(waiting), "ref": waiting[0]["ref"]}) if waiting else None


# --- Closing without the customer's word (service rules (e)) -------------------------------------------------


@on_facts
def tried_often_enough(facts: Facts) -> Reason | None:
    """Require the policy's attempts on its number of days, plus a written message."""
    rule = facts.policy.unconfirmed
    if not rule.allowed:
        return Reason("unconfirmed_not_allowed")
    attempts = facts.record.get("attempts") or ()
    spoken = [entry for entry in attempts if entry["channel"] not in WRITTEN]
    written = [entry for entry in attempts if entry["channel"] in WRITTEN]
    days = {entry["day"] for entry in spoken}
    enough = len(spoken) >= rule.attempts and len(days) >= rule.days and len(written) >= rule.written
    wanted = {"attempts": rule.attempts, "days": rule.days, "written": rule.written}
    so_far = {"so_far": len(spoken), "so_far_days": len(days), "so_far_written": len(written)}
    return None if enough else Reason("attempts_too_few", wanted | so_far)


@on_facts
def nothing_unsent(facts: Facts) -> Reason | None:
    """Refuse while what the customer would have to answer has not gone out: nobody is silent to that (R52)."""
    unsent = any(item["state"] not in ("sent", "discarded") for item in _asking(facts))
    return Reason("message_unsent") if unsent else None


def _asking(facts: Facts) -> list[Mapping[str, Any]]:
    return [item for item in related(facts, "outbox") if item["template"] in ASKING]


@on_facts
def by_unconfirmed_role(facts: Facts) -> Reason | None:
    """Let only the policy's role, or a lead, close without the customer's word."""
    role = facts.policy.unconfirmed.role
    allowed = role in facts.actor.roles or may(facts, "ticket.lead")
    return None if allowed else Reason("closing_needs_role", {"role": role})


@on_facts
def silent_child(facts: Facts) -> Reason | None:
    """Require what was restored with its mass fault, and a customer who was told and silent for the policy's time."""
    if not facts.record.get("parent"):
        return Reason("not_a_child")
    if facts.record.get("cleared_how") != "parent":
        return Reason("not_cleared_with_parent")
    told = facts.record.get("feedback_at")
    results = [item for item in _asking(facts) if told and item["created_at"] >= told]
    if results and not any(item["sent_at"] for item in results):
        return Reason("message_unsent")
    told = max([*(item["sent_at"] for item in results if item["sent_at"]), told], default=None) if told else None
    silence = timedelta(seconds=facts.policy.informed_silence_s)
    hours = facts.policy.informed_silence_s // 3_600
    return None if told and facts.at - told >= silence else Reason("silence_too_short", {"hours": hours})


@on_facts
def enterprise_by_voice(facts: Facts) -> Reason | None:
    """Require that an enterprise was called before its silence counts."""
    if facts.record.get("requester_type") != "enterprise":
        return None
    called = any(entry["channel"] in VOICE for entry in facts.record.get("attempts") or ())
    return None if called else Reason("enterprise_not_called")


# --- After closing -------------------------------------------------------------------------------------------


@on_inputs
def planned_before(facts: Facts, inputs: Inputs) -> Reason | None:
    """Refuse to go back to a plan that there never was."""
    bare = inputs.get("back_to") == "planned" and not facts.record.get("plan_version")
    return Reason("no_plan_yet") if bare else None


def archived_in_time(facts: Facts, inputs: Inputs | None) -> Reason | None:
    """Require that the days for reopening have passed, or a lead."""
    days = facts.policy.reopen_days
    closed: Any = facts.record.get("closed_at")
    early = closed is not None and facts.at - closed < timedelta(days=days)
    return Reason("reopen_days_running", {"days": days}) if early and not _may_archive_early(facts) else None


def _may_archive_early(facts: Facts) -> bool:
    return may(facts, "ticket.lead") and not by_service(facts)


@on_inputs
def article_or_reason(facts: Facts, inputs: Inputs) -> Reason | None:
    """Require an article, or why the case gives none (R46)."""
    return None if inputs.get("article") or inputs.get("why_none") else Reason("article_or_why")
