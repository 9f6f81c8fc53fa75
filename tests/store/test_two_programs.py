"""Programs that use one store at once: nobody loses an update, sees half of one, or is told that it is locked."""

from __future__ import annotations

import multiprocessing
import time
from typing import TYPE_CHECKING, Any

from benchmarks.kill import METHOD
from noc_console.config import Config
from noc_console.desk.act import Wish, act
from noc_console.desk.desk import Desk
from noc_console.store.engine import BUSY_TIMEOUT_S
from noc_console.store.tables import table
from tests.desk.scene import REPORT
from tests.store.kit import wrong

if TYPE_CHECKING:
    from multiprocessing.queues import Queue

NOTES = 60
WRITERS = 2
#: Long enough for any machine, and an end where somebody would wait for ever.
PATIENCE_S = 100
TICKETS = table("ticket")


def _write(store: str, ticket: str, said: Queue[Any]) -> None:
    with Desk.open(store=store, config=Config()) as desk:
        longest = 0.0
        for number in range(NOTES):
            begun = time.perf_counter()
            act(desk, Wish("fault", ticket, "note", {"text": f"note {number}"}))
            longest = max(longest, time.perf_counter() - begun)
    said.put(("longest wait", longest))


def _read(store: str, ticket: str, wanted: int, said: Queue[Any]) -> None:
    """Look again and again until everything is there; what was seen once is never taken back."""
    versions = [0]
    with Desk.open(store=store, config=Config()) as desk:
        while versions[-1] < wanted:
            versions.append(_version(desk, ticket))
    said.put(("only rises", versions == sorted(versions)))


def _version(desk: Desk, ticket: str) -> int:
    with desk.reading() as connection:
        return int(connection.execute(TICKETS.select().where(TICKETS.c.id == ticket)).one().row_version)


def test_two_writers_and_a_reader(store_url: str) -> None:
    with Desk.open(store=store_url, config=Config()) as desk:
        ticket = act(desk, Wish("fault", "", "register", {**REPORT, "occurred_at": desk.now()})).record
        wanted = _version(desk, ticket) + WRITERS * NOTES
    context = multiprocessing.get_context(METHOD)
    said = context.Queue()
    programs = [context.Process(target=_write, args=(store_url, ticket, said)) for _n in range(WRITERS)]
    programs.append(context.Process(target=_read, args=(store_url, ticket, wanted, said)))
    for program in programs:
        program.start()
    answers = [said.get(timeout=PATIENCE_S) for _program in programs]
    for program in programs:
        program.join(PATIENCE_S)
    assert [program.exitcode for program in programs] == [0] * len(programs)
    assert max(answer for what, answer in answers if what == "longest wait") < BUSY_TIMEOUT_S
    assert ("only rises", True) in answers
    with Desk.open(store=store_url, config=Config()) as desk:
        assert _version(desk, ticket) == wanted, "no update is lost"
        assert wrong(desk.engine) == []
