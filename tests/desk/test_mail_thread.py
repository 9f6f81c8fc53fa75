"""A mail finds the ticket that it is about, no program is answered for ever, and what a mail says is found."""

from __future__ import annotations

from noc_console.desk import ticket
from noc_console.desk.filter import parse
from noc_console.desk.ticket_view import show
from tests.desk.post import Post, queued
from tests.desk.scene import Scene


def test_a_desk_that_answers_each_answer_is_not_answered_for_ever(scene: Scene, post: Post) -> None:
    opened = [post(Message_ID=f"<{n}@desk.example>", From="desk@other.example", Subject=f"Case {n}") for n in range(14)]
    assert {item.action for item in opened} == {"opened"}, "whatever it is, nothing of it is lost"
    assert len(queued(scene)) == 10
    scene.later(hours=2)
    post(Message_ID="<later@desk.example>", From="desk@other.example", Subject="Case 99")
    assert len(queued(scene)) == 11, "the next day it is a customer like any other"


RETURNED = """From: MAILER-DAEMON@mx.example
Message-ID: <b@mx.example>
Subject: Undelivered Mail Returned to Sender
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: text/plain

It could not be delivered.
--b
Content-Type: message/delivery-status

Final-Recipient: rfc822; wang@mill.example
Action: failed
Status: 5.1.1

--b
Content-Type: message/rfc822

From: noc@operator.example
Message-ID: {original}
Subject: your fault

We look.
--b--
"""


def test_a_bounce_finds_the_ticket_by_the_mail_that_it_returns(scene: Scene, post: Post) -> None:
    ref = post().ref
    item = post(RETURNED.format(original="<1@mill.example>").encode())
    assert (item.action, item.kind, item.ref) == ("ignored", "ticket", ref)
    notes = [entry for entry in show(scene.admin, ref or "").entries if entry.event == "note"]
    assert len(notes) == 1 and "wang@mill.example failed 5.1.1" in notes[0].text
    assert queued(scene) == [("ack_fault", "wang@mill.example")]
    stranger = post(RETURNED.format(original="<other@x>").replace("<b@mx", "<c@mx").encode())
    assert (stranger.action, stranger.ref) == ("ignored", None)


def test_a_bounce_that_only_quotes_is_found_by_the_reference_that_it_quotes(scene: Scene, post: Post) -> None:
    ref = post().ref
    words = f"user unknown\n\n> Subject: [{ref}] your fault\n"
    item = post(From="MAILER-DAEMON@mx.example", Subject="failure notice", Message_ID="<q@x>", text=words)
    assert (item.action, item.ref) == ("ignored", ref)
    quoting = post(From="wang@mill.example", Subject="hello", Message_ID="<r@x>", text=words)
    assert quoting.action == "opened", "what a person quotes in the text is no answer to it"


# --- Found at once -------------------------------------------------------------------------------------------


def found(scene: Scene, words: str) -> list[str]:
    """Return the tickets that a search finds."""
    return [line.ref for line in ticket.page(scene.admin, parse(f"state:all {words}")).rows]


def test_what_a_mail_says_is_found_at_once_in_both_languages(scene: Scene, post: Post) -> None:
    ref = post(Subject="专线中断", text="昨晚施工，光缆被挖断。Loss of signal since nine.\n").ref
    other = post(Message_ID="<o@x>", Subject="Billing", text="an invoice is missing\n").ref
    post(Message_ID="<a@x>", In_Reply_To="<1@mill.example>", text="熔接完成，仍有误码 intermittent\n\n> old\n")
    for words in ("光缆", '"loss of signal"', "专线", "挖断", "误码", "intermittent", "光缆 signal"):
        assert found(scene, words) == [ref], words
    assert found(scene, "invoice") == [other]
    assert found(scene, "缆光") == []


def test_a_word_that_a_mailer_broke_over_two_lines_is_found(scene: Scene, post: Post) -> None:
    head = b"From: a@mill.example\nContent-Type: text/plain; charset=utf-8; format=flowed; delsp=yes\n\n"
    ref = post(head + "昨晚光 \n缆中断。\n".encode()).ref
    assert found(scene, "光缆") == [ref]
