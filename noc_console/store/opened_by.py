"""Which other programs have a store's file open, where the system says so (Linux). It must not open the store."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_PROCESSES = Path("/proc")


def programs(path: Path) -> tuple[str, ...]:
    """Return name and process id of each that has a file open; other people's are seen by root alone."""
    wanted = str(path.resolve())
    others = (entry.name for entry in _listed(_PROCESSES) if entry.name.isdecimal() and entry.name != str(os.getpid()))
    return tuple(f"{_name(pid)} ({pid})" for pid in sorted(others, key=int) if _has(pid, wanted))


def _listed(folder: Path) -> Iterator[Path]:
    with suppress(OSError):  # gone meanwhile, somebody else's, or no such folder on this system
        yield from folder.iterdir()


def _has(pid: str, wanted: str) -> bool:
    for descriptor in _listed(_PROCESSES / pid / "fd"):
        with suppress(OSError):
            if str(descriptor.readlink()) == wanted:
                return True
    return False


def _name(pid: str) -> str:
    with suppress(OSError):
        return (_PROCESSES / pid / "comm").read_text(encoding="utf-8", errors="replace").strip()
    return "?"
