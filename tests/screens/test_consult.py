"""Consultations at the keyboard: called from the ticket, gathered and concluded by forms made from the machine."""

from __future__ import annotations

import pytest

from noc_console.desk import consult
from noc_console.desk.ticket import row_of
from noc_console.screens.confirm import Confirm
from noc_console.screens.consult import ConsultScreen
from noc_console.screens.event_form import EventForm
from noc_console.screens.palette import Palette
from noc_console.screens.similar import SimilarTickets
from noc_console.screens.ticket import TicketScreen
from noc_console.screens.widgets.facts import Facts
from tests.screens.driver import Office, console

CIRCUIT = ("circuit:HZ-JX-0042",)


def working(office: Office) -> str:
    """Make a fault that is being diagnosed, and return its reference."""
    made = office.ticket("Fibre cut", grade="P2")
    office.act("accept", made.record, contacted=True)
    office.act("diagnose", made.record)
    return made.ref


def ended(office: Office) -> str:
    """Make a fault of the circuit that was repaired, and return its reference."""
    made = office.ticket("光缆中断", grade="P4", objects=CIRCUIT)
    for event, inputs in (
        ("accept", {"contacted": True}), ("diagnose", {}),
        ("locate", {"cause_code": "AC-DROP-FIBRE", "location": "box 4", "evidence": "OTDR"}),
        ("come_clear", {"how": "third_party", "cleared_at": office.now, "how_verified": "pinged"}),
        ("feed_back", {"result": "熔接后恢复", "cause": "cut", "prevention": "marked"}),
    ):  # fmt: skip
        office.act(event, made.record, **inputs)
    office.pass_time(days=1)
    return made.ref


@pytest.mark.parametrize("size", [(80, 24), (140, 45)])
async def test_experts_are_called_and_what_they_decide_begins_the_plan(office: Office, size: tuple[int, int]) -> None:
    ref = working(office)
    async with console(office, size=size) as person:
        await person.press("enter", "f9")
        assert "no light" in person.form.row("facts_known").typed
        await person.fill(reason="not_located", chair="zhang.wei")
        await person.press("f2")
        assert isinstance(person.screen, ConsultScreen)
        await person.press("b")
        assert "a consultation needs 2" in person.toasts
        await person.press("a")
        await person.fill(name="老王", company="设备厂商", level="vendor")
        await person.press("f2")
        assert "老王" in person.text
        await person.press("b", "f2", "h")
        await person.fill(cause="bending loss", test="OTDR 1625 nm")
        await person.press("f2", "d")
        await person.fill(who="老王", what="放新光缆", until="+2h")
        await person.press("f2", "F")
        await person.fill(result="two causes left")
        await person.press("f2")
        assert isinstance(person.screen, Confirm)
        await person.press("right", "enter")
        assert consult.row_of(office.desk(), ref)["state"] == "concluded"
        await person.press("escape")
        assert isinstance(person.screen, TicketScreen)
        assert "two causes left" in person.screen.query_one(Facts).plain
        await person.press("l")
        await person.fill(cause_code="AC-DROP-FIBRE", location="box 4", evidence="OTDR")
        await person.press("f2", "p")
        assert "放新光缆" in person.form.row("plan").typed


async def test_a_second_consultation_is_called_and_both_are_looked_through(office: Office) -> None:
    ref = working(office)
    desk = office.desk()
    office.act("call", kind="consult", ticket=row_of(desk, ref)["id"], reason="other")
    office.act("cancel", consult.row_of(desk, ref)["id"], kind="consult", why="found 过 \x1b[31mred")
    async with console(office) as person:
        await person.press("enter", "f9")
        assert isinstance(person.screen, ConsultScreen)
        assert "found 过" in person.text
        assert "\x1b" not in person.text
        await person.press("n")
        await person.fill(reason="several_domains")
        await person.press("f2", "]")
        assert "2 of 2" in person.text
        assert "found 过" in person.text
        await person.press("]")
        assert "no further consultation" in person.toasts
        await person.press("[")
        assert "several domains" in person.text
        await person.press("tab", "j", "escape", "escape")
        assert not isinstance(person.screen, ConsultScreen)


async def test_the_palette_and_the_help_know_the_verbs_of_a_consultation(office: Office) -> None:
    ref = working(office)
    desk = office.desk()
    office.act("call", kind="consult", ticket=row_of(desk, ref)["id"], reason="other")
    async with console(office) as person:
        await person.press("enter", "f9", "ctrl+p")
        assert isinstance(person.screen, Palette)
        rows = {row.name: row for row in person.screen.rows}
        assert rows["expert consultation: Join"].key == "a"
        assert "2" in rows["expert consultation: Gather"].why, "what is blocked says why"
        assert not any(name.startswith("ticket:") for name in rows)
        await person.write("consultation join")
        await person.press("enter")
        await person.fill(name="老王", company="设备厂商", level="vendor")
        await person.press("f2")
        assert isinstance(person.screen, ConsultScreen)
        assert "老王" in person.text
        await person.press("question_mark")
        assert "Consultation HZ1-2" in person.text
        assert "Take minutes" in person.text


async def test_a_consultation_that_is_refused_keeps_what_was_typed(office: Office) -> None:
    working(office)
    async with console(office) as person:
        await person.press("enter", "f9")
        await person.fill(chair="nobody")
        await person.press("f2")
        assert isinstance(person.screen, EventForm)
        assert "nobody" in person.form.row("chair").typed
        await person.press("escape")


async def test_what_was_repaired_before_is_shown_on_registering_and_on_the_ticket(office: Office) -> None:
    first = ended(office)
    async with console(office, size=(140, 45)) as person:
        await person.press("n")
        await person.fill(
            subject="又断了", symptom="no light again", occurred_at="now", scope="one site", contact="13811112222",
            domain="access", grade="P4", requester="Ms Li", objects=CIRCUIT[0],
        )  # fmt: skip
        await person.press("f2")
        assert first in person.toasts
        facts = person.screen.query_one(Facts).plain
        assert f"May repeat: {first} AC-DROP-FIBRE 熔接后恢复" in facts
        await person.press("S")
        assert isinstance(person.screen, SimilarTickets)
        assert "possible repeat; same object" in person.text
        assert "Result: 熔接后恢复" in person.text


async def test_reports_upward_stand_among_the_facts(office: Office) -> None:
    ref = working(office)
    record = row_of(office.desk(), ref)["id"]
    office.act("escalate", record, management="mim", why="spreads", report="first")
    office.pass_time(hours=1)
    async with console(office, size=(140, 45)) as person:
        await person.press("enter")
        assert "Reported upward: first report" in person.screen.query_one(Facts).plain
