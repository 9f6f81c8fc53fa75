"""``noc ticket run``: the commands that the policy offers on a ticket; one is shown, and run where that is said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import typer

from noc_console.cli import render
from noc_console.cli.arguments import plain
from noc_console.cli.options import Globals, globals_of
from noc_console.cli.render import Column
from noc_console.errors import UsageError
from noc_console.i18n import N_, _

if TYPE_CHECKING:
    from noc_console.desk.ticket_command import Offer

_COLUMNS: Final = (
    Column(N_("NAME"), lambda item: item["name"], 20),
    Column(N_("MISSING"), lambda item: ", ".join(item["missing"]) or "-", 20),
    Column(N_("COMMAND"), lambda item: item["command"], 80),
    Column(N_("WHAT IT SHOWS"), lambda item: item["label"], 60),
)


def run(
    context: typer.Context,
    ref: Annotated[str, typer.Argument(metavar="REF", help=N_("Such as HZ1-42"))],
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help=N_("Empty lists what is offered"))] = None,
    command: Annotated[str | None, typer.Option("--command", metavar="NAME", help=N_("The same as NAME"))] = None,
    chosen: Annotated[
        list[str] | None,
        typer.Option("--with", metavar="NAME=VALUE", help=N_("Which of the ticket's own, where it has several")),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help=N_("Run it; otherwise it is only shown"))] = False,
) -> int:
    from noc_console.desk import ticket_command

    said = globals_of(context)
    given = _given(chosen or [])
    if name and command:
        raise UsageError(_("which command?"), _("name one: {names}", names=f"{plain(name)}, {plain(command)}"))
    name = name or command
    with said.desk() as desk:
        if name is None:
            if yes or given:
                raise UsageError(_("which command?"), _("noc ticket run {ref} lists them", ref=plain(ref)))
            offers = ticket_command.all_offered(desk, plain(ref))
            render.many((offer.json() for offer in offers), said.output, _COLUMNS, id_field="name")
            return 0
        offer = ticket_command.one_offered(desk, plain(ref), plain(name), given)
        if said.dry_run or not (yes or offer.missing):  # what would be refused is not shown as if it could be run
            ticket_command.try_run(desk, offer)
        if said.dry_run or not yes:
            return _show(said, offer)
        ran = ticket_command.run(desk, offer)
    render.single(ran.json(), said.output, [ran.printed.text.rstrip()], id_field="command")
    if ran.printed.ended:
        render.note(ran.printed.ended)
    elif ran.printed.code:
        render.note(_("exit code {code}", code=ran.printed.code))
    if ran.error is not None:
        raise ran.error
    return 0


def _show(said: Globals, offer: Offer) -> int:
    render.single(offer.json(), said.output, [offer.line], id_field="command")
    if offer.missing:
        render.note(_("the ticket has nothing for: {names}", names=", ".join(offer.missing)))
    if not said.dry_run:
        render.note(_("not run; --yes runs it"))
    return 0


def _given(texts: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for text in texts:
        name, equals, value = plain(text).partition("=")
        if not equals or not name or not value:
            raise UsageError(_("{text} says nothing", text=text), "--with host=192.0.2.7")
        found[name.strip("{}")] = value
    return found
