"""Records of a file that an import takes: a JSON array, JSON values one after another (NDJSON), CSV with a header.

A file of any size is read in flat memory, and read whole once before its first record is given out: a file that cannot
be read leaves nothing behind. It must not know what a record means.
"""

from __future__ import annotations

import codecs
import csv
import io
import json
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from itertools import chain
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, Any, Final

from noc_console.cli.arguments import plain
from noc_console.errors import BadInput
from noc_console.i18n import _
from noc_console.text import unquote_formula

#: Characters read at once.
CHUNK: Final = 1024 * 1024
#: Characters of one record: a ticket with all its messages stays far below.
MAX_RECORD: Final = 64 * CHUNK
#: Characters of one line of a table, whose cells the reader of CSV holds to 128 KiB each.
MAX_LINE: Final = 16 * CHUNK
#: Of what can be read only once, such as standard input, so much is kept in memory before a temporary file takes it.
_IN_MEMORY: Final = 16 * CHUNK
#: What a cut text may still lack where the decoder stopped: an escape, a number, a word.
_CUT: Final = 16

Record = Mapping[str, Any]


@contextmanager
def records(file: str) -> Iterator[Iterator[Record]]:
    """Yield the records of a file, ``-`` for standard input. Raises BadInput before the first where one is broken."""
    with _opened(file) as stream, SpooledTemporaryFile(_IN_MEMORY) as kept:
        readable = stream if file != "-" and stream.seekable() else _copied(stream, kept, file)
        for _record in _checked(readable, file):
            pass
        readable.seek(0)
        yield _checked(readable, file)


def _opened(file: str) -> AbstractContextManager[IO[bytes]]:
    if file == "-":
        return nullcontext(sys.stdin.buffer)
    try:
        return Path(file).open("rb")
    except OSError as error:
        raise _unreadable(file, error) from error


def _copied(stream: IO[bytes], kept: IO[bytes], file: str) -> IO[bytes]:
    """Return what can be read once as what can be read twice."""
    try:
        shutil.copyfileobj(stream, kept, CHUNK)
    except OSError as error:
        raise _unreadable(file, error) from error
    kept.seek(0)
    return kept


def _unreadable(file: str, error: OSError) -> BadInput:
    return BadInput(_("cannot read {path}: {why}", path=plain(file), why=error.strerror or error))


def _checked(stream: IO[bytes], file: str) -> Iterator[Record]:
    for index, item in enumerate(_items(_text(stream, file), file), 1):
        if not isinstance(item, Mapping) or None in item:
            raise BadInput(_("{file}, record {n} is not a set of named fields", file=file, n=index))
        yield item


