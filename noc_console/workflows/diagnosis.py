"""The machine of a diagnosis run: one way through a tree for one ticket (design 4.3, rules of the trees).

Rows only; gates are in ``diagnosis_guards.py``, what is written down in ``diagnosis_effects.py``.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from noc_console.i18n import N_
from noc_console.workflows import diagnosis_effects as effects
from noc_console.workflows import diagnosis_guards as gates
from noc_console.workflows import ticket_inputs as f
from noc_console.workflows.closing_guards import not_before
from noc_console.workflows.fields import Field, Kind
from noc_console.workflows.machine import SAME, Event, State, Workflow

WORK: Final = "ticket.work"
TREE: Final = Field("tree", Kind.TEXT, N_("Tree"), N_("Such as AC-T1"), required=True, max_length=40)
CHOICE: Final = Field("choice", Kind.TEXT, N_("Answer"), N_("Its number or words; E99 cannot be done, E98 unsafe"))
VALUE: Final = Field("value", Kind.TEXT, N_("Value"), N_("With its unit, such as -27.5 dBm"), max_length=2_000)
VARIANT: Final = Field("variant", Kind.TEXT, N_("Class"), N_("Whose limits hold, such as B+"), max_length=60)
STEP: Final = Field("step", Kind.TEXT, N_("Step"), max_length=80)
COMMAND: Final = Field(
    "command", Kind.TEXT, N_("Command"), N_("Just as it was typed"), pii=True, max_length=2_000, asked=False
)
OUTCOME: Final = Field(
    "outcome", Kind.CHOICE, N_("Outcome"), required=True, choices=("located", "not_located"), asked=False
)
OPEN: Final = (gates.ticket_open, gates.handles_ticket)

DIAGNOSIS: Final = Workflow(
    name="diagnosis",
    table="diagnosis",
    initial="running",
    states=(
        State("running", N_("going on"), "?", "active"),
        State("located", N_("located"), "@", "done", final=True),
        State("not_located", N_("not located"), "-", "warning", final=True),
        State("stopped", N_("stopped"), "x", "closed", final=True),
    ),
    events=(
        Event(
            "start", (), "running", N_("Begin diagnosis"), help=N_("Go through a tree for a ticket"),
            inputs=(Field("ticket", Kind.REFERENCE, N_("Ticket"), required=True), TREE), right=WORK,
            guards=(gates.ticket_diagnosed, gates.handled_ticket, gates.tree_there, gates.tree_not_entered),
            effects=(effects.start,),
        ),
        Event(
            "answer", ("running",), SAME, N_("Answer"), "a", N_("Answer the step; a value decides the branch"),
            inputs=(
                CHOICE, VALUE, VARIANT, Field("note", Kind.PROSE, N_("Note"), pii=True), replace(STEP, asked=False),
            ),
            right=WORK,
            guards=(*OPEN, gates.stands_at_step, gates.answer_for_step, gates.answer_decides, gates.act_approved),
            effects=(effects.answer,),
        ),
        Event(
            "go_back", ("running",), SAME, N_("Go back"), "b", N_("Answer an earlier step anew; the old answer stays"),
            inputs=(replace(STEP, help=N_("Empty for the last one")), f.WHY), right=WORK,
            guards=(*OPEN, gates.something_answered, gates.step_answered), effects=(effects.go_back,),
        ),
        Event(
            "jump", ("running",), SAME, N_("Other tree"), "t", N_("Go on in another tree; the answers come along"),
            inputs=(TREE, f.required(f.WHY)), right=WORK, guards=(*OPEN, gates.warning_read, gates.tree_there),
            effects=(effects.jump,),
        ),
        Event(
            "attach", ("running",), SAME, N_("Add evidence"), "e", N_("A file, or what was pasted, for this step"),
            inputs=(Field("file", Kind.FILE, N_("File"), required=True), COMMAND, f.COMMENT), right=WORK,
            guards=OPEN, effects=(effects.attach,),
        ),
        Event(
            "approve_step", ("running",), SAME, N_("Approve the act"), "p",
            N_("Never by who runs the diagnosis; by voice is ratified later"),
            inputs=(
                f.APPROVE_HOW, f.REMEDY, replace(f.INTERRUPTS_FIELD, required=False), f.COMMENT, f.GIVEN_BY,
                f.GIVEN_AT, f.NUMBER,
            ),
            guards=(
                gates.ticket_open, gates.stands_at_act, gates.interruption_told, gates.act_approval_given,
                not_before(f.GIVEN_AT, "started_at"),
            ),
            effects=(effects.approve_step,),
        ),
        Event(
            "finish", ("running",), {"located": "located", "not_located": "not_located"}, N_("Finish"), "F",
            N_("Accept what the run has come to"), inputs=(OUTCOME,), right=WORK,
            guards=(*OPEN, gates.stands_at_end, gates.outcome_of_end), effects=(effects.finish,), choice="outcome",
        ),
        Event(
            "stop", ("running",), "stopped", N_("Stop"), "S", N_("Give the run up; what was found stays"),
            inputs=(f.required(f.WHY),), right=WORK, guards=(gates.handles_ticket,), effects=(effects.stop,),
        ),
    ),
)  # fmt: skip
