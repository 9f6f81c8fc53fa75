"""``noc intake``: mails from files, folders, mbox and standard input become tickets, messages, or quarantined items."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from noc_console.cli import quarantine, render
from noc_console.cli.options import Entry, entry, globals_of, noun
from noc_console.cli.render import Column
from noc_console.errors import BadInput
from noc_console.i18n import N_

if TYPE_CHECKING:
    from noc_console.cli.options import Noun as Group

_COLUMNS = (
    Column(N_("SOURCE"), lambda item: item["source"], 40),
    Column(N_("N"), lambda item: str(item["index"]), 6, "right"),
    Column(N_("ACTION"), lambda item: item["action"], 12),
    Column(N_("REF"), lambda item: item["ref"] or "-", 14),
    Column(N_("SUBJECT"), lambda item: (item["parsed"] or {}).get("subject") or item["reason"] or "-", 80),
)


def command() -> Group:
    """Return the command of this noun."""
    take_mails = N_("Take in mails: files, folders, Maildir, mbox, or - for standard input")
    return noun(
        "intake",
        N_("Turn what comes in into tickets"),
        {
            "email": entry(_email, take_mails, name="email", writes=True),
            "quarantine": Entry(quarantine.HELP, quarantine.command),
        },
    )


def _email(context: typer.Context, files: Annotated[list[str], typer.Argument(metavar="FILE...")]) -> int:
    from noc_console.desk import intake

    said = globals_of(context)
    actions: set[str] = set()
    unreadable = False
    with said.desk() as desk:

        def items() -> Iterator[dict[str, Any]]:
            nonlocal unreadable
            for file in files:
                try:
                    for item in intake.email(desk, [file], dry_run=said.dry_run):
                        actions.add(item.action)
                        yield item.json()
                except BadInput as error:
                    unreadable = True
                    render.failed(error, said.output)

        render.many(items(), said.output, _COLUMNS)
    return BadInput.exit_code if unreadable or actions == {"quarantined"} else 0
