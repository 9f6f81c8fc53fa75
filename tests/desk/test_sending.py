"""Messages leave by a real mail server, whatever it does: nothing is lost, nothing goes twice, none blocks another."""

from __future__ import annotations

import email
from collections.abc import Callable, Iterator
from dataclasses import replace
from email import policy as mail_policy
from threading import Barrier, Thread
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from noc_console.config import Config, MailServer
from noc_console.desk import outbox, sending
from noc_console.desk.act import Wish, act
from noc_console.desk.desk import Desk
from noc_console.errors import PeerUnavailable, Refused, UsageError
from noc_console.workflows.outbox import DIED, WAITS
from noc_console.workflows.reasons import say
from tests.desk.mail_server import Post, free_port, report, sender, sent, serving, states
from tests.desk.scene import Scene, scene_at


@pytest.fixture
def scene(tmp_path: Any) -> Iterator[Scene]:
    with scene_at(str(tmp_path / "store.db")) as made:
        yield made


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


def test_a_dry_run_says_what_would_be_tried_and_sends_nothing(scene: Scene) -> None:
    report(scene, "a@x.example", "nobody@", "+86 571 8888")
    token, post = scene.admin.token(), Post()
    with serving(post) as server:
        items = list(sending.send(sender(scene, server), dry_run=True))
    assert [(item.to, item.word) for item in items] == [("a@x.example", "due"), ("nobody@", "refused")]
    assert (post.taken, scene.admin.token()) == ([], token)


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
        for _try in range(20):
            assert sent(scene, server) == ["deferred"]
            scene.later(hours=4)
    assert scene.alerts(ref).count(("message_waits_long", "role:lead")) == 1, "told once, not at every further try"
    assert states(scene) == {"b@x.example": "pending"}, "nothing is given up silently"


def test_a_server_that_is_away_loses_and_counts_nothing(scene: Scene) -> None:
    report(scene, "a@x.example")
    away = MailServer("127.0.0.1", "noc@carrier.example", port=free_port(), security="none", timeout_s=1)
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


def test_two_programs_send_each_message_once(any_scene: Scene) -> None:
    scene = any_scene
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
    [
        "wang@mill.example\r\nBcc: x@y.example",
        "<a@b>, c@d.example",
        "a b@c.example",
        "@x.example",
        "a@b..c",
        "a@-b.example",
    ],
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


def test_without_a_way_to_send_it_is_said(scene: Scene) -> None:
    with pytest.raises(UsageError, match=r"\[mail\]"):
        list(sending.send(sender(scene, None)))


def test_a_service_that_tells_by_another_way_is_named_in_the_settings(scene: Scene) -> None:
    pytest.importorskip("apprise")
    report(scene, "+86 571 8888")
    desk = scene.desk("wei")
    desk.config = Config(notify={"sms": f"json://127.0.0.1:{free_port()}/?to={{to}}"})
    assert [item.word for item in sending.send(desk)] == ["deferred"]
    desk.config = Config(notify={"sms": "nosuchservice://x"})
    scene.later(hours=1)
    with pytest.raises(UsageError, match="Apprise"):
        list(sending.send(desk))
