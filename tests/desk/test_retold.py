"""What a program stored in its own language is read by everybody in theirs; what a person wrote stays as it is."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from noc_console import i18n
from noc_console.config import Config, MailServer
from noc_console.desk import alarm_intake, channels, outbox, quarantine, sending
from noc_console.desk.act import Wish, act
from noc_console.desk.desk import Desk
from noc_console.desk.intake_item import hold, refusal
from noc_console.desk.ticket_view import show
from noc_console.errors import Refused
from noc_console.store import refold
from noc_console.store.engine import writing
from noc_console.store.journal import BODY
from noc_console.workflows.machine import Reason
from tests.desk.alarms import Alarms, alarm
from tests.desk.scene import Scene

Read = Callable[[], Any]

RULES = """
[[alarm_rules]]
name = "lab"
action = "ignore"
reason = { en = "the lab", zh = "实验室设备" }
match.object = "LAB*"

[[alarm_rules]]
name = "wait"
action = "hold"
for = "5m"
match.name = "fan*"
"""


@contextmanager
def language(name: str) -> Iterator[None]:
    before = i18n.language()
    i18n.set_language(name)
    try:
        yield
    finally:
        i18n.set_language(before)


def in_both(read: Read) -> tuple[Any, Any]:
    """Read in English, then in Chinese."""
    said = []
    for name in ("en", "zh"):
        with language(name):
            said.append(read())
    return said[0], said[1]


@pytest.mark.parametrize("keeper", ["en", "zh"])
def test_why_an_input_is_held_is_read_in_the_language_of_the_reader(scene: Scene, tmp_path: Path, keeper: str) -> None:
    path = tmp_path / "report.json"
    path.write_bytes(b"no JSON {text} of anybody")
    with language(keeper):
        (item,) = channels.take(scene.desk("wei"), "tmf621", [str(path)], dry_run=False)
    assert item.action == "quarantined"
    english, chinese = in_both(lambda: quarantine.page(scene.admin)[0]["text"])
    assert "this is no JSON" in english and "不是 JSON" in chinese
    assert (english if keeper == "en" else chinese) == item.reason, "and word by word as it was told then"
    (row,) = quarantine.page(scene.admin)
    assert in_both(lambda: quarantine.show(scene.admin, row["id"])[0]["text"]) == (english, chinese)
    list(refold.rows(scene.admin.engine, repair=True))
    assert in_both(lambda: quarantine.page(scene.admin)[0]["text"]) == (english, chinese)
    with writing(scene.admin.engine) as connection:
        connection.execute(BODY.delete())
    assert in_both(lambda: quarantine.page(scene.admin)[0]["text"]) == (item.reason, item.reason)


def test_a_refusal_with_several_reasons_is_retold_as_a_whole(scene: Scene) -> None:
    missing = Reason("fields_missing", {"fields": ["scope", "contact"], "fields_labels": ["Scope", "Contact"]})
    refused = Refused("no", (missing, Reason("nothing_changed")))
    hold(scene.desk("wei"), "tmf621", "a", 0, b"x", *refusal(refused))
    english, chinese = in_both(lambda: quarantine.page(scene.admin)[0]["text"])
    assert english == "still missing: Scope, Contact; nothing was changed"
    with language("zh"):
        assert chinese == refusal(refused)[1] and "Scope" not in chinese


def test_what_a_person_wrote_is_never_translated(scene: Scene) -> None:
    hold(scene.desk("wei"), "email", "a", 0, b"x", "unreadable", "corrected by hand")
    (row,) = quarantine.page(scene.admin)
    quarantine.discard(scene.desk("wei"), row["id"], "read again")
    assert in_both(lambda: quarantine.show(scene.admin, row["id"])[0]["decided_why"]) == ("read again",) * 2
    assert in_both(lambda: quarantine.show(scene.admin, row["id"])[0]["text"]) == ("corrected by hand",) * 2


def test_what_the_program_gives_as_the_reason_of_a_decision_is_retold(scene: Scene) -> None:
    hold(scene.desk("wei"), "email", "a", 0, b"Subject: x\n\nno light", "unreadable", "odd")
    (row,) = quarantine.page(scene.admin)
    inputs = {"subject": "x", "symptom": "no light", "channel": "email", "contact": "a@b.example"}
    quarantine.register(scene.desk("wei"), row["id"], "fault", inputs)
    english, chinese = in_both(lambda: quarantine.show(scene.admin, row["id"])[0]["decided_why"])
    assert english == "corrected by hand" and chinese not in (english, "")


def test_a_sentence_that_is_stored_once_more_stays_one(scene: Scene) -> None:
    hold(scene.desk("wei"), "email", "a", 0, b"Subject: x\n\nno light", "unreadable", i18n._("(no subject)"))
    (row,) = quarantine.page(scene.admin)
    inputs = {"subject": "x", "symptom": "no light", "channel": "email", "contact": "a@b.example"}
    with language("zh"):
        ref = quarantine.register(scene.desk("wei"), row["id"], "fault", inputs).ref

    def comment() -> str:
        return next(entry for entry in show(scene.admin, ref).entries if entry.event == "attach").said(("comment",))

    english, chinese = in_both(comment)
    assert english == "(no subject)" and chinese not in (english, "")


def test_a_bounce_is_told_on_its_ticket_in_the_language_of_the_reader(scene: Scene, tmp_path: Path) -> None:
    ref = scene.register(contact="wang@mill.example")
    raw = (
        "From: MAILER-DAEMON@mill.example\r\nTo: noc@carrier.example\r\n"
        f"Subject: Undelivered: [{ref}] no light\r\nMessage-ID: <b1@mill.example>\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="x"\r\n\r\n'
        "--x\r\nContent-Type: text/plain\r\n\r\nnot delivered\r\n"
        "--x\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mill.example\r\n\r\n"
        "Final-Recipient: rfc822; wang@mill.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--x--\r\n"
    )
    path = tmp_path / "bounce.eml"
    path.write_bytes(raw.encode())
    (item,) = channels.take(scene.desk("wei"), "email", [str(path)], dry_run=False)
    assert (item.action, item.ref) == ("ignored", ref)
    english, chinese = in_both(
        lambda: next(entry for entry in show(scene.admin, ref).entries if entry.event == "note").text
    )
    assert english == "Bounce from MAILER-DAEMON@mill.example: wang@mill.example failed 5.1.1"
    assert "wang@mill.example failed 5.1.1" in chinese and "Bounce" not in chinese


def test_why_an_alarm_has_no_ticket_is_told_by_its_rule(scene: Scene) -> None:
    alarms = Alarms(scene)
    alarms.rules(RULES)
    alarms.take(alarm("linkDown", "LAB-1"), alarm("fanFail", "R1"), alarm("gone", "R2", state="cleared"))

    def reasons() -> dict[str, str]:
        return {row["name"]: row["reason"] for row in alarm_intake.page(scene.admin)}

    english, chinese = in_both(reasons)
    assert english["linkDown"] == "the lab" and chinese["linkDown"] == "实验室设备"
    assert english["fanFail"] == "held back for 5m by rule wait: a ticket if it is still raised"
    assert all(not chinese[name].isascii() for name in ("fanFail", "gone"))
    scene.later(minutes=3)
    assert "for 2m by rule wait" in reasons()["fanFail"], "how long it still waits"
    scene.later(minutes=3)
    assert "noc timers run" in reasons()["fanFail"], "why nothing came of it, if nobody runs the timers"
    alarms.take(alarm("fanFail", "R1", state="cleared"))
    assert reasons()["fanFail"] == "cleared before its time was up: no ticket"
    with language("zh"):
        (item,) = alarms.take(alarm("linkDown", "LAB-1", state="cleared"))
        assert item.reason == "实验室设备"
    alarms.rules('[[alarm_rules]]\nname = "other"\naction = "ignore"\nreason = "x"\nmatch.object = "Z*"\n')
    assert in_both(reasons)[1]["linkDown"] == "the lab", "the rule is gone: as it was said when it came in"
    assert scene.is_sound()


def test_why_an_alarm_raised_a_grade_is_retold_in_the_timeline(scene: Scene) -> None:
    alarms = Alarms(scene)
    ref = alarms.one(alarm("linkDown", "R1")).ref or ""
    alarms.one(alarm("linkDown", "R1", severity="critical"))

    def why() -> str:
        return next(entry for entry in show(scene.admin, ref).entries if entry.event == "regrade").said(("why",))

    english, chinese = in_both(why)
    assert english == "the alarm linkDown is critical" and "linkDown" in chinese and chinese != english


def test_what_another_system_sent_as_data_is_told_in_the_language_of_the_reader(scene: Scene, tmp_path: Path) -> None:
    body = {
        "id": "TT-1", "name": "No light", "description": "red light", "severity": "Major", "status": "inProgress",
        "statusChange": [
            {"status": "acknowledged", "changeDate": "2026-04-26T08:00:00Z"},
            {"status": "pending", "changeDate": "2026-04-26T09:00:00Z", "changeReason": "parts {n}"},
        ],
        "@type": "TroubleTicket",
    }  # fmt: skip
    path = tmp_path / "tt.json"
    path.write_text(json.dumps(body))
    (item,) = channels.take(scene.desk("wei"), "tmf621", [str(path)], dry_run=False)
    english, chinese = in_both(lambda: show(scene.admin, item.ref or "").messages[0]["text"])
    assert english.splitlines()[1] == "2026-04-26 09:00 UTC state elsewhere: pending (parts {n})"
    assert "pending (parts {n})" in chinese and "state elsewhere" not in chinese


def test_why_a_message_was_not_sent_is_retold(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    ref = scene.register(contact="wang@mill.example")
    (item,) = (row for row in outbox.page(scene.admin) if row["ref"] == ref)
    act(scene.desk("wei"), Wish("outbox", item["id"], "retry", {"to": "no address"}))
    config = replace(Config(), mail=MailServer("127.0.0.1", "noc@carrier.example"))
    list(sending.send(Desk(scene.admin.engine, scene.admin.place, scene.desk("wei").actor, "cli", config)))
    english, chinese = in_both(lambda: outbox.show(scene.admin, item["id"])["error"])
    assert english == "no address is no mail address" and "no address" in chinese and chinese != english
    assert in_both(lambda: outbox.page(scene.admin)[0]["error"]) == (english, chinese)


# --- Sentences by themselves ---------------------------------------------------------------------------------


def test_a_sentence_is_said_again_from_plain_data() -> None:
    inner = i18n._("“{event_label}” is not yours to do", event_label=i18n._("Accept"))
    whole = i18n._("{text} ({remedy})", text=inner, remedy=timedelta(minutes=1))
    words = json.loads(json.dumps(i18n.words_of(whole)))
    with language("zh"):
        again = i18n.said_again(words, str(whole))
        assert again == i18n._("{text} ({remedy})", text=i18n._(
            "“{event_label}” is not yours to do", event_label=i18n._("Accept")), remedy="0:01:00",
        )  # fmt: skip
    assert i18n.said_again(words, "") == whole


@pytest.mark.parametrize(
    "words",
    [
        None, "text", 7, [], {}, {"say": 7, "with": {}}, {"say": "", "with": {}}, {"say": "x"}, {"join": ", "},
        {"join": ", ", "parts": "ab"},
    ],
)  # fmt: skip
def test_words_that_are_none_leave_the_text(words: object) -> None:
    assert i18n.said_again(words, "as it was") == "as it was"


def test_words_of_a_store_are_no_format_to_obey() -> None:
    hostile = {"say": "{a.__class__} {a:>999999999} {a!r} {0} {b} {a}", "with": {"a": "{b}"}}
    assert i18n.said_again(hostile, "t") == "{a.__class__} {a:>999999999} {a!r} {0} {b} {b}"


def test_a_text_of_somebody_has_no_words() -> None:
    assert i18n.words_of("Accept") is None and i18n.words_of("") is None and i18n.words_of(7) is None
    assert i18n.words_of(i18n._("{days}d {hours:02d}h", days=1, hours=2)) is None
    assert i18n.words_of(i18n._("Accept") + "!") is None


def test_what_ends_with_a_stop_is_not_stopped_twice(scene: Scene) -> None:
    ref = scene.to(scene.register(), "restored")
    scene.says("wei", ref, "feed_back", result="业务已恢复。", cause="尾纤弯曲；", prevention="已整改。")
    with language("zh"):
        told = show(scene.admin, ref).timeline[-1].text
    assert "业务已恢复；" in told
    assert "。；" not in told
    assert "；；" not in told
    assert "已整改。" in told
