"""The other nouns: registers, policy, deadlines, timers, outbox, mail, the store, machines and keys."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from noc_console.cli.intake import command
from noc_console.cli.main import main
from noc_console.desk.channels import CHANNELS
from noc_console.workflows.catalogue import KINDS
from tests.cli.conftest import Noc, register

MAIL = b"From: Li Na <li@example.cn>\nTo: noc@example.cn\nSubject: No light\nMessage-ID: <1@example.cn>\n\nDark.\n"


def test_every_channel_has_a_command() -> None:
    assert set(CHANNELS) <= set(command().entries.all())


# --- Registers -----------------------------------------------------------------------------------------------


def test_the_first_person_becomes_admin_and_adds_others(noc: Noc) -> None:
    people = noc("engineer", "list", "-o", "json").json
    assert [(item["name"], "admin" in item["roles"]) for item in people] == [("wang", True)]
    assert noc("ticket", "list", "--as", "li").code == 3
    assert noc("engineer", "add", "li", "--roles", "engineer,lead", "--skills", "access").out == "li current\n"
    assert noc("ticket", "list", "--as", "li").code == 0
    assert noc("engineer", "add", "mo", "--roles", "engineer", "--as", "li", "-o", "json").reasons == ["right_missing"]


def test_roles_are_set_and_said(noc: Noc) -> None:
    noc("engineer", "add", "li", "--roles", "engineer")
    assert noc("engineer", "role", "li").out == "engineer\n"
    assert noc("engineer", "role", "li", "engineer", "dispatcher", "-o", "json").json["roles"] == [
        "engineer", "dispatcher"
    ]  # fmt: skip
    assert noc("engineer", "role", "li", "king").code == 2
    assert noc("engineer", "role", "nobody").code == 3


def test_a_person_is_retired(noc: Noc) -> None:
    noc("engineer", "add", "li", "--roles", "engineer")
    assert noc("engineer", "retire", "li", "--why", "left").out == "li retired\n"
    assert noc("engineer", "list", "-o", "ids").out == "wang\n"
    assert noc("engineer", "list", "--retired", "-o", "ids").out == "li\nwang\n"
    assert noc("engineer", "retire", "wang", "-o", "json").reasons == ["retires_self", "last_admin"]


def test_what_is_missing_of_a_record_is_a_refusal(noc: Noc) -> None:
    assert noc("engineer", "add", "-o", "json").reasons == ["input_missing", "input_missing"]
    assert noc("customer", "add", "-o", "json").reasons == ["input_missing"]


def test_a_dry_run_adds_nobody(noc: Noc) -> None:
    said = noc("engineer", "add", "li", "--roles", "engineer", "--dry-run")
    assert (said.code, said.out) == (0, "li would be current\n")
    assert noc("engineer", "list", "-o", "ids").out == "wang\n"


@pytest.mark.parametrize("form", ["json", "ndjson", "csv"])
def test_customers_go_out_and_come_in(noc: Noc, tmp_path: Path, form: str) -> None:
    noc("customer", "add", "ACME", "--contract", "C-1", "--phone", "0571-1", "--type", "enterprise")
    noc("customer", "add", "李娜", "--address", "li@example.cn", "--type", "individual")
    exported = noc("customer", "export", "-o", form).raw
    elsewhere = ("--store", str(tmp_path / "other.db"))
    said = noc(*elsewhere, "customer", "import", "-", "-o", "json", stdin=exported)
    assert said.code == 0, said.err
    assert noc(*elsewhere, "customer", "export", "-o", form).raw == exported


def test_a_file_with_one_bad_record_leaves_nothing_behind(noc: Noc) -> None:
    said = noc("customer", "import", "-", stdin=b"name,type\nA,enterprise\nB,king\n")
    assert (said.code, said.raw) == (4, b"")
    assert "record 2" in said.err
    assert noc("customer", "list", "-o", "json").json == []


def test_a_view_is_kept(noc: Noc) -> None:
    assert noc("view", "add", "mine", "--filter", "owner:me", "--shared").out == "mine current\n"
    assert [(v["name"], v["filter"], v["shared"]) for v in noc("view", "list", "-o", "json").json] == [
        ("mine", "owner:me", True)
    ]


# --- Policy --------------------------------------------------------------------------------------------------


def test_a_policy_is_checked_imported_and_exported(noc: Noc, tmp_path: Path) -> None:
    file = tmp_path / "policy.toml"
    file.write_text("[nonsense]\nx = 1\n", encoding="utf-8")
    assert noc("policy", "check", str(file)).code == 4
    assert noc("policy", "import", str(file)).code == 4
    shipped = noc("policy", "export", "--shipped").out
    file.write_text(shipped, encoding="utf-8")
    assert noc("policy", "check", str(file)).code == 0
    assert noc("policy", "import", str(file), "--dry-run").code == 0
    assert noc("policy", "list", "-o", "json").json == []
    assert noc("policy", "import", str(file)).code == 0
    (version,) = noc("policy", "list", "-o", "ids").out.split()
    in_force = noc("policy", "export").json
    assert (str(in_force["version"]), "grades" in in_force) == (version, True)
    assert "P1" in noc("policy", "show").out


# --- Deadlines and timers ------------------------------------------------------------------------------------


def test_deadlines_are_explained(training: Noc) -> None:
    ref = register(training)
    clocks = training("sla", "explain", ref, "-o", "json").json
    assert [clock["clock"] for clock in clocks] == ["response", "restore", "news"]
    assert clocks[0]["due"].endswith("Z")
    assert training("sla", "explain", ref).out.startswith("response, round 1: target 30m in 24x7 (")
    assert training("sla", "explain", "TRN-9").code == 3


def test_a_pause_is_told_as_what_it_is_and_hours_of_business_are_no_days(
    training: Noc, monkeypatch: pytest.MonkeyPatch
) -> None:
    ref = register(training, "How to", "P5", "--type", "consultation")
    training("ticket", "accept", ref)
    training("ticket", "wait-customer", ref, "--reason", "no_access", "--who-agreed", "Ms Wu", "--until", "+3d")
    monkeypatch.setenv("NOC_NOW", "2026-11-24T10:00:00+08:00")
    said = training("sla", "explain", ref).out
    assert "restore, round 1: target 24h in business" in said, "three working days of eight hours"
    assert "paused: no access to the site, 9h not counted  +0s = 0s" in said
    assert "left 24h" in said


def test_what_is_due_soon(training: Noc) -> None:
    register(training)
    assert [item["ref"] for item in training("sla", "due", "--within", "1h", "-o", "json").json] == ["TRN-1"]
    assert training("sla", "due", "--within", "5m", "-o", "json").json == []
    assert training("sla", "due", "--within", "soon").code == 2


def test_deadlines_are_reckoned_again(training: Noc) -> None:
    register(training)
    assert training("sla", "recompute", "-o", "json").json == [{"ref": "TRN-1", "moved": False}]


def test_timers_are_listed_and_fire_once(training: Noc, monkeypatch: pytest.MonkeyPatch) -> None:
    register(training)
    assert {item["ref"] for item in training("timers", "list", "-o", "json").json} == {"TRN-1"}
    assert training("timers", "run", "-o", "json").json == []
    monkeypatch.setenv("NOC_NOW", "2026-11-23T09:20:00+08:00")
    fired = training("timers", "run", "-o", "json").json
    assert {item["ref"] for item in fired} == {"TRN-1"}
    assert training("timers", "run", "-o", "json").json == []


# --- Outbox and mail -----------------------------------------------------------------------------------------


def test_a_message_is_marked_as_sent_or_discarded(training: Noc) -> None:
    register(training, "One", "P3", "--contact", "a@example.cn")
    register(training, "Two", "P3", "--contact", "b@example.cn")
    waiting = {item["ref"]: item["id"] for item in training("outbox", "list", "-o", "json").json}
    one, two = waiting["TRN-1"], waiting["TRN-2"]
    assert "[TRN-1]" in training("outbox", "show", one).out
    assert training("outbox", "mark-sent", one, "-o", "json").json["state"] == "sent"
    assert training("outbox", "discard", two, "-o", "json").reasons == ["input_missing"]
    assert training("outbox", "discard", two, "--reason", "told by phone").code == 0
    assert training("outbox", "list", "-o", "ids").out == ""
    assert set(training("outbox", "list", "--state", "all", "-o", "ids").out.split()) == {one, two}
    assert training("outbox", "list", "--state", "lost").code == 2


def test_sending_is_tried_dry_and_a_server_that_is_away_is_an_exit_code(training: Noc, tmp_path: Path) -> None:
    register(training, "One", "P3", "--contact", "a@example.cn")
    settings = tmp_path / "settings.toml"
    settings.write_text('[mail]\nhost = "127.0.0.1"\nfrom = "noc@example.cn"\nport = 1\nsecurity = "none"\n')
    send = ("outbox", "send", "--config", str(settings), "-o", "json")
    (item,) = training(*send, "--dry-run").json
    assert (item["ref"], item["to"], item["word"]) == ("TRN-1", "a@example.cn", "due")
    assert training(*send).code == 6
    assert training("outbox", "send").code == 2, "the settings name no way"
    (waiting,) = training("outbox", "list", "-o", "json").json
    assert (waiting["state"], waiting["tries"]) == ("pending", 0)


def test_a_mail_opens_a_ticket_once(noc: Noc, tmp_path: Path) -> None:
    file = tmp_path / "1.eml"
    file.write_bytes(MAIL)
    dry = noc("intake", "email", str(file), "--dry-run", "-o", "json")
    assert (dry.json[0]["action"], dry.json[0]["ref"]) == ("opened", None)
    said = noc("intake", "email", str(file), "-", "-o", "json", stdin=MAIL)
    assert [(item["action"], item["index"]) for item in said.json] == [("opened", 0), ("duplicate", 0)]
    assert set(said.json[0]) == {"source", "index", "action", "kind", "ref", "reason", "parsed"}
    assert said.json[1]["source"] == "-"
    assert noc("ticket", "list", "-o", "ids").out.strip() == said.json[0]["ref"]


def test_what_is_no_mail_is_quarantined_and_decided(noc: Noc, tmp_path: Path) -> None:
    file = tmp_path / "2.eml"
    file.write_bytes(bytes(range(256)))
    said = noc("intake", "email", str(file), "-o", "json")
    assert (said.code, said.json[0]["action"]) == (4, "quarantined")
    (held,) = noc("intake", "quarantine", "list", "-o", "json").json
    assert noc("intake", "quarantine", "show", held["id"], "-o", "json").json["size"] == 256
    assert noc("intake", "quarantine", "discard", held["id"], "-o", "json").reasons == ["input_missing"]
    assert noc("intake", "quarantine", "discard", held["id"], "--why", "noise").code == 0
    assert noc("intake", "quarantine", "list", "-o", "json").json == []
    assert noc("intake", "quarantine", "show", "nothing").code == 3


def test_a_source_that_cannot_be_read_stops_no_other(noc: Noc, tmp_path: Path) -> None:
    file = tmp_path / "1.eml"
    file.write_bytes(MAIL)
    said = noc("intake", "email", str(tmp_path / "none"), str(file), "-o", "json")
    assert said.code == 4
    assert [item["action"] for item in said.json] == ["opened"]
    assert "none" in said.err


def test_alerts_are_listed_for_the_person(training: Noc) -> None:
    assert training("inbox", "list", "-o", "json").json == []
    ref = register(training)
    training("engineer", "add", "li", "--roles", "engineer")
    training("ticket", "accept", ref, "--contacted")
    training("ticket", "hand-over", ref, "--to", "li")
    items = training("inbox", "list", "--as", "li", "-o", "json").json
    assert [item["ref"] for item in items] == [ref]
    assert training("inbox", "done", items[0]["id"], "--as", "li").code == 0
    assert training("inbox", "list", "--as", "li", "-o", "json").json == []


# --- The store, machines, keys -------------------------------------------------------------------------------


def test_the_store_is_made_checked_copied_and_restored(noc: Noc, tmp_path: Path) -> None:
    made = noc("store", "init", "--code", "ABC", "-o", "json").json
    assert made["code"] == "ABC"
    assert noc("store", "path").out.strip() == made["path"]
    ref = register(noc)
    assert ref == "ABC-1"
    assert (noc("store", "verify").code, noc("store", "verify", "-o", "json").json) == (0, [])
    assert noc("store", "rebuild").code == 0
    copy = tmp_path / "copy.db"
    assert noc("store", "backup", str(copy)).code == 0
    other = ("--store", str(tmp_path / "elsewhere" / "noc.db"))
    assert noc("store", "restore", str(copy), *other).code == 0
    assert noc("ticket", "list", "-o", "ids", *other).out == "ABC-1\n"
    assert noc("store", "migrate").code == 0


def test_the_doctor_says_how_things_are(noc: Noc) -> None:
    noc("store", "init")
    checks = {item["name"]: item["ok"] for item in noc("doctor", "-o", "json").json}
    assert checks["integrity"]
    assert checks["journal"]
    assert noc("doctor").out.startswith("CHECK")


def test_a_program_gets_the_whole_list_and_a_reader_a_hundred_lines(noc: Noc, tmp_path: Path) -> None:
    mails = tmp_path / "many.mbox"
    one = (
        "From x\nFrom: a{n}@x.example\nSubject: no light {n}\nMessage-ID: <{n}@x.example>\n\nNo light in flat {n}.\n\n"
    )
    mails.write_text("".join(one.format(n=n) for n in range(205)), encoding="utf-8")
    assert noc("intake", "email", str(mails)).code == 0
    for listed in (("outbox", "list"), ("timers", "list"), ("sla", "due", "--within", "30d")):
        assert len(noc(*listed, "-o", "json").json) >= 205, listed
        assert len(noc(*listed).out.splitlines()) == 101, listed
        assert len(noc(*listed, "--limit", "7", "-o", "json").json) == 7


def test_the_doctor_tells_of_a_store_that_it_cannot_read(noc: Noc, tmp_path: Path) -> None:
    damaged, newer = tmp_path / "damaged.db", tmp_path / "newer.db"
    damaged.write_bytes(b"no database" * 100)
    noc("store", "init", "--store", str(newer))
    with sqlite3.connect(newer) as store:
        store.execute("PRAGMA user_version = 2000")
    store.close()
    for place, said in ((damaged, "damaged"), (newer, "format 2.0")):
        told = noc("doctor", "--store", str(place), "-o", "json")
        checks = {item["name"]: item for item in told.json}
        assert (told.code, checks["store"]["ok"], said in checks["store"]["seen"]) == (6, False, True)
        assert "noc doctor" not in checks["store"]["hint"]
        assert checks["disk"]["ok"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_machine_is_shown_in_every_form(noc: Noc, kind: str) -> None:
    machine = noc("workflow", "show", kind, "-o", "json").json
    assert machine["name"] == kind
    assert noc("workflow", "show", kind, "-o", "mermaid").out.startswith("stateDiagram-v2\n")
    assert noc("workflow", "show", kind).out.startswith("| ")


def test_machines_are_listed(noc: Noc) -> None:
    assert noc("workflow", "list", "-o", "ids").out.split() == list(KINDS)
    assert noc("workflow", "show", "toaster").code == 3
    assert noc("workflow", "show", "fault", "-o", "png").code == 2


def test_keys_are_those_in_effect(noc: Noc, tmp_path: Path) -> None:
    settings = tmp_path / "config.toml"
    settings.write_text('[keys]\n"ticket.locate" = "f5"\n', encoding="utf-8")
    keys = {item["command"]: item for item in noc("keys", "-o", "json", "--config", str(settings)).json}
    assert (keys["ticket.locate"]["key"], keys["ticket.locate"]["set_by"]) == ("f5", "settings")
    assert keys["ticket.diagnose"]["set_by"] == "machine"
    assert keys["queue.filter"] == {
        "command": "queue.filter", "key": "slash", "where": ["queue"], "label": "filter", "set_by": "console",
    }  # fmt: skip
    assert noc("keys", "--test").code == 2
    assert json.loads(noc("keys", "-o", "ndjson").out.splitlines()[0])["command"].startswith("ticket.")
    settings.write_text('[keys]\n"ticket.locate" = "n"\n', encoding="utf-8")
    refused = noc("keys", "--config", str(settings))
    assert refused.code == 2
    assert "queue.new" in refused.err
    assert "ticket.locate" in refused.err


def test_the_demo_is_made_once_and_only_in_a_store_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    store = tmp_path / "day.db"
    monkeypatch.setenv("NOC_STORE", str(store))
    assert main(["demo", "--no-console", "--as", "wei"]) == 0
    first = store.read_bytes()
    assert capsys.readouterr().out.strip() == str(store)
    assert main(["demo", "--no-console", "--as", "wei"]) == 0
    assert store.read_bytes() == first
    assert main(["demo"]) == 2, "without a terminal the console does not open"
    assert main(["demo", "--fresh", "--no-console", "--as", "wei"]) == 0
    assert store.read_bytes() != first


# --- The lock ------------------------------------------------------------------------------------------------


def test_the_lock_is_set_said_and_ended(noc: Noc) -> None:
    ref = register(noc)
    assert noc("lock", "-o", "json").json == {"locked": False, "id": None, "by": None, "since": None, "why": None}
    assert noc("lock", "--why", "new disk", "--dry-run", "-o", "json").json["dry_run"] is True
    assert noc("ticket", "note", ref, "--text", "x").code == 0
    held = noc("lock", "--why", "new disk", "-o", "json").json
    assert (held["locked"], held["by"], held["why"], held["since"][-1]) == (True, "wang", "new disk", "Z")
    assert noc("lock", "-o", "json").json == held
    said = noc("ticket", "note", ref, "--text", "x")
    assert said.code == 6
    assert all(word in said.err for word in ("wang", "new disk", "noc lock --off"))
    assert noc("ticket", "list", "-o", "ids").out == f"{ref}\n"
    assert noc("lock", "--why", "again", "-o", "json").reasons == ["locked_already"]
    assert noc("lock", "--off", "--dry-run").code == 0
    assert noc("lock", "-o", "json").json["locked"] is True
    for _twice in range(2):
        assert noc("lock", "--off", "-o", "json").json["locked"] is False
    assert noc("ticket", "note", ref, "--text", "x").code == 0
    noc("engineer", "add", "li", "--roles", "lead")
    assert noc("lock", "--why", "x", "--as", "li", "-o", "json").reasons == ["right_missing"]
