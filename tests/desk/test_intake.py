"""Mails through the desk: opened, appended, duplicate, ignored, quarantined; loops, threads, originals, hostile."""

from __future__ import annotations

from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from noc_console.desk import channels, inbox, outbox, quarantine, register, ticket
from noc_console.desk.filter import parse
from noc_console.desk.ticket_view import show
from noc_console.errors import BadInput, NotFound, Refused
from noc_console.intake import email as parser
from noc_console.store import blobs
from tests.desk.post import Post, mail, queued
from tests.desk.scene import Scene, copy_of

FIXTURES = Path(__file__).parent.parent / "fixtures" / "mail"


def messages(scene: Scene, ref: str | None) -> list[str]:
    """Return the texts that came in on a ticket."""
    assert ref is not None
    return [str(message["text"]).strip() for message in scene.rows("message", ref) if message["direction"] == "in"]


# --- What becomes of a mail ----------------------------------------------------------------------------------


def test_a_new_matter_is_registered_with_what_it_says(scene: Scene, post: Post) -> None:
    raw = mail(Subject="宽带中断", text="光猫红灯，请处理。\n")
    item = post(raw)
    assert (item.action, item.kind, item.reason) == ("opened", "ticket", None)
    row = scene.row(item.ref or "")
    assert (row["subject"], row["address"], row["requester_name"]) == ("宽带中断", "wang@mill.example", "Wang Fang")
    assert (row["channel"], row["grade"], row["state"], row["language"]) == ("email", "P3", "registered", "zh")
    assert set(row["missing"]) == {"occurred_at", "scope", "domain"}
    assert (row["created_by"], row["source_channel"], row["external_id"]) == ("intake", "email", "<1@mill.example>")
    assert messages(scene, item.ref) == ["光猫红灯，请处理。"]
    assert queued(scene) == [("ack_fault", "wang@mill.example")]
    assert "您的申告" in outbox.page(scene.admin)[0]["text"]
    assert scene.alerts(item.ref or "") == [], "its own first message disturbs nobody"
    with scene.admin.reading() as connection:
        assert blobs.read(connection, scene.rows("message", item.ref or "")[0]["source"]) == raw
    assert scene.is_sound()


def test_the_same_mail_again_changes_nothing(scene: Scene, post: Post) -> None:
    first = post()
    token = scene.admin.token()
    again = post(name="other.eml")
    by_list = post(text="No light since nine.\n\n-- \nfooter of a list\n")
    assert [(item.action, item.ref) for item in (again, by_list)] == [("duplicate", first.ref)] * 2
    assert scene.admin.token() == token


def test_a_mail_is_the_same_however_a_gateway_changed_it(scene: Scene, post: Post) -> None:
    first = post(text="No light since nine.\nPort 7\n")
    changed = [
        post(Subject="[EXTERNAL] Line down", text="CAUTION: from outside\n\nNo light since nine. Port 7\n"),
        post(Subject="[noc] Line down", text="(text removed)\n"),
        post(Subject="", text="No light since nine.\nPort 7\n"),
    ]
    assert [(item.action, item.ref) for item in changed] == [("duplicate", first.ref)] * 3


def test_mails_of_a_device_that_knows_one_message_id_are_all_taken(scene: Scene, post: Post) -> None:
    told = [("UPS on battery", "mains failed"), ("Door open", "cabinet 4"), ("", "water in the cellar"), ("Fan", "")]
    opened = [post(Subject=subject, text=text) for subject, text in told]
    assert [item.action for item in opened] == ["opened"] * 4
    assert len({item.ref for item in opened}) == 4
    again = [post(Subject=subject, text=text) for subject, text in told]
    assert [(item.action, item.ref) for item in again] == [("duplicate", item.ref) for item in opened]
    assert scene.is_sound()


