"""Colours: what each tone and grade looks like, the console's four themes, and which one a terminal gets.

A tone never stands alone: whoever uses one also shows a word, a digit or a glyph. Blue against orange carries the
difference, so that it survives red-green blindness. It must not know which states or clocks exist.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from rich.style import Style
from textual.color import Color
from textual.theme import BUILTIN_THEMES, Theme

if TYPE_CHECKING:
    from textual.app import App


@dataclass(frozen=True, slots=True)
class Tone:
    """One look: its colour in each theme, and what is left of it where there is no colour."""

    dark: str
    light: str
    ansi_dark: str
    ansi_light: str
    bold: bool = False
    italic: bool = False
    reverse: bool = False
    underline: bool = False


_BLUE = ("#7ab8ff", "#0a4f9e", "ansi_bright_blue", "ansi_blue")
_ORANGE = ("#ffa24d", "#8f3d00", "ansi_bright_yellow", "ansi_red")
_AMBER = ("#ffd27d", "#6b4a00", "ansi_yellow", "ansi_red")
_TEAL = ("#74d4cf", "#00595a", "ansi_cyan", "ansi_cyan")
_VIOLET = ("#d3b3ff", "#5b2a9d", "ansi_bright_magenta", "ansi_magenta")
_GREY = ("#9aa7b4", "#505a64", "ansi_default", "ansi_default")
_PLAIN = ("#e3e8ed", "#1b2228", "ansi_default", "ansi_default")

#: The tones of states, clocks and marks by name; a name that is not here looks like ``plain``.
TONES: Final[Mapping[str, Tone]] = MappingProxyType(
    {
        "plain": Tone(*_PLAIN),
        "muted": Tone(*_GREY),
        "new": Tone(*_PLAIN, bold=True),
        "active": Tone(*_BLUE),
        "waiting": Tone(*_AMBER, italic=True),
        "paused": Tone(*_GREY, italic=True),
        "blocked": Tone(*_VIOLET),
        "warning": Tone(*_AMBER, bold=True),
        "late": Tone(*_ORANGE, bold=True, underline=True),
        "done": Tone(*_TEAL),
        "closed": Tone(*_GREY),
        "conflict": Tone(*_VIOLET, bold=True),
        "provisional": Tone(*_GREY, italic=True, underline=True),
        "grade-1": Tone(*_ORANGE, bold=True, reverse=True),
        "grade-2": Tone(*_ORANGE, bold=True),
        "grade-3": Tone(*_BLUE, bold=True),
        "grade-4": Tone(*_PLAIN),
        "grade-5": Tone(*_GREY),
    }
)


def grade_tone(grade: int | str) -> str:
    """Return the tone of a grade, given as ``1`` or ``P1``; no such grade is ``plain``."""
    name = f"grade-{str(grade).upper().removeprefix('P')}"
    return name if name in TONES else "plain"


@lru_cache(maxsize=256)
def tone_style(tone: str, theme: str) -> Style:
    """Return what a tone adds to the style of its line; in a theme that is not ours only the attributes."""
    look = TONES.get(tone, TONES["plain"])
    by_theme = {
        "noc-dark": look.dark,
        "noc-light": look.light,
        "noc-ansi-dark": look.ansi_dark,
        "noc-ansi-light": look.ansi_light,
    }
    attributes = Style(
        bold=look.bold or None,
        italic=look.italic or None,
        reverse=look.reverse or None,
        underline=look.underline or None,
    )
    colour = by_theme.get(theme)
    return attributes if colour is None else attributes + Style(color=Color.parse(colour).rich_color)


def _ansi(builtin: str, name: str) -> Theme:
    """Take Textual's theme for the terminal's own colours, with orange's nearest where it has red or green."""
    theme = BUILTIN_THEMES[builtin]
    return replace(theme, name=name, error=theme.warning, success="ansi_cyan", accent="ansi_blue")


THEMES: Final = (
    Theme(
        name="noc-dark",
        primary="#2f7fd0",
        secondary="#4f6d8c",
        accent="#ffa24d",
        warning="#ffd27d",
        error="#ffa24d",
        success="#74d4cf",
        foreground="#e3e8ed",
        background="#10161c",
        surface="#161e26",
        panel="#1f2a35",
        variables={"block-cursor-background": "#1f5f9e", "block-cursor-foreground": "#ffffff"},
    ),
    Theme(
        name="noc-light",
        primary="#0a4f9e",
        secondary="#4f6d8c",
        accent="#8f3d00",
        warning="#6b4a00",
        error="#8f3d00",
        success="#00595a",
        foreground="#1b2228",
        background="#fbfcfd",
        surface="#f1f4f7",
        panel="#e1e7ed",
        dark=False,
        variables={"block-cursor-background": "#0a4f9e", "block-cursor-foreground": "#ffffff"},
    ),
    _ansi("ansi-dark", "noc-ansi-dark"),
    _ansi("ansi-light", "noc-ansi-light"),
)


def choose_theme(setting: str, color_system: str | None, *, no_color: bool) -> str:
    """Return the name of the theme for a setting (``auto`` or one of ours without ``noc-``) and a terminal.

    ``color_system`` is Rich's name (``truecolor``, ``256``, ``standard``, ``windows``, None). ``auto`` takes exact
    colours where the terminal has truecolor, else the terminal's own, as NO_COLOR does whatever the setting. With
    NO_COLOR the app must be made with ``ansi_color=True``: only then does Textual leave colours out, not grey them.
    """
    brightness = "light" if setting.endswith("light") else "dark"
    exact = color_system == "truecolor" if setting == "auto" else not setting.startswith("ansi-")
    return f"noc-{brightness}" if exact and not no_color else f"noc-ansi-{brightness}"


def install_themes(app: App[Any]) -> None:
    """Make the four themes known to an app."""
    for theme in THEMES:
        app.register_theme(theme)
