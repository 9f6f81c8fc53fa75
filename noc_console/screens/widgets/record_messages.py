"""What a record table says to its owner; handlers are called ``on_record_table_<name>``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.message import Message

from noc_console.screens.widgets.row_reader import Question

if TYPE_CHECKING:
    from noc_console.screens.widgets.record_table import RecordTable


class TableMessage(Message):
    """Something that a table says; ``@on`` can select by the table."""

    def __init__(self, table: RecordTable[Any]) -> None:
        super().__init__()
        self.table = table

    @property
    def control(self) -> RecordTable[Any]:
        """Return the table."""
        return self.table


class NeedRows(TableMessage, namespace="record_table"):
    """Read the rows of a question and answer with ``put_window`` (or ``put_failed``) and its ``request_id``."""

    def __init__(self, table: RecordTable[Any], question: Question) -> None:
        super().__init__(table)
        self.request_id = question.request_id
        self.limit = question.limit
        self.after = question.after
        self.before = question.before
        self.around = question.around
        self.from_end = question.from_end


class Highlighted(TableMessage, namespace="record_table"):
    """The cursor is on another record, or on none; of a burst only the last need arrive."""

    def __init__(self, table: RecordTable[Any], key: str | None) -> None:
        super().__init__(table)
        self.key = key

    def can_replace(self, message: Message) -> bool:
        """Let this one take the place of an older one that was not handled yet."""
        return isinstance(message, Highlighted) and message.table is self.table


class Opened(TableMessage, namespace="record_table"):
    """Somebody wants to see this record."""

    def __init__(self, table: RecordTable[Any], key: str) -> None:
        super().__init__(table)
        self.key = key


class MarksChanged(TableMessage, namespace="record_table"):
    """So many records are marked now; ``idle`` says that they were dropped because nobody was at the table."""

    def __init__(self, table: RecordTable[Any], count: int, *, idle: bool = False) -> None:
        super().__init__(table)
        self.count = count
        self.idle = idle


class Arrivals(TableMessage, namespace="record_table"):
    """So many records are held back until the marks are gone."""

    def __init__(self, table: RecordTable[Any], count: int) -> None:
        super().__init__(table)
        self.count = count


class CursorRecordLeft(TableMessage, namespace="record_table"):
    """The record under the cursor left the list; the cursor is on its neighbour ``key`` now, or on none yet."""

    def __init__(self, table: RecordTable[Any], gone: str, key: str | None) -> None:
        super().__init__(table)
        self.gone = gone
        self.key = key
