"""How values look to people in text output: local time, time left, yes and no. Codes stay as they are."""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import Any

from noc_console.i18n import _
from noc_console.workflows.durations import format_duration


def instant(value: datetime | None, zone: tzinfo) -> str:
    """Return a local time with its offset, to the minute; nothing for None."""
    return value.astimezone(zone).isoformat(sep=" ", timespec="minutes") if value else ""


def left(due: datetime | None, now: datetime) -> str:
    """Return the time until a deadline in its two largest units, negative when it has passed; nothing for None."""
    if due is None:
        return ""
    seconds = int((due - now).total_seconds())
    return ("-" if seconds < 0 else "") + duration(abs(seconds))


def duration(seconds: int) -> str:
    """Return a duration to the minute, or in seconds below one."""
    return format_duration(seconds - seconds % 60 if seconds >= 60 else seconds)


def working(seconds: int) -> str:
    """Return a duration of a calendar that is not always open, without days: its day has fewer than 24 hours."""
    hours, rest = divmod(seconds, 3_600)
    rest_text = duration(rest) if rest or not hours else ""
    return (f"{hours}h" if hours else "") + rest_text


def value(found: Any, zone: tzinfo) -> str:
    """Return any value of a record as text; nothing for what is not set."""
    if found is None:
        return ""
    if isinstance(found, bool):
        return _("yes") if found else _("no")
    if isinstance(found, datetime):
        return instant(found, zone)
    if isinstance(found, list | tuple):
        return ", ".join(value(item, zone) for item in found)
    return str(found)
