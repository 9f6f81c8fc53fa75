"""What a syslog message means: which condition, on what part of a device, raised or cleared, how grave.

Knows how routers and switches tell of links, neighbours, power and chassis alarms; every other message is an event
of its own. It must not know how a message is written down.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from noc_console.intake.alarm_causes import probable_cause
from noc_console.intake.alarm_words import severity, syslog_severity
from noc_console.intake.syslog_header import Header
from noc_console.workflows.drafts import AlarmState, Severity

_READ: Final = 1_000
_GRAVEST_FIRST: Final[tuple[Severity, ...]] = ("critical", "major", "minor", "warning", "indeterminate")
#: The end of a change in the words of a message; the first that fits decides.
_ENDS: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\bnew state:? (?P<end>[\w-]+)",
        r"\b(?:ifOperStatus |OperStatus=|CurrentState=|NeighborCurrentState=)(?P<end>\w+)",
        r"\bis (?P<end>(?:not )?operational)\b",
        r"\bchanged to (?P<end>up|down)\b",
        r"\bchanged? (?:its )?state (?:from [\w-]+ )?to (?P<end>(?:administratively )?[\w-]+)",
        r"\bchanged? status to (?P<end>up|down)\b",
        r"\bstate chang(?:e|ed)\b.{0,120}?\bto (?P<end>[\w-]+)",
        r"\bfrom [\w-]+ to (?P<end>[\w-]+)",
        r"\bturned into (?P<end>\w+) state",
        r"\b(?:operation(?:al)? )?(?:state|status)(?: is| changed to)?:? (?P<end>up|down|full)\b",
        r"\b(?:is|was|went|gone|marked|came|link|port|interface|session|adjacency)\b.{0,12}? (?P<end>up|down)\b",
        r"\b(?:peer|neighbou?r|nbr|adjacency)\b.{0,160}?[ )](?P<end>up|down|lost|established)\b",
    )
)
_UP: Final = frozenset(
    ("up", "full", "established", "2way", "two-way", "restored", "ok", "normal", "forwarding", "operational")
)
#: The last word of a tag in capitals, joined to the one before as NBRDOWN or parted as LINK_UP.
_TAG_END: Final = re.compile(r"(?<=NBR|ADJ|INT|NTF|INK|ORT|EER|ION|[A-Z]{2}_|[A-Z]{2}-)(?P<end>UP|DOWN)$")
_TAG_WORD: Final = re.compile(
    r"(?:^|[_-])(?:(?P<up>UP|OK|CLEAR|CLEARED|RESTORED?|RECOVER(?:ED|Y)|NORMAL|ESTABLISHED|RESUMED?)|"
    r"(?P<down>DOWN|FAIL|FAILED|FAILURE|LOST|LOSS|SET|RAISED?|FAULT|ACTIVE))(?=[_-]|$)"
)
_CHASSIS: Final = re.compile(
    r"(?P<grade>minor|major|critical)? ?alarm (?P<end>set|cleared|raised|asserted)\b[,:]?\s*(?P<what>.*)", re.IGNORECASE
)
_COLOUR: Final = re.compile(r"\bcolor=(RED|YELLOW)\b")
_INTERFACE: Final = re.compile(
    # an address and its port are no interface
    r"(?<!\d )\b(?:interface|intf|ifName|port-channel|port|member|ethernet|on)[: =]+\(?"
    r"(?P<name>(?:[a-z]{0,20}ethernet |vlan |aggregateport )?(?=[\w/.:-]*\d)[A-Za-z0-9][\w/.:-]*)",
    re.IGNORECASE,
)
_FIRST_INTERFACE: Final = re.compile(
    r"^(?P<first>[A-Za-z][A-Za-z-]*\d+(?:/\d+)*(?:[.:]\d+)*): |"
    r"(?:^|[ \];])(?P<linked>[A-Za-z][A-Za-z-]*\d+(?:/\d+)*(?:[.:]\d+)*):? (?:(?:NIC )?link|changed? status)\b",
    re.IGNORECASE,
)
_ADDRESS: Final = re.compile(
    r"(?<![\d.])(?P<v4>\d{1,3}(?:\.\d{1,3}){3})(?![\d.]*[A-Za-z\d])|"
    r"(?<![\w.:])(?P<v6>(?:[0-9A-Fa-f]{1,4}:){2,7}[0-9A-Fa-f:]*|[0-9A-Fa-f]{0,4}::[0-9A-Fa-f:]*)(?![\w.])"
)
_NEIGHBOUR: Final = re.compile(
    r"\b(?:SystemID|adjacency to|neighbou?r|nbr|peer)\b[: =]*(?:\([^)]*\) )?(?!state\b|changed?\b|up\b|down\b)"
    r"(?P<name>[\w.:-]+)",
    re.IGNORECASE,
)
_NEIGHBOUR_ADDRESS: Final = re.compile(r"\bnbr addr (?P<name>\S+?),")
_UNIT: Final = re.compile(
    r"\b(?P<name>(?:power supply|power module|psu|pem|ps|fan(?: tray)?|module|slot|fpc|line ?card|sensor|supervisor) ?"
    r"#?[A-Z]?\d[\w/]*)",
    re.IGNORECASE,
)
_ROUTING: Final = re.compile(
    r"BGP|OSPF|ISIS|IS-IS|LDP|EIGRP|PIM|BFD|RSVP|MSDP|ADJ|NBR|NEIGHBOU?R|PEER",
    re.IGNORECASE,
)
_TERMINAL: Final = re.compile(r"(?:vty|tty|con|console|line)\d*", re.IGNORECASE)
#: Causes that hit a service at once, so that the sender's "notice" is no measure of them.
_HIT: Final = frozenset(("lossOfSignal", "communicationsProtocolError", "powerSupplyFailure", "powerProblem"))


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a message says; ``identity`` is the same for the raising and the clearing message of one condition."""

    severity: Severity
    state: AlarmState
    identity: tuple[str, ...]
    interface: str
    peer: str
    cause: str | None


