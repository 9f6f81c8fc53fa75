"""The machine of an alarm that has no ticket: held back for a time, or ignored by a rule, until one is opened for it.

A row for each condition, so that nothing that came in is lost, and how often it came is known.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from noc_console.i18n import N_
from noc_console.workflows.alarm_effects import changed
from noc_console.workflows.effect_kit import refs
from noc_console.workflows.fields import Field, Inputs, Kind
from noc_console.workflows.machine import SAME, Event, Facts, Op, Put, State, Workflow

ALARM_STATE: Final = Field("alarm_state", Kind.CHOICE, N_("State"), required=True, choices=("raised", "cleared"))
#: What a report says beside its state; kept as it was said.
REPORT: Final = (
    Field("severity", Kind.TEXT, N_("Severity"), max_length=40),
    Field("count", Kind.NUMBER, N_("Count"), default=1, minimum=1),
    Field("first", Kind.INSTANT, N_("First")),
    Field("last", Kind.INSTANT, N_("Last")),
    Field("cleared_at", Kind.INSTANT, N_("Cleared at")),
    Field("text", Kind.PROSE, N_("Text"), pii=True),
    Field("labels", Kind.PROSE, N_("Labels"), pii=True),
    Field("source", Kind.TEXT, N_("Original"), max_length=64),
)
_RULING: Final = (
    Field("action", Kind.CHOICE, N_("Action"), required=True, choices=("hold", "ignore")),
    Field("rule", Kind.TEXT, N_("Rule")),
    Field("reason", Kind.PROSE, N_("Reason")),
    Field("due_at", Kind.INSTANT, N_("Until")),
)
_ABOUT: Final = (
    Field("channel", Kind.TEXT, N_("Channel"), required=True, max_length=40),
    Field("fingerprint", Kind.TEXT, N_("Fingerprint"), required=True, max_length=400),
    Field("name", Kind.TEXT, N_("Alarm"), required=True),
    Field("object", Kind.TEXT, N_("Object")),
    Field("source_ip", Kind.TEXT, N_("Address"), pii=True, max_length=100),
)


def _watch(facts: Facts, inputs: Inputs) -> Iterator[Op]:
    names = ("channel", "fingerprint", "name", "object", "source_ip")
    cleared = inputs["alarm_state"] == "cleared"
    raised_at = None if cleared else inputs.get("first") or facts.at
    yield Put({**refs(inputs, {name: name for name in names}), "count": inputs["count"], "raised_at": raised_at})
    yield from _said(facts, inputs)


def _report(facts: Facts, inputs: Inputs) -> Iterator[Op]:
    values: dict[str, Any] = {"count": facts.record["count"] + inputs["count"]}
    if inputs["alarm_state"] != facts.record["alarm_state"]:
        within_s = facts.policy.alarms.flapping_within_s
        values |= changed(facts.record, inputs.get("last") or facts.at, within_s)
        if inputs["alarm_state"] == "raised":
            values["raised_at"] = inputs.get("first") or facts.at
    yield Put(values)
    yield from _said(facts, inputs)


def _said(facts: Facts, inputs: Inputs) -> Iterator[Op]:
    """Keep the newest report: what it says, and what the rules say of it now."""
    last = inputs.get("last") or facts.at
    cleared = inputs["alarm_state"] == "cleared"
    yield Put(
        {
            "alarm_state": inputs["alarm_state"],
            "severity": inputs.get("severity") or "indeterminate",
            "action": inputs["action"],
            "rule": inputs.get("rule"),
            "due_at": None if cleared else inputs.get("due_at"),
            "last_at": last,
            "cleared_at": (inputs.get("cleared_at") or last) if cleared else None,
            **refs(inputs, {name: name for name in ("text", "labels", "source", "reason")}),
        }
    )


def _open(facts: Facts, inputs: Inputs) -> Iterator[Op]:
    yield Put({"ticket": inputs["ticket"], "due_at": None})


ALARM_WATCH: Final = Workflow(
    name="alarm_watch",
    table="alarm_watch",
    initial="watched",
    states=(
        State("watched", N_("without a ticket"), "~", "waiting"),
        State("opened", N_("has a ticket"), "+", "closed", final=True),
    ),
    events=(
        Event(
            "watch", (), "watched", N_("Watch"), inputs=(*_ABOUT, ALARM_STATE, *REPORT, *_RULING), effects=(_watch,),
            internal=True,
        ),
        Event(
            "report", ("watched",), SAME, N_("Report"), inputs=(ALARM_STATE, *REPORT, *_RULING), effects=(_report,),
            internal=True,
        ),
        Event(
            "open", ("watched",), "opened", N_("Open a ticket"),
            inputs=(Field("ticket", Kind.REFERENCE, N_("Ticket"), required=True),), effects=(_open,), internal=True,
        ),
    ),
)  # fmt: skip
