"""What must hold between the keys of a whole policy: names that are used exist, limits grow, nothing contradicts.

It sees data in canonical form, every value of which has been read; it must not read files or merge.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from itertools import pairwise
from typing import Any

from noc_console.i18n import _
from noc_console.workflows import policy_alarms, policy_commands
from noc_console.workflows import policy_codec as codec
from noc_console.workflows.policy_nodes import Reading, dotted, nearest, shown
from noc_console.workflows.policy_values import GRADES

Data = Mapping[str, Any]


def check(data: Data, calendars: Collection[str], reading: Reading) -> None:
    """Note every contradiction of a policy whose entries are complete; ``calendars`` names incomplete ones too."""
    own = (_calendars, _grades, _contract_classes, _wait_reasons, _freezes, _limits)
    for section in (*own, policy_alarms.problems, policy_commands.problems):
        for key, problem in section(data):
            reading.report(key, problem)
    for section_name in ("grades", "contract_classes"):
        for name, entry in data[section_name].items():
            wanted = entry.get("calendar")
            if wanted is not None and wanted not in calendars:
                near = nearest(wanted, calendars)
                problem = _("there is no calendar {name}{nearest}", name=shown(wanted), nearest=near)
                reading.report(f"{section_name}.{name}.calendar", problem)


def _calendars(data: Data) -> Iterator[tuple[str, str]]:
    for name, entry in data["calendars"].items():
        key = f"calendars.{name}"
        listed = entry.get("holidays", ())
        if isinstance(listed, Mapping):
            listed = ()
        try:
            codec.calendar(name, {**entry, "holidays": listed})
        except ValueError as error:
            yield key, str(error)
        for both in sorted(set(listed) & set(entry.get("workdays", ()))):
            yield f"{key}.workdays", _("{day} is a day off and a working day", day=both)


def _grades(data: Data) -> Iterator[tuple[str, str]]:
    grades = data["grades"]
    for name, grade in grades.items():
        key = f"grades.{name}"
        yield from _in_order(key, "response", grade["response"], "restore", grade["restore"])
        if "update" in grade:
            yield from _in_order(key, "update", grade["update"], "restore", grade["restore"])
        yield from _ladder(f"{key}.escalations", grade["escalations"])
    for higher, lower in pairwise(GRADES):
        # On different calendars four hours and four hours are not the same.
        if grades[higher]["calendar"] != grades[lower]["calendar"]:
            continue
        for limit in ("response", "restore"):
            one, other = f"{higher}.{limit}", f"{lower}.{limit}"
            yield from _in_order("grades", one, grades[higher][limit], other, grades[lower][limit])


def _in_order(key: str, name: str, value: Any, bound_name: str, bound: Any) -> Iterator[tuple[str, str]]:
    if codec.seconds(value) > codec.seconds(bound):
        problem = _(
            "{value} is longer than {bound_name}, {bound}",
            value=codec.plain(value),
            bound_name=bound_name,
            bound=codec.plain(bound),
        )
        yield dotted(key, name), problem


def _ladder(key: str, rungs: list[Data]) -> Iterator[tuple[str, str]]:
    for n, rung in enumerate(rungs, start=1):
        if ("percent" in rung) == ("after" in rung):
            yield f"{key}[{n}]", _("give either percent or after")
        if rung in rungs[: n - 1]:
            yield f"{key}[{n}]", _("the same level stands there twice")


def _contract_classes(data: Data) -> Iterator[tuple[str, str]]:
    owner: dict[str, str] = {}
    for name, entry in data["contract_classes"].items():
        key = f"contract_classes.{name}"
        for word in (name, *entry.get("aliases", ())):
            first = owner.setdefault(word.casefold(), name)
            if first != name:
                yield f"{key}.aliases", _("{word} already names {other}", word=shown(word), other=first)
        for grade in GRADES:
            yield from _class_limits(key, entry, grade, data["grades"][grade])


def _class_limits(key: str, entry: Data, grade: str, row: Data) -> Iterator[tuple[str, str]]:
    own = {
        name: entry[name][grade] for name in ("response_by_grade", "restore_by_grade") if grade in entry.get(name, ())
    }
    response = own.get("response_by_grade", row["response"])
    restore = own.get("restore_by_grade", row["restore"])
    blamed = f"{next(iter(own))}.{grade}" if own else "restore"
    # P5 is the grade of requests, for which the flat limit does not hold.
    if "restore_by_grade" not in own and "restore" in entry and grade != "P5":
        restore = min(restore, entry["restore"], key=codec.seconds)
    if codec.seconds(response) > codec.seconds(restore) and (own or restore is not row["restore"]):
        times = {"response": codec.plain(response), "restore": codec.plain(restore)}
        problem = _("a {grade} would be answered in {response} but restored in {restore}", grade=grade, **times)
        yield f"{key}.{blamed}", problem


def _wait_reasons(data: Data) -> Iterator[tuple[str, str]]:
    for code, entry in codec.entries(data["wait_reasons"]).items():
        if entry["pauses"] and entry["kind"] != "customer":
            yield f"wait_reasons.{code}.pauses", _("only waiting for the customer pauses a clock")


def _freezes(data: Data) -> Iterator[tuple[str, str]]:
    names: set[str] = set()
    for n, freeze in enumerate(data.get("freezes", ()), start=1):
        if datetime.fromisoformat(freeze["start"]) >= datetime.fromisoformat(freeze["end"]):
            yield f"freezes[{n}]", _("the end is not after the start")
        if freeze["name"] in names:
            yield f"freezes[{n}].name", _("{value} stands there twice", value=shown(freeze["name"]))
        names.add(freeze["name"])


def _limits(data: Data) -> Iterator[tuple[str, str]]:
    limits = data["limits"]
    yield from _in_order("limits", "take_default", limits["take_default"], "take_max", limits["take_max"])
