"""A ticket in memory: plans events with the real machines and policy, and applies what they answer.

No store: effects are applied the way the applier does, inputs looked up, rows kept by table.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from noc_console.workflows.catalogue import workflow
from noc_console.workflows.clock_rows import current_clocks
from noc_console.workflows.machine import Actor, Add, Cause, Facts, NextStep, Plan, Ref, Refusal, Workflow
from noc_console.workflows.policy import Policy, load_default
from noc_console.workflows.voices import givers
from tests.workflows.slow_time import utc

#: a Monday, 09:00 in Shanghai: no off-peak hour
T0 = utc(2026, 5, 11, 1)
NIGHT = utc(2026, 5, 11, 18)  # 02:00 on Tuesday
ROLES = {"li": ("engineer",), "wang": ("engineer",), "zhao": ("lead",), "chen": ("dispatcher",), "audit": ("auditor",)}
ROLES |= {"head": ("dept_head",), "rule": ("lead", "engineer"), "timer": ("lead", "engineer")}
#: which related rows a table's rows are
_RELATED = {
    "link": "links",
    "visit": "visits",
    "alarm": "alarms",
    "clock": "clocks",
    "message": "messages",
    "affected": "affected",
    "report_up": "reports",
}

REGISTER: dict[str, dict[str, Any]] = {
    "fault": {
        "channel": "hotline", "subject": "No service", "symptom": "The line is down",
        "occurred_at": T0 - timedelta(hours=1), "scope": "One site", "contact": "+86 10 5550 0100",
        "domain": "access", "grade": "P4", "requester_type": "individual",
    },
    "request": {
        "channel": "hotline", "subject": "A question", "symptom": "How is it set?", "contact": "wu@example.com",
        "service_type": "consultation", "grade": "P5", "requester_type": "individual",
    },
}  # fmt: skip


class Case:
    """One record with its side rows, and who acts on it when."""

    def __init__(self, kind: str = "fault", policy: Policy | None = None) -> None:
        self.machine: Workflow = workflow(kind)
        self.policy = policy or load_default()
        self.record: dict[str, Any] = {}
        self.rows: dict[str, dict[str, dict[str, Any]]] = {}
        self.related: dict[str, tuple[Mapping[str, Any], ...]] = {}
        self.causes: list[Cause] = []
        self.now = T0
        self.acts = 0

    def facts(self, actor: str = "li", via: str = "cli", inputs: Mapping[str, Any] | None = None) -> Facts:
        """Return the facts that an actor finds now."""
        rows = {name: tuple(self.rows.get(table, {}).values()) for table, name in _RELATED.items()}
        names = givers(self.record) | {self.record.get("approved_by") or ""}
        rows["givers"] = tuple(row for name in names for row in _people(name))
        people = {f"person:{name}": _people(value) for name, value in (inputs or {}).items() if isinstance(value, str)}
        return Facts(
            record_id="T1",
            record=dict(self.record),
            actor=Actor(actor, frozenset(ROLES[actor])),
            now=self.now,
            at=self.now,
            policy=self.policy,
            via=via,
            intent_id=f"intent-{self.acts}",
            clocks=current_clocks(rows["clocks"]),
            related={**rows, **people, **self.related},
        )

    def wish(self, event: str, actor: str = "li", via: str = "cli", **inputs: Any) -> Plan | Refusal:
        """Have an event judged, without its effects."""
        found = self.machine.event(event)
        assert found is not None, event
        return self.machine.plan(found, self.facts(actor, via, inputs), inputs)

    def act(self, event: str, actor: str = "li", via: str = "cli", **inputs: Any) -> Plan:
        """Have an event judged and done; a refusal fails the test with its reasons."""
        answer = self.wish(event, actor, via, **inputs)
        assert isinstance(answer, Plan), (event, answer)
        self.acts += 1
        self.record |= {"id": "T1", "ref": "AAA-1", **_said(answer.values, inputs)}
        for row in answer.rows:
            known = self.rows.setdefault(row.table, {})
            assert isinstance(row, Add) != (row.id in known), row
            before = known.get(row.id, _EMPTY.get(row.table, {}))
            known[row.id] = {**before, "id": row.id, **_said(row.values, inputs)}
        self.causes += answer.causes
        return answer

    def codes(self, event: str, actor: str = "li", via: str = "cli", **inputs: Any) -> tuple[str, set[str]]:
        """Return kind and codes of a refusal; the test fails where there is none."""
        answer = self.wish(event, actor, via, **inputs)
        assert isinstance(answer, Refusal), (event, answer)
        return answer.kind, {reason.code for reason in answer.reasons}

    def next(self, actor: str = "li") -> dict[str, NextStep]:
        """Return what is possible now, by the event's name."""
        return {step.event.name: step for step in self.machine.allowed(self.facts(actor))}

    def inbox(self) -> set[tuple[str, str]]:
        """Return (recipient, code) of what was put before people."""
        return {(row["recipient"], row["code"]) for row in self.rows.get("inbox", {}).values()}

    def outbox(self) -> list[str]:
        """Return the templates of what is to be sent."""
        return [row["template"] for row in self.rows.get("outbox", {}).values()]

    def later(self, **time: float) -> Case:
        """Let time pass."""
        self.now += timedelta(**time)
        return self


