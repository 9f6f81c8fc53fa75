"""The machine of inbox items: something that a person must look at, until somebody has.

Items are put there by the events of tickets; this machine only says that they were dealt with.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from noc_console.i18n import N_
from noc_console.workflows.fields import Field, Inputs, Kind
from noc_console.workflows.machine import Event, Facts, Op, Put, Reason, State, Workflow


def _addressed(facts: Facts, inputs: Inputs | None) -> Reason | None:
    """Let only those deal with an item to whom it is addressed, by name or by role."""
    recipient = str(facts.record.get("recipient", ""))
    kind, colon, role = recipient.partition(":")
    mine = (kind == "role" and role in facts.actor.roles) if colon else recipient == facts.actor.name
    return None if mine or "lead" in facts.actor.roles else Reason("not_addressed", {"recipient": recipient})


def _done(facts: Facts, inputs: Inputs) -> Iterator[Op]:
    yield Put({"done_by": facts.actor.name, "done_at": facts.at})


INBOX: Final = Workflow(
    name="inbox",
    table="inbox",
    initial="open",
    states=(
        State("open", N_("to do"), "!", "new"),
        State("done", N_("done"), "+", "closed", final=True),
    ),
    events=(
        Event(
            "done",
            ("open",),
            "done",
            N_("Done"),
            "d",
            N_("It has been looked at"),
            inputs=(Field("comment", Kind.PROSE, N_("Comment"), pii=True),),
            guards=(_addressed,),
            effects=(_done,),
        ),
    ),
)
