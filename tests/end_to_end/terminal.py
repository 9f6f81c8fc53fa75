"""A real terminal of 80x24: a program on a pty, its keys, what it shows, and every byte that it sent.

It waits for what is to be seen, never for time.
"""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Mapping
from typing import Any

import pexpect
import pyte

from tests.repository import ROOT

NOC = (sys.executable, "-m", "noc_console.cli.main")
#: What a terminal sends for keys that are no character.
KEYS = {
    "enter": "\r", "tab": "\t", "escape": "\x1b", "space": " ", "backspace": "\x7f", "up": "\x1b[A", "down": "\x1b[B",
    "right": "\x1b[C", "left": "\x1b[D", "home": "\x1b[H", "f1": "\x1bOP",
    "f2": "\x1bOQ", "f3": "\x1bOR", "f4": "\x1bOS",
    "f5": "\x1b[15~", "f6": "\x1b[17~", "shift+tab": "\x1b[Z", "ctrl+c": "\x03",
    "ctrl+p": "\x10", "ctrl+q": "\x11", "ctrl+u": "\x15",
}  # fmt: skip
PATIENCE_S = 40.0
_SLICE_S = 0.05
#: A picture is taken when nothing came for so many slices.
_QUIET = 8
# Sequences that pyte takes for text: private CSI with < = >, and what a terminal is asked about itself.
_UNKNOWN_TO_PYTE = re.compile(rb"\x1b\[[<=>][0-9;:]*[@-~]|\x1b\[[0-9;:?]*\$[a-z]|\x1b[P^_X][^\x1b]*\x1b\\")


class Terminal:
    """A program on a pty of its own."""

    def __init__(
        self, *words: str, columns: int = 80, lines: int = 24, environ: Mapping[str, str] | None = None
    ) -> None:
        self.raw = b""
        self._screen = pyte.Screen(columns, lines)
        self._stream = pyte.ByteStream(self._screen)
        self._pending = b""
        known: dict[str, Any] = {**os.environ, "TERM": "xterm-256color", "PYTHONPATH": str(ROOT), **(environ or {})}
        self._child = pexpect.spawn(
            NOC[0], [*NOC[1:], *words], dimensions=(lines, columns), env=known, cwd=ROOT, timeout=PATIENCE_S, echo=False
        )
        self._child.delaybeforesend = None

    @property
    def lines(self) -> list[str]:
        """Return the lines in sight."""
        return [line.rstrip() for line in self._screen.display]

    @property
    def text(self) -> str:
        """Return what is in sight, wide characters without the cell that they cover."""
        rows = self._screen.buffer
        return "\n".join(
            "".join(rows[y][x].data for x in range(self._screen.columns)).rstrip() for y in range(self._screen.lines)
        )

    @property
    def title(self) -> str:
        """Return the window's title."""
        return self._screen.title

    def until(self, shown: str, *, gone: str = "") -> None:
        """Read until a text is in sight, and another no more; the test fails with the screen where that never is."""
        end = time.monotonic() + PATIENCE_S
        while not re.search(shown, self.text) or (gone and re.search(gone, self.text)):
            if time.monotonic() > end or not self._read():
                raise AssertionError(f"never in sight: {shown}{f', without {gone}' if gone else ''}\n{self.text}")

    def rest(self) -> None:
        """Read until nothing more comes: for pictures of what a step leads to, never for what a test is to see."""
        quiet = 0
        while quiet < _QUIET:
            before = len(self.raw)
            quiet = quiet + 1 if self._read() and len(self.raw) == before else 0
            if self._child.closed or not self._child.isalive():
                return

    def press(self, *keys: str, shown: str = "", gone: str = "") -> None:
        """Press keys, then wait for what they are to show."""
        for key in keys:
            self._child.send(KEYS.get(key, key))
        if shown:
            self.until(shown, gone=gone)

    def write(self, text: str, *, shown: str = "") -> None:
        """Type a text and wait until its end is in sight."""
        self._child.send(text)
        self.until(shown or re.escape(text[-20:]))

    def leave(self, *keys: str) -> int:
        """Press the keys that end the program, read what it still says, and return its exit code."""
        if self._child.closed:
            return self._code
        for key in keys:
            self._child.send(KEYS.get(key, key))
        end = time.monotonic() + PATIENCE_S
        while self._read() and time.monotonic() < end:
            pass
        self._child.close(force=True)
        return self._code

    def signal(self, number: int) -> int:
        """Send the program a signal, read what it still says, and return its exit code."""
        self._child.kill(number)
        return self.leave()

    @property
    def _code(self) -> int:
        return int(self._child.exitstatus if self._child.exitstatus is not None else -self._child.signalstatus)

    def _read(self) -> bool:
        """Take what came; False when the program is gone."""
        try:
            data = self._child.read_nonblocking(65536, timeout=_SLICE_S)
        except pexpect.TIMEOUT:
            return True
        except pexpect.EOF:
            return False
        self.raw += data
        whole, self._pending = _whole(self._pending + data)
        self._stream.feed(_UNKNOWN_TO_PYTE.sub(b"", whole))
        return True


def _whole(data: bytes) -> tuple[bytes, bytes]:
    """Cut off a sequence that has not arrived whole."""
    start = data.rfind(b"\x1b")
    if start < 0 or re.match(
        rb"\x1b(\[[0-9;:<=>?]*[ -/]*[@-~]|[PX^_\]].*(\x1b\\|\x07)|[^\[PX^_\]])", data[start:], re.S
    ):
        return data, b""
    return data[:start], data[start:]
