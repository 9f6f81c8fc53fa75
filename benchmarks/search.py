"""Search in a store by words alone and with each kind of filter; the page and the count that a queue reads.

    python -m benchmarks.search STORE

``benchmarks.fill`` makes the store. An owner of 200 tickets, spread over the whole, is made first. To hold, of
1 000 000 tickets: 50 ms for the first page of a word, 150 ms with a filter.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

from noc_console.config import Config
from noc_console.desk import ticket
from noc_console.desk.act import Wish, act_in
from noc_console.desk.desk import Desk
from noc_console.desk.filter import parse
from noc_console.store.engine import writing

#: Words that every tenth ticket has.
WORDS = ("光缆", "loss")
FILTERS = (
    "state:all", "state:accepted", "state:closed", "state:waiting", "grade:P1", "grade<=2", "domain:access",
    "domain:bss_oss", "domain:none", "owner:me", "owner:nobody", "owner:none", "type:consultation", "channel:hotline",
    "channel:mail", "customer:用户123456", "customer:nobody", "object:HZ-JX-0042", "object:none", "parent:none",
    "due<0s", "due<4h", "age<1h", "age>2d", "idle>1h", "idle>30d", "is:late", "is:mine", "is:unowned", "is:urgent",
    "is:snoozed", "is:breached", "is:chronic", "is:mass", "is:child", "is:incomplete",
)  # fmt: skip
OWNED = 200
RUNS = 5


def own_some(desk: Desk) -> None:
    """Let the person at the desk own tickets from the whole of the store."""
    if ticket.count(desk, parse("owner:me")).number >= OWNED:
        return
    (newest,) = ticket.page(desk, parse("state:all", sort="number"), limit=1).rows
    step = max(int(newest.ref.rpartition("-")[2]) // OWNED, 1)
    refs = [f"{desk.code}-{number * step + 1 + number % 7}" for number in range(OWNED)]
    wishes = [Wish("fault", ticket.find(desk, ref), "accept", {"contacted": True}) for ref in refs]
    with writing(desk.engine) as connection:
        act_in(desk, connection, wishes)


def median_ms(work: Callable[[], object]) -> tuple[float, float]:
    """Return the medians of some runs in milliseconds: by the clock, and of the processor."""
    times = []
    for _run in range(RUNS):
        begun, used = time.perf_counter(), time.process_time()
        work()
        times.append((time.perf_counter() - begun, time.process_time() - used))
    by_clock, of_processor = (sorted(column)[RUNS // 2] * 1_000 for column in zip(*times, strict=True))
    return by_clock, of_processor


def report(desk: Desk, text: str) -> tuple[float, float]:
    """Measure and print one search, and return the slower of page and count."""
    query = parse(text)
    worst = (0.0, 0.0)
    for what, read in (("page", ticket.page), ("count", ticket.count)):
        by_clock, of_processor = median_ms(lambda read=read: read(desk, query))  # type: ignore[misc]
        worst = max(worst, (by_clock, of_processor))
        print(f"  {text:32} {what:5} {by_clock:7.1f} ms, {of_processor:7.1f} ms of the processor")
    return worst


def main(arguments: list[str]) -> None:
    """Measure every search on the store that is named."""
    if not arguments:
        raise SystemExit(__doc__)
    with Desk.open(store=arguments[0], actor="bench", config=Config()) as desk:
        own_some(desk)
        bare = max(report(desk, word) for word in WORDS)
        filtered = max(report(desk, f"{word} {one}") for word in WORDS for one in FILTERS)
    print(f"a word {bare[0]:.0f} ms ({bare[1]:.0f} of the processor), to hold 50 ms")
    print(f"with a filter at most {filtered[0]:.0f} ms ({filtered[1]:.0f} of the processor), to hold 150 ms")


if __name__ == "__main__":
    main(sys.argv[1:])
