"""What the alerts of the inbox say to people, by code: what happened to {ref}, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from noc_console.i18n import N_

Words = tuple[str, str]

WORDS: Final[Mapping[str, Words]] = {
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
    "message_held_up": (
        N_("a message of {ref} waits for hours: the mail server cannot be used"),
        N_("tell them by voice and mark it sent, or have the server looked at (noc outbox send says why)"),
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
