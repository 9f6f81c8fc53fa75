"""Judges bodies of Alertmanager."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from benchmarks.facts import Fact, Kind
from noc_console.errors import BadInput
from noc_console.intake.alertmanager import parse
from noc_console.workflows.drafts import AlarmDraft, Quarantined


def read(path: Path) -> list[AlarmDraft | Quarantined]:
    """Return every alert of a body; none where it holds silences, which must not become alarms."""
    try:
        return list(parse(path.read_bytes(), where=str(path)))
    except BadInput:
        if '"matchers"' in path.read_text(encoding="utf-8"):
            return []
        raise


def judge(items: list[AlarmDraft | Quarantined], facts: Mapping[str, Any]) -> Iterator[Fact]:
    """Compare how many alerts there are and in which state, and the first of them."""
    if "silences" in facts:
        yield Fact.equal("alarms", 0, len(items))
        return
    alarms = [item for item in items if isinstance(item, AlarmDraft)]
    first = alarms[0]
    states = Counter(alarm.state for alarm in alarms)
    got = {
        "alerts": len(alarms),
        "firing": states["raised"],
        "resolved": states["cleared"],
        "alertnames": sorted({alarm.name for alarm in alarms}),
        "states": dict(Counter(alarm.labels.get("status.state") for alarm in alarms)),
        "first_labels": dict(first.labels),
        "first_startsAt_epoch": int(first.raised_at.timestamp()) if first.raised_at else None,
        "first_fingerprint": first.fingerprint,
    }
    yield from (Fact.equal(name, facts[name], value) for name, value in got.items() if name in facts)
    for name, said in facts.get("first_annotations", {}).items():
        yield Fact(
            f"first_annotations.{name}", said, first.text, " ".join(said.split()) in " ".join(first.text.split())
        )


KINDS = (Kind("alertmanager", ("alarms/alertmanager",), read, judge),)
