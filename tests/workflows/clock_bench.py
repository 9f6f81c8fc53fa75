"""A ticket on the bench: events with their clock effects, rows as the store would give them back.

It applies what ``clockwork`` returns and judges nothing; the machines are tested elsewhere.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from noc_console.workflows.clock_rows import clock_of, current_clocks
from noc_console.workflows.clocks import Clock
from noc_console.workflows.machine import Actor, Add, ClockEffect, Facts, Put, Ref, Set
from noc_console.workflows.policy import Policy, load_default
from noc_console.workflows.ticket_clocks import clockwork
from noc_console.workflows.ticket_timers import Level, timer_due

STOP_ALL = tuple(ClockEffect("stop", name) for name in ("response", "restore", "news", "third_party"))
#: clock effects of each event, as the tables of the machines have them
EFFECTS: Mapping[str, tuple[ClockEffect, ...]] = {
    "register": (
        ClockEffect("start", "response", at="received_at"),
        ClockEffect("start", "restore"),
        ClockEffect("promise", "news"),
    ),
    "accept": (ClockEffect("stop", "response", when=lambda facts, inputs: bool(inputs.get("contacted"))),),
    "inform": (
        ClockEffect("stop", "response"),
        ClockEffect("keep", "news"),
    ),
    "complete": (ClockEffect("retarget", "response"), ClockEffect("retarget", "restore")),
    "regrade": tuple(ClockEffect("retarget", name) for name in ("response", "restore", "news")),
    "wait_customer": (ClockEffect("pause", "restore"),),
    "wait_third_party": (ClockEffect("pause", "restore"), ClockEffect("start", "third_party")),
    "resume": (
        ClockEffect("resume", "restore", at="resumed_at"),
        ClockEffect("stop", "third_party", at="resumed_at"),
    ),
    "receive": (ClockEffect("resume", "restore", at="at"),),
    "wake": (ClockEffect("resume", "restore", at="wait_until"),),
    "restore": (
        ClockEffect("stop", "restore", at="restored_at"),
        ClockEffect("stop", "third_party", at="restored_at"),
    ),
    "dissatisfied": (ClockEffect("promise", "news"), ClockEffect("next_round", "restore")),
    "warn": (ClockEffect("fire", ""),),
    "close": STOP_ALL,
}


class Bench:
    """One ticket with its clock rows, driven event by event."""

    def __init__(self, policy: Policy | None = None, **values: Any) -> None:
        self.policy = policy or load_default()
        self.values: dict[str, Any] = {"grade": "P3", "service_type": "fault", "channel": "hotline", "open": True}
        self.values |= values
        self.rows: dict[str, dict[str, Any]] = {}
        self.customer: dict[str, Any] = {}

    def act(
        self, event: str, at: datetime, /, *, now: datetime | None = None, puts: Any = (), **inputs: Any
    ) -> list[Any]:
        """Let an event happen; ``puts`` are the fields that its own effects set."""
        facts = Facts(
            record_id="T1",
            record={} if event == "register" else dict(self.values),
            actor=Actor("ana"),
            now=now or at,
            at=at,
            policy=self.policy,
            via="console",
            intent_id="i",
            clocks=current_clocks(self.rows.values()),
            related={"customer": (self.customer,) if self.customer else (), "clocks": tuple(self.rows.values())},
        )
        after = {**self.values, **dict(puts)}
        ops = clockwork(facts, inputs, after, EFFECTS[event])
        self.values = {
            name: inputs.get(value.path) if isinstance(value, Ref) else value for name, value in after.items()
        }
        self._apply(ops)
        return ops

    def _apply(self, ops: list[Any]) -> None:
        for op in ops:
            if isinstance(op, Put):
                self.values |= json_round_trip(op.values)
            elif isinstance(op, Add):
                assert op.table == "clock" and op.id not in self.rows
                self.rows[op.id] = {"id": op.id, "record": "T1", **json_round_trip(op.values)}
            else:
                assert isinstance(op, Set) and op.table == "clock"
                self.rows[op.id] |= json_round_trip(op.values)

    def clock(self, name: str, number: int | None = None) -> Clock:
        """Return the newest clock of a name, or that of a round."""
        if number is None:
            return current_clocks(self.rows.values())[name]
        return clock_of(self.rows[f"T1/{name}/{number}"])

    def due(self, now: datetime) -> list[Level]:
        """Return what the timers have to fire, from the rows whose check has come."""
        rows = [row for row in self.rows.values() if row["check_at"] is not None and row["check_at"] <= now]
        return [level for row in rows for level in timer_due(row, self.values, self.policy, now)]

    def run_timers(self, now: datetime) -> list[str]:
        """Fire what is due, as the console does each minute, and name it."""
        levels = self.due(now)
        for level in levels:
            self.act("warn", now, **level.inputs)
        return [f"{level.clock}-{level.round}-{level.code}" for level in levels]


def json_round_trip(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values as they come back from a store: lists and mappings through JSON, instants as they are."""
    return {
        key: json.loads(json.dumps(value)) if isinstance(value, list | dict) else value for key, value in values.items()
    }
