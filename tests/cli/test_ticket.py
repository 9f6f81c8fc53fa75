"""Verbs of tickets: what they print, how they refuse, and that a machine's events are all there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from noc_console.cli.inputs import option_name
from noc_console.cli.options import shared_params
from noc_console.workflows.catalogue import workflow
from noc_console.workflows.fields import Kind
from noc_console.workflows.machine import Event
from tests.cli.conftest import Noc, diagnosing, register

EVENTS = {
    event.name: event
    for kind in ("request", "fault")
    for event in workflow(kind).events
    if not event.internal and event.sources
}
REPAIR = (
    ("locate", "--cause-code", "TX-FIBRE-CUT", "--location", "km 3", "--evidence", "OTDR", "--free-reason", "seen"),
    ("plan", "--plan", "splice", "--interrupts", "no", "--backout", "none needed"),
)
#: What the interface promises of a ticket, and of ``show`` beyond it.
PUBLIC = (
    "ref", "id", "service_type", "state", "grade", "urgent", "impact", "urgency", "domain", "channel", "subject",
    "symptom", "occurred_at", "registered_at", "scope", "users_affected", "service_affecting", "objects", "requester",
    "missing", "owner", "cause_code", "plan", "restored_at", "temporary", "feedback", "closure", "response_due",
    "restore_due", "update_due", "breached", "promised_at", "parent", "children", "chronic", "source", "created_by",
    "row_version", "provisional",
)  # fmt: skip
SHOWN = (
    "messages", "timeline", "log", "alarms", "diagnoses", "consults", "changes", "callbacks", "links", "next", "clocks",
)  # fmt: skip


# --- Text and JSON -------------------------------------------------------------------------------------------


def test_a_verb_prints_the_reference_and_the_new_state(training: Noc) -> None:
    ref = register(training)
    assert ref == "TRN-1"
    assert training("ticket", "accept", ref, "--contacted").out == "TRN-1 accepted\n"
    assert training("ticket", "diagnose", ref).out == "TRN-1 diagnosing\n"
    assert training("ticket", *REPAIR[0][:1], ref, *REPAIR[0][1:]).out == "TRN-1 located\n"


def test_the_list_as_text(training: Noc) -> None:
    register(training)
    register(training, "光缆中断", "P1")
    training("ticket", "accept", "TRN-1", "--contacted")
    assert training("ticket", "list", "--sort", "-number").out.splitlines() == [
        "REF    GRADE  STATE       DUE  CLOCK     OWNER  DOMAIN  CUSTOMER  SUBJECT",
        "TRN-1  P3     accepted     4h  news      wang   access  -         Loss of signal",
        "TRN-2  P1     registered   5m  response  -      access  -         光缆中断",
    ]


def test_lists_in_every_form(training: Noc) -> None:
    register(training)
    register(training, "Second", "P2")
    assert training("ticket", "list", "-o", "ids", "--sort", "-number").out == "TRN-1\nTRN-2\n"
    array = training("ticket", "list", "-o", "json", "--sort", "-number").json
    lines = training("ticket", "list", "-o", "ndjson", "--sort", "-number").out.splitlines()
    assert [json.loads(line) for line in lines] == array
    assert [item["ref"] for item in array] == ["TRN-1", "TRN-2"]
    header, *rows = training("ticket", "list", "-o", "csv", "--sort", "-number").out.splitlines()
    assert header.startswith("ref,id,service_type,state,grade,urgent")
    assert [row.split(",")[0] for row in rows] == ["TRN-1", "TRN-2"]
    assert training("ticket", "list", "grade:P1", "-o", "json").json == []
    assert training("ticket", "list", "grade:P1").raw == b""


def test_a_list_says_that_there_is_more(training: Noc) -> None:
    register(training)
    register(training, "Second")
    said = training("ticket", "list", "--limit", "1")
    assert len(said.out.splitlines()) == 2
    assert "--limit" in said.err
    assert len(training("ticket", "list", "--limit", "1", "-o", "json").json) == 1


@pytest.mark.parametrize(
    "words", [('"loss of signal"',), ("grade:P3", "loss of signal"), ('grade:P3 "loss of signal"',)]
)
def test_a_phrase_survives_the_shell(training: Noc, words: tuple[str, ...]) -> None:
    register(training, "Loss of signal at the far end")
    register(training, "Signal of some loss")
    assert training("ticket", "list", *words, "-o", "ids").out == "TRN-1\n"


def test_the_public_json_of_a_ticket(training: Noc) -> None:
    ref = register(training)
    shown = training("ticket", "show", ref, "-o", "json").json
    accepted = training("ticket", "accept", ref, "--contacted", "-o", "json").json
    assert set(PUBLIC) <= set(accepted)
    assert {*PUBLIC, *SHOWN} <= set(shown)
    assert shown["occurred_at"] == "2026-11-23T00:50:00Z"
    assert shown["restore_due"] == "2026-11-23T13:00:00Z"
    assert (accepted["state"], accepted["owner"]) == ("accepted", "wang")


def test_show_as_text(training: Noc) -> None:
    ref = register(training)
    training("ticket", "accept", ref, "--contacted")
    text = training("ticket", "show", ref).out
    assert text.startswith("TRN-1  Loss of signal\n  State: accepted\n")
    assert "restore  2026-11-23 13:00+00:00  (12h)" in text
    assert "registered > accepted" in text
    assert "+ diagnose  " in text


def test_the_lines_of_a_long_field_stand_under_its_label(training: Noc) -> None:
    ref = register(training)
    assert (
        training("ticket", "complete", ref, "--symptom", "no light\nsince nine\nLOS red", "--why", "called back").code
        == 0
    )
    training("ticket", "note", ref, "--text", "first\nsecond")
    lines = training("ticket", "show", ref).out.splitlines()
    symptom = lines.index("  Symptom: no light")
    assert lines[symptom + 1 : symptom + 3] == ["    since nine", "    LOS red"]
    note = next(number for number, line in enumerate(lines) if line.endswith("note: first"))
    assert lines[note + 1] == "    second"


def test_several_tickets_are_shown_and_a_missing_one_stops_none(training: Noc) -> None:
    register(training)
    register(training, "Second")
    said = training("ticket", "show", "TRN-1", "TRN-7", "TRN-2", "-o", "json")
    assert said.code == 3
    assert [item["ref"] for item in said.json] == ["TRN-1", "TRN-2"]
    assert "TRN-7" in said.err


def test_next_gives_what_show_gives(training: Noc) -> None:
    ref = register(training)
    steps = training("ticket", "next", ref, "-o", "json").json
    assert steps == training("ticket", "show", ref, "-o", "json").json["next"]
    allowed = [step["event"] for step in steps if step["allowed"]]
    assert "accept" in allowed
    assert all(step["reasons"] for step in steps if not step["allowed"])
    assert training("ticket", "next", ref, "-o", "ids").out.split() == [step["event"] for step in steps]


# --- Refusals ------------------------------------------------------------------------------------------------


def test_a_refusal_names_rule_and_remedy(training: Noc) -> None:
    ref = register(training)
    said = training("ticket", "locate", ref)
    assert (said.code, said.raw) == (1, b"")
    assert said.err.startswith("noc: error: TRN-1: Locate is refused: ")
    assert said.err.rstrip().endswith(")")
    as_json = training("ticket", "locate", ref, "-o", "json")
    assert as_json.code == 1
    assert as_json.reasons == ["wrong_state"]
    assert set(as_json.json["refused"][0]) == {"code", "text", "remedy"}


def test_a_missing_input_is_refused_only_after_state_and_facts(training: Noc) -> None:
    ref = diagnosing(training)
    said = training("ticket", "locate", ref, "-o", "json")
    assert said.reasons == ["input_missing"] * 3
    assert len(said.err.splitlines()) == 3
    training("engineer", "add", "li", "--roles", "engineer")
    assert training("ticket", "locate", ref, "--as", "li", "-o", "json").reasons == ["not_handler"]


@pytest.mark.parametrize("event", EVENTS.values(), ids=EVENTS)
def test_no_input_is_required_by_the_parser(training: Noc, event: Event) -> None:
    ref = register(training)
    said = training("ticket", event.verb, ref)
    assert said.code in (0, 1), said.err


@pytest.mark.parametrize("event", EVENTS.values(), ids=EVENTS)
def test_every_input_is_an_option_with_help(noc: Noc, event: Event) -> None:
    text = noc("ticket", event.verb, "--help").out
    shared = {name for param in shared_params().values() for name in param.opts}
    for field in event.inputs:
        if field.asked:
            assert f"  {option_name(field)}" in text, field.name
            assert option_name(field) not in shared
            assert (f"--no-{option_name(field)[2:]}" in text) is (field.kind is Kind.YESNO)


@pytest.mark.parametrize(
    ("option", "value", "help_"),
    [
        ("--occurred-at", "yesterday-ish", "2026-11-23 23:41"),
        ("--domain", "acess", "access"),
        ("--users-affected", "many", "12"),
        ("--type", "falt", "fault"),
    ],
)
def test_an_unreadable_value_is_a_usage_error(training: Noc, option: str, value: str, help_: str) -> None:
    said = training("ticket", "new", "--subject", "x", option, value)
    assert (said.code, said.raw) == (2, b"")
    assert option in said.err
    assert help_ in said.err


def test_an_event_of_another_kind_is_refused(training: Noc) -> None:
    ref = register(training)
    assert training("ticket", "start", ref, "-o", "json").reasons == ["other_kind"]


# --- Values --------------------------------------------------------------------------------------------------


def test_an_instant_without_offset_is_echoed(training: Noc, monkeypatch: pytest.MonkeyPatch) -> None:
    said = training("ticket", "new", "--subject", "x", "--channel", "monitoring", "--occurred-at", "-10m")
    assert "--occurred-at -10m is read as 2026-11-23T00:50:00+00:00" in said.err
    assert training("ticket", "show", "TRN-1", "-o", "json").json["occurred_at"] == "2026-11-23T00:50:00Z"
    exact = training("ticket", "new", "--subject", "x", "--channel", "monitoring", "--occurred-at", "2026-11-23T00:50Z")
    assert exact.err == ""


def test_prose_is_read_from_standard_input(training: Noc) -> None:
    ref = register(training)
    assert training("ticket", "note", ref, "--text", "-", stdin="第一行\nsecond\n".encode()).code == 0
    timeline = training("ticket", "show", ref, "-o", "json").json["timeline"]
    assert timeline[-1]["text"] == "第一行\nsecond"


def test_standard_input_is_read_for_one_thing_only(training: Noc) -> None:
    register(training)
    said = training("ticket", "note", "-", "--text", "-", stdin=b"TRN-1\n")
    assert said.code == 2


def test_a_claim_with_an_end(training: Noc) -> None:
    ref = register(training)
    training("ticket", "accept", ref, "--contacted")
    training("ticket", "release", ref, "--why", "shift ends")
    assert training("ticket", "take", ref, "--for", "2d").code == 0
    assert training("ticket", "take", ref, "--for", "2 fortnights").code == 2


def test_references_are_resolved(training: Noc) -> None:
    first, second = register(training), register(training, "Second")
    assert training("ticket", "link", first, "--type", "duplicate", "--other", second).code == 0
    assert training("ticket", "link", first, "--type", "duplicate", "--other", "TRN-99").code == 3
    links = training("ticket", "show", first, "-o", "json").json["links"]
    assert [link["other_ref"] for link in links] == [second]


def test_a_record_id_works_as_a_reference(training: Noc) -> None:
    ref = register(training)
    record = training("ticket", "show", ref, "-o", "json").json["id"]
    assert training("ticket", "accept", record).out == f"{ref} accepted\n"


# --- Many ----------------------------------------------------------------------------------------------------


def test_a_list_can_be_piped_into_a_verb(training: Noc) -> None:
    for number in range(3):
        register(training, f"Matter {number}")
    ids = training("ticket", "list", "-o", "ids").raw
    said = training("ticket", "note", "-", "--text", "storm", stdin=ids)
    assert (said.code, len(said.out.splitlines())) == (0, 3)


def test_each_of_many_is_judged_by_itself_and_the_worst_counts(training: Noc) -> None:
    register(training)
    register(training, "Second")
    training("ticket", "accept", "TRN-1")
    said = training("ticket", "accept", "TRN-1", "TRN-2", "-o", "json")
    assert said.code == 1
    assert said.json[0]["refused"][0]["code"] == "wrong_state"
    assert (said.json[1]["ref"], said.json[1]["state"]) == ("TRN-2", "accepted")
    worse = training("ticket", "note", "TRN-1", "TRN-9", "--text", "x", "-o", "ndjson")
    assert worse.code == 3
    assert [json.loads(line).get("error", {}).get("code") for line in worse.out.splitlines()] == [None, "not_found"]


def test_nothing_to_act_on_is_a_usage_error_and_an_empty_pipe_is_not(training: Noc) -> None:
    assert training("ticket", "accept").code == 2
    assert training("ticket", "accept", "-").code == 0


# --- Dry runs ------------------------------------------------------------------------------------------------


def test_a_dry_run_says_what_would_be_and_stores_nothing(training: Noc) -> None:
    ref = register(training)
    before = training("ticket", "show", ref, "-o", "json").json
    said = training("ticket", "accept", ref, "--dry-run")
    assert (said.code, said.out) == (0, "TRN-1 would be accepted\n")
    assert training("ticket", "accept", ref, "--dry-run", "-o", "json").json == {
        "ref": "TRN-1", "event": "accept", "state": "accepted", "dry_run": True
    }  # fmt: skip
    assert training("ticket", "locate", ref, "--dry-run", "-o", "json").reasons == ["wrong_state"]
    assert training("ticket", "show", ref, "-o", "json").json == before
    new = training("--dry-run", "ticket", "new", "--subject", "x", "--channel", "monitoring")
    assert new.code == 0
    assert training("ticket", "list", "state:all", "-o", "ids").out == f"{ref}\n"


# --- New, solve, files, export and import --------------------------------------------------------------------


def test_a_request_is_registered_by_its_type(training: Noc) -> None:
    said = training(
        "ticket", "new", "--type", "consultation", "--channel", "hotline", "--subject", "How?", "--symptom", "how",
        "--contact", "a@b.cn", "--grade", "P4", "-o", "json",
    )  # fmt: skip
    assert (said.code, said.json["service_type"], said.json["state"]) == (0, "consultation", "registered")
    assert training("ticket", "accept", said.json["ref"]).code == 0
    assert training("ticket", "start", said.json["ref"]).out.endswith("working\n")


def test_a_ticket_that_follows_takes_over_what_is_known(training: Noc) -> None:
    ref = register(training, "First", "P3", "--requester", "Li Na", "--objects", "circuit:C-1,circuit:C-2")
    said = training(
        "ticket", "new", "--from", ref, "--channel", "hotline", "--symptom", "again", "--occurred-at", "now",
        "--grade", "P4", "--subject", "Again", "-o", "json",
    )  # fmt: skip
    assert said.code == 0, said.err
    assert said.json["requester"]["name"] == "Li Na"
    assert said.json["requester"]["phone"] == "13800000000"
    assert [one["id"] for one in said.json["objects"]] == ["C-1", "C-2"]
    assert said.json["subject"] == "Again"
    links = training("ticket", "show", said.json["ref"], "-o", "json").json["links"]
    assert [(link["type"], link["other_ref"]) for link in links] == [("follows", ref)]


SOLVED = (
    "--cause-code", "X-NFF", "--remedy", "watch", "--how-verified", "measured", "--result", "works",
    "--prevention", "none", "--confirmed-by", "Li Na",
)  # fmt: skip


def test_a_time_of_day_is_the_last_one_for_what_happened_and_the_next_for_what_is_to_come(training: Noc) -> None:
    words = ("--subject", "x", "--channel", "monitoring", "--occurred-at", "23:30")  # it is 01:00 here
    said = training("ticket", "new", *words, "-o", "json")
    assert said.json["occurred_at"] == "2026-11-22T23:30:00Z"
    assert "--occurred-at 23:30" in said.err
    for ref in (register(training), said.json["ref"]):
        snoozed = training("ticket", "snooze", ref, "--until", "00:30", "-o", "json")
        assert snoozed.json["snoozed_until"] == "2026-11-24T00:30:00Z"


def test_a_small_matter_is_solved_in_one_go(training: Noc) -> None:
    said = training("ticket", "solve", register(training, "Small", "P4"), *SOLVED, "-o", "json")
    assert (said.code, said.json["state"], said.json["closure"]["how"]) == (0, "closed", "confirmed")
    assert said.json["done"][0] == "accept"
    assert said.json["done"][-1] == "confirm"


def test_a_matter_is_registered_and_solved_at_once(training: Noc) -> None:
    ref = register(training, "Small", "P5", "--solve", *SOLVED)
    assert training("ticket", "show", ref, "-o", "json").json["state"] == "closed"
    said = training("ticket", "new", "--subject", "x", "--remedy", "watch")
    assert (said.code, "--solve" in said.err) == (2, True)


def test_the_short_way_is_not_for_greater_matters(training: Noc) -> None:
    ref = register(training, "Great", "P2")
    assert training("ticket", "solve", ref, *SOLVED, "-o", "json").reasons == ["solve_grade"]
    assert training("ticket", "solve", register(training, "x", "P4"), *SOLVED, "--dry-run").out.endswith("closed\n")
    assert training("ticket", "list", "state:closed", "-o", "ids").out == ""


def test_a_reply_goes_to_the_outbox(training: Noc) -> None:
    ref = register(training, "Mail", "P3", "--contact", "li@example.cn")
    before = training("outbox", "list", "-o", "json").json
    assert training("ticket", "reply", ref, "--text", "We are on it").code == 0
    (queued,) = [item for item in training("outbox", "list", "-o", "json").json if item not in before]
    assert queued["channel"] == "email"
    assert "We are on it" in queued["text"]


def test_a_file_is_attached_and_given_back(training: Noc, tmp_path: Path) -> None:
    ref = register(training)
    trace = tmp_path / "trace.sor"
    trace.write_bytes(b"\x00\x01OTDR")
    assert training("ticket", "attach", ref, "--file", str(trace), "--comment", "far end").code == 0
    assert training("ticket", "attach", ref, "-o", "json").reasons == ["input_missing"]
    assert training("ticket", "attach", ref, "--file", str(tmp_path / "none")).code == 4
    again = tmp_path / "again"
    assert training("ticket", "download", ref, "1", str(again)).code == 0
    assert again.read_bytes() == trace.read_bytes()
    assert training("ticket", "download", ref, "1", str(again)).code == 5


def test_a_clock_that_nobody_may_set_leaves_no_store_behind(training: Noc, tmp_path: Path) -> None:
    elsewhere = ("--store", str(tmp_path / "other.db"))
    refused = training("ticket", "list", *elsewhere)
    assert refused.code == 2
    assert "NOC_NOW" in refused.err
    assert training("store", "init", "--training", *elsewhere).code == 0
    assert training("ticket", "list", *elsewhere).code == 0


def test_a_second_round_names_the_time_of_the_first(training: Noc, monkeypatch: pytest.MonkeyPatch) -> None:
    ref = register(training)
    done = ("--how", "by_itself", "--cleared-at", "now", "--how-verified", "ping")
    monkeypatch.setenv("NOC_NOW", "2026-11-23T11:00+08:00")
    assert training("ticket", "come-clear", ref, *done).code == 0
    assert training("ticket", "dissatisfied", ref, "--words", "again", "--reason", "came_back").code == 0
    lines = training("sla", "explain", ref).out
    assert "used in earlier rounds  +" in lines


def test_an_export_can_be_imported_elsewhere_once(training: Noc, tmp_path: Path) -> None:
    register(training, "First", "P2", "--objects", "circuit:C-1", "--organisation", "ACME")
    exported = training("ticket", "export", "TRN-1").raw
    file = tmp_path / "tickets.json"
    file.write_bytes(exported)
    elsewhere = ("--store", str(tmp_path / "other.db"))
    import os

    os.environ.pop("NOC_NOW")
    said = training(*elsewhere, "ticket", "import", str(file), "-o", "json")
    assert said.code == 0, said.err
    assert [(item["action"], item["from"]) for item in said.json] == [("registered", "TRN-1")]
    again = training(*elsewhere, "ticket", "import", "-", "-o", "json", stdin=exported).json
    assert [(item["action"], item["ref"]) for item in again] == [("known", said.json[0]["ref"])]
    taken = training(*elsewhere, "ticket", "show", said.json[0]["ref"], "-o", "json").json
    original = json.loads(exported)[0]
    for name in ("subject", "symptom", "scope", "grade", "domain", "objects", "occurred_at"):
        assert taken[name] == original[name], name
    assert taken["requester"] == original["requester"]
    assert taken["source"]["external_id"] == "TRN-1"


def test_what_cannot_be_imported_is_refused_for_itself(training: Noc) -> None:
    items = [
        {"ref": "A-1", "state": "closed"},
        {"ref": "A-2", "channel": "monitoring", "subject": "ok", "occurred_at": "2026-11-23T08:00"},
        {"ref": "A-3", "channel": "monitoring", "subject": "ok"},
        {"ref": "A-4", "channel": "hotline", "subject": "R21 is asked of a call"},
        {"ref": "A-5", "channel": "monitoring", "subject": "ok", "occurred_at": "0001-01-01T00:00:00+14:00"},
    ]
    said = training("ticket", "import", "-", "-o", "json", stdin=json.dumps(items).encode())
    assert said.code == 4
    assert [item["action"] for item in said.json] == ["refused", "refused", "registered", "refused", "refused"]
    assert said.json[3]["refused"][0]["code"] == "input_missing"
    nameless = json.dumps([{"channel": "monitoring", "subject": "ok", "occurred_at": "10:00"}]).encode()
    assert training("ticket", "import", "-", stdin=nameless).err.startswith("noc: error: 0: occurred_at: 10:00")
    assert training("ticket", "import", "-", stdin=b"{]").code == 4
    assert len(training("ticket", "list", "-o", "ids").out.split()) == 1