def test_an_answer_is_known_by_references_by_its_reply_field_and_by_its_subject(scene: Scene, post: Post) -> None:
    ref = post().ref
    told = {"From": "wang@mill.example", "Subject": "Re: Line down"}
    answers = [
        post(**told, Message_ID="<2@mill.example>", In_Reply_To="<1@mill.example>", text="second"),
        post(**told, Message_ID="<3@x>", References="<0@x> <2@mill.example>", text="third"),
        post(**{**told, "Subject": f"AW: [{ref}] Line down"}, Message_ID="<4@x>", text="fourth"),
    ]
    assert [(item.action, item.ref, item.reason) for item in answers] == [("appended", ref, None)] * 3
    assert messages(scene, ref)[1:] == ["second", "third", "fourth"]
    other = post(**{**told, "Subject": f"Re: {ref} without brackets"}, Message_ID="<5@x>")
    assert other.action == "opened", "only a reference in brackets counts"


def test_the_nearest_message_of_a_thread_decides(scene: Scene, post: Post) -> None:
    one = post().ref
    two = post(Message_ID="<b@x>", Subject="Another").ref
    item = post(Message_ID="<c@x>", References="<b@x> <1@mill.example>", Subject=f"[{two}]")
    assert item.ref == one


def test_an_unknown_sender_is_flagged_and_known_ones_are_not(scene: Scene, post: Post) -> None:
    customer = {"name": "Mill", "address": "boss@mill.example", "phone": "+86 9", "type": "enterprise"}
    register.put(scene.admin, "customer", customer)
    ref = scene.register(contact="+86 9")
    scene.says("wei", scene.to(ref, "accepted"), "inform", channel="email", to="Desk@mill.example", text="we look")
    subject = f"[{ref}] hello"
    said = {
        sender: post(From=sender, Subject=subject, Message_ID=f"<{sender}>").reason
        for sender in ("Boss@mill.example", "desk@mill.example", "stranger@evil.example")
    }
    assert said == {
        "Boss@mill.example": None,
        "desk@mill.example": None,
        "stranger@evil.example": "unknown_sender",
    }
    flags = {message["sender"]: message["flagged"] for message in scene.rows("message", ref) if message["sender"]}
    assert flags == said


def test_an_answer_ends_the_wait_for_the_customer_at_its_instant(scene: Scene, post: Post) -> None:
    ref = scene.to(scene.register(contact="wang@mill.example", grade="P3"), "diagnosing")
    until = scene.now + timedelta(days=2)
    scene.says("wei", ref, "wait_customer", reason="no_access", who_agreed="Ms Wang", until=until)
    scene.later(hours=5)
    sent = scene.now - timedelta(hours=1)
    item = post(Subject=f"[{ref}] you can come", Date=sent.strftime("%a, %d %b %Y %H:%M:%S +0000"))
    assert item.action == "appended"
    assert scene.row(ref)["restore_due"] == scene.row(ref)["registered_at"] + timedelta(hours=12 + 4)
    assert ("customer_answered", "wei") in scene.alerts(ref)


# --- Tickets that have ended ---------------------------------------------------------------------------------


def test_an_answer_on_a_closed_ticket_asks_its_owner(scene: Scene, post: Post) -> None:
    ref = scene.to(scene.register(contact="wang@mill.example"), "closed")
    item = post(Subject=f"[{ref}] still red")
    assert (item.action, item.ref, scene.state(ref)) == ("appended", ref, "closed")
    assert ("reply_after_closing", "wei") in scene.alerts(ref)


def test_an_answer_on_a_merged_ticket_goes_to_its_target(scene: Scene, post: Post) -> None:
    doubled, kept = post().ref, scene.register(contact="wang@mill.example")
    scene.says("wei", doubled or "", "merge", into=scene.row(kept)["id"])
    item = post(Message_ID="<2@x>", In_Reply_To="<1@mill.example>", text="any news?")
    assert (item.action, item.ref) == ("appended", kept)
    assert messages(scene, kept) == ["any news?"]


