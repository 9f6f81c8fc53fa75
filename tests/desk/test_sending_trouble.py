"""What mail servers, gateways, clocks and stores do in the middle of sending: each message has one true outcome."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from noc_console.config import MailServer
from noc_console.desk import lock, mail_line, outbox, sending
from noc_console.desk.act import Wish, act
from noc_console.errors import PeerUnavailable, StoreUnavailable
from noc_console.workflows.outbox import DIED, GIVE_UP, LATE
from tests.desk.mail_server import Post, report, sender, sent, serving, states
from tests.desk.scene import Scene, scene_at


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    with scene_at(str(tmp_path / "store.db")) as made:
        yield made


def item_to(scene: Scene, address: str) -> dict[str, Any]:
    (item,) = (item for item in outbox.page(scene.admin, state="all") if item["to"] == address)
    return item


def retry(scene: Scene, address: str, to: str) -> None:
    act(scene.desk("wei"), Wish("outbox", item_to(scene, address)["id"], "retry", {"to": to}))


# --- The server ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reply", ["550 5.7.1 who are you", "530 5.7.0 log in first", "451 not now", "drop"])
def test_a_server_that_takes_no_mail_from_us_is_no_fault_of_a_message(scene: Scene, reply: str) -> None:
    report(scene, "a@x.example", "b@x.example")
    post = Post()
    post.at_mail = [reply]
    with serving(post) as server:
        with pytest.raises(PeerUnavailable) as caught:
            sent(scene, server)
        assert reply == "drop" or reply in str(caught.value)
        assert [(item["state"], item["tries"]) for item in outbox.page(scene.admin)] == [("pending", 0)] * 2
        assert sent(scene, server) == ["sent", "sent"]


@pytest.mark.parametrize("reply", ["421 so many a session", "drop", "452 too many for you today"])
def test_a_session_that_ends_between_two_mails_is_made_anew(scene: Scene, reply: str) -> None:
    report(scene, "a@x.example", "b@x.example", "c@x.example")
    post = Post()
    post.at_mail = ["250 OK", reply, "250 OK", reply]
    with serving(post) as server:
        assert sent(scene, server) == ["sent"] * 3
    assert [to for to, _raw in post.taken] == ["a@x.example", "b@x.example", "c@x.example"]
    assert {item["tries"] for item in outbox.page(scene.admin, state="sent")} == {1}


@pytest.mark.parametrize("reply", ["what?", "354 go on", "", None])
def test_no_plain_word_on_a_whole_mail_is_a_doubt_and_no_second_mail(scene: Scene, reply: str | None) -> None:
    report(scene, "a@x.example", "b@x.example")
    post = Post()
    post.at_data["a@x.example"] = reply
    with serving(post) as server:
        assert sent(scene, server) == ["doubt", "sent"]
        scene.later(days=3)
        assert sent(scene, server) == []
    assert [to for to, _raw in post.taken] == ["a@x.example", "b@x.example"]


@pytest.mark.parametrize(
    ("reply", "state"), [("421 going down", "pending"), ("452 full", "pending"), ("552 x", "failed")]
)
def test_a_plain_no_to_a_whole_mail_is_a_no(scene: Scene, reply: str, state: str) -> None:
    report(scene, "a@x.example", "b@x.example")
    post = Post()
    post.at_data["a@x.example"] = reply
    with serving(post) as server:
        sent(scene, server)
    assert states(scene) == {"a@x.example": state, "b@x.example": "sent"}


def test_a_server_that_thinks_long_about_a_mail_is_waited_for(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    report(scene, "a@x.example")
    assert mail_line.ANSWERED_IN >= 600, "RFC 5321, 4.5.3.2.6"
    monkeypatch.setattr(mail_line, "ANSWERED_IN", 0.05)
    post, over = Post(), Event()
    post.meanwhile = lambda _address: over.wait(30)
    with serving(post) as server:
        try:
            assert sent(scene, server) == ["doubt"], "it has the mail, and nobody knows"
        finally:
            over.set()


@pytest.mark.parametrize("said", ["550 \x1b[31mno\x07\x00", "550 " + "不" * 400, "550"])
def test_whatever_a_server_says_is_kept_and_holds_up_nothing(scene: Scene, said: str) -> None:
    report(scene, "a@x.example", "b@x.example")
    post = Post()
    post.at_rcpt["a@x.example"] = said
    with serving(post) as server:
        assert sent(scene, server) == ["refused", "sent"]
    assert item_to(scene, "a@x.example")["error"].startswith("550")
    assert scene.is_sound()


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_server_without_encryption_gets_nothing_where_the_settings_ask_for_it(scene: Scene, security: str) -> None:
    report(scene, "a@x.example")
    post = Post()
    with serving(post) as server, pytest.raises(PeerUnavailable):
        sent(scene, replace(server, security=security))
    assert (post.taken, item_to(scene, "a@x.example")["tries"]) == ([], 0)


@pytest.mark.filterwarnings("ignore:Requiring AUTH")
@pytest.mark.parametrize("password", ["wrong", "pässwörd"])
def test_a_server_that_does_not_let_us_in_gets_nothing(
    scene: Scene, password: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    report(scene, "a@x.example")
    monkeypatch.setenv("NOC_MAIL_PASSWORD", password)
    post = Post()
    with serving(post, auth_require_tls=False, auth_required=True) as server, pytest.raises(PeerUnavailable):
        sent(scene, replace(server, user="noc"))
    assert (post.taken, item_to(scene, "a@x.example")["tries"]) == ([], 0)


def test_a_host_that_no_name_can_be_is_said(scene: Scene) -> None:
    report(scene, "a@x.example")
    with serving(Post()) as server, pytest.raises(PeerUnavailable):
        sent(scene, replace(server, host="a..b"))


def test_letters_before_the_at_need_a_server_that_takes_them(scene: Scene) -> None:
    report(scene, "王芳@x.example", "wang@bücher.example")
    post = Post()
    with serving(post, enable_SMTPUTF8=False) as server:
        assert sent(scene, server) == ["refused", "sent"]
    retry(scene, "王芳@x.example", "王芳@例.example")
    with serving(post, enable_SMTPUTF8=True) as server:
        assert sent(scene, server) == ["sent"]
    assert [to for to, _raw in post.taken] == ["wang@xn--bcher-kva.example", "王芳@xn--fsq.example"]
    assert "SMTPUTF8" in post.options


# --- Others at the same store --------------------------------------------------------------------------------


def test_an_address_that_is_corrected_while_others_are_sent_is_the_one_that_gets_it(scene: Scene) -> None:
    report(scene, "a@x.example", "wrong@x.example")
    post = Post()
    post.meanwhile = lambda address: address == "a@x.example" and retry(scene, "wrong@x.example", "right@x.example")
    with serving(post) as server:
        assert sent(scene, server) == ["sent", "sent"]
    assert [to for to, _raw in post.taken] == ["a@x.example", "right@x.example"]


def test_what_is_discarded_while_others_are_sent_does_not_go(scene: Scene) -> None:
    report(scene, "a@x.example", "b@x.example", "c@x.example")
    post = Post()

    def meanwhile(address: str) -> None:
        if address == "a@x.example":
            outbox.discard(scene.desk("wei"), item_to(scene, "b@x.example")["id"], "they were called")

    post.meanwhile = meanwhile
    with serving(post) as server:
        assert sent(scene, server) == ["sent", "sent"]
    assert [to for to, _raw in post.taken] == ["a@x.example", "c@x.example"]


@pytest.mark.parametrize(("reply", "state"), [("250 taken", "sent"), ("451 later", "pending"), ("554 no", "failed")])
def test_a_program_that_was_taken_for_dead_still_says_what_became_of_it(scene: Scene, reply: str, state: str) -> None:
    report(scene, "a@x.example", "b@x.example")
    post = Post()
    post.at_data["a@x.example"] = reply

    def meanwhile(address: str) -> None:
        if address == "a@x.example":
            scene.later(seconds=DIED.total_seconds())
            act(scene.desk("wei", via="timer"), Wish("outbox", item_to(scene, address)["id"], "abandon", {}))

    post.meanwhile = meanwhile
    with serving(post) as server:
        sent(scene, server)
    assert states(scene) == {"a@x.example": state, "b@x.example": "sent"}


def test_what_a_person_has_decided_meanwhile_stands_and_the_next_goes(scene: Scene) -> None:
    report(scene, "a@x.example", "b@x.example")
    post = Post()
    post.at_data["a@x.example"] = "451 later"

    def meanwhile(address: str) -> None:
        if address == "a@x.example":
            scene.later(seconds=DIED.total_seconds())
            item = item_to(scene, address)["id"]
            act(scene.desk("wei", via="timer"), Wish("outbox", item, "abandon", {}))
            outbox.discard(scene.desk("wei"), item, "they were called")

    post.meanwhile = meanwhile
    with serving(post) as server:
        assert sent(scene, server) == ["deferred", "sent"]
    assert states(scene) == {"a@x.example": "discarded", "b@x.example": "sent"}


def locked_by(scene: Scene) -> str:
    outcome = lock.lock(scene.admin, "moving to another disk")
    return outcome.record


def test_a_store_that_is_locked_when_the_result_is_there_gets_it_when_it_is_open_again(scene: Scene) -> None:
    report(scene, "a@x.example", "b@x.example")
    post = Post()
    held: list[str] = []
    post.meanwhile = lambda address: address == "a@x.example" and held.append(locked_by(scene))
    waited: list[float] = []

    def pause(seconds: float) -> None:
        waited.append(seconds)
        if len(waited) == 3:
            lock.unlock(scene.admin, held[0])

    with serving(post) as server:
        words = [item.word for item in sending.send(sender(scene, server), pause=pause)]
    assert (words, len(waited)) == (["sent", "sent"], 3)
    assert [to for to, _raw in post.taken] == ["a@x.example", "b@x.example"]


def test_a_store_that_stays_locked_costs_the_word_and_never_a_second_mail(scene: Scene) -> None:
    (ref, _other) = report(scene, "a@x.example", "b@x.example")
    item = item_to(scene, "a@x.example")["id"]
    post = Post()
    held: list[str] = []
    post.meanwhile = lambda _address: held.append(locked_by(scene))
    with serving(post) as server:
        with pytest.raises(StoreUnavailable) as caught:
            list(sending.send(sender(scene, server), pause=lambda _seconds: None))
        assert item in str(caught.value) and "sent" in str(caught.value)
        lock.unlock(scene.admin, held[0])
        post.meanwhile = lambda _address: None
        scene.later(seconds=DIED.total_seconds())
        assert sent(scene, server) == ["abandoned", "sent"]
        assert ("message_in_doubt", "role:lead") in scene.alerts(ref)
    assert [to for to, _raw in post.taken] == ["a@x.example", "b@x.example"]


@pytest.mark.skipif(os.name != "posix", reason="no SIGKILL on this system")
def test_a_program_killed_when_the_server_has_the_mail_leaves_a_doubt(scene: Scene, tmp_path: Path) -> None:
    report(scene, "a@x.example", "b@x.example")
    post, running = Post(), Event()
    programs: list[subprocess.Popen[bytes]] = []

    def kill(_address: str) -> None:
        running.wait(30)
        programs[0].send_signal(signal.SIGKILL)
        programs[0].wait(30)

    post.meanwhile = kill
    with serving(post) as server:
        settings = tmp_path / "config.toml"
        settings.write_text(
            f'[mail]\nhost = "127.0.0.1"\nfrom = "noc@x.example"\nport = {server.port}\nsecurity = "none"\n'
        )
        command = [
            sys.executable,
            "-m",
            "noc_console.cli.main",
            "outbox",
            "send",
            "--store",
            scene.store,
            "--as",
            "wei",
        ]
        programs.append(subprocess.Popen([*command, "--config", str(settings)], stdout=subprocess.DEVNULL))
        running.set()
        programs[0].wait(60)
        assert programs[0].returncode == -signal.SIGKILL
        assert states(scene) == {"a@x.example": "sending", "b@x.example": "pending"}
        post.meanwhile = lambda _address: None
        assert sent(scene, server) == ["sent"], "the other is not held up"
        scene.later(seconds=DIED.total_seconds())
        assert sent(scene, server) == ["abandoned"]
    assert [to for to, _raw in post.taken] == ["a@x.example", "b@x.example"]
    assert scene.is_sound()


# --- Clocks --------------------------------------------------------------------------------------------------


def test_a_clock_that_is_put_back_keeps_no_message_from_its_next_try(scene: Scene) -> None:
    scene.later(days=30)
    report(scene, "a@x.example")
    post = Post()
    post.at_rcpt["a@x.example"] = "451 later"
    with serving(post) as server:
        assert sent(scene, server) == ["deferred"]
        post.at_rcpt.clear()
        assert sent(scene, server) == []
        scene.later(days=-29)
        assert sent(scene, server) == ["sent"]


def test_a_clock_that_is_put_back_leaves_no_message_being_sent(scene: Scene) -> None:
    scene.later(days=30)
    report(scene, "a@x.example")
    act(scene.desk("wei"), Wish("outbox", item_to(scene, "a@x.example")["id"], "begin", {"message_id": "<1@x>"}))
    with serving(Post()) as server:
        scene.later(minutes=-1)
        assert sent(scene, server) == [], "a clock that was set right by a minute kills no program"
        scene.later(days=-29)
        assert sent(scene, server) == ["abandoned"]


def test_a_message_that_waited_for_its_first_try_too_long_is_told_too(scene: Scene) -> None:
    (ref,) = report(scene, "a@x.example")
    scene.later(seconds=GIVE_UP.total_seconds())
    post = Post()
    post.at_rcpt["a@x.example"] = "451 later"
    with serving(post) as server:
        assert sent(scene, server) == ["deferred"]
    assert scene.alerts(ref).count(("message_waits_long", "role:lead")) == 1


def test_what_waits_for_hours_because_the_server_is_away_is_told_once(scene: Scene) -> None:
    (ref, other) = report(scene, "a@x.example", "+86 571 8888")
    away = replace(sender(scene, None).config, mail=MailServer("127.0.0.1", "noc@x.example", port=1, security="none"))
    desk = scene.desk("wei")
    desk.config = away

    def tried() -> list[tuple[str, str]]:
        with pytest.raises(PeerUnavailable):
            list(sending.send(desk))
        return scene.alerts(ref)

    assert tried() == [], "not for a moment"
    scene.later(seconds=LATE.total_seconds())
    assert tried() == tried() == [("message_held_up", "role:lead")]
    assert scene.alerts(other) == [], "a phone is told by nobody's mail server"
    with serving(Post()) as server:
        assert sent(scene, server) == ["sent"]
    assert [item["state"] for item in scene.rows("inbox", ref)] == ["done"]
    assert scene.is_sound()
