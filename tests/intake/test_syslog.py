"""Messages of devices become alarms: what their front says, what they mean, and which clears which."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noc_console.errors import BadInput
from noc_console.intake.syslog import MAX_LINE, parse
from noc_console.workflows.drafts import AlarmDraft, Quarantined

DANGEROUS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
IOS = "<187>2041: agg-3: *Mar  1 08:15:02.113: %LINK-3-UPDOWN: Interface TenGigabitEthernet1/0/4, changed state to {}"


def read(text: str | bytes, now: datetime | None = None) -> list[AlarmDraft | Quarantined]:
    return list(parse(text.encode() if isinstance(text, str) else text, now=now))


def one(text: str, now: datetime | None = None) -> AlarmDraft:
    (alarm,) = read(text, now)
    assert isinstance(alarm, AlarmDraft)
    return alarm


@pytest.mark.parametrize(
    ("line", "expected", "text"),
    [
        (
            "<34>Mar  1 08:15:02 core-1 sshd[411]: Failed password for root from 192.0.2.9",
            {"host": "core-1", "facility": 4, "severity": 2, "tag": "sshd", "pid": "411"},
            "Failed password for root from 192.0.2.9",
        ),
        (
            "Mar  1 08:15:02 core-1 ntpd: time reset +0.2 s",
            {"host": "core-1", "facility": "", "severity": None, "tag": "ntpd", "timestamp": "Mar  1 08:15:02"},
            "time reset +0.2 s",
        ),
        (
            '<165>1 2026-03-01T08:15:02.5+08:00 core-1 app 77 ID9 [a@1 k="v \\"w\\" \\]"][b@2 x=""] \ufeff光缆中断',
            {"host": "core-1", "facility": 20, "severity": 5, "tag": "app", "pid": "77", "message_id": "ID9",
             "a@1.k": 'v "w" ]', "b@2.x": ""},
            "光缆中断",
        ),
        (
            "<165>1 - - - - - -",
            {"host": "", "facility": 20, "severity": 5, "tag": ""},
            "",
        ),
        (
            IOS.format("up"),
            {"host": "agg-3", "facility": 23, "severity": 3, "tag": "LINK-3-UPDOWN", "sequence": "2041",
             "timestamp": "Mar  1 08:15:02.113", "interface": "TenGigabitEthernet1/0/4"},
            "Interface TenGigabitEthernet1/0/4, changed state to up",
        ),
        (
            "<189>31: *Mar  1 08:15:02.113 CST: %SYS-5-CONFIG_I: Configured from console",
            {"host": "", "facility": 23, "severity": 5, "tag": "SYS-5-CONFIG_I", "sequence": "31"},
            "Configured from console",
        ),
        (
            "<189>Mar  1 08:15:02 relay-1 99: 000123: Mar  1 08:15:01.9: %SYS-5-CONFIG_I: Configured from vty0",
            {"host": "relay-1", "tag": "SYS-5-CONFIG_I", "sequence": "99"},
            "Configured from vty0",
        ),
        (
            "<187>77: pe-4 RP/0/RSP0/CPU0:Mar  1 08:15:02.113 UTC: bgp[1051]: %ROUTING-BGP-5-ADJCHANGE : neighbor "
            "192.0.2.9 Down - Hold timer expired (VRF: default)",
            {"host": "pe-4", "tag": "ROUTING-BGP-5-ADJCHANGE", "program": "bgp", "pid": "1051", "peer": "192.0.2.9",
             "node": "RP/0/RSP0/CPU0"},
            "neighbor 192.0.2.9 Down - Hold timer expired (VRF: default)",
        ),
        (
            "<190>2026 Mar  1 08:15:02 leaf-7 %ETHPORT-5-IF_DOWN_LINK_FAILURE: Interface Ethernet1/3 is down "
            "(Link failure)",
            {"host": "leaf-7", "tag": "ETHPORT-5-IF_DOWN_LINK_FAILURE", "interface": "Ethernet1/3"},
            "Interface Ethernet1/3 is down (Link failure)",
        ),
        (
            "<190>leaf-7: 2026 Mar  1 08:15:02 UTC: %AUTHPRIV-6-SYSTEM_MSG: session opened - sshd[2]",
            {"host": "leaf-7", "tag": "AUTHPRIV-6-SYSTEM_MSG", "timestamp": "2026 Mar  1 08:15:02 UTC"},
            "session opened - sshd[2]",
        ),
        (
            "<189>2041: agg-3: 000123: *Mar  1 08:15:02.113: %SYS-5-CONFIG_I: Configured",
            {"host": "agg-3", "tag": "SYS-5-CONFIG_I", "sequence": "2041", "timestamp": "Mar  1 08:15:02.113"},
            "Configured",
        ),
        (
            "<166>Mar 01 2026 08:15:02 fw-2 : %ASA-4-106023: Deny tcp src outside:192.0.2.9/1 dst "
            "inside:198.51.100.2/22",
            {"host": "fw-2", "facility": 20, "severity": 6, "tag": "ASA-4-106023"},
            "Deny tcp src outside:192.0.2.9/1 dst inside:198.51.100.2/22",
        ),
        (
            "fw-2 : %ASA-4-106023: Deny udp",
            {"host": "fw-2", "facility": "ASA", "severity": 4, "tag": "ASA-4-106023"},
            "Deny udp",
        ),
        (
            "00:01:07: %LINK-3-UPDOWN: Interface Gi0/1, changed state to down",
            {"host": "", "facility": "LINK", "severity": 3, "tag": "LINK-3-UPDOWN", "timestamp": "00:01:07"},
            "Interface Gi0/1, changed state to down",
        ),
        (
            "3w2d: %SYS-5-RESTART: System restarted --",
            {"facility": "SYS", "severity": 5, "tag": "SYS-5-RESTART", "timestamp": "3w2d"},
            "System restarted --",
        ),
        (
            "<28>Mar  1 08:15:02  re0-mx-1 rpd[2902]: RPD_OSPF_NBRDOWN: OSPF neighbor 192.0.2.9 changed",
            {"host": "mx-1", "routing_engine": "re0", "tag": "RPD_OSPF_NBRDOWN", "program": "rpd", "pid": "2902"},
            "OSPF neighbor 192.0.2.9 changed",
        ),
        (
            "<4>Mar  1 08:15:02 mx-1 /kernel: tcp_auth_ok: Packet from 192.0.2.9 wrong MD5 digest",
            {"host": "mx-1", "tag": "tcp_auth_ok", "program": "kernel"},
            "Packet from 192.0.2.9 wrong MD5 digest",
        ),
        (
            "<7>Mar  1 08:15:02 mx-1 fpc3 JNH_NH: cannot grab a region",
            {"host": "mx-1", "tag": "JNH_NH", "program": "fpc3"},
            "cannot grab a region",
        ),
        (
            "<165>Mar  1 08:15:02 sw-9 Ebra: %LINEPROTO-5-UPDOWN: Line protocol on Interface Ethernet28, "
            "changed state to up",
            {"host": "sw-9", "tag": "LINEPROTO-5-UPDOWN", "program": "Ebra", "interface": "Ethernet28"},
            "Line protocol on Interface Ethernet28, changed state to up",
        ),
        (
            "<29>2026-3-1 08:15:02.270.1 sw-hw %%01IFNET/4/IF_STATE(l)[4997]:Interface Ethernet0/0/8 has turned "
            "into UP state.",
            {"host": "sw-hw", "tag": "01IFNET/4/IF_STATE", "pid": "4997", "interface": "Ethernet0/0/8"},
            "Interface Ethernet0/0/8 has turned into UP state.",
        ),
        (
            '<189>date=2026-03-01 time=08:15:02 devname="fw-4" devid=FG1 type="event" subtype="system" msg="a b"',
            {"host": "fw-4", "tag": "system", "program": "event", "msg": "a b", "timestamp": "2026-03-01 08:15:02"},
            'date=2026-03-01 time=08:15:02 devname="fw-4" devid=FG1 type="event" subtype="system" msg="a b"',
        ),
        (
            "<30>ts-1 port02 2026-Mar- 1 08:15:02.34 SIGNAL: CTS => 0",
            {"host": "ts-1", "tag": "SIGNAL", "node": "port02", "timestamp": "2026-Mar- 1 08:15:02.34"},
            "CTS => 0",
        ),
        (
            "<13>2026-03-01T08:15:02+00:00 tor-2 bgpd 83 - - no version",
            {"host": "tor-2", "timestamp": "2026-03-01T08:15:02+00:00"},
            "bgpd 83 - - no version",
        ),
        ("<13>only words", {"facility": 1, "severity": 5}, None),
    ],
)  # fmt: skip
def test_the_front_of_a_message(line: str, expected: dict[str, Any], text: str | None) -> None:
    alarm = one(line)

    assert {name: alarm.labels.get(name) for name in expected} == expected
    assert alarm.object_ == (alarm.labels["host"] or None)
    if text is not None:
        assert alarm.text == text


@pytest.mark.parametrize(
    ("down", "up", "name"),
    [
        (IOS.format("down"), IOS.format("up"), "UPDOWN"),
        (
            "<190>2026 Mar  1 08:15:02 leaf-7 %ETHPORT-5-IF_DOWN_LINK_FAILURE: Interface Ethernet1/3 is down "
            "(Link failure)",
            "<189>2026 Mar  1 08:16:02 leaf-7 %ETHPORT-5-IF_UP: Interface Ethernet1/3 is up in mode trunk",
            "IF_DOWN_LINK_FAILURE",
        ),
        (
            "<28>Mar  1 08:15:02 mx-1 rpd[2]: RPD_OSPF_NBRDOWN: OSPF neighbor 192.0.2.9 (area 0.0.0.0) state "
            "changed from "
            "Full to Down due to InActiveTimer",
            "<28>Mar  1 08:16:02 mx-1 rpd[2]: RPD_OSPF_NBRUP: OSPF neighbor 192.0.2.9 (area 0.0.0.0) state "
            "changed from "
            "Loading to Full due to LoadDone",
            "RPD_OSPF_NBRDOWN",
        ),
        (
            "<28>Mar  1 08:15:02 mx-1 mib2d[2]: SNMP_TRAP_LINK_DOWN: ifIndex 502, ifOperStatus down(2), ifName "
            "xe-0/0/0",
            "<28>Mar  1 08:15:02 mx-1 mib2d[2]: SNMP_TRAP_LINK_UP: ifIndex 502, ifOperStatus up(1), ifName xe-0/0/0",
            "SNMP_TRAP_LINK_DOWN",
        ),
        (
            "<13>Mar  1 08:15:02 sw-9 Bgp: %BGP-5-ADJCHANGE: peer 192.0.2.9 (VRF default AS 64500) old state "
            "Established "
            "event HoldTime new state Idle",
            "<13>Mar  1 08:16:02 sw-9 Bgp: %BGP-5-ADJCHANGE: peer 192.0.2.9 (VRF default AS 64500) old state "
            "OpenConfirm "
            "event Established new state Established",
            "ADJCHANGE",
        ),
        (
            "<190>9: r-1: Mar  1 08:15:02: %OSPF-5-ADJCHG: Process 1, Nbr 192.0.2.9 on Gi2.45 from FULL to DOWN, "
            "Neighbor Down: Dead timer expired",
            "<190>9: r-1: Mar  1 08:15:09: %OSPF-5-ADJCHG: Process 1, Nbr 192.0.2.9 on Gi2.45 from LOADING to FULL, "
            "Loading Done",
            "ADJCHG",
        ),
        (
            "<186>9: r-1: Mar  1 08:15:02: %PLATFORM-2-PS_FAIL: Power supply 2 failed or shut down (Serial number X1)",
            "<189>9: r-1: Mar  1 08:25:02: %PLATFORM-5-PS_OK: Power supply 2 is ok (Serial number X1)",
            "PS_FAIL",
        ),
        (
            "<28>Mar  1 08:15:02 mx-1 alarmd[9]: Alarm set: Pwr supply color=RED, class=CHASSIS, reason=PEM 1 Not OK",
            "<28>Mar  1 08:15:02 mx-1 alarmd[9]: Alarm cleared: Pwr supply color=RED, class=CHASSIS, reason=PEM "
            "1 Not OK",
            "Alarm set",
        ),
        (
            "<13>Mar  1 08:15:02 ni-1 System: Interface ethernet 1/1/36, state down",
            "<13>Mar  1 08:15:02 ni-1 System: Interface ethernet 1/1/36, state up",
            "System",
        ),
        (
            "<190>Mar  1 08:15:02 2026 sw-3 %%10IFNET/3/PHY_UPDOWN: Physical state on the interface "
            "GigabitEthernet1/0/4, "
            "changed to down.",
            "<190>Mar  1 08:15:09 2026 sw-3 %%10IFNET/3/PHY_UPDOWN: Physical state on the interface "
            "GigabitEthernet1/0/4, "
            "changed to up.",
            "PHY_UPDOWN",
        ),
        (
            "<187>Mar  1 2026 08:15:02 ni-1 %%01OSPF/3/NBR_CHG_DOWN(l)[12]:Neighbor state changed to Down. "
            "(ProcessId=1, "
            "NeighborAddress=192.0.2.9, NeighborPreviousState=Full, NeighborCurrentState=Down)",
            "<188>Mar  1 2026 08:15:52 ni-1 %%01OSPF/4/NBR_CHANGE_E(l)[13]:Neighbor status changed. (ProcessId=1, "
            "NeighborAddress=192.0.2.9, NeighborPreviousState=Loading, NeighborCurrentState=Full)",
            "NBR_CHG_DOWN",
        ),
        (
            "<190>Mar  1 08:15:02 sw-5 TMNX: 1234 Base SNMP-WARNING-linkDown-2004 [Interface 1/1/4, x]: "
            "Interface 1/1/4, "
            "is not operational",
            "<190>Mar  1 08:15:12 sw-5 TMNX: 1235 Base SNMP-WARNING-linkUp-2005 [Interface 1/1/4, x]: Interface 1/1/4, "
            "is operational",
            "linkDown",
        ),
        (
            "<30>Mar  1 08:15:02 r-7 interface,info ether1 link down",
            "<30>Mar  1 08:15:03 r-7 interface,info ether1 link up (speed 1G, full duplex)",
            "interface,info",
        ),
        (
            '<28>1 2026-03-01T00:15:02Z mx-1 mib2d 24 SNMP_TRAP_LINK_DOWN [a@1 x="1"] ifIndex 5, ifName xe-0/0/0',
            '<28>1 2026-03-01T00:16:02Z mx-1 mib2d 24 SNMP_TRAP_LINK_UP [a@1 x="1"] ifIndex 5, ifName xe-0/0/0',
            "SNMP_TRAP_LINK_DOWN",
        ),
        (
            "<166>1 2026-03-01T08:15:02+00:00 tor-2 bgpd 83 - -  %ADJCHANGE: neighbor 192.0.2.9(s1) in vrf "
            "Default Down Peer",
            "<166>1 2026-03-01T08:16:02+00:00 tor-2 bgpd 83 - -  %ADJCHANGE: neighbor 192.0.2.9(s1) in vrf Default Up",
            "ADJCHANGE",
        ),
    ],
)
def test_the_two_ends_of_a_condition(down: str, up: str, name: str) -> None:
    raised, cleared = one(down), one(up)

    assert (raised.name, raised.state, cleared.state) == (name, "raised", "cleared")
    assert raised.fingerprint == cleared.fingerprint
    assert raised.severity == "major"
    assert raised.probable_cause is not None
    for old, new in (("192.0.2.9", "192.0.2.10"), ("/3 ", "/4 "), ("/4,", "/5,"), ("/0/0", "/0/1"), ("/36", "/37")):
        if old in down:
            assert one(down.replace(old, new)).fingerprint != raised.fingerprint
    assert one(re.sub(r"(agg|leaf|mx|sw|r|ni|tor)-(\d)", r"\1-\g<2>9", down)).fingerprint != raised.fingerprint


def test_link_and_line_protocol_are_two_conditions() -> None:
    """A link that comes back does not say that the protocol over it did."""
    protocol = IOS.replace("%LINK-3", "%LINEPROTO-5").replace(": Interface", ": Line protocol on Interface")

    assert one(protocol.format("down")).fingerprint != one(IOS.format("down")).fingerprint


@pytest.mark.parametrize(
    ("line", "severity"),
    [
        ("<0>Mar  1 08:15:02 h p: x", "critical"),
        ("<1>Mar  1 08:15:02 h p: x", "critical"),
        ("<2>Mar  1 08:15:02 h p: x", "major"),
        ("<3>Mar  1 08:15:02 h p: x", "minor"),
        ("<4>Mar  1 08:15:02 h p: x", "warning"),
        ("<5>Mar  1 08:15:02 h p: x", "indeterminate"),
        ("Mar  1 08:15:02 h p: x", "indeterminate"),
        ("<190>Mar  1 08:15:02 h TMNX: 9 Base CHASSIS-CRITICAL-tmnxEqFailure-2001 [Card 2]: x", "critical"),
        ("<189>Mar  1 08:15:02 h %ENV-1-HOT: x", "critical"),
        (
            "<189>1: h: Mar  1 08:15:02: %LINK-5-CHANGED: Interface Gi2, changed state to administratively down",
            "indeterminate",
        ),
        ("<28>Mar  1 08:15:02 mx-1 craftd[1]:  Minor alarm set, x", "minor"),
        ("<28>Mar  1 08:15:02 mx-1 craftd[1]:  Major alarm set, x", "major"),
        ("<28>Mar  1 08:15:02 mx-1 alarmd[1]: Alarm set: FPC color=YELLOW, class=CHASSIS, reason=x", "minor"),
    ],
)
def test_severities(line: str, severity: str) -> None:
    assert one(line).severity == severity


def test_events_of_one_kind_are_one_alarm_whatever_their_words() -> None:
    first, second = (one(f"<164>Mar  1 08:15:0{n} fw %ASA-4-106023: Deny udp src x:192.0.2.{n}/5") for n in (1, 2))

    assert first.fingerprint == second.fingerprint
    assert first.state == "raised"


NOW = datetime(2026, 1, 1, 0, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("stamp", "now", "at"),
    [
        ("2026-03-01T08:15:02+08:00", None, datetime(2026, 3, 1, 0, 15, 2, tzinfo=UTC)),
        ("2026-03-01 08:15:02Z", None, datetime(2026, 3, 1, 8, 15, 2, tzinfo=UTC)),
        ("Dec 31 23:59:58.123 UTC:", NOW, datetime(2025, 12, 31, 23, 59, 58, tzinfo=UTC)),
        ("Jan  1 00:04:58 GMT:", NOW, datetime(2026, 1, 1, 0, 4, 58, tzinfo=UTC)),
        ("Mar 01 2026 08:15:02+08:00", None, datetime(2026, 3, 1, 0, 15, 2, tzinfo=UTC)),
        ("Jan  1 00:04:58 UTC:", None, None),
        ("Jan  1 00:04:58", NOW, None),
        ("Jan  1 00:04:58 CST:", NOW, None),
        ("2026-03-01 08:15:02", NOW, None),
        ("Feb 30 08:15:02 UTC:", NOW, None),
        ("Feb 29 08:15:02 UTC:", NOW, None),
    ],
)
def test_times_that_can_be_placed(stamp: str, now: datetime | None, at: datetime | None) -> None:
    assert one(f"<28>{stamp} %A-1-FAN_FAIL: Fan 2 failed", now).raised_at == at
    assert one(f"<28>{stamp} %A-1-FAN_OK: Fan 2 ok", now).cleared_at == at


def test_the_exact_time_of_a_firewall() -> None:
    line = "<189>date=2026-03-01 time=08:15:02 devname=fw type=event subtype=x "

    assert one(line + "eventtime=1772324102123456789").raised_at == datetime(2026, 3, 1, 0, 15, 2, 123000, tzinfo=UTC)
    assert one(line + 'tz="+0800"').raised_at == datetime(2026, 3, 1, 0, 15, 2, tzinfo=UTC)


DUMP = """Syslog logging: enabled (0 messages dropped, 0 flushes)

    Console logging: disabled
    Buffer logging:  level debugging, 12 messages logged
        Logging to 198.51.100.5  (udp port 514)

