"""One ticket whole, as the ticket screen and ``noc ticket show`` present it; and the public JSON of tickets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, select

from noc_console.clock import to_json
from noc_console.desk import consult, diagnosis_acts, outbox_acts, ticket
from noc_console.desk.consult import ConsultView
from noc_console.desk.retold import MESSAGES, retold
from noc_console.desk.rows import Values, of_record, one, values_of
from noc_console.desk.side_acts import SideAct, among
from noc_console.desk.similar import Similar, repeats_in
from noc_console.desk.timeline import Entry, entries, refs_of
from noc_console.i18n import _
from noc_console.store.tables import table
from noc_console.workflows import clocks as clock_rules
from noc_console.workflows.clock_rows import calendar_of, clocks_of
from noc_console.workflows.clocks import Clock
from noc_console.workflows.machine import NextStep
from noc_console.workflows.policy import Policy
from noc_console.workflows.reasons import say
from noc_console.workflows.voices import voices_of

if TYPE_CHECKING:
    from noc_console.desk.desk import Desk

#: Alarms, and lines of the log, that people are shown of one ticket.
MOST = 200
_PLAIN = (
    "ref", "id", "service_type", "state", "grade", "urgent", "impact", "urgency", "domain", "channel", "subject",
    "symptom", "occurred_at", "registered_at", "scope", "users_affected", "service_affecting", "missing", "owner",
    "cause_code", "location", "restored_at", "temporary", "response_due", "restore_due", "update_due", "breached",
    "promised_at", "chronic", "created_by", "row_version", "provisional", "offered_to", "accepted_at", "contacted_at",
    "closed_at", "snoozed_until",
    "cleared_at", "flapping_until", "last_alarm_at", "round", "answer",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class TicketView:
    """A ticket with everything that hangs on it, as one moment of the store saw it."""

    row: Values
    now: datetime
    clocks: tuple[Clock, ...]
    clock_rows: tuple[Values, ...]
    policy: Policy
    next: tuple[NextStep, ...]
    entries: tuple[Entry, ...]
    messages: tuple[Values, ...]
    outbox: tuple[Values, ...]
    alarms: tuple[Values, ...]
    affected: tuple[Values, ...]
    links: tuple[Values, ...]
    attachments: tuple[Values, ...]
    visits: tuple[Values, ...]
    runs: tuple[Values, ...]
    consults: tuple[ConsultView, ...]
    reports: tuple[Values, ...]
    repeats: tuple[Similar, ...]
    parent_ref: str | None
    children: tuple[str, ...]

    @property
    def timeline(self) -> tuple[Entry, ...]:
        """Return the acts of people, oldest first."""
        return tuple(entry for entry in self.entries if not entry.by_machine)

    @property
    def story(self) -> tuple[Entry | SideAct, ...]:
        """Return the acts of people, with the ticket's diagnosis runs and messages in short, oldest first."""
        return among(self.timeline, self.beside)

    @property
    def beside(self) -> tuple[SideAct, ...]:
        """Return what was done beside the ticket: its diagnosis runs, and what became of its messages."""
        return (*diagnosis_acts.acts_of(self.runs), *outbox_acts.acts_of(self.outbox))

    @property
    def log(self) -> tuple[Entry, ...]:
        """Return the observations of machines, oldest first."""
        return tuple(entry for entry in self.entries if entry.by_machine)

    def json(self) -> dict[str, Any]:
        """Return the object of ``noc ticket show -o json``."""
        return {
            **ticket_json(self.row, self.parent_ref, self.children),
            "messages": [message_json(message) for message in self.messages],
            "outbox": [_instants(item) for item in self.outbox],
            "timeline": [entry.json(to_json) for entry in self.timeline],
            "log": [entry.json(to_json) for entry in self.log],
            "alarms": [_instants(alarm) for alarm in self.alarms],
            "affected": [_instants(each) for each in self.affected],
            "attachments": [_instants(item) for item in self.attachments],
            "visits": [_instants(visit) for visit in self.visits],
            "diagnoses": [run_json(run) for run in self.runs],
            "consults": [one.json() for one in self.consults],
            "similar": [one.json() for one in self.repeats],
            "reports": [_instants(report) for report in self.reports],
            "changes": [],
            "callbacks": [],
            "links": [_instants(link) for link in self.links],
            "next": [step_json(step) for step in self.next],
            "clocks": [clock_json(clock, self.policy, self.now) for clock in self.clocks],
            "breaches": [
                {
                    "clock": row["name"],
                    "round": row["round"],
                    "reason": row["breach_reason"],
                    "words": row["breach_words"],
                    "by": row["breach_by"],
                    "at": to_json(row["breach_at"]),
                }
                for row in self.clock_rows
                if row["breach_reason"]
            ],
        }


