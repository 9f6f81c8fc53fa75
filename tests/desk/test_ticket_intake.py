"""Tickets of other systems through the desk: opened, updated, known again, left out, kept; tables; and out again."""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from noc_console.desk import channels, csv_intake, quarantine, ticket_intake
from noc_console.desk.bulk import BATCH, FIRST, Pace
from noc_console.desk.intake_item import IntakeItem
from noc_console.desk.ticket_view import show
from noc_console.desk.tmf621_view import STATUSES, trouble_ticket
from noc_console.errors import BadInput
from noc_console.intake import tmf621
from noc_console.intake.csv_map import TableMap, parse
from noc_console.store import blobs
from noc_console.workflows.catalogue import workflow
from noc_console.workflows.drafts import TicketDraft
from tests.desk.scene import Scene, copy_of

Give = Callable[..., list[IntakeItem]]

TICKET: dict[str, Any] = {
    "id": "TT-77",
    "name": "No light on port 3",
    "description": "光猫红灯 since nine",
    "severity": "Major",
    "ticketType": "incident",
    "status": "acknowledged",
    "creationDate": "2026-04-26T08:00:00Z",
    "relatedEntity": [{"id": "HZ-0042", "role": "affected", "@referredType": "circuit"}],
    "relatedParty": [
        {"id": "9", "name": "Mill Ltd", "role": "customer", "@referredType": "Organization"},
        {"id": "8", "name": "Wang Fang", "role": "requester", "@referredType": "Individual"},
    ],
    "note": [{"author": "Li", "date": "2026-04-26T08:30:00Z", "text": "please hurry"}],
    "@type": "TroubleTicket",
}


@pytest.fixture
def give(scene: Scene, tmp_path: Path) -> Give:
    """Take in one TMF621 body."""

    def take(body: Any, *, dry_run: bool = False, name: str = "in.json") -> list[IntakeItem]:
        path = tmp_path / name
        path.write_bytes(body if isinstance(body, bytes) else json.dumps(body).encode())
        scene.later(seconds=1)
        return list(channels.take(scene.desk("wei"), "tmf621", [str(path)], dry_run=dry_run))

    return take


def ref_of(items: list[IntakeItem]) -> str:
    assert items[0].ref is not None
    return items[0].ref


def words(scene: Scene, ref: str) -> list[tuple[str | None, str | None]]:
    """Return who said what on a ticket."""
    return [(message["sender"], message["text"]) for message in scene.rows("message", ref)]


# --- TMF621 --------------------------------------------------------------------------------------------------


def test_a_ticket_is_registered_with_what_it_says_and_its_original(scene: Scene, give: Give) -> None:
    (item,) = give(TICKET)
    assert (item.action, item.kind, item.reason) == ("opened", "ticket", None)
    row = scene.row(item.ref or "")
    assert (row["subject"], row["symptom"], row["grade"]) == ("No light on port 3", "光猫红灯 since nine", "P2")
    assert (row["requester_name"], row["requester_organisation"], row["objects"]) == (
        "Wang Fang", "Mill Ltd", ["circuit:HZ-0042"],
    )  # fmt: skip
    assert (row["source_channel"], row["external_id"], row["state"]) == ("tmf621", "TT-77", "registered")
    assert (row["created_by"], row["channel"]) == ("intake", "work_order")
    note, first = sorted(scene.rows("message", item.ref or ""), key=lambda message: message["at"])
    assert (note["sender"], note["text"], note["at"].hour) == ("Li", "please hurry", 8)
    with scene.admin.reading() as connection:
        assert json.loads(blobs.read(connection, first["source"])) == TICKET
    assert scene.is_sound()


def test_the_same_words_again_change_nothing(scene: Scene, give: Give) -> None:
    ref = ref_of(give(TICKET))
    token = scene.admin.token()
    again = [*give(TICKET), *give([TICKET, {**TICKET, "id": "TT-78"}], dry_run=True)]
    assert [(item.action, item.ref) for item in again] == [("duplicate", ref), ("duplicate", ref), ("opened", None)]
    assert scene.admin.token() == token


