"""What happened before at the same object, contract or contact, or sounds the same: causes and remedies on a page."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from noc_console.desk import similar
from noc_console.i18n import _
from noc_console.screens import background
from noc_console.screens.pages import Page
from noc_console.workflows.catalogue import workflow
from noc_console.workflows.labels import label

if TYPE_CHECKING:
    from noc_console.desk.desk import Desk
    from noc_console.desk.similar import Similar
    from noc_console.screens.base import NocScreen
    from noc_console.screens.verbs import Target


def open_similar(screen: NocScreen, target: Target) -> None:
    """Look up what is like a ticket and show it."""
    read = partial(similar.of_ticket, screen.desk, target.ref)
    background.bring(screen, "similar", read, partial(_show, screen, target), screen.app.tell)


def _show(screen: NocScreen, target: Target, found: tuple[Similar, ...]) -> None:
    text = "\n\n".join("\n".join(_lines(one)) for one in found)
    title = _("Similar to {ref}", ref=target.ref)
    screen.app.push_screen(Page(title, text or _("No other ticket is like this one.")))


def _lines(one: Similar) -> Iterator[str]:
    row = one.row
    kind = "fault" if row["service_type"] == "fault" else "request"
    state = _(workflow(kind).state(row["state"]).label)
    yield f"{row['ref']}  {row['registered_at']:%Y-%m-%d}  {state}  {row['subject']}"
    because = [*(["repeat"] if one.repeat else []), *one.because]
    yield "  " + _("; ").join(label(code) for code in because)
    for title, text in ((_("Cause code"), row["cause_code"]), (_("Location"), row["location"]),
                        (_("Plan"), row["plan_text"]), (_("Result"), row["feedback_result"])):  # fmt: skip
        if text:
            yield "  " + _("{label}: {text}", label=title, text=text)


def tell_of_repeats(screen: NocScreen, record: str) -> None:
    """Say on registering which earlier tickets the new one may repeat, or double."""
    background.read(screen, "repeats", partial(_told, screen.desk, record), partial(_tell, screen), screen.app.tell)


def _told(desk: Desk, record: str) -> list[str]:
    found = similar.at_registration(desk, record)[:3]
    return [f"{one.row['ref']} {one.row['subject']}"[:80] for one in found]


def _tell(screen: NocScreen, earlier: list[str]) -> None:
    if earlier:
        names = _("; ").join(earlier)
        screen.app.say(_("Seen before at the same object or contact: {names}", names=names), warning=True)
