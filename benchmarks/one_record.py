"""A command that reads or writes one record, against a script with the same tables that reads one row.

    python -m benchmarks.one_record [STORE ...]

Give a store of 1 000 and one of 1 000 000 tickets (``benchmarks.fill`` makes them); without any, one of 1 000 is made.
All run in turn. To hold: 1.2 x the script, and 1.1 x from the small store to the large one.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.fill import fill
from noc_console.config import Config
from noc_console.desk.desk import Desk

SCRIPT = """
import sys
from sqlmodel import Session, create_engine, select
from noc_console.models.ticket import TicketRow
engine = create_engine("sqlite:///" + sys.argv[1])
with Session(engine) as session:
    print(session.exec(select(TicketRow).where(TicketRow.ref == sys.argv[2])).one().model_dump_json())
"""
NOC = "import sys; from noc_console.cli.main import main; sys.exit(main())"
ROUNDS = 15


def commands(store: str, ref: str) -> dict[str, list[str]]:
    """Return the script and our commands on one ticket."""
    noc = [sys.executable, "-c", NOC, "--store", store, "--as", "bench"]
    return {
        "script": [sys.executable, "-c", SCRIPT, store, ref],
        "show": [*noc, "ticket", "show", ref, "-o", "json"],
        "note": [*noc, "ticket", "note", ref, "--text", "called back, line still down"],
    }


def seconds(command: list[str]) -> float:
    """Return how long a command takes. Raises CalledProcessError where it fails."""
    begun = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begun


def compare(store: str) -> dict[str, float]:
    """Print and return the medians of one store, with the ratio of each command to the script of the same round."""
    with Desk.open(store=store, actor="bench", config=Config()) as desk:
        given = commands(store, f"{desk.code}-{max(1, desk.token() // 2)}")
    for command in given.values():
        seconds(command)
    runs = [{name: seconds(command) for name, command in given.items()} for _round in range(ROUNDS)]
    medians = {name: statistics.median(run[name] for run in runs) for name in given}
    for name in ("show", "note"):
        ratio = statistics.median(run[name] / run["script"] for run in runs)
        print(
            f"{Path(store).name}: {name} {medians[name] * 1000:.0f} ms, script {medians['script'] * 1000:.0f} ms: "
            f"{ratio:.2f} x (to hold: 1.20 x or less)",
            flush=True,
        )
    return medians


def main(arguments: list[str]) -> None:
    """Print what each store given costs, and what the last costs more than the first."""
    if not arguments:
        with tempfile.TemporaryDirectory(prefix="noc-one-") as folder:
            store = str(Path(folder) / "1000.db")
            with Desk.open(store=store, actor="bench", config=Config()) as desk:
                fill(desk, 1_000)
            compare(store)
        return
    figures = [compare(store) for store in arguments]
    for name in ("show", "note"):
        print(f"{name}: {figures[-1][name] / figures[0][name]:.2f} x from the first store to the last")


if __name__ == "__main__":
    main(sys.argv[1:])
