"""The mail inside a mail that was signed in one block (S/MIME, RFC 8551, 3.5.2): ``smime.p7m``.

Own, because it is a few fields of a structure (CMS, RFC 5652, 5.1) whose libraries check signatures and refuse what is
broken; nobody here trusts a signature. What is encrypted stays a file. It must not know mails.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_TYPES: Final = ("application/pkcs7-mime", "application/x-pkcs7-mime")
# Object identifiers as they are written: signedData and data of PKCS #7.
_SIGNED: Final = bytes.fromhex("2a864886f70d010702")
_DATA: Final = bytes.fromhex("2a864886f70d010701")
_OID, _OCTETS, _OCTETS_IN_PIECES, _SEQUENCE, _FIRST_FIELD = 0x06, 0x04, 0x24, 0x30, 0xA0
_IN_PIECES: Final = 0x20
#: Elements inside elements; a mail in one block has eight or so.
_MAX_DEPTH: Final = 10
# Pieces of a string; some mailers write a thousand bytes in each.
_MAX_INSIDE: Final = 30_000
_LENGTH_BYTES: Final = 4


@dataclass(frozen=True, slots=True)
class _Element:
    """One element of BER: its tag, and where its content lies and where the next one begins."""

    tag: int
    start: int
    end: int
    after: int


def signed_content(media_type: str, content: bytes) -> bytes | None:
    """Return the mail that a block signs, ``None`` where it signs none that can be read here."""
    if media_type not in _TYPES:
        return None
    outer = _element(content, 0, len(content), 0)
    signed = _content_of(content, outer, _SIGNED)
    fields = _inside(content, signed, _SEQUENCE)
    # A version and the digests stand before what is signed.
    enclosed = next((one for one in fields if one.tag == _SEQUENCE), None)
    words = _content_of(content, enclosed, _DATA)
    found = next(iter(_children(content, words)), None) if words else None
    if found is None or found.tag not in (_OCTETS, _OCTETS_IN_PIECES):
        return None
    return b"".join(_octets(content, found, 0))


def _content_of(data: bytes, info: _Element | None, kind: bytes) -> _Element | None:
    """Return the content of a ContentInfo of one kind: an identifier, and below it a field with the rest."""
    if info is None or info.tag != _SEQUENCE:
        return None
    inside = list(_children(data, info))
    if len(inside) < 2 or inside[0].tag != _OID or data[inside[0].start : inside[0].end] != kind:
        return None
    return inside[1] if inside[1].tag == _FIRST_FIELD else None


def _inside(data: bytes, field: _Element | None, tag: int) -> list[_Element]:
    """Return the elements inside the one element of a field."""
    only = next(iter(_children(data, field)), None) if field else None
    return list(_children(data, only)) if only and only.tag == tag else []


def _octets(data: bytes, element: _Element, depth: int) -> Iterator[bytes]:
    """Yield the pieces of a string."""
    if element.tag == _OCTETS:
        yield data[element.start : element.end]
    elif element.tag == _OCTETS_IN_PIECES and depth < _MAX_DEPTH:
        for piece in _children(data, element):
            yield from _octets(data, piece, depth + 1)


def _children(data: bytes, parent: _Element) -> Iterator[_Element]:
    """Yield the elements inside another, as far as they are whole."""
    position = parent.start
    for _number in range(_MAX_INSIDE):
        if position >= parent.end:
            return
        child = _element(data, position, parent.end, 0)
        if child is None:
            return
        yield child
        position = child.after


def _element(data: bytes, position: int, end: int, depth: int) -> _Element | None:
    """Return the element at an offset, ``None`` where there is none; one that was cut ends with the data."""
    if position + 2 > end or depth > _MAX_DEPTH or data[position : position + 2] == b"\0\0":
        return None
    tag, length = data[position], data[position + 1]
    start = position + 2
    if length == 0x80:
        if not tag & _IN_PIECES:
            return None
        # No length is told: two zeros end it, behind the last element inside.
        inside = start
        for _number in range(_MAX_INSIDE):
            child = _element(data, inside, end, depth + 1)
            if child is None:
                break
            inside = child.after
        return _Element(tag, start, inside, min(inside + 2, end))
    if length > 0x80:
        size = length - 0x80
        if size > _LENGTH_BYTES:
            return None
        length = int.from_bytes(data[start : start + size], "big")
        start += size
    stop = min(start + length, end)
    return _Element(tag, start, stop, stop) if stop > position else None
