"""An item of the inbox that asks for nothing any more is done by the act that settled it, and by nobody's name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from noc_console.desk import inbox, outbox, timers
from noc_console.desk.act import Wish, act
from tests.desk.mail_server import Post, report, sent, serving
from tests.desk.scene import Scene, scene_at


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    with scene_at(str(tmp_path / "store.db")) as made:
        yield made


def asked(scene: Scene, name: str) -> list[tuple[str, str]]:
    """Return code and clock of what waits for somebody."""
    with scene.admin.reading():
        items = inbox.page(scene.desk(name))
    rows = {row["id"]: row for ref in {item.ref for item in items} for row in scene.rows("inbox", ref)}
    return [(item.code, rows[item.id]["params"].get("clock", "")) for item in items]


def late(scene: Scene, **more: str) -> str:
    """Bring a fault so far that everybody is warned of everything."""
    ref = scene.to(scene.register(grade="P2", **more), "diagnosing")
    scene.later(hours=7)
    list(timers.run(scene.admin))
    return ref


def test_an_alert_about_a_clock_ends_when_the_clock_stops(any_scene: Scene) -> None:
    scene = any_scene
    ref = late(scene)
    assert {("clock_late", "news"), ("clock_warning", "restore")} <= set(asked(scene, "wei"))
    assert ("clock_late", "restore") in asked(scene, "chen")
    scene.says("wei", ref, "inform", channel="phone", text="we splice")
    assert ("clock_late", "news") not in asked(scene, "wei"), "what is promised anew is another clock"
    assert ("clock_warning", "restore") in asked(scene, "wei"), "that one runs on"
    scene.to(ref, "restored")
    assert not [item for item in asked(scene, "wei") if item[0] in ("clock_warning", "clock_late")]
    assert ("clock_late", "restore") not in asked(scene, "chen")
    assert {row["done_by"] for row in scene.rows("inbox", ref) if row["state"] == "done"} == {None}
    assert scene.is_sound()


def test_why_a_clock_ran_out_is_asked_until_it_was_said(scene: Scene) -> None:
    ref = late(scene)
    scene.to(ref, "closed")
    assert asked(scene, "wei") == [("clock_late_explain", "restore")], "it can be said of a closed ticket"
    scene.says("wei", ref, "explain_breach", reason="too_few_people", words="two of us")
    assert asked(scene, "wei") == []


def test_nothing_is_asked_of_a_ticket_that_is_laid_away(scene: Scene) -> None:
    ref = scene.to(late(scene), "closed")
    scene.says("chen", ref, "archive", why_none="known")
    assert asked(scene, "wei") == [] and asked(scene, "chen") == []


@pytest.mark.parametrize("end", ["cancel", "merge"])
def test_a_ticket_that_ends_early_takes_its_alerts_along_and_no_others(scene: Scene, end: str) -> None:
    other = late(scene, subject="another line")
    ref = late(scene)
    before = {row["id"] for row in scene.rows("inbox", other) if row["state"] == "open"}
    if end == "cancel":
        scene.says("wei", ref, "cancel", who="Ms Wang", channel="phone", words="it works, thank you")
    else:
        scene.says("wei", ref, "merge", into=scene.row(other)["id"])
    assert [row for row in scene.rows("inbox", ref) if row["state"] == "open"] == []
    assert {row["id"] for row in scene.rows("inbox", other) if row["state"] == "open"} == before


def test_what_still_asks_for_something_stays(scene: Scene) -> None:
    ref = scene.to(scene.register(), "feedback_given")
    scene.says("chen", ref, "confirm", who="Ms Wang", channel="phone", how_tested="a page", score=2)
    assert asked(scene, "chen") == [("low_score", "")]


@pytest.mark.parametrize("way", ["mark_sent", "discard", "retry"])
def test_an_alert_about_a_message_ends_when_somebody_has_seen_to_it(scene: Scene, way: str) -> None:
    report(scene, "a@x.example", "b@x.example")
    post = Post()
    post.at_rcpt |= {"a@x.example": "550 no", "b@x.example": "550 no"}
    with serving(post) as server:
        assert sent(scene, server) == ["refused"] * 2
    assert [code for code, _clock in asked(scene, "chen")] == ["message_refused"] * 2
    item = outbox.page(scene.admin)[0]["id"]
    inputs = {"mark_sent": {"how": "by_hand"}, "discard": {"reason": "called"}, "retry": {"to": "c@x.example"}}
    act(scene.desk("wei"), Wish("outbox", item, way, inputs[way]))
    assert [code for code, _clock in asked(scene, "chen")] == ["message_refused"], "the other still waits"
    assert scene.is_sound()
