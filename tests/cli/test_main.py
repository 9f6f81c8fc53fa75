"""The frame: help, languages, options that stand anywhere, errors of the parser, and what may be imported."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from noc_console import i18n
from noc_console.cli.nouns import NOUNS
from noc_console.workflows.catalogue import workflow
from tests.cli.conftest import Noc, register
from tests.repository import ROOT

HEAVY = {"sqlmodel", "sqlalchemy", "textual", "pydantic", "rich", "alembic"}


def loaded(arguments: list[str], **environment: str) -> set[str]:
    """Return the libraries that a command line has loaded when it ends, in a process of its own."""
    program = (
        "import sys\n"
        "from noc_console.cli.main import main\n"
        "try:\n"
        f"    main({arguments!r})\n"
        "finally:\n"
        "    print('LOADED', *sorted({name.partition('.')[0] for name in sys.modules}))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    return set(done.stdout.partition("LOADED")[2].split())


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["ticket", "--help"], ["ticket", "locate", "--help"]])
def test_help_loads_nothing_heavy(arguments: list[str]) -> None:
    assert loaded(arguments) & HEAVY == set()
    assert "typer" in loaded(arguments)


def test_completion_loads_no_store_and_no_console() -> None:
    words = {"_NOC_COMPLETE": "complete_bash", "COMP_WORDS": "noc ticket loc", "COMP_CWORD": "2"}
    assert loaded([], **words) & {"sqlmodel", "sqlalchemy", "textual", "pydantic"} == set()


def test_a_command_on_one_record_loads_neither_rich_nor_textual(noc: Noc) -> None:
    ref = register(noc)
    assert loaded(["ticket", "show", ref]) & {"rich", "textual", "alembic", "holidays"} == set()


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("noc tick", "ticket"),
        ("noc ticket loc", "locate"),
        ("noc ticket locate --cause", "--cause-code"),
        ("noc ticket new --domain acc", "access"),
        ("noc workflow show fau", "fault"),
        ("noc ticket list -o nd", "ndjson"),
    ],
)
def test_completion_offers_nouns_verbs_options_and_codes(words: str, offered: str) -> None:
    environment = {"_NOC_COMPLETE": "complete_bash", "COMP_WORDS": words, "COMP_CWORD": str(len(words.split()) - 1)}
    done = subprocess.run(
        [sys.executable, "-m", "noc_console.cli.main"],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert done.stdout.split() == [offered]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_completion_script_can_be_had_for_each_shell(noc: Noc, monkeypatch: pytest.MonkeyPatch, shell: str) -> None:
    monkeypatch.setenv("_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION", "1")
    with pytest.raises(SystemExit) as ended:
        noc("--show-completion", shell)
    assert not ended.value.code


@pytest.mark.parametrize("noun", NOUNS)
def test_every_noun_has_help(noc: Noc, noun: str) -> None:
    said = noc(noun, "--help")
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith(f"Usage: noc {noun} ")


def test_help_is_in_the_language_that_is_asked_for(noc: Noc) -> None:
    english = noc("ticket", "locate", "--help").out
    chinese = noc("ticket", "locate", "--help", "--lang", "zh").out
    assert i18n.language() == "zh"
    event = workflow("fault").event("locate")
    assert event is not None
    assert i18n._(event.help) in chinese
    assert i18n._("Usage: {usage}", usage="").strip() in chinese
    assert event.help in english


def test_the_language_comes_from_the_environment_then_the_settings(
    noc: Noc, monkeypatch: pytest.MonkeyPatch, tmp_path: pytest.TempPathFactory
) -> None:
    settings = tmp_path / "config.toml"  # type: ignore[operator]
    settings.write_text('language = "zh"\n', encoding="utf-8")
    noc("--help", "--config", str(settings))
    assert i18n.language() == "zh"
    monkeypatch.setenv("NOC_LANG", "en")
    noc("--help", "--config", str(settings))
    assert i18n.language() == "en"


@pytest.mark.parametrize(
    "arguments",
    [
        ("-o", "json", "store", "path"),
        ("store", "-o", "json", "path"),
        ("store", "path", "-o", "json"),
        ("store", "path", "--output=json"),
        ("-o", "csv", "store", "path", "-o", "json"),
    ],
)
def test_options_for_all_commands_stand_anywhere_and_the_last_one_wins(noc: Noc, arguments: tuple[str, ...]) -> None:
    assert list(noc(*arguments).json) == ["path"]


def test_the_store_and_the_person_can_be_named_on_the_line(noc: Noc, tmp_path: pytest.TempPathFactory) -> None:
    other = str(tmp_path / "other.db")  # type: ignore[operator]
    assert noc("engineer", "list", "-o", "ids", "--store", other, "--as", "li").out == "li\n"
    assert noc("engineer", "list", "-o", "ids").out == "wang\n"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "terminal"),
        (("tickt",), "ticket"),
        (("ticket",), "list"),
        (("ticket", "locat"), "locate"),
        (("ticket", "list", "--limti", "3"), "--limit"),
        (("ticket", "list", "--limit"), "--limit"),
        (("ticket", "list", "--limit", "many"), "--limit"),
        (("ticket", "list", "--limit", "0"), "from 1 on"),
        (("sla", "due", "--limit", "1.5"), "--limit"),
        (("ticket", "download", "X-1", "first", "f"), "NUMBER"),
        (("ticket", "list", "--dry-run=x"), "takes no value"),
        (("ticket", "list", "-o", "xml"), "ndjson"),
        (("--lang", "fr", "store", "path"), "zh"),
        (("store", "path", "extra"), "extra"),
        (("--config", "/nowhere/at/all.toml", "store", "path"), "all.toml"),
    ],
)
def test_what_the_parser_cannot_take_is_a_usage_error_with_help(
    noc: Noc, arguments: tuple[str, ...], words: str
) -> None:
    said = noc(*arguments)
    assert said.code == 2
    assert said.raw == b""
    assert said.err.startswith("noc: error: ")
    assert said.err.count("\n") == 1
    assert words in said.err


def test_an_unknown_option_names_the_nearest(noc: Noc) -> None:
    assert "did you mean --text?" in noc("ticket", "note", "X-1", "--txt", "x").err


@pytest.mark.parametrize(
    "arguments",
    [
        ("ticket", "list", "--limit", "0"),
        ("ticket", "list", "--limit"),
        ("ticket", "list", "--dry-run=x"),
        ("ticket", "list", "--frobnicate"),
        ("ticket", "accept", "X-1", "--contacted=maybe"),
        ("ticket", "show"),
        ("store", "path", "extra"),
        ("store", "grants", "--part", "third"),
        ("-o", "xml", "store", "path"),
        ("frobnicate",),
        ("ticket", "frobnicate"),
        ("ticket",),
        (),
    ],
)
def test_no_english_is_left_in_the_errors_of_the_parser(noc: Noc, arguments: tuple[str, ...]) -> None:
    said = noc("--lang", "zh", *arguments)
    assert said.code == 2
    words = said.err.removeprefix("noc: error: ").replace("noc ticket accept", "").split()
    given = {word for argument in arguments for word in argument.split("=")}
    english = [word for word in words if len(word) > 3 and word.isascii() and word.isalpha() and word not in given]
    assert set(english) <= {"ticket", "list", "store", "path", "show", "grants", "--help"}, said.err


def test_the_output_may_be_joined_as_other_programs_take_it(noc: Noc) -> None:
    for word in ("-o=json", "-ojson", "--output=json"):
        assert list(noc("store", "path", word).json) == ["path"]


def test_an_error_begins_alike_in_every_language(noc: Noc) -> None:
    noc("store", "init")
    assert noc("ticket", "show", "X-1", "--lang", "zh").err.startswith("noc: error: ")


def test_the_version_is_said(noc: Noc) -> None:
    assert noc("--version").out.startswith("noc ")
