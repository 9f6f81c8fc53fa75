"""Whatever anybody tries, no ticket ends against the service rules, and clocks say what an independent count says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import event as seen
from hypothesis import strategies as st

from noc_console.desk import ticket
from noc_console.desk.filter import parse
from tests.desk.history import granted
from tests.desk.oracle import Oracle
from tests.desk.scene import PEOPLE, Scene, copy_of
from tests.desk.slow_journal import clock_complaints, mixed_store
from tests.desk.wild import Wild


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A peopled store whose policy measures P4 in business hours."""
    return mixed_store(tmp_path_factory.mktemp("mixed") / "store.db")


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    yield tmp_path_factory.mktemp("wild")


def complaints(scene: Scene) -> list[str]:
    """Return what the oracle and the slow clocks have against the store."""
    journal = granted(scene.admin)
    oracle = Oracle({**PEOPLE, "root": ()}, scene.admin.policy())
    return [*oracle.complaints(journal), *clock_complaints(scene, journal)]


@settings(max_examples=12, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(seed=st.integers(0, 2**32), steps=st.integers(30, 90))
def test_no_ticket_ends_against_the_rules(mixed: Path, places: Path, seed: int, steps: int) -> None:
    with copy_of(mixed, places / "store.db") as scene:
        wild = Wild(scene, seed)
        for _step in range(steps):
            wild.step()
        assert complaints(scene) == []
        for state in Counter(line.state for line in ticket.page(scene.admin, parse("state:all")).rows):
            seen(state)
        assert scene.is_sound()


@pytest.mark.parametrize(
    ("left_out", "rule"),
    [
        ("approve", "R31"),
        ("execute", "R31"),
        ("feed_back", "R38"),
        ("complete", "R44"),
        ("locate", "R28"),
        ("notice", "R33"),
        ("ratify", "R31"),
        ("accept", "R51"),
    ],
)
def test_the_oracle_misses_nothing_that_is_left_out(scene: Scene, left_out: str, rule: str) -> None:
    scene.later(hours=1)
    ref = scene.register(scope=None, channel="email", grade="P2", users_affected=10)
    scene.says("wei", ref, "accept")
    scene.says("wei", ref, "complete", scope="one site")
    scene.to(ref, "located")
    scene.says("wei", ref, "plan", plan="splice", interrupts="yes", backout="none")
    scene.says("wei", ref, "notice", who="Ms Wang", channel="phone", consent=True)
    given = {"how": "voice", "given_by": "gao", "given_at": scene.now, "number": "+86 1"}
    scene.says("wei", ref, "approve", **given)
    scene.says("wei", ref, "execute", checker="fang")
    scene.says("gao", ref, "ratify")
    scene.to(ref, "closed")
    journal = granted(scene.admin)
    assert list(Oracle(PEOPLE, scene.admin.policy()).complaints(journal)) == []
    cut = [act for act in journal if act.event != left_out]
    assert any(rule in complaint for complaint in Oracle(PEOPLE, scene.admin.policy()).complaints(cut))
