"""The widgets that forms are made of: choices by digit, look-up by typing, bars that give way; and what was seen."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.app import App, ComposeResult

from noc_console.screens.unread import Seen
from noc_console.screens.widgets.bar import Bar, Item
from noc_console.screens.widgets.choice import Choice
from noc_console.screens.widgets.due import span
from noc_console.screens.widgets.lookup import Lookup
from noc_console.text import cell_width

OPTIONS = [("hotline", "hotline"), ("email", "电子邮件"), ("chat", "[b]chat[/]")]


class Page(App[None]):
    """A choice, a look-up and a bar."""

    def compose(self) -> ComposeResult:
        yield Choice(OPTIONS, "hotline")
        yield Lookup([(f"C-{number}", f"cause {number}") for number in range(40)], "C-3")
        yield Bar()

    def action_said(self) -> None:
        self.notify("said")


async def test_a_choice_goes_by_digit_arrow_and_mouse() -> None:
    app = Page()
    async with app.run_test(size=(60, 12)) as pilot:
        choice = app.query_one(Choice)
        choice.focus()
        await pilot.press("2")
        assert choice.value == "email"
        assert "[2 电子邮件]" in str(choice.render())
        assert "[b]chat[/]" in str(choice.render())
        await pilot.press("right")
        assert choice.value == "chat"
        await pilot.press("right")
        assert choice.value == "hotline"
        await pilot.press("9")
        assert choice.value == "hotline"
        await pilot.press("backspace")
        assert choice.value is None
        at = str(choice.render()).index("2")
        await pilot.click(choice, offset=(at + 1, 0))
        assert choice.value == "email"


@pytest.mark.parametrize("width", range(24, 48))
async def test_a_choice_wraps_between_options_and_is_as_high_as_its_lines(width: int) -> None:
    app = Page()
    async with app.run_test(size=(width, 12)) as pilot:
        await pilot.pause()
        choice = app.query_one(Choice)
        lines = str(choice.render()).split("\n")
        assert len(lines) == choice.size.height
        assert all(cell_width(line) <= choice.size.width for line in lines)


async def test_a_lookup_narrows_by_every_word_and_takes_by_mouse() -> None:
    app = Page()
    async with app.run_test(size=(60, 12)) as pilot:
        lookup = app.query_one(Lookup)
        assert lookup.value == "C-3"
        lookup.entry.focus()
        lookup.entry.value = ""
        await pilot.press(*"cause", "space", *"39", "enter")
        assert lookup.value == "C-39"
        lookup.entry.value = "cause 7"
        assert lookup.value == "C-7"
        lookup.entry.value = "none of them"
        assert lookup.value == "none of them"


async def test_a_bar_crops_words_and_keeps_its_right_side() -> None:
    app = Page()
    async with app.run_test(size=(40, 12)) as pilot:
        bar = app.query_one(Bar)
        bar.show(
            [Item("HZ1-1", strong=True), Item("a subject that is far too long for it")], [Item("P1"), Item("张伟")]
        )
        await pilot.pause()
        line = str(bar.render())
        assert cell_width(line) == 40
        assert line.startswith(" HZ1-1  a subject")
        assert "…" in line
        assert line.endswith(" P1  张伟 ")


def test_seen_survives_what_is_no_state_at_all(tmp_path: Path) -> None:
    path = tmp_path / "seen.json"
    for broken in ("", "[]", "{", '{"a": "b"}', "\x00"):
        path.write_text(broken, encoding="utf-8")
        assert Seen(path).mark("a", 1, pressing=False) == "*"
    seen = Seen(path)
    seen.see("a", 1)
    seen.save()
    assert Seen(path).mark("a", 1, pressing=True) == ""
    assert Seen(path).mark("a", 2, pressing=True) == "!"


def test_lengths_of_time_read_as_people_say_them() -> None:
    assert [span(seconds) for seconds in (0, 59, 60, 3_599, 86_399, 86_400, 100_800)] == [
        "0 s", "59 s", "00:01", "00:59", "23:59", "1d 00h", "1d 04h",
    ]  # fmt: skip
