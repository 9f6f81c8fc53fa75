"""Where mails lie: one message a file, mbox, Maildir, a folder of files, standard input. Yields one mail at a time.

Memory stays at one message whatever the size of the file. It must not know what a mail means.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Final

from noc_console.errors import BadInput
from noc_console.i18n import _
from noc_console.intake.email import MAX_MAIL

STANDARD_INPUT: Final = "-"
_PIECE: Final = 65_536
# The envelope line that an mbox writer puts before each message: who, and a date with its year.
_ENVELOPE: Final = re.compile(rb"From \S*.{0,200}?\b\d{1,2}:\d\d(:\d\d)?\b.{0,100}\d{4}|From \S+[ \t]*\r?\n$")


@dataclass(frozen=True, slots=True)
class RawMail:
    """One mail as found: the file or ``-``, its place in that file from 0, and its bytes."""

    source: str
    index: int
    raw: bytes = field(repr=False)


def messages(place: str | Path | BinaryIO, *, limit: int = MAX_MAIL) -> Iterator[RawMail]:
    """Yield every mail of a file, a folder, a Maildir, a stream or ``-``; BadInput where nothing can be read.

    Of a mail larger than ``limit`` bytes only one byte more is kept, so that ``parse`` refuses it.
    """
    if not isinstance(place, str | Path):
        yield from _of_stream(place, STANDARD_INPUT, limit)
    elif str(place) == STANDARD_INPUT:
        yield from _of_stream(sys.stdin.buffer, STANDARD_INPUT, limit)
    else:
        for path in _files(Path(place)):
            yield from _of_file(path, limit)


def _files(place: Path) -> Iterator[Path]:
    """Yield the files of a place in a stable order: of a Maildir what is delivered, of a folder what is not hidden."""
    if not place.is_dir():
        yield place
        return
    for folder, below, names in os.walk(place):
        # What lies in tmp is still being delivered.
        below[:] = sorted(name for name in below if name != "tmp" and not name.startswith("."))
        for name in sorted(names):
            path = Path(folder, name)
            if not name.startswith(".") and path.is_file():
                yield path


def _of_file(path: Path, limit: int) -> Iterator[RawMail]:
    """Yield the mails of one file."""
    try:
        with path.open("rb") as stream:
            yield from _of_stream(stream, str(path), limit)
    except OSError as error:
        raise BadInput(
            _("{path} cannot be read: {why}", path=str(path), why=error.strerror or type(error).__name__),
            _("check the name and the rights, or give - and pipe the mail in"),
        ) from error


def _of_stream(stream: BinaryIO, source: str, limit: int) -> Iterator[RawMail]:
    """Yield the mails of an open stream: several where it begins as an mbox does, else one."""
    first = stream.readline(_PIECE)
    if not first.startswith(b"From "):
        message = _Message(limit)
        message.add(first)
        while piece := stream.read(_PIECE):
            message.add(piece)
        yield RawMail(source, 0, message.whole())
        return
    message, index = _Message(limit), 0
    blank, line_start = False, first.endswith(b"\n")
    while line := stream.readline(_PIECE):
        if line_start and blank and _ENVELOPE.match(line):
            yield RawMail(source, index, message.without_last_break())
            message, index = _Message(limit), index + 1
        else:
            message.add(line)
        blank = line_start and line in (b"\n", b"\r\n")
        line_start = line.endswith(b"\n")
    yield RawMail(source, index, message.without_last_break())


class _Message:
    """The bytes of one message, up to one byte over the limit."""

    def __init__(self, limit: int) -> None:
        self._room = limit + 1
        self._bytes = bytearray()

    def add(self, piece: bytes) -> None:
        """Take what there is room for."""
        self._bytes += piece[: max(0, self._room - len(self._bytes))]

    def whole(self) -> bytes:
        """Return the message as it came."""
        return bytes(self._bytes)

    def without_last_break(self) -> bytes:
        """Return the message without the blank line that parts it from the next."""
        for mark in (b"\r\n\r\n", b"\n\n"):
            if self._bytes.endswith(mark):
                return bytes(self._bytes[: -len(mark) // 2])
        return bytes(self._bytes)
