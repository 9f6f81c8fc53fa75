"""Whatever is done to a mail, it is read or refused, in bounded time and memory, and twice alike."""

from __future__ import annotations

import json
import time
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from noc_console.errors import BadInput
from noc_console.intake.email import parse

MAILS = sorted((Path(__file__).parents[1] / "fixtures" / "mail").glob("*.eml"))
SEEDS = [path.read_bytes() for path in MAILS]
#: What an input may take (an hour on a busy machine has slow seconds: this is the bound on a hang, not a measure).
SECONDS = 2.0
#: Of a mail of a few KB: the text as characters, its lines, the parts, twice over.
MEGABYTES = 64

_SPLICES = st.sampled_from(
    [
        *(
            b"\r\n",
            b"\n\n",
            b"\0",
            b"\xff\xfe",
            b"\x1b$B",
            b"~{",
            b"+2AA-",
            b"=?utf-8?b?",
            b"?=",
            b"--",
            b";",
            b'"',
            b"(",
        ),
        *(b"<", b"<mailto:", b"=\n", b"=3D", b"begin 644 x\n", b"Content-Type: multipart/mixed; boundary=", b"> "),
        *(b"Content-Type: message/rfc822\n\n", b"Content-Transfer-Encoding: base64\n", b"charset=utf-7", b"*0*=gbk''%"),
        *(
            b"Content-Type: application/ms-tnef\n\n\x78\x9f\x3e\x22",
            b"On 2026 a@b wrote:\n",
            b"format=flowed; delsp=yes",
        ),
    ]
)


@st.composite
def changed(draw: st.DrawFn) -> bytes:
    """Return one of our mails after a few changes: bytes, cuts, copies, and pieces of other mails' structure."""
    raw = bytearray(draw(st.sampled_from(SEEDS)))
    for _change in range(draw(st.integers(1, 8))):
        at = draw(st.integers(0, max(0, len(raw) - 1)))
        end = min(len(raw), at + draw(st.integers(0, 200)))
        match draw(st.integers(0, 4)):
            case 0 if raw:
                raw[at] = draw(st.integers(0, 255))
            case 1:
                del raw[at:end]
            case 2:
                raw[at:at] = raw[at:end] * draw(st.integers(1, 50))
            case 3:
                raw[at:at] = draw(_SPLICES) * draw(st.integers(1, 200))
            case _:
                raw[at:at] = draw(st.sampled_from(SEEDS))[:500]
    return bytes(raw)


@st.composite
def part(draw: st.DrawFn, depth: int = 4) -> bytes:
    """Return a part of a mail with parts inside, well formed or nearly so."""
    boundary = draw(st.sampled_from([b"b", b"b", b"bb", b"a b", b"", b"--"]))
    encoding = draw(st.sampled_from([b"", b"7bit", b"base64", b"quoted-printable", b"x-uuencode", b"nonsense"]))
    charset = draw(st.sampled_from([b"", b"gb2312", b"utf-7", b"iso-2022-jp", b"hz", b"nonsense", b"utf-16"]))
    if depth and draw(st.booleans()):
        kind = draw(st.sampled_from([b"mixed", b"alternative", b"related", b"report", b"digest", b"signed"]))
        inner = draw(st.lists(part(depth=depth - 1), max_size=4))
        body = b"".join(b"--%b\n%b\n" % (boundary, one) for one in inner) + b"--%b--\n" % boundary
        return b'Content-Type: multipart/%b; boundary="%b"\n\n%b' % (kind, boundary, body)
    media = draw(
        st.sampled_from([b"text/plain", b"text/html", b"message/rfc822", b"message/delivery-status", b"x", b""])
    )
    words = draw(st.binary(max_size=60) | st.sampled_from(SEEDS))
    head = b"Content-Type: %b; charset=%b\nContent-Transfer-Encoding: %b\n" % (media, charset, encoding)
    return head + draw(st.sampled_from([b"", b"Content-Disposition: attachment; filename=a\n"])) + b"\n" + words


def read(raw: bytes) -> None:
    """Read a mail twice and compare; hold it to its time."""
    begun = time.process_time()
    try:
        draft = parse(raw)
    except BadInput as error:
        assert error.hint
        return
    assert time.process_time() - begun < SECONDS
    shape = json.dumps(draft.to_json())
    assert json.dumps(parse(raw).to_json()) == shape
    assert draft.raw == raw


@given(changed())
def test_a_changed_mail_is_read_or_refused(raw: bytes) -> None:
    read(raw)


@given(part())
def test_any_structure_is_read_or_refused(raw: bytes) -> None:
    read(b"From: a@b.example\nSubject: x\n" + raw)


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(changed())
def test_memory_is_bounded(raw: bytes) -> None:
    tracemalloc.start()
    try:
        parse(raw)
    except BadInput as error:
        assert error.hint
    finally:
        _now, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()

    assert peak < MEGABYTES * 1_000_000


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "filling",
    [" " * 60_000 + "(" + " " * 60_000, "; " * 30_000, " a" * 30_000],
    ids=["spaces", "semicolons", "words"],
)
def test_parameters_without_end_do_not_hang(filling: str) -> None:
    draft = parse(f"From: a@carrier.example\nSubject: s\nContent-Type: text/plain{filling}\n\nbody\n".encode())
    assert draft.text.strip() == "body"
