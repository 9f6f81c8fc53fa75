"""Measure the console on a real terminal: from start to the first full queue, and from key to paint.

    python -m benchmarks.console STORE [STORE ...]

Give a store of 1 000 and one of 1 000 000 tickets (``benchmarks.fill`` makes them). The start is compared with a
bare Textual program that imports SQLModel too; both run in turn on a pseudo-terminal of 120x40.
"""

from __future__ import annotations

import os
import select
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pexpect

ROWS, COLUMNS = 40, 120
BARE = """
import sqlmodel
from textual.app import App
from textual.widgets import Static
class Bare(App):
    def compose(self):
        yield Static("READY")
Bare().run()
"""
#: Movement as on a shift: lines, pages, the ends of the list.
KEYS = ("j", "j", "j", "k", "\x1b[6~", "j", "\x1b[5~", "j", "G", "k", "k", "g", "j", "\x1b[6~", "\x1b[6~", "k")
ROUNDS = 8
#: After so long without output a paint is whole; the preview beside the list follows when the cursor rests.
WHOLE_S = 0.008
REST_S = 0.4


@contextmanager
def terminal(command: list[str]) -> Iterator[pexpect.spawn[bytes]]:
    """Run a program on a pseudo-terminal and end it afterwards."""
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": str(COLUMNS), "LINES": str(ROWS)}
    child = pexpect.spawn(command[0], command[1:], dimensions=(ROWS, COLUMNS), env=environment, timeout=60)
    child.delaybeforesend = None
    try:
        yield child
    finally:
        child.close(force=True)


def start_s(command: list[str], sign: str) -> float:
    """Return the seconds from start until a sign is painted."""
    begun = time.perf_counter()
    with terminal(command) as child:
        child.expect(sign)
        return time.perf_counter() - begun


def paint_ms(child: pexpect.spawn[bytes], key: str) -> float:
    """Return the milliseconds from a key to the last byte of the paint that answers it."""
    begun = time.perf_counter()
    child.send(key)
    last = begun
    wait = REST_S
    while select.select([child.child_fd], [], [], wait)[0]:
        os.read(child.child_fd, 1 << 16)
        last, wait = time.perf_counter(), WHOLE_S
    settle(child)
    return (last - begun) * 1_000


def settle(child: pexpect.spawn[bytes]) -> None:
    """Read what is painted until nothing more comes."""
    while select.select([child.child_fd], [], [], REST_S)[0]:
        os.read(child.child_fd, 1 << 16)


def console(store: str) -> list[str]:
    """Return the command that opens a store."""
    program = "from noc_console.cli.main import main; main()"
    return [sys.executable, "-c", program, "--store", store, "--as", "bench", "--lang", "en"]


def report(store: str, runs: int = 5) -> None:
    """Print the figures of one store."""
    last_row = r"HZ-JX|NB-YY|WZ-LC"
    bare = [sys.executable, "-c", BARE]
    start_s(bare, "READY"), start_s(console(store), last_row)
    pairs = [(start_s(bare, "READY"), start_s(console(store), last_row)) for _run in range(runs)]
    ours, plain = statistics.median(b for _a, b in pairs), statistics.median(a for a, _b in pairs)
    ratio = statistics.median(b / a for a, b in pairs)
    print(f"{store}: start {ours * 1000:.0f} ms, bare {plain * 1000:.0f} ms, ratio {ratio:.2f}")
    with terminal(console(store)) as child:
        child.expect(last_row)
        settle(child)
        times = sorted(paint_ms(child, key) for key in KEYS * ROUNDS)
    median, high = statistics.median(times), times[int(len(times) * 0.95)]
    print(f"{store}: key to paint median {median:.1f} ms, 95 % {high:.1f} ms, {len(times)} keys")


def main() -> None:
    """Measure each store that is named."""
    for store in sys.argv[1:]:
        report(store)


if __name__ == "__main__":
    main()
