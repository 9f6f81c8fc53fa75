"""The three standard streams: made fit to be used, and what is wrong with them told apart.

A stream may be closed, full, or its reader gone; none of that is an error of the command. It must not write.
"""

from __future__ import annotations

import errno
import io
import os
import sys
from typing import Any, Final, NoReturn

from noc_console.errors import BadInput
from noc_console.i18n import _

#: What a shell reports of a program that wrote to a pipe without a reader (128 + SIGPIPE).
READER_GONE: Final = 141
#: EX_IOERR of sysexits.h; none of our own codes, because nothing was refused and the store is well.
OUTPUT_LOST: Final = 74


class StreamLost(Exception):
    """Standard output takes no more; the command ends with ``code``. No ``why``: a reader left; none is to be told."""

    def __init__(self, error: OSError) -> None:
        # Windows says EINVAL where a pipe has lost its reader
        gone = error.errno in (errno.EPIPE, errno.EINVAL)
        self.why = "" if gone else error.strerror or str(error)
        self.code = READER_GONE if gone else OUTPUT_LOST
        super().__init__(self.why)


class _Unreadable(io.RawIOBase):
    """Standard input that is closed: whoever reads it is told so."""

    def readable(self) -> bool:
        """Say yes, so that it is read."""
        return True

    def readinto(self, _buffer: Any) -> NoReturn:
        """Raise BadInput."""
        raise BadInput(_("standard input cannot be read"), _("pipe the text in, or name a file"))


def prepare() -> None:
    """Make the streams able to say anything: UTF-8 on Windows, replacing what the terminal's charset lacks.

    A number that the caller has closed is taken, or the store would be opened under it and written over as output is.
    What takes it fails at use, but for standard error, where nobody is left to be told.
    """
    for number, mode in enumerate((os.O_WRONLY, os.O_RDONLY, os.O_WRONLY)):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, mode)
    if sys.stdin is None:
        sys.stdin = io.TextIOWrapper(io.BufferedReader(_Unreadable()), "utf-8")
    if sys.stdout is None:
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115 - it lives as long as we do
    if sys.stderr is None:
        sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8" if os.name == "nt" else None, errors="replace")


def hang_up() -> None:
    """Point stdout at nothing, so that the interpreter does not fail when it flushes at the end."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
