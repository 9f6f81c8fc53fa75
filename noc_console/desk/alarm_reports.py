"""What one input says about alarms, in order: reports, each with a name of its own, and what could not be read.

Equal reports of one input are one report that was made several times (one ``observe`` each). It must not decide what
becomes of an alarm.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Protocol

from noc_console.errors import BadInput
from noc_console.store.canonical import derived_id
from noc_console.workflows.drafts import AlarmDraft, Quarantined

if TYPE_CHECKING:
    from noc_console.intake.raw_files import RawInput


class Parse(Protocol):
    """Reads the alarms of an input, in order; ``now`` helps times without a year. Raises BadInput where none is."""

    def __call__(self, raw: bytes, *, where: str, now: datetime) -> Iterable[AlarmDraft | Quarantined]: ...


@dataclass(frozen=True, slots=True)
class Report:
    """One alarm of one input: what was said last, how often in a row, first and last, and where it stands there.

    ``intent_id`` is the same whenever the same delivery is read, so that a second reading is known.
    """

    draft: AlarmDraft
    source: str
    positions: tuple[int, ...]
    intent_id: str
    first: datetime | None
    raw: bytes = field(repr=False)
    #: hash of the original, where it is kept already
    kept: str = ""

    @property
    def count(self) -> int:
        """Return how often it was said."""
        return len(self.positions)


@dataclass(frozen=True, slots=True)
class Unread:
    """A part of an input, or all of it, that could not be understood."""

    source: str
    position: int
    code: str
    text: str
    raw: bytes = field(repr=False)


def reports(found: RawInput, parse: Parse, now: datetime, first: int = 0) -> Iterator[Report | Unread]:
    """Yield what one input says, numbered from ``first``; each group of equal reports where it begins."""
    where = f"{found.source}#{first}"
    try:
        said = list(parse(found.raw, where=where, now=now))
    except BadInput as error:
        yield Unread(found.source, first, "unreadable", str(error), found.raw)
        return
    delivery = found.delivery or sha256(found.raw).hexdigest()
    for group in _groups(said):
        start = group[0]
        what = said[start]
        if isinstance(what, Quarantined):
            yield Unread(found.source, first + start, what.reason_code, what.text, what.raw)
            continue
        newest = said[group[-1]]
        assert isinstance(newest, AlarmDraft)
        yield Report(
            newest,
            found.source,
            tuple(first + place for place in group),
            derived_id("alarm", delivery, found.index, start),
            _at(what),
            found.raw,
        )


def _groups(said: list[AlarmDraft | Quarantined]) -> list[list[int]]:
    """Return places by report: reports of one alarm follow each other in a group until its state changes."""
    groups: list[list[int]] = []
    running: dict[str, tuple[str, str, list[int]]] = {}
    for place, what in enumerate(said):
        if isinstance(what, Quarantined):
            groups.append([place])
            continue
        state, severity, group = running.get(what.fingerprint, ("", "", []))
        if (state, severity) == (what.state, what.severity):
            group.append(place)
        else:
            group = [place]
            groups.append(group)
            running[what.fingerprint] = (what.state, what.severity, group)
    return groups


def _at(draft: AlarmDraft) -> datetime | None:
    return draft.cleared_at if draft.state == "cleared" else draft.raised_at


def draft_of(said: Mapping[str, object]) -> AlarmDraft:
    """Return an alarm from its ``parsed`` shape, as a mail of a monitoring system carries it."""
    labels = said.get("labels")
    texts = {name: _text(said.get(name)) for name in ("source_ip", "probable_cause")}
    severity, state = str(said.get("severity") or "indeterminate"), str(said.get("state") or "raised")
    return AlarmDraft(
        fingerprint=str(said["fingerprint"]),
        name=str(said["name"]),
        severity=severity,  # type: ignore[arg-type]
        state=state,  # type: ignore[arg-type]
        object_=_text(said.get("object")),
        raised_at=_instant(said.get("raised_at")),
        cleared_at=_instant(said.get("cleared_at")),
        text=str(said.get("text") or ""),
        labels=dict(labels) if isinstance(labels, Mapping) else {},
        **texts,
    )


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _instant(value: object) -> datetime | None:
    return datetime.fromisoformat(value) if isinstance(value, str) else None
