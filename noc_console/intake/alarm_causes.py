"""Which X.733 probable cause the words of an alarm name.

The causes are words of ITU-T X.733 and M.3100, spelt as IANA-ITU-ALARM-TC-MIB spells them; which words of devices and
monitoring systems stand for them is common usage of the trade. It must not know where the words come from.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

#: Words of a name come as LinkDown, link_down, LINK-3-UPDOWN; all are compared as small words with spaces.
_EDGE: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[^A-Za-z0-9%\u4e00-\u9fff]+")
_WORDS_READ: Final = 300
_BAD: Final = r"(?:fail\w*|fault\w*|los[ts]|bad|down|off|error|broken|missing|removed|absent|not (?:ok|present))"
_PROTOCOL: Final = r"\b(?:bgp|ospf|is ?is|ldp|rsvp|eigrp|pim|bfdd?|msdp|lacp|adjacency|neighbou?r|nbr|peer|session)\b"
_CHANGED: Final = r"(?:down|idle|los[ts]|chang\w*|state|fail\w*|expired|up|reset|clos\w*|transition\w*)\b"

#: The first pattern that fits names the cause, so the exact ones stand before the general ones.
_TABLE: Final = (
    ("powerProblem", r"dying gasp|掉电"),
    ("lossOfPointer", r"loss of pointer|\blop\b"),
    ("lossOfMultiFrame", r"loss of multi ?frame|\blom\b"),
    ("lossOfFrame", r"loss of frame|\blofi?\b|帧丢失"),
    ("lossOfSynchronisation", r"loss of sync\w*|lost sync\w*|clock unlocked|free ?run|holdover"),
    ("lossOfSignal", r"loss of signal|signal (?:was )?los[ts]|\br?losi?\b|no light|no signal|信号丢失|光信号"),
    ("aIS", r"\bais\b|alarm indication signal"),
    ("remoteAlarmInterface", r"\brdi\b|\brai\b|remote (?:defect|alarm) indication"),
    ("pathTraceMismatch", r"trace (?:identifier )?mismatch|\btim\b"),
    ("payloadTypeMismatch", r"payload (?:type )?mismatch|\bplm\b"),
    ("signalLabelMismatch", r"signal label mismatch|\bslm\b"),
    ("excessiveBER", r"bit error|\bber\b|\bb[123] exc\b"),
    (
        "degradedSignal",
        r"signal degrad\w*|(?:rx|receive\w*|optical) power (?:is )?(?:too )?low|low (?:rx|optical) power",
    ),
    ("antennaFailure", r"\bvswr\b|antenna"),
    ("rectifierFailure", r"rectifier|整流"),
    ("lowBatteryThreshold", r"low ?battery|battery (?:\w+ ){0,3}low\b|电池低"),
    ("batteryDischarging", r"on ?battery|battery discharg\w*|ups discharg\w*|running on batter\w*|电池放电"),
    ("batteryFailure", rf"batter\w* (?:\w+ )?(?:{_BAD}|replace\w*)|replace batter\w*"),
    ("commercialPowerFailure", r"\b(?:utility|mains|commercial|input|ac|grid) (?:power|supply|voltage|fail\w*)|市电"),
    ("powerSupplyFailure", r"(?:power|pwr) ?supply|\bpsu\d*\b|\bpem\b|\brps\b|power module|电源模块"),
    ("powerProblem", rf"power (?:\w+ )?(?:{_BAD}|problem|outage)|{_BAD} of power|no power|voltage|电源"),
    ("coolingFanFailure", r"\bfans?\b|fan ?tray|风扇"),
    ("lowTemperatue", r"(?:low|under) ?temp\w*|temp\w* (?:\w+ )?(?:too )?low\b"),
    ("highTemperature", r"over ?temp\w*|over ?heat\w*|high temp\w*|\btemp(?:erature)?\b|thermal|温度|高温"),
    ("highHumidity", r"humidity|湿度"),
    ("enclosureDoorOpen", r"\bdoor\b|门禁"),
    ("flood", r"\bwater\b|\bflood\b|\bleak\b|水浸"),
    ("smoke", r"\bsmoke\b|烟"),
    ("fire", r"\bfire\b|火警"),
    ("airConditioningFailure", r"air condition\w*|\bhvac\b|空调"),
    ("tranceiverFailure", rf"(?:transceiver|[xq]?sfp\d*|gbic|optic\w*|laser) (?:\w+ ){{0,3}}{_BAD}"),
    ("lineCardProblem", rf"(?:(?:line ?)?card|board|module|fpc|单板) (?:\w+ ){{0,3}}(?:{_BAD}|offline|离线|故障)"),
    ("diskFailure", r"\braid\b|\bdisks? (?:\w+ ){0,2}(?:fail\w*|fault\w*|error|degraded)|硬盘故障"),
    (
        "storageCapacityProblem",
        r"\b(?:disk|file ?system|storage|partition|volume|inodes?)\b.*(?:full|space|usage|free)",
    ),
    ("storageCapacityProblem", r"free disk|disk usage|no space|磁盘"),
    ("outOfMemory", r"out of memory|\boom\b|memory|\bmem\b|\bswap\b|内存"),
    ("outOfCPUCycles", r"\bcpu\b|processor (?:load|usage)|load (?:average|avg)|high load|loadavg"),
    ("timingProblem", r"\bclock\b|\bntp\b|\bptp\b|time ?sync"),
    ("lossOfRedundancy", r"redundancy"),
    ("protectionPathFailure", r"protection (?:switch|path)|\baps\b"),
    ("communicationsProtocolError", rf"{_PROTOCOL}.*{_CHANGED}|adj ?ch(?:ange|g)\b|backward transition"),
    (
        "lossOfSignal",
        r"\b(?:(?:up|down)?link|port|if|interface|trunk|lineproto\w*|ethport)\b.*\b(?:down|up|fail\w*)\b|"
        r"up ?2? ?down\b|down ?2 ?up\b",
    ),
    ("lossOfSignal", r"oper(?:ation)? status|链路|端口"),
    ("authenticationFailure", r"authentication|login|password|unauthori[sz]ed"),
    ("keyExpired", r"certificate|\bcert\b|证书"),
    ("congestion", r"packet loss|discard\w*|congest\w*|utili[sz]ation|拥塞"),
    ("excessiveErrorRate", r"\bcrc\b|error rate|input errors|symbol error"),
    ("excessiveResponseTime", r"latency|response time|时延"),
    ("thresholdCrossed", r"threshold"),
    ("resourceAtOrNearingCapacity", r"prefix limit|limit\b.*\b(?:reached|exceeded)|max ?pfx|(?:table|database) full"),
    ("configurationOrCustomisationError", r"\bconfig(?:uration)?\b|configured from|\bcommit\b"),
    ("communicationsSubsystemFailure", r"unreach\w*|not reach\w*|no answer|脱管|离线"),
    (
        "communicationsSubsystemFailure",
        r"\b(?:host|device|node|server|instance|target|ping|probe) .*\b(?:down|fail)",
    ),
    ("timeoutExpired", r"time ?out|timed out"),
    ("softwareError", r"process|crash\w*|core ?dump|restart\w*|software|panic|service (?:is )?(?:stop\w*|down)"),
)
_CAUSES: Final = tuple((cause, re.compile(pattern)) for cause, pattern in _TABLE)


def probable_cause(*said: str) -> str | None:
    """Return the X.733 probable cause that words name; of several texts the first that names one decides."""
    return next((cause for text in said if (cause := _cause(text[:_WORDS_READ]))), None)


@lru_cache(maxsize=1024)
def _cause(text: str) -> str | None:
    words = " ".join(_EDGE.sub(" ", text).casefold().split())
    return next((cause for cause, pattern in _CAUSES if pattern.search(words)), None)
