"""What a syslog message means: which condition, on what part of a device, raised or cleared, how grave.

Knows how routers and switches tell of links, neighbours, power and chassis alarms; every other message is an event
of its own. It must not know how a message is written down.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from noc_console.intake.alarm_causes import probable_cause
from noc_console.intake.alarm_states import subject_of
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
        r"\bto (?:lower|higher) state (?P<end>[\w-]+)",
        r"\b(?:ifOperStatus |operational-status=\"|OperStatus=|CurrentState=|NeighborCurrentState=)(?P<end>\w+)",
        r"\bis (?P<end>(?:not )?operational)\b",
        r"\bchanged to (?P<end>up|down)\b",
        r"\bchanged? (?:its )?state (?:from [\w-]+ )?to (?P<end>(?:administratively )?[\w-]+)",
        r"\bchanged? status to (?P<end>up|down)\b",
        r"\bstate chang(?:e|ed)\b.{0,120}?\bto (?P<end>[\w-]+)",
        r"\bfrom [\w-]+ to (?P<end>[\w-]+)",
        r"\b(?:turned|turns|moved) into (?P<end>\w+) state",
        r"\blink-?(?P<end>up|down)\b",
        r"\bentered the (?P<end>\w+) state",
        r"\b[A-Za-z][\w-]* ?-> ?(?P<end>[A-Za-z][\w-]*)",
        r"\b(?:operation(?:al)? )?(?:state|status)(?: is| changed to)?:? (?P<end>up|down|full)\b",
        r"\b(?:is|was|went|gone|marked|came|link|port|interface|session|adjacency)\b.{0,12}? (?P<end>up|down)\b",
        r"\b(?:peer|neighbou?r|nbr|adjacency)\b.{0,160}?[ )](?P<end>up|down|lost|established)\b",
        r"\bsession\b.{0,120}? was (?P<end>closed|established)\b",
        r"\bis (?:now |successfully )?"
        r"(?P<end>established|on-?line|off-?line|restored|recovered|faulty|invalid|abnormal|absent)\b",
        r"\bstatus changed - (?P<end>[\w-]+)",
        r"\b(?P<end>resumed|recovered) from\b",
    )
)
#: What says that a thing is over without a word for how it is now.
_OVER: Final = re.compile(
    r"\b(?:cleared|recover(?:ed|s)|restored|released|inserted)\b|^clear\b|"
    r"\bno longer (?!reachable|respond|available|valid|connected|operational|present|active|running|up\b)|"
    r"\b(?:is|are|now|to|state) (?:now )?(?:normal|ok(?:ay)?)\b|\breturned to normal|"
    r"(?<!not)(?<!\bno)[, ](?:normal|ok(?:ay)?)(?= *(?:[.(]|$))|"
    r"\bfalling (?:trap|threshold|alarm)|\blink active\b|(?<!not )\bsync(?:ed|hroni[sz]ed) to\b|functioning properly",
    re.IGNORECASE,
)
#: Who clears a counter or a log ends no alarm.
_NOTHING_OVER: Final = re.compile(
    r"\b(?:counters?|logs?|logging|buffers?|statistics|tables?|cache|entries|config\w*|sessions?)\b", re.IGNORECASE
)
_UP: Final = frozenset(
    (
        *("up", "full", "established", "2way", "two-way", "restored", "ok", "normal", "forwarding", "operational"),
        *("online", "on-line", "resumed", "recovered", "cleared"),
    )
)
#: Some devices give both ends one name, that of the fault.
_FAULT_OVER: Final = re.compile(r"\b(?:condition|alarm|fault|failure)\b.{0,40}? (?:cleared|recovered)\b", re.IGNORECASE)
#: The last word of a tag in capitals, joined to the one before as NBRDOWN or parted as LINK_UP.
_TAG_END: Final = re.compile(
    r"(?<=NBR|ADJ|INT|NTF|INK|ORT|EER|ION|[A-Z]{2}_|[A-Z]{2}-)(?P<end>UP|DOWN)$|(?:(?<=[a-z])|^)(?P<mixed>Up|Down)$|"
    r"(?<=[A-Z]{2})(?<!NOT)(?P<well>OK|RECOVER(?:ED)?|INSERTED|RESTORED|CLEARED)$|(?<=[A-Z]{2})(?P<ill>FAIL(?:ED|URE)?|REMOVED)$"
)
#: Few names end so, and looking is cheaper than searching.
_TAG_ENDS: Final = ("UP", "DOWN", "Up", "Down", "OK", "ED", "RECOVER", "FAIL", "FAILURE")
_TAG_WORD: Final = re.compile(
    r"(?:^|[_-])(?:(?P<down>DOWN|DN|FAIL|FAILED|FAILURE|LOST|LOSS|SET|RAISED?|FAULTY?|OFFLINE|REMOVED|ABSENT|MISSING|"
    r"NOT_(?:PRESENT|OK)|ACTIVE|active)|"
    r"(?P<up>UP|OK|CLEAR|CLEARED|RESTORED?|RECOVER(?:ED|Y)|NORMAL|ESTABLISHED|RESUMED?|ONLINE|INSERTED|PRESENT|clear))"
    r"(?=[_-]|$)"
)
_CHASSIS: Final = re.compile(
    r"(?P<grade>minor|major|critical)? ?alarm (?P<end>set|cleared|raised|asserted)\b[,:]?\s*(?P<what>.*)", re.IGNORECASE
)
_COLOUR: Final = re.compile(r"\bcolor=(RED|YELLOW)\b")
_INTERFACE: Final = re.compile(
    # an address and its port are no interface
    r"(?<!\d )\b(?:interface(?:-name)?|intf|ifName|port-channel|port|member|ethernet|controller|on)[: =]+[\"(]?"
    r"(?:[TE][13] )?"
    r"(?P<name>(?:[a-z]{0,20}ethernet |vlan |aggregateport )?(?=[\w/.:-]*\d)[A-Za-z0-9][\w/.:-]*)",
    re.IGNORECASE,
)
_FIRST_INTERFACE: Final = re.compile(
    r"^(?P<first>[A-Za-z][A-Za-z-]*\d+(?:/\d+)*(?:[.:]\d+)*): |"
    r"^\s*(?P<alone>[A-Za-z]{2}\d+(?:/\d+){0,3}|\d+:\d+)\s*$|"
    r"(?:^|[ \];])(?P<linked>[A-Za-z][A-Za-z-]*\d+(?:/\d+)*(?:[.:]\d+)*):? (?:(?:NIC )?link|changed? status)\b",
    re.IGNORECASE,
)
#: ASA gives names of people's own to its interfaces.
_NAMED_INTERFACE: Final = re.compile(
    r"\binterface (?P<name>[A-Za-z][\w.-]{0,60})(?=,? (?:changed|is)\b)", re.IGNORECASE
)
#: What looks like a port of a switch, wherever it stands.
_PORT: Final = re.compile(
    r"(?<![\w/.-])(?P<name>(?:(?:[A-Z]\w{0,20})?[Ee]thernet|\w{0,12}GigE|Eth|[A-Z][a-z]|[1-9]\d{0,2}GE|X?GE|x?gei|[xgef]e|et|ae|"
    r"POS|STM\d|Bundle-Ether|Eth-Trunk|[Pp]ort-?channel|Vlan-?(?:interface|if)?|Tunnel|Serial)[ _-]?\d{1,4}"
    r"(?:/\d{1,4}){0,4}(?:[.:]\d{1,4}){0,2})(?![\w/-])",
)
_ADDRESS: Final = re.compile(
    r"(?<![\d.])(?P<v4>\d{1,3}(?:\.\d{1,3}){3})(?![\d.]*[A-Za-z\d])|"
    r"(?<![\w.:])(?P<v6>(?:[0-9A-Fa-f]{1,4}:){2,7}[0-9A-Fa-f:]*|[0-9A-Fa-f]{0,4}::[0-9A-Fa-f:]*)(?![\w.])"
)
_NEIGHBOUR: Final = re.compile(
    r"\b(?:SystemID|adjacency to|neighbou?r|nbr|peer)\b[: =]*(?:\([^)]*\) )?"
    r"(?!(?:state|changed?|up|down|of|on|was|is|has|created|removed|lost|timed|not)\b)(?P<name>[\w.:-]+)",
    re.IGNORECASE,
)
_NEIGHBOUR_ADDRESS: Final = re.compile(r"\b(?:nbr addr |Neighbor(?:Address)?=)(?P<name>[^\s,;)]+)")
_UNIT: Final = re.compile(
    r"\b(?P<name>(?:power(?: supply| module)?|psu|pem|ps|fan(?: tray)?|module|slot|fpc|line ?card|sensor|supervisor)"
    r"[ =]?(?:#?[A-Z]?\d[\w/]*|(?-i:[A-Z])\b))",
    re.IGNORECASE,
)
#: Things of a network that have a name or a number and that are many on one device.
_NAMED: Final = re.compile(
    r"\b(?P<name>(?:LSP|pseudo-?wire|PW|VC(?: ?ID)?|VSI|tunnel|discriminator|ONT ?(?:ID)?|ONU ?(?:ID)?|grp|track|"
    r"ip sla)[ =:#]{1,2}(?!up\b|down\b)[\w./:-]*[\w/])",
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
    part = (peer if _ROUTING.search(f"{header.tag} {name}") else interface) or unit
    # A program alone says many things, each of which is an alarm of its own.
    about = (subject_of(text),) if name in ("", header.program) else ()
    event = (header.own_facility, name, part, *about)
    if header.end:
        over: AlarmState = "cleared" if header.end == "cleared" else "raised"
        return Meaning(_graver(own, "major" if cause in _HIT else None), over, event, interface, peer, cause)
    end, before = ("up", "") if header.grade == "CLEARED" else _end(name, text)
    said = _TAG_WORD.search(name)
    if end is None:
        if said is not None and not _FAULT_OVER.search(text):
            end = "up" if said["up"] else "down"
        elif _OVER.search(text) and not _NOTHING_OVER.search(text):
            end = "cleared"
        else:
            return Meaning(own, "raised", event, interface, peer, cause)
    state = "cleared" if end.casefold() in _UP else "raised"
    on_purpose = end.casefold().startswith("administratively")
    graver: Severity | None = "major" if cause in _HIT and not on_purpose else None
    which = _which(header, interface, peer, unit) or ("about", before)
    identity = (_condition(header), *which)
    if said and which[0] == "unit":
        # A slot holds many conditions; where the tag names the end of one, the rest of it names the condition.
        identity = (*identity, _bare(name))
    elif end == "cleared" and not said:
        # "SLOS cleared" clears "SLOS", which names no end.
        identity = event
    return Meaning(_graver(own, graver), state, identity, interface, peer, cause)


def _own_severity(header: Header) -> Severity:
    """Return the gravity that a message gives itself: a word of X.733, the number in its tag, else its priority's."""
    if header.grade and header.grade != "CLEARED":
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


