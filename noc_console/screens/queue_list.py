"""The list of the queue: the filter in force, the rows and the count that it finds, and what the header says of it.

It reads pages through the desk in workers and holds no rows of its own. It must not know what can be done to a ticket.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from textual import on
from textual.content import Content

from noc_console.desk import filter as filters
from noc_console.desk import ticket
from noc_console.desk.filter import Query
from noc_console.desk.ticket import Count, TicketLine
from noc_console.errors import NocError, UsageError
from noc_console.i18n import _, ngettext
from noc_console.screens import background
from noc_console.screens.base import NocScreen
from noc_console.screens.queue_reading import first_run_lines, read_window
from noc_console.screens.refusals import told
from noc_console.screens.widgets.bar import Bar, Item
from noc_console.screens.widgets.due import shows_seconds
from noc_console.screens.widgets.filter_bar import FilterBar
from noc_console.screens.widgets.hanging import Hanging
from noc_console.screens.widgets.held_rows import Window
from noc_console.screens.widgets.record_messages import Arrivals, NeedRows
from noc_console.screens.widgets.record_table import RecordTable

if TYPE_CHECKING:
    from noc_console.screens.type_ahead import Hold

#: What the queue shows where nobody asked for anything else.
DEFAULT_FILTER = "state:open !is:snoozed"
#: A list that could not be read is asked for again after so long.
RETRY_S = 5.0


class QueueList(NocScreen):
    """A screen with a filter and the list of what it finds; ``QueueScreen`` adds what is done with a ticket."""

    DEFAULT_CSS = """
    QueueList #status { background: $surface; }
    QueueList #trouble { display: none; height: auto; max-height: 8; padding: 0 1; color: $text-error; }
    QueueList.-trouble #trouble { display: block; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._query = Query()
        self._view = ""
        self._count: Count | None = None
        self._arrivals = 0
        self._hold: Hold | None = None

    @property
    def table(self) -> RecordTable[TicketLine]:
        """Return the list."""
        return self.query_one("#tickets", RecordTable)

    @property
    def _usual(self) -> bool:
        return self._query == filters.parse(DEFAULT_FILTER)

    @property
    def filter_text(self) -> str:
        """Return the filter in force, as it was written."""
        return self._query.text

    # Reading

    @on(NeedRows)
    def _need_rows(self, message: NeedRows) -> None:
        message.stop()
        table = message.table
        background.ask(
            self,
            partial(read_window, self.desk, self._query, message),
            partial(self._put, table, message.request_id),
            partial(self._not_read, table, message.request_id),
        )

    def _keys_wait_for_rows(self) -> None:
        """Have the keys wait until it is known again which ticket is under the cursor."""
        if self._hold is None and self.table.asking:
            self._hold = self.app.hold_keys()

    def _rows_came(self) -> None:
        if self._hold is not None:
            self._hold.release()
            self._hold = None

    def _put(self, table: RecordTable[TicketLine], request_id: int, window: Window[TicketLine]) -> None:
        self.remove_class("-trouble")
        for line in window.rows:
            self.app.seen.note(line.id, line.row_version)
        table.put_window(window, request_id)
        if not table.asking:
            self._rows_came()
        if not window.rows and window.at_start and window.at_end:
            self._say_empty()
        if self._count is None:
            self._read_count()
        self.show_footer()

    def _not_read(self, table: RecordTable[TicketLine], request_id: int, error: NocError) -> None:
        table.put_failed(request_id)
        self._rows_came()
        lines = [_("The queue could not be read; what stands below may be old."), told(error)]
        self.query_one("#trouble", Hanging).update(Content("\n".join(lines)))
        self.add_class("-trouble")
        self.set_timer(RETRY_S, table.reload)

    def _read_count(self) -> None:
        read = partial(ticket.count, self.desk, self._query)
        background.read(self, "count", read, self._counted, lambda _error: None)

    def _counted(self, count: Count) -> None:
        self._count = count
        self.table.set_total(count.number, count.capped)
        self.show_status()

    def _say_empty(self) -> None:
        if not self._usual:
            self.table.set_empty([_("Nothing matches {filter}.", filter=self._query.text), _("Esc clears the filter.")])
            return
        ever = partial(ticket.count, self.desk, filters.parse("state:all"), cap=1)
        background.read(self, "ever", ever, self._say_first_run, lambda _error: None)

    def _say_first_run(self, ever: Count) -> None:
        if ever.number:
            self.table.set_empty([_("No open ticket."), _("/ state:all shows the closed ones.")])
            return
        self.table.set_empty(first_run_lines(self.key_item("queue.new").key))

    def tick(self, minute: bool) -> None:
        """Let visible clocks move: every minute, and every second while one of them counts seconds."""
        super().tick(minute)
        now = self.desk.now()
        if minute or any(shows_seconds(line, now) for line in self.table.visible_rows):
            self.table.tick(now)

    # Filter and views

    def action_filter(self) -> None:
        """Open the filter bar."""
        self.query_one(FilterBar).open(self._query.text)

    @on(FilterBar.Applied)
    def _filter_applied(self, message: FilterBar.Applied) -> None:
        bar = self.query_one(FilterBar)
        try:
            self._set_query(message.text or DEFAULT_FILTER, "")
        except UsageError as error:
            bar.complain(str(error))
            return
        bar.close()
        self.table.focus()

    @on(FilterBar.Closed)
    def _filter_closed(self) -> None:
        self.table.focus()

    def use_view(self, name: str, text: str) -> None:
        """Apply a named view; a view that cannot be read says so."""
        try:
            self._set_query(text, name)
        except UsageError as error:
            self.app.tell(error)

    def _set_query(self, text: str, view: str) -> None:
        self._query, self._view = filters.parse(text), view
        self._count, self._arrivals = None, 0
        self.table.restart()
        self._keys_wait_for_rows()
        self.show_status()

    def action_views(self) -> None:
        """Open the named views."""
        from noc_console.screens.views import ViewsDialog

        self.app.push_screen(ViewsDialog(self.desk, self._query.text), self._view_chosen)

    def _view_chosen(self, chosen: tuple[str, str] | None) -> None:
        if chosen is not None:
            self.use_view(*chosen)

    @on(Arrivals)
    def _arrived(self, message: Arrivals) -> None:
        self._arrivals = message.count
        self.show_status()

    # Header

    def show_status(self) -> None:
        """Say view, filter, count, marks and what waits behind the marks."""
        left = [Item(_("view: {name}", name=self._view))] if self._view else []
        left.append(Item(_("filter: {text}", text=self._query.text), action="filter"))
        right = []
        if self._arrivals:
            right.append(Item(_("{n} new wait behind the marks", n=self._arrivals), strong=True))
        if self.table.marks:
            right.append(Item(ngettext("{n} marked", "{n} marked", len(self.table.marks)), strong=True))
        if self._count is not None:
            right.append(Item(f"{self._count.number}+" if self._count.capped else str(self._count.number)))
        self.query_one("#status", Bar).show(left, right)
