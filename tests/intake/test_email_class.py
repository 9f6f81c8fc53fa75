"""Mails of machines are told from mails of people, and a bounce tells which mail it is about."""

from __future__ import annotations

from pathlib import Path

import pytest

from noc_console.intake.email import parse
from noc_console.workflows.drafts import DeliveryStatus, MailDraft

MAILS = Path(__file__).parents[1] / "fixtures" / "mail"


def mail(name: str) -> MailDraft:
    return parse((MAILS / name).read_bytes())


def test_a_bounce_names_its_recipients() -> None:
    draft = mail("bounce.eml")

    assert draft.class_ == "bounce"
    assert draft.dsn == (
        DeliveryStatus("nobody@customer.example", "failed", "5.1.1"),
        DeliveryStatus("full@customer.example", "delayed", "4.2.2"),
    )
    assert draft.text == "Your mail could not be delivered."


@pytest.mark.parametrize(
    ("name", "kind"),
    [("out_of_office.eml", "autoreply"), ("list.eml", "list"), ("monitoring.eml", None), ("reply_html.eml", None)],
)
def test_who_sent_it(name: str, kind: str | None) -> None:
    assert mail(name).class_ == kind


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("Return-Path: <>\nSubject: Undeliverable: fault", "bounce"),
        ("From: postmaster@x.example\nSubject: 系统退信", "bounce"),
        ("From: Mail Delivery System <mds@x.example>\nSubject: hello", "bounce"),
        ("X-Failed-Recipients: a@b.example", "bounce"),
        ("Content-Type: multipart/report; report-type=delivery-status; boundary=x", "bounce"),
        ("Auto-Submitted: auto-replied (vacation)", "autoreply"),
        ("Subject: 自动回复：专线中断", "autoreply"),
        ("Precedence: auto_reply", "autoreply"),
        ("Content-Type: multipart/report; report-type=disposition-notification; boundary=x", "autoreply"),
        ("Precedence: list", "list"),
        ("Subject: 自动答复: 专线中断", "autoreply"),
        ("Subject: [Automatyczna odpowiedź] awaria", "autoreply"),
        ("Subject: Automatisch antwoord: storing", "autoreply"),
        ("Subject: AUTO: Eva Braun is out of the office (returning 03/05/2026)", "autoreply"),
        ("Subject: Eva Braun/HZ/Customer is out of the office.", "autoreply"),
        ("Return-Path: <>\nX-Auto-Response-Suppress: All\nIn-Reply-To: <1@c.example>\nSubject: away", "autoreply"),
        # A customer's words alone must never make a bounce: the matter would be lost.
        ("From: eva@customer.example\nSubject: Undeliverable mail since noon", None),
        ("From: eva@customer.example\nSubject: Automatic reply does not work", None),
        ("Return-Path: <>\nSubject: line down", None),
        ("From: Eva <bounce@sales.example>\nSubject: offer", None),
        ("From: eva@customer.example\nSubject: AUTO: line 7 is down", None),
        ("From: eva@customer.example\nSubject: The router is out of the office network", None),
        ("Return-Path: <>\nX-Auto-Response-Suppress: DR, OOF, AutoReply\nSubject: newsletter", None),
        ("Return-Path: <>\nX-Auto-Response-Suppress: All\nSubject: ticket 7 of a partner", None),
        ("Auto-Submitted: auto-generated\nX-Auto-Response-Suppress: All\nPrecedence: bulk", None),
    ],
)
def test_class_by_header(header: str, kind: str | None) -> None:
    assert parse(f"To: noc@carrier.example\n{header}\n\nbody\n".encode()).class_ == kind


