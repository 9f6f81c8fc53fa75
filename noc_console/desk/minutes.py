"""The minutes of one sitting: what was granted becomes effects, rows and searchable words, and at last the journal.

It must not judge. Many entries are written down a stage at a time, not each through all stages: the processor then has
the code of a stage at hand, which makes a bulk import by a twentieth faster.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from noc_console.clock import to_ms
from noc_console.desk.wording import worded
from noc_console.i18n import Said, words_of
from noc_console.store import search
from noc_console.store.apply import Writer
from noc_console.store.canonical import plain
from noc_console.store.journal import SAID, Intent, Judged, append, hub_state
from noc_console.store.tables import blank
from noc_console.store.texts import text_of_intent
from noc_console.workflows.machine import Add, Facts, Ref, Set

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from noc_console.desk.act import Wish
    from noc_console.desk.desk import Desk


#: Equal to nothing that a column may hold.
_UNKNOWN: Final = object()


class Entry(NamedTuple):
    """A wish with its verdict: ``values`` of its record in ``table`` and the side ``rows`` that come of it."""

    table: str
    event: str
    facts: Facts
    wish: Wish
    values: Mapping[str, Any]
    rows: tuple[Add | Set, ...]
    via: str
    verdict: str = "applied"
    reason: str = ""


class Minutes:
    """What one transaction has entered, and how much of it stands in the tables already."""

    def __init__(self, desk: Desk, connection: Connection) -> None:
        self._desk = desk
        self._connection = connection
        self._writer = Writer(connection)
        self._code = ""
        self._number = 0
        self._open: list[Entry] = []
        self._judged: list[Judged] = []
        self._texts: list[tuple[int, str, str]] = []

    def __len__(self) -> int:
        """Return the number of entries."""
        return len(self._judged) + len(self._open)

    def reference(self) -> dict[str, Any]:
        """Return the columns of the next reference that people use."""
        if not self._code:
            hub = hub_state(self._connection, lock=True)
            self._code, self._number = hub.code, hub.last_number
        self._number += 1
        return {"number": self._number, "ref": f"{self._code}-{self._number}"}

    def enter(self, entry: Entry) -> None:
        """Note an entry; its rows are written by ``settle``."""
        self._open.append(entry)

    def settle(self) -> None:
        """Write the rows of every entry: whoever reads what one of them may have changed calls this first."""
        if not self._open:
            return
        entries = self._open
        told = [worded(entry.facts, entry.rows, entry.wish.inputs, entry.values) for entry in entries]
        effects = [_effects(entry, rows) for entry, (rows, _words) in zip(entries, told, strict=True)]
        bodies = [_body(entry.wish.inputs, words) for entry, (_rows, words) in zip(entries, told, strict=True)]
        roots = [_root_of(entry.facts, done) for entry, done in zip(entries, effects, strict=True)]
        for root, done, body in zip(roots, effects, bodies, strict=True):
            self._writer.apply(root, done, body)
        self._writer.flush()
        first = len(self._judged)
        texts = [
            text_of_intent(entry.wish.kind, entry.event, body) for entry, body in zip(entries, bodies, strict=True)
        ]
        self._texts += [(first + n, entries[n].facts.record_id, text) for n, text in enumerate(texts) if text]
        self._judged += map(self._judged_of, entries, roots, effects, bodies)
        self._open = []  # last: what could not be written must not be missing in a journal that is

    def _judged_of(self, entry: Entry, root: str, effects: list[Any], body: dict[str, Any]) -> Judged:
        facts, wish = entry.facts, entry.wish
        intent = Intent(
            intent_id=wish.intent_id,
            kind=wish.kind,
            record=facts.record_id,
            root=root,
            event=entry.event,
            inputs=body,
            actor=facts.actor.name,
            via=entry.via,
            submitted_by=self._desk.submitter,
            occurred_ms=to_ms(facts.at),
            seen={"state": facts.record.get("state", ""), **plain(wish.seen or {})},
        )
        return Judged(intent, entry.verdict, effects, entry.reason)

    def record(self, rules_version: str, confirmed_ms: int) -> None:
        """Write the journal, and make its texts findable: the last act of a transaction."""
        self.settle()
        if not self._judged:
            return
        places = append(
            self._connection,
            self._judged,
            rules_version=rules_version,
            confirmer=self._desk.actor.name,
            confirmed_ms=confirmed_ms,
            number=self._number,
        )
        dialect = self._connection.dialect.name
        rows = [search.row_of(dialect, places[n], record, text) for n, record, text in self._texts]
        search.index(self._connection, [row for row in rows if row])


def _root_of(facts: Facts, effects: Sequence[Any]) -> str:
    """Return the record that owns the rows of an act: the ticket of an outbox item, else the record itself."""
    main: Mapping[str, Any] = next((values for _verb, _table, key, values in effects if key == facts.record_id), {})
    return str(facts.record.get("record") or main.get("record") or facts.record_id)


def _body(inputs: Mapping[str, Any], words: Mapping[str, Any]) -> dict[str, Any]:
    """Return inputs as the journal keeps them: beside a sentence of ours its words, for readers of other languages."""
    given = {name: value for name, value in {**inputs, **words}.items() if value is not None}
    sentences = [(name, value) for name, value in given.items() if isinstance(value, Said)]
    given |= {f"{name}{SAID}": said for name, value in sentences if (said := words_of(value))}
    body: dict[str, Any] = plain(given)
    return body


def _effects(entry: Entry, rows: tuple[Add | Set, ...]) -> list[Any]:
    """Return what an entry does to its record and to side rows, as data."""
    is_new = not entry.facts.record
    main = [_effect(entry.table, entry.facts.record_id, entry.values, is_new=is_new)] if entry.values else []
    return main + [_effect(row.table, row.id, row.values, is_new=isinstance(row, Add)) for row in rows]


def _effect(name: str, row_id: str, values: Mapping[str, Any], *, is_new: bool) -> list[Any]:
    """Return an effect as data; what a new row has anyway is not said, so a column keeps its default for ever."""
    data: dict[str, Any] = {}
    has = blank(name) if is_new else {}
    for column, value in values.items():
        said = {"$": value.path} if type(value) is Ref else plain(value)
        if said != has.get(column, _UNKNOWN):
            data[column] = said
    return ["add" if is_new else "set", name, row_id, data]
