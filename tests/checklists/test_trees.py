"""Every shipped tree can be walked: along each edge to an end, in both languages, with all that it refers to."""

from __future__ import annotations

import pytest

from noc_console.checklists import trees
from noc_console.checklists.tree_checks import problems
from noc_console.checklists.tree_file import BadFiles, line_of, parse

TREE = """id = "XX-T1"
domain = "access"
title = { en = "A", zh = "甲" }
entry = { en = "A", zh = "甲" }
evidence = []
close_out = { en = "A", zh = "甲" }

[steps.S01]
kind = "measure"
text = { en = "A", zh = "甲" }
unit = "dBm"
answers = [
  { en = "Weak", zh = "弱", to = "E1", below = -27 },
  { en = "Fine", zh = "好", to = "E99", at_least = -27 },
]

[ends.E1]
fault = { en = "A", zh = "甲" }
cause = "AC-ONU-FAIL"
remedy = { en = "A", zh = "甲" }
service_affecting = "yes"
field_visit = "no"
customer = { en = "A", zh = "甲" }
"""


@pytest.mark.parametrize(("folder", "name", "text"), trees.tree_texts(), ids=lambda value: str(value)[:40])
def test_a_shipped_tree_can_be_read(folder: str, name: str, text: str) -> None:
    tree = parse(text, name)
    assert (tree.domain, f"{folder}/{tree.id}.toml") == (folder, name)


def test_nothing_is_wrong_between_the_shipped_files() -> None:
    assert list(problems(trees.shipped())) == []


@pytest.mark.parametrize(
    ("old", "new", "line", "what"),
    [
        ('kind = "measure"', 'kind = "meassure"', 9, "measure"),
        ('unit = "dBm"', 'unit = "dBn"', 11, "nearest: dB"),
        ('zh = "弱", ', "", 13, "zh"),
        ('to = "E1"', 'to = "e 1"', 13, "id"),
        ("below = -27", "below = true", 13, "number"),
        ('kind = "measure"', 'kind = "measure"\ncolour = "red"', 10, "colour"),
        ('field_visit = "no"', "", 17, "field_visit"),
        ('title = { en = "A", zh = "甲" }', "title = {", 3, ""),
    ],
)
def test_a_broken_file_is_told_with_its_line(old: str, new: str, line: int, what: str) -> None:
    with pytest.raises(BadFiles) as raised:
        parse(TREE.replace(old, new, 1), "local/XX-T1.toml")
    (finding,) = raised.value.findings
    assert (finding.file, finding.line) == ("local/XX-T1.toml", line)
    assert what in str(finding)


def test_a_file_that_is_whole_is_taken() -> None:
    tree = parse(TREE, "x")
    assert (tree.first, [answer.to for answer in tree.steps[0].answers]) == ("S01", ["E1", "E99"])
    assert line_of(TREE, "ends.E1.cause") == TREE.splitlines().index('cause = "AC-ONU-FAIL"') + 1


def test_no_message_to_a_customer_has_a_gap_that_nobody_fills() -> None:
    shipped = trees.shipped()
    told = [*shipped.messages.values(), *(end.customer for tree in shipped.trees.values() for end in tree.ends)]
    assert [words for words in told if words is not None and "{" in words.en + words.zh] == []
