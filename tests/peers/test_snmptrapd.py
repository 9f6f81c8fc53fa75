"""Traps from ``snmptrap`` through ``snmptrapd`` and its traphandle into the spool, and from there into the store."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from noc_console.config import Config
from noc_console.desk import spool
from noc_console.desk.desk import Desk
from noc_console.desk.filter import parse
from noc_console.desk.ticket import count
from tests.peers.daemon import NOC_SPOOL, free_port, program, running, until

LINK_DOWN = ".1.3.6.1.6.3.1.1.5.3"
IF_INDEX, IF_DESCR = ".1.3.6.1.2.1.2.2.1.1.7", ".1.3.6.1.2.1.2.2.1.2.7"
Send = Callable[..., None]


@pytest.fixture
def box(tmp_path: Path) -> Path:
    """Name the spool that the daemon writes to."""
    return tmp_path / "spool"


@pytest.fixture
def send(tmp_path: Path, box: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Send]:
    """Run snmptrapd and give the sender of traps; the first is an inform, which is repeated until it is heard."""
    daemon, sender = program("snmptrapd", "snmptrapd"), program("snmptrap", "snmp")
    port, state = free_port(), tmp_path / "snmp"
    monkeypatch.setenv("SNMP_PERSISTENT_DIR", str(state))
    monkeypatch.setenv("SNMPCONFPATH", str(state))
    state.mkdir()
    settings = tmp_path / "snmptrapd.conf"
    settings.write_text(
        f"disableAuthorization yes\ndoNotLogTraps yes\ntraphandle default {NOC_SPOOL} --dir {box} snmptrap\n"
    )
    command = [daemon, "-f", "-Lo", "-n", "-On", "-m", "", "-C", "-c", str(settings), f"udp:127.0.0.1:{port}"]

    def trap(*said: str, version: str = "2c", inform: bool = False) -> None:
        asked = ["-Ci", "-r", "60", "-t", "1"] if inform else []
        subprocess.run(
            [sender, "-v", version, "-c", "public", *asked, "-m", "", f"127.0.0.1:{port}", *said],
            check=True,
            capture_output=True,
        )

    with running(command, tmp_path / "snmptrapd.log"):
        trap("", LINK_DOWN, IF_INDEX, "i", "1", inform=True)
        until(lambda: spool.waiting(box) == 1, "the first trap in the spool")
        (first,) = (path for path in box.iterdir() if path.suffix == ".snmptrap")
        first.unlink()
        yield trap


def test_a_trap_arrives_in_the_form_of_traphandle(send: Send, box: Path) -> None:
    send("", LINK_DOWN, IF_INDEX, "i", "7", IF_DESCR, "s", "xe-0/0/7 到嘉兴")
    until(lambda: spool.waiting(box) == 1, "the trap in the spool")
    (path,) = (path for path in box.iterdir() if path.suffix == ".snmptrap")
    lines = path.read_bytes().splitlines()
    assert b"127.0.0.1" in lines[1]
    assert any(line.startswith(b".1.3.6.1.6.3.1.1.4.1.0 " + LINK_DOWN.encode()) for line in lines)
    assert any(line.startswith(IF_INDEX.encode() + b" 7") for line in lines)


def test_traps_in_a_row_all_arrive_and_leave_the_spool(send: Send, box: Path, tmp_path: Path) -> None:
    for number in range(20):
        send("", LINK_DOWN, IF_INDEX, "i", str(number), inform=True)
    enterprise = ("1.3.6.1.4.1.2011", "192.0.2.9", "6", "17", "55")
    send(*enterprise, IF_INDEX, "i", "9", version="1")
    until(lambda: spool.waiting(box) == 21, "all traps in the spool")
    with Desk.open(store=str(tmp_path / "store.db"), actor="wei", config=Config()) as desk:
        items = list(spool.drain(desk, box))
        assert len(items) == 21 and spool.waiting(box) == 0
        assert {item.parsed["name"] for item in items if item.parsed} >= {LINK_DOWN}
        assert "quarantined" not in {item.action for item in items}
        assert count(desk, parse("state:all")).number
