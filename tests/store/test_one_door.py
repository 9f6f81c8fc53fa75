"""Nothing but the store's own modules can write: by what they import, and by the text of their SQL."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

import pytest

from tests.repository import PACKAGE, modules

if TYPE_CHECKING:
    from pathlib import Path

#: Only these open a transaction that can write. Each gives it to the door, or to the store's own functions.
OPENERS = {
    "desk/act.py",
    "desk/alarm_intake.py",
    "desk/bulk.py",
    "desk/diagnosis.py",
    "desk/files.py",
    "desk/intake.py",
    "desk/intake_item.py",
    "desk/mail_batch.py",
    "desk/quarantine.py",
    "desk/solve.py",
    "desk/ticket_intake.py",
}
WRITERS = {"insert", "update", "delete", "Insert", "Update", "Delete", "Session", "sessionmaker"}
WRITE_SQL = re.compile(
    r"^\s*(insert\s+into|update\s+\w+\s+set|delete\s+from|replace\s+into"
    r"|(drop|alter|create)\s+(table|index|view|trigger|virtual)\b)",
    re.I,
)
OUTSIDE = [path for path in modules() if path.relative_to(PACKAGE).parts[0] != "store"]


def name_of(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


@pytest.mark.parametrize("path", OUTSIDE, ids=name_of)
def test_no_statement_that_writes_is_made_outside_the_store(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] in {"sqlalchemy", "sqlmodel"}:
            found += [f"line {node.lineno}: {alias.name}" for alias in node.names if alias.name in WRITERS]
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and WRITE_SQL.match(node.value):
            found.append(f"line {node.lineno}: {node.value[:40]!r}")
        if isinstance(node, ast.Attribute) and node.attr == "exec_driver_sql":
            found.append(f"line {node.lineno}: exec_driver_sql")
    assert found == []


@pytest.mark.parametrize("path", OUTSIDE, ids=name_of)
def test_only_the_door_opens_a_transaction_that_writes(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    opens = [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        and node.module == "noc_console.store.engine"
        and any(alias.name == "writing" for alias in node.names)
    ]
    assert not opens or name_of(path) in OPENERS


def test_the_store_knows_no_desk() -> None:
    for path in modules("store"):
        assert "noc_console.desk" not in path.read_text(encoding="utf-8"), path
