"""An original is kept once, byte for byte, and proves itself when it is read."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from noc_console.errors import NotFound, StoreUnavailable
from noc_console.store import blobs
from noc_console.store.engine import reading, writing
from tests.store.kit import behind_its_back

if TYPE_CHECKING:
    from sqlalchemy import Engine


@pytest.mark.parametrize("content", [b"", b"\0\xff\x1b[31m", "光缆".encode("gb18030"), bytes(range(256)) * 4_000])
def test_bytes_come_back_as_they_were(engine: Engine, content: bytes) -> None:
    with writing(engine) as connection:
        name = blobs.keep(connection, content)
        assert blobs.keep(connection, content) == name == hashlib.sha256(content).hexdigest()
    with reading(engine) as connection:
        assert blobs.read(connection, name) == content
        assert connection.execute(text("SELECT count(*) FROM blob")).scalar_one() == 1


def test_a_changed_original_is_not_given_out(engine: Engine) -> None:
    with writing(engine) as connection:
        name = blobs.keep(connection, b"trace")
    behind_its_back(engine, "UPDATE blob SET content = :content", content=b"trick")
    with reading(engine) as connection, pytest.raises(StoreUnavailable, match="was changed"):
        blobs.read(connection, name)


def test_an_unknown_original_is_not_found(engine: Engine) -> None:
    with reading(engine) as connection, pytest.raises(NotFound):
        blobs.read(connection, "0" * 64)