def test_an_answer_on_an_archived_ticket_opens_one_that_follows_it_and_only_one(scene: Scene, post: Post) -> None:
    old = scene.to(scene.register(contact="wang@mill.example", kind="fault"), "closed")
    scene.says("chen", old, "archive", why_none="known")
    first = post(Subject=f"[{old}] red again", text="it is red again")
    assert first.action == "opened" and first.ref != old
    assert [(link["type"], link["other"]) for link in scene.rows("link", first.ref or "")] == [
        ("follows", scene.row(old)["id"])
    ]
    assert scene.row(first.ref or "")["symptom"].strip() == "it is red again"
    second = post(Subject=f"[{old}] still", Message_ID="<2@x>", text="hello?")
    assert (second.action, second.ref) == ("appended", first.ref)
    assert messages(scene, first.ref) == ["hello?"]
    assert scene.is_sound()


# --- Machines, lists, loops ----------------------------------------------------------------------------------

MACHINES: dict[str, dict[str, str]] = {
    "a bounce": {"From": "MAILER-DAEMON@mx.example", "Subject": "Undelivered Mail Returned to Sender"},
    "an automatic reply": {"Auto_Submitted": "auto-replied", "Subject": "Out of office"},
    "a list": {"List_Id": "<noc.lists.example>"},
    "a program": {"Auto_Submitted": "auto-generated", "Subject": "Backup finished"},
    "bulk": {"Precedence": "bulk"},
    "nobody": {"From": "no-reply@shop.example"},
    "an envelope of nobody": {"Return_Path": "<>"},
    "our own address": {"From": "noc@operator.example"},
    "a mail that went round": {"X_Loop": "noc@operator.example"},
}


@pytest.mark.parametrize("kind", MACHINES)
def test_no_program_is_ever_answered(scene: Scene, post: Post, kind: str) -> None:
    item = post(**MACHINES[kind])
    assert item.action == ("ignored" if kind in ("a bounce", "an automatic reply") else "opened")
    assert queued(scene) == []
    if item.ref:
        assert "contact" in scene.row(item.ref)["missing"], "a person looks who is to be told"


def test_what_a_machine_answers_is_noted_on_its_ticket_once(scene: Scene, post: Post) -> None:
    ref = post().ref
    told = {"Message_ID": "<a@x>", "In_Reply_To": "<1@mill.example>", "Auto_Submitted": "auto-replied"}
    for expected in ("ignored", "duplicate"):
        item = post(**told, Subject="Out of office")
        assert (item.action, item.kind, item.ref) == (expected, "ticket", ref)
    notes = [entry for entry in show(scene.admin, ref or "").entries if entry.event == "note"]
    assert len(notes) == 1 and "wang@mill.example" in notes[0].text
    assert len(messages(scene, ref)) == 1 and scene.state(ref or "") == "registered"


def test_a_machines_answer_to_nothing_is_ignored_and_known_again(scene: Scene, post: Post) -> None:
    told = MACHINES["an automatic reply"]
    assert [post(**told).action, post(**told).action] == ["ignored", "duplicate"]
    assert ticket.count(scene.admin, parse("state:all")).number == 0


def test_an_automatic_answer_that_was_forwarded_does_not_hide_the_forward(scene: Scene, post: Post) -> None:
    inner = mail(Auto_Submitted="auto-replied", Message_ID="<i@x>")
    outer = EmailMessage()
    outer["From"], outer["Subject"], outer["Message-ID"] = "wang@mill.example", "look at this", "<o@x>"
    outer.set_content("see below")
    outer.add_attachment(inner, maintype="application", subtype="octet-stream", filename="reply.eml")
    assert post(outer.as_bytes()).action == "opened"
    assert post(inner).action in ("ignored", "duplicate")


# --- Dry runs ------------------------------------------------------------------------------------------------


