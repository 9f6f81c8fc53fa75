"""The arithmetic of a ticket's clocks, segment by segment, as ``noc sla explain`` gives it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from noc_console.desk import sla
from noc_console.i18n import _
from noc_console.screens import background
from noc_console.screens.pages import Page
from noc_console.screens.widgets.clocks import arithmetic
from noc_console.workflows.clock_explain import Explanation

if TYPE_CHECKING:
    from noc_console.screens.base import NocScreen


def open_arithmetic(screen: NocScreen, record: str) -> None:
    """Read the explanations and show them on a page."""
    background.bring(screen, "sla", partial(sla.explain, screen.desk, record), partial(_show, screen), screen.app.tell)


def _show(screen: NocScreen, explained: tuple[Explanation, ...]) -> None:
    blocks = ["\n".join(arithmetic(one, screen.desk.zone)) for one in explained]
    screen.app.push_screen(Page(_("Clocks"), "\n\n".join(blocks) or _("No clock was started.")))
