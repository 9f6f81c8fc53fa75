"""Bytes of a mail to characters, whatever the mail claims about them: nothing is ever lost to a charset error.

A declared charset is taken at its word while it decodes; else UTF-8, then what the bytes look like.
It must not know headers or MIME parts.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from noc_console.intake.charset_signs import (
    SAMPLE_BYTES,
    TOLERATED,
    certain_utf8,
    east_asian,
    escaped,
    guess,
    looks_chinese,
    looks_western,
    strictly,
    utf8,
)

# The registered name is often used for its superset (WHATWG Encoding Standard, "labels"), so the superset goes first.
_SUPERSETS: Final[dict[str, tuple[str, ...]]] = {
    "iso-8859-1": ("cp1252", "iso-8859-1"),
    "latin1": ("cp1252", "iso-8859-1"),
    "gb2312": ("gb18030",),
    "gbk": ("gb18030",),
    "gb_2312-80": ("gb18030",),
    "cp936": ("gb18030",),
    "x-gbk": ("gb18030",),
    "big5": ("cp950", "big5hkscs"),
    "x-big5": ("cp950", "big5hkscs"),
    "cn-big5": ("cp950", "big5hkscs"),
    "shift_jis": ("cp932", "shift_jis_2004"),
    "x-sjis": ("cp932", "shift_jis_2004"),
    "iso-2022-jp": ("iso2022_jp", "iso2022_jp_ext", "iso2022_jp_2"),
    "euc-kr": ("cp949",),
    "ks_c_5601-1987": ("cp949",),
    "iso-8859-8-i": ("iso-8859-8",),
    "tis-620": ("cp874",),
    "windows-874": ("cp874",),
    "unicode-1-1-utf-7": ("utf-7",),
    "unicode-2-0-utf-7": ("utf-7",),
    "hz-gb-2312": ("hz",),
    "baltic": ("cp1257",),
    "unicodebig": ("utf-16-be",),
    "macintosh": ("mac_roman",),
    "x-mac-ukrainian": ("mac_cyrillic",),
    "iso-8859-8-e": ("iso-8859-8",),
    "iso-8859-6-e": ("iso-8859-6",),
    "iso-8859-6-i": ("iso-8859-6",),
}
# How mailers misspell the name of a charset: a prefix or a mark too many or too few.
_SPELLINGS: Final = (
    (re.compile(r"(?:x-)?(?:windows|win|cp|ibm|ms|dos)[-_]?(\d{3,5})"), r"cp\1"),
    (re.compile(r"(?:x-|iso-|cs)?gb[-_]?(2312|18030|k)(?:[-_].*)?"), r"gb\1"),
    (re.compile(r"(?:x-|cn-|chinese)*(koi8|big5)[-_]?([ru]|hkscs|eten|)"), r"\1\2"),
    (re.compile(r"koi8([ru])"), r"koi8-\1"),
    (re.compile(r"big5(?:eten)"), "big5"),
    (re.compile(r"utf-?8(?:n|mb[34]|-mac)|unicode-1-1-utf-8|x-unicode20utf8|unicode20utf8"), "utf-8"),
    (re.compile(r"x-(.+)"), r"\1"),
    (re.compile(r"mac-(\w+)"), r"mac_\1"),
    (re.compile(r"ks_c_5601-19\d\d"), "euc-kr"),
    (re.compile(r"euc-cn|cp51936"), "gb2312"),
    (re.compile(r"cp5022[012]"), "iso-2022-jp"),
    (re.compile(r"cp51932|eucjp-ms"), "euc-jp"),
    (re.compile(r"cp31j"), "cp932"),
)  # fmt: skip
_UNPRINTED: Final = re.compile(r"[^ -~]")
#: What a shell of Windows writes before what it redirects into a file.
_UTF16_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")
_SINGLE_BYTE_DEFAULTS: Final = ("iso-8859-1", "latin1", "windows-1252", "cp1252")
#: Charsets that write every letter with the bytes of ASCII.
_SEVEN_BIT: Final = re.compile(r"iso-?2022|csiso2022|hz|(unicode-\d-\d-)?utf-?7", re.IGNORECASE)
# Text codecs of Python that are no charsets; some of them take quadratic time on hostile input.
_NO_CHARSET: Final = frozenset({"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"})
# What a codec of Python is called on the network (IANA character sets).
_REGISTERED: Final[dict[str, str]] = {
    "cp932": "shift_jis",
    "cp949": "euc-kr",
    "euc_jp": "euc-jp",
    "hz": "hz-gb-2312",
    "iso2022_jp_2": "iso-2022-jp",
    "iso2022_kr": "iso-2022-kr",
    "koi8_r": "koi8-r",
    **{f"cp125{digit}": f"windows-125{digit}" for digit in range(9)},
}
# Shift of a character set inside ISO 2022 (RFC 1468; JIS X 0201 kana as many Japanese mailers send it).
_JIS_ESCAPE: Final = re.compile(rb"\x1b(\$[@B]|\([BJI])")
_JAPANESE: Final = ("iso-2022-jp", "shift_jis", "x-sjis", "euc-jp")
# Something near the bytes is less of a declaration than their own.
_BROKEN_OF_HINTED: Final = 0.002
#: What the reading of one Chinese charset as the other shows: characters for private use, and phonetic letters.
_PRIVATE: Final = re.compile(r"[\ue000-\uf8ff]")
_BOPOMOFO: Final = re.compile(r"[\u3105-\u3129]")
_HIGH_BYTES: Final = re.compile(rb"([\x80-\xff]+)")
# What begins a character of UTF-8, and bytes that are no sign of Windows or end a text in the middle of a character.
_UTF8_BEGINS: Final = re.compile(rb"[\xc2-\xf4][\x80-\xbf]")
_BEYOND_ASCII: Final = re.compile(r"[^\x00-\x7f]")
_NO_SIGN: Final = re.compile(rb"[\x81\x8d\x8f\x90\x9d\xff]|[\xc2-\xf4]$")


def decode(data: bytes, declared: str | None = None, *, hint: str | None = None) -> tuple[str, str]:
    """Return the characters and the registered name of the charset that gave them; never fails.

    ``hint`` is a charset that something near the bytes declares, believed only where the bytes prove nothing.
    """
    label = _label(declared)
    text, name = _decode(data, label, _label(hint))
    return text, name if name == label else _REGISTERED.get(name, name)


def _decode(data: bytes, label: str | None, hint: str | None) -> tuple[str, str]:
    if label in ("ascii", "us-ascii") and not data.isascii():
        label = None
    if data.startswith(b"\xef\xbb\xbf"):
        return data[3:].decode("utf-8", "replace"), "utf-8"
    if data.startswith(_UTF16_MARKS) and label in (None, "utf-16"):
        # Whoever took zeros from the end may have taken half of the last character.
        wide = strictly(data + b"\0" * (len(data) % 2), ("utf-16",))
        if wide is not None:
            return wide, "utf-16"
    if label is not None and not _SEVEN_BIT.match(label):
        # Bytes that prove another charset than the one declared: escapes that announce it, or UTF-8.
        proven = escaped(data) if data.isascii() else certain_utf8(data)
        if proven is not None:
            return proven
    if label in (None, *_SINGLE_BYTE_DEFAULTS):
        undeclared = _without_declaration(data, certain=label is not None, hint=hint)
        if undeclared is not None:
            return (undeclared[0], label) if label and data.isascii() else undeclared
    if label is not None:
        text = strictly(data, _codecs(label))
        if text is not None:
            return _other_chinese(data, text, label) or (text, label)
    return _against_declaration(data, label)


def _label(declared: str | None) -> str | None:
    """Return the charset's name as it is looked up, ``None`` where it says nothing that Python can decode."""
    if not declared:
        return None
    # Python finds a codec whatever stands between the letters of its name.
    words = _UNPRINTED.sub("", declared).strip(" \t\r\n\"'\\").lower().split()
    if not words or len(words[0]) > 40:
        return None
    return words[0] if _codecs(words[0]) else None


