"""Where inputs lie: files, folders, standard input. Yields one input at a time, as bytes.

It must not know what an input means.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Final

from noc_console.errors import BadInput
from noc_console.i18n import _

STANDARD_INPUT: Final = "-"
#: Larger than any report of a machine; what is larger is refused by whoever parses it.
MAX_INPUT: Final = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class RawInput:
    """One input as found: the file or ``-``, its place in that file from 0, and its bytes.

    ``delivery`` names what is new each time although the bytes may be equal: the file of the spool, a request of a
    listener. Empty for what lies in files, which is known by its bytes.
    """

    source: str
    index: int
    raw: bytes = field(repr=False)
    delivery: str = ""


def whole(place: str, *, limit: int = MAX_INPUT) -> Iterator[RawInput]:
    """Yield every file of a place whole, or standard input for ``-``; BadInput where nothing can be read.

    Of an input larger than ``limit`` bytes only one byte more is read, so that its parser refuses it.
    """
    if place == STANDARD_INPUT:
        yield RawInput(STANDARD_INPUT, 0, sys.stdin.buffer.read(limit + 1))
        return
    for path in files_of(Path(place)):
        with opened(path) as stream:
            raw = stream.read(limit + 1)
        yield RawInput(str(path), 0, raw)


def files_of(place: Path) -> Iterator[Path]:
    """Yield the files of a place in a stable order: of a Maildir what is delivered, of a folder what is not hidden."""
    if not place.is_dir():
        yield place
        return
    for folder, below, names in os.walk(place):
        is_maildir = {"cur", "new"} <= set(below)
        # What lies in tmp is still being delivered.
        below[:] = sorted(
            name for name in below if name != "tmp" and not name.startswith((".", "courierimap") if is_maildir else ".")
        )
        # Beside the folders of a Maildir a server keeps its own lists.
        for name in () if is_maildir else sorted(names):
            path = Path(folder, name)
            if not name.startswith(".") and path.is_file():
                yield path


def opened(path: Path) -> BinaryIO:
    """Return a file opened for reading. Raises BadInput where it cannot be."""
    try:
        return path.open("rb")
    except OSError as error:
        raise unreadable(path, error) from error


def unreadable(path: Path, error: OSError) -> BadInput:
    """Return the error that says why a file cannot be read."""
    return BadInput(
        _("{path} cannot be read: {why}", path=str(path), why=error.strerror or type(error).__name__),
        _("check the name and the rights, or give - and pipe the input in"),
    )
