"""The MIME structure of a mail: a tree of parts that point into the mail's bytes.

Every part keeps its exact bytes, missing boundaries and encodings are taken as they come, and depth, parts and time
are bounded. It must not know what a part means to a reader.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from mimetypes import MimeTypes
from typing import Final

from noc_console.errors import BadInput
from noc_console.i18n import _
from noc_console.intake.mail_headers import Fields, decode_base64, header_start, parameters, read_fields
from noc_console.intake.mail_uuencode import uudecoded
from noc_console.text import clean

MAX_PARTS: Final = 2_000
_MAX_DEPTH: Final = 40
_LINE: Final = 1_000
_SAMPLE: Final = 4_000
_BASE64_WORD: Final = 20
# Of the mail inside a mail its header is read for a name, of a name so many characters are kept.
_ENCLOSED_BYTES: Final = 65_536
_NAME: Final = 100
#: A type and a subtype (RFC 6838, 4.2); what else stands there is of no use to anybody.
_TYPE: Final = re.compile(r"[!#$&^_.+\w-]{1,127}/[!#$&^_.+\w-]{1,127}", re.ASCII)
_HAS_END: Final = re.compile(r"\w\.[A-Za-z0-9]{2,5}$")
# The defaults of the class, not the system's files: a name must be the same on every machine.
_TYPES: Final = MimeTypes()
_TYPES.add_type("text/calendar", ".ics")
_TYPES.add_type("message/delivery-status", ".txt")
_TYPES.add_type("text/rfc822-headers", ".txt")


@dataclass(frozen=True, slots=True)
class Part:
    """One part: its fields, type and parameters, its children or the place of its body in the mail."""

    fields: Fields
    type: str
    params: Mapping[str, str]
    mail: bytes
    start: int
    end: int
    children: tuple[Part, ...]

    @property
    def body(self) -> bytes:
        """The body as it stands in the mail, still encoded."""
        return self.mail[self.start : self.end]

    @property
    def disposition(self) -> tuple[str, Mapping[str, str]]:
        """Content-Disposition with its parameters; an empty word where it is missing."""
        return parameters(self.fields.get("content-disposition"))

    @property
    def filename(self) -> str:
        """The file name that the sender gave, cleaned, empty where there is none."""
        name = self.disposition[1].get("filename") or self.params.get("name", "")
        return clean(name).strip()

    def content(self) -> bytes:
        """Return the body without its transfer encoding; what does not decode is returned as it is."""
        body = self.body
        encoding = self.fields.get("content-transfer-encoding").decode("iso-8859-1").strip("\"' ").lower()
        if encoding == "base64":
            return body if _is_prose(body[:_SAMPLE]) else decode_base64(body)
        if encoding == "quoted-printable":
            return binascii.a2b_qp(body)
        if encoding in ("x-uuencode", "uuencode", "x-uue", "uue"):
            return uudecoded(body)
        return body

    def walk(self) -> Iterator[Part]:
        """Yield this part and all below it, in the order of the mail."""
        yield self
        for child in self.children:
            yield from child.walk()

    def name_by_type(self, number: int, content: bytes) -> str:
        """Return a name for a part that its sender did not name: what it says it is, with the end of its type."""
        said = " ".join(self.fields.text("content-description").split())[:_NAME]
        if self.type == "message/rfc822":
            head = content[:_ENCLOSED_BYTES]
            enclosed, _body = read_fields(head, header_start(head), len(head))
            said = " ".join(enclosed.text("subject").split())[:_NAME] or said
            return f"{said or f'message-{number}'}.eml"
        end = _TYPES.guess_extension(self.type) or ".bin"
        return said if _HAS_END.search(said) else f"{said or f'part-{number}'}{end}"


def read_parts(mail: bytes, where: str) -> Part:
    """Return the tree of a whole mail; BadInput where it has more parts than anybody could read."""
    return _Reader(mail, where).part(header_start(mail), len(mail), depth=0, default="text/plain")


class _Reader:
    """Reads the parts of one mail and counts them."""

    def __init__(self, mail: bytes, where: str) -> None:
        self.mail = mail
        self.where = where
        self.parts = 0

    def part(self, start: int, end: int, depth: int, default: str) -> Part:
        """Return the part between two offsets, with its children."""
        self.parts += 1
        if self.parts > MAX_PARTS:
            raise BadInput(
                _("{where}: the mail has more than {limit} parts", where=self.where, limit=MAX_PARTS),
                _("look at it in a mail program and send on what matters"),
            )
        fields, body = read_fields(self.mail, start, end)
        media_type, params = parameters(fields.get("content-type"))
        if not _TYPE.fullmatch(media_type):
            media_type = default
        children: tuple[Part, ...] = ()
        if (
            media_type == "message/rfc822"
            and depth == 0
            and not fields.get("content-transfer-encoding").strip().isalpha()
        ):
            # The mail is nothing but another one: that is what there is to read.
            children = (self.part(body, end, depth + 1, "text/plain"),)
        elif media_type.startswith("multipart/"):
            below = "message/rfc822" if media_type == "multipart/digest" else "text/plain"
            if depth < _MAX_DEPTH:
                named = params.get("boundary", "").strip().encode("utf-8")
                found = list(self._sections(body, end, named))
                found = found or list(self._sections(body, end, self._first_boundary(body, end)))
                children = tuple(self.part(first, last, depth + 1, below) for first, last in found)
            if not children:
                media_type = "text/plain" if depth < _MAX_DEPTH else "application/octet-stream"
        return Part(fields, media_type, params, self.mail, body, end, children)

    def _first_boundary(self, start: int, end: int) -> bytes:
        """Return the boundary that a body opens with, for a header that names none or another."""
        first = self.mail[start : min(end, start + _LINE)].lstrip().split(b"\n", 1)[0].strip()
        return first[2:] if first.startswith(b"--") else b""

    def _sections(self, start: int, end: int, boundary: bytes) -> Iterator[tuple[int, int]]:
        """Yield the offsets between the lines of a boundary; the last section may lack its end."""
        if not boundary:
            return
        marker = b"--" + boundary
        opened: int | None = None
        position = start
        while (at := self.mail.find(marker, position, end)) >= 0:
            position = at + len(marker)
            if at > start and self.mail[at - 1] != 0x0A:
                continue
            newline = self.mail.find(b"\n", position, end)
            after = end if newline < 0 else newline + 1
            tail = self.mail[position : min(after, position + _LINE)].strip()
            if tail not in (b"", b"--"):
                continue
            if opened is not None:
                yield opened, max(opened, self._before_newline(at))
            opened = after
            if tail == b"--":
                return
        if opened is not None:
            yield opened, end

    def _before_newline(self, at: int) -> int:
        """Return the offset without the line break, which belongs to the boundary (RFC 2046, 5.1.1)."""
        if self.mail[at - 1 : at] == b"\n":
            at -= 1
        return at - 1 if self.mail[at - 1 : at] == b"\r" else at


def _is_prose(body: bytes) -> bool:
    """Tell text from base64: somebody declared the encoding and sent words as they are."""
    line = body.strip().split(b"\n", 1)[0]
    words = line.split()
    return len(words) > 2 and max(map(len, words)) < _BASE64_WORD
