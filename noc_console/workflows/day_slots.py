"""Slots of a day, ``09:00-12:00``, as minutes after midnight.

It must not know zones, weekdays or holidays: calendars do.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from noc_console.i18n import _

Slot = tuple[int, int]

_FORM = re.compile(r"([0-9]{2}):([0-9]{2})\s*-\s*([0-9]{2}):([0-9]{2})")
_DAY = 24 * 60


def parse_slot(text: str) -> Slot:
    """Return start and end in minutes of ``HH:MM-HH:MM`` (24:00 allowed as the end); ValueError says what is wrong."""
    match = _FORM.fullmatch(text.strip())
    if match is None:
        raise ValueError(_("'{text}' is not a time slot: write HH:MM-HH:MM", text=text[:40]))
    hours_from, minutes_from, hours_to, minutes_to = (int(part) for part in match.groups())
    start, end = hours_from * 60 + minutes_from, hours_to * 60 + minutes_to
    if minutes_from > 59 or minutes_to > 59 or start >= _DAY or end > _DAY:
        raise ValueError(_("'{text}' has a time that no day has", text=text))
    if start >= end:
        raise ValueError(_("'{text}' ends before it starts: write two slots around midnight", text=text))
    return start, end


def parse_slots(texts: Sequence[str]) -> tuple[Slot, ...]:
    """Return the slots of one day in order; ValueError also where two of them overlap."""
    slots = sorted(parse_slot(text) for text in texts)
    for earlier, later in pairwise(slots):
        if later[0] < earlier[1]:
            raise ValueError(_("{one} and {other} overlap", one=format_slot(earlier), other=format_slot(later)))
    return tuple(slots)


def format_slot(slot: Slot) -> str:
    """Write a slot the way ``parse_slot`` reads it."""
    start, end = slot
    return f"{start // 60:02}:{start % 60:02}-{end // 60:02}:{end % 60:02}"
