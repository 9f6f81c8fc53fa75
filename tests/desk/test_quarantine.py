"""What could not be taken: read again by its channel, corrected by hand into a ticket, or discarded."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from noc_console.desk import channels, quarantine, ticket
from noc_console.desk.act import Outcome
from noc_console.desk.desk import Desk
from noc_console.desk.filter import parse
from noc_console.desk.intake_item import IntakeItem, hold
from noc_console.desk.original import readable
from noc_console.errors import BadInput, Refused, UsageError
from noc_console.intake.email import MAX_MAIL
from noc_console.intake.raw_files import RawInput
from noc_console.store import blobs
from noc_console.workflows.reasons import say
from tests.desk.scene import Scene
from tests.desk.test_intake import mail

TRAP = b"pe1.example\nUDP: [192.0.2.7]:162->[192.0.2.1]:162\n.1.3.6.1.6.3.1.1.4.1.0 .1.3.6.1.6.3.1.1.5.3\n"


def held(scene: Scene, raw: bytes, channel: str = "email", code: str = "unreadable") -> str:
    """Hold an input and return its id."""
    before = {item["id"] for item in quarantine.page(scene.admin, state="all")}
    service = scene.desk("wei").as_service("intake", "mail", delivery=f"d{len(before)}")
    hold(service, channel, "somewhere", 0, raw, code, "the reader did not know it")
    (item,) = {item["id"] for item in quarantine.page(scene.admin, state="all")} - before
    return str(item)


def register(desk: Desk, item: str, kind: str, said: dict[str, str], *, dry_run: bool = False) -> Outcome:
    """Register what could be read, with corrections."""
    return quarantine.register(desk, item, kind, {**quarantine.understood(desk, item), **said}, dry_run=dry_run)


def state(scene: Scene, item: str) -> str:
    """Return the state of an item."""
    return str(quarantine.show(scene.admin, item)[0]["state"])


def tickets(scene: Scene) -> int:
    """Count the tickets."""
    return ticket.count(scene.admin, parse("state:all")).number


def test_what_is_held_of_one_input_is_listed_as_it_stands_in_it(scene: Scene) -> None:
    service = scene.desk("wei").as_service("intake", "mail", delivery="d")
    for place in (3, 0, 5, 1, 4, 2):
        hold(service, "csv", "rows.csv", place, b"row %d" % place, "unreadable", "no such column")
    assert [item["position"] for item in quarantine.page(scene.admin)] == [0, 1, 2, 3, 4, 5]
    assert list(quarantine.waiting(scene.admin)) == [item["id"] for item in quarantine.page(scene.admin)]


def test_a_mail_is_corrected_into_a_ticket_with_its_original(scene: Scene) -> None:
    raw = mail(Subject="光缆中断", text="站点掉线。\n")
    item = held(scene, raw)
    known = quarantine.understood(scene.desk("wei"), item)
    assert known == {
        "channel": "email", "subject": "光缆中断", "symptom": "站点掉线。", "contact": "wang@mill.example",
        "requester": "Wang Fang", "language": "zh",
    }  # fmt: skip
    outcome = register(scene.desk("wei"), item, "fault", {"subject": "光缆中断 海宁", "grade": "P2"})
    row = scene.row(outcome.ref)
    assert (row["subject"], row["grade"], row["symptom"]) == ("光缆中断 海宁", "P2", "站点掉线。")
    assert (row["created_by"], row["source_channel"]) == ("wei", "email")
    (kept,) = scene.rows("attachment", outcome.ref)
    assert (kept["size"], kept["sha256"]) == (len(raw), quarantine.show(scene.admin, item)[0]["sha256"])
    found = quarantine.show(scene.admin, item)[0]
    assert (found["state"], found["ticket"]) == ("taken", row["id"])
    assert scene.is_sound()


def test_each_channel_holds_what_it_cannot_read_once_with_its_own_reason(scene: Scene) -> None:
    desk = scene.desk("wei").as_service("intake", "mail")
    given = [(channel, hold(desk, channel, "f", 0, b"?", "unreadable", channel)) for channel in ("email", "zabbix")]
    assert [item.action for _channel, item in given] == ["quarantined", "quarantined"]
    assert hold(desk, "zabbix", "f", 0, b"?", "unreadable", "zabbix").action == "duplicate"
    assert [(row["channel"], row["text"]) for row in quarantine.page(scene.admin)] == [
        ("email", "email"), ("zabbix", "zabbix"),
    ]  # fmt: skip


def test_a_mail_that_is_too_large_is_kept_whole(scene: Scene, tmp_path: Path) -> None:
    file = tmp_path / "large.eml"
    file.write_bytes(mail(Subject="large") + b"x" * (MAX_MAIL + 1))
    (item,) = channels.take(scene.admin, "email", [str(file)])
    assert (item.action, "larger than" in (item.reason or "")) == ("quarantined", True)
    (row,) = quarantine.page(scene.admin)
    with scene.admin.reading() as connection:
        assert blobs.read(connection, row["sha256"]) == file.read_bytes()


def test_the_response_clock_of_a_ticket_made_by_hand_runs_from_when_it_came_in(scene: Scene) -> None:
    item = held(scene, mail())
    scene.later(hours=1)
    row = scene.row(register(scene.desk("wei"), item, "fault", {}).ref)
    fresh = scene.row(scene.register(grade=row["grade"]))
    assert fresh["response_due"] - row["response_due"] == timedelta(hours=1)


def test_a_trap_is_the_matter_of_monitoring(scene: Scene) -> None:
    item = held(scene, TRAP, "snmptrap", "no_channel")
    known = quarantine.understood(scene.desk("wei"), item)
    assert (known["channel"], known["requester_type"], known["subject"]) == ("monitoring", "monitoring", "pe1.example")
    ref = register(scene.desk("wei"), item, "fault", {"subject": "link down"}).ref
    assert "contact" not in scene.row(ref)["missing"]


def test_a_ticket_by_hand_is_judged_and_all_or_nothing(scene: Scene) -> None:
    item = held(scene, mail())
    token = scene.admin.token()
    with pytest.raises(Refused):
        register(scene.desk("wei"), item, "fault", {"channel": "hotline"})
    with pytest.raises(Refused):
        register(scene.desk("anna"), item, "fault", {})
    assert register(scene.desk("wei"), item, "fault", {}, dry_run=True).state == "registered"
    assert (scene.admin.token(), state(scene, item)) == (token, "held")
    register(scene.desk("wei"), item, "fault", {})
    with pytest.raises(Refused):
        register(scene.desk("fang"), item, "fault", {})
    assert tickets(scene) == 1


def test_a_part_of_a_ticket_is_read_as_far_as_it_goes(scene: Scene) -> None:
    body = {"name": "No light", "severity": "Major", "creationDate": "2026-01-01T00:00:00Z", "id": "OLD-7", "note": []}
    item = held(scene, json.dumps(body).encode(), "tmf621", "unknown_ticket")
    known = quarantine.understood(scene.desk("wei"), item)
    assert (known["subject"], known["grade"], known["channel"]) == ("No light", "P2", "work_order")
    row = scene.row(register(scene.desk("wei"), item, "fault", {}).ref)
    assert (row["source_channel"], row["external_id"]) == ("tmf621", "OLD-7")
    later = json.dumps({**body, "status": "resolved"}).encode()
    (update,) = channels.channel("tmf621").take(scene.desk("wei"), RawInput("later", 0, later), False)
    assert (update.action, update.ref) == ("updated", row["ref"]), "what its system says of it later finds the ticket"


@pytest.mark.parametrize(
    ("channel", "raw"),
    [
        ("tmf621", b'{"@type": "Note", "text": "down again", "author": "ann"}'),
        ("tmf621", b'{"id": "X1", "status": "resolved"}'),
        ("tmf621", b"{"),
        ("csv", b"id;title\nA-1;No light;open;too much\n"),
        ("email", b"?"),
        ("syslog", b"\x00\x01"),
        ("alertmanager", b"{"),
        ("snmptrap", b"?"),
    ],
)
@pytest.mark.parametrize("dry_run", [True, False])
def test_what_still_cannot_be_taken_stays_held(scene: Scene, channel: str, raw: bytes, dry_run: bool) -> None:
    """Also where it was held by its channel itself, which then says that it is there already."""
    desk = scene.desk("wei")
    way = channels.channel(channel)
    list(way.take(desk.as_service("intake", way.via), RawInput("given", 0, raw), False))
    (item,) = quarantine.waiting(desk)
    with pytest.raises(BadInput, match="still cannot be taken"):
        quarantine.retry(desk, item, dry_run=dry_run)
    assert list(quarantine.waiting(desk)) == [item]


def test_a_row_below_its_header_is_read_by_its_columns(scene: Scene) -> None:
    row = held(scene, b"id;title;state\nA-1;No light;open;too much\n", "csv", "bad_row")
    known = quarantine.understood(scene.desk("wei"), row)
    assert (known["subject"], known["external_id"]) == ("No light", "A-1")
    assert known["symptom"].splitlines() == ["id: A-1", "title: No light", "state: open", "column 4: too much"]
    table = held(scene, b"id;title;state\nA-1;No light;open\nA-2;Slow;open\n", "csv", "needs_mapping")
    known = quarantine.understood(scene.desk("wei"), table)
    assert known["subject"] == "id;title;state" and "external_id" not in known


@pytest.mark.parametrize("channel", [name for name, way in channels.CHANNELS.items() if way.via == "alarm"])
def test_what_a_channel_of_alarms_held_is_registered_as_seen_by_monitoring(scene: Scene, channel: str) -> None:
    known = quarantine.understood(scene.desk("wei"), held(scene, b"odd", channel))
    assert (known["channel"], known["requester_type"]) == ("monitoring", "monitoring")


def test_who_comes_too_late_is_told_who_decided_when_and_what_became_of_it(scene: Scene) -> None:
    taken, thrown = held(scene, mail()), held(scene, mail(Message_ID="<2@x>"))
    ref = register(scene.desk("wei"), taken, "fault", {}).ref
    quarantine.discard(scene.desk("fang"), thrown, "advertising")
    at = scene.admin.now().astimezone(scene.admin.zone).isoformat(sep=" ", timespec="minutes")
    scene.later(hours=2)
    late = scene.desk("chen")
    acts: tuple[Callable[[str], object], ...] = (
        lambda item: quarantine.retry(late, item),
        lambda item: quarantine.retry(late, item, dry_run=True),
        lambda item: quarantine.take(late, item, ref, ""),
        lambda item: quarantine.discard(late, item, "known"),
        lambda item: register(late, item, "fault", {}),
    )
    token = scene.admin.token()
    for item, words in ((taken, ("wei", at, ref)), (thrown, ("fang", at, "advertising", thrown))):
        for attempt in acts:
            with pytest.raises(Refused) as caught:
                attempt(item)
            (reason,) = caught.value.reasons
            told = " ".join(say(reason))
            assert all(word in told for word in words), told
    assert scene.admin.token() == token and tickets(scene) == 1
    shown = quarantine.show(scene.admin, taken)[0]
    assert (shown["decided_by"], shown["ref"]) == ("wei", ref)


def test_bytes_that_are_no_text_make_no_symptom_and_are_shown_in_hexadecimal(scene: Scene) -> None:
    raw = bytes(range(256)) * 4
    item = held(scene, raw, "syslog")
    assert "1024" in quarantine.understood(scene.desk("wei"), item)["symptom"]
    lines = readable(raw).splitlines()
    assert lines[4].startswith("00000040  40 41 42 43") and lines[4].endswith("@ABCDEFGHIJKLMNO")
    assert register(scene.desk("wei"), item, "fault", {}).state == "registered"


@pytest.mark.parametrize("raw", [b"", b"\x1b]0;x\x07 \x9b31m", "\u202e\u2066x".encode(), "主干".encode("gb18030")])
def test_an_original_is_shown_without_what_a_terminal_obeys(raw: bytes) -> None:
    assert all(letter.isprintable() or letter == "\n" for letter in readable(raw))
    assert readable("主干光缆中断，请尽快处理".encode("gb18030")) == "主干光缆中断，请尽快处理"


def test_any_channel_reads_again_what_it_held(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    item = held(scene, TRAP, "unheard", "no_channel")
    with pytest.raises(UsageError, match="no channel"):
        quarantine.retry(scene.desk("wei"), item)
    seen: list[RawInput] = []

    def take(desk: Desk, found: RawInput, dry_run: bool) -> Iterator[IntakeItem]:
        seen.append(found)
        if len(seen) == 1:
            yield hold(desk, "unheard", found.source, 0, found.raw, "x", "y", dry_run=dry_run)
        else:
            yield IntakeItem(found.source, 0, "ignored", None, None, "policy ignores it", {"name": "linkDown"})

    way = replace(channels.CHANNELS["email"], name="unheard", take=take)
    monkeypatch.setitem(channels.CHANNELS, "unheard", way)
    with pytest.raises(BadInput, match="still"):
        quarantine.retry(scene.desk("wei"), item)
    assert (state(scene, item), len(quarantine.page(scene.admin))) == ("held", 1)
    assert [found.action for found in quarantine.retry(scene.desk("wei"), item)] == ["ignored"]
    ended = quarantine.show(scene.admin, item)[0]
    assert (ended["state"], ended["decided_why"], seen[-1].raw) == ("discarded", "policy ignores it", TRAP)


def test_what_is_read_again_is_undone_where_the_item_was_decided_meanwhile(scene: Scene) -> None:
    item = held(scene, mail())
    quarantine.discard(scene.admin, item, "advertising")
    with pytest.raises(Refused):
        quarantine.retry(scene.desk("wei"), item)
    assert tickets(scene) == 0 and scene.is_sound()


def test_any_kind_of_store_reads_again_and_registers(any_scene: Scene, tmp_path: Path) -> None:
    one = held(any_scene, mail())
    any_scene.later(seconds=1)
    other = held(any_scene, mail(Message_ID="<2@x>"))
    assert quarantine.count(any_scene.admin, cap=1) == 1 and list(quarantine.waiting(any_scene.admin)) == [one, other]
    assert [found.action for found in quarantine.retry(any_scene.desk("wei"), one)] == ["opened"]
    register(any_scene.desk("wei"), other, "request", {"service_type": "consultation"})
    assert quarantine.count(any_scene.admin, cap=10) == 0 and any_scene.is_sound()
