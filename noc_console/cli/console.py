"""Opens the console on the screen: the one line where the command line meets it."""

from __future__ import annotations

import sys

from noc_console.cli.options import Globals
from noc_console.errors import UsageError
from noc_console.i18n import _


def open_console(said: Globals) -> None:
    """Be the console until the person leaves. Raises UsageError where there is no terminal."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError(_("the console needs a terminal"), _("noc --help lists the commands that need none"))
    from noc_console.screens.app import run

    run(store=said.where(), actor=said.who(), config=said.settings())
