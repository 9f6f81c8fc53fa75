"""Every tone can be read in every theme, and each terminal gets a theme that it can show."""

from __future__ import annotations

import pytest
from textual.app import App, ComposeResult
from textual.color import Color
from textual.theme import Theme

from noc_console.screens.theme import THEMES, TONES, choose_theme, grade_tone, install_themes, tone_style
from tests.screens.long_list import LongList, TableApp


@pytest.mark.parametrize("theme", [theme for theme in THEMES if not theme.ansi], ids=lambda theme: theme.name)
@pytest.mark.parametrize("tone", TONES)
def test_a_tone_has_contrast_on_every_ground(theme: Theme, tone: str) -> None:
    style = tone_style(tone, theme.name)
    assert style.color is not None
    colour = Color.from_rich_color(style.color)
    for ground in (theme.background, theme.surface, theme.panel):
        assert ground is not None
        assert contrast(colour, Color.parse(ground)) >= 4.5


def contrast(one: Color, other: Color) -> float:
    """Return the contrast ratio of WCAG 2."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: Color) -> float:
    parts = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in colour.normalized]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_late_and_worst_differ_from_plain_without_colour(theme: Theme) -> None:
    plain = tone_style("plain", theme.name).without_color
    for tone in ("late", "warning", "grade-1", "grade-2", "conflict", "provisional"):
        assert tone_style(tone, theme.name).without_color != plain


def test_unknown_tones_and_themes_are_plain() -> None:
    assert tone_style("no such tone", "noc-dark") == tone_style("plain", "noc-dark")
    assert tone_style("late", "nord").color is None
    assert tone_style("late", "nord").bold


@pytest.mark.parametrize(
    ("grade", "tone"), [(1, "grade-1"), ("P3", "grade-3"), ("p5", "grade-5"), ("", "plain"), (9, "plain")]
)
def test_grades_have_tones(grade: int | str, tone: str) -> None:
    assert grade_tone(grade) == tone


@pytest.mark.parametrize(
    ("setting", "color_system", "no_color", "theme"),
    [
        ("auto", "truecolor", False, "noc-dark"),
        ("auto", "256", False, "noc-ansi-dark"),
        ("auto", "standard", False, "noc-ansi-dark"),
        ("auto", None, False, "noc-ansi-dark"),
        ("auto", "truecolor", True, "noc-ansi-dark"),
        ("dark", "256", False, "noc-dark"),
        ("light", "truecolor", False, "noc-light"),
        ("light", "truecolor", True, "noc-ansi-light"),
        ("ansi-light", "truecolor", False, "noc-ansi-light"),
        ("ansi-dark", None, False, "noc-ansi-dark"),
    ],
)
def test_a_terminal_gets_a_theme_that_it_can_show(
    setting: str, color_system: str | None, no_color: bool, theme: str
) -> None:
    assert choose_theme(setting, color_system, no_color=no_color) == theme


@pytest.mark.parametrize("theme", [theme.name for theme in THEMES])
async def test_every_theme_paints_a_table(theme: str) -> None:
    app = TableApp(LongList(50))
    async with app.run_test(size=(80, 24)) as pilot:
        app.theme = theme
        await pilot.pause()
        cursor, row = app.table.render_line(1), app.table.render_line(2)
        assert cursor.text[:2] == "> "
        assert [segment.style for segment in cursor] != [segment.style for segment in row]


class Colours(App[None]):
    """Made as the console is made under NO_COLOR."""

    def __init__(self) -> None:
        super().__init__(ansi_color=True)
        install_themes(self)
        self.theme = choose_theme("auto", "truecolor", no_color=self.no_color)

    def compose(self) -> ComposeResult:
        yield from TableApp(LongList(5)).compose()


async def test_no_color_leaves_every_colour_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = Colours()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        strips = app.screen._compositor.render_strips()
        colours = {
            colour.name
            for strip in strips
            for segment in strip
            if segment.style
            for colour in (segment.style.color, segment.style.bgcolor)
            if colour is not None
        }
        assert colours <= {"default"}
