"""The machine of quarantined inputs: held until somebody turns it into a ticket or discards it with a reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from noc_console.i18n import N_
from noc_console.workflows.fields import Field, Inputs, Kind
from noc_console.workflows.machine import Event, Facts, Op, Put, Reason, Ref, State, Workflow
from noc_console.workflows.ticket_guards import related

_WHY = Field("why", Kind.PROSE, N_("Why"), required=True, pii=True)


def _hold(facts: Facts, inputs: Inputs) -> Iterator[Op]:
    values = {name: Ref(name) for name in ("source", "position", "text") if inputs.get(name) is not None}
    yield Put({"channel": inputs["channel"], "reason": inputs["reason"], "sha256": inputs["sha256"], **values})
    yield Put({"at": facts.at})


def _decide(facts: Facts, inputs: Inputs) -> Iterator[Op]:
    yield Put({"decided_why": Ref("why") if inputs.get("why") else None, "ticket": inputs.get("ticket")})


def _decided(facts: Facts) -> Reason | None:
    """Say who has decided on the item before, when, and what became of it; the desk looks it up in the journal."""
    decision = next(iter(related(facts, "decided")), None)
    if decision is None:
        return None
    name, at = decision["decided_by"], decision["decided_at"]
    if decision["ref"]:
        return Reason("item_taken", {"name": name, "at": at, "ref": decision["ref"]})
    why = facts.record.get("decided_why") or "-"
    return Reason("item_discarded", {"name": name, "at": at, "why": why, "item": facts.record_id})


QUARANTINE: Final = Workflow(
    name="quarantine",
    table="quarantine",
    initial="held",
    too_late=_decided,
    states=(
        State("held", N_("held"), "?", "new"),
        State("taken", N_("made into a ticket"), "+", "closed", final=True),
        State("discarded", N_("discarded"), "-", "closed", final=True),
    ),
    events=(
        Event(
            "hold",
            (),
            "held",
            N_("Hold"),
            inputs=(
                Field("channel", Kind.TEXT, N_("Channel"), required=True, max_length=40),
                Field("reason", Kind.TEXT, N_("Reason"), required=True, max_length=100),
                Field("sha256", Kind.TEXT, N_("Content"), required=True, max_length=64),
                Field("source", Kind.TEXT, N_("Source"), pii=True, max_length=1_000),
                Field("position", Kind.NUMBER, N_("Position"), minimum=0),
                Field("text", Kind.PROSE, N_("What is wrong"), pii=True),
            ),
            effects=(_hold,),
            internal=True,
        ),
        Event(
            "take",
            ("held",),
            "taken",
            N_("Give to a ticket"),
            key="t",
            help=N_("It belongs to a ticket that is there"),
            inputs=(Field("ticket", Kind.REFERENCE, N_("Ticket"), required=True), replace(_WHY, required=False)),
            right="ticket.register",
            effects=(_decide,),
        ),
        Event(
            "discard",
            ("held",),
            "discarded",
            N_("Discard"),
            key="D",
            help=N_("It stays on record with the reason"),
            inputs=(_WHY,),
            right="ticket.register",
            effects=(_decide,),
        ),
    ),
)
