"""One line of syslog taken apart: priority, time, host, program, tag, message.

Reads RFC 5424, RFC 3164, and what devices send in their place: sequence numbers, hosts before or after times of many
forms, ``%FACILITY-SEVERITY-MNEMONIC`` (Cisco, Arista, Huawei, H3C), Junos' inner tags, Fortinet's pairs. It must not
know what a message means.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from noc_console.intake.instants import MONTHS

_MONTH: Final = f"(?:{'|'.join(MONTHS)})"
#: H3C parts milliseconds by a colon.
_CLOCK: Final = r"\d{1,2}:\d{2}:\d{2}(?:[.,]\d+|:\d{3}(?!\d))*"
#: Hosts too begin with a Z or a number.
_OFFSET: Final = r"(?:(?:Z|[+-]\d{2}:?\d{2})(?![\w.-]))"
#: A host may be 2001:db8::1, which is no year.
_YEAR: Final = r"(?:19|20)\d{2}(?![\w.-]|:[0-9A-Fa-f]*:)"
_ZONE: Final = r"(?:UTC|GMT|C[SDE]T|CEST|E[SDE]T|EEST|M[SD]T|P[SD]T|BST|MSK|IST|HKT|SGT|JST|KST)"
_STAMP: Final = (
    r"(?:"
    rf"\d{{4}}-\d{{1,2}}-\d{{1,2}}[T ]{_CLOCK}{_OFFSET}?(?: ?DST)?|"
    rf"\d{{4}}/\d{{1,2}}/\d{{1,2}} {_CLOCK}|\d{{2}}/\d{{2}}/\d{{4}}:{_CLOCK}(?: {_ZONE}\b)?|"
    rf"[*.%]?(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? )?(?:\d{{4}} )?{_MONTH} +\d{{1,2}},?(?: \d{{4}})?,? {_CLOCK}"
    rf"(?: ?{_OFFSET})?(?: {_YEAR})?(?: {_ZONE}(?: {_YEAR})?(?=\s)| [A-Z]{{2,5}}(?= ?:))?|"
    rf"\d{{1,2}}[ -]{_MONTH}[ -]\d{{4}} {_CLOCK}|"
    rf"\d{{4}}-{_MONTH}- ?\d{{1,2}} {_CLOCK}|"
    rf"(?:\d+[ywdh]\d+[wdh]|\d{{1,3}}:\d{{2}}(?::\d{{2}})?)(?=: %)"
    r")"
)
#: NX-OS and ASA leave the place of the host empty before a colon.
_PRI: Final = re.compile(r"<(\d{1,3})>\s*(?::(?!:)\s*)?")
#: The priority in words, as some collectors write it into their files.
_PRI_IN_WORDS: Final = re.compile(
    r"(?P<facility>kern|user|mail|daemon|auth|syslog|lpr|news|uucp|cron|authpriv|ftp|local[0-7])\."
    r"(?P<level>emerg|alert|crit|err|warning|notice|info|debug)\w*\s+",
    re.IGNORECASE,
)
_FACILITIES: Final = (
    "kern",
    "user",
    "mail",
    "daemon",
    "auth",
    "syslog",
    "lpr",
    "news",
    "uucp",
    "cron",
    "authpriv",
    "ftp",
)
_LEVELS: Final = ("emerg", "alert", "crit", "err", "warning", "notice", "info", "debug")
_RFC5424: Final = re.compile(
    rf"1 (?P<stamp>(?!\d{{10}}(?:\d{{3}})?(?:\.\d+)? |{_MONTH} \d{{4}} )\S+) "
    r"(?P<host>\S+) (?P<program>\S+) (?P<pid>\S+) (?P<id>\S+) ?(?P<rest>.*)$",
    re.DOTALL,
)
_SD_ELEMENT: Final = re.compile(r'\[(?P<id>[^ \]="]+)(?P<params>(?: [^ \]="]+="(?:[^"\\]|\\.)*")*)\]')
_SD_PARAM: Final = re.compile(r' ([^ \]="]+)="((?:[^"\\]|\\.)*)"')
#: Meraki: a version, seconds since 1970, a host, a kind of event.
_EPOCH: Final = re.compile(r"1 (?P<stamp>\d{10}(?:\d{3})?(?:\.\d{1,9})?) (?P<host>\S{1,253}) (?P<tag>\S{1,60}) ")
#: A count of what was sent to this collector, and Cisco's own number of the message.
_SEQUENCE: Final = re.compile(r"(\d{1,10}):\s+(?:\d{1,10}:\s+)?")
_AT_START: Final = re.compile(rf"(?P<stamp>{_STAMP})\s*:?\s*")
_HOST_FIRST: Final = re.compile(
    rf"(?:(?P<host>[A-Za-z0-9][\w.-]{{0,253}}):?\s+)?(?:(?P<via>[\w./-]{{1,60}})(?::|\s+))??(?:\d{{1,10}}:\s+)?(?P<stamp>{_STAMP})\s*:?\s*",
    re.ASCII,
)
#: UniFi adds its hardware address and its version to the name.
_HOST: Final = re.compile(
    r"(?:\[(?P<bracketed>[0-9A-Fa-f:.]{2,45})\]|(?P<host>[A-Za-z0-9_][\w.:-]{0,253}?))"
    r"(?:,[0-9a-f]{12},v[\w.]+:?)?(?:\s+:)?\s+(?=\S)",
    re.ASCII,
)
_REPEATED: Final = re.compile(r"last message repeated \d+ times?", re.IGNORECASE)
_RELAYED: Final = re.compile(r"(?P<host>[A-Za-z0-9][\w.:-]{0,253}?):?\s+(?=\d{1,10}:\s)", re.ASCII)
_NAME: Final = re.compile(r"[A-Za-z0-9_][\w.:-]{0,253}", re.ASCII)
_ROUTING_ENGINE: Final = re.compile(r"(re\d)[-.](?=\w)")
#: F5 writes the level before the program, ProCurve a number.
_PROGRAM: Final = re.compile(
    r"(?:(?:emerg|alert|crit|err|warning|notice|info|debug)\s+(?=[\w/-]+\[)|\d{5}\s+(?=\w))?(?P<program>/?[\w./-]{1,60}(?:\([\w-]+\))?)(?:\[(?P<pid>\d{1,10})\])?\s?:\s*",
    re.ASCII,
)
_CARD: Final = re.compile(r"(?P<card>(?:fpc|tfeb|afeb|cfeb|feb|ssb|pfe)\d*)\s+(?:fpc\d+\s+)?(?:[a-z]+:\s)?")
_CISCO: Final = re.compile(
    r"%(?P<tag>(?P<facility>[A-Z]\w*(?:-[A-Za-z]\w*){0,4})-(?P<severity>[0-7])-(?P<mnemonic>\w(?:[\w-]{0,80}\w)?))"
    # Dell writes a unit before its tag: %NODE-1-M:SYS %IFM-5-OSTATE_DN
    r"(?:\s*:(?!\w+ %[A-Z])\s*|\s+(?=\[))",
    re.ASCII,
)
#: Small switches write the severity as a letter: %LINK-W-Down
_LETTERED: Final = re.compile(
    r"%(?P<tag>(?P<facility>[A-Z]\w*)-(?P<severity>[ACEWNID])-(?P<mnemonic>\w(?:[\w-]{0,80}\w)?))\s*:\s*", re.ASCII
)
_LETTERS: Final = "-ACEWNID"
#: Without its marks in what a console shows, and in what Huawei tells of its own traps.
_HUAWEI: Final = re.compile(
    r"(?:%%(?=\d{2})|(?<!\S)(?=[A-Z]))(?P<tag>(?P<facility>(?:\d{2})?[A-Z]\w*)/(?P<severity>[0-7])/(?P<mnemonic>[A-Za-z]\w+))"
    r"(?:\((?P<type>\w+)\))?(?:\[(?P<pid>\d+)\])?\s*:\s*",
    re.ASCII,
)
_BARE_MNEMONIC: Final = re.compile(r"(?:^|\) )%(?P<mnemonic>[A-Z][A-Z0-9_]+): ")
#: What a buffer of Cisco's holds of debugging: a facility and a mnemonic without a severity.
_DEBUG_TAG: Final = re.compile(r"([A-Z][A-Z0-9_]*)-([A-Z][A-Z0-9_]*)")
_INNER: Final = re.compile(
    r"(?P<tag>Alarm (?:set|cleared)|[A-Z][A-Z0-9]{1,60}(?:[_-][A-Z0-9]{1,60}){0,16}|[A-Za-z]\w{0,80}_\w{1,80})"
    r":\s*(?=\S)",
    re.ASCII,
)
#: SR OS: a number, a routing instance, then application, X.733 severity, event and its number.
_NOKIA: Final = re.compile(
    r"\d{1,10} \S+ (?P<tag>(?P<facility>[A-Z][A-Z0-9_]*)-(?P<grade>CLEARED|INDETERMINATE|CRITICAL|MAJOR|MINOR|WARNING)"
    r"-(?P<mnemonic>\w+?)(?:-\d{1,6})?)\b(?::| -)?\s*",
    re.ASCII,
)
#: ZTE writes sentences; its levels count from 1 where syslog's count from 0.
_ZTE: Final = re.compile(
    r"\bAn? (?:alarm|notification) (?P<code>\d{1,10})(?: ID \d{1,10})? level (?P<level>[1-8]) "
    r"(?P<end>occurred|cleared|restored) at (?P<stamp>\d{2}:\d{2}:\d{2} \d{2}-\d{2}-\d{4}) sent by "
    r"(?P<host>[\w.-]{1,253})(?: (?P<unit>[\w/.()-]{0,60}?))? ?%(?P<facility>\w{1,40})%\s*",
    re.ASCII,
)
#: RouterOS: its topics.
_TOPICS: Final = re.compile(r"(?P<tag>[a-z]+(?:,[a-z]+)+)\s+(?=\S)", re.ASCII)
#: How far into a line without priority and time a Cisco tag may stand: behind a host, or what a buffer cut off.
_TAG_WITHIN: Final = 80
_FORTINET: Final = re.compile(r"(?:date|logver)=\S")
_PAIR: Final = re.compile(r'(\w+)=(?:"((?:[^"\\]|\\.)*)"|(\S*))')


@dataclass(slots=True)
class Header:
    """What the front of a message says; ``message`` is the rest. Empty where a message does not say."""

    priority: int | None = None
    stamp: str = ""
    host: str = ""
    program: str = ""
    pid: str = ""
    tag: str = ""
    #: facility and severity that the device itself writes into its tag
    own_facility: str = ""
    own_severity: int | None = None
    mnemonic: str = ""
    #: the X.733 word that some devices write themselves, ``CLEARED`` too
    grade: str = ""
    #: ``raised`` or ``cleared``, where the form itself says it and not the words
    end: str = ""
    message: str = ""
    extra: dict[str, str] = field(default_factory=dict)


def read_header(line: str) -> Header | None:
    """Return the parts of a line that begins a message, ``None`` for a line that begins none."""
    header = Header()
    rest = line.lstrip("\ufeff")
    priority = _PRI.match(rest)
    if priority and int(priority[1]) < 192:
        header.priority = int(priority[1])
        rest = rest[priority.end() :]
    new = _RFC5424.match(rest) if header.priority is not None else None
    meraki = _EPOCH.match(rest) if header.priority is not None else None
    if new:
        _rfc5424(header, new)
    elif meraki:
        header.stamp, header.host = meraki["stamp"], meraki["host"]
        header.tag = header.mnemonic = header.program = meraki["tag"]
        header.message = rest[meraki.end() :]
    elif _FORTINET.match(rest):
        _fortinet(header, rest)
    elif " sent by " in rest[: _TAG_WITHIN * 4] and (sentence := _ZTE.search(rest[: _TAG_WITHIN * 4])):
        _zte(header, rest, sentence)
    elif not _devices(header, rest):
        return None
    routing_engine = _ROUTING_ENGINE.match(header.host)
    if routing_engine:
        # Either routing engine of a Juniper speaks for the one device.
        header.extra["routing_engine"] = routing_engine[1]
        header.host = header.host[routing_engine.end() :]
    return header


def _rfc5424(header: Header, found: re.Match[str]) -> None:
    """Fill in a message of RFC 5424; a hyphen stands for nothing."""
    nothing = {"-": ""}
    header.stamp, header.host, header.program, header.pid, message_id = (
        nothing.get(found[name], found[name]) for name in ("stamp", "host", "program", "pid", "id")
    )
    rest = found["rest"]
    if rest.startswith("- ") or rest == "-":
        rest = rest[2:]
    while element := _SD_ELEMENT.match(rest):
        for name, value in _SD_PARAM.findall(element["params"]):
            header.extra[f"{element['id']}.{name}"] = re.sub(r"\\(.)", r"\1", value)
        rest = rest[element.end() :]
    # Junos can leave out the words ("brief"); its pairs are then all that people get.
    header.message = rest.lstrip("\ufeff ") or found["rest"].removeprefix("- ").removeprefix("-")
    header.tag = header.program
    if message_id:
        header.extra["message_id"] = message_id
    nokia = _NOKIA.match(header.message)
    if nokia:
        header.message = header.message[nokia.end() :]
        _graded(header, nokia)
        return
    bare = _BARE_MNEMONIC.search(header.message[:_TAG_WITHIN])
    header.mnemonic = message_id or (bare["mnemonic"] if bare else "")
    if not _own_tag(header, header.message) and not header.tag:
        header.tag = message_id


def _zte(header: Header, rest: str, found: re.Match[str]) -> None:
    """Fill in a sentence of ZTE, with what a collector wrote before it."""
    before = _time_and_host(header, rest[: found.start()])
    named = _HOST.match(f"{before.strip()} .")
    header.host = header.host or (named["host"] or "" if named else "") or found["host"]
    header.extra["device_time"] = found["stamp"]
    header.stamp = header.stamp or found["stamp"]
    if found["unit"]:
        header.extra["node"] = found["unit"]
    header.tag = header.own_facility = found["facility"]
    header.own_severity, header.mnemonic = int(found["level"]) - 1, found["code"]
    header.end = "raised" if found["end"] == "occurred" else "cleared"
    header.message = rest[found.end() :]


def _fortinet(header: Header, rest: str) -> None:
    """Fill in a message of pairs."""
    pairs = {name: quoted or plain for name, quoted, plain in _PAIR.findall(rest)}
    header.extra.update(pairs)
    header.host = pairs.get("devname") or pairs.get("devid", "")
    header.stamp = " ".join(pairs[name] for name in ("date", "time") if name in pairs)
    header.program = pairs.get("type", "")
    header.tag = pairs.get("subtype") or header.program
    header.mnemonic = "_".join(part for part in (header.program, pairs.get("subtype", "")) if part)
    header.message = rest


def _devices(header: Header, rest: str) -> bool:
    """Fill in what is neither; tell whether anything of it is syslog."""
    rest = _priority_in_words(header, _time_and_host(header, rest))
    if _own_tag(header, rest):
        return True
    if header.priority is None and not header.stamp:
        return False
    rest = rest.lstrip(": \t")
    if not header.host and not _REPEATED.match(rest):
        host = _HOST.match(rest)
        named = (host["bracketed"] or host["host"]) if host else ""
        if host and named and not named.endswith(":"):
            header.host = named
            rest = rest[host.end() :]
            rest = _second_time(header, rest)
            if _FORTINET.match(rest):
                _fortinet(header, rest)
                return True
            if _own_tag(header, rest):
                return True
    _program_and_tag(header, rest)
    return True


def _priority_in_words(header: Header, rest: str) -> str:
    """Take ``Local7.Error``, which counts where no number said it; return what follows."""
    found = _PRI_IN_WORDS.match(rest)
    if found is None:
        return rest
    if header.priority is None:
        facility, level = found["facility"].casefold(), found["level"].casefold()
        number = 16 + int(facility[5]) if facility.startswith("local") else _FACILITIES.index(facility)
        header.priority = number * 8 + _LEVELS.index(level)
    return rest[found.end() :]


def _time_and_host(header: Header, rest: str) -> str:
    """Take a sequence number, a time, and a host that stands before the time; return what follows."""
    sequence = _SEQUENCE.match(rest)
    if sequence:
        header.extra["sequence"] = sequence[1]
        rest = rest[sequence.end() :]
    # Without a priority or a device's tag, words before a time are anybody's: "When: 2026-03-01 08:15:02".
    ours = header.priority is not None or "%" in rest[: _TAG_WITHIN * 3]
    found = _AT_START.match(rest) or (_HOST_FIRST.match(rest) if ours else None)
    if found is None:
        return rest
    header.stamp = found["stamp"].lstrip("*.%")
    named = found.groupdict()
    header.host = named.get("host") or ""
    via = named.get("via") or ""
    if via and not header.host and "/" not in via:
        header.host, via = via, ""
    if via:
        header.extra["node"] = via
    rest = rest[found.end() :]
    relayed = _RELAYED.match(rest) if not header.host else None
    if relayed is None:
        return rest
    header.host = relayed["host"]
    return _second_time(header, rest[relayed.end() :])


def _second_time(header: Header, rest: str) -> str:
    """Take what a relay left of the device's own front: a sequence number, a time."""
    sequence = _SEQUENCE.match(rest)
    if sequence:
        header.extra["sequence"] = sequence[1]
        rest = rest[sequence.end() :]
    own = _AT_START.match(rest) or (_HOST_FIRST.match(rest) if sequence else None)
    if own:
        header.extra["device_time"] = own["stamp"].lstrip("*.%")
        rest = rest[own.end() :]
    return rest


