"""The one room in which a command is run: without a shell or input, within time and size, what it prints kept whole.

It knows neither tickets nor diagnoses; what may be run, and what becomes of the output, they say.
"""

from __future__ import annotations

import locale
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from noc_console.config import Config, default_path
from noc_console.errors import BadInput, NotFound, UsageError
from noc_console.i18n import _
from noc_console.workflows.command_line import JUMP

#: What a command prints beyond this is cut off, and it is ended.
MAX_OUTPUT: Final = 1024 * 1024
_JUMP_LINE: Final = 'jump = ["ssh", "-o", "BatchMode=yes", "jump1"]'
_POLL_S: Final = 0.02
#: Windows' own tool is given so long to end what a program has started.
_END_S: Final = 10.0
#: Told for how many seconds a command runs; False ends it.
GoOn = Callable[[int], bool]


@dataclass(frozen=True, slots=True)
class Printed:
    """What a command printed, byte for byte, and how it ended; ``ended`` is empty where it ended by itself."""

    content: bytes
    code: int
    ended: str

    @property
    def text(self) -> str:
        """Return the output as text: UTF-8, else in the charset of this computer, as programs of Windows print."""
        try:
            return self.content.decode("utf-8")
        except UnicodeDecodeError:
            other = locale.getencoding()
        return self.content.decode("utf-8" if other.casefold() == "utf-8" else other, "replace")


def run(
    words: Sequence[str],
    argv: Sequence[str],
    config: Config,
    *,
    timeout_s: float,
    go_on: GoOn = lambda _seconds: True,
) -> Printed:
    """Run ``argv``, made of ``words``. Raises what ``ready`` raises, and BadInput where it cannot be begun."""
    return execute((ready(words, argv, config), *argv[1:]), timeout_s=timeout_s, go_on=go_on)


def ready(words: Sequence[str], argv: Sequence[str], config: Config) -> str:
    """Return where the program of a command is.

    Raises UsageError where it goes through a jump command that the settings do not name, NotFound where the program is
    not on this computer, and BadInput where it is only in the present folder.
    """
    if JUMP in words and not config.jump:
        raise UsageError(
            _("{path} names no jump command (key {key})", path=config.path or default_path(), key="jump"),
            _("for example: {line}; or run it by hand and paste what it prints", line=_JUMP_LINE),
        )
    program = shutil.which(argv[0])
    if program is None:
        raise NotFound(
            _("{name} is not on this computer", name=argv[0]), _("run it elsewhere and paste what it prints")
        )
    if Path(argv[0]).name == argv[0] and Path(program).parent == Path():
        # Windows looks there first, whatever the PATH says: a file that somebody was sent must not be run for it
        raise BadInput(
            _("{name} lies in the present folder, and another one is meant", name=argv[0]),
            _("go to another folder, or give the program with its path"),
        )
    return program


def execute(
    argv: tuple[str, ...], *, timeout_s: float, most: int = MAX_OUTPUT, go_on: GoOn = lambda _seconds: True
) -> Printed:
    """Run a program; it is ended with all it started when time or size is used up, or when it is not to go on."""
    own_group: dict[str, Any] = {"start_new_session": True} if os.name == "posix" else {}
    with tempfile.TemporaryFile() as output:
        try:
            process = subprocess.Popen(
                argv, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, **own_group
            )
        except (OSError, ValueError) as error:
            why = error.strerror if isinstance(error, OSError) and error.strerror else error
            raise BadInput(_("{name} cannot be run: {error}", name=argv[0], error=why)) from error
        ended = _watched(process, output.fileno(), timeout_s, most, go_on)
        output.seek(0)
        return Printed(output.read(most), process.returncode, ended)


def _watched(process: subprocess.Popen[bytes], output: int, timeout_s: float, most: int, go_on: GoOn) -> str:
    """Wait for a program; return why it was ended, empty where it ended by itself."""
    ended, begun = "", time.monotonic()
    try:
        while process.poll() is None and not ended:
            time.sleep(_POLL_S)
            ended = _why_not_on(time.monotonic() - begun, timeout_s, os.fstat(output).st_size > most, go_on)
    finally:
        if process.poll() is None:
            _end(process)
        process.wait()
    return ended or (_("ended: it printed too much") if os.fstat(output).st_size > most else "")


def _why_not_on(seconds: float, timeout_s: float, too_much: bool, go_on: GoOn) -> str:
    if seconds > timeout_s:
        return _("ended: it took too long")
    if too_much:
        return _("ended: it printed too much")
    return "" if go_on(int(seconds)) else _("ended: it was stopped by hand")


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a program with all it started."""
    if os.name == "posix":
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        return
    # Windows ends no group; its own tool goes down the tree, as long as the root of it is there
    tool = os.environ.get("SYSTEMROOT", r"C:\Windows") + r"\System32\taskkill.exe"
    with suppress(OSError, subprocess.TimeoutExpired):
        subprocess.run(
            (tool, "/T", "/F", "/PID", str(process.pid)), stdin=subprocess.DEVNULL, capture_output=True,
            timeout=_END_S, check=False,
        )  # fmt: skip
    process.kill()
