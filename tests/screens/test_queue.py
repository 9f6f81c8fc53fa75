"""The queue on a screen: first run, filter, views, marks, the pane, unread marks, and what fails."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from noc_console.cli.nouns import NOUNS
from noc_console.desk import register, ticket
from noc_console.desk.channels import CHANNELS
from noc_console.desk.desk import Desk
from noc_console.desk.filter import Query
from noc_console.errors import StoreUnavailable
from noc_console.screens.queue_reading import read_window
from noc_console.screens.widgets.filter_bar import FilterBar, FilterSuggester
from noc_console.screens.widgets.preview import Preview
from noc_console.screens.widgets.record_messages import NeedRows
from noc_console.screens.widgets.timeline import Timeline
from tests.screens.driver import Office, console


async def test_an_empty_store_says_what_to_do(office: Office) -> None:
    async with console(office) as person:
        assert "register the first ticket" in person.text
        assert "noc intake email" in person.text
        # nothing is named that is not there
        named = re.findall(r"noc (\w+)", person.text)
        assert named and set(named) <= set(NOUNS)
        assert set(re.findall(r"noc intake (\w+)", person.text)) <= set(CHANNELS)


async def test_no_open_ticket_is_not_a_first_run(office: Office) -> None:
    made = office.ticket()
    office.act("cancel", made.record, words="not needed", who="Acme", channel="phone")
    async with console(office) as person:
        assert "No open ticket" in person.text
        assert "register the first ticket" not in person.text


async def test_narrow_shows_what_matters_and_wide_shows_the_rest(office: Office) -> None:
    office.ticket("Fibre cut", grade="P1")
    async with console(office) as person:
        for word in ("REF", "STATE", "NEXT DUE", "SUBJECT", "HZ1-1", "P1", "registered", "respond 00:05", "Fibre cut"):
            assert word in person.text
        assert "OWNER" not in person.text
        assert not person.shown("Preview").display
    async with console(office, size=(140, 45)) as person:
        assert "OWNER" in person.text
        assert "Acme" in person.text
        await person.until("clocks")


async def test_a_filter_narrows_and_its_error_is_said_inline(office: Office) -> None:
    office.ticket("Fibre cut", grade="P1")
    office.ticket("Slow line", grade="P4")
    async with console(office) as person:
        await person.press("slash")
        await person.press("ctrl+u")
        await person.write("grad:1")
        await person.press("enter")
        bar = person.screen.query_one(FilterBar)
        assert bar.has_class("-wrong")
        assert "did you mean grade" in person.text
        await person.press("ctrl+u")
        await person.write("grade:1")
        await person.press("enter")
        assert "Fibre cut" in person.text
        assert "Slow line" not in person.text
        await person.press("slash")
        await person.write("nothing")
        await person.press("escape")
        assert "Fibre cut" in person.text


async def test_what_a_filter_does_not_find_is_said(office: Office) -> None:
    office.ticket()
    async with console(office) as person:
        await person.press("slash", "ctrl+u")
        await person.write("grade:P1")
        await person.press("enter")
        assert "Nothing matches" in person.text
        await person.press("escape")
        assert "Port down" in person.text


@pytest.mark.parametrize(
    ("typed", "completed"),
    [
        ("st", "state"),
        ("state:ope", "state:open"),
        ("grade:P1 ow", "grade:P1 owner"),
        ("!chan", "!channel"),
        ("xyz", None),
    ],
)
async def test_the_filter_completes_keys_and_values(typed: str, completed: str | None) -> None:
    assert await FilterSuggester().get_suggestion(typed) == completed


async def test_a_view_is_kept_and_found_again(office: Office) -> None:
    office.ticket("Fibre cut", grade="P1")
    office.ticket("Slow line", grade="P4")
    async with console(office) as person:
        await person.press("slash", "ctrl+u")
        await person.write("grade:1")
        await person.press("enter", "v")
        await person.write("worst")
        await person.press("enter")
        assert [row["name"] for row in register.page(office.desk(), "view")] == ["worst"]
        assert "view: worst" in person.text
        await person.press("escape")
        assert "Slow line" in person.text
        await person.press("v", "enter")
        assert "Slow line" not in person.text
        assert "view: worst" in person.text


async def test_a_view_of_the_settings_can_be_the_first_thing_seen(office: Office) -> None:
    office.ticket("Fibre cut", grade="P1")
    office.ticket("Slow line", grade="P4")
    async with console(office, views={"worst": "grade:1"}, view="worst") as person:
        assert "view: worst" in person.text
        assert "Slow line" not in person.text


async def test_the_pane_follows_the_cursor(office: Office) -> None:
    office.ticket("Fibre cut", grade="P1")
    office.ticket("Slow line", grade="P4")
    async with console(office) as person:
        await person.press("f3")
        await person.until("next")
        pane = person.screen.query_one(Preview)
        assert "Fibre cut" in str(pane.content)
        await person.press("down")
        await person.until("HZ1-2 Slow line")
        await person.press("f3")
        assert not pane.display


async def test_unread_marks_go_when_the_ticket_was_seen(office: Office) -> None:
    made = office.ticket("Fibre cut", grade="P1")
    office.ticket("Slow line", grade="P4")
    async with console(office) as person:
        assert "! HZ1-1" in person.text
        assert "* HZ1-2" in person.text
        await person.press("enter", "escape")
        assert "! HZ1-1" not in person.text
        office.act("note", made.record, text="news")
        await person.press("enter", "escape")
        office.act("regrade", made.record, grade="P2", why="two sites only", words="agreed")
        await person.tick()
        await person.tick()
        assert "! HZ1-1" in person.text


async def test_ones_own_act_is_not_news(office: Office) -> None:
    office.ticket("Fibre cut", grade="P1")
    async with console(office) as person:
        await person.press("enter", "escape", "m")
        await person.fill(text="looked at it")
        await person.press("f2")
        assert "! HZ1-1" not in person.text


async def test_what_was_seen_is_remembered_for_the_next_time(office: Office) -> None:
    office.ticket("Fibre cut", grade="P1")
    async with console(office) as person:
        await person.press("enter", "escape")
    async with console(office) as person:
        assert "! HZ1-1" not in person.text
        assert "HZ1-1" in person.text


async def test_a_store_that_went_away_is_told_once(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_desk: Desk) -> int:
        raise StoreUnavailable("the store is away", "wait")

    office.ticket()
    async with console(office) as person:
        with monkeypatch.context() as while_broken:
            while_broken.setattr(Desk, "token", broken)
            await person.tick()
            await person.tick()
            assert person.toasts.count("the store is away") == 1
            assert "STORE AWAY" in person.text
        await person.tick()
        assert "STORE AWAY" not in person.text


async def test_a_store_that_comes_back_is_read_again(office: Office) -> None:
    made = office.ticket("Fibre cut")
    away = Path(office.path).with_suffix(".aside")
    async with console(office) as person:
        await person.tick()
        Path(office.path).rename(away)
        await person.tick()
        await person.press("enter")
        assert "is gone" in person.text
        assert "STORE AWAY" in person.text
        away.rename(office.path)
        await person.tick()
        assert "is gone" not in person.screen.query_one(Timeline).plain
        assert "Fibre cut" in person.text
    assert ticket.row_of(office.desk(), made.ref)["state"] == "registered"


@pytest.mark.parametrize("size", [(20, 5), (40, 10), (60, 16), (240, 70)])
async def test_no_size_of_terminal_is_too_odd(office: Office, size: tuple[int, int]) -> None:
    office.ticket("宽带上不了网", requester="王女士")
    async with console(office, size=size) as person:
        for keys in (
            ["enter", "tab", "tab"],
            ["f3", "escape"],
            ["m", "escape", "escape"],
            ["n", "escape"],
            ["7", "1"],
            ["slash", "escape"],
        ):
            await person.press(*keys)
        assert person.app.is_running


async def test_clocks_move_with_the_minutes(office: Office) -> None:
    office.ticket("Fibre cut", grade="P1")
    async with console(office) as person:
        await person.tick()
        assert "respond 00:05" in person.text
        office.pass_time(minutes=2)
        await person.tick()
        assert "respond 00:03" in person.text
        assert "23:43 CST" in person.text
        office.pass_time(minutes=13)
        await person.tick()
        assert "respond 00:10 late" in person.text


async def test_the_last_minute_counts_in_seconds(office: Office) -> None:
    office.ticket("Fibre cut", grade="P1")
    office.pass_time(minutes=4, seconds=20)
    async with console(office) as person:
        await person.tick()
        assert "respond 40 s" in person.text
        office.pass_time(seconds=1)
        await person.tick()
        assert "respond 39 s" in person.text


async def test_a_snoozed_ticket_leaves_the_usual_queue(office: Office) -> None:
    office.ticket("Slow line", grade="P4")
    async with console(office) as person:
        await person.press("z")
        await person.fill(until="+30m")
        await person.press("f2")
        assert "Slow line" not in person.text
        await person.press("slash", "ctrl+u")
        await person.write("is:snoozed")
        await person.press("enter")
        assert "snoozed" in person.text
        assert "Slow line" in person.text


async def test_a_failed_query_fills_its_pane_and_nothing_dies(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.ticket("Fibre cut")
    whole = ticket.page

    def broken(*_parts: object, **_named: object) -> ticket.Page:
        raise StoreUnavailable("the store is locked", "try again")

    async with console(office) as person:
        monkeypatch.setattr(ticket, "page", broken)
        person.queue.table.restart()
        await person.settle()
        assert "the store is locked" in person.text
        assert "try again" in person.text
        assert "Fibre cut" in person.text
        monkeypatch.setattr(ticket, "page", whole)
        person.queue.table.restart()
        await person.settle()
        assert "Fibre cut" in person.text
        assert "the store is locked" not in person.text


async def test_a_queue_that_never_could_be_read_says_why(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_parts: object, **_named: object) -> ticket.Page:
        raise StoreUnavailable("the store is locked", "try again")

    monkeypatch.setattr(ticket, "page", broken)
    async with console(office) as person:
        assert "the store is locked" in person.text
        assert "try again" in person.text


async def test_rows_are_read_around_a_record_that_is_in_the_middle(office: Office) -> None:
    made = [office.ticket(f"Line {number}", grade="P4") for number in range(7)]
    asked = NeedRows.__new__(NeedRows)
    asked.limit, asked.after, asked.before, asked.from_end = 2, None, None, False
    for place, expected in ((0, [0, 1, 2]), (3, [1, 2, 3, 4, 5]), (6, [4, 5, 6])):
        asked.around = made[place].record
        window = read_window(office.desk(), Query(), asked)
        assert [row.ref for row in window.rows] == [made[index].ref for index in expected]
        assert window.at_start is (place == 0)
        assert window.at_end is (place == 6)


async def test_copying_goes_through_the_terminal(office: Office) -> None:
    office.ticket("Fibre cut", grade="P1")
    async with console(office) as person:
        await person.press("y")
        assert person.app.clipboard == "HZ1-1"
        assert "HZ1-1" in person.toasts
        await person.press("Y")
        assert person.app.clipboard.startswith("HZ1-1 Fibre cut\nP1, registered, no owner\nrespond")


async def test_what_was_said_in_passing_goes_with_a_later_key(office: Office) -> None:
    office.ticket()
    async with console(office) as person:
        await person.press("x", "j")
        assert "is refused" in person.toasts
        office.pass_time(seconds=3)
        await person.press("j")
        assert not person.toasts


async def test_another_size_lays_out_every_row_anew(office: Office) -> None:
    for number in range(8):
        office.ticket(f"Line {number}", domain="transmission")
    async with console(office, size=(140, 45)) as person:
        assert person.text.count("transmi") >= 8
        for size, seen in (((80, 24), 0), ((240, 70), 8), ((80, 24), 0)):
            await person.pilot.resize_terminal(*size)
            await person.settle()
            assert person.text.count("transmi") - person.text.count("transmission)") == seen
            assert all(f"Line {number}" in person.text for number in range(8))
