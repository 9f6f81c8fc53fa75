"""The receiver as a program: a real Alertmanager posts to it; signals end it; wrong options are told."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest

from tests.cli.conftest import Noc

ALERTMANAGER = shutil.which("prometheus-alertmanager")
#: Another program's start on a busy machine; nothing is asserted of time.
PATIENCE_S = 60.0
MAIN = "import sys; from noc_console.cli.main import main; sys.exit(main())"
CONFIG = """
route: {receiver: noc, group_by: ['...'], group_wait: 100ms, group_interval: 200ms, repeat_interval: 1h}
receivers:
  - name: noc
    webhook_configs: [{url: '%s', send_resolved: true, http_config: {authorization: {credentials: s3cret}}}]
"""


def until(found: Callable[[], Any]) -> Any:
    """Ask until there is an answer."""
    end = monotonic() + PATIENCE_S
    while monotonic() < end:
        answer = found()
        if answer:
            return answer
        sleep(0.05)
    raise AssertionError("it did not happen")


@contextmanager
def program(*args: str, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """Run a program for a block."""
    environ = {**os.environ, "PYTHONUNBUFFERED": "1", **environment}
    running = subprocess.Popen(
        args, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8", env=environ, stdin=subprocess.DEVNULL
    )
    try:
        yield running
    finally:
        if running.poll() is None:
            running.kill()
        running.communicate()


@contextmanager
def receiver(tmp_path: Path, *args: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run the receiver; give it and its address."""
    command = (sys.executable, "-c", MAIN, "intake", "alertmanager", "--listen", "127.0.0.1:0", *args)
    store = {"NOC_STORE": str(tmp_path / "noc.db"), "NOC_ENGINEER": "wang", "NOC_LISTEN_TOKEN": "s3cret"}
    with program(*command, **store) as running:
        assert running.stderr is not None
        said = ""
        while "listening at" not in said:
            said = running.stderr.readline()
            assert said, "it ended before it listened"
        yield running, said.split()[-1]


@contextmanager
def alertmanager(tmp_path: Path, webhook: str) -> Iterator[str]:
    """Run an Alertmanager that posts to a webhook; give the address of its API."""
    assert ALERTMANAGER is not None
    config = tmp_path / "alertmanager.yml"
    config.write_text(CONFIG % webhook, encoding="utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        place = f"127.0.0.1:{free.getsockname()[1]}"
    options = (f"--config.file={config}", f"--storage.path={tmp_path / 'data'}", f"--web.listen-address={place}")
    with program(ALERTMANAGER, *options, "--cluster.listen-address=") as running:

        def is_ready() -> bool:
            assert running.poll() is None
            try:
                with urllib.request.urlopen(f"http://{place}/-/ready", timeout=5) as answer:
                    return bool(answer.status == 200)
            except OSError:
                return False

        until(is_ready)
        yield f"http://{place}/api/v2/alerts"


def post(api: str, **ends: str) -> None:
    """Post an alert to an Alertmanager."""
    alert = {"labels": {"alertname": "BgpDown", "instance": "R1", "severity": "critical"}, **ends}
    body = json.dumps([{**alert, "annotations": {"summary": "邻居中断"}}]).encode()
    asked = urllib.request.Request(api, body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(asked, timeout=10) as answer:
        assert answer.status == 200


@pytest.mark.skipif(ALERTMANAGER is None, reason="prometheus-alertmanager is not installed")
def test_what_a_real_alertmanager_fires_and_resolves_is_a_ticket_and_its_clear(noc: Noc, tmp_path: Path) -> None:
    store = ("--store", str(tmp_path / "noc.db"))

    def rows() -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = noc("ticket", "list", *store, "-o", "json").json
        return found

    with receiver(tmp_path) as (running, url), alertmanager(tmp_path, url) as api:
        post(api)
        (row,) = until(rows)
        assert (row["subject"], row["grade"], row["domain"]) == ("BgpDown R1", "P2", "data")
        assert (row["source"]["channel"], row["channel"]) == ("alertmanager", "monitoring")
        assert "邻居中断" in row["symptom"]
        post(api, endsAt=(datetime.now(UTC) - timedelta(seconds=1)).isoformat())
        (cleared,) = until(lambda: [row for row in rows() if row["cleared_at"]])
        assert (cleared["ref"], cleared["state"]) == (row["ref"], "registered")
        steps = noc("ticket", "next", row["ref"], *store, "-o", "json").json
        assert (steps[0]["event"], steps[0]["proposed"]) == ("come_clear", True)
        running.send_signal(signal.SIGTERM)
        out, err = running.communicate(timeout=PATIENCE_S)
    assert running.returncode == 0
    assert [line.split()[2] for line in out.splitlines()] == ["opened", "cleared"]
    assert "Traceback" not in err
    assert noc("store", "verify", *store).code == 0


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such signals to send")
@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_cleanly(tmp_path: Path, sent: signal.Signals) -> None:
    with receiver(tmp_path, "-o", "ndjson") as (running, _url):
        running.send_signal(sent)
        out, err = running.communicate(timeout=PATIENCE_S)
    assert (running.returncode, out, err) == (0, "", "")


def test_wrong_options_are_told(noc: Noc) -> None:
    kind = ("intake", "alertmanager")
    wrong = {
        (): "FILE is missing",
        ("--once", "1", "x"): "belong to --listen",
        ("--listen", "127.0.0.1:0", "x"): "do not go together",
        ("--listen", "0.0.0.0:0"): "can be reached by other machines",
        ("--listen", "nowhere"): "no place to listen at",
        ("--listen", "127.0.0.1:0", "--dry-run"): "stores what it takes",
    }
    for args, why in wrong.items():
        said = noc(*kind, *args)
        assert (said.code, said.out) == (2, ""), args
        assert why in said.err
