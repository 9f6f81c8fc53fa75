"""Rate of single durable acts against a bare loop of INSERT and commit in a file with the same settings.

    python -m benchmarks.single_act [ROUNDS]

Both run in turn, a hundred at a time, so that a busy machine is as busy for either. To hold: 0.3 or more.
"""

from __future__ import annotations

import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from benchmarks.fill import wishes
from noc_console.config import Config
from noc_console.desk.act import Wish, act
from noc_console.desk.desk import Desk
from noc_console.store.engine import SETTINGS, journal_mode

#: Acts, and bare inserts, in one turn.
TURN = 100
#: What a note writes: a body, an intent, a verdict, and a change of the ticket's row.
TEXT = "called the customer, no answer; 光缆中断 near the bridge, crew on its way, next news at 14:00"


def per_second(work: Callable[[], None]) -> float:
    """Return how often a second something is done."""
    begun = time.perf_counter()
    for _n in range(TURN):
        work()
    return TURN / (time.perf_counter() - begun)


def compare(folder: Path, rounds: int) -> tuple[float, float, float]:
    """Return the medians of acts a second, of bare inserts a second, and of their ratio."""
    pairs = []
    with (
        Desk.open(store=str(folder / "store.db"), actor="bench", config=Config()) as desk,
        closing(sqlite3.connect(folder / "bare.db", isolation_level=None)) as bare,
    ):
        bare.execute(f"PRAGMA journal_mode = {journal_mode()}")
        for setting in SETTINGS:
            bare.execute(f"PRAGMA {setting}")
        bare.execute("CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT)")
        ticket = act(desk, next(wishes(desk, 0, 1))).record

        def ours() -> None:
            act(desk, Wish("fault", ticket, "note", {"text": TEXT}))

        def plain() -> None:
            bare.execute("BEGIN IMMEDIATE")
            bare.execute("INSERT INTO note (text) VALUES (?)", (TEXT,))
            bare.execute("COMMIT")

        per_second(ours), per_second(plain)
        for _round in range(rounds):
            pairs.append((per_second(ours), per_second(plain)))
    ratio = statistics.median(mine / other for mine, other in pairs)
    return statistics.median(a for a, _b in pairs), statistics.median(b for _a, b in pairs), ratio


def main(arguments: list[str]) -> None:
    """Print both rates and their ratio."""
    rounds = int(arguments[0]) if arguments else 15
    with tempfile.TemporaryDirectory(prefix="noc-act-") as folder:
        acts, inserts, ratio = compare(Path(folder), rounds)
    print(f"{acts:.0f} acts/s, {inserts:.0f} bare inserts/s: {ratio:.2f} x (to hold: 0.30 x or more)")


if __name__ == "__main__":
    main(sys.argv[1:])
