"""Cleaning, measuring, cropping and wrapping of hostile and of wide text."""

from __future__ import annotations

import re
import subprocess
import sys
import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from noc_console.text import cell_width, clean, fit, quote_formula, wrap

# Characters that the plain strategy seldom draws together.
NASTY = (
    st.sampled_from("\x1b\x9b[]m0;?\x07\\\x00\x7f\u202e\u2066\u200b\u200d\ufe0f\u0301\u0316\u0344 \t\n\r\u2028宽。“a=")
    | st.characters()
)
HOSTILE = st.text(NASTY, max_size=60)


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("plain", "plain"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x9b2Jgone", "gone"),
        ("\x1b\x1b[31m[31mnested", "[31mnested"),
        ("\x1b]0;title\x07after", "]0;titleafter"),
        ("\x1b]52;c;AAAA\x1b\\x", "]52;c;AAAA\\x"),
        ("\x1bPq\x9cdcs", "Pqdcs"),
        ("\x1b^pm\x1b\\\x1b_apc\x1b\\\x1bXsos\x9c", "^pm\\_apc\\Xsos"),
        ("a\x00b\x7fc\x85d", "abc d"),
        ("evil\u202etxt.exe\u2066\u200e\u061c", "eviltxt.exe"),
        ("zero\u200bwidth\u00ad\ufeff", "zerowidth"),
        ("l\u2028p\u2029e", "l p e"),
        ("a\r\nb\tc", "a b c"),
        ("\ud800\ue000\U000e0001\ufdd0", "\ufffd\ufffd\ufffd"),
        ("e\u0301", "\u00e9"),
        ("❤\ufe0f", "❤"),
        ("宽带上不了网", "宽带上不了网"),
        ("[bold]not markup[/]", "[bold]not markup[/]"),
    ],
)
def test_clean_makes_text_inert(raw: str, shown: str) -> None:
    assert clean(raw) == shown


def test_clean_keeps_lines_and_tabs_of_a_body() -> None:
    assert clean("a\r\nb\rc\x0bd\te\u2028f\x1b[1mg", multiline=True) == "a\nb\nc\nd\te\nfg"


def test_clean_with_a_limit_looks_no_further_and_says_so() -> None:
    assert clean("abcdef", limit=3) == "abc…"
    assert clean("abc", limit=3) == "abc"


def test_a_run_of_marks_is_cut_and_costs_linear_time() -> None:
    stacked = clean("o" + "\u0316\u0301" * 300_000 + "k")
    assert len(stacked) <= 19
    assert stacked.endswith("k")


@given(HOSTILE, st.booleans())
def test_what_survives_is_printable_and_stable(raw: str, multiline: bool) -> None:
    cleaned = clean(raw, multiline=multiline)
    allowed = {"Zs"} | ({"Cc"} if multiline else set())
    assert not {unicodedata.category(c) for c in cleaned if not c.isprintable()} - allowed
    assert not {c for c in cleaned if unicodedata.category(c) == "Cc"} - set("\n\t")
    assert clean(cleaned, multiline=multiline) == cleaned
    assert unicodedata.is_normalized("NFC", cleaned)


@given(HOSTILE)
def test_width_agrees_with_the_terminal_library(raw: str) -> None:
    cleaned = clean(raw)
    assert cell_width(cleaned) == cell_len(cleaned)


def test_width_of_every_character_agrees_with_the_terminal_library() -> None:
    kept = {clean(chr(code)) for code in range(0x20, 0x110000)}
    assert [c for c in kept if cell_width(c) != cell_len(c)] == []


@given(HOSTILE, st.integers(0, 30), st.sampled_from(["left", "right"]))
def test_fit_takes_exactly_its_cells(raw: str, cells: int, align: str) -> None:
    fitted = fit(clean(raw), cells, align="right" if align == "right" else "left")
    assert cell_len(fitted) == cells


