"""The one sink of the command line: everything that ``noc`` says leaves through here, cleaned.

Data goes to stdout as text, JSON, NDJSON, CSV or references; messages go to stderr. It must not open a store, and
knows no noun.
"""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any, Final, Literal, TextIO

from noc_console.cli.streams import StreamLost
from noc_console.clock import to_json
from noc_console.errors import NocError, Refused
from noc_console.i18n import _
from noc_console.text import cell_width, clean, fit, quote_formula

OUTPUTS: Final = ("text", "json", "ndjson", "csv", "ids")
Item = Mapping[str, Any]
#: A cell of a list is looked at no further than this; ``show`` says everything.
_CELL: Final = 400
# What JSON may carry raw but a terminal or an editor must not meet: C1, bidi and other invisible controls, surrogates.
_HIDDEN: Final = re.compile(
    "[\x7f-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\ud800-\udfff\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a text table: its title (a msgid), what a row shows there, and its greatest width in cells."""

    title: str
    cell: Callable[[Any], str]
    width: int = 40
    align: Literal["left", "right"] = "left"


# --- Streams -------------------------------------------------------------------------------------------------


def as_utf8() -> None:
    """Have data formats written in UTF-8 whatever the terminal's charset: JSON knows no other."""
    if isinstance(sys.stdout, io.TextIOWrapper) and sys.stdout.encoding.lower().replace("-", "") != "utf8":
        sys.stdout.reconfigure(encoding="utf-8")


def flush() -> None:
    """Push out what was said, so that a reader who left, or a full disk, is noticed in time."""
    try:
        sys.stdout.flush()
    except OSError as error:
        raise StreamLost(error) from None


def _write(stream: TextIO, text: str) -> None:
    try:
        stream.write(text)
    except OSError as error:
        raise StreamLost(error) from None


def line(text: str) -> None:
    """Write one line of data as text; a line break within it stays."""
    _write(sys.stdout, clean(text, multiline=True) + "\n")


def note(text: str) -> None:
    """Tell something on stderr that is not data, in one line whatever it holds: ``noc: ...``."""
    # where stderr takes nothing nobody is left to be told, and the exit code still says it
    with suppress(OSError):
        sys.stderr.write(f"noc: {'; '.join(clean(each).strip() for each in text.splitlines())}\n")
        sys.stderr.flush()


def columns() -> int | None:
    """Return the width of the terminal in cells; None where stdout is none, and nothing needs cropping."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


# --- Errors --------------------------------------------------------------------------------------------------


def failed(error: NocError, output: str, *, about: str = "") -> None:
    """Tell an error on stderr, a refusal line by line; its reasons go to stdout too where that is JSON."""
    named = re.compile(rf"(?<![\w-]){re.escape(about)}(?![\w-])")
    for text, help_ in told(error):
        what = f"{about}: {text}" if about and not named.search(text) else text
        # not translated: scripts look for it
        note("error: " + (_("{text} ({remedy})", text=what, remedy=help_) if help_ else what))
    if isinstance(error, Refused) and output in ("json", "ndjson") and not about:
        single(failure_json(error), output)


def told(error: NocError) -> Iterator[tuple[str, str]]:
    """Yield what went wrong with what would help: a refusal gives each of its reasons."""
    if isinstance(error, Refused) and error.reasons:
        from noc_console.workflows.reasons import say

        for reason in error.reasons:
            text, remedy = say(reason)
            yield _("{label}: {text}", label=error.message, text=text), remedy
    else:
        yield error.message, error.hint


def failure_json(error: NocError) -> dict[str, Any]:
    """Return an error as JSON: a refusal with the code, text and remedy of each reason."""
    if isinstance(error, Refused):
        from noc_console.workflows.reasons import say

        said = [(reason.code, *say(reason)) for reason in error.reasons]
        return {"refused": [{"code": code, "text": text, "remedy": remedy} for code, text, remedy in said]}
    return {"error": {"code": error.code, "text": error.message, "remedy": error.hint}}


# --- Data ----------------------------------------------------------------------------------------------------


def to_text(value: Any, *, indent: int | None = None) -> str:
    """Return JSON in which every control and invisible character is escaped."""
    text = json.dumps(value, ensure_ascii=False, indent=indent, default=_plain)
    if text.isascii() and "\x7f" not in text:
        return text
    return _HIDDEN.sub(lambda match: json.dumps(match.group())[1:-1], text)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return to_json(value)
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, set | frozenset):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


def single(item: Item, output: str, text: Iterable[str] = (), *, id_field: str = "ref") -> None:
    """Write one record: ``text`` are its lines for people."""
    if output == "json":
        as_utf8()
        _write(sys.stdout, to_text(item, indent=2) + "\n")
    elif output == "text":
        for each in text:
            line(each)
    else:
        many([item], output, (), id_field=id_field)


def many(items: Iterable[Any], output: str, table: Sequence[Column], *, id_field: str = "ref") -> None:
    """Write a list as it comes: text in columns, a JSON array, one JSON a line, CSV, or references."""
    if output == "text":
        _table(items, table)
        return
    as_utf8()
    if output == "json":
        _array(items)
    elif output == "ndjson":
        for item in items:
            _write(sys.stdout, to_text(item) + "\n")
    elif output == "csv":
        _csv(items)
    else:
        for item in items:
            if item.get(id_field) is not None:
                _write(sys.stdout, clean(str(item[id_field])) + "\n")


def _array(items: Iterable[Item]) -> None:
    separator = "["
    try:
        for item in items:
            _write(sys.stdout, f"{separator}\n{to_text(item)}")
            separator = ","
    finally:
        # what was done before an error is told, as JSON that can be read
        _write(sys.stdout, "[]\n" if separator == "[" else "\n]\n")


def _csv(items: Iterable[Item]) -> None:
    """Write rows under the names of the first row's fields; what is nested gets one column for each of its fields."""
    rows = (dict(_flat(item)) for item in items)
    first = next(rows, None)
    if first is None:
        return
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, list(first), extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    for row in chain([first], rows):
        writer.writerow({name: _csv_cell(value) for name, value in row.items()})
        _write(sys.stdout, buffer.getvalue())
        buffer.seek(0)
        buffer.truncate()


def _flat(item: Item, prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in item.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{name}_")
        else:
            yield f"{prefix}{name}", value


def _csv_cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None or isinstance(value, int):
        return value
    if isinstance(value, datetime):
        return to_json(value)
    if isinstance(value, list | tuple):
        value = "; ".join(part if isinstance(part, str) else to_text(part) for part in value)
    return quote_formula(clean(str(value), multiline=True))


def _table(items: Iterable[Any], table: Sequence[Column]) -> None:
    rows: list[list[str]] = []
    try:
        rows.extend([clean(column.cell(item), limit=_CELL) for column in table] for item in items)
    finally:
        if rows:
            _columns(rows, table)


def _columns(rows: list[list[str]], table: Sequence[Column]) -> None:
    titles = [_(column.title) for column in table]
    widths = [
        min(column.width, max(cell_width(row[index]) for row in [titles, *rows])) for index, column in enumerate(table)
    ]
    if (room := columns()) is not None:
        widths[-1] = max(8, room - sum(widths[:-1]) - 2 * (len(widths) - 1))
    for row in [titles, *rows]:
        cells = [fit(cell, width, align=column.align) for cell, width, column in zip(row, widths, table, strict=True)]
        _write(sys.stdout, "  ".join(cells).rstrip() + "\n")
