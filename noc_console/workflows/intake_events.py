"""How a ticket begins, is completed, hears from outside, and what only timers fire.

Rows only: gates are in the guards, what is written in the effects.
"""

from __future__ import annotations

from typing import Final

from noc_console.i18n import N_
from noc_console.workflows import alarm_effects, ticket_effects
from noc_console.workflows import intake_effects as effects
from noc_console.workflows import intake_guards as gates
from noc_console.workflows import ticket_inputs as f
from noc_console.workflows import tie_guards as ties
from noc_console.workflows.alarm_watch import ALARM_STATE, REPORT
from noc_console.workflows.clock_rows import NAMES
from noc_console.workflows.fields import Field, Kind
from noc_console.workflows.machine import SAME, ClockEffect, Event
from noc_console.workflows.ticket_sets import (
    FINAL,
    REGISTERED,
    WORK,
    TicketSets,
    contract_named,
    wait_is_over,
    waits_for_customer,
    with_customer,
)

# --- Birth and intake ----------------------------------------------------------------------------------------

DATA: Final = (
    f.SYMPTOM, f.OCCURRED_AT, f.SCOPE, f.CONTACT, f.DOMAIN, f.USERS_AFFECTED, f.SERVICE_AFFECTING, f.OBJECTS,
    f.REQUESTER, f.REQUESTER_TYPE, f.ORGANISATION, f.CONTRACT, f.LANGUAGE,
)  # fmt: skip


#: Of a longer message the rest is in its original.
MESSAGE_TEXT: Final = Field("text", Kind.PROSE, N_("Text"), pii=True, max_length=2_000_000)


def intake_events(sets: TicketSets, type_field: Field) -> tuple[Event, ...]:
    """Return how a ticket begins, is completed, and hears from outside."""
    return (_register(sets, type_field), _complete(sets), _receive(sets), _observe(sets))


def _register(sets: TicketSets, type_field: Field) -> Event:
    first = (
        f.SYMPTOM,
        f.OCCURRED_AT,
        f.SCOPE,
        f.CONTACT,
        f.DOMAIN,
        f.GRADE,
        f.IMPACT,
        f.URGENCY,
        f.URGENT,
        f.EMERGENCY,
    )
    more = (*DATA[5:], f.FOLLOWS, f.PARENT, f.RECEIVED_AT, f.SOURCE_CHANNEL, f.EXTERNAL_ID, f.FINGERPRINT, f.ALARM_KEY)
    return Event(
        "register", (), REGISTERED, N_("Register"), help=N_("Write down a new matter and give it a number"),
        inputs=(f.CHANNEL, f.SUBJECT, *first, type_field, *more), right="ticket.register",
        guards=(
            *(gates.asked_of_humans(field) for field in sets.asked), gates.both_impact_and_urgency,
            gates.emergency_is_grave, gates.monitoring_by_channel,
            ties.known_ticket("follows"), ties.known_ticket("parent"), ties.parent_fits("parent"),
        ),
        effects=(effects.register(sets.kind, sets.wanted),),
        clock_effects=(
            ClockEffect("start", "response", at="received_at"),
            ClockEffect("start", "restore"),
            ClockEffect("promise", "news", when=with_customer),
        ),
    )  # fmt: skip


def _complete(sets: TicketSets) -> Event:
    retargets = (ClockEffect("retarget", name, when=contract_named) for name in ("response", "restore", "news"))
    return Event(
        "complete", sets.open, SAME, N_("Complete"), "c", N_("Fill in missing fields, or correct one with the reason"),
        inputs=(f.SUBJECT_OPTIONAL, *DATA, f.WHY), right=WORK,
        guards=(
            gates.something_given((f.SUBJECT, *DATA)), gates.something_changed((f.SUBJECT, *DATA)),
            gates.corrected_with_reason((f.SUBJECT, *DATA), f.WHY), gates.monitoring_by_channel,
            gates.requester_type_by_lead,
        ),
        effects=(effects.complete(sets.wanted),),
        clock_effects=tuple(retargets), wanted=lambda record: record.get("missing") or (),
    )  # fmt: skip