@lru_cache(maxsize=256)
def _codecs(label: str) -> tuple[str, ...]:
    """Return the codecs to try for a label, none for an unknown one."""
    tried = [label]
    for spelling, name in _SPELLINGS:
        # One misspelling can hide another.
        if spelling.fullmatch(tried[-1]):
            tried.append(spelling.sub(name, tried[-1]))
    return next((codecs for one in tried if (codecs := _known_codecs(one))), ())


def _known_codecs(label: str) -> tuple[str, ...]:
    """Return the codecs of a label that is spelled as registered or as Python has it."""
    known = _SUPERSETS.get(label)
    if known:
        return known
    if label.replace("-", "_") in _NO_CHARSET:
        return ()
    try:
        # Of no bytes Python never asks for the codec; a codec that gives no text is a LookupError too.
        b" ".decode(label, "replace")
    except (LookupError, ValueError):
        return ()
    return (label,)


def _without_declaration(data: bytes, *, certain: bool, hint: str | None) -> tuple[str, str] | None:
    """Return what the bytes themselves prove: escapes, UTF-8, or Chinese; else guess unless a default is declared."""
    if data.isascii():
        return escaped(data) or (data.decode("ascii"), "us-ascii")
    text = utf8(data)
    if text is not None:
        return text, "utf-8"
    if not certain and hint not in (None, *_SINGLE_BYTE_DEFAULTS):
        text = data.decode(_codecs(hint)[0], "replace")
        if text.count("\ufffd") <= len(text) * _BROKEN_OF_HINTED:
            return text, hint
    if not (certain and looks_western(data)):
        asian = east_asian(data)
        if asian is not None:
            return asian
    return None if certain else guess(data)


