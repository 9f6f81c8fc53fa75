"""What the events of a consultation write down: its record as service rules (f) ask, and whom it is put before.

Effects are data; what a person wrote is only ever named by its input.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from noc_console.workflows import consult_guards as rules
from noc_console.workflows.effect_kit import has, inbox, ref, refs, row_id
from noc_console.workflows.fields import Inputs
from noc_console.workflows.machine import Add, Facts, Op, Put, Ref, Set

_MINUTES = {name: name for name in ("facts_known", "risk", "vendor_case", "customer_informed")}


def call(facts: Facts, inputs: Inputs) -> Iterator[Op]:
    """Begin it, and put it before the chair, who is invited, and the ticket's owner; the caller takes part."""
    ticket = rules.ticket_of(facts)
    due = inputs.get("due_at") or _due(facts, ticket["grade"])
    yield Put(
        {
            "record": ticket["id"],
            "round": ticket.get("round") or 1,
            "reason": inputs["reason"],
            "called_by": facts.actor.name,
            "called_at": facts.at,
            "chair": inputs.get("chair"),
            "due_at": due,
            **refs(inputs, _MINUTES),
        }
    )
    asked = {inputs.get("chair"), *(inputs.get("invite") or ()), ticket.get("owner")} - {None, "", facts.actor.name}
    for name in sorted(asked):
        yield inbox(facts, "consult_called", name, ref=ticket["ref"], name=facts.actor.name)
    if not asked:
        yield inbox(facts, "consult_called", "role:lead", ref=ticket["ref"], name=facts.actor.name)
    yield _member(facts, {"name": facts.actor.name, "domain": ticket.get("domain")})


def _due(facts: Facts, grade: str) -> datetime | None:
    seconds = facts.policy.hard_cases.consult_due_s.get(grade)
    return facts.at + timedelta(seconds=seconds) if seconds else None


def _member(facts: Facts, values: dict[str, Any]) -> Add:
    given = {"consult": facts.record_id, "joined_by": facts.actor.name, "at": facts.at}
    return Add("consult_member", row_id(facts, "member"), given | values)


def join(facts: Facts, inputs: Inputs) -> Iterator[Op]:
    """Put somebody on the list of those who take part."""
    values: dict[str, Any] = {name: inputs.get(name) for name in ("domain", "level")}
    yield _member(facts, values | {"name": ref(inputs, "name") or facts.actor.name, "company": ref(inputs, "company")})


def gather(facts: Facts, inputs: Inputs) -> Iterator[Op]:
    """Keep that they have met, since when and under whom."""
    values = {"started_at": inputs.get("started_at") or facts.at, **refs(inputs, {"facts_known": "facts_known"})}
    yield Put(values | ({"chair": inputs["chair"]} if has(inputs, "chair") else {}))


def minute(facts: Facts, inputs: Inputs) -> Iterator[Op]:
    """Keep what the minutes say of facts, risk, vendor and customers."""
    yield Put(refs(inputs, _MINUTES))


def exclude(facts: Facts, inputs: Inputs) -> Iterator[Op]:
    """Keep a cause that it is not, with the evidence."""
    yield _item(facts, "excluded", _last(facts, "excluded"), {"text": Ref("cause"), "detail": Ref("evidence")})


def suppose(facts: Facts, inputs: Inputs) -> Iterator[Op]:
    """Keep a hypothesis at its rank; those that it is likelier than move down by one."""
    last = _last(facts, "hypothesis")
    rank = min(inputs.get("rank") or last, last)
    for row in rules.items(facts, "hypothesis"):
        if row["rank"] >= rank:
            yield Set("consult_item", row["id"], {"rank": row["rank"] + 1})
    yield _item(facts, "hypothesis", rank, {"text": Ref("cause"), "detail": Ref("test")})


def decide(facts: Facts, inputs: Inputs) -> Iterator[Op]:
    """Keep who does what until when."""
    values = {"text": Ref("what"), "who": Ref("who"), "until_at": inputs["until"]}
    yield _item(facts, "decision", _last(facts, "decision"), values)


def _last(facts: Facts, kind: str) -> int:
    return max((row["rank"] for row in rules.items(facts, kind)), default=0) + 1


def _item(facts: Facts, kind: str, rank: int, values: dict[str, Any]) -> Add:
    given = {"consult": facts.record_id, "kind": kind, "rank": rank, "said_by": facts.actor.name, "at": facts.at}
    return Add("consult_item", row_id(facts, kind), given | values)


def conclude(facts: Facts, inputs: Inputs) -> Iterator[Op]:
    """Keep the result, and tell the ticket's owner that the next plan begins with the decisions."""
    if has(inputs, "what"):
        yield from decide(facts, inputs)
    ended = {"ended_at": inputs.get("ended_at") or facts.at, "concluded_by": facts.actor.name}
    yield Put(ended | refs(inputs, {**_MINUTES, "result": "result"}))
    ticket = rules.ticket_of(facts)
    yield inbox(facts, "consult_concluded", ticket.get("owner") or "role:lead", ref=ticket["ref"])


def approve_minutes(facts: Facts, inputs: Inputs) -> Iterator[Op]:
    """Keep who says that the minutes are right."""
    yield Put({"minutes_by": facts.actor.name, "minutes_at": facts.at})


def cancel(facts: Facts, inputs: Inputs) -> Iterator[Op]:
    """Keep why it was not needed, and tell who is on the list."""
    yield Put({"ended_at": facts.at, "why": Ref("why")})
    ticket = rules.ticket_of(facts)
    for name in sorted({facts.record.get("chair"), facts.record["called_by"]} - {None, facts.actor.name}):
        yield inbox(facts, "consult_cancelled", name, ref=ticket["ref"], name=facts.actor.name)


def remind(facts: Facts, inputs: Inputs) -> Iterator[Op]:
    """Tell the chair, or who has called, that they should meet now."""
    recipient = facts.record.get("chair") or facts.record["called_by"]
    yield inbox(facts, "consult_overdue", recipient, ref=rules.ticket_of(facts).get("ref", ""))
