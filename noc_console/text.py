"""Text from outside, made safe to show: cleaning, and measuring in terminal cells.

The one sink on the way to a terminal, and the gate for fields that come in. It works on plain strings only:
it must not know markup, styles or widgets, and imports the standard library alone because every command does.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from typing import Final, Literal

ELLIPSIS: Final = "…"
_REPLACEMENT: Final = "\ufffd"
# Hebrew cantillation and Tibetan stacks stay below this; a longer run is an attack on the lines above and below,
# and makes the canonical ordering of NFC quadratic.
_MARKS_PER_CHARACTER: Final = 16
_TAB_CELLS: Final = 4

# Only whole control sequences: they carry parameters and never words, so nothing readable is lost.
_CSI = re.compile("(?:\x1b\\[|\x9b)[0-?]*[ -/]*[@-~]")
_LONG_RUN = re.compile(rf"[^\w\s\x00-\x7f]{{{_MARKS_PER_CHARACTER + 1},}}")
_LINE_BREAKS: Final = "\n\r\x0b\x0c\x85\u2028\u2029"
_FORMULA = re.compile(r"[\s\x00-\x1f\x7f-\xa0\ufeff\u200b-\u200f\u2060]*[=+\-@＝＋－＠]|[\t\r]")

# Letters and marks that Unicode calls default-ignorable: nothing is drawn, so they hide text and break columns.
_IGNORABLE: Final = frozenset(
    chr(code)
    for first, last in (
        (0x034F, 0x034F),
        (0x115F, 0x1160),
        (0x17B4, 0x17B5),
        (0x180B, 0x180F),
        (0x3164, 0x3164),
        (0xFE00, 0xFE0F),
        (0xFFA0, 0xFFA0),
        (0xE0100, 0xE01EF),
    )
    for code in range(first, last + 1)
)
# Where the terminals' tables (wcwidth, Unicode 17) differ from what category and East Asian width say.
_WIDTH_EXCEPTIONS: Final = (
    (0x1160, 0x11FF, 0),
    (0x2630, 0x2637, 2),
    (0x268A, 0x268F, 2),
    (0x4DC0, 0x4DFF, 2),
    (0xD7B0, 0xD7FB, 0),
    (0x1D300, 0x1D356, 2),
    (0x1D360, 0x1D376, 2),
    (0x1F3FB, 0x1F3FF, 0),
)
#: Characters of two cells, for a class of a pattern.
WIDE: Final = (
    r"\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6"
    r"\U0001f300-\U0001faff\U00020000-\U0003fffd"
)
# No line begins with a closer or ends with an opener (GB/T 15834; the same in Japanese), next to Latin words too.
_OPENERS = r"（《〈「『【〔［｛“‘(\[{"
_CLOSERS = r"，。、；：？！）》〉」』】〕］｝”’…·%％ー々)\]},.;:?!\u0300-\u036f\u3099\u309a"
_TOKEN = re.compile(
    rf"\s+"
    rf"|[{_OPENERS}]{{0,4}}(?:(?![{_OPENERS}]{{1,4}}[{WIDE}])[^\s{WIDE}])+[{_CLOSERS}]*"
    rf"|[{_OPENERS}]{{0,4}}[{WIDE}][{_CLOSERS}]*"
)


class _Cleaning(dict[int, str]):
    """A translation table that classifies each character when it is first met."""

    def __init__(self, line_break: str, tab: str) -> None:
        super().__init__({ord(character): line_break for character in _LINE_BREAKS})
        self[0x09] = tab

    def __missing__(self, code: int) -> str:
        character = chr(code)
        category = unicodedata.category(character)
        if category in ("Cc", "Cf") or character in _IGNORABLE:
            kept = ""
        elif category in ("Cs", "Co", "Cn"):
            kept = _REPLACEMENT
        else:
            kept = character
        self[code] = kept
        return kept


_ONE_LINE = _Cleaning(" ", " ")
_MANY_LINES = _Cleaning("\n", "\t")


def clean(text: str, *, multiline: bool = False, limit: int | None = None) -> str:
    """Return text that is inert in a terminal, in NFC; with ``limit`` only that many characters are looked at.

    Control sequences, controls, bidi and other invisible characters go; line breaks and tabs become spaces, or stay
    with ``multiline``; what has no agreed glyph (private, unassigned, surrogate) becomes U+FFFD.
    """
    if limit is not None and len(text) > limit:
        text = text[:limit] + ELLIPSIS
    if text.isascii() and text.isprintable():
        return text
    if "\x1b" in text or "\x9b" in text:
        text = _CSI.sub("", text)
    text = text.replace("\r\n", "\n").translate(_MANY_LINES if multiline else _ONE_LINE)
    text = _LONG_RUN.sub(_limit_marks, text)
    # NFC may take a mark apart again (U+0344), so the limit is kept on both sides of it.
    return _LONG_RUN.sub(_limit_marks, unicodedata.normalize("NFC", text))


def _limit_marks(run: re.Match[str]) -> str:
    """Keep the first marks of each character in a run."""
    kept: list[str] = []
    marks = 0
    for character in run.group():
        marks = marks + 1 if unicodedata.category(character)[0] == "M" else 0
        if marks <= _MARKS_PER_CHARACTER:
            kept.append(character)
    return "".join(kept)


@lru_cache(maxsize=8192)
def _character_width(character: str) -> int:
    """Return the cells of one character: 0, 1 or 2; ambiguous width counts 1."""
    code = ord(character)
    for first, last, width in _WIDTH_EXCEPTIONS:
        if first <= code <= last:
            return width
    if unicodedata.category(character) in ("Mn", "Mc", "Me", "Cc", "Cf", "Zl", "Zp"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1


def cell_width(text: str) -> int:
    """Return the terminal cells that cleaned text of one line takes."""
    if text.isascii() and text.isprintable():
        return len(text)
    return sum(map(_character_width, text))


def fit(text: str, cells: int, *, align: Literal["left", "right"] = "left") -> str:
    """Return cleaned text cropped with an ellipsis, or padded, to exactly ``cells`` terminal cells."""
    if cells <= 0:
        return ""
    head, width, whole = _head(text, cells)
    if not whole:
        head, width, _ = _head(text, cells - 1)
        head, width = head + ELLIPSIS, width + 1
    padding = " " * (cells - width)
    return padding + head if align == "right" else head + padding


def _head(text: str, cells: int) -> tuple[str, int, bool]:
    """Return the longest head that fits, its cells, and whether it is the whole text."""
    # A character of one cell and its marks bound what can fit, so a line of a megabyte costs no more than a short one.
    candidate = text[: (cells + 1) * (_MARKS_PER_CHARACTER + 1)]
    if candidate.isascii() and candidate.isprintable():
        return candidate[:cells], min(len(candidate), cells), len(text) <= cells
    width = 0
    for index, character in enumerate(candidate):
        step = _character_width(character)
        if width + step > cells:
            return candidate[:index], width, False
        width += step
    return candidate, width, len(candidate) == len(text)


def wrap(text: str, cells: int) -> list[str]:
    """Break cleaned text into lines of at most ``cells`` cells (2 or more), at spaces and between CJK characters."""
    cells = max(cells, 2)
    lines: list[str] = []
    for paragraph in text.expandtabs(_TAB_CELLS).split("\n"):
        lines.extend(_wrap_paragraph(paragraph, cells))
    return lines


def _wrap_paragraph(paragraph: str, cells: int) -> Iterator[str]:
    """Yield the lines of a text without line breaks; an empty one yields one empty line."""
    offsets = [0, *breaks(paragraph, cells), len(paragraph)]
    lines = [paragraph[start:end].rstrip() for start, end in pairwise(offsets)]
    yield from [line for line in lines if line] or [""]


def breaks(line: str, cells: int) -> list[int]:
    """Return where a cleaned text of one line is broken, so that no piece without its last blanks takes more cells.

    It is broken at blanks and between CJK characters, and within a word only if that is longer than a line.
    """
    offsets: list[int] = []
    width = 0
    for token in _TOKEN.finditer(line):
        size = cell_width(token.group())
        if width + size <= cells:
            width += size
        elif token.group().isspace():  # it hangs over the edge, and the next word begins a line
            width = cells
        else:
            if width:
                offsets.append(token.start())
            chops = _chops(token.group(), cells) if size > cells else []
            offsets += [token.start() + chop for chop in chops]
            width = cell_width(token.group()[chops[-1] :]) if chops else size
    return offsets


def _chops(word: str, cells: int) -> list[int]:
    """Return where a word that is longer than a line is broken."""
    offsets: list[int] = []
    width = 0
    for index, character in enumerate(word):
        step = _character_width(character)
        if width + step > cells:
            offsets.append(index)
            width = 0
        width += step
    return offsets


def quote_formula(text: str) -> str:
    """Return text that a spreadsheet reads as text: what could start a formula gets a leading apostrophe.

    Numbers of our own are exported as numbers and do not pass here: ``-31.2`` written by somebody is quoted too.
    """
    return f"'{text}" if _FORMULA.match(text) else text


def unquote_formula(text: str) -> str:
    """Return text as it was before ``quote_formula``, for files of ours that come back."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text[1:]) else text
