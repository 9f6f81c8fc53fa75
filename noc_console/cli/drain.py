"""``noc intake drain``: works the spool once, as cron does, or goes on until it is interrupted."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from noc_console.cli import render
from noc_console.cli.intake_columns import COLUMNS
from noc_console.cli.options import Globals, globals_of
from noc_console.errors import BadInput, StoreUnavailable, UsageError
from noc_console.i18n import N_, _

#: How often a drain that goes on looks for new inputs, and how long it waits where the store is away.
LOOK_S: Final = 1.0
AWAY_S: Final = 10.0


def drain(
    context: typer.Context,
    folder: Annotated[
        str | None, typer.Option("--dir", metavar="DIR", help=N_("The spool; otherwise NOC_SPOOL, or the usual one"))
    ] = None,
    watch: Annotated[bool, typer.Option("--watch", help=N_("Go on until interrupted"))] = False,
) -> int:
    """Take in what waits, and print what became of it."""
    from noc_console.desk import spool

    said, place = globals_of(context), spool.folder_of(folder)
    if watch:
        if said.output in ("json", "csv") or said.dry_run:
            raise UsageError(_("what goes on has no end to wait for"), _("with --watch use -o ndjson, ids or text"))
        _watch(said, place)
    actions: set[str] = set()
    render.many(_items(said, place, actions), said.output, COLUMNS)
    return BadInput.exit_code if actions == {"quarantined"} else 0


def _items(said: Globals, place: Path, actions: set[str]) -> Iterator[dict[str, Any]]:
    from noc_console.desk import spool

    spool.refuse_gone(place, said.where(), said.settings())
    with said.desk() as desk:
        for item in spool.drain(desk, place, dry_run=said.dry_run):
            actions.add(item.action)
            yield item.json()


def _watch(said: Globals, place: Path) -> None:
    """Drain without end; a store that is away is told once, and tried again."""
    from noc_console.desk import spool

    away = False
    while True:
        try:
            spool.refuse_gone(place, said.where(), said.settings())
            with said.desk() as desk:
                while True:
                    if spool.waiting(place):
                        render.many((item.json() for item in spool.drain(desk, place)), said.output, COLUMNS)
                        render.flush()
                    away = False
                    time.sleep(LOOK_S)
        except StoreUnavailable as error:
            if not away:
                render.failed(error, said.output)
            away = True
            time.sleep(AWAY_S)
