"""The Date field of a mail in the forms that mailers really write: RFC 5322, ISO 8601, clocks of twelve hours, names.

A time without an offset is none: nobody can place it. It must not know other fields.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

from noc_console.intake.instants import MONTHS
from noc_console.intake.mail_charset import decode

_READ: Final = 200
_COMMENT: Final = re.compile(r"\((?:[^()]|\([^()]*\))*\)")
_ISO: Final = re.compile(r"(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2})?)(?:[.,]\d+)? ?(Z|[+-]\d{2}:?\d{2})$")
_TWELVE_HOURS: Final = re.compile(r"\b(\d{1,2})((?::\d{2}){1,2}) ?([AP])\.?M\b\.?", re.IGNORECASE)
_FRACTION: Final = re.compile(r"(\d{1,2}:\d{2}:\d{2})[.,]\d+")
#: GMT+0800, UTC+8, +08:00.
_OFFSET: Final = re.compile(r"(?:\b(?:GMT|UTC?) ?([+-])|\s([+-]))(\d{1,2})(?::?(\d{2}))?(?!\d|:)", re.IGNORECASE)
_UNSIGNED: Final = re.compile(r"(?<=\d )0000$")
#: Zones that RFC 5322 does not know and whose names mean one offset.
_ZONES: Final = {
    "JST": "+0900", "KST": "+0900", "HKT": "+0800", "SGT": "+0800", "CET": "+0100", "CEST": "+0200", "MET": "+0100",
    "MEST": "+0200", "WET": "+0000", "WEST": "+0100", "EET": "+0200", "EEST": "+0300", "MSK": "+0300", "MSD": "+0400",
    "AEST": "+1000", "AEDT": "+1100", "NZST": "+1200", "NZDT": "+1300",
}  # fmt: skip
_ZONE: Final = re.compile(rf"(?<=\d )({'|'.join(_ZONES)})\b")
#: What programs write that take the words of a date from a Chinese system.
_WEEKDAY: Final = re.compile(r"^\s*(?:星期|周|週)[一二三四五六日天][,， ]*")
_MONTH: Final = re.compile(r"(十[一二]?|[一二三四五六七八九]|\d{1,2})月")
_NUMERALS: Final = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二")


def instant(value: bytes) -> datetime | None:
    """Return a Date field in UTC; ``None`` where it is missing, unreadable or without an offset."""
    text = _COMMENT.sub(" ", decode(value[:_READ])[0].replace('"', "")).strip()
    try:
        iso = _ISO.match(text)
        if iso:
            return datetime.fromisoformat(f"{iso[1]}T{iso[2]}{iso[3]}").astimezone(UTC)
        text = _usual(text)
        parsed = parsedate_to_datetime(text)
        if parsed.tzinfo is None:
            # RFC 5322: -0000 is UTC whose local zone is not told.
            return parsed.replace(tzinfo=UTC) if "-0000" in text else None
        return parsed.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _usual(text: str) -> str:
    """Return a date as RFC 5322 would have it, as far as it is another form of the same."""
    text = _MONTH.sub(_english, _WEEKDAY.sub("", text))
    text = _FRACTION.sub(r"\1", _TWELVE_HOURS.sub(_of_the_day, text))
    text = _OFFSET.sub(lambda found: f" {found[1] or found[2]}{found[3]:0>2}{found[4] or '00'}", text, count=1)
    return _ZONE.sub(lambda found: _ZONES[found[1]], _UNSIGNED.sub("+0000", text))


def _of_the_day(found: re.Match[str]) -> str:
    """Return a clock of twelve hours as one of twenty-four."""
    return f"{int(found[1]) % 12 + 12 * (found[3] in 'Pp'):02}{found[2]}"


def _english(found: re.Match[str]) -> str:
    """Return a month as RFC 5322 names it."""
    said = found[1]
    number = int(said) if said.isdigit() else _NUMERALS.index(said) + 1
    return f" {MONTHS[number - 1]} " if 1 <= number <= len(MONTHS) else found[0]
