"""What the reasons about commands on a ticket say to people, by code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from noc_console.i18n import N_

WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "no_command_offered": (
        N_("the policy offers no command on such a ticket"),
        N_("[commands] of the policy names them, with types and domains"),
    ),
    "command_not_offered": (
        N_("{value} is not offered on such a ticket"),
        N_("one of: {commands}"),
    ),
    "command_takes_no": (N_("{command} takes no {name}"), N_("it takes: {names}")),
    "argument_not_of_ticket": (
        N_("{value} is no {name} of this ticket that a command may be given"),
        N_("one of: {values}; complete the ticket with others"),
    ),
    "argument_missing": (
        N_("what {command} needs is not in the ticket: {names}"),
        N_("complete the ticket, for example with the object host:192.0.2.7 or circuit:HZ-42"),
    ),
}
