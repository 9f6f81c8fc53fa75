"""The gates of a diagnosis run: who may answer, what was read, approved and measured before the run goes on.

Rules of the trees (a warning is read, an act is approved, a value decides) and of design 4.3. Guards only answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final

from noc_console.workflows import measured, tree_walk
from noc_console.workflows.fields import Inputs
from noc_console.workflows.machine import DEPENDS_ON_INPUT, DependsOnInput, Facts, Reason
from noc_console.workflows.plan_guards import approval_given
from noc_console.workflows.ticket_guards import by_handler, missing_input, on_facts, on_inputs, related
from noc_console.workflows.ticket_inputs import INTERRUPTS_FIELD
from noc_console.workflows.tree import NOT_LOCATED, SITE, UNSAFE, Step, Threshold, Tree, Verdict
from noc_console.workflows.tree_walk import Choice, Judgement

#: States of a ticket in which a diagnosis begins.
BEGINS_IN: Final = ("accepted", "diagnosing")
#: A request is looked into by a tree while it is worked on, where its type asks what a service does (R13, R15).
REQUEST_BEGINS_IN: Final = ("accepted", "working")
REQUESTS: Final = ("consultation", "performance")
#: The list of a visit begins wherever somebody is sent to the site (R58, R59).
ON_SITE_IN: Final = (
    *BEGINS_IN, "working", "located", "planned", "approved", "executing", "waiting_customer", "waiting_third_party",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Given:
    """An answer as it was judged: the branch, the value, and what thresholds said of it."""

    choice: Choice
    value: Decimal | None
    judgement: Judgement


def ticket_of(facts: Facts) -> Mapping[str, Any]:
    """Return the ticket of a run."""
    return next(iter(related(facts, "ticket")), {})


def tree_here(facts: Facts) -> Tree:
    """Return the tree that a run is in, by the hash of its text."""
    return tree_by(facts, facts.record["here_hash"])["tree"]  # type: ignore[no-any-return]


def tree_by(facts: Facts, digest: str) -> Mapping[str, Any]:
    """Return what the desk found of a tree by its hash."""
    return next(row for row in related(facts, "trees") if row["hash"] == digest)


def tree_named(facts: Facts, name: str) -> Mapping[str, Any] | None:
    """Return what is in force under a tree's id, if the desk found it."""
    return next((row for row in related(facts, "in_force") if row["id"] == name), None)


def thresholds_here(facts: Facts) -> Mapping[str, Threshold]:
    """Return the thresholds that hold for a run: those of when it entered the tree that it is in."""
    return tree_by(facts, facts.record["here_hash"])["thresholds"]  # type: ignore[no-any-return]


def step_here(facts: Facts) -> Step | None:
    """Return the step that a run stands at; None at an end."""
    return tree_here(facts).step(facts.record["step"])


def answers_of(facts: Facts) -> tuple[Mapping[str, Any], ...]:
    """Return the answers of a run that stand, in order."""
    return tuple(row for row in related(facts, "answers") if row["dropped_at"] is None)


def entered(facts: Facts) -> frozenset[str]:
    """Return the trees that the ticket's runs have entered in this round: each is entered once only."""
    own = tree_walk.entered_names(facts.record.get("entered") or ())
    return frozenset(own) | {name for row in related(facts, "runs") for name in tree_walk.entered_names(row["entered"])}


def given(facts: Facts, inputs: Inputs) -> Given | Reason:
    """Judge an answer: the value in the unit of the step, its verdict, then the branch."""
    step = step_here(facts)
    assert step is not None
    said, value = inputs.get("choice") or "", None
    judgement = Judgement("unknown", ())
    if inputs.get("value"):
        if not step.unit:
            return Reason("value_not_asked", {"step": step.id})
        read = measured.read(inputs["value"], step.unit, step.plausible)
        if isinstance(read, Reason):
            return read
        named = _class_of(facts, step, inputs.get("variant") or "")
        if isinstance(named, Reason):
            return named
        value = read.value
        judgement = tree_walk.judge(step, value, thresholds_here(facts), named)
    verdict: Verdict = judgement.verdict
    choice = tree_walk.decided(step, value, verdict, said)
    if isinstance(choice, Reason) and choice.code == "value_decides_nothing" and not inputs.get("variant"):
        return _class_needed(facts, step) or choice
    return choice if isinstance(choice, Reason) else Given(choice, value, judgement)


