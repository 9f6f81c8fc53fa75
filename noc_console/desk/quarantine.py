"""What came in and could not be taken: listed with its reason, read again, taken by hand, or discarded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from noc_console.desk import ticket
from noc_console.desk.act import Outcome, Wish, act, act_in
from noc_console.desk.intake import take_in
from noc_console.desk.intake_item import IntakeItem
from noc_console.desk.rows import Values, begun, values_of
from noc_console.errors import NotFound
from noc_console.i18n import _
from noc_console.intake import email as mail
from noc_console.store import blobs
from noc_console.store.canonical import new_id
from noc_console.store.engine import retried, writing
from noc_console.store.tables import table

if TYPE_CHECKING:
    from noc_console.desk.desk import Desk


def page(desk: Desk, *, state: str = "held", limit: int = 200) -> tuple[Values, ...]:
    """Return items of a state (``all`` for every one), oldest first."""
    rows = table("quarantine")
    statement = select(rows).order_by(rows.c.at, rows.c.id).limit(limit)
    if state != "all":
        statement = statement.where(rows.c.state == state)
    with desk.reading() as connection:
        return tuple(values_of("quarantine", row) for row in connection.execute(statement))


def show(desk: Desk, item: str) -> tuple[Values, bytes]:
    """Return one item by its id, or by the beginning of it, with its original. Raises NotFound."""
    with desk.reading() as connection:
        row = begun(connection, "quarantine", item)
        if row is None:
            raise NotFound(
                _("nothing in quarantine is called {item}", item=item),
                _("noc intake quarantine list --state all shows what is there"),
            )
        return row, blobs.read(connection, row["sha256"])


def retry(desk: Desk, item: str, *, dry_run: bool = False) -> IntakeItem:
    """Read an original again, as after a repair of the reader, and take it where it can be taken.

    Raises BadInput or Refused where it still cannot; the item stays as it is then.
    """
    row, raw = show(desk, item)
    source, index = row["source"] or "-", row["position"]
    draft = mail.parse(raw, where=f"{source}#{index}")
    service = desk.as_service("intake", "mail")
    intent_id = new_id()

    def work() -> IntakeItem:
        with writing(desk.engine) as connection:
            taken, record = take_in(service, connection, draft, source, index, dry_run=dry_run)
            why = {"why": taken.reason or _("read again")}
            event, inputs = ("take", {**why, "ticket": record}) if record else ("discard", why)
            act_in(desk, connection, [Wish("quarantine", row["id"], event, inputs, intent_id=intent_id)])
            if dry_run:
                connection.rollback()
            return taken

    return retried(work)


def take(desk: Desk, item: str, ref: str, why: str, *, dry_run: bool = False) -> Outcome:
    """Record which ticket a person has made of an item."""
    inputs = {"ticket": ticket.find(desk, ref)} | ({"why": why} if why else {})
    return act(desk, Wish("quarantine", show(desk, item)[0]["id"], "take", inputs), dry_run=dry_run)


def discard(desk: Desk, item: str, why: str, *, dry_run: bool = False) -> Outcome:
    """Record that an item is not to be taken, and why; its original stays."""
    inputs = {"why": why} if why else {}
    return act(desk, Wish("quarantine", show(desk, item)[0]["id"], "discard", inputs), dry_run=dry_run)
