"""What every reason and alert says to people, and what would help: by code, in the language of the reader.

Reasons are stored and sent as codes with parameters; this is the only place that makes words of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from noc_console.i18n import N_, _
from noc_console.workflows import command_words, consult_words
from noc_console.workflows.labels import label
from noc_console.workflows.machine import Reason

#: Parameters that hold codes which have names; what a person has to type (fields, options) stays a code.
_CODES: Final = frozenset({"channel", "clock", "domain", "level", "role", "roles", "trigger", "type"})

Words = tuple[str, str]

_MACHINE: Final[Mapping[str, Words]] = {
    "wrong_state": (
        N_("“{event_label}” is not possible while it is {state_label}"),
        N_("it is possible while it is {states_labels}"),
    ),
    "no_record": (N_("“{event_label}” needs something that exists already"), N_("register it first")),
    "other_kind": (N_("“{event_label}” is no step of this kind of record"), N_("choose one of its own steps")),
    "right_missing": (N_("“{event_label}” is not yours to do"), N_("ask somebody who is {roles}")),
    "input_missing": (N_("{field_label} is missing"), N_("give {field_label} ({field})")),
    "input_choice": (N_("{field_label} cannot be “{value}”"), N_("choose one of: {options}")),
    "input_too_long": (N_("{field_label} is too long"), N_("shorten it to {limit} characters, or attach it as a file")),
    "input_range": (N_("{field_label} is out of range"), N_("the limit is {limit} {unit}")),
    "input_future": (N_("{field_label} lies in the future"), N_("give the instant at which it happened")),
    "instant_passed": (N_("{field_label} lies in the past"), N_("give an instant that is still to come")),
}

_INTAKE: Final[Mapping[str, Words]] = {
    "grade_half_given": (N_("impact and urgency give a grade only together"), N_("give both, or the grade itself")),
    "requester_is_person": (
        N_("it came in by {channel}, so its requester is not monitoring"),
        N_("say who asks, or register it as seen by monitoring"),
    ),
    "emergency_graded_low": (
        N_("the quick entry is for emergencies, and this is {grade}"),
        N_("ask what is to be asked, or grade it as the emergency that it is"),
    ),
    "requester_type_fixed": (
        N_("it is known who asks: {type}"),
        N_("ask a lead to correct it with the reason"),
    ),
    "nothing_given": (N_("nothing was given"), N_("give at least one of: {fields_labels}")),
    "nothing_changed": (N_("nothing was changed"), N_("fill in what is missing, or correct what is wrong")),
    "fields_missing": (N_("still missing: {fields_labels}"), N_("complete the ticket first")),
    "ticket_unknown": (N_("there is no ticket {ref}"), N_("check the reference; search finds closed tickets too")),
    "ticket_itself": (N_("that is this very ticket"), N_("name another ticket")),
    "parent_not_fault": (N_("a mass fault has faults as parent and children"), N_("link it to {ref} as caused_by")),
    "parent_closed": (N_("{ref} is no longer open"), N_("name the open ticket of the mass fault")),
    "tied_already": (N_("it is tied to {ref} in this way already"), N_("nothing needs to be done")),
    "parent_nested": (
        N_("a parent cannot be a child, nor a child a parent"),
        N_("tie it to the ticket that {ref} belongs to"),
    ),
}

_STORE: Final[Mapping[str, Words]] = {
    "item_taken": (
        N_("{name} has made a ticket of it at {at}: {ref}"),
        N_("go on with that ticket: noc ticket show {ref}"),
    ),
    "item_discarded": (
        N_("{name} has discarded it at {at}: {why}"),
        N_("if it matters after all, register a ticket; its original stays: noc intake quarantine show {item}"),
    ),
    "locked_already": (N_("{name} has locked the store already"), N_("wait, or end that lock: noc lock --off")),
}

_OWNERS: Final[Mapping[str, Words]] = {
    "no_owner": (N_("nobody owns this ticket"), N_("take it over first")),
    "no_owner_yet": (N_("nobody owns this ticket, so there is nothing to release"), N_("take it over to work on it")),
    "not_handler": (N_("{owner} owns this ticket"), N_("ask {owner} to hand it over, or to do it")),
    "not_owner": (N_("the ticket belongs to {owner}"), N_("ask {owner}, or a lead")),
    "not_offered": (
        N_("{owner} owns this ticket and has not offered it to you"),
        N_("ask {owner} to hand it over, or a lead"),
    ),
    "already_owner": (N_("{owner} owns it already"), N_("nothing needs to be done")),
    "claim_too_long": (N_("nobody may claim a ticket for that long"), N_("claim it for at most {days} days")),
    "not_addressed": (N_("this is addressed to {recipient}"), N_("leave it to them, or ask a lead")),
    "being_sent": (N_("a program is sending it since {since}"), N_("wait until it says what became of it")),
    "not_yet_due": (N_("its next try is at {until}"), N_("wait, or send it again by hand")),
    "person_unknown": (N_("{name} is not an engineer in service here"), N_("check the name in the list of engineers")),
}

_HANDLING: Final[Mapping[str, Words]] = {
    "snooze_too_long": (N_("that is too long out of sight"), N_("choose a time within {hours} hours")),
    "visit_out_of_order": (
        N_("dispatched, arrived and left are not in this order"),
        N_("check the three times of the visit"),
    ),
    "nothing_late": (N_("no promise of this ticket is late"), N_("nothing needs to be explained")),
    "clock_not_late": (N_("the {clock} clock is not late"), N_("name the one that is, or none")),
    "breaches_told": (N_("every late clock has its reason"), N_("name the clock whose reason you correct")),
    "escalation_empty": (N_("it must be escalated to somebody"), N_("give a function or a management level")),
    "level_reached": (
        N_("it has been at {level} in this round already"),
        N_("choose a higher level, another vendor by name, or report a follow-up"),
    ),
    "vendor_without_function": (
        N_("a vendor is named, but it is not escalated to one"),
        N_("escalate it to the function vendor, or leave the vendor out"),
    ),
    "grade_same": (N_("it is {grade} already"), N_("choose another grade, or leave it")),
    "urgent_is_highest": (N_("urgent is always {grade}"), N_("grade it {grade}, or leave the flag out")),
    "lowering_needs_lead": (N_("only a lead lowers a grade"), N_("ask the lead on duty to regrade it")),
    "lowering_needs_word": (N_("a lower grade needs the customer's agreement"), N_("give the customer's words")),
    "not_in_contract": (
        N_("the contract does not name force majeure, so the clock may not stop for it"),
        N_("choose another reason, or wait for the third party"),
    ),
    "cause_code_malformed": (
        N_("“{value}” is no cause code"),
        N_("write it like TX-FIBRE-CUT, or X-NFF for no fault found"),
    ),
    "cause_code_unknown": (N_("“{value}” is no cause code"), N_("the nearest there are: {codes}")),
    "target_closed": (N_("{ref} is no longer open"), N_("register what is new as a ticket that follows it")),
    "not_same_matter": (
        N_("{ref} concerns neither the same object nor the same requester"),
        N_("link the two tickets, or ask a lead to merge them"),
    ),
    "target_graded_lower": (
        N_("{ref} is only {grade}"),
        N_("regrade {ref} first, merge the other way, or ask a lead"),
    ),
    "already_executed": (
        N_("we have acted on it, so it cannot be cancelled"),
        N_("restore, feed back and let the requester confirm"),
    ),
    "reject_needs_lead": (N_("a customer's matter is rejected by a lead only"), N_("ask the lead on duty")),
    "children_open": (
        N_("{count} tickets hang on this one: {refs}"),
        N_("close them first, or tie them to another parent"),
    ),
    "change_still_open": (N_("the change {ref} is not closed yet"), N_("answer when it is closed")),
}

_PLANS: Final[Mapping[str, Words]] = {
    "plan_needs_location": (N_("the fault is not located"), N_("locate it, or decide to restore first")),
    "approver_is_planner": (
        N_("{name} made this plan and cannot approve it"),
        N_("ask another approver, or use a pre-approved remedy"),
    ),
    "approver_too_low": (N_("an act of this size is not {name}'s to approve"), N_("it needs one of: {roles}")),
    "remedy_not_preapproved": (
        N_("the plan is of no remedy class that is approved beforehand"),
        N_("name a pre-approved remedy in the plan, or ask an approver"),
    ),
    "remedy_interrupts": (
        N_("{remedy} is approved beforehand only where nothing is interrupted"),
        N_("ask an approver"),
    ),
    "remedy_other_domain": (
        N_("{remedy} is approved beforehand only for: {domain}"),
        N_("choose another remedy, or none and ask an approver"),
    ),
    "voice_not_allowed": (
        N_("approval by voice is for urgent tickets, P1, P2 and work on site"),
        N_("let the approver approve it here"),
    ),
    "voice_is_own": (N_("{name} cannot record an approval by themselves"), N_("approve it here, or name who gave it")),
    "nothing_to_ratify": (N_("no approval by voice is waiting"), N_("nothing needs to be done")),
    "ratified_by_giver": (
        N_("only {name}, who gave it, can ratify it"),
        N_("ask {name}; once it is overdue, or they are gone, an approver signs in their place"),
    ),
    "ratifies_own_record": (N_("{name} wrote down this approval by voice"), N_("ask another approver to ratify it")),
    "plan_not_approved": (N_("version {version} of the plan is not approved"), N_("have it approved first")),
    "change_not_started": (N_("the linked change {ref} has not been started"), N_("start the change first")),
    "checker_is_executor": (N_("{name} cannot check their own work"), N_("name a second person as checker")),
    "notice_missing": (
        N_("the plan interrupts, and the customer has not been told"),
        N_("record the customer's notice, or override it as a lead"),
    ),
    "notice_too_late": (
        N_("the customer was told less than {minutes} minutes ago"),
        N_("wait until then, or override it as a lead"),
    ),
    "frozen": (N_("work on the network is frozen: {name}"), N_("wait for its end, or override it as a lead")),
    "not_off_peak": (
        N_("the plan interrupts, and this is not an off-peak hour of {domain}"),
        N_("wait for the night, or override it as a lead"),
    ),
    "act_of_ours": (N_("we have acted on it in this round"), N_("restore it by executing the approved plan")),
}

_CLOSING: Final[Mapping[str, Words]] = {
    "instant_too_early": (
        N_("{field_label} lies before: {earlier_label}"),
        N_("check the instant, or correct the earlier one"),
    ),
    "confirmed_by_handler": (
        N_("who handled a {grade} does not confirm it"),
        N_("ask a colleague to call the customer"),
    ),
    "confirmed_by_us": (N_("{name} is not the requester's side"), N_("name the person of the requester who said so")),
    "nobody_withdraws": (
        N_("no requester is there to withdraw an alarm"),
        N_("let it come clear, or ask a lead"),
    ),
    "parent_not_restored": (
        N_("the service of its parent is not back"),
        N_("say how it came back, or wait for the parent"),
    ),
    "not_cleared_with_parent": (
        N_("it was not restored with its mass fault"),
        N_("let the requester confirm it"),
    ),
    "alarm_raised": (N_("the alarm {name} is still raised"), N_("wait for its clear, or object and go on")),
    "alarm_clear_too_short": (
        N_("the alarm has been clear for less than {minutes} minutes"),
        N_("confirm it after that"),
    ),
    "verification_missing": (N_("nothing says how the restoration was verified"), N_("give how it was verified")),
    "cause_missing": (N_("there is no cause code"), N_("give it with the feedback; X-NFF where no fault was found")),
    "feedback_missing": (N_("result, cause or prevention is missing"), N_("feed back all three")),
    "answer_missing": (N_("there is no answer"), N_("answer it first")),
    "breach_unexplained": (
        N_("a promise was missed and nobody has said why: {clock}"),
        N_("give the reason first (explain_breach)"),
    ),
    "times_out_of_order": (
        N_("the times are not in order: {earlier_label} lies after {later_label}"),
        N_("correct the wrong one with its reason"),
    ),
    "follow_up_missing": (
        N_("the repair is temporary"),
        N_("link the ticket or change of the lasting repair as follow_up"),
    ),
    "not_ratified": (N_("the approval by voice is not ratified"), N_("ask {name} to ratify it")),
    "children_not_informed": (
        N_("children without feedback: {count}, {ref} among them"),
        N_("feed back to them first"),
    ),
    "unconfirmed_not_allowed": (
        N_("the policy closes nothing without the customer's word"),
        N_("reach the customer and confirm"),
    ),
    "attempts_too_few": (
        N_("tried so far: {so_far} times on {so_far_days} days, {so_far_written} times in writing"),
        N_("it takes {attempts} tries by voice on {days} days, and {written} in writing"),
    ),
    "message_unsent": (
        N_("the message that the customer would answer has not been sent"),
        N_("send it, or mark it as sent by hand (noc outbox list)"),
    ),
    "closing_needs_role": (N_("only {role} closes without the customer's word"), N_("ask the lead on duty")),
    "not_a_child": (N_("it belongs to no mass fault"), N_("let the requester confirm it")),
    "silence_too_short": (
        N_("the customer has been silent for less than {hours} hours"),
        N_("wait, or let them confirm"),
    ),
    "enterprise_not_called": (
        N_("an enterprise is called, not only written to"),
        N_("call them and record the attempt"),
    ),
    "no_plan_yet": (N_("there is no plan to go back to"), N_("go back to diagnosis")),
    "reopen_days_running": (
        N_("it can be reopened for {days} days after closing"),
        N_("archive it later, or ask a lead"),
    ),
    "article_or_why": (
        N_("a case gives an article, or a reason why not"),
        N_("name the article, or say why there is none"),
    ),
}

_SOLVE: Final[Mapping[str, Words]] = {
    "solve_state": (N_("the short way does not start from here"), N_("go on with the next step")),
    "solve_grade": (N_("the short way is for P4 and P5, and this is {grade}"), N_("go step by step")),
    "solve_remedy": (
        N_("{remedy} is not approved beforehand for this domain"),
        N_("choose another remedy, or have a plan approved"),
    ),
}

_REGISTERS: Final[Mapping[str, Words]] = {
    "name_stays": (N_("{name} has signed with this name"), N_("change how it is shown, or add another engineer")),
    "name_taken": (N_("“{name}” is no name for a person here"), N_("choose another, as the system knows them")),
    "retires_self": (N_("nobody retires themselves"), N_("ask another admin")),
    "keeps_admin": (N_("nobody takes the role of admin from themselves"), N_("ask another admin")),
    "last_admin": (N_("{name} is the only admin"), N_("make somebody else an admin first")),
    "owns_tickets": (
        N_("{name} owns {count} open tickets: {refs}"),
        N_("let a lead take them over first, or {name} hand them over"),
    ),
    "offered_tickets": (
        N_("{count} tickets are offered to {name}: {refs}"),
        N_("offer them to somebody else first"),
    ),
    "voices_to_ratify": (
        N_("{name} has not ratified what they approved by voice: {refs}"),
        N_("let {name} ratify it; once it is overdue an approver signs in their place"),
    ),
    "checklist_fixed": (N_("{name} is in force as it is"), N_("nothing needs to be done")),
    "policy_fixed": (N_("version {version} of the policy is in use as it is"), N_("import a new version")),
    "view_of_other": (N_("the view belongs to {owner}"), N_("save it under another name")),
}

_DIAGNOSIS: Final[Mapping[str, Words]] = {
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

#: Alerts of the inbox: what happened to {ref}, and what to do about it.
_ALERTS: Final[Mapping[str, Words]] = {
    "offered_to_you": (N_("{name} offers you {ref}"), N_("take it over, or tell {name}")),
    "taken_over": (N_("{name} has taken over {ref} from you"), N_("tell them what is not written down")),
    "released": (N_("{name} has released {ref}"), N_("find it an owner")),
    "claim_ended": (N_("the claim of {ref} has ended"), N_("take it over again if you still work on it")),
    "escalated_function": (N_("{ref} is escalated to {level}"), N_("take it over or join its owner")),
    "escalated_management": (N_("{ref} is escalated to {level}"), N_("look at it, and report upward if it needs that")),
    "plan_rejected": (N_("{name} has rejected the plan of {ref}"), N_("read the comment and plan anew")),
    "ratify_your_word": (
        N_("{name} recorded that you approved the plan of {ref} by voice"),
        N_("ratify it, or tell them at once"),
    ),
    "ratified_for_you": (
        N_("{name} has ratified in your place what you approved by voice on {ref}"),
        N_("read the reason; object if it is not what you said"),
    ),
    "ratify_overdue": (
        N_("the approval by voice of {ref} is still not ratified"),
        N_("ratify it; in another's place with the reason"),
    ),
    "dissatisfied": (N_("the customer of {ref} is not satisfied"), N_("call them within the day")),
    "customer_answered": (N_("the customer of {ref} has answered; its clock runs again"), N_("resume it")),
    "message_received": (N_("{ref} has a new message"), N_("read and answer it")),
    "reply_after_closing": (
        N_("the customer of {ref} wrote after it was closed"),
        N_("record them as dissatisfied, or register what is new"),
    ),
    "alarm_cleared": (N_("the alarm of {ref} is clear"), N_("if nothing of ours was done, record that it came clear")),
    "alarm_flapping": (
        N_("the alarm of {ref} comes and goes"),
        N_("look for what makes it unstable; each change is in the log"),
    ),
    "alarm_again": (N_("the alarm of {ref} is raised again"), N_("check whether the service works")),
    "no_event": (
        N_("nothing has happened on {ref} for one update interval"),
        N_("tell the customer, or write down how it stands"),
    ),
    "clock_warning": (N_("{ref}: the {clock} clock has used {percent} %"), N_("act, or escalate in time")),
    "clock_late": (
        N_("{ref}: the {clock} clock has run out"),
        N_("act now, and tell the customer when it will be done"),
    ),
    "message_waits_long": (
        N_("a message of {ref} could not be delivered for days"),
        N_("look at noc outbox list, or tell them by voice"),
    ),
    "message_refused": (
        N_("a message of {ref} was refused by the other side"),
        N_("correct the address and send again, or tell them by voice and mark it sent"),
    ),
    "message_came_back": (
        N_("a message of {ref} came back undelivered"),
        N_("correct the address and send again, or tell them by voice and mark it sent"),
    ),
    "message_in_doubt": (
        N_("nobody can say whether a message of {ref} has arrived"),
        N_("ask the customer, then mark it sent or send again"),
    ),
    "clock_late_explain": (
        N_("{ref}: the {clock} clock has run out"),
        N_("act now, tell the customer when it will be done, and record why (explain_breach)"),
    ),
    "low_score": (N_("the customer of {ref} gave {score} of 10"), N_("call them within the day")),
    "woke_up": (N_("{ref} is back from its snooze"), N_("look at it")),
    "wait_over": (
        N_("the time that {ref} was to wait is over; its clock runs"),
        N_("resume it, or agree on a new time"),
    ),
    "diagnosis_unsafe": (N_("the diagnosis of {ref} was stopped: not safe"), N_("talk to its owner at once")),
    "diagnosis_not_located": (
        N_("the diagnosis of {ref} has not found the fault"),
        N_("escalate it with the evidence, or call a consultation"),
    ),
    "complete_overdue": (N_("the emergency entry {ref} is not complete"), N_("fill in what is missing")),
}

REASONS: Final[Mapping[str, Words]] = {
    **_MACHINE, **_INTAKE, **_STORE, **_OWNERS, **_HANDLING, **_PLANS, **_CLOSING, **_SOLVE, **_REGISTERS, **_DIAGNOSIS,
    **consult_words.WORDS, **command_words.WORDS, **_ALERTS,
}  # fmt: skip


def say(reason: Reason) -> Words:
    """Return text and remedy of a reason in the language in use; KeyError for a code that has no words."""
    text, remedy = REASONS[reason.code]
    params = {name: _shown(name, value) for name, value in reason.params.items()}
    return _(text, **params), _(remedy, **params)


def _shown(name: str, value: Any) -> Any:
    if name.endswith("_labels"):
        return _(", ").join(_(each) for each in value)
    if name.endswith("_label"):
        return _(value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="minutes")
    if isinstance(value, list | tuple):
        return _(", ").join(_named(name, str(item)) for item in value)
    return _named(name, value) if isinstance(value, str) else value


def _named(name: str, code: str) -> str:
    return label(code) if name in _CODES else code
