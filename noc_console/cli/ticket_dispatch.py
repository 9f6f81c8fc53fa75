"""``noc ticket who-could-go``: engineers for a visit, by skill, by who is free, and by what they have to do."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from noc_console.cli import render
from noc_console.cli.arguments import plain
from noc_console.cli.options import globals_of
from noc_console.cli.render import Column
from noc_console.i18n import N_, _

_COLUMNS: Final = (
    Column(N_("NAME"), lambda item: item["name"], 24),
    Column(N_("FITS"), lambda item: _("yes") if item["fits"] else "-", 5),
    Column(N_("ON SITE AT"), lambda item: item["on_site_at"] or "-", 14),
    Column(N_("OPEN"), lambda item: str(item["open_tickets"]), 5, "right"),
    Column(N_("SKILLS"), lambda item: ", ".join(item["skills"]), 60),
)


def who_could_go(
    context: typer.Context, ref: Annotated[str, typer.Argument(metavar="REF", help=N_("Such as HZ1-42"))]
) -> int:
    """List who could be sent to the site of a ticket, the best first."""
    from noc_console.desk import dispatch

    said = globals_of(context)
    with said.desk() as desk:
        found = dispatch.candidates(desk, plain(ref))
    render.many((one.json() for one in found), said.output, _COLUMNS, id_field="name")
    return 0
