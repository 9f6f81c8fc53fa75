"""Many wishes of one author, many to a transaction; one that is refused stops no other.

It holds no rule: each wish is judged by ``act.py`` as if it came alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from noc_console.desk.act import Outcome, Wish, act, act_in, named
from noc_console.errors import NocError, StoreUnavailable
from noc_console.store.engine import retried, writing

if TYPE_CHECKING:
    from noc_console.desk.desk import Desk

#: Wishes in one transaction: large enough to share its fsync, small enough that readers wait far less than 200 ms.
BATCH: Final = 200


def act_each(desk: Desk, wishes: Iterable[Wish], *, dry_run: bool = False) -> Iterator[Outcome | NocError]:
    """Yield what became of each wish, in order: its outcome, or the error with which it was refused.

    Raises StoreUnavailable; what was yielded before is stored then.
    """
    for batch in _batches(map(named, wishes)):
        try:
            yield from _together(desk, batch, dry_run=dry_run)
        except StoreUnavailable:
            raise
        except NocError:
            yield from (_alone(desk, wish, dry_run=dry_run) for wish in batch)


def _batches(wishes: Iterable[Wish]) -> Iterator[list[Wish]]:
    """Yield runs of wishes in which no intent comes twice: the second has to see that the first is done."""
    batch: dict[str, Wish] = {}
    for wish in wishes:
        if len(batch) >= BATCH or wish.intent_id in batch:
            yield list(batch.values())
            batch = {}
        batch[wish.intent_id] = wish
    if batch:
        yield list(batch.values())


def _together(desk: Desk, batch: Sequence[Wish], *, dry_run: bool) -> list[Outcome]:
    def work() -> list[Outcome]:
        with writing(desk.engine) as connection:
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