def show(desk: Desk, ref: str, *, most: int | None = MOST) -> TicketView:
    """Read a ticket with all that hangs on it, by reference or id. Raises NotFound.

    Of alarms, of affected circuits, and of what machines logged, ``most`` are read: the alarms that are raised first,
    the newest (None: all).
    """
    row = ticket.row_of(desk, ref)
    policy = desk.policy()
    with desk.reading() as connection:
        parent = one(connection, "ticket", row["parent"]) if row["parent"] else None
        parts = {
            name: of_record(connection, source, row["id"])
            for name, source in (
                ("messages", "message"), ("outbox", "outbox"), ("links", "link"),
                ("attachments", "attachment"), ("visits", "visit"), ("runs", "diagnosis"),
                ("reports", "report_up"),
            )
        }  # fmt: skip
        clock_rows = of_record(connection, "clock", row["id"])
        parts["messages"] = _messages(connection, parts["messages"])
        parts["alarms"] = alarms_of(connection, row["id"], most)
        parts["affected"] = affected_of(connection, row["id"], most)
        consults = consult.of_ticket(connection, row["id"])
        repeats = repeats_in(connection, row, policy.hard_cases.repeat_within_s)
        happened = entries(connection, row["id"], zone=desk.zone, policy=policy, most=most)
        children = children_of(connection, [row["id"]]).get(row["id"], ())
        names = refs_of(connection, {link[side] for link in parts["links"] for side in ("other",)})
    parts["links"] = tuple({**link, "other_ref": names.get(link["other"], link["other"])} for link in parts["links"])
    return TicketView(
        row=row,
        now=desk.now(),
        clocks=clocks_of(clock_rows),
        clock_rows=clock_rows,
        policy=policy,
        next=ticket.steps_of(desk, row),
        entries=happened,
        parent_ref=parent["ref"] if parent else None,
        children=children,
        consults=consults,
        repeats=repeats,
        **parts,
    )


def _messages(connection: Connection, rows: tuple[Values, ...]) -> tuple[Values, ...]:
    """Tell in the reader's language what another system sent as data; a mail is what its writer wrote."""
    if all(row["channel"] == "email" for row in rows):
        return rows
    return retold(connection, rows, MESSAGES, root="record", record="record")


def alarms_of(connection: Connection, record: str, most: int | None) -> tuple[Values, ...]:
    """Return the alarms of a ticket, those that are raised first, then the one heard of last first.

    Those that came together are in the order of their objects: an alarm's id is made of what it says.
    """
    alarms = table("alarm")
    order = (alarms.c.state.desc(), alarms.c.last_at.desc(), alarms.c.object, alarms.c.name, alarms.c.id)
    chosen = select(alarms).where(alarms.c.record == record).order_by(*order).limit(most)
    return tuple(values_of("alarm", row) for row in connection.execute(chosen))


def affected_of(connection: Connection, record: str, most: int | None) -> tuple[Values, ...]:
    """Return the circuits and customers that a fault of many affects, by the circuit's name."""
    rows = table("affected")
    chosen = select(rows).where(rows.c.record == record).order_by(rows.c.circuit, rows.c.id).limit(most)
    return tuple(values_of("affected", row) for row in connection.execute(chosen))


def list_json(desk: Desk, rows: Iterable[Values]) -> list[dict[str, Any]]:
    """Return the objects of ``noc ticket list -o json`` for rows of one page or more."""
    found = list(rows)
    with desk.reading() as connection:
        children = children_of(connection, [row["id"] for row in found])
        parents = refs_of(connection, {row["parent"] for row in found if row["parent"]})
    return [ticket_json(row, parents.get(row["parent"]), children.get(row["id"], ())) for row in found]


def children_of(connection: Connection, ids: list[str]) -> dict[str, tuple[str, ...]]:
    """Return the references of the children of tickets that have some."""
    tickets = table("ticket")
    found: dict[str, tuple[str, ...]] = {}
    for start in range(0, len(ids), 500):
        chosen = tickets.c.parent.in_(ids[start : start + 500])
        statement = select(tickets.c.parent, tickets.c.ref).where(chosen).order_by(tickets.c.number)
        for parent, ref in connection.execute(statement):
            found[parent] = (*found.get(parent, ()), ref)
    return found


