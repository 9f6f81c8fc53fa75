"""Scenes for the tests of the desk: one on SQLite, one on each kind of store, and a template to copy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from noc_console.desk import channels
from tests.desk.fresh import only_fresh_rows
from tests.desk.post import Post, mail
from tests.desk.scene import Scene, scene_at, template_at

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from noc_console.desk.intake_item import IntakeItem


@pytest.fixture(autouse=True)
def fresh_rows(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fail a test in which an act is judged by rows that the same transaction has changed but not written."""
    with only_fresh_rows(monkeypatch):
        yield


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    """A peopled training store on SQLite."""
    with scene_at(str(tmp_path / "store.db")) as made:
        yield made


@pytest.fixture
def any_scene(store_url: str) -> Iterator[Scene]:
    """A peopled training store, on SQLite and on PostgreSQL in turn."""
    with scene_at(store_url) as made:
        yield made


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A peopled store to copy, made once."""
    return template_at(tmp_path_factory.mktemp("template") / "store.db")


@pytest.fixture
def post(scene: Scene, tmp_path: Path) -> Post:
    """Take in one mail from a file, given as bytes or as headers."""

    def take(raw: bytes | None = None, *, dry_run: bool = False, name: str = "mail.eml", **headers: str) -> IntakeItem:
        path = tmp_path / name
        path.write_bytes(mail(**headers) if raw is None else raw)
        scene.later(seconds=1)
        (item,) = channels.take(scene.desk("wei"), "email", [str(path)], dry_run=dry_run)
        return item

    return take
