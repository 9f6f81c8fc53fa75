"""What events do to the clocks of a ticket: reads clock effects, moves the clocks, and says which rows that changes.

Pure. It must not judge whether an event may happen (guards do) nor measure time (``clocks.py`` does). The rules, from
section c.2 of the service rules where nothing else is named:

* ``response`` runs from the way in to the first contact of a person with the customer. Which event that is, the machine
  says by ``when``; an automatic reply is no event of a person. It starts once per ticket, never again in a later round.
* ``restore`` (fulfilment, for a request) runs from registration, or from the alarm where monitoring knew first. Only
  the policy's pausing reasons pause it, force majeure only where the contract names it; a third party's wait does not.
* ``news`` is not paused by any wait: a customer who is asked for access is still owed the next news (R37), and it is
  while waiting that tickets fall silent. Each promise is a clock of its own, numbered in ``round``: by the word given
  (an instant, measured in real time), else by the grade's interval, which is owed to a customer until the service is
  restored. What was promised by an instant is not moved by a regrade.
* ``third_party`` is the OLA or vendor clock of one wait, numbered in ``round``, against the policy's figure for the
  grade at its start. Missing it is not a breach of what we promised the customer, so ``breached`` never names it.
* An instant that an event names is taken inside [last boundary of that clock, now].
* A ticket that is no longer open has no running clock: what its machine did not stop, stops with the closing act.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final

from noc_console.clock import to_ms
from noc_console.workflows import alert_ends, clocks
from noc_console.workflows.calendars import Calendar
from noc_console.workflows.clock_rows import (
    NAMES,
    NEWS,
    PROMISED,
    REAL_TIME,
    RESPONSE,
    RESTORE,
    THIRD_PARTY,
    calendar_of,
    columns_of,
    row_id,
)
from noc_console.workflows.clocks import MISSED, Clock
from noc_console.workflows.fields import Inputs
from noc_console.workflows.machine import Add, ClockEffect, Facts, Op, Put, Set
from noc_console.workflows.policy import Policy
from noc_console.workflows.ticket_sla import Sla, contract_class_of, frozen_sla, said
from noc_console.workflows.ticket_timers import next_check

#: Objections that say that it never worked: the restored claim was wrong, and the time since it counts.
NEVER_WORKED: Final = frozenset({"not_restored", "partly_restored"})


def clockwork(facts: Facts, inputs: Inputs, values: Mapping[str, Any], effects: tuple[ClockEffect, ...]) -> list[Op]:
    """Return the clock rows that an event adds and changes, and one ``Put`` of the ticket's due columns.

    ``values`` is the record as the event leaves it, ``facts.clocks`` has the newest clock of each name, and
    ``facts.related["clocks"]`` their rows. Nothing is returned where nothing changes.
    """
    work = _Work(facts, inputs, values)
    wanted = [effect for effect in effects if effect.when is None or effect.when(facts, inputs)]
    for effect in sorted(wanted, key=lambda effect: effect.clock == NEWS):  # news looks at the restore clock
        _VERBS[effect.verb](work, effect)
    if not work.is_open:
        for name in NAMES:
            work.stop(name, min(facts.at, facts.now))
    return [*work.row_ops(), *work.put(), *work.alert_ops()]


def never_worked(inputs: Inputs) -> bool:
    """Tell whether an objection means that the service never came back: said so, or by its reason code."""
    told = inputs.get("never_worked")
    return inputs.get("reason") in NEVER_WORKED if told is None else bool(told)


@dataclass(frozen=True, slots=True)
class _Begun:
    """A clock that has just been started, with its row and with when it is due."""

    clock: Clock
    columns: Mapping[str, Any]
    due: datetime | None


@lru_cache(maxsize=256)
def _begin(policy: Policy, grade: str, name: str, number: int, target_s: int | None, by: str, at: datetime) -> _Begun:
    """Start a clock by the calendar ``by``; what an import registers at one instant starts the same few clocks."""
    calendar = calendar_of(policy, by)
    clock = clocks.start(name, round=number, target_s=target_s, calendar=calendar, at=at)
    columns = columns_of(clock) | _marks_of({}) | {"check_at": next_check(clock, (), grade, policy)}
    return _Begun(clock, columns, clocks.due(clock, calendar))


@dataclass(slots=True)
class _Work:
    """The clocks of one ticket while one event moves them."""

    facts: Facts
    inputs: Inputs
    values: Mapping[str, Any]
    sla: Sla = field(init=False)
    #: the newest clock of each name
    current: dict[str, Clock] = field(init=False)
    #: the newest clock of each name as this event has started it
    begun: dict[str, _Begun] = field(default_factory=dict)
    #: every clock that was moved, by name and round
    moved: dict[tuple[str, int], Clock] = field(default_factory=dict)
    #: code and percent of what this event has fired, by name and round
    fired: dict[tuple[str, int], tuple[str, int]] = field(default_factory=dict)
    promised_at: datetime | None = field(init=False)

    def __post_init__(self) -> None:
        self.sla = self.values.get("sla") or frozen_sla(self.facts, self.inputs, self.values)
        self.current = dict(self.facts.clocks)
        self.promised_at = self.values.get("promised_at")

    # --- What verbs need ---------------------------------------------------------------------------------

    @property
    def is_open(self) -> bool:
        return bool(self.values.get("open", True))

    @property
    def grade(self) -> str:
        return str(said(self.values["grade"], self.inputs))

    @property
    def calendar(self) -> Calendar:
        """Return the calendar of the ticket's limits."""
        return self.calendar_named(self.sla["calendar"])

    def calendar_named(self, name: str) -> Calendar:
        return calendar_of(self.facts.policy, name)

    def instant(self, effect: ClockEffect) -> datetime:
        """Return the instant that the event or the record names, else that of the act; never after now.

        The record names one where a timer acts: a wait ends when it was to end, not when somebody's console came back.
        """
        named = self.inputs.get(effect.at) or self.facts.record.get(effect.at) if effect.at else None
        return min(named or self.facts.at, self.facts.now)

    def unstopped(self, name: str) -> Clock | None:
        clock = self.current.get(name)
        return clock if clock is not None and clock.stopped_at is None else None

    def keep(self, clock: Clock) -> None:
        self.current[clock.name] = self.moved[clock.name, clock.round] = clock

    def start(self, name: str, target_s: int | None, calendar: Calendar, at: datetime) -> None:
        before = self.current.get(name)
        number = before.round + 1 if before else 1
        at = at.astimezone(UTC)  # within one zone Python takes the two halves of a repeated hour for the same
        self.begun[name] = _begin(self.facts.policy, self.grade, name, number, target_s, calendar.name, at)
        self.keep(self.begun[name].clock)

    def stop(self, name: str, at: datetime) -> None:
        clock = self.unstopped(name)
        if clock is not None:
            self.keep(clocks.stop(clock, self.calendar_named(clock.calendar), at))

    # --- What became of it -------------------------------------------------------------------------------

    def row_ops(self) -> Iterator[Op]:
        """Yield new rows, and of rows that are there the columns that changed."""
        before = {(clock.name, clock.round): clock for clock in self.facts.clocks.values()}
        stored = {(row["name"], row["round"]): row for row in self.facts.related.get("clocks", ())}
        for key, clock in {**before, **self.moved}.items():
            begun = self._as_begun(clock)
            columns = begun.columns if begun else columns_of(clock) | self._marks(key, clock, stored.get(key, {}))
            if key not in before:
                yield Add("clock", row_id(self.facts.record_id, clock), columns)
                continue
            was = columns_of(before[key]) | _marks_of(stored.get(key, {}))
            changed = {name: value for name, value in columns.items() if value != was[name]}
            if changed:
                yield Set("clock", row_id(self.facts.record_id, clock), changed)

    def _as_begun(self, clock: Clock) -> _Begun | None:
        """Return what follows from a clock that has not been moved since this event started it."""
        begun = self.begun.get(clock.name)
        return begun if begun is not None and begun.clock is clock else None

    def _marks(self, key: tuple[str, int], clock: Clock, stored: Mapping[str, Any]) -> dict[str, Any]:
        marks = _marks_of(stored)
        if key in self.fired:
            code, percent = self.fired[key]
            marks["fired"] = [*marks["fired"], *({code} - set(marks["fired"]))]
            marks["level"] = max(marks["level"], percent)
        marks["check_at"] = next_check(clock, marks["fired"], self.grade, self.facts.policy)
        return marks

    def alert_ops(self) -> Iterator[Op]:
        """Yield the end of the alerts that nothing is to be done about any more."""
        if not self.is_open:
            yield from alert_ends.of_ticket(self.facts, self.values.get("state", ""))
            return
        yield from alert_ends.of_clocks(
            self.facts, {name for (name, _round), clock in self.moved.items() if clock.stopped_at is not None}
        )

    def put(self) -> Iterator[Op]:
        """Yield the due columns of the ticket if any of them changed."""
        columns = {**self._due_columns(), "breached": self._breached(), "sla": self.sla}
        if any(self.values.get(name) != value for name, value in columns.items()):
            yield Put(columns)

    def _due_columns(self) -> dict[str, Any]:
        dues = {name: due for name in NAMES if (due := self._due(name)) is not None}
        first = min(dues, key=lambda name: dues[name], default=None)
        return {
            "response_due": dues.get(RESPONSE),
            "restore_due": dues.get(RESTORE),
            "update_due": dues.get(NEWS),
            "promised_at": self.promised_at if NEWS in dues else None,
            "next_due": dues[first] if first else None,
            "next_clock": first,
        }

    def _due(self, name: str) -> datetime | None:
        clock = self.unstopped(name)
        if clock is None:
            return None
        if name == NEWS and self.promised_at is not None:
            return self.promised_at
        begun = self._as_begun(clock)
        return begun.due if begun else clocks.due(clock, self.calendar_named(clock.calendar))

    def _breached(self) -> list[str]:
        """Return the promises that were missed in any round: a verdict is never taken back."""
        missed = {clock.name for clock in self.moved.values() if clock.verdict == MISSED}
        return [name for name in PROMISED if name in missed or name in (self.values.get("breached") or ())]


