"""The machine of the store's maintenance lock: each locking is a record, locked until somebody with the right ends it.

That nothing is written meanwhile is seen to at the one door (``desk.act``), because it holds for every kind of record.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from noc_console.i18n import N_
from noc_console.workflows.fields import Field, Inputs, Kind
from noc_console.workflows.machine import Event, Facts, Op, Put, Reason, Ref, State, Workflow
from noc_console.workflows.ticket_guards import on_facts, related

LOCKED: Final = "locked"
RIGHT: Final = "store.admin"


@on_facts
def _one_at_a_time(facts: Facts) -> Reason | None:
    """Refuse a second lock, so that ending one opens the store."""
    held = related(facts, "held")
    return Reason("locked_already", {"name": held[0]["locked_by"]}) if held else None


def _lock(facts: Facts, inputs: Inputs) -> Iterator[Op]:
    yield Put({"locked_by": facts.actor.name, "locked_at": facts.at, "why": Ref("why")})


def _unlock(facts: Facts, inputs: Inputs) -> Iterator[Op]:
    yield Put({"unlocked_by": facts.actor.name, "unlocked_at": facts.at})


LOCK: Final = Workflow(
    name="lock",
    table="store_lock",
    initial=LOCKED,
    states=(
        State(LOCKED, N_("locked"), "#", "waiting"),
        State("unlocked", N_("unlocked"), "+", "closed", final=True),
    ),
    events=(
        Event(
            "lock", (), LOCKED, N_("Lock the store"), help=N_("Nothing is written until it is unlocked"),
            inputs=(Field("why", Kind.TEXT, N_("Why"), required=True, pii=True, max_length=200),), right=RIGHT,
            guards=(_one_at_a_time,), effects=(_lock,),
        ),
        Event(
            "unlock", (LOCKED,), "unlocked", N_("Unlock the store"), help=N_("Writing goes on"),
            inputs=(Field("why", Kind.TEXT, N_("Why"), pii=True, max_length=200),), right=RIGHT, effects=(_unlock,),
        ),
    ),
)  # fmt: skip