_EMPTY: dict[str, dict[str, Any]] = {
    "visit": {"dispatched_at": None, "arrived_at": None, "left_at": None},
    "affected": {"circuit": None, "informed_at": None},
    "alarm": {"cleared_at": None, "raised_at": None},
}


def _said(values: Mapping[str, Any], inputs: Mapping[str, Any]) -> dict[str, Any]:
    return {name: inputs.get(value.path) if isinstance(value, Ref) else value for name, value in values.items()}


def _people(name: str) -> tuple[Mapping[str, Any], ...]:
    return ({"name": name, "state": "current", "roles": list(ROLES[name])},) if name in ROLES else ()


def registered(kind: str = "fault", policy: Policy | None = None, **inputs: Any) -> Case:
    """Return a ticket that was just registered; an input of None is left out."""
    case = Case(kind, policy)
    given = {name: value for name, value in {**REGISTER[kind], **inputs}.items() if value is not None}
    case.act("register", **given)
    return case


#: The main way of a fault, event by event, with inputs that every gate accepts at night.
WAY: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("accept", "li", {}),
    ("diagnose", "li", {}),
    ("locate", "li", {"cause_code": "AC-DROP-BROKEN", "location": "Box 4", "evidence": "-31.2 dBm"}),
    ("plan", "li", {"plan": "Splice the drop", "interrupts": "no", "backout": "Nothing to undo"}),
    ("approve", "zhao", {"how": "here"}),
    ("execute", "li", {}),
    ("restore", "li", {"how_verified": "Test call"}),
    ("feed_back", "li", {"result": "Spliced", "cause": "Broken drop", "prevention": "Fixed better"}),
    ("confirm", "wang", {"who": "Ms Wu", "channel": "phone", "how_tested": "Browses", "score": 9}),
    ("archive", "zhao", {"why_none": "Nothing new in it"}),
)
REQUEST_WAY: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("accept", "li", {}),
    ("start", "li", {}),
    ("answer", "li", {"answer": "Like this"}),
    ("confirm", "wang", {"who": "Ms Wu", "channel": "phone", "how_tested": "Understood"}),
    ("archive", "zhao", {"why_none": "Nothing new in it"}),
)
_REACHED = {"accept": "accepted", "diagnose": "diagnosing", "locate": "located", "plan": "planned"}
_REACHED |= {
    "approve": "approved",
    "execute": "executing",
    "restore": "restored",
    "feed_back": "feedback_given",
    "confirm": "closed",
}
_REACHED |= {"archive": "archived", "start": "working", "answer": "answered"}


def reach(state: str, kind: str = "fault", policy: Policy | None = None, **inputs: Any) -> Case:
    """Return a ticket in a state, by the shortest lawful way."""
    case = registered(kind, policy, **inputs)
    if state == "registered":
        return case
    if state in _ASIDE:
        return _ASIDE[state](case)
    for event, actor, given in WAY if kind == "fault" else REQUEST_WAY:
        step(case, event, actor, **given)
        if _REACHED[event] == state:
            return case
    raise AssertionError(state)


def step(case: Case, event: str, actor: str, **given: Any) -> Plan:
    """Do one event of the way, ten minutes later."""
    case.later(minutes=10)
    if event == "restore":
        given.setdefault("restored_at", case.now)
    return case.act(event, actor, **given)


def _waiting_customer(case: Case) -> Case:
    case.act("accept")
    until = case.now + timedelta(hours=8)
    case.act("wait_customer", reason="no_access", who_agreed="Ms Wu", until=until)
    return case


def _waiting_third_party(case: Case) -> Case:
    case.act("accept")
    case.act("wait_third_party", reason="carrier", until=case.now + timedelta(hours=8))
    return case


def _merged(case: Case) -> Case:
    case.related["into"] = (other(phone=case.record.get("phone"), address=case.record.get("address")),)
    case.act("merge", into="T2")
    return case


def _cancelled(case: Case) -> Case:
    case.act("cancel", words="It works again", who="Ms Wu", channel="phone")
    return case


def _rejected(case: Case) -> Case:
    case.act("reject", "zhao", reason="not_our_service")
    return case


_ASIDE = {
    "waiting_customer": _waiting_customer,
    "waiting_third_party": _waiting_third_party,
    "merged": _merged,
    "cancelled": _cancelled,
    "rejected": _rejected,
}


def other(**values: Any) -> dict[str, Any]:
    """Return the row of another ticket."""
    row = {
        "id": "T2", "ref": "AAA-2", "grade": "P1",
        "service_type": "fault", "state": "diagnosing", "open": True, "parent": None,
        "restored_at": None, "feedback_at": None, "objects": [], "customer": None, "phone": None, "address": None,
        "fingerprint": None, "requester_type": "individual", "closure_how": None,
    }  # fmt: skip
    return {**row, **values}
