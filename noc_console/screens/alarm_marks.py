"""How a list and a title mark tickets of alarms: proposed clear, flapping, how many. It must not read anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import TYPE_CHECKING, Any

from noc_console.i18n import _, ngettext

if TYPE_CHECKING:
    from noc_console.desk.ticket import TicketLine

#: States in which the service is back already, so that a clear proposes nothing any more.
_BACK = frozenset({"restored", "feedback_given", "closed"})


@dataclass(frozen=True, slots=True)
class AlarmFacts:
    """What a line or a row knows of the alarms of its ticket."""

    open: bool
    state: str
    alarms: int
    alarm_reports: int
    cleared_at: datetime | None
    flapping_until: datetime | None


def of_row(row: Mapping[str, Any]) -> AlarmFacts:
    """Return what a ticket's row knows of its alarms."""
    return AlarmFacts(**{field.name: row[field.name] for field in fields(AlarmFacts)})


def alarm_marks(row: TicketLine | AlarmFacts, now: datetime) -> list[str]:
    """Return what must be seen at once of a ticket's alarms, the most pressing first; nothing for other tickets."""
    if not row.alarms or not row.open:
        return []
    marks = []
    if row.cleared_at is not None and row.state not in _BACK:
        marks.append(_("alarm clear"))
    if row.flapping_until is not None and row.flapping_until > now:
        marks.append(_("flapping"))
    if row.alarms > 1:
        marks.append(ngettext("{n} alarm", "{n} alarms", row.alarms))
    elif row.alarm_reports > 1:
        marks.append(f"×{row.alarm_reports}")
    return marks
