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
from noc_console.store.journal import hub_state

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


def given(store: str) -> dict[str, list[str]]:
    """Return the commands for a ticket from the middle of a store."""
    with Desk.open(store=store, actor="bench", config=Config()) as desk:
        with desk.reading() as connection:
            last = hub_state(connection).last_number
        return commands(store, f"{desk.code}-{max(1, last // 2)}")


def report(stores: list[str]) -> None:
    """Run everything on all stores in turn, and print medians and ratios of the same round."""
    all_given = {store: given(store) for store in stores}
    runs: list[dict[tuple[str, str], float]] = []
    for _round in range(ROUNDS + 1):
        runs.append({(store, name): seconds(all_given[store][name]) for store in stores for name in all_given[store]})
    runs = runs[1:]  # the first fills the system's caches
    for store in stores:
        for name in ("show", "note"):
            ours = statistics.median(run[store, name] for run in runs)
            ratio = statistics.median(run[store, name] / run[store, "script"] for run in runs)
            print(
                f"{Path(store).name}: {name} {ours * 1000:.0f} ms, {ratio:.2f} x the script (to hold: 1.20 x or less)"
            )
    if len(stores) > 1:
        for name in ("show", "note"):
            ratio = statistics.median(run[stores[-1], name] / run[stores[0], name] for run in runs)
            print(f"{name}: {ratio:.2f} x from the first store to the last (to hold: 1.10 x or less)")


def main(arguments: list[str]) -> None:
    """Report on the stores given, or on one made for it."""
    if arguments:
        report(arguments)
        return
    with tempfile.TemporaryDirectory(prefix="noc-one-") as folder:
        store = str(Path(folder) / "1000.db")
        with Desk.open(store=store, actor="bench", config=Config()) as desk:
            fill(desk, 1_000)
        report([store])


if __name__ == "__main__":
    main(sys.argv[1:])
