"""Fixes what a requester is told when it is queued: to whom, in which language, subject and text (R19, R38, R52).

The words are personal data. They stand in the body of the intent that queues them, under names that no event's input
has, and the effects name them there; a ticket or a policy that changes later does not change them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from noc_console.checklists.messages import Words, rendered
from noc_console.checklists.phrases import hints
from noc_console.desk.rows import Values, one
from noc_console.i18n import _, language
from noc_console.workflows.effect_kit import reach
from noc_console.workflows.fields import Field
from noc_console.workflows.machine import Add, Event, Facts, Ref, Set
from noc_console.workflows.policy import Policy
from noc_console.workflows.ticket_sla import said

if TYPE_CHECKING:
    from noc_console.desk.act import Wish


def worded(
    facts: Facts, planned: tuple[Add | Set, ...], inputs: Mapping[str, Any], values: Mapping[str, Any]
) -> tuple[tuple[Add | Set, ...], dict[str, Any]]:
    """Return planned rows with the words of every message that they queue, and what the body must hold of them.

    ``values`` are those of the record as the event leaves it.
    """
    if not any(row.table == "outbox" and isinstance(row, Add) for row in planned):
        return planned, {}
    known = {**facts.record, **values}
    ticket = {name: said(known.get(name), inputs) for name in _TOLD}
    customer = next(iter(facts.related.get("customer", ())), None) or {}
    ticket["language"] = ticket.get("language") or customer.get("language") or language()
    rows: list[Add | Set] = []
    body: dict[str, Any] = {}
    for row in planned:
        if row.table != "outbox" or not isinstance(row, Add):
            rows.append(row)
            continue
        name = f"queued_{len(body) + 1}"
        words = rendered(row.values["template"], ticket, facts.policy, said(row.values.get("text"), inputs))
        to = said(row.values.get("recipient"), inputs) or reach(ticket, row.values["channel"])
        body[name] = {"subject": words.subject, "text": words.text} | ({"to": to} if to else {})
        fixed = {column: Ref(f"{name}.{part}") for column, part in _PARTS.items() if part in body[name]}
        rows.append(Add("outbox", row.id, {**row.values, **fixed, "language": ticket["language"]}))
    return tuple(rows), body


#: What a message is made of: to whom it goes, in which language, and what it says.
_TOLD = (
    "ref", "subject", "language", "requester_name", "feedback_result", "feedback_cause", "feedback_prevention",
    "address", "phone",
)  # fmt: skip
_PARTS = {"recipient": "to", "subject": "subject", "text": "text"}


def advice(field: Field, text: object) -> tuple[str, ...]:
    """Return what could be said better in what a field tells the customer, in the language in use (R55 to R57)."""
    if not field.told or not isinstance(text, str):
        return ()
    return tuple(
        _("“{phrase}”: {advice}", phrase=hint.phrase, advice=hint.say.text(language())) for hint in hints(text)
    )


def as_queued(connection: Connection, event: Event, wish: Wish, policy: Policy) -> Wish:
    """Give the act that says a message has gone out the words that it was queued with; any other wish as it is.

    Whoever reports it does not choose the words: what the customer was told is what stood in the outbox.
    """
    if wish.kind != "outbox" or event.name != "mark_sent":
        return wish
    item = one(connection, "outbox", wish.record)
    if item is None:
        return wish
    ticket = one(connection, "ticket", item["record"]) or {}
    words = words_of(connection, item, ticket, policy)
    to = wish.inputs.get("to") or recipient_of(item, ticket)
    return replace(wish, inputs={**wish.inputs, "subject": words.subject, "text": words.text, "to": to})


def words_of(connection: Connection, item: Values, ticket: Mapping[str, Any], policy: Policy) -> Words:
    """Return a message's words: as they were queued, of the first release's as template and ticket give them."""
    if item["language"]:
        return Words(item["subject"] or "", item["text"] or "")
    customer = one(connection, "customer", ticket["customer"]) if ticket.get("customer") else None
    chosen = ticket.get("language") or (customer or {}).get("language")
    return rendered(item["template"], {**ticket, "language": chosen}, policy, item["text"])


def recipient_of(item: Values, ticket: Mapping[str, Any]) -> str | None:
    """Return to whom a message goes: as it was queued, of the first release's as the ticket has it."""
    return item["recipient"] or (None if item["language"] else reach(ticket, item["channel"]))