Log Buffer (16384 bytes):
2/3, changed state to up
7:04: %LINEPROTO-5-UPDOWN: Line protocol on Interface Gi2/3, changed state to up
000049: Mar  1 08:15:02.113: CEF-HWIDB: switching vector set to Null
*Mar  1 08:15:03.113: %CRYPTO-4-PKT_REPLAY_ERR: decrypt: replay check failed
        connection id=29, sequence number=219

000050: Mar  1 08:15:05.715: %SYS-5-RESTART: System restarted --
Software of the maker, Version 15.2
"""


def test_a_dump_of_a_buffer() -> None:
    cut, debug, replay, restart = read(DUMP)

    assert isinstance(cut, AlarmDraft)
    assert isinstance(debug, AlarmDraft)
    assert isinstance(replay, AlarmDraft)
    assert isinstance(restart, AlarmDraft)
    assert (cut.name, cut.labels["timestamp"], cut.labels["facility"]) == ("UPDOWN", "7:04", "LINEPROTO")
    assert (debug.name, debug.labels["facility"], debug.labels["sequence"]) == ("HWIDB", "CEF", "000049")
    assert (replay.name, replay.labels["facility"], replay.labels["severity"]) == ("PKT_REPLAY_ERR", "CRYPTO", 4)
    assert " ".join(replay.text.split()).endswith("replay check failed connection id=29, sequence number=219")
    assert restart.text == "System restarted --\nSoftware of the maker, Version 15.2"


def test_lines_that_are_none_let_the_rest_go_on() -> None:
    items = read(
        "noise before\n<28>Mar  1 08:15:02 h p: x\n  more of x\nnoise between\n\n<28>Mar  1 08:15:03 h p: y\r\n"
    )

    assert sorted(type(item).__name__ for item in items) == ["AlarmDraft"] * 2 + ["Quarantined"] * 2
    texts = [item.text for item in items if isinstance(item, AlarmDraft)]
    assert [" ".join(text.split()) for text in texts] == ["x more of x", "y"]
    assert {item.raw for item in items if isinstance(item, Quarantined)} == {b"noise before", b"noise between"}


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\0\n",
        b"nothing of the kind\nand more\n",
        b'{"alerts": [{"labels": {}}]}',
        b"Subject: x\nDate: Sun, 1 Mar 2026 08:15:02 +0000\n\nbody\n",
        b"<192>too large a priority\n",
        b"Info: x\nWhen:    2026-03-01 08:15:02 +0800\nHost: agg-7\n",
        b"<1234>x",
        b"<html><body>Mar 1</body></html>",
        b"\x00\x01\x02\x03" * 100,
        b"x" * (16 * 1024 * 1024 + 1),
        b"<28>x\n" * 100_001,
    ],
    ids=range(12),
)
def test_what_is_no_syslog_is_refused(raw: bytes) -> None:
    with pytest.raises(BadInput, match=r"^x\.log: ") as refused:
        parse(raw, where="x.log")
    assert refused.value.hint


def test_other_charsets_and_hostile_text() -> None:
    gbk = b"<28>Mar  1 08:15:02 sw-hw p: " + "光缆中断，请尽快派人处理，谢谢".encode("gb18030")
    hostile = b"<28>Mar  1 08:15:02 h\x1b[2J p: a\x1b]0;t\x07\x00b\xe2\x80\xae"

    (alarm,) = read(gbk)
    assert alarm.text == "光缆中断，请尽快派人处理，谢谢"
    (alarm,) = read(hostile)
    assert not DANGEROUS.search(json.dumps(alarm.to_json(), ensure_ascii=False).replace("\\n", ""))


UNITS = (
    "a",
    "a.",
    "a-",
    "A-1-",
    "%A-1-B",
    "1:",
    "1 ",
    " ",
    '[a b="',
    "on 1",
    "state ",
    "peer ",
    "::",
    "1.",
    "<1>",
    "x=",
    "_",
    "A_",
    "A/1/",
    " sent by ",
    "->",
    "1\t",
)


@pytest.mark.timeout(20)
@pytest.mark.parametrize("unit", UNITS)
def test_a_megabyte_of_one_thing_does_not_hang(unit: str) -> None:
    for head in ("<28>", "<28>1 ", "<28>date=", "<28>Mar  1 08:15:02 h ", "<28>Mar  1 08:15:02 h p: ", "%A-1-B: "):
        (alarm, *_more) = read(head + unit * (MAX_LINE // len(unit)) + "\n" + "x" * 1_000_000)
        assert len(alarm.text) <= 20_000


@pytest.mark.timeout(20)
@pytest.mark.parametrize("blank", ["\n", "\t\n", " \r\n", "\v\n"])
def test_blank_lines_without_end_do_not_hang(blank: str) -> None:
    (alarm,) = read("<28>Mar  1 08:15:02 h p: down\n" + blank * 60_000)
    assert isinstance(alarm, AlarmDraft)


PIECES = (
    *(
        "<28>",
        "<34>1 ",
        "Mar  1 08:15:02 ",
        "2026-03-01T08:15:02Z ",
        "host ",
        "p[1]: ",
        "%A-1-B_DOWN: ",
        "%%01A/1/B(l):",
    ),
    *("- ", '[a x="1"] ', "date=1 ", "tz=+9999 ", "eventtime=9999999999999999999 ", "is down", "12: ", "\n", "re0-"),
)


@given(st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=8)), max_size=14))
def test_any_lines_are_read_or_refused(parts: list[str]) -> None:
    try:
        items = list(parse("".join(parts).encode("utf-8", "surrogatepass"), now=NOW))
    except BadInput:
        return
    for item in items:
        assert not DANGEROUS.search(json.dumps(item.to_json(), ensure_ascii=False))


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    try:
        list(parse(b"<28>" + raw))
    except BadInput as error:
        assert error.hint


@pytest.mark.parametrize(
    ("line", "host", "stamp"),
    [
        ("<190>Mar  1 08:15:02 ZXR10 %OSPF% NEIGHBORCHANGE: neighbor 192.0.2.9 down", "ZXR10", "Mar  1 08:15:02"),
        ("<134>Mar  1 08:15:02 7750-1 TMNX: 12 Base PORT-MINOR-etherAlarmSet-2017 [Port 1/1/3]: Alarm Remote Fault Set",
         "7750-1", "Mar  1 08:15:02"),
        ("<189>Mar  1 08:15:02 2026 Z-edge %%10IFNET/3/PHY_UPDOWN: Physical state on the interface GE1/0/3 changed "
         "to down.", "Z-edge", "Mar  1 08:15:02 2026"),
        ("<187>: 2026 Mar  1 08:15:02.123 n9k-1 %$ VDC-1 %$ %PLATFORM-2-PS_FAIL: Power supply 1 failed", "n9k-1",
         "2026 Mar  1 08:15:02.123"),
        ("<189>: 2026 Mar  1 08:15:02 CST: %ETHPORT-5-IF_DOWN_NONE: Interface Ethernet1/3 is down", "",
         "2026 Mar  1 08:15:02 CST"),
    ],
)  # fmt: skip
def test_a_host_is_told_from_the_end_of_a_time(line: str, host: str, stamp: str) -> None:
    labels = one(line).labels
    assert (labels["host"], labels["timestamp"]) == (host, stamp)
    assert labels.get("program", "") in ("", "TMNX")


@pytest.mark.parametrize(
    ("line", "interface"),
    [
        ("<188>Mar  1 08:15:02 s57 %%01PHY/4/PHY_STATUS_UP2DOWN(l)[4]:Slot=0;GigabitEthernet0/0/3 change status to {}.",
         "GigabitEthernet0/0/3"),
        ("<189>Mar  1 08:15:02 rg %LINEPROTO-5-UPDOWN: Line protocol on Interface TenGigabitEthernet 0/3, changed "
         "state to {}.", "TenGigabitEthernet 0/3"),
    ],
)  # fmt: skip
def test_a_port_is_named_as_its_maker_writes_it(line: str, interface: str) -> None:
    down, up = one(line.format("down")), one(line.format("up"))
    assert (down.state, up.state, down.probable_cause) == ("raised", "cleared", "lossOfSignal")
    assert down.labels["interface"] == interface
    assert down.fingerprint == up.fingerprint
    assert down.fingerprint != one(line.replace("0/3", "0/4").format("down")).fingerprint


def test_the_port_of_an_address_is_no_interface() -> None:
    alarm = one("<34>Mar  1 08:15:02 core-1 sshd[411]: Failed password for root from 192.0.2.9 port 22 ssh2")
    assert "interface" not in alarm.labels


def test_what_a_shell_of_windows_wrote_is_read() -> None:
    line = "<34>Mar  1 08:15:02 core-1 sshd[411]: 认证失败"
    (alarm,) = read(line.encode("utf-16"))
    assert isinstance(alarm, AlarmDraft)
    assert (alarm.object_, alarm.text) == ("core-1", "认证失败")
