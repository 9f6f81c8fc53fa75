"""Text of strangers reaches a terminal in one way, is never read as markup, and rows are written in one place."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

import pytest

from tests.repository import PACKAGE, ROOT, modules

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

SINK = PACKAGE / "cli" / "render.py"
PRINTERS = {"print", "echo", "secho", "print_json"}
STREAMS = {"stdout", "stderr", "__stdout__", "__stderr__"}
# Textual reads the text given to these as markup unless told not to.
MARKUP_BY_DEFAULT = {"Label", "Static", "notify", "OptionList", "SelectionList"}
# What makes its argument plain: an object that is text already.
ALREADY_TEXT = {"Text", "Content"}
RAW_WRITE = re.compile(r"\s*(?:insert\s+(?:or\s+\w+\s+)?into|replace\s+into|update\s+\S+\s+set|delete\s+from)\s")
WRITERS = {"insert", "update", "delete"}


def places(check: Callable[[ast.AST], bool], paths: list[Path]) -> list[str]:
    """Return where in these files a node is found that the check objects to."""
    return [
        f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', '?')}"
        for path in paths
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if check(node)
    ]


def name_of(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def writes_to_the_terminal(node: ast.AST) -> bool:
    if isinstance(node, ast.Call):
        return name_of(node.func) in PRINTERS
    return isinstance(node, ast.Attribute) and node.attr in {"write", "buffer", "writelines"} and stream(node.value)


def stream(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and node.attr in STREAMS and name_of(node.value) == "sys"


def interprets_markup(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call):
        return False
    keywords = {keyword.arg: keyword.value for keyword in node.keywords}
    markup = keywords.get("markup")
    if isinstance(markup, ast.Constant) and markup.value is True:
        return True
    if name_of(node.func) in {"from_markup", "render_markup"}:
        return True
    if name_of(node.func) not in MARKUP_BY_DEFAULT or markup is not None:
        return False
    return any(not plain(argument) for argument in node.args)


def plain(argument: ast.AST) -> bool:
    """Tell whether an argument is a text object made on the spot, so that no markup can be in it."""
    if not isinstance(argument, ast.Call):
        return False
    function = argument.func
    return name_of(function) in ALREADY_TEXT or (
        isinstance(function, ast.Attribute) and name_of(function.value) in ALREADY_TEXT
    )


def is_write(sql: str) -> bool:
    """Tell SQL, which is all upper or all lower case, from a sentence such as "Delete from the list"."""
    return bool(RAW_WRITE.match(sql.lower())) and not sql.lstrip()[:2].istitle()


def writes_rows(node: ast.AST) -> bool:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return is_write(node.value)
    if isinstance(node, ast.JoinedStr):
        pieces = [str(part.value) if isinstance(part, ast.Constant) else "x" for part in node.values]
        return is_write("".join(pieces))
    if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] in {"sqlalchemy", "sqlmodel"}:
        return any(alias.name in WRITERS for alias in node.names)
    return False


def outside(*folders: Path) -> Iterator[Path]:
    return (path for path in modules() if not any(path.is_relative_to(folder) for folder in folders))


def test_only_the_sink_writes_to_the_terminal() -> None:
    assert places(writes_to_the_terminal, list(outside(SINK))) == []


def test_markup_is_never_interpreted() -> None:
    assert places(interprets_markup, modules()) == []


def test_only_the_store_writes_rows() -> None:
    assert places(writes_rows, list(outside(PACKAGE / "store"))) == []


@pytest.mark.parametrize(
    ("check", "code", "objected"),
    [
        (writes_to_the_terminal, "print('x')", True),
        (writes_to_the_terminal, "typer.echo(text)", True),
        (writes_to_the_terminal, "console.print(text)", True),
        (writes_to_the_terminal, "sys.stdout.write(text)", True),
        (writes_to_the_terminal, "sys.stdout.buffer", True),
        (writes_to_the_terminal, "sys.stdout.isatty()", False),
        (writes_to_the_terminal, "file.write(text)", False),
        (interprets_markup, "Text.from_markup(text)", True),
        (interprets_markup, "Console(markup=True)", True),
        (interprets_markup, "Static(text)", True),
        (interprets_markup, "self.notify(str(error))", True),
        (interprets_markup, "Static(text, markup=False)", False),
        (interprets_markup, "Static(Content(text))", False),
        (interprets_markup, "Label(Text.assemble(text))", False),
        (interprets_markup, "Static(id='empty')", False),
        (writes_rows, "'insert  into ticket values (1)'", True),
        (writes_rows, "f'UPDATE {table} SET x = 1'", True),
        (writes_rows, "'UPDATE ticket SET x = 1'", True),
        (writes_rows, "from sqlalchemy import select, update", True),
        (writes_rows, "'Delete from the list'", False),
        (writes_rows, "from sqlalchemy import select", False),
    ],
)
def test_the_checks_know_what_they_look_for(check: Callable[[ast.AST], bool], code: str, objected: bool) -> None:
    assert any(check(node) for node in ast.walk(ast.parse(code))) is objected
