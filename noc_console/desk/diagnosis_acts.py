"""The acts of a ticket's diagnosis runs in short, to stand among its own: begun, and how it ended. Reads no store."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from noc_console.desk.rows import Values
from noc_console.desk.side_acts import SideAct
from noc_console.i18n import _


def acts_of(runs: Iterable[Values]) -> tuple[SideAct, ...]:
    """Return the acts of runs, oldest first; the answers of a run are told by ``noc diagnosis show``."""
    return tuple(sorted((act for run in runs for act in _acts(run)), key=lambda act: act.at))


def _acts(run: Values) -> Iterator[SideAct]:
    yield SideAct(
        run["started_at"], run["started_by"], _("diagnosis {run} begun: {tree}", run=run["ref"], tree=run["tree"])
    )
    if run["ended_at"] is None:
        return
    ref, place = run["ref"], f"{run['here']}.{run['step']}"
    match run["state"]:
        case "located":
            text = _("diagnosis {run} located at {place}: {cause}", run=ref, place=place, cause=run["cause_code"])
        case "not_located":
            text = _("diagnosis {run} located nothing: {place}", run=ref, place=place)
        case _:
            text = _("diagnosis {run} stopped at {place}: {why}", run=ref, place=place, why=run["why"] or "-")
    yield SideAct(run["ended_at"], run["ended_by"], text)
