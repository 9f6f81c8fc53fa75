"""``noc demo``: a training store with a believable day, then the console on it."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

import typer

from noc_console.cli import render
from noc_console.cli.options import globals_of, verb
from noc_console.i18n import N_, _

HELP = N_("Practise on a believable day: a training store of its own, then the console")


def command() -> Any:
    """Return the command."""
    return verb(_demo, HELP, name="demo")


def _demo(
    context: typer.Context,
    no_console: Annotated[bool, typer.Option("--no-console", help=N_("Only make the store"))] = False,
    fresh: Annotated[bool, typer.Option("--fresh", help=N_("Tell the day anew, in a new store"))] = False,
) -> int:
    from noc_console.desk import demo

    said = globals_of(context)
    store = demo.place(said.where())
    if fresh:
        demo.forget(store)
    if not demo.is_there(store):
        render.note(_("telling the day to {store}", store=store))
        demo.fill(store, said.settings(), said.who() or "")
    else:
        demo.refuse_older(store, "noc demo --fresh" if not said.where() else f'noc demo --fresh --store "{store}"')
    if no_console:
        render.line(store)
        return 0
    from noc_console.cli.console import open_console

    open_console(replace(said, store=store))
    return 0
