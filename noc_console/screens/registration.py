"""Quick registration: the form of ``register``, what a hotline call needs first, the rest behind it.

It must not judge what is missing; the machine does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from noc_console.desk.act import Outcome, Wish, act
from noc_console.desk.filter import SERVICE_TYPES
from noc_console.desk.ticket import Form, FormField, Option, form
from noc_console.i18n import _
from noc_console.screens import background
from noc_console.screens.event_form import FormSpec
from noc_console.screens.registration_form import RegistrationForm
from noc_console.screens.similar import tell_of_repeats
from noc_console.screens.verbs import intent_of, kind_of, report, resolved
from noc_console.workflows.labels import label

if TYPE_CHECKING:
    from noc_console.desk.desk import Desk
    from noc_console.screens.queue import QueueScreen

#: What is asked while somebody is on the phone, in the order in which they say it (R21); Tab leads on to the others.
FIRST = (
    "channel",
    "service_type",
    "subject",
    "symptom",
    "occurred_at",
    "scope",
    "contact",
    "domain",
    "grade",
    "urgent",
)
_TYPE = "service_type"
FAULT = "fault"
#: A call is the usual way in, and it is about now.
_DEFAULTS = {"channel": "hotline", "occurred_at": "now"}


def open_registration(screen: QueueScreen) -> None:
    """Read the form of ``register`` and show it."""
    read = partial(form, screen.desk, None, "register", FAULT)
    background.bring(screen, "form", read, partial(_show, screen), screen.app.tell)


def _show(screen: QueueScreen, made: Form) -> None:
    spec = FormSpec(
        title=_("Register a ticket"),
        fields=in_order(with_type(made.fields)),
        submit=partial(_register, screen.desk, made, intent_id=intent_of(made.kind, made.event)),
        check=partial(_register, screen.desk, made, dry_run=True),
        help=_("What is not known may stay empty; the rules say what is missing."),
        yes=_("Register"),
        focus="subject",
        defaults=_known(made.fields),
    )
    screen.app.push_screen(RegistrationForm(screen.desk, spec), partial(_registered, screen, made))


def with_type(fields: Sequence[FormField]) -> list[FormField]:
    """Ask which type it is in the same form: a fault or one of the requests; both machines take the same inputs."""
    asked = {one.field.name: one for one in fields}[_TYPE].field
    field = replace(asked, choices=SERVICE_TYPES, default=FAULT, required=True, asked=True)
    chosen = tuple(Option(code, label(code)) for code in SERVICE_TYPES)
    return [FormField(field, chosen, FAULT) if one.field.name == _TYPE else one for one in fields]


def in_order(fields: Sequence[FormField]) -> list[FormField]:
    """Put the fields of a call first, in the order of a conversation; the others keep theirs."""
    by_name = {one.field.name: one for one in fields}
    first = [by_name[name] for name in FIRST if name in by_name]
    return [*first, *(one for one in fields if one not in first)]


def _known(fields: Sequence[FormField]) -> dict[str, str]:
    """Return the defaults of a call that the form can take."""
    offered = {one.field.name: {option.code for option in one.options} for one in fields}
    return {
        name: text
        for name, text in _DEFAULTS.items()
        if name in offered and (not offered[name] or text in offered[name])
    }


def _register(desk: Desk, made: Form, values: dict[str, Any], *, intent_id: str = "", dry_run: bool = False) -> Outcome:
    kind = kind_of(values.get(_TYPE, FAULT))
    wish = Wish(kind, "", made.event.name, resolved(desk, made.event, values), intent_id=intent_id)
    return act(desk, wish, dry_run=dry_run)


def _registered(screen: QueueScreen, made: Form, outcome: Outcome | None) -> None:
    if outcome is None:
        return
    report(screen, made.event, outcome)
    tell_of_repeats(screen, outcome.record)
    screen.open_ticket(outcome.record)
