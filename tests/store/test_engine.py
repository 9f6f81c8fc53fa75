"""Connections are durable, guarded and told plainly; a race is run again, and a lost commit makes no double."""

from __future__ import annotations

import os
import sqlite3
import stat
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlmodel import Session

from noc_console.errors import StoreUnavailable
from noc_console.models.ticket import TicketRow
from noc_console.store import engine as engines
from noc_console.store import schema
from noc_console.store.engine import APPLICATION_ID, open_engine, plainly, reading, retried, wal_is_safe, writing
from noc_console.store.journal import VERDICT, records_of
from noc_console.store.place import place_of
from noc_console.store.tables import table
from tests.store.kit import FailingCommits, judged, keep_in, rich, wrong

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine

TICKETS = table("ticket")


# --- The guard ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        insert(TICKETS).values(id="x"),
        update(TICKETS).values(subject="changed"),
        TICKETS.delete(),
        text("UPDATE ticket SET subject = 'changed'"),
        text("\n  delete from ticket"),
        text("DROP TABLE ticket"),
    ],
)
def test_rows_are_not_written_past_the_door(engine: Engine, statement: Any) -> None:
    rich(engine, roots=1)
    with engine.connect() as connection, pytest.raises(RuntimeError, match="applying effects only"):
        connection.execute(statement)
    with reading(engine) as connection, pytest.raises(RuntimeError, match="applying effects only"):
        connection.execute(statement)
    assert wrong(engine) == []


def test_a_session_cannot_flush(engine: Engine) -> None:
    row = TicketRow(id="x", ref="x", number=1, state="registered", grade="P1", channel="c", subject="s", created_by="w")
    with Session(engine) as session:
        session.add(row)
        with pytest.raises(RuntimeError, match="applying effects only"):
            session.flush()
    with reading(engine) as connection:
        assert connection.execute(select(TICKETS)).all() == []


def test_the_guard_is_up_again_after_writing(engine: Engine) -> None:
    rich(engine, roots=1)
    for _n in range(6):
        with engine.connect() as connection, pytest.raises(RuntimeError):
            connection.execute(update(TICKETS).values(subject="changed"))


# --- Reading and writing -----------------------------------------------------------------------------------------


def test_reading_sees_one_moment(postgres_url: str) -> None:
    """On SQLite a writer waits for a reader, so that there is nothing to see."""
    engine = open_engine(place_of(postgres_url))
    schema.create(engine, training=False)
    with reading(engine) as connection:
        before = connection.execute(select(VERDICT)).all()
        with writing(engine) as other:
            keep_in(other, judged("a", []))
        assert connection.execute(select(VERDICT)).all() == before == []
    engine.dispose()


@pytest.mark.parametrize(
    ("version", "safe"),
    [
        ((3, 7, 0), False),
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 45, 0), False),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 52, 0), False),
        ((3, 52, 1), True),
        ((3, 53, 4), True),
    ],
)
def test_wal_is_used_where_it_loses_nothing(version: tuple[int, ...], safe: bool) -> None:
    assert wal_is_safe(version) is safe


@pytest.mark.parametrize(("safe", "mode"), [(False, "truncate"), (True, "wal")])
def test_a_file_is_opened_durable_and_private(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, safe: bool, mode: str
) -> None:
    monkeypatch.setattr(engines, "wal_is_safe", lambda _version: safe)
    made = open_engine(place_of(str(tmp_path / "new" / "store.db")))
    schema.create(made, training=False)
    made.dispose()
    with reading(made) as connection:
        settings = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "trusted_schema", "secure_delete")
        }
        assert connection.exec_driver_sql("PRAGMA application_id").scalar_one() == APPLICATION_ID
    assert settings == {
        "journal_mode": mode, "synchronous": 2, "foreign_keys": 1, "trusted_schema": 0, "secure_delete": 1,
    }  # fmt: skip
    with writing(made) as connection:
        keep_in(connection, judged("a", []))
    assert wrong(made) == []
    if os.name == "posix":
        assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700
        assert {stat.S_IMODE(file.stat().st_mode) for file in (tmp_path / "new").iterdir()} == {0o600}
    made.dispose()


def test_a_store_in_wal_goes_back_where_the_library_is_not_safe(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = place_of(str(tmp_path / "store.db"))
    monkeypatch.setattr(engines, "wal_is_safe", lambda _version: True)
    made = open_engine(place)
    schema.create(made, training=False)
    made.dispose()
    monkeypatch.setattr(engines, "wal_is_safe", lambda _version: False)
    again = open_engine(place)
    with reading(again) as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar_one() == "truncate"
    again.dispose()


def test_a_file_that_others_write_is_made_wal_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = place_of(str(tmp_path / "store.db"))
    monkeypatch.setattr(engines, "wal_is_safe", lambda _version: False)
    made = open_engine(place)
    schema.create(made, training=False)
    monkeypatch.setattr(engines, "wal_is_safe", lambda _version: True)
    monkeypatch.setattr(engines, "BUSY_TIMEOUT_S", 0.05)
    other = open_engine(place)
    with writing(made), reading(other) as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar_one() == "truncate"
    made.dispose()
    other.dispose()
    with reading(other) as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar_one() == "wal"
    other.dispose()


# --- What is not a store -----------------------------------------------------------------------------------------


def test_a_foreign_file_is_refused_and_not_touched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "firefox.sqlite"
    foreign = sqlite3.connect(path)
    foreign.execute("CREATE TABLE bookmarks (url TEXT)")
    foreign.commit()
    foreign.close()
    before = path.read_bytes()
    monkeypatch.setattr(engines, "wal_is_safe", lambda _version: True)
    made = open_engine(place_of(str(path)))
    with pytest.raises(StoreUnavailable, match="not a store of noc"):
        schema.check(made)
    made.dispose()
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_another_programs_mark_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    foreign = sqlite3.connect(path)
    foreign.execute("PRAGMA application_id = 1234")
    foreign.close()
    made = open_engine(place_of(str(path)))
    with pytest.raises(StoreUnavailable, match="not a store of noc"):
        schema.check(made)
    made.dispose()


def test_a_text_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("dear diary " * 100, encoding="utf-8")
    made = open_engine(place_of(str(path)))
    with pytest.raises(StoreUnavailable):
        schema.check(made)
    made.dispose()
    assert path.read_text(encoding="utf-8").startswith("dear diary")


def test_an_empty_file_becomes_a_store(tmp_path: Path) -> None:
    (tmp_path / "empty.db").touch()
    made = open_engine(place_of(str(tmp_path / "empty.db")))
    assert not schema.check(made)
    schema.create(made, training=False)
    assert schema.check(made)
    made.dispose()


def test_two_first_starts_at_once_make_one_store(store_url: str) -> None:
    from concurrent.futures import ThreadPoolExecutor

    def start(_n: int) -> str:
        one = open_engine(place_of(store_url))
        schema.create(one, training=False)
        with reading(one) as connection:
            code = str(connection.execute(text("SELECT store_id FROM hub_state")).scalar_one())
        one.dispose()
        return code

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(start, range(4)))) == 1