def _own_tag(header: Header, rest: str) -> bool:
    """Take the tag with facility, severity and mnemonic that some devices write; tell whether there is one."""
    found = (
        _CISCO.search(rest[: _TAG_WITHIN * 3]) if "%" in rest[:_TAG_WITHIN] and "%%" not in rest[:_TAG_WITHIN] else None
    )
    if found is None and "/" in rest[:_TAG_WITHIN]:
        found = _HUAWEI.search(rest[: _TAG_WITHIN * 3])
    if found is None and "%" in rest[:_TAG_WITHIN]:
        found = _LETTERED.search(rest[:_TAG_WITHIN])
    if found is None or found.start() > _TAG_WITHIN:
        return False
    header.tag = found["tag"]
    header.own_facility = found["facility"]
    severity = found["severity"]
    header.own_severity = int(severity) if severity.isdigit() else _LETTERS.index(severity)
    header.mnemonic = found["mnemonic"]
    _before_tag(header, rest[: found.start()])
    header.pid = header.pid or found.groupdict().get("pid") or ""
    header.message = rest[found.end() :]
    return True


def _before_tag(header: Header, before: str) -> None:
    """Take a host, a program with its number, or both, that stand between the time and the device's tag."""
    words = before.replace(" :", " ").split()
    if len(words) > 1 and re.fullmatch(r"\d{1,10}:", words[-1]):
        header.extra.setdefault("sequence", words.pop().rstrip(":"))
    if not words:
        return
    last = words[-1]
    alone = len(words) == 1 and not header.host
    if alone and not (("[" in last or last.endswith(":")) and header.stamp):
        words, last = [last, ""], ""
    if not header.host and len(words) > 1 and (host := _NAME.fullmatch(words[0].rstrip(":"))):
        header.host = host[0]
    program = _PROGRAM.match(f"{last.rstrip(':')}:") if last else None
    if program:
        header.program, header.pid = program["program"], program["pid"] or ""


