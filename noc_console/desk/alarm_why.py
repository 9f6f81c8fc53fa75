"""Why an alarm has no ticket, in the language of the reader: by its rule, which says it in every language.

What was said when it came in is stored beside it, and is told where the rule is gone.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from noc_console.desk.rows import Values
from noc_console.i18n import _, language
from noc_console.workflows.alarm_rules import AlarmPolicy
from noc_console.workflows.durations import format_duration


def told(row: Values, policy: AlarmPolicy, now: datetime) -> Values:
    """Return the row of a watched alarm with its reason in the language in use."""
    return MappingProxyType({**row, "reason": why(row, policy, now)})


def why(row: Mapping[str, Any], policy: AlarmPolicy, now: datetime) -> str | None:
    """Return why an alarm has no ticket; ``row`` needs action, rule, alarm_state and due_at, its reason if it has."""
    name = row["rule"]
    if row["action"] == "hold":
        return _held(name, None if row["alarm_state"] == "cleared" else row["due_at"], now)
    if not name:
        return _("clear of an alarm that is not known here")
    rule = next((rule for rule in policy.rules if rule.name == name and rule.action == "ignore"), None)
    return rule.reason.text(language()) if rule else row["reason"]


def cleared_early() -> str:
    """Say that an alarm ended while it was held back."""
    return _("cleared before its time was up: no ticket")


def _held(rule: str | None, due: datetime | None, now: datetime) -> str:
    if due is None:
        return cleared_early()
    left = int((due - now).total_seconds())
    if left < 0:
        return _("held back by rule {rule} until its time was up: noc timers run opens a ticket", rule=rule or "-")
    time = format_duration(max(1, left))
    return _("held back for {time} by rule {rule}: a ticket if it is still raised", time=time, rule=rule or "-")
