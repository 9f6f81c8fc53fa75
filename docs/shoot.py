"""Takes the pictures of docs/screens: every screen at 80x24 and 140x45 in both languages, from a training store.

    python docs/shoot.py [NAME ...]

People, customers and times are invented and frozen, so the pictures change only when the screens do.
"""

from __future__ import annotations

import asyncio
import os
import re
import sys
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import escape, unescape
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from textual.pilot import Pilot

from noc_console import i18n
from noc_console.config import Config
from noc_console.desk import diagnosis, register
from noc_console.desk import store as stores
from noc_console.desk.act import Wish, act
from noc_console.desk.desk import Desk
from noc_console.desk.intake_item import hold
from noc_console.keys import Keymap
from noc_console.screens.app import NocApp
from noc_console.text import WIDE, cell_width
from noc_console.workflows.machine import Actor

PICTURES = Path(__file__).parent / "screens"
SIZES = ((80, 24), (140, 45))
NOW = datetime(2026, 11, 23, 15, 41, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Shanghai")
#: The preview is read when the cursor has rested.
REST_S = 0.15
#: What Textual's pictures would fetch from elsewhere; a reader's own monospaced font does.
_FONTS = re.compile(r"@font-face\s*\{[^}]*\}")
_TEXT = re.compile(
    r'<text (?P<before>class="[^"]*-r\d+") x="(?P<x>[^"]+)" (?P<y>y="[^"]+") textLength="[^"]+"(?P<after>[^>]*)>'
    r"(?P<text>[^<]*)</text>"
)
_RUN = re.compile(rf"[{WIDE}]+|[^{WIDE}\xa0]+(?:\xa0[^{WIDE}\xa0]+)*|\xa0+")
#: Units of a picture that a cell is wide.
_CELL = 12.2

Keys = Callable[[Pilot[None]], Awaitable[None]]


#: What could not be taken: minutes ago, channel, original, why.
HELD = (
    (
        38,
        "snmptrap",
        b"sw-hz-12\nUDP: [192.0.2.12]:51034->[192.0.2.1]:162\n.1.3.6.1.2.1.1.3.0 3:7:12:40.11\n",
        "the trap names no .1.3.6.1.6.3.1.1.4.1.0",
    ),
    (21, "syslog", bytes.fromhex("16030100a5010000a10303") + bytes(range(90)), "no syslog: it begins with no priority"),
    (4, "email", "Subject: 站点掉电\n\n海宁站市电中断，蓄电池供电中。\n".encode("gb18030"), "the mail has no sender"),
)


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture: its name, the keys that lead to it, and whether the store is empty."""

    name: str
    keys: tuple[str, ...] = ()
    empty: bool = False


SHOTS = (
    Shot("first-run", empty=True),
    Shot("queue"),
    Shot("queue-marks", ("space", "space", "space")),
    Shot("queue-filter", ("slash", *"gra")),
    Shot("bulk", ("space", "space", "space", "i")),
    Shot("ticket", ("enter",)),
    Shot("ticket-arithmetic", ("enter", "f3")),
    Shot("blocked", ("enter", "p")),
    Shot("form", ("enter", "i", "f2")),
    Shot("solve", ("j", "j", "j", "enter", "f6")),
    Shot("registration", ("n",)),
    Shot("registration-similar", ("n", *"Hangzhou", "space", *"fibre", "space", *"cut")),
    Shot("diagnosis", ("2", "j")),
    Shot("diagnosis-step", ("2", "j", "enter")),
    Shot("diagnosis-warning", ("2", "enter", "space")),
    Shot("diagnosis-trees", ("2", "end", "enter")),
    Shot("consult", ("j", "j", "j", "j", "enter", "f9")),
    Shot("help", ("enter", "question_mark")),
    Shot("palette", ("enter", "ctrl+p")),
    Shot("store", ("7",)),
    Shot("quarantine", ("0",)),
)


class Training:
    """A training store with a small night on it; ``at`` moves its clock."""

    def __init__(self, folder: Path, *, empty: bool) -> None:
        self.path = str(folder / "training.db")
        self.config = Config(zone=ZONE, theme="dark")
        self.at(NOW - timedelta(hours=5))
        stores.init(self.path, self.config, training=True, code="HZ1")
        self.desk = Desk.open(store=self.path, actor="zhang.wei", via="console", config=self.config)
        if not empty:
            self._people()
            self._tickets()
            self._held()
        self.at(NOW)

    def _held(self) -> None:
        """Put what could not be taken into quarantine."""
        service = self.desk.as_service("intake", "cli")
        for minutes, channel, raw, why in HELD:
            self.at(NOW - timedelta(minutes=minutes))
            hold(service, channel, f"{channel}.in", 0, raw, "unreadable", why)

    def at(self, instant: datetime) -> None:
        """Set the clock."""
        os.environ["NOC_NOW"] = instant.isoformat()

    def _people(self) -> None:
        for name, roles in {"li.na": ("engineer",), "chen.bo": ("engineer", "lead")}.items():
            register.put(self.desk, "engineer", {"name": name, "roles": roles})
        bank = {"name": "Acme Bank", "type": "enterprise", "contract": "C-204", "contract_class": "AAA"}
        register.put(self.desk, "customer", bank | {"phone": "+49 30 1234567"})

    def ticket(self, minutes: int, subject: str, grade: str, domain: str, requester: str, **more: Any) -> str:
        """Register a ticket so many minutes ago and return its id."""
        self.at(NOW - timedelta(minutes=minutes))
        inputs = {
            "channel": "hotline",
            "subject": subject,
            "symptom": more.pop("symptom", "loss of signal"),
            "occurred_at": self.desk.now() - timedelta(minutes=3),
            "scope": more.pop("scope", "one site"),
            "contact": more.pop("contact", "+86 138 0013 8000"),
            "domain": domain,
            "grade": grade,
            "requester": requester,
            "requester_type": more.pop("requester_type", "enterprise"),
            **more,
        }
        return act(self.desk, Wish("fault", "", "register", inputs)).record

    def says(self, who: str, minutes: int, record: str, event: str, /, *, kind: str = "fault", **inputs: Any) -> str:
        """Let somebody do an event so many minutes ago, and return the record."""
        self.at(NOW - timedelta(minutes=minutes))
        roles = frozenset({"engineer", "lead"} if who == "chen.bo" else {"engineer"})
        desk = Desk(self.desk.engine, self.desk.place, Actor(who, roles), "console", self.config)
        return act(desk, Wish(kind, record, event, inputs)).record

    def _tickets(self) -> None:
        cut = self.ticket(
            262, "Fibre cut Hangzhou-Jiaxing, 212 circuits", "P2", "transmission", "Acme Bank",
            scope="212 circuits, 96 customers", users_affected=4200, objects=("circuit:HZ-JX-0042",),
        )  # fmt: skip
        self.says("zhang.wei", 258, cut, "accept", contacted=True)
        self.says("zhang.wei", 255, cut, "diagnose")
        self.says(
            "zhang.wei",
            40,
            cut,
            "inform",
            channel="phone",
            text="OTDR shows the break at 12.4 km; splicing team on the way",
        )
        self.says("zhang.wei", 12, cut, "note", text="OTDR from site B: reflective event at 12.4 km, loss 18 dB")
        self.ticket(
            11, "Whole PON port down, olt-bj3 0/4", "P2", "access", "", requester_type="internal", scope="38 users"
        )
        flap = self.ticket(75, "BGP flap to upstream", "P3", "data", "Northwind Ltd", contact="noc@northwind.example")
        self.says("li.na", 70, flap, "accept", contacted=True)
        self.says("li.na", 60, flap, "diagnose")
        self.says(
            "li.na", 20, flap, "locate", cause_code="DT-PORT", location="port xe-0/0/3 of pe2.hz",
            evidence="rx power -27.5 dBm, limit -24",
        )  # fmt: skip
        home = self.ticket(
            200, "宽带上不了网，光猫红灯", "P4", "access", "王女士", requester_type="individual",
            symptom="光猫 LOS 红灯常亮", scope="一户", language="zh",
        )  # fmt: skip
        self.says("li.na", 190, home, "accept", contacted=True)
        until = NOW + timedelta(hours=14)
        self.says("li.na", 60, home, "wait_customer", reason="no_access", who_agreed="王女士", until=until)
        self.ticket(
            36,
            "小区基站退服，用户投诉无信号",
            "P3",
            "wireless",
            "客服三班",
            requester_type="internal",
            scope="约 600 户",
        )
        self.ticket(5, "Invoice run slow since 23:00", "P4", "bss_oss", "Billing desk", requester_type="internal")
        self._diagnosis()
        self._consult(flap)

    def _consult(self, ticket: str) -> None:
        """Let the night's lead call experts together, who have said what it could be, and decide."""
        call = {
            "ticket": ticket, "reason": "several_domains", "chair": "chen.bo", "due_at": NOW + timedelta(minutes=20),
            "facts_known": "The session to the upstream drops every 40 minutes; rx power -27.5 dBm, limit -24",
            "risk": "A change of the module interrupts 12 customers for two minutes",
        }  # fmt: skip
        asked = self.says("li.na", 15, "", "call", kind="consult", **call)
        for minutes, event, inputs in (
            (14, "join", {"domain": "transmission", "level": "lead"}),
            (13, "join", {"name": "老王", "company": "设备厂商", "level": "vendor"}),
            (9, "gather", {}),
            (8, "exclude", {"cause": "routing policy", "evidence": "unchanged for 90 days"}),
            (6, "suppose", {"cause": "optical module is ageing", "test": "swap it with the spare of port 5"}),
            (3, "decide", {"who": "li.na", "what": "更换 xe-0/0/3 光模块", "until": NOW + timedelta(hours=1)}),
        ):
            self.says("chen.bo", minutes, asked, event, kind="consult", **inputs)

    def _diagnosis(self) -> None:
        """Go some steps through a tree for a fault of the night: to its next step, and to a warning in another."""
        dark = self.ticket(
            34, "Flat 402 dark, red light on the box", "P4", "access", "Ms Wang", requester_type="individual"
        )
        self.says("zhang.wei", 30, dark, "accept", contacted=True)
        for tree, answers in (("AC-T1", "32"), ("AC-T3", "211")):
            self.at(NOW - timedelta(minutes=12))
            run = diagnosis.start(self.desk, dark, tree).ref
            for choice in answers:
                diagnosis.answer(self.desk, run, {"choice": choice})


async def shoot(shot: Shot, size: tuple[int, int], language: str) -> None:
    """Take one picture."""
    i18n.set_language(language)
    with tempfile.TemporaryDirectory(prefix="noc-shoot-") as folder:
        for name in ("XDG_STATE_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"):
            os.environ[name] = folder
        training = Training(Path(folder), empty=shot.empty)
        app = NocApp(training.desk, Keymap({}, {}), store=training.path, polling=False)
        async with app.run_test(size=size, notifications=True) as pilot:
            await settled(pilot)
            for key in shot.keys:
                await pilot.press(key)
                await settled(pilot)
            picture = _FONTS.sub("", app.export_screenshot(title="")).replace(folder, "/srv/noc")
            picture = _TEXT.sub(_in_its_cells, picture)
        training.desk.close()
    name = f"{shot.name}-{size[0]}x{size[1]}-{language}.svg"
    (PICTURES / name).write_text(_steady(picture), encoding="utf-8")
    sys.stdout.write(f"{name}\n")


async def settled(pilot: Pilot[None]) -> None:
    """Wait until the workers have answered and what they brought is painted."""
    for _round in range(4):
        await pilot.app.workers.wait_for_complete()
        await pilot.pause(REST_S)


def _in_its_cells(found: re.Match[str]) -> str:
    """Place a text of a picture cell by cell, as on a terminal.

    Rich gives a Chinese character one cell of the length, so that browsers squeeze it, and some programs drop the
    blanks that a text begins with: each run stands where it begins, and is as long as its cells.
    """
    column, parts = float(found["x"]) / _CELL, []
    for run in _RUN.findall(unescape(found["text"].replace("&#160;", "\xa0"))):
        cells = cell_width(run)
        if not run.isspace():
            x, length = (f"{number * _CELL:.1f}".removesuffix(".0") for number in (column, cells))
            words = escape(run).replace("\xa0", "&#160;")
            parts.append(
                f'<text {found["before"]} x="{x}" {found["y"]} textLength="{length}"{found["after"]}>{words}</text>'
            )
        column += cells
    return "".join(parts) + "\n" * found["text"].endswith("\n")


def _steady(picture: str) -> str:
    """Give what is random in a picture one value, so that it changes with the screens only; no blanks at ends."""
    steady = re.sub(r"terminal-\d+", "terminal-1", picture)
    steady = re.sub(r"[0-9a-f]{12}(?=<)", "5f0c1d2e3a4b", steady)
    steady = re.sub(r"\d+(?=&#160;MiB)", "64000", steady)  # what is free on the disk of whoever takes it
    return "\n".join(line.rstrip() for line in steady.splitlines()) + "\n"


def main() -> None:
    """Take the pictures that are named, or all."""
    PICTURES.mkdir(exist_ok=True)
    wanted = set(sys.argv[1:])
    for shot in SHOTS:
        if wanted and shot.name not in wanted:
            continue
        for size in SIZES:
            for language in ("en", "zh"):
                asyncio.run(shoot(shot, size, language))


if __name__ == "__main__":
    main()
