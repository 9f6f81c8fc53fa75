"""What became of a message stands in the story of its ticket, whichever way it went."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from noc_console.checklists.messages import names
from noc_console.desk import mail_out, outbox
from noc_console.desk.outbox_acts import CALLED
from noc_console.desk.side_acts import SideAct
from noc_console.desk.ticket_view import show
from tests.desk.mail_server import Post, report, sent, serving
from tests.desk.scene import Scene, scene_at


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    with scene_at(str(tmp_path / "store.db")) as made:
        yield made


def told(scene: Scene, ref: str) -> list[tuple[str, str]]:
    return [(act.actor, act.text) for act in show(scene.admin, ref).story if isinstance(act, SideAct)]


def test_every_message_has_a_name_for_people() -> None:
    assert set(CALLED) == set(names())
    assert set(names()) > mail_out.BY_PEOPLE


def test_each_outcome_is_told_once_with_whom_it_was_meant_for(scene: Scene) -> None:
    refs = report(scene, "a@x.example", "b@x.example", "c@x.example", "d@x.example")
    post = Post()
    post.at_rcpt |= {"b@x.example": "550 no such user", "c@x.example": "451 later"}
    post.at_data["d@x.example"] = None
    assert told(scene, refs[0]) == [], "what only waits has not happened"
    with serving(post) as server:
        sent(scene, server)
    ((who, first),) = told(scene, refs[0])
    assert (who, first) == ("timer", "acknowledgement sent by e-mail to a@x.example")
    for ref, address, why in zip(refs[1:], "bcd", ("550 no such user", "451 later", ""), strict=True):
        ((_who, text),) = told(scene, ref)
        assert f"{address}@x.example" in text and why in text and " sent by" not in text


def test_what_was_told_by_hand_stands_under_who_told_it_at_its_time(scene: Scene) -> None:
    ref = scene.to(scene.register(), "diagnosing")
    (item,) = outbox.page(scene.admin)
    at = scene.now
    scene.later(minutes=5)
    scene.says("wei", ref, "note", text="later")
    outbox.mark_sent(scene.desk("wei"), item["id"], {"sent_at": at, "by": "fang"})
    story = show(scene.admin, ref).story
    (act,) = [one for one in story if isinstance(one, SideAct)]
    assert (act.at, act.actor) == (at, "fang")
    assert story.index(act) < len(story) - 1, "before what was noted later"
