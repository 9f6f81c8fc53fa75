"""Reads values out of what commands printed, for the steps that ask for them. Pure; what it cannot read it leaves."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

_LOSS: Final = re.compile(r"(\d{1,3}(?:[.,]\d+)?)\s?%\s?(?:packet loss|loss|丢失|packets? lost)", re.IGNORECASE)
#: min/avg/max of Linux, macOS and BusyBox; the average of Windows in both languages.
_ROUND_TRIP: Final = re.compile(r"=\s?[\d.]+/([\d.]+)/[\d.]+(?:/[\d.]+)?\s?ms")
_AVERAGE: Final = re.compile(r"(?:Average|平均)\s?=\s?(\d+)\s?ms")


def ping(printed: str) -> dict[str, str]:
    """Return loss in % and mean round trip in ms, as far as they are told."""
    found: dict[str, str] = {}
    if loss := _LOSS.search(printed):
        found["%"] = loss[1]
    if mean := _ROUND_TRIP.search(printed) or _AVERAGE.search(printed):
        found["ms"] = mean[1]
    return found


READERS: Final[Mapping[str, Callable[[str], dict[str, str]]]] = {"ping": ping}


def value_for(reader: str, printed: str, unit: str) -> str:
    """Return the value that a step asks for with its unit, empty where the output does not tell it."""
    read = READERS.get(reader)
    figure = read(printed).get(unit, "") if read else ""
    return f"{figure} {unit}" if figure else ""
