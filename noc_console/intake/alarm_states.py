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
        *("recover", "resume", "resumed", "reachable", "normal", "established", "resolved", "removed", "deactivated"),
        *("inactive", "disappear", "disappeared", "back", "return", "returned", "valid", "present", "start", "started"),
        *("succeeded", "passed", "fixed", "ended"),
    )
)
_RAISING: Final = frozenset(
    (
        *("down", "fail", "failed", "failure", "fails", "fault", "lost", "loss", "bad", "unreachable", "active"),
        *("activated", "raise", "raised", "set", "new", "added", "stop", "stopped", "detected", "occur", "occurred"),
        *("appear", "appeared", "missing", "absent", "invalid", "exceeded", "abnormal", "idle"),
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
    stated = [word for word in bare.split() if word not in _CLEARING | _RAISING]
    kept = [word for word in stated if word not in _NOISE] or stated or [said]
    return "".join(kept), "cleared" if "return from" in said else state_of(words)


def state_of(words: list[str]) -> AlarmState | None:
    """Return the state that the last word which names one says, turned round where a negation stands before it."""
    for place in range(len(words) - 1, -1, -1):
        word = words[place]
        negated = place > 0 and words[place - 1] in ("not", "no", "non", "never")
        if word in _CLEARING:
            return "raised" if negated else "cleared"
        if word in _RAISING:
            return "cleared" if negated else "raised"
    return None
