"""``noc intake alarms``: the alarms that no ticket was opened for, each with what held it back or why it is ignored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import typer

from noc_console.cli import render
from noc_console.cli.arguments import LIMIT, most_of
from noc_console.cli.options import globals_of
from noc_console.cli.render import Column
from noc_console.clock import to_json
from noc_console.i18n import N_
from noc_console.workflows.labels import label

_FIELDS: Final = (
    "id", "channel", "fingerprint", "name", "object", "severity", "alarm_state", "action", "rule", "reason", "count",
    "raised_at", "cleared_at", "last_at", "due_at",
)  # fmt: skip
_COLUMNS: Final = (
    Column(N_("ACTION"), lambda item: label(item["action"]), 12),
    Column(N_("RULE"), lambda item: item["rule"] or "-", 24),
    Column(N_("TIMES"), lambda item: str(item["count"]), 6, "right"),
    Column(N_("LAST"), lambda item: item["last_at"], 24),
    Column(N_("ALARM"), lambda item: f"{item['name']} {item['object'] or ''}".strip(), 60),
    Column(N_("WHY"), lambda item: item["reason"] or "-", 80),
)


def alarms(
    context: typer.Context,
    limit: LIMIT = None,
) -> int:
    """List the alarms without a ticket, those heard of last first."""
    from noc_console.desk import alarm_intake

    said = globals_of(context)
    with said.desk() as desk:
        items = [_json(row) for row in alarm_intake.page(desk, limit=most_of(limit, said.output))]
    render.many(items, said.output, _COLUMNS, id_field="id")
    return 0


def _json(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: to_json(row[name]) if name.endswith("_at") and row[name] else row[name] for name in _FIELDS}