def _text(stream: IO[bytes], file: str) -> Iterator[str]:
    """Yield the characters of a stream piece by piece, the first one not blank."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    read, begun = 0, False
    while True:
        try:
            piece = stream.read(CHUNK)
        except OSError as error:
            raise _unreadable(file, error) from error
        pending = len(decoder.getstate()[0])
        try:
            text = decoder.decode(piece, final=not piece)
        except UnicodeDecodeError as error:
            place = read - pending + error.start
            raise BadInput(_("{file} is not UTF-8 (byte {place})", file=file, place=place)) from error
        read += len(piece)
        text = text if begun else text.removeprefix("\ufeff").lstrip()
        begun = begun or bool(text)
        if text:
            yield text
        if not piece:
            return


def _items(text: Iterator[str], file: str) -> Iterator[Any]:
    first = next(text, "")
    if not first:
        return
    if first.startswith(("[", "{")):
        yield from _Values(first, text, file)
        return
    lines = csv.DictReader(_lines(first, text, file))
    empty = True
    try:
        for row in lines:
            empty = False
            yield {name: _cell(value) for name, value in row.items()}
    except csv.Error as error:
        raise BadInput(_("{file}, line {n}: {why}", file=file, n=lines.line_num, why=error)) from error
    if empty and len(lines.fieldnames or ()) <= 1:  # a word, and no table without rows
        raise BadInput(
            _("{file} is neither JSON, nor NDJSON, nor a table", file=file), _("give what export wrote, as it wrote it")
        )


def _lines(first: str, text: Iterator[str], file: str) -> Iterator[str]:
    """Yield lines as the reader of CSV wants them: with their ends, which may stand in a cell."""
    rest = ""
    for piece in chain([first], text):
        if len(rest) > MAX_LINE:
            raise BadInput(_("{file} has a line of more than {n} MiB", file=file, n=MAX_LINE // CHUNK))
        *whole, rest = io.StringIO(rest + piece, newline="").readlines()
        if rest.endswith("\n"):
            whole, rest = [*whole, rest], ""
        yield from whole
    if rest:
        yield rest


def _cell(value: Any) -> Any:
    """Return a cell as it was before ``export`` made it fit for a spreadsheet."""
    return unquote_formula(value) if isinstance(value, str) else value


class _Values:
    """The values of an array, or values that follow each other, decoded one at a time."""

    def __init__(self, first: str, text: Iterator[str], file: str) -> None:
        self.text, self.file = text, file
        self.array = first.startswith("[")
        self.buffer, self.position, self.line = first, int(self.array), 1
        self.more = True
        self.decoder = json.JSONDecoder()

    def __iter__(self) -> Iterator[Any]:
        several = False
        while self._next(separated=several and self.array):
            yield self._value()
            several = True

    def _next(self, *, separated: bool) -> bool:
        """Go to the next value, over white space and in an array over a comma; False at the end."""
        mark = self._mark()
        if self.array and mark == "]":
            self.position += 1
            if self._mark():
                raise self._broken(_("something follows the end of the array"))
            return False
        if separated:
            if mark != ",":
                raise self._broken(_("a comma or the end of the array is missing"))
            self.position += 1
            mark = self._mark()
        if not mark and self.array:
            raise self._broken(_("the array has no end"))
        return bool(mark)

    def _mark(self) -> str:
        """Return the next character that is not blank, without taking it; empty at the end."""
        while True:
            rest = self.buffer[self.position : self.position + 1]
            if rest and not rest.isspace():
                return rest
            if rest:
                self.position += 1
            elif not self._filled():
                return ""

    def _value(self) -> Any:
        while True:
            try:
                value, end = self.decoder.raw_decode(self.buffer, self.position)
            except json.JSONDecodeError as error:
                within = error.pos - self.position
                cut = error.msg.startswith("Unterminated string") or error.pos >= len(self.buffer) - _CUT
                if not (cut and self._filled()):
                    raise self._broken(error.msg, self.position + within) from error
            except RecursionError as error:
                raise self._broken(_("it is nested deeper than anything real")) from error
            except ValueError as error:  # of a number, which alone is no error of JSON
                raise self._broken(_("a number has too many digits")) from error
            else:
                self.position = end
                return value

    def _filled(self) -> bool:
        """Read on: as much again as is kept, so that a long value is decoded anew only few times."""
        if not self.more:
            return False
        self.line += self.buffer.count("\n", 0, self.position)
        kept = [self.buffer[self.position :]]
        wanted, size = len(kept[0]), 0
        if wanted > MAX_RECORD:
            raise self._broken(_("a record is longer than {n} MiB", n=MAX_RECORD // CHUNK))
        while size <= wanted:
            piece = next(self.text, None)
            if piece is None:
                self.more = False
                break
            kept.append(piece)
            size += len(piece)
        self.buffer, self.position = "".join(kept), 0
        return size > 0

    def _broken(self, why: str, at: int | None = None) -> BadInput:
        line = self.line + self.buffer.count("\n", 0, self.position if at is None else at)
        return BadInput(_("{file} is neither JSON nor NDJSON: {why}, line {line}", file=self.file, why=why, line=line))
