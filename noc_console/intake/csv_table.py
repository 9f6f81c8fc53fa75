"""Tables as other programs export them: charset, delimiter, header, and one row after another from a stream.

A file of any size is read in flat memory; a row that cannot be read is told and stops no other. It must not know what
a column means (``csv_map.py`` does).
"""

from __future__ import annotations

import codecs
import csv
import io
import math
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import BinaryIO, Final

from noc_console.errors import BadInput
from noc_console.i18n import _
from noc_console.intake import known_shapes
from noc_console.intake.mail_charset import decode
from noc_console.text import clean

#: What charset, delimiter and header are found by.
SAMPLE: Final = 256 * 1024
#: Characters of one line, of one cell, and columns of one table.
MAX_LINE: Final = 1024 * 1024
MAX_CELL: Final = 1024 * 1024
MAX_COLUMNS: Final = 1_000
DELIMITERS: Final = (",", ";", "\t", "|")
#: A width that this share of the rows has is the table's, though its header be shorter.
_SHARE: Final = 0.1
_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WIDE: Final = frozenset({"utf-16", "utf-32", "utf-16-le", "utf-16-be"})


@dataclass(frozen=True, slots=True)
class Layout:
    """How a table is written: ``columns`` are its names, ``skip`` the rows before its header."""

    encoding: str
    delimiter: str
    columns: tuple[str, ...]
    skip: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """One row below the header, counted from 0: its cells, as many as there are columns, and the text it was made of.

    ``why`` says what is wrong with a row that is not as the header says; empty for a good one.
    """

    index: int
    cells: tuple[str, ...]
    text: str = field(repr=False)
    why: str = ""


def layout_of(sample: bytes, *, where: str, delimiter: str = "", encoding: str = "") -> Layout:
    """Return the layout of the table that begins with ``sample``; what is given is not guessed.

    Raises BadInput, naming ``where``, for what is no table.
    """
    if not sample.strip(b"\0\r\n\t \xef\xbb\xbf"):
        raise BadInput(_("{where}: it is empty", where=where))
    whole = len(sample) < SAMPLE
    encoding = encoding or encoding_of(sample, whole=whole)
    text = _decoded(sample, encoding)
    _refuse_others(text, where)
    skip = 0
    first, _break, rest = text.partition("\n")
    if first.strip().strip('"').casefold().startswith("sep=") and len(first.strip()) <= len('"sep=,"'):
        delimiter = delimiter or first.strip().strip('"')[len("sep=") :] or "\t"  # the line by which Excel is told
        text, skip = rest, 1
    rows_of = {mark: _sampled(text, mark, whole=whole) for mark in ([delimiter] if delimiter else DELIMITERS)}
    delimiter = max(rows_of, key=lambda mark: _evenness(rows_of[mark]))
    rows = rows_of[delimiter]
    before = _before_header(rows)
    return Layout(encoding, delimiter, _columns(rows[before:]), skip + before)


def encoding_of(sample: bytes, *, whole: bool) -> str:
    """Return the charset of a text by its mark, by what the bytes prove, or by what they look like."""
    for mark, name in _BOMS:
        if sample.startswith(mark):
            return name
    if sample[1:200:2].count(0) > len(sample[1:200:2]) // 2:
        return "utf-16-le"
    if sample[0:200:2].count(0) > len(sample[0:200:2]) // 2:
        return "utf-16-be"
    if not whole:
        sample = sample[: sample.rfind(b"\n") + 1] or sample  # no half of a character at the end
    try:
        sample.decode("utf-8")
    except UnicodeDecodeError:
        found = decode(sample)[1]
        return (
            "iso-8859-1"
            if found in ("cp1252", "windows-1252") and not any(0x80 <= byte < 0xA0 for byte in sample)
            else found
        )
    return "utf-8"


def rows(stream: BinaryIO, layout: Layout) -> Iterator[Row]:
    """Yield every row below the header in order. Rows without any cell are no rows."""
    wide = len(layout.columns)
    for number, (cells, text, why) in enumerate(_below_header(stream, layout)):
        told = why
        uneven = any(cell.strip() for cell in cells[wide:]) or len(cells) == 1 < wide
        if uneven and not why:
            told = _("it has {n} cells, the header has {columns}", n=len(cells), columns=wide)
        even = cells[:wide] if len(cells) >= wide else (*cells, *[""] * (wide - len(cells)))
        yield Row(number, tuple(even), text, told)


def _below_header(stream: BinaryIO, layout: Layout) -> Iterator[tuple[Sequence[str], str, str]]:
    read = _read(stream, layout.encoding, layout.delimiter)
    for _number in range(layout.skip + 1):
        next(read, None)
    return read


def _read(stream: BinaryIO, encoding: str, delimiter: str) -> Iterator[tuple[Sequence[str], str, str]]:
    """Yield cells, text, and what is wrong, of every row that is not blank."""
    errors = "replace" if encoding in _WIDE else "surrogateescape"
    text_of = io.TextIOWrapper(stream, encoding=encoding, errors=errors, newline="")
    try:
        yield from _rows_of(_Lines(text_of), encoding, delimiter)
    finally:
        with suppress(ValueError):  # the stream is its opener's to close, and may be closed by now
            text_of.detach()