def test_a_dry_run_decides_the_same_and_stores_nothing(scene: Scene, post: Post) -> None:
    token = scene.admin.token()
    item = post(dry_run=True)
    assert (item.action, item.ref, scene.admin.token()) == ("opened", None, token)
    assert item.parsed is not None and item.parsed["subject"] == "Line down"
    assert post(b"\0\1\2 nothing", dry_run=True).action == "quarantined"
    assert quarantine.page(scene.admin) == ()
    with scene.admin.reading() as connection:
        assert not blobs.has(connection, parser.parse(mail()).raw_sha256)
    ref = post().ref
    answer = post(dry_run=True, Message_ID="<2@x>", In_Reply_To="<1@mill.example>")
    assert (answer.action, answer.ref, len(messages(scene, ref))) == ("appended", ref, 1)
    assert post(dry_run=True).action == "duplicate"


# --- Quarantine ----------------------------------------------------------------------------------------------


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make every mail of more than a kilobyte too large."""
    whole = parser.parse
    monkeypatch.setattr(parser, "parse", lambda raw, **said: whole(raw, **{"limit": 1_000, **said}))


@pytest.mark.usefixtures("small")
def test_a_mail_over_the_limit_is_kept_whole_with_its_reason(scene: Scene, post: Post) -> None:
    raw = mail(text="x" * 5_000)
    assert (post(raw).action, post(raw).action) == ("quarantined", "duplicate")
    (held,) = quarantine.page(scene.admin)
    found, original = quarantine.show(scene.admin, held["id"][:8])
    assert (found["id"], original, found["reason"]) == (held["id"], raw, "unreadable")
    assert ticket.count(scene.admin, parse("state:all")).number == 0
    assert scene.is_sound()


def test_an_item_is_read_again_when_the_reader_is_repaired(
    scene: Scene, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = mail(text="x" * 5_000)
    whole = parser.parse
    with monkeypatch.context() as broken:
        broken.setattr(parser, "parse", lambda raw, **said: whole(raw, **{**said, "limit": 1_000}))
        post(raw)
        held = quarantine.page(scene.admin)[0]["id"]
        with pytest.raises(BadInput):
            quarantine.retry(scene.desk("wei"), held)
        assert [item["state"] for item in quarantine.page(scene.admin)] == ["held"]
    token = scene.admin.token()
    assert [item.action for item in quarantine.retry(scene.desk("wei"), held, dry_run=True)] == ["opened"]
    assert scene.admin.token() == token
    (item,) = quarantine.retry(scene.desk("wei"), held)
    (taken,) = quarantine.page(scene.admin, state="taken")
    assert (item.action, taken["ticket"]) == ("opened", scene.row(item.ref or "")["id"])
    assert queued(scene) == [("ack_fault", "wang@mill.example")]
    with pytest.raises(Refused):
        quarantine.retry(scene.desk("wei"), held)
    assert ticket.count(scene.admin, parse("state:all")).number == 1
    assert scene.is_sound()


@pytest.mark.usefixtures("small")
def test_an_item_is_taken_by_hand_or_discarded_with_a_reason(scene: Scene, post: Post) -> None:
    post(mail(text="x" * 5_000))
    post(mail(text="y" * 5_000))
    first, second = (item["id"] for item in quarantine.page(scene.admin))
    ref = scene.register()
    assert quarantine.take(scene.desk("wei"), first, ref, "typed in").state == "taken"
    with pytest.raises(Refused):
        quarantine.discard(scene.desk("wei"), second, "")
    assert quarantine.discard(scene.desk("wei"), second, "advertising").state == "discarded"
    assert quarantine.page(scene.admin) == ()
    assert len(quarantine.page(scene.admin, state="all")) == 2
    for nothing in ("", "zzz", "nul\0"):
        with pytest.raises(NotFound):
            quarantine.show(scene.admin, nothing)


def test_a_source_that_cannot_be_read_is_told(scene: Scene, tmp_path: Path) -> None:
    with pytest.raises(BadInput):
        list(channels.take(scene.admin, "email", [str(tmp_path / "none.eml")]))


# --- Whatever arrives ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(path.name for path in FIXTURES.glob("*.eml")))
def test_every_kind_of_mail_is_taken_whole(any_scene: Scene, name: str) -> None:
    scene = any_scene
    raw = (FIXTURES / name).read_bytes()
    (item,) = channels.take(scene.admin, "email", [str(FIXTURES / name)])
    assert item.action in ("opened", "ignored")
    with scene.admin.reading() as connection:
        assert blobs.read(connection, parser.parse(raw).raw_sha256) == raw
    (again,) = channels.take(scene.admin, "email", [str(FIXTURES / name)])
    assert again.action == "duplicate"
    assert scene.is_sound()


HUGE: dict[str, dict[str, str]] = {
    "subject": {"Subject": "s" * 100_000},
    "sender": {"From": f"{'n' * 5_000} <{'a' * 400}@x.example>"},
    "id": {"Message_ID": f"<{'i' * 30_000}@x>"},
    "references": {"References": " ".join(f"<{n}@x>" for n in range(5_000))},
    "text": {"text": "光" * 2_100_000},
    "refs in subject": {"Subject": "[HZ1-1] " * 5_000},
}


@pytest.mark.parametrize("what", HUGE)
def test_a_giant_mail_is_taken_cut_with_its_original_whole(scene: Scene, post: Post, what: str) -> None:
    raw = mail(**HUGE[what])
    item = post(raw)
    assert item.action == "opened", item.reason
    with scene.admin.reading() as connection:
        assert blobs.read(connection, scene.rows("message", item.ref or "")[0]["source"]) == raw
    assert post(raw).action == "duplicate"
    assert scene.is_sound()


@pytest.fixture(scope="module")
def hostile_scene(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """One store for all hostile mails."""
    with copy_of(template, tmp_path_factory.mktemp("hostile") / "store.db") as scene:
        yield scene


_LINES = st.sampled_from(
    (
        b"From: a@b.c", b"From: =?utf-8?q?=1b[31m=00=e2=80=ae?= <a@b>", b"Subject: [HZ1-1] =?gb2312?b?1tDOxA==?=",
        b"Subject: \xff\xfe\x00 raw", b"Message-ID: <x>", b"Message-ID: \x00", b"Date: Mon, 99 Foo 99999 99:99",
        b"Date: Thu, 01 Jan 0001 00:00:00 +0000", b"Date: Fri, 31 Dec 9999 23:59:59 -2359", b"In-Reply-To: <x> <y>",
        b"Content-Type: multipart/mixed; boundary=b", b"Content-Type: text/html; charset=\"x'; DROP\"", b"--b", b"",
        b"Content-Transfer-Encoding: base64", b"\xd6\xd0\xce\xc4", b"<script>[bold red]x[/]</script>", b"List-Id: <l>",
        b"Auto-Submitted: auto-replied", b"To: \x1b]52;c;aGk=\x07 <a@b>", b"\xed\xa0\x80 half a character",
    )
)  # fmt: skip


@settings(max_examples=40)
@given(st.lists(_LINES, min_size=1, max_size=12).map(b"\r\n".join) | st.binary(max_size=200))
def test_hostile_mail_is_taken_or_quarantined_and_never_more(
    hostile_scene: Scene, tmp_path_factory: pytest.TempPathFactory, raw: bytes
) -> None:
    path = tmp_path_factory.mktemp("mail") / "m.eml"
    path.write_bytes(raw)
    for item in channels.take(hostile_scene.admin, "email", [str(path)]):
        assert item.action in ("opened", "appended", "duplicate", "ignored", "quarantined")
        if item.action in ("opened", "appended"):
            row = hostile_scene.row(item.ref or "")
            assert not any(char in row["subject"] for char in "\0\x1b\u202e")


def test_a_hostile_store_is_sound(hostile_scene: Scene) -> None:
    assert hostile_scene.is_sound()


def test_the_inbox_of_a_lead_is_not_filled_by_mails(scene: Scene, post: Post) -> None:
    for n in range(3):
        post(Message_ID=f"<{n}@x>", Subject=f"matter {n}")
    assert inbox.page(scene.desk("chen")) == ()
