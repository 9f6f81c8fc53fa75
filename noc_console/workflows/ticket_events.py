"""The events that faults and requests share, each written once as a function of a machine's sets of states.

Rows only: gates are in the guards, what is written in the effects. A machine adds the events of its own work.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from noc_console.i18n import N_
from noc_console.workflows import effect_kit as kit
from noc_console.workflows import intake_effects as intake
from noc_console.workflows import ticket_effects as effects
from noc_console.workflows import ticket_guards as guards
from noc_console.workflows import ticket_inputs as f
from noc_console.workflows.fields import Field, Inputs, Kind
from noc_console.workflows.machine import BACK, SAME, ClockEffect, Event, Facts, Op, State

REGISTERED: Final = "registered"
WAITING: Final = ("waiting_customer", "waiting_third_party")
FINAL: Final = ("archived", "merged", "cancelled", "rejected")
WORK: Final = "ticket.work"
LEAD: Final = "ticket.lead"


@dataclass(frozen=True, slots=True)
class TicketSets:
    """The sets of states that shared events come from; ``kind`` is the machine, ``told`` is where confirm comes from."""

    kind: str
    working: tuple[str, ...]
    after_work: tuple[str, ...]
    told: str
    #: answer of ``dissatisfied`` -> state
    rework: Mapping[str, str]
    #: what R21 asks of this kind of ticket
    wanted: tuple[str, ...]
    #: fields that somebody who can be asked must give
    asked: tuple[Field, ...]

    @property
    def owned(self) -> tuple[str, ...]:
        """Return the open states in which a ticket may have an owner."""
        return (*self.working, *WAITING, *self.after_work)

    @property
    def open(self) -> tuple[str, ...]:
        """Return all open states."""
        return (REGISTERED, *self.owned)

    @property
    def not_final(self) -> tuple[str, ...]:
        """Return all states that something may still be added in."""
        return (*self.open, "closed")

    @property
    def before_end(self) -> tuple[str, ...]:
        """Return the states in which a ticket can still be merged or withdrawn."""
        return (REGISTERED, *self.working, *WAITING)


def ticket_event(event: Event) -> Event:
    """Return the event with the instant of the last event among its effects (R43)."""
    return replace(event, effects=(*event.effects, kit.touch))


# --- Clocks --------------------------------------------------------------------------------------------------


def _contacted(facts: Facts, inputs: Inputs) -> bool:
    return bool(inputs.get("contacted")) or not guards.has_customer(facts)


def _by_person(facts: Facts, inputs: Inputs) -> bool:
    return facts.via not in ("timer", "mail", "alarm")


def _with_customer(facts: Facts, inputs: Inputs) -> bool:
    return inputs.get("channel") != "monitoring" and inputs.get("requester_type") != "monitoring"


def _waits_for_customer(facts: Facts, inputs: Inputs) -> bool:
    return facts.record.get("state") == "waiting_customer"


def _wait_is_over(facts: Facts, inputs: Inputs) -> bool:
    return inputs.get("what") == "wait" and _waits_for_customer(facts, inputs)


CONTACT_CLOCKS: Final = (
    ClockEffect("stop", "response", when=_by_person),
    ClockEffect("keep", "news"),
)
ALL_STOP: Final = tuple(ClockEffect("stop", name) for name in ("response", "restore", "news", "third_party"))
NEXT_ROUND: Final = (ClockEffect("next_round", "restore"), ClockEffect("promise", "news"))


# --- Birth and intake ----------------------------------------------------------------------------------------

DATA: Final = (
    f.SYMPTOM, f.OCCURRED_AT, f.SCOPE, f.CONTACT, f.DOMAIN, f.USERS_AFFECTED, f.SERVICE_AFFECTING, f.OBJECTS,
    f.REQUESTER, f.REQUESTER_TYPE, f.ORGANISATION, f.CONTRACT, f.LANGUAGE,
)  # fmt: skip


def intake_events(sets: TicketSets, type_field: Field) -> tuple[Event, ...]:
    """Return how a ticket begins, is completed, and hears from outside."""
    return (_register(sets, type_field), _complete(sets), _receive(sets), _observe(sets))


def _register(sets: TicketSets, type_field: Field) -> Event:
    first = (f.SYMPTOM, f.OCCURRED_AT, f.SCOPE, f.CONTACT, f.DOMAIN, f.GRADE, f.IMPACT, f.URGENCY, f.URGENT, f.EMERGENCY)
    more = (*DATA[5:], f.FOLLOWS, f.PARENT, f.RECEIVED_AT, f.SOURCE_CHANNEL, f.EXTERNAL_ID, f.FINGERPRINT)
    return Event(
        "register", (), REGISTERED, N_("Register"), help=N_("Write down a new matter and give it a number"),
        inputs=(f.CHANNEL, f.SUBJECT, *first, type_field, *more), right="ticket.register",
        guards=(
            *(guards.asked_of_humans(field) for field in sets.asked), guards.both_impact_and_urgency,
            guards.known_ticket("follows"), guards.known_ticket("parent"), guards.parent_fits("parent"),
        ),
        effects=(intake.register(sets.kind, sets.wanted),),
        clock_effects=(
            ClockEffect("start", "response", at="received_at"),
            ClockEffect("start", "restore"),
            ClockEffect("promise", "news", when=_with_customer),
        ),
    )  # fmt: skip


def _complete(sets: TicketSets) -> Event:
    return Event(
        "complete", sets.open, SAME, N_("Complete"), "c", N_("Fill in missing fields, or correct one with the reason"),
        inputs=(f.SUBJECT_OPTIONAL, *DATA, f.WHY), right=WORK,
        guards=(
            guards.something_given((f.SUBJECT, *DATA)),
            guards.corrected_with_reason((f.SUBJECT, *DATA), f.WHY),
        ),
        effects=(intake.complete(sets.wanted),),
        clock_effects=(ClockEffect("retarget", "response"), ClockEffect("retarget", "restore")),
    )  # fmt: skip


def _receive(sets: TicketSets) -> Event:
    texts = (
        Field("sender", Kind.TEXT, N_("From"), pii=True),
        Field("recipient", Kind.TEXT, N_("To"), pii=True),
        Field("subject", Kind.TEXT, N_("Subject"), pii=True),
        Field("text", Kind.PROSE, N_("Text"), pii=True, max_length=2_000_000),
        Field("message_id", Kind.TEXT, N_("Message id"), pii=True),
        Field("source", Kind.TEXT, N_("Original")),
        Field("flagged", Kind.TEXT, N_("Flagged")),
        Field("attachments", Kind.FILE, N_("Attachments"), many=True, pii=True),
    )
    channel = Field("channel", Kind.TEXT, N_("Channel"), required=True, max_length=40)
    return Event(
        "receive", (*sets.not_final, *FINAL), SAME, N_("Receive"), help=N_("A message that came in"),
        inputs=(channel, Field("at", Kind.INSTANT, N_("At")), *texts), effects=(intake.receive,),
        clock_effects=(ClockEffect("resume", "restore", at="at", when=_waits_for_customer),), internal=True,
    )  # fmt: skip


def _observe(sets: TicketSets) -> Event:
    return Event(
        "observe", sets.not_final, SAME, N_("Observe"), help=N_("What a machine reported about the ticket's objects"),
        inputs=(
            Field("fingerprint", Kind.TEXT, N_("Fingerprint"), required=True),
            Field("name", Kind.TEXT, N_("Alarm"), required=True),
            Field("severity", Kind.TEXT, N_("Severity"), max_length=40),
            Field("alarm_state", Kind.CHOICE, N_("State"), required=True, choices=("raised", "cleared")),
            Field("object", Kind.TEXT, N_("Object")),
            Field("count", Kind.NUMBER, N_("Count"), default=1, minimum=1),
            Field("first", Kind.INSTANT, N_("First")),
            Field("last", Kind.INSTANT, N_("Last")),
            Field("cleared_at", Kind.INSTANT, N_("Cleared at")),
            Field("text", Kind.PROSE, N_("Text"), pii=True),
        ),
        effects=(intake.observe,), internal=True,
    )  # fmt: skip


# --- Owners --------------------------------------------------------------------------------------------------


def owner_events(sets: TicketSets) -> tuple[Event, ...]:
    """Return how a ticket gets, changes and loses its one owner (R51)."""
    return (
        Event(
            "accept", (REGISTERED,), "accepted", N_("Accept"), "a", N_("Become the owner and begin"),
            inputs=(f.CONTACTED, f.HOLD_FOR), right=WORK, guards=(guards.claim_not_too_long,),
            effects=(effects.accept,), clock_effects=(ClockEffect("stop", "response", when=_contacted),),
        ),
        Event(
            "hand_over", sets.owned, SAME, N_("Hand over"), "h", N_("Offer the ticket to a colleague, who takes it over"),
            inputs=(f.TO_PERSON, f.WHY), right=WORK,
            guards=(guards.hands_over_own, guards.known_person("to"), guards.to_another), effects=(effects.hand_over,),
        ),
        Event(
            "take_over", sets.owned, SAME, N_("Take over"), "t", N_("Become the owner of what is offered or unowned"),
            inputs=(f.WHY,), right=WORK, guards=(guards.may_take_over,), effects=(effects.take_over,),
        ),
        Event(
            "take", sets.owned, SAME, N_("Take for a time"), help=N_("Claim the ticket, also without network, until an end"),
            inputs=(f.HOLD_FOR,), right=WORK, guards=(guards.free_to_claim, guards.claim_not_too_long),
            effects=(effects.take,),
        ),
        Event(
            "release", sets.owned, SAME, N_("Release"), "R", N_("Give the ticket back without an owner"),
            inputs=(f.required(f.WHY),), right=WORK, guards=(guards.releases_own,), effects=(effects.release,),
        ),
    )  # fmt: skip


# --- News, waiting, escalation -------------------------------------------------------------------------------


def news_events(sets: TicketSets) -> tuple[Event, ...]:
    """Return how the customer is kept informed (R37), and how failed tries are counted."""
    tried_at = Field("tried_at", Kind.INSTANT, N_("Tried at"), past=True)
    message = replace(f.NOTE_TEXT, required=False)
    return (
        Event(
            "inform", (*sets.open, "closed"), SAME, N_("Inform"), "i", N_("Tell the customer how it stands"),
            inputs=(f.CONTACT_CHANNEL, f.TO_WHOM, f.NOTE_TEXT, f.SENT, f.NEXT_NEWS_AT, f.CHILDREN), right=WORK,
            guards=(guards.in_future("next_news_at"),), effects=(effects.inform,), clock_effects=CONTACT_CLOCKS,
        ),
        Event(
            "attempt", (sets.told,), SAME, N_("Attempt"), "p", N_("A failed try to reach the customer"),
            inputs=(f.CONTACT_CHANNEL, f.TO_WHOM, message, f.SENT, tried_at), right=WORK,
            effects=(effects.attempt, effects.attempt_in_writing),
        ),
    )  # fmt: skip


def wait_events(sets: TicketSets) -> tuple[Event, ...]:
    """Return how a ticket waits and goes on; only waiting for the customer pauses (c.2)."""
    sources = (*sets.working, sets.told)
    reason = Field("reason", Kind.CHOICE, N_("Reason"), required=True, options_from="wait_reasons")
    agreed = Field("who_agreed", Kind.TEXT, N_("Who agreed"), required=True, pii=True, max_length=200)
    return (
        Event(
            "wait_customer", sources, "waiting_customer", N_("Wait for customer"), "w",
            N_("The customer cannot give access, power, consent or test time"),
            inputs=(reason, agreed, f.UNTIL), right=WORK, effects=(effects.wait,),
            guards=(
                guards.by_handler, guards.waits_for("customer"), guards.named_in_contract, guards.in_future("until"),
            ),
            clock_effects=(ClockEffect("pause", "restore"),),
        ),
        Event(
            "wait_third_party", sources, "waiting_third_party", N_("Wait for third party"), "o",
            N_("A vendor, carrier or authority works on it; our clock runs on"),
            inputs=(reason, f.UNTIL, f.VENDOR_CASE), right=WORK, effects=(effects.wait,),
            guards=(guards.by_handler, guards.waits_for("third_party"), guards.in_future("until")),
            clock_effects=(ClockEffect("start", "third_party"),),
        ),
        Event(
            "resume", WAITING, BACK, N_("Resume"), "w", N_("Go on where the ticket was"),
            inputs=(Field("resumed_at", Kind.INSTANT, N_("Since"), past=True),), right=WORK,
            guards=(guards.by_handler,), effects=(effects.end_of_wait,),
            clock_effects=(
                ClockEffect("resume", "restore", at="resumed_at"), ClockEffect("stop", "third_party", at="resumed_at"),
            ),
        ),
    )  # fmt: skip


def grade_events(sets: TicketSets) -> tuple[Event, ...]:
    """Return how a ticket is escalated, graded, snoozed and acknowledged."""
    return (
        Event(
            "escalate", sets.open, SAME, N_("Escalate"), "e", N_("Raise it to a function or to management"),
            inputs=(f.FUNCTION, f.MANAGEMENT, f.required(f.WHY), replace(f.TO_PERSON, required=False), f.REPORT),
            right=WORK, guards=(guards.escalates_somewhere, guards.known_person("to")), effects=(effects.escalate,),
        ),
        Event(
            "regrade", sets.open, SAME, N_("Regrade"), "r", N_("Change the grade; lowering it needs a lead"),
            inputs=(f.required(f.GRADE), f.required(f.WHY), f.WORDS), right="ticket.regrade",
            guards=(guards.grade_changes, guards.lowers_by_lead, guards.lowers_with_word), effects=(effects.regrade,),
            clock_effects=tuple(ClockEffect("retarget", name) for name in ("response", "restore", "news")),
        ),
        Event(
            "visit", (*sets.working, *WAITING), SAME, N_("Visit"), "s", N_("Dispatched, arrived, left"),
            inputs=_VISIT, right=WORK,
            guards=(guards.something_given(_VISIT[1:]), guards.known_person("engineer"), guards.visit_in_order),
            effects=(effects.visit,),
        ),
        Event(
            "snooze", sets.open, SAME, N_("Snooze"), "z", N_("Out of sight until it wakes by itself"),
            inputs=(f.UNTIL,), right=WORK, guards=(guards.in_future("until"), guards.snooze_not_too_long),
            effects=(effects.snooze,),
        ),
        Event(
            "ack", sets.open, SAME, N_("Acknowledge"), help=N_("Seen: no warnings until the time given"),
            inputs=(f.UNTIL,), right=WORK, guards=(guards.in_future("until"), guards.snooze_not_too_long),
            effects=(effects.ack,),
        ),
    )  # fmt: skip


_VISIT: Final = (
    Field("engineer", Kind.PERSON, N_("Engineer"), N_("Empty for yourself")),
    Field("dispatched_at", Kind.INSTANT, N_("Dispatched at")),
    Field("arrived_at", Kind.INSTANT, N_("Arrived at"), past=True),
    Field("left_at", Kind.INSTANT, N_("Left at"), past=True),
    Field("permit", Kind.TEXT, N_("Permit"), pii=True, max_length=200),
    Field("checklist", Kind.PROSE, N_("On-site list"), N_("Badge, house rules, place left clean"), pii=True),
)


# --- Notes and ties ------------------------------------------------------------------------------------------


def tie_events(sets: TicketSets) -> tuple[Event, ...]:
    """Return what may be added to any ticket that is not final."""
    file = Field("file", Kind.FILE, N_("File"), required=True, pii=True)
    kind = Field("type", Kind.CHOICE, N_("Type"), required=True, choices=f.LINK_TYPES)
    other = Field("other", Kind.REFERENCE, N_("Other ticket"), required=True)
    chronic = Field("chronic", Kind.YESNO, N_("Chronic"), default=True)
    return (
        Event(
            "note", sets.not_final, SAME, N_("Note"), "m", N_("For colleagues; the customer does not see it"),
            inputs=(f.NOTE_TEXT,), right=WORK,
        ),
        Event(
            "attach", sets.not_final, SAME, N_("Attach"), help=N_("Keep a file with the ticket"),
            inputs=(file, f.COMMENT), right=WORK, effects=(effects.attach,),
        ),
        Event(
            "link", sets.not_final, SAME, N_("Link"), help=N_("Tie it to another ticket: this one is its ..."),
            inputs=(kind, other), right=WORK, guards=(guards.known_ticket("other"), guards.parent_fits("other")),
            effects=(effects.link,),
        ),
        Event(
            "mark_chronic", sets.not_final, SAME, N_("Mark chronic"), help=N_("A matter that keeps coming back"),
            inputs=(chronic, f.WHY), right=WORK, effects=(effects.mark_chronic,),
        ),
    )  # fmt: skip


# --- Ends before the work is done ----------------------------------------------------------------------------


def early_ends(sets: TicketSets) -> tuple[Event, ...]:
    """Return how a ticket ends without having been worked to its end."""
    into = Field("into", Kind.REFERENCE, N_("Into"), required=True)
    reason = Field("reason", Kind.CHOICE, N_("Reason"), required=True, options_from="reject_reasons")
    return (
        Event(
            "merge", sets.before_end, "merged", N_("Merge"), "M", N_("The same matter is another ticket already"),
            inputs=(into, f.WHY), right=WORK,
            guards=(
                guards.no_open_children, guards.known_ticket("into"), guards.merges_into_open, guards.merges_same_matter,
            ),
            effects=(effects.leave_wait, effects.merge), clock_effects=ALL_STOP,
        ),
        Event(
            "cancel", sets.before_end, "cancelled", N_("Cancel"), "C", N_("The requester withdraws the matter"),
            inputs=(f.required(f.WORDS), f.required(f.WHO), f.CONTACT_CHANNEL), right=WORK,
            guards=(guards.nothing_executed, guards.no_open_children), effects=(effects.leave_wait, effects.cancel),
            clock_effects=ALL_STOP,
        ),
        Event(
            "reject", (REGISTERED,), "rejected", N_("Reject"), "J", N_("None of our matters"),
            inputs=(reason, f.COMMENT), right=WORK, guards=(guards.rejected_by, guards.no_open_children),
            effects=(effects.reject,), clock_effects=ALL_STOP,
        ),
    )  # fmt: skip


# --- Timers --------------------------------------------------------------------------------------------------


def timer_events(sets: TicketSets) -> tuple[Event, ...]:
    """Return what only the timers fire."""
    return (
        Event(
            "warn", sets.open, SAME, N_("Warn"), help=N_("A clock has reached a level"), internal=True,
            inputs=(
                Field("clock", Kind.TEXT, N_("Clock"), required=True, max_length=40),
                Field("level", Kind.TEXT, N_("Level"), N_("A percentage, or whom to escalate to"), required=True),
                Field("round", Kind.NUMBER, N_("Round"), required=True, minimum=1),
            ),
            effects=(effects.warn,), clock_effects=(ClockEffect("fire", ""),),
        ),
        Event(
            "wake", sets.not_final, SAME, N_("Wake"), help=N_("A time that was set has come"), internal=True,
            inputs=(Field("what", Kind.CHOICE, N_("What"), required=True, choices=WAKE),),
            effects=(effects.wake,), clock_effects=(ClockEffect("resume", "restore", when=_wait_is_over),),
        ),
        Event(
            "silent", sets.open, SAME, N_("Silent"), help=N_("No event for one update interval"), internal=True,
            effects=(intake.silent,),
        ),
    )  # fmt: skip


WAKE: Final = ("snooze", "ack", "take", "wait", "ratify", "complete")


# --- States --------------------------------------------------------------------------------------------------


def side_states() -> tuple[State, ...]:
    """Return the states that both machines have beside their own work."""
    return (
        State("waiting_customer", N_("waiting for customer"), "~", "warning", holds=True),
        State("waiting_third_party", N_("waiting for third party"), "~", "warning", holds=True),
        State("closed", N_("closed"), "=", "muted"),
        State("archived", N_("archived"), "#", "muted", final=True),
        State("merged", N_("merged"), ">", "muted", final=True),
        State("cancelled", N_("cancelled"), "x", "muted", final=True),
        State("rejected", N_("rejected"), "x", "muted", final=True),
    )


def shared_events(sets: TicketSets, type_field: Field) -> tuple[Event, ...]:
    """Return all events that both machines have, apart from the work itself and its end."""
    groups: tuple[Iterable[Event], ...] = (
        intake_events(sets, type_field), owner_events(sets), news_events(sets), wait_events(sets), grade_events(sets),
        tie_events(sets), early_ends(sets), timer_events(sets),
    )  # fmt: skip
    return tuple(ticket_event(event) for group in groups for event in group)


def clockwork(
    facts: Facts, inputs: Inputs, values: Mapping[str, Any], clock_effects: tuple[ClockEffect, ...]
) -> Iterable[Op]:
    """Turn clock effects into rows; imported with the first act, because lists of events need no clocks."""
    from noc_console.workflows import ticket_clocks

    return ticket_clocks.clockwork(facts, inputs, values, clock_effects)


