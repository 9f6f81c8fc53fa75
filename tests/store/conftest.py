"""An empty store on each kind of database, for tests of the store alone: no machine and no desk is needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from noc_console.store import schema
from noc_console.store.engine import open_engine
from noc_console.store.place import place_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Engine


@pytest.fixture
def engine(store_url: str) -> Iterator[Engine]:
    """A new store, on SQLite and on PostgreSQL in turn."""
    made = open_engine(place_of(store_url))
    schema.create(made, training=True, code="HZ1")
    yield made
    made.dispose()


@pytest.fixture
def file_engine(tmp_path: Path) -> Iterator[Engine]:
    """A new store in a file."""
    made = open_engine(place_of(str(tmp_path / "store.db")))
    schema.create(made, training=True, code="HZ1")
    yield made
    made.dispose()
