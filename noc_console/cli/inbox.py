"""``noc inbox``: what a person must look at: alerts, refused consequences, conflicts."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from noc_console.cli import render, shown
from noc_console.cli.arguments import LIMIT, most_of, plain, references
from noc_console.cli.events import state_line
from noc_console.cli.options import Globals, entry, globals_of, noun
from noc_console.cli.render import Column
from noc_console.cli.several import Several
from noc_console.i18n import N_, _

if TYPE_CHECKING:
    from noc_console.cli.options import Noun as Group
    from noc_console.desk.act import Outcome


def command() -> Group:
    """Return the command of this noun."""
    return noun(
        "inbox",
        N_("What you must look at: alerts and what rules refused"),
        {
            "list": entry(_list, N_("List what is open for you, newest first"), name="list"),
            "done": entry(_done, N_("Say that items have been looked at"), name="done", writes=True),
        },
    )


def _list(
    context: typer.Context,
    limit: LIMIT = None,
) -> int:
    from noc_console.desk import inbox

    said = globals_of(context)
    most = most_of(limit, said.output)
    with said.desk() as desk:
        zone, found = desk.zone, inbox.page(desk, limit=most)
    columns = (
        Column(N_("ID"), lambda item: item["id"], 40),
        Column(N_("AT"), lambda item: shown.instant(item["at"], zone), 24),
        Column(N_("REF"), lambda item: item["ref"] or "-", 14),
        Column(N_("WHAT"), _what, 120),
    )
    render.many([asdict(item) for item in found], said.output, columns, id_field="id")
    return 0


def _what(item: Any) -> str:
    text, remedy = item["text"], item["remedy"]
    return _("{text} ({remedy})", text=text, remedy=remedy) if remedy else str(text)


def _done(
    context: typer.Context,
    items: Annotated[list[str], typer.Argument(metavar="ID...", help=N_("- reads ids from standard input"))],
) -> int:
    from noc_console.desk import inbox

    said = globals_of(context)
    with said.desk() as desk:
        if len(items) == 1 and items[0] != "-":
            outcome = inbox.done(desk, plain(items[0]), dry_run=said.dry_run)
            render.single(_done_json(said, outcome), said.output, [state_line(outcome, said.dry_run)], id_field="id")
            return 0
        several = Several(
            said,
            lambda item: inbox.done(desk, item, dry_run=said.dry_run),
            lambda outcome: [_done_json(said, outcome)],
            lambda outcome: [state_line(outcome, said.dry_run)],
            id_field="id",
            reported=True,
        )
        return several.tell(references(items))


def _done_json(said: Globals, outcome: Outcome) -> dict[str, Any]:
    dry_run = {"dry_run": True} if said.dry_run else {}
    return {"id": outcome.record, "state": outcome.state, **dry_run}
