"""A training store with the people of a shift, in which a ticket is brought to where a case wants it.

Everything is typed as people type it, and read by the program's own reading; only ``damage`` writes past the desk.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from noc_console.config import Config
from noc_console.desk import outbox
from noc_console.desk import store as stores
from noc_console.desk.act import Outcome, Wish, act
from noc_console.desk.desk import Desk
from noc_console.desk.files import attach
from noc_console.desk.identity import engineer_id
from noc_console.desk.policy import import_file
from noc_console.desk.rows import Values
from noc_console.desk.ticket import find, kind_of, row_of
from noc_console.workflows.catalogue import workflow
from noc_console.workflows.fields import Field, Kind
from noc_console.workflows.machine import Event
from noc_console.workflows.reading import read
from noc_console.workflows.validation import options

#: a Monday, 09:00 in Shanghai: no off-peak hour
T0 = datetime(2026, 5, 11, 1, tzinfo=UTC)
NIGHT = datetime(2026, 5, 11, 18, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")
ADMIN = "ma.admin"
#: a reference that no ticket has: the desk lets the machine say so, the faces say it themselves
UNKNOWN = "HZ1-999"
PEOPLE = {
    "li": ("engineer",), "wang": ("engineer",), "zhao": ("lead",), "chen": ("dispatcher",), "head": ("dept_head",),
    "audit": ("auditor",),
}  # fmt: skip

#: every gate that a policy can switch on, and a command for tickets of another domain
POLICY = """
version = 2
[limits]
breach_explained = ["P1", "P2", "P3"]
[commands.cell]
label = { en = "State of a cell", zh = "小区状态" }
argv = ["cell-state", "{object.cell}"]
timeout = "10s"
domains = ["wireless"]
"""

REGISTER: dict[str, dict[str, str]] = {
    "fault": {
        "channel": "hotline", "subject": "No service", "symptom": "The line is down", "occurred_at": "-1h",
        "scope": "One site", "contact": "+86 10 5550 0100", "domain": "access", "grade": "P4",
        "requester": "Ms Wu", "requester_type": "individual",
    },
    "request": {
        "channel": "hotline", "subject": "A question", "symptom": "How is it set?", "contact": "wu@example.com",
        "service_type": "consultation", "grade": "P5", "requester": "Ms Wu", "requester_type": "individual",
    },
}  # fmt: skip
Step = tuple[str, str, str, dict[str, str]]
#: state reached, event, who, what is typed: the main way of each kind
WAY: dict[str, tuple[Step, ...]] = {
    "fault": (
        ("accepted", "accept", "li", {}),
        ("diagnosing", "diagnose", "li", {}),
        ("located", "locate", "li", {"cause_code": "AC-DROP-FIBRE", "location": "Box 4", "evidence": "-31.2 dBm"}),
        ("planned", "plan", "li", {"plan": "Splice the drop", "interrupts": "no", "backout": "Nothing to undo"}),
        ("approved", "approve", "zhao", {"how": "here"}),
        ("executing", "execute", "li", {}),
        ("restored", "restore", "li", {"restored_at": "now", "how_verified": "Test call"}),
        (
            "feedback_given", "feed_back", "li",
            {"result": "Spliced", "cause": "Broken drop", "prevention": "Fixed better"},
        ),
        ("closed", "confirm", "wang", {"who": "Ms Wu", "channel": "phone", "how_tested": "Browses", "score": "9"}),
        ("archived", "archive", "zhao", {"why_none": "Nothing new in it"}),
    ),
    "request": (
        ("accepted", "accept", "li", {}),
        ("working", "start", "li", {}),
        ("answered", "answer", "li", {"answer": "Like this"}),
        ("closed", "confirm", "wang", {"who": "Ms Wu", "channel": "phone", "how_tested": "Understood"}),
        ("archived", "archive", "zhao", {"why_none": "Nothing new in it"}),
    ),
}  # fmt: skip
#: states beside the main way: where from, event, who, what is typed
ASIDE: dict[str, Step] = {
    "waiting_customer": (
        "accepted", "wait_customer", "li", {"reason": "no_access", "who_agreed": "Ms Wu", "until": "+8h"},
    ),
    "waiting_third_party": ("accepted", "wait_third_party", "li", {"reason": "carrier", "until": "+8h"}),
    "merged": ("accepted", "merge", "li", {"into": "{other}"}),
    "cancelled": ("registered", "cancel", "li", {"words": "It works again", "who": "Ms Wu", "channel": "phone"}),
    "rejected": ("registered", "reject", "zhao", {"reason": "not_our_service"}),
}  # fmt: skip


def build(path: Path) -> None:
    """Make the store that every stage is a copy of: a training store with its people."""
    config = Config(zone=SHANGHAI)
    stores.init(str(path), config, training=True, code="HZ1")
    with pytest.MonkeyPatch.context() as time:
        time.setenv("NOC_NOW", (T0 - timedelta(days=1)).isoformat())
        with Desk.open(store=str(path), actor=ADMIN, via="cli", config=config) as desk:
            for name, roles in PEOPLE.items():
                act(desk, Wish("engineer", engineer_id(name), "put", {"name": name, "roles": roles}))
            # every gate that a policy can switch on is on
            policy = path.with_name("policy.toml")
            policy.write_text(POLICY, encoding="utf-8")
            import_file(desk, str(policy))


class Stage:
    """A store of its own at a time of its own, with one ticket in the light."""

    def __init__(self, template: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.path = str(folder / "noc.db")
        self.folder = folder
        shutil.copyfile(template, self.path)
        Path(self.path).chmod(0o600)
        self._monkeypatch = monkeypatch
        self._desks: dict[str, Desk] = {}
        self.now = T0
        self.set_time(T0)
        self.kind = "fault"
        #: names in cases -> references of tickets; ``it`` is the one in the light
        self.refs: dict[str, str] = {}

    def set_time(self, now: datetime) -> None:
        """Set the clock of the training store."""
        self.now = now
        self._monkeypatch.setenv("NOC_NOW", now.isoformat())

    def later(self, **parts: float) -> Stage:
        """Let time pass."""
        self.set_time(self.now + timedelta(**parts))
        return self

    def config(self, **settings: Any) -> Config:
        """Return settings with a fixed zone and fixed colours."""
        return Config(**{"zone": SHANGHAI, "theme": "dark"} | settings)

    def desk(self, person: str = "li") -> Desk:
        """Return a person's desk."""
        if person not in self._desks:
            self._desks[person] = Desk.open(store=self.path, actor=person, via="cli", config=self.config())
        return self._desks[person]

    def close(self) -> None:
        """Let go of every desk."""
        for desk in self._desks.values():
            desk.close()

    # What is on the stage

    @property
    def ref(self) -> str:
        """Return the reference of the ticket in the light."""
        return self.refs["it"]

    def row(self, name: str = "it") -> Values:
        """Return a ticket as it is now."""
        return row_of(self.desk(), self.refs[name])

    def register(self, name: str = "it", by: str = "li", **texts: str | None) -> Stage:
        """Register a ticket of this stage's kind; a text of None is left out."""
        known = {key: text for key, text in {**REGISTER[self.kind], **texts}.items() if text is not None}
        self.refs[name] = self.do("register", by, of="", **known).ref
        return self

    def other(self, name: str = "other", **texts: str | None) -> Stage:
        """Register another ticket of the same requester."""
        return self.register(name, **texts)

    def to(self, state: str, **texts: str | None) -> Stage:
        """Bring the ticket in the light to a state by the shortest lawful way, registering it first where it is new."""
        if "it" not in self.refs:
            self.register(**texts)
        if state in ASIDE:
            source, event, by, typed = ASIDE[state]
            if "{other}" in typed.values() and "other" not in self.refs:
                self.other()
            self.to(source).later(minutes=10).do(event, by, **typed)
            return self
        if self.row()["state"] == state:
            return self
        for reached, event, by, typed in self._rest_of_way():
            self.later(minutes=10).do(event, by, **typed)
            if reached == state:
                return self
        raise AssertionError(f"{state} is not on the way of a {self.kind}")

    def _rest_of_way(self) -> tuple[Step, ...]:
        way = WAY[self.kind]
        reached = [step[0] for step in way]
        state = self.row()["state"]
        return way[reached.index(state) + 1 :] if state in reached else way

    def do(self, event: str, by: str = "li", *, of: str = "it", **texts: str) -> Outcome:
        """Have somebody do an event at the desk; a refusal fails the test."""
        return self.wish(event, by, texts, of=of)

    def consult(self, event: str, by: str = "li", **texts: str) -> Stage:
        """Have somebody call a consultation on the ticket in the light, or act on the one that goes on."""
        from noc_console.desk import consult

        desk = self.desk(by)
        record = "" if event == "call" else consult.row_of(desk, self.ref)["id"]
        about = {"ticket": self.row()["id"]} if event == "call" else {}
        act(desk, Wish("consult", record, event, {**about, **self.typed(found("consult", event), texts)}))
        return self

    def wish(self, event: str, by: str, texts: Mapping[str, str], *, of: str = "it", dry_run: bool = False) -> Outcome:
        """Have somebody wish for an event with what they typed. Raises what the desk raises."""
        desk = self.desk(by)
        row = row_of(desk, self.refs[of]) if of else None
        if event == "attach" and row:
            return attach(desk, row["ref"], self.said(texts["file"]), texts.get("comment", ""), dry_run=dry_run)
        kind = kind_of(row) if row else self.kind
        inputs = self.typed(found(kind, event), texts)
        return act(desk, Wish(kind, row["id"] if row else "", event, inputs), dry_run=dry_run)

    def sends(self) -> Stage:
        """Send by hand what waits in the outbox for the ticket in the light."""
        desk = self.desk()
        for item in outbox.page(desk):
            if item["ref"] == self.ref:
                outbox.mark_sent(desk, item["id"], {"to": item["to"] or "+86 10 5550 0100"})
        return self

    def typed(self, event: Event, texts: Mapping[str, str]) -> dict[str, Any]:
        """Read what was typed, as a form and an option read it."""
        fields = {field.name: field for field in event.inputs}
        return {name: self._value(fields[name], self.said(text)) for name, text in texts.items()}

    def said(self, text: str) -> str:
        """Return a text of a case with the references that it names."""
        return text.format(**self.refs, folder=self.folder) if "{" in text else text

    def _value(self, field: Field, text: str) -> Any:
        desk = self.desk()
        if field.kind is Kind.REFERENCE:
            return text if text == UNKNOWN else find(desk, text)
        return read(field, text, now=self.now, zone=SHANGHAI, options=options(field, desk.policy()))

    def damage(self, name: str = "it", /, **columns: Any) -> Stage:
        """Change a row behind the desk's back, as a damaged store would show it."""
        changes = ", ".join(f"{name} = ?" for name in columns)
        with closing(sqlite3.connect(self.path)) as connection, connection:
            connection.execute(f"UPDATE ticket SET {changes} WHERE ref = ?", [*columns.values(), self.refs[name]])
        return self

    def nest(self) -> Stage:
        """Make ``other`` a child of ``top``."""
        self.other()
        self.do("link", of="other", type="parent", other="{top}")
        return self

    def file(self, name: str = "trace.txt") -> Stage:
        """Leave a file in the stage's folder."""
        (self.folder / name).write_text("-31.2 dBm\n", encoding="utf-8")
        return self


def found(kind: str, name: str) -> Event:
    """Return an event that there is."""
    event = workflow(kind).event(name)
    assert event is not None, (kind, name)
    return event
