"""Whatever order alarms come in: none is lost, none has two tickets at once, a second reading changes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from noc_console.desk import timers
from noc_console.desk.intake_item import IntakeItem
from noc_console.store.tables import table
from tests.desk.alarms import Alarms, alarm
from tests.desk.scene import Scene, copy_of, template_at

RULES = """
alarms.storm_tickets = 3
[[alarm_rules]]
name = "lab"
action = "ignore"
reason = "the lab"
match.object = "LAB*"
[[alarm_rules]]
name = "slow"
action = "hold"
for = "3m"
match.name = "slow*"
[[alarm_rules]]
name = "cut"
action = "fold"
by = ["label:cable"]
within = "10m"
circuit = "object"
match.labels.cable = "*"
"""
#: What can be said: of each, raised and cleared, three severities.
ABOUT: tuple[dict[str, Any], ...] = (
    *(alarm("bgpPeerDown", f"R{n}") for n in range(3)),
    *(alarm("LOS", f"C{n}", labels={"cable": "A"}) for n in range(3)),
    alarm("slowFan", "S1"),
    alarm("slowFan", "S2", labels={"cable": "A"}),
    alarm("bgpPeerDown", "LAB1"),
    alarm("odd", None),
)
SAID = st.builds(
    lambda about, cleared, severity: about | {"state": "cleared" if cleared else "raised", "severity": severity},
    st.sampled_from(ABOUT),
    st.booleans(),
    st.sampled_from(["critical", "major", "minor"]),
)
STEP = st.one_of(
    st.tuples(st.just("new"), st.lists(SAID, min_size=1, max_size=6)),
    st.tuples(st.just("again"), st.integers(0, 20)),
    st.tuples(st.just("dry"), st.lists(SAID, min_size=1, max_size=6)),
    st.tuples(st.just("later"), st.integers(10, 400)),
    st.tuples(st.just("end"), st.sampled_from(["come_clear", "merge", "cancel"])),
)


@pytest.fixture(scope="module")
def ruled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A peopled store with the rules."""
    path = template_at(tmp_path_factory.mktemp("ruled") / "store.db")
    scene = Scene(str(path))
    Alarms(scene).rules(RULES)
    scene.admin.close()
    return path


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    yield tmp_path_factory.mktemp("alarms")


class Run:
    """A store that alarms come into, and what was said of each delivery."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.alarms = Alarms(scene)
        self.deliveries: list[tuple[str, list[dict[str, Any]], list[IntakeItem]]] = []
        self.reports: Counter[str] = Counter()

    def step(self, what: str, value: Any) -> None:
        """Do one thing."""
        getattr(self, what)(value)

    def new(self, said: list[dict[str, Any]]) -> None:
        """Bring a new delivery, which a dry run foretells."""
        name = f"d{len(self.deliveries)}"
        told = self.alarms.take(*said, delivery=name, dry_run=True)
        items = self.alarms.take(*said, delivery=name)
        assert [item.action for item in told] == [item.action for item in items]
        assert [item.index for item in items] == list(range(len(said)))
        self.deliveries.append((name, said, items))
        self.reports.update(f"{one['name']}/{one['object']}" for one in said)
        for item in items:
            assert item.ref or item.reason, "a ticket, or why none"

    def again(self, n: int) -> None:
        """Read a delivery a second time."""
        if self.deliveries:
            name, said, _items = self.deliveries[n % len(self.deliveries)]
            token = self.scene.admin.token()
            assert {item.action for item in self.alarms.take(*said, delivery=name)} == {"duplicate"}
            assert self.scene.admin.token() == token

    def dry(self, said: list[dict[str, Any]]) -> None:
        """Only ask."""
        token = self.scene.admin.token()
        self.alarms.take(*said, delivery="dry", dry_run=True)
        assert self.scene.admin.token() == token

    def later(self, seconds: int) -> None:
        """Let time pass, and the timers run."""
        self.scene.later(seconds=seconds)
        timers.run(self.scene.admin)

    def end(self, event: str) -> None:
        """Let somebody end or merge a ticket, where its machine allows it."""
        rows = [row for row in self.rows("ticket") if row.open and row.state == "registered"]
        if not rows:
            return
        ref, at = rows[0].ref, self.scene.now
        given: dict[str, dict[str, Any]] = {
            "come_clear": {"how": "by_itself", "cleared_at": at, "how_verified": "looked"},
            "merge": {"into": rows[-1].id},
            "cancel": {"words": "not needed", "who": "noc", "channel": "phone"},
        }
        if event == "merge" and (len(rows) < 2 or rows[0].parent or rows[-1].parent):
            return
        if any(row.parent == rows[0].id for row in rows):
            return
        self.scene.says("chen", ref, event, **given[event])

    def rows(self, name: str) -> list[Any]:
        """Return the rows of a table."""
        with self.scene.admin.reading() as connection:
            return list(connection.execute(select(table(name))))

    def judge(self) -> None:
        """Hold the store to what must be true of it."""
        open_tickets = {row.id for row in self.rows("ticket") if row.open}
        on_tickets, watched = self.rows("alarm"), self.rows("alarm_watch")
        counted: Counter[str] = Counter()
        for row in (*on_tickets, *watched):
            counted[row.fingerprint] += row.count
        for fingerprint, number in self.reports.items():
            # what was held back is counted again on the ticket that was opened for it
            twice = sum(row.count for row in watched if row.fingerprint == fingerprint and row.state == "opened")
            assert number <= counted[fingerprint] <= number + twice, f"{fingerprint} is lost, or counted twice"
            homes = {row.record for row in on_tickets if row.fingerprint == fingerprint} & open_tickets
            assert len(homes) <= 1, f"{fingerprint} has two open tickets"
        for ticket in self.rows("ticket"):
            own = [row for row in on_tickets if row.record == ticket.id]
            assert ticket.alarms == len(own)
            assert ticket.alarms_raised == sum(row.state == "raised" for row in own)
            assert ticket.alarm_reports == sum(row.count for row in own)
            assert (ticket.cleared_at is not None) == (bool(own) and not ticket.alarms_raised)
        assert self.scene.is_sound(), "rows are what the journal makes them"


@settings(max_examples=25)
@given(steps=st.lists(STEP, min_size=1, max_size=14))
def test_no_alarm_is_lost_and_none_has_two_tickets(ruled: Path, places: Path, steps: list[tuple[str, Any]]) -> None:
    with copy_of(ruled, places / "store.db") as scene:
        run = Run(scene)
        for what, value in steps:
            run.step(what, value)
        run.judge()
