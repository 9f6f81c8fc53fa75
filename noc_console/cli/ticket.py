"""``noc ticket``: every event of faults and requests as a verb, beside lists, one ticket whole, and new ones.

A static table: what a verb needs is imported when it is named.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from noc_console.cli.options import Entry, built_later, later, noun
from noc_console.i18n import N_

if TYPE_CHECKING:
    from noc_console.cli.options import Noun as Group

_LIST: Final = "noc_console.cli.ticket_list"
_SHOW: Final = "noc_console.cli.ticket_show"
_SIMILAR: Final = "noc_console.cli.ticket_similar"
_NEW: Final = "noc_console.cli.ticket_new"
_IMPORT: Final = "noc_console.cli.ticket_import"
_EVENTS: Final = "noc_console.cli.ticket_events"
_FILES: Final = "noc_console.cli.ticket_files"


def command() -> Group:
    """Return the command of this noun."""
    known = {
        "new": built_later(_NEW, "new_verb", N_("Register a new matter and give it a number")),
        "list": later(_LIST, "list_tickets", N_("List tickets; without a state the open ones"), name="list"),
        "show": later(_SHOW, "show", N_("Show one ticket whole, or several"), name="show"),
        "next": later(
            _SHOW, "next_steps", N_("What may be done with a ticket now, and what may not and why"), name="next"
        ),
        "who-could-go": later(
            "noc_console.cli.ticket_dispatch",
            "who_could_go",
            N_("Engineers for a visit: by skill, who is free, who has the least to do"),
            name="who-could-go",
        ),
        "similar": later(
            _SIMILAR,
            "similar",
            N_("What happened before at the same object or contact, or sounds the same"),
            name="similar",
        ),
        "solve": built_later(
            _NEW, "solve_verb", N_("Bring a small matter with a pre-approved remedy to its end in one go")
        ),
        "reply": built_later(
            _EVENTS, "reply_verb", N_("Write to the customer by mail: puts it in the outbox and counts as news")
        ),
        "run": later(
            "noc_console.cli.ticket_run",
            "run",
            N_("Commands of the policy: listed, shown, and run with --yes; the output is kept"),
            name="run",
            writes=True,
        ),
        "attach": later(_FILES, "attach", N_("Keep a file with the ticket"), name="attach", writes=True),
        "download": later(_FILES, "download", N_("Write an attachment to a new file"), name="download"),
        "export": later(
            _SHOW, "export", N_("Write tickets whole, as JSON that import reads"), name="export", without=("actor",)
        ),
        "import": later(
            _IMPORT,
            "import_file",
            N_("Register the open tickets of a file that export wrote"),
            name="import",
            writes=True,
        ),
    }
    return noun("ticket", N_("Register, work on, list and show tickets"), known, _events)


def _events() -> Mapping[str, Entry]:
    from noc_console.cli.ticket_events import entries

    return entries()
