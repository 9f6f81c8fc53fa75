"""The machine of a request: consultation, change, performance, version, document (R13 to R17).

Rows only; what requests share with faults is in ``ticket_events.py`` and ``closing_events.py``.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from noc_console.i18n import N_
from noc_console.workflows import closing_guards as gates
from noc_console.workflows import ticket_guards as guards
from noc_console.workflows import ticket_inputs as f
from noc_console.workflows import work_effects
from noc_console.workflows.breaches import breaches_explained
from noc_console.workflows.closing_events import closing_events
from noc_console.workflows.fields import Field, Kind
from noc_console.workflows.intake_guards import nothing_missing
from noc_console.workflows.machine import ClockEffect, Event, State, Workflow
from noc_console.workflows.plan_guards import run_finished
from noc_console.workflows.ticket_events import accept_event, shared_events
from noc_console.workflows.ticket_sets import (
    CONTACT_CLOCKS,
    REGISTERED,
    WORK,
    TicketSets,
    clockwork,
    side_states,
    ticket_event,
)

SETS: Final = TicketSets(
    kind="request",
    working=("accepted", "working"),
    after_work=("answered",),
    told="answered",
    rework={"working": "working"},
    wanted=("symptom", "contact"),
    asked=(f.SYMPTOM, f.CONTACT),
)
STATES: Final = (
    State(REGISTERED, N_("registered"), "*", "new"),
    State("accepted", N_("accepted"), ".", "active"),
    State("working", N_("working"), "?", "active"),
    State("answered", N_("answered"), "<", "done"),
    *side_states(),
)

_ANSWER: Final = (
    Field("answer", Kind.PROSE, N_("Answer"), required=True, pii=True, told=True, given_by="from_run"),
    Field("article", Kind.TEXT, N_("Article"), N_("Consultation: the article it is in"), max_length=60),
    Field("version", Kind.TEXT, N_("Version"), N_("Version: of which device, old and new"), max_length=200),
    Field("series", Kind.TEXT, N_("Series"), N_("Performance: the measurements it rests on"), max_length=400),
    Field("follow_up", Kind.INSTANT, N_("Follow up at"), N_("Performance: when it is looked at again"), ahead=True),
)
_WORK: Final = (
    Event(
        "start", ("accepted",), "working", N_("Start"), "d", N_("Begin with the work"), right=WORK,
        guards=(guards.by_handler,),
    ),
    Event(
        "answer", ("working",), "answered", N_("Answer"), "f", N_("Give the requester what was asked for"),
        inputs=(*_ANSWER, f.FROM_RUN, replace(f.CONTACT_CHANNEL, required=False), f.TO_WHOM, f.SENT), right=WORK,
        guards=(guards.by_handler, nothing_missing, run_finished(_ANSWER[0]), guards.change_closed,
                gates.spoken_by_hand),
        effects=(work_effects.answer,),
        clock_effects=(ClockEffect("stop", "restore"), *CONTACT_CLOCKS),
    ),
)  # fmt: skip

#: R44, as far as it concerns a request
_COMPLETE: Final = (
    gates.fields_complete,
    gates.filled("answer_missing", "answer"),
    gates.times_in_order,
    breaches_explained,
)

TYPE: Final = Field("service_type", Kind.CHOICE, N_("Type"), required=True, choices=f.REQUEST_TYPES)

REQUEST: Final = Workflow(
    name="request",
    table="ticket",
    initial=REGISTERED,
    states=STATES,
    events=(
        accept_event(),
        *(ticket_event(event) for event in _WORK),
        *closing_events(SETS, complete=_COMPLETE),
        *shared_events(SETS, TYPE),
    ),
    clockwork=clockwork,
)
