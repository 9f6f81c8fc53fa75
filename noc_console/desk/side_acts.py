"""What was done beside a ticket and belongs into its story: a diagnosis run, a message. Reads no store."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from noc_console.desk.timeline import Entry


@dataclass(frozen=True, slots=True)
class SideAct:
    """Who did it when, and in one line what came of it."""

    at: datetime
    actor: str
    text: str


def among(entries: Iterable[Entry], acts: Iterable[SideAct]) -> tuple[Entry | SideAct, ...]:
    """Return entries in the order that they have, with each act beside them before the first entry that is later."""
    found: list[Entry | SideAct] = []
    waiting = sorted(acts, key=lambda act: act.at)
    for entry in entries:
        while waiting and waiting[0].at < entry.at:
            found.append(waiting.pop(0))
        found.append(entry)
    return (*found, *waiting)
