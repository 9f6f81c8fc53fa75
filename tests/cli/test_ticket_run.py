"""``noc ticket run``: listed, shown, run with --yes; JSON, exit codes, both languages."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Noc


@pytest.fixture
def ready(training: Noc, tmp_path: Path) -> Noc:
    """A ticket TRN-1 with two hosts, and a command of ours."""
    argv = json.dumps([sys.executable, "-c", "import sys; print('over', sys.argv[1]); sys.exit(4)", "{host}"])
    (tmp_path / "ours.toml").write_text(
        "[commands]\npath = false\n[commands.probe]\n"
        f'label = {{ en = "A probe", zh = "探测" }}\nargv = {argv}\ntimeout = "20s"\n',
        encoding="utf-8",
    )
    assert training("policy", "import", str(tmp_path / "ours.toml")).code == 0
    words = ("--channel", "email", "--subject", "slow", "--contact", "a@b.example", "--domain", "data", "--grade", "P4")
    said = training("ticket", "new", *words, "--objects", "host:192.0.2.7", "--objects", "element:olt-bj3")
    assert said.code == 0, said.err
    return training


def test_what_is_offered_is_listed(ready: Noc) -> None:
    said = ready("ticket", "run", "TRN-1", "-o", "json")
    assert [(one["name"], one["missing"], one["ran"]) for one in said.json] == [
        ("ping", [], False), ("probe", [], False),
    ]  # fmt: skip
    assert said.json[1]["choices"] == {"host": ["192.0.2.7", "olt-bj3"]}
    assert "A probe" in ready("ticket", "run", "TRN-1").out
    assert "探测" in ready("ticket", "run", "TRN-1", "--lang", "zh").out
    assert ready("ticket", "run", "TRN-1", "-o", "ids").out.split() == ["ping", "probe"]


def test_it_is_shown_and_not_run_without_yes(ready: Noc) -> None:
    said = ready("ticket", "run", "TRN-1", "probe", "--with", "host=olt-bj3")
    assert said.code == 0 and said.out.strip().endswith("olt-bj3")
    assert "--yes runs it" in said.err
    dry = ready("ticket", "run", "TRN-1", "probe", "--yes", "--dry-run", "-o", "json")
    assert (dry.json["ran"], dry.json["argv"][-1]) == (False, "192.0.2.7")
    assert ready("ticket", "show", "TRN-1", "-o", "json").json["attachments"] == []


def test_it_is_run_with_yes_and_kept(ready: Noc) -> None:
    said = ready("ticket", "run", "TRN-1", "probe", "--yes", "-o", "json")
    assert said.code == 0, said.err
    made = said.json
    assert (made["ran"], made["exit_code"], made["ended"], made["kept"]) == (True, 4, None, True)
    assert made["output"].split() == ["over", "192.0.2.7"]
    shown = ready("ticket", "show", "TRN-1", "-o", "json").json
    assert [item["command"] for item in shown["attachments"]] == [made["command"]]
    assert [entry["event"] for entry in shown["timeline"]][-2:] == ["run", "take_output"]
    again = ready("ticket", "run", "TRN-1", "--command", "probe", "--yes")
    assert again.out == "over 192.0.2.7\n" and "exit code 4" in again.err
    assert ready("store", "verify").code == 0


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("TRN-1", "prob"), 3),
        (("TRN-9",), 3),
        (("TRN-1", "probe", "--with", "host"), 2),
        (("TRN-1", "--yes"), 2),
        (("TRN-1", "probe", "--command", "ping"), 2),
        (("TRN-1", "probe", "--with", "host=192.0.2.8", "--yes"), 1),
        (("TRN-1", "probe", "--with", "host=192.0.2.8"), 1),
    ],
)
def test_what_is_wrong_has_its_exit_code_and_nothing_is_written(ready: Noc, words: tuple[str, ...], code: int) -> None:
    before = ready("ticket", "show", "TRN-1", "-o", "json").json["timeline"]
    assert ready("ticket", "run", *words).code == code
    assert ready("ticket", "show", "TRN-1", "-o", "json").json["timeline"] == before


def test_what_the_ticket_lacks_is_told(ready: Noc) -> None:
    ready("ticket", "new", "--channel", "email", "--subject", "x", "--contact", "a@b.example")
    said = ready("ticket", "run", "TRN-2", "ping")
    assert said.code == 0 and "{host}" in said.out
    assert "the ticket has nothing for: host" in said.err
    refused = ready("ticket", "run", "TRN-2", "ping", "--yes", "-o", "json")
    assert (refused.code, refused.reasons) == (1, ["argument_missing"])
