"""Named values that monitoring systems send, found by any of the names that their templates give them.

``HOST.NAME``, ``host_name`` and ``hostname`` are one name here. It must not know what a value means.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from noc_console.intake.alarm_words import MAX_NAME, many_lines, one_line

MAX_FIELDS: Final = 500
_NESTED: Final = 3
_NOT_OF_A_NAME: Final = re.compile(r"[^a-z0-9\u4e00-\u9fff]+")
#: Names of values that open doors; they are no part of an alarm.
_SECRET: Final = re.compile(r"passw|secret|community|token|api_?key|credential|auth_?key", re.IGNORECASE)
_LINE: Final = re.compile(
    r"^[ \t*>]{0,8}(?P<name>[A-Za-z\u4e00-\u9fff][\w ./]{0,39}?)[ \t]*(?P<mark>[:=：])(?!//)[ \t]*(?P<value>.*)$"
)


class Fields:
    """Scalars by their names as sent (``labels``), and found by names without case, dots and underscores."""

    def __init__(self, pairs: Iterable[tuple[str, object]]) -> None:
        self.labels: dict[str, object] = {}
        self._found: dict[str, str] = {}
        for name, value in pairs:
            if len(self.labels) >= MAX_FIELDS:
                break
            shown = one_line(name, MAX_NAME)
            if shown and not _SECRET.search(shown):
                self.labels.setdefault(shown, many_lines(value))
                self._found.setdefault(plain(shown), many_lines(value))

    def __iter__(self) -> Iterator[str]:
        """Yield the plain names."""
        return iter(self._found)

    def first(self, *names: str) -> str:
        """Return the first value that is there and not empty, by plain names."""
        return next((value for name in names if (value := self._found.get(name, ""))), "")


def plain(name: str) -> str:
    """Return a name in small letters and digits alone."""
    return _NOT_OF_A_NAME.sub("", name.casefold())


def of_json(value: object) -> Fields:
    """Return the scalars of a JSON object; those of an object in it, or first in a list there, by both names."""
    return Fields(_scalars(value, "", _NESTED))


def _scalars(value: object, path: str, depth: int) -> Iterable[tuple[str, object]]:
    if not isinstance(value, Mapping):
        return
    for name, inner in value.items():
        if isinstance(inner, Mapping):
            if depth:
                yield from _scalars(inner, f"{path}{name}.", depth - 1)
        elif isinstance(inner, list) and inner and isinstance(inner[0], Mapping):
            # What an event is about comes as a list of one: {"hosts": [{"host": "agg-7"}]}.
            if depth:
                yield from _scalars(inner[0], f"{path}{name}.", depth - 1)
        elif isinstance(inner, str | int | float):
            yield f"{path}{name}", inner


def of_lines(text: str) -> Fields:
    """Return the values of lines such as ``Host: agg-7``; a line without a name continues an empty value before it."""
    pairs: list[list[str]] = []
    for line in text.split("\n"):
        found = _LINE.match(line)
        if found:
            pairs.append([found["name"].strip(), found["value"].strip()])
        elif pairs and line.strip() and not pairs[-1][1]:
            pairs[-1][1] = line.strip()
    return Fields((name, value) for name, value in pairs)
