"""The facts of a ticket: who, what, where, since when, how far it reaches, and what was found.

Only what is known is shown. It must not read anything.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content

from noc_console.desk.ticket_view import TicketView
from noc_console.i18n import N_, _, joined
from noc_console.screens.widgets.hanging import Hanging
from noc_console.text import cell_width, clean
from noc_console.workflows.catalogue import workflow
from noc_console.workflows.labels import label, recipient_label
from noc_console.workflows.ticket_inputs import LABEL_OF

_LIMIT = 2_000
#: A subject longer than this may be cut in the title.
_TITLE_CELLS = 40
#: Row fields in reading order; codes among them are said by their names.
_FIELDS = (
    ("missing", N_("Still missing")),
    ("requester_name", N_("Requester")),
    ("requester_organisation", N_("Organisation")),
    ("requester_type", N_("Requester type")),
    ("phone", N_("Phone")),
    ("address", N_("Address")),
    ("contract", N_("Contract")),
    ("symptom", N_("Symptom")),
    ("occurred_at", N_("Since when")),
    ("scope", N_("Scope")),
    ("users_affected", N_("Users affected")),
    ("service_affecting", N_("Service affecting")),
    ("objects", N_("Objects")),
    ("domain", N_("Domain")),
    ("service_type", N_("Type")),
    ("channel", N_("Channel")),
    ("source_channel", N_("Source")),
    ("impact", N_("Impact")),
    ("urgency", N_("Urgency")),
    ("registered_at", N_("Registered")),
    ("created_by", N_("Registered by")),
    ("owner", N_("Owner")),
    ("offered_to", N_("Offered to")),
    ("wait_reason", N_("Waiting for")),
    ("wait_until", N_("Waiting until")),
    ("vendor_case", N_("Their case number")),
    ("cause_code", N_("Cause code")),
    ("location", N_("Location")),
    ("evidence", N_("Evidence")),
    ("plan_text", N_("Plan")),
    ("interrupts", N_("Interrupts")),
    ("backout", N_("Way back")),
    ("approved_by", N_("Approved by")),
    ("executor", N_("Executor")),
    ("checker", N_("Checker")),
    ("restored_at", N_("Restored at")),
    ("how_verified", N_("How verified")),
    ("feedback_result", N_("Result")),
    ("feedback_cause", N_("Cause")),
    ("feedback_prevention", N_("Prevention")),
    ("answer", N_("Answer")),
    ("closure_how", N_("Closed as")),
    ("closure_who", N_("Confirmed by")),
    ("closure_score", N_("Score")),
    ("closure_words", N_("Words")),
    ("breached", N_("Missed")),
    ("snoozed_until", N_("Snoozed until")),
    ("external_id", N_("External id")),
)

#: Alarms of one ticket that are named; the others are counted.
_MOST_ALARMS = 10


class Facts(VerticalScroll, can_focus=True):
    """Labels and values, one under the other."""

    DEFAULT_CSS = """
    Facts { padding: 0 1; }
    Facts Hanging { height: auto; }
    """

    def compose(self) -> ComposeResult:
        """Yield the text."""
        yield Hanging()

    def show(self, view: TicketView, zone: ZoneInfo) -> None:
        """Show what is known of a ticket."""
        parts: list[tuple[str, str] | str] = []
        for name, value in (*facts_of(view.row, zone), *_around(view, zone)):
            parts += [(_("{label}: {text}", label=name, text=""), "bold"), value, "\n"]
        self.query_one(Hanging).update(Content.assemble(*parts))

    @property
    def plain(self) -> str:
        """Return what is shown as text."""
        return str(self.query_one(Hanging).content)


def facts_of(row: Mapping[str, Any], zone: ZoneInfo) -> Iterator[tuple[str, str]]:
    """Yield label and value of everything a row knows."""
    if cell_width(str(row["subject"])) > _TITLE_CELLS:
        yield _("Subject"), shown(row["subject"], zone)
    for name, text in _FIELDS:
        value = row.get(name)
        if name == "missing" and value:
            value = [_(LABEL_OF[one]) for one in value]
        if value not in (None, "", (), [], "unknown"):
            yield _(text), shown(value, zone)


def shown(value: Any, zone: ZoneInfo) -> str:
    """Return a value as people read it, cleaned."""
    if isinstance(value, datetime):
        return value.astimezone(zone).strftime("%Y-%m-%d %H:%M %Z")
    if isinstance(value, list | tuple):
        return joined(N_(", "), (shown(one, zone) for one in value))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return clean(label(str(value)), multiline=True, limit=_LIMIT)


def _around(view: TicketView, zone: ZoneInfo) -> Iterator[tuple[str, str]]:
    if view.parent_ref:
        yield _("Parent"), clean(view.parent_ref)
    if view.children:
        yield _("Children"), clean(joined(N_(", "), view.children), limit=_LIMIT)
    around = {view.parent_ref, *view.children}
    for link in view.links:
        if link["type"] in ("parent", "child") and link["other_ref"] in around:
            continue  # named above
        yield label(link["type"]), clean(str(link["other_ref"]))
    for vendor in view.row["vendors"] or ():
        yield _("Vendor"), clean(" ".join(part for part in (vendor["name"], vendor["case"]) if part), limit=200)
    yield from _experts(view, zone)
    for item in view.attachments:
        yield _("Attachment"), clean(str(item["name"]), limit=200)
    yield from _alarms(view)


def _experts(view: TicketView, zone: ZoneInfo) -> Iterator[tuple[str, str]]:
    """Yield what the ticket repeats, who was asked, and what was reported upward (R29, R30)."""
    for one in view.repeats:
        earlier = " ".join(part for part in (one.row["ref"], one.row["cause_code"], one.row["feedback_result"]) if part)
        yield _("May repeat"), clean(earlier, limit=200)
    for view_of in view.consults:
        state = _(workflow("consult").state(view_of.row["state"]).label)
        yield _("Consultation"), clean(f"{view_of.row['ref']} {state} {view_of.row['result'] or ''}", limit=200)
    for report in view.reports:
        about = f"{label(report['report'])} {shown(report['at'], zone)} {recipient_label(report['recipient'])}"
        yield _("Reported upward"), clean(about, limit=200)


def _alarms(view: TicketView) -> Iterator[tuple[str, str]]:
    """Yield how many alarms there are, and the first of them: those that are raised, then the newest."""
    row = view.row
    if row["alarms"]:
        yield (
            _("Alarms"),
            _("{raised} of {alarms} raised, {reports} reports", raised=row["alarms_raised"], alarms=row["alarms"],
              reports=row["alarm_reports"]),
        )  # fmt: skip
    for alarm in view.alarms[:_MOST_ALARMS]:
        about = " ".join(part for part in (alarm["name"], alarm["object"]) if part)
        times = f" ×{alarm['count']}" if alarm["count"] > 1 else ""
        yield _("Alarm"), clean(f"{about} {label(alarm['state'])}{times}", limit=200)
