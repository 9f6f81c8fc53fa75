"""The machine of a fault (R12, R26 to R46): its states and the events of its own work.

Rows only; what faults share with requests is in ``ticket_events.py`` and ``closing_events.py``.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from noc_console.i18n import N_
from noc_console.workflows import closing_guards as gates
from noc_console.workflows import plan_guards as plans
from noc_console.workflows import repeats, ticket_effects, voices, work_effects
from noc_console.workflows import ticket_guards as guards
from noc_console.workflows import ticket_inputs as f
from noc_console.workflows.alarm_effects import alarms_clear
from noc_console.workflows.breaches import breaches_explained
from noc_console.workflows.closing_events import closing_events
from noc_console.workflows.fields import Field, Kind
from noc_console.workflows.intake_guards import emergency_completed, nothing_missing
from noc_console.workflows.machine import SAME, ClockEffect, Event, State, Workflow
from noc_console.workflows.ticket_events import accept_event, shared_events
from noc_console.workflows.ticket_sets import (
    CONTACT_CLOCKS,
    REGISTERED,
    WAITING,
    WORK,
    TicketSets,
    clockwork,
    side_states,
    ticket_event,
)

WORKING: Final = ("accepted", "diagnosing", "located", "planned", "approved", "executing")
SETS: Final = TicketSets(
    kind="fault",
    working=WORKING,
    after_work=("restored", "feedback_given"),
    told="feedback_given",
    rework={"diagnosing": "diagnosing", "planned": "planned"},
    wanted=(*f.R21_FIELDS, "domain"),
    asked=(f.SYMPTOM, f.OCCURRED_AT, f.SCOPE, f.CONTACT),
)
STATES: Final = (
    State(REGISTERED, N_("registered"), "*", "new"),
    State("accepted", N_("accepted"), ".", "active"),
    State("diagnosing", N_("diagnosing"), "?", "active"),
    State("located", N_("located"), "@", "active"),
    State("planned", N_("planned"), "-", "active"),
    State("approved", N_("approved"), "+", "active"),
    State("executing", N_("executing"), "!", "warning"),
    State("restored", N_("restored"), "o", "done"),
    State("feedback_given", N_("feedback given"), "<", "done"),
    *side_states(),
)

#: What a finished diagnosis gives to ``locate`` and to ``plan``.
_CAUSE, _EVIDENCE, _PLAN, _INTERRUPTS = (
    replace(f.required(one), given_by="from_run") for one in (f.CAUSE_CODE, f.EVIDENCE, f.PLAN, f.INTERRUPTS_FIELD)
)

_DIAGNOSIS: Final = (
    Event(
        "diagnose", ("accepted",), "diagnosing", N_("Diagnose"), "d", N_("Begin to look for the fault"), right=WORK,
        guards=(guards.by_handler,),
    ),
    Event(
        "locate", ("diagnosing",), "located", N_("Locate"), "l", N_("The fault is found"),
        inputs=(_CAUSE, f.LOCATION, _EVIDENCE, f.FROM_RUN, f.FREE_REASON), right=WORK,
        guards=(
            guards.by_handler, nothing_missing, guards.cause_code_formed, plans.run_finished(_CAUSE, _EVIDENCE),
            plans.located_by_run,
        ),
        effects=(work_effects.locate, repeats.note_repeat),
    ),
)  # fmt: skip

_EXPERTS: Final = Event(
    "propose_consult", SETS.open, SAME, N_("Propose consultation"), help=N_("A trigger of the policy asks for experts"),
    inputs=(repeats.TRIGGER,), effects=(repeats.propose_consult,), internal=True,
)  # fmt: skip

_PLANNING: Final = (
    Event(
        "plan", ("located", "diagnosing", "planned", "approved"), "planned", N_("Make plan"), "p",
        N_("What will be done; a new version must be approved anew"),
        inputs=(_PLAN, _INTERRUPTS, f.BACKOUT, f.RESTORE_FIRST, f.REMEDY, f.FROM_RUN), right=WORK,
        guards=(
            guards.by_handler, plans.run_finished(_PLAN, _INTERRUPTS), plans.located_or_restore_first,
            plans.experts_heard, plans.remedy_fits,
        ),
        effects=(work_effects.plan,),
    ),
    Event(
        "approve", ("planned",), "approved", N_("Approve"), "a", N_("Never one's own plan; by voice is ratified later"),
        inputs=(f.APPROVE_HOW, f.COMMENT, f.GIVEN_BY, f.GIVEN_AT, f.NUMBER),
        guards=(plans.approval_given, gates.not_before(f.GIVEN_AT, "registered_at")), effects=(work_effects.approve,),
    ),
    Event(
        "reject_plan", ("planned",), "located", N_("Reject plan"), "N", N_("The plan must be made again"),
        inputs=(f.required(f.COMMENT),), right="ticket.approve", guards=(plans.rejects_as_approver,),
        effects=(work_effects.reject_plan,),
    ),
    Event(
        "ratify", (*WORKING[1:], *WAITING, "restored", "feedback_given"), SAME, N_("Ratify"),
        help=N_("Sign what was approved by voice; for a giver who is gone or overdue, with the reason"),
        inputs=(f.COMMENT, voices.VERSION), right="ticket.approve", guards=(voices.ratifies,),
        effects=(work_effects.ratify,),
    ),
    Event(
        "record_voice", SETS.not_final, SAME, N_("Approval by voice"), inputs=voices.GIVEN, effects=(voices.given,),
        internal=True,
    ),
    Event(
        "revise", ("located", "planned", "approved", "executing"), "diagnosing", N_("Revise"), "u",
        N_("Back to diagnosis; the approval no longer holds"),
        inputs=(f.OUTCOME, f.DONE, f.required(f.WHY), f.WAY_BACK), right=WORK,
        guards=(guards.by_handler, plans.way_back_told), effects=(work_effects.revise,),
    ),
)  # fmt: skip

_NOTICED_AT: Final = Field("noticed_at", Kind.INSTANT, N_("Told at"), past=True)
_ACTING: Final = (
    Event(
        "notice", ("planned", "approved"), SAME, N_("Notice"), help=N_("Tell the customer before an interruption"),
        inputs=(
            f.required(f.WHO), f.CONTACT_CHANNEL, Field("consent", Kind.YESNO, N_("They agree"), required=True),
            f.WORDS, _NOTICED_AT,
        ),
        right=WORK, guards=(gates.not_before(_NOTICED_AT, "registered_at"),), effects=(ticket_effects.notice,),
        clock_effects=CONTACT_CLOCKS,
    ),
    Event(
        "execute", ("approved",), "executing", N_("Execute"), "x", N_("Carry out the approved plan"),
        inputs=(f.EXECUTOR, f.CHECKER, f.OVERRIDE), right=WORK,
        guards=(
            guards.by_handler_or_lead, plans.plan_as_approved, plans.approval_still_fits,
            plans.change_in_progress, plans.noticed_and_off_peak,
            guards.known_person("executor"), guards.known_person("checker"), plans.two_people,
        ),
        effects=(work_effects.execute,),
    ),
    Event(
        "restore", ("executing",), "restored", N_("Restore"), "b", N_("The service is back"),
        inputs=(f.RESTORED_AT, f.HOW_VERIFIED, f.TEMPORARY, f.CHILDREN), right=WORK,
        guards=(guards.by_handler, gates.not_before(f.RESTORED_AT, "occurred_at", "registered_at", "executed_at")),
        effects=(work_effects.restore,), clock_effects=(ClockEffect("stop", "restore", at="restored_at"),),
    ),
    Event(
        "come_clear", (REGISTERED, *WORKING[:-1], *WAITING), "restored", N_("Came clear"), "b",
        N_("The service is back without an act of ours"),
        inputs=(f.CLEAR_HOW, f.CLEARED_AT, f.HOW_VERIFIED, f.CAUSE_CODE, f.CHILDREN), right=WORK,
        guards=(
            guards.by_handler_if_any, plans.no_act_of_ours, gates.cleared_with_parent, guards.cause_code_formed,
            gates.not_before(f.CLEARED_AT, "occurred_at"),
        ),
        effects=(ticket_effects.leave_wait, work_effects.come_clear),
        clock_effects=(
            ClockEffect("stop", "restore", at="cleared_at"), ClockEffect("stop", "third_party", at="cleared_at"),
        ),
        proposed=alarms_clear,
    ),
    Event(
        "feed_back", ("restored",), "feedback_given", N_("Feed back"), "f", N_("Tell result, cause and prevention"),
        inputs=(
            f.RESULT, f.CAUSE, f.PREVENTION, f.CAUSE_CODE, f.PLAIN, replace(f.CONTACT_CHANNEL, required=False),
            f.TO_WHOM, f.SENT, f.CHILDREN,
        ),
        right=WORK,
        guards=(
            guards.by_handler, emergency_completed, gates.cause_named, guards.cause_code_formed, gates.spoken_by_hand,
        ),
        effects=(work_effects.feed_back,), clock_effects=CONTACT_CLOCKS,
    ),
)  # fmt: skip

#: R44, and what else must be settled before a fault is closed
_COMPLETE: Final = (
    gates.fields_complete,
    gates.filled("cause_missing", "cause_code"),
    gates.filled("feedback_missing", "feedback_result", "feedback_cause", "feedback_prevention"),
    gates.filled("verification_missing", "how_verified"),
    gates.times_in_order,
    breaches_explained,
    gates.follow_up_linked,
    voices.voice_ratified,
    gates.children_informed,
)

TYPE: Final = Field("service_type", Kind.CHOICE, N_("Type"), default="fault", choices=("fault",), asked=False)

FAULT: Final = Workflow(
    name="fault",
    table="ticket",
    initial=REGISTERED,
    states=STATES,
    events=(
        accept_event(),
        *(ticket_event(event) for event in (*_DIAGNOSIS, *_PLANNING, *_ACTING, _EXPERTS)),
        *closing_events(SETS, complete=_COMPLETE),
        *shared_events(SETS, TYPE),
    ),
    clockwork=clockwork,
)
