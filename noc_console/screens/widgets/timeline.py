"""One timeline of people: acts, messages and calls, newest first; the machine log is the same with other entries.

It must not read anything; what it shows was cleaned and cut here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from noc_console.desk.ticket_view import TicketView
from noc_console.desk.timeline import Entry
from noc_console.i18n import _
from noc_console.text import clean
from noc_console.workflows.catalogue import workflow
from noc_console.workflows.effect_kit import made_by
from noc_console.workflows.labels import label

#: Entries shown; the command line gives all of them.
SHOWN = 200
_TEXT_LIMIT = 4_000


class Timeline(VerticalScroll, can_focus=True):
    """What happened, with who, how and what they wrote."""

    DEFAULT_CSS = """
    Timeline { padding: 0 1; }
    Timeline Static { height: auto; }
    """

    def compose(self) -> ComposeResult:
        """Yield the text."""
        yield Static("", markup=False)

    def show(self, view: TicketView, zone: ZoneInfo, *, log: bool = False) -> None:
        """Show the acts of people, or with ``log`` what machines observed."""
        chosen = view.log if log else view.timeline
        title = _("Machine log") if log else _("Timeline")
        self.query_one(Static).update(entries_content(title, chosen, view, zone))

    def fail(self, text: str) -> None:
        """Say in the pane why it could not be read."""
        self.query_one(Static).update(Content(text))

    @property
    def plain(self) -> str:
        """Return what is shown as text."""
        return str(self.query_one(Static).content)


def entries_content(title: str, chosen: Sequence[Entry], view: TicketView, zone: ZoneInfo) -> Content:
    """Return entries as styled text, newest first, with the day before the first entry of each."""
    kind = "fault" if view.row["service_type"] == "fault" else "request"
    messages = {message["id"]: message for message in view.messages}
    parts: list[Content | tuple[str, str] | str] = [(title, "bold underline"), "\n"]
    day = ""
    for entry in tuple(reversed(chosen))[:SHOWN]:
        at = entry.at.astimezone(zone)
        if at.strftime("%Y-%m-%d") != day:
            day = at.strftime("%Y-%m-%d")
            parts += [(day, "dim"), "\n"]
        parts += [(at.strftime("%H:%M "), "dim"), (f"{clean(entry.actor)} ", "bold"), _what(entry, kind), "\n"]
        text = _said(entry, messages.get(made_by(entry.intent_id, "message")))
        if text:
            parts += ["\n".join(f"      {line}" for line in text.splitlines()), "\n"]
    left = len(chosen) - SHOWN
    if left > 0:
        ref = clean(view.row["ref"])
        parts.append((_("{n} older entries: noc ticket show {ref}", n=left, ref=ref), "dim"))
    if not chosen:
        parts.append((_("nothing yet"), "dim"))
    return Content.assemble(*parts)


def _what(entry: Entry, kind: str) -> str:
    what = clean(entry.label)
    if entry.to and entry.to != entry.from_:
        what = f"{what} > {_state(kind, entry.to)}"
    if entry.via not in ("console", "cli"):
        what = f"{what} ({clean(entry.via)})"
    return what if entry.verdict == "applied" else f"{what} [{clean(label(entry.verdict))}]"


def _state(kind: str, name: str) -> str:
    found = next((state for state in workflow(kind).states if state.name == name), None)
    return _(found.label) if found else clean(name)


def _said(entry: Entry, message: Mapping[str, Any] | None) -> str:
    if message is None:
        return clean(entry.text, multiline=True, limit=_TEXT_LIMIT).strip()
    route = _("{direction} by {channel}: {sender} to {recipient}",
              direction=label(message["direction"]), channel=label(message["channel"]),
              sender=message["sender"] or "-", recipient=message["recipient"] or "-")  # fmt: skip
    head = [clean(route, limit=400), clean(message["subject"] or "", limit=400)]
    if message["flagged"]:
        head.append(_("from a sender who is not known on this ticket"))
    names = ", ".join(clean(str(one.get("name", "")), limit=200) for one in message["attachments"])
    body = clean(message["text"] or "", multiline=True, limit=_TEXT_LIMIT).strip()
    files = _("attached: {names}", names=names) if names else ""
    return "\n".join(part for part in (*head, body, files) if part)
