"""What a mail encloses is found: files by TNEF and uuencode, mails in mails, other forms of the same words."""

from __future__ import annotations

import base64
import binascii
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noc_console.intake.email import parse
from noc_console.intake.mail_flowed import unflowed
from noc_console.intake.mail_tnef import read_tnef
from noc_console.intake.mail_uuencode import without_files
from noc_console.workflows.drafts import MailDraft

INNER = b"Content-Type: message/rfc822\n\n"
HEAD = b"From: eva@customer.example\nSubject: x\n"
TRACE = bytes(range(256)) * 3


def multipart(kind: str, *parts: str) -> MailDraft:
    body = "".join(f"--b\n{part}\n" for part in parts) + "--b--\n"
    return parse(HEAD + f"Content-Type: multipart/{kind}; boundary=b\n\n{body}".encode())


def attribute(name: int, value: bytes) -> bytes:
    return struct.pack("<BII", 2, name, len(value)) + value + struct.pack("<H", sum(value) % 65_536)


def string_property(name: int, text: str) -> bytes:
    value = text.encode("utf-16-le") + b"\0\0"
    return struct.pack("<HHII", 0x1F, name, 1, len(value)) + value + b"\0" * (-len(value) % 4)


def winmail(text: str = "") -> bytes:
    """Return a stream as Outlook writes it: a code page, a text, a file with a short and a long name."""
    number = struct.pack("<HHI", 3, 0x0E07, 1)
    named = struct.pack("<HH", 0x0B, 0x8005) + bytes(16) + struct.pack("<III", 0, 0x8503, 1)
    properties = struct.pack("<I", 3) + number + named + string_property(0x3707, "测试曲线.sor")
    return b"".join(
        [
            struct.pack("<IH", 0x223E9F78, 1),
            attribute(0x00069007, struct.pack("<II", 936, 0)),
            attribute(0x0002800C, text.encode("gbk") + b"\0") if text else b"",
            attribute(0x00069002, b"\0" * 14),
            attribute(0x00018010, b"CESHI~1.SOR\0"),
            attribute(0x0006800F, TRACE),
            attribute(0x00069005, properties),
        ]
    )


def with_winmail(stream: bytes, text: str = "") -> MailDraft:
    encoded = base64.encodebytes(stream).decode()
    return multipart(
        "mixed",
        f"Content-Type: text/plain\n\n{text}",
        f"Content-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: base64\n\n{encoded}",
    )


def test_files_in_winmail_dat_are_attached_by_their_long_names() -> None:
    draft = with_winmail(winmail("光缆中断"), "see the trace")

    assert draft.text == "see the trace"
    assert [one.name for one in draft.attachments] == ["winmail.dat", "测试曲线.sor"]
    assert draft.attachments[1].content == TRACE


def test_the_text_of_winmail_dat_is_read_where_the_mail_has_none() -> None:
    assert with_winmail(winmail("光缆中断，请处理")).text == "光缆中断，请处理"


def content_property(name: int, kind: int, value: bytes) -> bytes:
    return struct.pack("<HHII", kind, name, 1, len(value)) + value + b"\0" * (-len(value) % 4)


def test_a_file_whose_content_is_a_property_is_attached() -> None:
    files = [
        attribute(0x00069002, b"\0" * 14) + attribute(0x00069005, struct.pack("<I", 2) + named + content)
        for named, content in (
            (string_property(0x3707, "report.doc"), content_property(0x3701, 0x0D, b"i" * 16 + TRACE)),
            (string_property(0x3707, "curve.sor"), content_property(0x3701, 0x102, TRACE)),
        )
    ]
    found = read_tnef(struct.pack("<IH", 0x223E9F78, 1) + b"".join(files)).attachments
    assert [(one.name, one.content) for one in found] == [("report.doc", TRACE), ("curve.sor", TRACE)]


