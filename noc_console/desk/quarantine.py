"""What came in and could not be taken: listed with its reason, shown with its original, discarded by a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from noc_console.desk.act import Outcome, Wish, act
from noc_console.desk.rows import Values, values_of
from noc_console.errors import NotFound
from noc_console.i18n import _
from noc_console.store import blobs
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
    rows = table("quarantine")
    with desk.reading() as connection:
        chosen = select(rows).where(rows.c.id.startswith(item, autoescape=True)).limit(1)
        row = connection.execute(chosen).one_or_none()
        if row is None:
            raise NotFound(
                _("nothing in quarantine is called {item}", item=item),
                _("noc intake quarantine list --state all shows what is there"),
            )
        return values_of("quarantine", row), blobs.read(connection, row.sha256)


def discard(desk: Desk, item: str, why: str, *, dry_run: bool = False) -> Outcome:
    """Record that an item is not to be taken, and why; its original stays."""
    inputs = {"why": why} if why else {}
    return act(desk, Wish("quarantine", show(desk, item)[0]["id"], "discard", inputs), dry_run=dry_run)
