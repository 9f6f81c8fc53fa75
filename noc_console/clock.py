"""The time of day: aware, UTC inside, stored as whole milliseconds.

It must not know calendars or deadlines; those are ``workflows/clocks.py``.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)


def now() -> datetime:
    """Return the present instant, cut to the millisecond that is stored."""
    return from_ms(to_ms(datetime.now(UTC)))


def to_ms(instant: datetime) -> int:
    """Return milliseconds since 1970 of an aware instant."""
    return (instant - _EPOCH) // _MS


def from_ms(ms: int) -> datetime:
    """Return the aware UTC instant of milliseconds since 1970."""
    return _EPOCH + timedelta(0, 0, ms * 1_000)  # days, seconds, microseconds: by place, twice as fast


def to_json(instant: datetime) -> str:
    """Return ISO 8601 in UTC with ``Z``, the form of every instant in JSON."""
    text = instant.astimezone(UTC).isoformat(timespec="milliseconds" if instant.microsecond else "seconds")
    return text.replace("+00:00", "Z")
