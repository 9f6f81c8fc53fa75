"""A command of a step: shown with what the ticket names, run without a shell and within bounds, kept byte for byte."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noc_console.checklists import commands, trees
from noc_console.desk import command_run, diagnosis, diagnosis_command
from noc_console.desk.command_run import execute
from noc_console.errors import BadInput, NotFound, UsageError
from noc_console.store import blobs
from noc_console.workflows.command_line import fits
from noc_console.workflows.command_values import value_for
from tests.desk.grove import planted
from tests.desk.scene import Scene

LINUX = """PING 192.0.2.7 (192.0.2.7) 56(84) bytes of data.
--- 192.0.2.7 ping statistics ---
10 packets transmitted, 9 received, 10% packet loss, time 9012ms
rtt min/avg/max/mdev = 1.204/3.417/5.602/0.9 ms
"""
WINDOWS = "数据包: 已发送 = 10，已接收 = 9，丢失 = 1 (10% 丢失)，\n    最短 = 1ms，最长 = 5ms，平均 = 3ms\n"


@pytest.fixture
def run(scene: Scene, tmp_path: Path) -> str:
    """A run at a step that offers ping, for a ticket that names a host."""
    planted(scene.admin, tmp_path / "trees")
    ref = scene.register(domain="access", objects=("circuit:C-1", "host:192.0.2.7"))
    scene.to(ref, "accepted")
    return diagnosis.start(scene.desk("wei"), ref, "LX-T1").ref


def program(folder: Path, name: str, code: str) -> None:
    """Put a program into a folder, written in Python."""
    folder.mkdir()
    path = folder / name
    path.write_text(f"#!{sys.executable}\n{code}\n", encoding="utf-8")
    path.chmod(0o755)


def test_it_is_shown_with_the_host_of_the_ticket_and_not_run(scene: Scene, run: str) -> None:
    offer = diagnosis_command.offered(scene.desk("wei"), run)
    assert (offer.argv[0], offer.argv[-1], offer.missing) == ("ping", "192.0.2.7", ())
    assert shlex.split(offer.line) == list(offer.argv)
    assert diagnosis.show(scene.desk("wei"), run).evidence == ()


@pytest.mark.skipif(os.name == "nt", reason="the stand-in is a script")
def test_its_output_is_evidence_and_gives_the_value(
    scene: Scene, run: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = LINUX.encode() + b"\xff"
    program(tmp_path / "bin", "ping", f"import sys; sys.stdout.buffer.write({raw!r})")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    desk = scene.desk("wei")
    offer = diagnosis_command.offered(desk, run)
    printed, view, value = diagnosis_command.run(desk, run, offer)
    assert (printed.code, printed.ended, value) == (0, "", "10 %")
    (item,) = view.evidence
    assert (item["command"], item["step"]) == (offer.line, "S01")
    with desk.reading() as connection:
        assert blobs.read(connection, item["sha256"]) == raw
    diagnosis.answer(desk, run, {"value": value})
    assert diagnosis.show(desk, run).row["step"] == "S02"


def test_where_the_program_is_not_it_is_said_and_nothing_stored(
    scene: Scene, run: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    desk = scene.desk("wei")
    with pytest.raises(NotFound, match="ping is not on this computer"):
        diagnosis_command.run(desk, run, diagnosis_command.offered(desk, run))
    assert diagnosis.show(desk, run).evidence == ()


NO_HOSTS = (
    "-c", "--help", "a b", "a;reboot", "$(id)", "`id`", "a|b", "a\nb", "", "x" * 300, "../etc", "192.0.2.7/24",
    "fe80::1%;id", "fe80::1%$(id)", "192.0.2.7%eth0",
)  # fmt: skip


@pytest.mark.parametrize("host", NO_HOSTS)
def test_what_is_no_host_is_refused(scene: Scene, run: str, host: str) -> None:
    with pytest.raises(BadInput):
        diagnosis_command.offered(scene.desk("wei"), run, {"host": host})


HOSTS = ("192.0.2.7", "2001:db8::1", "fe80::1%eth0", "olt-bj3", "olt_3.example.net", "a.example.")


@pytest.mark.parametrize("host", HOSTS)
def test_names_and_addresses_are_hosts(host: str) -> None:
    assert fits("host", host)


def test_an_argument_that_the_command_does_not_take_is_named(scene: Scene, run: str) -> None:
    with pytest.raises(UsageError, match="takes no oid"):
        diagnosis_command.offered(scene.desk("wei"), run, {"oid": "1.3.6.1"})


@given(st.text(max_size=40), st.sampled_from(["host", "name", "port", "oid", "line", "id", "phone"]))
def test_no_argument_is_an_option_or_has_a_shells_own_characters(text: str, slot: str) -> None:
    if fits(slot, text):
        assert not text.startswith("-")
        assert not set(text) & set(";&|`$<>(){}!*?~\"'\\\n\r\t\0#")


def test_a_line_only_shows() -> None:
    assert fits("line", "show interface xe-0/0/3")
    assert not fits("line", "show run | append x")
    assert not fits("line", "reload in 5")


def test_a_program_that_takes_too_long_is_ended() -> None:
    argv = (
        sys.executable,
        "-c",
        "import sys; sys.stdout.write('begun'); sys.stdout.flush(); sys.stdin.read()\nwhile 1: pass",
    )
    found = execute(argv, timeout_s=1.5)
    assert (found.content, found.ended) == (b"begun", "ended: it took too long")


def test_a_program_that_prints_too_much_is_ended() -> None:
    argv = (sys.executable, "-c", "while 1: print('x' * 1000)")
    found = execute(argv, timeout_s=30, most=10_000)
    assert (len(found.content), found.ended) == (10_000, "ended: it printed too much")


@pytest.mark.skipif(os.name == "nt", reason="what it starts is told by the signals of POSIX")
def test_what_a_program_has_started_is_ended_with_it(tmp_path: Path) -> None:
    child = tmp_path / "child"
    code = (
        "import pathlib, subprocess, sys; one = subprocess.Popen([sys.executable, '-c', 'while 1: pass']);"
        f"pathlib.Path({str(child)!r}).write_text(str(one.pid)); one.wait()"
    )

    def go_on(_seconds: int) -> bool:
        return not child.exists() or not child.read_text()

    execute((sys.executable, "-c", code), timeout_s=60, go_on=go_on)
    pid = int(child.read_text())
    until = time.monotonic() + 30
    while time.monotonic() < until and _runs(pid):
        time.sleep(0.02)
    assert not _runs(pid)


def _runs(pid: int) -> bool:
    """Tell whether a program runs; one that has ended and that nobody has asked for does not."""
    status = Path(f"/proc/{pid}/stat")
    try:
        os.kill(pid, 0)
        return status.read_text().rpartition(")")[2].split()[0] != "Z" if Path("/proc/self").exists() else True
    except (ProcessLookupError, FileNotFoundError):
        return False


def test_windows_is_asked_to_end_the_tree(monkeypatch: pytest.MonkeyPatch) -> None:
    process = subprocess.Popen((sys.executable, "-c", "while 1: pass"))
    asked: list[tuple[str, ...]] = []
    with monkeypatch.context() as windows:
        windows.setattr(os, "name", "nt")
        windows.setattr(subprocess, "run", lambda words, **_how: asked.append(words))
        command_run._end(process)
    assert process.wait(30) != 0
    assert asked[0][1:] == ("/T", "/F", "/PID", str(process.pid))


def test_a_program_is_ended_when_it_is_not_to_go_on() -> None:
    asked: list[int] = []

    def go_on(seconds: int) -> bool:
        asked.append(seconds)
        return len(asked) < 3

    found = execute((sys.executable, "-c", "while 1: pass"), timeout_s=60, go_on=go_on)
    assert (found.ended, len(asked)) == ("ended: it was stopped by hand", 3)


def test_what_a_short_program_printed_too_much_is_told() -> None:
    found = execute((sys.executable, "-c", "print('x' * 20_000)"), timeout_s=30, most=10_000)
    assert (len(found.content), found.ended) == (10_000, "ended: it printed too much")


def test_a_program_is_given_no_input_and_its_words_as_they_are() -> None:
    code = "import sys; print(sys.stdin.read() == '', sys.argv[1:])"
    found = execute((sys.executable, "-c", code, "$HOME;id", "*"), timeout_s=30)
    assert found.text.split() == ["True", "['$HOME;id',", "'*']"]


@pytest.mark.parametrize("printed", [LINUX, WINDOWS])
def test_ping_is_read_in_the_words_of_the_systems(printed: str) -> None:
    assert value_for("ping", printed, "%") == "10 %"
    assert value_for("ping", printed, "ms") in ("3.417 ms", "3 ms")
    assert value_for("ping", printed, "dBm") == ""
    assert value_for("ping", "ping: unknown host", "%") == ""


@pytest.mark.parametrize("tree", trees.shipped().trees.values(), ids=lambda tree: tree.id)
def test_every_command_that_a_shipped_tree_offers_is_known(tree: trees.Tree) -> None:
    assert {step.command for step in tree.steps if step.command} <= set(commands.load())
