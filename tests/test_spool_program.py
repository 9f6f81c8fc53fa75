"""``noc-spool``: what it says is stored is stored, byte for byte; what is not is said, and leaves nothing behind."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import platformdirs
import pytest

from noc_console import spool
from noc_console.desk.channels import CHANNELS
from noc_console.intake.raw_files import MAX_INPUT

PROGRAM = [sys.executable, "-m", "noc_console.spool"]
EVERY_BYTE = bytes(range(256)) * 5 + b"\r\n\x1a\r\n"


def run(*args: str, given: bytes = b"a trap", **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run the program as another would."""
    return subprocess.run(
        [*PROGRAM, *args], input=given, capture_output=True, check=False, env={**os.environ, **environment}
    )


def stored(folder: Path) -> list[Path]:
    """Return the files of a spool; anything beside whole ones is a mistake."""
    found = sorted(folder.iterdir()) if folder.exists() else []
    assert [path.name for path in found if path.name.startswith(".")] == []
    return found


def test_an_input_is_stored_byte_for_byte_and_privately_without_a_word(tmp_path: Path) -> None:
    done = run("--dir", str(tmp_path / "new" / "spool"), "email", given=EVERY_BYTE)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    (path,) = stored(tmp_path / "new" / "spool")
    assert path.read_bytes() == EVERY_BYTE
    assert path.suffix == ".email"
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert {stat.S_IMODE(folder.stat().st_mode) for folder in (path.parent, path.parent.parent)} == {0o700}


def test_the_folder_is_named_by_option_then_environment_then_beside_the_users_own_store(tmp_path: Path) -> None:
    assert run("--dir=" + str(tmp_path / "a"), "syslog", NOC_SPOOL=str(tmp_path / "b")).returncode == 0
    assert run("syslog", NOC_SPOOL=str(tmp_path / "b")).returncode == 0
    assert run("syslog").returncode == 0
    usual = platformdirs.user_data_path("noc_console", appauthor=False) / "spool"
    assert [len(stored(folder)) for folder in (tmp_path / "a", tmp_path / "b", usual)] == [1, 1, 1]


@pytest.mark.parametrize("said", [None, "", "relative/data", "/srv/data"])
@pytest.mark.skipif(os.name != "posix", reason="the variables are of POSIX systems")
def test_the_usual_folder_is_the_one_that_platformdirs_names(monkeypatch: pytest.MonkeyPatch, said: str | None) -> None:
    if said is None:
        monkeypatch.delenv("XDG_DATA_HOME")
    else:
        monkeypatch.setenv("XDG_DATA_HOME", said)
    assert Path(spool.default_folder()).parent == Path(platformdirs.user_data_dir("noc_console", appauthor=False))


