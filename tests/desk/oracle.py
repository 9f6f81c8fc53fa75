"""What the service rules ask of a ticket's history, said again from the rules themselves and read from the journal.

It knows neither the guards nor the rows: it replays intents that were granted and complains where a rule was broken.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from noc_console.clock import from_ms
from noc_console.desk.desk import Desk
from noc_console.store.journal import BODY, INTENT, VERDICT
from noc_console.workflows.policy import Policy

SHANGHAI = ZoneInfo("Asia/Shanghai")
#: Who leads, who approves what an interruption may touch (service rules (d)), by users that nobody counted.
LEADS = {"lead", "mim", "domain_head", "dept_head"}
APPROVERS = ["lead", "mim", "domain_head", "dept_head", "board"]
WORKERS = {"engineer", "dispatcher", "lead", "mim", "domain_head"}
USERS = {"P1": 10_000, "P2": 1_000, "P3": 100, "P4": 0, "P5": 0}
WRITTEN = {"sms", "email", "chat", "portal", "letter"}
VOICE = {"phone", "hotline", "on_site"}
SERVICES = {"rule", "timer", "intake"}
ENDS = {"merge", "cancel", "reject", "archive"}
CLOSES = {"confirm", "close_unconfirmed", "close_informed"}
WORK_OF_HANDLERS = {"diagnose", "locate", "plan", "execute", "restore", "feed_back", "revise", "start", "answer"}


@dataclass(frozen=True, slots=True)
class Granted:
    """One intent that was granted: who did what to which record, when, with which inputs."""

    record: str
    event: str
    actor: str
    via: str
    at: datetime
    inputs: Mapping[str, Any]


def granted(desk: Desk) -> list[Granted]:
    """Read every granted intent on tickets in the order of the journal."""
    columns = (INTENT.c.record, INTENT.c.event, INTENT.c.actor, INTENT.c.via, INTENT.c.occurred_ms, BODY.c.body)
    joined = select(*columns).join(VERDICT, VERDICT.c.intent_id == INTENT.c.intent_id)
    joined = joined.join(BODY, BODY.c.intent_id == INTENT.c.intent_id)
    wanted = joined.where(VERDICT.c.verdict == "applied", INTENT.c.kind.in_(("fault", "request")))
    with desk.reading() as connection:
        rows = connection.execute(wanted.order_by(VERDICT.c.hub_seq)).all()
    return [Granted(row[0], row[1], row[2], row[3], from_ms(row[4]), json.loads(row[5])) for row in rows]


@dataclass
class History:
    """What is known of one ticket from its granted events so far."""

    id: str
    kind: str = "fault"
    fields: dict[str, Any] = field(default_factory=dict)
    grade: str = "P3"
    urgent: bool = False
    owner: str | None = None
    executor: str | None = None
    checker: str | None = None
    visitors: set[str] = field(default_factory=set)
    on_site: set[str] = field(default_factory=set)
    registered_at: datetime | None = None
    #: of the plan: who made it, when, its inputs; and its approval and notice
    plan: Granted | None = None
    approval: Granted | None = None
    noticed_at: datetime | None = None
    located: bool = False
    unratified: str | None = None
    voice_used: bool = False
    #: of the round
    executed: bool = False
    ever_executed: bool = False
    restored_at: datetime | None = None
    came_clear: bool = False
    temporary: bool = False
    fed_back: Granted | None = None
    cause: str | None = None
    attempts: list[Granted] = field(default_factory=list)
    levels: set[str] = field(default_factory=set)
    parent: str | None = None
    links: set[str] = field(default_factory=set)
    alarms: dict[str, tuple[bool, datetime]] = field(default_factory=dict)
    closed_at: datetime | None = None
    ended: bool = False

    @property
    def handlers(self) -> set[str]:
        people = {self.owner, self.executor, self.checker, *self.visitors}
        return {name for name in people if name}

    @property
    def requester(self) -> str:
        said = self.fields.get("requester_type")
        return said or ("monitoring" if self.fields.get("channel") == "monitoring" else "unknown")

    def new_round(self) -> None:
        self.plan = self.plan if self.kind == "fault" else None
        self._forget_unused_voice()
        self.approval, self.executed, self.restored_at, self.came_clear = None, False, None, False
        self.temporary, self.fed_back, self.attempts, self.closed_at = False, None, [], None
        self.executor = self.checker = None
        self.levels = set()

    def void_approval(self) -> None:
        """Take the approval back; a spoken one that was acted on must still be ratified."""
        self._forget_unused_voice()
        self.approval = None

    def _forget_unused_voice(self) -> None:
        if not self.voice_used:
            self.unratified = None


class Oracle:
    """Replays a journal and yields what broke a rule, with the rule's number."""

    def __init__(self, roles: Mapping[str, tuple[str, ...]], policy: Policy) -> None:
        self.roles = roles
        self.policy = policy
        self.tickets: dict[str, History] = {}

    def complaints(self, journal: list[Granted]) -> Iterator[str]:
        """Yield one line for each rule that was broken."""
        for act in journal:
            if act.event == "register":
                self.tickets[act.record] = History(act.record)
            ticket = self.tickets[act.record]
            for complaint in self._judge(ticket, act):
                yield f"{act.event} by {act.actor} at {act.at:%m-%d %H:%M} on {ticket.id[-6:]}: {complaint}"
            self._note(ticket, act)

    def is_of(self, name: str, roles: set[str]) -> bool:
        return not roles.isdisjoint(self.roles.get(name, ()))

    # --- What each act had to meet -----------------------------------------------------------------------

    def _judge(self, ticket: History, act: Granted) -> Iterator[str]:
        if ticket.ended and act.event not in ("receive",):
            yield "a final state was left or added to"
        person = act.actor not in SERVICES
        if person and act.event not in OTHER_RIGHTS and not self.is_of(act.actor, WORKERS):
            yield "R7: no right to work on tickets"
        if person and act.event in WORK_OF_HANDLERS and act.actor not in ticket.handlers:
            yield "R51: neither owner nor co-handler"
        judge = getattr(self, f"_judge_{act.event}", None)
        if judge is not None:
            yield from judge(ticket, act)
        if act.event in CLOSES:
            yield from self._judge_close(ticket, act)

    def _judge_register(self, ticket: History, act: Granted) -> Iterator[str]:
        channel = self.policy.channel(act.inputs["channel"])
        assert channel is not None
        kind = act.inputs.get("service_type", "fault")
        wanted = ("symptom", "occurred_at", "scope", "contact") if kind == "fault" else ("symptom", "contact")
        for name in wanted:
            nobody = name == "contact" and act.inputs.get("requester_type") == "monitoring"
            if channel.human and not act.inputs.get("emergency") and not act.inputs.get(name) and not nobody:
                yield f"R21: {name} was not asked"

    def _judge_complete(self, ticket: History, act: Granted) -> Iterator[str]:
        if act.inputs.get("requester_type") == "monitoring" and ticket.fields["channel"] != "monitoring":
            yield "R42: a person's matter is made monitoring's"

    def _judge_locate(self, ticket: History, act: Granted) -> Iterator[str]:
        if self._missing(ticket) and not ticket.fields.get("emergency"):
            yield "R21: located while fields are missing"

    def _judge_plan(self, ticket: History, act: Granted) -> Iterator[str]:
        if not ticket.located and not act.inputs.get("restore_first"):
            yield "R28: planned without location"

    def _judge_approve(self, ticket: History, act: Granted) -> Iterator[str]:
        plan, how = ticket.plan, act.inputs.get("how", "here")
        if plan is None:
            yield "R31: approved without a plan"
            return
        giver = act.inputs.get("given_by") if how == "voice" else act.actor
        if how == "policy":
            entry = self.policy.preapproved.get(plan.inputs.get("remedy", ""))
            if entry is None or entry.domain not in ("*", ticket.fields.get("domain")):
                yield "R31: no pre-approved class"
            elif entry.no_interruption and plan.inputs["interrupts"] != "no":
                yield "R31: a pre-approved class that interrupts"
            return
        if giver == plan.actor:
            yield "R31: approved by the planner"
        if not set(self.roles.get(str(giver), ())) & self._big_enough(ticket, plan):
            yield f"R31: {giver} is too low for this size"
        if how == "voice":
            if not (ticket.urgent or ticket.grade in ("P1", "P2") or ticket.on_site):
                yield "R31: by voice without urgency"
            if giver == act.actor:
                yield "R31: recorded their own voice"
            if not (act.inputs.get("given_at") and act.inputs.get("number")):
                yield "R31: a voice without time or number"

    def _big_enough(self, ticket: History, plan: Granted) -> set[str]:
        """Return who may approve: service rules (d), by users and interruption; an emergency needs no more than MIM."""
        counted = ticket.fields.get("users_affected")
        users = USERS[ticket.grade] if counted is None else counted
        place = 0
        if plan.inputs["interrupts"] in ("part", "yes"):
            place = 4 if users >= 10_000 else 3 if users >= 1_000 else 2 if users >= 100 else 0
        if ticket.grade == "P1":
            place = min(place, 1)
        return set(APPROVERS[place:])

    def _judge_ratify(self, ticket: History, act: Granted) -> Iterator[str]:
        if ticket.unratified != act.actor:
            yield "R31: ratified by somebody else"

    def _judge_execute(self, ticket: History, act: Granted) -> Iterator[str]:
        if ticket.plan is None or ticket.approval is None:
            yield "R31: executed without an approved plan"
            return
        if ticket.plan.inputs["interrupts"] not in ("yes", "part"):
            return
        executor = act.inputs.get("executor") or act.actor
        if not act.inputs.get("checker") or act.inputs["checker"] == executor:
            yield "R32: no second person"
        override = act.inputs.get("override_reason") and self.is_of(act.actor, LEADS)
        if not override and (ticket.noticed_at is None or ticket.noticed_at > act.at):
            yield "R33: interrupted without notice"
        local = act.at.astimezone(SHANGHAI)
        if not override and not (ticket.fields.get("domain") and local.hour < 6):
            yield "R34: interrupted at a busy hour"

    def _judge_restore(self, ticket: History, act: Granted) -> Iterator[str]:
        if not ticket.executed:
            yield "R31: restored without carrying out"

    def _judge_come_clear(self, ticket: History, act: Granted) -> Iterator[str]:
        if ticket.executed and act.actor not in SERVICES:
            yield "R52: came clear after an act of ours"

    def _judge_feed_back(self, ticket: History, act: Granted) -> Iterator[str]:
        if ticket.restored_at is None:
            yield "R38: feedback before the service was back"
        if not all(act.inputs.get(name) for name in ("result", "cause", "prevention")):
            yield "R38: result, cause or prevention missing"

    def _judge_merge(self, ticket: History, act: Granted) -> Iterator[str]:
        into = self.tickets[act.inputs["into"]]
        if into.ended or into.closed_at:
            yield "merged into what is not open"
        if self._open_children(ticket):
            yield "merged away from its children"

    def _judge_cancel(self, ticket: History, act: Granted) -> Iterator[str]:
        if ticket.ever_executed:
            yield "R42: cancelled after an act of ours"
        if not (act.inputs.get("words") and act.inputs.get("who")):
            yield "R42: cancelled without the requester's word"

    def _judge_reject(self, ticket: History, act: Granted) -> Iterator[str]:
        if ticket.requester != "monitoring" and not self.is_of(act.actor, LEADS):
            yield "a customer's matter rejected by no lead"

    def _judge_regrade(self, ticket: History, act: Granted) -> Iterator[str]:
        lower = act.inputs["grade"] > ticket.grade
        if lower and not self.is_of(act.actor, LEADS):
            yield "c.1: lowered by no lead"
        if lower and ticket.requester != "monitoring" and not act.inputs.get("words"):
            yield "c.1: lowered without the customer's word"
        if not act.inputs.get("why"):
            yield "R23: regraded without a reason"

    def _judge_escalate(self, ticket: History, act: Granted) -> Iterator[str]:
        if act.inputs.get("report") in ("follow_up", "final"):
            return
        for name in ("function", "management"):
            if act.inputs.get(name) in ticket.levels:
                yield "R29: a level twice in one round"

    def _judge_archive(self, ticket: History, act: Granted) -> Iterator[str]:
        if ticket.closed_at is None:
            yield "R45: archived without being closed"
        elif act.at - ticket.closed_at < timedelta(days=7) and not self.is_of(act.actor, LEADS):
            yield "R45: archived while it can be reopened"
        if not (act.inputs.get("article") or act.inputs.get("why_none")):
            yield "R46: neither article nor reason"

    def _judge_reopen(self, ticket: History, act: Granted) -> Iterator[str]:
        if not self.is_of(act.actor, LEADS):
            yield "reopened by no lead"

    # --- The end (R38, R39, R42, R44) --------------------------------------------------------------------

    def _judge_close(self, ticket: History, act: Granted) -> Iterator[str]:
        if ticket.kind == "fault" and not (ticket.came_clear or (ticket.executed and ticket.restored_at)):
            yield "R31: closed without approved work or coming clear"
        if ticket.fed_back is None:
            yield "R38: closed without feedback in this round"
        if act.event == "confirm":
            yield from self._judge_word(ticket, act)
            yield from self._judge_r44(ticket, act)
        elif act.event == "close_unconfirmed":
            yield from self._judge_silence(ticket, act)
        else:
            yield from self._judge_informed(ticket, act)

    def _judge_word(self, ticket: History, act: Granted) -> Iterator[str]:
        kind = ticket.requester
        if not act.inputs.get("how_tested"):
            yield "R39: not said how it was tested"
        if ticket.grade in ("P1", "P2") and act.actor in ticket.handlers:
            yield "R39: P1 or P2 confirmed by its handler"
        if kind == "monitoring":
            since = [at for _raised, at in ticket.alarms.values()]
            if any(raised for raised, _at in ticket.alarms.values()):
                yield "R39: the alarm is raised"
            if act.at - max([*since, ticket.restored_at or act.at]) < timedelta(minutes=15):
                yield "R39: the alarm is not clear for 15 minutes"
            return
        who = act.inputs.get("who")
        if not who or not act.inputs.get("channel"):
            yield "R39: nobody's word"
        if who in ticket.handlers or (kind != "internal" and who == act.actor):
            yield "R39: confirmed by ourselves"

    def _judge_r44(self, ticket: History, act: Granted) -> Iterator[str]:
        if missing := self._missing(ticket):
            yield f"R44: closed while {missing} is missing"
        if ticket.kind == "fault" and not ticket.cause:
            yield "R44: closed without a cause code"
        if ticket.unratified:
            yield "R31: a voice is not ratified"
        if ticket.temporary and "follow_up" not in ticket.links:
            yield "R36: temporary without a lasting repair"
        occurred = ticket.fields.get("occurred_at")
        if occurred and ticket.restored_at and from_ms(occurred) > ticket.restored_at + timedelta(minutes=2):
            yield "R44: restored before it occurred"
        for child in self._open_children(ticket):
            if child.fed_back is None:
                yield "the mass fault has a child without feedback"

    def _judge_silence(self, ticket: History, act: Granted) -> Iterator[str]:
        if not self.is_of(act.actor, LEADS):
            yield "(e): closed without a word by no lead"
        spoken = [try_ for try_ in ticket.attempts if try_.inputs["channel"] not in WRITTEN]
        days = {self._tried(try_).astimezone(SHANGHAI).date() for try_ in spoken}
        if len(spoken) < 3 or len(days) < 2 or len(spoken) == len(ticket.attempts):
            yield "(e): not tried often enough"

    def _judge_informed(self, ticket: History, act: Granted) -> Iterator[str]:
        if ticket.parent is None:
            yield "closed as informed without a mass fault"
        if ticket.fed_back is None or act.at - ticket.fed_back.at < timedelta(hours=24):
            yield "closed as informed before a day of silence"
        called = any(try_.inputs["channel"] in VOICE for try_ in ticket.attempts)
        if ticket.requester == "enterprise" and not called:
            yield "an enterprise was not called"

    def _tried(self, try_: Granted) -> datetime:
        tried_at = try_.inputs.get("tried_at")
        return from_ms(tried_at) if tried_at else try_.at

    def _missing(self, ticket: History) -> list[str]:
        wanted = ["symptom", "contact"]
        if ticket.kind == "fault":
            wanted += ["occurred_at", "scope", "domain"]
        if ticket.requester == "monitoring":
            wanted.remove("contact")
        return [name for name in wanted if not ticket.fields.get(name)]

    def _open_children(self, ticket: History) -> list[History]:
        mine = (other for other in self.tickets.values() if other.parent == ticket.id)
        return [child for child in mine if not child.ended and child.closed_at is None]

    # --- What each act left ------------------------------------------------------------------------------

    def _note(self, ticket: History, act: Granted) -> None:
        note = getattr(self, f"_note_{act.event}", None)
        if note is not None:
            note(ticket, act)
        if act.event in CLOSES:
            ticket.closed_at = act.at
        ticket.ended |= act.event in ENDS

    def _note_register(self, ticket: History, act: Granted) -> None:
        ticket.kind = "fault" if act.inputs.get("service_type", "fault") == "fault" else "request"
        ticket.fields = dict(act.inputs)
        ticket.urgent = bool(act.inputs.get("urgent"))
        ticket.registered_at = act.at
        ticket.parent = act.inputs.get("parent")
        impact, urgency = act.inputs.get("impact"), act.inputs.get("urgency")
        matrix = self.policy.matrix[impact, urgency] if impact and urgency else None
        default = "P1" if act.inputs.get("emergency") else "P3" if ticket.kind == "fault" else "P5"
        ticket.grade = "P1" if ticket.urgent else act.inputs.get("grade") or matrix or default

    def _note_complete(self, ticket: History, act: Granted) -> None:
        ticket.fields |= {name: value for name, value in act.inputs.items() if value not in (None, "", [])}

    def _note_accept(self, ticket: History, act: Granted) -> None:
        ticket.owner = act.actor

    _note_take = _note_take_over = _note_accept

    def _note_release(self, ticket: History, act: Granted) -> None:
        ticket.owner = None

    def _note_wake(self, ticket: History, act: Granted) -> None:
        if act.inputs["what"] == "take":
            ticket.owner = None

    def _note_locate(self, ticket: History, act: Granted) -> None:
        ticket.located, ticket.cause = True, act.inputs["cause_code"]

    def _note_plan(self, ticket: History, act: Granted) -> None:
        ticket.void_approval()
        ticket.plan, ticket.noticed_at = act, None

    def _note_approve(self, ticket: History, act: Granted) -> None:
        ticket.approval, ticket.voice_used = act, False
        ticket.unratified = act.inputs.get("given_by") if act.inputs.get("how") == "voice" else None

    def _note_reject_plan(self, ticket: History, act: Granted) -> None:
        ticket.void_approval()

    def _note_ratify(self, ticket: History, act: Granted) -> None:
        ticket.unratified = None

    def _note_notice(self, ticket: History, act: Granted) -> None:
        if act.inputs.get("consent"):
            told = act.inputs.get("noticed_at")
            ticket.noticed_at = from_ms(told) if told else act.at

    def _note_execute(self, ticket: History, act: Granted) -> None:
        ticket.executed = ticket.ever_executed = ticket.voice_used = True
        ticket.executor = act.inputs.get("executor") or act.actor
        ticket.checker = act.inputs.get("checker")

    def _note_revise(self, ticket: History, act: Granted) -> None:
        ticket.void_approval()
        ticket.located = False
        if act.inputs["outcome"] == "backed_out":
            ticket.executed = False

    def _note_restore(self, ticket: History, act: Granted) -> None:
        ticket.restored_at = from_ms(act.inputs["restored_at"])
        ticket.temporary = bool(act.inputs.get("temporary"))

    def _note_come_clear(self, ticket: History, act: Granted) -> None:
        ticket.restored_at, ticket.came_clear = from_ms(act.inputs["cleared_at"]), True
        ticket.cause = act.inputs.get("cause_code") or ticket.cause

    def _note_feed_back(self, ticket: History, act: Granted) -> None:
        ticket.fed_back = act
        ticket.cause = act.inputs.get("cause_code") or ticket.cause

    def _note_answer(self, ticket: History, act: Granted) -> None:
        ticket.fed_back, ticket.restored_at = act, act.at

    def _note_attempt(self, ticket: History, act: Granted) -> None:
        ticket.attempts.append(act)

    def _note_visit(self, ticket: History, act: Granted) -> None:
        engineer = act.inputs.get("engineer") or act.actor
        ticket.visitors.add(engineer)
        if act.inputs.get("left_at"):
            ticket.on_site.discard(engineer)
        elif act.inputs.get("arrived_at"):
            ticket.on_site.add(engineer)

    def _note_regrade(self, ticket: History, act: Granted) -> None:
        ticket.grade = act.inputs["grade"]
        ticket.urgent = ticket.urgent and ticket.grade == "P1"

    def _note_escalate(self, ticket: History, act: Granted) -> None:
        ticket.levels |= {act.inputs.get("function"), act.inputs.get("management")} - {None}

    def _note_dissatisfied(self, ticket: History, act: Granted) -> None:
        back_to_plan = act.inputs.get("back_to") == "planned"
        ticket.new_round()
        ticket.parent = None
        ticket.located = ticket.located and back_to_plan

    def _note_reopen(self, ticket: History, act: Granted) -> None:
        ticket.new_round()
        ticket.located = False

    def _note_link(self, ticket: History, act: Granted) -> None:
        if act.inputs["type"] == "child":
            return
        ticket.links.add(act.inputs["type"])
        if act.inputs["type"] == "parent":
            ticket.parent = act.inputs["other"]

    def _note_observe(self, ticket: History, act: Granted) -> None:
        raised = act.inputs["alarm_state"] == "raised"
        at = act.inputs.get("cleared_at") or act.inputs.get("last")
        ticket.alarms[act.inputs["fingerprint"]] = (raised, from_ms(at) if at else act.at)


#: Events that another right than that of working on tickets opens.
OTHER_RIGHTS = {"register", "approve", "reject_plan", "ratify", "reopen"}
