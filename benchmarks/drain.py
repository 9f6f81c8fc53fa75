"""A spool of small mails or alerts worked off: inputs a second, memory, and the longest transaction.

    python -m benchmarks.drain [INPUTS] [email|alertmanager]

To hold: no transaction over 200 ms, because readers wait for it; memory flat.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path

from sqlalchemy import event

from benchmarks.memory import peak_mib
from noc_console.config import Config
from noc_console.desk import spool
from noc_console.desk.desk import Desk


def mail(number: int) -> bytes:
    """Write a small mail."""
    return (
        f"From: Wang Fang <wang{number % 500}@mill.example>\nTo: noc@carrier.example\nSubject: line {number} is down\n"
        f"Message-ID: <{number}@mill.example>\n\nNo light since nine. 光猫红灯。\n"
    ).encode()


def alert(number: int) -> bytes:
    """Write a webhook body with one alert."""
    labels = {"alertname": "LinkDown", "severity": "major", "instance": f"sw-{number % 2000}", "port": str(number % 7)}
    one = {"status": "firing", "labels": labels, "startsAt": "2026-11-23T09:00:00Z", "annotations": {}}
    return json.dumps({"version": "4", "status": "firing", "alerts": [one]}).encode()


def fill(folder: Path, inputs: int, kind: str) -> None:
    """Put inputs into a spool, without waiting for the disk."""
    folder.mkdir(parents=True)
    for number in range(inputs):
        name = f"20261123T090000{number:09d}-1-{number:016x}.{kind}"
        (folder / name).write_bytes(mail(number) if kind == "email" else alert(number))


def longest_of(desk: Desk) -> list[float]:
    """Return a list that holds the longest transaction so far: in seconds, and in seconds of the processor."""
    longest, begun = [0.0, 0.0], [0.0, 0.0]

    @event.listens_for(desk.engine, "begin")
    def _begin(_connection: object) -> None:
        begun[:] = time.monotonic(), time.process_time()

    @event.listens_for(desk.engine, "commit")
    def _commit(_connection: object) -> None:
        # the commit itself comes after this; the next begin cannot tell it from waiting
        longest[0] = max(longest[0], time.monotonic() - begun[0])
        longest[1] = max(longest[1], time.process_time() - begun[1])

    return longest


def main(arguments: list[str]) -> None:
    """Fill a spool, work it off, and print what it took."""
    inputs = int(arguments[0]) if arguments else 10_000
    kind = arguments[1] if len(arguments) > 1 else "email"
    with tempfile.TemporaryDirectory(prefix="noc-drain-") as scratch:
        folder = Path(scratch) / "spool"
        fill(folder, inputs, kind)
        with Desk.open(store=str(Path(scratch) / "store.db"), actor="bench", config=Config()) as desk:
            longest, half, taken = longest_of(desk), 0.0, 0
            begun, processor = time.monotonic(), time.process_time()
            for _item in spool.drain(desk, folder):
                taken += 1
                if taken == inputs // 2:
                    half = peak_mib()
            seconds, processor = time.monotonic() - begun, time.process_time() - processor
        print(
            f"{taken} {kind}: {taken / seconds:.0f} a second, {taken / processor:.0f} in a second of one processor, "
            f"longest transaction {longest[0] * 1000:.0f} ms ({longest[1] * 1000:.0f} of the processor), "
            f"memory {peak_mib():.0f} MiB (+{peak_mib() - half:.1f} in the second half), {spool.waiting(folder)} left"
        )


if __name__ == "__main__":
    main(sys.argv[1:])
