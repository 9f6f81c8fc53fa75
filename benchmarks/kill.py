"""Kill writers at random moments, and look for anything that was acknowledged and is lost.

    python -m benchmarks.kill [KILLS] [WRITERS]

A writer notes down each intent's id after its act has returned. After each kill every noted id must be in the journal
and the database must find its file sound; at the end the whole journal and all rows are checked.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from noc_console.config import Config
from noc_console.desk.act import Wish, act
from noc_console.desk.desk import Desk
from noc_console.store import refold, verify
from noc_console.store.backup import integrity
from noc_console.store.canonical import new_id
from noc_console.store.engine import open_engine, reading
from noc_console.store.journal import records_of
from noc_console.store.place import place_of
from noc_console.store.verify import Finding

#: A writer is killed after so many more notes at most, none among them, whatever the pace of the machine,
MOST = 8
#: and so many seconds after that: anywhere in an act, or before the first one.
SOONEST, LATEST = 0.001, 0.1
#: Seconds after which a writer that notes nothing is killed all the same.
PATIENCE = 30.0
#: Bytes of a note: an id and the end of its line.
NOTE = 37
#: A forked writer has everything imported; where there is no fork it must start from nothing.
METHOD = "fork" if "fork" in multiprocessing.get_all_start_methods() else "spawn"


@dataclass(slots=True)
class Result:
    """What became of a run: kills, acknowledged intents, those of them that are lost, and what does not fit."""

    kills: int = 0
    acknowledged: int = 0
    #: kills after which the journal of an unfinished transaction was there to be rolled back
    unfinished: int = 0
    lost: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    integrity: str = ""


def write(store: str, acks: str, early: bool = False) -> None:
    """Act without end, noting down each intent; ``early`` notes it before the act, as a broken program would."""
    with Path(acks).open("ab", buffering=0) as noted, Desk.open(store=store, actor="bench", config=Config()) as desk:
        ticket = ""
        number = 0
        while True:
            wish = _wish(desk, ticket, number)
            if early:
                noted.write(f"{wish.intent_id}\n".encode())
            outcome = act(desk, wish)
            if not early:
                noted.write(f"{wish.intent_id}\n".encode())
            ticket = outcome.record
            number += 1


def _wish(desk: Desk, ticket: str, number: int) -> Wish:
    """Return a new ticket every tenth time, else a note on the last."""
    if ticket and number % 10:
        return Wish("fault", ticket, "note", {"text": f"note {number} 光缆中断"}, intent_id=new_id())
    inputs = {
        "channel": "hotline",
        "subject": f"ticket {number}",
        "symptom": "断纤 no light",
        "occurred_at": desk.now(),
        "scope": "one site",
        "contact": "13900000000",
        "domain": "transmission",
        "grade": "P3",
    }
    return Wish("fault", "", "register", inputs, intent_id=new_id())


def run(folder: Path, kills: int, *, writers: int = 2, early: bool = False, seed: int | None = None) -> Result:
    """Kill writers of a new store so many times and check what they left."""
    chance = random.Random(seed)
    store = str(folder / "store.db")
    with Desk.open(store=store, actor="bench", config=Config()) as desk:
        act(desk, _wish(desk, "", 0))  # forked writers have everything imported then
    result = Result()
    while result.kills < kills:
        acks = folder / f"acks-{result.kills}"
        _one_round(store, acks, min(writers, kills - result.kills), early, chance)
        result.kills += min(writers, kills - result.kills)
        journal = Path(f"{store}-journal")
        result.unfinished += journal.exists() and journal.stat().st_size > 0
        _check_round(store, acks, result)
    engine = open_engine(place_of(store))
    result.findings = [*verify.chains(engine), *refold.rows(engine, repair=False)]
    engine.dispose()
    return result


def _one_round(store: str, acks: Path, writers: int, early: bool, chance: random.Random) -> None:
    context = multiprocessing.get_context(METHOD)
    running = [context.Process(target=write, args=(store, str(acks), early), daemon=True) for _n in range(writers)]
    for one in running:
        one.start()
    for one in running:
        wanted = _size(acks) + chance.randrange(MOST + 1) * NOTE
        until = time.monotonic() + PATIENCE
        while _size(acks) < wanted and one.exitcode is None and time.monotonic() < until:
            one.join(0.002)
        one.join(chance.uniform(SOONEST, LATEST))
        if one.exitcode is not None:
            raise RuntimeError(f"a writer ended by itself with {one.exitcode}")
        one.kill()
        one.join()


def _size(acks: Path) -> int:
    return acks.stat().st_size if acks.exists() else 0


def _check_round(store: str, acks: Path, result: Result) -> None:
    # the last line may be cut where a writer was killed while noting it down
    noted = acks.read_text(encoding="ascii").split("\n")[:-1] if acks.exists() else []
    engine = open_engine(place_of(store))
    with reading(engine) as connection:
        known = records_of(connection, noted)
    result.acknowledged += len(noted)
    result.lost += [intent_id for intent_id in noted if intent_id not in known]
    result.integrity = integrity(engine)
    engine.dispose()
    if result.integrity != "ok":
        raise RuntimeError(f"after {result.kills} kills: {result.integrity}")


def main(arguments: list[str]) -> None:
    """Run and say what was found; ends with 1 where anything is lost."""
    kills = int(arguments[0]) if arguments else 1_000
    writers = int(arguments[1]) if len(arguments) > 1 else 2
    begun = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="noc-kill-") as folder:
        result = run(Path(folder), kills, writers=writers)
    seconds = time.perf_counter() - begun
    print(
        f"{result.kills} kills, {writers} writers at once, {result.acknowledged} acknowledged, "
        f"{len(result.lost)} lost, {result.unfinished} rolled back, {len(result.findings)} findings, "
        f"quick_check {result.integrity}, {seconds:.0f} s"
    )
    sys.exit(bool(result.lost or result.findings or result.integrity != "ok"))


if __name__ == "__main__":
    os.environ.pop("NOC_NOW", None)
    main(sys.argv[1:])