def _end(name: str, text: str) -> tuple[str | None, str]:
    """Return the state that a change ended in, by the tag's end, else by the message; and what stands before it."""
    joined = _TAG_END.search(name) if name.endswith(_TAG_ENDS) and not name.endswith("UPDOWN") else None
    if joined:
        end = joined["end"] or joined["mixed"] or ("up" if joined["well"] else "down")
        return end.casefold(), ""
    found = next((matched for pattern in _ENDS if (matched := pattern.search(text))), None)
    if found is None:
        return None, ""
    # F5 gives each of the two ends a number of its own.
    return found["end"], re.sub(r"^[\d:.\s]+", "", text[: found.start("end")]).strip()


def _parts(header: Header, text: str) -> tuple[str, str, str]:
    """Return the interface, the neighbour and the unit that a message names."""
    leading = _FIRST_INTERFACE.search(text)
    named = None if leading else _INTERFACE.search(text) or _NAMED_INTERFACE.search(text)
    name = (
        (leading["first"] or leading["linked"] or leading["alone"])
        if leading
        else named["name"].rstrip(".:,")
        if named
        else ""
    )
    if _ADDRESS.fullmatch(name) or _TERMINAL.fullmatch(name):
        name = ""
    peer = _peer(header, text)
    port = None if name or peer else _PORT.search(text)
    unit = _NAMED.search(text) or _UNIT.search(text)
    return name or (port["name"] if port else ""), peer, unit["name"].casefold() if unit else ""


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
    return _bare(name) or name


def _bare(name: str) -> str:
    """Return the name of an event without the words of its end."""
    return _TAG_WORD.sub("", _TAG_END.sub("", name)).strip("_-")


def _which(header: Header, interface: str, peer: str, unit: str) -> tuple[str, ...]:
    """Return what tells a condition from the same one elsewhere on the device."""
    if peer:
        return ("peer", peer, interface)
    if interface:
        return ("interface", interface)
    if unit:
        return ("unit", unit)
    if header.mnemonic in ("", header.program):
        return ()
    # Nothing that the reader knows is named: then the tag alone, less the words of its two ends.
    return (_bare(header.mnemonic),)
