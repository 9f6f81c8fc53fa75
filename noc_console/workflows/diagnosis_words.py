"""What the reasons of diagnosis runs say to people, by code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from noc_console.i18n import N_

Words = tuple[str, str]

WORDS: Final[Mapping[str, Words]] = {
    "value_unit_missing": (N_("the value has no unit"), N_("write it with its unit: {unit}")),
    "value_other_unit": (
        N_("the step asks for {unit}, not for {other}"),
        N_("measure or read it in {unit}; nothing is converted here"),
    ),
    "value_unreadable": (N_("no value can be read"), N_("write a number with its unit: {unit}")),
    "value_several": (N_("several values are in it: {values}"), N_("give the one that is meant, in {unit}")),
    "value_ambiguous": (N_("“{value}” can be read in two ways"), N_("write it without separators, in {unit}")),
    "value_implausible": (
        N_("{value} {unit} is no value that can be measured"),
        N_("measure again; it lies between {low} and {high} {unit}"),
    ),
    "value_not_asked": (N_("step {step} asks for no value"), N_("choose one of its answers")),
    "value_decides_nothing": (N_("the value does not decide the branch"), N_("choose as well: {choices}")),
    "class_needed": (N_("the limits differ by class"), N_("name the class: {classes}")),
    "class_unknown": (N_("“{value}” is no class of this step, or several"), N_("one of: {classes}")),
    "choice_needed": (N_("an answer is missing"), N_("choose one of: {choices}")),
    "choice_unknown": (N_("“{value}” is no answer of this step"), N_("choose one of: {choices}")),
    "choice_several": (N_("“{value}” begins several answers"), N_("choose one of: {choices}")),
    "choice_contradicts": (N_("the value says otherwise: {value}"), N_("leave the answer out, or measure again")),
    "ticket_not_open": (N_("{ref} is no longer open"), N_("its diagnosis stays as it is")),
    "ticket_not_diagnosed": (
        N_("{ref} is not to be diagnosed now"),
        N_("begin it on a fault at diagnosis, or on a consultation or performance request at work"),
    ),
    "voice_for_faults": (
        N_("only the act of a fault is approved by voice"),
        N_("have it approved here, or by a pre-approved class"),
    ),
    "tree_unknown": (N_("there is no tree {value}"), N_("noc diagnosis trees lists them")),
    "tree_entered": (
        N_("{ref} has been through {value} already"),
        N_("go back in that run, or begin another tree"),
    ),
    "run_at_end": (N_("the run has come to its end {end}"), N_("finish it, or go back")),
    "run_not_at_end": (N_("the run has not come to an end; it stands at {step}"), N_("answer the step, or stop it")),
    "run_unsafe": (N_("the run has ended because it was not safe"), N_("tell the lead, and stop it with the reason")),
    "run_outcome": (N_("the end {end} means something else"), N_("take the outcome of the end")),
    "step_moved": (N_("the run stands at {step}, no longer at {value}"), N_("look at it again, then answer")),
    "step_not_approved": (N_("step {step} changes something and is not approved"), N_("have it approved first")),
    "step_approved_already": (N_("{name} has approved it"), N_("carry it out and answer")),
    "no_act_here": (N_("step {step} changes nothing"), N_("nothing needs to be approved")),
    "approver_runs": (N_("{name} runs this diagnosis and cannot approve its acts"), N_("ask another approver")),
    "warning_not_read": (N_("the warning of step {step} has not been read"), N_("read it and confirm it first")),
    "nothing_answered": (N_("nothing was answered yet"), N_("answer the step")),
    "step_not_answered": (N_("{value} was not answered in this run"), N_("name one of: {steps}")),
    "run_unfinished": (
        N_("diagnosis {ref} has not located the fault"),
        N_("finish it, or say why it is located without it (free_reason)"),
    ),
    "run_other_cause": (
        N_("diagnosis {ref} found {cause}"),
        N_("take its cause, or say why not (free_reason)"),
    ),
    "run_unknown": (
        N_("{value} is no diagnosis of this ticket and round that looks for the cause"),
        N_("noc diagnosis list shows them"),
    ),
    "run_goes_on": (
        N_("diagnosis {ref} is not finished; it stands at {place}"),
        N_("answer on and finish it, or leave it out and give what was found yourself"),
    ),
    "run_found_nothing": (
        N_("diagnosis {ref} has ended at {place} without a cause"),
        N_("begin another tree, or leave it out and give what was found yourself"),
    ),
    "run_given_up": (
        N_("diagnosis {ref} was stopped at {place}"),
        N_("begin it anew, or leave it out and give what was found yourself"),
    ),
}
