"""Measure an alarm storm: how fast it is taken in, what becomes of it, and who has to wait meanwhile.

    python -m benchmarks.storm [ALARMS]

Webhooks of Alertmanager are taken in by ``noc intake`` in a process of its own. Meanwhile a reader asks the store
again and again, and a console on a pseudo-terminal is used, which was measured in the quiet before. To hold: 10 000 in
a minute, a handful of tickets, no reader blocked over 200 ms.
"""

from __future__ import annotations

import json
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import fill
from benchmarks.console import KEYS, console, paint_ms, settle, terminal
from noc_console.config import Config
from noc_console.desk.desk import Desk
from noc_console.desk.filter import parse
from noc_console.desk.ticket import count, records
from noc_console.desk.ticket_view import show

TICKETS = 1_000
IN_ONE = 50
NAMES = ("BgpPeerDown", "OnuLOSi", "RruVswrHigh", "OtnLOF", "MmeOverload")
PROGRAM = "from noc_console.cli.main import main; import sys; sys.exit(main())"


def webhooks(folder: Path, alarms: int) -> None:
    """Write a storm as files: five kinds of alarms, each of another object."""
    folder.mkdir()
    now = datetime.now(UTC).isoformat()
    for start in range(0, alarms, IN_ONE):
        said = [
            {
                "status": "firing",
                "labels": {"alertname": NAMES[n % 5], "instance": f"NE-{n}", "severity": "major", "site": f"S{n % 40}"},
                "annotations": {"summary": "邻居中断, no answer since the last poll"},
                "startsAt": now,
            }
            for n in range(start, min(start + IN_ONE, alarms))
        ]
        body = {"version": "4", "status": "firing", "alerts": said}
        (folder / f"{start:06}.json").write_text(json.dumps(body), encoding="utf-8")


class Reader(threading.Thread):
    """Reads from the store all the time; ``longest_s`` is the longest that it had to wait."""

    def __init__(self, store: Path) -> None:
        super().__init__(daemon=True)
        self.store = store
        self.over = threading.Event()
        self.longest_s = 0.0

    def run(self) -> None:
        """Ask until it is over."""
        with closing(sqlite3.connect(self.store, timeout=30)) as connection:
            while not self.over.is_set():
                begun = time.perf_counter()
                connection.execute("SELECT ref FROM ticket ORDER BY number DESC LIMIT 40").fetchall()
                self.longest_s = max(self.longest_s, time.perf_counter() - begun)
                time.sleep(0.002)


def main(arguments: list[str]) -> None:
    """Print the figures of one storm."""
    alarms = int(arguments[0]) if arguments else 10_000
    with tempfile.TemporaryDirectory(prefix="noc-storm-") as scratch:
        store, said = Path(scratch) / "store.db", Path(scratch) / "said"
        fill.main([str(store), str(TICKETS)])
        webhooks(said, alarms)
        with terminal(console(str(store))) as child:
            child.expect(r"HZ-JX|NB-YY|WZ-LC")
            settle(child)
            quiet = [paint_ms(child, key) for key in KEYS * 2]
            seconds, longest_s, during = _storm(store, said, child)
        _report(store, alarms, seconds, longest_s)
        print(f"key to paint: median {statistics.median(quiet):.0f} ms in the quiet, "
              f"{statistics.median(during):.0f} ms in the storm ({len(during)} keys)")  # fmt: skip


def _storm(store: Path, said: Path, child: object) -> tuple[float, float, list[float]]:
    reader = Reader(store)
    reader.start()
    command = [
        sys.executable,
        "-c",
        PROGRAM,
        "--store",
        str(store),
        "--as",
        "bench",
        "intake",
        "alertmanager",
        str(said),
    ]
    during: list[float] = []
    begun = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as taking:
        while taking.poll() is None:
            during.append(paint_ms(child, KEYS[len(during) % len(KEYS)]))  # type: ignore[arg-type]
    seconds = time.perf_counter() - begun
    reader.over.set()
    reader.join()
    return seconds, reader.longest_s, during


def _report(store: Path, alarms: int, seconds: float, longest_s: float) -> None:
    with Desk.open(store=str(store), actor="bench", config=Config()) as desk:
        made = count(desk, parse("state:all"), cap=10**6).number - TICKETS
        largest = max(records(desk, parse("state:all channel:monitoring")), key=lambda row: row["alarms"])
        begun = time.perf_counter()
        show(desk, largest["id"])
        opened_ms = (time.perf_counter() - begun) * 1_000
    print(f"{alarms} alarms in {seconds:.1f} s ({alarms / seconds:.0f}/s): {made} tickets")
    print(f"longest that a reader waited: {longest_s * 1_000:.0f} ms (to hold: 200)")
    print(f"a ticket of {largest['alarms']} alarms is read in {opened_ms:.0f} ms")


if __name__ == "__main__":
    main(sys.argv[1:])
