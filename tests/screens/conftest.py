"""The office that tests of the screens work in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.screens.driver import Office


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """Give a training store at a frozen time."""
    folder = tmp_path / "store"
    folder.mkdir(mode=0o700)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLORTERM", "truecolor")
    made = Office(folder, monkeypatch)
    yield made
    made.close()
