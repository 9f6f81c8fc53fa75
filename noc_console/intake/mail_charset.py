"""Bytes of a mail to characters, whatever the mail claims about them: nothing is ever lost to a charset error.

A declared charset is taken at its word while it decodes; else UTF-8, then what the bytes look like.
It must not know headers or MIME parts.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

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
    (re.compile(r"(?:x-)*(koi8|big5)[-_]?([ru]|hkscs|eten|)"), r"\1\2"),
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
#: What a shell of Windows writes before what it redirects into a file.
_UTF16_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")
_SINGLE_BYTE_DEFAULTS: Final = ("iso-8859-1", "latin1", "windows-1252", "cp1252")
#: Charsets that write every letter with the bytes of ASCII.
_SEVEN_BIT: Final = re.compile(r"iso-?2022|csiso2022|hz|(unicode-\d-\d-)?utf-?7", re.IGNORECASE)
# Text codecs of Python that are no charsets; some of them take quadratic time on hostile input.
_NO_CHARSET: Final = frozenset({"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"})
_GUESSES: Final = [
    "big5", "cp932", "euc_jp", "cp949", "cp1251", "koi8_r", "cp1250", "cp1252", "cp1253", "cp1254", "cp1256",
]  # fmt: skip
_GUESS_BYTES: Final = 65_536
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
# Fewer bytes above ASCII than this prove nothing.
_FEW: Final = 4
_TOLERATED: Final = 0.05
# GB 2312 level 1, the hanzi of daily use, and the punctuation rows: what Chinese text without a charset is made of.
_GB_PAIR: Final = re.compile(rb"[\xa1-\xa9\xb0-\xf7][\xa1-\xfe]")
# Rarer hanzi that GBK put elsewhere.
_OUTSIDE_GB: Final = 0.03
_GB_COMMON: Final = re.compile(rb"[\xb0-\xd7][\xa1-\xfe]")
# KS X 1001 has its syllables in the rows before this one; hanzi of daily use stand before and after.
_LATER_ROW: Final = 0xC9
_LATER_OF_HANZI: Final = 0.05
# Kana stand in the same rows of JIS X 0208 and of GB 2312.
_KANA_ROWS: Final = (0xA4, 0xA5)
_KANA_OF_JAPANESE: Final = 0.25
# Fewer pairs than this prove no language.
_FEW_PAIRS: Final = 8
_BIG5_PAIR: Final = re.compile(rb"[\xa1-\xf9][\x40-\x7e\xa1-\xfe]")
_BIG5_COMMON: Final = re.compile(rb"[\xa4-\xc6][\x40-\x7e\xa1-\xfe]")
_BIG5_LOW: Final = re.compile(rb"[\xa1-\xc6][\x40-\x7e]")
#: What the reading of one Chinese charset as the other shows: characters for private use, and phonetic letters.
_PRIVATE: Final = re.compile(r"[\ue000-\uf8ff]")
_BOPOMOFO: Final = re.compile(r"[\u3105-\u3129]")
# Sequences of UTF-8 that no other charset has by chance: some of three bytes and more, or many of two. The mark of a
# lost character proves only that somebody lost it.
_UTF8_LONG: Final = re.compile(rb"(?!\xef\xbf\xbd)[\xe0-\xf4][\x80-\xbf]{2,3}")
_UTF8_SHORT: Final = re.compile(rb"[\xc2-\xdf][\x80-\xbf]")
_HZ: Final = re.compile(rb"~\{((?:[\x21-\x77][\x21-\x7e])+)(?:~\}|\r?\n|$)")
_HZ_COMMON: Final = re.compile(rb"([\x30-\x57].)|(..)", re.DOTALL)
_WESTERN_SIGN: Final = re.compile(rb"[\xa1-\xbf]")
_LETTER: Final = re.compile(rb"[A-Za-z]")
_HIGH: Final = re.compile(rb"[\x80-\xff]")


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
        wide = _strictly(data + b"\0" * (len(data) % 2), ("utf-16",))
        if wide is not None:
            return wide, "utf-16"
    if label is not None and not _SEVEN_BIT.match(label):
        # Bytes that prove another charset than the one declared: escapes that announce it, or UTF-8.
        proven = _escaped(data) if data.isascii() else _certain_utf8(data)
        if proven is not None:
            return proven
    if label in (None, *_SINGLE_BYTE_DEFAULTS):
        undeclared = _without_declaration(data, certain=label is not None, hint=hint)
        if undeclared is not None:
            return (undeclared[0], label) if label and data.isascii() else undeclared
    if label is not None:
        text = _strictly(data, _codecs(label))
        if text is not None:
            return _other_chinese(data, text, label) or (text, label)
    return _against_declaration(data, label)


def _label(declared: str | None) -> str | None:
    """Return the charset's name as it is looked up, ``None`` where it says nothing that Python can decode."""
    if not declared:
        return None
    words = declared.strip(" \t\r\n\"'\\").lower().split()
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