def _marks_of(row: Mapping[str, Any]) -> dict[str, Any]:
    return {"fired": list(row.get("fired", ())), "level": row.get("level", 0), "check_at": row.get("check_at")}


# --- Verbs ---------------------------------------------------------------------------------------------------


def _start(work: _Work, effect: ClockEffect) -> None:
    """Start a clock once; a third party's starts again with each wait."""
    name, at = effect.clock, work.instant(effect)
    if name == THIRD_PARTY:
        if work.unstopped(name) is None:
            work.start(name, work.facts.policy.third_party_s[work.grade], work.calendar, at)
    elif name not in work.current:
        work.start(name, work.sla[f"{name}_s"], work.calendar, _known_since(work, at) if name == RESTORE else at)


def _known_since(work: _Work, at: datetime) -> datetime:
    occurred = said(work.values.get("occurred_at"), work.inputs)
    by_network = said(work.values.get("channel"), work.inputs) == "monitoring"
    return min(at, occurred) if by_network and occurred is not None else at


def _stop(work: _Work, effect: ClockEffect) -> None:
    work.stop(effect.clock, work.instant(effect))


def _pause(work: _Work, effect: ClockEffect) -> None:
    clock = work.unstopped(effect.clock)
    reason = work.inputs.get("reason")
    if clock is not None and clock.running and reason is not None and _pauses(work, reason):
        work.keep(clocks.pause(clock, max(work.instant(effect), clock.started_at), reason))


