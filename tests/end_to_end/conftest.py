"""A stage for every test: a copy of one store, made once for all tests of a worker."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.stage import Stage, build


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the store that stages are copies of."""
    folder = tmp_path_factory.mktemp("template")
    folder.chmod(0o700)
    build(folder / "noc.db")
    return folder / "noc.db"


@pytest.fixture
def stage(template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    """Give a stage of the test's own."""
    made = Stage(template, tmp_path / "stage", monkeypatch)
    yield made
    made.close()
