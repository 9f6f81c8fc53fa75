"""The table machine: states, events, guards with reasons, typed inputs, rights and effects in one row each.

Pure: it judges facts and returns effects as data, or a refusal. It must not read a store, a clock or a file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING, Any, Final

from noc_console.workflows.fields import Field, Inputs
from noc_console.workflows.validation import input_reasons

if TYPE_CHECKING:
    from noc_console.workflows.clocks import Clock
    from noc_console.workflows.policy import Policy

SAME: Final = "=same"
BACK: Final = "=back"
#: The source of an event that makes a record; an event without sources has this one only.
NEW: Final = ""
#: What states can look like; the themes give each a colour, and words and glyphs say the same without one.
TONES: Final = frozenset({"plain", "new", "active", "waiting", "warning", "done", "closed"})
#: Keys of the console itself, which no event may take.
RESERVED_KEYS: Final = frozenset("jkgGqyYnXv/?:[]0123456789 ") | {"enter", "escape", "tab", "space", "f1", "f2"}


@dataclass(frozen=True, slots=True)
class Reason:
    """Why not, as a code with parameters; text and remedy are made where it is shown (``reasons.say``).

    A parameter whose name ends in ``_label`` is a msgid and is translated too; ``_labels`` are several.
    """

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)

    def in_zone(self, zone: tzinfo) -> Reason:
        """Return the reason with its instants in a zone."""
        local = {name: at.astimezone(zone) for name, at in self.params.items() if isinstance(at, datetime)}
        return replace(self, params={**self.params, **local}) if local else self


class DependsOnInput:
    """What a guard answers when it cannot judge before the inputs are there."""


DEPENDS_ON_INPUT: Final = DependsOnInput()


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, with every role that they hold at this moment."""

    name: str
    roles: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Facts:
    """All that a judgement may look at, frozen.

    ``record`` is the row with aware instants (empty before the record exists). ``related`` holds other rows by
    name. ``at`` is the instant of the act, ``now`` the instant of the judgement; for a present author they agree.
    No rule looks at ``zone``: it is the one in which whoever acts is told an instant.
    """

    record_id: str
    record: Mapping[str, Any]
    actor: Actor
    now: datetime
    at: datetime
    policy: Policy
    via: str
    intent_id: str
    clocks: Mapping[str, Clock] = field(default_factory=dict)
    related: Mapping[str, tuple[Mapping[str, Any], ...]] = field(default_factory=dict)
    zone: tzinfo = UTC


@dataclass(frozen=True, slots=True)
class Ref:
    """The value of an input of this intent: how personal data gets into a row without standing in an effect."""

    path: str


@dataclass(frozen=True, slots=True)
class Put:
    """Set fields of the record that the event is about."""

    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Add:
    """Add a row to a side table."""

    table: str
    id: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Set:
    """Set fields of a row of a side table."""

    table: str
    id: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Cause:
    """A further intent on another record, judged in the same transaction ``via rule``."""

    kind: str
    record: str
    event: str
    inputs: Mapping[str, Any] = field(default_factory=dict)


Op = Put | Add | Set | Cause
_ROWS: Final = (Add, Set)
Guard = Callable[[Facts, Inputs | None], Reason | DependsOnInput | None]
Effect = Callable[[Facts, Inputs], Iterable[Op]]


@dataclass(frozen=True, slots=True)
class ClockEffect:
    """What an event does to a clock: start, stop, pause, resume, retarget, promise, keep, next_round, fire or reckon.

    ``at`` names the input, or else the field of the record, that holds the instant (without one it is that of the
    act), ``when`` is a condition on facts and inputs.
    """

    verb: str
    clock: str
    at: str = ""
    when: Callable[[Facts, Inputs], bool] | None = None


