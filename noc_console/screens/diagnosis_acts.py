"""What the screen of a run has done to it, each followed by reading it again; off the screen's thread.

It must not know a rule: the desk judges every answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from noc_console.desk import diagnosis
from noc_console.desk.diagnosis import Evidence
from noc_console.desk.diagnosis_view import RunView

if TYPE_CHECKING:
    from noc_console.desk.desk import Desk


def answered(desk: Desk, run: str, inputs: Mapping[str, Any]) -> RunView:
    """Answer and read where the run stands then; off the screen's thread."""
    diagnosis.answer(desk, run, inputs)
    return diagnosis.show(desk, run)


def attached(desk: Desk, run: str, evidence: Evidence) -> RunView:
    """Add evidence and read the run again; off the screen's thread."""
    diagnosis.attach(desk, run, evidence)
    return diagnosis.show(desk, run)


def gone_back(desk: Desk, run: str) -> RunView:
    """Take the last answer back and read the run again; off the screen's thread."""
    diagnosis.act(desk, run, "go_back", {})
    return diagnosis.show(desk, run)
