"""How a clock reads on a line: which clock, how long, and a word where it is late or paused.

Minutes are enough until the last one, so that nothing on the screen moves without need. It computes no deadline.
"""

from __future__ import annotations

from datetime import datetime

from noc_console.desk.ticket import TicketLine
from noc_console.i18n import _
from noc_console.screens.widgets.record_columns import Cell
from noc_console.workflows.labels import label

_MINUTE = 60
_DAY = 86_400
#: A clock with less left than this is marked.
SOON_S = 15 * _MINUTE


def span(seconds: int, *, whole_days: bool = True) -> str:
    """Write a length of time to the minute: ``45 s``, ``04:41``, ``3d 04h``.

    Without ``whole_days`` never in days: a day of business hours has fewer than 24.
    """
    if seconds < _MINUTE:
        return _("{seconds} s", seconds=seconds)
    days, rest = divmod(seconds, _DAY) if whole_days else (0, seconds)
    if days:
        return _("{days}d {hours:02d}h", days=days, hours=rest // 3600)
    return f"{rest // 3600:02d}:{rest % 3600 // _MINUTE:02d}"


def left_s(due: datetime, now: datetime) -> int:
    """Return whole seconds until an instant, negative after it."""
    return int((due - now).total_seconds() // 1)


def due_cell(line: TicketLine, now: datetime) -> Cell:
    """Return the next clock of a ticket: ``restore 00:41 late``, ``news 00:12``, ``paused``."""
    if line.paused and line.next_due is None:
        return Cell(_("paused"), "paused")
    if line.next_due is None or line.next_clock is None:
        return Cell("-", "muted")
    left = left_s(line.next_due, now)
    name = label(line.next_clock)
    if left < 0:
        return Cell(_("{clock} {span} late", clock=name, span=span(-left)), "late")
    return Cell(f"{name} {span(left)}", "warning" if left < SOON_S else "plain")


def shows_seconds(line: TicketLine, now: datetime) -> bool:
    """Tell whether the clock of a line is in a minute that is counted in seconds."""
    return line.next_due is not None and abs(left_s(line.next_due, now)) < _MINUTE
