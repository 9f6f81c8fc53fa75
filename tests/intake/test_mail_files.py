"""Mails are found one by one wherever they lie, and never more than one is in memory."""

from __future__ import annotations

import io
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noc_console.errors import BadInput
from noc_console.intake.email import parse
from noc_console.intake.mail_files import messages

MAILS = Path(__file__).parents[1] / "fixtures" / "mail"
ENVELOPE = b"From noc@carrier.example Mon Mar  2 10:00:00 2026\n"


def mbox(*mails: bytes) -> bytes:
    return b"".join(ENVELOPE + mail + b"\n\n" for mail in mails)


def test_one_message_a_file() -> None:
    path = MAILS / "customer_gbk.eml"
    (found,) = messages(path)

    assert (found.source, found.index, found.raw) == (str(path), 0, path.read_bytes())


def test_an_mbox_counts_its_messages(tmp_path: Path) -> None:
    mails = [(MAILS / name).read_bytes().rstrip(b"\n") for name in ("list.eml", "bounce.eml", "raw_8bit.eml")]
    path = tmp_path / "inbox"
    path.write_bytes(mbox(*mails))
    found = list(messages(str(path)))

    assert [(one.source, one.index) for one in found] == [(str(path), 0), (str(path), 1), (str(path), 2)]
    assert [one.raw for one in found] == [mail + b"\n" for mail in mails]


@pytest.mark.parametrize(
    "body",
    [
        b"\n>From here on\n",
        b"\nFrom here on it is dark\n",
        b"text\nFrom noc@carrier.example Mon Mar  2 10:00:00 2026\n",
    ],
    ids=["munged", "words", "no blank line"],
)
def test_words_that_only_look_like_an_envelope(body: bytes) -> None:
    stream = io.BytesIO(mbox(b"Subject: a\n\n" + body, b"Subject: b\n\nb"))

    assert [parse(one.raw).subject for one in messages(stream)] == ["a", "b"]


@pytest.mark.parametrize("newline", [b"\n", b"\r\n"])
def test_line_breaks_of_both_kinds(newline: bytes) -> None:
    data = mbox(b"Subject: a\n\none", b"Subject: b\n\ntwo").replace(b"\n", newline)
    found = [parse(one.raw) for one in messages(io.BytesIO(data))]

    assert [(one.subject, one.text) for one in found] == [("a", "one"), ("b", "two")]
    assert found[1].raw.endswith(b"two" + newline)


def test_an_mbox_whose_envelopes_say_nothing() -> None:
    data = b"From \nSubject: a\n\none\nFrom \nthe cellar\n\nFrom \nwater comes\n\nFrom \r\nSubject: b\n\ntwo\n"

    found = [parse(one.raw) for one in messages(io.BytesIO(data))]

    assert [(one.subject, one.text) for one in found] == [
        ("a", "one\nFrom \nthe cellar\n\nFrom \nwater comes"),
        ("b", "two"),
    ]


@given(st.lists(st.text("abc \n", max_size=20).map(str.encode), min_size=1, max_size=6))
def test_as_many_mails_come_out_as_went_in(bodies: list[bytes]) -> None:
    stream = io.BytesIO(mbox(*(b"Subject: %d\n\n" % number + body for number, body in enumerate(bodies))))

    assert [parse(one.raw).subject for one in messages(stream)] == [str(number) for number in range(len(bodies))]


def test_what_a_server_keeps_in_a_maildir_is_no_mail(tmp_path: Path) -> None:
    mails = ("cur/1.host_2,S", "new/2.host", "team/new/3.host")
    others = ("dovecot-uidlist", "maildirfolder", "courierimapkeywords/4", ".Sent/cur/5", "tmp/6", "team/subscriptions")
    (tmp_path / "team" / "cur").mkdir(parents=True)
    for name in (*mails, *others):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"Subject: " + name.encode() + b"\n\n")

    assert [parse(one.raw).subject for one in messages(tmp_path)] == list(mails)


def test_a_maildir(tmp_path: Path) -> None:
    for name in ("new/2.host", "cur/1.host_2,S", "tmp/3.host", ".Sent/cur/4.host", "cur/.hidden", "dovecot/5"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"Subject: " + name.encode() + b"\n\n")

    assert [parse(one.raw).subject for one in messages(tmp_path)] == ["cur/1.host_2,S", "dovecot/5", "new/2.host"]


def test_a_folder_in_the_order_of_names(tmp_path: Path) -> None:
    for name in ("b.eml", "a.eml", "c.mbox", ".DS_Store"):
        (tmp_path / name).write_bytes(mbox(b"Subject: 1\n\n", b"Subject: 2\n\n") if "mbox" in name else b"To: x\n\n")

    assert [(Path(one.source).name, one.index) for one in messages(tmp_path)] == [
        *(("a.eml", 0), ("b.eml", 0), ("c.mbox", 0), ("c.mbox", 1)),
    ]


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(mbox(b"Subject: a\n\n", b"Subject: b\n\n"))))

    assert [(one.source, one.index, parse(one.raw).subject) for one in messages("-")] == [("-", 0, "a"), ("-", 1, "b")]


def test_what_cannot_be_read_is_named(tmp_path: Path) -> None:
    missing = tmp_path / "gone.eml"

    with pytest.raises(BadInput, match=r"gone\.eml cannot be read"):
        list(messages(missing))


def test_an_empty_file_is_one_item_so_that_it_is_reported() -> None:
    (found,) = messages(io.BytesIO(b""))

    with pytest.raises(BadInput):
        parse(found.raw)


def test_of_a_giant_only_what_proves_it_is_kept() -> None:
    giant = b"Subject: big\n\n" + b"x" * 5_000
    found = list(messages(io.BytesIO(mbox(giant, b"Subject: small\n\nx")), limit=1_000))

    assert [len(one.raw) for one in found] == [1_001, 18]
    with pytest.raises(BadInput):
        parse(found[0].raw, limit=1_000)
    assert [len(one.raw) for one in messages(io.BytesIO(giant), limit=1_000)] == [1_001]


def test_memory_stays_at_one_message(tmp_path: Path) -> None:
    path = tmp_path / "archive"
    one = ENVELOPE + b"Subject: x\n\n" + b"y" * 100_000 + b"\n\n"
    with path.open("wb") as stream:
        for _number in range(300):
            stream.write(one)
    tracemalloc.start()
    try:
        count = sum(1 for _mail in messages(path))
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert count == 300
    assert peak < 3_000_000


@pytest.mark.parametrize("envelope", ["From li@customer.example Mon Mar  2 09:00:00 2026", "From - ", "From -"])
def test_an_envelope_without_the_blank_line_before_it(tmp_path: Path, envelope: str) -> None:
    place = tmp_path / "one.mbox"
    place.write_text(
        f"{envelope}\nSubject: one\n\nFrom here on all is dark.\nFrom li@customer.example\nwe heard it\n"
        f"--b--\n{envelope}\nSubject: two\n\nlight again\n{envelope}\nwho wrote that?\n",
        encoding="utf-8",
    )
    found = [found.raw for found in messages(place)]
    assert [raw.split(b"\n", 1)[0] for raw in found] == [b"Subject: one", b"Subject: two"]
    assert b"we heard it" in found[0] and b"who wrote that?" in found[1], "words that begin so part no mail"
