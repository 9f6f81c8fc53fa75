"""Where mails lie: one message a file, mbox, Maildir, a folder of files, standard input. Yields one mail at a time.

Memory stays at one message whatever the size of the file. It must not know what a mail means.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

from noc_console.intake.raw_files import MAX_INPUT, STANDARD_INPUT, RawInput, files_of, opened, unreadable

_PIECE: Final = 65_536
#: What an editor put before the first line.
_UTF8_MARK: Final = b"\xef\xbb\xbf"
# The envelope line that an mbox writer puts before each message: who, and a date with its year.
_ENVELOPE: Final = re.compile(rb"From \S*.{0,200}?\b\d{1,2}:\d\d(:\d\d)?\b.{0,100}\d{4}|From \S+[ \t]*\r?\n$")

#: What no prose says: who and the whole date of C's ctime, or the mark of Thunderbird.
_CERTAIN: Final = re.compile(
    rb"From \S+ +[A-Z][a-z]{2} +[A-Z][a-z]{2} +\d{1,2} +\d{1,2}:\d\d(:\d\d)?\b.{0,40}\b\d{4}\s*$|From -\s*$"
)
#: What Thunderbird writes since 2022; people begin a line so too, and no field follows.
_BARE: Final = re.compile(rb"From[ \t]*\r?\n")
_FIELD: Final = re.compile(rb"[A-Za-z][A-Za-z0-9-]{1,60}:[ \t]")


def messages(place: str | Path | BinaryIO, *, limit: int = MAX_INPUT) -> Iterator[RawInput]:
    """Yield every mail of a file, a folder, a Maildir, a stream or ``-``; BadInput where nothing can be read.

    ``parse`` takes less than ``limit`` bytes: what it refuses as too large is still kept whole. Of a mail larger than
    ``limit`` only one byte more is read, because a stream might never end.
    """
    if not isinstance(place, str | Path):
        yield from _of_stream(place, STANDARD_INPUT, limit)
    elif str(place) == STANDARD_INPUT:
        yield from _of_stream(sys.stdin.buffer, STANDARD_INPUT, limit)
    else:
        for path in files_of(Path(place)):
            yield from _of_file(path, limit)


def _of_file(path: Path, limit: int) -> Iterator[RawInput]:
    """Yield the mails of one file."""
    try:
        with opened(path) as stream:
            yield from _of_stream(stream, str(path), limit)
    except OSError as error:
        raise unreadable(path, error) from error


def _of_stream(stream: BinaryIO, source: str, limit: int) -> Iterator[RawInput]:
    """Yield the mails of an open stream: several where it begins as an mbox does, else one."""
    first = stream.readline(_PIECE)
    if first.startswith(_UTF8_MARK + b"From "):
        first = first.removeprefix(_UTF8_MARK)
    if not first.startswith(b"From "):
        message = _Message(limit)
        message.add(first)
        while piece := stream.read(_PIECE):
            message.add(piece)
        yield RawInput(source, 0, message.whole())
        return
    message, index = _Message(limit), 0
    before, line_start = b"", first.endswith(b"\n")
    for line, below in _with_next(stream):
        if line_start and _begins_message(before, line, below):
            yield RawInput(source, index, message.without_last_break())
            message, index = _Message(limit), index + 1
        else:
            message.add(line)
        before = line if line_start else b"x"
        line_start = line.endswith(b"\n")
    yield RawInput(source, index, message.without_last_break())


def _with_next(stream: BinaryIO) -> Iterator[tuple[bytes, bytes]]:
    """Yield each line, or piece of a long one, with the one that follows it."""
    line = stream.readline(_PIECE)
    while line:
        below = stream.readline(_PIECE)
        yield line, below
        line = below


def _begins_message(before: bytes, line: bytes, below: bytes) -> bool:
    """Tell the envelope line of an mbox from words that begin in the same way.

    It stands below a blank line; where a writer left that out, a field follows it.
    """
    if not line.startswith(b"From "):
        return False
    if _BARE.fullmatch(line):
        return before in (b"\n", b"\r\n") and bool(_FIELD.match(below))
    if not _ENVELOPE.match(line):
        return False
    if before in (b"\n", b"\r\n"):
        return True
    return bool(_CERTAIN.match(line) and _FIELD.match(below))


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
