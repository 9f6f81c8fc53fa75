"""``noc intake csv``: tables of tickets by a mapping, or what a table seems to hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from noc_console.cli import render
from noc_console.cli.arguments import plain
from noc_console.cli.options import globals_of
from noc_console.errors import UsageError
from noc_console.i18n import N_, _

if TYPE_CHECKING:
    from noc_console.desk.intake_item import IntakeItem


def take(
    context: typer.Context,
    files: Annotated[list[str], typer.Argument(metavar="FILE...")],
    table_map: Annotated[str | None, typer.Option("--map", metavar="MAP.toml", help=N_("What the columns are"))] = None,
    guess: Annotated[
        bool, typer.Option("--guess", help=N_("Say what the table seems to hold; take nothing in"))
    ] = False,
) -> int:
    """Take in tables, or say what they hold."""
    names = [plain(file) for file in files]
    if guess:
        return _guess(context, names)
    if table_map is None:
        raise UsageError(
            _("a table needs --map MAP.toml"), _("noc intake csv FILE --guess > MAP.toml proposes one to look at")
        )
    return _take(context, names, plain(table_map))


def _guess(context: typer.Context, files: list[str]) -> int:
    from noc_console.desk import csv_intake

    said = globals_of(context)
    found = [(file, csv_intake.guess(file)) for file in files]
    if said.output != "text":
        items = [one.to_json() for _file, one in found]
        if len(items) == 1 and said.output == "json":
            render.single(items[0], said.output)
        else:
            render.many(items, said.output, ())
        return 0
    for _file, one in found:
        for text in one.lines():
            render.line(text)
    return 0


def _take(context: typer.Context, files: list[str], path: str) -> int:
    from noc_console.cli.intake import shown
    from noc_console.desk import csv_intake

    said = globals_of(context)
    with said.desk() as desk:
        table_map = csv_intake.read_map(path)
        rows: Counter[str] = Counter()

        def taken(file: str) -> Iterator[IntakeItem]:
            for item in csv_intake.take_table(desk, file, table_map, where=path, dry_run=said.dry_run):
                rows["ended" if item.action == "ignored" and item.ref is None else item.action] += 1
                yield item

        code = shown(said, files, taken)
    _tell_ended(rows)
    return code


def _tell_ended(rows: Counter[str]) -> None:
    """Say how many rows no ticket was made of because their work is over, so that it does not look like success."""
    ended, total = rows["ended"], sum(rows.values())
    if not ended:
        return
    text = (
        _("nothing was taken in: all {total} rows have ended in their own system", total=total)
        if ended == total
        else _("{n} of {total} rows were ignored: they have ended in their own system", n=ended, total=total)
    )
    remedy = _('ended = "open" under [file] of the mapping registers them too, to be worked through here')
    render.note(_("{text} ({remedy})", text=text, remedy=remedy))
