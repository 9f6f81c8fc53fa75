"""In which formats a table writes its times, where they are not ISO 8601.

Of two orders of day and month that read the same values, the values decide that only one of them reads, in whichever
column of the table they stand. It must not know what a column means (``csv_columns.py`` does).
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC
from typing import Final

from noc_console.intake.instants import half_days, instant

#: Values of one column, shapes of one table, and values of one shape that are looked at.
_LOOKED_AT: Final = 500
_SHAPES: Final = 8
_OF_A_SHAPE: Final = 200
_DATES: Final = (
    *(f"%d{mark}%m{mark}%{year}" for mark in "/-." for year in "Yy"),
    *(f"%m{mark}%d{mark}%{year}" for mark in "/-." for year in "Yy"),
    *(f"%d{mark}%b{mark}%{year}" for mark in "/- " for year in "Yy"),
    "%d. %b %Y", "%b %d, %Y", "%b %d %Y", "%a, %d %b %Y", "%a %b %d %Y",
    "%Y/%m/%d", "%Y-%m-%d", "%Y.%m.%d", "%Y年%m月%d日",
)  # fmt: skip
_TIMES: Final = (
    "%H:%M", "%H:%M:%S", "%H:%M:%S.%f", "%I:%M %p", "%I:%M:%S %p", "%I:%M%p", "%p %I:%M", "%p %I:%M:%S",
    "%p%I:%M", "%p%I:%M:%S", "%H时%M分", "%H时%M分%S秒",
)  # fmt: skip
_NUMBER: Final = re.compile(r"\d+")
_WORD: Final = re.compile(r"[A-Za-z]+")
#: Directive -> what it looks like in the shape of a value.
_LOOKS: Final = {"Y": "YYYY", "b": "a", "p": "a", "a": "a", "f": "f"}


def _all() -> Iterator[str]:
    yield "%a %b %d %H:%M:%S %Y"
    for date in _DATES:
        yield date
        for joint in (" ", ", ", "T", "") if date.endswith("日") else (" ", ", "):
            yield from (f"{date}{joint}{time}" for time in _TIMES)


def _shape(text: str) -> str:
    """Return what a value looks like: a year, another number, a fraction or a word each as one sign, the rest as is."""
    worded = _WORD.sub("a", half_days(text))
    return _NUMBER.sub(lambda found: {4: "YYYY"}.get(len(found[0]), "9" if len(found[0]) <= 2 else "f"), worded)


def _shape_of_format(form: str) -> str:
    return re.sub(r"%([a-zA-Z])", lambda found: _LOOKS.get(found[1], "9"), form)


def _by_shape() -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for form in _all():
        found[_shape_of_format(form)].append(form)
    return dict(found)


_FORMATS: Final = _by_shape()


def formats_of(columns: Iterable[list[str]]) -> tuple[str, ...]:
    """Return the formats that read the times of a table which are no ISO 8601, that of the most values first."""
    values: dict[str, Counter[str]] = defaultdict(Counter)
    for column in columns:
        for text in column[:_LOOKED_AT]:
            if instant(text, zone=UTC) is None:
                values[_shape(text)][text] += 1
    known = [shape for shape in values if shape in _FORMATS]
    shapes = sorted(known, key=lambda shape: -values[shape].total())[:_SHAPES]
    reads = {shape: _reads(shape, values[shape]) for shape in shapes}
    month_first = _month_first(reads)
    found = (_best(reads[shape], month_first) for shape in shapes)
    return tuple(dict.fromkeys(form for form in found if form))


def _reads(shape: str, values: Counter[str]) -> dict[str, int]:
    """Return how many of the values of a shape each format reads that can have it."""
    texts = values.most_common(_OF_A_SHAPE)
    return {
        form: sum(count for text, count in texts if instant(text, zone=UTC, formats=(form,)) is not None)
        for form in _FORMATS[shape]
    }


def _is_month_first(form: str) -> bool:
    return form.startswith("%m")


def _month_first(reads: dict[str, dict[str, int]]) -> bool | None:
    """Tell which order the values prove that only one of both reads; None where they prove neither."""
    proven = 0
    for counts in reads.values():
        month = max((count for form, count in counts.items() if _is_month_first(form)), default=0)
        day = max((count for form, count in counts.items() if form.startswith("%d")), default=0)
        proven += month - day if month and day else 0
    return proven > 0 if proven else None


def _best(counts: dict[str, int], month_first: bool | None) -> str | None:
    """Return the format that reads the most; of two that read all, the one in the order of the table.

    Where nothing proves an order, a clock of twelve hours is one of those who put the month first.
    """

    def rank(form: str) -> tuple[int, bool]:
        wanted = "%p" in form if month_first is None else month_first
        return counts[form], _is_month_first(form) == wanted

    best = max(counts, key=rank)
    return best if counts[best] else None
