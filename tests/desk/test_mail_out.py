"""A message as a mail: whoever wrote what stands in it, it is one mail to one recipient that every server reads."""

from __future__ import annotations

import email
import re
from datetime import UTC, datetime
from email import policy as mail_policy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noc_console.config import MailServer
from noc_console.desk.mail_out import Letter, address_of, composed
from noc_console.errors import BadInput
from noc_console.text import clean

SERVER = MailServer("mail.example", "noc@carrier.example", "网络运行中心, NOC")
AT = datetime(2026, 4, 27, 1, 0, tzinfo=UTC)
HOSTILE = st.text(st.characters(codec="utf-8"), max_size=400)


def letter(answers: str | None = None, **said: Any) -> Letter:
    item = {"id": "0198", "to": "wang@mill.example", "subject": "[HZ1-1] line down", "text": "We splice."}
    return composed({**item, "template": "ack_fault", "language": "zh", **said}, SERVER, AT, answers)


def read(made: Letter) -> Any:
    return email.message_from_bytes(made.raw, policy=mail_policy.default)


def lines(text: str) -> list[str]:
    return re.split("\r\n|\r|\n", text.rstrip("\r\n"))


def one_line(text: str) -> str:
    return " ".join(clean(text).split())


@given(HOSTILE, HOSTILE)
def test_no_words_make_more_headers_or_another_mail(subject: str, text: str) -> None:
    made = letter(subject=subject, text=f"x{text}")
    mail = read(made)
    assert sorted(mail.keys()) == sorted(read(letter()).keys())
    assert (mail["To"], made.recipient) == ("wang@mill.example", "wang@mill.example")
    assert lines(mail.get_content()) == lines(f"x{text}")
    assert made.raw.endswith(b"\r\n") and b"\n" not in made.raw.replace(b"\r\n", b"")


SUBJECTS = {
    "Chinese": "断网" * 900, "one word": "a" * 3_000, "mixed": "断网 link down " * 200, "accents": "é" * 1_500,
    "controls": "x\x1b[31m\x00y\x7f", "lines": "a\r\nBcc: b@c.example",
}  # fmt: skip


@pytest.mark.parametrize("subject", SUBJECTS.values(), ids=SUBJECTS)
def test_a_subject_of_any_length_arrives_in_lines_that_every_server_takes(subject: str) -> None:
    made = letter(subject=subject, answers=f"<{'a' * 380}@mill.example>")
    head, _blank, _body = made.raw.partition(b"\r\n\r\n")
    assert read(made)["Subject"] == one_line(subject)
    assert read(made)["In-Reply-To"] == read(made)["References"] == f"<{'a' * 380}@mill.example>"
    assert max(map(len, head.split(b"\r\n"))) <= 998
    assert max(map(len, re.findall(rb"=\?[^\s]*\?=", head)), default=0) <= 75, "RFC 2047, 2"


@pytest.mark.parametrize(
    ("said", "recipient", "needs_utf8"),
    [
        ("wang@bücher.example", "wang@xn--bcher-kva.example", False),
        ("wang@Straße.example", "wang@xn--strae-oqa.example", False),
        ("wang@例子。中国", "wang@xn--fsqu00a.xn--fiqs8s", False),
        (" wang@mill.example\n", "wang@mill.example", False),
        ("a..b.@docomo.example", '"a..b."@docomo.example', False),
        ("o'brien+noc=x@x_y.example", "o'brien+noc=x@x_y.example", False),
        ("王芳@例子.中国", "王芳@xn--fsqu00a.xn--fiqs8s", True),
    ],
)
def test_an_address_of_other_letters_is_one_that_a_server_takes(said: str, recipient: str, needs_utf8: bool) -> None:
    made = letter(to=said)
    assert (made.recipient, made.needs_utf8) == (recipient, needs_utf8)
    assert recipient.replace('"', "").encode() in made.raw


@pytest.mark.parametrize(
    "said",
    ["", "wang", "@x.example", "a@", "a@b..c", "a@-b.example", "a@b-", "a@[127.0.0.1]", "a@b@c.example",
     "a b@c.example", "a@x.example, b@y.example", "Wang <a@x.example>", "a\u202eb@x.example", "a@x\u202e.example",
     "a@" + "x" * 64 + ".example", "a" * 65 + "@x.example", "+86 571 8888"],
)  # fmt: skip
def test_what_is_no_address_is_said_with_what_would_help(said: str) -> None:
    with pytest.raises(BadInput, match="is no mail address") as caught:
        address_of(said)
    assert caught.value.hint


@given(st.from_regex(r"[^@]{0,70}@[^@]{0,70}", fullmatch=True))
def test_an_address_is_one_or_is_refused(said: str) -> None:
    try:
        made = letter(to=said)
    except BadInput:
        return
    assert len(made.recipient.split()) == 1 and len(read(made)["To"].addresses) == 1
    assert made.recipient.rpartition("@")[2].isascii()


@pytest.mark.parametrize(
    ("template", "label"),
    [("ack_request", "auto-replied"), ("closed_unconfirmed", "auto-generated"), ("news", None), ("answer", None)],
)
def test_only_what_a_program_wrote_says_so(template: str, label: str | None) -> None:
    mail = read(letter(template=template))
    assert (mail["Auto-Submitted"], mail["X-Auto-Response-Suppress"]) == (label, label and "All")


def test_a_message_whose_words_were_erased_is_not_sent_empty() -> None:
    with pytest.raises(BadInput, match="no words"):
        letter(text=" \n")
