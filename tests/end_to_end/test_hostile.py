"""A store full of what strangers send, on a real terminal and in every output: nothing of it is more than text.

What is compared are raw bytes. The same keys are pressed on a store with plain texts: a control sequence that only the
hostile store brings forth would have come from the texts.
"""

from __future__ import annotations

import csv
import io
import json
import re
import sys
import unicodedata
from base64 import b64decode
from pathlib import Path

import pytest

from noc_console.text import clean
from tests.end_to_end.faces import Commands
from tests.end_to_end.hostile import LONG_LINE, MARK, PLAIN, TEXT, fill, mail_file
from tests.end_to_end.stage import Stage

# Whole sequences, those that never end included: whatever stands in one is not shown.
SEQUENCE = re.compile(r"\x1b(?:\[[0-9;:<=>?]*[ -/]*[@-~]|[PX^_\]].*?(?:\x1b\\|\x07|$)|[ -/]*[0-~])", re.S)
OSC_52 = re.compile(r"\x1b\]52;c;([^\x07\x1b]*)(?:\x07|\x1b\\)")
ALLOWED = "\r\n\t\x08"
#: as a system hands it to a program: no argument has a NUL
ARGUMENT = TEXT.replace("\x00", "")


def shapes(raw: bytes) -> set[str]:
    """Return the control sequences of an output, with figures and what is copied to a clipboard left out."""
    text = OSC_52.sub("\x1b]52;c;?\x07", raw.decode("utf-8", "surrogateescape"))
    found = {re.sub(r"[0-9]+", "N", match.group()) for match in SEQUENCE.finditer(text)}
    return {re.sub(r"(N[;:])+N?", "N", shape) if shape.startswith("\x1b[") else shape for shape in found}


def hidden(text: str) -> set[str]:
    """Return the characters that steer a terminal or hide text, sequences aside."""
    plain = SEQUENCE.sub("", text)
    return {
        hex(ord(character))
        for character in plain
        if unicodedata.category(character) in ("Cc", "Cf", "Zl", "Zp") and character not in ALLOWED
    }


# --- On a terminal -------------------------------------------------------------------------------------------


def tour(stage: Stage, *, lang: str = "en") -> bytes:
    """Look at every screen, dialog and list of a store by key and return all that was sent to the terminal."""
    if sys.platform == "win32":  # there is no pty to be a terminal on
        pytest.skip("a pty is needed")
    from tests.end_to_end.terminal import Terminal

    environ = {"NOC_STORE": stage.path, "NOC_ENGINEER": "zhao", "TZ": "Asia/Shanghai", "NOC_LANG": lang}
    see = Terminal(environ=environ, columns=100, lines=30)
    see.until("HZ1-1 (?s:.*)HZ1-2")
    see.press("f3", shown="clocks ")
    see.press("home", "enter", shown="Next steps(?s:.*)c  Complete")
    for key, shown in (("f4", "Next steps"), ("tab", "Next steps"), ("G", "Next steps"), ("tab", "Next steps")):
        see.press(key, shown=shown)
    see.press("f3", shown="Esc closes")
    see.press("escape", shown="Next steps", gone="Esc closes")
    see.press("?", shown="Ticket HZ1-")
    see.press("escape", shown="Next steps", gone="Ticket HZ1-")
    see.press("ctrl+p", shown="ticket: Complete")
    see.press("escape", shown="Next steps", gone="ticket: ")
    for key, title in (("m", "Note: HZ1"), ("M", "Merge: HZ1"), ("c", "Complete: HZ1")):
        see.press(key, shown=title)
        see.press("escape", shown="Next steps", gone=title)
    see.press("Y", shown="clipboard")
    see.press("]", shown="Next steps")
    see.press("escape", shown="filter: ")
    see.press("space", shown="1 marked")
    see.press("C", shown="marked tickets|Cancel")
    see.press("escape", shown="filter: ", gone="marked tickets")
    see.press("escape", shown="filter: ", gone="1 marked")
    see.press("v", shown="Views")
    see.press("escape", shown="filter: ", gone="Views")
    see.press("/", shown=r"is:snoozed(?s:.*)is:snoozed")
    see.write(MARK, shown=f"is:snoozed {MARK}")
    see.press("enter", shown=f"filter: .*{MARK}")
    see.press("7", shown="Outbox")
    see.until("HZ1-")
    see.press("enter", shown="HZ1-")
    see.press("escape", shown="Outbox")
    see.press("tab", "enter", shown="Outbox|Next steps")
    see.leave("ctrl+q")
    return see.raw


