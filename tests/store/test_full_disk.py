"""A disk that is full stops writing and nothing else: it is said, nothing is half done, and work goes on afterwards."""

from __future__ import annotations

import multiprocessing
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from noc_console.config import Config
from noc_console.desk import store as desk_store
from noc_console.desk.act import Wish, act
from noc_console.desk.desk import Desk
from noc_console.errors import StoreUnavailable
from noc_console.store.canonical import new_id
from noc_console.store.engine import reading
from noc_console.store.journal import records_of
from tests.desk.scene import REPORT
from tests.store.kit import wrong

if TYPE_CHECKING:
    from multiprocessing.queues import Queue

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on the size of a file")


def _fill(store: str, said: Queue[Any]) -> None:
    """Write until no file may grow, then when they may again; say what was acknowledged, and what was told."""
    import resource

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    acknowledged = []
    with Desk.open(store=store, config=Config()) as desk:
        unlimited = resource.getrlimit(resource.RLIMIT_FSIZE)
        limit = Path(store).stat().st_size + 40_000
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, unlimited[1]))
        told = ""
        while not told:
            wish = Wish("fault", "", "register", {**REPORT, "occurred_at": desk.now()}, intent_id=new_id())
            try:
                act(desk, wish)
                acknowledged.append(wish.intent_id)
            except StoreUnavailable as error:
                told = str(error)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit // 2, unlimited[1]))
        try:
            desk_store.backup(store, Config(), f"{store}.copy")
        except StoreUnavailable as error:
            told += f" / {error}"
        resource.setrlimit(resource.RLIMIT_FSIZE, unlimited)
        act(desk, wish)  # the one that was refused, again with its id
        acknowledged.append(wish.intent_id)
    said.put((acknowledged, told))


def test_a_full_disk_is_said_and_nothing_is_lost(tmp_path: Path) -> None:
    store = str(tmp_path / "store.db")
    context = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
    said = context.Queue()
    program = context.Process(target=_fill, args=(store, said))
    program.start()
    acknowledged, told = said.get(timeout=100)
    program.join(100)
    assert program.exitcode == 0
    assert "disk" in told
    assert "cannot write" in told
    assert list(tmp_path.glob("*.copy*")) == [], "no half copy"
    with Desk.open(store=store, config=Config()) as desk:
        with reading(desk.engine) as connection:
            assert set(records_of(connection, acknowledged)) == set(acknowledged)
        assert desk.token() == len(acknowledged) + 1, "the first engineer, and each of these once"
        assert wrong(desk.engine) == []
