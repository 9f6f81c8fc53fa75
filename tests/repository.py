"""The checkout as the tests about the project itself see it."""

from __future__ import annotations

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "noc_console"


@cache
def tracked_files() -> tuple[Path, ...]:
    """Return every file that git knows and that is here."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, encoding="utf-8"
    ).stdout
    return tuple(path for name in listed.split("\0") if name and (path := ROOT / name).is_file())


def modules(*parts: str) -> list[Path]:
    """Return the Python files of the package, or of one part of it."""
    return sorted(PACKAGE.joinpath(*parts).rglob("*.py"))
