"""``noc view``: named filters of the queue, one's own or shared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noc_console.cli.options import noun
from noc_console.cli.registers import Register
from noc_console.cli.render import Column
from noc_console.i18n import N_, _

if TYPE_CHECKING:
    from noc_console.cli.options import Noun as Group

_VIEWS = Register(
    "view",
    (
        Column(N_("NAME"), lambda row: row["name"], 24),
        Column(N_("OWNER"), lambda row: row["owner"], 14),
        Column(N_("SHARED"), lambda row: _("yes") if row["shared"] else _("no"), 8),
        Column(N_("FILTER"), lambda row: row["filter"], 80),
    ),
)


def command() -> Group:
    """Return the command of this noun."""
    return noun("view", N_("Named filters of the queue"), _VIEWS.entries())
