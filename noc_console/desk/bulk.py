"""Many wishes of one author, many to a transaction; one that is refused stops no other.

It holds no rule: each wish is judged by ``act.py`` as if it came alone.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Final

from noc_console.desk.act import Outcome, Wish, act, act_in
from noc_console.errors import NocError, StoreUnavailable
from noc_console.store.engine import retried, writing

if TYPE_CHECKING:
    from noc_console.desk.desk import Desk

#: Most wishes in one transaction, and seconds after which one is long: a reader waits for no more than 0.2 s.
BATCH: Final = 300
BUDGET_S: Final = 0.15
#: So many are in the first, for nobody knows yet how long one takes: an act on a ticket takes as long as five new ones.
FIRST: Final = 50
_FEWEST: Final = 10


class Pace:
    """How many wishes a transaction may have on this machine at this moment: more after a short one, or fewer."""

    def __init__(self) -> None:
        self.size = FIRST

    @contextmanager
    def measured(self) -> Iterator[None]:
        """Measure a transaction that holds the lock already."""
        begun = time.perf_counter()
        yield
        took = time.perf_counter() - begun
        if took > BUDGET_S:
            self.size = max(_FEWEST, self.size // 2)
        elif took < BUDGET_S / 2:
            self.size = min(BATCH, self.size * 2)


def act_each(desk: Desk, wishes: Iterable[Wish | NocError], *, dry_run: bool = False) -> Iterator[Outcome | NocError]:
    """Yield what became of each wish, in order: its outcome, or the error with which it was refused.

    An error that stands in the place of a wish is yielded in its turn. Raises StoreUnavailable; what was yielded
    before is stored then.
    """
    pace, given = Pace(), iter(wishes)
    while batch := list(islice(given, pace.size)):
        outcomes = _done(desk, [wish for wish in batch if not isinstance(wish, NocError)], pace, dry_run=dry_run)
        yield from (wish if isinstance(wish, NocError) else next(outcomes) for wish in batch)


def _done(desk: Desk, batch: Sequence[Wish], pace: Pace, *, dry_run: bool) -> Iterator[Outcome | NocError]:
    try:
        yield from _together(desk, batch, pace, dry_run=dry_run)
    except StoreUnavailable:
        raise
    except NocError:
        yield from (_alone(desk, wish, dry_run=dry_run) for wish in batch)


def _together(desk: Desk, batch: Sequence[Wish], pace: Pace, *, dry_run: bool) -> list[Outcome]:
    def work() -> list[Outcome]:
        with writing(desk.engine) as connection, pace.measured():
            outcomes = act_in(desk, connection, batch)
            if dry_run:
                connection.rollback()
            return outcomes

    return retried(work)


def _alone(desk: Desk, wish: Wish, *, dry_run: bool) -> Outcome | NocError:
    try:
        return act(desk, wish, dry_run=dry_run)
    except StoreUnavailable:
        raise
    except NocError as error:
        return error
