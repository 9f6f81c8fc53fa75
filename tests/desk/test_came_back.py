"""What comes in because of what we sent: bounces, automatic replies, our own mail. It never makes another mail."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from noc_console.desk import channels, outbox
from noc_console.desk.intake_item import IntakeItem
from tests.desk.mail_server import Post, report, sent, serving, states
from tests.desk.post import mail, queued
from tests.desk.scene import Scene, scene_at


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    with scene_at(str(tmp_path / "store.db")) as made:
        yield made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def comes_in(scene: Scene, folder: Path, raw: bytes) -> IntakeItem:
    file = folder / f"{len(list(folder.iterdir()))}.eml"
    file.write_bytes(raw)
    (item,) = channels.take(scene.admin, "email", [str(file)])
    return item


def bounce(message_id: str, action: str = "failed") -> bytes:
    return (
        "From: MAILER-DAEMON@mill.example\nTo: noc@carrier.example\nSubject: Undelivered Mail Returned to Sender\n"
        "Message-ID: <b1@mill.example>\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n--b\n\nIt is late.\n--b\n'
        "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mill.example\n\n"
        f"Final-Recipient: rfc822; wang@mill.example\nAction: {action}\nStatus: 5.1.1\n\n--b\n"
        f"Content-Type: message/rfc822\n\nMessage-ID: {message_id}\nSubject: x\n\n.\n--b--\n"
    ).encode()


def our_mail(scene: Scene, template: str) -> dict[str, Any]:
    (item,) = (item for item in outbox.page(scene.admin, state="all") if item["template"] == template)
    return item


@pytest.mark.parametrize(("action", "state"), [("failed", "failed"), ("delayed", "sent")])
def test_a_mail_that_comes_back_was_not_told(scene: Scene, folder: Path, action: str, state: str) -> None:
    (ref,) = report(scene, "wang@mill.example")
    with serving(Post()) as server:
        assert sent(scene, server) == ["sent"]
    item = comes_in(scene, folder, bounce(our_mail(scene, "ack_fault")["message_id"], action))
    assert (item.action, item.ref) == ("ignored", ref)
    assert states(scene) == {"wang@mill.example": state}
    assert (("message_came_back", "role:lead") in scene.alerts(ref)) is (state == "failed")


def test_what_comes_back_from_a_ticket_that_has_ended_was_not_told_either(scene: Scene, folder: Path) -> None:
    ref = scene.register(contact="wang@mill.example")
    scene.says("chen", ref, "reject", reason="not_our_service", comment="another carrier's line")
    with serving(Post()) as server:
        assert sent(scene, server) == ["sent", "sent"]
    item = comes_in(scene, folder, bounce(our_mail(scene, "rejected")["message_id"]))
    assert (item.action, item.ref) == ("ignored", ref)
    assert our_mail(scene, "rejected")["state"] == "failed"
    assert ("message_came_back", "role:lead") in scene.alerts(ref)
    assert scene.is_sound()


def in_doubt(scene: Scene) -> str:
    """Report a matter whose acknowledgement the server may have, and return its reference."""
    (ref,) = report(scene, "wang@mill.example")
    post = Post()
    post.at_data["wang@mill.example"] = None
    with serving(post) as server:
        assert sent(scene, server) == ["doubt"]
    return ref


def test_a_bounce_ends_a_doubt(scene: Scene, folder: Path) -> None:
    ref = in_doubt(scene)
    item = comes_in(scene, folder, bounce(our_mail(scene, "ack_fault")["message_id"]))
    assert (item.action, item.ref) == ("ignored", ref)
    assert our_mail(scene, "ack_fault")["state"] == "failed"


def test_an_answer_to_a_mail_in_doubt_finds_its_ticket(scene: Scene, folder: Path) -> None:
    ref = in_doubt(scene)
    answer = mail(Subject="thank you", In_Reply_To=our_mail(scene, "ack_fault")["message_id"])
    assert comes_in(scene, folder, answer).ref == ref


@pytest.mark.parametrize("template", ["ack_fault", "news"])
def test_our_own_mail_that_comes_round_makes_nothing(scene: Scene, folder: Path, template: str) -> None:
    ref = scene.to(scene.register(contact="noc@carrier.example"), "diagnosing")
    scene.says("wei", ref, "inform", channel="email", text="we splice")
    post = Post()
    with serving(post) as server:
        sent(scene, server)
    before = len(scene.rows("message", ref))
    for _to, raw in post.taken:
        assert comes_in(scene, folder, raw).action in ("duplicate", "ignored")
    assert (len(scene.rows("message", ref)), queued(scene)) == (before, [])
    assert our_mail(scene, template)["state"] == "sent"


LABELS: dict[str, dict[str, str]] = {
    "vacation": {"Auto_Submitted": "auto-replied"}, "old vacation": {"Precedence": "auto_reply"},
    "exchange": {"X_Auto_Response_Suppress": "All", "Auto_Submitted": "auto-generated"},
    "chinese": {"Subject": "自动回复: [{ref}] 休假中", "X_Autoreply": "yes"},
}  # fmt: skip


@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize("ended", [False, True], ids=["open", "ended"])
def test_no_automatic_answer_to_our_mail_is_answered(scene: Scene, folder: Path, label: str, *, ended: bool) -> None:
    ref = scene.register(contact="wang@mill.example")
    if ended:
        scene.says("chen", ref, "reject", reason="not_our_service", comment="another carrier's line")
    post = Post()
    with serving(post) as server:
        sent(scene, server)
    headers = {"Subject": "Re: [{ref}] away", **LABELS[label]}
    raw = mail(**{name: said.replace("{ref}", ref) for name, said in headers.items()})
    comes_in(scene, folder, raw)
    assert queued(scene) == []


def test_a_robot_that_writes_on_an_ended_ticket_is_not_answered(scene: Scene, folder: Path) -> None:
    ref = scene.register(contact="wang@mill.example")
    scene.says("chen", ref, "reject", reason="not_our_service", comment="another carrier's line")
    scene.sends("wei", ref)
    for number, headers in enumerate(({"From": "no-reply@mill.example"}, {"List_Id": "<noc.lists.example>"})):
        raw = mail(Subject=f"Re: [{ref}] noted", Message_ID=f"<r{number}@mill.example>", **headers)
        assert comes_in(scene, folder, raw).action in ("opened", "appended")
    assert queued(scene) == []


def test_a_stranger_on_an_ended_ticket_is_not_told_whose_it_was(scene: Scene, folder: Path) -> None:
    ref = scene.register(contact="wang@mill.example", requester="Ms Wang", organisation="Mill", contract="C-77")
    scene.says("chen", ref, "reject", reason="not_our_service", comment="another carrier's line")
    scene.sends("wei", ref)
    new = comes_in(scene, folder, mail(From="Eve <eve@evil.example>", Subject=f"[{ref}] hello")).ref
    row = scene.row(new or "")
    assert (row["requester_name"], row["requester_organisation"], row["contract"]) == (None, None, None)
    (item,) = outbox.page(scene.admin)
    assert item["to"] == "eve@evil.example" and "Wang" not in item["text"]
