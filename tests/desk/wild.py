"""Draws what anybody might try on tickets: any event, any actor, inputs that have the right shape and nothing more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import timedelta
from random import Random
from typing import Any

from noc_console.desk import solve, ticket
from noc_console.desk.act import Wish, act
from noc_console.errors import Refused
from noc_console.workflows.fields import Field, Kind
from noc_console.workflows.machine import Event
from noc_console.workflows.policy import Policy
from noc_console.workflows.validation import options
from tests.desk.scene import PEOPLE, REPORT, START, Scene

WORDS = ("OTDR 12.4 km", "光缆中断", "works")
NAMES = ("Ms Wang", "wei", "fang", "chen")
CODES = ("TX-FIBRE-CUT", "X-NFF")
#: The way on from each state, taken more often than the rest, so that tickets get somewhere.
ONWARD: Mapping[str, tuple[str, ...]] = {
    "registered": ("accept", "accept", "accept", "come_clear", "complete"),
    "accepted": ("diagnose", "start", "complete"),
    "diagnosing": ("locate", "locate", "plan", "complete"),
    "located": ("plan",),
    "planned": ("approve", "approve", "notice"),
    "approved": ("execute", "execute", "notice", "plan"),
    "executing": ("restore", "restore", "revise"),
    "restored": ("feed_back", "feed_back", "feed_back", "ratify", "dissatisfied"),
    "feedback_given": (
        "confirm",
        "confirm",
        "ratify",
        "explain_breach",
        "attempt",
        "close_unconfirmed",
        "close_informed",
        "dissatisfied",
    ),
    "working": ("answer",),
    "answered": ("confirm", "explain_breach", "attempt", "dissatisfied"),
    "waiting_customer": ("resume", "receive"),
    "waiting_third_party": ("resume",),
    "closed": ("archive", "reopen", "dissatisfied"),
}
#: Ends that would leave little to try, drawn for once and by chance only.
ENDS = {"merge", "cancel", "reject"}
DECIDERS = ("approve", "confirm", "close_unconfirmed", "reopen", "archive", "ratify")


class Wild:
    """One run of random acts on a few tickets, faults and requests, parents and children."""

    def __init__(self, scene: Scene, seed: int) -> None:
        self.scene = scene
        self.random = Random(seed)
        scene.at(START + timedelta(days=14))  # after the minute that slow clocks count from
        self.policy: Policy = scene.admin.policy()
        self.refs: list[str] = []
        self.tried: Counter[str] = Counter()

    def pick(self, values: Any) -> Any:
        return self.random.choice(tuple(values))

    def chance(self, percent: int) -> bool:
        return self.random.randrange(100) < percent

    # --- Steps -------------------------------------------------------------------------------------------

    def step(self) -> None:
        """Move the clock, then let somebody try something."""
        self.scene.later(minutes=self.pick((0, 1, 7, 40, 300, 1500)) if self.chance(60) else 0)
        if len(self.refs) < 2 or (len(self.refs) < 5 and self.chance(8)):
            self.register()
        elif self.chance(6):
            self.fire_timers()
        elif self.chance(6):
            self.bulk()
        elif self.chance(6):
            self.solve()
        elif self.chance(12):
            self.scene.sends("wei", *self.refs)
        else:
            self.one()

    def register(self) -> None:
        kind = self.pick(("fault", "fault", "request"))
        given: dict[str, Any] = {**REPORT, "occurred_at": self.past()} if self.chance(80) else {"subject": "x"}
        given |= {
            "channel": self.pick(("hotline", "email", "monitoring")),
            "requester_type": self.pick(("individual", "enterprise", "internal", "monitoring", "partner", "unknown")),
            "grade": self.pick(self.policy.grades),
            "urgent": self.chance(10),
        }
        if kind == "request":
            given["service_type"] = self.pick(("consultation", "change"))
        elif self.refs and self.chance(30):
            given["parent"] = self.scene.row(self.pick(self.refs))["id"]
        if self.chance(20):
            given |= {"emergency": True}
        try:
            self.refs.append(act(self.scene.desk(self.pick(("wei", "sun"))), Wish(kind, "", "register", given)).ref)
        except Refused:
            return

    def one(self) -> None:
        ref = self.pick(self.refs)
        row = self.scene.row(ref)
        machine = ticket.workflow(ticket.kind_of(row))
        event = machine.event(self.pick(ONWARD.get(row["state"], ("receive",)))) if self.chance(65) else None
        name = row["owner"] if row["owner"] and self.chance(75) else self.pick(PEOPLE)
        if event is None:
            steps = ticket.next_steps(self.scene.desk(name), ref)
            allowed = [step.event for step in steps if step.allowed and step.event.name not in ENDS]
            event = self.pick(allowed if allowed and self.chance(80) else machine.events)
        elif event.name in DECIDERS and self.chance(80):
            giver = next((voice["by"] for voice in row["voices"] or ()), "chen")
            name = self.pick(("chen", "gao", "head", "board", giver))
        if event.name in ("register", "recompute"):
            return
        given = self.inputs(event, ref)
        if event.name == "approve" and row["owner"] and self.chance(50):  # by voice, which takes four inputs to fit
            name, given = row["owner"], {**given, **self.voice()}
        desk = self.scene.desk(name) if not event.internal else self.scene.admin.as_service("intake", "mail")
        try:
            act(desk, Wish(machine.name, row["id"], event.name, given))
            self.tried[event.name] += 1
        except Refused as refused:
            self.tried[f"{event.name}: {refused.reasons[0].code}"] += 1

    def bulk(self) -> None:
        faults = [ref for ref in self.refs if self.scene.row(ref)["service_type"] == "fault"]
        if not faults:
            return
        event = ticket.workflow("fault").event(self.pick(ONWARD[self.pick(ONWARD)]))
        if event is not None and not event.internal:
            ticket.bulk(self.scene.desk(self.pick(PEOPLE)), faults, event.name, self.inputs(event, faults[0]))

    def solve(self) -> None:
        ref = self.pick(self.refs)
        row = self.scene.row(ref)
        fields = solve.short_way.FIELDS[ticket.kind_of(row)]
        given = {field.name: self.value(field, ref) for field in fields if field.required or self.chance(40)}
        try:
            solve.solve(self.scene.desk(row["owner"] or "wei"), ref, given)
        except Refused:
            return

    def fire_timers(self) -> None:
        from noc_console.desk import timers

        timers.run(self.scene.admin)

    # --- Inputs ------------------------------------------------------------------------------------------

    def inputs(self, event: Event, ref: str) -> Mapping[str, Any]:
        chosen = [field for field in event.inputs if self.chance(98 if field.required else 45)]
        return {field.name: self.value(field, ref) for field in chosen if field.kind is not Kind.FILE}

    def value(self, field: Field, ref: str) -> Any:
        if field.name in _SHAPED:
            return self.pick(_SHAPED[field.name])
        if field.kind is Kind.CHOICE:
            return self.pick(options(field, self.policy))
        if field.many:
            return (self.pick(WORDS),)
        made: dict[Kind, Callable[[], Any]] = {
            Kind.NUMBER: lambda: self.pick((1, 7, 150, 20_000) if field.maximum is None else (1, 9)),
            Kind.DURATION: lambda: self.pick((3_600, 86_400)),
            Kind.INSTANT: lambda: self.past() if field.past or field.name in _PAST else self.ahead(),
            Kind.REFERENCE: lambda: self.scene.row(self.pick(self.refs))["id"],
            Kind.PERSON: lambda: self.pick(PEOPLE),
            Kind.YESNO: lambda: self.chance(50),
        }
        return made[field.kind]() if field.kind in made else self.pick(WORDS)

    def voice(self) -> Mapping[str, Any]:
        """Return what is recorded of an approval by voice."""
        giver = self.pick(("chen", "gao", "head", "board"))
        return {"how": "voice", "given_by": giver, "given_at": self.past(), "number": "+86 1"}

    def past(self) -> Any:
        """Return now or a whole minute before it."""
        return self.scene.now - timedelta(minutes=self.pick((0, 0, 3, 90)))

    def ahead(self) -> Any:
        return self.scene.now + timedelta(minutes=self.pick((5, 60, 1000)))


_PAST = {"at", "first", "last", "cleared_at"}
_SHAPED: Mapping[str, tuple[Any, ...]] = {
    "who": NAMES,
    "confirmed_by": NAMES,
    "cause_code": CODES,
    "fingerprint": ("f1", "f2"),
    "labels": ("{}", '{"port":"1/0/3"}'),
    "clock": ("restore",),
    "level": ("50", "L2", "overrun"),
    "round": (1,),
    "hold_for": (3_600,),
}
