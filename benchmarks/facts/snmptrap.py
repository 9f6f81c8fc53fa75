"""Judges traps as snmptrapd hands them to a traphandle."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from benchmarks.facts import Fact, Kind
from noc_console.intake.snmptrap import parse
from noc_console.workflows.drafts import AlarmDraft

#: The binding that every trap has beside its OID.
UPTIMES = ("sysUpTimeInstance", "sysUpTime.0", ".1.3.6.1.2.1.1.3.0")


def read(path: Path) -> AlarmDraft:
    """Return the trap of a file."""
    (alarm,) = parse(path.read_bytes(), where=str(path))
    assert isinstance(alarm, AlarmDraft)
    return alarm


def judge(alarm: AlarmDraft, facts: Mapping[str, Any]) -> Iterator[Fact]:
    """Compare who sent what, and how many values came with it."""
    uptime = {name: value for name, value in alarm.labels.items() if name.endswith(UPTIMES)}
    got = {
        "host": alarm.object_,
        "source_ip": alarm.source_ip,
        "trap_oid": alarm.name,
        "uptime": next(iter(uptime.values()), None),
        "varbinds": len(alarm.labels) - len(uptime),
        "received_epoch": int(alarm.raised_at.timestamp()) if alarm.raised_at else None,
    }
    yield from (Fact.equal(name, facts[name], value) for name, value in got.items() if name in facts)


KINDS = (Kind("snmptrap", ("alarms/snmptrap",), read, judge),)
