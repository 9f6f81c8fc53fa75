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

from noc_console.desk.side_acts import SideAct
from noc_console.desk.ticket_view import TicketView
from noc_console.desk.timeline import Entry
from noc_console.i18n import _
from noc_console.screens.widgets.hanging import Hanging
from noc_console.text import clean
from noc_console.workflows.catalogue import workflow
from noc_console.workflows.effect_kit import hashed, own
from noc_console.workflows.labels import label

#: A page is as much as can be laid out without a key waiting for it.
_PAGE_CHARACTERS = 12_000
_TEXT_LIMIT = 4_000
_ACT_LIMIT = 200


class Timeline(VerticalScroll, can_focus=True):
    """What happened, with who, how and what they wrote; a page at a time."""

    DEFAULT_CSS = """
    Timeline { padding: 0 1; }
    Timeline Hanging { height: auto; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._start = 0
        self._next = 0

    def compose(self) -> ComposeResult:
        """Yield the text."""
        yield Hanging()

    def show(self, view: TicketView, zone: ZoneInfo, *, key: str, log: bool = False) -> None:
        """Show the acts of people, or with ``log`` what machines observed; ``key`` turns the page."""
        chosen = tuple(reversed(view.log if log else view.story))
        self._start = self._start if self._start < len(chosen) else 0
        title = _("Machine log") if log else _("Timeline")
        content, shown = page_content(title, chosen[self._start :], view, zone)
        self._next = self._start + shown
        left = len(chosen) - self._next
        if left > 0 or self._start:
            more = _("{n} older entries", n=left) if left > 0 else _("the oldest entry")
            content = Content.assemble(content, (_("{what}; {key} turns the page", what=more, key=key), "dim"))
        self.query_one(Hanging).update(content)

    def turn(self) -> None:
        """Go on to the older entries; after the oldest comes the newest again."""
        self._start = self._next
        self.scroll_home(animate=False)

    def begin(self) -> None:
        """Go back to the newest entries."""
        self._start = 0

    def fail(self, text: str) -> None:
        """Say in the pane why it could not be read."""
        self.query_one(Hanging).update(Content(text))

    @property
    def plain(self) -> str:
        """Return what is shown as text."""
        return str(self.query_one(Hanging).content)


def page_content(
    title: str, chosen: Sequence[Entry | SideAct], view: TicketView, zone: ZoneInfo
) -> tuple[Content, int]:
    """Return a page of entries as styled text, and how many they are; the day stands before the first entry of each."""
    kind = "fault" if view.row["service_type"] == "fault" else "request"
    messages = {own(message["id"]): message for message in view.messages}
    parts: list[Content | tuple[str, str] | str] = [(title, "bold underline"), "\n"]
    day, characters, shown = "", 0, 0
    for entry in chosen:
        if characters > _PAGE_CHARACTERS:
            break
        at = entry.at.astimezone(zone)
        if at.strftime("%Y-%m-%d") != day:
            day = at.strftime("%Y-%m-%d")
            parts += [(day, "dim"), "\n"]
        parts += [(at.strftime("%H:%M "), "dim"), (f"{clean(entry.actor)} ", "bold")]
        if isinstance(entry, SideAct):
            parts += [clean(entry.text, limit=_ACT_LIMIT), "\n"]
            characters, shown = characters + 80, shown + 1
            continue
        parts += [_what(entry, kind), "\n"]
        text = _said(entry, messages.get(own(hashed(entry.intent_id, "message"))))
        if text:
            parts += ["\n".join(f"      {line}" for line in text.splitlines()), "\n"]
        characters += len(text) + 80
        shown += 1
    if not chosen:
        parts.append((_("nothing yet"), "dim"))
    return Content.assemble(*parts), shown


def _what(entry: Entry, kind: str) -> str:
    what = clean(entry.label)
    if entry.to and entry.to != entry.from_:
        what = f"{what} > {_state(kind, entry.to)}"
    if entry.via not in ("console", "cli"):
        what = f"{what} ({clean(label(entry.via))})"
    return what if entry.verdict == "applied" else f"{what} [{clean(label(entry.verdict))}]"


def _state(kind: str, name: str) -> str:
    found = next((state for state in workflow(kind).states if state.name == name), None)
    return _(found.label) if found else clean(name)


def _said(entry: Entry, message: Mapping[str, Any] | None) -> str:
    if message is None:
        return clean(entry.text, multiline=True, limit=_TEXT_LIMIT).strip()
    way = {"direction": label(message["direction"]), "channel": label(message["channel"])}
    sender, recipient = message["sender"], message["recipient"]
    # of what a colleague said on the phone nobody noted from whom to whom
    route = _("{direction} by {channel}", **way)
    if sender or recipient:
        route = _("{direction} by {channel}: {sender} to {recipient}",
                  **way, sender=sender or "-", recipient=recipient or "-")  # fmt: skip
    head = [clean(route, limit=400), clean(message["subject"] or "", limit=400)]
    if message["flagged"]:
        head.append(_("from a sender who is not known on this ticket"))
    names = ", ".join(clean(str(one.get("name", "")), limit=200) for one in message["attachments"])
    body = clean(message["text"] or "", multiline=True, limit=_TEXT_LIMIT).strip()
    files = _("attached: {names}", names=names) if names else ""
    return "\n".join(part for part in (*head, body, files) if part)