@dataclass(frozen=True, slots=True)
class State:
    """A state: ``tone`` is its colour's name, ``glyph`` its ASCII mark; ``holds`` remembers where it came from."""

    name: str
    label: str
    glyph: str
    tone: str
    final: bool = False
    holds: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    """One row of a machine; key, form, option, verb, help and journal word all come from it."""

    name: str
    sources: tuple[str, ...]
    target: str | Mapping[str, str]
    label: str
    key: str = ""
    help: str = ""
    inputs: tuple[Field, ...] = ()
    guards: tuple[Guard, ...] = ()
    right: str = ""
    effects: tuple[Effect, ...] = ()
    clock_effects: tuple[ClockEffect, ...] = ()
    #: the input that chooses among several targets
    choice: str = ""
    #: fired by intake, timers and rules only: no key, no form, no verb
    internal: bool = False
    #: tells when the facts call for it, so that it stands first among the next steps
    proposed: Callable[[Facts], bool] | None = None
    #: names the optional inputs that a record, as it stands, cannot do without: a form says so, the guards judge it
    wanted: Callable[[Mapping[str, Any]], Iterable[str]] | None = None
    #: the inputs by their names
    fields: Mapping[str, Field] = field(init=False)
    #: what an input that was not given counts as
    defaults: Mapping[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        """Gather the inputs by name, and their defaults."""
        object.__setattr__(self, "fields", {entry.name: entry for entry in self.inputs})
        given = {entry.name: entry.default for entry in self.inputs if entry.default is not None}
        object.__setattr__(self, "defaults", given)

    @property
    def is_birth(self) -> bool:
        """Tell whether the event can make a record."""
        return NEW in (self.sources or (NEW,))

    @property
    def verb(self) -> str:
        """Return the event's name on the command line."""
        return self.name.replace("_", "-")


@dataclass(frozen=True, slots=True)
class Refusal:
    """The answer no: ``kind`` is state, right, facts or inputs, the first of these that failed."""

    kind: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """The answer yes: the state to enter, the values of the record, side rows, and what is caused elsewhere."""

    target: str
    values: Mapping[str, Any]
    rows: tuple[Add | Set, ...]
    causes: tuple[Cause, ...]


@dataclass(frozen=True, slots=True)
class NextStep:
    """An event of the present state, allowed or with the reasons why not; ``onward`` leads to the next state."""

    event: Event
    allowed: bool
    reasons: tuple[Reason, ...] = ()
    proposed: bool = False
    onward: bool = False


@dataclass(frozen=True, slots=True)
class Workflow:
    """A machine: checked when it is built, so that a wrong table cannot start the program."""

    name: str
    table: str
    initial: str
    states: tuple[State, ...]
    events: tuple[Event, ...]
    #: turns clock effects into rows; sees the record's values as the event leaves them
    clockwork: Callable[[Facts, Inputs, Mapping[str, Any], tuple[ClockEffect, ...]], Iterable[Op]] | None = None
    #: a record may come back from every state, as people do
    endless: bool = False
    #: says what became of a record for which an event comes too late, where that can be said better than by states
    too_late: Callable[[Facts], Reason | None] | None = None
    _states: Mapping[str, State] = field(init=False, repr=False)
    _events: Mapping[str, Event] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Refuse a table with unknown, unreachable or trapping states, or with clashing keys."""
        from noc_console.workflows.definition import check

        object.__setattr__(self, "_states", {state.name: state for state in self.states})
        object.__setattr__(self, "_events", {event.name: event for event in self.events})
        check(self)

    def state(self, name: str) -> State:
        """Return a state by name."""
        return self._states[name]

    def event(self, name: str) -> Event | None:
        """Return an event by name, or None."""
        return self._events.get(name)

    def of_state(self, state: str) -> Iterator[Event]:
        """Yield the events that leave or keep ``state`` (NEW before the record exists)."""
        return (event for event in self.events if state in (event.sources or (NEW,)))

    def plan(self, event: Event, facts: Facts, inputs: Inputs) -> Plan | Refusal:
        """Judge one event: state, right, facts, then inputs; all reasons of the first kind that fails.

        An input that was not given counts with its field's default.
        """
        inputs = {**event.defaults, **{name: value for name, value in inputs.items() if value is not None}}
        refusal = self._before_inputs(event, facts)
        if refusal:
            return refusal
        reasons = input_reasons(event.inputs, inputs, facts)
        if not reasons:
            reasons = tuple(r for guard in event.guards if isinstance(r := guard(facts, inputs), Reason))
        if reasons:
            return _refusal("inputs", reasons, facts)
        return self._effects(event, facts, inputs)

    def allowed(self, facts: Facts) -> tuple[NextStep, ...]:
        """Return every event of the record's state, those proposed and allowed first, each with its reasons."""
        steps = []
        state = facts.record.get("state", "")
        after = self._after(state)
        for event in self.of_state(state):
            refusal = self._before_inputs(event, facts)
            proposed = refusal is None and event.proposed is not None and event.proposed(facts)
            reasons = refusal.reasons if refusal else ()
            steps.append(NextStep(event, refusal is None, reasons, proposed, onward=event.target == after))
        return tuple(sorted(steps, key=lambda step: (not step.allowed, not step.proposed)))

    def _after(self, state: str) -> str | None:
        """Return the state that follows in the table; those that hold a record up are no part of its way."""
        way = [one.name for one in self.states if not one.holds]
        return way[way.index(state) + 1] if state in way[:-1] else None

    def _before_inputs(self, event: Event, facts: Facts) -> Refusal | None:
        state = facts.record.get("state", "")
        if state not in (event.sources or (NEW,)):
            told = self.too_late(facts) if state and self.too_late else None
            return _refusal("state", (told or self._wrong_state(event, state),), facts)
        if event.right and not facts.actor.roles & facts.policy.rights.get(event.right, frozenset()):
            roles = tuple(sorted(facts.policy.rights.get(event.right, frozenset())))
            return _refusal("right", (Reason("right_missing", {"event_label": event.label, "roles": roles}),), facts)
        reasons = tuple(r for guard in event.guards if isinstance(r := guard(facts, None), Reason))
        return _refusal("facts", reasons, facts) if reasons else None

    def _wrong_state(self, event: Event, state: str) -> Reason:
        if not state:
            return Reason("no_record", {"event_label": event.label})
        labels = tuple(self.state(source).label for source in event.sources if source != NEW)
        label = self.state(state).label
        return Reason("wrong_state", {"event_label": event.label, "state_label": label, "states_labels": labels})

    def _effects(self, event: Event, facts: Facts, inputs: Inputs) -> Plan:
        state = facts.record.get("state", "")
        target = event.target if isinstance(event.target, str) else event.target[inputs[event.choice]]
        values: dict[str, Any] = {}
        if target == BACK:
            target = facts.record["held_from"]
            values["held_from"] = None
        elif target == SAME:
            target = state
        elif self.state(target).holds:
            values["held_from"] = state
        ops = [op for effect in event.effects for op in effect(facts, inputs)]
        _merge(values, ops)
        if target != state:
            values["state"] = target
        if event.clock_effects and self.clockwork:
            clock_ops = list(self.clockwork(facts, inputs, {**facts.record, **values}, event.clock_effects))
            _merge(values, clock_ops)
            ops += clock_ops
        rows = tuple(op for op in ops if isinstance(op, _ROWS))
        return Plan(target, values, rows, tuple(op for op in ops if isinstance(op, Cause)))


def _refusal(kind: str, reasons: tuple[Reason, ...], facts: Facts) -> Refusal:
    """Make every refusal, so that each instant in one is told in the zone of whoever acts."""
    return Refusal(kind, tuple(reason.in_zone(facts.zone) for reason in reasons))


def _merge(values: dict[str, Any], ops: Iterable[Op]) -> None:
    for op in ops:
        if isinstance(op, Put):
            values.update(op.values)
