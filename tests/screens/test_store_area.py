"""Area 7: the store's checks, messages that nobody was sent, items that nobody looked at; and what time brings."""

from __future__ import annotations

import pytest

from noc_console import i18n
from noc_console.desk import inbox, outbox
from noc_console.desk.act import Wish, act
from noc_console.screens.event_form import EventForm
from noc_console.screens.help import keys_content
from noc_console.screens.pages import Page
from noc_console.screens.palette import command_rows
from noc_console.screens.store_area import StoreScreen
from noc_console.screens.ticket import TicketScreen
from noc_console.screens.widgets.hanging import Hanging
from noc_console.store import backup
from tests.screens.driver import Office, console


async def test_the_area_says_where_the_store_is_and_that_it_is_well(office: Office) -> None:
    async with console(office, size=(140, 45)) as person:
        await person.press("7")
        assert isinstance(person.screen, StoreScreen)
        assert "integrity: no damage found" in person.text
        assert "version" in person.text
        assert "nothing waits" in person.text
        await person.press("1")
        assert "register the first ticket" in person.text


async def test_a_message_is_read_and_marked_sent_by_hand(office: Office) -> None:
    office.ticket("Fibre cut")
    assert len(outbox.page(office.desk())) == 1
    async with console(office) as person:
        await person.press("7")
        assert "HZ1-1" in person.text
        await person.press("enter")
        assert isinstance(person.screen, Page)
        await person.press("escape", "s")
        assert isinstance(person.screen, EventForm)
        await person.press("f2")
        assert not outbox.page(office.desk())
        assert "nothing waits" in person.text


async def test_what_time_brings_reaches_header_and_inbox(office: Office) -> None:
    office.ticket("Fibre cut", grade="P1")
    async with console(office) as person:
        await person.tick()
        office.pass_time(minutes=30)
        person.app.fire_timers()
        await person.settle()
        await person.tick()
        waiting = len(inbox.page(office.desk()))
        assert waiting
        assert f"!{waiting}" in person.text.splitlines()[0]
        await person.press("7", "tab")
        await person.press("enter")
        assert isinstance(person.screen, TicketScreen)
        await person.press("escape", "d", "f2")
        await person.tick()
        assert len(inbox.page(office.desk())) == waiting - 1


async def test_what_the_header_counts_for_the_person_has_a_key(office: Office) -> None:
    office.ticket("Fibre cut", grade="P1")
    office.pass_time(minutes=30)
    async with console(office) as person:
        person.app.fire_timers()
        await person.settle()
        await person.tick()
        assert "!n in the header" in keys_content(person.screen, ()).plain
        assert any(row.name == "console: Inbox" and row.key == "9" for row in command_rows(person.screen))
        await person.press("9", "enter")
        assert isinstance(person.screen, TicketScreen)
        await person.press("escape", "shift+tab", "9", "enter")
        assert isinstance(person.screen, TicketScreen), "also where the area was open on another list"


async def test_the_store_area_is_in_chinese_to_the_last_word(office: Office) -> None:
    i18n.set_language("zh")
    async with console(office, size=(140, 45)) as person:
        await person.press("7")
        assert "未发现损坏" in person.text


async def test_what_keeps_people_from_working_comes_first_with_its_way_out_to_the_last_word(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backup, "integrity", lambda engine: "page 24 is torn")
    async with console(office, size=(80, 24)) as person:
        await person.press("7")
        first = str(person.screen.query_one("#check-text", Hanging).visual).splitlines()
    assert first[1].startswith("FAULT integrity: page 24 is torn")
    assert "noc store restore NEW --store" in first[2] and first[2].endswith(".db")


def failed(office: Office, place: int, error: str) -> str:
    """Let a program try a message and be refused; return its id."""
    item = str(sorted(outbox.page(office.desk()), key=lambda one: str(one["created_at"]))[place]["id"])
    for event, inputs in (("begin", {"message_id": "<1@x>"}), ("fail", {"error": error})):
        act(office.desk(), Wish("outbox", item, event, inputs))
    return item


async def test_a_message_says_how_it_stands_and_what_stands_in_its_way(office: Office) -> None:
    office.ticket("Fibre cut")
    office.ticket("Line noisy")
    failed(office, 1, "550 5.1.1 no such \x1b[31muser")
    async with console(office, size=(80, 24)) as person:
        await person.press("7")
        lines = [line.strip() for line in person.text.splitlines()]
        refused = next(n for n, line in enumerate(lines) if line.startswith("! not delivered"))
        assert "Line noisy" in lines[refused] and lines[refused + 1].startswith("550 5.1.1 no such user")
        assert lines[refused + 2].startswith("* pending"), "what only a person can settle stands first"
        await person.press("enter")
        assert "550 5.1.1 no such user" in person.text and "tried once" in person.text


async def test_the_cursor_stays_on_its_message_when_another_goes(office: Office) -> None:
    for subject in ("Fibre cut", "Line noisy", "No tone"):
        office.ticket(subject)
    async with console(office, size=(80, 24)) as person:
        await person.press("7", "down")
        outbox.discard(office.desk(), outbox.page(office.desk())[0]["id"], "they were called")
        await person.tick()
        assert "Fibre cut" not in person.text
        await person.press("s")
        assert "Line noisy" in person.text.splitlines()[0]
