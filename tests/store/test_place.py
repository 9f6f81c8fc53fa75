"""Where a store may be, and what it is called."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from noc_console.errors import StoreUnavailable
from noc_console.store import place
from noc_console.store.place import default_path, file_system, place_of, prepare_folder


def test_without_a_name_it_is_the_users_own_store(home: Path) -> None:
    assert place_of(None).path == place_of("").path == default_path()
    assert home in default_path().parents


def test_a_path_is_made_whole(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, home: Path) -> None:
    monkeypatch.chdir(tmp_path)
    assert place_of("a.db").path == tmp_path / "a.db"
    assert place_of("~/a.db").path == home / "a.db"
    assert place_of("a.db").is_sqlite


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("postgresql://wei:se%40cret@db.example:5432/noc", "postgresql://wei@db.example:5432/noc"),
        ("postgres://wei:p@ss@db/noc", "postgres://wei@db/noc"),
        ("postgresql://db/noc", "postgresql://db/noc"),
        ("postgresql:///noc", "postgresql:///noc"),
        ("postgresql://db/noc?user=wei&password=secret", "postgresql://db/noc?user=wei"),
        ("postgresql://wei@db/noc?sslmode=verify-full&sslpassword=x", "postgresql://wei@db/noc?sslmode=verify-full"),
        ("postgresql://wei:se?cret@db/noc?password=secret", "postgresql://wei@db/noc"),
    ],
)
def test_a_password_is_never_shown(address: str, shown: str) -> None:
    found = place_of(address)
    assert found.name == shown
    assert not found.is_sqlite
    assert found.url.startswith("postgresql+psycopg://")
    assert "cret" not in repr(found)
    assert "p@ss" not in repr(found)


@pytest.mark.parametrize("kind", sorted(place.NETWORK_FILE_SYSTEMS))
def test_a_network_folder_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    monkeypatch.setattr(place, "file_system", lambda _folder: kind)
    with pytest.raises(StoreUnavailable, match="network folder"):
        prepare_folder(tmp_path / "new" / "store.db")
    assert not (tmp_path / "new").exists()


@pytest.mark.skipif(not Path("/proc/self/mounts").exists(), reason="no list of mounts here")
def test_a_folder_that_is_not_there_yet_lies_where_it_will(tmp_path: Path) -> None:
    assert file_system(tmp_path / "a" / "b") == file_system(tmp_path)
    assert file_system("/proc/new/folder") == "proc"


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreUnavailable, match="cannot make the folder"):
        prepare_folder(tmp_path / "file" / "sub" / "store.db")


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such modes")
def test_a_new_folder_is_private(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        prepare_folder(tmp_path / "a" / "b" / "store.db")
    finally:
        os.umask(old)
    assert stat.S_IMODE((tmp_path / "a" / "b").stat().st_mode) == 0o700


@pytest.mark.skipif(not Path("/proc/self/mounts").exists(), reason="no list of mounts here")
def test_the_file_system_of_a_folder_is_known(tmp_path: Path) -> None:
    assert file_system("/proc") == "proc"
    assert file_system(tmp_path) not in {"", "proc"}
