"""The machine of an expert consultation (会诊, R30): called, gathered, concluded with decisions (design 4.4).

Rows only; gates are in ``consult_guards.py``, what is written down in ``consult_effects.py``. The ticket keeps its
owner and its clocks; a consultation has a due time of its own.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from noc_console.i18n import N_
from noc_console.workflows import consult_effects as effects
from noc_console.workflows import consult_guards as gates
from noc_console.workflows import ticket_inputs as f
from noc_console.workflows.fields import Field, Kind
from noc_console.workflows.machine import SAME, Event, State, Workflow
from noc_console.workflows.policy_values import APPROVERS, DOMAINS, FUNCTIONS
from noc_console.workflows.ticket_guards import in_future, known_person

WORK: Final = "ticket.work"
CALLED, GATHERED, CONCLUDED, CANCELLED = "called", "gathered", "concluded", "cancelled"
GOING_ON: Final = (CALLED, GATHERED)
#: Why a consultation is called: the triggers of service rules (f), and what they do not name.
REASONS: Final = ("not_located", "repeated", "several_domains", "responsibility", "other")

FACTS: Final = Field("facts_known", Kind.PROSE, N_("Facts known"), N_("Symptoms, timeline, measurements"), pii=True)
DUE_AT: Final = Field(
    "due_at", Kind.INSTANT, N_("Due at"), N_("When they meet; empty for the time of the grade"), ahead=True
)
CHAIR: Final = Field("chair", Kind.PERSON, N_("Chair"), N_("Who leads it"))
NAME: Final = Field("name", Kind.TEXT, N_("Participant"), N_("Empty for yourself"), pii=True, max_length=200)
#: What every stage may add to the record.
MINUTES: Final = (
    FACTS,
    Field("risk", Kind.PROSE, N_("Risk"), N_("Of what is decided, and who has approved it"), pii=True),
    f.VENDOR_CASE,
    Field("customer_informed", Kind.PROSE, N_("Customer information"), N_("What was agreed to tell them"), pii=True),
)
WHAT: Final = Field("what", Kind.PROSE, N_("What"), N_("What is decided"), pii=True)
BY_WHOM: Final = Field("who", Kind.TEXT, N_("Who"), N_("Who carries it out"), pii=True, max_length=200)
UNTIL: Final = replace(f.UNTIL, required=False)

CONSULT: Final = Workflow(
    name="consult",
    table="consult",
    initial=CALLED,
    states=(
        State(CALLED, N_("called"), "!", "new"),
        State(GATHERED, N_("gathered"), "?", "active"),
        State(CONCLUDED, N_("concluded"), "+", "done", final=True),
        State(CANCELLED, N_("cancelled"), "x", "closed", final=True),
    ),
    events=(
        Event(
            "call", (), CALLED, N_("Call a consultation"), help=N_("Ask experts together; the ticket keeps its owner"),
            inputs=(
                Field("ticket", Kind.REFERENCE, N_("Ticket"), required=True),
                Field("reason", Kind.CHOICE, N_("Reason"), required=True, choices=REASONS),
                CHAIR,
                Field("invite", Kind.PERSON, N_("Invited"), N_("They find it in their inbox"), many=True),
                DUE_AT,
                *MINUTES,
            ),
            right=WORK,
            guards=(
                gates.ticket_to_consult_on, gates.calls_for_own, gates.none_going_on, known_person("chair"),
                gates.invited_known, in_future(DUE_AT),
            ),
            effects=(effects.call,),
        ),
        Event(
            "join", GOING_ON, SAME, N_("Join"), "a", N_("Somebody takes part: from where, and at which level"),
            inputs=(
                NAME,
                replace(f.DOMAIN, choices=DOMAINS),
                Field("company", Kind.TEXT, N_("Company"), N_("Empty for our own"), pii=True, max_length=200),
                Field("level", Kind.CHOICE, N_("Level"), choices=(*FUNCTIONS, *APPROVERS)),
            ),
            right=WORK, guards=(gates.joins_once,), effects=(effects.join,),
        ),
        Event(
            "gather", (CALLED,), GATHERED, N_("Gather"), "b", N_("They have met; the record begins"),
            inputs=(
                CHAIR, replace(FACTS, help=N_("Empty for what the call says")),
                Field("started_at", Kind.INSTANT, N_("Started at"), past=True),
            ),
            right=WORK,
            guards=(
                gates.has_a_hand, gates.ticket_still_open, gates.two_at_least, gates.led_by_somebody,
                gates.facts_told, known_person("chair"), gates.after("started_at", "called_at"),
            ),
            effects=(effects.gather,),
        ),
        Event(
            "minute", GOING_ON, SAME, N_("Take minutes"), "m", N_("Facts, risk, vendor case, what customers are told"),
            inputs=MINUTES, right=WORK, guards=(gates.takes_part, gates.minutes_given), effects=(effects.minute,),
        ),
        Event(
            "exclude", (GATHERED,), SAME, N_("Exclude a cause"), "e", N_("What it is not, with the evidence"),
            inputs=(
                Field("cause", Kind.PROSE, N_("Cause"), required=True, pii=True),
                Field("evidence", Kind.PROSE, N_("Evidence"), required=True, pii=True),
            ),
            right=WORK, guards=(gates.takes_part,), effects=(effects.exclude,),
        ),
        Event(
            "suppose", (GATHERED,), SAME, N_("Suppose a cause"), "h", N_("What it may be, and the test that tells"),
            inputs=(
                Field("cause", Kind.PROSE, N_("Cause"), required=True, pii=True),
                Field("test", Kind.PROSE, N_("Test"), N_("What tells whether it is so"), required=True, pii=True),
                Field("rank", Kind.NUMBER, N_("Rank"), N_("1 is the likeliest; empty for the last"), minimum=1),
            ),
            right=WORK, guards=(gates.takes_part,), effects=(effects.suppose,),
        ),
        Event(
            "decide", (GATHERED,), SAME, N_("Decide"), "d", N_("Who does what until when"),
            inputs=(f.required(BY_WHOM), f.required(WHAT), f.required(UNTIL)), right=WORK,
            guards=(gates.takes_part, in_future(UNTIL)), effects=(effects.decide,),
        ),
        Event(
            "conclude", (GATHERED,), CONCLUDED, N_("Conclude"), "F", N_("With its decisions, which begin the plan"),
            inputs=(
                Field("result", Kind.PROSE, N_("Result"), required=True, pii=True), BY_WHOM, WHAT, UNTIL,
                *MINUTES[1:],
                Field("ended_at", Kind.INSTANT, N_("Ended at"), past=True),
            ),
            right=WORK,
            guards=(
                gates.leads_it, gates.decision_whole, gates.something_decided, in_future(UNTIL),
                gates.after("ended_at", "started_at"),
            ),
            effects=(effects.conclude,),
        ),
        Event(
            "approve_minutes", (CONCLUDED,), SAME, N_("Approve the minutes"), "a",
            N_("Somebody else than who concluded it says that they are right"),
            inputs=(f.COMMENT,), right=WORK, guards=(gates.minutes_open, gates.approves_as_another),
            effects=(effects.approve_minutes,),
        ),
        Event(
            "cancel", GOING_ON, CANCELLED, N_("Call off"), "C", N_("It is not needed any more"),
            inputs=(f.required(f.WHY),), right=WORK, guards=(gates.has_a_hand,), effects=(effects.cancel,),
        ),
        Event(
            "remind", (CALLED,), SAME, N_("Remind"), help=N_("The time of the meeting has come"), internal=True,
            effects=(effects.remind,),
        ),
    ),
)  # fmt: skip
