"""Expert consultations: found, listed, shown; what they decided begins the ticket's next plan (R30)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, or_, select

from noc_console.clock import to_json, to_ms
from noc_console.desk import ticket
from noc_console.desk.consult_facts import parts
from noc_console.desk.rows import Values, of_record, values_of
from noc_console.errors import NotFound, UsageError
from noc_console.i18n import _
from noc_console.store.tables import table
from noc_console.text import clean
from noc_console.workflows.catalogue import workflow
from noc_console.workflows.consult import GOING_ON
from noc_console.workflows.machine import NextStep

if TYPE_CHECKING:
    from noc_console.desk.desk import Desk

KIND = "consult"
STATES = ("going_on", "called", "gathered", "concluded", "cancelled", "all")
_PLAIN = (
    "state", "reason", "called_by", "called_at", "due_at", "started_at", "ended_at", "chair", "facts_known", "risk",
    "vendor_case", "customer_informed", "result", "concluded_by", "minutes_by", "minutes_at", "why", "row_version",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ConsultView:
    """A consultation whole: its row, the ticket's reference, who takes part, and what was said."""

    row: Values
    ticket_ref: str
    subject: str
    members: tuple[Values, ...]
    items: tuple[Values, ...]

    def of_kind(self, kind: str) -> tuple[Values, ...]:
        """Return the excluded causes, hypotheses or decisions in the order of their ranks."""
        return tuple(sorted((item for item in self.items if item["kind"] == kind), key=lambda item: item["rank"]))

    def json(self) -> dict[str, Any]:
        """Return the object of ``noc consult show -o json``."""
        return {
            "ref": self.row["ref"],
            "id": self.row["id"],
            "ticket": self.ticket_ref,
            "subject": self.subject,
            **{name: _value(self.row[name]) for name in _PLAIN},
            "participants": [
                {name: _value(member[name]) for name in ("name", "domain", "company", "level")}
                for member in self.members
            ],
            "excluded": [{"cause": one["text"], "evidence": one["detail"]} for one in self.of_kind("excluded")],
            "hypotheses": [
                {"rank": one["rank"], "cause": one["text"], "test": one["detail"]} for one in self.of_kind("hypothesis")
            ],
            "decisions": [
                {"who": one["who"], "what": one["text"], "until": _value(one["until_at"])}
                for one in self.of_kind("decision")
            ],
        }


def show(desk: Desk, ref: str) -> ConsultView:
    """Return a consultation by its reference or id, or the newest of a ticket. Raises NotFound."""
    row = row_of(desk, ref)
    with desk.reading() as connection:
        return _view(connection, row)


def of_ticket(connection: Connection, record: str) -> tuple[ConsultView, ...]:
    """Return the consultations of a ticket, oldest first."""
    rows = sorted(of_record(connection, KIND, record), key=lambda row: int(row["number"]))
    return tuple(_view(connection, row) for row in rows)


def page(desk: Desk, *, state: str = "going_on", ref: str = "", limit: int | None = 200) -> tuple[ConsultView, ...]:
    """Return consultations, newest first; ``state`` is one of ``STATES``, ``ref`` names a ticket."""
    rows = table(KIND)
    chosen = select(rows).order_by(rows.c.number.desc()).limit(limit)
    if state != "all":
        chosen = chosen.where(rows.c.state.in_(GOING_ON) if state == "going_on" else rows.c.state == state)
    if ref:
        chosen = chosen.where(rows.c.record == ticket.find(desk, ref))
    with desk.reading() as connection:
        return tuple(_view(connection, values_of(KIND, row)) for row in connection.execute(chosen).all())


def row_of(desk: Desk, ref: str) -> Values:
    """Return the row of a reference or id, or what a ticket's reference means: the one going on, else the newest.

    Raises NotFound, and UsageError where a ticket has several that have ended and none goes on.
    """
    wanted = clean(ref).strip().removeprefix("[").removesuffix("]")
    rows, tickets = table(KIND), table("ticket")
    with desk.reading() as connection:
        named = or_(rows.c.ref == wanted.upper(), rows.c.id == wanted.lower())
        row = connection.execute(select(rows).where(named)).one_or_none()
        if row is not None:
            return values_of(KIND, row)
        of_that = select(rows).join(tickets, tickets.c.id == rows.c.record).where(tickets.c.ref == wanted.upper())
        found = connection.execute(of_that.order_by(rows.c.number)).all()
    if not found:
        raise NotFound(_("there is no consultation {ref}", ref=wanted[:60]), _("noc consult list shows them"))
    going_on = [one for one in found if one.state in GOING_ON]
    if len(going_on or found) > 1:
        names = ", ".join(one.ref for one in found)
        raise UsageError(_("{ref} has several consultations", ref=wanted), _("name one: {names}", names=names))
    return values_of(KIND, (going_on or found)[0])


def known_facts(desk: Desk, ref: str) -> str:
    """Return what a ticket says that experts begin with: symptom, since when, scope, and what was measured."""
    row = ticket.row_of(desk, ref)
    since = row["occurred_at"].astimezone(desk.zone).strftime("%Y-%m-%d %H:%M") if row["occurred_at"] else ""
    return "\n".join(text for text in (row["symptom"], since, row["scope"], row["evidence"]) if text)


def next_steps(desk: Desk, ref: str) -> tuple[NextStep, ...]:
    """Return every event of a consultation's state, allowed first, each blocked one with its reasons."""
    from noc_console.desk.facts import facts_of

    row, machine = row_of(desk, ref), workflow(KIND)
    policy, now = desk.policy(), desk.now()
    with desk.reading() as connection:
        actor = desk.actor_in(connection).name
        facts = facts_of(connection, machine, None, row["id"], None, desk=desk, actor=actor, now=now, policy=policy)
    return tuple(step for step in machine.allowed(facts) if not step.event.internal)


def proposed(connection: Connection, row: Mapping[str, Any], zone: tzinfo) -> dict[str, str]:
    """Return what the next plan of a ticket begins with: the decisions of the newest consultation of its round."""
    rows = table(KIND)
    chosen = select(rows).where(
        rows.c.record == row["id"], rows.c.state == "concluded", rows.c.round == (row["round"] or 1)
    )
    found = connection.execute(chosen.order_by(rows.c.number.desc()).limit(1)).one_or_none()
    planned_at = row["planned_at"]
    # a plan that was made since says it better
    if found is None or (planned_at is not None and to_ms(planned_at) >= found.ended_at):
        return {}
    return {"plan": decided(_view(connection, values_of(KIND, found)), zone)}


def decided(view: ConsultView, zone: tzinfo) -> str:
    """Return the decisions as a plan is written, with the risk that was seen."""
    lines = [_("By the consultation {ref}:", ref=view.row["ref"])]
    for n, one in enumerate(view.of_kind("decision"), 1):
        until = one["until_at"].astimezone(zone).strftime("%Y-%m-%d %H:%M")
        lines.append(_("{n}. {what} ({who}, until {until})", n=n, what=one["text"], who=one["who"], until=until))
    if view.row["risk"]:
        lines.append(_("Risk: {text}", text=view.row["risk"]))
    return "\n".join(lines)


def _view(connection: Connection, row: Values) -> ConsultView:
    tickets = table("ticket")
    found = connection.execute(select(tickets.c.ref, tickets.c.subject).where(tickets.c.id == row["record"])).one()
    return ConsultView(
        row, found.ref, found.subject, parts(connection, "consult_member", row["id"]),
        parts(connection, "consult_item", row["id"]),
    )  # fmt: skip


def _value(value: Any) -> Any:
    return to_json(value) if isinstance(value, datetime) else value
