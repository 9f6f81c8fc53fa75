"""The header of a mail or of one of its parts: fields, encoded words, parameters, addresses, ids.

Read leniently and in linear time: mails come broken, and some are built to hurt. Values leave here cleaned.
It must not know MIME structure or bodies.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote_to_bytes

from noc_console.intake.mail_charset import decode
from noc_console.text import clean
from noc_console.workflows.drafts import Address

# No value of a real mail is longer, and the steps below stay far under a second for one of this size.
_VALUE_BYTES: Final = 65_536
# What follows a header as large as this is taken for the body.
_HEADER_BYTES: Final = 1_048_576
_NAME: Final = re.compile(rb"([!-9;-~]{1,200})[ \t]*:")
_KNOWN: Final = re.compile(
    rb"(from|to|cc|subject|date|message-id|received|return-path|delivered-to|mime-version|content-[a-z-]+|x-[\w-]+)"
    rb":[ \t]",
    re.IGNORECASE,
)
_LINES_BEFORE: Final = 20
# A field that lost the indent of its lines, as far as one is looked for.
_LINES_WITHOUT_INDENT: Final = 60
_FIELDS_OF_A_NAME: Final = 20
_FIELD: Final = re.compile(rb"[A-Za-z][A-Za-z0-9-]{1,60}:[ \t]")
#: The next piece of an encoded value, as it stands below one.
_NEXT_PIECE: Final = re.compile(rb"[ \t]+=\?[\w.:+-]{1,60}\?[bBqQ]\?")
_BLANK: Final = re.compile(rb"[ \t\r\n]*")
_WORD: Final = re.compile(rb"=\?([\w.:+-]{1,60})(?:\*[\w-]*)?\?([bBqQ])\?((?:[^?]|\?(?!=)){0,8000}?)\?=")
#: A run of spaces is looked at once, from its start.
_PARAMETER: Final = re.compile(
    r'(?:;\s*|(?<![\s;])\s+)([^\s=;"]{1,200})\s*=\s*(?:"((?:[^"\\]|\\.)*)"?|([^;]*))', re.DOTALL
)
_EXTENDED: Final = re.compile(r"(.+?)(?:\*(\d{1,4}))?(\*)?")
_LONGEST_ID: Final = 998
_UNLIKELY: Final = 16
_ID: Final = re.compile(r"<[^<>\s]{1,998}>")
#: White space around the parts of an id (RFC 5322, 4.5.4).
_TORN_ID: Final = re.compile(r"<([^<>]{1,998})>")
# Encoded words, strings, addresses and comments keep the commas in them.
_ADDRESS_TOKEN: Final = re.compile(
    r'=\?[^?\s]{1,60}\?[bBqQ]\?[^?\s]{0,1000}\?=|"(?:[^"\\]|\\.){0,1000}+"|<[^<>]*>|'
    r'\((?:[^()]++|\([^()]*+\))*+\)|[^,;"<(=]+|.',
    re.DOTALL,
)
_ANGLE: Final = re.compile(r"<([^<>]*)>")
# RFC 5322, 4.4: old mailers put white space around dots.
_AROUND_DOTS: Final = re.compile(r"\s*([.@])\s*")
_BEFORE_DOTS: Final = re.compile(r"(?<=\w)\s+\.\s*(?=\w)")
#: RFC 5322, 4.4: the hosts by which a mail was once to travel.
_ROUTE: Final = re.compile(r"^@[^:<>\"]{1,500}:(?=[^@:]+@)")
_QUOTED_LOCAL: Final = re.compile(r'"[^"]{1,200}"@[^\s"]+')
_COMMENT: Final = re.compile(r"\(((?:[^()]++|\([^()]*+\))*+)\)")


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of one header in their order: name in lower case, value unfolded, in bytes.

    ``charset`` is what the text below declares: raw bytes in a header are most often in the same one.
    """

    items: tuple[tuple[str, bytes], ...]
    charset: str | None = None

    def get(self, name: str) -> bytes:
        """Return the first value of a field, empty where it is missing."""
        return next((_beginning(value) for key, value in self.items if key == name), b"")

    def has(self, name: str) -> bool:
        """Tell whether a field is there, even an empty one."""
        return any(key == name for key, _value in self.items)

    def text(self, name: str) -> str:
        """Return the first value decoded and cleaned, on one line."""
        return clean(decode_words(self.get(name), self.charset)).strip()

    def addresses(self, name: str) -> tuple[Address, ...]:
        """Return the mailboxes in a field, in order; where the field is there twice, in both."""
        values = [_beginning(value) for key, value in self.items if key == name][:_FIELDS_OF_A_NAME]
        return tuple(address for value in values for address in _addresses(value, self.charset))

    def ids(self, name: str) -> tuple[str, ...]:
        """Return the message ids in a field, with their brackets, in order."""
        value = clean(self.get(name).decode("utf-8", "replace")).strip()
        found = tuple(_ID.findall(value))
        if found:
            return found
        torn = _TORN_ID.fullmatch(value)
        if torn:
            return (f"<{''.join(torn[1].split())}>",)
        words = [word.strip("<>") for word in value.split() if len(word) < _LONGEST_ID]
        # One word alone is an id too, if so long that it cannot be the same by chance: two mails of one id are one.
        return tuple(f"<{word}>" for word in words if "@" in word or (value == word and len(word) >= _UNLIKELY))


