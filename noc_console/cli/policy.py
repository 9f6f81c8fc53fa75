"""``noc policy``: the rules that an operator can set: import, check, export, show, and the versions so far."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from noc_console.cli import render, shown
from noc_console.cli.arguments import plain, whole
from noc_console.cli.events import state_line
from noc_console.cli.options import entry, globals_of, noun
from noc_console.cli.render import Column
from noc_console.i18n import N_, _

if TYPE_CHECKING:
    from noc_console.cli.options import Noun as Group

FILE = Annotated[str, typer.Argument(metavar="FILE")]


def command() -> Group:
    """Return the command of this noun."""
    return noun(
        "policy",
        N_("Grades, targets, rights and channels of this operator"),
        {
            "import": entry(_import, N_("Import a file as the next version"), name="import", writes=True),
            "add": entry(_import, N_("The same as import"), name="add", writes=True),
            "check": entry(
                _check, N_("Read a file and list everything wrong with it; nothing is stored"), name="check"
            ),
            "export": entry(
                _export, N_("Write the policy in force as JSON; --shipped the shipped file"), name="export"
            ),
            "show": entry(_show, N_("Say the version in force, or another, and its grades"), name="show"),
            "list": entry(_list, N_("List the imported versions"), name="list"),
            "retire": entry(
                _retire,
                N_("Retire an imported version; then the shipped policy is in force"),
                name="retire",
                writes=True,
            ),
        },
    )


def _import(context: typer.Context, file: FILE) -> int:
    from noc_console.desk import policy

    said = globals_of(context)
    with said.desk() as desk:
        outcome = policy.import_file(desk, file, dry_run=said.dry_run)
        version = None if said.dry_run else desk.policy().version
    item = {"version": version, "state": outcome.state, "dry_run": said.dry_run}
    text = state_line(outcome, True) if said.dry_run else _("version {n} is in force", n=version)
    render.single(item, said.output, [text], id_field="version")
    return 0


def _check(context: typer.Context, file: FILE) -> int:
    from noc_console.desk import policy

    said = globals_of(context)
    policy.check(file)
    render.single({"file": file, "ok": True}, said.output, [_("nothing is wrong with it")], id_field="file")
    return 0


def _export(
    context: typer.Context,
    shipped: Annotated[
        bool, typer.Option("--shipped", help=N_("The shipped policy with its comments, to begin one's own from"))
    ] = False,
) -> int:
    from noc_console.desk import policy

    said = globals_of(context)
    if shipped:
        render.line(policy.shipped().rstrip("\n"))
        return 0
    with said.desk() as desk:
        data = policy.export(desk)
    render.single(data, "json" if said.output == "text" else said.output, id_field="version")
    return 0


def _show(
    context: typer.Context,
    version: Annotated[str | None, typer.Argument(metavar="[VERSION]")] = None,
) -> int:
    from noc_console.desk import policy

    said = globals_of(context)
    wanted = whole(version, "VERSION") if version is not None else None
    with said.desk() as desk:
        data = policy.export(desk) if wanted is None else policy.body(desk, wanted)
    lines = [_("version {n}", n=data["version"]), _("grades: {names}", names=", ".join(data["grades"]))]
    render.single(data, said.output, lines, id_field="version")
    return 0


def _retire(
    context: typer.Context,
    version: Annotated[str, typer.Argument(metavar="VERSION")],
    why: Annotated[str, typer.Option("--why", metavar="TEXT", help=N_("Why"))] = "",
) -> int:
    from noc_console.desk import policy

    said = globals_of(context)
    wanted = whole(version, "VERSION")
    with said.desk() as desk:
        outcome = policy.retire(desk, wanted, plain(why), dry_run=said.dry_run)
        in_force = desk.policy().version
    item = {"version": wanted, "state": outcome.state, "dry_run": said.dry_run}
    text = _("version {n} is in force", n=in_force)
    render.single(item, said.output, [state_line(outcome, True) if said.dry_run else text], id_field="version")
    return 0


def _list(context: typer.Context) -> int:
    from noc_console.desk import policy

    said = globals_of(context)
    with said.desk() as desk:
        zone, versions = desk.zone, policy.versions(desk)
    columns = (
        Column(N_("VERSION"), lambda item: str(item["version"]), 8, "right"),
        Column(N_("STATE"), lambda item: item["state"], 10),
        Column(N_("IMPORTED"), lambda item: shown.instant(item["at"], zone), 24),
    )
    render.many([dict(item) for item in versions], said.output, columns, id_field="version")
    return 0
