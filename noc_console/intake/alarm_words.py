"""What alarms of all systems have in common: X.733 severities, instants, clean words, and what identifies an alarm.

Shared by every reader of alarms. It must not know a format, and decides nothing about tickets.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from hashlib import sha256
from ipaddress import ip_address
from typing import Final

from noc_console.text import clean
from noc_console.workflows.drafts import Severity

MAX_NAME: Final = 300
MAX_VALUE: Final = 4_000
MAX_TEXT: Final = 20_000

_WORDS: Final[tuple[tuple[Severity, str], ...]] = (
    ("critical", "critical crit emergency emerg alert disaster fatal page blocker down p1 sev1 s1 紧急"),
    ("major", "major error err high unreachable p2 sev2 s2 重要 主要"),
    ("minor", "minor average medium moderate p3 sev3 s3 次要"),
    ("warning", "warning warn low p4 sev4 s4 提示 警告"),
    ("indeterminate", "indeterminate info information informational notice note none unknown debug normal"),
    ("indeterminate", "not_classified notclassified p5 sev5 s5 未定级"),
)
_SEVERITIES: Final = {word: severity for severity, words in _WORDS for word in words.split()}
#: RFC 5674, table 1, read from right to left; what syslog calls notice and below is no alarm of a known gravity.
_SYSLOG: Final[tuple[Severity, ...]] = ("critical", "critical", "major", "minor", "warning")

_WITH_PORT: Final = re.compile(r"^\[?([^\[\]]+?)\]?(?::\d{1,5})?$")
_EARLIEST: Final = datetime(1980, 1, 1, tzinfo=UTC)
_LATEST: Final = datetime(2200, 1, 1, tzinfo=UTC)


def one_line(value: object, limit: int = MAX_VALUE) -> str:
    """Return a scalar from outside as one clean line of at most ``limit`` characters; nothing for what is no scalar."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float):
        return clean(str(value), limit=limit - 1).strip()
    return ""


def many_lines(value: object, limit: int = MAX_TEXT) -> str:
    """Return a scalar from outside as clean text that keeps its lines."""
    return clean(value, multiline=True, limit=limit - 1).strip() if isinstance(value, str) else one_line(value, limit)


def severity(word: object) -> Severity | None:
    """Return the X.733 severity that a system's word stands for, ``None`` for a word that is none."""
    said = one_line(word, 60).casefold().replace(" ", "_")
    return _SEVERITIES.get(said) or _SEVERITIES.get(said.split("(", 1)[0].rstrip("_"))


def syslog_severity(number: int) -> Severity:
    """Return the X.733 severity of a syslog severity (RFC 5674, section 2)."""
    return _SYSLOG[number] if 0 <= number < len(_SYSLOG) else "indeterminate"


def fingerprint(*parts: str) -> str:
    """Return what identifies a condition on an object: the same parts give the same 32 hexadecimal digits."""
    return sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()[:32]


def address(value: str) -> str | None:
    """Return the IP address that a text is, alone or with a port, ``None`` where it is none."""
    bare = _WITH_PORT.sub(r"\1", value.strip()[:100])
    for candidate in (value.strip()[:100], bare):
        try:
            return str(ip_address(candidate))
        except ValueError:
            continue
    return None


def believable(at: datetime) -> datetime | None:
    """Return an aware instant in UTC, ``None`` for one that stands for no time (year 1) or overflows."""
    try:
        in_utc = at.astimezone(UTC)
    except OverflowError:
        return None
    return in_utc if _EARLIEST <= in_utc < _LATEST else None


def instant(value: object) -> datetime | None:
    """Return an RFC 3339 text with an offset, or seconds, ms or µs of the epoch, as an instant in UTC."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    text = str(value).strip()[:40]
    try:
        if re.fullmatch(r"\d{9,11}(?:\.\d+)?", text):
            return believable(datetime.fromtimestamp(float(text), UTC))
        if re.fullmatch(r"\d{12,14}", text):
            return believable(datetime.fromtimestamp(int(text) / 1000, UTC))
        if re.fullmatch(r"\d{16}", text):
            return believable(datetime.fromtimestamp(int(text) / 1_000_000, UTC))
        at = datetime.fromisoformat(text)
    except (ValueError, OverflowError, OSError):
        return None
    return believable(at) if at.tzinfo else None
