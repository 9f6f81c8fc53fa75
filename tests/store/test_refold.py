"""Rows can be made again from the journal at any time, whatever became of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from noc_console.store import refold
from noc_console.store.tables import NAMES
from noc_console.store.verify import Finding
from tests.store.kit import behind_its_back, columns, dump, first_row, judged, keep, other, rich, wrong

if TYPE_CHECKING:
    from sqlalchemy import Engine


def repaired(engine: Engine) -> list[Finding]:
    return list(refold.rows(engine, repair=True))


def test_every_table_has_rows_to_look_at(engine: Engine) -> None:
    rich(engine)
    assert [name for name, rows in dump(engine).items() if not rows] == []
    assert wrong(engine) == []


@pytest.mark.parametrize("name", NAMES)
def test_a_change_of_any_column_is_found_and_put_right(engine: Engine, name: str) -> None:
    rich(engine)
    before = dump(engine)
    for column in columns(engine, name):
        key, row = first_row(engine, name)
        change = f'UPDATE "{name}" SET "{column}" = :value WHERE "{key}" = :key'
        behind_its_back(engine, change, value=other(row[column]), key=row[key])
        found = list(refold.rows(engine, repair=False))
        assert {finding.table for finding in found} == {name}, column
        assert repaired(engine) != []
        assert dump(engine) == before, column
    assert wrong(engine) == []


@pytest.mark.parametrize("name", NAMES)
def test_a_lost_row_is_found_and_comes_back(engine: Engine, name: str) -> None:
    rich(engine)
    before = dump(engine)
    _key, row = first_row(engine, name)
    behind_its_back(engine, f'DELETE FROM "{name}" WHERE id = :id', id=row["id"])
    assert list(refold.rows(engine, repair=False)) == [Finding(name, row["id"], "missing")]
    assert repaired(engine) == [Finding(name, row["id"], "missing")]
    assert dump(engine) == before


@pytest.mark.parametrize("name", NAMES)
def test_an_added_row_is_found_and_goes(engine: Engine, name: str) -> None:
    rich(engine)
    before = dump(engine)
    _key, row = first_row(engine, name)
    for new_id in ("", "zz", "ticket-1x"):
        values = {**row, "id": new_id}
        for unique in {"ref", "name"} & set(values):
            values[unique] = "forged"
        names = ", ".join(f'"{column}"' for column in values)
        marks = ", ".join(f":{column}" for column in values)
        behind_its_back(engine, f'INSERT INTO "{name}" ({names}) VALUES ({marks})', **values)
        assert list(refold.rows(engine, repair=False)) == [Finding(name, new_id, "added")]
        assert repaired(engine) == [Finding(name, new_id, "added")]
        assert dump(engine) == before


def test_after_all_rows_were_deleted_they_are_the_same(engine: Engine) -> None:
    rich(engine)
    before = dump(engine)
    for name in (*NAMES, "search"):
        behind_its_back(engine, f'DELETE FROM "{name}"')
    assert {finding.table for finding in repaired(engine)} == {*NAMES, "search"}
    assert dump(engine) == before
    assert repaired(engine) == []


@pytest.mark.parametrize("batch", [1, 2, 7])
def test_it_does_not_matter_where_runs_end(engine: Engine, monkeypatch: pytest.MonkeyPatch, batch: int) -> None:
    monkeypatch.setattr(refold, "BATCH", batch)
    rich(engine)
    before = dump(engine)
    for name in (*NAMES, "search"):
        behind_its_back(engine, f'DELETE FROM "{name}"')
    repaired(engine)
    assert dump(engine) == before


def test_a_row_that_others_change_belongs_to_its_root(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refold, "BATCH", 1)
    queued = ["add", "outbox", "zz/outbox", {"template": "ack", "channel": "sms", "created_at": 1}]
    keep(engine, judged("a-ticket", [queued]), judged("b-ticket", []))
    keep(
        engine, judged("zz/outbox", [["set", "outbox", "zz/outbox", {"state": "sent"}]], root="a-ticket", kind="outbox")
    )
    before = dump(engine)
    assert wrong(engine) == []
    behind_its_back(engine, "DELETE FROM outbox")
    repaired(engine)
    assert dump(engine) == before


def test_two_rows_that_swapped_a_unique_value_are_put_right(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refold, "BATCH", 1)
    rich(engine)
    before = dump(engine)
    one, two = sorted(row[1] for row in before["ticket"])[:2]
    for old, new in ((one, "aside"), (two, one), ("aside", two)):
        behind_its_back(engine, "UPDATE ticket SET ref = :new WHERE ref = :old", new=new, old=old)
    repaired(engine)
    assert dump(engine) == before


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE search SET record = 'x' WHERE rowid = (SELECT max(rowid) FROM search)",
        "DELETE FROM search WHERE rowid = (SELECT max(rowid) FROM search)",
        "INSERT INTO search (rowid, record, words) VALUES (1, 'ticket-0', 'a')",
        "INSERT INTO search (rowid, record, words) VALUES (0, 'ticket-0', 'a')",
        "INSERT INTO search (rowid, record, words) VALUES (1000, 'ticket-0', 'a')",
        "UPDATE search SET words = 'changed' WHERE rowid = (SELECT max(rowid) FROM search)",
    ],
)
def test_a_changed_index_of_words_is_found_and_put_right(engine: Engine, change: str) -> None:
    rich(engine)
    before = dump(engine)
    behind_its_back(engine, change)
    assert {finding.table for finding in refold.rows(engine, repair=False)} == {"search"}
    repaired(engine)
    assert dump(engine) == before


def test_an_unreadable_journal_is_said_and_does_not_stop_the_rest(engine: Engine) -> None:
    rich(engine)
    behind_its_back(engine, "UPDATE verdict SET effects = '[[' WHERE hub_seq = 1")
    assert Finding("verdict", "1", "unreadable") in list(refold.rows(engine, repair=False))


def test_a_redacted_body_leaves_its_columns_empty(engine: Engine) -> None:
    effect = ["add", "message", "m1", {"at": 1, "direction": "in", "channel": "email", "text": {"$": "text"}}]
    keep(engine, judged("t", [effect], {"text": "my number is 138"}))
    behind_its_back(engine, "DELETE FROM intent_body")
    repaired(engine)
    (row,) = dump(engine)["message"]
    assert "my number is 138" not in row


def test_it_reports_how_far_it_is(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refold, "BATCH", 2)
    keep(engine, *(judged(f"r{n}", []) for n in range(5)))
    said: list[tuple[int, int]] = []
    assert list(refold.rows(engine, repair=False, progress=lambda done, total: said.append((done, total)))) == []
    assert said == [(2, 5), (4, 5), (5, 5)]
