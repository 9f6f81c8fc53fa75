"""What a table seems to hold: its rows, its columns, the states of its tickets, and a mapping to begin with.

Reads the table once, in flat memory. A guess is for a person to look at; nothing is taken in by it alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Final

from noc_console.i18n import _
from noc_console.intake import csv_columns, csv_times
from noc_console.intake.csv_columns import MOST_STATES, said
from noc_console.intake.csv_map import FIELDS, TableMap
from noc_console.intake.csv_table import Layout, Row, rows
from noc_console.intake.ticket_words import grade_of, service_type_of, status_of
from noc_console.text import clean

#: Rows that the mapping is guessed from; counts are of all rows.
LOOKED_AT: Final = 2_000
#: Distinct cases that are counted.
MOST_CASES: Final = 1_000_000

#: States of a ServiceNow incident, where the table has the figures and not the words.
_SERVICENOW: Final = {
    "1": "acknowledged", "2": "inProgress", "3": "held", "4": "pending", "5": "held", "6": "resolved", "7": "closed",
    "8": "cancelled",
}  # fmt: skip


@dataclass(slots=True)
class Guess:
    """What was found; ``cases`` is None where there are more than can be counted."""

    layout: Layout
    rows: int = 0
    bad_rows: int = 0
    states: Counter[str] = field(default_factory=Counter)
    state_column: str = ""
    case_column: str = ""
    cases: int | None = None
    first_case: str = ""
    last_case: str = ""
    map: TableMap | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the shape of ``noc intake csv --guess -o json``."""
        return {
            "rows": self.rows,
            "delimiter": self.layout.delimiter,
            "encoding": self.layout.encoding,
            "columns": list(self.layout.columns),
            "states": dict(self.states.most_common()),
            "state_column": self.state_column or None,
            "case_column": self.case_column or None,
            "distinct_cases": self.cases,
            "first_case": self.first_case or None,
            "last_case": self.last_case or None,
            "bad_rows": self.bad_rows,
            "map": self.map.to_json() if self.map else None,
        }

    def lines(self) -> Iterator[str]:
        """Yield the mapping as a file that ``--map`` reads, with what was found as comments above."""
        states = ", ".join(f"{state} ({count})" for state, count in self.states.most_common())
        yield "# " + _("{n} rows, {encoding}, delimiter {mark}",
                       n=self.rows, encoding=self.layout.encoding, mark=repr(self.layout.delimiter))  # fmt: skip
        yield "# " + _("columns: {names}", names=clean(", ".join(self.layout.columns)))
        if states:
            yield "# " + _("states in {column}: {states}", column=self.state_column, states=clean(states))
        if self.cases is not None:
            yield "# " + _("{n} cases by {column}", n=self.cases, column=self.case_column)
        if self.bad_rows:
            yield "# " + _("{n} rows cannot be read as the header says", n=self.bad_rows)
        yield from self.map.toml().splitlines() if self.map else ["# " + _("no column seems to be a subject")]


def guess(stream: BinaryIO, layout: Layout) -> Guess:
    """Read a whole table and say what it seems to be."""
    found = Guess(layout)
    head: list[Row] = []
    reading = rows(stream, layout)
    for row in reading:
        _count_row(found, row)
        if not row.why:
            head.append(row)
        if len(head) >= LOOKED_AT:
            break
    columns = csv_columns.columns_of(layout.columns, [row.cells for row in head])
    place = {name: layout.columns.index(columns[name][0]) for name in ("external_id", "status") if columns.get(name)}
    cases: set[int] = set()
    for row in _all(head, reading, found):
        _count_values(found, row.cells, place, cases)
    found.state_column = columns["status"][0] if "status" in columns else ""
    found.case_column = columns["external_id"][0] if "external_id" in columns else ""
    if len(found.states) > MOST_STATES:
        found.states.clear()
        found.state_column = ""
        del columns["status"]
    found.cases = len(cases) if found.case_column and len(cases) < MOST_CASES else None
    found.map = _map(found, columns, [row.cells for row in head])
    return found


def _all(head: Iterable[Row], reading: Iterable[Row], found: Guess) -> Iterator[Row]:
    """Yield every good row: those that were looked at, then the rest, counted as they come."""
    yield from head
    for row in reading:
        _count_row(found, row)
        if not row.why:
            yield row


def _count_row(found: Guess, row: Row) -> None:
    found.rows += 1
    found.bad_rows += bool(row.why)


def _count_values(found: Guess, cells: tuple[str, ...], place: dict[str, int], cases: set[int]) -> None:
    if "external_id" in place:
        case = cells[place["external_id"]].strip()
        if case:
            found.first_case = found.first_case or clean(case, limit=200)
            found.last_case = clean(case, limit=200) if case != found.last_case else case
            if len(cases) < MOST_CASES:
                cases.add(hash(case))
    if "status" in place and len(found.states) <= MOST_STATES:
        state = clean(cells[place["status"]], limit=200).strip()
        if state:
            found.states[state] += 1


# --- What a mapping says ---------------------------------------------------------------------------------------


def _map(found: Guess, columns: dict[str, tuple[str, ...]], sample: list[tuple[str, ...]]) -> TableMap | None:
    """Return a mapping to begin with; None for a table with no column that could be a subject."""
    names = found.layout.columns
    if not columns.keys() & {"subject", "symptom"}:
        taken = {column for field, named in columns.items() if field != "service_type" for column in named}
        prose = csv_columns.wordiest(names, sample, taken)
        if prose is None:
            return None
        columns["subject"] = (prose,)
    times = [column for name in csv_columns.TIMES for column in columns.get(name, ())]
    history = found.cases is not None and found.cases < found.rows - found.bad_rows
    tables = {
        "states": _table(found.states, status_of) or _figures(names, found.states),
        "grades": _table_of(columns, "grade", names, sample, grade_of),
        "types": _table_of(columns, "service_type", names, sample, service_type_of),
        "domains": {},
    }
    ordered: dict[str, tuple[str, ...]] = {name: columns[name] for name in FIELDS if name in columns}
    return TableMap(
        columns=ordered,
        rows="history" if history else "tickets",
        delimiter=found.layout.delimiter,
        encoding=found.layout.encoding,
        formats=csv_times.formats_of(said(sample, names.index(column)) for column in dict.fromkeys(times)),
        tables=tables,
    )


def _figures(names: tuple[str, ...], states: Counter[str]) -> dict[str, str]:
    """Return what the figures of a ServiceNow table mean."""
    servicenow = any(name.startswith("sys_") for name in names)
    return {figure: _SERVICENOW[figure] for figure in states if servicenow and figure in _SERVICENOW}


def _table_of(
    columns: dict[str, tuple[str, ...]],
    name: str,
    names: tuple[str, ...],
    sample: list[tuple[str, ...]],
    usual: Callable[[str], str | None],
) -> dict[str, str]:
    words = said(sample, names.index(columns[name][0])) if name in columns else []
    return _table(Counter(words), usual) if len(set(words)) <= MOST_STATES else {}


def _table(said: Counter[str], usual: Callable[[str], str | None]) -> dict[str, str]:
    return {text: code for text, _n in said.most_common() if (code := usual(text)) is not None}
