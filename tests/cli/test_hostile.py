"""Text of strangers through every form of output: nothing of it reaches a terminal as a control, nothing is lost."""

from __future__ import annotations

import csv
import io
import unicodedata

import pytest

from noc_console.cli import render
from tests.cli.conftest import Noc, Said, register

ATTACKS = {
    "osc": "title \x1b]0;owned\x07 end",
    "osc52": "clip \x1b]52;c;ZXZpbA==\x1b\\ end",
    "csi": "red \x1b[31m\x1b[2J end",
    "c1": "c1 \x9b31m \x9d0;x\x9c end",
    "bidi": "abc\u202egnp.exe \u2066x\u2069",
    "delete": "de\x7fl",
    "markup": "[bold red]x[/] [link=file:///x]y[/link] [/]",
    "formula": "=HYPERLINK(1)",
    "formula_plus": "+1+1",
    "separator": "line\u2028line\u2029line",
    "breaks": "one\r\ntwo\rthree",
    "tags": "tag\U000e0041\U000e0042 end",
}


def controls(raw: bytes) -> list[str]:
    """Return the controls of an output, but for the line breaks that we make."""
    return [c for c in raw.decode("utf-8") if unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp", "Cs") and c != "\n"]


@pytest.mark.parametrize("text", ATTACKS.values(), ids=ATTACKS)
@pytest.mark.parametrize("output", ["text", "json", "ndjson", "csv", "ids"])
@pytest.mark.parametrize("verb", ["list", "show"])
def test_no_control_reaches_the_terminal(noc: Noc, text: str, output: str, verb: str) -> None:
    ref = register(noc, text, "P3", "--requester", text)
    arguments = ["show", ref] if verb == "show" else ["list"]
    said = noc("ticket", *arguments, "-o", output)
    assert said.code == 0, said.err
    assert controls(said.raw) == []
    assert "\x1b" not in said.err


def test_markup_is_shown_as_it_is(noc: Noc) -> None:
    register(noc, ATTACKS["markup"])
    assert ATTACKS["markup"] in noc("ticket", "list").out


def test_csv_quotes_formulas_and_keeps_numbers(noc: Noc) -> None:
    register(noc, "=1+1", "P3", "--users-affected", "30", "--organisation", "@cmd")
    row = next(csv.DictReader(io.StringIO(noc("ticket", "list", "-o", "csv").out)))
    assert row["subject"] == "'=1+1"
    assert row["requester_organisation"] == "'@cmd"
    assert row["users_affected"] == "30"
    assert row["urgent"] == "false"


def test_errors_are_cleaned_too(noc: Noc) -> None:
    for arguments in (["ticket", "show", "\x1b[31mX-1"], ["ticket", "list", "state:\x1b]0;x\x07"], ["\x1b[2J"]):
        said: Said = noc(*arguments)
        assert said.code in (2, 3)
        assert controls(said.err.encode()) == []


def test_a_nul_is_bad_input(noc: Noc) -> None:
    ref = register(noc)
    assert noc("ticket", "note", ref, "--text", "-", stdin=b"nu\x00l").code == 4


def test_a_text_of_a_megabyte(noc: Noc) -> None:
    ref = register(noc)
    assert noc("ticket", "note", ref, "--text", "-", stdin=b"\x1b[31mA" * 300_000).code == 1
    assert noc("ticket", "note", ref, "--text", "-", stdin=b"x" * 19_000).code == 0
    assert len(noc("ticket", "show", ref, "-o", "json").json["timeline"][-1]["text"]) == 19_000


def test_json_escapes_what_a_terminal_must_not_meet_and_loses_nothing() -> None:
    import json

    for text in (*ATTACKS.values(), "\ud800 lone", "\ufeffbom", "plain 光缆"):
        written = render.to_text({"text": text})
        assert json.loads(written) == {"text": text}
        assert not [c for c in written if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp")]
    assert "光缆" in render.to_text("光缆")
