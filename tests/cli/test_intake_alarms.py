"""Alarms by commands: what each does, what has no ticket, and that a dry run says the same."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Noc


def webhook(path: Path) -> str:
    """Write a webhook with an alert, the heartbeat, a repeat and two ends."""
    one = {"labels": {"alertname": "BgpDown", "instance": "R1", "severity": "critical"}, "status": "firing"}
    ended = {"status": "resolved", "endsAt": "2026-11-23T00:30:00Z"}
    said = [one, {"labels": {"alertname": "Watchdog"}, "status": "firing"}, one, one | ended]
    said.append({"labels": {"alertname": "Odd", "instance": "R9"}, **ended})
    started = {"startsAt": "2026-11-23T00:00:00Z"}
    path.write_text(json.dumps({"version": "4", "alerts": [started | alert for alert in said]}), encoding="utf-8")
    return str(path)


def test_alerts_of_a_file_are_told_as_they_are_promised(noc: Noc, tmp_path: Path) -> None:
    file = webhook(tmp_path / "hook.json")
    dry = noc("intake", "alertmanager", file, "--dry-run", "-o", "json").json
    said = noc("intake", "alertmanager", file, "-o", "json").json
    again = noc("intake", "alertmanager", file, "-o", "json").json
    expected = ["opened", "ignored", "updated", "cleared", "ignored"]
    assert [item["action"] for item in dry] == [item["action"] for item in said] == expected
    assert {item["action"] for item in again} == {"duplicate"}
    assert list(said[0]) == ["source", "index", "action", "kind", "ref", "reason", "parsed"]
    assert [(item["source"], item["index"]) for item in said] == [(file, n) for n in range(5)]
    assert [(item["kind"], bool(item["ref"])) for item in said[:2]] == [("ticket", True), (None, False)]
    assert {"fingerprint", "name", "severity", "state", "object", "raised_at", "cleared_at"} <= said[0]["parsed"].keys()
    shown = noc("ticket", "show", said[0]["ref"], "-o", "json").json
    assert shown["alarm_count"] == {"alarms": 1, "raised": 0, "reports": 3}
    assert [(alarm["state"], alarm["count"]) for alarm in shown["alarms"]] == [("cleared", 3)]
    assert shown["next"][0]["event"] == "come_clear" and shown["next"][0]["proposed"]


def test_alarms_without_a_ticket_are_listed_with_their_rule(noc: Noc, tmp_path: Path) -> None:
    noc("intake", "alertmanager", webhook(tmp_path / "hook.json"))
    found = noc("intake", "alarms", "-o", "json").json
    assert {(item["name"], item["rule"], item["count"]) for item in found} == {
        ("Watchdog", "monitoring_heartbeat", 1),
        ("Odd", None, 1),
    }
    assert len(noc("intake", "alarms", "--limit", "1", "-o", "json").json) == 1
    assert "the heartbeat of the monitoring" in noc("intake", "alarms").out


def test_a_trap_that_only_tells_what_went_on_opens_no_ticket(noc: Noc, tmp_path: Path) -> None:
    names = ("ENTITY-MIB::entConfigChange", ".1.3.6.1.4.1.9.9.43.2.0.2", "SNMPv2-MIB::coldStart")
    for number, name in enumerate(names):
        text = f"r{number}.example\nUDP: [192.0.2.{number}]:161->[192.0.2.9]:162\nSNMPv2-MIB::snmpTrapOID.0 {name}\n"
        (tmp_path / f"{number}.trap").write_text(text, encoding="utf-8")
    said = noc("intake", "snmptrap", *(str(tmp_path / f"{number}.trap") for number in range(3)), "-o", "json").json
    assert [item["action"] for item in said] == ["ignored", "ignored", "opened"]
    assert "nothing is said to be wrong" in said[0]["reason"]
    assert {item["rule"] for item in noc("intake", "alarms", "-o", "json").json} == {"notices"}
