"""What makers' devices say of one condition: its two ends are one alarm, and other objects are others."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import combinations

import pytest

from noc_console.intake.syslog import parse
from noc_console.workflows.drafts import AlarmDraft

NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


def read(line: str) -> AlarmDraft:
    (alarm,) = parse(line.encode(), now=NOW)
    assert isinstance(alarm, AlarmDraft)
    return alarm


HUAWEI = "<188>Mar  1 2026 08:15:02+08:00 HZ-NE40E-07 "
NOKIA = "<188>Mar  1 08:15:02 hz-7750-3 TMNX: "
JUNOS = "<28>Mar  1 08:15:02 hz-mx-4 "
CISCO = "<187>812: hz-sw-2: Mar  1 2026 08:15:02.117 UTC: "

#: What raises a condition, and what clears it.
ENDS = (
    (
        HUAWEI + "%%01IFNET/4/LINK_STATE(l)[71]:The line protocol IP on the interface GigabitEthernet0/3/1 has entered "
        "the DOWN state.",
        HUAWEI + "%%01IFNET/4/LINK_STATE(l)[72]:The line protocol IP on the interface GigabitEthernet0/3/1 has entered "
        "the UP state.",
    ),
    (
        HUAWEI + "%%01BFD/4/STACHG_TODWN(l)[3]:BFD session changed to Down. (SlotNumber=2, Discriminator=17, "
        "Diagnostic=DetectDown, BindInterfaceName=GigabitEthernet0/3/2)",
        HUAWEI + "%%01BFD/4/STACHG_TOUP(l)[4]:BFD session changed to Up. (SlotNumber=2, Discriminator=17, "
        "FormerStatus=Down, BindInterfaceName=GigabitEthernet0/3/2)",
    ),
    (
        HUAWEI + "%%01ALML/3/ENTINVALID(l)[9]:POWER 2 is invalid for some reason.",
        HUAWEI + "%%01ALML/4/ENTRESUME(l)[10]:POWER 2 resumed from invalid.(slot 0)",
    ),
    (
        HUAWEI + "%%01DEVM/1/hwBrdFault_active(l):CID=0x81;The board is faulty. (slot=3)",
        HUAWEI + "%%01DEVM/1/hwBrdFault_clear(l):CID=0x81;The board is normal again. (slot=3)",
    ),
    (
        NOKIA + '512 Base BGP-WARNING-bgpBackwardTransNotification-2002 [Peer 1: 192.0.2.9]:  VR 1: Group "core": Peer '
        "192.0.2.9: moved from higher state ESTABLISHED to lower state IDLE due to event HOLDTIME",
        NOKIA
        + '513 Base BGP-MINOR-bgpEstablished-2001 [Peer 1: 192.0.2.9]:  VR 1: Group "core": Peer 192.0.2.9: moved '
        "into established state",
    ),
    (
        JUNOS + "rpd[1402]: RPD_MPLS_LSP_DOWN: MPLS LSP hz-to-sh down on primary(main)",
        JUNOS + "rpd[1402]: RPD_MPLS_LSP_UP: MPLS LSP hz-to-sh up on primary(main) Route 192.0.2.1 192.0.2.5",
    ),
    (
        JUNOS + "chassisd[1380]: CHASSISD_FRU_OFFLINE: FPC 3 offline",
        JUNOS + "chassisd[1380]: CHASSISD_FRU_ONLINE: FPC 3 online",
    ),
    (
        CISCO + "%SONET-4-ALARM:  POS2/0: SLOS",
        CISCO + "%SONET-4-ALARM:  POS2/0: SLOS cleared",
    ),
    (
        CISCO + "%PLATFORM_FEP-1-FRU_PS_SIGNAL_FAULTY: Switch 2: signal on power supply B is faulty",
        CISCO + "%PLATFORM_FEP-6-FRU_PS_SIGNAL_OK: Switch 2: signal on power supply B is restored",
    ),
    (
        CISCO + "%TRACKING-5-STATE: 7 ip sla 70 reachability Up->Down",
        CISCO + "%TRACKING-5-STATE: 7 ip sla 70 reachability Down->Up",
    ),
    (
        CISCO + "%CONTROLLER-5-UPDOWN: Controller E1 0/1/0, changed state to down (LOS detected)",
        CISCO + "%CONTROLLER-5-UPDOWN: Controller E1 0/1/0, changed state to up",
    ),
    (
        "<164>Mar  1 2026 08:15:02 hz-fw-1 : %ASA-4-411002: Line protocol on Interface partner, changed state to down",
        "<164>Mar  1 2026 08:16:02 hz-fw-1 : %ASA-4-411001: Line protocol on Interface partner, changed state to up",
    ),
    (
        "<187>Mar  1 08:15:02 hz-leaf-1 Fru: %FRU-6-TRANSCEIVER_REMOVED: The transceiver for interface Ethernet9/1 has "
        "been removed",
        "<187>Mar  1 08:19:02 hz-leaf-1 Fru: %FRU-6-TRANSCEIVER_INSERTED: A transceiver for interface Ethernet9/1 has "
        "been inserted. part number QX-100",
    ),
    (
        "<14>Mar  1 08:15:02 hz-xos-1 vlan.msgs.portLinkStateDown: Port 1:7 link down",
        "<14>Mar  1 08:16:02 hz-xos-1 vlan.msgs.portLinkStateUp: Port 1:7 link UP at speed 10 Gbps and full-duplex",
    ),
    (
        "<189>Mar  1 08:15:02 hz-dell-1: %STKUNIT0-M:CP %IFMGR-5-OSTATE_DN: Changed interface state to down: Te 0/4",
        "<189>Mar  1 08:16:02 hz-dell-1: %STKUNIT0-M:CP %IFMGR-5-OSTATE_UP: Changed interface state to up: Te 0/4",
    ),
    (
        "<187>Mar  1 08:15:02 hz-m6000-2 An alarm 200001 ID 31 level 3 occurred at 08:15:02 03-01-2026 sent by hz-m6 "
        "MPU-0/20/0 %IPHY% Interface xgei-0/2/0/1 down",
        "<187>Mar  1 08:16:02 hz-m6000-2 An alarm 200001 ID 31 level 3 cleared at 08:16:02 03-01-2026 sent by hz-m6 "
        "MPU-0/20/0 %IPHY% Interface xgei-0/2/0/1 down",
    ),
    (
        "<190>Mar  1 08:15:02 192.0.2.31 00077 ports:  port 14 is now off-line",
        "<190>Mar  1 08:16:02 192.0.2.31 00076 ports:  port 14 is now on-line",
    ),
)


#: Words by which devices say that something is over; what stands in the second column is not over.
OVER = (
    ("<14>Mar  1 08:15:02 hz-ups-1 UPS: A fan fault no longer exists. 0x0199", "over"),
    ("<14>Mar  1 08:15:02 hz-ups-1 UPS: The battery is no longer available.", "not over"),
    (CISCO + "%C6KENV-SP-4-PSFANOK: the fan in power supply 1 is OK", "over"),
    (CISCO + "%SYS-2-MOD_TEMPOK: Module 2 temperature OK", "over"),
    (CISCO + "%C6KENV-SP-4-MINORTEMPALARMRECOVER: inlet temperature has returned to normal operating range", "over"),
    (CISCO + "%PLATFORM-PWR_MGMT-2-MODULE_FAILURE : Power-module 0/PM5 failure condition cleared", "over"),
    (CISCO + "%PLATFORM-SFP-3-HIGH_VOLTAGE_ALARM : Clear|envmon_lc[1680]|SFP(0x102)|Port_0/17", "over"),
    (CISCO + "%PLATFORM-SFP-3-HIGH_VOLTAGE_ALARM : Set|envmon_lc[1680]|SFP(0x102)|Port_0/17", "not over"),
    (CISCO + "%CLEAR-5-COUNTERS: counters of interface GigabitEthernet0/1 cleared by ops", "not over"),
    (CISCO + "%SYS-3-PSBAD: power supply 1 is not ok.", "not over"),
    ("<14>Mar  1 08:15:02 hz-des-1 INFO: Unit 1, Back Fan recovered", "over"),
    ("<14>Mar  1 08:15:02 hz-sw-7 SFP DDM Alarm Released for Rx Power low on tg0/1", "over"),
    ("<14>Mar  1 08:15:02 hz-sw-7 %Environment-I-FAN-STAT-CHNG: FAN# 1 status changed - operational.", "over"),
    ("<14>Mar  1 08:15:02 hz-sw-7 Unit 1, Port  4 link-up 100M FD notification.", "over"),
)


@pytest.mark.parametrize(("line", "end"), OVER)
def test_words_that_say_that_something_is_over(line: str, end: str) -> None:
    assert read(line).state == ("raised" if end == "not over" else "cleared")


def test_a_severity_may_be_a_letter() -> None:
    down, up = (read(f"<14>Mar  1 08:15:02 hz-sw-7 %LINK-{word}:  gi43") for word in ("W-Down", "I-Up"))
    assert (down.state, up.state, down.fingerprint) == ("raised", "cleared", up.fingerprint)
    assert (down.labels["tag"], down.labels["interface"]) == ("LINK-W-Down", "gi43")


def test_what_a_program_says_is_told_apart_by_what_it_is_about() -> None:
    def of(words: str) -> str:
        return read(f"<27>Mar  1 08:15:02 hz-srv-1 {words}").fingerprint

    assert of("app[1]: cannot reach the database") != of("app[1]: the licence expires")
    assert of("app[1]: job 17 was rejected by worker 3") == of("app[2]: job 18 was rejected by worker 4")
    member = "mcpd[6]: {}: Pool /Common/web member /Common/192.0.2.{}:80 monitor status {}."
    assert of(member.format("01070638:5", 1, "down")) == of(member.format("01070727:5", 1, "up"))
    assert of(member.format("01070638:5", 1, "down")) != of(member.format("01070638:5", 2, "down"))


@pytest.mark.parametrize(("raising", "clearing"), ENDS)
def test_both_ends_of_a_condition_are_one_alarm(raising: str, clearing: str) -> None:
    raised, cleared = read(raising), read(clearing)
    assert (raised.state, cleared.state) == ("raised", "cleared")
    assert raised.fingerprint == cleared.fingerprint


def test_structured_data_stands_for_words_that_were_left_out() -> None:
    front = "<28>1 2026-03-01T08:15:02.117Z hz-mx-4 mib2d 1502 SNMP_TRAP_LINK_{} [junos@2636.1.1.1.2.29 "
    down = read(front.format("DOWN") + 'operational-status="down(2)" interface-name="ge-0/0/7"]')
    up = read(front.format("UP") + 'operational-status="up(1)" interface-name="ge-0/0/7"]')
    assert (down.state, up.state, down.fingerprint) == ("raised", "cleared", up.fingerprint)
    assert down.labels["interface"] == "ge-0/0/7"
    assert "ge-0/0/7" in down.text


#: One event on several objects of one device.
OBJECTS = (
    tuple(JUNOS + f"rpd[1402]: RPD_MPLS_LSP_DOWN: MPLS LSP hz-to-{place} down on primary()" for place in ("sh", "bj")),
    tuple(
        CISCO + f"%CONTROLLER-5-UPDOWN: Controller E1 0/1/{port}, changed state to down (LOS detected)" for port in "01"
    ),
    tuple(
        CISCO + f"%ASA-4-411002: Line protocol on Interface {name}, changed state to down" for name in ("lab", "dmz")
    ),
    tuple(
        HUAWEI + f"%%01ISIS/4/ADJ_CHANGE(l)[2]:The neighbor of ISIS was changed. (IsisProcessId=1, "
        f"Neighbor=0000.0000.000{number}, InterfaceName=GE0/0/1, CurrentState=down)"
        for number in "12"
    ),
    tuple(
        HUAWEI + f"%%01DEVM/1/{fault}_active(l):CID=0x81;It is faulty. (slot=3)" for fault in ("hwBrdFault", "hwFanBad")
    ),
    tuple(CISCO + f"%XCVR-4-DOM_ALARM: Ethernet{port} rx power low alarm" for port in "12"),
)


@pytest.mark.parametrize("lines", OBJECTS)
def test_an_event_of_another_object_is_another_alarm(lines: tuple[str, ...]) -> None:
    for one, other in combinations(lines, 2):
        assert read(one).fingerprint != read(other).fingerprint


#: A line; host, tag, name, text of the message.
FRONTS = (
    (
        "<166>:Mar  1 08:15:02 CST: %ASA-config-4-111008: User 'ops' executed the 'write' command.",
        (None, "ASA-config-4-111008", "111008", "User 'ops' executed the 'write' command."),
    ),
    (
        "<188>Mar  1 08:15:02:417 2026 hz-s5560-1 %%10LLDP/6/LLDP_CREATE_NEIGHBOR: -Slot=1; Neighbor created on port "
        "GigabitEthernet1/0/9",
        (
            "hz-s5560-1",
            "10LLDP/6/LLDP_CREATE_NEIGHBOR",
            "LLDP_CREATE_NEIGHBOR",
            "-Slot=1; Neighbor created on port GigabitEthernet1/0/9",
        ),
    ),
    (
        "%Mar  1 08:15:02:417 2026 hz-s5560-1 IFNET/3/PHY_UPDOWN: Physical state on the interface "
        "GigabitEthernet1/0/9 changed to down.",
        (
            "hz-s5560-1",
            "IFNET/3/PHY_UPDOWN",
            "PHY_UPDOWN",
            "Physical state on the interface GigabitEthernet1/0/9 changed to down.",
        ),
    ),
    (
        "<187>Mar  1 08:15:02 2001:db8::7 914: Mar  1 08:15:01.998 UTC: %LINK-3-UPDOWN: Interface Gi0/4, changed state "
        "to down",
        ("2001:db8::7", "LINK-3-UPDOWN", "UPDOWN", "Interface Gi0/4, changed state to down"),
    ),
    (
        "<187>1 2026-03-01T08:15:02.117Z hz-7750-3 TMNX - 2004 - 77 Base CHASSIS-MAJOR-tmnxEqPowerSupplyFailure-2007 "
        "[Chassis 1]:  Power supply 2, dc failure",
        (
            "hz-7750-3",
            "CHASSIS-MAJOR-tmnxEqPowerSupplyFailure-2007",
            "tmnxEqPowerSupplyFailure",
            "[Chassis 1]:  Power supply 2, dc failure",
        ),
    ),
    (
        "<134>1 1772352902.417857790 hz-meraki-1 events type=port_status port='3' carrier='false'",
        ("hz-meraki-1", "events", "events", "type=port_status port='3' carrier='false'"),
    ),
    (
        "<134>Mar  1 08:15:02 192.0.2.8 date=2026-03-01 time=08:15:02 devname=hz-fgt-1 type=event subtype=system "
        "level=warning",
        (
            "hz-fgt-1",
            "system",
            "event_system",
            "date=2026-03-01 time=08:15:02 devname=hz-fgt-1 type=event subtype=system level=warning",
        ),
    ),
    (
        "<134>Mar  1 08:15:02 hz-bigip-1 notice mcpd[6789]: 01070638:5: Pool /Common/web member status down.",
        ("hz-bigip-1", "mcpd", "mcpd", "01070638:5: Pool /Common/web member status down."),
    ),
    (
        "<187>Mar  1 08:15:02 hz-leaf-1 Ebra: 1284: %LINEPROTO-5-UPDOWN: Line protocol on Interface Ethernet4, changed "
        "state to up",
        ("hz-leaf-1", "LINEPROTO-5-UPDOWN", "UPDOWN", "Line protocol on Interface Ethernet4, changed state to up"),
    ),
    (
        "<165>Mar  1 08:15:02 CST 2026 hz-srv-1 collector[10]: queue is long",
        ("hz-srv-1", "collector", "collector", "queue is long"),
    ),
    ("<34>Mar  1 08:15:02 [2001:db8::7] agent: text", ("2001:db8::7", "agent", "agent", "text")),
    ("<34>Sun Mar  1 08:15:02 2026 hz-srv-1 agent: text", ("hz-srv-1", "agent", "agent", "text")),
    ("<34>1 Mar 2026 08:15:02 hz-srv-1 agent: text", ("hz-srv-1", "agent", "agent", "text")),
    (
        "<14>Mar  1 08:15:02 hz-ap-1,18e8294876c3,v4.0.66.10832: hostapd[54]: station left",
        ("hz-ap-1", "hostapd", "hostapd", "station left"),
    ),
    (
        "<189>: 2026 Mar  1 08:15:02 UTC: last message repeated 3 times",
        (None, "", "syslog", "last message repeated 3 times"),
    ),
)


@pytest.mark.parametrize(("line", "front"), FRONTS)
def test_the_front_of_a_message_is_taken_apart(line: str, front: tuple[str | None, str, str, str]) -> None:
    alarm = read(line)
    assert (alarm.object_, alarm.labels["tag"], alarm.name, alarm.text) == front


def test_a_collector_s_file_says_the_priority_in_words() -> None:
    alarm = read(
        "2026-03-01 08:15:02\tLocal7.Error\t192.0.2.8\t91: %LINK-3-UPDOWN: Interface Gi0/4, changed state to up"
    )
    assert (alarm.object_, alarm.labels["facility"], alarm.labels["severity"]) == ("192.0.2.8", 23, 3)
    assert alarm.state == "cleared"


def test_a_sentence_of_zte_says_who_what_and_how_grave() -> None:
    alarm = read(
        "An alarm 303122 ID 7 level 5 occurred at 08:15:02 03-01-2026 sent by hz-m6000-2 SPU-0/2/0%CGN% pool is full"
    )
    assert (alarm.object_, alarm.labels["tag"], alarm.name, alarm.severity) == (
        "hz-m6000-2",
        "CGN",
        "303122",
        "warning",
    )
    assert (alarm.labels["node"], alarm.text) == ("SPU-0/2/0", "pool is full")


def test_a_sequence_number_is_no_program() -> None:
    alarm = read(
        "<187>Mar  1 08:15:02 hz-leaf-1 Ebra: 1284: %LINEPROTO-5-UPDOWN: Line protocol on Interface Ethernet4, changed "
        "state to up"
    )
    assert (alarm.labels["program"], alarm.labels["sequence"]) == ("Ebra", "1284")
