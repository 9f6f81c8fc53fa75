"""What is known of a ticket from its granted events: the journal read back, and each event's traces, plainly told."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from noc_console.clock import from_ms
from noc_console.desk.desk import Desk
from noc_console.store.journal import BODY, INTENT, VERDICT
from noc_console.workflows.policy import Policy

ENDS = {"merge", "cancel", "reject", "archive"}
CLOSES = {"confirm", "close_unconfirmed", "close_informed"}


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
class Voice:
    """A spoken approval: who gave it, who wrote it down, whose plan and which version, until when to be ratified."""

    giver: str
    recorder: str
    planner: str
    version: int
    until: datetime
    used: bool = False


@dataclass
class History:
    """What is known of one ticket from its granted events so far."""

    id: str
    policy: Policy
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
    versions: int = 0
    approval: Granted | None = None
    noticed_at: datetime | None = None
    located: bool = False
    #: spoken approvals that are still to be ratified
    voices: list[Voice] = field(default_factory=list)
    #: of the round
    executed: bool = False
    executed_at: datetime | None = None
    with_parent: bool = False
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
        self.executed_at, self.with_parent = None, False
        self.temporary, self.fed_back, self.attempts, self.closed_at = False, None, [], None
        self.executor = self.checker = None
        self.levels = set()

    def void_approval(self) -> None:
        """Take the approval back; a spoken one that was acted on must still be ratified."""
        self._forget_unused_voice()
        self.approval = None

    def _forget_unused_voice(self) -> None:
        self.voices = [voice for voice in self.voices if voice.used]

    # --- What each act left ------------------------------------------------------------------------------

    def note(self, act: Granted) -> None:
        """Take in what an act left."""
        own = getattr(self, f"_note_{act.event}", None)
        if own is not None:
            own(act)
        if act.event in CLOSES:
            self.closed_at = act.at
        self.ended |= act.event in ENDS

    def _note_register(self, act: Granted) -> None:
        self.kind = "fault" if act.inputs.get("service_type", "fault") == "fault" else "request"
        self.fields = dict(act.inputs)
        self.urgent = bool(act.inputs.get("urgent"))
        self.registered_at = act.at
        self.parent = act.inputs.get("parent")
        impact, urgency = act.inputs.get("impact"), act.inputs.get("urgency")
        matrix = self.policy.matrix[impact, urgency] if impact and urgency else None
        default = "P1" if act.inputs.get("emergency") else "P3" if self.kind == "fault" else "P5"
        self.grade = "P1" if self.urgent else act.inputs.get("grade") or matrix or default

    def _note_complete(self, act: Granted) -> None:
        self.fields |= {name: value for name, value in act.inputs.items() if value not in (None, "", [])}

    def _note_accept(self, act: Granted) -> None:
        self.owner = act.actor

    _note_take = _note_take_over = _note_accept

    def _note_release(self, act: Granted) -> None:
        self.owner = None

    def _note_wake(self, act: Granted) -> None:
        if act.inputs["what"] == "take":
            self.owner = None

    def _note_locate(self, act: Granted) -> None:
        self.located, self.cause = True, act.inputs["cause_code"]

    def _note_plan(self, act: Granted) -> None:
        self.void_approval()
        self.plan, self.noticed_at = act, None
        self.versions += 1

    def _note_approve(self, act: Granted) -> None:
        self.approval = act
        if act.inputs.get("how") == "voice" and self.plan is not None:
            until = from_ms(act.inputs["given_at"]) + timedelta(hours=24)
            self.voices.append(Voice(act.inputs["given_by"], act.actor, self.plan.actor, self.versions, until))

    def _note_record_voice(self, act: Granted) -> None:
        """Keep a voice for an act of a diagnosis: it is of no plan, and was acted on."""
        until = from_ms(act.inputs["given_at"]) + timedelta(hours=24)
        people = (act.inputs["given_by"], act.inputs["recorded_by"], act.inputs["planned_by"])
        self.voices.append(Voice(*people, 0, until, used=True))

    def _note_reject_plan(self, act: Granted) -> None:
        self.void_approval()

    def _note_ratify(self, act: Granted) -> None:
        mine = self.signable(act)
        self.voices = [voice for voice in self.voices if voice not in mine]

    def signable(self, act: Granted) -> list[Voice]:
        """Return which voices an act signs: the actor's own, else those that are overdue and no work of theirs."""
        chosen = [voice for voice in self.voices if act.inputs.get("version") in (None, voice.version)]
        own = [voice for voice in chosen if voice.giver == act.actor]
        others = [v for v in chosen if v.until <= act.at and act.actor not in (v.recorder, v.planner)]
        return own or others

    def _note_notice(self, act: Granted) -> None:
        if act.inputs.get("consent"):
            told = act.inputs.get("noticed_at")
            self.noticed_at = from_ms(told) if told else act.at

    def _note_execute(self, act: Granted) -> None:
        self.executed = self.ever_executed = True
        self.executed_at = act.at
        for voice in self.voices:
            voice.used = True
        self.executor = act.inputs.get("executor") or act.actor
        self.checker = act.inputs.get("checker")

    def _note_revise(self, act: Granted) -> None:
        self.void_approval()
        self.located = False
        if act.inputs["outcome"] == "backed_out":
            self.executed, self.executed_at = False, None

    def _note_restore(self, act: Granted) -> None:
        self.restored_at = from_ms(act.inputs["restored_at"])
        self.temporary = bool(act.inputs.get("temporary"))

    def _note_come_clear(self, act: Granted) -> None:
        self.restored_at, self.came_clear = from_ms(act.inputs["cleared_at"]), True
        self.with_parent = act.inputs["how"] == "parent"
        self.cause = act.inputs.get("cause_code") or self.cause

    def _note_feed_back(self, act: Granted) -> None:
        self.fed_back = act
        self.cause = act.inputs.get("cause_code") or self.cause

    def _note_answer(self, act: Granted) -> None:
        self.fed_back, self.restored_at = act, act.at

    def _note_attempt(self, act: Granted) -> None:
        self.attempts.append(act)

    def _note_visit(self, act: Granted) -> None:
        engineer = act.inputs.get("engineer") or act.actor
        self.visitors.add(engineer)
        if act.inputs.get("left_at"):
            self.on_site.discard(engineer)
        elif act.inputs.get("arrived_at"):
            self.on_site.add(engineer)

    def _note_regrade(self, act: Granted) -> None:
        self.grade = act.inputs["grade"]
        self.urgent = self.urgent and self.grade == "P1"

    def _note_escalate(self, act: Granted) -> None:
        self.levels |= {act.inputs.get("function"), act.inputs.get("management")} - {None}

    def _note_dissatisfied(self, act: Granted) -> None:
        back_to_plan = act.inputs.get("back_to") == "planned"
        self.new_round()
        self.parent = None
        self.located = self.located and back_to_plan

    def _note_reopen(self, act: Granted) -> None:
        self.new_round()
        self.located = False

    def _note_link(self, act: Granted) -> None:
        if act.inputs["type"] == "child":
            return
        self.links.add(act.inputs["type"])
        if act.inputs["type"] == "parent":
            self.parent = act.inputs["other"]

    def _note_observe(self, act: Granted) -> None:
        raised = act.inputs["alarm_state"] == "raised"
        at = act.inputs.get("cleared_at") or act.inputs.get("last")
        self.alarms[act.inputs["fingerprint"]] = (raised, from_ms(at) if at else act.at)
