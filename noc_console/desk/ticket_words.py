"""What a ticket of another system says, in the inputs of our events and in words for people.

It decides nothing: ``ticket_intake.py`` does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Connection, select

from noc_console.desk.intake import language_of
from noc_console.desk.intake_item import cut
from noc_console.desk.mail_thread import MAX_ID
from noc_console.desk.rows import Values
from noc_console.i18n import N_, _, joined
from noc_console.intake import tmf621
from noc_console.store import blobs
from noc_console.store.tables import table
from noc_console.workflows.drafts import Party, StatusChange, TicketDraft, TicketNote
from noc_console.workflows.ticket_inputs import CONTACT, NOTE_TEXT, OBJECTS, REQUESTER, SUBJECT, SYMPTOM

if TYPE_CHECKING:
    from noc_console.workflows.policy import Policy

#: Roles of the one who asks, the surest first; ``customer`` may be the organisation.
_ASKERS: Final = (
    "requester", "requestor", "reporter", "reportercontact", "originator", "customer_contact", "ticketcontact", "buyer",
    "customer", "member",
)  # fmt: skip
_FIRMS: Final = ("organization", "organisation", "customer", "company", "legal", "supplier", "partner")
#: A clock elsewhere may run this much ahead of ours before its time is not believed.
_AHEAD: Final = timedelta(minutes=2)
_MOST_OBJECTS: Final = 100
_MOST_STEPS: Final = 200
_MOST_NOTES: Final = 200
#: Characters of a request for information that are told.
_EVENT: Final = 500


def registration(draft: TicketDraft, *, policy: Policy, now: datetime, channel: str, source: str) -> dict[str, Any]:
    """Return what a ticket says of itself as inputs of ``register``; what R21 asks beyond it stays missing."""
    asker, firm = _asker(draft.parties), _firm(draft.parties)
    subject = draft.subject or _("(no subject)")
    occurred = draft.occurred_at
    inputs = {
        "channel": channel if policy.channel(channel) else "other",
        "subject": cut(subject, SUBJECT.max_length),
        "symptom": cut(draft.symptom, SYMPTOM.max_length),
        "service_type": draft.service_type,
        "occurred_at": occurred if occurred and occurred <= now + _AHEAD else None,
        "grade": draft.grade if draft.grade in policy.grades else None,
        "domain": draft.domain,
        "requester": cut(asker.name, REQUESTER.max_length) if asker else "",
        "organisation": cut(firm.name, REQUESTER.max_length) if firm else "",
        "contact": asker.contact if asker and len(asker.contact) <= CONTACT.max_length else "",
        "objects": tuple(name[: OBJECTS.max_length] for name in draft.objects[:_MOST_OBJECTS]),
        "language": language_of(f"{subject}\n{draft.symptom}"),
        "source_channel": source,
        "external_id": draft.external_id[:MAX_ID],
    }
    return {name: value for name, value in inputs.items() if value not in (None, "", ())}


def _asker(parties: Sequence[Party]) -> Party | None:
    people = [party for party in parties if not _is_firm(party)] or list(parties)
    ranks = {role: rank for rank, role in enumerate(_ASKERS)}
    known = [party for party in people if party.role.casefold() in ranks and (party.name or party.contact)]
    return min(known, key=lambda party: ranks[party.role.casefold()], default=None)


def _firm(parties: Sequence[Party]) -> Party | None:
    return next((party for party in parties if party.name and _is_firm(party)), None)


def _is_firm(party: Party) -> bool:
    return party.kind.casefold() in _FIRMS


def state_word(draft: TicketDraft) -> str:
    """Return the state of a ticket in its sender's own word."""
    if draft.history and not draft.said.get("status"):
        return draft.history[-1].said
    return str(draft.said.get("status") or draft.status or "")


# --- In words ------------------------------------------------------------------------------------------------


def told(draft: TicketDraft, rows: Sequence[TicketDraft] = ()) -> str:
    """Return what else was said with a ticket: its history elsewhere, files, ties; empty where there is nothing.

    A state alone is told where it is more than that the ticket is open; ``rows`` are further steps of its history.
    """
    steps = [step for one in (draft, *rows) for step in one.history]
    if not steps and draft.status:
        steps = [StatusChange(draft.changed_at, draft.status, state_word(draft), draft.status_reason)]
    if len(steps) == 1 and steps[0].status in (None, "acknowledged", "inProgress"):
        steps = []
    lines = [
        *(_step_line(step.at, step.said, step.reason) for step in steps[-_MOST_STEPS:]),
        *(_file_line(file) for file in draft.files),
        *(_("Related ticket: {kind} {id}", kind=kind, id=name) for kind, name in draft.related),
    ]
    return cut(joined("\n", lines), NOTE_TEXT.max_length)


