"""Trouble tickets of TMF621, of MEF 124, of ServiceNow's variant, and TMF656 service problems, to drafts.

TMF621 is understood from its first version to v5. A body is one ticket, a list, an event with its ticket, a merge patch
or a JSON patch; the last two change a ticket. What is a part of a ticket only, or something else, is quarantined with
what it seems to be. It must not touch the store or decide what becomes of a ticket: that is the desk's.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from noc_console.errors import BadInput
from noc_console.i18n import N_, _
from noc_console.intake import known_shapes, tmf_ticket
from noc_console.workflows.drafts import Quarantined, TicketDraft

WANTED: Final = N_("a trouble ticket of TMF621")
#: What TMF621 or one of its variants calls a field, beside those that any record may have.
_OWN: Final = frozenset((
    "ticketType", "statusChangeReason", "statusChangeDate", "statusChange", "statusChangeHistory",
    "troubleTicketRelationship", "relatedEntity", "relatedParty", "requestedResolutionDate",
    "expectedResolutionDate", "resolutionDate", "externalId", "externalIdentifier", "creationDate", "lastUpdate",
    "troubleTicketCharacteristic", "troubleTicketSpecification", "relatedContactInformation", "issueStartDate",
    "observedImpact", "sellerPriority", "sellerSeverity", "relatedIssue", "correlationId", "severity", "priority",
    "note", "subStatus", "category", "targetResolutionDate", "relatedObject", "relatedObjects", "relatedParties",
    "ticketRelationship",
))  # fmt: skip
_ANY: Final = frozenset((
    "id", "href", "name", "description", "status", "attachment", "channel", "@type", "@baseType", "@schemaLocation",
))  # fmt: skip
_PROBLEM: Final = frozenset((
    "originatorParty", "responsibleParty", "affectedService", "affectedResource", "problemEscalation",
    "impactImportanceFactor", "affectedNumberOfServices", "rootCauseService", "rootCauseResource",
    "underlyingAlarm", "underlyingProblem",
))  # fmt: skip
#: How many fields of its own tell a ticket that does not say what it is.
_ENOUGH: Final = 2
#: A part of a ticket -> the fields by which it is known, none of which a ticket has.
_PARTS: Final = (
    (N_("an attachment"), ("attachmentId", "attachmentType", "mimeType")),
    (N_("a relationship to another ticket"), ("relationshipType",)),
    (N_("a note"), ("text",)),
    (N_("a step of a status history"), ("changeDate", "changeReason")),
    (N_("a contact"), ("emailAddress", "partyOrPartyRole")),
)
#: What an event is about, by the name under which it brings it.
_PAYLOADS: Final = ("troubleTicket", "serviceProblem", "incident")
#: A kind of tickets, which the catalogue of an interface has, is none itself.
_CATALOGUE: Final = "troubleticketspecification"
_WRAPPERS: Final = ("troubleTicket", "troubleTickets", "serviceProblem", "result", "results", "items")
#: What any interface may call what it brings: opened only where tickets are in it.
_LOOSE: Final = ("ticket", "tickets", "data", "records", "content", "value")


def parse(raw: bytes, *, where: str = "-") -> Iterator[TicketDraft | Quarantined]:
    """Yield every ticket of an input in order; what is none is quarantined with its reason, and stops no other."""
    try:
        value = known_shapes.load(raw, where=where)
    except BadInput as error:
        yield Quarantined.of("unreadable", str(error), raw)
        return
    patched = _json_patch(value)
    if patched is not None:
        yield from _one(patched, raw, where=where)
        return
    items = _items(value)
    if not items:
        yield Quarantined.of("not_a_ticket", known_shapes.not_taken(value, where=where, wanted=WANTED), raw)
        return
    if len(items) == 1:
        yield from _one(items[0], raw, where=where)
        return
    if not any(_is_taken(item) for item in items):  # another system's list is kept whole
        yield Quarantined.of("not_a_ticket", known_shapes.not_taken(value, where=where, wanted=WANTED), raw)
        return
    for number, item in enumerate(items):
        yield from _one(item, _bytes_of(item), where=f"{where}#{number}")


def _items(value: Any) -> list[Any]:
    """Return the tickets or events of a body: of a list its items, of a wrapper what is in it."""
    if isinstance(value, list):
        return value[: known_shapes.MAX_ITEMS]
    if isinstance(value, Mapping) and "eventType" not in value and not _own_fields(value):
        for name in _WRAPPERS:
            inner = value.get(name)
            if isinstance(inner, list) and inner and isinstance(inner[0], Mapping):
                return inner[: known_shapes.MAX_ITEMS]
            if isinstance(inner, Mapping):
                return [inner]
        for name in _LOOSE:
            inner = value.get(name)
            brought = inner[: known_shapes.MAX_ITEMS] if isinstance(inner, list) else [inner]
            if any(_is_taken(item) for item in brought):
                return brought
    return [value]


def _one(item: Any, body: bytes, *, where: str) -> Iterator[TicketDraft | Quarantined]:
    if not isinstance(item, Mapping):
        yield Quarantined.of("not_a_ticket", _("{where}: this is not {wanted}", where=where, wanted=_(WANTED)), body)
        return
    ticket, event = _opened(item)
    if not _is_taken(item):
        part = _part(ticket)
        text = (
            _("{where}: this is {part} alone, without its ticket", where=where, part=_(part))
            if part
            else known_shapes.not_taken(item, where=where, wanted=WANTED)
        )
        # Whoever corrects it by hand sees its words, and need not open the body.
        said = tmf_ticket.said_of(ticket if part else item)
        yield Quarantined.of("part_of_ticket" if part else "not_a_ticket", text, body, said)
        return
    draft = tmf_ticket.draft_of(ticket, event=event, body=body)
    why = _why_not(draft)
    if why:
        yield Quarantined.of(why, _(_REASONS[why], where=where), body, draft.to_json())
    else:
        yield draft


_REASONS: Final = {
    "no_id": N_("{where}: it changes a ticket and does not say which: it has no id"),
    "nothing_said": N_("{where}: the ticket says neither what it is about nor what has changed"),
}


def _why_not(draft: TicketDraft) -> str:
    """Return why nothing can be made of a ticket, empty where something can."""
    if draft.partial and not draft.external_id:
        return "no_id"
    told = draft.subject or draft.symptom or draft.status or draft.notes or draft.said.keys() - _ANY or draft.event
    return "" if told else "nothing_said"


def _opened(item: Mapping[str, Any]) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Return the ticket of an event and what its envelope says, or the item itself and nothing."""
    if "eventType" not in item and not isinstance(item.get("event"), Mapping):
        return item, {}
    envelope = {name: value for name, value in item.items() if name != "event"}
    payload = item.get("event")
    if not isinstance(payload, Mapping):
        return {}, envelope
    for name in _PAYLOADS:
        inner = payload.get(name)
        if isinstance(inner, Mapping):
            return inner, {**envelope, **{key: value for key, value in payload.items() if key != name}}
    return payload, envelope


