"""What Outlook puts into ``winmail.dat`` (TNEF, MS-OXTNEF): the files, and the text where the mail has none.

Own, because tnefparse has had no release since 2021 and raises whatever a broken stream provokes. Formatted text (RTF)
is not read: the mail has it in another form. It must not know mails.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from mimetypes import MimeTypes
from typing import Final

from noc_console.intake.mail_charset import decode
from noc_console.intake.mail_html import html_to_text
from noc_console.text import clean
from noc_console.workflows.drafts import Attachment

_SIGNATURE: Final = 0x223E9F78
_HEADER: Final = 6
# Level, id, length before an attribute; a checksum after it, which broken senders get wrong, so nobody asks for it.
_ATTRIBUTE: Final = struct.Struct("<BII")
_CHECKSUM: Final = 2
_MAX_FILES: Final = 500

_BODY: Final = 0x0002800C
_CODE_PAGE: Final = 0x00069007
_NEXT_FILE: Final = 0x00069002
_FILE_NAME: Final = 0x00018010
_FILE_DATA: Final = 0x0006800F
_FILE_PROPERTIES: Final = 0x00069005
_MAIL_PROPERTIES: Final = 0x00069003

# Properties of MAPI (MS-OXPROPS), and how many bytes a value of each fixed type takes, padded to four.
_LONG_NAME: Final = 0x3707
_PLAIN_BODY: Final = 0x1000
_HTML_BODY: Final = 0x1013
_CONTENT: Final = 0x3701
#: Before an object stands what kind of interface it has.
_INTERFACE: Final = 16
_FIXED: Final = {2: 4, 3: 4, 4: 4, 5: 8, 6: 8, 7: 8, 10: 4, 11: 4, 20: 8, 64: 8, 72: 16}
_STRING, _UNICODE, _BINARY, _OBJECT = 0x1E, 0x1F, 0x102, 0x0D
_MANY: Final = 0x1000
_NAMED: Final = 0x8000
_TYPES: Final = MimeTypes()


@dataclass(frozen=True, slots=True)
class Tnef:
    """What was inside: the plain text, empty where there is none, and the files."""

    text: str
    attachments: tuple[Attachment, ...]


def is_tnef(media_type: str, content: bytes) -> bool:
    """Tell whether a part is a TNEF stream, by its type or name and its first bytes."""
    return content[:4] == struct.pack("<I", _SIGNATURE) and media_type.startswith("application/")


def read_tnef(content: bytes) -> Tnef:
    """Return what a stream holds, as far as it is whole."""
    charset = "cp1252"
    text = html = ""
    files: list[dict[str, object]] = []
    for name, value in _attributes(content):
        if name == _CODE_PAGE and len(value) >= 4:
            charset = f"cp{int.from_bytes(value[:4], 'little')}"
        elif name == _BODY:
            text = _string(value, charset)
        elif name == _MAIL_PROPERTIES:
            said = dict(_properties(value, charset))
            text = _text_of(said.get(_PLAIN_BODY), charset) or text
            html = _text_of(said.get(_HTML_BODY), charset) or html
        elif name == _NEXT_FILE and len(files) < _MAX_FILES:
            files.append({})
        elif files and name == _FILE_NAME:
            files[-1].setdefault("name", _string(value, charset))
        elif files and name == _FILE_DATA:
            files[-1]["data"] = value
        elif files and name == _FILE_PROPERTIES:
            said = dict(_properties(value, charset))
            if said.get(_LONG_NAME):
                files[-1]["name"] = said[_LONG_NAME]
            if isinstance(said.get(_CONTENT), bytes):
                files[-1].setdefault("data", said[_CONTENT])
    return Tnef(
        text if text.strip() else html_to_text(html),
        tuple(_attachment(one, number) for number, one in enumerate(files, 1) if "data" in one),
    )


def _attachment(found: dict[str, object], number: int) -> Attachment:
    name = clean(str(found.get("name") or "")).strip() or f"winmail-{number}.bin"
    data = found["data"]
    return Attachment.of(name, _TYPES.guess_type(name)[0] or "application/octet-stream", bytes(data))  # type: ignore[call-overload]


def _attributes(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the attributes; the first that is not whole ends the stream."""
    position = _HEADER
    while position + _ATTRIBUTE.size <= len(content):
        _level, name, size = _ATTRIBUTE.unpack_from(content, position)
        position += _ATTRIBUTE.size
        if position + size > len(content):
            return
        yield name, content[position : position + size]
        position += size + _CHECKSUM


def _properties(block: bytes, charset: str) -> Iterator[tuple[int, str | bytes]]:
    """Yield strings and contents among the properties of MAPI; a type that nobody knows ends the block."""
    position = 4
    for _number in range(int.from_bytes(block[:4], "little")):
        if position + 4 > len(block):
            return
        kind, name = struct.unpack_from("<HH", block, position)
        position += 4
        if name >= _NAMED:
            position = _after_name(block, position)
        values, position = _values(block, position, kind)
        if position > len(block) or position < 0:
            return
        for value in values[:1]:
            if kind == _UNICODE:
                yield name, value.decode("utf-16-le", "replace").rstrip("\0")
            elif kind == _STRING:
                yield name, _string(value, charset)
            elif kind == _BINARY:
                yield name, value
            elif kind == _OBJECT:
                yield name, value[_INTERFACE:]


def _after_name(block: bytes, position: int) -> int:
    """Return where the value of a named property begins: after a GUID, and a number or a name."""
    if int.from_bytes(block[position + 16 : position + 20], "little") == 0:
        return position + 24
    length = int.from_bytes(block[position + 20 : position + 24], "little")
    return position + 24 + _padded(length)


def _values(block: bytes, position: int, kind: int) -> tuple[list[bytes], int]:
    """Return the values of one property and where the next begins; a negative place where that cannot be known."""
    count = 1
    base = kind & ~_MANY
    variable = base in (_STRING, _UNICODE, _BINARY, _OBJECT)
    if variable or kind & _MANY:
        count = int.from_bytes(block[position : position + 4], "little")
        position += 4
    if not variable:
        width = _FIXED.get(base)
        return ([], position + width * count) if width else ([], -1)
    values: list[bytes] = []
    for _number in range(count):
        if position + 4 > len(block):
            return values, -1
        size = int.from_bytes(block[position : position + 4], "little")
        values.append(block[position + 4 : position + 4 + size])
        position += 4 + _padded(size)
    return values, position


def _padded(size: int) -> int:
    return (size + 3) // 4 * 4


def _text_of(value: str | bytes | None, charset: str) -> str:
    return _string(value, charset) if isinstance(value, bytes) else value or ""


def _string(value: bytes, charset: str) -> str:
    return decode(value.split(b"\0", 1)[0], charset)[0]
