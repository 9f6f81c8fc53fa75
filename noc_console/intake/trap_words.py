"""What a trap means: which condition it raises or clears, on what part of the device, how grave.

Knows the traps of the standard MIBs by name and number; of the others what their own names and values say. It must not
know how a trap is written down.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import takewhile
from typing import Final

from noc_console.intake.alarm_causes import probable_cause
from noc_console.intake.alarm_states import condition_of, state_of, words_of
from noc_console.intake.alarm_words import severity
from noc_console.workflows.drafts import AlarmState, Severity

#: Numbers of the traps of SNMPv2-MIB, BGP4-MIB, OSPF-TRAP-MIB, UPS-MIB, MPLS-LDP-STD-MIB and BRIDGE-MIB.
_NUMBERS: Final = {
    "1.3.6.1.6.3.1.1.5.1": "coldStart",
    "1.3.6.1.6.3.1.1.5.2": "warmStart",
    "1.3.6.1.6.3.1.1.5.3": "linkDown",
    "1.3.6.1.6.3.1.1.5.4": "linkUp",
    "1.3.6.1.6.3.1.1.5.5": "authenticationFailure",
    "1.3.6.1.6.3.1.1.5.6": "egpNeighborLoss",
    "1.3.6.1.2.1.15.7.1": "bgpEstablished",
    "1.3.6.1.2.1.15.7.2": "bgpBackwardTransition",
    "1.3.6.1.2.1.15.0.1": "bgpEstablished",
    "1.3.6.1.2.1.15.0.2": "bgpBackwardTransition",
    "1.3.6.1.2.1.14.16.2.2": "ospfNbrStateChange",
    "1.3.6.1.2.1.14.16.2.16": "ospfIfStateChange",
    "1.3.6.1.2.1.33.2.1": "upsTrapOnBattery",
    "1.3.6.1.2.1.33.2.0.1": "upsTrapOnBattery",
    "1.3.6.1.2.1.10.166.4.0.3": "mplsLdpSessionUp",
    "1.3.6.1.2.1.10.166.4.0.4": "mplsLdpSessionDown",
    "1.3.6.1.2.1.17.0.1": "newRoot",
    "1.3.6.1.2.1.17.0.2": "topologyChange",
}
#: Nodes of the tree that snmptrapd names where it has no MIB for what is below them.
_NODES: Final = {
    "mib-2": "1.3.6.1.2.1",
    "transmission": "1.3.6.1.2.1.10",
    "enterprises": "1.3.6.1.4.1",
    "snmpModules": "1.3.6.1.6.3",
    "snmpTraps": "1.3.6.1.6.3.1.1.5",
    "upsTraps": "1.3.6.1.2.1.33.2",
    "bgpTraps": "1.3.6.1.2.1.15.7",
    "ospfTraps": "1.3.6.1.2.1.14.16.2",
}
_BELOW_NODE: Final = re.compile(r"(?:[\w-]+::)?(?P<node>[A-Za-z][\w-]*)(?P<below>(?:\.\d+)+)$", re.ASCII)
_COLUMNS: Final = {
    "1.3.6.1.2.1.2.2.1.1": "ifIndex",
    "1.3.6.1.2.1.2.2.1.2": "ifDescr",
    "1.3.6.1.2.1.2.2.1.7": "ifAdminStatus",
    "1.3.6.1.2.1.2.2.1.8": "ifOperStatus",
    "1.3.6.1.2.1.31.1.1.1.1": "ifName",
    "1.3.6.1.2.1.31.1.1.1.18": "ifAlias",
    "1.3.6.1.2.1.15.3.1.2": "bgpPeerState",
    "1.3.6.1.2.1.15.3.1.14": "bgpPeerLastError",
    "1.3.6.1.2.1.14.10.1.1": "ospfNbrIpAddr",
    "1.3.6.1.2.1.14.10.1.6": "ospfNbrState",
}
#: Scalars and rows that every trap may have; they say nothing of what it is about.
_OF_EVERY_TRAP: Final = ("1.3.6.1.2.1.1.", "1.3.6.1.6.3.")
_KNOWN: Final[dict[str, tuple[Severity, str | None]]] = {
    "coldStart": ("warning", None),
    "warmStart": ("warning", None),
    "linkDown": ("major", "lossOfSignal"),
    "linkUp": ("major", "lossOfSignal"),
    "cieLinkDown": ("major", "lossOfSignal"),
    "cieLinkUp": ("major", "lossOfSignal"),
    "authenticationFailure": ("warning", "authenticationFailure"),
    "egpNeighborLoss": ("major", "communicationsProtocolError"),
    "bgpEstablished": ("major", "communicationsProtocolError"),
    "bgpBackwardTransition": ("major", "communicationsProtocolError"),
    "ospfNbrStateChange": ("major", "communicationsProtocolError"),
    "ospfIfStateChange": ("minor", "communicationsProtocolError"),
    "mplsLdpSessionUp": ("major", "communicationsProtocolError"),
    "mplsLdpSessionDown": ("major", "communicationsProtocolError"),
    "upsTrapOnBattery": ("major", "batteryDischarging"),
    "upsOnBattery": ("major", "batteryDischarging"),
    "powerRestored": ("major", "commercialPowerFailure"),
    "lowBattery": ("critical", "lowBatteryThreshold"),
}
_SEVERITY: Final = re.compile(r"severity|notif ?code|perceived|alarm level|priority")
_STATE: Final = re.compile(r"(?:alarm|alm|event|fault) (?:state|status|flag)(?: change)?$|status change$")
#: How a part of a device is; what it was, and what was configured for it, say nothing of now.
_STATE_OF_PART: Final = re.compile(
    r"^(?!.*\b(?:admin\w*|row|storage|prev\w*|last|old|cfg|config\w*)\b).*(?:state|status)$"
)
_CONDITION: Final = re.compile(r"(?:alarm|alm|fault) (?:type|name|id|code|class)$|specific problem|probable cause")
_PART: Final = re.compile(
    r"(?:object (?:name|dn|instance)|\bne name|affected object dn|contents descr|remote addr|"
    r"nbr (?:ip addr|rtr id)|peer (?:addr\w*|id)|"
    r"(?:ap|service|job|vm|display|tun\w*|outlet|sensor|user|port|board|slot|source pm|interface|if) ?"
    r"(?:name|id|mac addr|number|index)|board number|source port number|ent phys\w* name|srvr ip|"
    r"phase 1 name|remote gateway)$"
)
_TEXT: Final = re.compile(
    r"(?:cause|specific problem|descr|description|text|message|msg|string|info|detail|comment|output|reason)$"
)
_TIME: Final = re.compile(r"\btime(?: ?stamp)?$|date(?: time)?$|change time$")
#: Bindings that number the reports instead of what they are about.
_COUNTERS: Final = re.compile(
    r"log|history|time|date|up time|uptime|trap (?:enterprise|community|address)|sys name|seq"
)
#: Of a trap that says nothing of its gravity: what these causes do to service (X.733: service is hit, act urgently).
_HIT: Final = frozenset(("powerProblem", "powerSupplyFailure", "commercialPowerFailure", "batteryDischarging"))
_CUT: Final = frozenset(("communicationsProtocolError", "communicationsSubsystemFailure", "lossOfSignal"))
_UP_STATES: Final = frozenset(
    ("up", "full", "established", "normal", "enabled", "enable", "ok", "cleared", "clear", "inactive", "online")
)


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a trap says; ``identity`` is the same for the raising and the clearing trap of one condition on one part."""

    name: str
    severity: Severity
    state: AlarmState
    identity: tuple[str, ...]
    cause: str | None
    times: tuple[str, ...]