@pytest.mark.parametrize("said", ["", "relative"])
@pytest.mark.skipif(os.name != "posix", reason="only POSIX systems have another place to look")
def test_a_daemon_without_a_home_finds_the_folder_of_its_user(monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    monkeypatch.delenv("XDG_DATA_HOME")
    monkeypatch.setenv("HOME", said)
    assert Path(spool.default_folder()).parent == Path(platformdirs.user_data_dir("noc_console", appauthor=False))


@pytest.mark.parametrize(
    ("args", "about"),
    [
        ([], b"the kind is missing"),
        (["telegram"], b"one of: email"),
        (["email", "syslog"], b"unexpected: syslog"),
        (["--dri", "x", "email"], b"unexpected: --dri"),
        (["email", "--dir"], b"--dir names no folder"),
        (["\x1b[31m"], b"there is no kind ?[31m"),
    ],
)
def test_usage_is_told_and_nothing_is_stored(tmp_path: Path, args: list[str], about: bytes) -> None:
    done = run(*args, NOC_SPOOL=str(tmp_path / "spool"))
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.startswith(b"noc-spool: error: ") and about in done.stderr
    assert not (tmp_path / "spool").exists()


def test_help_and_the_language_of_the_user(tmp_path: Path) -> None:
    done = run("--help")
    assert done.returncode == 0 and b"snmptrap" in done.stdout
    assert "没有" in run("telegram", NOC_LANG="zh", NOC_SPOOL=str(tmp_path)).stderr.decode()


def test_what_is_too_large_is_refused_whole(tmp_path: Path) -> None:
    read, write = os.pipe()
    feeder = threading.Thread(target=_feed, args=(write, 200_000))
    feeder.start()
    with pytest.raises(spool.TooLarge):
        spool.store(read, str(tmp_path), "email", limit=100_000)
    os.close(read)
    feeder.join()
    assert stored(tmp_path) == []
    assert spool.LIMIT == MAX_INPUT, "what the readers refuse must not be acknowledged"


def _feed(target: int, size: int) -> None:
    with suppress(BrokenPipeError):
        os.write(target, b"x" * size)
    os.close(target)


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    done = run("--dir", str(tmp_path / "file"), "email")
    assert done.returncode == 6
    assert b"nothing was stored" in done.stderr and str(tmp_path / "file").encode() in done.stderr


def test_a_full_disk_leaves_nothing_half_stored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[bytes] = []

    def full(_target: int, piece: bytes) -> int:
        if written:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        written.append(piece[:10])
        return 10

    monkeypatch.setattr(os, "write", full)
    (tmp_path / "mail").write_bytes(EVERY_BYTE)
    with (tmp_path / "mail").open("rb") as stream, pytest.raises(OSError, match="No space"):
        spool.store(stream.fileno(), str(tmp_path / "spool"), "email")
    assert stored(tmp_path / "spool") == []


def test_a_closed_standard_input_is_told(tmp_path: Path) -> None:
    if os.name != "posix":
        pytest.skip("only a POSIX shell closes a stream")
    done = subprocess.run(
        ["/bin/sh", "-c", '"$@" <&-', "sh", *PROGRAM, "--dir", str(tmp_path), "email"], capture_output=True, check=False
    )
    assert done.returncode == 4 and b"cannot be read" in done.stderr
    assert stored(tmp_path) == []


def test_a_hundred_at_once_lose_nothing(tmp_path: Path) -> None:
    texts = [f"input {number}".encode() for number in range(100)]

    def send(text: bytes) -> int:
        return run("--dir", str(tmp_path / "spool"), "syslog", given=text).returncode

    with ThreadPoolExecutor(20) as pool:
        codes = list(
            pool.map(lambda text: run("--dir", str(tmp_path / "spool"), "syslog", given=text).returncode, texts)
        )
    assert codes == [0] * 100
    assert sorted(path.read_bytes() for path in stored(tmp_path / "spool")) == sorted(texts)


def test_names_sort_by_the_time_of_arrival(tmp_path: Path) -> None:
    names = [spool.store(os.open(os.devnull, os.O_RDONLY), str(tmp_path), "syslog") for _number in range(20)]
    assert names == sorted(names) and len(set(names)) == 20


def test_it_starts_with_little_more_than_python_does() -> None:
    code = "import sys; before = set(sys.modules); import noc_console.spool; print(*sorted(set(sys.modules) - before))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) <= {"__future__", "noc_console", "noc_console.spool"}


def test_the_installed_program_is_the_module(tmp_path: Path) -> None:
    beside = [Path(sys.executable).with_name(name) for name in ("noc-spool", "noc-spool.cmd")]
    programs = [path for path in beside if path.exists() and (path.suffix == ".cmd") == (os.name == "nt")]
    if not programs:
        pytest.skip("noc-spool is not installed beside this Python (pip install -e .)")
    done = subprocess.run([str(programs[0]), "--dir", str(tmp_path), "email"], input=EVERY_BYTE, check=False)
    assert done.returncode == 0 and stored(tmp_path)[0].read_bytes() == EVERY_BYTE
    assert subprocess.run([str(programs[0]), "mail"], check=False, stderr=subprocess.DEVNULL).returncode == 2


def test_every_channel_can_be_spooled() -> None:
    assert set(CHANNELS) <= set(spool.KINDS)
