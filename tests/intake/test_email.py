"""A mail becomes a draft whatever is in it, or one BadInput says why not."""

from __future__ import annotations

import json
import re
import unicodedata
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noc_console.errors import BadInput
from noc_console.intake.email import MAX_MAIL, parse
from noc_console.intake.mail_body import MAX_TEXT
from noc_console.intake.mail_charset import decode
from noc_console.intake.mail_html import html_to_text
from noc_console.workflows.drafts import Address, Attachment, MailDraft, Quarantined

MAILS = Path(__file__).parents[1] / "fixtures" / "mail"
DANGEROUS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
HEAD = b"From: a@b.example\nSubject: x\n"
MEGABYTE = 1_000_000


def mail(name: str) -> MailDraft:
    return parse((MAILS / name).read_bytes())


def with_header(name: str, value: str | bytes) -> MailDraft:
    raw = value if isinstance(value, bytes) else value.encode()
    return parse(b"Date: \n" + name.encode() + b": " + raw + b"\n\nbody\n")


def test_a_customers_mail_in_gbk() -> None:
    draft = mail("customer_gbk.eml")

    assert draft.subject == "专线中断，请处理"
    assert draft.from_ == Address("王丽", "wang.li@customer.example")
    assert draft.to == (Address("NOC, Hangzhou", "noc@carrier.example"), Address("", "support@carrier.example"))
    assert draft.at == datetime(2026, 3, 1, 0, 15, 30, tzinfo=UTC)
    # 镕 is in GBK alone: the mail says GB2312, as Chinese mail programs do.
    assert draft.text == "您好，我司杭州至镕城专线自今晨中断。\n请尽快处理。"
    assert (draft.charset, draft.html_only, draft.class_) == ("gb2312", False, None)
    assert [(one.name, one.type, one.size) for one in draft.attachments] == [
        ("现场照片.jpg", "image/jpeg", 10),
        ("part-2.png", "image/png", 8),
    ]
    assert draft.attachments[1].content == b"\x89PNG\r\n\x1a\n"


def test_raw_bytes_without_any_charset() -> None:
    draft = mail("raw_8bit.eml")

    assert draft.subject == "光缆被挖断"
    assert draft.from_ == Address("李强", "li.qiang@customer.example")
    assert draft.text == "昨晚施工，光缆被挖断，业务全部中断。"
    assert draft.charset == "gb18030"


def test_a_reply_in_html_alone() -> None:
    draft = mail("reply_html.eml")

    assert draft.html_only
    assert draft.in_reply_to == "<HZ1-42.1@carrier.example>"
    assert draft.references == ("<first@customer.example>", "<HZ1-42.1@carrier.example>")
    assert "> We have replaced the card.\n> Please test." in draft.text
    assert draft.new_text == (
        "The line is up again since 08:40.\nThank you & regards\n\nCircuit C-4711\n\n"
        "See the portal <https://portal.example/t/1>"
    )


def test_a_forwarded_mail_is_attached_byte_for_byte() -> None:
    draft = mail("forwarded.eml")
    inner, notes = draft.attachments

    assert draft.text == "See below."
    assert (inner.name, inner.type) == ("odd spacing kept.eml", "message/rfc822")
    assert inner.content.startswith(b"From: field@customer.example\nSubject:   odd   spacing kept\n")
    assert inner.content.endswith(b"--b1-inner--")
    assert inner.sha256 == sha256(inner.content).hexdigest()
    assert (notes.name, notes.content) == ("optical power.txt", b"-31.2 dBm")


def test_a_field_that_lost_the_indent_of_its_lines_does_not_end_the_header() -> None:
    lines = "".join(f"H4sIAAAAA{number}AAA+NgFlrIKsWRWlGSWpSX\n" for number in range(30))
    draft = parse(f"X-Tracker: begins\n{lines}Thread-Topic: y\nby mx.example\nSubject: line down\n\nno light".encode())

    assert (draft.subject, draft.text) == ("line down", "no light")
    ended = parse(b"Subject: line down\nno light\nsince nine\n\nFrom: me\n")
    assert ended.text == "no light\nsince nine\n\nFrom: me"


