"""What the service rules ask of a ticket's history, said again from the rules themselves and read from the journal.

It knows neither the guards nor the rows: it replays intents that were granted and complains where a rule was broken.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from noc_console.clock import from_ms
from noc_console.workflows.policy import Policy
from tests.desk.history import CLOSES, Granted, History

SHANGHAI = ZoneInfo("Asia/Shanghai")
#: Who leads, who approves what an interruption may touch (service rules (d)), by users that nobody counted.
LEADS = {"lead", "mim", "domain_head", "dept_head"}
APPROVERS = ["lead", "mim", "domain_head", "dept_head", "board"]
WORKERS = {"engineer", "dispatcher", "lead", "mim", "domain_head"}
USERS = {"P1": 10_000, "P2": 1_000, "P3": 100, "P4": 0, "P5": 0}
WRITTEN = {"sms", "email", "chat", "portal", "letter"}
VOICE = {"phone", "hotline", "on_site"}
SERVICES = {"rule", "timer", "intake"}
WORK_OF_HANDLERS = {"diagnose", "locate", "plan", "execute", "restore", "feed_back", "revise", "start", "answer"}
#: Events that another right than that of working on tickets opens.
OTHER_RIGHTS = {"register", "approve", "reject_plan", "ratify", "reopen"}


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
                self.tickets[act.record] = History(act.record, self.policy)
            ticket = self.tickets[act.record]
            for complaint in self._judge(ticket, act):
                yield f"{act.event} by {act.actor} at {act.at:%m-%d %H:%M} on {ticket.id[-6:]}: {complaint}"
            ticket.note(act)

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
        if act.inputs.get("emergency") and not act.inputs.get("urgent") and act.inputs.get("grade", "P1") > "P2":
            yield "R21: a quick entry of what can wait"
        kind = act.inputs.get("service_type", "fault")
        wanted = ("symptom", "occurred_at", "scope", "contact") if kind == "fault" else ("symptom", "contact")
        for name in wanted:
            nobody = name == "contact" and act.inputs.get("requester_type") == "monitoring"
            if channel.human and not act.inputs.get("emergency") and not act.inputs.get(name) and not nobody:
                yield f"R21: {name} was not asked"

    def _judge_complete(self, ticket: History, act: Granted) -> Iterator[str]:
        if act.inputs.get("requester_type") == "monitoring" and ticket.fields["channel"] != "monitoring":
            yield "R42: a person's matter is made monitoring's"
        wanted = act.inputs.get("requester_type") or ticket.requester
        if ticket.requester not in ("unknown", wanted) and not self.is_of(act.actor, LEADS | SERVICES):
            yield "R42: who asks was changed by no lead"

    def _judge_visit(self, ticket: History, act: Granted) -> Iterator[str]:
        sends = self.is_of(act.actor, {"dispatcher", "lead", "mim"})
        if ticket.owner and act.actor not in ticket.handlers and not sends:
            yield "R54: went to the site unasked"

    def _judge_attempt(self, ticket: History, act: Granted) -> Iterator[str]:
        if ticket.fed_back and self._tried(act) + timedelta(minutes=2) < ticket.fed_back.at:
            yield "(e): tried before there was anything to tell"

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
        mine = ticket.signable(act)
        if not mine:
            yield "R31: ratified by somebody else"
        elif mine[0].giver != act.actor:
            if not act.inputs.get("comment"):
                yield "R31: signed in another's place without the reason"
            if ticket.plan and not set(self.roles.get(act.actor, ())) & self._big_enough(ticket, ticket.plan):
                yield "R31: signed in another's place by somebody too low"

    def _judge_execute(self, ticket: History, act: Granted) -> Iterator[str]:
        if ticket.plan is None or ticket.approval is None:
            yield "R31: executed without an approved plan"
            return
        how = ticket.approval.inputs.get("how", "here")
        giver = ticket.approval.inputs["given_by"] if how == "voice" else ticket.approval.actor
        by_hand = how != "policy"
        if by_hand and not set(self.roles.get(giver, ())) & self._big_enough(ticket, ticket.plan):
            yield "R31: executed on an approval that is no longer enough"
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
        if ticket.executed_at and from_ms(act.inputs["restored_at"]) + timedelta(minutes=2) < ticket.executed_at:
            yield "R52: restored before it was carried out"

    def _judge_come_clear(self, ticket: History, act: Granted) -> Iterator[str]:
        if ticket.executed and act.actor not in SERVICES:
            yield "R52: came clear after an act of ours"
        parent = self.tickets.get(ticket.parent or "")
        if act.inputs["how"] == "parent" and (parent is None or parent.restored_at is None):
            yield "R52: came clear with a parent that is not"

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
        if into.grade > ticket.grade and not self.is_of(act.actor, LEADS):
            yield "c.1: merged into a lower grade by no lead"
        if any(voice.used for voice in ticket.voices):
            yield "R31: merged away with a voice that is not ratified"

    def _judge_cancel(self, ticket: History, act: Granted) -> Iterator[str]:
        if ticket.ever_executed:
            yield "R42: cancelled after an act of ours"
        if not (act.inputs.get("words") and act.inputs.get("who")):
            yield "R42: cancelled without the requester's word"
        if ticket.requester == "monitoring" and not self.is_of(act.actor, LEADS):
            yield "R42: an alarm was withdrawn by no lead"
        ours = ticket.handlers | (set() if ticket.requester == "internal" else {act.actor})
        if ticket.requester != "monitoring" and act.inputs.get("who") in ours:
            yield "R42: withdrawn by ourselves"

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
        if act.inputs.get("report"):
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
        hands = ticket.handlers | ({ticket.plan.actor} if ticket.plan else set())
        if ticket.grade in ("P1", "P2") and act.actor in hands:
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
        if ticket.voices:
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
        if not ticket.with_parent:
            yield "closed as informed though it was not restored with its mass fault"
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
