"""What the reasons and alerts about consultations, reports upward and repeats say to people, by code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from noc_console.i18n import N_

WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "ticket_not_consulted": (
        N_("{ref} is no open fault that still has to be restored"),
        N_("a consultation is called on an open fault; afterwards a review asks what can be learnt"),
    ),
    "ticket_ended": (N_("{ref} is no longer open"), N_("cancel the consultation")),
    "consult_exists": (N_("consultation {ref} is going on"), N_("join it, or conclude it first")),
    "joined_already": (N_("{name} takes part already"), N_("name somebody else")),
    "not_of_consult": (N_("this is for those who hold the consultation: {names}"), N_("ask one of them, or a lead")),
    "not_joined": (N_("you do not take part in this consultation"), N_("join it first")),
    "not_chair": (N_("{name} is in the chair"), N_("ask the chair, or a lead")),
    "consult_alone": (
        N_("{count} take part, and a consultation needs {least}"),
        N_("have the others join: noc consult join"),
    ),
    "chair_missing": (N_("nobody is in the chair"), N_("say who leads it (chair)")),
    "chair_absent": (
        N_("{name} is in the chair and does not take part"),
        N_("have {name} join, or name another"),
    ),
    "consult_times": (N_("{field_label} lies before {earlier_label}"), N_("correct the time")),
    "nothing_decided": (
        N_("nothing was decided"),
        N_("say who does what until when (decide), even if it is only to measure again"),
    ),
    "minutes_approved": (N_("{name} has approved the minutes"), N_("nothing is left to be done")),
    "minutes_own": (N_("{name} has concluded it and cannot approve its minutes"), N_("ask another participant")),
    "consult_going_on": (
        N_("experts are at consultation {ref}"),
        N_("conclude it and plan by its decisions, or decide to restore first"),
    ),
    "report_order": (N_("nothing was reported upward in this round"), N_("give the first report first")),
    "report_given": (N_("the first report was given in this round"), N_("give a follow-up or the final report")),
    "report_ended": (N_("the final report was given in this round"), N_("leave the kind of report empty")),
    "run_not_on_site": (
        N_("{value} is no on-site run of this ticket"),
        N_("begin the on-site list for it: noc diagnosis start TICKET SITE-T1"),
    ),
    # alerts of the inbox: what happened to {ref}, and what to do about it
    "call_consult": (
        N_("{ref} calls for a consultation: {trigger}"),
        N_("call it, or note why it is not needed: noc consult new {ref}"),
    ),
    "consult_called": (N_("{name} calls you to a consultation on {ref}"), N_("join it, and bring what you know")),
    "consult_overdue": (N_("the consultation on {ref} is due"), N_("gather it, or cancel it")),
    "consult_concluded": (N_("the consultation on {ref} is concluded"), N_("make the next plan from its decisions")),
    "consult_cancelled": (N_("{name} has cancelled the consultation on {ref}"), N_("nothing is left to be done")),
    "report_due": (N_("the next report upward on {ref} is due"), N_("escalate it with a follow-up or final report")),
    "repeat_raised": (
        N_("{ref} repeats {refs}: its grade is {grade} now"),
        N_("read what was found and done then: noc ticket similar {ref}"),
    ),
    "chronic_fault": (
        N_("{ref} is chronic: number {count} within {days} days"),
        N_("look for the cause behind the causes; a consultation is called for"),
    ),
}