def _is_taken(item: Any) -> bool:
    """Tell whether an item is a ticket, a service problem, an event about one, or a change of one."""
    if not isinstance(item, Mapping):
        return False
    ticket, event = _opened(item)
    named = str(ticket.get("@type") or "").casefold()
    href = str(ticket.get("href") or "").casefold()
    kind = str(event.get("eventType") or "").casefold()
    if _CATALOGUE in kind or _CATALOGUE in named or f"/{_CATALOGUE}/" in href:
        return False
    if event:
        payload = item.get("event")
        brings = isinstance(payload, Mapping) and any(isinstance(payload.get(name), Mapping) for name in _PAYLOADS)
        return bool(ticket) and (
            brings or "troubleticket" in kind or "serviceproblem" in kind or kind.startswith("incident")
        )
    if _is_reference(ticket):
        return False
    if named in ("troubleticket", "serviceproblem", "incident") or "troubleticket" in named:
        return True
    if "/troubleticket/" in href or "/serviceproblem/" in href:
        return True
    return _has_shape(ticket)


def _has_shape(ticket: Mapping[str, Any]) -> bool:
    """Tell a ticket without a type by its fields, and a bare change of one by having no others."""
    keys = ticket.keys()
    if _part(ticket) or known_shapes.seems(ticket):
        return False
    if len(keys & _OWN) >= _ENOUGH or len(keys & _PROBLEM) >= _ENOUGH:
        return True
    return bool(keys & (_OWN | {"status"})) and not keys - _OWN - _ANY


def _is_reference(ticket: Mapping[str, Any]) -> bool:
    """Tell what points to a ticket from one: it has a relation and nothing of a ticket's own."""
    return "relationshipType" in ticket and not ticket.keys() & (_OWN - {"creationDate", "correlationId"})


def _part(ticket: Mapping[str, Any]) -> str:
    """Return which part of a ticket this is alone, as a msgid; empty where it is none."""
    if ticket.keys() & (_OWN - {"creationDate", "lastUpdate"}):
        return ""
    return next((name for name, marks in _PARTS if ticket.keys() & set(marks)), "")


def _own_fields(value: Mapping[str, Any]) -> bool:
    return len(value.keys() & _OWN) >= _ENOUGH


def _json_patch(value: Any) -> Mapping[str, Any] | None:
    """Return the merge patch that a JSON patch (RFC 6902) amounts to, None for what is none.

    Only whole fields and items added to a list are understood; a test of the id says which ticket it is.
    """
    if not isinstance(value, list) or not value:
        return None
    if not all(isinstance(step, Mapping) and isinstance(step.get("path"), str) and "op" in step for step in value):
        return None
    patch: dict[str, Any] = {"@type": "TroubleTicket"}
    for step in value[: known_shapes.MAX_ITEMS]:
        name, _slash, rest = step["path"].strip("/").partition("/")
        if step["op"] in ("add", "replace") or (step["op"] == "test" and name == "id"):
            whole = step.get("value")
            patch[name] = [*patch.get(name, []), whole] if rest in ("-", "0") or rest.isdecimal() else whole
    return patch


def _bytes_of(item: Any) -> bytes:
    """Return one item of a list as bytes of its own: the same for the same item wherever it stands."""
    return json.dumps(item, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
