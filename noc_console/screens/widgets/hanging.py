"""A text whose wrapped lines hang under where their words began, so that the eye finds the next entry.

All that screens wrap is broken here, by ``text.breaks``: Textual takes a sentence in Chinese for one long word, and
begins lines with the full stop. It must not know what the text says.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from textual.content import Content
from textual.css.styles import RulesMap
from textual.geometry import Size
from textual.strip import Strip
from textual.style import Style
from textual.visual import RenderOptions, Visual
from textual.widgets import Static

from noc_console.text import breaks

#: A text narrower than this is not indented any further.
_LEAST_CELLS = 20
_TAB_CELLS = 4
Indent = Callable[[str], int]


def leading_blanks(line: str) -> int:
    """Return how many blanks a line begins with: its continuation begins with as many."""
    return len(line) - len(line.lstrip(" "))


class Hung(Visual):
    """Lines, each wrapped with the indentation that ``indent`` gives for it, in cells; for an option of a list too."""

    def __init__(self, content: Content, indent: Indent = leading_blanks) -> None:
        self.content = content
        self._indent = indent
        self._laid: tuple[int, Content] | None = None

    def __str__(self) -> str:
        """Return the text as it was given, without its styles."""
        return self.content.plain

    def at(self, width: int) -> Content:
        """Return the text as it is laid out at a width."""
        if self._laid is None or self._laid[0] != width:
            lines = self.content.split("\n", allow_blank=True)
            hung = [piece for line in lines for piece in self._hang(line.expand_tabs(_TAB_CELLS), max(width, 2))]
            self._laid = (width, Content("\n").join(hung))
        return self._laid[1]

    def _hang(self, line: Content, width: int) -> list[Content]:
        """Wrap one line; what precedes its indentation stands before the first piece only."""
        if line.cell_length <= width:
            return [line]
        indent = self._indent(line.plain)
        if not 0 < indent <= width - _LEAST_CELLS:
            return _pieces(line, width)
        head, body = line.divide([indent])
        first, *others = _pieces(body, width - indent)
        return [head.append(first), *(Content(" " * indent).append(piece) for piece in others)]

    def render_strips(self, width: int, height: int | None, style: Style, options: RenderOptions) -> list[Strip]:
        """Return the lines as the terminal gets them."""
        return self.at(width).render_strips(width, height, style, options)

    def get_optimal_width(self, rules: RulesMap, container_width: int) -> int:
        """Return the cells of the longest line."""
        return self.content.get_optimal_width(rules, container_width)

    def get_height(self, rules: RulesMap, width: int) -> int:
        """Return the lines that the text needs at this width."""
        return self.at(width).plain.count("\n") + 1


class Cut(Hung):
    """Lines that end with an ellipsis where there is no more room: each entry of a list one line, whole elsewhere."""

    def at(self, width: int) -> Content:
        """Return the text as it is laid out at a width."""
        if self._laid is None or self._laid[0] != width:
            lines = (line.truncate(max(width, 2), ellipsis=True) for line in self.content.split("\n"))
            self._laid = (width, Content("\n").join(lines))
        return self._laid[1]


def _pieces(line: Content, width: int) -> list[Content]:
    pieces = [line[start:end].rstrip() for start, end in pairwise([0, *breaks(line.plain, width), len(line.plain)])]
    return [piece for piece in pieces if piece.plain] or [Content("")]


class Hanging(Static):
    """A text of several lines, laid out as ``Hung`` says."""

    def __init__(
        self,
        content: Content | str = "",
        *,
        indent: Indent = leading_blanks,
        id: str | None = None,  # noqa: A002 - Textual's own name
        classes: str | None = None,
    ) -> None:
        super().__init__(content, markup=False, id=id, classes=classes)
        self._indent = indent
        self._hung: tuple[object, Hung] | None = None

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return the lines that the text needs at this width."""
        return self._lay(width).plain.count("\n") + 1

    def render(self) -> Content:
        """Return the text as it is laid out at the width of the widget."""
        return self._lay(self.content_size.width)

    def _lay(self, width: int) -> Content:
        whole = self.content
        if self._hung is None or self._hung[0] is not whole:
            content = whole if isinstance(whole, Content) else Content(str(whole))
            self._hung = (whole, Hung(content, self._indent))
        return self._hung[1].at(width)
