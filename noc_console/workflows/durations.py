"""Durations as people write them: ``90s``, ``30m``, ``4h``, ``5d``, ``1h30m``.

A day is 24 hours of the clock it is measured on. It must not know calendars or policy.
"""

from __future__ import annotations

import re

from noc_console.i18n import _

_UNITS = (("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1))
_FORM = re.compile("".join(rf"(?:([0-9]{{1,9}}){unit})?" for unit, _seconds in _UNITS))


def parse_duration(text: str) -> int:
    """Return the seconds of ``90s 30m 4h 5d`` or a compound such as ``1h30m``; ValueError says what is wrong."""
    match = _FORM.fullmatch(text.strip())
    if match is None or not any(match.groups()):
        shown = text if len(text) <= 40 else text[:40] + "…"
        raise ValueError(_("'{text}' is not a duration: write 90s, 30m, 4h, 5d or 1h30m", text=shown))
    counts = zip(match.groups(), _UNITS, strict=True)
    return sum(int(count) * seconds for count, (_unit, seconds) in counts if count)


def format_duration(seconds: int) -> str:
    """Write seconds the way ``parse_duration`` reads them, largest unit first; ValueError if negative."""
    if seconds < 0:
        raise ValueError(_("a duration cannot be negative: {seconds} s", seconds=seconds))
    parts: list[str] = []
    rest = seconds
    for unit, size in _UNITS:
        count, rest = divmod(rest, size)
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts) or "0s"
