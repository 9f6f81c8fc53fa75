"""Files that a mailer before MIME wrote into its text by uuencode. It must not know parts or charsets.

yEnc is left out: it belongs to Usenet, and its bytes do not survive the charset of a mail.
"""

from __future__ import annotations

import binascii
import re
from typing import Final

from noc_console.text import clean
from noc_console.workflows.drafts import Attachment

_BEGIN: Final = re.compile(r"begin [0-7]{3,4} (\S.{0,250}?)\s*")
# A line says in its first character how many bytes it holds: "M" is 45, four characters for three bytes.
_LONGEST: Final = 45
# Of more files than anybody attaches the rest stays in the text.
_MAX_FILES: Final = 200


def without_files(text: str) -> tuple[str, tuple[Attachment, ...]]:
    """Return the text without the uuencoded files in it, and these files."""
    if "begin " not in text:
        return text, ()
    kept: list[str] = []
    files: list[Attachment] = []
    lines = text.split("\n")
    number = 0
    while number < len(lines):
        begin = _BEGIN.fullmatch(lines[number]) if len(files) < _MAX_FILES else None
        after = _end_of_file(lines, number + 1) if begin else number
        if begin and after > number + 1:
            content = uudecoded("\n".join(lines[number:after]).encode("ascii", "replace"))
            files.append(Attachment.of(clean(begin[1]).strip(), "application/octet-stream", content))
            number = after
        else:
            kept.append(lines[number])
            number += 1
    return "\n".join(kept), tuple(files)


def _end_of_file(lines: list[str], first: int) -> int:
    """Return the number of the line after a file; ``first`` where no line of a file follows."""
    number, whole = first, False
    while number < len(lines):
        line = lines[number].rstrip()
        if line == "end":
            return number + 1
        if line and not _is_line(line):
            break
        whole = whole or bool(line)
        number += 1
    return number if whole else first


def _is_line(line: str) -> bool:
    """Tell whether a line has about the length that its first character says."""
    size = (ord(line[0]) - 32) & 63
    wanted = (size + 2) // 3 * 4
    return " " <= line[0] <= "`" and size <= _LONGEST and wanted - 8 <= len(line) - 1 <= wanted + 2


def uudecoded(body: bytes) -> bytes:
    """Return the file of a uuencoded body, as far as its lines are whole; a body that is none as it is."""
    pieces: list[bytes] = []
    begun = False
    for line in body.splitlines():
        if not begun:
            begun = line.startswith(b"begin ")
            continue
        if line.strip() == b"end":
            break
        try:
            pieces.append(binascii.a2b_uu(line))
        except binascii.Error:
            # Some encoders write trailing rubbish; the first byte says how much of the line counts.
            wanted = (((line[0] - 32) & 63) * 4 + 5) // 3
            try:
                pieces.append(binascii.a2b_uu(line[:wanted]))
            except binascii.Error:
                break
    return b"".join(pieces) if begun else body
