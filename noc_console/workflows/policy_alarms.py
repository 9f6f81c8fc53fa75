"""The alarm sections of a policy file: what they may hold, read into values, and written back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from noc_console.i18n import _
from noc_console.workflows import policy_codec as codec
from noc_console.workflows.alarm_rules import ACTIONS, KEYS, SEVERITIES, AlarmPolicy, AlarmRule, Match
from noc_console.workflows.day_slots import format_slot, parse_slots
from noc_console.workflows.durations import format_duration
from noc_console.workflows.policy_nodes import (
    Items,
    Leaf,
    LimitLeaf,
    Node,
    Table,
    choice,
    duration,
    filled,
    integer,
    list_of,
    nearest,
    shown,
    slots,
    unknown_key,
)
from noc_console.workflows.policy_values import DOMAINS, GRADES, INTERRUPTS, Label

Data = Mapping[str, Any]
_MOST = 10**9
_LANGUAGES: Final = ("en", "zh")
#: Conditions of a rule that are globs, by their key in the file.
_GLOBS: Final = {"channel": "channel", "name": "name", "object": "object_", "text": "text"}
#: What each action needs beside its conditions.
_NEEDS: Final = {"fold": ("by", "within"), "hold": ("for",), "ignore": ("reason",)}
_OF_ACTION: Final = {"by": "fold", "within": "fold", "circuit": "fold", "for": "hold", "reason": "ignore"}


def _key(value: Any) -> str:
    """Read what alarms are folded by."""
    said = filled(value)
    kind, _colon, rest = said.partition(":")
    if said in KEYS or (kind in ("label", "prefix") and rest):
        return said
    known = (*KEYS, "label:NAME", "prefix:X")
    raise ValueError(_("{value} is not known{nearest}", value=shown(said), nearest=nearest(said, known)))


def _one_or_many(value: Any) -> list[str]:
    """Read a glob, or a list of them."""
    found: list[str] = list_of(filled, least=1)([value] if isinstance(value, str) else value)
    return found


class _Labels:
    """A table of globs by the name of a label, which is the operator's."""

    sourced = False

    def read(self, value: Any, key: str, reading: Any) -> Any:
        """Return label -> globs, or None after noting problems."""
        if not isinstance(value, Mapping):
            reading.report(key, _("{value} is not a table", value=shown(value)))
            return None
        found = {name: reading.parsed(_one_or_many, given, f"{key}.{name}") for name, given in value.items()}
        return {name: globs for name, globs in found.items() if globs is not None}


_MATCH: Final = Table(
    {
        **dict.fromkeys(_GLOBS, Leaf(_one_or_many)),
        "labels": _Labels(),
        "domain": Leaf(list_of(choice(DOMAINS), least=1)),
        "severity": Leaf(choice(SEVERITIES)),
        "severities": Leaf(list_of(choice(SEVERITIES), least=1)),
        "hours": Leaf(slots),
    },
    optional=frozenset({*_GLOBS, "labels", "domain", "severity", "severities", "hours"}),
)
_SET: Final = Table(
    {
        "grade": Leaf(choice(GRADES)),
        "domain": Leaf(choice(DOMAINS)),
        "service_affecting": Leaf(choice(INTERRUPTS)),
        "users": Leaf(integer(0, _MOST)),
    },
    optional=frozenset({"grade", "domain", "service_affecting", "users"}),
)


def _reason(value: Any) -> str | dict[str, str]:
    """Read a reason: one text for all, or one in each language."""
    if not isinstance(value, Mapping):
        return filled(value)
    for name in value:
        if name not in _LANGUAGES:
            raise ValueError(unknown_key(name, _LANGUAGES))
    if len(value) < len(_LANGUAGES):
        raise ValueError(_("{value} needs both en and zh, or is one text", value=shown(dict(value))))
    return {name: filled(value[name]) for name in _LANGUAGES}


_RULE: Final = Table(
    {
        "name": Leaf(filled),
        "action": Leaf(choice(ACTIONS)),
        "match": _MATCH,
        "by": Leaf(list_of(_key, least=1)),
        "within": Leaf(duration()),
        "for": Leaf(duration()),
        "reason": Leaf(_reason),
        "circuit": Leaf(_key),
        "set": _SET,
    },
    optional=frozenset({"match", *_OF_ACTION, "set"}),
    sourced=True,
)
_ALARMS: Final = Table(
    {
        "grades": Table(dict.fromkeys(SEVERITIES, LimitLeaf(choice(GRADES)))),
        "flapping_changes": LimitLeaf(integer(2, 1_000)),
        "flapping_within": LimitLeaf(duration()),
        "storm_tickets": LimitLeaf(integer(1, 10_000)),
        "storm_within": LimitLeaf(duration()),
        "storm_quiet": LimitLeaf(duration()),
        "storm_by": LimitLeaf(list_of(_key, least=1)),
        "words": Table(dict.fromkeys(DOMAINS, LimitLeaf(list_of(filled)))),
    },
    sourced=True,
)
SECTIONS: Final[dict[str, Node]] = {"alarms": _ALARMS, "alarm_rules": Items(_RULE)}


