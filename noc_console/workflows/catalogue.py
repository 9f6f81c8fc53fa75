"""All machines by the kind of record, each built when it is first asked for.

It must not import a machine before it is needed: a command about one kind pays for that kind.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Final

from noc_console.workflows.machine import Workflow

_MACHINES: Final = {
    "fault": ("fault", "FAULT"),
    "request": ("request", "REQUEST"),
    "outbox": ("outbox", "OUTBOX"),
    "inbox": ("inbox", "INBOX"),
    "quarantine": ("quarantine", "QUARANTINE"),
    "alarm_watch": ("alarm_watch", "ALARM_WATCH"),
    "lock": ("lock", "LOCK"),
    "engineer": ("record", "ENGINEER"),
    "customer": ("record", "CUSTOMER"),
    "policy": ("record", "POLICY"),
    "view": ("record", "VIEW"),
    "checklist": ("record", "CHECKLIST"),
    "diagnosis": ("diagnosis", "DIAGNOSIS"),
    "consult": ("consult", "CONSULT"),
}
KINDS: Final = tuple(_MACHINES)


@cache
def workflow(kind: str) -> Workflow:
    """Return the machine of a kind of record. Raises KeyError for a kind that there is not."""
    module, name = _MACHINES[kind]
    machine: Workflow = getattr(import_module(f"noc_console.workflows.{module}"), name)
    return machine
