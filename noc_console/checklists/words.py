"""Readers of what every checklist file holds: words in both languages, figures without rounding, ids, tags.

They say in a ValueError what is wrong. They know no file: ``tree_file.py`` and ``catalogue_files.py`` name the keys.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from noc_console.i18n import _
from noc_console.workflows.policy_nodes import Leaf, Reading, Table, filled, is_table, shown
from noc_console.workflows.policy_values import TAGS, Label

#: Ids of trees, alarms, thresholds, messages, roles, steps and ends.
ID: Final = re.compile(r"[A-Z][A-Za-z0-9/_-]{0,39}")
WORDS: Final = Table({"en": Leaf(filled), "zh": Leaf(filled)})


def label(given: Mapping[str, str]) -> Label:
    """Make words of what a table of words was read as."""
    return Label(en=given["en"], zh=given["zh"])


class WordsList:
    """A list of words in both languages."""

    sourced = False

    def read(self, value: Any, key: str, reading: Reading) -> list[Any] | None:
        """Return the list, or None after noting problems."""
        if not isinstance(value, list):
            reading.report(key, _("{value} is not a list", value=shown(value)))
            return None
        found = [WORDS.read(entry, f"{key}[{n}]", reading) for n, entry in enumerate(value, start=1)]
        return None if None in found else found


def identifier(value: Any) -> str:
    """Read an id."""
    if not isinstance(value, str) or not ID.fullmatch(value):
        raise ValueError(_("{value} is no id: a capital letter, then letters, digits, '-' and '_'", value=shown(value)))
    return value


def identifiers(value: Any) -> list[str]:
    """Read a list of ids without repetitions."""
    if not isinstance(value, list):
        raise ValueError(_("{value} is not a list", value=shown(value)))
    found = [identifier(entry) for entry in value]
    if len(set(found)) < len(found):
        raise ValueError(_("{value} has an id twice", value=shown(value)))
    return found


def figure(value: Any) -> Decimal:
    """Read a figure; a text keeps what a float would round."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError(_("{value} is not a number", value=shown(value)))
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        raise ValueError(_("{value} is not a number", value=shown(value))) from None
    if not found.is_finite():
        raise ValueError(_("{value} is not a number", value=shown(value)))
    return found


def span(value: Any) -> list[Decimal]:
    """Read the lowest and the highest value that an instrument can show."""
    if not isinstance(value, list) or len(value) != 2:
        raise ValueError(_("{value} is not a lowest and a highest value", value=shown(value)))
    low, high = (figure(entry) for entry in value)
    if low >= high:
        raise ValueError(_("{value}: the first is not below the second", value=shown(value)))
    return [low, high]


def tags(value: Any) -> list[str]:
    """Read the tags of a source."""
    if not isinstance(value, list) or not all(isinstance(entry, str) and entry in TAGS for entry in value):
        raise ValueError(_("{value}: the tags are {names}", value=shown(value), names=", ".join(TAGS)))
    return list(value)


def each(reader: Callable[[Any], str]) -> Callable[[Any], list[str]]:
    """Read a list of which every entry is read alike."""

    def read(value: Any) -> list[str]:
        if not isinstance(value, list):
            raise ValueError(_("{value} is not a list", value=shown(value)))
        return [reader(entry) for entry in value]

    return read


class ById:
    """A table of entries by id, in the order of the file."""

    sourced = False

    def __init__(self, entry: Table) -> None:
        self.entry = entry

    def read(self, value: Any, key: str, reading: Reading) -> dict[str, Any] | None:
        """Return the entries that could be read, noting the problems of the others."""
        if not is_table(value, key, reading):
            return None
        found: dict[str, Any] = {}
        for name, given in value.items():
            where = f"{key}.{name}" if key else name
            if not ID.fullmatch(name):
                reading.report(where, _("{value} is no id: a capital letter, then letters, digits, '-' and '_'",
                                        value=shown(name)))  # fmt: skip
                continue
            entry = self.entry.read(given, where, reading)
            if entry is not None:
                found[name] = entry
        return found
