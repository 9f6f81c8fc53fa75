"""Sentences that a program has stored, told in the language of the reader: of the words that stand beside them.

A row holds the sentence as it was said, in the language of whoever ran the program; the intent that set it holds the
words too. What a person wrote, and what an older release stored, stays as it is.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import Connection, select

from noc_console.desk.rows import Values
from noc_console.i18n import said_again
from noc_console.store.canonical import read
from noc_console.store.journal import BODY, INTENT, KEYS, SAID

#: Where the sentence of a column of the quarantine, and of the outbox, was given: events, and their input.
QUARANTINE: Final = {"text": (("hold",), "text"), "decided_why": (("take", "discard"), "why")}
OUTBOX: Final = {"error": (("defer", "fail", "bounce", "doubt"), "error")}
#: Of messages only those are ours that tell in words what another system has sent as data.
MESSAGES: Final = {"text": (("receive",), "text")}
Columns = Mapping[str, tuple[tuple[str, ...], str]]


def retold(
    connection: Connection, rows: Sequence[Values], columns: Columns, *, root: str = "id", record: str = "id"
) -> tuple[Values, ...]:
    """Return rows with the sentences of these columns in the language in use.

    ``root`` and ``record`` name the columns that hold the root and the record of the intents that set a row.
    """
    told = [row for row in rows if any(row[column] for column in columns)]
    words = _words(connection, {row[root] for row in told}, {row[record] for row in told}, columns)
    return tuple(_row(row, row[record], columns, words) for row in rows) if words else tuple(rows)


def _words(
    connection: Connection, roots: Collection[str], records: Collection[str], columns: Columns
) -> dict[tuple[str, str, str], Any]:
    """Return the words of what was said: by record, input and the sentence as it was said."""
    inputs = {event: name for events, name in columns.values() for event in events}
    wanted, found = sorted(roots), {}
    for start in range(0, len(wanted), KEYS):
        said = (
            select(INTENT.c.record, INTENT.c.event, BODY.c.body)
            .join(BODY, BODY.c.intent_id == INTENT.c.intent_id)
            .where(INTENT.c.root.in_(wanted[start : start + KEYS]), INTENT.c.event.in_(tuple(inputs)))
        )
        for record, event, raw in connection.execute(said):
            body, name = read(raw), inputs[event]
            if record in records and name + SAID in body:
                found[record, name, body[name]] = body[name + SAID]
    return found


def _row(row: Values, record: str, columns: Columns, words: Mapping[tuple[str, str, str], Any]) -> Values:
    told = {
        column: said_again(words.get((record, name, row[column])), row[column])
        for column, (_events, name) in columns.items()
        if row[column]
    }
    return MappingProxyType({**row, **told})
