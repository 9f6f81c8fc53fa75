from __future__ import annotations

import json
import re

import pytest

from noc_console.checklists.cause_codes import GENERAL, load
from noc_console.errors import BadInput
from noc_console.workflows.policy_values import DOMAINS
from tests.repository import ROOT

PREFIXES = dict(zip(DOMAINS, ("TX", "SW", "DT", "WL", "AC", "BO"), strict=True)) | {GENERAL: "X"}
FACTS = ROOT.parent / "shared" / "domain" / "facts.json"


def test_every_domain_has_causes_under_its_own_prefix() -> None:
    causes = load().by_code.values()
    assert {cause.domain for cause in causes} == set(PREFIXES)
    for cause in causes:
        assert re.fullmatch(rf"{PREFIXES[cause.domain]}(-[A-Z0-9]+)+", cause.code)


def test_every_cause_has_a_group_and_every_group_a_cause() -> None:
    codes = load()
    assert {cause.group for cause in codes.by_code.values()} == set(codes.groups)


def test_names_are_there_in_both_languages() -> None:
    codes = load()
    for label in (*(cause.label for cause in codes.by_code.values()), *codes.groups.values()):
        assert label.en.isascii()
        assert label.en.strip()
        assert any("\u4e00" <= char <= "\u9fff" for char in label.zh)


def test_causes_of_one_domain_have_different_names() -> None:
    for domain in PREFIXES:
        own = [cause for cause in load().by_code.values() if cause.domain == domain]
        for language in ("en", "zh"):
            names = [cause.label.text(language) for cause in own]
            assert sorted(names) == sorted(set(names))


def test_a_code_is_found_whatever_its_case() -> None:
    assert load().get(" tx-fibre-cut ").code == "TX-FIBRE-CUT"


def test_an_unknown_code_names_the_nearest() -> None:
    with pytest.raises(BadInput) as caught:
        load().get("TX-FIBER-CUT")
    assert caught.value.message == "TX-FIBER-CUT is not a cause code"
    assert "TX-FIBRE-CUT" in caught.value.hint
    with pytest.raises(BadInput) as caught:
        load().get("9" * 100_000)
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("光缆被挖断", "TX-FIBRE-CUT"),
        ("光缆中断", "TX-FIBRE-CUT"),
        ("停电", "AC-AREA-POWER"),
        ("密码错误", "DT-AUTH"),
        ("fibre cut", "TX-FIBRE-CUT"),
        ("Power failure", "AC-AREA-POWER"),
        ("wrong credentials", "DT-AUTH"),
        ("tx-fiber-cut", "TX-FIBRE-CUT"),
    ],
)
def test_words_in_either_language_name_the_causes_that_have_them(said: str, code: str) -> None:
    assert code in load().nearest(said)


@pytest.mark.parametrize("said", ["垃圾话", "！！！", "\u200b", "今天"])
def test_words_that_no_cause_has_name_none(said: str) -> None:
    assert load().nearest(said) == ()


def test_a_domain_offers_its_own_causes_and_the_general_ones() -> None:
    offered = load().of_domain("access")
    assert {cause.domain for cause in offered} == {"access", GENERAL}
    assert offered[-1].domain == GENERAL
    assert load().of_domain(None) == tuple(load().by_code.values())
    assert {cause.domain for cause in load().of_domain(GENERAL)} == {GENERAL}


def test_no_fault_found_and_own_change_are_known_for_the_figures() -> None:
    groups = {cause.code: cause.group for cause in load().by_code.values()}
    no_fault = ("X-NFF", "SW-NFF", "DT-NFF", "BO-NFF", "WL-NO-FAULT", "AC-NO-FAULT")
    assert {groups[code] for code in no_fault} == {"no_fault"} != {groups["TX-UNKNOWN"]}
    assert {group for code, group in groups.items() if code.endswith("-CHANGE")} == {"change"}


@pytest.mark.skipif(not FACTS.is_file(), reason="the domain's facts are not here")
def test_every_cause_of_the_facts_is_here_in_its_domain_and_no_other() -> None:
    facts = {fact["id"]: fact["domain"] for fact in json.loads(FACTS.read_text(encoding="utf-8"))["cause_codes"]}
    ours = {cause.code: cause.domain for cause in load().by_code.values() if cause.domain != GENERAL}
    assert ours == facts
