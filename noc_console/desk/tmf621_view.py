"""A ticket of ours as other systems read it: TMF621, v4 or v5. Notes for colleagues stay here.

Reads only. What comes back is understood by ``intake/tmf621.py``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from noc_console.clock import to_json
from noc_console.desk.timeline import Entry

if TYPE_CHECKING:
    from datetime import datetime

    from noc_console.desk.ticket_view import TicketView

#: What ``noc ticket export --as`` takes -> the version of TMF621.
FORMATS: Final = {"tmf621": 4, "tmf621-v4": 4, "tmf621-v5": 5}
#: Our state -> a status of TMF621: pending waits for its originator, held for somebody else.
STATUSES: Final = {
    "registered": "acknowledged",
    **dict.fromkeys(
        ("accepted", "diagnosing", "located", "planned", "approved", "executing", "working", "answered"), "inProgress"
    ),
    "waiting_customer": "pending",
    "waiting_third_party": "held",
    **dict.fromkeys(("restored", "feedback_given"), "resolved"),
    **dict.fromkeys(("closed", "archived", "merged"), "closed"),
    "cancelled": "cancelled",
    "rejected": "rejected",
}
_PRIORITIES: Final = {"P1": "Critical", "P2": "High", "P3": "Medium", "P4": "Low", "P5": "Lowest"}
_SEVERITIES: Final = {"P1": "Critical", "P2": "Major", "P3": "Minor", "P4": "Low", "P5": "Warning"}
_INDIVIDUAL: Final = "Individual"
_RELATIONS: Final = {"parent": "isChildOf", "child": "isParentOf"}
#: MEF 124 has this name for the time at which the trouble began, TMF621 none.
BEGAN: Final = "issueStartDate"


def trouble_ticket(view: TicketView, version: int = 4) -> dict[str, Any]:
    """Return a ticket as the TroubleTicket of TMF621 v4 or v5, without what it has no value for."""
    row = view.row
    history = list(_history(view.entries))
    last = history[-1] if history else (row["registered_at"], STATUSES[row["state"]], "register")
    body = {
        "id": row["ref"],
        "href": f"/tmf-api/troubleTicket/v{version}/troubleTicket/{row['ref']}",
        "name": row["subject"],
        "description": row["symptom"] or row["subject"],
        "ticketType": "incident" if row["service_type"] == "fault" else row["service_type"],
        "severity": _SEVERITIES.get(row["grade"], row["grade"]),
        "priority": _PRIORITIES.get(row["grade"], row["grade"]),
        "status": STATUSES[row["state"]],
        "statusChangeDate": _at(last[0]),
        "statusChangeReason": last[2],
        "creationDate": _at(row["registered_at"]),
        "lastUpdate": _at(row["last_event_at"] or row["registered_at"]),
        "expectedResolutionDate": _at(row["restore_due"]),
        "resolutionDate": _at(row["restored_at"]),
        "channel": {"id": row["channel"], "name": row["channel"], "@type": "ChannelRef"},
        "note": list(_notes(view)),
        "attachment": list(_attachments(view)),
        "troubleTicketRelationship": list(_relations(view, version)),
        **(_in_v5(row, history) if version == 5 else _in_v4(row, history)),
        "@type": "TroubleTicket",
        "@baseType": "Entity",
    }
    return {name: value for name, value in body.items() if value not in (None, "", [])}


def _in_v4(row: Mapping[str, Any], history: list[tuple[datetime, str, str]]) -> dict[str, Any]:
    return {
        BEGAN: _at(row["occurred_at"]),
        "externalId": row["external_id"],
        "relatedEntity": [
            {"id": name, "role": "affected", "@type": "RelatedEntity", "@referredType": kind}
            for kind, name in _objects(row)
        ],
        "relatedParty": [
            {"id": name, "name": name, "role": role, "@type": "RelatedParty", "@referredType": kind}
            for role, kind, name in _parties(row)
        ],
        "statusChange": [
            {"changeDate": _at(at), "changeReason": reason, "status": status, "@type": "StatusChange"}
            for at, status, reason in history
        ],
    }


def _in_v5(row: Mapping[str, Any], history: list[tuple[datetime, str, str]]) -> dict[str, Any]:
    began = {"name": BEGAN, "valueType": "string", "value": _at(row["occurred_at"]), "@type": "StringCharacteristic"}
    known = {"id": row["external_id"], "owner": row["source_channel"], "@type": "ExternalIdentifier"}
    return {
        "troubleTicketCharacteristic": [began] if row["occurred_at"] else [],
        "externalIdentifier": [known | {"externalIdentifierType": "TroubleTicket"}] if row["external_id"] else [],
        "relatedEntity": [
            {
                "role": "affected",
                "entity": {"id": name, "@type": "EntityRef", "@referredType": kind},
                "@type": "RelatedEntity",
            }
            for kind, name in _objects(row)
        ],
        "relatedParty": [
            {
                "role": role,
                "partyOrPartyRole": {"id": name, "name": name, "@type": "PartyRef", "@referredType": kind},
                "@type": "RelatedPartyRefOrPartyRoleRef",
            }
            for role, kind, name in _parties(row)
        ],
        "statusChangeHistory": [
            {"statusChangeDate": _at(at), "statusChangeReason": reason, "status": status, "@type": "StatusChange"}
            for at, status, reason in history
        ],
    }


def _history(entries: tuple[Entry, ...]) -> Iterator[tuple[datetime, str, str]]:
    """Yield when the status changed, to what, and by which event; steps of ours within one status are none."""
    status = ""
    for entry in entries:
        now = STATUSES.get(entry.to, "")
        if entry.verdict == "applied" and now and now != status:
            status = now
            yield entry.at, now, entry.event


def _objects(row: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for item in row["objects"]:
        kind, colon, name = str(item).partition(":")
        yield (kind, name) if colon else ("element", str(item))


def _parties(row: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Yield role, type and name of the requester's side; how they are reached stays here."""
    if row["requester_name"]:
        yield "requester", _INDIVIDUAL, row["requester_name"]
    if row["requester_organisation"]:
        yield "customer", "Organization", row["requester_organisation"]


def _notes(view: TicketView) -> Iterator[dict[str, Any]]:
    """Yield what was said between the requester's side and us; what colleagues note for each other stays here."""
    for message in view.messages:
        if message["text"]:
            author = message["sender"] if message["direction"] == "in" else view.row["owner"]
            yield {
                "id": message["id"],
                "author": author or message["channel"],
                "date": _at(message["at"]),
                "text": message["text"],
                "@type": "Note",
            }


def _attachments(view: TicketView) -> Iterator[dict[str, Any]]:
    for item in view.attachments:
        yield {
            "id": item["sha256"],
            "name": item["name"],
            "mimeType": item["type"],
            "attachmentType": "file",
            "size": {"amount": item["size"], "units": "bytes"},
            "@type": "Attachment",
        }


def _relations(view: TicketView, version: int) -> Iterator[dict[str, Any]]:
    tied = [(link["other_ref"], _RELATIONS.get(link["type"], link["type"])) for link in view.links]
    tied += [(ref, _RELATIONS["child"]) for ref in view.children]
    for ref, kind in dict.fromkeys(tied):
        yield {
            "id": ref,
            "href": f"/tmf-api/troubleTicket/v{version}/troubleTicket/{ref}",
            "relationshipType": kind,
            "@type": "TroubleTicketRelationship",
        }


def _at(instant: datetime | None) -> str | None:
    return to_json(instant) if instant else None
