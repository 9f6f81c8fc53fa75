"""Syslog of devices, a message a line: as a collector wrote it, as it came, or as ``show logging`` prints a buffer.

It must not decide what an alarm does to a ticket; what a message means is ``syslog_words``'.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from noc_console.errors import BadInput
from noc_console.i18n import _
from noc_console.intake.alarm_words import (
    MAX_NAME,
    MAX_TEXT,
    MAX_VALUE,
    address,
    fingerprint,
    instant,
    many_lines,
    one_line,
)
from noc_console.intake.instants import MONTHS
from noc_console.intake.json_input import MAX_JSON, bounded, not_too_many
from noc_console.intake.mail_charset import decode
from noc_console.intake.syslog_header import Header, read_header
from noc_console.intake.syslog_words import meaning
from noc_console.workflows.drafts import AlarmDraft, Quarantined

#: RFC 5425 asks for 2 KiB and no sender writes more than this in one line.
MAX_LINE: Final = 64 * 1024
_FURTHER_LINES: Final = 100
_DUMP: Final = re.compile(
    r"^(?:Syslog logging:|Log Buffer \(|[ \t]+(?:Console|Buffer|Trap|Monitor) logging:)", re.MULTILINE
)
_WRITTEN: Final = re.compile(
    rf"(?:(?P<first>\d{{4}}) )?(?P<month>{'|'.join(MONTHS)}) +(?P<day>\d{{1,2}}),?"
    r"(?: (?P<year>\d{4}))?,? (?P<clock>\d{1,2}:\d{2}:\d{2})(?:[.,]\d+)*(?::\d{3})?"
    r"(?: ?(?P<offset>[+-]\d{2}:?\d{2}))?(?: (?P<last>\d{4}))?(?: (?P<zone>UTC|GMT|Z))?$"
)


def parse(raw: bytes, *, where: str = "-", now: datetime | None = None) -> Iterator[AlarmDraft | Quarantined]:
    """Return each message as an alarm, in its order. Raises BadInput, naming ``where``, for an input without any.

    A line that begins no message continues the one before it; in a buffer's dump what stands before the first one is
    the dump's own head. A time without a year is of the year nearest to ``now``, and none where ``now`` is not given;
    a time that names no zone is none, because it cannot be placed.
    """
    text, _charset = decode(bounded(raw, where, MAX_JSON).strip(b"\0"))
    lines = text.replace("\r\n", "\n").split("\n")
    not_too_many(len(lines), where)
    if not any(read_header(line[:MAX_LINE]) for line in lines):
        raise BadInput(
            _("{where}: this is no syslog: no line has a priority, a time or a tag", where=where),
            _("give the messages as the device or the collector wrote them, one a line"),
        )
    return _items(lines, now, dump=bool(_DUMP.search(text, 0, MAX_LINE)))


def _items(lines: list[str], now: datetime | None, *, dump: bool) -> Iterator[AlarmDraft | Quarantined]:
    header: Header | None = None
    further: list[str] = []
    for line in lines:
        found = read_header(line[:MAX_LINE])
        if found is not None:
            if header is not None:
                yield _alarm(header, further, now)
            header, further = found, []
        elif header is not None and (header.priority is None or line[:1] in (" ", "\t")):
            if len(further) < _FURTHER_LINES:
                further.append(line[:MAX_VALUE])
        elif line.strip() and not dump:
            yield Quarantined.of(
                "unreadable", _("the line has no priority, no time and no tag"), line.encode("utf-8", "surrogatepass")
            )
    if header is not None:
        yield _alarm(header, further, now)


def _alarm(header: Header, further: list[str], now: datetime | None) -> AlarmDraft:
    said = meaning(header)
    host = one_line(header.host, MAX_NAME)
    at = _instant(header, now)
    cleared = said.state == "cleared"
    labels: dict[str, object] = {one_line(name, MAX_NAME): one_line(value) for name, value in header.extra.items()}
    if header.priority is not None:
        labels["facility"], labels["severity"] = divmod(header.priority, 8)
    else:
        labels["facility"] = header.own_facility
        labels["severity"] = header.own_severity
    labels["tag"] = one_line(header.tag, MAX_NAME)
    labels["host"] = host
    further_labels = (
        ("program", header.program), ("pid", header.pid), ("timestamp", header.stamp), ("interface", said.interface),
        ("peer", said.peer),
    )  # fmt: skip
    labels.update({name: one_line(value, MAX_NAME) for name, value in further_labels if value})
    return AlarmDraft(
        fingerprint=fingerprint("syslog", host, *said.identity),
        name=one_line(header.mnemonic or header.tag or header.program, MAX_NAME) or "syslog",
        severity=said.severity,
        state=said.state,
        object_=host or None,
        source_ip=address(host),
        raised_at=None if cleared else at,
        cleared_at=at if cleared else None,
        text=many_lines("\n".join((header.message, *further)), MAX_TEXT),
        labels=labels,
        probable_cause=said.cause,
    )


def _instant(header: Header, now: datetime | None) -> datetime | None:
    """Return when a message was written, where that can be known."""
    exact = header.extra.get("eventtime", "")
    if re.fullmatch(r"\d{10,19}", exact):
        seconds = int(exact) / 10 ** (len(exact) - 10)
        return instant(f"{seconds:.3f}")
    offset = header.extra.get("tz", "")
    if re.fullmatch(r"[+-]\d{4}", offset):
        return instant(f"{header.stamp}{offset[:3]}:{offset[3:]}")
    written = _WRITTEN.match(header.stamp)
    return instant(header.stamp) if written is None else _dated(written, now)


def _dated(written: re.Match[str], now: datetime | None) -> datetime | None:
    offset = "+00:00" if written["zone"] else written["offset"]
    if not offset:
        return None
    year = written["first"] or written["year"] or written["last"]
    years = [int(year)] if year else [now.year + step for step in (-1, 0, 1)] if now else []
    rest = f"-{MONTHS.index(written['month']) + 1:02}-{int(written['day']):02}T{written['clock'].zfill(8)}{offset}"
    found = [at for at in (instant(f"{one:04}{rest}") for one in years) if at]
    return min(found, key=lambda at: abs(at - (now or at)), default=None)
