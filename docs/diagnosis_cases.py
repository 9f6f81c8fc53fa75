"""The cases that diagnose.py records: for each domain what is typed from the ticket to the plan, in both languages."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import Final

LANGUAGES: Final = ("en", "zh")
#: Who approves: chen.bo at the desk is a lead too, but nobody approves an act of their own.
LEAD: Final = ("engineer", "add", "li.na", "--roles", "engineer", "--roles", "lead", "--as", "admin")
Both = tuple[str, str]


@dataclass(frozen=True)
class Line:
    """A command, minutes after the start: ``{}`` stands for words in the language that is spoken."""

    minutes: int
    command: str
    words: tuple[Both, ...] = ()
    pasted: str = ""
    refused: bool = False

    def typed(self, language: str) -> str:
        """Return the command in a language."""
        said = (shlex.quote(both[LANGUAGES.index(language)]) for both in self.words)
        return f"noc {self.command.format(*said)}" + ("" if language == "en" else f" --lang {language}")


@dataclass(frozen=True)
class Case:
    """A fault of a domain, from its ticket to its plan, and the cause that is found."""

    domain: str
    title: str
    about: str
    cause: str
    lines: tuple[Line, ...]


def line(minutes: int, command: str, *words: Both, pasted: str = "", refused: bool = False) -> Line:
    """Return a line."""
    return Line(minutes, command, words, pasted, refused)


def new(domain: str, channel: str, grade: str, contact: str, *words: Both) -> tuple[Line, ...]:
    """Return the lines that register a ticket (subject, symptom and scope), take it, and ask which trees fit."""
    asks = "monitoring" if channel == "monitoring" else "enterprise" if grade < "P4" else "individual"
    command = (
        f"ticket new --channel {channel} --domain {domain} --grade {grade} --requester-type {asks} --occurred-at 19:00"
        f" --contact {contact} --subject {{}} --symptom {{}} --scope {{}}"
    )
    return (
        line(0, command, *words),
        line(1, "ticket accept HZ1-1 --contacted"),
        line(1, "diagnosis propose HZ1-1"),
    )


def answer(minutes: int, *, choice: Both | None = None, value: str = "", more: str = "", pasted: str = "") -> Line:
    """Return the line that answers a step."""
    parts = ["diagnosis answer HZ1-2", f"--value '{value}'" if value else "", "--choice {}" if choice else "", more]
    paste = "--evidence -" if pasted else ""
    return line(minutes, " ".join(filter(None, [*parts, paste])), *([choice] if choice else []), pasted=pasted)


def refused(minutes: int, value: str) -> Line:
    """Return the line of a value that is refused."""
    return line(minutes, f"diagnosis answer HZ1-2 --value '{value}'", refused=True)


def approved(minutes: int) -> tuple[Line, ...]:
    """Return the lines of an act that whoever runs the diagnosis may not approve, and another lead does."""
    return (
        line(minutes, "diagnosis approve-step HZ1-2 --how here", refused=True),
        line(minutes + 1, "diagnosis approve-step HZ1-2 --how here --as li.na"),
    )


def end(minutes: int, location: Both, backout: Both) -> tuple[Line, ...]:
    """Return the lines that take over what was found: run, location, plan."""
    return (
        line(minutes, "diagnosis show HZ1-2"),
        line(minutes, "diagnosis finish HZ1-2"),
        line(minutes + 1, "ticket locate HZ1-1 --from-run HZ1-2 --location {}", location),
        line(minutes + 2, "ticket plan HZ1-1 --from-run HZ1-2 --backout {}", backout),
        line(minutes + 2, "ticket show HZ1-1"),
    )


ACCESS: Final = Case(
    "access", "Access: one household without light",
    "One ONU is lost with a red lamp. The first reading belonged to another ONU and is taken back; at the customer"
    " there is no light, at the splitter there is.", "AC-DROP-FIBRE",
    (
        *new(
            "access", "hotline", "P4", "13800000000", ("No Internet, red lamp at the ONU", "上不了网，光猫亮红灯"),
            ("Since seven the LOS lamp is red", "七点起 LOS 灯一直红"), ("one household", "一户"),
        ),
        line(2, "diagnosis start HZ1-1 AC-T1"),
        refused(4, "2 pcs"),
        answer(4, value="3 %"),
        answer(5, choice=("Dying gasp", "掉电")),
        line(7, "diagnosis go-back HZ1-2 --why {}", ("That was the ONU next to it", "看成了旁边的光猫")),
        answer(
            8, choice=("LOSi", "LOSi"),
            pasted="ONT 0/3/7/21\n  Last down cause : LOSi\n  Last down time  : 2026-11-23 18:58:41+08:00\n",
        ),
        answer(14, choice=("Light is still red", "仍亮红灯")),
        answer(50, choice=("Confirmed", "已确认")),
        refused(62, "0.0007 mW"),
        answer(63, choice=("No light", "无光")),
        answer(75, value="Rx power (dBm): -19.8", choice=("Good: the drop is bad", "正常，皮线故障")),
        *end(
            78, ("Drop between box 12 and flat 402", "12 号分纤箱至 402 室皮线"),
            ("The old drop stays until the new one works", "新皮线接通前保留旧皮线"),
        ),
    ),
)  # fmt: skip

TRANSMISSION: Final = Case(
    "transmission", "Transmission: a microwave hop loses level",
    "One direction is 14 dB low and the far transmitter is not at fault. The switch to the standby radio interrupts the"
    " hop: another lead approves it.", "TX-MW-HW",
    (
        *new(
            "transmission", "monitoring", "P3", "'NOC desk'", ("Microwave hop to site 207 low", "207 站微波收信电平低"),
            ("RSL -60 dBm, errors", "接收电平 -60 dBm，有误码"), ("12 circuits, degraded", "12 条电路，质量下降"),
        ),
        line(3, "diagnosis start HZ1-1 TX-T6"),
        answer(4, choice=("Reachable", "可登录")),
        answer(5, choice=("None", "4")),
        refused(8, "-60 dBm"),
        line(9, "diagnosis answer HZ1-2 --value '-14 dB'", refused=True),
        answer(
            9, value="-14 dB", choice=("One direction low", "一个方向低"),
            pasted="Link A-207  RSL A: -60.1 dBm (ref -46.0)  RSL 207: -46.3 dBm (ref -46.0)\n",
        ),
        answer(12, value="-0.4 dB", choice=("Normal", "正常")),
        answer(20, choice=("Approved, standby present", "已批准")),
        line(21, "diagnosis answer HZ1-2 --value '-46.2 dBm' --choice 1", refused=True),
        *approved(22),
        answer(26, value="-46.2 dBm", choice=("Recovers", "恢复")),
        *end(
            28, ("Main radio at site 207", "207 站主用射频单元"),
            ("The hop stays on the standby radio", "保持在备用射频单元上运行"),
        ),
    ),
)  # fmt: skip

SWITCHING: Final = Case(
    "switching", "Switching: no call over a SIP trunk",
    "Packets arrive, OPTIONS are not answered, and the trunk uses TLS: the certificate has expired.", "SW-TLS-CERT",
    (
        *new(
            "switching", "hotline", "P3", "13800000000", ("No calls over the SIP trunk", "SIP 中继呼不出去"),
            ("Every call ends at once", "每次呼叫都立即中断"), ("one company, 60 phones", "一家公司，60 部话机"),
        ),
        line(2, "diagnosis start HZ1-1 SW-T1"),
        answer(6, choice=("Recorded", "已记录"), more="--note 'trunk 3301, both directions, since 18:59'"),
        answer(8, choice=("3", "3")),
        answer(9, choice=("Read and understood", "已阅知")),
        answer(11, choice=("Nothing fits", "均不吻合")),
        refused(13, "12 ms"),
        answer(13, value="100 packets transmitted, 100 received, 0% packet loss"),
        answer(16, choice=("No answer, trunk uses TLS", "无应答，中继使用 TLS")),
        refused(18, "-10 h"),
        answer(
            19, value="-1 d",
            pasted="notAfter=Nov 22 23:59:59 2026 GMT\nsubject=CN = pbx.example.net\nDNS:pbx.example.net\n",
        ),
        *end(20, ("TLS of trunk 3301", "3301 中继的 TLS"), ("Load the old chain again", "重新装载原证书链")),
    ),
)  # fmt: skip

DATA: Final = Case(
    "data", "Data: a leased line without traffic, whose BGP session is down",
    "Begun as a leased line, the run jumps to the tree of BGP; loss on the link is the cause.", "DT-LOSS",
    (
        *new(
            "data", "hotline", "P3", "13800000000", ("Leased line HZ-0042 without traffic", "HZ-0042 专线不通"),
            ("Nothing gets through", "业务全断"), ("one company, one line", "一家公司，一条专线"),
        ),
        line(2, "diagnosis start HZ1-1 DT-T3"),
        answer(4, choice=("Recorded", "已记录")),
        line(6, "diagnosis jump HZ1-2 --tree DT-T1 --why {}", ("The log tells of BGP", "日志显示 BGP 邻居中断")),
        answer(8, choice=("Recorded", "已记录")),
        answer(9, choice=("Read", "已阅知")),
        answer(11, choice=("Nothing fits", "均不吻合")),
        answer(
            13, choice=("Active or Connect", "Active"),
            pasted="Neighbor     AS  Up/Down State\n192.0.2.9 64512 00:47:12 Active\n",
        ),
        answer(15, choice=("Port and route are fine", "端口和路由均正常")),
        refused(18, "24 ms"),
        refused(18, "2.4"),
        answer(19, value="1000 packets transmitted, 976 received, 2.4% packet loss, time 10112ms"),
        *end(20, ("Link to PE2, port 0/0/3", "至 PE2 的链路，0/0/3 端口"), ("The old metric back", "恢复原度量值")),
    ),
)  # fmt: skip

WIRELESS: Final = Case(
    "wireless", "Wireless: a sector with a VSWR alarm",
    "The remote test is an act: another lead approves it. On site the line is bad, and the distance says where.",
    "WL-ANT-WATER",
    (
        *new(
            "wireless", "monitoring", "P3", "'NOC desk'", ("VSWR alarm, site 114, sector 2", "114 站 2 扇区驻波比告警"),
            ("VSWR 2.2 at port A", "A 口驻波比 2.2"), ("one sector, degraded", "一个扇区，质量下降"),
        ),
        line(3, "diagnosis start HZ1-1 WL-T2"),
        answer(4, choice=("1", "1")),
        refused(5, "2.2 dB"),
        answer(5, value="2.2:1"),
        answer(6, choice=("It is constant", "4")),
        answer(8, choice=("Approved", "已批准")),
        *approved(9),
        answer(12, value="2.1:1", pasted="VSWR TEST port A: 2.1 threshold 1.5 result FAIL\n"),
        answer(70, choice=("Confirmed and approved", "1")),
        answer(80, choice=("Connector looks good", "3")),
        answer(95, value="2.3:1"),
        answer(99, value="1.2 m", choice=("First jumper", "1")),
        *end(102, ("Jumper of port A, sector 2", "2 扇区 A 口跳线"), ("The old jumper back", "恢复原跳线")),
    ),
)  # fmt: skip

BSS_OSS: Final = Case(
    "bss_oss", "BSS/OSS: call records are missing",
    "The buffer of the source is saved before anything else, with the approval of another lead; then the transfer is"
    " found to be refused.", "BO-NET",
    (
        *new(
            "bss_oss", "monitoring", "P3", "'NOC desk'", ("CDR gap from MSC 3", "MSC3 话单缺失"),
            ("Sequence 48120 is missing since 19:00", "19:00 起缺 48120 号话单文件"), ("one source", "一个话单源"),
        ),
        line(2, "diagnosis start HZ1-1 BO-T3"),
        answer(5, choice=("Written down", "1"), more="--note '48120 expected, 48119 received'"),
        answer(7, choice=("Read and understood", "1")),
        refused(9, "930 min"),
        answer(9, value="15.5 h"),
        *approved(12),
        answer(25, choice=("Buffer is saved", "1")),
        answer(27, choice=("Yes", "2")),
        answer(
            30, choice=("Transfer refused", "1"),
            pasted="sftp: mediation@collector2: Permission denied (publickey).\n",
        ),
        *end(32, ("Account of MSC 3 at collector 2", "MSC3 在 2 号采集机的账号"), ("The old key back", "恢复原密钥")),
    ),
)  # fmt: skip

CASES: Final = (TRANSMISSION, SWITCHING, DATA, WIRELESS, ACCESS, BSS_OSS)
