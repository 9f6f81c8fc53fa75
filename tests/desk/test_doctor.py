"""The doctor as somebody who was woken reads it: what is not well, and what helps; and a damaged file is saved."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest

from noc_console import clock
from noc_console.cli import doctor as told
from noc_console.cli import render
from noc_console.config import Config
from noc_console.desk import doctor as doctors
from noc_console.desk import store as stores
from noc_console.desk import ticket
from noc_console.desk.act import Wish, act
from noc_console.desk.desk import Desk
from noc_console.desk.doctor import FAULTS, Check, doctor
from noc_console.desk.filter import parse
from noc_console.errors import StoreDamaged
from noc_console.text import cell_width
from tests.desk.scene import REPORT, Scene

CONFIG = Config(zone=ZoneInfo("Asia/Tokyo"))


@pytest.fixture
def live(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A store of work with one ticket."""
    monkeypatch.delenv("NOC_NOW", raising=False)
    monkeypatch.setenv("NOC_SPOOL", str(tmp_path / "spool"))
    path = str(tmp_path / "live.db")
    with Desk.open(store=path, actor="wei", config=CONFIG) as desk:
        act(desk, Wish("fault", "", "register", {**REPORT, "occurred_at": desk.now()}))
    yield path


def checks(store: str) -> dict[str, Check]:
    return {check.name: check for check in doctor(store, CONFIG)}


def pages(store: str) -> dict[str, int]:
    """Return the first page of every table and index."""
    with closing(sqlite3.connect(store)) as connection:
        return dict(connection.execute("SELECT name, rootpage FROM sqlite_master WHERE rootpage > 0"))


def damage(store: str, page: int) -> None:
    with closing(sqlite3.connect(store)) as connection:
        size = connection.execute("PRAGMA page_size").fetchone()[0]
        connection.execute("PRAGMA journal_mode = DELETE")
    with Path(store).open("rb+") as file:
        file.seek((page - 1) * size)
        file.write(b"\xa5" * size)


def test_a_store_that_is_well_has_no_fault_and_says_the_time_in_the_zone_of_the_reader(live: str) -> None:
    found = checks(live)
    assert not [check.name for check in found.values() if not check.ok and check.name not in ("outbox", "inbox")]
    assert not [check for check in found.values() if check.is_fault]
    assert "+09:00 Asia/Tokyo" in found["clock"].seen
    assert [name for name, check in found.items() if check.hint and check.ok] == []
    assert set(found) >= FAULTS


@pytest.mark.parametrize("part", ["ticket", "ticket_by_number", "search_data"])
def test_a_damaged_page_is_a_fault_with_a_way_out_that_loses_nothing(live: str, tmp_path: Path, part: str) -> None:
    with Desk.open(store=live, actor="wei", config=CONFIG) as desk:
        before = [row.ref for row in ticket.page(desk, parse("state:all")).rows]
    damage(live, pages(live)[part])
    broken = checks(live)["integrity"]
    assert broken.is_fault and f"noc store restore NEW --store {live}" in broken.hint
    finding = next(stores.verify_store(live, CONFIG))
    assert (finding.table, finding.code) == ("file", "damaged")
    copy = tmp_path / "copy.db"
    assert stores.backup(live, CONFIG, str(copy)).saved
    Path(live).rename(tmp_path / "kept.db")
    stores.restore(live, CONFIG, str(copy))
    assert checks(live)["integrity"].ok and list(stores.verify_store(live, CONFIG)) == []
    with Desk.open(store=live, actor="wei", config=CONFIG) as desk:
        assert [row.ref for row in ticket.page(desk, parse("state:all")).rows] == before != []


def test_a_whole_store_is_copied_as_it_is(live: str, tmp_path: Path) -> None:
    assert not stores.backup(live, CONFIG, str(tmp_path / "copy.db")).saved


def test_a_damaged_journal_is_never_taken_for_a_whole_copy(live: str, tmp_path: Path) -> None:
    damage(live, pages(live)["intent_body"])
    with pytest.raises(StoreDamaged):
        stores.backup(live, CONFIG, str(tmp_path / "copy.db"))
    assert not (tmp_path / "copy.db").exists()


