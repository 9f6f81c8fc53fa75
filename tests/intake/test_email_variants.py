"""What mailers write beside the standards: dates, ids, charsets named wrongly, boundaries, parts without a name."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from noc_console.intake.email import parse
from noc_console.intake.mail_charset import decode
from noc_console.intake.mail_dates import instant
from noc_console.intake.mail_files import messages
from noc_console.workflows.drafts import Address, DeliveryStatus, MailDraft

HEAD = b"From: a@b.example\nSubject: x\n"
CHINESE = "您好：昨晚施工，光缆被挖断，业务全部中断，请派人处理。联系人：喆先生，谢谢！"


def with_header(name: str, value: str) -> MailDraft:
    return parse(f"Date: \n{name}: {value}\n\nbody\n".encode())


@pytest.mark.parametrize(
    "said",
    [
        "Wed, 25 Nov 2026 10:30:00 +0800",
        "Wed, 25 Nov 2026 10:30:00 +08:00",
        "Wed, 25 Nov 2026 10:30:00 GMT+0800",
        "Wed, 25 Nov 2026 10:30:00 UTC+8",
        "Wed, 25 Nov 2026 10:30:00.123 +0800 (中国标准时间)",
        "Wed, 25 Nov 2026 10:30:00 (CST) +0800",
        "Wednesday, November 25, 2026 10:30 AM +0800",
        "Wed 25 Nov 2026 02:30:00 AM GMT",
        "Wed, 25 Nov 2026 02:30:00 0000",
        "Wed, 25 Nov 2026 11:30:00 JST",
        "Wed, 25 Nov 2026 03:30:00 CET",
        "星期三, 25 十一月 2026 10:30:00 +0800",
        "2026-11-25T10:30:00+08:00",
        "2026-11-25 10:30:00 +0800",
        "2026-11-25T02:30:00Z",
    ],
)
def test_a_date_is_read_in_each_form(said: str) -> None:
    assert instant(said.encode()) == datetime(2026, 11, 25, 2, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "said",
    ["", "Whenever", "Wed, 25 Nov 2026 10:30:00", "Wed, 25 Nov 2026 29:30:00 +0800", "2026-11-25T10:30:00", "十三月"],
)
def test_what_names_no_instant_is_none(said: str) -> None:
    assert instant(said.encode()) is None


@pytest.mark.parametrize(
    ("said", "known_as"),
    [
        ("<a.1@carrier.example>", "<a.1@carrier.example>"),
        ("a.1@carrier.example", "<a.1@carrier.example>"),
        ("102.10200000000105", "<102.10200000000105>"),
        ("<9209.AA0097 @ relay >", "<9209.AA0097@relay>"),
    ],
)
def test_an_id_is_known_with_and_without_its_marks(said: str, known_as: str) -> None:
    assert with_header("Message-ID", said).message_id == known_as
    assert with_header("In-Reply-To", said).in_reply_to == known_as


def test_a_number_that_counts_from_one_is_no_id() -> None:
    one, other = (parse(b"Message-ID: 12\n" + HEAD + b"\n" + text) for text in (b"no light", b"light again"))
    assert one.message_id != other.message_id


def test_words_about_a_mail_are_no_id_of_it() -> None:
    assert with_header("In-Reply-To", "your message of Monday").in_reply_to is None


def test_the_hosts_of_an_old_route_are_no_part_of_an_address() -> None:
    sender = with_header("From", "Li <@relay.example, @gate.example:li@customer.example>").from_
    assert sender is not None
    assert sender.address == "li@customer.example"


@pytest.mark.parametrize(
    ("said", "name", "address"),
    [
        ("<noc@carrier.example> (Mail Delivery System)", "Mail Delivery System", "noc@carrier.example"),
        ("noc@carrier   . example", "", "noc@carrier.example"),
        ("Li Lei. noc@carrier.example", "Li Lei.", "noc@carrier.example"),
    ],
)
def test_a_sender_in_an_old_form(said: str, name: str, address: str) -> None:
    assert with_header("From", said).from_ == Address(name, address)


@pytest.mark.parametrize(
    ("data", "declared", "text", "charset"),
    [
        (CHINESE.encode("gbk"), None, CHINESE, "gb18030"),
        ("障害のお知らせです".encode("euc_jp"), "iso-2022-jp", "障害のお知らせです", "euc-jp"),
        ("障害のお知らせです".encode("cp932"), "euc-jp", "障害のお知らせです", "shift_jis"),
        ("障害のお知らせです".encode("iso2022_jp"), "iso-2022-jp", "障害のお知らせです", "iso-2022-jp"),
    ],
)
def test_a_charset_that_is_not_the_one_named(data: bytes, declared: str | None, text: str, charset: str) -> None:
    assert decode(data, declared) == (text, charset)


@pytest.mark.parametrize(
    ("spelled", "charset"),
    [
        ("iso-gb2312", "gb2312"),
        ("x-gb2312", "gb2312"),
        ("GB-18030", "gb18030"),
        ("windows-936", "gbk"),
        ("x-windows-950", "big5"),
        ("euc-cn", "gb2312"),
        ("koi8r", "koi8-r"),
        ("x-cp1251", "cp1251"),
        ("win-1251", "cp1251"),
        ("utf8mb4", "utf-8"),
        ("x-mac-cyrillic", "mac_cyrillic"),
        ("ks_c_5601-1989", "euc-kr"),
        ("x-euc-jp", "euc-jp"),
        ("cp50221", "iso-2022-jp"),
    ],
)
def test_a_charset_is_known_in_the_spellings_of_mailers(spelled: str, charset: str) -> None:
    text = {"koi8-r": "Линия", "cp1251": "Линия", "mac_cyrillic": "Линия", "euc-kr": "회선"}.get(charset, "工事中")

    assert decode(text.encode(charset), spelled)[0] == text


TRADITIONAL = "您好，我們公司從昨天晚上開始，台北到高雄的專線出現大量丟包，請儘快安排工程師處理。謝謝！"
JAPANESE = "お世話になっております。昨夜より専用線でパケットロスが発生しております。至急ご確認をお願いします。"
KOREAN = "안녕하세요. 어제 밤부터 서울과 부산 간 전용 회선에서 패킷 손실이 발생하고 있습니다. 확인해 주시기 바랍니다."
RUSSIAN = "Здравствуйте! Со вчерашнего вечера на линии потери пакетов."


@pytest.mark.parametrize(
    ("text", "written", "declared"),
    [
        # UTF-8 under the name of a local charset whose decoder takes nearly everything.
        ("光缆中断，请处理", "utf-8", "gb2312"),
        ("光缆中断，请处理", "utf-8", "gbk"),
        ("線路中斷", "utf-8", "big5"),
        (RUSSIAN, "utf-8", "windows-1251"),
        (RUSSIAN, "utf-8", "gb18030"),
        # One Chinese charset under the name of the other, or of none of them.
        (TRADITIONAL, "big5", "gb2312"),
        ("Circuit TPE-KHH: 線路中斷，請處理。", "big5", "gbk"),
        (TRADITIONAL, "big5", "iso-8859-1"),
        (TRADITIONAL, "big5", None),
        (CHINESE.replace("喆", "李"), "gb2312", "big5"),
        ("光缆中断，请处理", "gbk", "big5"),
        # Hangul and kana stand where hanzi do.
        (KOREAN, "euc-kr", None),
        (KOREAN, "euc-kr", "iso-8859-1"),
        (JAPANESE, "euc-jp", None),
        (JAPANESE, "euc-jp", "us-ascii"),
        # Seven bits that announce themselves.
        (JAPANESE, "iso-2022-jp", "us-ascii"),
        (JAPANESE, "iso-2022-jp", "utf-8"),
        (KOREAN, "iso-2022-kr", "us-ascii"),
        ("光缆中断，请处理", "hz", "gb2312"),
        ("光缆中断，请处理", "hz", None),
    ],
)
def test_bytes_that_prove_another_charset_than_the_one_declared(text: str, written: str, declared: str | None) -> None:
    assert decode(text.encode(written), declared)[0] == text


@pytest.mark.parametrize(
    ("data", "declared", "text"),
    [
        (b"Copyright \xa9 2026, it\x92s down", "utf-8", "Copyright © 2026, it’s down"),
        (b"Today\x92s caf\xe9, in many plain words", "utf-8", "Today’s café, in many plain words"),
        (b"+UZxPAQ- caf\xe9", "utf-7", "农企 café"),
        # A character cut in two is another matter.
        ("ça va, é".encode()[:-1], "utf-8", "ça va, \ufffd"),
        # One line of a local charset in a long mail.
        (b"The line is down again. " * 30 + "光缆中断，请处理。".encode("gbk"), "utf-8",
         "The line is down again. " * 30 + "光缆中断，请处理。"),
    ],
)  # fmt: skip
def test_stray_bytes_in_what_is_declared(data: bytes, declared: str, text: str) -> None:
    assert decode(data, declared)[0] == text


@pytest.mark.parametrize(
    ("text", "charset"),
    [
        ("Größe über Öl, Äpfel für München; Straße gesperrt, Störung seit heute früh", "iso-8859-1"),
        ("À l'été où l'on a dû réparer le câble, les relevés étaient élevés", "iso-8859-1"),
        ("¿Dónde está la avería? ¡Señor! Año, mañana, situación, línea, corazón, país, está", "iso-8859-1"),
        ("Ο σύνδεσμος είναι εκτός λειτουργίας από χθες το βράδυ", "iso-8859-7"),
        ("Zażółć gęślą jaźń, łącze nie działa od wczoraj, proszę pilnie", "iso-8859-2"),
        ("ลิงก์ขัดข้องตั้งแต่เมื่อวานนี้ กรุณาตรวจสอบด่วน", "tis-620"),
        (RUSSIAN, "koi8-r"),
        (TRADITIONAL, "big5"),
        (CHINESE, "gbk"),
        (KOREAN, "euc-kr"),
        (JAPANESE, "shift_jis"),
    ],
)
def test_a_true_declaration_is_believed(text: str, charset: str) -> None:
    assert decode(text.encode(charset), charset) == (text, charset)


@pytest.mark.parametrize("text", ["sed s~{old}~{new}~ file", "~{abcd", "a ~{ b ~} c", "${x:~{y~}}"])
def test_the_marks_of_a_charset_in_a_script_announce_nothing(text: str) -> None:
    assert decode(text.encode(), "utf-8") == (text, "utf-8")
    assert decode(text.encode()) == (text, "us-ascii")


def test_another_boundary_than_the_one_named() -> None:
    draft = parse(
        HEAD + b'Content-Type: multipart/mixed; boundary="lost"\n\n'
        b"--kept\nContent-Type: text/plain\n\nno light\n--kept\nContent-Disposition: attachment; filename=a.log\n\nx\n"
        b"--kept--\n"
    )
    assert draft.text == "no light"
    assert [one.name for one in draft.attachments] == ["a.log"]


def test_a_named_form_of_the_text_is_read_and_is_no_file() -> None:
    draft = parse(
        HEAD + b"Content-Type: multipart/alternative; boundary=b\n\n"
        b'--b\nContent-Type: text/plain; name="plain.txt"\n\nno light\n'
        b"--b\nContent-Type: text/html\n\n<p>no <b>light</b> at all</p>\n--b--\n"
    )
    assert (draft.text, draft.attachments) == ("no light", ())


def test_a_boundary_with_no_blank_line_above_begins_the_body() -> None:
    head = b"From: a@b.example\nContent-Type: multipart/mixed; boundary=b\nSubject: fault\n"
    draft = parse(head + b"--b\nContent-Type: text/plain\n\nno light\n--b--\n")

    assert (draft.subject, draft.text, draft.attachments) == ("fault", "no light", ())


@pytest.mark.parametrize("name", ["utf\0-8", "utf-8\x1b", "\x02utf-8", "utf-8\x85", "utf-\u202e8"])
def test_the_name_of_a_charset_holds_no_control_characters(name: str) -> None:
    draft = parse(HEAD + f'Content-Type: text/plain; charset="{name}"\n\nno light\n'.encode())

    assert (draft.text, draft.charset) == ("no light", "utf-8")


def test_a_charset_named_once_for_all_parts() -> None:
    head = b"From: a@b.example\nContent-Type: multipart/mixed; boundary=b; charset=ISO-8859-5\n\n"
    draft = parse(head + b"--b\nContent-Type: text/plain\n\n" + RUSSIAN.encode("iso-8859-5") + b"\n--b--\n")

    assert draft.text == RUSSIAN


def test_a_subject_that_was_torn_by_blank_lines_ends_no_header() -> None:
    torn = "Subject: =?GB2312?B?ueLAws/fwrc=?=\n\n =?GB2312?B?1tC2zw==?=\n\nTo: n@b.example\nContent-Type: text/html\n"
    draft = parse(f"From: a@b.example\n{torn}\n<p>no light</p>\n".encode())

    assert (draft.subject, draft.text, draft.html_only) == ("光缆线路中断", "no light", True)
    assert draft.to == (Address("", "n@b.example"),)


def test_words_that_look_like_fields_stay_words_below_an_encoded_subject() -> None:
    draft = parse(b"From: a@b.example\nSubject: =?utf-8?B?6aKY?=\n\nTo: whom it concerns\n\nno light\n")

    assert draft.text == "To: whom it concerns\n\nno light"


def test_the_words_of_a_mail_system_in_the_place_of_its_report_are_read() -> None:
    report = "--b\nContent-Type: message/delivery-status\n\n"
    raw = (
        "From: postmaster@x.example\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"
        f"{report}This message was undeliverable:\nno such user\n"
        f"{report}Reporting-MTA: dns; x\n\nFinal-Recipient: rfc822; eva@x.example\nAction: failed\nStatus: 5.1.1\n"
        "--b\nContent-Type: message/rfc822\n\nFrom: a@b.example\n\nwhat was sent\n--b--\n"
    )
    draft = parse(raw.encode())

    assert draft.text == "This message was undeliverable:\nno such user"
    assert draft.dsn == (DeliveryStatus("eva@x.example", "failed", "5.1.1"),)


@pytest.mark.parametrize(
    "kind", ["text/pl\0ain", "text/plain\x80", "te xt", "te[t/plain", "/", "a/b/c", "text/", "x" * 300]
)
def test_a_type_that_is_none_is_text(kind: str) -> None:
    draft = parse(HEAD + f"Content-Type: {kind}\n\nno light\n".encode("latin-1"))

    assert (draft.text, draft.attachments) == ("no light", ())


def test_a_type_with_something_behind_it() -> None:
    assert parse(HEAD + b"Content-Type: text/plain>\n\nno light\n").text == "no light"


def test_what_has_no_name_is_called_what_it_says_it_is() -> None:
    draft = parse(
        HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nsee these\n"
        b"--b\nContent-Type: application/octet-stream\nContent-Description: trace of port 3.pcap\n\nx\n"
        b"--b\nContent-Type: image/gif\nContent-Description: the site\n\nx\n"
        b"--b\nContent-Type: message/rfc822\n\nSubject: =?utf-8?B?57q/6Lev?= down\n\nno light\n"
        b"--b\nContent-Type: message/rfc822\n\n\n--b--\n"
    )
    assert [one.name for one in draft.attachments] == [
        "trace of port 3.pcap",
        "the site.gif",
        "线路 down.eml",
        "message-4.eml",
    ]


def test_a_report_begins_after_blank_lines() -> None:
    draft = parse(
        b"From: MAILER-DAEMON@b.example\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"
        b"--b\n\nfailed\n--b\nContent-Type: message/delivery-status\n\n\n\n"
        b"Action: failed\nFinal-Recipient: rfc822;li@customer.example\nStatus: 5.1.1\n\n--b--\n"
    )
    assert draft.dsn == (DeliveryStatus("li@customer.example", "failed", "5.1.1"),)


def test_a_mail_system_passes_on_the_report_of_another() -> None:
    inner = (
        b"From: MAILER-DAEMON@c.example\nContent-Type: multipart/report; report-type=delivery-status; boundary=i\n\n"
        b"--i\nContent-Type: message/delivery-status\n\n"
        b"Final-Recipient: rfc822;li@customer.example\nAction: failed\nStatus: 5.1.1\n\n--i--\n"
    )
    body = b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nsee below\n--b\nContent-Type: message/rfc822\n\n"
    passed_on = parse(b"From: MAILER-DAEMON@b.example\nSubject: Returned mail\n" + body + inner + b"\n--b--\n")
    asked_about = parse(b"From: li@customer.example\nSubject: what is this?\n" + body + inner + b"\n--b--\n")

    assert passed_on.dsn == (DeliveryStatus("li@customer.example", "failed", "5.1.1"),)
    assert (asked_about.class_, asked_about.dsn) == (None, ())


def test_an_mbox_with_an_editors_mark(tmp_path: Path) -> None:
    place = tmp_path / "marked.mbox"
    place.write_bytes(b"\xef\xbb\xbfFrom - \nSubject: one\n\nx\n\nFrom - \nSubject: two\n\ny\n")
    assert [parse(found.raw).subject for found in messages(place)] == ["one", "two"]


def test_plain_letters_are_in_the_charset_that_an_enclosed_mail_declares() -> None:
    enclosed = b"Content-Type: message/rfc822\n\nContent-Type: text/plain; charset=iso-2022-jp\n\nx\n"
    draft = parse(HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nno light\n--b\n" + enclosed + b"--b--\n")
    assert (draft.text, draft.charset) == ("no light", "iso-2022-jp")


def test_a_charset_in_too_many_marks() -> None:
    draft = parse(HEAD + b'Content-Type: text/plain; charset=\\"us-ascii\\"\n\nno light\n')
    assert (draft.text, draft.charset) == ("no light", "us-ascii")


def test_a_giant_subject_ends_with_a_whole_word() -> None:
    subject = with_header("Subject", "\n ".join(["=?utf-8?q?K=C3=BCste?="] * 5_000)).subject
    assert 10_000 < len(subject) < 5_000 * len("Küste")
    assert set(subject) == set("Küste")