def _beginning(value: bytes) -> bytes:
    """Return what is read of a value, up to the end of a word."""
    if len(value) <= _VALUE_BYTES:
        return value
    end = max(value.rfind(b" ", _VALUE_BYTES // 2, _VALUE_BYTES), value.rfind(b"\t", _VALUE_BYTES // 2, _VALUE_BYTES))
    return value[: end if end > 0 else _VALUE_BYTES]


def header_start(raw: bytes) -> int:
    """Return where the first field of a mail begins: after a mark of UTF-8, blanks, and lines that are no field."""
    start = 3 if raw.startswith(b"\xef\xbb\xbf") else 0
    blank = _BLANK.match(raw, start)
    start = blank.end() if blank else start
    if _NAME.match(raw, start):
        return start
    # The envelope line of an mbox, or a title that somebody's export put there.
    after = raw.find(b"\n", start) + 1
    if after and _NAME.match(raw, after):
        return after
    # The words of an SMTP session, or the end of a field whose beginning somebody cut off.
    for _line in range(_LINES_BEFORE):
        if not after or raw[after : after + 2].strip(b"\r\n") == b"":
            break
        if _KNOWN.match(raw, after):
            return after
        after = raw.find(b"\n", after) + 1
    return start


def read_fields(raw: bytes, start: int, end: int) -> tuple[Fields, int]:
    """Return the fields between two offsets, and where the body begins; a line that is no field begins the body."""
    items: list[tuple[str, list[bytes]]] = []
    position = start
    end = min(end, start + _HEADER_BYTES)
    resumes_at = start
    torn = False
    while position < end:
        newline = raw.find(b"\n", position, end)
        after = end if newline < 0 else newline + 1
        line = raw[position:after].rstrip(b"\r\n")
        if not line:
            position = after
            torn = _is_torn(items, raw, after, end, torn=torn)
            if torn:
                continue
            break
        name = _NAME.match(line)
        if line.startswith(b"--") and items:
            # The first boundary, where somebody lost the blank line above it.
            break
        if line[:1] in (b" ", b"\t") and items:
            items[-1][1].append(line)
        elif position < resumes_at and items and not _FIELD.match(line):
            items[-1][1].append(b" " + line)
        elif name is not None:
            items.append((name.group(1).decode("ascii").lower(), [line[name.end() :]]))
        else:
            resumes_at = _resumes_at(raw, after, end) if items else 0
            if not resumes_at:
                break
            items[-1][1].append(b" " + line)
        position = after
    return Fields(tuple((name, b"".join(lines).strip()) for name, lines in items)), position


def _is_torn(items: list[tuple[str, list[bytes]]], raw: bytes, below: int, end: int, *, torn: bool) -> bool:
    """Tell whether a header goes on below a blank line: a mailer encoded a value in pieces with line breaks in them.

    Only the next piece of the value tells so; then fields follow in the same way (``torn``).
    """
    if bool(items) and items[-1][1][-1].endswith(b"?=") and _NEXT_PIECE.match(raw, below, end):
        return True
    return torn and bool(_KNOWN.match(raw, below, end))


def _resumes_at(raw: bytes, position: int, end: int) -> int:
    """Return where well-known fields follow a line that is none, 0 where none do before a blank line.

    If they do, the lines between are continuations that lost their indent.
    """
    for _line in range(_LINES_WITHOUT_INDENT):
        if _KNOWN.match(raw, position, end):
            return position
        newline = raw.find(b"\n", position, end)
        if newline < 0 or not raw[position:newline].strip():
            return 0
        position = newline + 1
    return 0


def decode_words(value: bytes, charset_below: str | None = None) -> str:
    """Return a value with its encoded words (RFC 2047) decoded, and raw bytes by what they look like."""
    pieces: list[tuple[str | None, bytes]] = []
    position = 0
    for word in _WORD.finditer(value):
        between = value[position : word.start()]
        charset = word.group(1).decode("ascii").lower()
        if between.strip() or not pieces:
            pieces.append((None, between))
        content = _word_bytes(word.group(2), word.group(3))
        if pieces[-1][0] == charset and not between.strip():
            # Mailers cut a character of several bytes in two words.
            pieces[-1] = (charset, pieces[-1][1] + content)
        else:
            pieces.append((charset, content))
        position = word.end()
    pieces.append((None, value[position:]))
    return "".join(decode(data, charset, hint=charset_below)[0] for charset, data in pieces if data)


def _word_bytes(encoding: bytes, content: bytes) -> bytes:
    """Return the bytes of one encoded word."""
    if encoding in b"bB":
        return decode_base64(content)
    return binascii.a2b_qp(content, header=True)


def decode_base64(content: bytes) -> bytes:
    """Return decoded bytes, leaving out what is not base64 and a last broken group."""
    letters = re.sub(rb"[^A-Za-z0-9+/=]", b"", content)
    try:
        return binascii.a2b_base64(letters + b"==")
    except binascii.Error:
        # Five letters of a group of four: the last one carries less than a byte.
        kept = letters.replace(b"=", b"")
        whole = kept[: len(kept) - len(kept) % 4] if len(kept) % 4 == 1 else kept
        return binascii.a2b_base64(whole + b"==")


def parameters(value: bytes) -> tuple[str, Mapping[str, str]]:
    """Return a structured value in lower case and its parameters, RFC 2231 and encoded words decoded."""
    text = value.decode("iso-8859-1")
    head = re.split(r"[;\s]", text.strip(), maxsplit=1)[0].strip("<>\"',").lower()
    plain: dict[str, str] = {}
    extended: dict[str, list[tuple[int, bool, str]]] = {}
    for found in _PARAMETER.finditer(text):
        name, quoted, bare = found.groups()
        content = re.sub(r'\\(["\\])', r"\1", quoted) if quoted is not None else bare.strip()
        parts = _EXTENDED.fullmatch(name.lower())
        if parts and (parts.group(2) or parts.group(3)):
            piece = (int(parts.group(2) or 0), bool(parts.group(3)), content)
            extended.setdefault(parts.group(1), []).append(piece)
        else:
            plain.setdefault(name.lower(), content)
    decoded = {name: decode_words(content.encode("iso-8859-1")) for name, content in plain.items()}
    decoded.update({name: _continued(pieces) for name, pieces in extended.items()})
    return head, decoded


def _continued(pieces: list[tuple[int, bool, str]]) -> str:
    """Return the value of a parameter given in pieces or with a charset (RFC 2231)."""
    pieces = sorted(pieces, key=lambda piece: piece[0])
    charset: str | None = None
    data = b""
    for number, (_index, encoded, content) in enumerate(pieces):
        if not encoded:
            data += content.encode("iso-8859-1")
            continue
        if number == 0 and content.count("'") >= 2:
            charset, _language, content = content.split("'", 2)  # noqa: PLW2901 - what is left is the content
        data += unquote_to_bytes(content.encode("iso-8859-1"))
    return decode_words(data) if b"=?" in data else decode(data, charset)[0]


def _addresses(value: bytes, charset_below: str | None) -> tuple[Address, ...]:
    text = value.decode("iso-8859-1")
    if "@" not in text and "=?" in text:
        text = decode_words(value).encode("utf-8").decode("iso-8859-1")
    found = (_address(part, charset_below) for part in _split_addresses(text))
    return tuple(address for address in found if address is not None)


def _split_addresses(text: str) -> Iterator[str]:
    """Yield the pieces between commas and semicolons that stand outside quotes, brackets and comments."""
    piece: list[str] = []
    for token in _ADDRESS_TOKEN.findall(text):
        if token in (",", ";"):
            yield "".join(piece)
            piece = []
        else:
            piece.append(token)
    yield "".join(piece)


def _address(part: str, charset_below: str | None) -> Address | None:
    """Return one mailbox, ``None`` for an empty piece or the name of a group."""
    part = part.strip()
    angle = _ANGLE.search(part)
    if angle:
        name, address = part[: angle.start()] or part[angle.end() :], _COMMENT.sub("", angle.group(1))
        alone = _COMMENT.fullmatch(name.strip())
        name = alone.group(1) if alone else name
        if "@" in address:
            address = _ROUTE.sub("", _AROUND_DOTS.sub(r"\1", address.strip()).removeprefix("mailto:"))
    else:
        comment = _COMMENT.search(part)
        bare = _BEFORE_DOTS.sub(".", _COMMENT.sub("", part).strip())
        name = comment.group(1) if comment else ""
        quoted = _QUOTED_LOCAL.search(bare)
        address = quoted.group() if quoted else next((word for word in bare.split() if "@" in word), "")
        if address:
            name = name or bare.replace(address, "", 1)
        elif " " in bare:
            name = name or bare
        else:
            address = bare
    if address.endswith(":") or (not address and not name):
        return None
    name = name.split("<", 1)[0].strip().strip('"').replace('\\"', '"')
    address = _words(address.strip(), charset_below).strip("<>' ")
    return Address(_words(name, charset_below), address if _QUOTED_LOCAL.fullmatch(address) else address.strip('" '))


def _words(text: str, charset_below: str | None) -> str:
    """Return a piece of an address field decoded and cleaned."""
    return clean(decode_words(text.encode("iso-8859-1"), charset_below)).strip()