def _class_of(facts: Facts, step: Step, said: str) -> str | Reason:
    """Return the code of the class that was named, empty where none was."""
    found = tree_walk.class_named(step, thresholds_here(facts), said) if said else None
    return found if isinstance(found, Reason) else found.code if found else ""


def _class_needed(facts: Facts, step: Step) -> Reason | None:
    thresholds = thresholds_here(facts)
    if not tree_walk.class_decides(step, thresholds):
        return None
    return Reason("class_needed", {"classes": tree_walk.class_words(tree_walk.classes(step, thresholds))})


# --- Who -----------------------------------------------------------------------------------------------------


@on_facts
def handles_ticket(facts: Facts) -> Reason | None:
    """Let only those who handle the ticket run its diagnosis (R51)."""
    ticket = ticket_of(facts)
    found = by_handler(replace(facts, record=ticket), None) if ticket else None
    return found if isinstance(found, Reason) else None


@on_facts
def ticket_open(facts: Facts) -> Reason | None:
    """Refuse to go on for a ticket that is no longer open."""
    ticket = ticket_of(facts)
    return None if ticket.get("open") else Reason("ticket_not_open", {"ref": ticket.get("ref", "-")})


# --- Beginning -----------------------------------------------------------------------------------------------


@on_inputs
def ticket_diagnosed(facts: Facts, inputs: Inputs) -> Reason | None:
    """Require a fault that is being worked on and not located yet, or a request that asks what a service does.

    The list of a visit is gone through for every ticket that somebody may be sent for.
    """
    ticket = ticket_of(facts)
    if not ticket:
        return Reason("ticket_unknown", {"ref": inputs.get("ticket", "")})
    named = tree_named(facts, inputs["tree"])
    if named is not None and named["tree"].domain == SITE:
        fits = ticket["state"] in ON_SITE_IN
    elif ticket["service_type"] == "fault":
        fits = ticket["state"] in BEGINS_IN
    else:
        fits = ticket["service_type"] in REQUESTS and ticket["state"] in REQUEST_BEGINS_IN
    return None if fits else Reason("ticket_not_diagnosed", {"ref": ticket["ref"]})


@on_inputs
def handled_ticket(facts: Facts, inputs: Inputs) -> Reason | None:
    """Let only those who handle the ticket begin."""
    found = handles_ticket(facts, inputs)
    return found if isinstance(found, Reason) else None


@on_inputs
def tree_there(facts: Facts, inputs: Inputs) -> Reason | None:
    """Require a tree that is in force."""
    return None if tree_named(facts, inputs["tree"]) else Reason("tree_unknown", {"value": inputs["tree"]})


@on_inputs
def tree_not_entered(facts: Facts, inputs: Inputs) -> Reason | None:
    """Refuse a tree that the ticket's diagnosis has been through: it would come to the same place."""
    again = next((row for row in related(facts, "runs") if inputs["tree"] in entered_by(row)), None)
    return Reason("tree_entered", {"value": inputs["tree"], "ref": again["ref"]}) if again else None


