"""The commands on the pages of the documentation print what the pages show.

A block marked ``console`` is run line by line, with one folder and one environment for a page: ``$ noc ...`` and
``$ export NAME=value`` are all that it may hold. ``...`` stands for any lines, and within a line for any text.
"""

from __future__ import annotations

import os
import re
import shlex
from itertools import pairwise
from pathlib import Path

import pytest

from noc_console.cli.main import main
from noc_console.config import load
from noc_console.keys import keymap
from noc_console.workflows.catalogue import workflow
from tests.repository import PACKAGE, ROOT

PAGES = [path.relative_to(ROOT).as_posix() for path in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]]
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
#: A file that a page shows, by the comment on its first line.
FILE = re.compile(r"# ([\w.-]+)\n")
LINK = re.compile(r"\]\((?!https?:)([^)#\s]+)\)")
CODE_FILE = re.compile(r"`([\w./-]+\.(?:py|po))`")
ANCHOR = re.compile(r"\]\(([^)\s]*)#([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)
#: A command in the text: its words, and what follows them.
NAMED_COMMAND = re.compile(r"`noc ((?:[a-z][a-z0-9-]*(?: |(?=`)))+)([^`|\n]*)")
OPTION = re.compile(r"(?:^| )(--[a-z-]+|-[a-z])\b")
CODE_NAME = re.compile(r"`(?:\w+\.)?(\w+)\(\)`|`([A-Z][A-Z_]{3,})`")
#: Names in capitals that are no code: of the environment, of other programs, of the field.
NOT_CODE = re.compile(r"NOC_\w+|PG[A-Z]+|[A-Z]{4,6}")
KEY = re.compile(r"^\| `(\w)` \| ([^|]*) \| ([^|]*) \|$", re.MULTILINE)
COMMAND = re.compile(r"^\$ (.*)$", re.MULTILINE)


def blocks(page: str, *languages: str) -> list[str]:
    found = BLOCK.findall((ROOT / page).read_text(encoding="utf-8"))
    return [text for language, text in found if language in languages]


def commands(block: str) -> list[tuple[str, str]]:
    """Return each command of a block with the output shown under it."""
    parts = COMMAND.split(block)
    assert not parts[0].strip(), f"output without a command: {parts[0]}"
    return list(zip(parts[1::2], (text.strip("\n") for text in parts[2::2]), strict=True))


def pattern(shown: str) -> re.Pattern[str]:
    """Return the output that is shown as a pattern, in which three dots stand for any lines, or any text of one."""
    dots = re.escape("...")
    lines = [
        r"(?:.*\n)*" if line == "..." else re.escape(line).replace(dots, ".*") + "\n" for line in shown.splitlines()
    ]
    return re.compile("".join(lines))


@pytest.fixture
def desk_of_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    monkeypatch.setenv("COLUMNS", "120")
    return tmp_path


@pytest.mark.parametrize("page", [page for page in PAGES if blocks(page, "console")])
def test_commands_print_what_the_page_shows(
    page: str, desk_of_the_page: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for text in blocks(page, "toml", "eml"):
        if named := FILE.match(text):
            (desk_of_the_page / named[1]).write_text(text[named.end() :], encoding="utf-8")
    for block in blocks(page, "console"):
        for command, shown in commands(block):
            program, *args = shlex.split(command)
            if program == "export":
                name, _, value = args[0].partition("=")
                monkeypatch.setenv(name, value)
                continue
            assert program == "noc", f"{command}: only noc and export are run"
            main(args)
            said = capsys.readouterr()
            printed = (said.err + said.out).replace(f"{desk_of_the_page}{os.sep}", "")
            printed = "".join(f"{line.rstrip()}\n" for line in printed.splitlines())
            assert pattern(shown).fullmatch(printed), f"$ {command}\n{printed}"


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    here = (ROOT / page).parent
    assert [link for link in LINK.findall(text) if not (here / link).exists()] == []


@pytest.mark.parametrize("page", PAGES)
def test_files_are_there(page: str) -> None:
    named = {span for span in CODE_FILE.findall((ROOT / page).read_text(encoding="utf-8")) if "..." not in span}
    folders = (ROOT, PACKAGE, PACKAGE / "workflows", PACKAGE / "models")
    assert sorted(name for name in named if not any((folder / name).is_file() for folder in folders)) == []


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_to_a_heading_that_is_there(page: str) -> None:
    here = ROOT / page
    wrong = []
    for target, anchor in ANCHOR.findall(here.read_text(encoding="utf-8")):
        if target.startswith("http"):
            continue
        text = ((here.parent / target) if target else here).read_text(encoding="utf-8")
        if anchor not in {slug(heading) for heading in HEADING.findall(text)}:
            wrong.append(f"{target}#{anchor}")
    assert wrong == []


def slug(heading: str) -> str:
    return re.sub(r"[^\w -]", "", heading).strip().lower().replace(" ", "-")


@pytest.mark.parametrize("page", PAGES)
def test_commands_and_options_that_the_text_names_are_there(
    page: str, desk_of_the_page: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    named = set(NAMED_COMMAND.findall((ROOT / page).read_text(encoding="utf-8")))
    wrong = []
    for words, rest in sorted(named):
        help_ = help_of(words.split(), capsys)
        if help_ is None or any(not re.search(rf"(?<![\w-]){name}\b", help_) for name in OPTION.findall(rest)):
            wrong.append(f"noc {words}{rest}")
    assert wrong == []


def help_of(words: list[str], capsys: pytest.CaptureFixture[str]) -> str | None:
    """Return the help of a command; words behind one that has no commands of its own are its arguments."""
    for most in range(len(words), 0, -1):
        code = main([*words[:most], "--help"])
        said = capsys.readouterr().out
        if code == 0:
            return said if most == len(words) or "COMMAND" not in said.splitlines()[0] else None
    return None


@pytest.mark.parametrize("page", PAGES)
def test_code_that_the_text_names_is_there(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    names = {call or constant for call, constant in CODE_NAME.findall(text) if call or not NOT_CODE.fullmatch(constant)}
    code = "\n".join(
        path.read_text(encoding="utf-8") for path in [*PACKAGE.rglob("*.py"), *(ROOT / "docs").glob("*.py")]
    )
    assert sorted(name for name in names if not re.search(rf"(?:def|class) {name}\b|^ *{name}\b.*=", code, re.M)) == []


@pytest.mark.parametrize("page", PAGES)
def test_settings_can_be_read(page: str, tmp_path: Path) -> None:
    for text in blocks(page, "toml"):
        if (named := FILE.match(text)) and named[1] == "config.toml":
            path = tmp_path / named[1]
            path.write_text(text, encoding="utf-8")
            settings = load(str(path))
            assert keymap(settings.keys, (workflow("fault"), workflow("request")))
            assert not settings.view or settings.view in settings.views


def test_keys_of_the_worked_ticket_are_those_of_the_machine() -> None:
    fault = workflow("fault")
    rows = KEY.findall((ROOT / "README.md").read_text(encoding="utf-8"))
    assert len(rows) == 10
    states = {state.label: state.name for state in fault.states}
    wrong = []
    for (_key, _what, before), (key, _word, after) in pairwise(rows):
        events = [event for event in fault.of_state(states[before]) if event.key == key]
        if [event.target for event in events] != [states[after]]:
            wrong.append((before, key, after))
    assert wrong == []


def test_dots_stand_for_any_lines() -> None:
    assert pattern("a\n...\nd").fullmatch("a\nb\nc\nd\n")
    assert not pattern("a\nd").fullmatch("a\nb\nd\n")
    assert not pattern("a.c").fullmatch("abc\n")
    assert pattern("... bytes").fullmatch("12 bytes\n")
    assert not pattern("... bytes").fullmatch("12\nbytes\n")