def test_a_broken_structure_loses_nothing_that_can_be_read() -> None:
    draft = mail("broken_mime.eml")

    assert draft.text == "Power at the ODF is -31 dBm today =ZZ"
    assert [one.name for one in draft.attachments] == ["trace.sor"]
    assert draft.attachments[0].content == b"\0\1\2\3\4"
    assert draft.at is None


def test_hostile_text_is_inert_and_the_original_kept() -> None:
    raw = (MAILS / "hostile.eml").read_bytes()
    draft = parse(raw)

    assert draft.raw == raw
    assert draft.raw_sha256 == sha256(raw).hexdigest()
    assert "[bold]x[/bold]" in draft.subject
    assert draft.attachments[0].name == "../../etc/passwd"
    assert not DANGEROUS.search(json.dumps(draft.to_json(), ensure_ascii=False))


def test_the_json_shape() -> None:
    shape = mail("customer_gbk.eml").to_json()

    assert list(shape) == [
        *("subject", "from", "to", "at", "message_id", "in_reply_to", "references", "text", "new_text", "html_only"),
        *("charset", "class", "dsn", "original_message_id", "attachments", "alarm"),
    ]
    assert shape["from"] == {"name": "王丽", "address": "wang.li@customer.example"}
    assert shape["at"] == "2026-03-01T00:15:30Z"
    assert set(shape["attachments"][0]) == {"name", "type", "size", "sha256"}  # type: ignore[index]
    assert json.loads(json.dumps(shape)) == shape


def test_a_mail_without_an_id_is_known_by_its_content() -> None:
    raw = HEAD + b"\nThe line is down.\n"
    by_another_way = b"Received: from elsewhere\n" + raw

    assert parse(raw).message_id == parse(by_another_way).message_id
    assert parse(raw).message_id.endswith("@content.invalid>")
    assert parse(raw).message_id != parse(raw + b"Again.\n").message_id


