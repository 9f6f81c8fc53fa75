"""Says reasons and errors in the language of the person. It must not judge anything."""

from __future__ import annotations

from collections.abc import Sequence

from noc_console.errors import NocError, Refused
from noc_console.i18n import _
from noc_console.text import clean
from noc_console.workflows.machine import Reason


def said(reason: Reason) -> str:
    """Return a reason with its remedy in one text."""
    from noc_console.workflows.reasons import say

    text, remedy = say(reason)
    return clean(_("{text} ({remedy})", text=text, remedy=remedy) if remedy else text)


def said_at_field(reason: Reason) -> str:
    """Return a reason as it stands under its field, where nobody needs to be told which field to fill in."""
    from noc_console.workflows.reasons import say

    return clean(say(reason)[0]) if reason.code == "input_missing" else said(reason)


def said_all(reasons: Sequence[Reason]) -> str:
    """Return several reasons, a line each."""
    return "\n".join(said(reason) for reason in reasons)


def told(error: NocError) -> str:
    """Return everything an error says: what happened, each reason, what would help."""
    lines = [clean(error.message)]
    if isinstance(error, Refused):
        lines += [said(reason) for reason in error.reasons]
    if error.hint:
        lines.append(clean(error.hint))
    return "\n".join(lines)