def _strictly(data: bytes, codecs: tuple[str, ...]) -> str | None:
    """Return the text of the first codec that takes every byte."""
    for codec in codecs:
        try:
            return data.decode(codec)
        except UnicodeError:
            continue
    return None


def _without_declaration(data: bytes, *, certain: bool, hint: str | None) -> tuple[str, str] | None:
    """Return what the bytes themselves prove: escapes, UTF-8, or Chinese; else guess unless a default is declared."""
    if data.isascii():
        escaped = _escaped(data)
        return escaped or (data.decode("ascii"), "us-ascii")
    text = _utf8(data)
    if text is not None:
        return text, "utf-8"
    if not certain and hint not in (None, *_SINGLE_BYTE_DEFAULTS):
        text = _strictly(data, _codecs(hint))
        if text is not None:
            return text, hint
    if not (certain and _looks_western(data)):
        asian = _east_asian(data)
        if asian is not None:
            return asian
    return None if certain else _guess(data)


def _certain_utf8(data: bytes) -> tuple[str, str] | None:
    """Return the text of bytes that can be nothing but UTF-8, whatever they are declared to be."""
    sample = data[:_GUESS_BYTES]
    if len(_UTF8_LONG.findall(sample)) < 2 and len(_UTF8_SHORT.findall(sample)) < _FEW_PAIRS:
        return None
    text = _strictly(data, ("utf-8",))
    return (text, "utf-8") if text is not None else None


def _utf8(data: bytes) -> str | None:
    """Return the text of bytes that are UTF-8, but for a few that somebody cut."""
    text = _strictly(data, ("utf-8",))
    if text is not None:
        return text
    sample = data[:_GUESS_BYTES].decode("utf-8", "replace")
    broken = sample.count("\ufffd")
    whole = sum(one > "\x7f" for one in sample) - broken
    return data.decode("utf-8", "replace") if whole >= _FEW and broken <= max(1, whole * _TOLERATED) else None


def _escaped(data: bytes) -> tuple[str, str] | None:
    """Return text in a seven-bit charset that announces itself: ISO-2022 or HZ."""
    for mark, codec in ((b"\x1b$)C", "iso2022_kr"), (b"\x1b$", "iso2022_jp_2"), (b"~{", "hz")):
        if mark in data and (codec != "hz" or _looks_hz(data)):
            text = _strictly(data, (codec,))
            if text is not None:
                return text, codec
    return None


def _looks_hz(data: bytes) -> bool:
    """Tell whether what stands behind ``~{`` are common hanzi, not the words of a program."""
    inside = _HZ.findall(data[:_GUESS_BYTES])
    pairs = [bool(common) for piece in inside for common, _rare in _HZ_COMMON.findall(piece)]
    return len(inside) >= data[:_GUESS_BYTES].count(b"~{") and sum(pairs) * 2 >= len(pairs)


def _east_asian(data: bytes) -> tuple[str, str] | None:
    """Return the text of bytes that stand in pairs as hanzi, hangul or kana do, ``None`` where they do not."""
    if _looks_chinese(data):
        codec = _language(data[:_GUESS_BYTES])
        text = _strictly(data, (codec,))
        return (text, codec) if text is not None else (data.decode("gb18030", "replace"), "gb18030")
    if _looks_big5(data):
        text = _strictly(data, ("cp950",))
        return (text, "big5") if text is not None else None
    return None


def _language(sample: bytes) -> str:
    """Return the codec of bytes in pairs above ASCII: the same places hold hanzi, hangul and kana."""
    rows = [pair[0] for pair in _GB_PAIR.findall(sample)]
    if len(rows) < _FEW_PAIRS:
        return "gb18030"
    if sum(row in _KANA_ROWS for row in rows) >= len(rows) * _KANA_OF_JAPANESE:
        return "euc_jp"
    return "cp949" if sum(row >= _LATER_ROW for row in rows) <= len(rows) * _LATER_OF_HANZI else "gb18030"


