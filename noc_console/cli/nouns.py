"""Which nouns there are, and the module that each is made in when it is named.

A static table, so that help and completion import no noun. It must not know any verb.
"""

from __future__ import annotations

from typing import Final

from noc_console.i18n import N_

#: noun -> (module that offers ``command()``, one line of help)
NOUNS: Final = {
    "ticket": ("noc_console.cli.ticket", N_("Register, work on, list and show tickets")),
    "workflow": ("noc_console.cli.workflow", N_("The machines whose rules decide what may be done")),
    "keys": ("noc_console.cli.keys", N_("The keys of the console, as they are in effect")),
}