@pytest.mark.parametrize(
    ("text", "cells", "fitted"),
    [
        ("abc", 5, "abc  "),
        ("abcdef", 4, "abc…"),
        ("宽带上不了网", 6, "宽带… "),
        ("宽带上不了网", 7, "宽带上…"),
        ("宽带", 4, "宽带"),
        ("宽", 1, "…"),
        ("abc", 0, ""),
        ("e\u0323\u0302x", 1, "…"),
    ],
)
def test_fit_crops_on_a_cell_with_an_ellipsis(text: str, cells: int, fitted: str) -> None:
    assert fit(text, cells) == fitted


def test_fit_to_the_right_pads_in_front() -> None:
    assert fit("宽", 5, align="right") == "   宽"


def test_fit_reads_only_the_head_of_a_giant_line() -> None:
    assert fit("宽" * 1_000_000, 9) == "宽宽宽宽…"


@given(HOSTILE, st.integers(2, 20))
def test_wrap_loses_nothing_but_white_space_and_keeps_the_width(raw: str, cells: int) -> None:
    cleaned = clean(raw, multiline=True)
    lines = wrap(cleaned, cells)
    assert "".join("".join(lines).split()) == "".join(cleaned.split())
    assert all(cell_len(line) <= cells for line in lines)


@pytest.mark.parametrize(
    ("text", "cells", "lines"),
    [
        ("one two three", 7, ["one two", "three"]),
        ("abcdefghij", 4, ["abcd", "efgh", "ij"]),
        ("光猫红灯，不能上网", 8, ["光猫红", "灯，不能", "上网"]),
        ("OLT 告警：LOS", 9, ["OLT 告", "警：LOS"]),
        ("先获批准；否则不能执行。", 8, ["先获批", "准；否则", "不能执", "行。"]),
        ("见 OLT，再查（ONU）", 7, ["见", "OLT，再", "查", "（ONU）"]),
        ("机房(中心机房), 402", 6, ["机房", "(中心", "机房),", "402"]),
        ("a\n\nb", 9, ["a", "", "b"]),
        ("", 9, [""]),
        ("  kept", 9, ["  kept"]),
    ],
)
def test_wrap_breaks_words_and_chinese(text: str, cells: int, lines: list[str]) -> None:
    assert wrap(text, cells) == lines


@pytest.mark.parametrize(
    "formula",
    [
        "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\tx", " =1", "\u00a0=1", "\n=cmd|' /C calc'!A0", "\ufeff=1",
        "\x00=1", "\u3000=1", "＝1",
    ],
)  # fmt: skip
def test_a_formula_is_quoted_once(formula: str) -> None:
    assert quote_formula(formula) == f"'{formula}"
    assert quote_formula(quote_formula(formula)) == f"'{formula}"


@pytest.mark.parametrize("text", ["", "plain", "a=b", "宽带-1", "'=1", "[x]"])
def test_plain_text_is_exported_as_it_is(text: str) -> None:
    assert quote_formula(text) == text


def test_the_module_loads_no_terminal_library() -> None:
    code = "import sys, noc_console.text; print([m for m in sys.modules if m.split('.')[0] in ('rich', 'textual')])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


CLOSING, OPENING = "，。、；：？！）》」】”’…,.;:!?)", "（《「【“‘(["


@given(
    st.lists(st.sampled_from(["光", "缆", "OLT", "-31.2 dBm", " ", *CLOSING, *OPENING]), max_size=60),
    st.integers(12, 40),
)
def test_no_line_begins_with_closing_or_ends_with_opening_punctuation(parts: list[str], cells: int) -> None:
    marks = re.compile(rf"[{re.escape(CLOSING + OPENING)}]{{4,}}")
    text = marks.sub("", "".join(parts)).strip()
    for before, after in pairwise(wrap(text, cells)):
        joined = f"{before}{after}" in text
        assert not (joined and (after[0] in CLOSING or before[-1] in OPENING)), (text, before, after)
