"""Whether the words of an event raise a condition or clear it, and what the condition is called without those words.

A device names the two ends of one condition by two names (LinkDown, LinkUp); here both give the same condition.
It must not know where the words come from.
"""

from __future__ import annotations

import re
from typing import Final

from noc_console.workflows.drafts import AlarmState

#: Names of the two ends that share no word.
_PAIRS: Final[dict[str, tuple[str, AlarmState]]] = {
    "bgp established": ("bgp session", "cleared"),
    "bgp established notification": ("bgp session", "cleared"),
    "bgp backward transition": ("bgp session", "raised"),
    "bgp backward trans notification": ("bgp session", "raised"),
    "bgp m2 established": ("bgp session", "cleared"),
    "bgp m2 backward transition": ("bgp session", "raised"),
    "ups on battery": ("utility power", "raised"),
    "ups trap on battery": ("utility power", "raised"),
    "power restored": ("utility power", "cleared"),
    "ups discharged": ("battery charge", "raised"),
    "discharge cleared": ("battery charge", "cleared"),
    "return from discharged": ("battery charge", "cleared"),
    "cold start": ("cold start", "raised"),
    "warm start": ("warm start", "raised"),
    "vm hb lost": ("vm heartbeat", "raised"),
    "vm hb detected": ("vm heartbeat", "cleared"),
    "communication lost": ("communication", "raised"),
    "communication established": ("communication", "cleared"),
}
_CLEARING: Final = frozenset(
    (
        *("up", "ok", "clear", "cleared", "clears", "clearing", "cease", "ceased", "restored", "recovery", "recovered"),
        *("recover", "resume", "resumed", "restore", "reachable", "normal", "established", "resolved", "removed"),
        *("deactivated", "inactive", "disappear", "disappeared", "back", "return", "returned", "valid", "present"),
        *("started", "succeeded", "passed", "fixed", "ended", "end", "online", "inserted", "connected"),
    )
)
_RAISING: Final = frozenset(
    (
        *("down", "fail", "failed", "failure", "fails", "fault", "lost", "loss", "bad", "unreachable", "active"),
        *("activated", "raise", "raised", "set", "new", "added", "stop", "stopped", "detected", "occur", "occurred"),
        *("appear", "appeared", "missing", "absent", "invalid", "exceeded", "abnormal", "idle", "offline", "start"),
        *("disconnected", "err", "error", "begin"),
    )
)
#: What programs add to the name of an event.
_NOISE: Final = frozenset(
    (
        *(
            "trap",
            "traps",
            "notif",
            "notification",
            "notify",
            "event",
            "alarm",
            "alarms",
            "alert",
            "entry",
            "rev",
            "log",
        ),
        *("from", "to", "the", "in", "not"),
    )
)
_NEGATIONS: Final = frozenset(("not", "no", "non", "never"))
#: What ought to be there and is not: SignalNotDetected, AddressNotSet.
_MISSED: Final = frozenset(("set", "detected", "active", "activated", "added", "start"))
#: Names of faults say a state and stay in the name of the condition.
_FAULTS: Final = frozenset(("ais", "los", "lof", "lop", "lom", "rdi", "ber", "crc"))
_PROGRAMS: Final = frozenset(("service", "process", "agent", "server", "daemon", "program"))
_BACK: Final = frozenset(("back", "return", "returned"))
_OF_AN_ALARM: Final = frozenset(("removed", "inactive"))
_ALARMS: Final = frozenset(
    ("alarm", "alarms", "alert", "alerts", "entry", "condition", "fault", "problem", "status", "state")
)
#: So many words at the end of a name may say its state.
_NEAR_END: Final = 3
_LITTLE: Final = frozenset(
    ("a", "an", "is", "are", "was", "has", "been", "on", "of", "now", "no", "longer", "okay", "x")
)
_SUBJECT: Final = 12
_EDGE: Final = re.compile(
    r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[^A-Za-z0-9\u4e00-\u9fff]+|(?<=[a-z])(?=\d)"
)
#: Makers put these letters before each of their names.
_MAKER: Final = re.compile(
    r"^(?:jnx|cisco|cienaces|huawei|hw|h3c|hh3c|zx\w*|cps|apc|pdu|fg trap|fg|vmw|ruckus sz|ruckus|ciena|cie|ups)\s+"
)


def words_of(name: str) -> list[str]:
    """Return the words of a name in camel case, with underscores or hyphens, in small letters."""
    return _EDGE.sub(" ", name[:300]).casefold().split()


def subject_of(text: str) -> str:
    """Return the first words of a sentence without its numbers and without the words that say a state."""
    words = (word for word in words_of(text) if word.isalpha())
    return " ".join([word for word in words if word not in _CLEARING | _RAISING | _NOISE | _LITTLE][:_SUBJECT])


def condition_of(name: str) -> tuple[str, AlarmState | None]:
    """Return the condition that a name stands for, and whether the name raises or clears it; ``None`` for neither."""
    words = words_of(name)
    said = " ".join(words)
    bare = _MAKER.sub("", said)
    for known in (said, bare):
        if known in _PAIRS:
            return _PAIRS[known]
    for known in (said, bare):
        raising, _space, last = known.rpartition(" ")
        if last in _CLEARING and raising in _PAIRS:
            return _PAIRS[raising][0], "cleared"
    stated = [word for word in bare.split() if word not in _CLEARING | _RAISING]
    kept = [word for word in stated if word not in _NOISE] or stated or [said]
    return "".join(kept), "cleared" if "return from" in said else state_of(words)


def state_of(words: list[str]) -> AlarmState | None:
    """Return the state that the last word which names one says, turned round where a negation stands before it.

    A name ends in its state, or begins with it; between, such a word belongs to the thing: ``E1UpAisAlarm``.
    """
    said = [word for word in words if word not in _NOISE or word in _NEGATIONS]
    if not said:
        return None
    whole = f" {' '.join(words)} "
    of_a_part = _ALARMS.isdisjoint(words) and len(said) > 1
    for place in sorted({*range(max(0, len(said) - _NEAR_END), len(said)), 0}, reverse=True):
        state = _said_at(said, place, whole, part=of_a_part)
        if state is not None:
            return state
    return None


def _said_at(words: list[str], place: int, whole: str, *, part: bool) -> AlarmState | None:
    """Return the state that one word of a name says; ``part`` where the name is of a part and of no alarm."""
    word, before = words[place], words[place - 1] if place else ""
    if word in _BACK:
        # LoopBack, DelegationReturn
        return "cleared" if any(f" {word} {to} " in whole for to in ("to", "from", "in")) else None
    if word == "end" and before in ("far", "near", "front", "head"):
        return None
    if word in _OF_AN_ALARM:
        # What is removed or inactive is a part of the device, if it is no alarm.
        return "raised" if part else "cleared"
    if word == "added" and part:
        return "cleared"
    if word == "start" and before in _PROGRAMS:
        return "cleared"
    negated = before in _NEGATIONS
    if word in _CLEARING:
        return "raised" if negated or (word == "valid" and " in valid " in whole) else "cleared"
    if word in _FAULTS:
        return "raised"
    if word in _RAISING:
        return "cleared" if negated and word not in _MISSED else "raised"
    return None
