"""What an end of a tree says to people: codes never stand alone."""

from __future__ import annotations

import pytest

from noc_console.checklists import trees
from noc_console.checklists.cause_codes import load
from noc_console.desk.diagnosis_view import role_names
from noc_console.workflows.tree import Tree

TREES = tuple(trees.shipped().trees.values())


@pytest.mark.parametrize("tree", TREES, ids=lambda tree: tree.id)
def test_whom_an_end_escalates_to_and_what_it_found_have_names(tree: Tree) -> None:
    for end in tree.ends:
        said = role_names(tree.domain, end.escalate_to)
        assert all(f" ({code})" in said for code in end.escalate_to), (end.id, said)
        assert load().by_code[end.cause].label.en


def test_a_role_that_nobody_explains_stands_for_itself() -> None:
    assert role_names("data", ("TX", "OURS")) == "Transmission team (TX), OURS"
