"""Reports upward on major and difficult faults (R29): first, follow-up, final, each with addressee and time.

They are given with ``escalate``; a reminder for the next one is a time of the ticket (``report_due``).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from noc_console.workflows.effect_kit import ref, row_id
from noc_console.workflows.fields import Inputs
from noc_console.workflows.machine import Add, Facts, Op, Put, Reason
from noc_console.workflows.ticket_guards import on_inputs, related

FIRST, FINAL = "first", "final"


@on_inputs
def report_in_order(facts: Facts, inputs: Inputs) -> Reason | None:
    """Require a first report before others, and none after the final one of a round."""
    wanted = inputs.get("report")
    if not wanted:
        return None
    round_ = facts.record.get("round") or 1
    given = {row["report"] for row in related(facts, "reports") if row["round"] == round_}
    if FINAL in given:
        return Reason("report_ended")
    if wanted == FIRST:
        return Reason("report_given") if FIRST in given else None
    return None if FIRST in given else Reason("report_order")


def report_up(facts: Facts, inputs: Inputs) -> Iterator[Op]:
    """Keep the report; the next one is due after the interval of the grade, none after the final one."""
    level = inputs.get("management") or inputs["function"]
    management = inputs.get("management")
    recipient = inputs.get("to") or (f"role:{management}" if management else "role:dispatcher")
    values = {
        "report": inputs["report"],
        "level": level,
        "recipient": recipient,
        "round": facts.record.get("round") or 1,
        "reported_by": facts.actor.name,
        "words": ref(inputs, "why"),
        "at": facts.at,
    }
    yield Add("report_up", row_id(facts, "report"), values)
    seconds = facts.policy.hard_cases.report_every_s.get(facts.record["grade"])
    due = None if inputs["report"] == FINAL or not seconds else facts.at + timedelta(seconds=seconds)
    yield Put({"report_due": due})
