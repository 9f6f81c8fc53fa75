"""SNMP traps as snmptrapd gives them to a ``traphandle``: a host, a transport, then a variable binding a line.

Reads symbolic and numeric OIDs, values of several lines, and the spool of snmptt with its time before the host. One
input is one trap, so that no value of a trap can pass for a trap of another device. What a trap means is
``trap_words``'; it must not decide what an alarm does to a ticket.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from noc_console.errors import BadInput
from noc_console.i18n import _
from noc_console.intake import trap_words
from noc_console.intake.alarm_causes import probable_cause
from noc_console.intake.alarm_words import (
    MAX_NAME,
    MAX_TEXT,
    MAX_VALUE,
    address,
    fingerprint,
    instant,
    many_lines,
    one_line,
)
from noc_console.intake.json_input import bounded
from noc_console.intake.mail_charset import decode
from noc_console.workflows.drafts import AlarmDraft, Quarantined

#: A datagram holds 64 KiB; hexadecimal digits and names make of it a few times as much.
MAX_TRAP: Final = 1024 * 1024
MAX_BINDINGS: Final = 1_000
_OID: Final = re.compile(
    r"\s*(?P<oid>\.\d+(?:\.\d+)+|1\.3(?:\.\d+){3,}|iso(?:\.\d+)+|[A-Za-z][\w-]*::[A-Za-z](?:[^\s\"]|\"[^\"\n]*\")*|"
    r"[a-z][A-Za-z0-9-]*(?:\.\d+)+|sysUpTimeInstance)(?:\s+(?P<value>.*))?$",
    re.ASCII | re.DOTALL,
)
_TRANSPORT: Final = re.compile(
    r"\[?(?:UDP|TCP|DTLS|TLS|SSH|unix|local)[\w/]*:?\s*\[*(?P<ip>[0-9A-Fa-f.:%]+)\]", re.IGNORECASE
)
_TYPE: Final = re.compile(
    r"(?:= )?(?:(?:Wrong Type \(should be [^)]*\): )|"
    r"(?:STRING|INTEGER|Integer32|UInteger32|Gauge32|Counter32|Counter64|Timeticks|OID|IpAddress|Hex-STRING|BITS|Opaque|"
    r"Network Address): )+"
)
_UPTIMES: Final = ("sysUpTimeInstance", "sysUpTime.0", ".1.3.6.1.2.1.1.3.0", "1.3.6.1.2.1.1.3.0", "iso.3.6.1.2.1.1.3.0")
_TRAP_OIDS: Final = ("snmpTrapOID.0", "1.3.6.1.6.3.1.1.4.1.0", "iso.3.6.1.6.3.1.1.4.1.0")
#: The word by which a device lets others in (SNMPv2c) is no part of an alarm; what snmptrapd handed on still has it.
_COMMUNITIES: Final = ("snmpTrapCommunity.0", "1.3.6.1.6.3.18.1.4.0", "iso.3.6.1.6.3.18.1.4.0")
_HIDDEN: Final = "***"
_AGENTS: Final = ("snmpTrapAddress.0", "1.3.6.1.6.3.18.1.3.0", "iso.3.6.1.6.3.18.1.3.0")
#: RFC 2579 DateAndTime as snmptrapd prints it; without its offset it is a local time that nobody can place.
_DATE_AND_TIME: Final = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2}),(\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.\d+)?,([+-])(\d{1,2}):(\d{1,2})", re.ASCII
)


@dataclass(frozen=True, slots=True)
class Binding:
    """A variable binding: its OID, its value as received without quotes, and without the type that may stand before."""

    oid: str
    received: str
    value: str


def parse(raw: bytes, *, where: str = "-", now: datetime | None = None) -> Iterator[AlarmDraft | Quarantined]:
    """Return the trap of an input as an alarm. Raises BadInput, naming ``where``, for what is no trap.

    ``now`` is there for the readers' common form: a trap that has no time of its own gets none here.
    """
    text, _charset = decode(bounded(raw, where, MAX_TRAP).strip(b"\0"))
    lines = text.replace("\r\n", "\n").lstrip("\ufeff\n\r ").split("\n")
    received = instant(lines[0]) if len(lines) > 1 and re.fullmatch(r"\d{9,11}\s*", lines[0]) else None
    head = lines[1:] if received else lines
    bindings = _bindings(head, where)
    trap = next((one.value for one in bindings if one.oid.endswith(_TRAP_OIDS)), "").strip()
    if not trap:
        raise BadInput(
            _("{where}: this is no trap: no line gives its snmpTrapOID", where=where),
            _("give what snmptrapd hands to a traphandle: a host, a transport, then an OID and a value a line"),
        )
    return iter((_alarm(head, bindings, one_line(trap, MAX_NAME), received),))


def _bindings(lines: list[str], where: str) -> list[Binding]:
    """Return the variable bindings; a line that begins no other continues the value before it."""
    found: list[tuple[str, list[str]]] = []
    for line in lines:
        matched = _OID.match(line.rstrip("\r"))
        if matched:
            found.append((matched["oid"], [matched["value"] or ""]))
        elif found:
            found[-1][1].append(line)
        if len(found) > MAX_BINDINGS:
            raise BadInput(
                _("{where}: the trap has more than {count} variable bindings", where=where, count=MAX_BINDINGS),
                _("give one trap an input"),
            )
    return [_binding(oid, "\n".join(value)) for oid, value in found]


def _binding(oid: str, said: str) -> Binding:
    if oid.endswith(_COMMUNITIES) and said.strip():
        return Binding(oid, _HIDDEN, _HIDDEN)
    received = many_lines(said, MAX_VALUE)
    value = _TYPE.sub("", received, count=1)
    return Binding(one_line(oid.replace('\\"', '"'), MAX_NAME), _unquoted(received), _unquoted(value))


def _unquoted(value: str) -> str:
    bare = value.replace('\\"', '"').strip()
    return bare[1:-1].strip() if len(bare) > 1 and bare[0] == bare[-1] == '"' else bare


def _alarm(head: list[str], bindings: list[Binding], trap: str, received: datetime | None) -> AlarmDraft:
    host, source = _sender(head)
    further = [one for one in bindings if not one.oid.endswith(_TRAP_OIDS)]
    meaning = trap_words.meaning(trap, {one.oid: one.value for one in further})
    at = _time(further, meaning.times) or received
    texts = [one.value for one in further if trap_words.is_text(one.oid) and one.value]
    short = trap.rpartition("::")[2]
    details = [f"{one.oid.rpartition('::')[2]}: {one.value}" for one in further if not one.oid.endswith(_UPTIMES)]
    cleared = meaning.state == "cleared"
    return AlarmDraft(
        fingerprint=fingerprint("snmptrap", _agent(further) or source or host, *meaning.identity),
        name=trap,
        severity=meaning.severity,
        state=meaning.state,
        object_=host or source,
        source_ip=source,
        raised_at=None if cleared else at,
        cleared_at=at if cleared else None,
        text="\n".join((*dict.fromkeys((meaning.name or short, *texts)), *details))[:MAX_TEXT],
        labels=_labels(further),
        probable_cause=meaning.cause or probable_cause(meaning.name or short, *texts),
    )


def _sender(head: list[str]) -> tuple[str, str | None]:
    """Return the host that snmptrapd looked up, empty where it found none, and the address the trap came from."""
    before = [line.strip() for line in head[:3] if not _OID.match(line)]
    source = None
    host = ""
    for line in before:
        transport = _TRANSPORT.match(line)
        found = address(transport["ip"]) if transport else address(line)
        if found and source is None and (transport or host):
            source = found
        elif not host and line and line != "<UNKNOWN>":
            host = one_line(line, MAX_NAME)
    return host, source or address(host)


def _agent(bindings: list[Binding]) -> str | None:
    """Return the device that a proxy speaks for (RFC 3584), nothing where the trap came from the device itself."""
    said = next((one.value for one in bindings if one.oid.endswith(_AGENTS)), "")
    return address(said) if said not in ("", "0.0.0.0") else None


def _time(bindings: list[Binding], names: tuple[str, ...]) -> datetime | None:
    """Return the first time with an offset among the bindings that say when something happened."""
    for one in bindings:
        matched = _DATE_AND_TIME.fullmatch(one.value) if one.oid in names else None
        if matched:
            *parts, sign, hours, minutes = matched.groups()
            year, month, day, hour, minute, second = (f"{int(part):02}" for part in parts)
            offset = f"{sign}{int(hours):02}:{int(minutes):02}"
            return instant(f"{year}-{month}-{day}T{hour}:{minute}:{second}{offset}")
    return None


def _labels(bindings: list[Binding]) -> dict[str, object]:
    """Return the bindings by their OID; a second one of the same OID keeps its place by a number."""
    labels: dict[str, object] = {}
    for one in bindings:
        name, number = one.oid, 2
        while name in labels:
            name, number = f"{one.oid}#{number}", number + 1
        labels[name] = one.received
    return labels
