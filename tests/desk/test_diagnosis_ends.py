"""What an end of a tree says to people: codes never stand alone."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from noc_console.checklists import trees
from noc_console.desk import catalogues
from noc_console.desk.diagnosis_view import RunView, end_facts
from noc_console.i18n import _
from noc_console.workflows.tree import Tree

TREES = tuple(trees.shipped().trees.values())


@pytest.mark.parametrize("tree", TREES, ids=lambda tree: tree.id)
def test_what_an_end_found_and_whom_it_needs_are_told_by_name(tree: Tree) -> None:
    files = [found for kind in catalogues.PINNED if (found := catalogues.shipped(kind, tree.domain))]
    for end in tree.ends:
        at = {"step": end.id}
        named = catalogues.named(tree, files)
        told = dict(end_facts(RunView(at, {}, tree, None, end, named, (), (), datetime.now(UTC))))
        code, words = told[_("Cause code")].split(" ", 1)
        assert code == end.cause
        assert words
        assert not set(told.get(_("Escalate to"), "").split(", ")) & set(end.escalate_to)
