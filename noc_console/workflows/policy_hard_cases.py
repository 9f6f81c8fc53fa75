"""The section of a policy file about difficult faults: consultation, report-up, repeats (R29, R30, X.790).

What it may hold, its values, and how they are written back. It carries no rules: those are in the machines.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from noc_console.workflows import policy_codec as codec
from noc_console.workflows.durations import format_duration
from noc_console.workflows.policy_nodes import LimitLeaf, Node, Table, duration, integer
from noc_console.workflows.policy_values import GRADES

Data = Mapping[str, Any]
_BY_GRADE: Final = Table(dict.fromkeys(GRADES, LimitLeaf(duration())), optional=frozenset(GRADES))
SECTIONS: Final[dict[str, Node]] = {
    "hard_cases": Table(
        {
            "consult_after": _BY_GRADE,
            "consult_due": _BY_GRADE,
            "report_every": _BY_GRADE,
            "repeat_within": LimitLeaf(duration()),
            "repeat_raise": LimitLeaf(integer(0, len(GRADES) - 1)),
            "chronic_from": LimitLeaf(integer(2, 1_000)),
        },
        sourced=True,
    )
}


@dataclass(frozen=True, slots=True)
class HardCases:
    """Seconds by grade (a grade that is not named has no such limit), and what counts as a repeat.

    ``consult_after_s``: not located for so long; ``consult_due_s``: from the call to the meeting; ``report_every_s``:
    from one report-up to the next.
    """

    consult_after_s: Mapping[str, int]
    consult_due_s: Mapping[str, int]
    report_every_s: Mapping[str, int]
    repeat_within_s: int
    repeat_raise: int
    chronic_from: int


def hard_cases(data: Data) -> HardCases:
    """Return the values of checked data."""
    return HardCases(
        consult_after_s=codec.seconds_by_key(data["consult_after"]),
        consult_due_s=codec.seconds_by_key(data["consult_due"]),
        report_every_s=codec.seconds_by_key(data["report_every"]),
        repeat_within_s=codec.seconds(data["repeat_within"]),
        repeat_raise=codec.plain(data["repeat_raise"]),
        chronic_from=codec.plain(data["chronic_from"]),
    )


def hard_cases_data(value: HardCases) -> dict[str, Any]:
    """Write the section."""
    return {
        "consult_after": codec.durations_data(value.consult_after_s),
        "consult_due": codec.durations_data(value.consult_due_s),
        "report_every": codec.durations_data(value.report_every_s),
        "repeat_within": format_duration(value.repeat_within_s),
        "repeat_raise": value.repeat_raise,
        "chronic_from": value.chronic_from,
    }
