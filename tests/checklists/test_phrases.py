"""What is better not said to a customer is found as a word, in both languages, and advised upon (R55 to R57)."""

from __future__ import annotations

import pytest

from noc_console.checklists.phrases import hints
from noc_console.desk.wording import advice
from noc_console.workflows.catalogue import workflow


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("That is not our problem, call the vendor.", ["not our problem"]),
        ("We repair it ASAP", ["ASAP"]),
        ("我们会尽快处理，等通知", ["尽快"]),
        ("您的OLT端口故障", ["OLT"]),
        ("the bolt is loose, and the closing is sound", []),
        ("Your line works again since 10:40.", []),
        ("", []),
    ],
)
def test_phrases_are_found_as_words(text: str, found: list[str]) -> None:
    assert [hint.phrase for hint in hints(text)] == found


def test_only_what_is_told_to_the_customer_is_looked_at() -> None:
    for kind, event, name in (
        ("fault", "inform", "text"),
        ("fault", "feed_back", "plain"),
        ("request", "answer", "answer"),
    ):
        fields = {field.name: field for field in workflow(kind).event(event).inputs}  # type: ignore[union-attr]
        assert advice(fields[name], "not our fault") != ()
    note = {field.name: field for field in workflow("fault").event("note").inputs}  # type: ignore[union-attr]
    assert advice(note["text"], "not our fault") == ()
