"""What a person reads of a mail, and what is attached to it.

Plain text is preferred to HTML of the same words; everything else is an attachment, listed with its hash.
It must not know headers of the mail, its class or its thread.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from noc_console.intake.mail_charset import decode
from noc_console.intake.mail_html import html_to_text
from noc_console.intake.mail_parts import Part
from noc_console.text import clean
from noc_console.workflows.drafts import Attachment

_MARKUP: Final = ("text/html", "text/enriched", "text/richtext", "text/watch-html", "text/x-amp-html")
_READABLE: Final = ("text/plain", *_MARKUP)
# A reader's limit, not the mail's: the original is kept whole.
MAX_TEXT: Final = 500_000


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


def read_body(root: Part) -> Body:
    """Return text and attachments of a mail."""
    blocks = list(_blocks(root))
    html_only = not any(not block.html and block.text.strip() for block in blocks)
    words = [html_to_text(block.text) if block.html else block.text for block in blocks]
    text = "\n\n".join(word.strip("\r\n") for word in words if word.strip())
    return Body(
        text=clean(text, multiline=True, limit=MAX_TEXT),
        html_only=html_only and any(block.html for block in blocks),
        charset=next((block.charset for block in blocks), None),
        attachments=tuple(_attachments(root)),
    )


def _blocks(part: Part) -> Iterator[_Block]:
    """Yield the readable parts in order; of alternatives the plain one, unless it is empty."""
    if part.children:
        found = [block for child in part.children for block in _blocks(child)]
        if part.type == "multipart/alternative" and any(not block.html and block.text.strip() for block in found):
            found = [block for block in found if not block.html]
        yield from found
    elif _is_readable(part):
        text, charset = decode(part.content(), part.params.get("charset"))
        yield _Block(part.type in _MARKUP, text, charset)


def _is_readable(part: Part) -> bool:
    """Tell whether a part is there to be read in place."""
    if part.type not in _READABLE:
        return False
    return part.disposition[0] != "attachment" and not part.filename


def _attachments(root: Part) -> Iterator[Attachment]:
    """Yield every part that is not read in place, named by its type where it has no name."""
    number = 0
    for part in root.walk():
        if part.children or _is_readable(part):
            continue
        number += 1
        yield Attachment.of(part.filename or part.name_by_type(number), part.type, part.content())