# --- When it goes wrong ------------------------------------------------------------------------------------------


def _write_once(engine: Engine, intent_id: str) -> str:
    def work() -> str:
        with writing(engine) as connection:
            if records_of(connection, [intent_id]):
                return "known"
            keep_in(connection, judged("r", [], intent_id=intent_id))
            return "written"

    return retried(work)


@pytest.mark.parametrize("after", [True, False])
def test_a_commit_with_an_unknown_outcome_makes_no_double(engine: Engine, after: bool) -> None:
    FailingCommits(engine, 1, after=after)
    assert _write_once(engine, "the-one") == ("known" if after else "written")
    with reading(engine) as connection:
        assert connection.execute(text("SELECT count(*) FROM verdict")).scalar_one() == 1
    assert wrong(engine) == []


def test_it_gives_up_after_some_races(file_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    monkeypatch.setattr(engines.time, "sleep", waited.append)
    FailingCommits(file_engine, 99, after=False, error=sqlite3.OperationalError("database is locked"))
    with pytest.raises(StoreUnavailable, match="busy"):
        _write_once(file_engine, "x")
    assert len(waited) == engines.RETRIES - 1
    assert sum(waited) < 1


def test_what_is_no_race_is_not_tried_again(file_engine: Engine) -> None:
    tried = []

    def work() -> None:
        tried.append(1)
        raise OperationalError("", {}, sqlite3.OperationalError("database or disk is full"))

    with pytest.raises(StoreUnavailable, match="disk is full"):
        retried(work)
    assert len(tried) == 1


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("database is locked", "busy"),
        ("database or disk is full", "disk is full"),
        ('could not extend file "base/1": No space left on device', "disk is full"),
        ("database disk image is malformed", "damaged"),
        ("file is not a database", "damaged"),
        ("disk I/O error", "disk failed"),
        ("connection refused\nIs the server running?", "cannot be reached: connection refused"),
    ],
)
def test_errors_are_told_in_words_with_what_would_help(said: str, told: str) -> None:
    error = plainly(OperationalError("SELECT 1", {}, sqlite3.OperationalError(said)))
    assert told in error.message
    assert error.hint
    assert "SELECT" not in str(error)


def test_a_refusal_of_the_database_is_told_too() -> None:
    assert "refused" in plainly(DBAPIError("", {}, sqlite3.IntegrityError("NOT NULL"))).message


def test_no_server_is_told_plainly() -> None:
    pytest.importorskip("psycopg")
    made = open_engine(place_of("postgresql://me:secret@127.0.0.1:1/none"))
    with pytest.raises(StoreUnavailable) as told:
        schema.check(made)
    assert "secret" not in str(told.value)


@pytest.mark.parametrize("said", ["attempt to write a readonly database", "unable to open database file"])
def test_a_file_whose_rights_are_lacking_is_told_as_that(said: str) -> None:
    told = engines.plainly(OperationalError("", {}, sqlite3.OperationalError(said)))
    assert said in told.message
    assert "rights" in told.hint


# --- The file that was opened ------------------------------------------------------------------------------------


def test_nothing_is_written_to_a_file_that_is_gone_and_it_may_come_back(tmp_path: Path) -> None:
    path, aside = tmp_path / "store.db", tmp_path / "aside.db"
    engine = open_engine(place_of(str(path)))
    schema.create(engine, training=True)
    with reading(engine) as connection:
        connection.execute(select(TICKETS))
    path.rename(aside)
    for use in (reading, writing):
        with pytest.raises(StoreUnavailable, match="gone"), use(engine) as connection:
            connection.execute(select(TICKETS))
    assert not path.exists(), "no empty file was made in its place"
    aside.rename(path)
    with reading(engine) as connection:
        connection.execute(select(TICKETS))
    engine.dispose()


def test_another_file_in_its_place_is_not_written_to(tmp_path: Path) -> None:
    path, other = tmp_path / "store.db", tmp_path / "other.db"
    for one in (other, path):
        made = open_engine(place_of(str(one)))
        schema.create(made, training=True)
        made.dispose()
    engine = open_engine(place_of(str(path)))
    with reading(engine) as connection:
        connection.execute(select(TICKETS))
    path.rename(tmp_path / "aside.db")
    other.rename(path)
    with pytest.raises(StoreUnavailable, match="replaced"), writing(engine) as connection:
        connection.execute(select(TICKETS))
    engine.dispose()
