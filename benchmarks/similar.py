"""What it costs to look for similar tickets and for repeats in a store of many tickets.

    python -m benchmarks.similar STORE [ROUNDS]

STORE is one that ``benchmarks.fill`` has made; the tickets of one object that is named again and again are added where
they are not there yet. ``locate`` and ``show`` are told with the repeats among them and without, in turn.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from contextlib import nullcontext
from itertools import islice
from unittest.mock import patch

from sqlalchemy import func, select

from benchmarks.fill import BATCH, wishes
from noc_console.config import Config
from noc_console.desk import similar, ticket_view
from noc_console.desk.act import Wish, act, act_in
from noc_console.desk.desk import Desk
from noc_console.desk.similar import Traits
from noc_console.store.engine import writing
from noc_console.store.tables import table

#: An object that has failed as often as none should.
HUB = "olt:hub-1"
HUB_TICKETS = 5_000
#: What a caller says: words that a tenth of all tickets have, in both languages, and some that few have.
SAID = {
    "Chinese": "光缆中断，业务全部不通",
    "English": "fibre cut between the two sites",
    "both, at length": "high packet loss after 18:00 HZ-JX LOS on port 3, calls drop 网管无法登录 拨号失败 传输误码",
    "nothing known": "zebra quagga",
}


def hub(desk: Desk) -> None:
    """Add the tickets of the object that is named again and again."""
    named_so = similar.of_words(desk, Traits(objects=(HUB,)))
    if named_so:
        return
    made = (
        Wish("fault", "", "register", {**wish.inputs, "objects": (HUB,)})
        for wish in wishes(desk, desk.token(), HUB_TICKETS)
    )
    while chunk := list(islice(made, BATCH)):
        with writing(desk.engine) as connection:
            act_in(desk, connection, chunk)


def told(what: str, times: list[float]) -> None:
    """Print the median and the longest of some milliseconds."""
    sys.stdout.write(f"{what:<46} {statistics.median(times):7.1f} ms median {max(times):7.1f} ms at most\n")


def timed(work: Callable[[], object]) -> float:
    """Return the milliseconds that a call takes."""
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1000


def located(desk: Desk, number: int, objects: tuple[str, ...]) -> float:
    """Return the milliseconds of ``locate`` on a new ticket of an object."""
    (wish,) = wishes(desk, number, 1)
    record = act(desk, Wish("fault", "", "register", {**wish.inputs, "objects": objects, "grade": "P4"})).record
    act(desk, Wish("fault", record, "accept", {"contacted": True}))
    act(desk, Wish("fault", record, "diagnose", {}))
    found = {"cause_code": "TX-FIBRE-CUT", "location": "km 3", "evidence": "OTDR"}
    return timed(lambda: act(desk, Wish("fault", record, "locate", found)))


def looked_up(desk: Desk, name: str, traits: Traits, rounds: int) -> None:
    """Look up what is like a matter, as the registration does while it is typed."""
    told(f"similar, {name}", [timed(lambda: similar.of_words(desk, traits)) for _n in range(rounds)])


def repeats(desk: Desk, name: str, item: str, rounds: int) -> None:
    """Locate and show tickets of an object, with the look for repeats and without it."""
    ref = similar.of_words(desk, Traits(objects=(item,)))[0].row["ref"]
    times: dict[str, list[float]] = {}
    for _n in range(rounds):
        for how in ("with", "without"):
            with nullcontext() if how == "with" else patch.object(similar, "_shortly_before", return_value=()):
                times.setdefault(f"locate {how} repeats, {name}", []).append(located(desk, desk.token(), (item,)))
                shown = timed(lambda: ticket_view.show(desk, ref))
                times.setdefault(f"show {how} repeats, {name}", []).append(shown)
    for what in sorted(times):
        told(what, times[what])


def main(arguments: list[str]) -> None:
    """Measure in the store that is named."""
    rounds = int(arguments[1]) if len(arguments) > 1 else 30
    with Desk.open(store=arguments[0], actor="bench", config=Config()) as desk:
        hub(desk)
        with desk.reading() as connection:
            count = connection.execute(select(func.count()).select_from(table("ticket"))).scalar_one()
        sys.stdout.write(f"{count} tickets\n")
        for name, words in SAID.items():
            looked_up(desk, name, Traits(words=words), rounds)
        for name, item in (("object of some tickets", "circuit:HZ-JX-0008"), (f"object of {HUB_TICKETS}", HUB)):
            looked_up(desk, name, Traits(objects=(item,), words=SAID["English"]), rounds)
            repeats(desk, name, item, rounds)


if __name__ == "__main__":
    main(sys.argv[1:])
