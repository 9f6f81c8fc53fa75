"""Words are found whatever the language, the same on both kinds of store."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text

from noc_console.store import search
from noc_console.store.engine import reading, writing
from noc_console.store.texts import text_of_intent

if TYPE_CHECKING:
    from sqlalchemy import Engine

TEXTS = {
    1: "宽带中断，光猫红灯 loss of signal",
    2: "海宁到嘉兴光缆中断 fibre cut at km 12.4",
    3: "Straße gesperrt, CAFÉ offline, port GE-0/0/1",
    4: "中午断网 OLT-HZ-0042 board 3",
    5: "user_name of u4e2d is ue4b8ad; 100% loss!",
    6: "𠮷野家 line down, ﬁbre again 한국 テスト",
}


def index(engine: Engine, texts: dict[int, str]) -> None:
    with writing(engine) as connection:
        dialect = connection.dialect.name
        rows = (search.row_of(dialect, place, f"r{place}", value) for place, value in texts.items())
        search.index(connection, [row for row in rows if row])


def found(engine: Engine, phrase: str) -> list[int]:
    with reading(engine) as connection:
        matches = search.condition(connection.dialect.name, phrase)
        if matches is None:
            return []
        places = select(text("rowid")).select_from(text("search")).where(matches).order_by(text("rowid"))
        return list(connection.execute(places).scalars())


@pytest.mark.parametrize(
    ("phrase", "places"),
    [
        ("中断", [1, 2]),
        ("断网", [4]),
        ("断中", []),
        ("光缆中断", [2]),
        ("红灯 loss", [1]),
        ("loss of signal", [1]),
        ("signal loss", []),
        ("los", [1, 5]),
        ("loss of sig", [1]),
        ("oss", []),
        ("FIBRE cut", [2]),
        ("12.4", [2]),
        ("strasse", [3]),
        ("caf", [3]),
        ("café", [3]),
        ("cafe", []),
        ("ge-0/0/1", [3]),
        ("OLT-HZ-0042", [4]),
        ("0042 board", [4]),
        ("u", [5]),
        ("ue4b8ad", [5]),
        ("𠮷野", [6]),
        ("fibre again", [6]),
        ("한국", [6]),
        ("テスト", [6]),
        ("'; DROP TABLE search --", []),
        ('" OR words:*', []),
        ("中 & !断", [1, 2]),
        ("", []),
        ("!?。", []),
    ],
)
def test_a_phrase_is_found(engine: Engine, phrase: str, places: list[int]) -> None:
    index(engine, TEXTS)
    assert found(engine, phrase) == places


def test_a_row_is_read_as_it_was_made(engine: Engine) -> None:
    index(engine, TEXTS)
    with reading(engine) as connection:
        made = {
            place: search.row_of(connection.dialect.name, place, f"r{place}", said) for place, said in TEXTS.items()
        }
        assert search.rows_at(connection, [0, *TEXTS, 99]) == made
    with writing(engine) as connection:
        search.remove(connection, [1, 2, 3])
    assert found(engine, "loss") == [5]


@pytest.mark.parametrize(
    "value", ["断 " * 300, "a " * 5_000, " ".join(f"{n:x}" * 40 for n in range(5_000)), "𠮷" * 9_000]
)
def test_a_huge_text_is_found_by_its_beginning(engine: Engine, value: str) -> None:
    index(engine, {1: value})
    words = search.words_of(value)
    assert len(words) <= search.MAX_WORDS
    assert found(engine, words[0]) == [1]
    with reading(engine) as connection:
        assert search.rows_at(connection, [1]) == {1: search.row_of(connection.dialect.name, 1, "r1", value)}


def test_the_widest_text_fits(engine: Engine) -> None:
    letters = [chr(0x10A00 + n) for n in range(0x60)]
    wide = [letter for letter in letters if letter.isalnum()] or ["𐨀"]
    index(engine, {1: " ".join(f"{n:04d}" + wide[n % len(wide)] * 60 for n in range(4_000))})
    assert found(engine, "0000" + wide[0] * 60) == [1]


@given(st.text(max_size=60))
def test_words_are_cut_the_same_when_cut_again(value: str) -> None:
    words = search.words_of(value)
    assert search.words_of(" ".join(words)) == words


def test_only_texts_of_tickets_are_found() -> None:
    body = {"subject": "光缆", "symptom": "no light", "channel": "hotline", "grade": "P2"}
    assert text_of_intent("fault", "register", body).split("\n") == ["光缆", "no light"]
    assert text_of_intent("engineer", "put", {"name": "wei"}) == ""
    assert text_of_intent("fault", "event of another release", {"text": "x"}) == ""
