"""What the reasons of faults and requests say to people, by code: from registering to closing and the short way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from noc_console.i18n import N_

Words = tuple[str, str]

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
    "frozen": (
        N_("work on the network is frozen until {until}: {name}"),
        N_("wait for its end, or override it as a lead"),
    ),
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
    "spoken_not_sent": (
        N_("nothing sends what is spoken ({channel})"),
        N_("speak to them and choose “by hand” (by_hand), or choose a written channel"),
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

WORDS: Final[Mapping[str, Words]] = {**_INTAKE, **_OWNERS, **_HANDLING, **_PLANS, **_CLOSING, **_SOLVE}
