"""The parsers understand real inputs that nobody here wrote, where a folder of them is at hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.facts import expected, kinds, samples_folder
from benchmarks.intake_facts import TO_HOLD, main, measure


@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", sorted(kinds()))
def test_facts_of_real_inputs(name: str) -> None:
    samples = samples_folder()
    if samples is None:
        pytest.skip("no folder shared/samples beside the checkout")
    kind = kinds()[name]

    tally = measure(kind, samples, expected(samples))

    assert tally.inputs, f"no input in {kind.folders}"
    assert tally.crashes == []
    assert tally.percent >= TO_HOLD, "\n".join(
        f"{file} {fact.name}: {fact.expected!r}, not {fact.got!r}" for file, fact in tally.misses
    )


def test_what_was_missed_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mails = tmp_path / "mail" / "helpdesk"
    mails.mkdir(parents=True)
    mails.joinpath("right.eml").write_bytes(b"From: a@customer.example\nSubject: line down\n\nno light\n")
    mails.joinpath("wrong.eml").write_bytes(b"From: a@customer.example\nSubject: line down\n\nno light\n")
    mails.joinpath("no_mail.eml").write_bytes(b"\0\1\2")
    tmp_path.joinpath("expected.jsonl").write_text(
        '{"file": "mail/helpdesk/right.eml", "facts": {"subject": "line down", "body_contains": "no  light"}}\n'
        '{"file": "mail/helpdesk/wrong.eml", "facts": {"subject": "line up", "from_addr": "a@customer.example"}}\n'
        '{"file": "mail/helpdesk/no_mail.eml", "facts": {"subject": "line down"}}\n',
        encoding="utf-8",
    )

    assert main(["mail", "--misses", "--samples", str(tmp_path)]) == 1
    said = capsys.readouterr().out
    assert "3 of      5 facts  60.00 %      3 inputs  1 quarantined  0 crashes" in said
    assert "subject: expected 'line up'" in said
    assert "got: 'line down'" in said
