"""The one door to the store: every change is a wish that a machine judges here, in one transaction.

Plans, applies, and has what an act causes elsewhere judged in the same transaction. It holds no rule of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from noc_console import __version__
from noc_console.clock import to_ms
from noc_console.desk import facts as fact_finding
from noc_console.desk import lock
from noc_console.desk.archive import sealed
from noc_console.desk.customers import Customers
from noc_console.desk.diagnosis_end import from_run
from noc_console.desk.minutes import Entry, Minutes
from noc_console.desk.rows import lock_in_order, one
from noc_console.desk.wording import as_queued
from noc_console.errors import Conflict, NotFound, Refused, UsageError
from noc_console.i18n import _
from noc_console.store.canonical import canonical, derived_id, new_id, plain
from noc_console.store.engine import retried, writing
from noc_console.store.journal import records_of
from noc_console.workflows.catalogue import workflow
from noc_console.workflows.machine import Add, Cause, Event, Facts, Plan, Reason, Refusal, Workflow

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from noc_console.desk.desk import Desk

#: Tables whose records people call by a reference; all count together.
REFERENCED = frozenset({"ticket", "diagnosis", "consult"})
#: A chain of consequences longer than this is a mistake in a machine, not a wish.
MAX_CAUSED = 5_000


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants: an event on a record (an empty ``record`` for a new one) with typed inputs.

    ``seen`` is what the author saw of the record; an act on something that changed meanwhile is a conflict.
    ``intent_id`` is what the journal knows it by, from the beginning: the same wish, given again, is not done again.
    """

    kind: str
    record: str
    event: str
    inputs: Mapping[str, Any] = field(default_factory=dict)
    seen: Mapping[str, Any] | None = None
    intent_id: str = ""

    def __post_init__(self) -> None:
        if not self.intent_id:
            object.__setattr__(self, "intent_id", new_id())


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a wish, and of what it caused."""

    intent_id: str
    kind: str
    record: str
    ref: str
    event: str
    state: str
    verdict: str
    reasons: tuple[Reason, ...] = ()
    causes: tuple[Outcome, ...] = ()


def act(desk: Desk, wish: Wish, *, dry_run: bool = False) -> Outcome:
    """Have a wish judged and, if it may be, done; ``dry_run`` judges and stores nothing.

    Raises Refused with every reason of the first kind that fails, Conflict, NotFound, UsageError for an input that
    the event does not have, and StoreUnavailable.
    """

    def work() -> Outcome:
        with writing(desk.engine) as connection:
            (outcome,) = act_in(desk, connection, [wish])
            if dry_run:
                connection.rollback()
            return outcome

    return retried(work)


def act_in(desk: Desk, connection: Connection, wishes: Sequence[Wish]) -> list[Outcome]:
    """Have several wishes judged in a transaction of the caller, as intake and ``solve`` do; the first no is raised.

    A wish whose intent the journal has already, or that comes a second time among these, is not done again.
    """
    wishes = [storable(wish) for wish in wishes]
    done = records_of(connection, [wish.intent_id for wish in wishes])
    if len(wishes) > 1:
        tickets = {wish.record for wish in wishes if wish.record and workflow(wish.kind).table == "ticket"}
        lock_in_order(connection, "ticket", tickets)
    court = Court(desk, connection, wishes)
    outcomes = []
    for wish in wishes:
        record = done.get(wish.intent_id)
        outcomes.append(court.hear(wish) if record is None else court.known(wish, record))
        done[wish.intent_id] = outcomes[-1].record
    court.record()
    return outcomes


class Court:
    """One sitting in one transaction: hears wishes in order; what it grants is kept in the minutes."""

    def __init__(self, desk: Desk, connection: Connection, wishes: Sequence[Wish]) -> None:
        self.desk = desk
        self.connection = connection
        self.now = desk.now()
        self.policy = desk.policy_in(connection)
        desk.actor_in(connection)
        self.minutes = Minutes(desk, connection)
        self.customers = Customers(connection, wishes, self.minutes.settle)
        #: whether anything was heard that a lock of the store forbids
        self._writes = False

    def hear(self, wish: Wish) -> Outcome:
        """Judge a wish of the person at the desk; a no is raised, and while the store is locked StoreUnavailable."""
        if wish.kind != lock.KIND and not self._writes:  # a lock alone is never in its own way
            lock.refuse_while_locked(self.desk, self.connection)
            self._writes = True
        machine = workflow(wish.kind)
        event = _event(machine, wish)
        if wish.record or fact_finding.reads_others(machine, event, wish.inputs):  # which this sitting may have changed
            self.minutes.settle()
        wish = from_run(self.connection, event, sealed(self.connection, event, wish))
        wish = as_queued(self.connection, event, wish, self.policy)
        facts = self._facts(machine, event, wish.record or new_id(), wish, self.desk.actor.name)
        _refuse_if_changed(facts, wish)
        plan = machine.plan(event, facts, wish.inputs)
        if isinstance(plan, Refusal):
            raise refused(facts, event, plan.reasons)
        return self._grant(machine, event, facts, wish, plan, self.desk.via)

    def known(self, wish: Wish, record: str) -> Outcome:
        """Say how the record stands of a wish that was done before."""
        self.minutes.settle()
        row = one(self.connection, workflow(wish.kind).table, record) or {}
        ref = str(row.get("ref") or row.get("name") or record)
        return Outcome(wish.intent_id, wish.kind, record, ref, wish.event, str(row.get("state", "")), "noop")

    def record(self) -> None:
        """Write intents and verdicts, and make their texts findable."""
        self.minutes.record(f"{__version__}/{self.policy.version}", to_ms(self.now))
        if self._writes and self.connection.dialect.name != "sqlite":
            # another may have locked it since; from here on the counters' row keeps everybody else out
            lock.refuse_while_locked(self.desk, self.connection)

    def _facts(self, machine: Workflow, event: Event, record: str, wish: Wish, actor: str) -> Facts:
        return fact_finding.facts_of(
            self.connection, machine, event, record, wish,
            desk=self.desk, actor=actor, now=self.now, policy=self.policy, customers=self.customers,
        )  # fmt: skip

    def _grant(self, machine: Workflow, event: Event, facts: Facts, wish: Wish, plan: Plan, via: str) -> Outcome:
        values = plan.values
        if not facts.record and machine.table in REFERENCED:
            values = {**values, **self.minutes.reference()}
        self.minutes.enter(Entry(machine.table, event.name, facts, wish, values, plan.rows, via))
        ref = facts.record.get("ref") or values.get("ref") or facts.record.get("name") or facts.record_id
        if machine.table == "customer":
            self.customers.forget()
        causes = tuple([self._consequence(cause, wish.intent_id) for cause in plan.causes])
        return Outcome(
            wish.intent_id, wish.kind, facts.record_id, str(ref), event.name, plan.target, "applied", causes=causes
        )

    def _consequence(self, cause: Cause, cause_id: str) -> Outcome:
        """Judge what an act caused; a no is an inbox item, never a reason to undo the act."""
        if len(self.minutes) > MAX_CAUSED:
            raise RuntimeError("an act causes too much")
        intent_id = derived_id(cause_id, cause.record, cause.event)
        wish = Wish(cause.kind, cause.record, cause.event, cause.inputs, intent_id=intent_id)
        machine = workflow(cause.kind)
        event = _event(machine, wish)
        self.minutes.settle()
        facts = self._facts(machine, event, cause.record, wish, "rule")
        if not facts.record and not event.is_birth:
            raise NotFound(_("what the act concerns is not in this store: {record}", record=cause.record))
        plan = machine.plan(event, facts, wish.inputs)
        if isinstance(plan, Plan):
            return self._grant(machine, event, facts, wish, plan, "rule")
        return self._refused_consequence(machine, event, facts, wish, plan.reasons)

    def _refused_consequence(
        self, machine: Workflow, event: Event, facts: Facts, wish: Wish, reasons: tuple[Reason, ...]
    ) -> Outcome:
        item = {
            "kind": "refused",
            "code": reasons[0].code,
            "params": canonical({"event": event.name, **reasons[0].params}),
            "recipient": facts.record.get("owner") or "role:lead",
            "at": to_ms(self.now),
        }
        rows = (Add("inbox", f"{wish.intent_id}/inbox", item),)
        codes = ",".join(reason.code for reason in reasons)
        self.minutes.enter(Entry(machine.table, event.name, facts, wish, {}, rows, "rule", "refused", codes))
        ref = str(facts.record.get("ref", facts.record_id))
        state = str(facts.record.get("state", ""))
        return Outcome(wish.intent_id, wish.kind, facts.record_id, ref, event.name, state, "refused", reasons)


def refused(facts: Facts, event: Event, reasons: tuple[Reason, ...]) -> Refused:
    """Make the error that a refusal is told with."""
    ref = facts.record.get("ref") or facts.record.get("name") or ""
    what = _(event.label)
    message = _("{ref}: {event} is refused", ref=ref, event=what) if ref else _("{event} is refused", event=what)
    return Refused(message, reasons)


def _event(machine: Workflow, wish: Wish) -> Event:
    event = machine.event(wish.event)
    if event is None:
        raise UsageError(_("{kind} has no event {event}", kind=machine.name, event=wish.event))
    unknown = wish.inputs.keys() - event.fields.keys()
    if unknown:
        known = ", ".join(event.fields)
        message = _("{event} has no input {name}", event=event.name, name=sorted(unknown)[0])
        raise UsageError(message, _("it has: {names}", names=known))
    return event


def storable(wish: Wish) -> Wish:
    """Return a wish whose texts are as they will be stored. Raises BadInput for what no store can hold."""
    texts = {
        name: changed
        for name, value in wish.inputs.items()
        if isinstance(value, str) and not _is_storable(value) and (changed := plain(value)) != value
    }
    return replace(wish, inputs={**wish.inputs, **texts}) if texts else wish


def _is_storable(value: str) -> bool:
    return value.isascii() and value.isprintable()


def _refuse_if_changed(facts: Facts, wish: Wish) -> None:
    for name, value in (wish.seen or {}).items():
        now = facts.record.get(name)
        if plain(now) != plain(value):
            ref, hint = facts.record.get("ref", ""), _("look at it again, then decide")
            if name == "state" and now:
                state = _(workflow(wish.kind).state(now).label)
                raise Conflict(_("{ref} was changed meanwhile: it is now {state}", ref=ref, state=state), hint)
            raise Conflict(
                _("{ref} was changed meanwhile: {field} is now {value}", ref=ref, field=name, value=now), hint
            )
