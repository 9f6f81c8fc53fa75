"""Streams that are closed, full or left: no traceback, the right exit code, and nothing stored is lost or damaged."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from noc_console.cli.streams import OUTPUT_LOST, READER_GONE
from tests.cli.conftest import Noc, register
from tests.repository import ROOT

pytestmark = pytest.mark.skipif(os.name == "nt", reason="a POSIX shell closes the streams")
FULL = pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no device that is always full")  # noqa: PTH110


def shell(line: str) -> tuple[int, str, str]:
    """Run a line of the shell in which ``noc`` is this program; return exit code, stdout and stderr."""
    done = subprocess.run(
        ["bash", "-c", f"noc() {{ {sys.executable} -m noc_console.cli.main \"$@\"; }}; {line}"],
        cwd=ROOT, capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    return done.returncode, done.stdout, done.stderr


OUTPUTS = ["ticket list", "ticket list -o json", "store path", "--help", "ticket locate --help", "--version"]


@pytest.mark.parametrize("command", OUTPUTS)
def test_output_that_is_closed_is_said(noc: Noc, command: str) -> None:
    register(noc)
    code, _out, err = shell(f"noc {command} >&-")
    assert (code, err.count("\n")) == (OUTPUT_LOST, 1)
    assert err.startswith("noc: error: standard output")


@FULL
@pytest.mark.parametrize("command", OUTPUTS)
def test_a_full_disk_under_the_output_is_said(noc: Noc, command: str) -> None:
    register(noc)
    code, _out, err = shell(f"noc {command} >/dev/full")
    assert (code, err.count("\n")) == (OUTPUT_LOST, 1)
    assert "No space" in err


@pytest.mark.parametrize("command", OUTPUTS)
def test_a_reader_who_left_is_not_told(noc: Noc, command: str) -> None:
    register(noc)
    _code, out, err = shell(f"noc {command} | true; echo ${{PIPESTATUS[0]}}")
    # who is quick enough has written all of it before the reader is gone
    assert (int(out) in (0, READER_GONE), err) == (True, "")


@pytest.mark.parametrize("closed", ["2>&-", ">&- 2>&-", "2>/dev/full", "2>&1 | true; exit ${PIPESTATUS[0]}"])
def test_messages_that_nobody_takes_change_no_exit_code(noc: Noc, closed: str) -> None:
    register(noc)
    assert shell(f"noc ticket show XXX-9 {closed}")[0] == 3


@pytest.mark.parametrize("word", ["ticket note - --text x", "ticket note {ref} --text -", "intake email -",
                                  "engineer import -", "ticket import -"])  # fmt: skip
def test_input_that_is_closed_is_bad_input(noc: Noc, word: str) -> None:
    code, _out, err = shell(f"noc {word.format(ref=register(noc))} <&-")
    assert (code, "standard input" in err, "Traceback" in err) == (4, True, False)


def test_a_closed_input_hinders_nobody_who_reads_none(noc: Noc) -> None:
    ref = register(noc)
    assert shell("noc ticket list -o ids <&-") == (0, f"{ref}\n", "")
    assert shell("noc <&-")[0] == 2


def test_what_was_done_before_the_output_failed_is_stored_and_sound(noc: Noc) -> None:
    ref = register(noc)
    assert shell(f"noc ticket note {ref} --text first >&-")[0] == OUTPUT_LOST
    assert shell(f"noc ticket note {ref} --text second >&- 2>&- <&-")[0] == OUTPUT_LOST
    timeline = noc("ticket", "show", ref, "-o", "json").json["timeline"]
    assert [entry["text"] for entry in timeline if entry["event"] == "note"] == ["first", "second"]
    assert noc("store", "verify").code == 0