def test_a_dry_run_decides_alike_and_stores_nothing(scene: Scene, give: Give) -> None:
    token = scene.admin.token()
    assert [item.action for item in give([TICKET, {"page": 1}], dry_run=True)] == ["opened", "quarantined"]
    assert scene.admin.token() == token
    assert quarantine.page(scene.admin) == ()


def test_what_is_new_is_told_to_the_owner_and_what_was_said_is_not_told_again(scene: Scene, give: Give) -> None:
    ref = scene.to(ref_of(give(TICKET)), "accepted")
    before = len(words(scene, ref))
    notes = [*TICKET["note"], {"author": "Li", "text": "any news?"}]
    (item,) = give({**TICKET, "note": notes, "priority": "Critical", "status": "inProgress"})
    assert (item.action, item.ref) == ("updated", ref)
    (told, said) = words(scene, ref)[before:]
    assert said == ("Li", "any news?")
    assert told[1] is not None
    assert "state elsewhere: inProgress" in told[1]
    assert "Grade: P1" in told[1]
    assert "please hurry" not in told[1]
    assert scene.row(ref)["grade"] == "P2", "another system proposes a grade, people set it"
    assert ("message_received", "wei") in scene.alerts(ref)


@pytest.mark.parametrize("status", ["closed", "cancelled", "rejected", "resolved"])
@pytest.mark.parametrize("state", ["accepted", "executing", "restored", "feedback_given"])
def test_no_word_from_elsewhere_ends_a_ticket_round_a_gate(scene: Scene, give: Give, status: str, state: str) -> None:
    ref = scene.to(ref_of(give(TICKET)), "diagnosing" if state != "accepted" else state)
    if state != "accepted":
        scene.says("wei", ref, "complete", scope="one", contact="+86 1", domain="access")
        scene.to(ref, state)
    (item,) = give({"id": "TT-77", "status": status, "statusChangeReason": "over", "@type": "TroubleTicket"})
    assert (item.action, scene.state(ref)) == ("updated", state)
    assert ("message_received", "wei") in scene.alerts(ref)


def test_our_own_reference_finds_the_ticket_when_it_comes_back(scene: Scene, give: Give) -> None:
    ref = scene.register()
    (item,) = give({**TICKET, "externalId": ref})
    assert (item.action, item.ref) == ("updated", ref)


def test_an_ended_ticket_hears_no_more_of_its_state_and_a_new_word_opens_one_that_follows(
    scene: Scene, give: Give
) -> None:
    ref = ref_of(give(TICKET))
    scene.says("wei", ref, "cancel", who="Ms Wang", channel="phone", words="never mind")
    (item,) = give({"id": "TT-77", "status": "closed", "@type": "TroubleTicket"})
    assert (item.action, item.ref) == ("ignored", ref)
    (item,) = give({"id": "TT-77", "note": [{"author": "Li", "text": "it is yours"}], "@type": "TroubleTicket"})
    assert item.action == "opened"
    assert item.ref not in (None, ref)


def test_what_has_ended_elsewhere_is_left_out_and_says_so(scene: Scene, give: Give) -> None:
    (item,) = give({**TICKET, "status": "Closed Complete"})
    assert (item.action, item.ref) == ("ignored", None)
    assert "Closed Complete" in (item.reason or "")
    assert item.parsed is not None
    assert item.parsed["subject"] == "No light on port 3"


def test_a_change_of_an_unknown_ticket_is_kept_until_its_beginning_comes(scene: Scene, give: Give) -> None:
    event = {
        "eventType": "TroubleTicketStatusChangeEvent",
        "event": {"troubleTicket": {"id": "TT-77", "status": "pending"}},
    }
    (item,) = give(event)
    assert (item.action, item.ref) == ("quarantined", None)
    assert item.parsed is not None
    assert item.parsed["state"] == "pending"
    (held,) = quarantine.page(scene.admin)
    assert (held["channel"], held["reason"]) == ("tmf621", "unknown_ticket")
    ref = ref_of(give(TICKET, name="later.json"))
    (again,) = give(event)
    assert (again.action, again.ref) == ("updated", ref)