def test_nothing_of_a_hostile_store_steers_the_terminal(template: Path, tmp_path: Path, stage: Stage) -> None:
    monkeypatch = stage._monkeypatch
    plain = Stage(template, tmp_path / "plain", monkeypatch)
    fill(plain, PLAIN, PLAIN)
    fill(stage, TEXT, LONG_LINE)
    expected, raw = tour(plain), tour(stage)
    plain.close()
    # the last thing that the console sends when it ends; a pty that closes first may not pass it on
    assert shapes(raw) - shapes(expected) - {"\x1b[<u"} == set()
    text = raw.decode("utf-8")  # a lone C1 byte would be no UTF-8
    assert hidden(text) == set()
    assert not [match.group() for match in SEQUENCE.finditer(OSC_52.sub("", text)) if MARK in match.group()]
    for copied in OSC_52.findall(text):
        said = b64decode(copied).decode("utf-8")
        assert said == clean(said, multiline=True)
    for number in ("01", "04", "06", "07", "09", "10", "11"):
        assert f"{MARK}-{number}" in SEQUENCE.sub("", text), "its words are shown, as words"
    assert "[@click=app.quit]" in SEQUENCE.sub("", text)


def test_the_comparison_finds_what_it_is_for() -> None:
    clear = b"\x1b[1;31mred\x1b[0m\x1b[12;4H"
    assert shapes(b"\x1b[38;5;4m\x1b[7m\x1b[2;2H") - shapes(clear) == set()
    for evil in (b"\x1b]0;x\x07", b"\x1b[2J", b"\x1bPq\x1b\\", b"\x1bc", b"\x1b]8;;http://x\x1b\\"):
        assert shapes(clear + evil) - shapes(clear)
    assert hidden("a\x9b31m\u202eb\u200b\x00") == {"0x9b", "0x202e", "0x200b", "0x0"}


# --- In every output -----------------------------------------------------------------------------------------

LISTS = (
    ("ticket", "list", "state:all"), ("ticket", "show", "HZ1-1"), ("ticket", "show", "HZ1-2"),
    ("ticket", "next", "HZ1-1"),
    ("outbox", "list"), ("inbox", "list"), ("engineer", "list"), ("customer", "list"), ("view", "list"),
    ("sla", "explain", "HZ1-1"), ("sla", "due"), ("timers", "list"), ("policy", "show"),
    ("intake", "quarantine", "list"),
    ("doctor",), ("keys",), ("store", "verify"),
)  # fmt: skip


@pytest.fixture
def noc(stage: Stage, capsys: pytest.CaptureFixture[str]) -> Commands:
    """Give the command line on a stage full of hostile texts."""
    fill(stage, TEXT, LONG_LINE)
    return Commands(stage, capsys)


def test_no_output_of_any_command_carries_a_control(noc: Commands) -> None:
    heard = ""
    csv.field_size_limit(10 * len(LONG_LINE))
    for words in LISTS:
        for output in ("text", "json", "ndjson", "csv", "ids"):
            said = noc(*words, "-o", output, by="zhao")
            assert said.code in (0, 2), (words, output, said.err)
            for stream in (said.out, said.err):
                assert "\x1b" not in stream, (words, output)
                assert hidden(stream) == set(), (words, output)
            if output == "json" and said.code == 0:
                json.loads(said.out)
            if output == "csv":
                cells = [cell for row in csv.reader(io.StringIO(said.out)) for cell in row]
                assert not [cell for cell in cells if cell.startswith(("=", "+", "@", "-"))], words
            heard += said.out
    assert heard.count(MARK) > 100


def test_what_a_mail_brings_is_told_and_refused_cleanly(noc: Commands, stage: Stage) -> None:
    file = mail_file(stage.folder)
    for output in ("text", "json"):
        said = noc("intake", "email", str(file), "-o", output, "--dry-run")
        assert said.code == 0, said.err
        assert "\x1b" not in said.out + said.err and hidden(said.out + said.err) == set()
    for words in (
        ("ticket", "show", ARGUMENT), ("ticket", "note", "HZ1-1", f"--{ARGUMENT}"), (ARGUMENT,),
        ("intake", "email", ARGUMENT), ("ticket", "list", f"state:{ARGUMENT}"),
        ("ticket", "accept", "HZ1-1", f"--hold-for={ARGUMENT}"),
        ("ticket", "attach", "HZ1-1", "--file", ARGUMENT),
        ("ticket", "hand-over", "HZ1-1", f"--to={ARGUMENT}"),
    ):  # fmt: skip
        said = noc(*words)
        assert said.code in (1, 2, 3, 4), (words, said.err)
        assert "\x1b" not in said.out + said.err and hidden(said.out + said.err) == set(), words[:2]
