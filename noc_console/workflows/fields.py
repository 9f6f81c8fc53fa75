"""Typed inputs of events: the one description from which form, option, schema and validation come.

It must not know events, machines or where a value is typed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

Inputs = Mapping[str, Any]


class Kind(StrEnum):
    """What a field holds, and the Python value that stands for it in ``Inputs``."""

    TEXT = "text"  # str, one line
    PROSE = "prose"  # str, several lines
    CHOICE = "choice"  # str, one of the options
    NUMBER = "number"  # int
    INSTANT = "instant"  # aware datetime
    DURATION = "duration"  # int, seconds
    REFERENCE = "reference"  # str, record id of a ticket (people type its ref)
    PERSON = "person"  # str, name of an engineer
    YESNO = "yesno"  # bool
    FILE = "file"  # mapping {name, type, size, sha256}


@dataclass(frozen=True, slots=True)
class Field:
    """One input of an event; ``label`` and ``help`` are English msgids.

    ``choices`` are fixed options; ``options_from`` names a policy table instead (for example ``wait_reasons``).
    ``many`` makes the value a tuple. ``past`` refuses an instant later than now, because what a person reports
    has happened; ``ahead`` reads a time of day as the next such moment. ``pii`` marks personal data, which never
    stands in an effect. A field that is not ``asked`` is filled by intake or by the desk: forms leave it out. What is
    ``told`` is said to the customer as it stands, so its wording is looked at (R55 to R57). ``given_by`` names another
    input that gives a required one where it is left out: where it did not, a guard says why.
    """

    name: str
    kind: Kind
    label: str
    help: str = ""
    required: bool = False
    default: Any = None
    pii: bool = False
    choices: tuple[str, ...] = ()
    options_from: str = ""
    many: bool = False
    past: bool = False
    ahead: bool = False
    unit: str = ""
    max_length: int = 20_000
    minimum: int | None = None
    maximum: int | None = None
    asked: bool = True
    told: bool = False
    given_by: str = ""
