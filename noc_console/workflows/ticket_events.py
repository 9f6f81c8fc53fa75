"""The events that faults and requests share, each written once as a function of a machine's sets of states.

Rows only: gates are in the guards, what is written in the effects. A machine adds the events of its own work.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from noc_console.i18n import N_
from noc_console.workflows import breaches
from noc_console.workflows import closing_guards as closing
from noc_console.workflows import ticket_effects as effects
from noc_console.workflows import ticket_guards as guards
from noc_console.workflows import ticket_inputs as f
from noc_console.workflows import tie_guards as ties
from noc_console.workflows.escalation_guards import escalates_somewhere, vendor_meant
from noc_console.workflows.fields import Field, Kind
from noc_console.workflows.intake_events import intake_events, recompute_event, timer_events
from noc_console.workflows.intake_guards import something_given
from noc_console.workflows.machine import BACK, SAME, ClockEffect, Event
from noc_console.workflows.report_up import report_in_order
from noc_console.workflows.ticket_commands import command_events
from noc_console.workflows.ticket_sets import (
    ALL_STOP,
    CONTACT_CLOCKS,
    REGISTERED,
    WAITING,
    WORK,
    TicketSets,
    contacted,
    ticket_event,
)
from noc_console.workflows.vendors import VENDOR, call_vendor
from noc_console.workflows.voices import voice_acted_on_ratified

# --- Owners --------------------------------------------------------------------------------------------------


def accept_event() -> Event:
    """Return how a ticket gets its owner; first among the events, because it is what a new ticket waits for."""
    return ticket_event(
        Event(
            "accept", (REGISTERED,), "accepted", N_("Accept"), "a", N_("Become the owner and begin"),
            inputs=(f.CONTACTED, f.HOLD_FOR), right=WORK, guards=(guards.claim_not_too_long,),
            effects=(effects.accept,), clock_effects=(ClockEffect("stop", "response", when=contacted),),
        )
    )  # fmt: skip


def owner_events(sets: TicketSets) -> tuple[Event, ...]:
    """Return how a ticket changes and loses its one owner (R51)."""
    return (
        Event(
            "hand_over", sets.owned, SAME, N_("Hand over"), "h", N_("Offer it to a colleague, who takes it over"),
            inputs=(f.TO_PERSON, f.WHY), right=WORK,
            guards=(guards.hands_over_own, guards.known_person("to"), guards.to_another), effects=(effects.hand_over,),
        ),
        Event(
            "take_over", sets.owned, SAME, N_("Take over"), "t", N_("Become the owner of what is offered or unowned"),
            inputs=(f.WHY,), right=WORK, guards=(guards.may_take_over,), effects=(effects.take_over,),
            proposed=guards.waits_for_owner,
        ),
        Event(
            "take", sets.owned, SAME, N_("Take for a time"), help=N_("Claim it until an end, also without network"),
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
    message = replace(f.NOTE_TEXT, required=False, told=True)
    return (
        Event(
            "inform", (*sets.open, "closed"), SAME, N_("Inform"), "i", N_("Tell the customer how it stands"),
            inputs=(
                f.CONTACT_CHANNEL, f.TO_WHOM, replace(f.NOTE_TEXT, told=True), f.SENT, f.NEXT_NEWS_AT, f.CHILDREN,
            ),
            right=WORK, guards=(guards.in_future(f.NEXT_NEWS_AT), closing.spoken_by_hand), effects=(effects.inform,),
            clock_effects=CONTACT_CLOCKS,
        ),
        Event(
            "attempt", (sets.told,), SAME, N_("Attempt"), "p", N_("A failed try to reach the customer"),
            inputs=(f.CONTACT_CHANNEL, f.TO_WHOM, message, f.SENT, tried_at), right=WORK,
            guards=(closing.not_before(tried_at, "feedback_at"), closing.spoken_by_hand),
            effects=(effects.attempt,),
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
                guards.by_handler, guards.waits_for("customer"), guards.named_in_contract, guards.in_future(f.UNTIL),
            ),
            clock_effects=(ClockEffect("pause", "restore"),),
        ),
        Event(
            "wait_third_party", sources, "waiting_third_party", N_("Wait for third party"), "o",
            N_("A vendor, carrier or authority works on it; our clock runs on"),
            inputs=(reason, f.UNTIL, VENDOR, f.VENDOR_CASE), right=WORK, effects=(effects.wait, call_vendor),
            guards=(guards.by_handler, guards.waits_for("third_party"), guards.in_future(f.UNTIL)),
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
    reason = Field("reason", Kind.CHOICE, N_("Reason"), options_from="regrade_reasons")
    return (
        Event(
            "escalate", sets.open, SAME, N_("Escalate"), "e", N_("Raise it to a function or to management"),
            inputs=(
                f.FUNCTION, f.MANAGEMENT, f.required(f.WHY), replace(f.TO_PERSON, required=False), f.REPORT, VENDOR,
                f.VENDOR_CASE,
            ),
            right=WORK,
            guards=(escalates_somewhere, vendor_meant, guards.known_person("to"), report_in_order),
            effects=(effects.escalate, call_vendor),
        ),
        Event(
            "regrade", sets.open, SAME, N_("Regrade"), "r", N_("Change the grade; lowering it needs a lead"),
            inputs=(f.required(f.GRADE), f.required(f.WHY), reason, f.WORDS, replace(f.URGENT, default=None)),
            right="ticket.regrade", effects=(effects.regrade,),
            guards=(guards.urgent_is_highest, guards.grade_changes, guards.lowers_by_lead, guards.lowers_with_word),
            clock_effects=tuple(ClockEffect("retarget", name) for name in ("response", "restore", "news")),
        ),
        Event(
            "explain_breach", (*sets.open, "closed"), SAME, N_("Explain breach"),
            help=N_("Why a clock has run out; asked for before closing"),
            inputs=(breaches.CLOCK, breaches.REASON, f.required(f.WORDS_WHY), f.CHILDREN), right=WORK,
            guards=(breaches.something_late, breaches.this_one_late), effects=(breaches.explain_breach,),
        ),
        Event(
            "visit", (*sets.working, *WAITING), SAME, N_("Visit"), "s", N_("Dispatched, arrived, left"),
            inputs=_VISIT, right=WORK,
            guards=(
                guards.sends_to_site, something_given(_VISIT[1:]), guards.known_person("engineer"),
                guards.visit_in_order, guards.run_on_site,
            ),
            effects=(effects.visit,),
        ),
        Event(
            "snooze", sets.open, SAME, N_("Snooze"), "z", N_("Out of sight until it wakes by itself"),
            inputs=(f.UNTIL,), right=WORK, guards=(guards.in_future(f.UNTIL), guards.snooze_not_too_long),
            effects=(effects.snooze,),
        ),
        Event(
            "ack", sets.open, SAME, N_("Acknowledge"), help=N_("Seen: no warnings until the time given"),
            inputs=(f.UNTIL,), right=WORK, guards=(guards.in_future(f.UNTIL), guards.snooze_not_too_long),
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
    Field("run", Kind.TEXT, N_("On-site run"), N_("Of the list SITE-T1, such as HZ1-9"), max_length=60),
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
            "link", sets.not_final, SAME, N_("Link"),
            help=N_("Tie it to another ticket; the type says what that one is to it"),
            inputs=(kind, other), right=WORK,
            guards=(ties.known_ticket("other"), ties.not_tied_yet, ties.parent_fits("other")),
            effects=(effects.link,),
        ),
        Event(
            "mark_chronic", sets.not_final, SAME, N_("Mark chronic"), help=N_("A matter that keeps coming back"),
            inputs=(chronic, f.WHY), right=WORK, effects=(effects.mark_chronic,),
        ),
        Event(
            "mark_affected", sets.not_final, SAME, N_("Mark affected"), right=WORK, effects=(effects.mark_affected,),
            help=N_("A customer whom it affects and who has not called"), inputs=_AFFECTED,
            guards=(something_given(_AFFECTED[:2]),),
        ),
    )  # fmt: skip


_AFFECTED: Final = (
    Field("customer", Kind.TEXT, N_("Customer"), pii=True, max_length=200),
    Field("circuit", Kind.TEXT, N_("Circuit"), max_length=200),
    Field("informed_at", Kind.INSTANT, N_("Informed at"), past=True),
    Field("answer", Kind.PROSE, N_("Answer"), pii=True),
)


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
                guards.no_open_children, ties.known_ticket("into"), ties.merges_into_open,
                ties.merges_same_matter, ties.merges_upward, voice_acted_on_ratified,
            ),
            effects=(effects.leave_wait, effects.merge), clock_effects=ALL_STOP,
        ),
        Event(
            "cancel", sets.before_end, "cancelled", N_("Cancel"), "C", N_("The requester withdraws the matter"),
            inputs=(f.required(f.WORDS), f.required(f.WHO), f.CONTACT_CHANNEL), right=WORK,
            guards=(
                guards.nothing_executed, guards.no_open_children, closing.somebody_withdraws,
                closing.withdrawn_by_requester,
            ),
            effects=(effects.leave_wait, effects.cancel),
            clock_effects=ALL_STOP,
        ),
        Event(
            "reject", (REGISTERED,), "rejected", N_("Reject"), "J", N_("None of our matters"),
            inputs=(reason, f.COMMENT), right=WORK, guards=(guards.rejected_by, guards.no_open_children),
            effects=(effects.reject,), clock_effects=ALL_STOP,
        ),
    )  # fmt: skip


def shared_events(sets: TicketSets, type_field: Field) -> tuple[Event, ...]:
    """Return all events that both machines have, apart from the work itself and its end."""
    groups: tuple[Iterable[Event], ...] = (
        intake_events(sets, type_field), owner_events(sets), news_events(sets), wait_events(sets), grade_events(sets),
        tie_events(sets), command_events(sets), early_ends(sets), timer_events(sets),
    )  # fmt: skip
    return (*(ticket_event(event) for group in groups for event in group), recompute_event(sets))
