"""Rate at which rows are made again from the journal, compared with it, and the journal itself is checked.

    python -m benchmarks.rebuild [INTENTS]

The journal is that of whole tickets, from registering to archiving. A few go through the door; the rest are copies of
their intents under other ids, because judging a million would take an hour. To hold: 20 000 intents/s.
"""

from __future__ import annotations

import json
import re
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, select

from benchmarks.fill import wishes
from benchmarks.memory import peak_mib
from noc_console.config import Config
from noc_console.desk import register
from noc_console.desk.act import Wish, act
from noc_console.desk.desk import Desk
from noc_console.store import refold, verify
from noc_console.store.engine import reading, writing
from noc_console.store.journal import BODY, INTENT, VERDICT, Intent, Judged, append, hub_state
from noc_console.store.tables import NAMES
from noc_console.workflows.machine import Actor
from noc_console.workflows.policy_values import ROLES

BATCH = 1_000
TEMPLATES = 10
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
#: The plain way of a fault, with who says it: the handler (0), or the lead who approves and closes (1).
LIFE: tuple[tuple[int, str, dict[str, Any]], ...] = (
    (0, "accept", {"contacted": True}),
    (0, "note", {"text": "called back, line still down; 光缆中断"}),
    (0, "diagnose", {}),
    (0, "inform", {"channel": "phone", "text": "a crew is on its way"}),
    (0, "locate", {"cause_code": "TX-FIBRE-CUT", "location": "12.4 km from 海宁", "evidence": "OTDR trace"}),
    (0, "plan", {"plan": "splice at 12.4 km", "interrupts": "no", "backout": "leave as it is"}),
    (1, "approve", {}),
    (0, "execute", {}),
    (0, "restore", {"how_verified": "light is back, no errors"}),
    (0, "feed_back", {"result": "works", "cause": "cable cut", "prevention": "marked the trench", "channel": "phone"}),
    (1, "confirm", {"who": "Ms Wang", "channel": "phone", "how_tested": "opened a page"}),
)


def templates(desk: Desk) -> list[list[Judged]]:
    """Take some tickets through their lives and return their intents."""
    register.put(desk, "engineer", {"name": "lead", "roles": ("engineer", "lead")})
    lead = Desk(desk.engine, desk.place, Actor("lead", frozenset(ROLES)), "cli", desk.config)
    tickets = []
    for wish in wishes(desk, 0, TEMPLATES):
        given = {**wish.inputs, "grade": "P3", "occurred_at": desk.now() - timedelta(hours=1)}
        record = act(desk, Wish("fault", "", "register", given)).record
        for who, event, inputs in LIFE:
            instant = {"restored_at": desk.now()} if event == "restore" else {}
            act(lead if who else desk, Wish("fault", record, event, {**inputs, **instant}))
        tickets.append(record)
    return [list(_intents(desk.engine, record)) for record in tickets]


def _intents(engine: Engine, root: str) -> Iterator[Judged]:
    joined = select(INTENT, BODY.c.body, VERDICT.c.verdict, VERDICT.c.effects, VERDICT.c.reason)
    joined = joined.join(BODY, BODY.c.intent_id == INTENT.c.intent_id)
    joined = joined.join(VERDICT, VERDICT.c.intent_id == INTENT.c.intent_id).where(INTENT.c.root == root)
    names = ("intent_id", "kind", "record", "root", "event", "actor", "via", "submitted_by", "occurred_ms")
    with reading(engine) as connection:
        for row in connection.execute(joined.order_by(VERDICT.c.hub_seq)):
            given = {name: getattr(row, name) for name in names}
            intent = Intent(**given, inputs=json.loads(row.body), seen=json.loads(row.seen))
            yield Judged(intent, row.verdict, json.loads(row.effects), row.reason)


def copies(lives: list[list[Judged]], first: int) -> Iterator[list[Judged]]:
    """Yield lives of further tickets for ever, each under ids and a reference of its own."""
    plain = [json.dumps([_as_data(judged) for judged in life]) for life in lives]
    number = first
    while True:
        number += 1
        mark = f"{number:08x}"
        text = _ID.sub(lambda found: mark + found[0][8:], plain[number % len(plain)])  # noqa: B023 - used at once
        yield [_renumbered(data, number) for data in json.loads(text)]


def _as_data(judged: Judged) -> dict[str, Any]:
    return {**judged._asdict(), "intent": judged.intent._asdict()}


def _renumbered(data: dict[str, Any], number: int) -> Judged:
    for _verb, _table, _row, values in data["effects"]:
        if "ref" in values:
            values |= {"ref": f"COPY-{number}", "number": number}
    return Judged(Intent(**data["intent"]), data["verdict"], data["effects"], data["reason"])


def fill_journal(desk: Desk, intents: int) -> int:
    """Write the journal of so many intents, without rows, and return how many there are."""
    lives = templates(desk)
    more = copies(lives, len(lives))
    count = 0
    while count < intents:
        batch = [judged for life in islice(more, BATCH // len(LIFE)) for judged in life]
        with writing(desk.engine) as connection:
            append(connection, batch, rules_version="bench", confirmer="bench", confirmed_ms=0, number=count)
        count += len(batch)
    with reading(desk.engine) as connection:
        return int(hub_state(connection).last_hub_seq)


def rate(what: str, count: int, work: Callable[[], int]) -> None:
    """Print how many intents a second a piece of work goes through, and what it found."""
    before = peak_mib()
    begun = time.perf_counter()
    found = work()
    seconds = time.perf_counter() - begun
    print(f"{what:<28}{count / seconds:9.0f} intents/s {found:9d} findings {peak_mib() - before:+7.1f} MiB", flush=True)


def main(arguments: list[str]) -> None:
    """Print the rates."""
    intents = int(arguments[0]) if arguments else 200_000
    with (
        tempfile.TemporaryDirectory(prefix="noc-rebuild-") as folder,
        Desk.open(store=str(Path(folder) / "store.db"), actor="bench", config=Config()) as desk,
    ):
        count = fill_journal(desk, intents)
        with closing(sqlite3.connect(Path(folder) / "store.db")) as bare:
            for name in (*NAMES, "search"):
                bare.execute(f'DELETE FROM "{name}"')
            bare.commit()
        rate("rebuild, all rows lost", count, lambda: sum(1 for _ in refold.rows(desk.engine, repair=True)))
        rate("rebuild, nothing to do", count, lambda: sum(1 for _ in refold.rows(desk.engine, repair=True)))
        rate("verify, the journal", count, lambda: sum(1 for _ in verify.chains(desk.engine)))


if __name__ == "__main__":
    main(sys.argv[1:])
