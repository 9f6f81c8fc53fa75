"""A mail of a monitoring system: its alarm goes the way of alarms, and the mail itself is kept as a message.

It must not parse; the mail's draft says what its alarm is.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from noc_console.desk.alarm_judge import Answer, Judge
from noc_console.desk.alarm_places import refs_of
from noc_console.desk.alarm_reports import Report, draft_of
from noc_console.desk.intake_item import IntakeItem
from noc_console.i18n import _
from noc_console.store.canonical import derived_id
from noc_console.store.journal import records_of
from noc_console.workflows.drafts import AlarmDraft, MailDraft

if TYPE_CHECKING:
    from noc_console.desk.desk import Desk


def take_alarm(
    desk: Desk,
    connection: Connection,
    draft: MailDraft,
    source: str,
    index: int,
    message: Mapping[str, Any],
    *,
    dry_run: bool = False,
) -> tuple[IntakeItem, str]:
    """Take in the alarm of a mail, in the caller's transaction; ``message`` is the mail as ``receive`` asks it.

    Return what became of it and the record id of the ticket, empty where there is none.
    """
    alarm = draft_of(draft.alarm or {})
    at = (alarm.cleared_at if alarm.state == "cleared" else alarm.raised_at) or draft.at
    intent_id = _intent_id(draft, alarm, at)
    report = Report(alarm, source, (index,), intent_id, at, draft.raw)
    known = records_of(connection, [intent_id])
    if known:
        record = known[intent_id]
        ref = refs_of(connection, {record}).get(record)
        answer = Answer("duplicate", ref, _("this mail was taken in before"), record, on_ticket=ref is not None)
    else:
        judge = Judge(desk.as_service("intake", "alarm"), connection, "email", [alarm])
        answer = judge.decide(report)
        if answer.on_ticket:
            judge.keep_message(report, message)
        judge.record()
    ref = None if dry_run and answer.action == "opened" else answer.ref
    kind = "ticket" if answer.on_ticket else None
    item = IntakeItem(source, index, answer.action, kind, ref, answer.reason, draft.to_json())
    return item, answer.record if answer.on_ticket else ""


def _intent_id(draft: MailDraft, alarm: AlarmDraft, at: datetime | None) -> str:
    """Return the id that the same news has by whatever way its mail comes.

    The Message-ID alone does not do: monitoring systems give one to a problem and to its recovery.
    """
    said = (alarm.fingerprint, alarm.state, alarm.severity, at.isoformat() if at else "")
    return derived_id("alarm", "mail", draft.message_id, *said)
