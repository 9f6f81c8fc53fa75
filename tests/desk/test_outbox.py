"""What a requester is told keeps its words from the moment it is queued, and shows on the ticket as it went out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from noc_console.desk import outbox, policy, register
from noc_console.errors import Refused
from noc_console.store.engine import writing
from noc_console.store.journal import BODY, INTENT, VERDICT
from tests.desk.scene import Scene, feedback


def queued(scene: Scene, template: str) -> dict[str, Any]:
    """Return the one message of a template."""
    (item,) = (item for item in outbox.page(scene.admin, state="all") if item["template"] == template)
    return item


def without_state(item: dict[str, Any]) -> dict[str, Any]:
    return {name: item[name] for name in ("subject", "text", "to", "language", "channel")}


def test_a_message_keeps_its_words_whatever_changes_later(any_scene: Scene, tmp_path: Path) -> None:
    scene = any_scene
    register.put(scene.admin, "customer", {"name": "Mill", "phone": "+86 1", "language": "zh"})
    ref = scene.register(contact="+86 1")
    scene.to(ref, "restored")
    scene.says("wei", ref, "feed_back", **feedback(sent="by_us", channel="sms"))
    before = {name: without_state(queued(scene, name)) for name in ("ack_fault", "feedback")}
    assert before["ack_fault"]["to"] == before["feedback"]["to"] == "+86 1"
    assert "尊敬的Ms Wang" in before["ack_fault"]["text"] and "cable cut" in before["feedback"]["text"]
    changed = {"subject": "Other", "requester": "Mr Li", "contact": "+49 9", "language": "en", "why": "misheard"}
    scene.says("wei", ref, "complete", **changed)
    scene.says("wei", ref, "dissatisfied", words="still down", reason="not_restored")
    (record,) = (row["id"] for row in register.page(scene.admin, "customer"))
    register.put(scene.admin, "customer", {"language": "en"}, record=record)
    file = tmp_path / "policy.toml"
    file.write_text('version = 2\n[channels.hotline]\ncontact = "+86 571 10000"\n', encoding="utf-8")
    policy.import_file(scene.admin, str(file))
    assert {name: without_state(queued(scene, name)) for name in before} == before
    assert scene.is_sound(), "the words come out of the journal again"


def test_no_word_to_a_customer_stands_in_an_effect(scene: Scene) -> None:
    ref = scene.to(scene.register(), "restored")
    scene.says("wei", ref, "feed_back", **feedback(sent="by_us", channel="sms"))
    for item in outbox.page(scene.admin):
        outbox.mark_sent(scene.desk("wei"), item["id"])
    with scene.admin.reading() as connection:
        effects = [row.effects for row in connection.execute(VERDICT.select())]
    for personal in ("Ms Wang", "cable cut", "+86 571 8888", "Dear", "海宁"):
        assert not any(personal in one for one in effects), personal


def test_what_was_sent_is_a_message_of_the_ticket_word_for_word(any_scene: Scene) -> None:
    scene = any_scene
    ref = scene.to(scene.register(contact="wang@mill.example"), "diagnosing")
    scene.says("wei", ref, "inform", channel="email", text="we splice", sent="by_us")
    assert scene.rows("message", ref) == (), "nobody has been told yet"
    item = queued(scene, "news")
    scene.later(minutes=5)
    told = {"how": "mail", "message_id": "<1@noc.example>", "subject": "forged", "text": "forged"}
    outbox.mark_sent(scene.desk("wei"), item["id"], told)
    (message,) = scene.rows("message", ref)
    assert (message["subject"], message["text"], message["recipient"]) == (item["subject"], item["text"], item["to"])
    assert (message["direction"], message["channel"], message["at"]) == ("out", "email", scene.now)
    assert message["message_id"] == "<1@noc.example>"
    assert scene.is_sound()


def test_what_is_discarded_is_no_message_of_the_ticket(scene: Scene) -> None:
    ref = scene.register()
    outbox.discard(scene.desk("wei"), queued(scene, "ack_fault")["id"], "they were called")
    assert scene.rows("message", ref) == ()


def test_a_message_to_nobody_cannot_have_been_sent(scene: Scene) -> None:
    ref = scene.to(scene.register(channel="email", contact=None), "diagnosing")
    scene.says("wei", ref, "inform", channel="sms", text="we splice", sent="by_us")
    item = queued(scene, "news")
    assert item["to"] is None
    for given, code in (({}, "input_missing"), ({"to": "+86 9", "sent_at": scene.now}, "")):
        try:
            outbox.mark_sent(scene.desk("wei"), item["id"], given)
            assert not code
        except Refused as refused:
            assert [reason.code for reason in refused.reasons] == [code]
    assert queued(scene, "news")["to"] == "+86 9"
    assert scene.rows("message", ref)[0]["recipient"] == "+86 9"


def test_who_was_told_instead_is_kept_beside_whom_it_was_meant_for(scene: Scene) -> None:
    ref = scene.register()
    outbox.mark_sent(scene.desk("wei"), queued(scene, "ack_fault")["id"], {"to": "+86 9"})
    assert queued(scene, "ack_fault")["to"] == "+86 571 8888"
    assert scene.rows("message", ref)[0]["recipient"] == "+86 9"


def test_nothing_was_sent_before_it_was_queued(scene: Scene) -> None:
    scene.register()
    with pytest.raises(Refused) as refused:
        outbox.mark_sent(scene.desk("wei"), queued(scene, "ack_fault")["id"], {"sent_at": scene.now.replace(year=2025)})
    assert [reason.code for reason in refused.value.reasons] == ["instant_too_early"]


def test_a_message_of_the_first_release_has_the_words_of_its_ticket(scene: Scene) -> None:
    ref = scene.register(language="zh")
    scene.says("wei", ref, "note", text="x")
    with writing(scene.admin.engine) as connection:
        connection.execute(text("UPDATE outbox SET language = NULL, subject = NULL, text = NULL, recipient = NULL"))
    item = queued(scene, "ack_fault")
    assert item["to"] == "+86 571 8888" and "尊敬的Ms Wang" in item["text"] and ref in item["subject"]
    outbox.mark_sent(scene.desk("wei"), item["id"])
    (message,) = scene.rows("message", ref)
    assert (message["text"], message["recipient"]) == (item["text"], item["to"])


def test_words_that_were_erased_are_not_made_again(scene: Scene) -> None:
    ref = scene.register()
    with writing(scene.admin.engine) as connection:
        registered = INTENT.select().where(INTENT.c.event == "register")
        intent = connection.execute(registered).one().intent_id
        body = json.loads(connection.execute(BODY.select().where(BODY.c.intent_id == intent)).one().body)
        assert "Ms Wang" in body["queued_1"]["text"]
        connection.execute(text("UPDATE outbox SET subject = NULL, text = NULL, recipient = NULL"))
    item = queued(scene, "ack_fault")
    assert (item["text"], item["to"]) == ("", None)
    assert scene.row(ref)["requester_name"] == "Ms Wang"
