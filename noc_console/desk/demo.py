"""A believable day, told to a training store from ``demo_day.toml``: what is learned and shown without risk.

Every act goes through the door in the order of its time, so the store is one that people could have made. Written for
this program; nobody in it exists.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from importlib import resources
from pathlib import Path
from typing import Any, Final

from sqlalchemy import select

from noc_console.clock import to_json
from noc_console.config import Config, data_dir
from noc_console.desk import channels, register, solve, timers
from noc_console.desk import store as stores
from noc_console.desk.act import Wish, act
from noc_console.desk.desk import Desk, os_user
from noc_console.desk.ticket import find
from noc_console.errors import Conflict, UsageError
from noc_console.i18n import _
from noc_console.intake.raw_files import RawInput
from noc_console.store import schema
from noc_console.store.engine import FORMAT_MAJOR, FORMAT_MINOR, open_engine, reading
from noc_console.store.journal import HUB
from noc_console.store.place import place_of
from noc_console.workflows.catalogue import workflow
from noc_console.workflows.durations import parse_duration
from noc_console.workflows.fields import Field, Kind
from noc_console.workflows.machine import Actor
from noc_console.workflows.policy_values import ROLES

CODE: Final = "HZ1"
ME: Final = "$me"
#: How often the timers of the day have run, as cron would have had them.
TICK: Final = timedelta(minutes=10)
#: Told of an act, and not inputs of it.
_OURS: Final = frozenset({"after", "by", "do"})


@dataclass(order=True, slots=True)
class Moment:
    """Something that happened: when, in which order, and what is to be done in the store for it."""

    at: datetime
    place: int
    tell: Callable[[], object] = field(compare=False)


def place(named: str | None) -> str:
    """Return where the demo's store is: where somebody says, else beside the user's own, never in its place."""
    return named or str(data_dir() / "demo.db")


def fill(store: str, config: Config, who: str = "") -> int:
    """Make a training store with the day in it, and return how many acts it took. Raises Conflict where one is.

    A day that was broken off leaves nothing, so that the next start does not take half of it for the whole.
    """
    stores.init(store, config, training=True, code=CODE)
    with ExitStack() as undo:
        undo.callback(_forgotten, place_of(store).path)
        desk = Desk.open(store=store, actor=who or config.engineer or os_user(), config=config)
        with closing(desk):
            told = Day(desk).told()
        undo.pop_all()
    return told


def _forgotten(path: Path | None) -> None:
    if path is not None:
        path.unlink(missing_ok=True)


def is_there(store: str) -> bool:
    """Tell whether a training store is there. Raises Conflict for a store in which people work."""
    at = place_of(store)
    if at.path is not None and not at.path.exists():
        return False
    engine = open_engine(at)
    try:
        # one of an older release is a demo too: it may be told anew without being migrated first
        if schema.refuse_unknown(engine) is None:
            return False
        with reading(engine) as connection:
            if connection.execute(select(HUB.c.training)).scalar_one():
                return True
    finally:
        engine.dispose()
    raise Conflict(
        _("the store at {path} is no training store", path=at.name), _("name another place: noc demo --store PATH")
    )


def refuse_older(store: str, again: str) -> None:
    """Raise StoreUnavailable for a demo of an older release: ``again`` tells the day anew, migrating keeps this one."""
    engine = open_engine(place_of(store))
    try:
        found = schema.refuse_unknown(engine)
        if found is not None and found < (FORMAT_MAJOR, FORMAT_MINOR):
            keeps = schema.migrate_command(engine)
            hint = _("tell the day anew: {command}; or keep this one: {keeps}", command=again, keeps=keeps)
            raise schema.older(found, hint)
    finally:
        engine.dispose()


def forget(store: str) -> None:
    """Remove an earlier demo. Raises Conflict for a store in which people work, UsageError for one in a database."""
    at = place_of(store)
    if at.path is None:
        raise UsageError(_("a demo in a database is not removed"), _("name another database"))
    if is_there(store):
        at.path.unlink()


class Day:
    """The day of the file while it is told to a store."""

    def __init__(self, desk: Desk) -> None:
        text = resources.files("noc_console.desk").joinpath("demo_day.toml").read_text(encoding="utf-8")
        self.day = tomllib.loads(text)
        self.desk = desk
        self.me = desk.actor.name
        self.now = desk.now()
        self.tickets: dict[str, tuple[str, str]] = {}
        self.people = {name: frozenset(said["roles"]) for name, said in self.day["people"].items()}
        self.people[self.me] = frozenset(ROLES)

    def told(self) -> int:
        """Tell the day in the order of its time, the timers running beside it, and return the number of moments."""
        moments = sorted(self._moments())
        self._registers(moments[0].at - timedelta(hours=1))
        tick = moments[0].at + TICK
        for moment in moments:
            while tick < moment.at:
                self._timers(tick)
                tick += TICK
            moment.tell()
        self._timers(self.now)
        return len(moments)

    def _moments(self) -> Iterator[Moment]:
        place = 0
        for ticket in self.day["tickets"]:
            begun = self.now - _span(ticket["at"])
            place += 1
            yield Moment(begun, place, partial(self._registered, ticket, begun))
            yield from self._acts(ticket, begun, place)
            place += len(ticket["acts"])
        for piece in (*self.day["mails"], *self.day["unreadable"]):
            place += 1
            at = self.now - _span(piece["at"])
            fed = partial(self._fed, piece.get("channel", "email"), piece["text"].lstrip(), at)
            yield Moment(at, place, fed)
        storm = self.day["storm"]
        at = self.now - _span(storm["at"])
        yield Moment(at, place + 1, partial(self._stormed, storm, at))
        yield from self._acts(storm, at, place + 1)

    def _acts(self, ticket: Mapping[str, Any], begun: datetime, place: int) -> Iterator[Moment]:
        for number, done in enumerate(ticket["acts"], place + 1):
            at = begun + _span(done["after"])
            yield Moment(at, number, partial(self._acted, ticket, done, at))

    def _registers(self, at: datetime) -> None:
        admin = self._desk(self.me, at)
        for name, said in self.day["people"].items():
            register.put(admin, "engineer", {"name": name, **{key: _listed(value) for key, value in said.items()}})
        for customer in self.day["customers"]:
            register.put(admin, "customer", customer)

    def _desk(self, name: str, at: datetime) -> Desk:
        name = self.me if name == ME else name
        return self.desk.as_of(at, Actor(name, self.people[name]))

    def _registered(self, ticket: Mapping[str, Any], at: datetime) -> None:
        inputs = self._inputs(ticket["kind"], "register", ticket["register"], at)
        outcome = act(self._desk(ticket["by"], at), Wish(ticket["kind"], "", "register", inputs))
        self.tickets[ticket["key"]] = (outcome.record, outcome.ref)

    def _acted(self, ticket: Mapping[str, Any], done: Mapping[str, Any], at: datetime) -> None:
        desk = self._desk(done["by"], at)
        record, ref = self.tickets[ticket["key"]]
        said = {name: value for name, value in done.items() if name not in _OURS}
        if done["do"] == "solve":
            solve.solve(desk, ref, said)
            return
        inputs = self._inputs(ticket["kind"], done["do"], said, at)
        act(desk, Wish(ticket["kind"], record, done["do"], inputs))

    def _fed(self, channel: str, text: str, at: datetime) -> str:
        """Take an input in, and return the ticket that became of it, if any did."""
        way = channels.channel(channel)
        intake = self._desk(ME, at).as_service("intake", way.via)
        items = list(way.take(intake, RawInput("demo", 0, text.encode()), False))
        return next((item.ref for item in items if item.ref), "")

    def _stormed(self, storm: Mapping[str, Any], at: datetime) -> None:
        ref = self._fed("alertmanager", _storm(storm, at), at)
        self.tickets[storm["key"]] = (find(self.desk, ref), ref)

    def _timers(self, at: datetime) -> None:
        for _fired in timers.run(self._desk(ME, at)):
            pass

    def _inputs(self, kind: str, event: str, said: Mapping[str, Any], at: datetime) -> dict[str, Any]:
        row = workflow(kind).event(event)
        assert row is not None, f"{kind} has no event {event}"
        return {name: self._value(row.fields[name], value, at) for name, value in said.items()}

    def _value(self, field: Field, value: Any, at: datetime) -> Any:
        if field.kind is Kind.INSTANT:
            return at - _span(value[1:]) if value[0] == "-" else at + _span(value[1:])
        if field.kind is Kind.REFERENCE:
            return self.tickets[value[1:]][0]
        if field.kind is Kind.DURATION:
            return parse_duration(value)
        if field.kind is Kind.PERSON and value == ME:
            return self.me
        return _listed(value)


def _span(text: str) -> timedelta:
    return timedelta(seconds=parse_duration(text))


def _listed(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _storm(storm: Mapping[str, Any], at: datetime) -> str:
    """Return what the monitoring sent when the cable was cut: one alert a circuit, as Alertmanager writes them."""
    alerts = [
        {
            "status": "firing",
            "labels": {
                "alertname": "CircuitDown",
                "severity": "critical",
                "cable": storm["cable"],
                "circuit": f"HZ-JX-{number:04d}",
                "instance": f"hz-otn-01:{number}",
            },
            "annotations": {"summary": f"circuit HZ-JX-{number:04d} down, LOS on the line side"},
            "startsAt": to_json(at - timedelta(seconds=number % 40)),
        }
        for number in range(1, storm["circuits"] + 1)
    ]
    return json.dumps({"version": "4", "status": "firing", "receiver": "noc", "alerts": alerts})
