"""Daemons of other projects, run on loopback with settings of the test: found, started, waited for, ended."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

PATIENCE_S = 60.0
#: How the daemons call ``noc-spool``; the installed script does the same.
NOC_SPOOL = f"{sys.executable} -m noc_console.spool"
#: Debian keeps daemons where only root's search path looks.
_PATH = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/sbin"))


def program(name: str, package: str) -> str:
    """Return the path of a program, or skip the test with the package that brings it."""
    found = shutil.which(name, path=_PATH)
    if found is None:
        pytest.skip(f"{name} is not installed (Debian: {package})")
    return found


def free_port() -> int:
    """Return a UDP port of loopback that nobody listens on."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(command: list[str], said: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run a daemon for the block; what it says goes to a file, and is shown where the block fails."""
    with said.open("wb") as output:
        daemon = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT)
    try:
        yield daemon
    except BaseException:
        sys.stderr.write(said.read_text(errors="replace"))
        raise
    finally:
        daemon.terminate()
        daemon.wait(PATIENCE_S)


def until(met: Callable[[], bool], what: str) -> None:
    """Wait for another program; fail where it takes longer than any machine needs."""
    end = time.monotonic() + PATIENCE_S
    while not met():
        assert time.monotonic() < end, f"never: {what}"
        time.sleep(0.02)
