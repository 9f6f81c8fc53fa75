"""Where a store is named: made at first use and said so, and refused plainly where none can be."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest

from noc_console.cli import store as store_commands
from tests.cli.conftest import NOW, Noc, register


def test_a_store_that_a_command_makes_is_announced_once(noc: Noc, tmp_path: Path) -> None:
    said = noc("ticket", "list", "-o", "json")
    assert (said.code, said.json) == (0, [])
    assert said.err == f"noc: made a new store at {tmp_path / 'store' / 'noc.db'}\n"
    assert noc("ticket", "list").err == ""


def test_init_needs_no_announcement(noc: Noc) -> None:
    assert noc("store", "init").err == ""


@pytest.mark.parametrize(
    "words",
    [
        ("ticket", "list", "--limit", "x"),
        ("ticket", "list", "foo:bar"),
        ("outbox", "list", "--state", "odd"),
        ("ticket", "note"),
        ("ticket", "lsit"),
        ("sla", "due", "--within", "soon"),
    ],
)
def test_a_line_that_cannot_be_read_makes_no_store(noc: Noc, tmp_path: Path, words: tuple[str, ...]) -> None:
    assert noc(*words).code == 2
    assert not (tmp_path / "store").exists()


def test_a_false_time_makes_no_file(noc: Noc, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOC_NOW", NOW)
    assert noc("ticket", "list").code == 2
    assert not (tmp_path / "store").exists()


def test_an_empty_file_becomes_a_store(noc: Noc, tmp_path: Path) -> None:
    place = tmp_path / "empty.db"
    place.touch()
    assert noc("ticket", "list", "--store", str(place)).code == 0
    assert noc("doctor", "--store", str(place)).code == 0


def test_what_is_no_file_is_no_store(noc: Noc, tmp_path: Path) -> None:
    assert noc("ticket", "list", "--store", str(tmp_path)).code == 6
    for place in ("/dev/null", "/dev/zero"):
        if os.path.exists(place):  # noqa: PTH110
            said = noc("ticket", "list", "--store", place)
            assert (said.code, place in said.err, Path(place + "-journal").exists()) == (6, True, False)


@pytest.mark.parametrize("address", ["mysql://u:geheim@db/noc", "sqlite:///x.db", "https://u:geheim@example/"])
def test_an_address_of_something_else_is_refused_and_makes_nothing(
    noc: Noc, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.chdir(tmp_path)
    said = noc("ticket", "list", "--store", address)
    assert (said.code, "geheim" in said.err, list(tmp_path.iterdir())) == (2, False, [])


@pytest.mark.parametrize(
    "address",
    ["postgresql://u:geheim@db:port/noc", "postgresql://u:geheim@[::1/noc", "postgresql://u:geheim@db:99999999/noc"],
)
def test_a_broken_address_is_told_without_its_password(noc: Noc, address: str) -> None:
    for command in (("ticket", "list"), ("doctor",), ("store", "path"), ("store", "init")):
        said = noc(*command, "--store", address)
        assert (said.code, "geheim" in said.err + said.out) == (2, False), said.err


@pytest.mark.parametrize(
    "address", ["postgresql://u:geheim@127.0.0.1:1/noc", "postgres://u@127.0.0.1:1/noc?password=geheim"]
)
def test_a_server_that_is_away_is_told_without_the_password(noc: Noc, address: str) -> None:
    pytest.importorskip("psycopg")
    said = noc("ticket", "list", "--store", address)
    assert (said.code, "geheim" in said.err) == (6, False)


def test_a_file_of_another_program_is_left_as_it_is(noc: Noc, tmp_path: Path) -> None:
    place = tmp_path / "other.db"
    with sqlite3.connect(place) as other:
        other.execute("CREATE TABLE theirs (a)")
    other.close()
    before = place.read_bytes()
    for command in (("ticket", "list"), ("store", "init"), ("doctor",), ("store", "migrate"), ("store", "rebuild")):
        assert noc(*command, "--store", str(place)).code == 6
    assert place.read_bytes() == before


@pytest.mark.parametrize(("code", "made"), [("hz2", "HZ2"), ("HZ1", "HZ1"), ("7", "7"), ("ABCDEFGH", "ABCDEFGH")])
def test_the_code_of_a_store_is_what_references_can_begin_with(noc: Noc, code: str, made: str) -> None:
    assert noc("store", "init", "--code", code).out.startswith(f"{made} ")
    assert register(noc) == f"{made}-1"


@pytest.mark.parametrize("code", ["A B", "HZ-1", "ABCDEFGHI", "杭州", "a\x1b[m", "ſ"])
def test_another_code_is_refused_before_a_store_is_made(noc: Noc, tmp_path: Path, code: str) -> None:
    assert noc("store", "init", "--code", code).code == 2
    assert not (tmp_path / "store").exists()


def test_dry_runs_about_the_store_change_nothing(noc: Noc, tmp_path: Path) -> None:
    place = tmp_path / "store" / "noc.db"
    assert noc("store", "init", "--dry-run", "-o", "json").json["dry_run"] is True
    assert not place.exists()
    register(noc)
    before = place.read_bytes()
    copy = tmp_path / "copy.db"
    assert noc("store", "init", "--dry-run").code == 5
    assert noc("store", "backup", str(copy), "--dry-run").code == 0
    assert not copy.exists()
    assert noc("store", "migrate", "--dry-run", "-o", "json").code == 0
    assert noc("store", "rebuild", "--dry-run", "-o", "json").json == []
    assert place.read_bytes() == before
    assert noc("store", "backup", str(copy)).code == 0
    assert noc("store", "backup", str(copy), "--dry-run").code == 5
    assert noc("store", "restore", str(copy), "--dry-run").code == 5
    other = str(tmp_path / "other.db")
    assert noc("store", "restore", str(copy), "--store", other, "--dry-run").code == 0
    assert not Path(other).exists()
    assert noc("store", "restore", str(tmp_path / "none"), "--store", other, "--dry-run").code == 4


def test_every_command_that_writes_takes_dry_run_wherever_it_stands(noc: Noc) -> None:
    ref = register(noc)
    for words in (("ticket", "note", ref, "--text", "x"), ("ticket", "release", ref), ("timers", "run"),
                  ("sla", "recompute"), ("engineer", "add", "li", "--roles", "lead")):  # fmt: skip
        noc("--dry-run", *words)
        noc(words[0], "--dry-run", *words[1:])
        noc(*words, "--dry-run")
    assert noc("doctor", "-o", "json").json[3]["seen"].startswith("2 ")  # the first engineer, and the ticket
    assert noc("ticket", "list", "--dry-run", "-o", "ids").out.strip() == ref
    hidden = [entry.make() for entry in store_commands.command().entries.all().values()]
    assert {command.name for command in hidden if "--dry-run" in noc("store", command.name, "--help").out} == {
        "init", "migrate", "rebuild", "backup", "restore",
    }  # fmt: skip


def test_a_dry_run_of_timers_says_what_would_be_fired(training: Noc, monkeypatch: pytest.MonkeyPatch) -> None:
    ref = register(training)
    monkeypatch.setenv("NOC_NOW", "2026-11-23T12:00:00+08:00")
    would = training("timers", "run", "--dry-run", "-o", "json").json
    assert {item["ref"] for item in would} == {ref}
    assert training("inbox", "list", "-o", "json").json == []
    assert training("timers", "run", "-o", "json").json == would
    (first, *_rest) = training("inbox", "list", "-o", "ids").out.split()
    assert training("inbox", "done", first, "--dry-run", "-o", "json").json == {
        "id": first, "state": "done", "dry_run": True,
    }  # fmt: skip
    assert training("inbox", "list", "-o", "ids").out.split()[0] == first
