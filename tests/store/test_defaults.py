"""The value of a new row is a part of the journal's format: effects leave out what a new row has anyway.

A row that was added by an earlier release is made again with the defaults of this one. A column that is there must
therefore keep its default for ever; another beginning is said by the effects of the machine.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import inspect

from noc_console.store.tables import NAMES, defaults, filled

if TYPE_CHECKING:
    from sqlalchemy import Engine

#: Every column of the tables of effects that begins with a value. One that is new is added here; none is changed.
KEPT = {
    "ticket": {
        "row_version": 1,
        "provisional": False,
        "service_type": "fault",
        "open": True,
        "urgent": False,
        "emergency": False,
        "objects": "[]",
        "requester_type": "unknown",
        "missing": "[]",
        "plan_version": 0,
        "restore_first": False,
        "approved_version": 0,
        "temporary": False,
        "attempts": "[]",
        "round": 1,
        "acts": 0,
        "sla": "{}",
        "breached": "[]",
        "chronic": False,
        "alarms": 0,
        "alarms_raised": 0,
        "alarm_reports": 0,
    },
    "clock": {"base_s": 0, "segments": "[]", "verdict": "", "level": 0, "fired": "[]"},
    "message": {"attachments": "[]"},
    "outbox": {"row_version": 1, "state": "pending"},
    "alarm": {"count": 1, "labels": "{}", "changes": 0},
    "inbox": {"row_version": 1, "params": "{}", "state": "open"},
    "quarantine": {"row_version": 1, "position": 0},
    "alarm_watch": {"row_version": 1, "labels": "{}", "count": 1, "changes": 0},
    "engineer": {"row_version": 1, "state": "current", "roles": "[]", "skills": "[]"},
    "customer": {"row_version": 1, "state": "current", "type": "enterprise"},
    "policy": {"row_version": 1, "state": "current"},
    "view": {"row_version": 1, "state": "current", "shared": False, "filter": "", "sort": ""},
    "store_lock": {"row_version": 1},
    "checklist": {"row_version": 1, "state": "current"},
    "diagnosis": {"row_version": 1, "entered": "[]", "round": 1},
    "diagnosis_answer": {"judged": "[]"},
    "consult": {"row_version": 1, "round": 1},
    "report_up": {"round": 1},
}


def test_no_column_begins_otherwise_than_the_journal_was_written_with() -> None:
    found = {name: {column: value for column, value in defaults(name).items() if value is not None} for name in NAMES}
    assert {name: values for name, values in found.items() if values} == KEPT


def test_what_a_row_does_not_name_is_empty_in_the_table_too(engine: Engine) -> None:
    """Rows are written by naming what they hold: a default of the database itself would fill the rest."""
    columns = inspect(engine).get_columns
    own = {(name, found["name"]) for name in NAMES for found in columns(name) if found["default"] is not None}
    assert own <= {(name, column) for name in NAMES for column in filled(name)}
