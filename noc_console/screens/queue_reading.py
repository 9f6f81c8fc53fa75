"""What the queue reads for its table, and what an empty one says. It must not know widgets' state."""

from __future__ import annotations

from noc_console.desk import ticket
from noc_console.desk.desk import Desk
from noc_console.desk.filter import Query
from noc_console.desk.ticket import TicketLine
from noc_console.i18n import _
from noc_console.screens.widgets.held_rows import Window
from noc_console.screens.widgets.record_messages import NeedRows


def read_window(desk: Desk, query: Query, ask: NeedRows) -> Window[TicketLine]:
    """Read the rows that a table asks for; off the screen's thread."""
    if ask.around is None:
        page = ticket.page(desk, query, limit=ask.limit, after=ask.after, before=ask.before, from_end=ask.from_end)
        return Window(page.rows, page.at_start, page.at_end)
    above = ticket.page(desk, query, limit=ask.limit, before=ask.around)
    last = above.rows[-1].id if above.rows else None
    # one more for the record itself
    below = ticket.page(desk, query, limit=ask.limit + 1, after=last)
    return Window(above.rows + below.rows, above.at_start, below.at_end)


def first_run_lines(key: str) -> list[str]:
    """Say in three lines how the first ticket gets here; ``key`` registers one."""
    return [
        _("{key}             register the first ticket", key=key),
        _("noc intake    feed a mailbox or alarms: noc intake email FILE, noc intake alertmanager FILE"),
        _("noc demo      load a training day into a store of its own"),
    ]
