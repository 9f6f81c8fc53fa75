"""Vendors and carriers that work on a ticket: which were called in which round, and that a second one asks for experts.

More than one vendor on a fault that is not located is a trigger of service rules (f). Pure; names are compared as
people write them, whatever their case, width and spaces, and those that are known in two languages in both.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any, Final

from noc_console.i18n import N_
from noc_console.workflows.fields import Field, Inputs, Kind
from noc_console.workflows.machine import Facts, Op, Put
from noc_console.workflows.repeats import call_for_consult

VENDOR: Final = Field("vendor", Kind.TEXT, N_("Vendor"), N_("Or carrier: the company that works on it"), max_length=100)
#: What an escalation to a vendor is called, on the ladder of functions.
FUNCTION: Final = "vendor"


#: Companies of this trade by every name that people give them.
_NAMES: Final = (
    ("huawei", "华为", "华为技术"),
    ("zte", "中兴", "中兴通讯"),
    ("fiberhome", "烽火", "烽火通信"),
    ("nokia", "诺基亚", "诺基亚贝尔", "上海诺基亚贝尔"),
    ("ericsson", "爱立信"),
    ("cisco", "思科"),
    ("juniper", "juniper networks", "瞻博", "瞻博网络"),
    ("h3c", "新华三", "华三"),
    ("ruijie", "锐捷", "锐捷网络"),
    ("datang", "大唐", "大唐移动"),
    ("samsung", "三星"),
    ("china mobile", "cmcc", "中国移动", "移动"),
    ("china telecom", "ctcc", "中国电信", "电信"),
    ("china unicom", "cucc", "中国联通", "联通"),
    ("china broadnet", "中国广电", "广电"),
    ("china tower", "中国铁塔", "铁塔"),
)
_ONE: Final = {name: names[0] for names in _NAMES for name in names}


def called(record: Mapping[str, Any]) -> tuple[Mapping[str, Any], ...]:
    """Return the vendors that were called in the present round, each once, with their case as it was said last."""
    round_ = record.get("round") or 1
    return tuple(one for one in record.get("vendors") or () if one["round"] == round_)


def is_new(record: Mapping[str, Any], name: str) -> bool:
    """Tell whether a vendor was not called in this round yet."""
    return _key(name) not in {_key(one["name"]) for one in called(record)}


def _key(name: str) -> str:
    said = " ".join(unicodedata.normalize("NFKC", name).casefold().split())
    return _ONE.get(said, said)


def call_vendor(facts: Facts, inputs: Inputs) -> Iterator[Op]:
    """Keep who was called with which case; a second one on a fault that is not located calls for a consultation."""
    name = " ".join((inputs.get("vendor") or "").split())
    if not name:
        return
    round_, new = facts.record.get("round") or 1, is_new(facts.record, name)
    if new:
        kept = (*(facts.record.get("vendors") or ()), {"name": name, "case": _case(inputs), "round": round_})
    else:
        kept = tuple(_renewed(one, name, round_, inputs) for one in facts.record["vendors"])
    yield Put({"vendors": kept})
    record = facts.record
    sought = record["service_type"] == "fault" and not record.get("located_at") and not record.get("restored_at")
    if new and called(record) and sought:
        yield from call_for_consult(facts, "several_domains")


def _renewed(one: Mapping[str, Any], name: str, round_: int, inputs: Inputs) -> Mapping[str, Any]:
    same = one["round"] == round_ and _key(one["name"]) == _key(name)
    return {**one, "case": _case(inputs) or one["case"]} if same else one


def _case(inputs: Inputs) -> str | None:
    return inputs.get("vendor_case") or None
