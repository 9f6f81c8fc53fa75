"""The day of the demo can be lived: every act of it is one that the machines allow, at any hour of any day."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from noc_console.config import Config
from noc_console.desk import demo, outbox, quarantine, ticket
from noc_console.desk import store as stores
from noc_console.desk.desk import Desk
from noc_console.desk.filter import parse
from noc_console.errors import Conflict, StoreUnavailable
from noc_console.store import refold, verify
from noc_console.workflows.catalogue import workflow
from noc_console.workflows.policy_values import DOMAINS


@pytest.mark.parametrize("now", ["2026-11-28T14:30+08:00", "2026-10-01T02:10+08:00", "2027-03-01T23:59:59+00:00"])
def test_the_day_is_lived_whatever_the_hour(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, now: str) -> None:
    monkeypatch.setenv("NOC_NOW", now)
    store = str(tmp_path / "demo.db")
    assert demo.fill(store, Config(), "wang.fang") > 100
    with Desk.open(store=store, actor="wang.fang", config=Config()) as desk:
        rows = list(ticket.records(desk, parse("state:all")))
        for kind in ("fault", "request"):
            states = {row["state"] for row in rows if (row["service_type"] == "fault") is (kind == "fault")}
            wanted = {state.name for state in workflow(kind).states}
            missing = (
                wanted - states - (set() if kind == "fault" else {state.name for state in workflow("fault").states})
            )
            assert missing == set(), kind
        assert {row["domain"] for row in rows} >= set(DOMAINS)
        assert {row["language"] for row in rows} >= {"en", "zh"}
        assert any(row["parent"] for row in rows) and any(row["breached"] for row in rows)
        assert any(row["owner"] == "wang.fang" for row in rows)
        (cut,) = (row for row in rows if "Fibre cut" in row["subject"])
        (storm,) = (row for row in rows if row["subject"].startswith("CircuitDown"))
        assert (storm["parent"], storm["state"]) == (cut["id"], "accepted"), "the storm is part of the cut"
        assert outbox.page(desk) and quarantine.page(desk)
        with desk.reading() as connection:
            assert connection.execute(text("SELECT count(*) FROM verdict WHERE verdict = 'refused'")).scalar_one() == 0
            assert connection.execute(text("SELECT max(confirmed_ms) FROM verdict")).scalar_one() <= _ms(desk)
        assert not [*verify.chains(desk.engine), *refold.rows(desk.engine, repair=False)]


def _ms(desk: Desk) -> int:
    return int(desk.now().timestamp() * 1000)


def test_a_store_in_which_people_work_is_never_a_demo(tmp_path: Path) -> None:
    store = str(tmp_path / "live.db")
    Desk.open(store=store, actor="wei", config=Config()).close()
    before = (tmp_path / "live.db").read_bytes()
    for act in (demo.is_there, demo.forget):
        with pytest.raises(Conflict, match="no training store"):
            act(store)
    assert (tmp_path / "live.db").read_bytes() == before


def test_a_demo_of_an_older_release_is_told_anew(tmp_path: Path) -> None:
    store = str(tmp_path / "demo store.db")
    stores.init(store, Config(), training=True, code="HZ1")
    with closing(sqlite3.connect(store)) as file:
        file.execute("PRAGMA user_version = 1001")
    with pytest.raises(StoreUnavailable, match=rf'noc store migrate --store "{re.escape(store)}"'):
        Desk.open(store=store, actor="wei", config=Config())
    assert demo.is_there(store)
    with pytest.raises(StoreUnavailable) as refused:
        demo.refuse_older(store, "noc demo --fresh")
    assert "noc demo --fresh" in refused.value.hint and "noc store migrate" in refused.value.hint
    demo.forget(store)
    assert not demo.is_there(store)


def test_other_days_are_told_to_a_training_store_only(tmp_path: Path) -> None:
    from noc_console.clock import now
    from noc_console.errors import UsageError

    with (
        Desk.open(store=str(tmp_path / "live.db"), actor="wei", config=Config()) as desk,
        pytest.raises(UsageError, match="training"),
    ):
        desk.as_of(now(), desk.actor)


def test_a_day_that_is_broken_off_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken_off(_day: demo.Day, _at: datetime) -> None:
        raise KeyboardInterrupt

    store = tmp_path / "demo.db"
    monkeypatch.setattr(demo.Day, "_timers", broken_off)
    with pytest.raises(KeyboardInterrupt):
        demo.fill(str(store), Config(), "wei")
    assert not store.exists() and not demo.is_there(str(store))
