"""Gates of an escalation (R29): it goes somewhere, to each level once a round, and to each vendor once."""

from __future__ import annotations

from noc_console.workflows.fields import Inputs
from noc_console.workflows.machine import Facts, Reason
from noc_console.workflows.policy_values import APPROVERS, FUNCTIONS
from noc_console.workflows.ticket_guards import on_inputs
from noc_console.workflows.vendors import FUNCTION, is_new


@on_inputs
def escalates_somewhere(facts: Facts, inputs: Inputs) -> Reason | None:
    """Require a function or a management level that this round has not reached; reports may repeat (R29).

    The highest function is the vendor. There may be several of them: one that was not called yet is a level of its own.
    """
    if not inputs.get("function") and not inputs.get("management"):
        return Reason("escalation_empty")
    if inputs.get("report"):
        return None
    another = inputs.get("function") == FUNCTION and inputs.get("vendor") and is_new(facts.record, inputs["vendor"])
    ladders = (("function", "function_level", FUNCTIONS), ("management", "management_level", APPROVERS))
    for name, column, ladder in ladders[1:] if another else ladders:
        wanted, reached = inputs.get(name), facts.record.get(column)
        if wanted and reached and ladder.index(wanted) <= ladder.index(reached):
            return Reason("level_reached", {"level": reached})
    return None


@on_inputs
def vendor_meant(facts: Facts, inputs: Inputs) -> Reason | None:
    """Refuse a vendor beside an escalation to somebody else."""
    meant = not inputs.get("vendor") or inputs.get("function") == FUNCTION
    return None if meant else Reason("vendor_without_function")
