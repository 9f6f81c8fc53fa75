"""Copies to the terminal's clipboard by OSC 52, and shows what was sent: no terminal says whether it took it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from noc_console.desk.ticket_view import TicketView
from noc_console.i18n import _
from noc_console.screens.widgets.clocks import newest, words
from noc_console.text import clean
from noc_console.workflows.catalogue import workflow

if TYPE_CHECKING:
    from noc_console.screens.app import NocApp

_LATEST = 3


def copy(app: NocApp, text: str) -> None:
    """Send a text and show it."""
    app.copy_to_clipboard(text)
    app.say(_("Sent to the terminal's clipboard:\n{text}", text=text))


def copy_ticket(app: NocApp, view: TicketView) -> None:
    """Send the text with which a ticket is handed over."""
    copy(app, handover_text(view, app.desk.zone))


def handover_text(view: TicketView, zone: ZoneInfo) -> str:
    """Return what the next shift needs of a ticket: what, how bad, whose, until when, and what was done last."""
    row = view.row
    kind = "fault" if row["service_type"] == "fault" else "request"
    state = _(workflow(kind).state(row["state"]).label)
    owner = row["owner"] or _("no owner")
    lines = [
        clean(f"{row['ref']} {row['subject']}", limit=300),
        clean(f"{row['grade']}, {state}, {owner}"),
        " | ".join(words(clock, view.policy, view.now, zone).text for clock in newest(view.clocks)),
    ]
    for entry in tuple(reversed(view.timeline))[:_LATEST]:
        at = entry.at.astimezone(zone).strftime("%m-%d %H:%M")
        what = _("{label}: {text}", label=entry.label, text=entry.text) if entry.text else entry.label
        lines.append(clean(f"{at} {entry.actor} {what}", limit=400))
    return "\n".join(line for line in lines if line)
