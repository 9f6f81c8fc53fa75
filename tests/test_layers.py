"""Who may import whom, beyond what the contracts in pyproject.toml can say."""

from __future__ import annotations

import ast
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.repository import PACKAGE, ROOT, modules

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HEAVY = {"sqlmodel", "sqlalchemy", "textual", "pydantic", "alembic", "holidays", "psycopg"}

# The modules of the foundation, and the libraries that each may use.
FOUNDATION: dict[str, set[str]] = {
    "clock": set(),
    "config": {"platformdirs"},
    "errors": set(),
    "i18n": set(),
    "text": {"rich", "wcwidth"},
}


def imports(path: Path) -> Iterator[str]:
    """Yield the top-level library, or the dotted module of ours, of every import, also inside functions."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.relative_to(ROOT)}:{node.lineno} is a relative import"
            module = node.module or ""
            names = [f"noc_console.{alias.name}" for alias in node.names] if module == "noc_console" else [module]
        for name in names:
            yield name if name.startswith("noc_console.") else name.partition(".")[0]


def libraries(path: Path) -> set[str]:
    """Return what a module imports that is neither ours nor the standard library's."""
    return {name for name in imports(path) if "." not in name} - sys.stdlib_module_names - {"__future__", "noc_console"}


@pytest.mark.parametrize("path", modules("workflows"), ids=lambda path: path.stem)
def test_the_machines_use_the_standard_library_alone(path: Path) -> None:
    assert libraries(path) == set()


@pytest.mark.parametrize("path", modules("workflows"), ids=lambda path: path.stem)
def test_the_machines_do_not_look_at_the_hour(path: Path) -> None:
    assert [node.lineno for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if asks_the_hour(node)] == []


def asks_the_hour(node: ast.AST) -> bool:
    if isinstance(node, ast.ImportFrom):
        return node.module in {"noc_console.clock", "time"} and any(
            alias.name in {"now", "time"} for alias in node.names
        )
    return (
        isinstance(node, ast.Attribute)
        and node.attr in {"now", "utcnow", "today", "time"}
        and isinstance(node.value, ast.Name)
        and node.value.id in {"clock", "date", "datetime", "time"}
        and not (node.value.id == "datetime" and node.attr == "time")
    )


@pytest.mark.parametrize("name", FOUNDATION)
def test_the_foundation_stays_light(name: str) -> None:
    assert libraries(PACKAGE / f"{name}.py") <= FOUNDATION[name]


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["ticket", "--help"]], ids=" ".join)
def test_help_loads_neither_store_nor_console(arguments: list[str]) -> None:
    program = (
        "import sys\n"
        "import noc_console.cli.main as cli\n"
        f"sys.argv = ['noc', *{arguments!r}]\n"
        "try:\n"
        "    code = cli.main()\n"
        "except SystemExit as end:\n"
        "    code = end.code\n"
        f"loaded = sorted({HEAVY!r} & set(sys.modules))\n"
        "print(f'\\nended {code or 0}; loaded {loaded}')\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    assert done.stdout.splitlines()[-1:] == ["ended 0; loaded []"], done.stdout[-500:] + done.stderr[-2000:]
