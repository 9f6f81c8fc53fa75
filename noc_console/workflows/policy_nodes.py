"""What a key of a policy file may hold: the kinds of nodes, and the readers of single values.

A reader takes what TOML gave and returns JSON types in one canonical form, or says in a ValueError what is wrong.
Nodes know no section of the policy: ``policy_schema.py`` names them.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from noc_console.i18n import _
from noc_console.workflows.day_slots import format_slot, parse_slots
from noc_console.workflows.durations import format_duration, parse_duration
from noc_console.workflows.policy_codec import META, instant_text
from noc_console.workflows.policy_values import TAGS

Reader = Callable[[Any], Any]

OPERATOR = "OP"
REMOVED = object()  # what ``key = false`` reads as, so that it is no value of a yes or no
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")


@dataclass(slots=True)
class Reading:
    """One pass over a file: its name, whether every required key must be there, and the problems by dotted key.

    ``excused`` are keys that an earlier pass could not read, so that they are not also called missing.
    """

    name: str
    complete: bool = False
    excused: frozenset[str] = frozenset()
    problems: dict[str, list[str]] = field(default_factory=dict)

    def report(self, key: str, text: str) -> None:
        """Note a problem of a key."""
        self.problems.setdefault(key, []).append(text)

    def parsed(self, reader: Reader, value: Any, key: str) -> Any:
        """Return what the reader makes of a value, or None after noting why not."""
        try:
            return reader(value)
        except ValueError as error:
            self.report(key, str(error))
            return None


class Node(Protocol):
    """What stands under a key; ``sourced`` nodes carry a tag and a source of their own."""

    @property
    def sourced(self) -> bool: ...

    def read(self, value: Any, key: str, reading: Reading) -> Any:
        """Return the canonical value, or None after noting problems."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A single value, or a list that is replaced whole."""

    reader: Reader
    sourced: bool = False

    def read(self, value: Any, key: str, reading: Reading) -> Any:
        return reading.parsed(self.reader, value, key)


@dataclass(frozen=True, slots=True)
class LimitLeaf:
    """A value with tag and source; a bare one is the operator's own, from the file that is read."""

    reader: Reader
    sourced: bool = True

    def read(self, value: Any, key: str, reading: Reading) -> Any:
        given = value if isinstance(value, Mapping) else {"value": value}
        for name in given:
            if name not in ("value", *META):
                reading.report(f"{key}.{name}", unknown_key(name, ("value", "tag", "source")))
        if "value" not in given:
            reading.report(key, _("'value' is missing"))
            return None
        read = reading.parsed(self.reader, given["value"], key)
        meta = read_meta(given, key, reading)
        return None if read is None else {"value": read} | meta


@dataclass(frozen=True, slots=True)
class Table:
    """A table with known keys; where it may carry a tag, plain values in it count as the operator's own."""

    fields: Mapping[str, Node]
    optional: frozenset[str] = frozenset()
    sourced: bool = False

    def read(self, value: Any, key: str, reading: Reading) -> Any:
        if not is_table(value, key, reading):
            return None
        found: dict[str, Any] = {}
        names = (*self.fields, *(META if self.sourced else ()))
        for name, given in value.items():
            node = self.fields.get(name)
            if node is not None:
                put(found, name, node.read(given, dotted(key, name), reading))
            elif name not in names:
                reading.report(dotted(key, name), unknown_key(name, self.fields))
        if reading.complete and self._lacks(found, key, reading):
            return None
        plain = any(not self.fields[name].sourced for name in found)
        if self.sourced and (plain or value.keys() & META):
            found |= read_meta(value, key, reading)
        return found

    def _lacks(self, found: Mapping[str, Any], key: str, reading: Reading) -> bool:
        missing = [name for name in self.fields if name not in found and name not in self.optional]
        blamed = reading.excused | reading.problems.keys()
        told = [name for name in missing if not _is_blamed(dotted(key, name), blamed)]
        if told:
            reading.report(key, _("missing: {keys}", keys=", ".join(told)))
        return bool(missing)


def _is_blamed(key: str, blamed: Collection[str]) -> bool:
    """Tell whether a problem of a key, or of something below it, was told already."""
    return any(other == key or other.startswith((f"{key}.", f"{key}[")) for other in blamed)


@dataclass(frozen=True, slots=True)
class Entries:
    """A table whose keys the operator chooses; ``key = false`` removes one that is shipped."""

    entry: Node
    sourced: bool = False

    def read(self, value: Any, key: str, reading: Reading) -> Any:
        if not is_table(value, key, reading):
            return None
        found: dict[str, Any] = {}
        for name, given in value.items():
            if name in META:
                if not self.sourced:
                    reading.report(dotted(key, name), _("'{name}' cannot be the name of an entry", name=name))
            elif not _CODE.fullmatch(name):
                reading.report(dotted(key, name), _("write a code of letters, digits, '_' and '-', at most 40 long"))
            else:
                entry = REMOVED if given is False else self.entry.read(given, dotted(key, name), reading)
                put(found, name, entry)
                if entry is None and reading.complete:
                    self._suggest(name, value, key, reading)
        if self.sourced and (found or value.keys() & META):
            found |= read_meta(value, key, reading)
        return found

    def _suggest(self, name: str, value: Mapping[str, Any], key: str, reading: Reading) -> None:
        near = closest(name, [other for other in value if other != name and other not in META])
        if near:
            reading.report(dotted(key, name), _("did you mean '{name}'?", name=near))


