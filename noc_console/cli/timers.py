"""``noc timers``: fires what is due, as cron does each minute, and lists what will be."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import typer

from noc_console.cli import render, shown
from noc_console.cli.arguments import LIMIT, most_of
from noc_console.cli.options import entry, globals_of, noun
from noc_console.cli.render import Column
from noc_console.i18n import N_

if TYPE_CHECKING:
    from noc_console.cli.options import Noun as Group

_FIRED = (
    Column(N_("REF"), lambda item: item["ref"], 14),
    Column(N_("EVENT"), lambda item: item["event"], 16),
    Column(N_("WHAT"), lambda item: item["what"], 40),
    Column(N_("VERDICT"), lambda item: item["verdict"], 10),
)


def command() -> Group:
    """Return the command of this noun."""
    return noun(
        "timers",
        N_("Warnings, escalations and wakings that time brings"),
        {
            "run": entry(_run, N_("Fire what is due; for cron, each minute"), name="run", writes=True),
            "list": entry(_list, N_("What will be due next, soonest first"), name="list"),
        },
    )


def _run(context: typer.Context) -> int:
    from noc_console.desk import timers

    said = globals_of(context)
    with said.desk() as desk:
        fired = timers.run(desk, dry_run=said.dry_run)
    render.many((asdict(item) for item in fired), said.output, _FIRED)
    return 0


def _list(
    context: typer.Context,
    limit: LIMIT = None,
) -> int:
    from noc_console.desk import timers

    said = globals_of(context)
    most = most_of(limit, said.output)
    with said.desk() as desk:
        zone, ahead = desk.zone, timers.listing(desk, limit=most)
    columns = (
        Column(N_("AT"), lambda item: shown.instant(item["check_at"], zone), 24),
        Column(N_("REF"), lambda item: item["ref"], 14),
        Column(N_("CLOCK"), lambda item: item["clock"], 16),
        Column(N_("ROUND"), lambda item: str(item["round"]), 6, "right"),
    )
    render.many([asdict(item) for item in ahead], said.output, columns)
    return 0