def meaning(trap: str, values: Mapping[str, str]) -> Meaning:
    """Return what a trap means by its OID and the values of its bindings by their OIDs."""
    short = trap.rpartition("::")[2]
    number = _number(trap)
    name = _NUMBERS.get(number, "" if number[:1].isdigit() else short)
    named = [(_words(oid), oid, value) for oid, value in values.items()]
    said = next((value for words, _oid, value in named if _SEVERITY.search(words)), "")
    said = said or next((value for words, _oid, value in named if _CONDITION.search(words) and severity(value)), "")
    condition, by_name = condition_of(name) if name else (number, None)
    known, cause = _KNOWN.get(name, (None, None))
    cause = cause or probable_cause(name)
    state = _state(said, named, by_name)
    grave = severity(said) or severity(_leading(named)) or known or _gravity_of_part(named)
    if grave is None:
        grave = "major" if cause in _HIT or (by_name and cause in _CUT) else "indeterminate"
    return Meaning(
        name=name,
        severity=grave,
        state=state,
        identity=(condition, *_identity(named)),
        cause=cause,
        times=tuple(oid for words, oid, _value in named if _TIME.search(words)),
    )


def is_text(oid: str) -> bool:
    """Tell whether a binding is meant to be read by people."""
    return bool(_TEXT.search(_words(oid)))


