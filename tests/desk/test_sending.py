"""Messages leave by a real mail server, whatever it does: nothing is lost, nothing goes twice, none blocks another."""

from __future__ import annotations

import asyncio
import email
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from email import policy as mail_policy
from threading import Barrier, Thread
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from noc_console.config import Config, MailServer
from noc_console.desk import outbox, sending
from noc_console.desk.act import Wish, act
from noc_console.desk.desk import Desk
from noc_console.errors import PeerUnavailable, Refused, UsageError
from noc_console.workflows.outbox import DIED, WAITS
from noc_console.workflows.reasons import say
from tests.desk.scene import Scene, scene_at

Reply = Callable[[SMTP, Session, Envelope], str]


class Post:
    """A mail server that answers as it is told, by recipient, and keeps what it took."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, bytes]] = []
        self.at_rcpt: dict[str, str] = {}
        self.at_data: dict[str, str | None] = {}

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        reply = self.at_rcpt.get(address, "250 OK")
        if reply == "drop":
            _hang_up(server)
            return "421 gone"
        if reply.startswith("250"):
            envelope.rcpt_tos.append(address)
        return reply

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        (address,) = envelope.rcpt_tos
        reply = self.at_data.get(address, "250 taken")
        if reply is None or reply.startswith("250"):
            self.taken.append((address, bytes(envelope.content or b"")))
        if reply is None:
            _hang_up(server)
            await asyncio.sleep(0)
            return "421 gone"
        return reply


def _hang_up(server: SMTP) -> None:
    server.transport.abort()


@contextmanager
def serving(post: Post) -> Iterator[MailServer]:
    """Run a mail server on the loopback."""
    controller = Controller(post, hostname="127.0.0.1", port=0)
    controller.port = _free_port()
    controller.start()
    try:
        yield MailServer("127.0.0.1", "noc@carrier.example", "NOC", controller.port, "none", timeout_s=5)
    finally:
        controller.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def scene(tmp_path: Any) -> Iterator[Scene]:
    with scene_at(str(tmp_path / "store.db")) as made:
        yield made


def sender(scene: Scene, server: MailServer | None) -> Desk:
    desk = scene.desk("wei")
    desk.config = Config(mail=server)
    return desk


def sent(scene: Scene, server: MailServer) -> list[str]:
    return [item.word for item in sending.send(sender(scene, server))]


def report(scene: Scene, *addresses: str) -> list[str]:
    """Register a ticket for each address; each queues its acknowledgement."""
    refs = []
    for address in addresses:
        refs.append(scene.register(contact=address))
        scene.later(seconds=1)
    return refs


def states(scene: Scene) -> dict[str, str]:
    return {item["to"]: item["state"] for item in outbox.page(scene.admin, state="all")}


def test_a_mail_goes_out_with_its_words_and_is_a_message_of_the_ticket(scene: Scene) -> None:
    (ref,) = report(scene, "wang@mill.example")
    post = Post()
    with serving(post) as server:
        assert sent(scene, server) == ["sent"]
        assert sent(scene, server) == [], "never twice"
    ((to, raw),) = post.taken
    mail = email.message_from_bytes(raw, policy=mail_policy.default)
    (message,) = scene.rows("message", ref)
    assert (to, mail["To"], mail["From"]) == ("wang@mill.example", "wang@mill.example", "NOC <noc@carrier.example>")
    assert mail["Subject"] == message["subject"] and f"[{ref}]" in message["subject"]
    assert mail.get_content().replace("\r\n", "\n").strip() == message["text"].strip()
    assert mail["Message-ID"] == message["message_id"]
    assert mail["Auto-Submitted"] == "auto-replied"
    assert scene.is_sound()


def test_what_one_server_says_of_one_message_holds_up_no_other(scene: Scene) -> None:
    report(scene, "a@x.example", "b@x.example", "c@x.example", "d@x.example", "e@x.example", "f@x.example")
    post = Post()
    post.at_rcpt |= {"a@x.example": "550 no such user", "b@x.example": "451 greylisted", "d@x.example": "drop"}
    post.at_data |= {"c@x.example": "554 spam", "e@x.example": None}
    with serving(post) as server:
        words = sent(scene, server)
    assert words == ["refused", "deferred", "refused", "lost", "doubt", "sent"]
    assert states(scene) == {
        "a@x.example": "failed", "b@x.example": "pending", "c@x.example": "failed", "d@x.example": "pending",
        "e@x.example": "in_doubt", "f@x.example": "sent",
    }  # fmt: skip
    assert [to for to, _raw in post.taken] == ["e@x.example", "f@x.example"]
    assert scene.is_sound()


def test_a_greylisted_mail_goes_at_its_next_try(scene: Scene) -> None:
    report(scene, "b@x.example")
    post = Post()
    post.at_rcpt["b@x.example"] = "451 come back later"
    with serving(post) as server:
        assert sent(scene, server) == ["deferred"]
        post.at_rcpt.clear()
        assert sent(scene, server) == [], "not before its time"
        scene.later(seconds=WAITS[0].total_seconds())
        assert sent(scene, server) == ["sent"]
    assert len(post.taken) == 1


def test_a_message_nobody_takes_alerts_and_waits_longer_each_time(scene: Scene) -> None:
    (ref,) = report(scene, "b@x.example")
    post = Post()
    post.at_rcpt["b@x.example"] = "451 later"
    with serving(post) as server:
        for _try in range(18):
            assert sent(scene, server) == ["deferred"]
            scene.later(hours=4)
    assert ("message_waits_long", "role:lead") in scene.alerts(ref)
    assert states(scene) == {"b@x.example": "pending"}, "nothing is given up silently"


def test_a_server_that_is_away_loses_and_counts_nothing(scene: Scene) -> None:
    report(scene, "a@x.example")
    away = MailServer("127.0.0.1", "noc@carrier.example", port=_free_port(), security="none", timeout_s=1)
    with pytest.raises(PeerUnavailable):
        sent(scene, away)
    (item,) = outbox.page(scene.admin)
    assert (item["state"], item["tries"]) == ("pending", 0)


def test_a_program_that_died_while_sending_leaves_a_doubt_for_a_person(scene: Scene) -> None:
    (ref,) = report(scene, "a@x.example")
    (item,) = outbox.page(scene.admin)
    act(scene.desk("wei"), Wish("outbox", item["id"], "begin", {"message_id": "<1@x>"}))
    post = Post()
    with serving(post) as server:
        assert sent(scene, server) == [], "it may be at work still"
        with pytest.raises(Refused):
            outbox.mark_sent(scene.desk("wei"), item["id"])
        scene.later(seconds=DIED.total_seconds())
        assert sent(scene, server) == ["abandoned"]
        assert sent(scene, server) == [] and post.taken == []
        assert ("message_in_doubt", "role:lead") in scene.alerts(ref)
        act(scene.desk("wei"), Wish("outbox", item["id"], "retry", {"to": "other@x.example"}))
        assert sent(scene, server) == ["sent"]
    assert [to for to, _raw in post.taken] == ["other@x.example"]


def test_when_a_message_is_tried_again_or_is_being_sent_is_told_in_the_zone_of_the_desk(scene: Scene) -> None:
    report(scene, "a@x.example")
    (item,) = outbox.page(scene.admin)
    tokyo = replace(scene.admin.config, zone=ZoneInfo("Asia/Tokyo"))
    desk = Desk(scene.admin.engine, scene.admin.place, scene.desk("wei").actor, "cli", tokyo)
    begin = Wish("outbox", item["id"], "begin", {"message_id": "<1@x>"})
    act(desk, begin)
    assert "2026-04-27 02:00+09:00" in refused(lambda: outbox.mark_sent(desk, item["id"]))
    act(desk, Wish("outbox", item["id"], "defer", {"error": "451 later"}))
    assert "2026-04-27 02:05+09:00" in refused(lambda: act(desk, replace(begin, intent_id="")))


def refused(attempt: Callable[[], object]) -> str:
    with pytest.raises(Refused) as caught:
        attempt()
    return " ".join(say(caught.value.reasons[0]))


def test_two_programs_send_each_message_once(scene: Scene) -> None:
    report(scene, *(f"p{n}@x.example" for n in range(12)))
    post = Post()
    ready = Barrier(2)

    def work(server: MailServer) -> None:
        ready.wait()
        list(sending.send(sender(scene, server)))

    with serving(post) as server:
        threads = [Thread(target=work, args=(server,)) for _n in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(to for to, _raw in post.taken) == sorted(f"p{n}@x.example" for n in range(12))
    assert set(states(scene).values()) == {"sent"}


@pytest.mark.parametrize(
    "address",
    ["wang@mill.example\r\nBcc: x@y.example", "<a@b>, c@d.example", "a b@c.example", "@x.example", "王@例.example"],
)
def test_no_address_says_more_than_one_recipient(scene: Scene, address: str) -> None:
    report(scene, "good@x.example")
    (item,) = outbox.page(scene.admin)
    post = Post()
    act(scene.desk("wei"), Wish("outbox", item["id"], "retry", {"to": address}))
    with serving(post) as server:
        assert sent(scene, server) == ["refused"]
    assert post.taken == []


def test_our_answer_names_the_mail_that_it_answers(scene: Scene, tmp_path: Any) -> None:
    from noc_console.desk import channels

    raw = tmp_path / "m.eml"
    raw.write_bytes(
        b"From: li@bank.example\r\nTo: noc@x.example\r\nSubject: down\r\nMessage-ID: <77@bank>\r\n\r\nhelp\r\n"
    )
    list(channels.take(scene.desk("wei"), "email", [str(raw)]))
    post = Post()
    with serving(post) as server:
        assert sent(scene, server) == ["sent"]
    mail = email.message_from_bytes(post.taken[0][1], policy=mail_policy.default)
    assert mail["In-Reply-To"] == mail["References"] == "<77@bank>"


@pytest.mark.parametrize(("action", "state"), [("failed", "failed"), ("delayed", "sent")])
def test_a_mail_that_comes_back_was_not_told(scene: Scene, tmp_path: Any, action: str, state: str) -> None:
    from noc_console.desk import channels

    (ref,) = report(scene, "wang@mill.example")
    with serving(Post()) as server:
        assert sent(scene, server) == ["sent"]
    (message,) = scene.rows("message", ref)
    bounce = tmp_path / "bounce.eml"
    bounce.write_text(
        "From: MAILER-DAEMON@mill.example\nTo: noc@carrier.example\nSubject: Undelivered Mail Returned to Sender\n"
        "Message-ID: <b1@mill.example>\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n--b\n\nIt is late.\n--b\n'
        "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mill.example\n\n"
        f"Final-Recipient: rfc822; wang@mill.example\nAction: {action}\nStatus: 5.1.1\n\n--b\n"
        f"Content-Type: message/rfc822\n\nMessage-ID: {message['message_id']}\nSubject: x\n\n.\n--b--\n"
    )
    (item,) = channels.take(scene.admin, "email", [str(bounce)])
    assert (item.action, item.ref) == ("ignored", ref)
    assert states(scene) == {"wang@mill.example": state}
    assert (("message_came_back", "role:lead") in scene.alerts(ref)) is (state == "failed")


def test_without_a_way_to_send_it_is_said(scene: Scene) -> None:
    with pytest.raises(UsageError, match=r"\[mail\]"):
        list(sending.send(sender(scene, None)))


def test_a_service_that_tells_by_another_way_is_named_in_the_settings(scene: Scene) -> None:
    pytest.importorskip("apprise")
    report(scene, "+86 571 8888")
    desk = scene.desk("wei")
    desk.config = Config(notify={"sms": f"json://127.0.0.1:{_free_port()}/?to={{to}}"})
    assert [item.word for item in sending.send(desk)] == ["deferred"]
    desk.config = Config(notify={"sms": "nosuchservice://x"})
    scene.later(hours=1)
    with pytest.raises(UsageError, match="Apprise"):
        list(sending.send(desk))
