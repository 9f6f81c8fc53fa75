"""Measure a diagnosis on a real terminal: from the key that answers a step to the paint of the next one.

    python -m benchmarks.diagnosis [STEPS]

A store of its own, a tree of that many steps, the console on a pseudo-terminal of 120x40; each answer is judged,
written durably and read again before the next step is painted.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import pexpect

from benchmarks.console import console, settle, terminal
from noc_console.config import Config
from noc_console.desk import diagnosis, tree_import
from noc_console.desk.act import Wish, act
from noc_console.desk.desk import Desk
from tests.desk.grove import ladder, written


def prepared(folder: Path, steps: int) -> tuple[str, str]:
    """Make a store with a run at the first step of a tree; return its path and the run."""
    store = str(folder / "noc.db")
    inputs = {
        "channel": "hotline", "subject": "No light", "symptom": "red", "scope": "one", "contact": "13900000000",
        "domain": "access", "grade": "P3", "requester": "Wang",
    }  # fmt: skip
    with Desk.open(store=store, actor="bench", config=Config()) as desk:
        tree_import.import_folder(desk, str(written(folder / "trees", LX_T20=ladder(steps))))
        ticket = act(desk, Wish("fault", "", "register", inputs | {"occurred_at": desk.now()}))
        act(desk, Wish("fault", ticket.record, "accept", {}))
        return store, diagnosis.start(desk, ticket.ref, "LX-T20").ref


def step_ms(child: pexpect.spawn[bytes], number: int, steps: int) -> float:
    """Return the milliseconds from the answer to a step until the words of what follows are on the terminal."""
    follows = rf"Check number {number + 1}\b" if number < steps else "Cause code"
    begun = time.perf_counter()
    child.send("1")
    child.expect(follows)
    taken = (time.perf_counter() - begun) * 1_000
    settle(child)
    return taken


def measure(steps: int) -> list[float]:
    """Return the milliseconds of each step but the first two, which load what the others find loaded."""
    with tempfile.TemporaryDirectory(prefix="noc-bench-") as folder:
        store, run = prepared(Path(folder), steps)
        with terminal(console(store)) as child:
            child.expect("No light")
            settle(child)
            child.send("2")
            child.expect("Check number 1")
            settle(child)
            child.send("\r")
            child.expect("step 1 of at most")
            settle(child)
            times = [step_ms(child, number, steps) for number in range(1, steps + 1)]
        with Desk.open(store=store, actor="bench", config=Config()) as desk:
            view = diagnosis.show(desk, run)
            if view.row["step"] != "E1":
                raise SystemExit(f"the run stands at {view.row['step']}: not every key was answered")
    return times[2:]


def main(arguments: Sequence[str] = ()) -> None:
    """Print the figures."""
    times = sorted(measure(int(arguments[0]) if arguments else 60))
    median, high = statistics.median(times), times[int(len(times) * 0.95)]
    print(f"step to step: median {median:.1f} ms, 95 % {high:.1f} ms, {len(times)} steps")


if __name__ == "__main__":
    main(sys.argv[1:])
