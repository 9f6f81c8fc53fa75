"""Judges messages of devices, one a file, and dumps of their buffers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from benchmarks.facts import Fact, Kind
from benchmarks.facts.mail import spaced
from noc_console.intake.syslog import parse
from noc_console.workflows.drafts import AlarmDraft, Quarantined


def read_message(path: Path) -> AlarmDraft:
    """Return the message of a file."""
    (alarm,) = parse(path.read_bytes(), where=str(path))
    assert isinstance(alarm, AlarmDraft)
    return alarm


def judge_message(alarm: AlarmDraft, facts: Mapping[str, Any]) -> Iterator[Fact]:
    """Compare what the front of a message says and its words; names of events are another project's own."""
    labels = alarm.labels
    got = {"host": labels["host"], "facility": labels["facility"], "severity": labels["severity"], "tag": labels["tag"]}
    yield from (Fact.equal(name, facts[name], value) for name, value in got.items() if name in facts)
    if "message" in facts:
        # One system's facts keep the colon that ends the tag.
        wanted = spaced(facts["message"].removeprefix(": "))
        yield Fact("message", wanted, alarm.text, wanted in spaced(alarm.text))
    for name in ("date", "time"):
        if name in facts:
            stamp = str(labels.get("timestamp", ""))
            parts = spaced(facts[name]).split("+")
            yield Fact(name, facts[name], stamp, all(part in spaced(stamp) for part in parts))


def read_buffer(path: Path) -> list[AlarmDraft | Quarantined]:
    """Return every message of a dump."""
    return list(parse(path.read_bytes(), where=str(path)))


def judge_buffer(items: list[AlarmDraft | Quarantined], facts: Mapping[str, Any]) -> Iterator[Fact]:
    """Compare how many messages there are, and the first of them."""
    yield Fact.equal("entries", facts["entries"], len(items))
    first = items[0]
    assert isinstance(first, AlarmDraft)
    said = facts["first"]
    got = {
        "facility": first.labels["facility"],
        "severity": str(first.labels["severity"]),
        "mnemonic": first.name,
        "number": first.labels.get("sequence", ""),
    }
    yield from (Fact.equal(name, said[name], value) for name, value in got.items() if name in said)
    wanted = spaced(" ".join(said["message"]))
    yield Fact.equal("message", wanted, spaced(first.text))
    stamp = str(first.labels.get("timestamp", ""))
    yield from (Fact(name, said[name], stamp, said[name] in stamp) for name in ("month", "day", "time") if name in said)


KINDS = (
    Kind("syslog", ("alarms/syslog",), read_message, judge_message),
    Kind("syslog-buffer", ("alarms/syslog-buffer",), read_buffer, judge_buffer),
)