def meaning(header: Header) -> Meaning:
    """Return what a message means."""
    text = header.message[:_READ]
    name = header.mnemonic or header.tag
    own = _own_severity(header)
    cause = probable_cause(f"{header.own_facility} {name} {header.program}", text)
    chassis = _chassis(header, text)
    if chassis is not None:
        grade, state, what = chassis
        return Meaning(_graver(own, grade), state, ("chassis alarm", what), "", "", probable_cause(what) or cause)
    interface, peer, unit = _parts(header, text)
    end = "up" if header.grade == "CLEARED" else _end(name, text)
    if end is None:
        said = _TAG_WORD.search(name)
        if said is None:
            part = peer if _ROUTING.search(f"{header.tag} {name}") else interface
            return Meaning(own, "raised", (header.own_facility, name, part or unit), interface, peer, cause)
        end = "up" if said["up"] else "down"
    state = "cleared" if end.casefold() in _UP else "raised"
    on_purpose = end.casefold().startswith("administratively")
    graver: Severity | None = "major" if cause in _HIT and not on_purpose else None
    identity = (_condition(header), *_which(header, interface, peer, unit))
    return Meaning(_graver(own, graver), state, identity, interface, peer, cause)


def _own_severity(header: Header) -> Severity:
    """Return the gravity that a message gives itself: a word of X.733, the number in its tag, else its priority's."""
    if header.grade:
        return severity(header.grade) or "indeterminate"
    if header.own_severity is not None:
        return syslog_severity(header.own_severity)
    return "indeterminate" if header.priority is None else syslog_severity(header.priority & 7)


def _graver(one: Severity, other: Severity | None) -> Severity:
    return min(one, other or one, key=_GRAVEST_FIRST.index)


def _chassis(header: Header, text: str) -> tuple[Severity | None, AlarmState, str] | None:
    """Return the grade, the state and the reason of a chassis alarm (Junos craftd and alarmd)."""
    found = _CHASSIS.match(f"{header.tag} {text}" if header.tag.startswith("Alarm ") else text.lstrip())
    if found is None:
        return None
    colour = _COLOUR.search(text)
    grade: Severity | None = None
    if found["grade"]:
        grade = next(word for word in _GRAVEST_FIRST if word == found["grade"].casefold())
    elif colour:
        grade = "major" if colour[1] == "RED" else "minor"
    return grade, "cleared" if found["end"].casefold() == "cleared" else "raised", found["what"].strip()


def _end(name: str, text: str) -> str | None:
    """Return the state that a change ended in: what the tag's end says, else the message."""
    joined = _TAG_END.search(name) if not name.endswith("UPDOWN") else None
    if joined:
        return joined["end"].casefold()
    found = next((matched for pattern in _ENDS if (matched := pattern.search(text))), None)
    return found["end"] if found else None


def _parts(header: Header, text: str) -> tuple[str, str, str]:
    """Return the interface, the neighbour and the unit that a message names."""
    leading = _FIRST_INTERFACE.search(text)
    named = None if leading else _INTERFACE.search(text)
    name = (leading["first"] or leading["linked"]) if leading else named["name"].rstrip(".:,") if named else ""
    if _ADDRESS.fullmatch(name) or _TERMINAL.fullmatch(name):
        name = ""
    return name, _peer(header, text), unit["name"].casefold() if (unit := _UNIT.search(text)) else ""


def _peer(header: Header, text: str) -> str:
    """Return the neighbour that a message of a routing protocol is about, by its address or else by its name."""
    found = _NEIGHBOUR_ADDRESS.search(text)
    if found:
        return found["name"]
    if not _ROUTING.search(f"{header.tag} {header.program} {text[:40]}"):
        return ""
    address = _ADDRESS.search(text)
    named = None if address else _NEIGHBOUR.search(text)
    return address[0].rstrip(":") if address else named["name"].rstrip(".:,") if named else ""


def _condition(header: Header) -> str:
    """Return the name of a condition without what differs between its two ends."""
    if header.own_facility:
        return header.own_facility
    name = header.mnemonic or header.tag
    return _TAG_WORD.sub("", _TAG_END.sub("", name)).strip("_-") or name


def _which(header: Header, interface: str, peer: str, unit: str) -> tuple[str, ...]:
    """Return what tells a condition from the same one elsewhere on the device."""
    if peer:
        return ("peer", peer, interface)
    if interface:
        return ("interface", interface)
    if unit:
        return ("unit", unit)
    # Nothing that the reader knows is named: then the tag alone, less the words of its two ends.
    return (_TAG_WORD.sub("", header.mnemonic).strip("_-"),)
