"""What was acknowledged is there after a kill, and half-done work is not; the check itself can fail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.kill import run

if TYPE_CHECKING:
    from pathlib import Path


def test_nothing_acknowledged_is_lost_when_writers_are_killed(tmp_path: Path) -> None:
    result = run(tmp_path, 50)
    assert result.kills == 50
    assert result.acknowledged > 50
    assert result.lost == []
    assert result.findings == []
    assert result.integrity == "ok"


def test_a_program_that_says_done_too_early_is_found_out(tmp_path: Path) -> None:
    assert run(tmp_path, 20, early=True).lost
