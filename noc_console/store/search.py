"""Full-text search: words cut here, one character a word for Chinese, Japanese and Korean, found as phrases.

One row per intent that carries text, numbered by its place in the journal, so newest first is the natural order.
FTS5 on SQLite, tsvector ``simple`` on PostgreSQL. It must not know who asks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, text

#: Words indexed of one intent; a megabyte of pasted log is found by its beginning.
MAX_WORDS = 4_000
MAX_WORD = 64
_CJK = "\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
_WORD = re.compile(f"[{_CJK}]|[^\\W_{_CJK}]+")

CREATE = {
    "sqlite": (
        "CREATE VIRTUAL TABLE IF NOT EXISTS search USING fts5("
        'words, record UNINDEXED, tokenize="unicode61 remove_diacritics 0")',
    ),
    "postgresql": (
        "CREATE TABLE IF NOT EXISTS search (rowid BIGINT PRIMARY KEY, record TEXT NOT NULL, words TSVECTOR NOT NULL)",
        "CREATE INDEX IF NOT EXISTS search_words ON search USING GIN (words)",
        "CREATE INDEX IF NOT EXISTS search_record ON search (record)",
    ),
}
_INSERT = {
    "sqlite": text("INSERT INTO search (rowid, words, record) VALUES (:seq, :words, :record)"),
    "postgresql": text(
        "INSERT INTO search (rowid, words, record) VALUES (:seq, to_tsvector('simple', :words), :record)"
    ),
}


def words_of(value: str) -> list[str]:
    """Cut a text into words: lower case, a CJK character each its own, nothing else but letters and digits."""
    found = (match.group() for match in _WORD.finditer(value.casefold()))
    return [word[:MAX_WORD] for word, _n in zip(found, range(MAX_WORDS), strict=False)]


def text_of(body: Mapping[str, Any], names: Iterable[str]) -> str:
    """Join the texts of the named inputs of an intent."""
    return "\n".join(_texts(body.get(name) for name in names))


def _texts(values: Iterable[Any]) -> Iterator[str]:
    for value in values:
        if isinstance(value, str):
            yield value
        elif isinstance(value, list | tuple):
            yield from _texts(value)


def index(connection: Connection, seq: int, record: str, value: str) -> None:
    """Make a text findable as part of a record; ``seq`` is the intent's place in the journal."""
    row = row_of(connection.dialect.name, seq, record, value)
    if row:
        connection.execute(_INSERT[connection.dialect.name], row)


def row_of(dialect: str, seq: int, record: str, value: str) -> dict[str, Any] | None:
    """Return the row of an indexed text, or None where it has no word."""
    words = words_of(value)
    return {"seq": seq, "record": record, "words": " ".join(_stored(dialect, words))} if words else None


def index_many(connection: Connection, rows: list[dict[str, Any]]) -> None:
    """Write rows made by ``row_of``."""
    if rows:
        connection.execute(_INSERT[connection.dialect.name], rows)


def condition(dialect: str, phrase: str) -> tuple[str, dict[str, str]] | None:
    """Return SQL that holds for rows of ``search`` with this phrase, and its parameter; None where it has no word.

    The last word of a phrase may be the beginning of a longer one, as people type.
    """
    words = _stored(dialect, words_of(phrase))
    if not words:
        return None
    if dialect == "sqlite":
        return "search MATCH :phrase", {"phrase": 'words:"' + " ".join(words) + '"*'}
    query = " <-> ".join(f"'{word}'" for word in words) + ":*"
    return "words @@ CAST(:phrase AS tsquery)", {"phrase": query}


def _stored(dialect: str, words: list[str]) -> list[str]:
    """Spell words so that the database keeps them whole whatever its locale."""
    if dialect == "sqlite":
        return words
    return [word if word.isascii() else "u" + word.encode("utf-8").hex() for word in words]


def rows_between(connection: Connection, after: int, until: int) -> dict[int, tuple[str, str]]:
    """Return record and words of the indexed rows of a stretch of the journal."""
    statement = text("SELECT rowid, record, words FROM search WHERE rowid > :after AND rowid <= :until")
    return {row[0]: (row[1], str(row[2])) for row in connection.execute(statement, {"after": after, "until": until})}


def agrees(dialect: str, wanted: Mapping[str, Any] | None, found: tuple[str, str] | None) -> bool:
    """Tell whether an indexed row is what it should be; PostgreSQL keeps words in a form of its own."""
    if wanted is None or found is None:
        return wanted is None and found is None
    return found[0] == wanted["record"] and (dialect != "sqlite" or found[1] == wanted["words"])


def remove(connection: Connection, places: Iterable[int]) -> None:
    """Take rows out of the index."""
    connection.execute(text("DELETE FROM search WHERE rowid = :seq"), [{"seq": place} for place in places])
