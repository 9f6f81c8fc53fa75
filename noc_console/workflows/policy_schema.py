"""The sections and keys of a policy file, and what each may hold.

Written once: reading an operator's file, and checking that a merged policy is complete, both follow it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from noc_console.i18n import _
from noc_console.workflows import policy_alarms, policy_commands, policy_hard_cases
from noc_console.workflows.policy_codec import WEEKDAYS
from noc_console.workflows.policy_nodes import (
    Entries,
    Items,
    Leaf,
    LimitLeaf,
    Node,
    Reader,
    Table,
    boolean,
    choice,
    day,
    duration,
    filled,
    instant,
    integer,
    list_of,
    shown,
    slots,
    text,
    unknown_key,
    zone,
)
from noc_console.workflows.policy_values import (
    APPROVERS,
    CLOCKS,
    DOMAINS,
    FUNCTIONS,
    GRADES,
    INTERRUPTS,
    LEVELS,
    PARTNER_CONFIRM,
    ROLES,
    WAIT_KINDS,
)

# Rights without which nobody could repair the rules or the store.
_NEEDED_RIGHTS = frozenset({"policy.put", "engineer.put", "store.admin"})
_MOST_USERS = 10**9


def _role_that_acts(value: Any) -> str:
    if value == "auditor":
        raise ValueError(_("'auditor' only reads"))
    return str(choice([role for role in ROLES if role != "auditor"])(value))


def _warn_levels(value: Any) -> list[int]:
    levels: list[int] = list_of(integer(1, 1000), least=1)(value)
    if levels != sorted(levels):
        raise ValueError(_("{value} is not increasing", value=shown(value)))
    return levels


def _holidays(value: Any) -> Any:
    """Read dates, or a country with years that the import expands."""
    if not isinstance(value, Mapping):
        return list_of(day)(value)
    for name in value:
        if name not in ("country", "years"):
            raise ValueError(unknown_key(name, ("country", "years")))
    if len(value) < 2:
        raise ValueError(_("{value} needs both country and years", value=shown(dict(value))))
    years = list_of(integer(1970, 2100), least=1)(value["years"])
    return {"country": filled(value["country"]), "years": sorted(years)}


def _table(sourced: bool = False, optional: tuple[str, ...] = (), **fields: Node) -> Table:
    return Table(fields, optional=frozenset(optional), sourced=sourced)


def _same(names: tuple[str, ...], node: Node, *, sourced: bool = False, optional: bool = False) -> Table:
    return Table(dict.fromkeys(names, node), frozenset(names) if optional else frozenset(), sourced)


def _limit(reader: Reader) -> LimitLeaf:
    return LimitLeaf(reader)


_LABEL = _table(en=Leaf(filled), zh=Leaf(filled))
_DURATION = _limit(duration())
_BOOLEAN = Leaf(boolean)
_GRADE_DURATIONS = _same(GRADES, _DURATION, optional=True)

_ESCALATION = _table(
    optional=("percent", "after"),
    percent=Leaf(integer(1, 1000)),
    after=Leaf(duration()),
    clock=Leaf(choice(CLOCKS)),
    to=Leaf(choice((*FUNCTIONS, *APPROVERS))),
)
_GRADE = _table(
    sourced=True,
    optional=("update",),
    label=_LABEL,
    calendar=Leaf(filled),
    response=_DURATION,
    restore=_DURATION,
    update=_DURATION,
    escalations=Items(_ESCALATION),
)
_CALENDAR = _table(
    sourced=True,
    optional=("holidays", "workdays"),
    zone=Leaf(zone),
    week=_same(WEEKDAYS, Leaf(slots), optional=True),
    holidays=Leaf(_holidays),
    workdays=Leaf(list_of(day)),
)
_CONTRACT_CLASS = Table(
    {
        "label": _LABEL,
        "aliases": Leaf(list_of(filled)),
        "calendar": Leaf(filled),
        "restore": _DURATION,
        "restore_by_grade": _GRADE_DURATIONS,
        "response_by_grade": _GRADE_DURATIONS,
        "force_majeure": _BOOLEAN,
        "partner_confirm": Leaf(choice(PARTNER_CONFIRM)),
    },
    optional=frozenset({"aliases", "calendar", "restore", "restore_by_grade", "response_by_grade"}),
    sourced=True,
)
_WAIT_REASON = _table(
    optional=("needs_contract",),
    label=_LABEL,
    kind=Leaf(choice(WAIT_KINDS)),
    pauses=_BOOLEAN,
    needs_contract=_BOOLEAN,
)
_CHANNEL = _table(
    optional=("offered",), label=_LABEL, human=_BOOLEAN, hours=_LABEL, contact=Leaf(text), offered=_BOOLEAN
)
_PREAPPROVED = _table(label=_LABEL, domain=Leaf(choice(("*", *DOMAINS))), no_interruption=_BOOLEAN, text=_LABEL)
_APPROVAL = _table(
    sourced=True,
    levels=Items(
        _table(
            role=Leaf(choice(APPROVERS)),
            interrupts=Leaf(list_of(choice(INTERRUPTS), least=1)),
            users_from=Leaf(integer(0, _MOST_USERS)),
        )
    ),
    users_by_grade=_same(GRADES, Leaf(integer(0, _MOST_USERS))),
    emergency=_table(grades=Leaf(list_of(choice(GRADES))), role=Leaf(choice(APPROVERS))),
)
_UNCONFIRMED = _table(
    sourced=True,
    allowed=_BOOLEAN,
    attempts=_limit(integer(1, 20)),
    days=_limit(integer(1, 30)),
    written=_limit(integer(0, 20)),
    role=Leaf(choice(APPROVERS)),
)
_LIMITS = _table(
    notice_before=_limit(duration(0)),
    monitoring_clear_minutes=_limit(integer(0, 1440)),
    informed_silence=_DURATION,
    reopen_days=_limit(integer(0, 365)),
    emergency_complete=_DURATION,
    ratify_voice=_DURATION,
    snooze_max=_DURATION,
    take_default=_DURATION,
    take_max=_DURATION,
    warn_levels=_limit(_warn_levels),
    restore_overrun_raise=_limit(integer(1, 100)),
    breach_asked=_limit(list_of(choice(GRADES))),
    breach_explained=_limit(list_of(choice(GRADES))),
    low_score=_limit(integer(0, 10)),
)
_SECTIONS: dict[str, Node] = {
    "version": Leaf(integer(1, 2**31 - 1)),
    "grades": _same(GRADES, _GRADE),
    "matrix": _same(LEVELS, _same(LEVELS, Leaf(choice(GRADES))), sourced=True),
    "calendars": Entries(_CALENDAR),
    "contract_classes": Entries(_CONTRACT_CLASS),
    "wait_reasons": Entries(_WAIT_REASON, sourced=True),
    "third_party": _same(GRADES, _DURATION, sourced=True),
    "reject_reasons": Entries(_LABEL),
    "dissatisfied_reasons": Entries(_LABEL),
    "regrade_reasons": Entries(_LABEL),
    "breach_reasons": Entries(_LABEL),
    "channels": Entries(_CHANNEL, sourced=True),
    "acknowledgements": _same(("fault", "request"), Leaf(filled)),
    "approval": _APPROVAL,
    "preapproved": Entries(_PREAPPROVED, sourced=True),
    "off_peak": Table({"zone": Leaf(zone)} | dict.fromkeys(DOMAINS, Leaf(slots)), sourced=True),
    "freezes": Items(_table(name=Leaf(filled), start=Leaf(instant), end=Leaf(instant))),
    "unconfirmed": _UNCONFIRMED,
    "limits": _LIMITS,
    **policy_alarms.SECTIONS,
    **policy_hard_cases.SECTIONS,
    **policy_commands.SECTIONS,
}


def schema(rights: tuple[str, ...]) -> Table:
    """Return the whole file as a node; the rights that exist are those of the shipped file."""
    nodes = {right: Leaf(list_of(_role_that_acts, least=1 if right in _NEEDED_RIGHTS else 0)) for right in rights}
    return Table(_SECTIONS | {"rights": Table(nodes, sourced=True)}, optional=frozenset({"freezes"}))
