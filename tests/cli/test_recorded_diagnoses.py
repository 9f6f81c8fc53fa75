"""The cases that docs/diagnose.py records go to their ends as it says, in both languages."""

from __future__ import annotations

import sys
from datetime import datetime, timedelta
from pathlib import Path
from shlex import split
from typing import TYPE_CHECKING

import pytest

from noc_console.workflows.ticket_inputs import DOMAINS
from tests.repository import ROOT

if TYPE_CHECKING:
    from tests.cli.conftest import Noc

sys.path.insert(0, str(ROOT / "docs"))
from diagnosis_cases import CASES, LANGUAGES, LEAD, Case

START = datetime.fromisoformat("2026-11-23T19:55+08:00")


def test_each_domain_has_a_case() -> None:
    assert {case.domain for case in CASES} == set(DOMAINS)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.domain)
def test_a_case_goes_to_its_end(noc: Noc, monkeypatch: pytest.MonkeyPatch, case: Case, language: str) -> None:
    monkeypatch.setenv("NOC_NOW", START.isoformat())
    monkeypatch.setenv("NOC_ENGINEER", "chen.bo")
    noc("store", "init", "--training", "--code", "HZ1")
    noc("engineer", "add", "admin", "--roles", "admin", "--as", "admin")
    noc("engineer", "add", "chen.bo", "--roles", "engineer", "--roles", "lead", "--as", "admin")
    noc(*LEAD)
    for line in case.lines:
        monkeypatch.setenv("NOC_NOW", (START + timedelta(minutes=line.minutes)).isoformat())
        said = noc(*split(line.typed(language))[1:], stdin=line.pasted.encode())
        assert said.code == (1 if line.refused else 0), f"{line.typed(language)}\n{said.out}{said.err}"
    ticket = noc("ticket", "show", "HZ1-1", "-o", "json").json
    assert (ticket["state"], ticket["cause_code"]) == ("planned", case.cause)
    assert [run["state"] for run in ticket["diagnoses"]] == ["located"]


def test_each_recorded_page_is_there_and_linked() -> None:
    readme = (ROOT / "docs" / "trees.md").read_text(encoding="utf-8")
    for case in CASES:
        name = f"recorded/diagnosis-{case.domain.replace('_', '-')}.md"
        assert f"]({name})" in readme and Path(ROOT / "docs" / name).is_file()
