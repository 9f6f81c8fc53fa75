"""``noc-spool`` storing one small trap, against a Python that starts and does nothing; and a storm of them.

    python -m benchmarks.spool [ROUNDS]

Both run in turn, with the same interpreter. To hold: 2 x the bare Python.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from noc_console import spool

TRAP = b"""access-sw-07
UDP: [192.0.2.17]:49152->[192.0.2.1]:162
.1.3.6.1.2.1.1.3.0 12:3:14:55.21
.1.3.6.1.6.3.1.1.4.1.0 .1.3.6.1.6.3.1.1.5.3
.1.3.6.1.2.1.2.2.1.1.11 11
"""
#: What is stored in one process, for the rate of the disk alone.
STORED = 2_000


def seconds(command: list[str], given: bytes) -> float:
    """Return how long a command takes. Raises CalledProcessError where it fails."""
    begun = time.perf_counter()
    subprocess.run(command, input=given, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begun


def program() -> str:
    """Return the installed program beside this interpreter."""
    beside = Path(sys.executable).parent
    return str(next(path for path in (beside / "noc-spool", beside / "noc-spool.exe") if path.exists()))


def main(arguments: list[str]) -> None:
    """Print medians and their ratio."""
    rounds = int(arguments[0]) if arguments else 100
    bare, ours, ratios = [], [], []
    with tempfile.TemporaryDirectory(prefix="noc-spool-") as folder:
        spooling = [program(), "--dir", str(Path(folder) / "spool"), "snmptrap"]
        for number in range(rounds + 3):
            one = seconds([sys.executable, "-c", "pass"], TRAP)
            other = seconds(spooling, TRAP)
            if number >= 3:  # the first fill the system's caches
                bare.append(one)
                ours.append(other)
                ratios.append(other / one)
        print(
            f"bare Python {statistics.median(bare) * 1000:.1f} ms, noc-spool {statistics.median(ours) * 1000:.1f} ms: "
            f"{statistics.median(ratios):.2f} x (to hold: 2.00 x or less), {rounds} rounds"
        )
        trap = Path(folder) / "trap"
        trap.write_bytes(TRAP)
        begun = time.perf_counter()
        for _number in range(STORED):
            with trap.open("rb") as stream:
                spool.store(stream.fileno(), str(Path(folder) / "many"), "snmptrap")
        print(f"stored and forced to disk in one process: {STORED / (time.perf_counter() - begun):.0f} a second")


if __name__ == "__main__":
    main(sys.argv[1:])