def note_lines(drafts: Sequence[TicketDraft]) -> str:
    """Return the notes of rows as lines with their author and time."""
    return cut("\n".join(_note_line(note) for one in drafts for note in one.notes), NOTE_TEXT.max_length)


def _file_line(file: Mapping[str, object]) -> str:
    line = _("File: {name} {url}", name=file["name"], url=file["url"])
    return line if file["url"] else line.rstrip()


def _note_line(note: TicketNote) -> str:
    return " ".join(part for part in (_when(note.at), f"{note.author}:" if note.author else "", note.text) if part)


def _step_line(at: datetime | None, said: str, reason: str) -> str:
    state = _("state elsewhere: {state}", state=said)
    return joined(" ", (part for part in (_when(at), state, f"({reason})" if reason else "") if part))


def _when(at: datetime | None) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC") if at else ""


_LABELS: Final = {
    "subject": N_("Subject"),
    "symptom": N_("Symptom"),
    "grade": N_("Grade"),
}


@dataclass(frozen=True, slots=True)
class Changes:
    """What later words say that was not said before: lines on state and fields, and notes of their authors."""

    text: str
    notes: tuple[TicketNote, ...]
    #: about the ticket's state elsewhere, and nothing beside
    only_state: bool


def changes(connection: Connection, rows: Sequence[TicketDraft], ticket: Values) -> Changes:
    """Return what later words on a known ticket change."""
    draft = rows[-1]
    before = list(_before(connection, ticket["id"]))
    lines = list(_new_fields(draft, before, ticket))
    known = {(note.author, note.text) for one in before for note in one.notes}
    notes = tuple(note for one in rows for note in one.notes if (note.author, note.text) not in known)
    files = {str(file["name"]) for one in before for file in one.files}
    lines += [_file_line(file) for file in draft.files if str(file["name"]) not in files]
    required = draft.event.get("informationRequired")
    if required:
        lines.append(_("they ask for: {what}", what=cut(str(required), _EVENT)))
    states = list(_new_states(rows, before))
    if draft.event and not lines and not states and not notes:
        lines.append(_("event: {name}", name=draft.event.get("eventType")))
    text = cut(joined("\n", [*states, *lines]), NOTE_TEXT.max_length)
    return Changes(text, notes[-_MOST_NOTES:], not lines and not notes)


def _new_states(rows: Sequence[TicketDraft], before: Sequence[TicketDraft]) -> Iterator[str]:
    """Yield the steps of the history that are new; what is only the present state comes last."""
    known = {(step.at, step.said) for one in before for step in one.history}
    last = next((state_word(one) for one in reversed(before) if state_word(one)), "")
    steps = [step for one in rows for step in one.history if (step.at, step.said) not in known]
    yield from (_step_line(step.at, step.said, step.reason) for step in steps[-_MOST_STEPS:])
    said = state_word(rows[-1])
    if said and said != last and (not steps or steps[-1].said != said):
        yield _step_line(rows[-1].changed_at, said, rows[-1].status_reason)


def _new_fields(draft: TicketDraft, before: Sequence[TicketDraft], ticket: Values) -> Iterator[str]:
    """Yield the fields that are said otherwise than before; they are proposals, because our words may be better."""
    for name, label in _LABELS.items():
        now = str(getattr(draft, name) or "")
        was = next((str(getattr(one, name)) for one in reversed(before) if getattr(one, name)), ticket.get(name) or "")
        if now and now != was:
            yield _("{label}: {text}", label=_(label), text=cut(now, 2_000))


def _before(connection: Connection, record: str) -> Iterator[TicketDraft]:
    """Yield what was said of a ticket before, oldest first, read again from the originals."""
    messages = table("message")
    statement = select(messages.c.source).where(messages.c.record == record, messages.c.channel == "tmf621")
    for source in connection.execute(statement.order_by(messages.c.at, messages.c.id)).scalars():
        if source:
            drafts = tmf621.parse(blobs.read(connection, source), where=source)
            yield from (draft for draft in drafts if isinstance(draft, TicketDraft))
