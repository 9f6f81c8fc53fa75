"""Verbs by key, palette and bulk: blocked keys say why, what ends something asks, each ticket is judged alone."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest

from noc_console.desk import ticket
from noc_console.desk.ticket import BulkItem
from noc_console.desk.ticket_view import show
from noc_console.screens import bulk
from noc_console.screens.confirm import Confirm
from noc_console.screens.event_form import EventForm
from noc_console.screens.pages import Page
from noc_console.screens.palette import Palette
from noc_console.screens.progress import Step
from noc_console.screens.queue import QueueScreen
from noc_console.screens.ticket import TicketScreen
from noc_console.screens.widgets.next_steps import NextSteps
from tests.screens.driver import Office, console


async def test_a_key_of_another_state_says_why(office: Office) -> None:
    office.ticket()
    async with console(office) as person:
        await person.press("x")
        assert isinstance(person.screen, QueueScreen)
        assert "Execute" in person.toasts
        assert "registered" in person.toasts
        await person.press("enter", "l")
        assert isinstance(person.screen, TicketScreen)
        assert "Locate" in person.toasts


async def test_a_blocked_key_says_why_and_what_would_help(office: Office) -> None:
    made = office.ticket()
    office.act("accept", made.record, contacted=True)
    async with console(office) as person:
        await person.press("enter", "t")
        assert isinstance(person.screen, TicketScreen)
        assert "Take over is blocked" in person.toasts
        assert "zhang.wei owns it already" in person.toasts


async def test_blocked_steps_stand_last_with_their_reason(office: Office) -> None:
    made = office.ticket()
    office.act("accept", made.record, contacted=True)
    async with console(office) as person:
        await person.press("enter")
        steps = person.screen.query_one(NextSteps).plain.splitlines()
        blocked = [place for place, line in enumerate(steps) if "blocked - " in line]
        assert blocked == list(range(len(steps) - len(blocked), len(steps)))
        assert blocked
        assert steps[0].startswith("d")


async def test_what_ends_a_ticket_asks_with_cancel_in_focus(office: Office) -> None:
    made = office.ticket("Fibre cut")
    async with console(office) as person:
        await person.press("enter", "C")
        await person.fill(words="works again", who="Acme", channel="phone")
        await person.press("f2")
        question = person.screen
        assert isinstance(question, Confirm)
        assert made.ref in question.plain
        assert "Fibre cut" in question.plain
        assert "registered becomes cancelled" in question.plain
        assert "cannot be taken back" in question.plain
        await person.press("enter")
        assert isinstance(person.screen, EventForm)
        assert ticket.row_of(office.desk(), made.ref)["state"] == "registered"
        assert person.form.row("words").typed == "works again"
        await person.press("f2", "right", "enter")
        assert ticket.row_of(office.desk(), made.ref)["state"] == "cancelled"


async def test_the_palette_lists_verbs_with_keys_and_blocked_ones_last(office: Office) -> None:
    made = office.ticket()
    office.act("accept", made.record, contacted=True)
    async with console(office) as person:
        await person.press("enter", "ctrl+p")
        palette = person.screen
        assert isinstance(palette, Palette)
        rows = palette.rows
        assert (rows[0].name, rows[0].key) == ("ticket: Diagnose", "d")
        whys = [bool(row.why) for row in rows]
        assert whys == sorted(whys)
        assert any(row.why and row.name == "ticket: Take over" for row in rows)
        await person.write("diag")
        await person.press("enter")
        assert ticket.row_of(office.desk(), made.ref)["state"] == "diagnosing"


async def test_the_palette_runs_commands_and_views(office: Office) -> None:
    office.ticket("Fibre cut", grade="P1")
    office.ticket("Slow line", grade="P4")
    async with console(office, views={"worst": "grade:1"}) as person:
        await person.press(":")
        await person.write("worst")
        await person.press("enter")
        assert "Slow line" not in person.text
        await person.press("ctrl+p")
        await person.write("queue: new")
        await person.press("enter")
        assert isinstance(person.screen, EventForm)


async def test_help_tells_live_keys_and_reasons(office: Office) -> None:
    made = office.ticket()
    office.act("accept", made.record, contacted=True)
    async with console(office, keys={}) as person:
        await person.press("enter", "?")
        page = person.screen
        assert isinstance(page, Page)
        assert "Diagnose" in page.plain
        assert "Take over: blocked - zhang.wei owns it already" in page.plain
        assert "clock arithmetic" in page.plain
        await person.press("escape", "escape", "?")
        assert isinstance(person.screen, Page)
        assert "restore marks" in person.screen.plain


async def test_a_bulk_verb_tells_who_can_before_it_asks(office: Office) -> None:
    open_ones = [office.ticket(f"Line {number}") for number in range(3)]
    office.act("accept", open_ones[1].record, contacted=True)
    async with console(office) as person:
        await person.press("space", "space", "space", "a")
        question = person.screen
        assert isinstance(question, Confirm)
        assert "2 tickets can." in question.plain
        assert "1 ticket cannot:" in question.plain
        assert "1 x “Accept” is not possible" in question.plain
        assert open_ones[1].ref in question.plain
        await person.press("enter", "f2")
        states = [ticket.row_of(office.desk(), made.ref)["state"] for made in open_ones]
        assert states == ["accepted", "accepted", "accepted"]
        assert isinstance(person.screen, QueueScreen)
        assert not person.queue.table.marks
        assert "2 tickets done" in person.toasts


async def test_a_bulk_verb_that_none_can_only_says_why(office: Office) -> None:
    for number in range(2):
        office.ticket(f"Line {number}")
    async with console(office) as person:
        await person.press("space", "space", "x")
        assert isinstance(person.screen, Page)
        assert "2 tickets cannot:" in person.screen.plain
        await person.press("escape")
        assert len(person.queue.table.marks) == 2


async def test_a_bulk_note_goes_to_each_ticket(office: Office) -> None:
    for number in range(2):
        office.ticket(f"Line {number}")
    async with console(office) as person:
        await person.press("space", "space", "m", "enter")
        await person.fill(text="power cut in the district")
        await person.press("f2")
        assert "2 tickets done" in person.toasts
        await person.press("enter")
        assert "power cut in the district" in person.text


async def test_a_bulk_act_shows_how_far_it_is_and_stops(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    made = [office.ticket(f"Line {number}") for number in range(3)]
    first_done, seen = threading.Event(), threading.Event()

    def slowly(*given: Any, go_on: Step, **named: Any) -> tuple[BulkItem, ...]:
        def asked(done: int) -> bool:
            if done == 1 and not named.get("dry_run"):
                first_done.set()
                assert seen.wait(30)
            return go_on(done)

        return ticket.bulk(*given, go_on=asked, **named)

    monkeypatch.setattr(bulk, "bulk", slowly)
    async with console(office) as person:
        await person.press("space", "space", "space", "m", "enter")
        await person.fill(text="power cut")
        await person.pilot.press("f2")
        await person.until("0 of 3; Esc stops")
        await asyncio.to_thread(first_done.wait, 30)
        await person.pilot.press("escape")
        seen.set()
        await person.settle()
        assert isinstance(person.screen, QueueScreen)
        assert "1 ticket done" in person.toasts
        assert len(person.queue.table.marks) == 2
    noted = ["note" in [entry.event for entry in show(office.desk(), one.ref).timeline] for one in made]
    assert sorted(noted) == [False, False, True]


async def test_a_step_can_be_clicked(office: Office) -> None:
    made = office.ticket()
    office.act("accept", made.record, contacted=True)
    async with console(office, size=(140, 45)) as person:
        await person.press("enter")
        await person.pilot.click(NextSteps, offset=(4, 0))
        await person.settle()
        assert ticket.row_of(office.desk(), made.ref)["state"] == "diagnosing"


async def test_a_footer_key_can_be_clicked(office: Office) -> None:
    office.ticket()
    async with console(office) as person:
        at = person.text.splitlines()[-1].index("filter")
        await person.pilot.click("#footer", offset=(at, 0))
        await person.settle()
        assert person.shown("FilterBar").display


async def test_a_verb_by_name_acts_on_the_marked_tickets_too(office: Office) -> None:
    made = [office.ticket(f"Line {number}") for number in range(3)]
    async with console(office) as person:
        await person.press("space", "space", "ctrl+p")
        await person.write("2 marked: link")
        await person.press("enter")
        assert isinstance(person.screen, Confirm)
        assert "2 tickets can." in person.screen.plain
        await person.press("enter")
        await person.fill(type="parent", other=made[2].ref)
        await person.press("f2")
        assert "2 tickets done" in person.toasts
    parents = [ticket.row_of(office.desk(), one.ref)["parent"] for one in made]
    assert parents == [made[2].record, made[2].record, None]
