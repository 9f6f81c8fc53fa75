"""Reads a measured value with its unit as people type it, or as a device printed it; nothing is ever converted.

``-31.2 dBm``, ``-27,5 dBm``, ``Rx power (dBm): -27.5``. Pure: no step, no tree, no store.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Final

from noc_console.workflows.machine import Reason
from noc_console.workflows.units import UNITS

#: A pasted line is read, a pasted page is evidence.
MAX_TEXT: Final = 500
#: Units of numbers that have none: counted, or one figure by another.
BARE: Final = frozenset({"count", "ratio", "BER", "factor"})
_DASHES: Final = str.maketrans(dict.fromkeys("‐‑‒–—−﹣－", "-"))
_FIGURE: Final = re.compile(r"(?<![\w.,/])(?:[-+]\s?|(?<!\d\s))\d++(?:[.,]\d+)*+(?:[eE][-+]?\d{1,3}+)?(?!/\d)")
#: A ratio is written ``2.3:1`` too.
_TO_ONE: Final = re.compile(r"\s?:\s?1$")
#: Other spellings of a unit, as people and devices write them.
_ALIASES: Final = {
    "dBm": ("dbm", "DBM", "Dbm", "DBm"), "dB": ("db", "DB"), "dBmV": ("dbmv",), "%": ("percent", "pct"),
    "µs": ("us", "usec", "微秒"), "ms": ("msec", "millisecond", "milliseconds", "毫秒"), "ns": ("纳秒",),
    "s": ("sec", "secs", "second", "seconds", "秒"), "min": ("mins", "minute", "minutes", "分钟"),
    "h": ("hour", "hours", "小时"), "d": ("day", "days", "天"),
    "V": ("volt", "volts", "伏"), "mV": ("毫伏",), "A": ("安",), "W": ("瓦",), "Ω": ("ohm", "ohms", "欧"),
    "MΩ": ("Mohm", "兆欧"), "°C": ("degC", "摄氏度"), "°": ("deg", "度"), "m": ("米",), "km": ("公里", "千米"),
    "mm": ("毫米",), "kbit/s": ("kbps", "Kbps", "kb/s"), "Mbit/s": ("Mbps", "mbps", "Mb/s"),
    "Gbit/s": ("Gbps", "gbps", "Gb/s"), "packet/s": ("pps", "packets/s"), "bytes": ("byte", "B", "字节"),
    "Hz": ("hz", "HZ"), "kHz": ("khz", "KHz"), "MHz": ("Mhz",), "GHz": ("Ghz", "ghz"), "ppm": ("PPM",),
    "ppb": ("PPB",), "count": ("times", "pcs", "个", "次", "条", "路"), "ratio": ("倍",), "factor": (), "BER": ("ber",),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Measured:
    """A value as it was read: exact, in the unit that was asked for."""

    value: Decimal
    unit: str


def read(text: str, unit: str, plausible: tuple[Decimal, Decimal] | None = None) -> Measured | Reason:
    """Return the value in ``unit`` that a text says, or why not: no unit, another one, several values, implausible."""
    said = _plain(text[:MAX_TEXT])
    found = {value for value, named in _pairs(said) if named == unit}
    bare = _TO_ONE.sub("", said) if unit == "ratio" else said
    if not found and unit in BARE and _FIGURE.fullmatch(bare):
        found = {bare}
    if not found:
        return _without(said, unit)
    values: set[Decimal] = set()
    for figure in found:
        value = _decimal(figure)
        if value is None:
            return Reason("value_ambiguous", {"value": figure, "unit": unit})
        values.add(value)
    if len(values) > 1:
        return Reason("value_several", {"values": ", ".join(sorted(found)), "unit": unit})
    return _within(values.pop(), unit, plausible)


def _plain(text: str) -> str:
    """Return a text in which every minus is one, and wide characters are the usual ones."""
    return " ".join(unicodedata.normalize("NFKC", text.translate(_DASHES)).translate(_DASHES).split())


def _within(value: Decimal, unit: str, plausible: tuple[Decimal, Decimal] | None) -> Measured | Reason:
    low, high = plausible or UNITS[unit]
    if not low <= value <= high:
        shown = {"value": figure_of(value), "unit": unit, "low": figure_of(low), "high": figure_of(high)}
        return Reason("value_implausible", shown)
    return Measured(value, unit)


def _without(said: str, unit: str) -> Reason:
    other = next((named for _value, named in _pairs(said)), None)
    if other:
        return Reason("value_other_unit", {"unit": unit, "other": other})
    if not _FIGURE.search(said):
        return Reason("value_unreadable", {"unit": unit})
    stranger = re.match(rf"{_FIGURE.pattern}\s*([^\d\s.,:;()]{{1,12}})$", said)
    if stranger:
        return Reason("value_other_unit", {"unit": unit, "other": stranger[1]})
    return Reason("value_unit_missing", {"unit": unit})


def _pairs(said: str) -> Iterator[tuple[str, str]]:
    """Yield every number that stands at a unit: the unit behind it, or before it as in ``Rx power(dBm): -27.5``."""
    units = _units()
    name = "|".join(re.escape(spelling) for spelling in sorted(units, key=len, reverse=True))
    behind = re.compile(rf"({_FIGURE.pattern})\s?({name})(?![A-Za-z/°µμ%])")
    before = re.compile(
        rf"[(\[\s]({name})[)\]]?\s?[:=|]?\s?({_FIGURE.pattern})(?!\s?(?:{name})(?![A-Za-z/]))(?![\w.,])"
    )
    taken: list[tuple[int, int]] = []
    for match in behind.finditer(said):
        taken.append(match.span())
        yield match[1].replace(" ", ""), units[match[2]]
    for match in before.finditer(f" {said}"):
        begin, end = match.start(2) - 1, match.end(2) - 1
        if not any(start <= begin and end <= stop for start, stop in taken):
            yield match[2].replace(" ", ""), units[match[1]]


@cache
def _units() -> dict[str, str]:
    """Return spelling -> unit; what could be two units is none."""
    found: dict[str, str] = {}
    for unit in UNITS:
        for spelling in (unit, *_ALIASES.get(unit, ())):
            found[unicodedata.normalize("NFKC", spelling)] = unit
    return found


def _decimal(figure: str) -> Decimal | None:
    """Read a number; a comma is the decimal point, unless it could as well separate thousands."""
    commas, points = figure.count(","), figure.count(".")
    if commas and points:
        last = max(figure.rfind(","), figure.rfind("."))
        whole, rest = figure[:last].replace(",", "").replace(".", ""), figure[last + 1 :]
        figure = f"{whole}.{rest}"
    elif commas > 1 or points > 1:
        mark = "," if commas else "."
        parts = figure.lstrip("+-").split(mark)
        if any(len(part) != 3 for part in parts[1:]) or len(parts[0]) > 3:
            return None
        figure = figure.replace(mark, "")
    elif commas:
        whole, _comma, rest = figure.lstrip("+-").partition(",")
        if len(rest) == 3 and 0 < len(whole) <= 3 and whole != "0":
            return None
        figure = figure.replace(",", ".")
    try:
        value = Decimal(figure)
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def figure_of(value: Decimal) -> str:
    """Return a number as people write it: no exponent, no empty decimals."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
