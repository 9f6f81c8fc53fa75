"""Throws bytes at the reading of mails, of mbox files, of replies, and at what Outlook encloses."""

from __future__ import annotations

import json
from io import BytesIO

from benchmarks.soak import FIXTURES, Harness, bad_input_is_an_answer, instrumented

with instrumented():
    from noc_console.intake.email import parse
    from noc_console.intake.mail_files import messages
    from noc_console.intake.mail_html import html_to_text
    from noc_console.intake.mail_replies import without_quotes
    from noc_console.intake.mail_tnef import read_tnef

SEEDS = FIXTURES / "mail"


def mail(raw: bytes) -> None:
    """Read one mail; it must have a JSON shape too."""
    with bad_input_is_an_answer():
        json.dumps(parse(raw).to_json())


def mbox(raw: bytes) -> None:
    """Read a file of several mails; no byte of one may be lost."""
    found = list(messages(BytesIO(b"From a Mon Mar  2 10:00:00 2026\n" + raw)))
    if sum(len(one.raw) for one in found) > len(raw) + 40:
        raise AssertionError("more came out than went in")


def words(raw: bytes) -> None:
    """Read a text as a reply, as HTML and as what Outlook encloses."""
    text = raw.decode("utf-8", "replace")
    without_quotes(text)
    html_to_text(text)
    read_tnef(raw)


HARNESSES = (
    Harness("mail", SEEDS, mail),
    Harness("mbox", SEEDS, mbox),
    Harness("words", SEEDS, words, largest=8_192),
)