def _pauses(work: _Work, code: str) -> bool:
    reason = work.facts.policy.wait_reasons.get(code)
    if reason is None or not reason.pauses:
        return False
    contract = contract_class_of(work.facts, work.inputs, work.values)
    return not reason.needs_contract or (contract is not None and contract.force_majeure)


def _resume(work: _Work, effect: ClockEffect) -> None:
    clock = work.unstopped(effect.clock)
    if clock is not None and clock.paused:
        work.keep(clocks.resume(clock, work.instant(effect)))


def _retarget(work: _Work, effect: ClockEffect) -> None:
    """Measure against the limits of the moment, if the grade or the contract's class is another than before."""
    fresh = frozen_sla(work.facts, work.inputs, work.values)
    frozen = work.values.get("sla") or {}
    if work.grade == work.facts.record.get("grade") and fresh["class"] == frozen.get("class"):
        return
    work.sla = fresh
    clock = work.unstopped(effect.clock)
    if effect.clock != NEWS:
        if clock is not None:
            work.keep(clocks.retarget(clock, fresh[f"{effect.clock}_s"], work.calendar))
    elif clock is None:
        _promise(work, effect)
    elif work.promised_at is None:
        work.keep(clocks.retarget(clock, fresh["update_s"], work.calendar))


def _promise(work: _Work, effect: ClockEffect) -> None:
    """Judge the promise that is kept, or broken by being late, and start the next one.

    ``at`` names the input with the promised instant (``next_news_at``); without one the interval of the grade counts.
    """
    at = min(work.facts.at, work.facts.now)
    work.stop(NEWS, at)
    work.promised_at = work.inputs.get(effect.at or "next_news_at") if work.is_open else None
    if work.promised_at is not None:
        seconds = (to_ms(work.promised_at) - to_ms(at)) // 1_000
        work.start(NEWS, max(seconds, 1), REAL_TIME, at)
    elif _interval_owed(work):
        work.start(NEWS, work.sla["update_s"], work.calendar, at)


def _interval_owed(work: _Work) -> bool:
    restore = work.current.get(RESTORE)
    wanted = restore is None or restore.stopped_at is None
    somebody = work.values.get("requester_type") != "monitoring"
    return work.is_open and somebody and wanted and work.sla["update_s"] is not None


def _next_round(work: _Work, effect: ClockEffect) -> None:
    """Start the next round of a stopped clock: what had never worked ran on, what failed again leaves the gap out."""
    clock = work.current.get(effect.clock)
    if effect.clock == NEWS:
        _promise(work, effect)
    elif clock is not None and clock.stopped_at is not None:
        at, gap = work.instant(effect), never_worked(work.inputs)
        target = work.sla[f"{effect.clock}_s"]
        work.keep(clocks.next_round(clock, work.calendar, at, target, gap_counts=gap))


def _fire(work: _Work, effect: ClockEffect) -> None:
    """Note that a level has fired: an escalation by its addressee, a warning by its percentage."""
    code = work.inputs["level"]
    work.fired[work.inputs["clock"], work.inputs["round"]] = (code, int(code) if code.isdecimal() else 0)


def _reckon(work: _Work, effect: ClockEffect) -> None:
    """Move nothing: what is due is made anew from every clock as it stands."""


_VERBS: Final[Mapping[str, Callable[[_Work, ClockEffect], None]]] = {
    "start": _start,
    "stop": _stop,
    "pause": _pause,
    "resume": _resume,
    "retarget": _retarget,
    "promise": _promise,
    "keep": _promise,
    "next_round": _next_round,
    "fire": _fire,
    "reckon": _reckon,
}
