"""Trouble tickets of TMF621 v4 and v5, MEF 124, ServiceNow and TMF656: what is understood, and what is kept whole."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from noc_console.intake import tmf621
from noc_console.intake.ticket_words import grade_of, service_type_of, status_of
from noc_console.workflows.drafts import Quarantined, TicketDraft
from tests.intake.hostile_json import BREAKAGE, shapes

V4: dict[str, Any] = {
    "id": "TT-77",
    "href": "https://carrier.example/tmf-api/troubleTicket/v4/troubleTicket/TT-77",
    "name": "No light on port 3",
    "description": "Customer sees loss of signal since nine",
    "severity": "Major",
    "priority": "2 - High",
    "ticketType": "incident",
    "status": "held",
    "creationDate": "2026-03-01T09:00:00+08:00",
    "lastUpdate": "2026-03-01T10:00:00Z",
    "externalId": "HZ1-42",
    "note": [{"author": "Li", "date": "2026-03-01T02:00:00Z", "text": "splice team is on the way"}],
    "relatedEntity": [{"id": "HZ-0042", "role": "affected", "@referredType": "CircuitRef"}],
    "relatedParty": [
        {"id": "9", "name": "Mill Ltd", "role": "customer", "@referredType": "Organization"},
        {"id": "8", "name": "Wang Fang", "role": "requester", "@referredType": "Individual"},
    ],
    "statusChange": [
        {"changeDate": "2026-03-01T01:00:00Z", "status": "acknowledged"},
        {"changeDate": "2026-03-01T01:30:00Z", "status": "held", "changeReason": "no spare"},
    ],
    "troubleTicketRelationship": [{"id": "TT-70", "relationshipType": "dependency"}],
    "attachment": [{"name": "../../etc/passwd", "mimeType": "image/png", "content": "aGVsbG8=", "url": "https://x"}],
    "@type": "TroubleTicket",
}


def parse(body: Any) -> list[TicketDraft | Quarantined]:
    """Read a body given as a value or as bytes."""
    return list(tmf621.parse(body if isinstance(body, bytes) else json.dumps(body).encode(), where="in.json"))


def one(body: Any) -> TicketDraft:
    """Read a body with one ticket."""
    (draft,) = parse(body)
    assert isinstance(draft, TicketDraft), draft
    return draft


def refused(body: Any) -> Quarantined:
    """Read a body that is kept whole."""
    (draft,) = parse(body)
    assert isinstance(draft, Quarantined), draft
    return draft


def test_a_ticket_of_v4_is_understood() -> None:
    draft = one(V4)
    assert (draft.external_id, draft.other_ids) == ("TT-77", ("HZ1-42",))
    assert (draft.subject, draft.symptom) == ("No light on port 3", "Customer sees loss of signal since nine")
    assert (draft.status, draft.grade, draft.service_type, draft.partial) == ("held", "P2", "fault", False)
    assert draft.occurred_at == datetime(2026, 3, 1, 1, tzinfo=UTC)
    assert draft.objects == ("circuit_ref:HZ-0042",)
    assert [(party.role, party.name) for party in draft.parties] == [
        ("customer", "Mill Ltd"),
        ("requester", "Wang Fang"),
    ]
    assert [(step.status, step.reason) for step in draft.history] == [("acknowledged", ""), ("held", "no spare")]
    assert (draft.notes[0].author, draft.notes[0].text) == ("Li", "splice team is on the way")
    assert draft.related == (("dependency", "TT-70"),)
    assert draft.files[0]["name"] == "../../etc/passwd", "a name is data"
    assert "content" not in json.dumps(draft.to_json()), "contents of files stay out of it"


def test_v5_says_the_same_in_other_places() -> None:
    draft = one(
        {
            "id": "5",
            "description": "slow",
            "externalIdentifier": [{"id": "HZ1-7", "owner": "noc"}],
            "relatedEntity": [{"role": "x", "entity": {"id": "OLT-3", "@referredType": "Resource"}}],
            "relatedParty": [{"role": "requester", "partyOrPartyRole": {"id": "8", "name": "Wang Fang"}}],
            "statusChangeHistory": [
                {"statusChangeDate": "2026-03-01T01:00:00Z", "status": "pending", "statusChangeReason": "access"}
            ],
            "troubleTicketCharacteristic": [{"name": "issueStartDate", "value": "2026-03-01T00:00:00Z"}],
            "@type": "TroubleTicket",
        }
    )
    assert (draft.other_ids, draft.objects, draft.parties[0].name) == (("HZ1-7",), ("resource:OLT-3",), "Wang Fang")
    assert (draft.history[0].status, draft.history[0].reason) == ("pending", "access")
    assert draft.occurred_at == datetime(2026, 3, 1, tzinfo=UTC)
    assert draft.subject == "slow", "where there is no name the description begins with one"


def test_mef_names_contacts_and_when_it_began() -> None:
    draft = one(
        {
            "id": "m-1",
            "description": "Ethernet service is down",
            "issueStartDate": "2026-03-01T00:00:00Z",
            "observedImpact": "down",
            "severity": "extensive",
            "priority": "critical",
            "ticketType": "assistance",
            "status": "assessingCancellation",
            "relatedContactInformation": [
                {"role": "reporterContact", "name": "Ann", "emailAddress": "ann@buyer.example", "number": "+1 555"}
            ],
        }
    )
    assert (draft.grade, draft.status, draft.service_type) == ("P1", "inProgress", "consultation")
    assert (draft.parties[0].name, draft.parties[0].contact) == ("Ann", "ann@buyer.example")


def test_servicenow_writes_times_without_a_zone_and_mark_up_in_notes() -> None:
    draft = one(
        {
            "id": "a1",
            "name": "Router",
            "status": "Awaiting Info",
            "severity": "1 - Critical",
            "creationDate": "2026-03-01 22:39:28",
            "note": [{"text": "hello<script>alert(1)</script>", "author": "admin"}],
            "relatedParty": [{"id": "", "name": "", "@referredType": "assigned_to"}],
            "@type": "TroubleTicket",
        }
    )
    assert draft.created_at == datetime(2026, 3, 1, 22, 39, 28, tzinfo=UTC)
    assert (draft.status, draft.grade, draft.notes[0].text, draft.parties) == ("pending", "P1", "helloalert(1)", ())


def test_a_service_problem_is_a_ticket_whose_priority_counts_to_ten() -> None:
    problem = {"id": "sp", "description": "no route", "priority": 4, "reason": "unknown", "@type": "ServiceProblem"}
    assert one({**problem, "affectedService": [{"id": "VPN-1"}]}).grade == "P2"
    assert one({**problem, "affectedService": [{"id": "VPN-1"}]}).objects == ("service:VPN-1",)
    assert one(problem).symptom == "no route"


def test_events_carry_their_ticket_and_say_of_themselves() -> None:
    event = {"eventType": "TroubleTicketStatusChangeEvent", "eventId": "e1", "description": "about the event"}
    draft = one({**event, "event": {"troubleTicket": {"id": "TT-77", "status": "resolved"}}})
    assert (draft.external_id, draft.status, draft.partial, draft.symptom) == ("TT-77", "resolved", True, "")
    assert draft.event["description"] == "about the event"
    created = one({**event, "eventType": "TroubleTicketCreateEvent", "event": {"troubleTicket": V4}})
    assert (created.partial, created.subject) == (False, "No light on port 3")
    mef = one({"eventType": "troubleTicketResolvedEvent", "event": {"id": "m-1", "href": "https://x"}})
    assert (mef.external_id, mef.status, mef.partial) == ("m-1", "resolved", True)
    gone = one({**event, "eventType": "TroubleTicketDeleteEvent", "event": {"troubleTicket": {"id": "1"}}})
    assert gone.status == "cancelled"


def test_patches_change_the_ticket_that_they_name() -> None:
    merged = one({"id": "TT-77", "status": "closed", "@type": "TroubleTicket"})
    assert (merged.partial, merged.status) == (True, "closed")
    steps = [
        {"op": "test", "path": "/id", "value": "TT-77"},
        {"op": "replace", "path": "/status", "value": "resolved"},
        {"op": "add", "path": "/note/-", "value": {"author": "Li", "text": "done"}},
        {"op": "remove", "path": "/severity"},
    ]
    patched = one(steps)
    assert (patched.external_id, patched.status, patched.notes[0].text) == ("TT-77", "resolved", "done")
    for body in ({"status": "resolved", "@type": "TroubleTicket"}, steps[1:]):
        held = refused(body)
        assert held.reason_code == "no_id"
        assert held.parsed is not None
        assert held.parsed["status"] == "resolved", "what it says is shown to whoever takes it by hand"


def test_a_list_is_read_one_by_one_and_a_wrong_item_stops_no_other() -> None:
    drafts = parse([V4, {"hello": "world"}, 3, {**V4, "id": "TT-78"}])
    assert [getattr(draft, "external_id", "-") for draft in drafts] == ["TT-77", "-", "-", "TT-78"]
    wrapped = parse({"result": [V4, {**V4, "id": "2"}]})
    assert [getattr(draft, "external_id", "-") for draft in wrapped] == ["TT-77", "2"]
    lines = parse(b"\n".join(json.dumps({**V4, "id": str(n)}).encode() for n in range(3)))
    assert [getattr(draft, "external_id", "-") for draft in lines] == ["0", "1", "2"]


@pytest.mark.parametrize(
    ("body", "code", "words"),
    [
        ({"attachmentId": "a", "mimeType": "image/png", "name": "x"}, "part_of_ticket", "an attachment alone"),
        ({"id": "9", "relationshipType": "caused by", "creationDate": "x"}, "part_of_ticket", "a relationship"),
        ({"author": "Li", "text": "done", "date": "x"}, "part_of_ticket", "a note alone"),
        ({"page": {"id": "x"}, "incidents": []}, "not_a_ticket", "a Statuspage summary"),
        ({"tlp": 2, "pap": 2, "title": "case"}, "not_a_ticket", "a TheHive case"),
        ({"event": {"commonEventHeader": {"domain": "fault"}}}, "not_a_ticket", "a VES event"),
        ({"freshdesk_webhook": {"ticket_id": 1}}, "not_a_ticket", "a Freshdesk notification"),
        ([{"TicketID": "1", "TicketNumber": "2", "Title": "x"}], "not_a_ticket", "an OTRS ticket"),
        ({"perceivedSeverity": "MAJOR", "alarmType": "x", "state": "raised"}, "not_a_ticket", "a TMF642 alarm"),
        ({"event": {"alarm": {"perceivedSeverity": "MAJOR", "alarmType": "x"}}}, "not_a_ticket", "a TMF642 alarm"),
        ({"code": "404", "reason": "no such ticket"}, "not_a_ticket", "an error answer"),
        ({"id": "x", "callback": "https://x"}, "not_a_ticket", "a subscription"),
        ({}, "not_a_ticket", "not a trouble ticket"),
        ([], "not_a_ticket", "not a trouble ticket"),
        (b"From: a@b.example\nSubject: hello\n\ntext\n", "unreadable", "a mail"),
        (b"<13>Oct 11 22:14:15 router %LINK-3-UPDOWN: down", "unreadable", "a syslog message"),
        (b"a;b;c\n1;2;3\n4;5;6\n", "unreadable", "a table"),
        (b"BEGIN:VCALENDAR\nEND:VCALENDAR\n", "unreadable", "a calendar"),
        (b"BEGIN:VEVENT\nUID:1\nEND:VEVENT\n", "unreadable", "a calendar"),
        (b"<?xml version='1.0'?><a/>", "unreadable", "XML"),
        (b"", "unreadable", "empty"),
        (b"{", "unreadable", "no JSON"),
    ],
)
def test_what_is_no_ticket_is_kept_whole_and_says_what_it_seems_to_be(body: Any, code: str, words: str) -> None:
    held = refused(body)
    assert held.reason_code == code
    assert words in held.text
    assert held.raw == (body if isinstance(body, bytes) else json.dumps(body).encode())


def test_hostile_text_is_clean_and_bounded() -> None:
    draft = one({**V4, "name": "a\x1b]0;x\x07\u202eb" + "x" * 1_000, "id": "1\x9b31m", "description": "=1+1\n\x00two"})
    assert draft.subject.startswith("a]0;xb")
    assert len(draft.subject) == 300
    assert draft.external_id == "1"
    assert draft.symptom == "=1+1\ntwo"


@pytest.mark.parametrize("raw", BREAKAGE, ids=range(len(BREAKAGE)))
def test_broken_json_is_quarantined(raw: bytes) -> None:
    assert all(isinstance(draft, Quarantined) for draft in parse(raw))


@settings(max_examples=300, deadline=2_000, suppress_health_check=[HealthCheck.too_slow])
@given(
    shapes([*V4, "event", "eventType", "troubleTicket", "entity", "partyOrPartyRole", "op", "path"], ["TroubleTicket"])
)
def test_no_shape_of_json_breaks_the_reader(raw: bytes) -> None:
    for draft in parse(raw):
        json.dumps(draft.to_json())
        assert isinstance(draft, TicketDraft | Quarantined)


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("In Progress", "inProgress"), ("in_progress", "inProgress"), ("WIP", None), ("Awaiting User Info", "pending"),
        ("On Hold", "held"), ("Closed/Resolved", None), ("closed successful", "closed"), ("Canceled", "cancelled"),
        ("处理中", "inProgress"), ("已归档", "closed"), ("挂起", "held"), ("", None),
        ("pending auto close+", "resolved"),
    ],
)  # fmt: skip
def test_states_of_other_systems(word: str, status: str | None) -> None:
    assert status_of(word) == status


@pytest.mark.parametrize(
    ("word", "grade"),
    [
        ("Critical", "P1"), ("2 - High", "P2"), ("3", "P3"), ("P4", "P4"), ("Sev 2", "P2"), ("sev2", "P2"),
        ("紧急", "P1"), ("一般", "P3"), ("3 normal", "P3"), ("7", None),
        ("", None), ("whatever", None), ("significant", "P2"), ("1-Urgent", "P1"),
    ],
)  # fmt: skip
def test_grades_of_other_systems(word: str, grade: str | None) -> None:
    assert grade_of(word) == grade


def test_types_of_other_systems() -> None:
    said = {
        word: service_type_of(word) for word in ("incident", "Service Request", "Bill Dispute", "Normal Change", "")
    }
    assert list(said.values()) == ["fault", "consultation", "consultation", "change", "fault"]


def test_an_event_is_known_by_the_ticket_that_it_brings() -> None:
    draft = one({"eventId": "e-9", "eventType": "NewCase", "event": {"troubleTicket": V4}})
    assert (draft.external_id, draft.subject, draft.event["eventId"]) == ("TT-77", "No light on port 3", "e-9")


@pytest.mark.parametrize(
    "body",
    [
        {"id": "S1", "name": "Billing", "description": "what to ask", "@type": "TroubleTicketSpecification"},
        {
            "id": "S1",
            "name": "Billing",
            "lastUpdate": "2026-03-01T10:00:00Z",
            "creationDate": "2026-03-01T10:00:00Z",
            "href": "https://carrier.example/troubleTicket/v5/troubleTicketSpecification/S1",
        },
        {
            "eventType": "TroubleTicketSpecificationCreateEvent",
            "event": {"troubleTicketSpecification": {"id": "S1", "name": "Billing"}},
        },
    ],
)
def test_a_kind_of_tickets_is_no_ticket(body: dict[str, Any]) -> None:
    kept = refused(body)
    assert kept.reason_code == "not_a_ticket"
    assert kept.parsed and "S1" in json.dumps(kept.parsed), "what it says is at hand where somebody corrects it"


# --- Before v4 -----------------------------------------------------------------------------------------------

FIRST = {
    "id": 7, "correlationId": "C-1", "type": "Question", "description": "Noise on the line of the mill.",
    "severity": "High", "creationDate": "2026-03-01T08:16:39Z", "targetResolutionDate": "2026-03-08T10:20:00Z",
    "status": "In Progress", "subStatus": "Held", "statusChangeReason": "Waits for the line test.",
    "relatedParties": [{"role": "Originator", "reference": "/customer/1234"}, {"role": "Owner", "reference": "Ann"}],
    "relatedObjects": [{"involvement": "Disturbed", "reference": "/circuit/MILL-1"}, {"reference": "olt-3"}],
    "notes": [{"date": "2026-03-01T09:00:00Z", "author": "Ann Lee", "text": "Called back"}],
}  # fmt: skip


@pytest.mark.parametrize("wrapped", ["", "ticket", "data"])
def test_a_ticket_of_v1_is_understood(wrapped: str) -> None:
    (draft,) = parse({wrapped: FIRST} if wrapped else FIRST)
    assert isinstance(draft, TicketDraft)
    assert (draft.external_id, draft.other_ids, draft.subject) == ("7", ("C-1",), "Noise on the line of the mill.")
    assert (draft.status, draft.grade, draft.service_type) == ("inProgress", "P2", "consultation")
    assert draft.wanted_at == datetime(2026, 3, 8, 10, 20, tzinfo=UTC)
    assert draft.objects == ("circuit:MILL-1", "entity:olt-3")
    assert [(party.role, party.kind, party.id, party.name) for party in draft.parties] == [
        ("Originator", "customer", "1234", ""), ("Owner", "", "", "Ann"),
    ]  # fmt: skip
    assert [note.text for note in draft.notes] == ["Called back"]


def test_a_relation_of_v3_is_understood() -> None:
    body = {"id": "8", "description": "x", "status": "InProgress", "ticketRelationship": [{"id": "7"}]}
    (draft,) = parse(body)
    assert isinstance(draft, TicketDraft)
    assert draft.related == (("related", "7"),)


def test_tickets_in_the_envelope_of_any_interface() -> None:
    found = parse({"total": 2, "records": [FIRST, FIRST | {"id": 9}]})
    assert [draft.external_id for draft in found if isinstance(draft, TicketDraft)] == ["7", "9"]
    (other,) = parse({"total": 1, "records": [{"sku": "x", "price": 3}]})
    assert isinstance(other, Quarantined)
