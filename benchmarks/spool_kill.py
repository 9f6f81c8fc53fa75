"""Kill drains of a spool at random moments, and look for any input that is lost or was taken twice.

    python -m benchmarks.spool_kill [KILLS]

Mails and inputs that nobody can read are spooled, drains are killed with SIGKILL, and a last drain ends the work. Every
mail must be one message of one ticket, every unreadable input one item of the quarantine, and the spool empty.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import select

from noc_console import spool as program
from noc_console.config import Config
from noc_console.desk import spool
from noc_console.desk.desk import Desk
from noc_console.store import refold, verify
from noc_console.store.engine import reading
from noc_console.store.tables import table
from noc_console.store.verify import Finding

#: Seconds until the kill, from the start of the drain: from before its first look to well into its work.
SOONEST, LATEST = 0.005, 0.3
#: Mails that wait at the start of each round, so that every kill meets work.
WAITING = 20
#: Every so many inputs is one that no channel reads.
UNREADABLE = 10
METHOD = "fork" if "fork" in multiprocessing.get_all_start_methods() else "spawn"


@dataclass(slots=True)
class Result:
    """What became of a run: kills, inputs spooled, those lost, those doubled, and what is left in the spool."""

    kills: int = 0
    spooled: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    left: int = 0
    findings: list[Finding] = field(default_factory=list)


def put(folder: Path, number: int) -> str:
    """Spool one input and return what it is known by afterwards."""
    word = f"input{number:06}"
    if number % UNREADABLE:
        kind, text = "email", f"From: a@b.example\nSubject: {word}\nMessage-ID: <{word}@b.example>\n\nno light\n"
    else:
        kind, text = "unheard", word
    read, write = os.pipe()
    os.write(write, text.encode())
    os.close(write)
    name = program.store(read, str(folder), kind)
    os.close(read)
    return word if kind == "email" else name


def work(store: str, folder: str, early: bool) -> None:
    """Drain without end; ``early`` clears files away before they are taken, as a broken program would."""
    if early:
        spool._read = _read_and_clear(spool._read)
    with Desk.open(store=store, actor="bench", config=Config()) as desk:
        while True:
            for _item in spool.drain(desk, Path(folder)):
                pass
            time.sleep(0.001)


def _read_and_clear(real):  # type: ignore[no-untyped-def]
    def read(path):  # type: ignore[no-untyped-def]
        file = real(path)
        path.unlink(missing_ok=True)
        return file

    return read


def run(scratch: Path, kills: int, *, early: bool = False, seed: int | None = None) -> Result:
    """Kill so many drains of a new spool, end the work, and compare."""
    chance = random.Random(seed)
    store, folder = str(scratch / "store.db"), scratch / "spool"
    wanted: list[str] = []
    result = Result()
    with Desk.open(store=store, actor="bench", config=Config()) as desk:
        wanted.append(put(folder, 1))
        list(spool.drain(desk, folder))  # forked drains have everything imported then
    context = multiprocessing.get_context(METHOD)
    while result.kills < kills:
        while spool.waiting(folder) < WAITING:
            wanted.append(put(folder, len(wanted) + 1))
        drain = context.Process(target=work, args=(store, str(folder), early), daemon=True)
        drain.start()
        drain.join(chance.uniform(SOONEST, LATEST) + (METHOD == "spawn"))
        if drain.exitcode is not None:
            raise RuntimeError(f"a drain ended by itself with {drain.exitcode}")
        drain.kill()
        drain.join()
        result.kills += 1
    with Desk.open(store=store, actor="bench", config=Config()) as desk:
        list(spool.drain(desk, folder))
        _compare(desk, wanted, result)
        result.findings = [*verify.chains(desk.engine), *refold.rows(desk.engine, repair=False)]
    result.left = spool.waiting(folder)
    return result


def _compare(desk: Desk, wanted: list[str], result: Result) -> None:
    messages, tickets, held = table("message"), table("ticket"), table("quarantine")
    with reading(desk.engine) as connection:
        inward = select(messages.c.subject).where(messages.c.direction == "in")
        subjects = [str(subject) for (subject,) in connection.execute(inward)]
        opened = [str(subject) for (subject,) in connection.execute(select(tickets.c.subject))]
        sources = [str(source) for (source,) in connection.execute(select(held.c.source))]
    for found in (Counter(subjects + sources), Counter(opened + sources)):
        result.spooled = len(wanted)
        result.lost += [name for name in wanted if not found[name]]
        result.doubled += [name for name, times in found.items() if times > 1]


def main(arguments: list[str]) -> None:
    """Run and say what was found; ends with 1 where anything is lost or doubled."""
    kills = int(arguments[0]) if arguments else 1_000
    begun = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="noc-spool-kill-") as scratch:
        result = run(Path(scratch), kills)
    print(
        f"{result.kills} kills, {result.spooled} inputs, {len(result.lost)} lost, {len(result.doubled)} doubled, "
        f"{result.left} left, {len(result.findings)} findings, {time.perf_counter() - begun:.0f} s"
    )
    sys.exit(bool(result.lost or result.doubled or result.left or result.findings))


if __name__ == "__main__":
    os.environ.pop("NOC_NOW", None)
    main(sys.argv[1:])
