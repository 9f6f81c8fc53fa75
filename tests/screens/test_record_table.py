"""The record table on a screen: what is read, what is painted, and where the cursor and the marks stay."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TypeVar

import pytest
from rich.cells import cell_len
from textual import events
from textual.message import Message
from textual.pilot import Pilot

from noc_console.screens.widgets.record_columns import places
from noc_console.screens.widgets.record_table import RecordTable
from tests.screens.long_list import LongList, TableApp, columns

M = TypeVar("M", bound=Message)


@asynccontextmanager
async def shown(rows: LongList, *, hold: bool = False) -> AsyncIterator[tuple[TableApp, Pilot[None]]]:
    app = TableApp(rows, hold=hold)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        yield app, pilot


def heard(app: TableApp, kind: type[M]) -> list[M]:
    """Return what the table said of one kind, and forget everything."""
    found = [message for message in app.said if isinstance(message, kind)]
    app.said.clear()
    return found


def marked(app: TableApp) -> list[str]:
    return list(app.table.marks)


def under_cursor(app: TableApp) -> str | None:
    return app.table.cursor_key


def line_of_cursor(app: TableApp) -> int:
    return next(y for y, text in enumerate(app.table.text) if text.startswith(">"))


async def reload(app: TableApp, pilot: Pilot[None]) -> None:
    app.table.reload()
    await pilot.pause()


async def test_the_first_screen_reads_one_window_of_a_long_list() -> None:
    rows = LongList(100_000)
    async with shown(rows) as (app, _pilot):
        assert [row.key for row in app.table.visible_rows] == [f"r{n}" for n in range(23)]
        assert rows.rows_read <= 130
        assert [message.key for message in heard(app, RecordTable.Highlighted)] == ["r0"]
        assert app.table.text[0].split() == ["REF", "G", "OWNER", "NEXT", "DUE", "SUBJECT"]
        assert app.table.text[1].startswith("> r0 ")


async def test_moving_pages_through_with_bounded_reading() -> None:
    rows = LongList(100_000)
    async with shown(rows) as (app, pilot):
        for _page in range(50):
            app.table.action_page(1)
            await pilot.pause()
        assert under_cursor(app) == f"r{50 * 23}"
        assert rows.rows_read < 50 * 23 + 400
        for _page in range(50):
            app.table.action_page(-1)
            await pilot.pause()
        assert under_cursor(app) == "r0"
        await pilot.press("pagedown", "pageup", "pagedown")
        assert under_cursor(app) == "r23"


async def test_end_reads_only_the_last_window_and_home_the_first() -> None:
    rows = LongList(100_000)
    async with shown(rows) as (app, pilot):
        read = rows.rows_read
        await pilot.press("G")
        await pilot.pause()
        assert under_cursor(app) == "r99999"
        assert rows.rows_read - read <= 130
        assert line_of_cursor(app) == 23
        await pilot.press("k", "up", "home")
        await pilot.pause()
        assert under_cursor(app) == "r0"
        await pilot.press("end", "g", "j", "down")
        await pilot.pause()
        assert under_cursor(app) == "r2"


async def test_a_million_rows_cost_what_a_thousand_cost() -> None:
    read = []
    for length in (1_000, 1_000_000):
        rows = LongList(length)
        async with shown(rows) as (app, pilot):
            await pilot.press("G", "pageup", "pageup", "k", "g", *["j"] * 5)
            await pilot.pause()
            assert under_cursor(app) == "r5"
        read.append(rows.rows_read)
    assert read[0] == read[1]


async def test_a_step_paints_two_lines() -> None:
    async with shown(LongList(1_000)) as (app, pilot):
        app.table.rendered.clear()
        await pilot.press("j")
        await pilot.pause()
        assert sorted(set(app.table.rendered)) == [1, 2]
        assert len(app.table.rendered) == 2


async def test_the_cursor_stays_on_its_record_and_line_when_rows_come_and_move() -> None:
    rows = LongList(1_000)
    async with shown(rows) as (app, pilot):
        await pilot.press(*["j"] * 10)
        line = line_of_cursor(app)
        rows.move("new1", -1)
        rows.move("new2", 3.5)
        rows.move("r2", 500)
        await reload(app, pilot)
        assert under_cursor(app) == "r10"
        assert line_of_cursor(app) == line
        # far away, and the cursor goes with it
        rows.move("r10", 700.5)
        await reload(app, pilot)
        assert under_cursor(app) == "r10"
        assert [row.key for row in app.table.visible_rows][line - 2] == "r700"
        assert heard(app, RecordTable.CursorRecordLeft) == []


async def test_the_cursor_goes_to_a_neighbour_when_its_record_left_and_says_so() -> None:
    rows = LongList(1_000)
    async with shown(rows) as (app, pilot):
        await pilot.press(*["j"] * 5)
        line = line_of_cursor(app)
        rows.remove("r5")
        rows.remove("r6")
        heard(app, Message)
        await reload(app, pilot)
        (left,) = heard(app, RecordTable.CursorRecordLeft)
        assert (left.gone, left.key) == ("r5", "r4")
        assert under_cursor(app) == "r4"
        assert line_of_cursor(app) == min(line, 5)


async def test_a_record_that_left_and_sorts_far_away_does_not_take_the_cursor_along() -> None:
    rows = LongList(5_000)
    async with shown(rows) as (app, pilot):
        await pilot.press(*["j"] * 5)
        for n in (4, 5, 6):
            rows.move(f"r{n}", 4_000 + n)
            rows.remove(f"r{n}")
        await reload(app, pilot)
        await pilot.pause()
        (left,) = heard(app, RecordTable.CursorRecordLeft)
        assert (left.gone, left.key) == ("r5", "r7")
        assert under_cursor(app) == "r7"


async def test_an_emptied_list_says_what_to_do() -> None:
    rows = LongList(3)
    async with shown(rows) as (app, pilot):
        for n in range(3):
            rows.remove(f"r{n}")
        app.table.set_empty(["register one: n", "load the training day: noc demo"])
        await reload(app, pilot)
        assert under_cursor(app) is None
        assert app.table.text[1].strip() == "register one: n"
        assert heard(app, RecordTable.Highlighted)[-1].key is None
        await pilot.press("j", "space", "enter", "G", "pagedown", "X")
        assert heard(app, RecordTable.Opened) == []
        rows.move("r1", 1)
        await reload(app, pilot)
        assert under_cursor(app) == "r1"


async def test_marks_stand_on_records_and_freeze_the_order() -> None:
    rows = LongList(1_000)
    async with shown(rows) as (app, pilot):
        await pilot.press("space", "space")
        assert marked(app) == ["r0", "r1"]
        assert [message.count for message in heard(app, RecordTable.MarksChanged)] == [1, 2]
        assert app.table.text[1].startswith(" *r0 ")
        before = [row.key for row in app.table.visible_rows]
        rows.move("new", -1)
        rows.move("r1", 8.5)
        rows.remove("r4")
        rows.subjects["r3"] = "worse now"
        await reload(app, pilot)
        assert [row.key for row in app.table.visible_rows] == before
        assert "worse now" in app.table.text[4]
        assert [message.count for message in heard(app, RecordTable.Arrivals)] == [1]
        assert app.table.clear_marks()
        await pilot.pause()
        await pilot.press("g")
        assert [row.key for row in app.table.visible_rows][:8] == ["new", "r0", "r2", "r3", "r5", "r6", "r7", "r8"]
        assert [message.count for message in heard(app, RecordTable.Arrivals)] == [0]


async def test_a_mark_key_held_down_takes_back_no_mark_while_rows_are_on_their_way() -> None:
    async with shown(LongList(1_000), hold=True) as (app, pilot):
        app.answer(app.waiting.pop())
        held = app.table._reader.held
        app.table._reader.go_to(len(held) - 2)
        for _press in range(5):
            app.table.action_mark()
        assert marked(app) == [held[len(held) - 2].key, held[len(held) - 1].key]
        await pilot.pause()


async def test_marks_are_dropped_when_nobody_is_there_and_come_back() -> None:
    async with shown(LongList(1_000)) as (app, pilot):
        await pilot.press("space", "space")
        app.seconds.at += 299
        await pilot.press("j")
        app.seconds.at += 299
        app.table.tick(app.later(10))
        assert marked(app) == ["r0", "r1"]
        app.seconds.at += 2
        app.table.tick(app.later(10))
        await pilot.pause()
        assert marked(app) == []
        last = heard(app, RecordTable.MarksChanged)[-1]
        assert (last.count, last.idle) == (0, True)
        await pilot.press("X")
        assert marked(app) == ["r0", "r1"]
        app.table.tick(app.later(11))
        assert marked(app) == ["r0", "r1"]


async def test_marks_are_dropped_with_the_filter() -> None:
    async with shown(LongList(1_000)) as (app, pilot):
        await pilot.press("j", "space")
        app.table.restart()
        await pilot.pause()
        assert marked(app) == []
        assert under_cursor(app) == "r0"
        assert heard(app, RecordTable.MarksChanged)[-1].count == 0


async def test_late_answers_are_left_out_and_failed_ones_asked_again() -> None:
    async with shown(LongList(1_000), hold=True) as (app, pilot):
        (first,) = app.waiting
        app.table.restart()
        await pilot.pause()
        assert len(app.waiting) == 2
        app.answer(first)
        assert under_cursor(app) is None
        app.answer(app.waiting[1])
        assert under_cursor(app) == "r0"
        app.waiting.clear()
        await pilot.press("G", "G")
        await pilot.pause()
        (end,) = app.waiting
        app.table.put_failed(end.request_id)
        await pilot.press("G")
        await pilot.pause()
        app.answer(app.waiting[-1])
        assert under_cursor(app) == "r999"


async def test_a_reload_that_was_overtaken_by_the_cursor_is_asked_again() -> None:
    async with shown(LongList(1_000)) as (app, pilot):
        app.hold = True
        await reload(app, pilot)
        app.table.reload()
        app.table.action_move(100)
        await pilot.pause()
        app.answer(next(message for message in app.waiting if message.around == "r0"))
        await pilot.pause()
        assert under_cursor(app) == "r100"
        assert app.waiting[-1].around == "r100"
        assert heard(app, RecordTable.CursorRecordLeft) == []


async def test_opening_by_key_and_by_a_second_click() -> None:
    async with shown(LongList(1_000)) as (app, pilot):
        await pilot.press("enter")
        assert [message.key for message in heard(app, RecordTable.Opened)] == ["r0"]
        await pilot.click(RecordTable, offset=(5, 1))
        assert heard(app, RecordTable.Opened) == []
        await pilot.click(RecordTable, offset=(5, 4))
        assert under_cursor(app) == "r3"
        assert heard(app, RecordTable.Opened) == []
        await pilot.click(RecordTable, offset=(9, 4))
        assert [message.key for message in heard(app, RecordTable.Opened)] == ["r3"]
        await pilot.click(RecordTable, offset=(5, 0))
        assert under_cursor(app) == "r3"


async def test_the_wheel_scrolls_and_keeps_the_cursor_in_sight() -> None:
    async with shown(LongList(1_000)) as (app, pilot):
        await pilot._post_mouse_events([events.MouseScrollDown], RecordTable, (5, 5))
        await pilot.pause()
        assert app.table.visible_rows[0].key == "r3"
        assert under_cursor(app) == "r3"
        await pilot._post_mouse_events([events.MouseScrollUp], RecordTable, (5, 5))
        await pilot.pause()
        assert app.table.visible_rows[0].key == "r0"
        assert under_cursor(app) == "r3"


async def test_a_burst_of_moves_tells_of_its_end() -> None:
    async with shown(LongList(1_000)) as (app, pilot):
        heard(app, Message)
        for _move in range(10):
            app.table.action_move(1)
        await pilot.pause()
        keys = [message.key for message in heard(app, RecordTable.Highlighted)]
        assert keys[-1] == "r10"
        assert len(keys) < 10


async def test_ticking_repaints_only_what_changed() -> None:
    async with shown(LongList(1_000)) as (app, pilot):
        app.table.rendered.clear()
        app.table.tick(app.later(0))
        await pilot.pause()
        assert app.table.rendered == []
        app.table.tick(app.later(1))
        await pilot.pause()
        assert set(app.table.rendered) == set(range(1, 24))
        assert "09:01" in app.table.text[1]


async def test_hostile_and_wide_text_stays_in_its_cells() -> None:
    rows = LongList(5)
    rows.subjects = {
        "r0": "宽带上不了网，光猫红灯" * 20,
        "r1": "\x1b[2J\x1b]0;owned\x07[red]not markup[/red]",
        "r2": "evil\u202egnp.exe\nsecond line\x00",
        "r3": "x" * 1_000_000,
        "r4": "o" + "\u0301" * 500,
    }
    async with shown(rows) as (app, _pilot):
        lines = app.table.text
        assert {cell_len(line) for line in lines} == {80}
        assert all(line.isprintable() for line in lines)
        start = lines[0].index("SUBJECT")
        assert lines[1][start:].startswith("宽带上不了网，光猫红灯")
        assert lines[1].rstrip().endswith("…")
        assert lines[2][start:].rstrip() == "]0;owned[red]not markup[/red]"
        assert lines[3][start:].rstrip() == "evilgnp.exe second line"
        assert lines[4].rstrip().endswith("x…")


async def test_marks_and_cursor_are_seen_without_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with shown(LongList(50)) as (app, pilot):
        await pilot.press("space")
        assert [line[:2] for line in app.table.text[1:4]] == [" *", "> ", "  "]


async def test_columns_go_by_priority_when_it_is_narrow() -> None:
    names = {width: [place.column.name for place in places(columns(), width)] for width in (120, 80, 50, 30, 10)}
    assert names[120] == ["ref", "grade", "owner", "due", "subject", "customer"]
    assert names[80] == ["ref", "grade", "owner", "due", "subject"]
    assert names[50] == ["ref", "grade", "due", "subject"]
    assert names[30] == names[10] == ["ref", "grade", "subject"]
    for width in (120, 80, 50):
        last = places(columns(), width)[-1]
        assert last.x + last.width == width


async def test_another_size_and_another_theme_paint_anew() -> None:
    async with shown(LongList(1_000)) as (app, pilot):
        await pilot.press(*["j"] * 20)
        await pilot.resize_terminal(40, 10)
        await pilot.pause()
        assert under_cursor(app) == "r20"
        assert line_of_cursor(app) <= 9
        assert {cell_len(line) for line in app.table.text} == {40}
        before = app.table.render_line(1)
        app.theme = "noc-light"
        await pilot.pause()
        assert list(app.table.render_line(1)) != list(before)


async def test_rows_arrive_from_a_thread_worker() -> None:
    rows = LongList(1_000)

    class Threaded(TableApp):
        def answer(self, message: RecordTable.NeedRows) -> None:
            def read() -> None:
                window = rows.window(message)
                self.call_from_thread(self.table.put_window, window, message.request_id)

            self.run_worker(read, thread=True)

    app = Threaded(rows)
    async with app.run_test(size=(80, 24)) as pilot:
        await app.workers.wait_for_complete()
        await pilot.press("G")
        await asyncio.wait_for(app.workers.wait_for_complete(), 10)
        await pilot.pause()
        assert under_cursor(app) == "r999"


@pytest.mark.parametrize(("count", "capped", "text"), [(10, False, "10"), (1_000, True, "1000+")])
async def test_the_total_says_where_counting_stopped(count: int, capped: bool, text: str) -> None:
    async with shown(LongList(10)) as (app, _pilot):
        app.table.set_total(count, capped)
        assert app.table.total_text == text
        app.table.restart()
        assert not app.table.total_text
