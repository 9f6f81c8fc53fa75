"""``noc intake quarantine``: what came in and could not be taken, until a person has decided."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from noc_console.cli import render, shown
from noc_console.cli.arguments import LIMIT, most_of, plain, references, state_of, state_option
from noc_console.cli.events import Noun, event_entries
from noc_console.cli.intake_columns import COLUMNS
from noc_console.cli.options import built_later, entry, globals_of, noun
from noc_console.cli.render import Column
from noc_console.errors import NocError, StoreUnavailable, UsageError
from noc_console.i18n import N_, _
from noc_console.workflows.catalogue import workflow

if TYPE_CHECKING:
    from noc_console.cli.options import Noun as Group
    from noc_console.desk.desk import Desk

HELP: Final = N_("What came in and could not be taken")
_STATES: Final = ("held", "taken", "discarded", "all")


def command() -> Group:
    """Return the command below ``intake``."""
    return noun(
        "quarantine",
        HELP,
        {
            "list": entry(_list, N_("List items, oldest first"), name="list"),
            "show": entry(_show, N_("Show an item with its original"), name="show"),
            "retry": entry(_retry, N_("Read originals again, after a repair or an update"), name="retry", writes=True),
            "take": built_later(
                "noc_console.cli.quarantine_take", "take_verb", N_("Make a ticket of an item, corrected by hand")
            ),
        },
        lambda: event_entries(quarantine_noun(), leave_out=("take",)),
    )


def quarantine_noun() -> Noun:
    """Return what events need to know of quarantined items."""
    return Noun((workflow("quarantine"),), _row_of, _json_of, _ticket)


def _row_of(desk: Desk, item: str) -> tuple[str, str]:
    from noc_console.desk import quarantine

    return quarantine.show(desk, item)[0]["id"], "quarantine"


def _json_of(desk: Desk, record: str) -> Mapping[str, Any]:
    from noc_console.desk import quarantine

    return dict(quarantine.show(desk, record)[0])


def _ticket(desk: Desk, ref: str) -> str:
    from noc_console.desk import ticket

    return ticket.find(desk, ref)


def _list(
    context: typer.Context,
    state: Annotated[str, state_option(_STATES, N_("Which items"))] = "held",
    limit: LIMIT = None,
) -> int:
    from noc_console.desk import quarantine

    said = globals_of(context)
    wanted, most = state_of(state, _STATES), most_of(limit, said.output)
    with said.desk() as desk:
        zone, found = desk.zone, quarantine.page(desk, state=wanted, limit=most)
    columns = (
        Column(N_("ID"), lambda item: item["id"], 36),
        Column(N_("STATE"), lambda item: item["state"], 10),
        Column(N_("AT"), lambda item: shown.instant(item["at"], zone), 24),
        Column(N_("SOURCE"), lambda item: f"{item['source'] or '-'} {item['position']}", 40),
        Column(N_("REASON"), lambda item: item["text"] or item["reason"], 80),
    )
    render.many([dict(item) for item in found], said.output, columns, id_field="id")
    return 0


def _show(context: typer.Context, item: Annotated[str, typer.Argument(metavar="ID")]) -> int:
    from noc_console.desk import quarantine
    from noc_console.desk.original import readable

    said = globals_of(context)
    with said.desk() as desk:
        zone = desk.zone
        found, original = quarantine.show(desk, plain(item))
    lines = [f"{name}: {shown.value(value, zone)}" for name, value in found.items() if value is not None]
    text = readable(original)
    render.single({**found, "size": len(original), "original": text}, said.output, [*lines, "", text], id_field="id")
    return 0


def _retry(
    context: typer.Context,
    items: Annotated[
        list[str] | None, typer.Argument(metavar="ID...", help=N_("Which; - reads ids from standard input"))
    ] = None,
    every: Annotated[bool, typer.Option("--all", help=N_("All that is held"))] = False,
) -> int:
    from noc_console.desk import quarantine

    if bool(items) == every:
        raise UsageError(_("which one?"), _("name one or more ids, - to read them from standard input, or --all"))
    said, worst = globals_of(context), 0
    with said.desk() as desk:

        def taken() -> Iterator[dict[str, Any]]:
            nonlocal worst
            for item in quarantine.waiting(desk) if every else references(items or ()):
                try:
                    for found in quarantine.retry(desk, item, dry_run=said.dry_run):
                        yield found.json()
                except StoreUnavailable:
                    raise
                except NocError as error:  # one that cannot be taken stops no other
                    worst = max(worst, error.exit_code)
                    render.failed(error, said.output, about=item)

        render.many(taken(), said.output, COLUMNS)
    return worst
