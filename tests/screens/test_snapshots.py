"""A few pictures: the queue narrow and wide, a ticket, and a terminal without colours."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from textual.pilot import Pilot

from noc_console import i18n
from tests.screens.driver import Office, Person, make_app

Compare = Callable[..., bool]


@pytest.fixture
def day(office: Office) -> Office:
    """Give a queue with something of everything."""
    cut = office.ticket(
        "Fibre cut Hangzhou-Jiaxing, 212 circuits", domain="transmission", grade="P1", requester="NOC East"
    )
    office.ticket("Whole PON port down, olt-bj3 0/4", grade="P2", requester="Monitoring")
    flap = office.ticket("BGP flap to upstream", domain="data", requester="Acme Bank")
    home = office.ticket("宽带上不了网，光猫红灯", grade="P4", requester="王女士")
    for made in (cut, flap, home):
        office.act("accept", made.record, contacted=True)
    office.act("diagnose", cut.record)
    office.act("note", cut.record, text="OTDR from site B: reflective event at 12.4 km")
    reason = next(code for code, one in office.desk().policy().wait_reasons.items() if one.pauses)
    office.act("wait_customer", home.record, reason=reason, who_agreed="王女士", until=office.now.replace(hour=23))
    office.pass_time(hours=4, minutes=10)
    return office


def after(*keys: str) -> Callable[[Pilot[Any]], Any]:
    """Return what presses keys and waits, before the picture is taken."""

    async def press(pilot: Pilot[Any]) -> None:
        person = Person(pilot.app, pilot)  # type: ignore[arg-type]
        await person.settle()
        await person.press(*keys)
        if pilot.app.size.width >= 100:
            await person.until("HZ1-2 Whole")

    return press


def test_queue_narrow(day: Office, snap_compare: Compare) -> None:
    assert snap_compare(make_app(day.desk(), day), terminal_size=(80, 24), run_before=after("space"))


def test_queue_wide_in_chinese(day: Office, snap_compare: Compare) -> None:
    i18n.set_language("zh")
    assert snap_compare(make_app(day.desk(), day), terminal_size=(140, 45), run_before=after())


def test_ticket(day: Office, snap_compare: Compare) -> None:
    assert snap_compare(make_app(day.desk(), day), terminal_size=(80, 24), run_before=after("enter"))


def test_without_colours(day: Office, snap_compare: Compare, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert snap_compare(make_app(day.desk(), day), terminal_size=(80, 24), run_before=after("space"))
