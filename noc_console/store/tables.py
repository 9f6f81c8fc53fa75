"""Names the tables that effects may write, which model holds each, and which column says whose row it is.

Models are imported when first named, so that a command loads only what it uses.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Any

from sqlalchemy import Table

_MODELS = {
    "ticket": ("noc_console.models.ticket", "TicketRow"),
    "clock": ("noc_console.models.ticket", "ClockRow"),
    "message": ("noc_console.models.ticket", "MessageRow"),
    "outbox": ("noc_console.models.ticket", "OutboxRow"),
    "link": ("noc_console.models.ticket", "LinkRow"),
    "alarm": ("noc_console.models.ticket", "AlarmRow"),
    "visit": ("noc_console.models.ticket", "VisitRow"),
    "affected": ("noc_console.models.ticket", "AffectedRow"),
    "attachment": ("noc_console.models.ticket", "AttachmentRow"),
    "inbox": ("noc_console.models.ticket", "InboxRow"),
    "quarantine": ("noc_console.models.intake", "QuarantineRow"),
    "engineer": ("noc_console.models.register", "EngineerRow"),
    "customer": ("noc_console.models.register", "CustomerRow"),
    "policy": ("noc_console.models.register", "PolicyRow"),
    "view": ("noc_console.models.register", "ViewRow"),
}
NAMES = tuple(_MODELS)


@cache
def model(name: str) -> Any:
    """Return the model class of a table of rows. Raises KeyError for a table that effects may not write."""
    module, attribute = _MODELS[name]
    return getattr(import_module(module), attribute)


@cache
def table(name: str) -> Table:
    """Return the table itself."""
    found: Table = model(name).__table__
    return found


@cache
def defaults(name: str) -> dict[str, Any]:
    """Return a new row's values before any effect: every column, so that a fold and a table agree."""
    fields = model(name).model_fields
    return {key: None if field.is_required() else field.default for key, field in fields.items()}


@cache
def owner_column(name: str) -> str:
    """Return the column that names the record a row belongs to: its own id, or ``record``."""
    return "record" if "record" in table(name).c else "id"


@cache
def is_versioned(name: str) -> bool:
    """Tell whether each change of a row counts its ``row_version`` up."""
    return "row_version" in table(name).c
