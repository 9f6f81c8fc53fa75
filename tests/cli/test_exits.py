"""One exit code for each class of error, and quiet ends: a reader who left, an interruption."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from noc_console.cli import render
from noc_console.errors import Conflict
from tests.cli.conftest import Noc, register
from tests.repository import ROOT


def test_done(noc: Noc) -> None:
    assert noc("ticket", "list").code == 0


def test_refused_by_a_rule(noc: Noc) -> None:
    assert noc("ticket", "confirm", register(noc)).code == 1


def test_not_found(noc: Noc) -> None:
    assert noc("ticket", "show", "HZ1-1").code == 3
    assert noc("ticket", "accept", "HZ1-1", "-o", "json").raw == b""
    noc("ticket", "list")
    assert noc("ticket", "list", "--as", "stranger").code == 3


def test_bad_input(noc: Noc, tmp_path: Path) -> None:
    assert noc("policy", "check", str(tmp_path / "none.toml")).code == 4
    assert noc("engineer", "import", "-", stdin=b'[{"nam": "x"}]').code == 4


def test_conflict(noc: Noc) -> None:
    assert noc("store", "init").code == 0
    assert noc("store", "init").code == Conflict.exit_code == 5


def test_store_unavailable(noc: Noc, tmp_path: Path) -> None:
    broken = tmp_path / "broken.db"
    broken.write_bytes(b"this is no store, whatever its name says" * 100)
    assert noc("ticket", "list", "--store", str(broken)).code == 6
    assert noc("doctor", "--store", str(tmp_path / "none.db")).code == 6


def test_a_false_time_is_refused_on_a_live_store(noc: Noc, monkeypatch: pytest.MonkeyPatch) -> None:
    noc("store", "init")
    monkeypatch.setenv("NOC_NOW", "2020-01-01T00:00Z")
    assert noc("ticket", "list").code == 2


def test_a_reader_who_left_is_told_nothing(noc: Noc) -> None:
    register(noc)
    command = f"{sys.executable} -m noc_console.cli.main ticket list -o json"
    process = subprocess.Popen(command.split(), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    with process.stderr:
        assert process.stderr.read() == b""
    assert process.wait() == 141


def test_an_interruption_ends_with_130(noc: Noc, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_args: object, **_more: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(render, "many", interrupt)
    assert noc("ticket", "list").code == 130


def test_bytes_that_are_no_text_are_stored_as_text(noc: Noc) -> None:
    # what Python makes of b"caf\xe9" on a command line
    ref = register(noc, "caf\udce9")
    assert noc("ticket", "show", ref, "-o", "json").json["subject"] == "caf\ufffd"
    assert noc("ticket", "list", "caf\udce9").code == 0
    assert noc("ticket", "show", "\udce9").code == 3
    assert noc("ticket", "list", "--store", "\udce9").code == 2
    assert noc("intake", "email", "\udce9").code == 4


@pytest.mark.skipif(os.name == "nt", reason="Windows gives text, never bytes")
def test_bytes_that_are_no_text_in_a_process(noc: Noc) -> None:
    assert noc("store", "init").code == 0
    done = subprocess.run(
        [sys.executable.encode(), b"-m", b"noc_console.cli.main", b"ticket", b"list", b"caf\xe9"],
        cwd=ROOT, capture_output=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, b"")


WORDS = st.sampled_from(
    ["ticket", "list", "show", "next", "accept", "note", "new", "store", "path", "-o", "json", "ids", "csv", "--", "-",
     "--limit", "3", "HZ1-1", "--text", "x", "--dry-run", "--help", "owner:me", "due<", "--sort", "engineer", "role"]
)  # fmt: skip


@settings(max_examples=60)
@given(arguments=st.lists(WORDS | st.text(max_size=5), min_size=1, max_size=7))
def test_no_line_ends_otherwise(arguments: list[str], tmp_path_factory: pytest.TempPathFactory) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NOC_STORE", str(tmp_path_factory.getbasetemp() / "any.db"))
        patch.setenv("NOC_ENGINEER", "wang")
        patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO()))
        from noc_console.cli.main import main

        # only words that begin nothing of the shell's own completion
        if not any(word.startswith(("--install", "--show")) for word in arguments):
            assert main(arguments) in range(7)
