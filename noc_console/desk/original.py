"""An original as people may look at it: as text where it is one, else as bytes in hexadecimal; cleaned either way.

It must not change the original, nor know what it means.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from noc_console.intake.mail_charset import decode
from noc_console.text import clean

#: So much of an original is shown; it is kept whole.
SHOWN_BYTES: Final = 20_000
_A_LINE: Final = 16
#: What texts are made of besides printable characters.
_LAYOUT: Final = b"\t\n\r\f\x1b"


def is_text(raw: bytes) -> bool:
    """Tell a text from a binary input by its control bytes: a text in any charset has hardly any."""
    head = raw[:SHOWN_BYTES]
    controls = sum(byte < 0x20 and byte not in _LAYOUT for byte in head)
    return controls * 20 <= len(head)


def readable(raw: bytes, *, limit: int = SHOWN_BYTES) -> str:
    """Return the beginning of an original as text, or as lines of offset, bytes and letters where it is none."""
    head = raw[:limit]
    return clean(decode(head)[0], multiline=True) if is_text(raw) else "\n".join(_lines(head))


def _lines(head: bytes) -> Iterator[str]:
    for offset in range(0, len(head), _A_LINE):
        part = head[offset : offset + _A_LINE]
        letters = "".join(chr(byte) if 0x20 <= byte < 0x7F else "." for byte in part)
        yield f"{offset:08x}  {part.hex(' '):<{3 * _A_LINE}} {letters}"
