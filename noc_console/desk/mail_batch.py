"""Takes in mails many to a transaction, so that a mailbox of thousands does not wait for the disk at each of them.

Each mail is judged as if it came alone, in order. Where one of a batch is refused, the batch is taken one by one. What
becomes of a mail is said after it is stored. It must not decide what a mail is: ``intake.py`` does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from sqlalchemy import Connection, select

from noc_console.desk.intake import known_already, one_mail, take_in
from noc_console.desk.intake_item import IntakeItem
from noc_console.errors import BadInput, Refused
from noc_console.intake import email as mail
from noc_console.store.engine import retried, writing
from noc_console.store.tables import table

if TYPE_CHECKING:
    from noc_console.desk.desk import Desk
    from noc_console.intake.raw_files import RawInput
    from noc_console.workflows.drafts import MailDraft

#: Mails in one transaction, for which readers wait, and their bytes, which are in memory together.
MOST: Final = 20
_BYTES: Final = 8 * 1024 * 1024


def many_mails(desk: Desk, inputs: Iterable[RawInput], dry_run: bool) -> Iterator[IntakeItem]:
    """Take in mails and yield their items in order; one that cannot be taken is quarantined."""
    batch: list[RawInput] = []
    try:
        for found in inputs:
            batch.append(found)
            if len(batch) == MOST or sum(len(one.raw) for one in batch) > _BYTES:
                full, batch = batch, []
                yield from _all(desk, full, dry_run)
    except BadInput:
        # A source cannot be read: what was found before it is taken all the same.
        yield from _all(desk, batch, dry_run)
        raise
    yield from _all(desk, batch, dry_run)


def _all(desk: Desk, batch: list[RawInput], dry_run: bool) -> Iterator[IntakeItem]:
    drafts = [] if len(batch) < 2 else [_readable(found) for found in batch]
    try:
        items = _together(desk, batch, drafts, dry_run)
    except (Refused, BadInput):
        items = {}
    for number, found in enumerate(batch):
        if number in items:
            yield items[number]
        else:
            yield from one_mail(desk, found, dry_run)


def _readable(found: RawInput) -> MailDraft | None:
    """Return a mail that can be read; None for one that is going to quarantine, which has a transaction of its own."""
    try:
        return mail.parse(found.raw, where=f"{found.source}#{found.index}")
    except BadInput:
        return None


def _together(
    desk: Desk, batch: list[RawInput], drafts: list[MailDraft | None], dry_run: bool
) -> dict[int, IntakeItem]:
    """Take in what can be read, in one transaction, and return the items by their place in the batch.

    A dry run does the same and undoes it, so that an answer beside its question is told as one; a ticket that would be
    opened has no reference.
    """
    items: dict[int, IntakeItem] = {}
    new: list[tuple[int, RawInput, MailDraft]] = []
    for number, (found, draft) in enumerate(zip(batch, drafts, strict=False)):
        if draft is not None:
            item = known_already(desk, draft, found)
            if item is not None:
                items[number] = item
            else:
                new.append((number, found, draft))

    def work() -> dict[int, IntakeItem]:
        with writing(desk.engine) as connection:
            taken = {
                number: take_in(desk, connection, draft, found.source, found.index, dry_run=dry_run)[0]
                for number, found, draft in new
            }
            if dry_run:
                connection.rollback()
            return taken

    taken = retried(work) if new else {}
    if dry_run:
        with desk.reading() as connection:
            taken = {number: _of_the_store(connection, item) for number, item in taken.items()}
    return items | taken


def _of_the_store(connection: Connection, item: IntakeItem) -> IntakeItem:
    """Return an item without the reference of a ticket that there is only in a dry run."""
    tickets = table("ticket")
    there = connection.execute(select(tickets.c.id).where(tickets.c.ref == item.ref)).first()
    return item if item.ref is None or there else replace(item, ref=None)
