"""The machine of what a requester must be told: pending until it was sent, by whom and how, or discarded.

Rows are queued by the events of tickets; this machine only says what became of them. It must not send anything.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from noc_console.i18n import N_
from noc_console.workflows.closing_guards import not_before
from noc_console.workflows.effect_kit import refs, row_id
from noc_console.workflows.fields import Field, Inputs, Kind
from noc_console.workflows.intake_events import MESSAGE_TEXT
from noc_console.workflows.machine import Add, Event, Facts, Op, Put, Reason, Ref, State, Workflow
from noc_console.workflows.ticket_guards import known_person, missing_input, on_inputs

_HOW: Final = Field(
    "how", Kind.CHOICE, N_("How"), required=True, default="by_hand", choices=("by_hand", "mail", "notify")
)
_SENT_AT: Final = Field("sent_at", Kind.INSTANT, N_("Sent at"), past=True)
_TO: Final = Field("to", Kind.TEXT, N_("Recipient"), N_("Empty for whom it was meant"), pii=True, max_length=320)
#: What went out: the desk gives the words that were queued, whatever a reporter says.
_WORDS: Final = (
    Field("subject", Kind.TEXT, N_("Subject"), pii=True, max_length=2_000, asked=False),
    replace(MESSAGE_TEXT, asked=False),
)
_MESSAGE_ID: Final = Field(
    "message_id",
    Kind.TEXT,
    N_("Message id"),
    N_("By which an answer is known"),
    pii=True,
    max_length=1_000,
    asked=False,
)


@on_inputs
def somebody_told(facts: Facts, inputs: Inputs) -> Reason | None:
    """Require a recipient: a message to nobody has told nobody (R52)."""
    return None if inputs.get("to") else missing_input(_TO)


def _mark_sent(facts: Facts, inputs: Inputs) -> Iterator[Op]:
    """Keep when, how and by whom it went out, and put it among the messages of its ticket just as it went out."""
    sent_at = inputs.get("sent_at") or facts.at
    values = {"sent_at": sent_at, "sent_by": inputs.get("by") or facts.actor.name, "sent_how": inputs["how"]}
    yield Put(values if facts.record.get("recipient") else values | {"recipient": Ref("to")})
    told = {"at": sent_at, "direction": "out", "channel": facts.record["channel"], "recipient": Ref("to")}
    words = refs(inputs, {"subject": "subject", "text": "text", "message_id": "message_id"})
    yield Add("message", row_id(facts, "message"), told | words)


def _discard(facts: Facts, inputs: Inputs) -> Iterator[Op]:
    yield Put({"reason": Ref("reason")})


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
                _HOW, _SENT_AT, Field("by", Kind.PERSON, N_("By"), N_("Empty for yourself")), _TO, _MESSAGE_ID, *_WORDS,
            ),
            right="ticket.work", effects=(_mark_sent,),
            guards=(somebody_told, not_before(_SENT_AT, "created_at"), known_person("by")),
        ),
        Event(
            "discard", ("pending",), "discarded", N_("Discard"), "D", N_("It is not to be sent"),
            inputs=(Field("reason", Kind.PROSE, N_("Reason"), required=True, pii=True),), right="ticket.work",
            effects=(_discard,),
        ),
    ),
)  # fmt: skip