def _other_chinese(data: bytes, text: str, label: str) -> tuple[str, str] | None:
    """Return the text of one Chinese charset that was declared to be the other, ``None`` where it is as declared."""
    codec = _codecs(label)[0]
    if codec == "gb18030" and _PRIVATE.search(text[:SAMPLE_BYTES]):
        other = strictly(data, ("cp950",))
        return (other, "big5") if other is not None and not _PRIVATE.search(other) else None
    if codec == "cp950" and _BOPOMOFO.search(text[:SAMPLE_BYTES]) and looks_chinese(data):
        return _against_declaration(data, None)
    return None


def _against_declaration(data: bytes, label: str | None) -> tuple[str, str]:
    """Return text whose declared charset is unknown or does not take every byte."""
    text = utf8(data)
    if text is not None and not data.isascii():
        return text, "utf-8"
    if label == "iso-2022-jp" and (data.isascii() or b"\x1b" in data):
        return _vendor_jis(data), label
    if label in _JAPANESE:
        # A program of Japan that names one of its country's charsets and sends another.
        strict = ((strictly(data, (codec,)), name) for codec, name in (("euc_jp", "euc-jp"), ("cp932", "shift_jis")))
        found = next(((japanese, name) for japanese, name in strict if japanese is not None), None)
        if found:
            return found
    if label == "utf-8" and text is None and not looks_western(data):
        # One line of a local charset in a long mail is a small part of it.
        sample = data[:SAMPLE_BYTES].decode("utf-8", "replace")
        local = east_asian(data) if sample.count("\ufffd") > len(_BEYOND_ASCII.findall(sample)) // 2 else None
        if local is not None:
            return local
    if label is not None:
        # A few broken bytes do not disprove a declaration.
        replaced = data.decode(_codecs(label)[0], "replace")
        if replaced.count("\ufffd") <= max(1, len(replaced) * TOLERATED):
            return _with_stray_bytes(data, label) or replaced, label
    return east_asian(data) or guess(data)


def _with_stray_bytes(data: bytes, label: str) -> str | None:
    """Return text among whose plain letters somebody put signs of Windows, ``None`` where it is another matter.

    Nothing else in it is of the charset declared, which therefore explains nothing: 0x92 is an apostrophe, 0xA9 is ©.
    """
    if label != "utf-8" and not label.endswith("utf-7"):
        return None
    if label == "utf-8" and (_UTF8_BEGINS.search(data) or _NO_SIGN.search(data)):
        return None
    pieces = _HIGH_BYTES.split(data)
    codec = _codecs(label)[0]
    return "".join(
        piece.decode("cp1252" if number % 2 else codec, "replace") for number, piece in enumerate(pieces) if piece
    )


def _vendor_jis(data: bytes) -> str:
    """Return ISO-2022-JP text with the rows that vendors added to JIS X 0208, such as ① and ㈱."""
    text: list[bytes] = []
    shift = b"(B"
    for number, piece in enumerate(_JIS_ESCAPE.split(data)):
        if number % 2:
            shift = piece
        elif shift.startswith(b"$"):
            text.append(_shifted(piece))
        else:
            text.append(bytes(byte | 0x80 for byte in piece) if shift == b"(I" else piece)
    return b"".join(text).decode("cp932", "replace")


def _shifted(pairs: bytes) -> bytes:
    """Return characters of JIS X 0208, two bytes each, as Shift JIS has them."""
    shifted = bytearray()
    for row, cell in zip(pairs[::2], pairs[1::2], strict=False):
        if not (0x20 < row < 0x7F and 0x20 < cell < 0x7F):
            shifted += bytes((row, cell))
            continue
        lead = ((row - 0x21) >> 1) + 0x81
        low = cell + 0x1F + (cell >= 0x60) if row % 2 else cell + 0x7E
        shifted += bytes((lead + 0x40 if lead > 0x9F else lead, low))
    return bytes(shifted) + (pairs[-1:] if len(pairs) % 2 else b"")
