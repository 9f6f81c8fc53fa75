"""Small makers of effects: references to inputs, row ids, inbox items, messages and consequences.

They decide nothing. Personal data is only ever named by its input, never copied into an effect.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import NAMESPACE_OID

from noc_console.workflows.fields import Inputs
from noc_console.workflows.machine import Add, Cause, Facts, Op, Put, Ref
from noc_console.workflows.uuids import uuid5

#: An id that rises with time: its instant and its count (RFC 9562), to the place from which on it is the id's own.
_TIMED: Final = re.compile(r"([0-9a-f]{8}-[0-9a-f]{4}-)7([0-9a-f]{3}-[89ab][0-9a-f]{2})[0-9a-f]-[0-9a-f]{12}\Z")
#: So much of the end of a row's id is its own, whatever it begins with.
_OWN: Final = 14
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def row_id(facts: Facts, *parts: str) -> str:
    """Return the id of a row that this intent adds: the same wherever the intent is judged.

    Rows of one instant are listed by their ids, so an id begins as its intent's does, which rises with time; where an
    intent has its id from what came in, it begins with the instant of the act.
    """
    row = hashed(facts.intent_id or facts.record_id, *parts)
    if not facts.intent_id:
        return row
    timed = _TIMED.match(facts.intent_id)
    begins = f"{timed[1]}8{timed[2]}" if timed else _begins(facts.at)
    return begins + row[len(begins) :]


def own(row: str) -> str:
    """Return what is a row's own of its id: of ``hashed(intent, name)`` too, so that what an intent made is found."""
    return row[-_OWN:]


def hashed(*parts: str) -> str:
    """Return the id that these parts always have."""
    return uuid5(NAMESPACE_OID, "/".join(parts))


def _begins(at: datetime) -> str:
    digits = f"{(at - _EPOCH) // timedelta(milliseconds=1):012x}"
    return f"{digits[:8]}-{digits[8:]}-8"


def has(inputs: Inputs, name: str) -> bool:
    """Tell whether an input was given."""
    value = inputs.get(name)
    return bool(value) or value not in (None, "", ())  # no and nought were given too


def ref(inputs: Inputs, name: str) -> Ref | None:
    """Name an input, or nothing where it was not given."""
    return Ref(name) if has(inputs, name) else None


def refs(inputs: Inputs, columns: Mapping[str, str]) -> dict[str, Ref]:
    """Return column -> reference for the inputs that were given, from column -> input."""
    return {column: Ref(name) for column, name in columns.items() if has(inputs, name)}


def touch(facts: Facts, inputs: Inputs) -> Iterator[Op]:
    """Set the instant of the last event (R43).

    What only time brought, or an alarm that repeats itself, must not hide that nobody has done anything.
    """
    if facts.via not in ("timer", "alarm") or not facts.record:
        yield Put({"last_event_at": facts.at})


def inbox(facts: Facts, code: str, recipient: str, **params: Any) -> Add:
    """Put something before a person, or before a role (``role:lead``)."""
    values = {
        "kind": "alert",
        "code": code,
        "params": {"ref": facts.record.get("ref", ""), **params},
        "recipient": recipient,
        "at": facts.at,
    }
    return Add("inbox", row_id(facts, "inbox", code, recipient), values)


def to_owner(facts: Facts, code: str, **params: Any) -> Add:
    """Put something before the owner, or before the lead where nobody owns the ticket."""
    return inbox(facts, code, facts.record.get("owner") or "role:lead", **params)


def ticket_kind(row: Mapping[str, Any]) -> str:
    """Return the machine that a ticket's row obeys."""
    return "fault" if row.get("service_type", "fault") == "fault" else "request"


def caused(row: Mapping[str, Any], event: str, **inputs: Any) -> Cause:
    """Cause an event on another ticket, with the inputs that have a value."""
    given = {name: value for name, value in inputs.items() if value is not None}
    return Cause(ticket_kind(row), row["id"], event, given)


def said(facts: Facts, inputs: Inputs, *, direction: str, text: str = "text", who: str = "") -> Add:
    """Keep a word from or to the requester's side."""
    values = {
        "at": facts.at,
        "direction": direction,
        "channel": inputs.get("channel") or "other",
        "text": ref(inputs, text),
    }
    if who and has(inputs, who):
        values["sender" if direction == "in" else "recipient"] = Ref(who)
    return Add("message", row_id(facts, "message"), values)


def outgoing(facts: Facts, inputs: Inputs, template: str, channel: str, *, text: str = "", to: str = "") -> Add:
    """Queue what the requester must be told; without text or recipient, template and ticket supply them.

    The desk fixes the words as they are at that moment (``desk/wording.py``).
    """
    values: dict[str, Any] = {"template": template, "channel": channel, "created_at": facts.at}
    if text:
        values["text"] = ref(inputs, text)
    if to:
        values["recipient"] = ref(inputs, to)
    return Add("outbox", row_id(facts, "outbox", template), values)


def written_channel(record: Mapping[str, Any]) -> str:
    """Return how to write to a requester: by mail where an address is known, else by message."""
    return "email" if record.get("address") else "sms"


def reach(record: Mapping[str, Any], channel: str) -> str | None:
    """Return where a requester is reached by a channel: the address for mail, else the phone; the other if need be."""
    address, phone = record.get("address"), record.get("phone")
    return (address or phone) if channel == "email" else (phone or address)
