"""A person at the console: presses keys and reads what is shown. Waits for workers, never for time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from textual import events
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widget import Widget

from noc_console.config import Config
from noc_console.desk import store as stores
from noc_console.desk.act import Outcome, Wish, act
from noc_console.desk.desk import Desk
from noc_console.keys import keymap
from noc_console.screens.app import NocApp
from noc_console.screens.event_form import EventForm
from noc_console.screens.queue import QueueScreen
from noc_console.screens.ticket import TicketScreen
from noc_console.workflows.catalogue import workflow

NOW = datetime(2026, 11, 23, 15, 41, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")
_PATIENCE_S = 30
_KEYS = {" ": "space"}
_CHARACTERS = {name: character for character, name in _KEYS.items()}
_ROUNDS = 10


class Office:
    """A training store at a frozen time with the people who share it."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.path = str(folder / "noc.db")
        self._monkeypatch = monkeypatch
        self._desks: dict[str, Desk] = {}
        self.set_time(NOW)
        stores.init(self.path, self.config(), training=True, code="HZ1")

    def set_time(self, now: datetime) -> None:
        """Set the clock of the training store."""
        self.now = now
        self._monkeypatch.setenv("NOC_NOW", now.isoformat())

    def pass_time(self, **parts: int) -> None:
        """Let time pass."""
        self.set_time(self.now + timedelta(**parts))

    def config(self, **settings: Any) -> Config:
        """Return settings with a fixed zone and fixed colours."""
        return Config(**{"zone": SHANGHAI, "theme": "dark"} | settings)

    def desk(self, person: str = "zhang.wei", **settings: Any) -> Desk:
        """Return a desk for a person; the first one on the store holds all roles."""
        if person not in self._desks or settings:
            self._desks[person] = Desk.open(
                store=self.path, actor=person, via="console", config=self.config(**settings)
            )
        return self._desks[person]

    def act(
        self, event: str, record: str = "", *, kind: str = "fault", person: str = "zhang.wei", **inputs: Any
    ) -> Outcome:
        """Do an event at a person's desk."""
        return act(self.desk(person), Wish(kind, record, event, inputs))

    def ticket(self, subject: str = "Port down", **inputs: Any) -> Outcome:
        """Register a complete fault."""
        known = {
            "channel": "hotline",
            "symptom": "no light",
            "occurred_at": self.now - timedelta(minutes=1),
            "scope": "one site",
            "contact": "13800000000",
            "domain": "access",
            "grade": "P3",
            "requester": "Acme",
        }
        return self.act("register", subject=subject, **(known | inputs))

    def close(self) -> None:
        """Let go of every desk."""
        for desk in self._desks.values():
            desk.close()


class Person:
    """Somebody at a running console."""

    def __init__(self, app: NocApp, pilot: Pilot[Any]) -> None:
        self.app = app
        self.pilot = pilot

    @property
    def screen(self) -> Screen[Any]:
        """Return the screen in sight."""
        return self.app.screen

    @property
    def queue(self) -> QueueScreen:
        """Return the queue in sight."""
        assert isinstance(self.screen, QueueScreen)
        return self.screen

    @property
    def ticket(self) -> TicketScreen:
        """Return the ticket in sight."""
        assert isinstance(self.screen, TicketScreen)
        return self.screen

    @property
    def form(self) -> EventForm:
        """Return the form in sight."""
        assert isinstance(self.screen, EventForm), self.screen
        return self.screen

    async def press(self, *keys: str) -> None:
        """Press keys, each after the last has had its effect."""
        for key in keys:
            await self.pilot.press(key)
            await self.settle()

    async def send(self, *keys: str) -> None:
        """Press keys at once, as a slow line delivers them, and let the console go as far as it can by itself."""
        for key in keys:
            character = _CHARACTERS.get(key, key)
            self.app.post_message(events.Key(key, character if len(character) == 1 else None))
        for _round in range(_ROUNDS):
            await self.pilot.pause()

    async def burst(self, *keys: str) -> None:
        """Press keys at once, and wait for what all of them do."""
        await self.send(*keys)
        await self.settle()

    async def write(self, text: str) -> None:
        """Type a text into what has the focus."""
        await self.pilot.press(*(_KEYS.get(character, character) for character in text))
        await self.settle()

    async def fill(self, **fields: str) -> None:
        """Fill in fields of the form in sight, each as if it had been typed or chosen."""
        for name, text in fields.items():
            self.form.row(name).type_in(text)
        await self.settle()

    async def settle(self) -> None:
        """Wait until no worker runs and no message waits."""
        quiet = 0
        async with asyncio.timeout(_PATIENCE_S):
            while quiet < 2:
                await self.pilot.pause()
                busy = any(not worker.is_finished for worker in self.app.workers)
                quiet = 0 if busy else quiet + 1

    async def until(self, shown: str) -> None:
        """Wait until a text is in sight (for what follows a short rest of the cursor)."""
        async with asyncio.timeout(_PATIENCE_S):
            while shown not in self.text:
                await self.pilot.pause()

    async def tick(self) -> None:
        """Let the console look once at the store and the clock."""
        self.app.tick()
        await self.settle()

    @property
    def text(self) -> str:
        """Return every line in sight."""
        return "\n".join(strip.text for strip in self.screen._compositor.render_strips())

    @property
    def toasts(self) -> str:
        """Return what was said in passing."""
        return "\n".join(notice.message for notice in self.app._notifications)

    def shown(self, selector: str) -> Widget:
        """Return a widget in sight."""
        return self.screen.query_one(selector)


def make_app(desk: Desk, office: Office) -> NocApp:
    """Return a console in which nothing happens by itself."""
    keys = keymap(desk.config.keys, (workflow("fault"), workflow("request")))
    return NocApp(desk, keys, store=office.path, polling=False)


@asynccontextmanager
async def console(office: Office, *, size: tuple[int, int] = (80, 24), **settings: Any) -> AsyncIterator[Person]:
    """Open the console for zhang.wei."""
    app = make_app(office.desk(**settings), office)
    async with app.run_test(size=size) as pilot:
        person = Person(app, pilot)
        await person.settle()
        yield person
