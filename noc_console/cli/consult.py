"""``noc consult``: experts asked together about a ticket; every event of the machine is a verb.

A static table: what a verb needs is imported when it is named.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from noc_console.cli.options import Entry, built_later, later, noun
from noc_console.i18n import N_

if TYPE_CHECKING:
    from noc_console.cli.options import Noun as Group

_VERBS: Final = "noc_console.cli.consult_verbs"


def command() -> Group:
    """Return the command of this noun."""
    known = {
        "new": built_later(_VERBS, "new_verb", N_("Call a consultation on a ticket")),
        "list": later(_VERBS, "list_consults", N_("List consultations, newest first"), name="list"),
        "show": later(_VERBS, "show", N_("Show a consultation whole"), name="show"),
        "next": later(
            _VERBS, "next_steps", N_("What may be done with a consultation now, and what may not and why"), name="next"
        ),
    }
    return noun("consult", N_("Ask experts together about a difficult fault"), known, _events)


def _events() -> Mapping[str, Entry]:
    from noc_console.cli.consult_verbs import entries

    return entries()
