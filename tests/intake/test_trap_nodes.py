"""Traps of devices whose MIBs snmptrapd has not: their parts are told apart, and their clears find their alarms."""

from __future__ import annotations

import pytest

from noc_console.intake.snmptrap import parse
from noc_console.workflows.drafts import AlarmDraft


def read(trap: str, *bindings: str, source: str = "192.0.2.5") -> AlarmDraft:
    head = ("hz-r1.example.net", f"UDP: [{source}]:162->[192.0.2.1]:162", "SNMPv2-MIB::sysUpTime.0 0:0:01:02.03")
    (alarm,) = parse("\n".join((*head, f"SNMPv2-MIB::snmpTrapOID.0 {trap}", *bindings)).encode())
    assert isinstance(alarm, AlarmDraft)
    return alarm


def peer_down(trap: str, column: str, peer: str = "198.51.100.2") -> AlarmDraft:
    return read(trap, f'{column}.14.{peer} "04 00 "', f"{column}.2.{peer} 1")


@pytest.mark.parametrize(
    ("trap", "column"),
    (
        ("SNMPv2-SMI::mib-2.15.7.2", "SNMPv2-SMI::mib-2.15.3.1"),
        (".1.3.6.1.2.1.15.7.2", ".1.3.6.1.2.1.15.3.1"),
        ("iso.3.6.1.2.1.15.7.2", "iso.3.6.1.2.1.15.3.1"),
    ),
)
def test_a_node_of_the_tree_is_as_good_as_its_number(trap: str, column: str) -> None:
    named = read(
        "BGP4-MIB::bgpBackwardTransition",
        'BGP4-MIB::bgpPeerLastError.198.51.100.2 "04 00 "',
        "BGP4-MIB::bgpPeerState.198.51.100.2 idle",
    )
    alarm = peer_down(trap, column)
    assert (alarm.name, alarm.state, alarm.severity) == (trap, "raised", "major")
    assert alarm.fingerprint == named.fingerprint
    assert read(trap[:-1] + "1", f"{column}.2.198.51.100.2 6").state == "cleared"


def test_two_peers_of_one_router_are_two_alarms() -> None:
    one = peer_down(".1.3.6.1.2.1.15.7.2", ".1.3.6.1.2.1.15.3.1")
    other = peer_down(".1.3.6.1.2.1.15.7.2", ".1.3.6.1.2.1.15.3.1", "198.51.100.3")
    assert one.fingerprint != other.fingerprint


def test_a_generic_trap_of_version_1_is_the_one_of_version_2() -> None:
    down = read("SNMPv2-MIB::snmpTraps.3", "IF-MIB::ifIndex.4 4")
    up = read("IF-MIB::linkUp", "IF-MIB::ifIndex.4 4")
    assert (down.state, down.severity, down.fingerprint) == ("raised", "major", up.fingerprint)


def test_the_row_that_unknown_columns_share_tells_parts_apart() -> None:
    def of(slot: int) -> AlarmDraft:
        return read(
            "SNMPv2-SMI::enterprises.99999.7.1",
            f"SNMPv2-SMI::enterprises.99999.1.1.2.9.{slot} 5",
            f"SNMPv2-SMI::enterprises.99999.1.1.3.9.{slot} 7",
        )

    assert of(1).fingerprint == of(1).fingerprint != of(2).fingerprint


def test_what_a_proxy_hands_on_is_of_the_device_behind_it() -> None:
    def of(agent: str) -> AlarmDraft:
        return read(
            "IF-MIB::linkDown",
            "IF-MIB::ifIndex.4 4",
            f"SNMP-COMMUNITY-MIB::snmpTrapAddress.0 {agent}",
            source="192.0.2.200",
        )

    assert of("192.0.2.77").fingerprint != of("192.0.2.78").fingerprint
    assert (
        of("192.0.2.77").fingerprint == read("IF-MIB::linkDown", "IF-MIB::ifIndex.4 4", source="192.0.2.77").fingerprint
    )
    assert (
        of("0.0.0.0").fingerprint == read("IF-MIB::linkDown", "IF-MIB::ifIndex.4 4", source="192.0.2.200").fingerprint
    )


