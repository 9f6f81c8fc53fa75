"""What every reason and alert says to people, and what would help: by code, in the language of the reader.

Reasons are stored and sent as codes with parameters; this is the only place that makes words of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from noc_console.i18n import N_, _, joined
from noc_console.workflows import alert_words, command_words, consult_words, diagnosis_words, ticket_words
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

REASONS: Final[Mapping[str, Words]] = {
    **_MACHINE, **_STORE, **_REGISTERS, **ticket_words.WORDS, **diagnosis_words.WORDS, **consult_words.WORDS,
    **command_words.WORDS, **alert_words.WORDS,
}  # fmt: skip


def say(reason: Reason) -> Words:
    """Return text and remedy of a reason in the language in use; KeyError for a code that has no words."""
    text, remedy = REASONS[reason.code]
    params = {name: _shown(name, value) for name, value in reason.params.items()}
    return _(text, **params), _(remedy, **params)


def _shown(name: str, value: Any) -> Any:
    if name.endswith("_labels"):
        return joined(N_(", "), (_(each) for each in value))
    if name.endswith("_label"):
        return _(value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="minutes")
    if isinstance(value, list | tuple):
        return joined(N_(", "), (_named(name, str(item)) for item in value))
    return _named(name, value) if isinstance(value, str) else value


def _named(name: str, code: str) -> str:
    return label(code) if name in _CODES else code