def _rows_of(lines: _Lines, encoding: str, delimiter: str) -> Iterator[tuple[Sequence[str], str, str]]:
    csv.field_size_limit(MAX_CELL)
    reader = csv.reader(lines, delimiter=delimiter)
    while True:
        lines.taken.clear()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield (), lines.back(), _("it cannot be read as a row: {why}", why=str(error))
            continue
        text = "".join(lines.taken)
        if len(lines.taken) > 1 and text.count('"') % 2:
            yield (), lines.back(), _("a quotation mark is opened and never closed")
        elif any(cells) or delimiter in text:
            if not text.isascii() and _has_escapes(text):
                cells = [_repaired(cell, encoding) for cell in cells]
            cut = len(text) >= MAX_LINE and not text.endswith(("\n", "\r"))
            yield cells, text, _("it is longer than a line may be") if cut else ""


class _Lines:
    """Lines of a stream for the reader, bounded in length, without NUL; ``taken`` are those of the present row."""

    def __init__(self, stream: io.TextIOWrapper) -> None:
        self.stream = stream
        self.taken: list[str] = []
        self._again: deque[str] = deque()

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else self.stream.readline(MAX_LINE)
        if not line:
            raise StopIteration
        if "\0" in line:
            line = line.replace("\0", "")
        self.taken.append(line)
        return line

    def back(self) -> str:
        """Return the first line of a row that has none, and give the others out again: they are rows of their own."""
        first, *others = self.taken
        self._again.extendleft(reversed(others))
        return first


def _has_escapes(text: str) -> bool:
    return any("\udc80" <= character <= "\udcff" for character in text)


def _repaired(cell: str, encoding: str) -> str:
    """Return a cell that has bytes of another charset than the rest of the file, as what they look like."""
    if cell.isascii() or not _has_escapes(cell):
        return cell
    return decode(cell.encode(encoding.replace("utf-8-sig", "utf-8"), "surrogateescape"))[0]


# --- Finding the layout --------------------------------------------------------------------------------------


def _decoded(sample: bytes, encoding: str) -> str:
    try:
        return codecs.getincrementaldecoder(encoding)("replace").decode(sample).replace("\0", "")
    except LookupError as error:
        raise BadInput(_("there is no charset {name}", name=encoding)) from error


def _refuse_others(text: str, where: str) -> None:
    """Refuse what is plainly something else than a table."""
    head = text[:200].lstrip()
    what = known_shapes.of_text(text) if not head.startswith(("{", "[{")) else "JSON"
    unreadable = sum(not (character.isprintable() or character in "\r\n\t") for character in text[:2_000])
    if what not in ("", known_shapes.TABLE) or unreadable * 10 > len(text[:2_000]):
        told = _("{where}: this is no table", where=where)
        if what not in ("", known_shapes.TABLE):
            told = _("{where}: this is no table; it seems to be {what}", where=where, what=_(what))
        raise BadInput(told, _("give a file with a header line and one line a ticket (.csv)"))


def _sampled(text: str, delimiter: str, *, whole: bool) -> list[list[str]]:
    """Return the rows of a sample, without the last where it may be cut."""
    found: list[list[str]] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    csv.field_size_limit(MAX_CELL)
    with suppress(csv.Error):  # told of the row itself when it is read
        found.extend(row for row in reader if any(row) or len(row) > 1)
    return found if whole or len(found) < 2 else found[:-1]


def _evenness(rows: list[list[str]]) -> float:
    """Return how well rows make a table: the more of them are of one width, and the wider, the better."""
    if not rows:
        return 0.0
    widths = Counter(len(row) for row in rows)
    width, count = max(widths.items(), key=lambda one: (one[1], one[0]))
    return math.sqrt(width - 1) * count / len(rows) * (1.0 if len(rows[0]) == width else 0.7)


def _before_header(rows: list[list[str]]) -> int:
    """Return how many rows stand above the header: titles, and of what the export was asked, with few cells each."""
    widths = Counter(len(row) for row in rows)
    usual = max(widths, key=lambda width: (widths[width], width), default=0)
    if max(widths, default=0) <= 2:
        return 0
    filled = [sum(bool(cell.strip()) for cell in row) for row in rows]
    wanted = max(2, (usual + 1) // 2)
    return next(
        (n for n, cells in enumerate(filled) if cells >= wanted),
        next((n for n, cells in enumerate(filled) if cells > 1), 0),
    )


def _columns(rows: list[list[str]]) -> tuple[str, ...]:
    """Return the names of the columns: those of the header, and numbers for what it leaves without a name."""
    header = rows[0] if rows else []
    widths = Counter(len(row) for row in rows)
    usual = [width for width, count in widths.items() if count >= _SHARE * len(rows)]
    wide = min(max([len(header), *usual]), MAX_COLUMNS)
    names: list[str] = []
    for number in range(wide):
        name = clean(header[number], limit=200).strip().lstrip("\ufeff") if number < len(header) else ""
        name = name or f"column {number + 1}"
        again = sum(known == name or known.startswith(f"{name} (") for known in names)
        names.append(f"{name} ({again + 1})" if again else name)
    return tuple(names)
