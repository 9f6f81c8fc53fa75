"""Inputs that stand still: no blinking cursor, because each blink is a repaint over a slow line."""

from __future__ import annotations

from typing import Any

from textual.widgets import Input, TextArea


class Line(Input):
    """One line of text."""

    DEFAULT_CSS = """
    Line, Line:focus, Line.-textual-compact { height: 1; border: none; padding: 0 1; background: $surface; }
    Line:focus { background: $boost; }
    """

    def __init__(self, value: str = "", **options: Any) -> None:
        super().__init__(value, compact=True, **options)
        self.cursor_blink = False


class Prose(TextArea):
    """Several lines of text; Tab leads on to the next field."""

    DEFAULT_CSS = """
    Prose, Prose:focus { height: auto; min-height: 1; max-height: 6; border: none; padding: 0 1; background: $surface; }
    Prose:focus { min-height: 3; background: $boost; }
    """

    def __init__(self, text: str = "") -> None:
        super().__init__(text, compact=True, tab_behavior="focus", show_line_numbers=False, highlight_cursor_line=False)
        self.cursor_blink = False
