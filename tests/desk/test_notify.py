"""Other ways than mail: one setting that is wrong holds up no other, and what may have gone out never goes again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from noc_console.config import Config, MailServer
from noc_console.desk import outbox, sending
from noc_console.desk.desk import Desk
from noc_console.errors import UsageError
from tests.desk.mail_server import Post, free_port, report, serving, states
from tests.desk.scene import Scene, scene_at

pytest.importorskip("apprise", reason="the extra notify is not installed")


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    with scene_at(str(tmp_path / "store.db")) as made:
        yield made


@contextmanager
def gateway(answer: int | None) -> Iterator[tuple[str, list[tuple[str, Any]]]]:
    """Run a gateway that answers with a status, or takes what it gets and hangs up; give its URL and what it got."""
    got: list[tuple[str, Any]] = []

    class Gateway(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append((self.path, json.loads(self.rfile.read(int(self.headers["Content-Length"])))))
            if answer is None:
                self.connection.close()
                return
            self.send_response(answer)
            self.end_headers()

        def handle(self) -> None:
            try:
                super().handle()
            except (OSError, ValueError):
                return

        def log_message(self, *_words: object) -> None:
            return

    server = HTTPServer(("127.0.0.1", 0), Gateway)
    thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"json://127.0.0.1:{server.server_port}/send?to={{to}}", got
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def sender(scene: Scene, *, mail: MailServer | None = None, **urls: str) -> Desk:
    desk = scene.desk("wei")
    desk.config = Config(mail=mail, notify=urls)
    return desk


def words(scene: Scene, **urls: str) -> list[str]:
    return [item.word for item in sending.send(sender(scene, **urls))]


def test_a_phone_is_told_the_words_as_they_were_queued(scene: Scene) -> None:
    (ref,) = report(scene, "+86 571 8888 & to=+1")
    (item,) = outbox.page(scene.admin)
    with gateway(200) as (url, got):
        assert words(scene, sms=url) == ["sent"]
        assert words(scene, sms=url) == []
    ((_path, said),) = got
    assert (said["title"], said["message"].split()) == (item["subject"], item["text"].split())
    (message,) = scene.rows("message", ref)
    assert (message["channel"], message["recipient"], message["text"]) == ("sms", item["to"], item["text"])


@pytest.mark.parametrize(("answer", "word"), [(503, "deferred"), (401, "deferred"), (400, "refused"), (None, "doubt")])
def test_what_a_gateway_may_have_sent_is_not_sent_again(scene: Scene, answer: int | None, word: str) -> None:
    report(scene, "+86 571 8888")
    with gateway(answer) as (url, got):
        assert words(scene, sms=url) == [word]
        scene.later(hours=1)
        assert words(scene, sms=url) == ([word] if word == "deferred" else [])
    assert len(got) == (2 if word == "deferred" else 1)
    assert outbox.page(scene.admin)[0]["error"]


def test_a_gateway_that_is_away_has_nothing(scene: Scene) -> None:
    report(scene, "+86 571 8888")
    assert words(scene, sms=f"json://127.0.0.1:{free_port()}/?to={{to}}") == ["deferred"]
    assert states(scene) == {"+86 571 8888": "pending"}


def test_a_wrong_setting_of_one_channel_holds_up_no_other(scene: Scene) -> None:
    report(scene, "+86 571 8888", "a@x.example")
    post, done = Post(), []
    with serving(post) as server, pytest.raises(UsageError, match="sms"):
        for item in sending.send(sender(scene, mail=server, sms="nosuchservice://x")):
            done.append(item.word)
    assert done == ["sent"]
    assert states(scene) == {"+86 571 8888": "pending", "a@x.example": "sent"}


def test_nobody_is_told_by_a_gateway_of_phones_but_a_phone(scene: Scene) -> None:
    ref = scene.to(scene.register(channel="email", contact="a@x.example"), "diagnosing")
    scene.says("wei", ref, "inform", channel="sms", text="we splice", sent="by_us")
    scene.register(channel="email", contact=None)
    with gateway(200) as (url, got):
        assert words(scene, sms=url) == ["refused"]
    assert got == []
    assert [item["state"] for item in outbox.page(scene.admin) if item["channel"] == "sms"] == ["failed"]


def test_a_message_to_nobody_is_refused_before_a_gateway_takes_it(scene: Scene) -> None:
    ref = scene.to(scene.register(channel="email", contact=None), "diagnosing")
    scene.says("wei", ref, "inform", channel="sms", text="we splice", sent="by_us")
    with gateway(200) as (url, got):
        assert words(scene, sms=url.replace("{to}", "all")) == ["refused"]
    assert got == []


def test_mail_can_go_by_a_service_too(scene: Scene) -> None:
    report(scene, "a@x.example")
    with gateway(200) as (url, got):
        assert words(scene, email=url) == ["sent"]
    assert len(got) == 1
