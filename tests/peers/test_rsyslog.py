"""Messages from ``logger`` through ``rsyslogd`` and the script of docs/operate.md into the spool, each confirmed."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from noc_console.config import Config
from noc_console.desk import spool
from noc_console.desk.desk import Desk
from tests.peers.daemon import NOC_SPOOL, free_port, program, running, until
from tests.repository import ROOT

SETTINGS = """
module(load="imudp")
module(load="omprog")
input(type="imudp" address="127.0.0.1" port="{port}")
template(name="as_received" type="string" string="%rawmsg%\\n")
action(type="omprog" binary="{script}" template="as_received" confirmMessages="on" action.resumeRetryCount="-1"
       action.resumeInterval="1")
"""
Log = Callable[..., None]


def script_of_the_manual() -> str:
    """Return the script that the manual gives to rsyslog."""
    page = (ROOT / "docs" / "operate.md").read_text(encoding="utf-8")
    found = re.search(r"```sh\n(#!/bin/sh\n# noc-rsyslog.*?)```", page, re.DOTALL)
    assert found is not None
    return found[1]


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Log]:
    """Run rsyslogd and give the sender of messages; the spool is ``tmp_path / "spool"``."""
    daemon, sender, port = program("rsyslogd", "rsyslog"), program("logger", "bsdutils"), free_port()
    script, settings = tmp_path / "noc-rsyslog", tmp_path / "rsyslog.conf"
    spooling = f"{{ echo tried >> {tmp_path / 'tried'}; {NOC_SPOOL} --dir {tmp_path / 'spool'} syslog; }}"
    stored, manual = "/opt/noc/bin/noc-spool --dir /srv/noc/spool syslog", script_of_the_manual()
    assert stored in manual
    script.write_text(manual.replace(stored, spooling))
    script.chmod(0o755)
    settings.write_text(SETTINGS.format(port=port, script=script))

    def write(*said: str) -> None:
        subprocess.run([sender, "--server", "127.0.0.1", "--udp", "--port", str(port), *said], check=True)

    box = tmp_path / "spool"
    with running([daemon, "-n", "-f", str(settings), "-i", str(tmp_path / "pid")], tmp_path / "rsyslogd.log"):

        def heard() -> bool:
            write("--rfc3164", "are you there")
            return spool.waiting(box) > 0

        until(heard, "rsyslogd hears")
        yield write


def texts(box: Path) -> list[bytes]:
    return [path.read_bytes() for path in sorted(box.iterdir()) if path.suffix == ".syslog"]


def test_messages_arrive_as_they_were_sent(log: Log, tmp_path: Path) -> None:
    log("--rfc3164", "-p", "local7.err", "-t", "ifmgr", "%LINK-3-UPDOWN: Interface Gi0/7, changed state to down")
    log("--rfc5424", "-p", "local0.crit", "-t", "power", "mains lost 市电中断")
    box = tmp_path / "spool"
    until(lambda: any(b"mains lost" in text for text in texts(box)), "both messages in the spool")
    found = [text for text in texts(box) if b"are you there" not in text]
    assert len(found) == 2
    assert found[0].startswith(b"<187>") and b"%LINK-3-UPDOWN" in found[0]
    assert found[1].startswith(b"<130>1 ") and "市电中断".encode() in found[1]
    with Desk.open(store=str(tmp_path / "store.db"), actor="wei", config=Config()) as desk:
        items = list(spool.drain(desk, box))
        assert spool.waiting(box) == 0
        assert "quarantined" not in {item.action for item in items}
        assert any(item.parsed and item.parsed["labels"].get("interface") == "Gi0/7" for item in items)


def test_what_the_spool_cannot_take_waits_with_rsyslog(log: Log, tmp_path: Path) -> None:
    box, tried = tmp_path / "spool", tmp_path / "tried"
    until(lambda: len(texts(box)) == _times(tried), "all greetings in the spool")
    box.rename(tmp_path / "away")
    box.write_bytes(b"in the way")
    before = _times(tried)
    log("--rfc3164", "while it was away")
    until(lambda: _times(tried) > before, "it was tried")
    box.unlink()
    (tmp_path / "away").rename(box)
    until(lambda: any(b"while it was away" in text for text in texts(box)), "the message after the trouble")


def _times(tried: Path) -> int:
    return tried.read_text().count("tried")