def _program_and_tag(header: Header, rest: str) -> None:
    """Take the program, and the tag that some programs write before their message (Junos above all)."""
    card = _CARD.match(rest)
    program = None if card else _PROGRAM.match(rest)
    if card:
        header.program = header.tag = card["card"]
        rest = rest[card.end() :]
    elif program:
        header.program, header.pid = program["program"].lstrip("/"), program["pid"] or ""
        header.tag = header.program
        rest = rest[program.end() :]
    inner = _NOKIA.match(rest) or _INNER.match(rest) or (None if header.tag else _TOPICS.match(rest))
    if inner:
        header.tag = inner["tag"]
        rest = rest[inner.end() :]
    bare = _BARE_MNEMONIC.search(rest[:_TAG_WITHIN])
    header.mnemonic = bare["mnemonic"] if bare else header.tag
    if inner and "grade" in inner.groupdict():
        _graded(header, inner)
    debug = _DEBUG_TAG.fullmatch(header.tag) if header.priority is None else None
    if debug:
        header.own_facility, header.mnemonic = debug[1], debug[2]
    header.message = rest


def _graded(header: Header, found: re.Match[str]) -> None:
    """Fill in a tag that holds a word of X.733."""
    header.tag, header.own_facility = found["tag"], found["facility"]
    header.grade, header.mnemonic = found["grade"], found["mnemonic"]