@pytest.mark.parametrize(
    ("value", "instant"),
    [
        ("Mon, 2 Mar 2026 10:00:00 +0530", datetime(2026, 3, 2, 4, 30, tzinfo=UTC)),
        ("2 Mar 2026 10:00:00 GMT", datetime(2026, 3, 2, 10, tzinfo=UTC)),
        ("Mon, 2 Mar 2026 10:00:00 -0000", datetime(2026, 3, 2, 10, tzinfo=UTC)),
        ("Mon, 2 Mar 2026 10:00:00", None),
        ("Mon, 31 Feb 2026 10:00:00 +0000", None),
        ("Mon, 2 Mar 9999 23:00:00 -2300", datetime(9999, 3, 3, 22, tzinfo=UTC)),
        ("Fri, 31 Dec 9999 23:59:59 -2300", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_dates(value: str, instant: datetime | None) -> None:
    assert parse(f"Subject: x\nDate: {value}\n\nbody\n".encode()).at == instant


@pytest.mark.parametrize(
    ("value", "name", "address"),
    [
        ('"Braun, Anna" <a@x.example>', "Braun, Anna", "a@x.example"),
        ("a@x.example (Anna (NOC) Braun)", "Anna", "a@x.example"),
        ("<a@x.example>", "", "a@x.example"),
        ("=?utf-8?q?Anna_=3Ca=40x=2Eexample=3E?=", "Anna", "a@x.example"),
        ("=?utf-8?b?5byg?= =?utf-8?b?5LiJ?= <z@x.example>", "张三", "z@x.example"),
        ("Webshield Mail Service", "Webshield Mail Service", ""),
        ("root", "", "root"),
        ("Anna <a(her account)@x . example>", "Anna", "a@x.example"),
        ("Anna <a@x.example<mailto:a@x.example>>", "Anna", "a@x.example"),
        ('"Anna Braun"@x.example', "", '"Anna Braun"@x.example'),
        ("=?iso-8859-1?Q?Bürling,=20Anna?= <a@x.example>", "B", "a@x.example"),
        ("=?iso-8859-1?Q?B=FCrling,=20Anna?= <a@x.example>", "Bürling, Anna", "a@x.example"),
        ('"Lighting Company " <>, "LTD" <a@x.example>', "LTD", "a@x.example"),
        ("[??????]\nFrom: Anna <a@x.example>", "Anna", "a@x.example"),
    ],
)
def test_addresses(value: str, name: str, address: str) -> None:
    found = with_header("From", value).from_

    assert found is not None
    assert found.address == address
    assert found.name.startswith(name)


def test_a_name_without_an_address_is_answered_where_it_says() -> None:
    draft = parse(b'From: "Eva" <>\nReply-To: <eva@customer.example>\n\nx\n')

    assert draft.from_ == Address("Eva", "eva@customer.example")


@pytest.mark.parametrize(
    ("value", "subject"),
    [
        ("=?utf-8?q?a?=  =?utf-8?q?b?=", "ab"),
        ("=?utf-8?q?a?= b =?utf-8?q?c?=", "a b c"),
        ("=?utf-8?b?5Lit5Y==?= =?utf-8?b?m70=?=", "中国"[0]),
        ("=?no-such?q?plain?=", "plain"),
        ("=?rot13?q?plain?=", "plain"),
        ("=?utf-8?x?kept?=", "=?utf-8?x?kept?="),
        ("=?iso-8859-1*en?q?caf=E9?=", "café"),
        ("=?utf-8?q?a?b?=", "a?b"),
    ],
)
def test_encoded_words(value: str, subject: str) -> None:
    assert with_header("Subject", value).subject.startswith(subject)


def test_a_character_cut_between_two_encoded_words() -> None:
    assert with_header("Subject", "=?utf-8?q?=E4=B8?=\n =?utf-8?q?=AD?=").subject == "中"


@pytest.mark.parametrize(
    "header",
    [
        "attachment; filename*=utf-8''%E7%85%A7.txt; filename=ignored.txt",
        "attachment; filename*1*=%85%A7.txt; filename*0*=utf-8''%E7",
        'attachment; filename="=?utf-8?b?54WnLnR4dA==?="',
        'attachment; filename="照.txt"',
        "attachment;filename = 照.txt ; x=y",
    ],
)
def test_file_names(header: str) -> None:
    raw = f"Subject: x\nContent-Type: text/plain\nContent-Disposition: {header}\n\nx".encode()

    assert [one.name for one in parse(raw).attachments] == ["照.txt"]


@pytest.mark.parametrize("charset", ["gb2312", "gbk", "gb18030", "hz", "utf-8", "utf-16", "utf-7", "x-gbk"])
def test_declared_charsets(charset: str) -> None:
    text = "光缆中断，请处理"
    raw = text.encode("gbk" if charset == "x-gbk" else charset)

    assert decode(raw, charset) == (text, charset)


@pytest.mark.parametrize(
    ("raw", "declared", "text"),
    [
        ("Störung".encode(), "iso-8859-1", "Störung"),
        ("业务全部中断，请处理".encode("gbk"), "us-ascii", "业务全部中断，请处理"),
        ("ÄäÖöÜü Störung".encode("latin-1"), "iso-8859-1", "ÄäÖöÜü Störung"),
        (b"\x8010 for the caf\xe9", "iso-8859-1", "€10 for the café"),
        ("ソ".encode("cp932") + b" ok", "shift_jis", "ソ ok"),
        ("すみません".encode("iso2022_jp"), None, "すみません"),
        ("業務中斷，請處理".encode("big5"), "big5", "業務中斷，請處理"),
        (b"\xef\xbb\xbfok", "gbk", "ok"),
        (b"a\xff" + b"b" * 100, "utf-8", "a\ufffd" + "b" * 100),
        (b"abc", "punycode", "abc"),
        (b"616263", "hex", "616263"),
        # Rows that vendors added to JIS X 0208, and half width kana.
        (b"\x1b$B-!-j\x1b(B ok", "iso-2022-jp", "①㈱ ok"),
        (b"\x1b$B-!\x1b(I1\x1b(B", "iso-2022-jp", "①ｱ"),
        # Somebody cut the name of a file in the middle of a character.
        ("äöüß line down, please call".encode("latin-1"), None, "äöüß line down, please call"),
        ("линия оборвана".encode()[:-1], None, "линия оборван\ufffd"),
        ("линия оборвана".encode()[:-1], "iso-8859-1", "линия оборван\ufffd"),
    ],
)
def test_charsets_that_are_not_what_they_say(raw: bytes, declared: str | None, text: str) -> None:
    assert decode(raw, declared)[0] == text


@given(st.text(), st.sampled_from(["gb18030", "utf-8", "utf-16"]))
def test_what_a_charset_wrote_it_reads(text: str, charset: str) -> None:
    text = "".join(one for one in text if not "\ud800" <= one <= "\udfff").lstrip("\ufeff")

    assert decode(text.encode(charset), charset)[0] == text


@given(st.binary(), st.none() | st.sampled_from(["gbk", "big5", "utf-7", "hz", "iso-2022-jp", "nonsense", "idna"]))
def test_decoding_never_fails(raw: bytes, charset: str | None) -> None:
    text, used = decode(raw, charset)

    assert isinstance(text, str)
    assert used


@given(st.binary(max_size=2_000))
def test_any_bytes_are_a_draft_or_bad_input(raw: bytes) -> None:
    try:
        draft = parse(raw)
    except BadInput as error:
        assert error.hint
    else:
        assert draft.raw == raw


@given(
    st.lists(
        st.sampled_from(
            [
                *(b"\n", b"\r\n", b"--b", b"--b--", b"Content-Type: ", b"multipart/mixed; boundary=b", b"text/html"),
                *(b"message/rfc822", b"message/delivery-status", b"Content-Transfer-Encoding: base64", b"=?utf-8?b?"),
                *(b"; filename*0*=a''%", b'="', b"<a@b>", b"<p>", b"<!--", b"Subject: ", b"Final-Recipient: ", b"\xc3"),
            ]
        )
    )
)
def test_any_arrangement_of_mime_is_a_clean_draft(pieces: list[bytes]) -> None:
    draft = parse(HEAD + b"".join(pieces))

    assert not DANGEROUS.search(draft.text.replace("\t", "") + draft.subject)
    assert unicodedata.is_normalized("NFC", draft.text)
    assert json.dumps(draft.to_json())


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\n\n\n",
        b"\x89PNG\r\n\x1a\n\0\0",
        "全文没有邮件头".encode(),
        b"just: words\n\nx",
        b"---\ntitle: Planned work\ndate: 2026-02-14T08:30:00Z\n---\n\nWe work.\n",
    ],
)
def test_what_is_no_mail_is_refused(raw: bytes) -> None:
    with pytest.raises(BadInput, match="inbox/7: this is no mail"):
        parse(raw, where="inbox/7")


def test_a_mail_below_a_rule_is_a_mail() -> None:
    assert parse(b"---\nReceived: from a by b; Sun, 26 Apr 2026 16:58:00 +0000\nSubject: down\n\nx").subject == "down"


def test_a_mail_over_the_limit_is_refused_with_place_and_limit() -> None:
    with pytest.raises(BadInput, match="spool/1: the mail is larger than the 25 MiB"):
        parse(HEAD + b"\n" + b"x" * MAX_MAIL, where="spool/1")


def test_a_mail_of_too_many_parts_is_refused() -> None:
    with pytest.raises(BadInput, match="spool/1: the mail has more than"):
        parse(HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 3_000, where="spool/1")


def test_a_multipart_below_the_depth_that_is_read_is_kept_as_a_file() -> None:
    raw = HEAD
    for number in range(1_000):
        raw += b"Content-Type: multipart/mixed; boundary=n%d\n\n--n%d\n" % (number, number)

    (kept,) = parse(raw).attachments
    assert b"--n999" in kept.content


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "raw",
    [
        HEAD + b"\n" + b"x" * MEGABYTE * 5,
        HEAD + b"Content-Type: text/html\n\n" + b"<!--" * (MEGABYTE // 4),
        HEAD + b"Content-Type: text/html\n\n" + b'<a "' * (MEGABYTE // 4),
        b"Subject: " + b"=?a?q?" * MEGABYTE + b"\n\nx",
        b"To: " + b'"\\' * MEGABYTE + b"\n\nx",
        b"From: " + b"(" * MEGABYTE + b"\n\nx",
        HEAD + b"Content-Type: text/plain" + b";a*0=b" * MEGABYTE + b"\n\nx",
        HEAD + b"X: y\n" * MEGABYTE + b"\nx",
        HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b" * MEGABYTE,
        HEAD + b"Content-Type: message/delivery-status\n\n" + b"\n" * MEGABYTE,
        HEAD + b"\n" + b"-----\nx\n" * (MEGABYTE // 8),
        HEAD + b"\n" + b"From: a\nwrote 2026 a@b:\n" * (MEGABYTE // 24),
        HEAD + b"\n" + b"begin 644 x\n#AAAA\n" * (MEGABYTE // 18),
        HEAD + b"\n" + b"begin 644 x\n\n" * (MEGABYTE // 13),
        HEAD + b"\nx\n" + b"2026/1/1 a <a@b>\n" * (MEGABYTE // 17),
        HEAD + b"\n" + b"2026-01-01 1:11 GMT+01:00 A B\n> x\n" * (MEGABYTE // 34),
        HEAD + b"Content-Type: text/plain; format=flowed\n\n" + b"> a \n" * (MEGABYTE // 5),
        HEAD + b"Content-Type: message/rfc822\n\n" * (MEGABYTE // 32),
        b"a b " * (MEGABYTE // 4) + b"\n" + HEAD + b"\nx",
        b"From: MAILER-DAEMON@x\n\n" + b"> Message-ID: <a" * (MEGABYTE // 16),
    ],
    ids=[
        "line",
        "comments",
        "tags",
        "words",
        "quotes",
        "comment",
        "parameters",
        "header",
        "marks",
        "dsn",
        "rules",
        *("on", "uuencode", "begin", "dates", "bare dates", "flowed", "mails", "before", "ids"),
    ],
)
def test_a_megabyte_made_to_hurt_is_read_in_linear_time(raw: bytes) -> None:
    assert len(parse(raw).text) <= MAX_TEXT + 1


@pytest.mark.parametrize("charset", ["utf-8", "gb18030", "utf-16", "iso-2022-jp", "hz"])
@pytest.mark.parametrize("end", ["\n", ""], ids=["lines", "one line"])
def test_a_text_larger_than_anybody_reads_is_read_to_the_limit_in_its_charset(charset: str, end: str) -> None:
    text = f"中断 since nine{end}" * 300_000
    draft = parse(HEAD + f"Content-Type: text/plain; charset={charset}\n\n".encode() + text.encode(charset))

    assert draft.text.startswith("中断 since nine")
    assert MAX_TEXT - 100 <= len(draft.text) <= MAX_TEXT + 1
    assert "\ufffd" not in draft.text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>a</p><p>b<br>c</p>", "a\n\nb\nc"),
        ("<ul><li>a<li>b</ul>", "- a\n- b"),
        ("a<script>if (1<2) x()</script><style>p{}</style>b", "ab"),
        ("<head><title>t</title><p>no body tag", "no body tag"),
        ("a<!-- <p>hidden --> b", "a b"),
        ("a <!-- never closed", "a never closed"),
        ("<!--[if mso]><p>x</p><![endif]-->a<![if !mso]>b<![endif]>", "ab"),
        ("<blockquote>a<blockquote>b</blockquote></blockquote>c", "> a\n>\n>> b\n\nc"),
        ("<pre>a\n  b</pre>", "a\n  b"),
        ("1 &lt; 2 &amp; &#x5149;缆 3 < 4", "1 < 2 & 光缆 3 < 4"),
        ('<a href="mailto:a@b.example">write</a> <a href="javascript:x()">run</a>', "write <a@b.example> run"),
        ('<img alt="a > b" src="data:,x">c', "a > bc"),
    ],
)
def test_html(html: str, text: str) -> None:
    assert html_to_text(html) == text


def test_drafts_know_the_hash_of_what_they_hold() -> None:
    attachment = Attachment.of("a.txt", "text/plain", b"x")
    kept = Quarantined.of("bad_input", "no header", b"x")

    assert attachment.to_json() == {
        "name": "a.txt",
        "type": "text/plain",
        "size": 1,
        "sha256": sha256(b"x").hexdigest(),
    }
    assert kept.to_json() == {
        **{"reason_code": "bad_input", "text": "no header", "size": 1},
        "sha256": sha256(b"x").hexdigest(),
    }
