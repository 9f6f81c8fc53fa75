"""Full-text search: words cut here, one character a word for Chinese, Japanese and Korean, found as phrases.

One row per intent that carries text, numbered by its place in the journal, so newest first is the natural order.
FTS5 on SQLite, tsvector on PostgreSQL; neither cuts or changes a word of its own. It must not know who asks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import Connection, TextClause, bindparam, text

#: Words indexed of one intent; a megabyte of pasted log is found by its beginning.
MAX_WORDS = 4_000
MAX_WORD = 64
#: Places of one word that PostgreSQL keeps of one text.
MAX_PLACES = 255
#: Places asked for in one statement.
KEYS = 500
_CJK = "\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
_WORD = re.compile(f"[{_CJK}]|[^\\W_{_CJK}]+")

CREATE = {
    "sqlite": ('CREATE VIRTUAL TABLE IF NOT EXISTS search USING fts5(words, record UNINDEXED, tokenize="ascii")',),
    "postgresql": (
        "CREATE TABLE IF NOT EXISTS search (rowid BIGINT PRIMARY KEY, record TEXT NOT NULL, words TSVECTOR NOT NULL)",
        "CREATE INDEX IF NOT EXISTS search_words ON search USING GIN (words)",
        "CREATE INDEX IF NOT EXISTS search_record ON search (record)",
    ),
}
_INSERT = {
    "sqlite": "INSERT INTO search (rowid, words, record) VALUES (?, ?, ?)",
    "postgresql": "INSERT INTO search (rowid, words, record) VALUES (%s, CAST(%s AS tsvector), %s)",
}
_AT = text("SELECT rowid AS seq, record, words FROM search WHERE rowid IN :places").bindparams(
    bindparam("places", expanding=True)
)
#: Which of some records have a phrase. SQLite looks at their texts by their places, since its index knows no records.
_AMONG = {
    "sqlite": text(
        "SELECT DISTINCT search.record FROM intent "
        "CROSS JOIN verdict ON verdict.intent_id = intent.intent_id "
        "CROSS JOIN search ON search.rowid = verdict.hub_seq "
        "WHERE intent.root IN :records AND intent.record = intent.root AND instr(' ' || search.words, ' ' || :phrase)"
    ),
    "postgresql": text(
        "SELECT DISTINCT record FROM search WHERE record IN :records AND words @@ CAST(:phrase AS tsquery)"
    ),
}
_TEXTS = text("SELECT count(*) FROM (SELECT 1 FROM intent WHERE root IN :records LIMIT :most) AS texts").bindparams(
    bindparam("records", expanding=True)
)


def words_of(value: str) -> list[str]:
    """Cut a text into words: lower case, a CJK character each its own, nothing else but letters and digits."""
    text = value.casefold()
    found = _WORD.findall(text) if len(text) <= MAX_WORDS else islice(_of_long(text), MAX_WORDS)
    return [word[:MAX_WORD] for word in found]


def _of_long(text: str) -> Iterator[str]:
    return (match.group() for match in _WORD.finditer(text))


def text_of(body: Mapping[str, Any], names: Iterable[str]) -> str:
    """Join the texts of the named inputs of an intent."""
    return "\n".join(_texts(body.get(name) for name in names))


def _texts(values: Iterable[Any]) -> Iterator[str]:
    for value in values:
        if isinstance(value, str):
            yield value
        elif isinstance(value, list | tuple):
            yield from _texts(value)


def row_of(dialect: str, seq: int, record: str, value: str) -> dict[str, Any] | None:
    """Return the row of a text that is found as part of a record, or None where it has no word.

    ``seq`` is the place of its intent in the journal.
    """
    words = words_of(value)
    if not words:
        return None
    return {"seq": seq, "record": record, "words": " ".join(words) if dialect == "sqlite" else _vector(words)}


def _vector(words: list[str]) -> str:
    """Return the words with their places just as PostgreSQL writes a tsvector."""
    places: dict[str, list[str]] = {}
    for place, word in enumerate(words, 1):
        known = places.setdefault(word, [])
        if len(known) < MAX_PLACES:
            known.append(str(place))
    ordered = sorted(places, key=lambda word: word.encode())
    return " ".join(f"'{word}':{','.join(places[word])}" for word in ordered)


def index(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write rows made by ``row_of``."""
    if rows:
        rows_of = [(row["seq"], row["words"], row["record"]) for row in rows]
        connection.exec_driver_sql(_INSERT[connection.dialect.name], rows_of)


def condition(dialect: str, phrase: str, *, begun: bool = True) -> TextClause | None:
    """Return what holds for rows of ``search`` with this phrase, None where it has no word.

    The phrase is a parameter of it, never SQL. Its last word may be the beginning of a longer one, as people type; not
    so where ``begun`` is False.
    """
    words = words_of(phrase)
    if not words:
        return None
    if dialect == "sqlite":
        sql, said = "search MATCH :phrase", 'words:"' + " ".join(words) + '"' + ("*" if begun else "")
    else:
        sql, said = "words @@ CAST(:phrase AS tsquery)", _query(words, begun)
    return text(sql).bindparams(bindparam("phrase", said, unique=True))  # several may stand in one statement


def _query(words: Sequence[str], begun: bool) -> str:
    """Return a phrase as PostgreSQL writes a tsquery."""
    return " <-> ".join(f"'{word}'" for word in words) + (":*" if begun else "")


def among(connection: Connection, records: Sequence[str], phrase: str) -> list[str]:
    """Return which of some records have a phrase, whose last word may be the beginning of a longer one."""
    dialect, words = connection.dialect.name, words_of(phrase)
    said = " ".join(words) if dialect == "sqlite" else _query(words, True)
    statement = _AMONG[dialect].bindparams(bindparam("records", expanding=True))
    found: list[str] = []
    for start in range(0, len(records), KEYS):
        given = {"records": records[start : start + KEYS], "phrase": said}
        found += connection.execute(statement, given).scalars()
    return found


def texts_of(connection: Connection, records: Sequence[str], most: int) -> int:
    """Return how many acts some records have, counted up to ``most``: how much ``among`` may have to look at."""
    count = 0
    for start in range(0, len(records), KEYS):
        given = {"records": records[start : start + KEYS], "most": most - count}
        count += connection.execute(_TEXTS, given).scalar_one()
    return count


def rows_at(connection: Connection, places: Sequence[int]) -> dict[int, Mapping[str, Any]]:
    """Return the indexed rows at places of the journal as ``row_of`` makes them."""
    found: dict[int, Mapping[str, Any]] = {}
    for start in range(0, len(places), KEYS):
        rows = connection.execute(_AT, {"places": places[start : start + KEYS]})
        found |= {seq: {"seq": seq, "record": record, "words": words} for seq, record, words in rows}
    return found


def remove(connection: Connection, places: Sequence[int]) -> None:
    """Take rows out of the index."""
    if places:
        connection.execute(text("DELETE FROM search WHERE rowid = :seq"), [{"seq": place} for place in places])