def test_words_that_outlook_sent_as_html_alone_are_read() -> None:
    html = content_property(0x1013, 0x102, "<p>光缆中断，<b>请处理</b></p>".encode("gbk"))
    code_page = attribute(0x00069007, struct.pack("<II", 936, 0))
    stream = struct.pack("<IH", 0x223E9F78, 1) + code_page + attribute(0x00069003, struct.pack("<I", 1) + html)
    assert with_winmail(stream).text == "光缆中断，请处理"


@pytest.mark.parametrize("cut", [0, 3, 7, 20, 60, 200, 900])
def test_a_winmail_dat_that_was_cut_gives_what_is_whole(cut: int) -> None:
    stream = winmail("x")[:cut]

    assert all(one.content in (TRACE, stream) for one in with_winmail(stream).attachments)


@given(st.binary(max_size=400))
def test_any_bytes_after_the_signature_are_read(junk: bytes) -> None:
    read_tnef(struct.pack("<IH", 0x223E9F78, 1) + junk)


@given(st.data())
def test_a_changed_winmail_dat_is_read(data: st.DataObject) -> None:
    stream = bytearray(winmail("x"))
    for _change in range(data.draw(st.integers(1, 6))):
        stream[data.draw(st.integers(6, len(stream) - 1))] = data.draw(st.integers(0, 255))

    read_tnef(bytes(stream))


def uuencoded(name: str, content: bytes) -> str:
    lines = [binascii.b2a_uu(content[at : at + 45]).decode() for at in range(0, len(content), 45)]
    return f"begin 644 {name}\n{''.join(lines)}`\nend\n"


def test_a_uuencoded_file_leaves_the_text_and_is_attached() -> None:
    draft = parse(HEAD + f"\nsee the trace\n{uuencoded('trace 1.sor', TRACE)}Regards\n".encode())

    assert draft.text == "see the trace\nRegards"
    assert [(one.name, one.content) for one in draft.attachments] == [("trace 1.sor", TRACE)]


@pytest.mark.parametrize(
    "text",
    [
        "begin 644 is a mode of files\nand nothing else",
        "we begin 755 tests\nat noon",
        "begin 644 x",
        "begin 644 x\nplain words that somebody wrote here",
        "begin 644 x\n\nHello",
    ],
)
def test_words_that_only_begin_are_no_file(text: str) -> None:
    assert without_files(text) == (text, ())


@given(st.binary(max_size=500))
def test_what_was_uuencoded_comes_out(content: bytes) -> None:
    text, files = without_files(f"a\n{uuencoded('f', content)}b")

    assert text == "a\nb"
    assert [one.content for one in files] == [content]


@pytest.mark.parametrize(
    ("text", "delete", "wanted"),
    [
        ("line one \nand more\nnext", False, "line one and more\nnext"),
        ("光缆中 \n断在桥边\n完", True, "光缆中断在桥边\n完"),
        ("> quoted \n> more\nanswer", False, "> quoted more\nanswer"),
        ("> quoted \n>> deeper", False, "> quoted \n>> deeper"),
        ("text \n-- \nEva", False, "text \n-- \nEva"),
        (" From here\n  indented", False, "From here\n indented"),
        ("", False, ""),
    ],
)
def test_flowed_text(text: str, delete: bool, wanted: str) -> None:
    assert unflowed(text, delete_space=delete) == wanted


def test_a_word_broken_by_a_flowed_line_is_whole_in_the_mail() -> None:
    head = HEAD + b"Content-Type: text/plain; charset=utf-8; format=flowed; delsp=yes\n\n"

    assert parse(head + "昨晚光 \n缆中断。".encode()).text == "昨晚光缆中断。"


def test_a_mail_that_is_another_one_is_read_through() -> None:
    draft = parse(HEAD + b"Content-Type: message/rfc822\n\nSubject: inner\nContent-Type: text/plain\n\nno light\n")

    assert (draft.subject, draft.text, draft.attachments) == ("x", "no light", ())


