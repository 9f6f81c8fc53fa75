"""Diagnosis by keys: a tree chosen, answered by digits and values, a warning ticked, an act approved, finished."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual import events

from noc_console import i18n
from noc_console.desk import diagnosis, register, tree_import
from noc_console.desk.diagnosis_view import RunView
from noc_console.screens.choose import Choose
from noc_console.screens.diagnosis import DiagnosisScreen, TreeChoice
from noc_console.screens.diagnosis_run import RunScreen
from noc_console.screens.event_form import EventForm
from noc_console.screens.help import keys_content
from noc_console.screens.pages import Page
from noc_console.screens.queue import QueueScreen
from noc_console.screens.ticket import TicketScreen
from tests.desk.grove import BY_CLASS, ONU, PORT, THRESHOLDS, planted, written
from tests.screens.driver import Office, Person, console


@pytest.fixture
def grown(office: Office, tmp_path: Path) -> Office:
    """An office with trees of its own, and a ticket that zhang.wei works on."""
    planted(office.desk(), tmp_path / "trees")
    made = office.ticket("No light, flat 402")
    office.act("accept", made.record)
    return office


async def begun(person: Person) -> RunScreen:
    """Begin LX-T1 for the only ticket."""
    await person.press("enter", "D")
    assert isinstance(person.screen, TreeChoice)
    place = [one.tree.id for one in person.screen._found].index("LX-T1")
    await person.press(*["down"] * place, "enter")
    assert isinstance(person.screen, RunScreen)
    return person.screen


def stands(office: Office) -> RunView:
    return diagnosis.show(office.desk(), "HZ1-2")


async def test_a_tree_is_gone_through_by_keys(grown: Office) -> None:
    async with console(grown) as person:
        await begun(person)
        assert "step 1 of at most 4" in person.text and "How many ONUs are down?" in person.text
        await person.write("6")
        await person.press("enter")
        assert "step 2 of at most 4" in person.text
        assert "LX-P01 Receive power: -27..-8 dBm  (V2; class B+ window)" in person.text
        await person.write("-31,2")
        await person.press("enter")
        assert "WARNING" in person.text and "[ ] I have read this" in person.text and "who: zhang.wei" in person.text
        assert "Space tick as read" in person.text
        await person.press("space")
        assert "[x] I have read this" in person.text and "Space tick as read" not in person.text
        assert "tick a warning as read" in keys_content(person.screen, ()).plain
        await person.press("space")
        assert "[ ] I have read this" in person.text
        await person.press("1")
        assert "[x] I have read this" in person.text and stands(grown).row["step"] == "S03"
        await person.press("1")
        assert "needs an approval" in person.text and "LX-T1.S02" in person.text
        assert "[-31.2 dBm low]" in person.text and "V2 LX-P01" in person.text
        await person.press("1")
        assert "is not approved" in person.toasts and stands(grown).row["step"] == "S04"
        await person.press("c")
        assert "at its end" in person.text
        await person.press("b")
        assert stands(grown).row["step"] == "S04"
        register.put(grown.desk(), "engineer", {"name": "chen.bo", "roles": ("lead",)})
        diagnosis.act(grown.desk("chen.bo"), "HZ1-2", "approve_step", {"how": "here"})
        await person.tick()
        assert "approved by chen.bo" in person.text
        await person.press("1")
        assert "Cause code: AC-ONU-FAIL" in person.text and "We replace it" in person.text
        assert "unsafe -> E98" not in person.text, "an end has no answers"
        await person.press("F")
        if isinstance(person.screen, EventForm):
            await person.press("f2")
        await person.press("right", "enter")
        assert stands(grown).row["state"] == "located"


async def test_a_value_that_cannot_be_believed_is_asked_again(grown: Office) -> None:
    async with console(grown) as person:
        await begun(person)
        await person.write("6 dB")
        await person.press("enter")
        assert "not for dB" in person.toasts
        assert isinstance(person.screen, RunScreen) and person.screen._value.value == "6 dB"
        await person.press("escape")
        await person.press("9")
        assert "no answer 9" in person.toasts
        await person.press("escape")
        assert isinstance(person.screen, TicketScreen)
        await person.press("D")
        assert isinstance(person.screen, RunScreen), "it waits as it stands"


async def test_what_is_pasted_is_evidence(grown: Office) -> None:
    async with console(grown) as person:
        screen = await begun(person)
        await person.press("escape")
        screen.post_message(events.Paste("Rx -31.2 dBm\nTx 2.1 dBm\x1b[31m"))
        await person.settle()
        assert "evidence 1: paste-1.txt" in person.text
        assert [item["size"] for item in stands(grown).evidence] == [28]


@pytest.mark.skipif(os.name == "nt", reason="the stand-in is a script")
async def test_a_command_is_shown_then_run_and_fills_the_value(
    grown: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "ping").write_text(f"#!{sys.executable}\nprint('9 received, 10% packet loss')\n", encoding="utf-8")
    (folder / "ping").chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))
    async with console(grown) as person:
        screen = await begun(person)
        await person.press("escape", "x")
        assert "ping -n -c 10" in person.text
        await person.fill(host="-c 1")
        await person.press("f2")
        assert "cannot be a host" in person.text and not stands(grown).evidence
        await person.fill(host="192.0.2.7")
        await person.press("f2")
        assert isinstance(person.screen, Page) and "10% packet loss" in person.screen.plain
        await person.press("escape")
        assert screen._value.value == "10 %" and "evidence 1: ping-" in person.text
        assert stands(grown).evidence[0]["command"] == "ping -n -c 10 192.0.2.7"


async def test_area_two_lists_runs_and_tickets_that_wait_for_one(grown: Office) -> None:
    async with console(grown, size=(120, 40)) as person:
        await person.press("2")
        assert isinstance(person.screen, DiagnosisScreen)
        assert "no diagnosis yet" in person.text and "Trees that fit, best first" in person.text
        await person.press("enter")
        assert isinstance(person.screen, TreeChoice)
        await person.press("escape")
        diagnosis.start(grown.desk(), "HZ1-1", "LX-T1")
        await person.tick()
        assert "LX-T1.S01" in person.text and "How many ONUs are down?" in person.text
        await person.press("enter")
        assert isinstance(person.screen, RunScreen)
        await person.press("escape", "escape", "escape")
        assert isinstance(person.screen, QueueScreen)


async def test_digits_answer_and_do_not_leave_for_an_area(grown: Office) -> None:
    async with console(grown) as person:
        await begun(person)
        await person.press("escape", "2")
        assert stands(grown).row["step"] == "S02"
        await person.press("escape", "1")
        assert isinstance(person.screen, RunScreen) and stands(grown).row["step"] == "E1"


@pytest.fixture
def chinese() -> Iterator[None]:
    i18n.set_language("zh")
    yield
    i18n.set_language("en")


@pytest.mark.usefixtures("chinese")
async def test_it_speaks_chinese(grown: Office) -> None:
    async with console(grown) as person:
        await begun(person)
        assert "多少 ONU 离线" in person.text and "不足 80" in person.text


@pytest.fixture
def by_class(grown: Office, tmp_path: Path) -> Office:
    """Limits that differ by class, and a run that stands at the value that they judge."""
    folder = written(tmp_path / "classes", thresholds=BY_CLASS, LX_T1=ONU)
    assert "wrong" not in [one.action for one in tree_import.import_folder(grown.desk(), str(folder))]
    diagnosis.start(grown.desk(), "HZ1-1", "LX-T1")
    diagnosis.answer(grown.desk(), "HZ1-2", {"value": "6 %"})
    return grown


async def test_the_class_is_asked_for_where_it_decides(by_class: Office) -> None:
    async with console(by_class, size=(80, 24)) as person:
        await person.press("enter", "D")
        assert "class: none (v chooses)" in person.text
        await person.write("-30")
        await person.press("enter")
        assert isinstance(person.screen, Choose)
        assert "GPON class C+: -32..-12 dBm" in person.text
        await person.press("escape")
        assert stands(by_class).row["step"] == "S02", "nothing is answered without a class"
        await person.press("enter", "down", "enter")
        view = stands(by_class)
        assert (view.row["step"], view.way[-1].row["verdict"]) == ("E1", "good")


async def test_the_class_is_chosen_by_key_and_can_be_changed(by_class: Office) -> None:
    async with console(by_class, size=(80, 24)) as person:
        await person.press("enter", "D", "escape", "v", "down", "enter")
        assert "class: GPON class C+" in person.text and "-32..-12 dBm" in person.text
        await person.press("v", "up", "enter")
        assert "class: GPON class B+" in person.text
        assert isinstance(person.screen, RunScreen)
        person.screen._value.focus()
        await person.write("-30")
        await person.press("enter")
        view = stands(by_class)
        assert (view.row["step"], view.way[-1].row["verdict"]) == ("S03", "low")


@pytest.mark.usefixtures("chinese")
async def test_classes_are_in_chinese_too(by_class: Office) -> None:
    async with console(by_class, size=(80, 24)) as person:
        await person.press("enter", "D", "escape", "v", "enter")
        assert "等级：GPON B+ 级" in person.text


async def test_where_limits_do_not_differ_it_is_said(grown: Office) -> None:
    async with console(grown) as person:
        await begun(person)
        await person.press("escape", "v")
        assert "do not differ by class" in person.toasts and isinstance(person.screen, RunScreen)


async def test_where_no_diagnosis_may_begin_it_is_said_before_any_tree(grown: Office) -> None:
    later = grown.ticket("Registered only")
    assert later.ref == "HZ1-2"
    async with console(grown) as person:
        await person.press("home")
        while person.screen.target.ref != later.ref:
            await person.press("down")
        await person.press("enter", "D")
        assert not isinstance(person.screen, Choose)
        assert "HZ1-2 is not to be diagnosed now" in person.toasts and "fault at diagnosis" in person.toasts


async def test_a_command_that_needs_a_jump_says_at_once_where_one_is_set(grown: Office, tmp_path: Path) -> None:
    far = ONU.replace('command = "ping"', 'command = "show"')
    tree_import.import_folder(
        grown.desk(), str(written(tmp_path / "far", LX_T1=far, LX_T2=PORT, thresholds=THRESHOLDS))
    )
    async with console(grown) as person:
        await begun(person)
        await person.press("escape", "x")
        assert not isinstance(person.screen, EventForm)
        assert "config.toml names no jump command (key jump)" in person.toasts
