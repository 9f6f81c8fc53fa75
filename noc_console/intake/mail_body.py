"""What a person reads of a mail, and what is attached to it.

Plain text is preferred to HTML of the same words; everything else is an attachment, listed with its hash. Where a mail
says nothing itself, what it encloses is read. It must not know headers of the mail, its class or its thread.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from noc_console.errors import BadInput
from noc_console.intake.mail_charset import decode
from noc_console.intake.mail_flowed import unflowed
from noc_console.intake.mail_headers import read_fields
from noc_console.intake.mail_html import html_to_text
from noc_console.intake.mail_parts import MAX_PARTS, Part, read_parts
from noc_console.intake.mail_signed import signed_content
from noc_console.intake.mail_tnef import is_tnef, read_tnef
from noc_console.intake.mail_uuencode import without_files
from noc_console.text import clean
from noc_console.workflows.drafts import Attachment

_MARKUP: Final = ("text/html", "text/enriched", "text/richtext", "text/watch-html", "text/x-amp-html")
_READABLE: Final = ("text/plain", *_MARKUP)
# A reader's limit, not the mail's: the original is kept whole.
MAX_TEXT: Final = 500_000
# What is decoded of one part: eight bytes for each character that a reader may see of it.
_READ_BYTES: Final = 8 * MAX_TEXT
# Mails inside mails are searched for words so deep.
_MAX_NESTED: Final = 3
_META_CHARSET: Final = re.compile(rb"<meta[^>]{1,200}?charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE)
_META_BYTES: Final = 4_096


@dataclass(frozen=True, slots=True)
class Body:
    """The readable text, whether it had to be made from HTML, its charset, and the files."""

    text: str
    html_only: bool
    charset: str | None
    attachments: tuple[Attachment, ...]


@dataclass(frozen=True, slots=True)
class _Block:
    """One readable part, decoded."""

    html: bool
    text: str
    charset: str
    declared: bool


def read_body(root: Part) -> Body:
    """Return text and attachments of a mail."""
    blocks = _words_of(root, 0)
    html_only = not any(not block.html and block.text.strip() for block in blocks)
    words = [html_to_text(block.text) if block.html else block.text for block in blocks]
    text = "\n\n".join(word.strip("\r\n") for word in words if word.strip())
    charset = next((block.charset for block in sorted(blocks, key=lambda block: not block.declared)), None)
    if charset == "us-ascii":
        # Plain letters are the same in what another part of the mail declares, or of a mail inside it.
        charset = decode(b"", declared_charset(root) or _declared_inside(root))[1]
    return Body(
        text=clean(text, multiline=True, limit=MAX_TEXT),
        html_only=html_only and any(block.html for block in blocks),
        charset=charset,
        attachments=tuple(islice(_attachments(root), MAX_PARTS)),
    )


def declared_charset(root: Part) -> str | None:
    """Return the charset that the first text of a mail declares."""
    texts = [part for part in root.walk() if part.type.startswith("text/")]
    # Some mailers name it once, for all parts.
    around = [part for part in root.walk() if part.type.startswith("multipart/")]
    charsets = (part.params.get("charset") for part in (*texts, *around))
    return next((charset for charset in charsets if charset), None)


def _declared_inside(root: Part) -> str | None:
    """Return the charset that the first text of an enclosed mail declares."""
    for part in root.walk():
        if part.type == "message/rfc822" and not part.children:
            try:
                found = declared_charset(read_parts(part.content(), part.type))
            except BadInput:
                # More parts than anybody could read.
                continue
            if found:
                return found
    return None


def _words_of(root: Part, depth: int) -> list[_Block]:
    """Return what a mail says: in place, else in its named texts, else in the mails and texts attached to it."""
    blocks = list(_blocks(root, _is_read_in_place))
    if _says_something(blocks):
        return blocks
    blocks = list(_blocks(root, _is_shown_inline)) or blocks
    if not _says_something(blocks):
        blocks = list(_blocks_of_tnef(root)) or blocks
    if not _says_something(blocks):
        blocks = list(_blocks(root, _is_prose_of_a_report)) or blocks
    if not _says_something(blocks) and depth < _MAX_NESTED:
        enclosed = (_enclosed_mail(part) for part in root.walk() if not part.children)
        blocks = [block for mail in enclosed if mail for block in _nested(mail, depth)] or blocks
    return blocks if _says_something(blocks) else list(_blocks(root, _is_text)) or blocks


def _enclosed_mail(part: Part) -> bytes | None:
    """Return the mail in a part: attached, the beginning of one sent in pieces (RFC 2046, 5.2.2), or signed."""
    if part.type == "message/rfc822" or (part.type == "message/partial" and part.params.get("number") == "1"):
        return part.content()
    return _signed_mail(part.type, part.content()) if part.type.startswith("application/") else None


def _signed_mail(media_type: str, content: bytes) -> bytes | None:
    """Return the mail that was signed in one block; people sign contracts so too, which stay files."""
    signed = signed_content(media_type, content)
    head = (signed or b"")[:_META_BYTES].lstrip()
    return signed if read_fields(head, 0, len(head))[0].items else None


def _nested(mail: bytes, depth: int) -> list[_Block]:
    try:
        return _words_of(read_parts(mail, "message/rfc822"), depth + 1)
    except BadInput:
        # More parts than anybody could read: it stays a file.
        return []


def _blocks_of_tnef(root: Part) -> Iterator[_Block]:
    """Yield the text that Outlook put into its own container alone."""
    for part in root.walk():
        if part.type.startswith("application/") and is_tnef(part.type, content := part.content()):
            yield _Block(html=False, text=read_tnef(content).text, charset="utf-8", declared=False)


def _says_something(blocks: list[_Block]) -> bool:
    return any(block.text.strip() for block in blocks)


def _blocks(part: Part, wanted: Callable[[Part], bool], charset: str | None = None) -> Iterator[_Block]:
    """Yield the wanted parts in order; of alternatives the plain one, unless it is empty.

    ``charset`` is what the parts around declare.
    """
    if part.children:
        # One form of the words has a name at times, and is no file for that.
        named = _is_shown_inline if part.type == "multipart/alternative" and wanted is _is_read_in_place else wanted
        charset = part.params.get("charset") or charset
        found = [block for one in part.children for block in _blocks(one, wanted if one.children else named, charset)]
        if part.type == "multipart/alternative" and any(not block.html and block.text.strip() for block in found):
            found = [block for block in found if not block.html]
        yield from found
    elif wanted(part):
        yield _block(part, charset)


def _block(part: Part, around: str | None) -> _Block:
    """Return the characters of one text part; ``around`` is the charset of the parts around it."""
    content = _beginning(part.content())
    html = part.type in _MARKUP
    declared = part.params.get("charset")
    meta = _META_CHARSET.search(content[:_META_BYTES]) if html else None
    text, charset = decode(content, declared, hint=meta.group(1).decode("ascii", "replace") if meta else around)
    if not html:
        text, _files = without_files(text)
        if part.params.get("format", "").lower() == "flowed":
            text = unflowed(text, delete_space=part.params.get("delsp", "").lower() == "yes")
    return _Block(html, text, charset, bool(declared))


def _beginning(content: bytes) -> bytes:
    """Return what is read of a giant, up to the end of a line."""
    if len(content) <= _READ_BYTES:
        return content
    end = content.rfind(b"\n", _READ_BYTES // 2, _READ_BYTES) + 1
    return content[: end or _READ_BYTES]


def _is_text(part: Part) -> bool:
    return part.type in _READABLE


def _is_prose_of_a_report(part: Part) -> bool:
    """Tell whether a mail system put its words where its report belongs: no field begins them."""
    if part.type != "message/delivery-status" or part.children:
        return False
    content = part.content()[:_META_BYTES].lstrip()
    return bool(content) and not read_fields(content, 0, len(content))[0].items


def _is_shown_inline(part: Part) -> bool:
    return part.type in _READABLE and part.disposition[0] != "attachment"


def _is_read_in_place(part: Part) -> bool:
    """Tell whether a part is there to be read in place."""
    return _is_shown_inline(part) and not part.filename


def _attachments(root: Part, depth: int = 0) -> Iterator[Attachment]:
    """Yield every part that is not read in place, named by its type where it has no name, and the files inside it."""
    number = 0
    for part, is_alternative in _leaves(root):
        if _is_read_in_place(part) or (is_alternative and _is_shown_inline(part)):
            yield from _files_in_text(part)
            continue
        # Another form of the text, such as an invitation: no file of its own.
        if is_alternative and part.type.startswith("text/") and _is_unnamed_inline(part):
            continue
        number += 1
        content = part.content()
        yield Attachment.of(part.filename or part.name_by_type(number, content), part.type, content)
        if is_tnef(part.type, content):
            yield from read_tnef(content).attachments
        signed = _signed_mail(part.type, content) if depth < _MAX_NESTED else None
        if signed is not None:
            yield from _files_of_signed(signed, depth)


def _files_of_signed(mail: bytes, depth: int) -> list[Attachment]:
    """Return the files of a mail that was signed in one block."""
    try:
        return list(islice(_attachments(read_parts(mail, "message/rfc822"), depth + 1), MAX_PARTS))
    except BadInput:
        # More parts than anybody could read: the block stays a file.
        return []


def _leaves(part: Part, is_alternative: bool = False) -> Iterator[tuple[Part, bool]]:
    """Yield every part without children, and whether it is one form of several."""
    if not part.children:
        yield part, is_alternative
    for child in part.children:
        yield from _leaves(child, part.type == "multipart/alternative")


def _is_unnamed_inline(part: Part) -> bool:
    return not part.filename and part.disposition[0] != "attachment"


def _files_in_text(part: Part) -> Iterator[Attachment]:
    """Yield the files that a mailer before MIME wrote into the text."""
    if part.type == "text/plain":
        yield from without_files(part.content().decode("iso-8859-1"))[1]
