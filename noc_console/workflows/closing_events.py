"""The shared end of faults and requests: confirmed, objected to, closed without word, reopened, archived (R39 to R46).

Rows only: gates are in ``closing_guards.py``, what is written in ``work_effects.py``.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from noc_console.i18n import N_
from noc_console.workflows import closing_guards as gates
from noc_console.workflows import ticket_guards as guards
from noc_console.workflows import ticket_inputs as f
from noc_console.workflows import work_effects as effects
from noc_console.workflows.fields import Field, Kind
from noc_console.workflows.machine import Event, Guard
from noc_console.workflows.ticket_sets import ALL_STOP, LEAD, NEXT_ROUND, WORK, TicketSets, ticket_event

_WHO_CONFIRMS: Final = (
    gates.by_another_engineer,
    gates.from_requesters_side,
    gates.who_is_named,
    gates.channel_is_named,
)


def closing_events(sets: TicketSets, *, complete: tuple[Guard, ...]) -> tuple[Event, ...]:
    """Return the events from feedback to archive; ``complete`` is what R44 asks of this kind of ticket."""
    events = (_confirm(sets, complete), *_without_word(sets, complete), _dissatisfied(sets), *_after_closing(sets))
    return tuple(ticket_event(event) for event in events)


def _confirm(sets: TicketSets, complete: tuple[Guard, ...]) -> Event:
    channel = replace(f.CONTACT_CHANNEL, required=False)
    return Event(
        "confirm", (sets.told,), "closed", N_("Confirm"), "F", N_("The requester's side says that it works: closes"),
        inputs=(f.WHO, channel, f.HOW_TESTED, f.SCORE, f.WORDS), right=WORK, guards=(*complete, *_WHO_CONFIRMS),
        effects=(effects.confirm,), clock_effects=ALL_STOP, wanted=gates.wanted_of_people,
    )  # fmt: skip


def _without_word(sets: TicketSets, complete: tuple[Guard, ...]) -> tuple[Event, ...]:
    # A customer who keeps silent cannot be asked for the fields of the intake, and the parent has them.
    silent = tuple(gate for gate in complete if gate is not gates.fields_complete)
    return (
        Event(
            "close_unconfirmed", (sets.told,), "closed", N_("Close unconfirmed"), "U",
            N_("Nobody could be reached; never counted as satisfied"), inputs=(f.COMMENT,), right=WORK,
            guards=(
                *complete, gates.by_unconfirmed_role, gates.tried_often_enough, gates.nothing_unsent,
                guards.no_open_children,
            ),
            effects=(effects.close_unconfirmed,), clock_effects=ALL_STOP,
        ),
        Event(
            "close_informed", (sets.told,), "closed", N_("Close as informed"), "I",
            N_("A child of a mass fault: told, and silent since"), inputs=(f.COMMENT,), right=WORK,
            guards=(*silent, gates.silent_child, gates.enterprise_by_voice), effects=(effects.close_informed,),
            clock_effects=ALL_STOP,
        ),
    )  # fmt: skip


def _dissatisfied(sets: TicketSets) -> Event:
    reason = Field("reason", Kind.CHOICE, N_("Reason"), required=True, options_from="dissatisfied_reasons")
    first = next(iter(sets.rework))
    back_to = Field("back_to", Kind.CHOICE, N_("Back to"), required=True, default=first, choices=tuple(sets.rework))
    never = Field("never_worked", Kind.YESNO, N_("Never worked"), N_("Then the clock has run on all the time"))
    channel = replace(f.CONTACT_CHANNEL, required=False)
    return Event(
        "dissatisfied", (*sets.after_work, "closed"), sets.rework, N_("Dissatisfied"), "d",
        N_("The customer does not accept it: a new round"),
        inputs=(f.required(f.WORDS), reason, back_to, f.WHO, channel, never), right=WORK,
        guards=(gates.planned_before,), effects=(effects.dissatisfied,), clock_effects=NEXT_ROUND, choice="back_to",
    )  # fmt: skip


def _after_closing(sets: TicketSets) -> tuple[Event, ...]:
    article = Field("article", Kind.TEXT, N_("Article"), N_("Made from this case"), max_length=60)
    why_none = Field("why_none", Kind.PROSE, N_("Why none"), pii=True)
    digest = Field("digest", Kind.TEXT, N_("Digest"), max_length=64, asked=False)
    return (
        Event(
            "reopen", ("closed",), next(iter(sets.rework.values())), N_("Reopen"), "o", N_("Closed by our own error"),
            inputs=(f.required(f.WHY),), right=LEAD, effects=(effects.reopen,), clock_effects=NEXT_ROUND,
        ),
        Event(
            "archive", ("closed",), "archived", N_("Archive"), "A", N_("Lay the record away for good"),
            inputs=(article, why_none, digest), right=WORK, guards=(gates.archived_in_time, gates.article_or_reason),
            effects=(effects.archive,),
        ),
    )  # fmt: skip
