"""One TMF621 ticket, MEF 124 ticket or TMF656 problem, field by field. What is not understood stands in ``labels``.

It must not know lists, events or patches (``tmf621.py`` does).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from noc_console.intake.instants import instant
from noc_console.intake.ticket_words import grade_of, service_type_of, status_of
from noc_console.text import clean
from noc_console.workflows.drafts import Party, StatusChange, TicketDraft, TicketNote, TicketStatus

#: Items of one list of a ticket, and characters of one text, that are looked at; the original has all.
MOST: Final = 500
LONG: Final = 100_000
_SUBJECT: Final = 300
_OBJECT: Final = 200
#: TMF656 counts priorities from 1 to 10.
_PROBLEM_STEPS: Final = 10
_UNDERSTOOD: Final = frozenset((
    "id", "href", "name", "description", "status", "severity", "priority", "ticketType", "creationDate",
    "lastUpdate", "expectedResolutionDate", "requestedResolutionDate", "resolutionDate", "statusChangeDate",
    "statusChangeReason", "externalId", "externalIdentifier", "note", "relatedEntity", "relatedParty", "attachment",
    "statusChange", "statusChangeHistory", "troubleTicketRelationship", "channel", "relatedContactInformation",
    "issueStartDate", "timeRaised", "timeChanged", "reason", "affectedService", "affectedResource",
    "originatorParty", "responsibleParty", "relatedIssue", "troubleTicket", "category", "sellerPriority",
    "sellerSeverity", "observedImpact", "type", "incidentType", "situationStartDate", "correlationId",
    "targetResolutionDate", "relatedObject", "relatedObjects", "relatedParties", "notes", "ticketRelationship",
    "@type", "@baseType", "@schemaLocation",
))  # fmt: skip
_CHARACTERISTIC: Final = "troubleTicketCharacteristic"
_TAGS: Final = re.compile(r"</?[a-zA-Z][^<>]{0,200}>")


def draft_of(ticket: Mapping[str, Any], *, event: Mapping[str, Any], body: bytes) -> TicketDraft:
    """Return a ticket as understood; ``event`` is what its envelope says, ``body`` the item as bytes."""
    problem = _is_problem(ticket)
    text = _words(ticket.get("description"))
    status_said = text_of(ticket.get("status"))
    others = tuple(dict.fromkeys(_other_ids(ticket)))
    kind = str(event.get("eventType") or "")
    return TicketDraft(
        external_id=text_of(ticket.get("id")) or next(iter(others), ""),
        other_ids=others,
        subject=_subject(ticket, text),
        symptom="\n\n".join(part for part in (text, _reason(ticket) if problem else "") if part),
        service_type=service_type_of(_type(ticket)) if not problem else "fault",
        status=status_of(status_said) or _status_of_event(kind),
        status_reason=_words(ticket.get("statusChangeReason")),
        grade=_grade(ticket, problem=problem),
        created_at=instant(ticket.get("creationDate") or ticket.get("timeRaised")),
        occurred_at=instant(_began(ticket) or ticket.get("timeRaised") or ticket.get("creationDate")),
        changed_at=instant(
            ticket.get("lastUpdate") or ticket.get("statusChangeDate") or ticket.get("timeChanged")
            or event.get("eventTime")
        ),
        wanted_at=instant(ticket.get("requestedResolutionDate") or ticket.get("targetResolutionDate")),
        resolved_at=instant(ticket.get("resolutionDate")),
        parties=tuple(_parties(ticket)),
        objects=tuple(dict.fromkeys(_objects(ticket))),
        notes=tuple(_notes(ticket)),
        history=tuple(_history(ticket)),
        related=tuple(_related(ticket)),
        files=tuple(_files(ticket)),
        partial=_is_partial(ticket, kind),
        event=said_of(event),
        said=said_of(ticket),
        labels={name: value for name, value in said_of(ticket).items() if name not in _UNDERSTOOD},
        body=body,
    )  # fmt: skip


def said_of(item: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was received, without the contents of files."""
    said = {str(name): value for name, value in item.items()}
    if isinstance(said.get("attachment"), list):
        said["attachment"] = [
            {key: value for key, value in file.items() if key != "content"} if isinstance(file, Mapping) else file
            for file in said["attachment"]
        ]
    return said


