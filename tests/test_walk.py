"""The walk through the code names files and functions that exist, and is taken as it is described."""

from __future__ import annotations

import ast
import re
import sys
import threading
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from noc_console.cli.main import main
from tests.repository import PACKAGE, ROOT
from tests.screens.conftest import office
from tests.screens.driver import Person, console

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from types import FrameType

    from tests.screens.driver import Office

__all__ = ["office"]

PAGE = (ROOT / "docs" / "walk.md").read_text(encoding="utf-8")
SPAN = re.compile(r"`([^`\n]+)`")
STEP = re.compile(r"\d+\. ")
#: A row of a machine, and the function that makes it: called once, when the machine is built.
ROW = re.compile(r"row `(\w+)` \(`([\w/]+\.py)`: `(\w+)\(\)`\)")
MAIL = b"""From: Li Na <li.na@bank.example>
To: noc@carrier.example
Subject: Line to branch 7 is down
Message-ID: <1@bank.example>

Since 08:10 branch 7 cannot reach the data centre.
"""
Station = tuple[str, str]


def stations(text: str) -> list[Station]:
    """Return the file and the name of every function in a text; a name belongs to the file named last before it."""
    found = []
    file = ""
    for span in SPAN.findall(text):
        if span.endswith(".py"):
            file = span
        elif span.endswith("()"):
            found.append((file, span.removesuffix("()")))
    return found


def files(text: str) -> set[str]:
    return {span for span in SPAN.findall(text) if span.endswith(".py") and "*" not in span}


def steps(heading: str) -> str:
    """Return the numbered steps of a section."""
    section = PAGE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    return ROW.sub("", "\n".join(line for line in section.splitlines() if STEP.match(line)))


def path_of(file: str) -> Path:
    return ROOT / file if file.startswith("tests/") else PACKAGE / file


def defined(file: str) -> set[str]:
    """Return the functions of a file, and its methods as ``Class.method``."""
    body = ast.parse(path_of(file).read_text(encoding="utf-8")).body
    inside = [(f"{part.name}.", node) for part in body if isinstance(part, ast.ClassDef) for node in part.body]
    return {
        prefix + node.name
        for prefix, node in [*(("", node) for node in body), *inside]
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }


def test_every_file_is_there() -> None:
    assert {file for file in files(PAGE) if not path_of(file).is_file()} == set()


def test_every_function_is_there() -> None:
    named = stations(PAGE)
    assert len(named) > 40
    assert [(file, name) for file, name in named if name not in defined(file)] == []


def test_every_row_is_made_where_the_page_says() -> None:
    rows = ROW.findall(PAGE)
    assert {event for event, _file, _name in rows} == {"register", "accept"}
    for event, file, name in rows:
        made = next(node for node in ast.parse(path_of(file).read_text("utf-8")).body if function_of(node) == name)
        words = [node.value for node in ast.walk(made) if isinstance(node, ast.Constant)]
        assert event in words, f"{name} of {file} makes no {event}"


def function_of(node: ast.stmt) -> str:
    return node.name if isinstance(node, ast.FunctionDef) else ""


class Trace:
    """The functions of the package that were called, in order, on every thread started meanwhile."""

    def __init__(self) -> None:
        self.calls: list[Station] = []

    def __call__(self, frame: FrameType, event: str, _arg: object) -> None:
        if event == "call" and frame.f_code.co_filename.startswith(self._package):
            file = frame.f_code.co_filename.removeprefix(self._package).replace("\\", "/")
            self.calls.append((file, frame.f_code.co_qualname))

    _package = f"{PACKAGE}/".replace("/", "\\" if sys.platform == "win32" else "/")

    def first_not_passed(self, wanted: list[Station]) -> Station | None:
        """Return the first station that was not passed after those before it."""
        calls = iter(self.calls)
        return next((station for station in wanted if not any(is_at(call, station) for call in calls)), None)


def is_at(call: Station, station: Station) -> bool:
    """Tell whether a call is at a station, or in a function that was made there."""
    return call[0] == station[0] and (call[1] == station[1] or call[1].startswith(f"{station[1]}.<locals>."))


@asynccontextmanager
async def traced_console(office: Office) -> AsyncIterator[tuple[Person, Trace]]:
    """Open a console whose threads are traced from their beginning."""
    trace = Trace()
    threading.setprofile(trace)
    sys.setprofile(trace)
    try:
        async with console(office, size=(160, 40)) as person:
            await person.tick()
            yield person, trace
    finally:
        sys.setprofile(None)
        threading.setprofile(None)


async def take_in_the_mail(office: Office, person: Person) -> None:
    mail = Path(office.path).with_name("hello.eml")
    mail.write_bytes(MAIL)
    assert main(["intake", "email", str(mail), "--store", office.path, "--as", "zhang.wei"]) == 0
    await person.tick()


async def test_the_mail_goes_as_the_page_says(office: Office) -> None:
    async with traced_console(office) as (person, trace):
        trace.calls.clear()
        await take_in_the_mail(office, person)
        assert "Line to branch 7 is down" in person.text
        assert trace.first_not_passed(stations(steps("A mail comes in"))) is None


async def test_the_key_goes_as_the_page_says(office: Office) -> None:
    async with traced_console(office) as (person, trace):
        await take_in_the_mail(office, person)
        trace.calls.clear()
        await person.press("a", "f2")
        assert person.queue.table.cursor_row is not None
        assert person.queue.table.cursor_row.owner == "zhang.wei"
        assert trace.first_not_passed(stations(steps("Somebody presses `a`"))) is None


@pytest.mark.parametrize(
    ("wanted", "missing"),
    [
        ([("a.py", "f"), ("b.py", "g")], None),
        ([("b.py", "g"), ("a.py", "f")], ("a.py", "f")),
        ([("a.py", "f"), ("a.py", "f")], ("a.py", "f")),
        ([("b.py", "g"), ("b.py", "made")], None),
    ],
)
def test_order_counts(wanted: list[Station], missing: Station | None) -> None:
    trace = Trace()
    trace.calls = [("a.py", "f"), ("b.py", "g"), ("b.py", "made.<locals>.effect")]
    assert trace.first_not_passed(wanted) == missing