def test_one_that_a_rule_refuses_stops_no_other(scene: Scene, give: Give) -> None:
    items = give([TICKET, {"relationshipType": "x", "id": "1"}, {**TICKET, "id": "TT-78"}, "nothing"])
    assert [item.action for item in items] == ["opened", "quarantined", "opened", "quarantined"]
    assert [item.index for item in items] == [0, 1, 2, 3]


def test_a_ticket_twice_in_one_delivery_is_opened_once_and_updated_then(scene: Scene, give: Give) -> None:
    first, second = give([TICKET, {**TICKET, "status": "pending"}])
    assert (first.action, second.action, second.ref) == ("opened", "updated", first.ref)


STATES_SAID = ("closed", "cancelled", "resolved", "held")


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["TT-1", "TT-2"]), st.sampled_from(STATES_SAID), st.booleans()), max_size=6))
def test_no_sequence_of_words_from_elsewhere_moves_a_ticket(template: Path, said: list[tuple[str, str, bool]]) -> None:
    path = template.with_name(f"{threading.get_ident()}-{time.monotonic_ns()}.db")
    with copy_of(template, path) as scene:
        service = scene.desk("wei").as_service("intake", "system")
        bodies = [{**TICKET, "id": name} for name in ("TT-1", "TT-2")]
        bodies += [
            {"id": name, "status": status, "@type": "TroubleTicket", **({"note": [{"text": status}]} if noted else {})}
            for name, status, noted in said
        ]
        for body in bodies:
            drafts = tmf621.parse(json.dumps(body).encode())
            entries = (ticket_intake.Entry("-", n, draft) for n, draft in enumerate(drafts))
            list(ticket_intake.take(service, ticket_intake.TMF621, entries))
        with scene.admin.reading() as connection:
            states = {row[0] for row in connection.exec_driver_sql("SELECT state FROM ticket")}
        assert states == {"registered"}
        assert scene.is_sound()


# --- Out and in again ----------------------------------------------------------------------------------------

FACTS = ("subject", "symptom", "service_type", "grade", "occurred_at", "objects")


@pytest.mark.parametrize("version", [4, 5])
def test_what_goes_out_comes_in_with_the_same_facts(scene: Scene, give: Give, version: int) -> None:
    ref = ref_of(give({**TICKET, "issueStartDate": "2026-04-26T07:00:00Z"}))
    body = trouble_ticket(show(scene.admin, ref), version)
    (draft,) = tmf621.parse(json.dumps(body).encode())
    (given_,) = tmf621.parse(json.dumps({**TICKET, "issueStartDate": "2026-04-26T07:00:00Z"}).encode())
    assert isinstance(draft, TicketDraft)
    assert isinstance(given_, TicketDraft)
    assert {name: getattr(draft, name) for name in FACTS} == {name: getattr(given_, name) for name in FACTS}
    assert (draft.external_id, draft.other_ids, draft.status) == (ref, ("TT-77",), "acknowledged")
    assert {(party.role, party.name) for party in draft.parties} == {
        (party.role, party.name) for party in given_.parties
    }
    assert [(note.author, note.text, note.at) for note in draft.notes] == [
        (note.author, note.text, note.at) for note in given_.notes
    ]


@pytest.mark.parametrize("kind", ["fault", "request"])
def test_every_state_of_ours_is_a_status_of_the_standard(kind: str) -> None:
    known = {"acknowledged", "rejected", "pending", "held", "inProgress", "resolved", "closed", "cancelled"}
    assert {state.name for state in workflow(kind).states} <= STATUSES.keys()
    assert set(STATUSES.values()) == known


