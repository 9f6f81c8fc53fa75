"""The new words of a reply: without the quoted history, its attribution, and the signature.

Works on lines, in the languages of the common mail programs, in linear time. Where in doubt it keeps: a person reads
a line too much more easily than one too few. It must not know headers or markup.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_VERBS: Final = re.compile(
    r"\b(wrote|writes|schrieb|a écrit|escribió|ha scritto|schreef|geschreven|escreveu|skrev|kirjoitti|napsala?|"
    r"pisze|napisała?|написала?|пишет|yazdı|viết|ha escrit)\b|写道|寫道|写了|書きました|のメール|작성",
    re.IGNORECASE,
)
_DATED: Final = re.compile(r"\b(19|20)\d\d\b|\d{1,2}[:.]\d\d\b|\d年|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}")
_OPENING: Final = re.compile(r"\s*(on|am|le|el|il|op|em|den|dne|w dniu|at|в|在|于|於|\d)", re.IGNORECASE)
_COLON: Final = re.compile(r"[:：]\s*$")
_RULED: Final = re.compile(r"\s*-{3,}\s*[^\s-].{2,200}?\s*-{3,}\s*$")
_RULED_WORDS: Final = re.compile(
    r"original|ursprüngliche|forwarded|weitergeleitete|message transféré|origine|inoltrato|origineel|пересылаемое|"
    r"исходное|原始邮件|原始郵件|原邮件|转发邮件|转发的邮件|轉寄|元のメッセージ|원본|wrote",
    re.IGNORECASE,
)
_FROM: Final = re.compile(
    r"[\s*]*(from|von|de|da|van|от|发件人|寄件者|寄件人|差出人|보낸 사람)\s*\**\s*[:：]",
    re.IGNORECASE,
)
_SUBJECT: Final = re.compile(
    r"[\s*]*(subject|betreff|objet|asunto|assunto|oggetto|onderwerp|тема|主题|主旨|件名|제목)\s*\**\s*[:：]",
    re.IGNORECASE,
)
_RULE: Final = re.compile(r"\s*([-_=~*#+ᐧ]\s?){2,}\s*$|\s*ᐧ\s*$")
_MOBILE: Final = re.compile(
    r"[\s<(]*(sent (from|via|with|by)|get \[?outlook for|envoyé (depuis|de) mon|von meinem? .{1,60} gesendet|"
    r"gesendet von|diese nachricht wurde von|verzonden (met|vanaf)|verstuurd vanaf|enviado desde|enviado do|"
    r"inviato da|отправлено (с|из)|发自我的|從我的|来自我的|iPhone から送信|from my |someone from mobile).{0,160}$",
    re.IGNORECASE,
)
_SIGNATURE_LINES: Final = 12
_LINE: Final = 2_000


def without_quotes(text: str) -> str:
    """Return the new words of a mail; the whole text where nothing but quoted words is left."""
    lines = text.split("\n")
    mark = _first_mark(lines)
    kept = _without_history(lines, mark) if mark else _without_last_quote(lines)
    new = "\n".join(_without_signature(kept)).strip("\n").rstrip()
    return new if new.strip() else text


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
        if _RULED.match(line) and _RULED_WORDS.search(line):
            return _Mark(number, number + 1, total=True)
        if _FROM.match(line) and any(_SUBJECT.match(below) for below in lines[number + 1 : number + 8]):
            return _Mark(number, number + 1, total=True)
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
            above = lines[first - 1] if first else ""
            opens = bool(_OPENING.match(above) and _DATED.search(above))
            wrapped = opens and (not when or above.rstrip().endswith((",", "，")))
            return first - 1 if wrapped else first
    return None


def _without_history(lines: list[str], mark: _Mark) -> list[str]:
    """Return the lines outside the history that a mark announces."""
    before, after = lines[: mark.first], lines[mark.after :]
    answered_above = any(line.strip() and not _RULE.match(line) for line in before)
    if mark.total:
        return _without_rules(before) if answered_above else lines
    quoted = next((_is_quote(line) for line in after if line.strip()), False)
    below = _without_signature(after)
    if not answered_above:
        return _without_first_quote(after) if quoted else after
    if quoted and any(line.strip() and not _is_quote(line) for line in below):
        # Answers between the quoted lines make no sense without them.
        return before + below
    return _without_rules(before)


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
    while end and (not lines[end - 1].strip() or _is_quote(lines[end - 1])):
        end -= 1
    return lines[:end] if end else lines


def _without_signature(lines: list[str]) -> list[str]:
    """Return the lines above the signature and above what a telephone adds."""
    end = len(lines)
    written = 0
    for number in range(len(lines) - 1, 0, -1):
        line = lines[number]
        if line.rstrip() == "--" or (_RULE.match(line) and len(line.strip()) > 4):
            end = number
        written += bool(line.strip())
        if written > _SIGNATURE_LINES:
            break
    if not any(line.strip() for line in lines[:end]):
        end = len(lines)
    while end and (not lines[end - 1].strip() or _RULE.match(lines[end - 1]) or _MOBILE.match(lines[end - 1])):
        end -= 1
    return lines[:end]


def _without_rules(lines: list[str]) -> list[str]:
    """Return the lines without the rule that a mail program drew above the history."""
    end = len(lines)
    while end and (not lines[end - 1].strip() or _RULE.match(lines[end - 1])):
        end -= 1
    return lines[:end]


def _is_quote(line: str) -> bool:
    """Tell whether a line is quoted."""
    return line.lstrip().startswith((">", "＞"))
