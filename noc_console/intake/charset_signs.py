"""What bytes look like whose charset nobody names, or names wrongly: UTF-8, seven bits, hanzi, hangul, kana.

Only what the bytes themselves prove or make likely. It must not know labels of charsets, headers or mails.
"""

from __future__ import annotations

import re
from typing import Final

_GUESSES: Final = [
    "big5", "cp932", "euc_jp", "cp949", "cp1251", "koi8_r", "cp1250", "cp1252", "cp1253", "cp1254", "cp1256",
]  # fmt: skip
SAMPLE_BYTES: Final = 65_536
# Fewer bytes above ASCII than this prove nothing.
_FEW: Final = 4
TOLERATED: Final = 0.05
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
# Sequences of UTF-8 that no other charset has by chance: some of three bytes and more, or many of two. The mark of a
# lost character proves only that somebody lost it.
_UTF8_LONG: Final = re.compile(rb"(?!\xef\xbf\xbd)[\xe0-\xf4][\x80-\xbf]{2,3}")
_UTF8_SHORT: Final = re.compile(rb"[\xc2-\xdf][\x80-\xbf]")
_HZ: Final = re.compile(rb"~\{((?:[\x21-\x77][\x21-\x7e])+)(?:~\}|\r?\n|$)")
_HZ_COMMON: Final = re.compile(rb"([\x30-\x57].)|(..)", re.DOTALL)
_WESTERN_SIGN: Final = re.compile(rb"[\xa1-\xbf]")
_LETTER: Final = re.compile(rb"[A-Za-z]")
_HIGH: Final = re.compile(rb"[\x80-\xff]")


def strictly(data: bytes, codecs: tuple[str, ...]) -> str | None:
    """Return the text of the first codec that takes every byte."""
    for codec in codecs:
        try:
            return data.decode(codec)
        except UnicodeError:
            continue
    return None


def utf8(data: bytes) -> str | None:
    """Return the text of bytes that are UTF-8, but for a few that somebody cut."""
    text = strictly(data, ("utf-8",))
    if text is not None:
        return text
    sample = data[:SAMPLE_BYTES].decode("utf-8", "replace")
    broken = sample.count("\ufffd")
    whole = sum(one > "\x7f" for one in sample) - broken
    return data.decode("utf-8", "replace") if whole >= _FEW and broken <= max(1, whole * TOLERATED) else None


def certain_utf8(data: bytes) -> tuple[str, str] | None:
    """Return the text of bytes that can be nothing but UTF-8, whatever they are declared to be."""
    sample = data[:SAMPLE_BYTES]
    if len(_UTF8_LONG.findall(sample)) < 2 and len(_UTF8_SHORT.findall(sample)) < _FEW_PAIRS:
        return None
    text = strictly(data, ("utf-8",))
    return (text, "utf-8") if text is not None else None


def escaped(data: bytes) -> tuple[str, str] | None:
    """Return text in a seven-bit charset that announces itself: ISO-2022 or HZ."""
    for mark, codec in ((b"\x1b$)C", "iso2022_kr"), (b"\x1b$", "iso2022_jp_2"), (b"~{", "hz")):
        if mark in data and (codec != "hz" or _looks_hz(data)):
            text = strictly(data, (codec,))
            if text is not None:
                return text, codec
    return None


def _looks_hz(data: bytes) -> bool:
    """Tell whether what stands behind ``~{`` are common hanzi, not the words of a program."""
    inside = _HZ.findall(data[:SAMPLE_BYTES])
    pairs = [bool(common) for piece in inside for common, _rare in _HZ_COMMON.findall(piece)]
    return len(inside) >= data[:SAMPLE_BYTES].count(b"~{") and sum(pairs) * 2 >= len(pairs)


def east_asian(data: bytes) -> tuple[str, str] | None:
    """Return the text of bytes that stand in pairs as hanzi, hangul or kana do, ``None`` where they do not."""
    if looks_chinese(data):
        codec = _language(data[:SAMPLE_BYTES])
        text = strictly(data, (codec,))
        return (text, codec) if text is not None else (data.decode("gb18030", "replace"), "gb18030")
    return (data.decode("cp950", "replace"), "big5") if _looks_big5(data) else None


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
    sample = data[:SAMPLE_BYTES]
    pairs = len(_BIG5_PAIR.findall(sample))
    if pairs < _FEW_PAIRS or len(_HIGH.findall(_BIG5_PAIR.sub(b"", sample))) > max(1, pairs * _OUTSIDE_GB):
        return False
    low = len(_BIG5_LOW.findall(sample))
    # Where every pair ends in a letter it is the letter of a word of a language of Europe.
    return len(_BIG5_COMMON.findall(sample)) >= pairs * 0.7 and pairs * 0.1 <= low <= pairs * 0.8


def looks_chinese(data: bytes) -> bool:
    """Tell whether the bytes above ASCII stand in pairs of GB 2312, most of them common hanzi."""
    sample = data[:SAMPLE_BYTES]
    high = len(_HIGH.findall(sample))
    outside = high - 2 * len(_GB_PAIR.findall(sample))
    # The last byte of a sample may be half a character.
    if high < _FEW or outside > max(1 if len(data) > len(sample) else 0, high * _OUTSIDE_GB):
        return False
    return len(_GB_COMMON.findall(sample)) * 2 >= high * 0.6


def looks_western(data: bytes) -> bool:
    """Tell whether the bytes above ASCII are letters of ISO 8859-1, hardly one of its signs."""
    return len(_WESTERN_SIGN.findall(data[:SAMPLE_BYTES])) * 10 < len(_HIGH.findall(data[:SAMPLE_BYTES]))


def _is_sprinkled(sample: bytes) -> bool:
    """Tell whether a few letters above ASCII stand among many below, as in the languages of Western Europe."""
    high = _HIGH.findall(sample)
    return all(byte >= b"\xc0" for byte in high) and len(high) * 4 < len(_LETTER.findall(sample))


def guess(data: bytes) -> tuple[str, str]:
    """Return the most likely text of undeclared bytes."""
    codec = "cp1252"
    if len(_HIGH.findall(data[:SAMPLE_BYTES])) >= _FEW and not _is_sprinkled(data[:SAMPLE_BYTES]):
        from charset_normalizer import from_bytes

        best = from_bytes(data[:SAMPLE_BYTES], cp_isolation=_GUESSES).best()
        codec = best.encoding if best is not None else codec
    text = data.decode(codec, "replace")
    if text.count("\ufffd") > max(1, len(text) * TOLERATED):
        return data.decode("iso-8859-1"), "iso-8859-1"
    return text, codec
