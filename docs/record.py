"""Records a walk from a mail to the archive, twice: by commands, and by keys at 80x24 on a real terminal.

    python docs/record.py

Everything shown was really run, on a training store whose time is frozen; so the pages change only with the program.
"""

from __future__ import annotations

import io
import os
import re
import shlex
import sys
import tempfile
from collections.abc import Iterator
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout
from datetime import datetime, timedelta
from pathlib import Path
from unittest.mock import patch

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from noc_console.cli.main import main as main_of_noc  # noqa: E402 - the checkout is not installed
from tests.end_to_end.terminal import Terminal  # noqa: E402 - the checkout is not installed
from tests.end_to_end.walk import Walk  # noqa: E402

HERE = Path(__file__).parent / "recorded"
START = datetime.fromisoformat("2026-11-23T19:55+08:00")
WHO = "chen.bo"
NOTE = "<!-- Written by docs/record.py, which runs all of it: change that, then run `make pictures`. -->\n"

#: minutes since the mail was read, and what is typed then
COMMANDS: tuple[tuple[int, str], ...] = (
    (0, "noc intake email mail.eml"),
    (1, "noc ticket list"),
    (2, "noc ticket next HZ1-1"),
    (2, "noc ticket locate HZ1-1 --cause-code AC-CPE-FAIL"),
    (3, "noc ticket complete HZ1-1 --occurred-at 19:00 --scope 'one household' --domain access"),
    (4, "noc ticket accept HZ1-1 --contacted"),
    (5, "noc ticket diagnose HZ1-1"),
    (9, "noc ticket locate HZ1-1 --cause-code AC-CPE-FAIL --location 'modem at the customer' --evidence '-31.2 dBm'"),
    (10, "noc ticket inform HZ1-1 --channel phone --text 'A new modem comes this evening' --next-news-at +2h"),
    (
        12,
        "noc ticket plan HZ1-1 --plan 'Same modem, new' --interrupts no --backout 'Old one back'"
        " --remedy terminal_replace",
    ),
    (12, "noc ticket approve HZ1-1 --how policy --dry-run"),
    (13, "noc ticket approve HZ1-1 --how policy"),
    (60, "noc ticket execute HZ1-1"),
    (75, "noc ticket restore HZ1-1 --restored-at now --how-verified 'Speed test, 500 Mbit/s'"),
    (76, "noc ticket confirm HZ1-1"),
    (
        80,
        "noc ticket feed-back HZ1-1 --result 'Works again' --cause 'The modem was defective'"
        " --prevention 'None needed' --channel email --sent by_us",
    ),
    (85, "noc ticket confirm HZ1-1 --who 王女士 --channel phone --how-tested 'She watched a film' --score 10"),
    (90, "noc ticket archive HZ1-1 --why-none 'Nothing new in it'"),
    (91, "noc sla explain HZ1-1"),
    (92, "noc ticket show HZ1-1"),
    (93, "noc store verify"),
)


@contextmanager
def training() -> Iterator[dict[str, str]]:
    """Make a training store with one lead, and give the environment in which ``noc`` works on it."""
    with tempfile.TemporaryDirectory(prefix="noc-record-") as folder:
        homes = dict.fromkeys(("XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME"), folder)
        environ = {
            **{name: value for name, value in os.environ.items() if not name.startswith("NOC_")},
            **homes, "NOC_STORE": str(Path(folder) / "walk.db"), "NOC_NOW": START.isoformat(), "TZ": "Asia/Shanghai",
            "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "NOC_LANG": "en", "NO_COLOR": "1", "PYTHONPATH": str(ROOT),
        }  # fmt: skip
        for words in (
            ("store", "init", "--training", "--code", "HZ1"),
            ("engineer", "add", "admin", "--roles", "admin", "--as", "admin"),
            ("engineer", "add", WHO, "--roles", "engineer", "--roles", "lead", "--as", "admin"),
        ):
            noc(words, environ)
        yield environ | {"NOC_ENGINEER": WHO}


def noc(words: tuple[str, ...] | list[str], environ: dict[str, str], pasted: str = "") -> str:
    """Run a command in the folder of the recording, and return what a person at a terminal would read.

    In this process, which spares a start for each of some hundred commands; the keys are pressed on a real terminal.
    """
    typed, said = (io.TextIOWrapper(io.BytesIO(given), "utf-8", write_through=True) for given in (pasted.encode(), b""))
    with (
        chdir(HERE), patch.dict(os.environ, environ, clear=True), patch.object(sys, "stdin", typed),
        redirect_stdout(said), redirect_stderr(said),
    ):  # fmt: skip
        code = main_of_noc(list(words))
    said.seek(0)
    return said.read() + (f"(exit {code})\n" if code else "")


def by_commands() -> str:
    """Return the walk as a shell shows it."""
    parts = [NOTE, "# From a mail to the archive, by commands\n", _about("commands")]
    with training() as environ:
        for minutes, typed in COMMANDS:
            parts.append(shell(minutes, typed, environ)[0])
    return "\n".join(parts)


def shell(minutes: int, typed: str, environ: dict[str, str], pasted: str = "") -> tuple[str, str]:
    """Run what is typed so many minutes after START; return it as a shell shows it, and what was said alone."""
    now = START + timedelta(minutes=minutes)
    said = plain(noc(shlex.split(typed)[1:], environ | {"NOC_NOW": now.isoformat()}, pasted))
    shown = f"{typed} <<'EOF'\n{pasted}EOF" if pasted else typed
    return f"```console\n{now:%H:%M} $ {shown}\n{said}```\n", said


def by_keys() -> str:
    """Return the walk as frames of a terminal."""
    frames = [NOTE, "# From a mail to the archive, by keys at 80x24\n", _about("keys")]

    def seen(what: str) -> None:
        see = walk.terminal
        see.rest()
        frames.append(f"{what}\n\n```text\n{plain(see.text)}```\n")

    with training() as environ:
        noc(("intake", "email", "mail.eml"), environ)
        walk = Walk(Terminal(environ=environ), seen)
        see = walk.terminal
        see.until("HZ1-1 .*LOS|HZ1-1 .*红灯")
        seen("The mail is the first ticket of the queue.")
        see.press("enter", shown="c  Complete")
        seen("Enter opens it: clocks, what happened, and what can be done next.")
        see.press("shift+tab", shown="Still missing")
        seen("Shift+Tab leads to the facts: what the mail did not say is still missing. The customer is asked now.")
        tab = ("tab",)
        walk.verb("c", "complete", "19:00", tab, "one household", tab, tab, ("5",), state="registered")
        walk.whole_way()
        walk.back()
        see.until("No open ticket")
        seen("Escape leads back to the queue: nothing is open any more.")
        walk.leave()
    return "\n".join(frames)


def _about(how: str) -> str:
    return (
        f"The mail is [mail.eml](mail.eml). It was taken in at {START:%H:%M} of a training store whose time is frozen,"
        f" and worked on by {how} alone by {WHO}, who is engineer and lead of a small shift.\n"
    )


def plain(said: str) -> str:
    """Leave out blanks at the ends of lines, and what differs each time: the checksum over the ids of the journal."""
    said = re.sub(r"(Digest:\s+)[0-9a-f]{64}", r"\1...", said)
    return "".join(f"{line.rstrip()}\n" for line in said.splitlines())


def main() -> None:
    """Write both pages."""
    for name, make in (("by-commands.md", by_commands), ("by-keys.md", by_keys)):
        (HERE / name).write_text(make(), encoding="utf-8")
        sys.stdout.write(f"{name}\n")


if __name__ == "__main__":
    main()