def _receive(sets: TicketSets) -> Event:
    texts = (
        Field("sender", Kind.TEXT, N_("Sender"), pii=True),
        Field("recipient", Kind.TEXT, N_("Recipient"), pii=True),
        Field("subject", Kind.TEXT, N_("Subject"), pii=True),
        MESSAGE_TEXT,
        Field("message_id", Kind.TEXT, N_("Message id"), pii=True),
        Field("source", Kind.TEXT, N_("Original")),
        Field("flagged", Kind.TEXT, N_("Flagged")),
        Field("no_answer", Kind.YESNO, N_("Not to be answered")),
        Field("attachments", Kind.FILE, N_("Attachments"), many=True, pii=True),
    )
    channel = Field("channel", Kind.TEXT, N_("Channel"), required=True, max_length=40)
    return Event(
        "receive", (*sets.not_final, *FINAL), SAME, N_("Receive"), help=N_("A message that came in"),
        inputs=(channel, Field("at", Kind.INSTANT, N_("At")), *texts), effects=(effects.receive,),
        clock_effects=(ClockEffect("resume", "restore", at="at", when=waits_for_customer),), internal=True,
    )  # fmt: skip


def _observe(sets: TicketSets) -> Event:
    return Event(
        "observe", sets.not_final, SAME, N_("Observe"), help=N_("What a machine reported about the ticket's objects"),
        inputs=(
            Field("fingerprint", Kind.TEXT, N_("Fingerprint"), required=True),
            Field("name", Kind.TEXT, N_("Alarm"), required=True),
            ALARM_STATE,
            Field("object", Kind.TEXT, N_("Object")),
            *REPORT,
            Field("channel", Kind.TEXT, N_("Channel"), max_length=40),
            Field("circuit", Kind.TEXT, N_("Circuit"), max_length=200),
        ),
        effects=(alarm_effects.observe,), internal=True,
    )  # fmt: skip


# --- Timers --------------------------------------------------------------------------------------------------


def timer_events(sets: TicketSets) -> tuple[Event, ...]:
    """Return what only the timers fire."""
    return (
        Event(
            "warn", sets.open, SAME, N_("Warn"), help=N_("A clock has reached a level"), internal=True,
            inputs=(
                Field("clock", Kind.CHOICE, N_("Clock"), required=True, choices=NAMES),
                Field("level", Kind.TEXT, N_("Level"), N_("A percentage, or whom to escalate to"), required=True),
                Field("round", Kind.NUMBER, N_("Round"), required=True, minimum=1),
            ),
            effects=(ticket_effects.warn,), clock_effects=(ClockEffect("fire", ""),),
        ),
        Event(
            "wake", sets.not_final, SAME, N_("Wake"), help=N_("A time that was set has come"), internal=True,
            inputs=(Field("what", Kind.CHOICE, N_("What"), required=True, choices=WAKE),),
            effects=(ticket_effects.wake,),
            clock_effects=(ClockEffect("resume", "restore", at="wait_until", when=wait_is_over),),
        ),
        Event(
            "silent", sets.open, SAME, N_("Silent"), help=N_("No event for one update interval"), internal=True,
            effects=(effects.silent,),
        ),
    )  # fmt: skip


def recompute_event(sets: TicketSets) -> Event:
    """Return what follows a change of calendars; nothing happened to the ticket, so it is no event of R43."""
    return Event(
        "recompute", sets.open, SAME, N_("Recompute"), help=N_("Reckon the deadlines again by today's calendars"),
        internal=True, clock_effects=(ClockEffect("reckon", ""),),
    )  # fmt: skip


WAKE: Final = ("snooze", "ack", "take", "wait", "ratify", "report", "complete")
