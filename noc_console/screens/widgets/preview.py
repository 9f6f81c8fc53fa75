"""The ticket under the cursor in a few lines: title, clocks, next steps, and what happened last. It reads nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from textual.content import Content

from noc_console.desk.desk import Desk
from noc_console.i18n import _
from noc_console.keys import Keymap
from noc_console.screens.refusals import said
from noc_console.screens.widgets.hanging import Hanging
from noc_console.screens.widgets.next_steps import ordered
from noc_console.text import clean, fit
from noc_console.workflows.machine import NextStep

if TYPE_CHECKING:
    from noc_console.desk.ticket_view import TicketView

_LATEST = 3
_LINE = 240
_LEAST_CELLS = 40
#: What is left to say of a registration beside title, grade and clocks.
_OF_BIRTH = ("symptom",)


class Preview(Hanging):
    """A pane of a few lines at the foot of the queue."""

    DEFAULT_CSS = """
    Preview { height: auto; max-height: 9; min-height: 5; padding: 0 1; background: $surface; }
    """

    def __init__(self) -> None:
        super().__init__()

    def clear(self) -> None:
        """Show nothing."""
        self.update("")

    def fail(self, text: str) -> None:
        """Say in the pane why it could not be read."""
        self.update(Content(text))

    def show(self, view: TicketView, keys: Keymap, desk: Desk) -> None:
        """Show a ticket."""
        from noc_console.screens.widgets.clocks import newest, words

        row, now = view.row, desk.now()
        title = clean(f"{row['ref']} {row['subject']}", limit=_LINE)
        grade = f"{row['grade']} {_('urgent')}" if row["urgent"] else row["grade"]
        said_clocks = " | ".join(words(clock, view.policy, now, desk.zone).text for clock in newest(view.clocks))
        parts: list[tuple[str, str] | str] = [(title, "bold"), f"   {clean(grade)}\n"]
        parts += [(_("clocks "), "dim"), said_clocks or "-", "\n"]
        parts += [(_("next   "), "dim"), *_steps(view.next, keys)]
        # a line each: the pane is for a glance, the whole is on Enter
        for line in _latest(view, desk.zone):
            parts += ["\n", fit(line, max(self.content_size.width, _LEAST_CELLS)).rstrip()]
        self.update(Content.assemble(*parts))


def _steps(steps: tuple[NextStep, ...], keys: Keymap) -> list[tuple[str, str] | str]:
    parts: list[tuple[str, str] | str] = []
    for step in ordered(steps):
        if step.allowed and keys.of_event(step.event):
            parts += [(f"{keys.of_event(step.event)} ", "bold"), f"{clean(_(step.event.label))}  "]
    blocked = next((step for step in steps if not step.allowed and step.event.target != "=same"), None)
    if blocked is not None:
        why = _("; ").join(said(reason) for reason in blocked.reasons)
        parts.append((_("blocked: {what} - {why}", what=clean(_(blocked.event.label)), why=why), "dim"))
    return parts


def _latest(view: TicketView, zone: ZoneInfo) -> list[str]:
    lines = []
    for entry in tuple(reversed(view.timeline))[:_LATEST]:
        at = entry.at.astimezone(zone).strftime("%H:%M")
        text = entry.said(_OF_BIRTH) if entry.event == "register" else entry.text
        what = _("{label}: {text}", label=entry.label, text=text) if text else entry.label
        lines.append(clean(f"{at} {entry.actor} {what}", limit=_LINE))
    return lines
