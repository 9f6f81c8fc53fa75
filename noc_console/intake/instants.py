"""Instants as other systems write them, to aware UTC. What cannot be read is None, never a guess."""

from __future__ import annotations

import re
from datetime import UTC, datetime, tzinfo
from typing import Final

#: Years outside these are no time of a ticket: a counter, a default of nothing, an attack on the arithmetic.
FIRST_YEAR: Final = 1980
LAST_YEAR: Final = 2200
#: As RFC 5322 and the C library write them, whatever the language of the system.
MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_OFFSET: Final = re.compile(r"\s*(?:UTC|GMT)?\s*([+-])(\d{1,2}):?(\d{2})?$", re.IGNORECASE)
#: What exports write behind a time of UTC; U2000 marks one of summer time, which is of the zone of the table.
_UTC: Final = re.compile(r"\s+(?:UTC|GMT)$", re.IGNORECASE)
_SUMMER: Final = re.compile(r"\s+DST$", re.IGNORECASE)
_EPOCH: Final = re.compile(r"^\d{10}(?:\d{3})?$")


def instant(value: object, *, zone: tzinfo = UTC, formats: tuple[str, ...] = ()) -> datetime | None:
    """Return an instant written as ISO 8601, in one of ``formats`` (strptime), or as seconds or ms since 1970.

    A time without an offset is one of ``zone``.
    """
    text = str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""
    if not text or len(text) > 64:
        return None
    found = _formatted(text, formats) if formats else None
    if found is None:
        found = _digits(text) if text.isdecimal() else _iso(text)
    return _in_utc(found, zone) if found is not None else None


def _formatted(text: str, formats: tuple[str, ...]) -> datetime | None:
    text = half_days(text)
    for form in formats:
        try:
            return datetime.strptime(text, form)  # noqa: DTZ007 - the zone is added by _in_utc
        except ValueError:
            continue
    return None


def half_days(text: str) -> str:
    """Return a time with the halves of the day as the C library writes them, where Excel wrote them in Chinese."""
    return text.replace("上午", "AM").replace("下午", "PM")


def _iso(text: str) -> datetime | None:
    if ":" in text:
        text = _UTC.sub("+00:00", _SUMMER.sub("", text))
        text = _OFFSET.sub(lambda found: f"{found[1]}{int(found[2]):02}:{found[3] or '00'}", text)
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _digits(text: str) -> datetime | None:
    """Read seconds or milliseconds since 1970, or a date and time without any separator."""
    if not text.isascii():
        return None
    if not _EPOCH.match(text):
        return _formatted(text, ("%Y%m%d%H%M%S",)) if len(text) == 14 else _formatted(text, ("%Y%m%d",))
    return datetime.fromtimestamp(int(text[:10]), UTC).replace(microsecond=int(text[10:] or 0) * 1000)


def _in_utc(found: datetime, zone: tzinfo) -> datetime | None:
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        return None
    return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)