def test_the_words_of_an_attached_mail_stand_in_for_none() -> None:
    inner = "Content-Type: message/rfc822\n\nSubject: inner\n\nno light\n"

    silent, speaking = multipart("mixed", inner), multipart("mixed", "\nsee below", inner)

    assert (silent.text, len(silent.attachments)) == ("no light", 1)
    assert (speaking.text, len(speaking.attachments)) == ("see below", 1)


def test_the_beginning_of_a_mail_that_was_sent_in_pieces_is_read() -> None:
    inner = (
        "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nno light since noon\n--b\nContent-Type: image/png\n\nAAAA"
    )
    first, second = (
        parse(HEAD + f"Content-Type: message/partial; id=x; number={number}; total=2\n\n{body}".encode())
        for number, body in ((1, inner), (2, "AAAA\nAAAA\n--b--"))
    )

    assert first.text == "no light since noon"
    assert second.text == ""
    assert [one.type for one in (*first.attachments, *second.attachments)] == ["message/partial"] * 2


def der(tag: int, content: bytes, *, told: bool = True) -> bytes:
    """Return an element of BER with its length, or with the two zeros that end one of no told length."""
    if not told:
        return bytes((tag, 0x80)) + content + b"\0\0"
    size = len(content)
    length = bytes((size,)) if size < 0x80 else bytes((0x82,)) + size.to_bytes(2, "big")
    return bytes((tag,)) + length + content


def signed(content: bytes, *, told: bool = True) -> bytes:
    """Return a block that signs: its digests, what is signed (in pieces where no length is told), no certificate."""
    pieces = [content[at : at + 50] for at in range(0, len(content), 50)]
    octets = der(0x04, content) if told else der(0x24, b"".join(der(0x04, piece) for piece in pieces), told=False)
    data = der(0x06, bytes.fromhex("2a864886f70d010701")) + der(0xA0, octets, told=told)
    body = der(0x02, b"\1") + der(0x31, b"") + der(0x30, data, told=told) + der(0x31, b"")
    oid = der(0x06, bytes.fromhex("2a864886f70d010702"))
    return der(0x30, oid + der(0xA0, der(0x30, body, told=told), told=told), told=told)


def with_block(block: bytes, kind: str = "application/pkcs7-mime") -> MailDraft:
    head = f"Content-Type: {kind}; smime-type=signed-data; name=smime.p7m\nContent-Transfer-Encoding: base64\n\n"
    return parse(HEAD + head.encode() + base64.encodebytes(block))


WORDS = b"""Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/plain; charset=utf-8

\xe5\x85\x89\xe7\xbc\x86 is cut since noon
--b
Content-Type: image/png; name="photo.png"

png
--b--
"""


@pytest.mark.parametrize("told", [True, False], ids=["lengths", "pieces"])
@pytest.mark.parametrize("kind", ["application/pkcs7-mime", "application/x-pkcs7-mime"])
def test_a_mail_signed_in_one_block_is_read(kind: str, told: bool) -> None:
    draft = with_block(signed(WORDS, told=told), kind)

    assert draft.text == "光缆 is cut since noon"
    assert [one.name for one in draft.attachments] == ["smime.p7m", "photo.png"]


def test_a_mail_signed_twice_is_read() -> None:
    inner = b"Content-Type: application/pkcs7-mime\nContent-Transfer-Encoding: base64\n\n"
    draft = with_block(signed(inner + base64.encodebytes(signed(b"Content-Type: text/plain\n\nno light"))))

    assert draft.text == "no light"


@pytest.mark.parametrize("content", [b"%PDF-1.7 a contract", b"", b"\0" * 40])
def test_a_document_signed_in_one_block_stays_a_file(content: bytes) -> None:
    draft = with_block(signed(content))

    assert draft.text == ""
    assert [one.name for one in draft.attachments] == ["smime.p7m"]


