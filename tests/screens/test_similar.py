"""Similar tickets at the keyboard: while a matter is being registered, from a ticket, and in a diagnosis."""

from __future__ import annotations

import asyncio
import threading

import pytest

from noc_console.desk import diagnosis, similar
from noc_console.desk.intake_item import hold
from noc_console.errors import StoreUnavailable
from noc_console.screens.diagnosis_run import RunScreen
from noc_console.screens.event_form import EventForm
from noc_console.screens.pages import Page
from noc_console.screens.similar import SimilarTickets
from noc_console.screens.ticket import TicketScreen
from tests.desk.grove import planted
from tests.screens.driver import Office, Person, console

CIRCUIT = "circuit:HZ-JX-0042"


def ended(office: Office) -> str:
    """Make a fault that was repaired a day ago, and return its reference."""
    made = office.ticket("海宁 光缆中断", grade="P4", objects=(CIRCUIT,), contact="13900000000")
    for event, inputs in (
        ("accept", {"contacted": True}), ("diagnose", {}),
        ("locate", {"cause_code": "AC-DROP-FIBRE", "location": "box 4", "evidence": "OTDR"}),
        ("come_clear", {"how": "third_party", "cleared_at": office.now, "how_verified": "pinged"}),
        ("feed_back", {"result": "熔接后恢复", "cause": "cut", "prevention": "marked"}),
    ):  # fmt: skip
        office.act(event, made.record, **inputs)
    office.pass_time(days=1)
    return made.ref


def listed(person: Person) -> str:
    """Return what the form says of similar tickets, "" where it shows nothing of them."""
    pane = person.shown("#similar")
    return str(pane.content) if pane.display else ""


async def gone(person: Person) -> None:
    """Wait until the form shows nothing of similar tickets."""
    async with asyncio.timeout(30):
        while listed(person):
            await person.pilot.pause()


@pytest.mark.parametrize("size", [(80, 24), (140, 45)])
async def test_what_is_similar_stands_under_the_fields_while_it_is_typed(office: Office, size: tuple[int, int]) -> None:
    ref = ended(office)
    async with console(office, size=size) as person:
        await person.press("n")
        assert listed(person) == ""
        await person.pilot.press(*"Haining ", *"光缆中断")
        await person.until("AC-DROP-FIBRE")
        assert ref in listed(person)
        assert "熔接后恢复" in listed(person)
        assert person.form.row("subject").typed == "Haining 光缆中断"
        assert person.shown("#fields").size.height >= 12
        await person.fill(subject="quite another matter")
        await gone(person)


async def test_a_similar_ticket_is_opened_over_the_form_in_which_all_stays(office: Office) -> None:
    ref = ended(office)
    async with console(office) as person:
        await person.press("n")
        await person.fill(subject="no light", objects=CIRCUIT)
        await person.until("AC-DROP-FIBRE")
        await person.press("f4")
        assert isinstance(person.screen, SimilarTickets)
        assert "box 4" in person.text
        await person.press("enter")
        assert isinstance(person.screen, TicketScreen)
        assert ref in person.text
        await person.press("escape", "escape")
        assert isinstance(person.screen, EventForm)
        assert (person.form.row("subject").typed, person.form.row("objects").typed) == ("no light", CIRCUIT)


async def test_few_are_named_in_a_low_form_and_all_are_listed_by_the_key(office: Office) -> None:
    for number in range(6):
        office.ticket(f"Port {number} dark", objects=(CIRCUIT,))
    async with console(office) as person:
        await person.press("n")
        await person.press("f4")
        assert "Nothing similar" in person.toasts
        await person.fill(objects=CIRCUIT)
        await person.until("F4 lists 6")
        assert len(listed(person).splitlines()) == 3
        await person.press("f4", "j", "k", "down")
        assert len(person.screen.query_one("OptionList").options) == 6  # type: ignore[attr-defined]


async def test_no_key_is_lost_or_held_up_while_it_is_looked(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    ended(office)
    going, let_go, looks = threading.Event(), threading.Event(), []
    real = similar.of_words

    def slow(desk: object, traits: similar.Traits) -> tuple[similar.Similar, ...]:
        looks.append(traits.words)
        going.set()
        assert let_go.wait(30)
        return real(desk, traits)  # type: ignore[arg-type]

    monkeypatch.setattr(similar, "of_words", slow)
    async with console(office) as person:
        await person.press("n")
        await person.pilot.press(*"海宁")
        async with asyncio.timeout(30):
            while not going.is_set():
                await person.pilot.pause()
        await person.pilot.press(*" 光缆中断 now", "tab", *"dark")
        assert person.form.row("subject").typed == "海宁 光缆中断 now"
        assert person.form.row("symptom").typed == "dark"
        assert len(looks) == 1
        let_go.set()
        await person.until("AC-DROP-FIBRE")
        assert looks[-1] == "海宁 光缆中断 now\ndark"


async def test_a_store_that_is_away_is_said_and_stops_nobody(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(desk: object, traits: similar.Traits) -> tuple[similar.Similar, ...]:
        raise StoreUnavailable("the store \x1b[31mis away", "wait")

    monkeypatch.setattr(similar, "of_words", away)
    async with console(office) as person:
        await person.press("n")
        await person.pilot.press(*"fibre cut")
        await person.until("could not be looked up")
        await person.pilot.press(*" here")
        assert person.form.row("subject").typed == "fibre cut here"


async def test_what_came_in_and_is_corrected_by_hand_is_looked_up_at_once(office: Office) -> None:
    office.ticket("Loom hall without light", symptom="dark since nine")
    raw = b"From: Wang <wang@mill.example>\nSubject: loom hall without light\nMessage-ID: <1@x>\n\nsince nine\n"
    hold(office.desk().as_service("intake", "mail"), "email", "1.eml", 0, raw, "unreadable", "its reader failed")
    async with console(office) as person:
        await person.tick()
        await person.press("0", "n")
        await person.until("F4 lists 1")
        assert "HZ1-1" in listed(person)


async def test_in_a_diagnosis_a_key_shows_them_and_the_run_waits(office: Office, tmp_path: object) -> None:
    ref = ended(office)
    planted(office.desk(), tmp_path / "trees")  # type: ignore[operator]
    made = office.ticket("又断了", objects=(CIRCUIT,))
    office.act("accept", made.record, contacted=True)
    diagnosis.start(office.desk(), made.ref, "LX-T2")
    async with console(office) as person:
        await person.press("enter", "D")
        assert isinstance(person.screen, RunScreen)
        await person.press("s")
        assert isinstance(person.screen, SimilarTickets)
        assert "熔接后恢复" in person.text
        await person.press("enter")
        assert ref in person.text
        await person.press("escape", "escape")
        assert isinstance(person.screen, RunScreen)
        assert diagnosis.page(office.desk())[0]["state"] == "running"


async def test_a_ticket_that_is_like_no_other_says_so(office: Office) -> None:
    office.ticket("Alone")
    async with console(office) as person:
        await person.press("enter", "S")
        assert isinstance(person.screen, Page)
        assert "No other ticket" in person.text
