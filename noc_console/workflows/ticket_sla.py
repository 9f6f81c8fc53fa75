"""The limits that a ticket was promised: frozen when it is registered, replaced only when it is graded anew.

A regrade takes every figure from the policy of that moment; a policy imported between the two changes nothing.
It must not move clocks.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from noc_console.workflows.fields import Inputs
from noc_console.workflows.machine import Facts, Ref
from noc_console.workflows.policy import targets_for
from noc_console.workflows.policy_values import ContractClass

Sla = Mapping[str, Any]


def frozen_sla(facts: Facts, inputs: Inputs, values: Mapping[str, Any]) -> Sla:
    """Return the column ``sla``: version of the policy, calendar, limits in its seconds, class, and their sources."""
    contract = contract_class_of(facts, inputs, values)
    name = contract.name if contract else None
    service_type = said(values.get("service_type"), inputs) or "fault"
    targets = targets_for(facts.policy, said(values["grade"], inputs), name, service_type)
    return {
        "policy": facts.policy.version,
        "calendar": targets.calendar,
        "response_s": targets.response_s,
        "restore_s": targets.restore_s,
        "update_s": targets.update_s,
        "class": name,
        "tags": {
            clock: {"key": limit.key, "tag": limit.tag, "source": limit.source}
            for clock, limit in targets.provenance.items()
        },
    }


def contract_class_of(facts: Facts, inputs: Inputs, values: Mapping[str, Any]) -> ContractClass | None:
    """Return the class of the customer in the register, else that of the ticket's contract, else the frozen one."""
    customer = next(iter(facts.related.get("customer", ())), None) or {}
    frozen = (values.get("sla") or {}).get("class")
    named = (customer.get("contract_class"), said(values.get("contract"), inputs), frozen)
    return next((found for name in named if (found := facts.policy.contract_class(name))), None)


def said(value: Any, inputs: Inputs) -> Any:
    """Return a value of the record, looked up where it stands in an input of this very event."""
    return inputs.get(value.path) if isinstance(value, Ref) else value
