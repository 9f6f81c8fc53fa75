"""The console on a real terminal of 80x24: a ticket by keys alone, the same by commands, and terminals of all kinds."""

from __future__ import annotations

import json
import re
import signal
import sys
from collections.abc import Iterator
from typing import Any

import pytest

if sys.platform == "win32":  # there is no pty to be a terminal on
    pytest.skip("a pty is needed", allow_module_level=True)

from tests.end_to_end.faces import Commands
from tests.end_to_end.stage import Stage
from tests.end_to_end.terminal import KEYS, Terminal
from tests.end_to_end.walk import CALL, COMMANDS, Walk

WHO = "zhao"
STATES = [
    "registered", "accepted", "waiting_customer", "accepted", "waiting_third_party", "accepted", "diagnosing",
    "located", "planned", "approved", "executing", "restored", "feedback_given", "closed", "archived",
]  # fmt: skip


@pytest.fixture
def noc(stage: Stage, capsys: pytest.CaptureFixture[str]) -> Commands:
    """Give the command line on the stage."""
    return Commands(stage, capsys)


@pytest.fixture
def environ(stage: Stage) -> dict[str, str]:
    """Return what the program is started with: the stage's store, who acts, and a zone with a name."""
    return {"NOC_STORE": stage.path, "NOC_ENGINEER": WHO, "TZ": "Asia/Shanghai", "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}


@pytest.fixture
def walk(environ: dict[str, str]) -> Iterator[Walk]:
    """Give a person at the console of an empty store."""
    terminal = Terminal(environ=environ)
    terminal.until("register the first ticket")
    yield Walk(terminal)
    terminal.leave()


def test_a_ticket_goes_through_every_state_by_keys_and_by_commands_alike(walk: Walk, noc: Commands) -> None:
    walk.register()
    walk.whole_way()
    walk.back()
    assert walk.leave() == 0
    by_keys = noc("ticket", "show", "HZ1-1", "-o", "json", by=WHO).json
    assert [entry["to"] for entry in by_keys["timeline"]] == STATES
    assert {(entry["actor"], entry["via"]) for entry in by_keys["timeline"]} == {(WHO, "console")}

    words = [f"--{name.replace('_', '-')}={text}" for name, text in CALL.items()]
    assert noc("ticket", "new", *words, by=WHO).out == "HZ1-2 registered\n"
    for verb, inputs in COMMANDS:
        options = [f"--{name}" if text == "yes" else f"--{name}={text}" for name, text in inputs.items()]
        said = noc("ticket", verb, "HZ1-2", *options, by=WHO)
        assert said.code == 0, said.err
    by_commands = noc("ticket", "show", "HZ1-2", "-o", "json", by=WHO).json
    assert _told(by_commands) == _told(by_keys)


def _told(ticket: dict[str, Any]) -> dict[str, Any]:
    """Return a ticket without what tells two of them apart, or which face was used: a form says its defaults too."""
    own = {"id", "ref", "next", "outbox", "messages", "attachments", "archive_digest"}
    timeline = [{key: value for key, value in one.items() if key not in ("via", "text")} for one in ticket["timeline"]]
    return {key: value for key, value in ticket.items() if key not in own} | {"timeline": timeline}


def test_the_early_ends_are_reached_by_key_too(walk: Walk, noc: Commands) -> None:
    tab = ("tab",)
    walk.register("To be withdrawn")
    walk.verb("C", "cancel", "works again", tab, "Ms Wang", tab, ("1",), state="cancelled", sure=True)
    walk.back()
    walk.register("An advertisement")
    walk.verb("J", "reject", ("3",), state="rejected", sure=True)
    walk.back()
    walk.register("The first of two")
    walk.back()
    walk.register("The second of two")
    walk.verb("M", "merge", "HZ1-3", state="merged", sure=True)
    walk.back()
    assert walk.leave() == 0
    states = {row["ref"]: row["state"] for row in noc("ticket", "list", "state:all", "-o", "json").json}
    assert states == {"HZ1-1": "cancelled", "HZ1-2": "rejected", "HZ1-3": "registered", "HZ1-4": "merged"}


def test_enter_alone_ends_nothing(walk: Walk, noc: Commands) -> None:
    walk.register()
    see = walk.terminal
    see.press("C", shown="Cancel: HZ1-1")
    for text in ("works again", "Ms Wang"):
        see.write(text)
        see.press("tab")
    see.press("1", shown=r"\[1 phone\]")
    see.press("f2", shown=r"Cancel HZ1-1\?")
    see.press("enter", shown="works again", gone=r"Cancel HZ1-1\?")
    see.press("escape", shown=r"Leave the form\?")
    see.press("enter", shown="works again", gone=r"Leave the form\?")
    see.press("escape", shown=r"Leave the form\?")
    see.press("tab", "enter", shown="Next steps")
    walk.back()
    assert walk.leave() == 0
    assert noc("ticket", "show", "HZ1-1", "-o", "json").json["state"] == "registered"


def test_what_arrives_in_one_burst_lands_where_it_was_meant(walk: Walk, noc: Commands) -> None:
    see = walk.terminal
    see.press("n", shown="Register a ticket")
    see.until(r"Emergency entry|Impact")
    keys = ("Internet down", "tab", "red light", "tab", "tab", "one household", "tab", "13812345678", "tab", "5", "tab")
    see.press("".join(KEYS.get(key, key) for key in (*keys, "4", "f2")))
    walk.now("registered")
    walk.back()
    assert walk.leave() == 0
    ticket = noc("ticket", "show", "HZ1-1", "-o", "json").json
    said = {name: ticket[name] for name in ("subject", "symptom", "scope", "domain", "grade")}
    assert said == {
        "subject": "Internet down", "symptom": "red light", "scope": "one household", "domain": "access", "grade": "P4",
    }  # fmt: skip
    assert ticket["requester"]["phone"] == "13812345678"


def test_escape_and_a_letter_that_arrive_together_are_two_keys(walk: Walk) -> None:
    walk.register()
    see = walk.terminal
    see.press(KEYS["escape"] + "v", shown="Keep this filter")
    see.press("escape", shown="filter: ", gone="Keep this filter")
    assert walk.leave() == 0


# --- Terminals of all kinds ----------------------------------------------------------------------------------

COLOURS = re.compile(rb"\x1b\[(?:[0-9;:]*;)?(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])[;:m]")
MANY_COLOURS = re.compile(rb"\x1b\[(?:[0-9;:]*;)?[34]8[;:]")


@pytest.mark.parametrize(
    ("settings", "coloured", "many"),
    [
        ({"TERM": "xterm-256color"}, True, None),
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor"}, True, True),
        ({"TERM": "xterm"}, True, False),
        ({"TERM": "xterm-256color", "NO_COLOR": "1"}, False, False),
        ({"TERM": "dumb"}, None, False),
    ],
    ids=["256", "truecolor", "16", "no-color", "dumb"],
)
def test_the_queue_says_the_same_in_any_number_of_colours(
    settings: dict[str, str], coloured: bool | None, many: bool | None, stage: Stage, environ: dict[str, str]
) -> None:
    stage.to("accepted", grade="P1", subject="Whole PON port down")
    stage.later(hours=5)
    terminal = Terminal(environ=environ | {"NOC_NOW": stage.now.isoformat()} | settings)
    terminal.until(r"HZ1-1 +P1 .*accepted .*late.*Whole PON")
    terminal.press("enter", shown="Next steps")
    terminal.until("c  Complete")
    terminal.press("escape", shown="filter: ")
    assert terminal.leave("q") == 0
    if coloured is not None:
        assert bool(COLOURS.search(terminal.raw)) is coloured
    if many is not None:
        assert bool(MANY_COLOURS.search(terminal.raw)) is many


@pytest.mark.parametrize(
    "settings", [{"LANG": "zh_CN.UTF-8", "LC_ALL": ""}, {"NOC_LANG": "zh"}], ids=["LANG", "NOC_LANG"]
)
def test_a_chinese_terminal_reads_chinese(settings: dict[str, str], stage: Stage, environ: dict[str, str]) -> None:
    stage.to("accepted", subject="宽带上不了网，光猫红灯", requester="王女士")
    terminal = Terminal(environ={**environ, **settings, "NOC_NOW": stage.now.isoformat()})
    terminal.until("HZ1-1.*宽带上不了网")
    terminal.press("enter", shown="下一步(?s:.*)c  补全")
    terminal.press("?", shown="工单 HZ1-1", gone="下一步")
    terminal.press("escape", shown="下一步")
    terminal.press("escape", shown="state:open")
    assert terminal.leave("q") == 0


def test_ctrl_c_twice_and_a_hang_up_leave_the_terminal_as_it_was(environ: dict[str, str]) -> None:
    terminal = Terminal(environ=environ)
    terminal.until("register the first ticket")
    terminal.press("ctrl+c", shown="ctrl.c again quits")
    assert terminal.leave("ctrl+c") == 0
    for on, off in ((b"?1049h", b"?1049l"), (b"?25l", b"?25h"), (b"?1000h", b"?1000l"), (b"?2004h", b"?2004l")):
        assert terminal.raw.rfind(b"\x1b[" + off) > terminal.raw.rfind(b"\x1b[" + on) >= 0


def test_without_a_terminal_it_says_so(stage: Stage, noc: Commands) -> None:
    said = noc()
    assert (said.code, said.out) == (2, "")
    assert "terminal" in said.err and json.dumps(said.out)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_who_is_ended_from_outside_gives_the_terminal_back(environ: dict[str, str], number: int) -> None:
    terminal = Terminal(environ=environ)
    terminal.until("register the first ticket")
    terminal.press("n", shown="Register a ticket")
    terminal.write("half a subject")
    terminal.signal(number)
    assert b"\x1b[?1049l" in terminal.raw
    assert b"\x1b[?1000l" in terminal.raw
