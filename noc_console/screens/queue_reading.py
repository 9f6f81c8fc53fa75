"""What the queue reads for its table, and what an empty one says. It must not know widgets' state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noc_console.desk import ticket
from noc_console.desk.desk import Desk
from noc_console.desk.filter import Query
from noc_console.desk.ticket import TicketLine
from noc_console.i18n import _
from noc_console.screens.widgets.held_rows import Window
from noc_console.screens.widgets.record_messages import NeedRows

if TYPE_CHECKING:
    from noc_console.desk.ticket_view import TicketView


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


def read_ticket(desk: Desk, record: str) -> TicketView:
    """Read the ticket under the cursor; off the screen's thread."""
    # imported beside the screen: the list stands before anything is known of one ticket
    from noc_console.desk.ticket_view import show

    return show(desk, record)


def first_run_lines(key: str) -> list[str]:
    """Say in three lines how the first ticket gets here; ``key`` registers one."""
    return [
        _("{key}             register the first ticket", key=key),
        _("noc intake    feed a mailbox: noc intake email FILE; --help lists the rest"),
        _("noc demo      load a training day into a store of its own"),
    ]
