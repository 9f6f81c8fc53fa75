"""Traps as snmptrapd hands them on become alarms; the trap that clears has the fingerprint of the one that raised."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noc_console.errors import BadInput
from noc_console.intake.snmptrap import MAX_BINDINGS, MAX_TRAP, parse
from noc_console.workflows.drafts import AlarmDraft

HEAD = "agg-7.carrier.example\nUDP: [192.0.2.7]:50123->[198.51.100.1]:162\n"
UPTIME = "DISMAN-EVENT-MIB::sysUpTimeInstance 12:3:04:05.06\n"
DANGEROUS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def read(text: str | bytes) -> AlarmDraft:
    (alarm,) = parse(text.encode() if isinstance(text, str) else text)
    assert isinstance(alarm, AlarmDraft)
    return alarm


def trap(oid: str, *bindings: str, head: str = HEAD) -> AlarmDraft:
    return read("\n".join((head + UPTIME + f"SNMPv2-MIB::snmpTrapOID.0 {oid}", *bindings)) + "\n")


def link(end: str, index: int = 7, status: str = "down") -> AlarmDraft:
    return trap(
        f"IF-MIB::{end}",
        f"IF-MIB::ifIndex.{index} {index}",
        f"IF-MIB::ifOperStatus.{index} {status}",
        f"IF-MIB::ifDescr.{index} xe-0/0/{index}",
    )


def test_link_down() -> None:
    alarm = link("linkDown")

    assert (alarm.name, alarm.severity, alarm.state) == ("IF-MIB::linkDown", "major", "raised")
    assert (alarm.object_, alarm.source_ip) == ("agg-7.carrier.example", "192.0.2.7")
    assert alarm.probable_cause == "lossOfSignal"
    assert alarm.labels == {
        "DISMAN-EVENT-MIB::sysUpTimeInstance": "12:3:04:05.06",
        "IF-MIB::ifIndex.7": "7",
        "IF-MIB::ifOperStatus.7": "down",
        "IF-MIB::ifDescr.7": "xe-0/0/7",
    }
    assert alarm.text.splitlines()[:2] == ["linkDown", "xe-0/0/7"]
    assert (alarm.raised_at, alarm.cleared_at) == (None, None)


def test_link_up_clears_the_same_port_alone() -> None:
    assert link("linkUp", status="up").state == "cleared"
    assert link("linkUp", status="up").fingerprint == link("linkDown").fingerprint
    assert link("linkUp", index=8).fingerprint != link("linkDown").fingerprint
    other = HEAD.replace("192.0.2.7", "192.0.2.8")
    assert trap("IF-MIB::linkDown", "IF-MIB::ifIndex.7 7", head=other).fingerprint != link("linkDown").fingerprint


def test_numbers_in_place_of_names() -> None:
    numbers = (
        HEAD + ".1.3.6.1.2.1.1.3.0 12:3:04:05.06\n.1.3.6.1.6.3.1.1.4.1.0 {trap}\n.1.3.6.1.2.1.2.2.1.1.7 7\n"
        ".1.3.6.1.2.1.2.2.1.2.7 xe-0/0/7\n"
    )
    down, up = (read(numbers.format(trap=f".1.3.6.1.6.3.1.1.5.{number}")) for number in (3, 4))

    assert (down.name, down.state, up.state) == (".1.3.6.1.6.3.1.1.5.3", "raised", "cleared")
    assert down.text.startswith("linkDown")
    assert down.fingerprint == up.fingerprint == link("linkDown").fingerprint


@pytest.mark.parametrize(
    ("raises", "clears"),
    [
        ("BGP4-MIB::bgpBackwardTransition", "BGP4-MIB::bgpEstablished"),
        ("JUNIPER-MIB::jnxPowerSupplyFailure", "JUNIPER-MIB::jnxPowerSupplyOK"),
        ("JUNIPER-VPN-MIB::jnxVpnPwDown", "JUNIPER-VPN-MIB::jnxVpnPwUp"),
        ("PowerNet-MIB::upsOnBattery", "PowerNet-MIB::powerRestored"),
        ("CPS-MIB::upsOverTemp", "CPS-MIB::returnFromOverTemp"),
        ("CPS-MIB::upsChargerFailure", "CPS-MIB::returnFromChargerFailure"),
        ("ACME-OLT-MIB::acmeOnuLosActive", "ACME-OLT-MIB::acmeOnuLosCleared"),
        ("ACME-OLT-MIB::acmeFanFault", "ACME-OLT-MIB::acmeFanFaultRecovery"),
        ("ACME-OLT-MIB::acmeRadiusServerUnreachable", "ACME-OLT-MIB::acmeRadiusServerReachable"),
        ("ACME-OLT-MIB::acmeAlarmTrap", "ACME-OLT-MIB::acmeAlarmCeaseTrap"),
        ("MPLS-LDP-MIB::mplsLdpSessionDown", "MPLS-LDP-MIB::mplsLdpSessionUp"),
    ],
)
def test_the_two_ends_of_a_condition(raises: str, clears: str) -> None:
    raised, cleared = (trap(name, "ACME-OLT-MIB::acmePortName.1.4 pon-1/4") for name in (raises, clears))

    assert (raised.state, cleared.state) == ("raised", "cleared")
    assert raised.fingerprint == cleared.fingerprint
    assert raised.fingerprint != trap(raises, "ACME-OLT-MIB::acmePortName.1.5 pon-1/5").fingerprint


@pytest.mark.parametrize(
    ("said", "severity", "state"),
    [
        ("critical", "critical", "raised"),
        ("major(4)", "major", "raised"),
        ("Minor", "minor", "raised"),
        ("warning", "warning", "raised"),
        ("cleared", "indeterminate", "cleared"),
        ("cleared(1)", "indeterminate", "cleared"),
        ("Informational", "indeterminate", "raised"),
        ("7", "indeterminate", "raised"),
    ],
)
def test_one_trap_for_all_alarms_says_in_its_values_what_it_means(said: str, severity: str, state: str) -> None:
    alarm = trap(
        "ACME-OLT-MIB::acmeGenericTrap",
        f"ACME-OLT-MIB::acmeAlarmSeverity.12 {said}",
        "ACME-OLT-MIB::acmeAlarmType.12 onuDyingGasp",
        'ACME-OLT-MIB::acmeAlarmDescr.12 "ONU 1/1/4 lost its power"',
        "ACME-OLT-MIB::acmeObjectName.12 ONU-1/1/4",
        "ACME-OLT-MIB::acmeAlarmTime.12 2026-3-1,8:5:9.0,+8:0",
    )

    assert (alarm.severity, alarm.state) == (severity, state)
    at = datetime(2026, 3, 1, 0, 5, 9, tzinfo=UTC)
    assert (alarm.raised_at, alarm.cleared_at) == ((at, None) if state == "raised" else (None, at))
    assert "ONU 1/1/4 lost its power" in alarm.text.splitlines()


def test_an_alarm_that_gets_graver_stays_the_same_alarm() -> None:
    minor, major = (
        trap(
            "A-B::alarmTrap",
            f"A-B::alarmSeverity.{index} {severity}",
            "A-B::alarmType.1 fan",
            f"A-B::logIndex.{index} {index}",
        )
        for index, severity in ((1, "minor"), (2, "major"))
    )

    assert minor.fingerprint == major.fingerprint


def test_a_state_in_a_value_decides_for_a_trap_of_changes() -> None:
    down, full = (
        trap(
            "OSPF-TRAP-MIB::ospfNbrStateChange",
            "OSPF-MIB::ospfNbrIpAddr.192.0.2.9.0 192.0.2.9",
            f"OSPF-MIB::ospfNbrState.192.0.2.9.0 {state}",
        )
        for state in ("down", "full(8)")
    )

    assert (down.state, full.state) == ("raised", "cleared")
    assert down.fingerprint == full.fingerprint


def test_values_with_types_quotes_lines_and_hexadecimal_digits() -> None:
    alarm = trap(
        "A-B::event",
        'A-B::text.0 = STRING: "two\nlines: A::b is no binding\n of text"',
        'A-B::name.\\"core one\\".2 = INTEGER: up(1)',
        "A-B::mac.0 = Hex-STRING: 00 1A 2B\n3C 4D 5E",
        "A-B::empty.0 ",
        "A-B::twice.0 1",
        "A-B::twice.0 2",
    )

    assert alarm.labels["A-B::text.0"] == '= STRING: "two\nlines: A::b is no binding\n of text"'
    assert "two\nlines: A::b is no binding\n of text" in alarm.text
    assert alarm.labels['A-B::name."core one".2'] == "= INTEGER: up(1)"
    assert alarm.labels["A-B::mac.0"] == "= Hex-STRING: 00 1A 2B\n3C 4D 5E"
    assert alarm.labels["A-B::empty.0"] == ""
    assert (alarm.labels["A-B::twice.0"], alarm.labels["A-B::twice.0#2"]) == ("1", "2")


@pytest.mark.parametrize(
    ("head", "host", "source"),
    [
        ("olt-1\nUDP: [192.0.2.7]:1->[198.51.100.1]:162\n", "olt-1", "192.0.2.7"),
        ("olt-1\n[UDP: [192.0.2.7]:1->[198.51.100.1]:162]:\n", "olt-1", "192.0.2.7"),
        ("olt-1\nUDP/IPv6: [2001:db8::7]:1->[2001:db8::1]:162\n", "olt-1", "2001:db8::7"),
        ("<UNKNOWN>\nUDP: [192.0.2.7]:1->[198.51.100.1]:162\n", "192.0.2.7", "192.0.2.7"),
        ("olt-1\r\nTCP: [192.0.2.7]:1->[198.51.100.1]:162\r\n", "olt-1", "192.0.2.7"),
        ("olt-1\n192.0.2.7\n", "olt-1", "192.0.2.7"),
        ("192.0.2.7\nUDP: [192.0.2.7]:1->[198.51.100.1]:162\n", "192.0.2.7", "192.0.2.7"),
        ("olt-1\n\n", "olt-1", None),
    ],
)
def test_who_sent_it(head: str, host: str, source: str | None) -> None:
    alarm = trap("IF-MIB::linkDown", head=head)

    assert (alarm.object_, alarm.source_ip) == (host, source)


def test_the_time_of_a_spooled_trap() -> None:
    alarm = read("1772323200\n" + HEAD + ".1.3.6.1.6.3.1.1.4.1.0 .1.3.6.1.4.1.99999.0.7\n")

    assert alarm.raised_at == datetime(2026, 3, 1, tzinfo=UTC)
    assert alarm.object_ == "agg-7.carrier.example"


def test_no_value_passes_for_another_trap_or_sender() -> None:
    alarm = trap(
        "IF-MIB::linkDown",
        'IF-MIB::ifAlias.7 "x\nvictim.example\nUDP: [203.0.113.9]:1->[198.51.100.1]:162\n'
        'SNMPv2-MIB::snmpTrapOID.0 IF-MIB::linkUp"',
    )

    assert (alarm.name, alarm.object_, alarm.source_ip) == ("IF-MIB::linkDown", "agg-7.carrier.example", "192.0.2.7")


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"Garbage\n",
        HEAD.encode() + UPTIME.encode(),
        HEAD.encode() + b"SNMPv2-MIB::snmpTrapOID.0 \n",
        b'{"alerts": []}',
        b"\xff\xfe\x00\x01",
        b"x" * (MAX_TRAP + 1),
        HEAD.encode() + b"A-B::c.0 1\n" * (MAX_BINDINGS + 1) + b"SNMPv2-MIB::snmpTrapOID.0 A-B::d\n",
    ],
    ids=range(8),
)
def test_what_is_no_trap_is_refused(raw: bytes) -> None:
    with pytest.raises(BadInput, match=r"^x\.trap: ") as refused:
        parse(raw, where="x.trap")
    assert refused.value.hint


def test_values_in_another_charset_and_hostile_ones() -> None:
    alarm = read(
        HEAD.encode()
        + b"SNMPv2-MIB::snmpTrapOID.0 A-B::alarmRaised\nA-B::alarmDescr.0 "
        + "光缆中断，请尽快派人处理".encode("gb18030")
        + b"\nA-B::x\x1b[2J.0 a\x1b]0;t\x07\x00b\n"
    )

    assert "光缆中断，请尽快派人处理" in alarm.text
    assert not DANGEROUS.search(json.dumps(alarm.to_json(), ensure_ascii=False).replace("\\n", ""))


@pytest.mark.timeout(10)
@pytest.mark.parametrize("unit", ['"', '\\"', "A::b", 'A::b"', ".1", ".1.2 ", "= STRING: ", "[", "x\n", "A-B::c.0 "])
def test_a_megabyte_of_one_thing_does_not_hang(unit: str) -> None:
    raw = HEAD + "SNMPv2-MIB::snmpTrapOID.0 A-B::c\nA-B::v." + unit * (900_000 // len(unit))
    try:
        assert len(read(raw).text) <= 20_000
    except BadInput as error:
        assert error.hint


@given(
    st.lists(
        st.one_of(
            st.sampled_from(
                (
                    HEAD,
                    UPTIME,
                    "SNMPv2-MIB::snmpTrapOID.0 IF-MIB::linkDown\n",
                    "IF-MIB::ifIndex.7 7\n",
                    "A-B::alarmTime.1 9999-99-99,99:99:99.0,+99:99\n",
                    "A-B::alarmSeverity ",
                    "= Timeticks: (1) 0:00\n",
                    "99999999999\n",
                    '"',
                )
            ),
            st.text(max_size=12),
        ),
        max_size=12,
    )
)
def test_any_lines_are_read_or_refused(parts: list[str]) -> None:
    try:
        (alarm,) = parse("".join(parts).encode("utf-8", "surrogatepass"))
    except BadInput:
        return
    said = json.dumps(alarm.to_json(), ensure_ascii=False)
    assert not DANGEROUS.search(said)


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    try:
        list(parse(HEAD.encode() + b"SNMPv2-MIB::snmpTrapOID.0 " + raw))
    except BadInput as error:
        assert error.hint


def test_the_word_that_lets_others_into_a_device_is_not_shown() -> None:
    raw = (
        b"sw-1\nUDP: [192.0.2.7]:161->[192.0.2.1]:162\nSNMPv2-MIB::snmpTrapOID.0 IF-MIB::linkDown\n"
        b'IF-MIB::ifIndex.7 7\nSNMP-COMMUNITY-MIB::snmpTrapCommunity.0 "s3cret"\n'
    )
    (alarm,) = parse(raw)
    assert "s3cret" not in json.dumps(alarm.to_json())
    assert isinstance(alarm, AlarmDraft)
    assert alarm.labels["SNMP-COMMUNITY-MIB::snmpTrapCommunity.0"] == "***", "that it came is told"
