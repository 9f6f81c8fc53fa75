"""A training store with people of every role and a clock that the test moves: what the tests of the desk stand on.

People act by their roles alone; who may open a store is tested apart (``test_registers.py``).
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from noc_console.clock import to_json
from noc_console.config import Config
from noc_console.desk import register
from noc_console.desk import store as stores
from noc_console.desk.act import Outcome, Wish, act
from noc_console.desk.desk import Desk
from noc_console.desk.rows import Values, of_record
from noc_console.desk.ticket import kind_of, row_of
from noc_console.errors import Refused
from noc_console.store import refold, verify
from noc_console.workflows.machine import Actor

#: A Monday, one in the morning in Shanghai: off-peak.
START = datetime(2026, 4, 26, 17, 0, tzinfo=UTC)
PEOPLE: dict[str, tuple[str, ...]] = {
    "wei": ("engineer",),
    "fang": ("engineer",),
    "sun": ("engineer", "dispatcher"),
    "chen": ("engineer", "lead"),
    "gao": ("mim",),
    "head": ("domain_head",),
    "board": ("board",),
    "anna": ("auditor",),
}
#: What R21 asks at the hotline, with a domain.
REPORT: dict[str, Any] = {
    "channel": "hotline",
    "subject": "No light at 海宁 site",
    "symptom": "宽带中断，光猫红灯 loss of signal",
    "scope": "one site",
    "contact": "+86 571 8888",
    "domain": "transmission",
    "requester": "Ms Wang",
    "requester_type": "individual",
}


class Scene:
    """An open training store; ``says`` lets somebody act, ``later`` moves the clock."""

    def __init__(self, store: str) -> None:
        self.store = store
        self.at(START)
        self.admin = Desk.open(store=store, via="cli", config=Config())
        self.now = START

    def at(self, instant: datetime) -> None:
        """Set the clock."""
        self.now = instant
        os.environ["NOC_NOW"] = to_json(instant)

    def later(self, **span: float) -> datetime:
        """Move the clock on."""
        self.at(self.now + timedelta(**span))
        return self.now

    def desk(self, name: str, via: str = "cli") -> Desk:
        """Return the store with somebody at it."""
        return Desk(self.admin.engine, self.admin.place, Actor(name, frozenset(PEOPLE[name])), via, self.admin.config)

    def people(self) -> None:
        """Put everybody into the register."""
        for name, roles in PEOPLE.items():
            register.put(self.admin, "engineer", {"name": name, "roles": roles})

    def register(self, name: str = "wei", kind: str = "fault", **inputs: Any) -> str:
        """Register a ticket and return its reference."""
        given = {**REPORT, "occurred_at": self.now, **inputs}
        if kind == "request":
            given.setdefault("service_type", "consultation")
        wish = Wish(kind, "", "register", {key: value for key, value in given.items() if value is not None})
        return act(self.desk(name), wish).ref

    def says(self, name: str, ref: str, event: str, **inputs: Any) -> Outcome:
        """Let somebody do an event to a ticket."""
        row = self.row(ref)
        return act(self.desk(name), Wish(kind_of(row), row["id"], event, inputs))

    def sends(self, name: str, *refs: str) -> None:
        """Let somebody send by hand what waits in the outbox for tickets, and say so."""
        for ref in refs:
            for item in self.rows("outbox", ref):
                if item["state"] == "pending":
                    act(self.desk(name), Wish("outbox", item["id"], "mark_sent", {"to": item["recipient"] or "+86 1"}))

    def no(self, name: str, ref: str, event: str, **inputs: Any) -> tuple[str, ...]:
        """Let somebody try what must be refused, and return the codes of the reasons."""
        before = self.admin.token()
        try:
            self.says(name, ref, event, **inputs)
        except Refused as refused:
            assert self.admin.token() == before, "a refusal stores nothing"
            return tuple(reason.code for reason in refused.reasons)
        raise AssertionError(f"{event} was not refused")

    def row(self, ref: str) -> Values:
        """Return a ticket's row."""
        return row_of(self.admin, ref)

    def state(self, ref: str) -> str:
        """Return a ticket's state."""
        return str(self.row(ref)["state"])

    def rows(self, table: str, ref: str) -> tuple[Values, ...]:
        """Return the rows of a side table that belong to a ticket."""
        with self.admin.reading() as connection:
            return of_record(connection, table, self.row(ref)["id"])

    def alerts(self, ref: str) -> list[tuple[str, str]]:
        """Return code and recipient of a ticket's inbox items, oldest first."""
        return [(item["code"], item["recipient"]) for item in self.rows("inbox", ref)]

    def is_sound(self) -> bool:
        """Tell whether the rows are what the journal makes them, and the journal is whole."""
        return not [*verify.chains(self.admin.engine), *refold.rows(self.admin.engine, repair=False)]

    def to(self, ref: str, state: str, name: str = "wei", lead: str = "chen") -> str:
        """Bring a new fault as far as a state, the plain way."""
        steps: tuple[tuple[str, str, dict[str, Any]], ...] = (
            ("accepted", "accept", {"contacted": True}),
            ("diagnosing", "diagnose", {}),
            ("located", "locate", {"cause_code": "TX-FIBRE-CUT", "location": "12.4 km", "evidence": "OTDR"}),
            ("planned", "plan", {"plan": "splice", "interrupts": "no", "backout": "leave as it is"}),
            ("approved", "approve", {}),
            ("executing", "execute", {}),
            ("restored", "restore", {"restored_at": self.now, "how_verified": "light is back"}),
            ("feedback_given", "feed_back", feedback()),
            ("closed", "confirm", confirmation()),
        )
        names = [target for target, _event, _inputs in steps]
        here = self.state(ref)
        for target, event, inputs in steps[names.index(here) + 1 if here in names else 0 :]:
            self.says(lead if event in ("approve", "confirm") else name, ref, event, **inputs)
            if target == state:
                break
        return ref


def feedback(**more: Any) -> dict[str, Any]:
    """Return what R38 asks."""
    texts = {"result": "works again", "cause": "cable cut", "prevention": "marked the trench"}
    channel = "sms" if more.get("sent") == "by_us" else "phone"  # what is spoken is not sent
    return {**texts, "channel": channel, **more}


def confirmation(**more: Any) -> dict[str, Any]:
    """Return the word of the requester's side."""
    return {"who": "Ms Wang", "channel": "phone", "how_tested": "opened a page", **more}


@contextmanager
def scene_at(store: str) -> Iterator[Scene]:
    """Make a training store at a place and people it."""
    stores.init(store, Config(), training=True, code="HZ1")
    scene = Scene(store)
    scene.people()
    try:
        yield scene
    finally:
        scene.admin.close()
        os.environ.pop("NOC_NOW", None)


@contextmanager
def copy_of(template: Path, target: Path) -> Iterator[Scene]:
    """Open a copy of a peopled store, as each example of a property needs a fresh one."""
    shutil.copyfile(template, target)
    scene = Scene(str(target))
    try:
        yield scene
    finally:
        scene.admin.close()
        os.environ.pop("NOC_NOW", None)
        target.unlink()


def template_at(path: Path) -> Path:
    """Make the store that ``copy_of`` copies."""
    with scene_at(str(path)):
        pass
    return path
