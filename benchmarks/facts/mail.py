"""Judges mails, mbox files, and replies whose quoted history has to go."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from unicodedata import normalize

from benchmarks.facts import Fact, Kind
from noc_console.intake.email import parse
from noc_console.intake.mail_files import messages
from noc_console.workflows.drafts import MailDraft

#: What a record calls a class, and what ``noc intake`` does.
CLASSES = {"auto-reply": "autoreply"}
#: A reply is given as its text alone.
REPLY_HEADER = b"From: reply@customer.example\nContent-Type: text/plain; charset=utf-8\n\n"


def spaced(text: str) -> str:
    """Return a text with its white space collapsed."""
    return " ".join(text.split())


def read_mail(path: Path) -> MailDraft:
    """Return the first mail of a file."""
    found = next(messages(path))
    return parse(found.raw, where=found.source)


def judge_mail(draft: MailDraft, facts: Mapping[str, Any]) -> Iterator[Fact]:
    """Compare one mail."""
    shape = draft.to_json()
    got = {
        "from_addr": draft.from_.address if draft.from_ else "",
        "date_epoch": draft.at.timestamp() if draft.at else None,
        "attachment_count": len(draft.attachments),
        **{name: shape[name] for name in ("message_id", "in_reply_to", "references")},
    }
    for name, value in got.items():
        if name in facts:
            yield Fact.equal(name, facts[name], value)
    if "subject" in facts:
        yield Fact.equal("subject", spaced(facts["subject"]), spaced(draft.subject))
    if "class" in facts:
        yield Fact.equal("class", CLASSES.get(facts["class"], facts["class"]), draft.class_)
    if "attachment_names" in facts:
        wanted, names = names_of(facts["attachment_names"]), names_of(one.name for one in draft.attachments)
        yield Fact("attachment_names", wanted, names, set(wanted) <= set(names))
    if "body_contains" in facts:
        words, text = spaced(facts["body_contains"]), spaced(draft.text)
        yield Fact("body_contains", words, text[:300], words in text)
    if "charsets" in facts:
        yield Fact("charsets", facts["charsets"], draft.charset, (draft.charset or "") in facts["charsets"])
    if "dsn" in facts:
        yield Fact.equal("dsn", statuses(facts["dsn"]), statuses(status.to_json() for status in draft.dsn))


def names_of(names: Iterable[str]) -> list[str]:
    """Return names of files with white space collapsed and accents composed, in which readers differ."""
    return [normalize("NFC", spaced(name)) for name in names]


def statuses(said: Any) -> list[tuple[str, str, str]]:
    """Return what is said of each recipient, in any order."""
    return sorted((one["recipient"], one["action"], one["status"]) for one in said)


def read_mbox(path: Path) -> list[MailDraft]:
    """Return every mail of an mbox."""
    return [parse(found.raw, where=found.source) for found in messages(path)]


def judge_mbox(drafts: list[MailDraft], facts: Mapping[str, Any]) -> Iterator[Fact]:
    """Compare how many mails there are, the ids of the first and the last, and how many answer another."""
    got = {
        "messages": len(drafts),
        "first_message_id": drafts[0].message_id,
        "last_message_id": drafts[-1].message_id,
        "distinct_message_ids": len({draft.message_id for draft in drafts}),
        "messages_with_parent": sum(bool(draft.in_reply_to or draft.references) for draft in drafts),
    }
    yield from (Fact.equal(name, facts[name], value) for name, value in got.items() if name in facts)


def read_reply(path: Path) -> MailDraft:
    """Return a reply that is given as a text, or as a mail."""
    raw = path.read_bytes()
    return parse(raw if path.suffix == ".eml" else REPLY_HEADER + raw, where=str(path))


def judge_reply(draft: MailDraft, facts: Mapping[str, Any]) -> Iterator[Fact]:
    """Compare the new words of a reply."""
    if "reply_text" in facts:
        yield Fact.equal("reply_text", spaced(facts["reply_text"]), spaced(draft.new_text))


_MAILS = ("autoreply", "bounce", "cjk", "helpdesk", "maildir", "mime")
KINDS = (
    Kind("mail", tuple(f"mail/{folder}" for folder in _MAILS), read_mail, judge_mail),
    Kind("mbox", ("mail/mbox",), read_mbox, judge_mbox),
    Kind("replies", ("mail/replies",), read_reply, judge_reply, companion=".trimmed.txt"),
)