def text_of(value: Any) -> str:
    """Return a scalar as clean text of one line; of an object its value or name."""
    if isinstance(value, Mapping):
        value = next((value[name] for name in ("value", "name", "id") if value.get(name)), "")
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return clean(str(value), limit=LONG).strip()


def _words(value: Any) -> str:
    """Return prose as clean lines; of mark-up that somebody pasted, only the words."""
    if not isinstance(value, str):
        return text_of(value)
    return clean(_TAGS.sub("", value[:LONG]), multiline=True).strip()


def _items(ticket: Mapping[str, Any], *names: str) -> Iterator[Mapping[str, Any]]:
    """Yield the objects of the lists of these names; one object alone counts as a list of it."""
    for name in names:
        value = ticket.get(name)
        for item in ([value] if isinstance(value, Mapping) else value if isinstance(value, list) else [])[:MOST]:
            if isinstance(item, Mapping):
                yield item


def _subject(ticket: Mapping[str, Any], text: str) -> str:
    said = text_of(ticket.get("name")) or next((line for line in text.splitlines() if line.strip()), "").strip()
    return said if len(said) <= _SUBJECT else said[: _SUBJECT - 1] + "…"


def _other_ids(ticket: Mapping[str, Any]) -> Iterator[str]:
    """Yield the ids by which other systems know a ticket, which v1, v4 and v5 name differently."""
    named = (text_of(one.get("id")) for one in _items(ticket, "externalIdentifier"))
    own = (text_of(ticket.get(name)) for name in ("externalId", "correlationId"))
    yield from (found for found in (*own, *named) if found)


def _type(ticket: Mapping[str, Any]) -> str:
    """Return the type of a ticket: until v2 it was called so, and MEF 124 has one of incidents."""
    return next((said for name in ("ticketType", "incidentType", "type") if (said := text_of(ticket.get(name)))), "")


def _reason(ticket: Mapping[str, Any]) -> str:
    said = _words(ticket.get("reason"))
    return "" if said.casefold() in ("unknown", "none") else said


def _began(ticket: Mapping[str, Any]) -> Any:
    """Return when the trouble began: fields of MEF 124, one of which v5 carries as a characteristic."""
    told = (one.get("value") for one in _items(ticket, _CHARACTERISTIC) if one.get("name") == "issueStartDate")
    return ticket.get("issueStartDate") or ticket.get("situationStartDate") or next(told, None)


def _is_problem(ticket: Mapping[str, Any]) -> bool:
    named = (
        str(ticket.get("@type") or "") == "ServiceProblem" or "/serviceproblem/" in str(ticket.get("href")).casefold()
    )
    return named or bool(ticket.keys() & {"originatorParty", "problemEscalation", "impactImportanceFactor"})


def _grade(ticket: Mapping[str, Any], *, problem: bool) -> str | None:
    """Return the grade of a ticket's priority, else of its severity; the handler's own judgement comes first."""
    for name in ("sellerPriority", "priority", "sellerSeverity", "severity"):
        said = text_of(ticket.get(name))
        grade = grade_of(said, steps=_PROBLEM_STEPS if problem and name == "priority" else 5) if said else None
        if grade:
            return grade
    return None


def _status_of_event(kind: str) -> TicketStatus | None:
    """Return the status that an event is the news of, where its ticket does not say it."""
    word = kind.casefold()
    return "resolved" if word.endswith("resolvedevent") else "cancelled" if word.endswith("deleteevent") else None


def _is_partial(ticket: Mapping[str, Any], kind: str) -> bool:
    """Tell a change from a whole ticket: a ticket is made with words about it, and an event says more than its name."""
    if kind.casefold().endswith("createevent"):
        return False
    return "description" not in ticket and ("name" not in ticket or bool(kind))


def _notes(ticket: Mapping[str, Any]) -> Iterator[TicketNote]:
    for note in _items(ticket, "note", "notes"):
        text = _words(note.get("text"))
        if text:
            yield TicketNote(instant(note.get("date")), text_of(note.get("author")), text)
    for record in _items(ticket, "trackingRecord"):
        text = _words(record.get("description"))
        if text:
            yield TicketNote(instant(record.get("time")), text_of(record.get("user")), text)


