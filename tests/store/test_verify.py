"""A changed byte in any column of the journal is found; so are lost and added rows, gaps and changed originals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from noc_console.store import blobs, verify
from noc_console.store.engine import writing
from tests.store.kit import JOURNAL, behind_its_back, columns, first_row, judged, keep, other, rich

if TYPE_CHECKING:
    from sqlalchemy import Engine


@pytest.mark.parametrize("name", JOURNAL)
def test_a_changed_byte_in_any_column_is_found(engine: Engine, name: str) -> None:
    rich(engine, roots=1)
    assert list(verify.chains(engine)) == []
    unnoticed = []
    for column in columns(engine, name):
        key, row = first_row(engine, name)
        change = f'UPDATE "{name}" SET "{column}" = :value WHERE "{key}" = :key'
        # the last verdict's number can be moved up without a clash
        value = 1_000 if column == "hub_seq" else other(_typed(name, column, row[column]))
        behind_its_back(engine, change, value=value, key=row[key])
        if not list(verify.chains(engine)):
            unnoticed.append(column)
        key_now = value if column == key else row[key]
        behind_its_back(engine, change, value=row[column], key=key_now)
        assert list(verify.chains(engine)) == [], f"{column} was put back"
    assert unnoticed == []


def _typed(name: str, column: str, value: object) -> object:
    return bool(value) if (name, column) == ("hub_state", "training") else value


@pytest.mark.parametrize("name", ["intent", "intent_body", "verdict"])
@pytest.mark.parametrize("place", ["first", "last"])
def test_a_lost_row_is_found(engine: Engine, name: str, place: str) -> None:
    keep(engine, *(judged(f"r{n}", [], {"text": "x"}) for n in range(5)))
    wanted = "min" if place == "first" else "max"
    # ids rise with time, as places do
    key = "hub_seq" if name == "verdict" else "intent_id"
    behind_its_back(engine, f'DELETE FROM "{name}" WHERE {key} = (SELECT {wanted}({key}) FROM "{name}")')
    assert list(verify.chains(engine)) != []


@pytest.mark.parametrize("place", [-1, 0, 3, 9])
def test_an_added_verdict_is_found(engine: Engine, place: int) -> None:
    keep(engine, *(judged(f"r{n}", []) for n in range(2)))
    _key, row = first_row(engine, "verdict")
    behind_its_back(
        engine,
        "INSERT INTO verdict SELECT :place, 'forged', verdict, effects, reason, rules_version, confirmer, confirmed_ms,"
        " hub_digest FROM verdict WHERE hub_seq = :seq",
        place=place,
        seq=row["hub_seq"],
    )
    assert list(verify.chains(engine)) != []


def test_an_added_intent_and_an_added_body_are_found(engine: Engine) -> None:
    keep(engine, judged("r", []))
    behind_its_back(engine, "INSERT INTO intent_body SELECT 'forged', salt, body FROM intent_body")
    assert [finding.table for finding in verify.chains(engine)] == ["intent_body"]
    behind_its_back(engine, "DELETE FROM intent_body WHERE intent_id = 'forged'")
    _key, row = first_row(engine, "intent")
    names = ", ".join(f'"{name}"' for name in row)
    values = ", ".join("'forged'" if name == "intent_id" else f'"{name}"' for name in row)
    behind_its_back(engine, f"INSERT INTO intent ({names}) SELECT {values} FROM intent")
    assert {"intent", "verdict"} <= {finding.table for finding in verify.chains(engine)}


def test_whole_history_gone_is_found(engine: Engine) -> None:
    keep(engine, judged("r", []))
    for name in ("intent", "intent_body", "verdict"):
        behind_its_back(engine, f"DELETE FROM {name}")
    assert list(verify.chains(engine)) != []


def test_a_changed_original_is_found(engine: Engine) -> None:
    with writing(engine) as connection:
        names = [blobs.keep(connection, content) for content in (b"one", b"two", b"three")]
    assert list(verify.chains(engine)) == []
    behind_its_back(engine, "UPDATE blob SET content = :content WHERE sha256 = :name", content=b"twO", name=names[1])
    assert [(finding.table, finding.key) for finding in verify.chains(engine)] == [("blob", names[1])]


def test_it_goes_in_short_steps_and_says_how_far(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verify, "BATCH", 2)
    keep(engine, *(judged(f"r{n}", []) for n in range(5)))
    said: list[tuple[int, int]] = []
    assert list(verify.chains(engine, lambda done, total: said.append((done, total)))) == []
    assert said == [(2, 5), (4, 5), (5, 5)]


def test_what_is_written_meanwhile_is_no_finding(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verify, "BATCH", 2)
    keep(engine, *(judged(f"r{n}", []) for n in range(5)))
    assert list(verify.chains(engine, lambda _done, _total: keep(engine, judged("late", [])) and None)) == []
