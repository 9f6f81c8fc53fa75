"""The short way of small matters: one form, one transaction, one intent for each event, every gate judged.

The first refusal ends the chain; the ticket stays where it legally got to. Which events, and what feeds their inputs,
is ``workflows/solve.py``'s.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from noc_console.desk.act import Wish, act_in
from noc_console.desk.facts import facts_of
from noc_console.desk.rows import Values
from noc_console.desk.ticket import FormField, form_field, kind_of, row_of
from noc_console.errors import Refused, UsageError
from noc_console.i18n import _
from noc_console.store.canonical import derived_id, new_id
from noc_console.store.engine import reading, retried, writing
from noc_console.store.journal import records_of
from noc_console.workflows import solve as short_way
from noc_console.workflows.catalogue import workflow
from noc_console.workflows.machine import Facts, Reason

if TYPE_CHECKING:
    from noc_console.desk.desk import Desk


@dataclass(frozen=True, slots=True)
class SolveResult:
    """How far a ticket got: its state, the events that were done, and the refusal that stopped the chain, if any."""

    ref: str
    state: str
    done: tuple[str, ...]
    refused: Refused | None


def form(desk: Desk, ref: str) -> tuple[FormField, ...]:
    """Return the fields of the short way for a ticket. Raises Refused where it cannot be solved that way."""
    row = row_of(desk, ref)
    kind = kind_of(row)
    with reading(desk.engine) as connection:
        facts = _facts(desk, connection, row)
    _refuse(row, short_way.refused(kind, facts, None))
    return tuple(form_field(desk, field, row) for field in short_way.fields_for(kind, facts))


def solve(
    desk: Desk, ref: str, inputs: Mapping[str, Any], *, intent_id: str = "", dry_run: bool = False
) -> SolveResult:
    """Fire the chain from the ticket's state to its confirmation; a retry gives the same ``intent_id`` again.

    Raises Refused where the short way is not open to the ticket, and UsageError for an input that it does not have.
    """
    row = row_of(desk, ref)
    kind = kind_of(row)
    known = {field.name for field in short_way.FIELDS[kind]}
    if unknown := sorted(set(inputs) - known):
        message = _("solve has no input {name}", name=unknown[0])
        raise UsageError(message, _("it has: {names}", names=", ".join(sorted(known))))
    base = intent_id or new_id()

    def work() -> SolveResult:
        with writing(desk.engine) as connection:
            result = _done_before(connection, row, base) or _fire(desk, connection, row, inputs, base)
            if dry_run:
                connection.rollback()
            return result

    return retried(work)


def _fire(desk: Desk, connection: Connection, row: Values, inputs: Mapping[str, Any], base: str) -> SolveResult:
    kind = kind_of(row)
    facts = _facts(desk, connection, row)
    _refuse(row, short_way.refused(kind, facts, inputs))
    done: list[str] = []
    for step in short_way.steps_from(kind, facts.record["state"]):
        if not step.when(facts):
            continue
        given = short_way.inputs_of(step, facts, inputs)
        wish = Wish(kind, row["id"], step.event, given, intent_id=derived_id(base, row["id"], step.event))
        try:
            act_in(desk, connection, [wish])
        except Refused as refused:
            return SolveResult(row["ref"], facts.record["state"], tuple(done), refused)
        done.append(step.event)
        facts = _facts(desk, connection, row)
    return SolveResult(row["ref"], facts.record["state"], tuple(done), None)


def _done_before(connection: Connection, row: Values, base: str) -> SolveResult | None:
    """Return what a retry finds done already, None where the chain was never begun."""
    ids = {derived_id(base, row["id"], step.event): step.event for step in short_way.CHAIN[kind_of(row)]}
    known = records_of(connection, list(ids))
    done = tuple(event for intent, event in ids.items() if intent in known)
    return SolveResult(row["ref"], row["state"], done, None) if done else None


def _facts(desk: Desk, connection: Connection, row: Values) -> Facts:
    machine = workflow(kind_of(row))
    policy = desk.policy_in(connection)
    return facts_of(
        connection, machine, None, row["id"], None, desk=desk, actor=desk.actor.name, now=desk.now(), policy=policy
    )


def _refuse(row: Values, reasons: tuple[Reason, ...]) -> None:
    if reasons:
        raise Refused(_("{ref}: the short way is refused", ref=row["ref"]), reasons)
