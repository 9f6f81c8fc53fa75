"""What the policy makes of an alarm: its domain, its grade, and the first rule that fits it. Pure.

Rules are data of the operator's policy. It must not know tickets: which one an alarm is folded into, and whether an
alarm is known already, is the desk's question.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

from noc_console.workflows.day_slots import Slot
from noc_console.workflows.drafts import AlarmDraft
from noc_console.workflows.policy_values import DOMAINS, Label

#: X.733 perceivedSeverity by gravity; one that nobody knows counts as minor, so that no threshold hides it.
GRAVITY: Final = {"critical": 4, "major": 3, "minor": 2, "indeterminate": 2, "warning": 1}
SEVERITIES: Final = tuple(GRAVITY)
ACTIONS: Final = ("open", "fold", "hold", "ignore")
#: What an alarm can be folded or counted by, beside ``label:NAME`` and ``prefix:X`` (the object up to its first X).
KEYS: Final = ("name", "object", "domain", "source_ip")
#: Of a longer text only this much is matched.
_MATCHED: Final = 4_000
_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[\u4e00-\u9fff]+")
_WHOLE: Final = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Match:
    """What an alarm must be like: every condition that is given, any of the globs in it (whatever the case)."""

    channel: tuple[str, ...] = ()
    name: tuple[str, ...] = ()
    object_: tuple[str, ...] = ()
    text: tuple[str, ...] = ()
    labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    domain: tuple[str, ...] = ()
    #: at least so grave
    severity: str | None = None
    #: one of these, whatever its gravity
    severities: tuple[str, ...] = ()
    #: within these hours, in the zone of ``off_peak``
    hours: tuple[Slot, ...] = ()


_UNSAID: Final = Label(en="", zh="")


@dataclass(frozen=True, slots=True)
class AlarmRule:
    """One rule: open a ticket, fold into one ticket by a key, hold back for a time, or ignore with a reason.

    ``grade``, ``domain``, ``service_affecting`` and ``users`` are said of the ticket in place of what is guessed.
    ``circuit`` names the affected circuit of an alarm that is folded. Seconds in names ending in ``_s``.
    """

    name: str
    action: str
    match: Match
    by: tuple[str, ...] = ()
    within_s: int = 0
    for_s: int = 0
    reason: Label = _UNSAID
    circuit: str = ""
    grade: str | None = None
    domain: str | None = None
    service_affecting: str | None = None
    users: int | None = None
    tag: str = "OP"
    source: str = ""


@dataclass(frozen=True, slots=True)
class AlarmPolicy:
    """How alarms are graded, when they flap, what a storm is, words by which a domain is guessed, and the rules."""

    grades: Mapping[str, str]
    flapping_changes: int
    flapping_within_s: int
    storm_tickets: int
    storm_within_s: int
    storm_quiet_s: int
    storm_by: tuple[str, ...]
    words: Mapping[str, tuple[str, ...]]
    rules: tuple[AlarmRule, ...]


@dataclass(frozen=True, slots=True)
class Ruling:
    """What the rules say of one alarm; without a rule it opens a ticket by the defaults."""

    action: str
    rule: AlarmRule | None
    grade: str
    domain: str | None
    #: what is folded into one ticket has the same key; empty where nothing is folded
    key: str = ""


def ruling(
    policy: AlarmPolicy, draft: AlarmDraft, channel: str, now: datetime, zone: str, *, held: bool = False
) -> Ruling:
    """Return what is to be done with an alarm that no ticket has; ``held`` skips the rules that hold back."""
    guessed = domain_of(policy, draft)
    for rule in policy.rules:
        if (rule.action == "hold" and held) or not fits(rule.match, draft, channel, guessed, now, zone):
            continue
        domain = rule.domain or guessed
        key = key_of(rule.by, draft, domain) if rule.action == "fold" else ""
        if rule.action == "fold" and not key:  # nothing to fold it by: the next rule decides
            continue
        grade = rule.grade or policy.grades[draft.severity]
        return Ruling(rule.action, rule, grade, domain, f"{rule.name}/{key}" if key else "")
    return Ruling("open", None, policy.grades[draft.severity], guessed)


def fits(match: Match, draft: AlarmDraft, channel: str, domain: str | None, now: datetime, zone: str) -> bool:
    """Tell whether an alarm meets every condition."""
    if match.severity and GRAVITY[draft.severity] < GRAVITY[match.severity]:
        return False
    if match.severities and draft.severity not in match.severities:
        return False
    if match.domain and domain not in match.domain:
        return False
    if match.hours and not _within(match.hours, now, zone):
        return False
    texts = (
        (match.channel, channel),
        (match.name, draft.name),
        (match.object_, draft.object_ or ""),
        (match.text, draft.text),
        *((globs, _label(draft, name)) for name, globs in match.labels.items()),
    )
    return all(_any_glob(globs, said) for globs, said in texts if globs)


def _within(hours: tuple[Slot, ...], now: datetime, zone: str) -> bool:
    local = now.astimezone(ZoneInfo(zone))
    minute = local.hour * 60 + local.minute
    return any(start <= minute < end for start, end in hours)


def _label(draft: AlarmDraft, name: str) -> str:
    value = draft.labels.get(name)
    return "" if value is None else str(value)


def _any_glob(globs: tuple[str, ...], said: str) -> bool:
    """Match globs; a ``*`` alone asks that something is said."""
    return bool(said) and any(_glob(glob).fullmatch(said[:_MATCHED]) for glob in globs)


@cache
def _glob(glob: str) -> re.Pattern[str]:
    return re.compile(fnmatch.translate(glob), re.IGNORECASE | re.DOTALL)


def key_of(by: tuple[str, ...], draft: AlarmDraft, domain: str | None) -> str:
    """Return what an alarm is folded or counted by, empty where it lacks a part of it."""
    parts = [part_of(one, draft, domain) for one in by]
    return "/".join(parts) if all(parts) else ""


def part_of(by: str, draft: AlarmDraft, domain: str | None) -> str:
    """Return one part of a key: ``name``, ``object``, ``domain``, ``source_ip``, ``label:NAME`` or ``prefix:X``."""
    kind, _colon, rest = by.partition(":")
    match kind:
        case "label":
            return _label(draft, rest).strip()
        case "prefix":
            return (draft.object_ or "").partition(rest)[0].strip()
        case "domain":
            return domain or ""
        case "object":
            return draft.object_ or ""
        case "source_ip":
            return draft.source_ip or ""
    return draft.name


# --- Domain by words -----------------------------------------------------------------------------------------


def domain_of(policy: AlarmPolicy, draft: AlarmDraft) -> str | None:
    """Guess whose an alarm is: by the object (``LOS`` on an ``OLT``), else name, labels, text; longest word first."""
    labels = " ".join(str(value) for value in draft.labels.values() if isinstance(value, str))
    for said in (draft.object_ or "", draft.name, labels, draft.text):
        found = _longest(policy, said[:_MATCHED])
        if found:
            return found
    return None


def _longest(policy: AlarmPolicy, said: str) -> str | None:
    """Return the domain of the longest word of the policy that is said: a whole word, or how one begins (``gpon*``)."""
    words = frozenset(_words(said))
    exact, other = _known(tuple(policy.words.items()))
    hits = [(len(word), -DOMAINS.index(exact[word]), exact[word]) for word in words & exact.keys()]
    hits += [(len(word), -DOMAINS.index(domain), domain) for word, domain in other if _has(words, word)]
    return max(hits)[2] if hits else None


@cache
def _known(words: tuple[tuple[str, tuple[str, ...]], ...]) -> tuple[dict[str, str], tuple[tuple[str, str], ...]]:
    """Return word -> domain for words of Latin letters, and the others that must be looked for."""
    folded = [(word.casefold(), domain) for domain, said in words for word in said]
    exact = {word: domain for word, domain in reversed(folded) if word.isascii() and not word.endswith("*")}
    return exact, tuple((word, domain) for word, domain in folded if word not in exact)


def _words(said: str) -> Iterator[str]:
    """Yield the words of a name as people and machines join them: ``bgpPeerDown``, ``GPON_LOS``, ``OLT7``."""
    for whole in _WHOLE.findall(said):
        yield whole.casefold()
        yield from (part.casefold() for part in _WORD.findall(whole))


def _has(words: frozenset[str], wanted: str) -> bool:
    """Tell whether a word begins so (``gpon*``); Chinese words are looked for inside."""
    if wanted.endswith("*"):
        return any(word.startswith(wanted[:-1]) for word in words)
    return any(wanted in word for word in words)
