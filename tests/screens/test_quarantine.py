"""The quarantine by keys: seen with its reason, corrected into a ticket, read again, discarded, taken into a ticket."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from noc_console import i18n
from noc_console.desk import channels, quarantine
from noc_console.desk.intake_item import hold
from noc_console.screens.event_form import EventForm
from noc_console.screens.pages import Page
from noc_console.screens.quarantine import QuarantineScreen
from noc_console.screens.queue import QueueScreen
from noc_console.screens.ticket import TicketScreen
from tests.screens.driver import Office, Person, console

MAIL = b"From: Wang <wang@mill.example>\nSubject: no light\nMessage-ID: <1@x>\n\nsince nine \x1b[31m\n"


def held(office: Office, raw: bytes = MAIL, channel: str = "email", text: str = "its reader failed") -> str:
    service = office.desk().as_service("intake", "mail")
    before = {item["id"] for item in quarantine.page(office.desk(), state="all")}
    hold(service, channel, "1.eml", 0, raw, "unreadable", text)
    (item,) = {item["id"] for item in quarantine.page(office.desk(), state="all")} - before
    return str(item)


def states(office: Office) -> list[str]:
    return [item["state"] for item in quarantine.page(office.desk(), state="all")]


async def opened(person: Person) -> None:
    await person.tick()
    await person.press("0")
    assert isinstance(person.screen, QuarantineScreen)


async def test_the_header_counts_what_is_held_and_the_list_says_why(office: Office) -> None:
    async with console(office) as person:
        await person.tick()
        assert "?1" not in person.text.splitlines()[0]
        held(office)
        await opened(person)
        assert "?1" in person.text.splitlines()[0]
        assert "its reader failed" in person.text and "Subject: no light" in person.text
        assert "\x1b" not in person.text
        await person.press("enter")
        assert isinstance(person.screen, Page) and "since nine" in person.screen.plain
        await person.press("escape", "escape")
        assert isinstance(person.screen, QueueScreen)


async def test_an_item_is_corrected_into_a_ticket(office: Office) -> None:
    held(office)
    async with console(office, size=(120, 40)) as person:
        await opened(person)
        await person.press("n")
        form = person.form
        assert (form.row("subject").typed, form.row("contact").typed) == ("no light", "wang@mill.example")
        await person.fill(subject="No light at the mill", grade="P3", contact="")
        await person.press("f3")
        assert states(office) == ["held"], "trying stores nothing"
        await person.press("f2")
        assert isinstance(person.screen, TicketScreen) and "No light at the mill" in person.text
        assert states(office) == ["taken"]
        await person.press("escape")
        assert "nothing is held" in person.text
        await person.tick()
        assert "?1" not in person.text.splitlines()[0]


async def test_an_item_is_read_again_or_says_why_not(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    held(office, channel="unheard")
    async with console(office) as person:
        await opened(person)
        await person.press("r")
        assert "there is no channel" in person.toasts and states(office) == ["held"]
        monkeypatch.setitem(channels.CHANNELS, "unheard", channels.CHANNELS["email"])
        await person.press("r")
        assert states(office) == ["taken"] and "HZ1-1" in person.toasts


async def test_items_are_discarded_with_a_reason_or_taken_into_a_ticket(office: Office) -> None:
    office.ticket("Fibre cut")
    first = held(office)
    office.pass_time(seconds=1)
    second = held(office, bytes(range(256)), "syslog", "nothing here reads syslog")
    async with console(office) as person:
        await opened(person)
        await person.press("D")
        assert isinstance(person.screen, EventForm)
        await person.fill(why="advertising")
        await person.press("f2", "right", "enter")
        assert quarantine.show(office.desk(), first)[0]["state"] == "discarded"
        assert "00000000  00 01" in person.text, "the next is in sight, in hexadecimal"
        await person.press("t")
        await person.fill(ticket="HZ1-1")
        await person.press("f2")
        taken = quarantine.show(office.desk(), second)[0]
        assert (taken["state"], bool(taken["ticket"])) == ("taken", True)


async def test_the_cursor_stays_on_its_item_when_others_come_and_go(office: Office) -> None:
    items = []
    for number in range(3):
        office.pass_time(seconds=1)
        items.append(held(office, MAIL + b"%d" % number))
    async with console(office) as person:
        await opened(person)
        await person.press("down")
        quarantine.discard(office.desk(), items[0], "known")
        await person.tick()
        assert isinstance(person.screen, QuarantineScreen) and person.screen.item is not None
        assert person.screen.item["id"] == items[1]


async def test_each_item_is_one_line_that_begins_with_its_reason(office: Office) -> None:
    for number in range(3):
        raw, text = b"[%d" % number, f"1.eml#0: part {number} of the input " + "ends early, " * 9
        held(office, raw, "zabbix", text)
        office.pass_time(seconds=1)
    async with console(office, size=(80, 24)) as person:
        await opened(person)
        lines = person.text.splitlines()
        first = next(n for n, line in enumerate(lines) if "part 0 of the input" in line)
        assert "1.eml" not in lines[first] and lines[first].rstrip().rstrip("▁▂▃▄▅▆▇█ ").endswith("…")
        assert "part 1 of the input" in lines[first + 1] and "part 2 of the input" in lines[first + 2]


async def test_the_form_begins_with_what_the_row_or_the_note_says(office: Office) -> None:
    row = "工单号,标题,优先级,发生时间,状态\nGD-7,光猫红灯,高,2026-11-23 22:30,处理中,多一格\n".encode()
    held(office, row, "csv", "row 1: it has 6 cells, the header has 5")
    office.pass_time(seconds=1)
    note = {"@type": "Note", "text": "The line is down again. Please call.", "author": "Ann Lee"}
    held(office, json.dumps(note).encode(), "tmf621", "this is a note alone, without its ticket")
    async with console(office, size=(120, 40)) as person:
        await opened(person)
        await person.press("n")
        typed = {name: person.form.row(name).typed for name in ("subject", "grade", "occurred_at", "channel")}
        assert typed == {
            "subject": "光猫红灯", "grade": "P2", "occurred_at": "2026-11-23 22:30", "channel": "work_order",
        }  # fmt: skip
        await person.press("f2")
        assert isinstance(person.screen, TicketScreen)
        await person.press("escape")
        await person.press("n")
        assert person.form.row("subject").typed == "The line is down again. Please call."
        assert "@type" not in person.form.row("symptom").typed


@pytest.fixture
def chinese() -> Iterator[None]:
    i18n.set_language("zh")
    yield
    i18n.set_language("en")


@pytest.mark.usefixtures("chinese")
async def test_it_speaks_chinese(office: Office) -> None:
    held(office, "光缆中断".encode("gb18030") * 20, text="1.eml#0：没有邮件头")
    async with console(office) as person:
        await opened(person)
        assert "隔离" in person.text and "光缆中断" in person.text
