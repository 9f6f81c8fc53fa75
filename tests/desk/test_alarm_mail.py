"""Mails of monitoring systems: their alarm goes the way of alarms, the mail is kept, nobody is disturbed twice."""

from __future__ import annotations

from email.message import EmailMessage

from noc_console.desk import channels
from noc_console.desk.intake_item import IntakeItem
from noc_console.desk.ticket_view import show
from noc_console.intake.raw_files import RawInput
from tests.desk.alarms import tickets
from tests.desk.scene import Scene


def mail(kind: str, number: int, **headers: str) -> bytes:
    """Write a notification as Nagios sends it."""
    state = "CRITICAL" if kind == "PROBLEM" else "OK"
    message = EmailMessage()
    message["Subject"] = f"** {kind} Service Alert: core-1/BGP peers is {state} **"
    message["From"], message["To"] = "nagios@mon.example", "noc@operator.example"
    message["Date"] = "Sun, 26 Apr 2026 16:58:00 +0000"
    message["Message-ID"] = f"<{number}@mon.example>"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    lines = ["***** Nagios *****", "", f"Notification Type: {kind}", "", "Service: BGP peers", "Host: core-1"]
    lines += [
        "Address: 192.0.2.7",
        f"State: {state}",
        "",
        "Date/Time: Sun Apr 26 16:58:00 UTC 2026",
        "",
        "Info:",
        "down",
    ]
    message.set_content("\n".join(lines))
    return message.as_bytes()


def take(scene: Scene, raw: bytes, *, dry_run: bool = False) -> IntakeItem:
    """Take in one mail."""
    way = channels.channel("email")
    (item,) = way.items(scene.desk("wei").as_service("intake", way.via), [RawInput("m.eml", 0, raw)], dry_run)
    return item


def test_a_problem_is_a_ticket_of_monitoring_and_its_recovery_a_clear(scene: Scene) -> None:
    dry = take(scene, mail("PROBLEM", 1), dry_run=True)
    assert (dry.action, dry.kind, dry.ref, tickets(scene)) == ("opened", "ticket", None, 0)
    opened = take(scene, mail("PROBLEM", 1))
    assert opened.action == "opened" and opened.parsed is not None
    assert opened.parsed["alarm"]["object"] and opened.parsed["message_id"] == "<1@mon.example>"
    row = scene.row(opened.ref or "")
    assert (row["channel"], row["requester_type"], row["source_channel"]) == ("monitoring", "monitoring", "email")
    assert (row["grade"], row["alarms_raised"], row["address"]) == ("P2", 1, None)
    scene.says("wei", opened.ref or "", "accept")
    repeated = take(scene, mail("PROBLEM", 2))
    cleared = take(scene, mail("RECOVERY", 3))
    assert [(item.action, item.ref) for item in (repeated, cleared)] == [
        ("updated", opened.ref),
        ("cleared", opened.ref),
    ]
    assert len(scene.rows("message", opened.ref or "")) == 3
    assert scene.row(opened.ref or "")["cleared_at"] is not None
    assert scene.alerts(opened.ref or "") == [("alarm_cleared", "wei")], "not one for each mail besides"
    assert scene.is_sound()


def test_the_same_mail_again_changes_nothing(scene: Scene) -> None:
    opened = take(scene, mail("PROBLEM", 1))
    unknown = take(scene, mail("RECOVERY", 2).replace(b"core-1", b"core-9"))
    assert (unknown.action, unknown.ref) == ("ignored", None)
    token = scene.admin.token()
    again = [take(scene, mail("PROBLEM", 1)), take(scene, mail("RECOVERY", 2).replace(b"core-1", b"core-9"))]
    assert [(item.action, item.ref) for item in again] == [("duplicate", opened.ref), ("duplicate", None)]
    assert scene.admin.token() == token


def test_a_recovery_with_the_message_id_of_its_problem_is_no_duplicate(scene: Scene) -> None:
    opened = take(scene, mail("PROBLEM", 1))
    by_another_way = b"Received: from relay.example by mx.example; Sun, 26 Apr 2026 17:00:00 +0000\n"
    token = scene.admin.token()
    again = take(scene, by_another_way + mail("PROBLEM", 1))
    assert (again.action, again.ref, scene.admin.token()) == ("duplicate", opened.ref, token)
    cleared = take(scene, mail("RECOVERY", 1))
    assert (cleared.action, cleared.ref) == ("cleared", opened.ref)
    assert scene.row(opened.ref or "")["alarms_raised"] == 0
    assert take(scene, mail("RECOVERY", 1)).action == "duplicate"
    assert scene.is_sound()


def test_the_problem_after_a_recovery_that_came_to_no_ticket_is_no_duplicate(scene: Scene) -> None:
    assert take(scene, mail("RECOVERY", 1)).action == "ignored"
    assert take(scene, mail("PROBLEM", 1)).action == "opened"
    assert take(scene, mail("RECOVERY", 1)).action == "duplicate"


def test_a_machines_mail_does_not_end_the_wait_for_a_customer(scene: Scene) -> None:
    ref = take(scene, mail("PROBLEM", 1)).ref or ""
    scene.says("wei", ref, "accept")
    wait = {"reason": "no_access", "who_agreed": "Ms Wang", "until": scene.now.replace(hour=23)}
    scene.says("wei", ref, "wait_customer", **wait)
    take(scene, mail("PROBLEM", 2))
    (restore,) = (clock for clock in show(scene.admin, ref).clocks if clock.name == "restore")
    assert restore.paused
