"""The receiver of webhooks: who may, what is bounded, and that 200 is said only of what is stored."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from typing import Any

import pytest

from noc_console.desk import receiver as module
from noc_console.desk.intake_item import IntakeItem
from noc_console.desk.receiver import MAX_BODY, Receiver, place_of
from noc_console.errors import StoreUnavailable, UsageError
from noc_console.store import engine
from tests.desk.alarms import tickets
from tests.desk.scene import Scene

LOCAL = "127.0.0.1:0"


def alerts(*names: str, status: str = "firing") -> bytes:
    """Write a webhook of Alertmanager."""
    said = [{"status": status, "labels": {"alertname": name, "instance": "r1", "severity": "major"}} for name in names]
    for alert in said:
        alert |= {"startsAt": "2026-04-26T16:59:00Z", "annotations": {"summary": "down"}}
    return json.dumps({"version": "4", "status": status, "receiver": "noc", "alerts": said}).encode()


class Served:
    """A receiver at work, and what it took in."""

    def __init__(self, made: Receiver) -> None:
        self.made = made
        self.items: list[IntakeItem] = []
        host, _colon, port = made.url.removeprefix("http://").rstrip("/").rpartition(":")
        self.place = (host, int(port))

    def ask(self, body: bytes | None, method: str = "POST", path: str = "/", **headers: str) -> tuple[int, Any]:
        """Send a request and return status and answer."""
        connection = HTTPConnection(*self.place, timeout=20)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body, named)
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        return answer.status, json.loads(text) if text else None

    def raw(self, *pieces: bytes) -> bytes:
        """Send bytes as they are and return the first line of the answer."""
        with socket.create_connection(self.place, timeout=20) as connection:
            for piece in pieces:
                connection.sendall(piece)
            return connection.makefile("rb").readline()


@contextmanager
def serving(scene: Scene, **options: Any) -> Iterator[Served]:
    """Run a receiver in a thread of its own."""
    made = Receiver(scene.desk("wei"), "alertmanager", place_of(LOCAL), **options)
    served = Served(made)

    def run() -> None:
        served.items += list(made.items())

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield served
    finally:
        made.stop()
        thread.join(30)
        assert not thread.is_alive()


def test_an_alert_that_is_posted_is_a_ticket_before_it_is_answered(scene: Scene) -> None:
    with serving(scene) as served:
        status, answer = served.ask(alerts("BgpDown", "LinkDown"))
        assert status == 200
        assert [item["action"] for item in answer["items"]] == ["opened", "opened"]
        assert tickets(scene) == 2
        again = served.ask(alerts("BgpDown", "LinkDown"))[1]
        assert [item["action"] for item in again["items"]] == ["updated", "updated"], "a request is a new delivery"
        cleared = served.ask(alerts("BgpDown", status="resolved"), path="/alertmanager?x=1")[1]
        assert [item["action"] for item in cleared["items"]] == ["cleared"]
    assert [item.action for item in served.items] == ["opened", "opened", "updated", "updated", "cleared"]
    assert scene.is_sound()


def test_what_is_no_alert_is_kept_and_not_sent_again(scene: Scene) -> None:
    with serving(scene) as served:
        status, answer = served.ask(b"hello")
        assert (status, answer["items"][0]["action"]) == (202, "quarantined")


def test_a_body_in_chunks_is_taken(scene: Scene) -> None:
    body = alerts("BgpDown")
    head = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    half = len(body) // 2
    chunks = [b"%x;a=b\r\n%s\r\n" % (len(part), part) for part in (body[:half], body[half:])]
    with serving(scene) as served:
        assert served.raw(head, *chunks, b"0\r\nX: y\r\n\r\n").split()[1] == b"200"
        assert tickets(scene) == 1


def test_a_storm_in_one_body_is_no_body_too_large(scene: Scene) -> None:
    body = json.loads(alerts("BgpDown", "LinkDown"))
    body["alerts"][0]["annotations"]["runbook"] = "x" * 5_000_000
    with serving(scene) as served:
        assert served.ask(json.dumps(body).encode())[0] == 200
        assert tickets(scene) == 2


def test_who_sends_too_much_comes_to_hear_it(scene: Scene) -> None:
    with serving(scene) as served:
        status, answer = served.ask(b" " * (MAX_BODY + 1))
        assert (status, answer) == (413, {"error": f"at most {MAX_BODY} bytes"})


def test_bodies_share_a_bounded_room_and_give_it_back(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_BYTES", 100_000)
    with serving(scene) as served:
        for _again in range(3):
            assert served.ask(b" " * 90_000)[0] < 300
            assert served.ask(b" " * 110_000)[0] == 503
        assert served.ask(alerts("BgpDown"))[0] == 200


POST = b"POST / HTTP/1.1\r\nHost: x\r\n"


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"405"),
        (b"BREW / HTTP/1.1\r\nHost: x\r\n\r\n", b"405"),
        (b"POST /api HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", b"404"),
        (POST + b"\r\n", b"411"),
        (POST + b"Content-Length: %d\r\n\r\n" % (MAX_BODY + 1), b"413"),
        (POST + b"Content-Length: -1\r\n\r\n", b"400"),
        (POST + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab", b"400"),
        (POST + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", b"400"),
        (POST + b"Transfer-Encoding: gzip\r\n\r\n", b"400"),
        (POST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", b"400"),
        (POST + b"Transfer-Encoding: chunked\r\n\r\n-1\r\n", b"400"),
        (POST + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n" % (MAX_BODY + 1), b"413"),
        (POST + b"Transfer-Encoding: chunked\r\n\r\n2\r\nabXX", b"400"),
        (POST + b"A: b\r\n" * 200 + b"\r\n", b"431"),
        (POST + b"A: " + b"b" * 70_000 + b"\r\n\r\n", b"431"),
        (b"POST / HTTP/9.9\r\n\r\n", b"505"),
        (b"\x16\x03\x01\r\n\r\n", b"400"),
    ],
)
def test_a_request_that_is_not_to_be_taken_is_told_so_and_stores_nothing(
    scene: Scene, request_: bytes, status: bytes
) -> None:
    token = scene.admin.token()
    with serving(scene) as served:
        assert served.raw(request_).split()[1] == status
        assert served.ask(alerts("BgpDown"))[0] == 200, "the next one is served"
    assert [item.action for item in served.items] == ["opened"]
    assert scene.admin.token() > token


def test_a_request_that_ends_early_or_never_is_dropped(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "READ_S", 0.3)
    with serving(scene) as served:
        assert served.raw(POST + b"Content-Length: 100\r\n\r\nabc").split()[1] == b"400", "cut off after its time"
        assert served.ask(alerts("BgpDown"))[0] == 200
    assert tickets(scene) == 1


def test_a_token_is_asked_for_where_there_is_one(scene: Scene) -> None:
    with serving(scene, token="s3cret") as served:
        assert served.ask(alerts("BgpDown"))[0] == 401
        assert served.ask(alerts("BgpDown"), Authorization="Bearer s3cre")[0] == 401
        assert served.ask(alerts("BgpDown"), Authorization="Bearer s3cret")[0] == 200


def test_a_store_that_is_busy_is_told_and_nothing_is_lost(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(scene) as served:
        with engine.writing(scene.admin.engine), monkeypatch.context() as patched:
            patched.setattr(module, "STORE_S", 0.2)
            assert served.ask(alerts("BgpDown"))[0] == 503
        assert served.ask(alerts("BgpDown"))[0] == 200
    assert tickets(scene) == 1


def test_a_store_that_is_away_is_told(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_args: object, **_named: object) -> None:
        raise StoreUnavailable("the store cannot be reached")

    with serving(scene) as served:
        with monkeypatch.context() as patched:
            patched.setattr("noc_console.desk.alarm_intake.retried", away)
            status, answer = served.ask(alerts("BgpDown"))
            assert (status, answer) == (503, {"error": "the store cannot be reached"})
        assert served.ask(alerts("BgpDown"))[0] == 200


def test_more_than_wait_are_told_to_come_again(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_AT_ONCE", 1)
    with serving(scene) as served, socket.create_connection(served.place, timeout=20) as slow:
        slow.sendall(POST)  # holds the only thread
        answers = {served.raw(POST + b"Content-Length: 0\r\n\r\n").split()[1] for _n in range(3)}
        assert b"503" in answers


def test_only_loopback_unless_it_is_allowed(scene: Scene) -> None:
    with pytest.raises(UsageError, match="other machines"):
        Receiver(scene.desk("wei"), "alertmanager", place_of("0.0.0.0:0"))
    taken = Receiver(scene.desk("wei"), "alertmanager", place_of(LOCAL))
    with pytest.raises(UsageError, match="cannot listen"):
        Receiver(scene.desk("wei"), "alertmanager", place_of(taken.url.removeprefix("http://").rstrip("/")))
    taken.stop()
    assert list(taken.items()) == []


@pytest.mark.parametrize("said", ["", "9094", "localhost", "example.com:80", "127.0.0.1:x", "127.0.0.1:99999", "[::1]"])
def test_a_place_is_an_address_and_a_port(said: str) -> None:
    with pytest.raises(UsageError, match="no place to listen"):
        place_of(said)
    assert place_of("[::1]:9094") == module.Place("::1", 9094)
    assert place_of("localhost:0").is_loopback


def test_it_ends_after_so_many_requests(scene: Scene) -> None:
    made = Receiver(scene.desk("wei"), "alertmanager", place_of(LOCAL))
    served = Served(made)
    answers: list[int] = []
    thread = threading.Thread(target=lambda: answers.append(served.ask(alerts("BgpDown"))[0]))
    thread.start()
    assert [item.action for item in made.items(once=1)] == ["opened"]
    thread.join(20)
    assert answers == [200], "the last one is answered, too"
