"""The new words of a reply: without the quoted history, its attribution, and the signature.

Works on lines, in the languages of the common mail programs, in linear time. Where in doubt it keeps: a person reads
a line too much more easily than one too few. It must not know headers or markup.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from typing import Final

_VERBS: Final = re.compile(
    r"\b(wrote|writes|schrieb|a écrit|escribió|ha scritto|schreef|geschreven|escreveu|skrev|kirjoitti|napsala?|"
    r"pisze|napisał(\(?a\)?)?|napisala?|написа[вл]а?|пишет|пише|yazdı|viết|ha escrit|írta|a scris|έγραψε|kirjutas|"
    r"je napisa[ol]a?|menulis)\b|> sent\b|写道|寫道|写了|書きました|のメール|작성|เขียนว่า",
    re.IGNORECASE,
)
_DATED: Final = re.compile(r"\b(19|20)\d\d\b|\d{1,2}[:.]\d\d\b|\d年|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}")
_OPENING: Final = re.compile(
    r"\s*(on|am|le|el|il|op|em|den|dne|w dniu|vào|pada|dňa|at|в|на|у|στις|在|于|於|เมื่อ|\d)", re.IGNORECASE
)
_COLON: Final = re.compile(r"[:：]\s*$")
# The end of an announcement that a converter from HTML tore apart: "> wrote:".
_TORN: Final = re.compile(r"\s*>\s*\S{2,20}( \S{2,20})?\s*[:：]\s*$")
_TORN_LINES: Final = 8
# What Gmail put above the history before it wrote a verb: a date with a zone, or a date, and who.
_BARE: Final = re.compile(
    r"\s*\d{4}-\d\d-\d\d \d{1,2}:\d\d GMT[+-]\d\d:\d\d [^\W\d_]\S*( [^\W\d_]\S*){1,3}( <[^<>]+@[^<>]+>)?:?\s*$|"
    r"\s*\d{4}[-/]\d{1,2}[-/]\d{1,2}\s.{1,100}<[^<>\s]+@[^<>\s]+>:?\s*$"
)
_RULED: Final = re.compile(r"[\s*]*-{3,}\s*[^\s-].{2,200}?\s*-{3,}[\s*]*$")
_RULED_WORDS: Final = re.compile(
    r"original|reply message|ursprüngliche|forwarded|weitergeleitete|message transféré|origine|inoltrato|origineel|"
    r"пересылаемое|исходное|vidaresänt|videresendt|doorgestuurd|reenviado|encaminhada|przekazana|ursprungligt|oprindelig|"
    r"opprinnelig|alkuperäinen|původní|原始邮件|原始郵件|原邮件|邮件原(文|件)|郵件原(文|件)|转发邮件|转发的邮件|轉寄|元のメッセージ|원본|wrote",
    re.IGNORECASE,
)
_FROM: Final = re.compile(
    r"[\s*]*(from|von|de|da|van|från|fra|lähettäjä|kimden|od|feladó|от|від|发\s?件\s?人|發件人|寄件者|寄件人|差出人|"
    r"보낸 사람)\s*\**\s*[:：]",
    re.IGNORECASE,
)
_SUBJECT: Final = re.compile(
    r"[\s*]*(subject|betreff|objet|asunto|assunto|oggetto|onderwerp|ämne|emne|aihe|konu|předmět|temat|tárgy|тема|"
    r"主\s?题|主\s?題|主\s?旨|件名|제목)\s*\**\s*[:：]",
    re.IGNORECASE,
)
_SENT: Final = re.compile(
    r"[\s*]*(sent|date|gesendet|datum|envoyé|enviado|fecha|data|inviato|verzonden|skickat|sendt|dato|lähetetty|"
    r"wysłano|odesláno|gönderilme|отправлено|дата|надіслано|发送时间|發送時間|日\s?期|送信日時|日時|보낸 날짜)"
    r"\s*\**\s*[:：]",
    re.IGNORECASE,
)
# Where a help desk asks people to write above.
_ABOVE: Final = re.compile(
    r"[\W_]{0,12}(please )?(type|write|enter|add|reply)\b.{0,40}\babove this line|"
    r"[\W_]{0,12}请?在(此|本|这)[行条]\S{0,3}(上方|以上|之上)(回复|填写|输入|书写)",
    re.IGNORECASE,
)
#: What stands alone above the fields of the mail that is answered.
_TITLE: Final = re.compile(r"\s*(原始邮件|原邮件|原始郵件|original message)\s*$", re.IGNORECASE)
_ARMOUR: Final = re.compile(r"-----BEGIN PGP SIGNED MESSAGE-----\s*$")
_ARMOUR_ENDS: Final = ("-----BEGIN PGP SIGNATURE-----", "-----END PGP SIGNATURE-----")
_FIELD: Final = re.compile(r"[\s*]*[^\W\d_][^:：\n]{1,30}[:：]")
_RULE: Final = re.compile(r"\s*([-_=~*#+ᐧ]\s?){2,}\s*$|\s*ᐧ\s*$")
_MOBILE: Final = re.compile(
    r"[\s<(]*(sent (from|via|with|by)|get \[?outlook for|envoyé (depuis|de|à partir de) (mon|ma)|"
    r"von meinem? .{1,60} gesendet|gesendet (von|mit)|diese nachricht wurde von|verzonden (met|vanaf)|verstuurd vanaf|"
    r"enviado (desde|do|a partir)|inviato da|отправлено (с|из)|надіслано з|sendt fra|skickat från|lähetetty |"
    r"wysłan[eo] z|odesláno z|odoslané z|trimis de pe|elküldve |gönderildi|được gửi từ|gửi từ|发自我的|發自我的|從我的|"
    r"来自(我的|微信)|从我的|发自\s?\S{0,12}(邮箱|手机|客户端)|"
    r"iphone ?から送信|내 iphone에서 보냄|from my |someone from mobile).{0,160}$",
    re.IGNORECASE,
)
# Initials before the mark are an old custom; they are no prompt of a device where line after line has them.
_INITIALS: Final = re.compile(r"([A-Z]{1,3})>( |$)")
_SIGNATURE_LINES: Final = 12
#: A rule above a signature is no wider than this, unless blank lines stand around it.
_NARROW: Final = 20
_LINE: Final = 2_000
#: A quoted line that a mailer breaks in two is at least as long, and goes on in small letters.
_BROKEN_AT: Final = 64
_ENDS: Final = (".", "?", "!", ":", ">", "。", "？", "！", "：")
# Announcements above words that are not marked as quoted, one inside the other.
_LAYERS: Final = 5


def without_quotes(text: str) -> str:
    """Return the new words of a mail; the whole text where nothing but quoted words is left."""
    lines = _without_armour(text.split("\n"))
    new = "\n".join(_without_signature(_new_lines(lines, _LAYERS))).strip("\n").rstrip()
    return new if new.strip() else text


def _without_armour(lines: list[str]) -> list[str]:
    """Return the lines without what OpenPGP put around them: its head, and the signature (RFC 9580, 7)."""
    begins = next((number for number, line in enumerate(lines) if _ARMOUR.match(line)), None)
    if begins is None:
        return lines
    words = next((number for number in range(begins, len(lines)) if not lines[number].strip()), begins)
    first, last = (
        next((number for number in range(words, len(lines)) if lines[number].startswith(mark)), len(lines))
        for mark in _ARMOUR_ENDS
    )
    return lines[:begins] + lines[words + 1 : first] + lines[last + 1 :]


@dataclass(frozen=True, slots=True)
class _Mark:
    """Where history begins: the lines of its announcement, and whether only history can follow."""

    first: int
    after: int
    total: bool


def _first_mark(lines: list[str]) -> _Mark | None:
    """Return the first announcement of quoted words."""
    for number, line in enumerate(lines):
        if len(line) > _LINE or not line.strip():
            continue
        if _ABOVE.match(line) or (_RULED.match(line) and _RULED_WORDS.search(line)):
            return _Mark(number, number + 1, total=True)
        if _FROM.match(line) and _has_fields(lines[number + 1 : number + 8]):
            return _Mark(number, number + 1, total=True)
        if _BARE.match(line) and _stands_alone(lines, number):
            return _Mark(number, number + 1, total=False)
        if _TORN.match(line) and _VERBS.search(line):
            opening = _torn_opening(lines, number)
            if opening is not None:
                return _Mark(opening, number + 1, total=False)
        if _COLON.search(line) and (line.strip() == ">:" or not _is_quote(line)):
            first = _attribution(lines, number)
            if first is not None:
                return _Mark(first, number + 1, total=False)
    return None


def _attribution(lines: list[str], last: int) -> int | None:
    """Return the first line of an announcement ("On ... wrote:") that ends in this line and may be wrapped."""
    for first in range(last, max(last - 4, -1), -1):
        line = lines[first]
        if not line.strip() or len(line) > _LINE or (first != last and _is_quote(line)):
            return None
        words = " ".join(lines[first : last + 1])
        if words.count("<") < words.count(">"):
            continue
        who, when = "@" in words, bool(_DATED.search(words))
        if (_VERBS.search(words) and (who or when)) or (who and when and words.rstrip(" :：").endswith(">")):
            return first - 1 if first and _is_wrapped(lines[first - 1], words, when=when) else first
    return None


def _is_wrapped(above: str, words: str, *, when: bool) -> bool:
    """Tell whether an announcement begins in the line above the words in which it ends."""
    if len(above) > _LINE or _is_quote(above):
        return False
    dated, opens = bool(_DATED.search(above)), bool(_OPENING.match(above))
    if words.lstrip().startswith("<") and not when:
        # An address alone: whose it is stands above, with the day.
        return dated or (opens and any(map(str.isdigit, above)))
    return opens and dated and (not when or above.rstrip().endswith((",", "，")))


def _has_fields(lines: list[str]) -> bool:
    """Tell whether fields of a mail stand below its sender: a subject, or when it was sent."""
    return any(_SUBJECT.match(line) or (_SENT.match(line) and _DATED.search(line[:_LINE])) for line in lines)


def _stands_alone(lines: list[str], number: int) -> bool:
    """Tell whether a line announces a quote, or is a paragraph below others, and not one of a list of times."""
    if not any(line.strip() for line in islice(lines, number)):
        return False
    below = lines[number + 1 : number + 3]
    if _is_quote(next((line for line in below if line.strip()), "")):
        return True
    return not lines[number - 1].strip() and not any(line.strip() for line in below[:1])


def _torn_opening(lines: list[str], last: int) -> int | None:
    """Return where an announcement begins whose address stands on lines of its own."""
    for first in range(last - 1, max(last - _TORN_LINES, -1), -1):
        if len(lines[first]) < _LINE and _OPENING.match(lines[first]) and _DATED.search(lines[first]):
            return first
    return None


def _new_lines(lines: list[str], layers: int) -> list[str]:
    """Return the lines outside the history that the first mark announces."""
    mark = _first_mark(lines) if layers else None
    if mark is None:
        return _without_last_quote(lines)
    before, after = lines[: mark.first], lines[mark.after :]
    answered_above = any(line.strip() and not _RULE.match(line) for line in before)
    if mark.total:
        return _without_rules(before) if answered_above else _forwarded(lines, mark)
    first = next((line for line in after if line.strip()), "")
    is_quote = _is_barred if _is_barred(first) else _is_quote
    if not answered_above:
        return _without_first_quote(after) if is_quote(first) else _new_lines(after, layers - 1)
    below = _without_signature(after)
    if is_quote(first) and _is_answered(below, is_quote):
        # Answers between the quoted lines make no sense without them.
        return before + _without_last_quote(below)
    return _without_rules(before)


def _is_answered(lines: list[str], is_quote: Callable[[str], bool]) -> bool:
    """Tell whether somebody wrote between quoted lines: more than the ends of long ones that a mailer broke."""
    above = ""
    for line in lines:
        if line.strip() and not is_quote(line):
            ends = len(above) > _BROKEN_AT and not above.rstrip().endswith(_ENDS) and line[:1].islower()
            if not ends:
                return True
            above = ""
        else:
            above = line
    return False


def _forwarded(lines: list[str], mark: _Mark) -> list[str]:
    """Return what somebody passed on without a word of their own, below the fields that tell whose it is."""
    if not _RULED.match(lines[mark.first]):
        return lines
    end = mark.after
    while end < len(lines) and not lines[end].strip():
        end += 1
    if end == len(lines) or not _FIELD.match(lines[end]):
        return lines
    while end < len(lines) and lines[end].strip():
        end += 1
    return lines[end:]


def _without_first_quote(lines: list[str]) -> list[str]:
    """Return what follows the quoted block at the top, or all where answers stand between quotes."""
    end = 0
    while end < len(lines) and (not lines[end].strip() or _is_quote(lines[end])):
        end += 1
    rest = lines[end:]
    return lines if any(_is_quote(line) for line in rest) else rest


def _without_last_quote(lines: list[str]) -> list[str]:
    """Return the lines without a quoted block that nothing but a signature follows."""
    lines = _without_signature(lines)
    end = len(lines)
    initials = _INITIALS.match(next((line for line in reversed(lines) if line.strip()), ""))
    mark = f"{initials[1]}>" if initials and sum(line.startswith(f"{initials[1]}>") for line in lines) > 1 else ">"
    while end and (not lines[end - 1].strip() or _is_quote(lines[end - 1]) or lines[end - 1].startswith(mark)):
        end -= 1
    return lines[:end] if end else lines


def _without_signature(lines: list[str]) -> list[str]:
    """Return the lines above the signature and above what a telephone adds."""
    end = len(lines)
    written = 0
    for number in range(len(lines) - 1, 0, -1):
        line = lines[number]
        if line.rstrip() == "--" or (_RULE.match(line) and len(line.strip()) > 4 and not _underlines(lines, number)):
            end = number
        written += bool(line.strip())
        if written > _SIGNATURE_LINES:
            break
    if not any(line.strip() for line in lines[:end]):
        end = len(lines)
    while end and (not lines[end - 1].strip() or _RULE.match(lines[end - 1]) or _MOBILE.match(lines[end - 1])):
        end -= 1
    return lines[:end]


def _underlines(lines: list[str], number: int) -> bool:
    """Tell the rule below the head of a table from one above a signature: it stands close between lines."""
    below = lines[number + 1] if number + 1 < len(lines) else ""
    return len(lines[number].strip()) > _NARROW and bool(lines[number - 1].strip()) and bool(below.strip())


def _without_rules(lines: list[str]) -> list[str]:
    """Return the lines without the rule or the title that a mail program put above the history."""
    end = len(lines)
    while end and (not lines[end - 1].strip() or _RULE.match(lines[end - 1]) or _TITLE.match(lines[end - 1])):
        end -= 1
    return lines[:end]


def _is_quote(line: str) -> bool:
    """Tell whether a line is quoted."""
    return line.lstrip().startswith((">", "＞"))


def _is_barred(line: str) -> bool:
    """Tell whether a line is quoted by a bar, as converters from HTML do; elsewhere a bar is a table."""
    return line.startswith("|")