@lru_cache(maxsize=4096)
def _words(oid: str) -> str:
    """Return the words of a binding's name."""
    return " ".join(words_of(_column(oid)))


def _number(oid: str) -> str:
    """Return a numeric OID in one form."""
    bare = oid.lstrip(".")
    if bare.startswith("iso."):
        return "1" + bare[3:]
    below = _BELOW_NODE.match(bare)
    return _NODES[below["node"]] + below["below"] if below and below["node"] in _NODES else bare


def _column(oid: str) -> str:
    """Return the name of a binding without its module and its index."""
    number = _number(oid)
    if number[:1].isdigit():
        return _COLUMNS.get(_known_column(number), "")
    return oid.rpartition("::")[2].split(".", 1)[0]


def _known_column(number: str) -> str:
    """Return the longest beginning of a number that is a known column, nothing where none is."""
    while number and number not in _COLUMNS:
        number = number.rpartition(".")[0]
    return number


def _state(said: str, named: list[tuple[str, str, str]], by_name: AlarmState | None) -> AlarmState:
    """Return the state: what the severity says, then what a binding for it says, then the trap's own name."""
    grave = said.casefold().split("(", 1)[0].strip()
    if grave in ("cleared", "clear", "cleared_alarm", "clearing"):
        return "cleared"
    for words, _oid, value in named:
        stated = state_of(words_of(value)) if _STATE.search(words) else None
        if stated:
            return stated
    if by_name:
        return by_name
    for words, _oid, value in named:
        if re.search(r"(?:nbr|if|peer|oper\w*) (?:state|status)$", words):
            return "cleared" if _is_up(value) else "raised"
    parts = [value for words, _oid, value in named if _STATE_OF_PART.search(words) and not value.strip().isdigit()]
    return "cleared" if parts and all(_is_up(value) for value in parts) else "raised"


def _is_up(value: str) -> bool:
    return value.casefold().split("(", 1)[0].strip() in _UP_STATES


def _gravity_of_part(named: list[tuple[str, str, str]]) -> Severity | None:
    """Return the gravity in the state of a part: critical, warning; down is none."""
    states = (value.casefold().split("(", 1)[0] for words, _oid, value in named if _STATE_OF_PART.search(words))
    return next((severity(state) for state in states if state in ("critical", "major", "minor", "warning")), None)


def _leading(named: list[tuple[str, str, str]]) -> str:
    """Return the word in capitals with which some makers begin the text of a trap."""
    texts = (value for words, _oid, value in named if _TEXT.search(words))
    return next((matched[1] for value in texts if (matched := re.match(r"([A-Z]{4,13}): ", value))), "")


def _identity(named: list[tuple[str, str, str]]) -> tuple[str, ...]:
    """Return what tells this condition from others of its name: the interface, else named parts, else the index."""
    conditions = [value for words, _oid, value in named if _CONDITION.search(words) and not severity(value)]
    for column in ("if index", "if name", "if descr"):
        interface = next((value for words, _oid, value in named if words == column), "")
        if interface:
            return (*conditions, "interface", interface)
    parts = [value for words, _oid, value in named if _PART.search(words) and value]
    if parts or conditions:
        return (*conditions, *parts)
    indexes = (_index(oid) for words, oid, _value in named if not _COUNTERS.search(words))
    found = tuple(index for index in indexes if index)[:1]
    return found or _row([_number(oid) for _words, oid, _value in named])


def _index(oid: str) -> str:
    """Return the index of a binding, nothing for a scalar."""
    number = _number(oid)
    if number[:1].isdigit():
        column = _known_column(number)
        index = number[len(column) + 1 :] if column else ""
    else:
        index = oid.rpartition("::")[2].partition(".")[2]
    return "" if index in ("", "0") else index


def _row(numbers: list[str]) -> tuple[str, ...]:
    """Return what the numbers of several unknown columns end in alike: the row of the table that they are of."""
    columns = [one.split(".") for one in numbers if one[:1].isdigit() and not one.startswith(_OF_EVERY_TRAP)]
    if len(columns) < 2:
        return ()
    shared = list(takewhile(lambda ends: len(set(ends)) == 1, zip(*map(reversed, columns), strict=False)))
    index = ".".join(reversed([ends[0] for ends in shared]))
    return (index,) if index not in ("", "0") else ()
