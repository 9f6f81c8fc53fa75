"""A few pictures: the queue narrow and wide, a ticket, and a terminal without colours."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from textual.pilot import Pilot

from noc_console import i18n
from noc_console.desk.ticket import row_of
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


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("size", [(80, 24), (140, 45)], ids=["80x24", "140x45"])
def test_consultation(day: Office, snap_compare: Compare, size: tuple[int, int], language: str) -> None:
    desk = day.desk()
    ticket = row_of(desk, "HZ1-1")["id"]
    said = {"reason": "not_located", "chair": "zhang.wei", "facts_known": "OTDR: event at 12.4 km", "risk": "二次中断"}
    called = day.act("call", kind="consult", ticket=ticket, due_at=day.now + timedelta(hours=1), **said).record
    for event, inputs in (
        ("join", {"name": "老王", "company": "设备厂商", "level": "vendor"}), ("gather", {}),
        ("exclude", {"cause": "power", "evidence": "48 V on both sites"}),
        ("suppose", {"cause": "接头盒进水", "test": "open box 4"}),
        ("decide", {"who": "老王", "what": "splice anew", "until": day.now + timedelta(hours=2)}),
    ):  # fmt: skip
        day.pass_time(minutes=1)
        day.act(event, called, kind="consult", **inputs)
    i18n.set_language(language)

    async def open_it(pilot: Pilot[Any]) -> None:
        person = Person(pilot.app, pilot)  # type: ignore[arg-type]
        await person.settle()
        person.queue.open_ticket(ticket)
        await person.settle()
        await person.press("f9")

    assert snap_compare(make_app(desk, day), terminal_size=size, run_before=open_it)


def test_without_colours(day: Office, snap_compare: Compare, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert snap_compare(make_app(day.desk(), day), terminal_size=(80, 24), run_before=after("space"))
