"""A copy is whole, made while others write, and comes back on either kind of store as another device."""

from __future__ import annotations

import os
import sqlite3
import stat
from contextlib import closing
from threading import Event, Thread
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from noc_console.errors import BadInput, Conflict, StoreUnavailable
from noc_console.store import backup as copies
from noc_console.store import blobs, schema
from noc_console.store import engine as engines
from noc_console.store.engine import open_engine, reading, writing
from noc_console.store.place import Place, place_of
from tests.store.kit import dump, judged, keep, rich, wrong

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Engine


@pytest.fixture
def place(store_url: str) -> Place:
    return place_of(store_url)


@pytest.fixture
def originals(engine: Engine) -> list[str]:
    rich(engine)
    with writing(engine) as connection:
        return [blobs.keep(connection, bytes([n]) * 3_000) for n in range(3)]


@pytest.fixture(params=["sqlite", "postgresql"])
def other_place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """An empty place on each kind of store."""
    if request.param == "sqlite":
        yield place_of(str(tmp_path / "restored" / "store.db"))
        return
    import psycopg

    cluster = request.getfixturevalue("postgres_cluster")
    name = f"noc_restored_{os.urandom(6).hex()}"
    with psycopg.connect(cluster.url("postgres"), autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name} TEMPLATE template0")
    yield place_of(cluster.url(name))
    with psycopg.connect(cluster.url("postgres"), autocommit=True) as server:
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def hub(engine: Engine) -> dict[str, object]:
    with reading(engine) as connection:
        return dict(connection.execute(text("SELECT * FROM hub_state")).mappings().one())


def facts(engine: Engine) -> dict[str, object]:
    """Return all that a copy must have: rows without the spelling of an index, journal, originals."""
    found: dict[str, object] = {name: rows for name, rows in dump(engine).items() if name != "search"}
    with reading(engine) as connection:
        for name, order in (
            ("intent", "intent_id"),
            ("intent_body", "intent_id"),
            ("verdict", "hub_seq"),
            ("blob", "sha256"),
        ):
            found[name] = [tuple(row) for row in connection.execute(text(f"SELECT * FROM {name} ORDER BY {order}"))]
    return found


def test_a_copy_comes_back_on_either_kind_of_store(
    engine: Engine, place: Place, originals: list[str], other_place: Place, tmp_path: Path
) -> None:
    size = copies.backup(engine, place, tmp_path / "copy.db").size
    assert size == (tmp_path / "copy.db").stat().st_size
    copies.restore(tmp_path / "copy.db", other_place)
    again = open_engine(other_place)
    assert facts(again) == facts(engine)
    assert wrong(again) == []
    with reading(again) as connection:
        assert [blobs.read(connection, name) for name in originals] == [bytes([n]) * 3_000 for n in range(3)]
    keep(again, judged("after", []))
    assert wrong(again) == []
    again.dispose()


def test_a_restored_store_is_another_device_of_the_same_store(
    engine: Engine, place: Place, originals: list[str], tmp_path: Path
) -> None:
    copies.backup(engine, place, tmp_path / "copy.db")
    copies.restore(tmp_path / "copy.db", place_of(str(tmp_path / "again.db")))
    again = open_engine(place_of(str(tmp_path / "again.db")))
    old, new = hub(engine), hub(again)
    changed = {name for name in old if old[name] != new[name]}
    assert changed == {"origin", "last_origin_seq", "last_origin_digest", "digest"}
    again.dispose()