@dataclass(frozen=True, slots=True)
class Items:
    """A list of entries; it replaces the shipped list whole."""

    item: Node
    sourced: bool = False

    def read(self, value: Any, key: str, reading: Reading) -> Any:
        if not isinstance(value, list):
            reading.report(key, _("{value} is not a list", value=shown(value)))
            return None
        whole = Reading(reading.name, complete=True)
        found = [self.item.read(given, f"{key}[{n}]", whole) for n, given in enumerate(value, start=1)]
        reading.problems |= whole.problems
        return None if whole.problems else found


def put(found: dict[str, Any], name: str, value: Any) -> None:
    """Keep a value that could be read."""
    if value is not None:
        found[name] = value


def dotted(key: str, name: str) -> str:
    """Return the key of a name below a key."""
    return f"{key}.{name}" if key else name


def is_table(value: Any, key: str, reading: Reading) -> bool:
    """Tell whether a value is a table, noting where it is not."""
    if isinstance(value, Mapping):
        return True
    reading.report(key, _("{value} is not a table", value=shown(value)))
    return False


def read_meta(given: Mapping[str, Any], key: str, reading: Reading) -> dict[str, str]:
    """Return tag and source as given; without them the value is the operator's, from this file."""
    tag = reading.parsed(choice(TAGS), given.get("tag", OPERATOR), dotted(key, "tag"))
    source = reading.parsed(text, given.get("source", reading.name), dotted(key, "source"))
    return {"tag": tag or OPERATOR, "source": source or reading.name}


def unknown_key(name: str, known: Collection[str]) -> str:
    """Say that a key is unknown, and which one is nearest."""
    return _("unknown key '{name}'{nearest}", name=name, nearest=nearest(name, known))


def closest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that is nearest, whatever the case, or None where none is near."""
    folded = {entry.casefold(): entry for entry in known}
    near = difflib.get_close_matches(name.casefold(), folded, n=1, cutoff=0.6)
    return folded[near[0]] if near else None


def nearest(name: str, known: Collection[str]) -> str:
    """Return what to try instead, to stand at the end of a message: the nearest name, or all where none is near."""
    near = closest(name, known)
    if near:
        return _("; nearest: {name}", name=near)
    return _("; known: {names}", names=", ".join(known)) if len(known) <= 12 else ""


def shown(value: Any) -> str:
    """Return a value as it may stand in a message."""
    quoted = f"'{value}'" if isinstance(value, str) else str(value)
    return quoted if len(quoted) <= 60 else quoted[:60] + "…"


def text(value: Any) -> str:
    """Read a text that may be empty."""
    if not isinstance(value, str):
        raise ValueError(_("{value} is not a text", value=shown(value)))
    return value


def filled(value: Any) -> str:
    """Read a text that says something."""
    if not text(value).strip():
        raise ValueError(_("the text is empty"))
    return str(value).strip()


def boolean(value: Any) -> bool:
    """Read true or false."""
    if not isinstance(value, bool):
        raise ValueError(_("{value} is neither true nor false", value=shown(value)))
    return value


def integer(least: int, most: int) -> Reader:
    """Read a whole number within bounds."""

    def read(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            wanted = _("a whole number from {least} to {most}", least=least, most=most)
            raise ValueError(_("{value} is not {wanted}", value=shown(value), wanted=wanted))
        return value

    return read


def duration(least: int = 1) -> Reader:
    """Read a duration of at least so many seconds."""

    def read(value: Any) -> str:
        if not isinstance(value, str):
            raise ValueError(_("{value} is not a duration: write 90s, 30m, 4h, 5d or 1h30m", value=shown(value)))
        seconds = parse_duration(value)
        if seconds < least:
            raise ValueError(_("{value} is too short", value=shown(value)))
        return format_duration(seconds)

    return read


def choice(known: Collection[str]) -> Reader:
    """Read one of the known words."""

    def read(value: Any) -> str:
        if not isinstance(value, str) or value not in known:
            help_text = nearest(str(value), known)
            raise ValueError(_("{value} is not known{nearest}", value=shown(value), nearest=help_text))
        return value

    return read


def list_of(item: Reader, *, least: int = 0) -> Reader:
    """Read a list without repetitions."""

    def read(value: Any) -> list[Any]:
        if not isinstance(value, list):
            raise ValueError(_("{value} is not a list", value=shown(value)))
        found, wrong = [], []
        for entry in value:
            try:
                found.append(item(entry))
            except ValueError as error:
                wrong.append(str(error))
        twice = dict.fromkeys(entry for entry in found if found.count(entry) > 1)
        wrong += [_("{value} stands there twice", value=shown(entry)) for entry in twice]
        if wrong:
            raise ValueError("; ".join(wrong))
        if len(found) < least:
            raise ValueError(_("the list is empty"))
        return found

    return read


def slots(value: Any) -> list[str]:
    """Read the slots of a day."""
    texts: Sequence[str] = list_of(text)(value)
    return [format_slot(slot) for slot in parse_slots(texts)]


def zone(value: Any) -> str:
    """Read the name of a time zone of the IANA list."""
    name = filled(value)
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        near = nearest(name, available_timezones())
        raise ValueError(_("{value} is not a time zone{nearest}", value=shown(name), nearest=near)) from None
    return name


def day(value: Any) -> str:
    """Read a date."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    try:
        return date.fromisoformat(text(value)).isoformat()
    except ValueError:
        raise ValueError(_("{value} is not a date: write 2026-10-01", value=shown(value))) from None


def instant(value: Any) -> str:
    """Read an instant with its offset, as UTC."""
    wrong = _("{value} is not an instant with offset: write 2026-10-01T00:00:00+08:00", value=shown(value))
    if not isinstance(value, datetime):
        try:
            value = datetime.fromisoformat(text(value))
        except ValueError:
            raise ValueError(wrong) from None
    if value.tzinfo is None:
        raise ValueError(wrong)
    return instant_text(value)
