"""Alarms as the tests of the desk give them: a channel whose inputs are lists of drafts, and a person who reads."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from noc_console.desk import policy
from noc_console.desk.alarm_intake import taker
from noc_console.desk.intake_item import IntakeItem
from noc_console.errors import BadInput
from noc_console.intake.raw_files import RawInput
from noc_console.workflows.drafts import AlarmDraft, Quarantined
from tests.desk.scene import Scene


def alarm(name: str = "linkDown", obj: str | None = "R1/1", state: str = "raised", **more: Any) -> dict[str, Any]:
    """Say an alarm; its fingerprint is its name and object."""
    return {"name": name, "object": obj, "state": state, "severity": "major", **more}


def parse(raw: bytes, *, where: str, now: datetime) -> Iterator[AlarmDraft | Quarantined]:
    """Read what ``Alarms.take`` wrote."""
    if not raw.startswith(b"["):
        raise BadInput(f"{where} holds no alarms")
    for said in json.loads(raw):
        yield Quarantined.of("broken", "no alarm", json.dumps(said).encode()) if said == "broken" else _draft(said)


def _draft(said: dict[str, Any]) -> AlarmDraft:
    at = {key: datetime.fromisoformat(said[key]) for key in ("raised_at", "cleared_at") if said.get(key)}
    return AlarmDraft(
        fingerprint=said.get("fingerprint") or f"{said['name']}/{said['object']}",
        name=said["name"],
        severity=said["severity"],
        state=said["state"],
        object_=said["object"],
        text=said.get("text", ""),
        labels=said.get("labels", {}),
        raised_at=at.get("raised_at"),
        cleared_at=at.get("cleared_at"),
    )


class Alarms:
    """A channel of a scene."""

    def __init__(self, scene: Scene, channel: str = "snmptrap") -> None:
        self.scene = scene
        self.take_many = taker(channel, parse)
        self.given = 0

    def inputs(self, *said: Any, name: str = "-", delivery: str = "") -> RawInput:
        """Return an input that says so."""
        return RawInput(name, 0, json.dumps(said).encode(), delivery)

    def raw(self, *inputs: RawInput, dry_run: bool = False) -> list[IntakeItem]:
        """Take inputs in."""
        desk = self.scene.desk("wei").as_service("intake", "alarm")
        return list(self.take_many(desk, inputs, dry_run))

    def take(self, *said: Any, **more: Any) -> list[IntakeItem]:
        """Take in alarms as a new delivery."""
        self.given += 1
        dry_run = more.pop("dry_run", False)
        return self.raw(self.inputs(*said, delivery=more.pop("delivery", f"d{self.given}"), **more), dry_run=dry_run)

    def one(self, said: Any, **more: Any) -> IntakeItem:
        """Take in one alarm as a new delivery."""
        (item,) = self.take(said, **more)
        return item

    def actions(self, *said: Any, **more: Any) -> list[str]:
        """Take in alarms and return what became of each."""
        return [item.action for item in self.take(*said, **more)]

    def rules(self, text: str) -> None:
        """Let a policy with these rules be in force."""
        path = self.scene.admin.place.path
        assert path is not None
        file = path.with_suffix(f".{self.given}.toml")
        file.write_text(text, encoding="utf-8")
        policy.import_file(self.scene.admin, str(file))


def tickets(scene: Scene) -> int:
    """Count the tickets of a store."""
    from noc_console.desk.filter import parse as query
    from noc_console.desk.ticket import count

    return count(scene.admin, query("state:all"), cap=100_000).number


def of_time(said: datetime) -> str:
    """Write an instant."""
    return said.astimezone(UTC).isoformat()


def sequence(items: Sequence[IntakeItem]) -> list[tuple[str, str | None]]:
    """Return action and reference of items."""
    return [(item.action, item.ref) for item in items]