def problems(data: Data) -> Iterator[tuple[str, str]]:
    """Yield what contradicts itself in the rules: each action needs its own keys, and takes no others."""
    names: set[str] = set()
    for n, rule in enumerate(data["alarm_rules"], start=1):
        key = f"alarm_rules[{n}]"
        if rule["name"] in names:
            yield f"{key}.name", _("{value} stands there twice", value=shown(rule["name"]))
        names.add(rule["name"])
        missing = [name for name in _NEEDS.get(rule["action"], ()) if name not in rule]
        if missing:
            yield key, _("missing: {keys}", keys=", ".join(missing))
        for name, action in _OF_ACTION.items():
            if name in rule and rule["action"] != action:
                yield f"{key}.{name}", _("belongs to the action {action}", action=action)
        if rule["action"] in ("ignore", "fold", "hold") and not rule.get("match"):
            yield f"{key}.match", _("every alarm would match: say which")


# --- Values --------------------------------------------------------------------------------------------------


def alarm_policy(alarms: Data, rules: list[Data]) -> AlarmPolicy:
    """Return the alarm policy of checked data."""
    return AlarmPolicy(
        grades=codec.frozen({name: codec.plain(alarms["grades"][name]) for name in SEVERITIES}),
        flapping_changes=codec.plain(alarms["flapping_changes"]),
        flapping_within_s=codec.seconds(alarms["flapping_within"]),
        storm_tickets=codec.plain(alarms["storm_tickets"]),
        storm_within_s=codec.seconds(alarms["storm_within"]),
        storm_quiet_s=codec.seconds(alarms["storm_quiet"]),
        storm_by=tuple(codec.plain(alarms["storm_by"])),
        words=codec.frozen({name: tuple(codec.plain(alarms["words"][name])) for name in DOMAINS}),
        rules=tuple(_rule(rule) for rule in rules),
    )


def _rule(data: Data) -> AlarmRule:
    match, given = data.get("match", {}), data.get("set", {})
    return AlarmRule(
        name=data["name"],
        action=data["action"],
        match=Match(
            **{field: _globs(match.get(key, ())) for key, field in _GLOBS.items()},
            labels=codec.frozen({name: _globs(said) for name, said in match.get("labels", {}).items()}),
            domain=tuple(match.get("domain", ())),
            severity=match.get("severity"),
            severities=tuple(match.get("severities", ())),
            hours=parse_slots(match.get("hours", ())),
        ),
        by=tuple(data.get("by", ())),
        within_s=codec.seconds(data["within"]) if "within" in data else 0,
        for_s=codec.seconds(data["for"]) if "for" in data else 0,
        reason=_wording(data.get("reason", "")),
        circuit=data.get("circuit", ""),
        grade=given.get("grade"),
        domain=given.get("domain"),
        service_affecting=given.get("service_affecting"),
        users=given.get("users"),
        tag=data["tag"],
        source=data["source"],
    )


def _wording(said: str | Data) -> Label:
    return Label(en=said, zh=said) if isinstance(said, str) else codec.label(said)


def _globs(said: Any) -> tuple[str, ...]:
    """Return globs: the file may have a single one without a list."""
    return (said,) if isinstance(said, str) else tuple(said)


def alarms_data(value: AlarmPolicy) -> dict[str, Any]:
    """Write everything but the rules."""
    return {
        "grades": dict(value.grades),
        "flapping_changes": value.flapping_changes,
        "flapping_within": format_duration(value.flapping_within_s),
        "storm_tickets": value.storm_tickets,
        "storm_within": format_duration(value.storm_within_s),
        "storm_quiet": format_duration(value.storm_quiet_s),
        "storm_by": list(value.storm_by),
        "words": {domain: list(words) for domain, words in value.words.items()},
    }


def rules_data(value: AlarmPolicy) -> list[dict[str, Any]]:
    """Write the rules in their order."""
    return [_rule_data(rule) for rule in value.rules]


def _rule_data(rule: AlarmRule) -> dict[str, Any]:
    match = {
        **{key: list(getattr(rule.match, field)) for key, field in _GLOBS.items()},
        "labels": {name: list(globs) for name, globs in rule.match.labels.items()},
        "domain": list(rule.match.domain),
        "severity": rule.match.severity,
        "severities": list(rule.match.severities),
        "hours": [format_slot(slot) for slot in rule.match.hours],
    }
    given = {name: getattr(rule, name) for name in ("grade", "domain", "service_affecting", "users")}
    data = {
        "name": rule.name,
        "action": rule.action,
        "match": {name: said for name, said in match.items() if said},
        "by": list(rule.by),
        "within": format_duration(rule.within_s) if rule.within_s else "",
        "for": format_duration(rule.for_s) if rule.for_s else "",
        "reason": rule.reason.en if rule.reason.en == rule.reason.zh else codec.label_data(rule.reason),
        "circuit": rule.circuit,
        "set": {name: said for name, said in given.items() if said is not None},
        "tag": rule.tag,
        "source": rule.source,
    }
    return {name: said for name, said in data.items() if said not in ("", [], {}) or name in ("tag", "source")}
