"""Answers of yes-or-no options in every form that people type, none of which takes a reference with it."""

from __future__ import annotations

import pytest

from noc_console.cli.yes_no import as_flags
from tests.cli.conftest import Noc, register


def contacted(noc: Noc, *words: str) -> bool:
    """Accept a ticket with these words around its reference (``REF``), and tell whether the customer was contacted."""
    ref = register(noc)
    said = noc("ticket", "accept", *(ref if word == "REF" else word for word in words), "-o", "json")
    assert said.code == 0, said.err
    return said.json["contacted_at"] is not None


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        (("REF", "--contacted"), True),
        (("--contacted", "REF"), True),
        (("REF", "--contacted", "yes"), True),
        (("REF", "--contacted", "true"), True),
        (("--contacted", "no", "REF"), False),
        (("REF", "--contacted", "False"), False),
        (("REF", "--contacted=no"), False),
        (("--contacted=是", "REF"), True),
        (("REF", "--no-contacted"), False),
        (("REF", "--no-contacted", "no"), True),
        (("REF", "--contacted", "--no-contacted"), False),
        (("REF",), False),
    ],
)
def test_an_answer_is_understood(noc: Noc, words: tuple[str, ...], meant: bool) -> None:
    assert contacted(noc, *words) is meant


def test_an_answer_that_is_neither_is_said(noc: Noc) -> None:
    said = noc("ticket", "accept", register(noc), "--contacted=maybe")
    assert (said.code, "maybe" in said.err, "yes or no" in said.err) == (2, True, True)


class _Param:
    def __init__(self, *names: str, no: str = "", flag: bool = False) -> None:
        self.opts, self.secondary_opts, self.is_flag = [*names], [no] if no else [], flag


PARAMS = [_Param("--sure", no="--no-sure", flag=True), _Param("--text", "-t"), _Param("--dry-run", flag=True)]


@pytest.mark.parametrize(
    ("given", "read"),
    [
        (["--text", "--sure", "no"], ["--text", "--sure", "no"]),
        (["-t", "--sure=no"], ["-t", "--sure=no"]),
        (["--text=--sure", "no"], ["--text=--sure", "no"]),
        (["--", "--sure", "no"], ["--", "--sure", "no"]),
        (["--sure", "--", "no"], ["--sure", "--", "no"]),
        (["--sure", "--sure", "no"], ["--sure", "--no-sure"]),
        (["--dry-run", "no"], ["--dry-run", "no"]),
        (["--sure", "nobody"], ["--sure", "nobody"]),
        (["--text"], ["--text"]),
    ],
)
def test_other_words_are_left_alone(given: list[str], read: list[str]) -> None:
    assert as_flags(PARAMS, given) == read