@pytest.mark.parametrize(
    ("header", "words", "kind"),
    [
        ("From: postmaster@x.example\nSubject: Re: line down", "550 - no such user here", "bounce"),
        ("From: post_master@x.example\nSubject: E", "did not reach the following recipient(s):", "bounce"),
        ("Return-Path: <>\nFrom: noc@x.example\nSubject: Mail", "It could not be delivered to eva", "bounce"),
        ("From: no-reply@x.example\nSubject: AWS", '{"notificationType":"Bounce","bounce":{}}', "bounce"),
        ("From: ml-admin@x.example\nX-MLServer: fml\nSubject: loop", "Original mail as follows:\n", "bounce"),
        (
            "From: ml-admin@x.example\nX-MLServer: fml\nSubject: ml",
            "You are not a member of this mailing list",
            "bounce",
        ),
        ("From: bounces@x.example\nSubject: mail", "550 5.1.1 user unknown", "bounce"),
        ("Content-Type: multipart/report; report-type=feedback-report; boundary=b", "abuse", "bounce"),
        # The words of a customer, of a portal and of a postmaster who asks for something.
        ("From: eva@customer.example\nSubject: mail", "Our mails could not be delivered, user unknown", None),
        ("From: no-reply@portal.example\nSubject: fault", "mailbox full, user unknown 550 5.1.1", None),
        ("From: postmaster@customer.example\nSubject: port 25", "Please open port 25 for us", None),
        ("Return-Path: <>\nFrom: a@x.example\nSubject: Link down", "ge-0/0/1 is down", None),
    ],
)
def test_class_by_words(header: str, words: str, kind: str | None) -> None:
    assert parse(f"To: noc@carrier.example\n{header}\n\n{words}\n".encode()).class_ == kind


REPORT = """From: MAILER-DAEMON@x.example
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b

not delivered
--b
Content-Type: {type}
Content-Transfer-Encoding: {encoding}

{returned}
--b--
"""


@pytest.mark.parametrize(
    ("media_type", "encoding", "returned"),
    [
        ("message/rfc822", "7bit", "From: noc@carrier.example\nMessage-ID: <HZ1-42.1@carrier.example>\n\nwords"),
        ("text/rfc822-headers", "7bit", "Message-Id:\n <HZ1-42.1@carrier.example>\nSubject: x"),
        ("message/rfc822", "base64", "TWVzc2FnZS1JRDogPEhaMS00Mi4xQGNhcnJpZXIuZXhhbXBsZT4KCng="),
        ("text/plain", "7bit", "--- your mail ---\n\n> Subject: x\n> Message-ID: <HZ1-42.1@carrier.example>\n>\n> x"),
    ],
    ids=["mail", "header", "encoded", "quoted"],
)
def test_a_bounce_is_about_the_mail_that_it_returns(media_type: str, encoding: str, returned: str) -> None:
    draft = parse(REPORT.format(type=media_type, encoding=encoding, returned=returned).encode())

    assert draft.class_ == "bounce"
    assert draft.original_message_id == "<HZ1-42.1@carrier.example>"
    assert draft.to_json()["original_message_id"] == "<HZ1-42.1@carrier.example>"


def test_a_bounce_that_returns_nothing_is_about_no_mail() -> None:
    raw = b"From: MAILER-DAEMON@x.example\nMessage-ID: <own@x.example>\nSubject: failure notice\n\nnot delivered\n"

    assert parse(raw).original_message_id is None


def test_what_a_person_forwards_is_no_original() -> None:
    raw = b"From: eva@customer.example\nSubject: fw\n\n> Message-ID: <HZ1-42.1@carrier.example>\n"

    assert parse(raw).original_message_id is None


def test_recipients_that_exim_names_in_a_field() -> None:
    raw = b"From: MAILER-DAEMON@x.example\nX-Failed-Recipients: a@x.example, b@x.example\n\nfailed\n"

    assert parse(raw).dsn == (
        DeliveryStatus("a@x.example", "failed", ""),
        DeliveryStatus("b@x.example", "failed", ""),
    )


@pytest.mark.parametrize(
    ("header", "automatic"),
    [
        ("Auto-Submitted: auto-generated", True),
        ("Auto-Submitted: no", False),
        ("Precedence: bulk", True),
        ("Precedence: list", True),
        ("X-Loop: noc@carrier.example", True),
        ("List-Id: <noc.lists.example>", True),
        ("Return-Path: <>", True),
        ("Subject: x", False),
    ],
)
def test_what_no_program_may_answer(header: str, automatic: bool) -> None:
    assert parse(f"From: a@x.example\n{header}\n\nx\n".encode()).automatic is automatic
