"""``noc lock``: keeps everybody from writing while the store is being looked after, and says who does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from noc_console.cli import render
from noc_console.cli.arguments import plain
from noc_console.cli.options import globals_of, verb
from noc_console.i18n import N_, _

if TYPE_CHECKING:
    from noc_console.desk.lock import Held

HELP = N_("Lock the store for maintenance, end that, or say who holds the lock")


def command() -> Any:
    """Return the command."""
    return verb(_lock, HELP, name="lock", writes=True)


def _lock(
    context: typer.Context,
    why: Annotated[str | None, typer.Option("--why", metavar="TEXT", help=N_("Lock the store, and why"))] = None,
    off: Annotated[bool, typer.Option("--off", help=N_("End the lock"))] = False,
) -> int:
    from noc_console.desk import lock

    said = globals_of(context)
    with said.desk() as desk:
        found = lock.held(desk)
        if off:
            if found is not None:
                lock.unlock(desk, found.id, plain(why or ""), dry_run=said.dry_run)
            found = None
        elif why is not None:
            lock.lock(desk, plain(why), dry_run=said.dry_run)
            found = lock.held(desk)
        if said.dry_run and (off or why is not None):
            text = _("the store would be unlocked") if off else _("the store would be locked")
        else:
            text = lock.told(found, desk.zone) if found else _("the store is not locked")
    render.single(_json(found, said.dry_run), said.output, [text], id_field="id")
    return 0


def _json(found: Held | None, dry_run: bool) -> dict[str, Any]:
    item = {
        "locked": found is not None,
        "id": found.id if found else None,
        "by": found.by if found else None,
        "since": found.since if found else None,
        "why": found.why or None if found else None,
    }
    return {**item, "dry_run": True} if dry_run else item