def entered_by(run: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the trees that another run of the ticket is or was in."""
    return tree_walk.entered_names(run["entered"])


# --- Answering -----------------------------------------------------------------------------------------------


@on_facts
def stands_at_step(facts: Facts) -> Reason | None:
    """Refuse an answer where there is no question any more."""
    return None if step_here(facts) else Reason("run_at_end", {"end": facts.record["step"]})


@on_inputs
def answer_for_step(facts: Facts, inputs: Inputs) -> Reason | None:
    """Refuse an answer that was meant for another step."""
    meant = inputs.get("step")
    other = meant not in (None, facts.record["step"], f"{facts.record['here']}.{facts.record['step']}")
    return Reason("step_moved", {"value": meant, "step": facts.record["step"]}) if other else None


@on_inputs
def answer_decides(facts: Facts, inputs: Inputs) -> Reason | None:
    """Require an answer that leads somewhere, with a value that can be believed."""
    found = given(facts, inputs)
    return found if isinstance(found, Reason) else None


@on_inputs
def act_approved(facts: Facts, inputs: Inputs) -> Reason | None:
    """Refuse to go on from an act that nobody has approved; E98 and E99 are always open."""
    step = step_here(facts)
    found = given(facts, inputs)
    if step is None or step.kind != "act" or isinstance(found, Reason) or found.choice.number == 0:
        return None
    return None if approval_here(facts) else Reason("step_not_approved", {"step": step.id})


def approval_here(facts: Facts) -> Mapping[str, Any] | None:
    """Return the approval of the act that a run stands at."""
    approval: Mapping[str, Any] | None = facts.record.get("approval")
    same = approval and (approval["tree"], approval["step"]) == (facts.record["here"], facts.record["step"])
    return approval if same else None


@on_facts
def warning_read(facts: Facts) -> Reason | None:
    """Refuse to leave a warning for another tree before it was read."""
    step = step_here(facts)
    return Reason("warning_not_read", {"step": step.id}) if step and step.kind == "warn" else None


# --- Going back, and other trees -----------------------------------------------------------------------------


@on_facts
def something_answered(facts: Facts) -> Reason | None:
    """Require an answer to go back to."""
    return None if answers_of(facts) else Reason("nothing_answered")


@on_inputs
def step_answered(facts: Facts, inputs: Inputs) -> Reason | None:
    """Require that the step to go back to was answered in this run."""
    wanted = inputs.get("step")
    if not wanted or back_to(facts, wanted) is not None:
        return None
    known = ", ".join(f"{row['tree']}.{row['step']}" for row in answers_of(facts))
    return Reason("step_not_answered", {"value": wanted, "steps": known})


def back_to(facts: Facts, wanted: str | None) -> Mapping[str, Any] | None:
    """Return the answer that going back takes away with all after it: that of a step, or the last one."""
    rows = answers_of(facts)
    if not wanted:
        return rows[-1] if rows else None
    return next((row for row in reversed(rows) if wanted in (row["step"], f"{row['tree']}.{row['step']}")), None)


# --- Acts ----------------------------------------------------------------------------------------------------


@on_facts
def stands_at_act(facts: Facts) -> Reason | None:
    """Require that the run stands at an act that is not approved yet."""
    step = step_here(facts)
    if step is None or step.kind != "act":
        return Reason("no_act_here", {"step": facts.record["step"]})
    approval = approval_here(facts)
    return Reason("step_approved_already", {"name": approval["by"]}) if approval else None


def act_approval_given(facts: Facts, inputs: Inputs | None) -> Reason | DependsOnInput | None:
    """Judge the approval of an act as that of a plan: never by who runs it, by voice, or by a pre-approved class."""
    ticket = ticket_of(facts)
    if inputs is not None and inputs["how"] == "voice" and ticket["service_type"] != "fault":
        return Reason("voice_for_faults")  # there is no paper that it would be ratified on (R31)
    interrupts = (inputs or {}).get("interrupts") or "no"
    as_plan = {**ticket, "plan_by": None, "plan_remedy": (inputs or {}).get("remedy"), "interrupts": interrupts}
    plan = replace(facts, record=as_plan)
    found = approval_given(plan, inputs)
    if isinstance(found, Reason):
        return found if inputs is not None or found.code != "remedy_not_preapproved" else DEPENDS_ON_INPUT
    if inputs is None:
        return DEPENDS_ON_INPUT
    giver = facts.actor.name if inputs["how"] == "here" else inputs.get("given_by") if inputs["how"] == "voice" else ""
    return Reason("approver_runs", {"name": giver}) if giver in runners(facts) else None


def runners(facts: Facts) -> frozenset[str]:
    """Return who runs the diagnosis: who began it, who answered, and who owns the ticket."""
    names = {facts.record["started_by"], ticket_of(facts).get("owner")}
    return frozenset(name for name in (*names, *(row["answered_by"] for row in answers_of(facts))) if name)


@on_inputs
def interruption_told(facts: Facts, inputs: Inputs) -> Reason | None:
    """Require to say whether the act interrupts where that decides: a class that is approved for no interruption."""
    needed = inputs.get("how") == "policy" and not inputs.get("interrupts")
    return missing_input(INTERRUPTS_FIELD) if needed else None


# --- Ending --------------------------------------------------------------------------------------------------


@on_facts
def stands_at_end(facts: Facts) -> Reason | None:
    """Require an end that is not the one of danger: that one is stopped."""
    if step_here(facts) is not None:
        return Reason("run_not_at_end", {"step": facts.record["step"]})
    return Reason("run_unsafe") if facts.record["step"] == UNSAFE else None


@on_inputs
def outcome_of_end(facts: Facts, inputs: Inputs) -> Reason | None:
    """Hold the outcome to the end that the run has come to."""
    wanted = outcome(facts.record["step"])
    return None if inputs["outcome"] == wanted else Reason("run_outcome", {"end": facts.record["step"]})


def outcome(place: str) -> str:
    """Return what an end means for a run."""
    return "not_located" if place == NOT_LOCATED else "located"