def _looks_big5(data: bytes) -> bool:
    """Tell whether the bytes above ASCII begin pairs of Big5, most of them common hanzi, many ending below."""
    sample = data[:_GUESS_BYTES]
    pairs = len(_BIG5_PAIR.findall(sample))
    if pairs < _FEW_PAIRS or len(_HIGH.findall(_BIG5_PAIR.sub(b"", sample))) > max(1, pairs * _OUTSIDE_GB):
        return False
    low = len(_BIG5_LOW.findall(sample))
    # Where every pair ends in a letter it is the letter of a word of a language of Europe.
    return len(_BIG5_COMMON.findall(sample)) >= pairs * 0.7 and pairs * 0.1 <= low <= pairs * 0.8


def _other_chinese(data: bytes, text: str, label: str) -> tuple[str, str] | None:
    """Return the text of one Chinese charset that was declared to be the other, ``None`` where it is as declared."""
    codec = _codecs(label)[0]
    if codec == "gb18030" and _PRIVATE.search(text[:_GUESS_BYTES]):
        other = _strictly(data, ("cp950",))
        return (other, "big5") if other is not None and not _PRIVATE.search(other) else None
    if codec == "cp950" and _BOPOMOFO.search(text[:_GUESS_BYTES]) and _looks_chinese(data):
        return _against_declaration(data, None)
    return None


def _looks_chinese(data: bytes) -> bool:
    """Tell whether the bytes above ASCII stand in pairs of GB 2312, most of them common hanzi."""
    sample = data[:_GUESS_BYTES]
    high = len(_HIGH.findall(sample))
    outside = high - 2 * len(_GB_PAIR.findall(sample))
    # The last byte of a sample may be half a character.
    if high < _FEW or outside > max(1 if len(data) > len(sample) else 0, high * _OUTSIDE_GB):
        return False
    return len(_GB_COMMON.findall(sample)) * 2 >= high * 0.6


def _looks_western(data: bytes) -> bool:
    """Tell whether the bytes above ASCII are letters of ISO 8859-1, hardly one of its signs."""
    return len(_WESTERN_SIGN.findall(data[:_GUESS_BYTES])) * 10 < len(_HIGH.findall(data[:_GUESS_BYTES]))


def _is_sprinkled(sample: bytes) -> bool:
    """Tell whether a few letters above ASCII stand among many below, as in the languages of Western Europe."""
    high = _HIGH.findall(sample)
    return all(byte >= b"\xc0" for byte in high) and len(high) * 4 < len(_LETTER.findall(sample))


def _guess(data: bytes) -> tuple[str, str]:
    """Return the most likely text of undeclared bytes."""
    codec = "cp1252"
    if len(_HIGH.findall(data[:_GUESS_BYTES])) >= _FEW and not _is_sprinkled(data[:_GUESS_BYTES]):
        from charset_normalizer import from_bytes

        best = from_bytes(data[:_GUESS_BYTES], cp_isolation=_GUESSES).best()
        codec = best.encoding if best is not None else codec
    text = _strictly(data, (codec,))
    return (text, codec) if text is not None else (data.decode("iso-8859-1"), "iso-8859-1")


def _against_declaration(data: bytes, label: str | None) -> tuple[str, str]:
    """Return text whose declared charset is unknown or does not take every byte."""
    text = _utf8(data)
    if text is not None and not data.isascii():
        return text, "utf-8"
    if label == "iso-2022-jp" and (data.isascii() or b"\x1b" in data):
        return _vendor_jis(data), label
    if label in _JAPANESE:
        # A program of Japan that names one of its country's charsets and sends another.
        strict = ((_strictly(data, (codec,)), name) for codec, name in (("euc_jp", "euc-jp"), ("cp932", "shift_jis")))
        found = next(((japanese, name) for japanese, name in strict if japanese is not None), None)
        if found:
            return found
    if label is not None:
        # A few broken bytes do not disprove a declaration.
        replaced = data.decode(_codecs(label)[0], "replace")
        if replaced.count("\ufffd") <= max(1, len(replaced) * _TOLERATED):
            return replaced, label
    return _east_asian(data) or _guess(data)


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
