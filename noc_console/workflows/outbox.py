"""The machine of what a requester must be told: pending until it has gone out, by whom and how, or is discarded.

Rows are queued by the events of tickets. A program that sends takes a message first (``begin``), so that two never
send the same one, and says what became of it: sent, to be tried again, refused, or in doubt. This machine must not
send anything.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Final

from noc_console.i18n import N_
from noc_console.workflows.alert_ends import of_message
from noc_console.workflows.closing_guards import not_before
from noc_console.workflows.effect_kit import refs, row_id
from noc_console.workflows.fields import Field, Inputs, Kind
from noc_console.workflows.intake_events import MESSAGE_TEXT
from noc_console.workflows.machine import SAME, Add, Event, Facts, Op, Put, Reason, Ref, State, Workflow
from noc_console.workflows.ticket_guards import (
    by_service,
    known_person,
    missing_input,
    on_facts,
    on_inputs,
    related,
)

#: States in which a message still wants something.
WAITING: Final = ("pending", "sending", "in_doubt", "failed")
#: States out of which no program brings a message.
STUCK: Final = ("in_doubt", "failed")
#: After a try that failed for now the next one waits so long, the last wait again and again (RFC 5321, 4.5.4.1; the
#: first is what mail systems ask for that refuse a stranger's first try).
WAITS: Final = tuple(timedelta(minutes=minutes) for minutes in (5, 15, 30, 60, 120, 240))
#: RFC 5321, 4.5.4.1: give up after some days; an operations room wants to know sooner.
GIVE_UP: Final = timedelta(days=2)
#: What waits so long because no mail server can be used is told: so long mail systems wait before they tell a sender
#: that a mail is late (sendmail, Timeout.queuewarn).
LATE: Final = timedelta(hours=4)
#: A program that has begun to send and said nothing for so long has died; no server takes longer to answer
#: (RFC 5321, 4.5.3.2.6: ten minutes after the last byte).
DIED: Final = timedelta(minutes=15)

_HOWS: Final = ("by_hand", "mail", "notify")
_HOW: Final = Field("how", Kind.CHOICE, N_("How"), required=True, default="by_hand", choices=_HOWS)
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
_ERROR: Final = Field("error", Kind.PROSE, N_("What the other side said"), pii=True, max_length=2_000)


@on_inputs
def somebody_told(facts: Facts, inputs: Inputs) -> Reason | None:
    """Require a recipient: a message to nobody has told nobody (R52)."""
    return None if inputs.get("to") else missing_input(_TO)


@on_facts
def is_due(facts: Facts) -> Reason | None:
    """Let a message that was refused for now wait until its next try.

    One that lies further ahead than any wait was set by a clock that has been put back since.
    """
    due = facts.record.get("next_try_at")
    return Reason("not_yet_due", {"until": due}) if due and facts.now < due <= facts.now + WAITS[-1] else None


@on_facts
def is_late(facts: Facts) -> Reason | None:
    """Alert nobody about what has waited for a moment only."""
    due = facts.record["created_at"] + LATE
    return Reason("not_yet_due", {"until": due}) if facts.now < due else None


@on_facts
def has_died(facts: Facts) -> Reason | None:
    """Take a message from a program that is sending only when it must have died, or the clock was put back."""
    begun = facts.record.get("tried_at")
    return Reason("being_sent", {"since": begun}) if begun and abs(facts.now - begun) < DIED else None


@on_facts
def no_program_is_sending_it(facts: Facts) -> Reason | None:
    """Keep a person from marking what a program is sending at this moment: it would be told twice."""
    sending = facts.record.get("state") == "sending" and not by_service(facts)
    return Reason("being_sent", {"since": facts.record.get("tried_at")}) if sending else None


def _begin(facts: Facts, inputs: Inputs) -> Iterator[Op]:
    yield Put(
        {
            "tries": (facts.record.get("tries") or 0) + 1,
            "tried_at": facts.at,
            "next_try_at": None,
            "message_id": Ref("message_id"),
        }
    )


def _mark_sent(facts: Facts, inputs: Inputs) -> Iterator[Op]:
    """Keep when, how and by whom it went out, and put it among the messages of its ticket just as it went out."""
    sent_at = inputs.get("sent_at") or facts.at
    values = {"sent_at": sent_at, "sent_by": inputs.get("by") or facts.actor.name, "sent_how": inputs["how"]}
    yield Put(values | {"next_try_at": None, "error": None})
    if not facts.record.get("recipient"):
        yield Put({"recipient": Ref("to")})
    told = {"at": sent_at, "direction": "out", "channel": facts.record["channel"], "recipient": Ref("to")}
    words = refs(inputs, {"subject": "subject", "text": "text", "message_id": "message_id"})
    yield Add("message", row_id(facts, "message"), told | words)
    yield from of_message(facts)


def _defer(facts: Facts, inputs: Inputs) -> Iterator[Op]:
    """Wait for the next try; the longer, the more often it has failed."""
    tries, limit = facts.record["tries"], facts.record["created_at"] + GIVE_UP
    next_try = facts.at + WAITS[min(tries, len(WAITS)) - 1]
    yield Put({"error": Ref("error"), "next_try_at": next_try})
    if next_try > limit and (facts.at <= limit or tries == 1):  # once, not at every further try
        yield _alert(facts, "message_waits_long")


def _hold_up(facts: Facts, inputs: Inputs) -> Iterator[Op]:
    yield _alert(facts, "message_held_up")


def _fail(facts: Facts, inputs: Inputs) -> Iterator[Op]:
    yield Put({"error": Ref("error")})
    yield _alert(facts, "message_refused")


def _bounce(facts: Facts, inputs: Inputs) -> Iterator[Op]:
    """Keep that what was sent has come back: the requester was not told after all (R52)."""
    yield Put({"error": Ref("error"), "sent_at": None, "sent_by": None, "sent_how": None})
    yield _alert(facts, "message_came_back")


def _doubt(facts: Facts, inputs: Inputs) -> Iterator[Op]:
    yield Put({"error": Ref("error") if inputs.get("error") else None})
    yield _alert(facts, "message_in_doubt")


def _retry(facts: Facts, inputs: Inputs) -> Iterator[Op]:
    values = {"next_try_at": None, "error": None, "tries": 0}
    yield Put(values | ({"recipient": Ref("to")} if inputs.get("to") else {}))
    yield from of_message(facts)


def _discard(facts: Facts, inputs: Inputs) -> Iterator[Op]:
    yield Put({"reason": Ref("reason"), "next_try_at": None})
    yield from of_message(facts)


def _alert(facts: Facts, code: str) -> Add:
    """Put before the owner of the ticket, or the lead, that the requester has not been told."""
    ticket = next(iter(related(facts, "ticket")), {})
    recipient = ticket.get("owner") or "role:lead"
    params = {"ref": ticket.get("ref", ""), "message": facts.record_id}
    values = {"kind": "alert", "code": code, "params": params, "at": facts.at}
    return Add("inbox", row_id(facts, "inbox", code), values | {"recipient": recipient})


def _told(name: str, source: tuple[str, ...], target: str, label: str, effect: object) -> Event:
    """Make the row of what a sending program reports."""
    return Event(name, source, target, label, inputs=(_ERROR,), effects=(effect,), internal=True)  # type: ignore[arg-type]


OUTBOX: Final = Workflow(
    name="outbox",
    table="outbox",
    initial="pending",
    states=(
        State("pending", N_("pending"), "*", "new"),
        State("sending", N_("being sent"), "~", "active"),
        State("in_doubt", N_("in doubt"), "?", "warning"),
        State("failed", N_("not delivered"), "!", "warning"),
        State("sent", N_("sent"), ">", "done"),
        State("discarded", N_("discarded"), "x", "closed", final=True),
    ),
    events=(
        Event(
            "begin", ("pending",), "sending", N_("Begin to send"),
            inputs=(replace(_MESSAGE_ID, required=True),),
            guards=(is_due,), effects=(_begin,), internal=True,
        ),
        Event(
            "mark_sent", ("pending", "sending", "in_doubt", "failed"), "sent", N_("Mark sent"), "s",
            N_("It has gone out"),
            inputs=(
                _HOW, _SENT_AT, Field("by", Kind.PERSON, N_("By"), N_("Empty for yourself")), _TO, _MESSAGE_ID, *_WORDS,
            ),
            right="ticket.work", effects=(_mark_sent,),
            guards=(no_program_is_sending_it, somebody_told, not_before(_SENT_AT, "created_at"), known_person("by")),
        ),
        Event(
            "hold_up", ("pending",), SAME, N_("Held up: no server takes it"), guards=(is_late,), effects=(_hold_up,),
            internal=True,
        ),
        # a program that was taken for dead may still say what became of its try
        _told("defer", ("sending", "in_doubt"), "pending", N_("Try again later"), _defer),
        _told("fail", ("sending", "in_doubt"), "failed", N_("Refused by the other side"), _fail),
        _told("bounce", ("sent", "in_doubt"), "failed", N_("Come back"), _bounce),
        Event(
            "doubt", ("sending", "in_doubt"), "in_doubt", N_("In doubt"), inputs=(_ERROR,), effects=(_doubt,),
            internal=True,
        ),
        Event(
            "abandon", ("sending",), "in_doubt", N_("In doubt: the sending program died"), inputs=(_ERROR,),
            guards=(has_died,), effects=(_doubt,), internal=True,
        ),
        Event(
            "retry", ("pending", "failed", "in_doubt"), "pending", N_("Send again"), "r",
            N_("Once more, to another address if one is given"), inputs=(_TO,), right="ticket.work", effects=(_retry,),
        ),
        Event(
            "discard", ("pending", "failed", "in_doubt"), "discarded", N_("Discard"), "D", N_("It is not to be sent"),
            inputs=(Field("reason", Kind.PROSE, N_("Reason"), required=True, pii=True),), right="ticket.work",
            effects=(_discard,),
        ),
    ),
)  # fmt: skip