@pytest.mark.parametrize("version", [4, 5])
def test_a_ticket_has_what_the_standard_asks_for(scene: Scene, version: int) -> None:
    """Required fields as in the standard's own schemas; v5 asks for ``@type`` on every part."""
    ref = scene.to(scene.register(objects=("circuit:HZ-1",), grade="P2"), "accepted")
    scene.says("wei", ref, "note", text="for colleagues only")
    scene.says("wei", ref, "inform", channel="phone", text="we are on it")
    later = scene.later(hours=1)
    scene.says("wei", ref, "wait_third_party", reason="carrier", until=scene.now.replace(hour=23), vendor_case="C1")
    body = trouble_ticket(show(scene.admin, ref), version)
    assert {"id", "href", "description", "severity", "ticketType", "status", "creationDate", "@type"} <= body.keys()
    assert (body["status"], body["severity"], body["priority"]) == ("held", "Major", "High")
    history = body["statusChange" if version == 4 else "statusChangeHistory"]
    assert [step["status"] for step in history] == ["acknowledged", "inProgress", "held"]
    assert history[-1]["changeDate" if version == 4 else "statusChangeDate"].startswith(later.strftime("%Y-%m-%dT%H"))
    entity, party = body["relatedEntity"][0], body["relatedParty"][0]
    if version == 4:
        assert {"id", "role", "@referredType"} <= entity.keys()
        assert {"id", "@referredType"} <= party.keys()
    else:
        assert {"id", "@type"} <= entity["entity"].keys()
        assert {"id", "@type"} <= party["partyOrPartyRole"].keys()
        parts = [*body["relatedEntity"], *body["relatedParty"], *history, *body["note"], body["channel"]]
        assert all("@type" in part for part in parts)
    assert "for colleagues only" not in json.dumps(body), "what colleagues tell each other stays here"
    assert "+86" not in json.dumps(body), "how the customer is reached stays here"
    assert [note["text"] for note in body["note"]] == ["we are on it"]


# --- Tables --------------------------------------------------------------------------------------------------

MAP = """
[columns]
external_id = "no"
subject = "what"
status = "state"
changed_at = "at"
"""
TABLE = "no,what,state,at\nA-1,No light,New,2026-04-26T08:00:00Z\nA-2,网络慢,Closed,2026-04-26T08:00:00Z\n,x\n"


@pytest.fixture
def table(scene: Scene, tmp_path: Path) -> Give:
    """Take in a table given as text."""

    def take(text: str, table_map: TableMap | None = None, *, dry_run: bool = False) -> list[IntakeItem]:
        path = tmp_path / "t.csv"
        path.write_text(text, encoding="utf-8")
        found = table_map or parse(MAP, where="map.toml")
        return list(csv_intake.take_table(scene.desk("wei"), str(path), found, where="map.toml", dry_run=dry_run))

    return take


def test_a_table_is_taken_in_row_by_row(scene: Scene, table: Give) -> None:
    items = table(TABLE + "A-3,one,New,x,too many\n" + "".join(f"B-{n},row {n},New,\n" for n in range(30)))
    assert [item.action for item in items[:4]] == ["opened", "ignored", "opened", "quarantined"]
    assert [item.index for item in items] == list(range(len(items)))
    assert {item.action for item in items[4:]} == {"opened"}
    row = scene.row(items[0].ref or "")
    assert (row["subject"], row["source_channel"], row["external_id"]) == ("No light", "csv", "A-1")
    (held,) = quarantine.page(scene.admin)
    assert quarantine.show(scene.admin, held["id"])[1] == b"no,what,state,at\nA-3,one,New,x,too many\n"
    assert scene.is_sound()


def test_the_same_table_again_changes_nothing_and_a_later_one_is_told(scene: Scene, table: Give) -> None:
    ref = table(TABLE)[0].ref
    token = scene.admin.token()
    assert [item.action for item in table(TABLE)] == ["duplicate", "ignored", "duplicate"]
    assert scene.admin.token() == token
    (item, *_others) = table(TABLE.replace("New", "Closed"))
    assert (item.action, item.ref) == ("updated", ref)
    assert "Closed" in str(words(scene, ref or "")[-1][1])
    assert scene.state(ref or "") == "registered"


def test_rows_of_one_case_become_one_ticket_with_its_history(scene: Scene, table: Give) -> None:
    history = parse(MAP + '[file]\nrows = "history"\n', where="map.toml")
    text = "no,what,state,at\n" + "".join(f"A-1,No light,{state},2026-04-26T0{n}:00:00Z\n"
                                          for n, state in enumerate(("New", "Active", "On Hold")))  # fmt: skip
    items = table(text + "A-2,other,New,\n", history)
    assert [(item.action, item.index) for item in items] == [
        ("opened", 0), ("appended", 1), ("appended", 2), ("opened", 3),
    ]  # fmt: skip
    assert len({item.ref for item in items[:3]}) == 1
    told = next(entry.text for entry in show(scene.admin, items[0].ref or "").entries if entry.event == "note")
    assert [word for word in ("New", "Active", "On Hold") if word in told] == ["New", "Active", "On Hold"]
    assert [item.action for item in table(text, history)] == ["duplicate"] * 3
    later = table(text + "A-1,No light,Closed,2026-04-26T09:00:00Z\n", history)
    assert {(item.action, item.ref) for item in later} == {("updated", items[0].ref)}


