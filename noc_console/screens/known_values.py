"""The form of an event with what is known already to choose from: engineers by name, cause codes of the domain.

Such values are offered, never forced: the machine judges what was typed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from noc_console.desk import register
from noc_console.desk.ticket import Form, FormField, Option, form, row_of
from noc_console.i18n import _, language, ngettext
from noc_console.workflows.fields import Kind

if TYPE_CHECKING:
    from noc_console.desk.desk import Desk
    from noc_console.desk.dispatch import Candidate
    from noc_console.screens.verbs import Target

_CAUSE_CODE = "cause_code"
#: the input of a visit that says who is sent
_ENGINEER = "engineer"


def form_of(desk: Desk, target: Target, event: str) -> Form:
    """Read the form of an event on a record; off the screen's thread."""
    made = form(desk, target.ref if target.is_ticket else None, event, target.kind)
    return replace(made, fields=with_known(desk, target, made.fields))


def with_known(desk: Desk, target: Target, fields: Sequence[FormField]) -> tuple[FormField, ...]:
    """Return fields with what is known to choose from; off the screen's thread."""
    return tuple(replace(one, options=_known(desk, target, one)) for one in fields)


def _known(desk: Desk, target: Target, one: FormField) -> tuple[Option, ...]:
    if one.options:
        return one.options
    if one.field.name == _ENGINEER and target.is_ticket:
        return _for_visit(desk, target.ref)
    if one.field.kind is Kind.PERSON:
        people = register.page(desk, "engineer")
        return tuple(Option(row["name"], row["name"]) for row in people)
    if one.field.name == _CAUSE_CODE and target.is_ticket:
        return _cause_codes(row_of(desk, target.ref)["domain"])
    return ()


def _for_visit(desk: Desk, ref: str) -> tuple[Option, ...]:
    """Offer who could go, the best first, with what speaks for and against them."""
    from noc_console.desk.dispatch import candidates

    return tuple(Option(one.name, f"{one.name} ({_why(one)})") for one in candidates(desk, ref))


def _why(one: Candidate) -> str:
    parts = [_("on site at {ref}", ref=one.away) if one.away else "", _("has the skill") if one.fits else ""]
    parts.append(ngettext("{n} open ticket", "{n} open tickets", one.open))
    return _("; ").join(part for part in parts if part)


def _cause_codes(domain: str | None) -> tuple[Option, ...]:
    from noc_console.checklists.cause_codes import load

    return tuple(Option(cause.code, cause.label.text(language())) for cause in load().of_domain(domain))
