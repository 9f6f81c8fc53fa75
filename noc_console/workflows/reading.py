"""Reads what people type into typed values of fields: ``23:41``, ``-10m``, ``yes``, ``4h``, ``P1``.

The same for a form and for an option. It must not judge values; ``validation.py`` does.
"""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Any, Final

from noc_console.i18n import _
from noc_console.workflows.durations import parse_duration
from noc_console.workflows.fields import Field, Kind
from noc_console.workflows.validation import FUTURE_TOLERANCE

YES = frozenset({"yes", "y", "true", "1", "on", "是", "有"})
NO = frozenset({"no", "n", "false", "0", "off", "否", "无"})
#: Words for a day before a time of day: a fault that is reported at six in the morning began "yesterday 15:00".
_DAYS = {
    "yesterday": -1, "today": 0, "tomorrow": 1, "前天": -2, "昨天": -1, "昨日": -1, "今天": 0, "今日": 0,
    "明天": 1, "明日": 1,
}  # fmt: skip


class Unreadable(ValueError):
    """A text that cannot be read as its field's kind: which field, which text, and what would be readable."""

    def __init__(self, field: Field, text: str, wanted: str) -> None:
        self.field = field
        shown = text if len(text) <= 60 else text[:60] + "…"
        super().__init__(_("{field}: cannot read “{text}”; {wanted}", field=_(field.label), text=shown, wanted=wanted))
        self.wanted = wanted


def read(field: Field, text: str, *, now: datetime, zone: tzinfo, options: Sequence[str] = ()) -> Any:
    """Return the typed value of a text, None where it is empty. Raises Unreadable.

    An instant without a zone is read in ``zone``; ``now``, ``-10m``, a bare time of day and one of
    ``yesterday``, ``today``, ``tomorrow`` are understood.
    """
    if field.many:
        parts = [part for line in text.splitlines() for part in line.split(",")] if isinstance(text, str) else text
        return tuple(_read_one(field, part.strip(), now, zone, options) for part in parts if part.strip())
    cleaned = text.strip("\n") if field.kind is Kind.PROSE else text.strip()
    return _read_one(field, cleaned, now, zone, options) if cleaned else None


def _read_one(field: Field, text: str, now: datetime, zone: tzinfo, options: Sequence[str]) -> Any:
    if field.kind in (Kind.TEXT, Kind.PROSE, Kind.REFERENCE, Kind.PERSON, Kind.FILE):
        return text
    plain = unicodedata.normalize("NFKC", text)
    if field.kind is Kind.CHOICE:
        return _choice(field, plain, options)
    if field.kind is Kind.INSTANT:
        return _instant(field, plain, now, zone)
    return _READERS[field.kind](field, plain)


def _choice(field: Field, text: str, options: Sequence[str]) -> str:
    if text in options:
        return text
    folded = {option.casefold(): option for option in options}
    found = folded.get(text.casefold()) or folded.get(text.casefold().replace("-", "_"))
    if found:
        return found
    near = difflib.get_close_matches(text.casefold(), folded, 1)
    if near:
        raise Unreadable(field, text, _("did you mean {option}?", option=folded[near[0]]))
    raise Unreadable(field, text, _("one of: {options}", options=", ".join(options)))


def _number(field: Field, text: str) -> int:
    try:
        return int(text.replace(" ", ""))
    except ValueError:
        raise Unreadable(field, text, _("a whole number, for example 12")) from None


def _duration(field: Field, text: str) -> int:
    try:
        return parse_duration(text)
    except ValueError:
        raise Unreadable(field, text, _("a duration, for example 30m, 4h or 5d")) from None


def _yesno(field: Field, text: str) -> bool:
    word = text.casefold()
    if word in YES or word in NO:
        return word in YES
    raise Unreadable(field, text, _("yes or no"))


_READERS: Final[Mapping[Kind, Callable[[Field, str], Any]]] = {
    Kind.NUMBER: _number,
    Kind.DURATION: _duration,
    Kind.YESNO: _yesno,
}


def _instant(field: Field, text: str, now: datetime, zone: tzinfo) -> datetime:
    try:
        found = (
            _relative(text, now) or _of_day(text, now, zone) or _time_of_day(text, now, zone, field) or _iso(text, zone)
        )
        if found is not None:
            return found.astimezone(UTC)
    except OverflowError:  # before the year 1, or after 9999
        pass
    raise Unreadable(field, text, _("a time, for example 23:41, -10m, now or 2026-11-23 23:41"))


def _relative(text: str, now: datetime) -> datetime | None:
    if text.casefold() in ("now", "现在"):
        return now
    if text[:1] not in "+-":
        return None
    try:
        distance = timedelta(seconds=parse_duration(text[1:]))
    except ValueError:
        return None
    return now + distance if text[0] == "+" else now - distance


def _of_day(text: str, now: datetime, zone: tzinfo) -> datetime | None:
    """Read ``yesterday 15:00`` and ``昨天15:00`` by the calendar of the zone."""
    said = text.casefold()
    for word, days in _DAYS.items():
        clock = _clock(said.removeprefix(word).strip()) if said.startswith(word) else None
        if clock is not None:
            return datetime.combine(now.astimezone(zone).date() + timedelta(days=days), clock, zone)
    return None


def _time_of_day(text: str, now: datetime, zone: tzinfo, field: Field) -> datetime | None:
    """Read ``23:41`` as people mean it: the last such moment for what has happened, the next for what is to come.

    Where both may be meant it is the nearest.
    """
    clock = _clock(text)
    if clock is None:
        return None
    today = now.astimezone(zone).date()
    near = [datetime.combine(today + timedelta(days=day), clock, zone) for day in (-1, 0, 1)]
    if field.past:
        return max(moment for moment in near if moment <= now + FUTURE_TOLERANCE)
    if field.ahead:
        return min(moment for moment in near if moment > now)
    return min(near, key=lambda moment: abs(moment - now))


def _clock(text: str) -> time | None:
    if len(text) > len("23:41:00"):
        return None
    for form in ("%H:%M", "%H:%M:%S"):
        try:
            return datetime.strptime(text, form).time()  # noqa: DTZ007 - a time of day; its zone is put on next
        except ValueError:
            continue
    return None


def _iso(text: str, zone: tzinfo) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text.replace("/", "-"))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)