def test_what_has_ended_may_be_taken_in_all_the_same(scene: Scene, table: Give) -> None:
    items = table(TABLE, parse(MAP + '[file]\nended = "open"\n', where="map.toml"))
    assert [item.action for item in items] == ["opened", "opened", "opened"]


def test_a_mapping_that_does_not_fit_takes_nothing_in(scene: Scene, table: Give) -> None:
    token = scene.admin.token()
    for text, words_ in (
        ('[columns]\nsubject = "wat"', "did you mean what"),
        (MAP + '[defaults]\nchannel = "pigeon"', "pigeon"),
    ):
        with pytest.raises(BadInput, match=words_):
            table(TABLE, parse(text, where="map.toml"))
    assert scene.admin.token() == token


def test_what_is_no_table_is_kept_whole(scene: Scene, table: Give) -> None:
    (item,) = table('{"page": {"id": 1}}')
    assert (item.action, "JSON" in str(item.reason)) == ("quarantined", True)
    (held,) = quarantine.page(scene.admin)
    assert quarantine.show(scene.admin, held["id"])[1] == b'{"page": {"id": 1}}'


def test_a_rule_that_refuses_one_row_stops_no_other(scene: Scene, table: Give, monkeypatch: pytest.MonkeyPatch) -> None:
    real = ticket_intake.ticket_words.registration

    def spoilt(draft: TicketDraft, **how: Any) -> dict[str, Any]:
        inputs = real(draft, **how)
        return inputs | ({"domain": "moon"} if draft.external_id == "A-1" else {})

    monkeypatch.setattr(ticket_intake.ticket_words, "registration", spoilt)
    items = table(TABLE)
    assert [item.action for item in items] == ["quarantined", "ignored", "opened"]
    assert quarantine.page(scene.admin)[0]["reason"] == "input_choice"


def test_a_slow_disk_makes_transactions_short_and_a_quick_one_long_again(monkeypatch: pytest.MonkeyPatch) -> None:
    pace, clock = Pace(), iter((0, 0.01, 1, 1.01, 2, 2.01, 3, 3.01, 4, 4.3, 5, 5.3, 6, 6.01, 7, 7.1))
    monkeypatch.setattr("noc_console.desk.bulk.time.perf_counter", lambda: next(clock))
    sizes = []
    for _transaction in range(8):
        with pace.measured():
            pass
        sizes.append(pace.size)
    quick, slow = [FIRST * 2, FIRST * 4, BATCH, BATCH], [BATCH // 2, BATCH // 4]
    assert sizes == [*quick, *slow, BATCH // 2, BATCH // 2]


def test_readers_wait_little_while_a_table_is_taken_in(scene: Scene, tmp_path: Path, table: Give) -> None:
    """Between two transactions readers come through: each waits for one batch, never for the table."""
    text = "no,what,state,at\n" + "".join(f"A-{n},row,New,\n" for n in range(1_500))
    seen: list[int] = []

    def count() -> int:
        with sqlite3.connect(scene.store, timeout=10) as connection:
            return int(connection.execute("SELECT count(*) FROM ticket").fetchone()[0])

    def each() -> Iterator[IntakeItem]:
        for number, item in enumerate(table_items):
            if number % BATCH == 0:
                seen.append(count())
            yield item

    path = tmp_path / "big.csv"
    path.write_text(text, encoding="utf-8")
    table_items = csv_intake.take_table(scene.desk("wei"), str(path), parse(MAP, where="m"), where="m")
    assert sum(1 for _item in each()) == 1_500
    assert seen == sorted(set(seen)), "what was taken in is seen while the rest is coming"
    assert seen[0] <= BATCH
