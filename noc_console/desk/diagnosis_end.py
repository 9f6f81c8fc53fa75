"""What the end of a run gives the ticket: cause and evidence for ``locate``, a plan, or the answer to a request.

It proposes; the person locates, plans or answers, and the ticket's machine judges that as always.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Connection, select

from noc_console.desk.diagnosis_view import Answered, RunView, view_in
from noc_console.desk.rows import Values, values_of
from noc_console.i18n import _, language
from noc_console.store.tables import table
from noc_console.workflows.machine import Event
from noc_console.workflows.tree import SITE

if TYPE_CHECKING:
    from noc_console.desk.act import Wish
    from noc_console.desk.desk import Desk

#: The longest ``series`` of an answer.
_SERIES: Final = 400


def from_run(connection: Connection, event: Event, wish: Wish) -> Wish:
    """Give ``locate``, ``plan`` and ``answer`` what the run that they name has found; what is said comes first."""
    gives = _GIVES.get(event.name)
    if gives is None or not wish.inputs.get("from_run"):
        return wish
    row = _named(connection, wish.record, str(wish.inputs["from_run"]))
    if row is None:
        return wish
    found = gives(view_in(connection, row, row["started_at"]))
    return replace(wish, inputs={**found, **wish.inputs, "from_run": row["ref"]})


def proposed(desk: Desk, row: Values, event: str) -> dict[str, Any]:
    """Return what the form of an event begins with: what the newest run of this round has found."""
    gives = _GIVES.get(event)
    if gives is None or (event == "plan" and row["plan_text"]):
        return {}
    with desk.reading() as connection:
        run = _newest(connection, row)
        view = view_in(connection, run, desk.now()) if run is not None else None
    if view is None:
        return {}
    return {**gives(view), "from_run": view.row["ref"]}


def located(view: RunView) -> dict[str, str]:
    """Return cause code and evidence as inputs of ``locate``; nothing of a run that located nothing."""
    if view.end is None:
        return {}
    return {"cause_code": view.end.cause, "evidence": evidence_text(view)}


def plan_of(view: RunView) -> dict[str, str]:
    """Return the plan that the end proposes: the remedy with what it interrupts, and whether it does."""
    end = view.end
    if end is None:
        return {}
    said = language()
    words = [end.remedy.text(said)]
    if end.interrupts:
        words.append(_("Interrupts: {text}", text=end.interrupts.text(said)))
    if end.escalate_to:
        words.append(_("Needs: {names}", names=_(", ").join(view.role_names())))
    customer = view.customer_text()
    if customer:
        words.append(_("To the customer: {text}", text=customer))
    return {"plan": "\n".join(words), "interrupts": "yes" if end.interrupts else "no"}


def answer_of(view: RunView) -> dict[str, str]:
    """Return what a requester is told, and for a performance request the values that it rests on (R13, R15)."""
    told = view.customer_text()
    found = {"answer": told} if told else {}
    measured = [f"{one.row['step']} {one.measured} {one.verdict}".strip() for one in view.way if one.measured]
    if measured and view.ticket["service_type"] == "performance":
        series = _("{label}: {text}", label=view.row["ref"], text="; ".join(measured))
        found["series"] = series[:_SERIES]
    return found


#: Events of tickets that a run gives inputs to; a run's own ``answer`` names no other run.
_GIVES: Final[Mapping[str, Callable[[RunView], dict[str, str]]]] = {
    "locate": located,
    "plan": plan_of,
    "answer": answer_of,
}


def evidence_text(view: RunView) -> str:
    """Return the way of a run as evidence: every step with its answer and value, then the files."""
    lines = [_("Diagnosis {ref}: {end}", ref=view.row["ref"], end=view.text)]
    lines += [_line(one) for one in view.way]
    if view.evidence:
        lines.append(_("Files: {names}", names=", ".join(item["name"] for item in view.evidence)))
    return "\n".join(lines)


def _line(one: Answered) -> str:
    row = one.row
    question = one.step.text.text(language()) if one.step else ""
    answer = "; ".join(part for part in (one.words, one.measured, one.verdict, row["note"] or "") if part)
    # a sentence that ends with a stop goes on here
    asked = f"{row['tree']}.{row['step']} {question.rstrip('.。')}"
    return _("{label}: {text}", label=asked, text=answer)


def _named(connection: Connection, ticket: str, run: str) -> Values | None:
    runs = table("diagnosis")
    chosen = select(runs).where(runs.c.record == ticket, runs.c.ref == run.strip().upper())
    row = connection.execute(chosen).one_or_none()
    return values_of("diagnosis", row) if row is not None else None


def _newest(connection: Connection, row: Mapping[str, Any]) -> Values | None:
    runs = table("diagnosis")
    chosen = select(runs).where(
        runs.c.record == row["id"],
        runs.c.state == "located",
        runs.c.round == (row["round"] or 1),
        runs.c.domain != SITE,  # its list covers a visit, and finds no cause
    )
    found = connection.execute(chosen.order_by(runs.c.number.desc()).limit(1)).one_or_none()
    return values_of("diagnosis", found) if found is not None else None