def _history(ticket: Mapping[str, Any]) -> Iterator[StatusChange]:
    """Yield the steps of the history, which v4 and v5 name differently."""
    for step in _items(ticket, "statusChange", "statusChangeHistory"):
        said = text_of(step.get("status"))
        at = instant(step.get("changeDate") or step.get("statusChangeDate"))
        yield StatusChange(
            at, status_of(said), said, _words(step.get("changeReason") or step.get("statusChangeReason"))
        )


def _parties(ticket: Mapping[str, Any]) -> Iterator[Party]:
    """Yield people and organisations: v1 and v2 point to them, v4 names them in place, v5 inside, MEF as contacts."""
    for item in _items(ticket, "relatedParty", "relatedParties", "originatorParty", "responsibleParty"):
        inner = item.get("partyOrPartyRole")
        party = inner if isinstance(inner, Mapping) else item
        pointed_to, name = _pointed_to(party)
        kind = text_of(party.get("@referredType") or party.get("referredType")) or pointed_to
        found = Party(
            text_of(item.get("role")) or kind,
            kind,
            text_of(party.get("id")) or (name if pointed_to else ""),
            text_of(party.get("name")) or ("" if pointed_to else name),
            _contact(party),
        )
        if found.id or found.name:
            yield found
    for item in _items(ticket, "relatedContactInformation"):
        name, organisation = text_of(item.get("name")), text_of(item.get("organization"))
        yield Party(text_of(item.get("role")), "Individual", "", name, _contact(item))
        if organisation:
            yield Party(text_of(item.get("role")), "Organization", "", organisation)


def _contact(party: Mapping[str, Any]) -> str:
    direct = text_of(party.get("emailAddress")) or text_of(party.get("number"))
    if direct:
        return direct
    for medium in _items(party, "contactMedium"):
        inner = medium.get("characteristic")
        said = inner if isinstance(inner, Mapping) else medium
        found = text_of(said.get("emailAddress")) or text_of(said.get("phoneNumber"))
        if found:
            return found
    return ""


def _objects(ticket: Mapping[str, Any]) -> Iterator[str]:
    """Yield what a ticket is about as ``type:id``."""
    for item in _items(ticket, "relatedObject", "relatedObjects"):
        kind, name = _pointed_to(item)
        yield from _object(kind or "entity", {**item, "id": item.get("id") or name})
    for item in _items(ticket, "relatedEntity"):
        inner = item.get("entity")
        entity = inner if isinstance(inner, Mapping) else item
        yield from _object(text_of(entity.get("@referredType") or item.get("@referredType")) or "entity", entity)
    for name in ("affectedService", "affectedResource", "rootCauseService", "rootCauseResource"):
        for entity in _items(ticket, name):
            yield from _object("service" if name.endswith("Service") else "resource", entity)


def _pointed_to(item: Mapping[str, Any]) -> tuple[str, str]:
    """Return the kind and the name that a reference of v1 or v2 points to (``/circuit/77``), or a name without kind."""
    path = text_of(item.get("reference"))
    if "/" not in path:
        return "", path
    *before, name = path.rstrip("/").split("/")
    return (before[-1] if before else ""), name


def _object(kind: str, entity: Mapping[str, Any]) -> Iterator[str]:
    name = text_of(entity.get("id")) or text_of(entity.get("name"))
    word = re.sub(r"\W+", "_", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", kind)).strip("_").casefold() or "entity"
    if name:
        yield f"{word}:{name}"[:_OBJECT]


def _related(ticket: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for item in _items(ticket, "troubleTicketRelationship", "ticketRelationship", "relatedIssue", "troubleTicket"):
        name = text_of(item.get("id"))
        if name:
            yield text_of(item.get("relationshipType")) or "related", name


def _files(ticket: Mapping[str, Any]) -> Iterator[dict[str, object]]:
    """Yield what is said of attached files; their names are data, and what they hold stays in the original."""
    for item in _items(ticket, "attachment"):
        yield {
            "name": text_of(item.get("name")),
            "type": text_of(item.get("mimeType")),
            "description": _words(item.get("description")),
            "url": text_of(item.get("url") or item.get("href")),
        }