def ticket_json(row: Values, parent: str | None, children: tuple[str, ...]) -> dict[str, Any]:
    """Return the public JSON of a ticket; fields are only ever added."""
    return {
        **{name: _value(row[name]) for name in _PLAIN},
        "objects": [_object(item) for item in row["objects"]],
        "requester": {
            "type": row["requester_type"],
            "name": row["requester_name"],
            "organisation": row["requester_organisation"],
            "address": row["address"],
            "phone": row["phone"],
            "contract": row["contract"],
        },
        "plan": {
            "text": row["plan_text"],
            "version": row["plan_version"],
            "interrupts": row["interrupts"],
            "backout": row["backout"],
            "approved_by": row["approved_by"],
            "how": row["approved_how"],
            "to_ratify": [
                {"by": voice["by"], "version": voice["version"], "due": to_json(voice["due"])}
                for voice in voices_of(row)
            ],
        },
        "feedback": {
            "result": row["feedback_result"],
            "cause": row["feedback_cause"],
            "prevention": row["feedback_prevention"],
        },
        "closure": {
            "how": row["closure_how"],
            "who": row["closure_who"],
            "channel": row["closure_channel"],
            "score": row["closure_score"],
            "words": row["closure_words"],
        },
        "vendors": [dict(vendor) for vendor in row["vendors"] or ()],
        "parent": parent,
        "children": list(children),
        "source": {
            "channel": row["source_channel"],
            "external_id": row["external_id"],
            "fingerprint": row["fingerprint"],
        },
        "alarm_count": {"alarms": row["alarms"], "raised": row["alarms_raised"], "reports": row["alarm_reports"]},
    }


def run_json(run: Values) -> dict[str, Any]:
    """Return a run of the ticket's diagnosis as the ticket lists it; ``noc diagnosis show`` has all of it."""
    names = ("state", "tree", "domain", "step", "started_by", "ended_by", "cause_code")
    instants = {name: to_json(run[name]) if run[name] else None for name in ("started_at", "ended_at")}
    return {"run": run["ref"], **{name: run[name] for name in names}, "tree": run["here"], **instants}


def message_json(message: Values) -> dict[str, Any]:
    """Return the public JSON of a message."""
    return {
        "at": to_json(message["at"]),
        "direction": message["direction"],
        "channel": message["channel"],
        "from": message["sender"],
        "to": message["recipient"],
        "subject": message["subject"],
        "text": message["text"],
        "message_id": message["message_id"],
        "flagged": message["flagged"],
        "attachments": list(message["attachments"]),
    }


def step_json(step: NextStep) -> dict[str, Any]:
    """Return the public JSON of a next step, with every reason in words."""
    return {
        "event": step.event.name,
        "label": _(step.event.label),
        "allowed": step.allowed,
        "proposed": step.proposed,
        "reasons": [reason_json(reason) for reason in step.reasons],
    }


def reason_json(reason: Any) -> dict[str, str]:
    """Return a reason as code, text and remedy."""
    text, remedy = say(reason)
    return {"code": reason.code, "text": text, "remedy": remedy}


def clock_json(clock: Clock, policy: Policy, now: datetime) -> dict[str, Any]:
    """Return the public JSON of a clock; seconds are working seconds of its calendar."""
    calendar = calendar_of(policy, clock.calendar)
    due = clock_rules.due(clock, calendar)
    return {
        "name": clock.name,
        "round": clock.round,
        "target_s": clock.target_s,
        "elapsed_s": clock_rules.used_s(clock, calendar, now),
        "due": to_json(due) if due else None,
        "paused": clock.paused,
        "verdict": clock.verdict,
        "margin_s": clock.margin_s,
        "calendar": clock.calendar,
        "segments": [
            {
                "start": to_json(segment.start),
                "end": to_json(segment.end) if segment.end else None,
                "running": segment.running,
                "reason": segment.reason,
            }
            for segment in clock.segments
        ],
    }


def _object(item: Any) -> dict[str, str]:
    """Read ``circuit:CIR-1`` as type and id; an object without a type is an element."""
    kind, colon, name = str(item).partition(":")
    return {"type": kind, "id": name} if colon and kind.isidentifier() else {"type": "element", "id": str(item)}


def _value(value: Any) -> Any:
    return to_json(value) if isinstance(value, datetime) else value


def _instants(row: Mapping[str, Any]) -> dict[str, Any]:
    return {key: _value(value) for key, value in row.items() if key not in ("record", "source")}