@pytest.mark.parametrize("told", [True, False])
def test_a_block_that_was_cut_gives_what_is_whole(told: bool) -> None:
    words = "no light since noon\n" * 20
    block = signed(b"Content-Type: text/plain\n\n" + words.encode(), told=told)
    read = [with_block(block[:cut]).text for cut in range(0, len(block), 7)]

    assert all(words.startswith(text) for text in read)
    assert len(set(read)) > 30


@given(st.binary(max_size=300), st.booleans())
def test_any_bytes_of_a_block_are_read(junk: bytes, told: bool) -> None:
    block = signed(WORDS, told=told)

    assert with_block(junk).attachments
    assert with_block(block[:90] + junk + block[90:]).attachments


def test_a_block_made_to_hurt_is_read_in_time() -> None:
    nested = b"\x30\x80" * 100_000
    assert with_block(nested).text == ""
    assert with_block(b"\x30\x80" * 10 + b"\x05\x00" * 500_000).text == ""
    assert with_block(signed(b"").replace(b"\x04\x00", b"\x24\x80" * 12 + b"\x04\x00" * 300_000)).text == ""


def test_mails_nested_deeper_than_anybody_reads_are_kept_and_not_followed() -> None:
    raw = b"Subject: innermost\n\nwords"
    for level in range(300):
        mark = b"b%d" % level
        raw = b"Subject: x\nContent-Type: multipart/mixed; boundary=%b\n\n--%b\n" % (mark, mark) + INNER + raw

    draft = parse(raw)

    assert draft.text == ""
    assert len(draft.attachments) == 1


def test_an_invitation_beside_the_text_is_another_form_of_it() -> None:
    plain, invitation = "Content-Type: text/plain\n\nMeeting at 9", "Content-Type: text/calendar\n\nBEGIN:VCALENDAR"

    assert multipart("alternative", plain, invitation).attachments == ()
    assert len(multipart("mixed", plain, invitation).attachments) == 1
    named = "Content-Type: text/calendar; name=a.ics\n\nBEGIN:VCALENDAR"
    assert [one.name for one in multipart("alternative", plain, named).attachments] == ["a.ics"]


def test_a_named_text_is_read_where_there_is_no_other_and_stays_a_file() -> None:
    draft = multipart("mixed", "Content-Type: text/plain; name=note.txt\nContent-Disposition: inline\n\nno light")

    assert (draft.text, [one.name for one in draft.attachments]) == ("no light", ["note.txt"])


@pytest.mark.parametrize(
    "body",
    ["Email without any encoding at all\n", "two lines of words here\nand one more line\n"],
)
def test_words_declared_as_base64_are_kept(body: str) -> None:
    draft = parse(HEAD + b"Content-Transfer-Encoding: base64\n\n" + body.encode())

    assert draft.text == body.strip()


def test_the_charset_that_html_names_is_believed() -> None:
    html = '<html><meta http-equiv="Content-Type" content="text/html; charset=koi8-r"><p>нет связи</p></html>'

    draft = parse(HEAD + b"Content-Type: text/html\n\n" + html.encode("koi8-r"))

    assert (draft.text, draft.charset) == ("нет связи", "koi8-r")


def test_raw_bytes_of_a_header_are_read_in_the_charset_of_the_text() -> None:
    subject, name = "тест", "Анна"
    raw = f"From: {name} <a@x.example>\nSubject: {subject}\nContent-Type: text/plain; charset=koi8-r\n\n{subject}\n"

    draft = parse(raw.encode("koi8-r"))

    assert draft.subject == subject
    assert draft.from_ is not None
    assert draft.from_.name == name


def test_lines_of_an_smtp_session_before_the_header_are_passed_over() -> None:
    draft = parse(b"MAIL FROM:<a@x.example>\nRCPT TO:<b@y.example>\nReturn-Path: <a@x.example>\nSubject: x\n\nwords\n")

    assert (draft.subject, draft.text) == ("x", "words")
