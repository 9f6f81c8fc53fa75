"""Fill a store with tickets through the one door, in batches of one transaction each, as intake does.

    python -m benchmarks.fill STORE [TICKETS] [BATCH]

Prints the rate, also by the time that a processor spent on it (others may be busy), the longest transaction (readers
wait for no more than that) and the growth of memory.
"""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice

from benchmarks.memory import peak_mib
from noc_console.config import Config
from noc_console.desk.act import Wish, act_in
from noc_console.desk.desk import Desk
from noc_console.store.engine import retried, writing

#: Tickets in one transaction: large enough to share its fsync, small enough to stay well under 200 ms.
BATCH = 250
SYMPTOMS = (
    "光缆中断，业务全部不通", "fibre cut between the two sites", "基站退服", "alarm LOS on port 3", "拨号失败，提示691",
    "high packet loss after 18:00", "传输误码越限", "calls drop after thirty seconds", "网管无法登录", "slow access",
)  # fmt: skip
PLACES = ("HZ-JX", "NB-YY", "WZ-LC", "SX-KQ", "TZ-LH", "JH-YW", "QZ-JS", "LS-LD")
DOMAINS = ("transmission", "access", "wireless", "switching", "data")
GRADES = ("P1", "P2", "P3", "P3", "P4", "P4", "P4", "P5")


def wishes(desk: Desk, first: int, count: int) -> Iterator[Wish]:
    """Yield wishes for tickets that differ in every field that people search, sort and filter by."""
    now = desk.now()
    for n in range(first, first + count):
        place, symptom = PLACES[n % len(PLACES)], SYMPTOMS[n % len(SYMPTOMS)]
        inputs = {
            "channel": "hotline",
            "subject": f"{place}-{n:07d} {symptom}",
            "symptom": symptom,
            "occurred_at": now - timedelta(minutes=n % 600),
            "scope": f"{n % 40 + 1} users of {place}",
            "contact": f"139{n:08d}",
            "requester": f"用户{n}",
            "requester_type": "individual",
            "domain": DOMAINS[n % len(DOMAINS)],
            "grade": GRADES[n % len(GRADES)],
            "objects": (f"circuit:{place}-{n % 9000:04d}",),
        }
        yield Wish("fault", "", "register", inputs)


def fill(desk: Desk, count: int, *, first: int = 0, batch: int = BATCH) -> tuple[float, float]:
    """Register tickets and return the seconds taken, and those of the longest transaction."""
    made = wishes(desk, first, count)
    begun, longest = time.perf_counter(), 0.0
    while chunk := list(islice(made, batch)):
        longest = max(longest, _one_batch(desk, chunk))
    return time.perf_counter() - begun, longest


def _one_batch(desk: Desk, chunk: list[Wish]) -> float:
    def work() -> float:
        begun = time.perf_counter()
        with writing(desk.engine) as connection:
            act_in(desk, connection, chunk)
        return time.perf_counter() - begun

    return retried(work)


def main(arguments: list[str]) -> None:
    """Fill the store that is named."""
    gc.set_threshold(50_000)  # as ``noc`` does
    count = int(arguments[1]) if len(arguments) > 1 else 20_000
    batch = int(arguments[2]) if len(arguments) > 2 else BATCH
    with Desk.open(store=arguments[0], actor="bench", config=Config()) as desk:
        first = desk.token()
        warm, _longest = fill(desk, count // 2, first=first, batch=batch)
        before, used = peak_mib(), time.process_time()
        seconds, longest = fill(desk, count - count // 2, first=first + count // 2, batch=batch)
        grown, used = peak_mib() - before, time.process_time() - used
    print(
        f"{count / (warm + seconds):.0f} tickets/s ({(count - count // 2) / used:.0f} in a second of one processor), "
        f"{longest * 1000:.0f} ms the longest transaction, {grown:+.1f} MiB in the second half"
    )


if __name__ == "__main__":
    main(sys.argv[1:])
