"""A text whose wrapped lines hang under where their words began, so that the eye finds the next entry.

It must not know what the text says.
"""

from __future__ import annotations

from collections.abc import Callable

from textual.content import Content
from textual.geometry import Size
from textual.widgets import Static

#: A text narrower than this is not indented any further.
_LEAST_CELLS = 20


def leading_blanks(line: str) -> int:
    """Return how many blanks a line begins with: its continuation begins with as many."""
    return len(line) - len(line.lstrip(" "))


class Hanging(Static):
    """Lines, each wrapped with the indentation that ``indent`` gives for it, in cells."""

    def __init__(
        self,
        content: Content | str = "",
        *,
        indent: Callable[[str], int] = leading_blanks,
        id: str | None = None,  # noqa: A002 - Textual's own name
    ) -> None:
        super().__init__(content, markup=False, id=id)
        self._indent = indent
        self._laid: tuple[object, int, Content] | None = None

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return the lines that the text needs at this width."""
        return self._lay(width).plain.count("\n") + 1

    def render(self) -> Content:
        """Return the text as it is laid out at the width of the widget."""
        return self._lay(self.content_size.width)

    def _lay(self, width: int) -> Content:
        whole = self.content
        if self._laid is None or self._laid[0] is not whole or self._laid[1] != width:
            lines = (whole if isinstance(whole, Content) else Content(str(whole))).split("\n", allow_blank=True)
            hung = [piece for line in lines for piece in self._hang(line, width)]
            self._laid = (whole, width, Content("\n").join(hung))
        return self._laid[2]

    def _hang(self, line: Content, width: int) -> list[Content]:
        """Wrap one line; what precedes its indentation stands before the first piece only."""
        if line.cell_length <= width:
            return [line]
        indent = self._indent(line.plain)
        if not 0 < indent <= width - _LEAST_CELLS:
            return [piece.rstrip() for piece in line.wrap(max(width, 1))]
        head, body = line.divide([indent])
        first, *others = (piece.rstrip() for piece in body.wrap(width - indent))
        return [head.append(first), *(Content(" " * indent).append(piece) for piece in others)]