def test_a_journal_of_which_an_entry_was_changed_is_not_saved_as_whole(live: str, tmp_path: Path) -> None:
    number = pages(live)["ticket_by_number"]
    with closing(sqlite3.connect(live)) as connection, connection:
        connection.execute("UPDATE intent SET actor = 'other' WHERE event = 'register'")
    damage(live, number)
    with pytest.raises(StoreDamaged, match="journal"):
        stores.backup(live, CONFIG, str(tmp_path / "copy.db"))
    assert not (tmp_path / "copy.db").exists()


@pytest.mark.parametrize("raw", [b"\0" * 100, b"not a database"])
def test_a_file_that_cannot_be_opened_is_told_with_the_rest(live: str, raw: bytes) -> None:
    Path(live).write_bytes(raw + Path(live).read_bytes()[len(raw) :])
    found = checks(live)
    assert found["store"].is_fault and "noc store restore" in found["store"].hint
    assert {"clock", "spool", "writing", "disk", "programs"} <= set(found)


def test_a_clock_that_was_set_back_is_told_before_anything_is_written(
    live: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now - timedelta(hours=3, seconds=30))
    found = checks(live)["clock"]
    assert not found.ok and "3h" in found.seen and "clock of this machine" in found.hint
    monkeypatch.setattr(clock, "now", lambda: now - timedelta(seconds=30))
    assert checks(live)["clock"].ok, "clocks differ a little"


def test_the_time_of_a_training_store_is_its_own(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.register()
    monkeypatch.setattr(clock, "now", lambda: scene.now - timedelta(days=9))
    found = checks(scene.store)["clock"]
    assert found.ok and "NOC_NOW" in found.seen and f"{scene.now.astimezone(CONFIG.zone):%Y-%m-%d %H:%M}" in found.seen


def test_any_kind_of_store_can_be_written(any_scene: Scene) -> None:
    any_scene.register()
    found = checks(any_scene.store)
    assert found["writing"].ok and not [check for check in found.values() if check.is_fault]


def test_who_may_not_write_the_file_or_its_folder_is_told(live: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for refused in (Path(live), Path(live).parent):
        monkeypatch.setattr(os, "access", lambda path, mode, no=refused: Path(path) != no)
        found = checks(live)["writing"]
        assert found.is_fault and f"{refused} cannot be written" in found.seen and found.hint


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no statvfs")
def test_a_file_system_that_is_read_only_is_told(live: str, monkeypatch: pytest.MonkeyPatch) -> None:
    free = 10**9
    mounted = SimpleNamespace(f_flag=os.ST_RDONLY, f_bavail=free, f_bfree=free, f_blocks=free, f_frsize=1)
    monkeypatch.setattr(os, "statvfs", lambda path: mounted)
    found = checks(live)["writing"]
    assert found.is_fault and "read-only" in found.seen


def test_a_full_disk_is_a_fault_and_a_nearly_full_one_work_to_do(live: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctors.shutil, "disk_usage", lambda path: SimpleNamespace(free=100))
    found = checks(live)
    assert found["writing"].is_fault and "full" in found["writing"].seen and not found["disk"].ok
    monkeypatch.setattr(doctors.shutil, "disk_usage", lambda path: SimpleNamespace(free=20 * 1024 * 1024))
    found = checks(live)
    assert found["writing"].ok and not found["disk"].ok and not found["disk"].is_fault


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="this system does not say who has a file open")
def test_who_else_has_the_file_open_is_named(live: str) -> None:
    code = "import sys; file = open(sys.argv[1]); print('open', flush=True); sys.stdin.read()"
    command = [sys.executable, "-c", code, live]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None and other.stdout.readline() == "open\n"
        assert f"({other.pid})" in checks(live)["programs"].seen
        other.communicate()
    assert f"({other.pid})" not in checks(live)["programs"].seen


@pytest.mark.parametrize("width", [40, 80])
def test_no_word_of_help_is_cut_off_where_it_is_narrow(live: str, monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    damage(live, pages(live)["ticket_by_number"])
    found = doctor(live, CONFIG)
    monkeypatch.setattr(render, "columns", lambda: width)
    lines = list(told._lines(found))
    assert all(cell_width(line) <= max(width, 50) for line in lines)
    whole = "".join("".join(lines).split())
    for check in found:
        assert "".join(check.seen.split()) in whole and "".join(check.hint.split()) in whole
    assert sum("FAULT" in line for line in lines) == 1