def test_a_copy_replaces_nothing(engine: Engine, place: Place, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    target.write_text("mine", encoding="utf-8")
    with pytest.raises(Conflict):
        copies.backup(engine, place, target)
    assert target.read_text(encoding="utf-8") == "mine"


def test_nothing_is_restored_over_a_store(engine: Engine, place: Place, tmp_path: Path) -> None:
    keep(engine, judged("a", []))
    copies.backup(engine, place, tmp_path / "copy.db")
    with pytest.raises(Conflict):
        copies.restore(tmp_path / "copy.db", place)
    assert wrong(engine) == []


@pytest.mark.parametrize("damage", ["foreign", "text", "cut", "byte", "empty", "missing"])
def test_what_is_no_whole_copy_is_refused(file_engine: Engine, tmp_path: Path, damage: str) -> None:
    rich(file_engine)
    copy, target = tmp_path / "copy.db", tmp_path / "new" / "store.db"
    copies.backup(file_engine, place_of(str(tmp_path / "store.db")), copy)
    if damage == "foreign":
        copy.unlink()
        with closing(sqlite3.connect(copy)) as foreign:
            foreign.execute("CREATE TABLE t (x)")
    elif damage == "text":
        copy.write_text("not a database at all " * 99, encoding="utf-8")
    elif damage == "cut":
        copy.write_bytes(copy.read_bytes()[: copy.stat().st_size // 2])
    elif damage == "byte":
        raw = bytearray(copy.read_bytes())
        raw[4096 * 5 : 4096 * 6] = bytes(4096)
        copy.write_bytes(raw)
    elif damage == "empty":
        copy.write_bytes(b"")
    else:
        copy.unlink()
    with pytest.raises(BadInput):
        copies.restore(copy, place_of(str(target)))
    assert not target.exists()


def test_a_copy_of_a_newer_release_is_refused(file_engine: Engine, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    copies.backup(file_engine, place_of(str(tmp_path / "store.db")), copy)
    with closing(sqlite3.connect(copy)) as connection:
        connection.execute("PRAGMA user_version = 2000")
    with pytest.raises(StoreUnavailable, match=r"format 2\.0"):
        copies.restore(copy, place_of(str(tmp_path / "new.db")))
    assert not (tmp_path / "new.db").exists()


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such modes")
def test_copies_are_private(file_engine: Engine, tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        copies.backup(file_engine, place_of(str(tmp_path / "store.db")), tmp_path / "copy.db")
        copies.restore(tmp_path / "copy.db", place_of(str(tmp_path / "new" / "store.db")))
    finally:
        os.umask(old)
    assert stat.S_IMODE((tmp_path / "copy.db").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "new" / "store.db").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700


@pytest.mark.parametrize("safe", [False, True], ids=["truncate", "wal"])
def test_a_copy_is_made_while_others_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, safe: bool) -> None:
    monkeypatch.setattr(engines, "wal_is_safe", lambda _version: safe)
    monkeypatch.setattr(copies, "PAGES", 2)
    place = place_of(str(tmp_path / "store.db"))
    engine = open_engine(place)
    schema.create(engine, training=False)
    rich(engine)
    ended = Event()

    def write() -> None:
        while not ended.is_set():
            keep(engine, judged("busy", [], {"text": "written meanwhile"}))

    writer = Thread(target=write)
    writer.start()
    try:
        copies.backup(engine, place, tmp_path / "copy.db")
    finally:
        ended.set()
        writer.join()
    copies.restore(tmp_path / "copy.db", place_of(str(tmp_path / "again.db")))
    again = open_engine(place_of(str(tmp_path / "again.db")))
    assert wrong(again) == []
    assert facts(again)["ticket"] == facts(engine)["ticket"]
    assert hub(again)["last_hub_seq"] > 0  # type: ignore[operator]
    again.dispose()
    engine.dispose()


def test_a_copy_of_the_journal_ends_at_one_moment(
    file_engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is written while the journal is copied is left to the next backup, and the copy is whole."""
    monkeypatch.setattr(copies, "BATCH", 7)
    rich(file_engine)
    original = copies._copy_stretch

    def slow(source: Engine, target: Engine, after: int, until: int) -> None:
        keep(source, judged("late", [], {"text": "late"}))
        original(source, target, after, until)

    monkeypatch.setattr(copies, "_copy_stretch", slow)
    monkeypatch.setattr(copies, "_copy_pages", _too_busy)
    before = hub(file_engine)["last_hub_seq"]
    copies.backup(file_engine, place_of(str(tmp_path / "store.db")), tmp_path / "copy.db")
    copy = open_engine(place_of(str(tmp_path / "copy.db")))
    assert hub(copy)["last_hub_seq"] == before
    assert wrong(copy) == []
    copy.dispose()


def _too_busy(*_given: object, **_named: object) -> None:
    raise copies._Busy


def test_a_restore_that_was_stopped_goes_on(
    file_engine: Engine, postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rich(file_engine)
    copies.backup(file_engine, place_of(str(tmp_path / "store.db")), tmp_path / "copy.db")
    monkeypatch.setattr(copies, "BATCH", 10)
    original, done = copies._copy_stretch, []

    def stopped(source: Engine, target: Engine, after: int, until: int) -> None:
        if len(done) == 2:
            raise KeyboardInterrupt
        done.append(until)
        original(source, target, after, until)

    monkeypatch.setattr(copies, "_copy_stretch", stopped)
    with pytest.raises(KeyboardInterrupt):
        copies.restore(tmp_path / "copy.db", place_of(postgres_url))
    monkeypatch.setattr(copies, "_copy_stretch", original)
    copies.restore(tmp_path / "copy.db", place_of(postgres_url))
    again = open_engine(place_of(postgres_url))
    assert facts(again) == facts(file_engine)
    assert wrong(again) == []
    again.dispose()


def test_a_failed_copy_leaves_no_half_file(file_engine: Engine, tmp_path: Path) -> None:
    rich(file_engine)
    with pytest.raises(StoreUnavailable, match="cannot write"):
        copies.backup(file_engine, place_of(str(tmp_path / "store.db")), tmp_path / "no" / "such" / "folder.db")
    assert [path.name for path in tmp_path.rglob("*") if "store.db" not in path.name] == []


def test_integrity_is_the_databases_own_word(engine: Engine) -> None:
    assert copies.integrity(engine) == "ok"
