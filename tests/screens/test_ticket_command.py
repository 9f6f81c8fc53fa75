"""A command of the policy by keys: chosen, shown before it runs, confirmed, its output on a page and kept."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from noc_console import i18n
from noc_console.desk import policy
from noc_console.screens.choose import Choose
from noc_console.screens.confirm import Confirm
from noc_console.screens.event_form import EventForm
from noc_console.screens.pages import Page
from noc_console.screens.ticket import TicketScreen
from noc_console.screens.widgets.facts import Facts
from noc_console.screens.widgets.timeline import Timeline
from tests.screens.driver import Office, console


def equip(office: Office, folder: Path, code: str) -> None:
    """Let the policy have one command of its own, and nothing else that could be run."""
    argv = json.dumps([sys.executable, "-c", code, "{host}"])
    (folder / "ours.toml").write_text(
        "[commands]\nping = false\npath = false\n[commands.probe]\n"
        f'label = {{ en = "A probe", zh = "探测" }}\nargv = {argv}\ntimeout = "30s"\n',
        encoding="utf-8",
    )
    policy.import_file(office.desk(), str(folder / "ours.toml"))


@pytest.fixture
def equipped(office: Office, tmp_path: Path) -> Office:
    """An office with a command that prints what it was given."""
    equip(office, tmp_path, "import sys; print('[bold]over[/]', sys.argv[1])")
    return office


async def test_it_is_shown_confirmed_and_kept(equipped: Office) -> None:
    made = equipped.ticket("Fibre cut", objects=("host:192.0.2.7",))
    async with console(equipped, size=(140, 45)) as person:
        await person.press("enter", "!")
        assert isinstance(person.screen, Choose)
        assert "A probe" in person.text
        await person.press("enter")
        question = person.screen
        assert isinstance(question, Confirm)
        assert "192.0.2.7" in question.plain and "At most 30 s" in question.plain
        await person.press("enter")
        assert isinstance(person.screen, TicketScreen), "Enter alone runs nothing"
        await person.press("!", "enter", "tab", "enter")
        page = person.screen
        assert isinstance(page, Page)
        assert "[bold]over[/] 192.0.2.7" in page.plain
        await person.press("escape")
        assert "Run a command" in person.screen.query_one(Timeline).plain
        assert "Attachment: probe-" in person.screen.query_one(Facts).plain
    (item,) = _attachments(equipped, made.record)
    assert item["command"].endswith("192.0.2.7")


async def test_the_one_that_is_meant_of_several_is_asked_for(equipped: Office) -> None:
    made = equipped.ticket(objects=("host:192.0.2.7", "host:olt-bj3"))
    async with console(equipped) as person:
        await person.press("enter")
        await person.press("ctrl+p")
        await person.write("run a command")
        await person.press("enter", "enter")
        form = person.screen
        assert isinstance(form, EventForm)
        form.row("host").type_in("olt-bj3")
        await person.press("f2")
        assert isinstance(person.screen, Confirm)
        assert "olt-bj3" in person.screen.plain
        await person.press("tab", "enter", "escape")
    (item,) = _attachments(equipped, made.record)
    assert item["command"].endswith("olt-bj3")


async def test_one_that_takes_long_is_ended_by_escape_and_what_it_printed_is_kept(
    office: Office, tmp_path: Path
) -> None:
    equip(office, tmp_path, "any(False for _ in iter(int, 1))")
    made = office.ticket(objects=("host:192.0.2.7",))
    async with console(office) as person:
        await person.press("!", "enter", "tab")
        await person.pilot.press("enter")
        await person.until("Esc stops")
        await person.pilot.press("escape")
        await person.settle()
        assert isinstance(person.screen, Page)
        assert "ended: it was stopped by hand" in person.screen.plain
    assert len(_attachments(office, made.record)) == 1


async def test_what_the_ticket_lacks_is_said_and_nothing_asked(equipped: Office) -> None:
    equipped.ticket()
    async with console(equipped) as person:
        await person.press("!", "enter")
        assert "what probe needs is not in the ticket: host" in person.toasts
        assert not isinstance(person.screen, Confirm)


async def test_marked_tickets_are_not_run_on_together(equipped: Office) -> None:
    for name in ("a", "b"):
        equipped.ticket(name, objects=("host:192.0.2.7",))
    async with console(equipped) as person:
        await person.press("space", "space", "!")
        assert "one ticket at a time" in person.toasts


async def test_in_chinese(equipped: Office) -> None:
    equipped.ticket(objects=("host:192.0.2.7",))
    i18n.set_language("zh")
    try:
        async with console(equipped) as person:
            await person.press("!")
            assert "探测" in person.text
            await person.press("enter")
            assert "在本机执行此命令" in person.text
    finally:
        i18n.set_language("en")


def _attachments(office: Office, record: str) -> list[dict[str, object]]:
    from noc_console.desk.ticket_view import show

    return [dict(item) for item in show(office.desk(), record).attachments]
