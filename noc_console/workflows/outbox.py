"""The machine of what a requester must be told: pending until it was sent, by whom and how, or discarded.

Rows are queued by the events of tickets; this machine only says what became of them. It must not send anything.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from noc_console.i18n import N_
from noc_console.workflows.fields import Field, Inputs, Kind
from noc_console.workflows.machine import Event, Facts, Op, Put, Ref, State, Workflow


def _mark_sent(facts: Facts, inputs: Inputs) -> Iterator[Op]:
    by = inputs.get("by") or facts.actor.name
    yield Put({"sent_at": inputs.get("sent_at") or facts.at, "sent_by": by, "sent_how": inputs["how"]})


def _discard(facts: Facts, inputs: Inputs) -> Iterator[Op]:
    yield Put({"reason": Ref("reason")})


_HOW: Final = Field(
    "how", Kind.CHOICE, N_("How"), required=True, default="by_hand", choices=("by_hand", "mail", "notify")
)

OUTBOX: Final = Workflow(
    name="outbox",
    table="outbox",
    initial="pending",
    states=(
        State("pending", N_("pending"), "*", "new"),
        State("sent", N_("sent"), ">", "done", final=True),
        State("discarded", N_("discarded"), "x", "closed", final=True),
    ),
    events=(
        Event(
            "mark_sent", ("pending",), "sent", N_("Mark sent"), "s", N_("It has gone out"),
            inputs=(
                _HOW,
                Field("sent_at", Kind.INSTANT, N_("Sent at"), past=True),
                Field("by", Kind.PERSON, N_("By"), N_("Empty for yourself")),
            ),
            right="ticket.work", effects=(_mark_sent,),
        ),
        Event(
            "discard", ("pending",), "discarded", N_("Discard"), "D", N_("It is not to be sent"),
            inputs=(Field("reason", Kind.PROSE, N_("Reason"), required=True, pii=True),), right="ticket.work",
            effects=(_discard,),
        ),
    ),
)  # fmt: skip
