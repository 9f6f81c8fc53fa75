"""What can be read of an input that was not taken: the inputs of ``register``, for a person to correct and complete.

Reads only; what cannot be read as what its channel takes is shown as the text that it is.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from noc_console.desk import channels, ticket_words
from noc_console.desk.intake import language_of
from noc_console.desk.intake_item import cut
from noc_console.desk.original import is_text, readable
from noc_console.desk.rows import Values
from noc_console.errors import BadInput
from noc_console.i18n import _
from noc_console.intake import csv_guess, csv_table, tmf621, tmf_ticket
from noc_console.intake import email as mail
from noc_console.intake.csv_map import Mapper
from noc_console.text import clean
from noc_console.workflows.drafts import Quarantined, TicketDraft
from noc_console.workflows.ticket_inputs import CONTACT, SUBJECT, SYMPTOM

if TYPE_CHECKING:
    from noc_console.desk.desk import Desk

#: channel of an input -> how a ticket that is made of it by hand came in; what is not named here is told by people
_WAYS: Final = {"email": "email", "maintenance": "email", "tmf621": "work_order", "csv": "work_order"}
#: What of an unreadable original becomes the symptom of its ticket; the original is attached whole.
_SYMPTOM: Final = 4_000
#: What is larger is no single ticket.
_LARGEST: Final = 1024 * 1024


def understood(desk: Desk, row: Values, raw: bytes) -> dict[str, Any]:
    """Return the inputs of ``register`` that can be read from an item of the quarantine and its original."""
    way = channels.CHANNELS.get(row["channel"])
    is_alarm = way is not None and way.via == "alarm"
    channel = "monitoring" if is_alarm else _WAYS.get(row["channel"], "other")
    known = {"channel": channel} if desk.policy().channel(channel) else {}
    if is_alarm:
        known["requester_type"] = "monitoring"
    text = readable(raw, limit=_SYMPTOM) if is_text(raw) else _("{n} bytes that are no text", n=len(raw))
    subject = next((line.strip() for line in text.splitlines() if line.strip()), "")
    said: Mapping[str, Any] = {"subject": subject or row["text"], "symptom": text, **_said(desk, row["channel"], raw)}
    values = {"language": language_of(f"{said['subject']}\n{said['symptom']}"), **said, **known}
    values["subject"] = cut(clean(values["subject"] or _("(no subject)")), SUBJECT.max_length)
    values["symptom"] = cut(values["symptom"], SYMPTOM.max_length)
    return {name: value for name, value in values.items() if value}


def _said(desk: Desk, channel: str, raw: bytes) -> dict[str, Any]:
    """Return what the reader of a channel makes of an original, nothing where it cannot."""
    if channel == "email":
        return _of_mail(raw)
    if channel not in ("tmf621", "csv") or len(raw) > _LARGEST:
        return {}
    draft = _of_body(raw) if channel == "tmf621" else _of_row(desk, raw)
    if draft is None or not (draft.subject or draft.symptom):
        return {}
    said = ticket_words.registration(draft, policy=desk.policy(), now=desk.now(), channel="", source="")
    said["subject"] = draft.subject or next(iter(draft.symptom.splitlines()))
    said.setdefault("symptom", "\n".join(_told(draft)))
    return {name: value for name, value in said.items() if name not in ("channel", "source_channel")}


def _told(draft: TicketDraft) -> Iterator[str]:
    """Yield what a ticket without a description says of itself, a line for each name."""
    for name, value in draft.said.items():
        if isinstance(value, str | int | float) and str(value).strip():
            yield clean(f"{name}: {value}")


def _of_mail(raw: bytes) -> dict[str, str]:
    try:
        draft = mail.parse(raw)
    except BadInput:
        return {}
    said = {"subject": draft.subject, "symptom": draft.new_text or draft.text}
    if draft.from_:
        said |= {"contact": draft.from_.address[: CONTACT.max_length], "requester": draft.from_.name[:200]}
    return {name: text.strip() for name, text in said.items() if text.strip()}


def _of_body(raw: bytes) -> TicketDraft | None:
    """Return the ticket of a TMF621 body, or what a part of one says as if it were one."""
    found = next(tmf621.parse(raw), None)
    if not isinstance(found, Quarantined):
        return found
    said = dict(found.parsed or {})
    if not said.get("name") and not said.get("description"):
        said["description"] = said.get("text") or ""
    return tmf_ticket.draft_of(said, event={}, body=raw)


def _of_row(desk: Desk, raw: bytes) -> TicketDraft | None:
    """Return the ticket of a row that is held below its header, by what its columns seem to be."""
    try:
        layout = csv_table.layout_of(raw, where="-", encoding="utf-8")
    except BadInput:
        return None
    rows = list(csv_table.rows(io.BytesIO(raw), layout))
    if len(rows) != 1:  # a whole table, which waits for its mapping
        return None
    found = csv_guess.guess(io.BytesIO(raw), layout).map
    if found is None:
        return None
    return Mapper(found, layout.columns, zone=desk.zone, where="-").draft(rows[0])
