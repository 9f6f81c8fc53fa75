"""What a diagnosis machine may look at: the ticket, the answers, the ticket's other runs, and the trees in question."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, bindparam, select

from noc_console.desk import catalogues, tree_library
from noc_console.desk.rows import Values, of_record, one, read_rows, values_of
from noc_console.store.prepared import Prepared
from noc_console.store.tables import table
from noc_console.workflows.tree_walk import targets

if TYPE_CHECKING:
    from noc_console.desk.act import Wish

Related = dict[str, tuple[Values, ...]]


def run_facts(connection: Connection, row: Values | None, wish: Wish | None) -> Related:
    """Return what belongs to a run, or to one that is to begin."""
    inputs: Mapping[str, Any] = wish.inputs if wish else {}
    ticket = one(connection, "ticket", row["record"] if row else str(inputs.get("ticket", "")))
    related: Related = {"ticket": (ticket,) if ticket else ()}
    if ticket:
        related["visits"] = of_record(connection, "visit", ticket["id"])
        related["runs"] = other_runs(connection, ticket, row["id"] if row else "")
    names = {str(inputs["tree"])} if inputs.get("tree") else set()
    if row is not None:
        related["answers"] = answers_of(connection, row["id"])
        tree = tree_library.kept(connection, row["here_hash"])
        thresholds = catalogues.of_run(connection, row, tree).thresholds
        related["trees"] = ({"id": tree.id, "hash": tree.hash, "tree": tree, "thresholds": thresholds},)
        names |= set(targets(tree, row["step"]))
    related["in_force"] = tuple(_in_force(connection, names))
    return related


def other_runs(connection: Connection, ticket: Values, run: str) -> tuple[Values, ...]:
    """Return the runs of a ticket in its present round beside one; what was given up does not count."""
    rows = (row for row in of_record(connection, "diagnosis", ticket["id"]) if row["id"] != run)
    return tuple(row for row in rows if row["round"] == ticket["round"] and row["state"] != "stopped")


def answers_of(connection: Connection, run: str) -> tuple[Values, ...]:
    """Return every answer of a run in order, those that were taken back too."""
    return read_rows(connection, "diagnosis_answer", _answers(), run=run)


@cache
def _answers() -> Prepared:
    rows = table("diagnosis_answer")
    return Prepared(select(rows).where(rows.c.run == bindparam("run")).order_by(rows.c.number))


def _in_force(connection: Connection, names: Iterable[str]) -> Iterable[Values]:
    for name in sorted(names):
        found = tree_library.in_force(connection, name)
        if found is not None:
            pinned = tuple(file.hash for file in catalogues.of_tree(connection, found.tree))
            yield {"id": name, "hash": found.hash, "tree": found.tree, "catalogues": pinned}


def in_force_rows(connection: Connection, wish: Wish | None, *, but: str) -> tuple[Values, ...]:
    """Return what is in force under the name and from the source of a checklist that is put."""
    if wish is None or wish.event != "put":
        return ()
    rows = table("checklist")
    named = [rows.c[name] == wish.inputs.get(name, "") for name in ("kind", "name", "source")]
    found = connection.execute(select(rows).where(*named, rows.c.state == "current", rows.c.id != but))
    return tuple(values_of("checklist", row) for row in found)