def test_the_state_of_a_part_says_whether_it_is_well() -> None:
    trap = "CISCO-ENVMON-MIB::ciscoEnvMonSuppStatusChangeNotif"
    bad = read(trap, "CISCO-ENVMON-MIB::ciscoEnvMonSupplyState.1003 critical")
    good = read(trap, "CISCO-ENVMON-MIB::ciscoEnvMonSupplyState.1003 normal")
    assert (bad.state, bad.severity, good.state) == ("raised", "critical", "cleared")
    assert bad.fingerprint == good.fingerprint


def test_a_flag_of_a_fault_says_which_end_it_is() -> None:
    def of(flag: str) -> AlarmDraft:
        return read(
            "EXAMPLE-NORTHBOUND-MIB::exReportNotification",
            'EXAMPLE-NORTHBOUND-MIB::exNEName.0 "HZ-OTN-4"',
            'EXAMPLE-NORTHBOUND-MIB::exObjectInstance.0 "Shelf=0,Slot=3"',
            'EXAMPLE-NORTHBOUND-MIB::exProbableCause.0 "LOS"',
            'EXAMPLE-NORTHBOUND-MIB::exSeverity.0 "Critical"',
            f'EXAMPLE-NORTHBOUND-MIB::exFaultFlag.0 "{flag}"',
        )

    assert (of("Fault").state, of("Recovery").state) == ("raised", "cleared")
    assert of("Fault").fingerprint == of("Recovery").fingerprint
    assert of("Fault").probable_cause == "lossOfSignal"


@pytest.mark.parametrize(
    ("name", "state"),
    (
        ("exFanTrayRemoved", "raised"),
        ("exFanTrayInserted", "cleared"),
        ("exAlarmEntryRemoved", "cleared"),
        ("exAlarmEntryAdded", "raised"),
        ("exStormStart", "raised"),
        ("exStormEnd", "cleared"),
        ("exServiceStart", "cleared"),
        ("exPumpOverloadRestoreTrap", "cleared"),
        ("exOnuOffline", "raised"),
        ("exOnuOnlineTrap", "cleared"),
        ("exSensorDisconnected", "raised"),
        ("exSensorConnected", "cleared"),
        ("exCableSignalNotDetected", "raised"),
        ("exBaseAddressNotSet", "raised"),
        ("exE1UpAisAlarm", "raised"),
        ("exE1UpAisAlarmResume", "cleared"),
        ("exLicenseInactive", "raised"),
        ("exAlarmInactive", "cleared"),
        ("exLoopBack", "raised"),
        ("exClusterBackToInServiceTrap", "cleared"),
        ("exDiskPartitionInValid", "raised"),
        ("exLoopbackSentToFarEnd", "raised"),
        ("exReturnFromBatteryLow", "cleared"),
    ),
)
def test_a_name_says_its_state_at_its_end(name: str, state: str) -> None:
    assert read(f"EXAMPLE-MIB::{name}").state == state


@pytest.mark.parametrize(
    ("raising", "clearing"),
    (
        ("exOnuOffline", "exOnuOnline"),
        ("exStormStart", "exStormEnd"),
        ("exFanTrayRemoved", "exFanTrayInserted"),
        ("exTempHigh", "exTempHighRestore"),
        ("exPortError", "exPortErrorCleared"),
        ("upsTrapOnBattery", "upsTrapOnBatteryClear"),
    ),
)
def test_two_names_of_one_condition_are_one_alarm(raising: str, clearing: str) -> None:
    assert read(f"EXAMPLE-MIB::{raising}").fingerprint == read(f"EXAMPLE-MIB::{clearing}").fingerprint
