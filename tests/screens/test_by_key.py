"""A whole ticket by key on a terminal of 80x24: from the call to the confirmation, with what is refused on the way."""

from __future__ import annotations

from noc_console.desk import ticket
from noc_console.screens.queue import QueueScreen
from noc_console.screens.ticket import TicketScreen
from tests.screens.driver import Office, Person, console


async def register_a_call(person: Person) -> None:
    """Take a call the way it is told: what, how it shows, since when, how far, who, which domain, how bad."""
    await person.press("n")
    await person.write("Internet down")
    await person.press("tab")
    await person.write("red light on the modem")
    await person.press("tab")
    await person.press("tab")
    await person.write("one household")
    await person.press("tab")
    await person.write("13812345678")
    await person.press("tab", "5", "tab", "4", "f2")


async def test_a_call_becomes_a_ticket_with_few_keys(office: Office) -> None:
    async with console(office) as person:
        await register_a_call(person)
        assert isinstance(person.screen, TicketScreen)
        row = ticket.row_of(office.desk(), "HZ1-1")
        assert (row["state"], row["channel"], row["domain"], row["grade"]) == ("registered", "hotline", "access", "P4")
        assert row["subject"] == "Internet down"
        assert row["phone"] == "13812345678"
        assert row["occurred_at"] == office.now


async def test_a_ticket_from_call_to_closure_by_key(office: Office) -> None:
    async with console(office) as person:
        await register_a_call(person)
        await person.press("a", "1", "f2")
        await person.press("d")
        assert "diagnosing" in person.text
        await person.press("l")
        await person.fill(
            cause_code="AC-CPE-FAIL", location="at the customer's", evidence="-31 dBm", free_reason="seen at once"
        )
        await person.press("f2")
        await person.press("p")
        await person.fill(
            plan="new terminal", interrupts="no", backout="put the old one back", remedy="terminal_replace"
        )
        await person.press("f2")
        await person.press("a")
        await person.fill(how="policy")
        await person.press("f2")
        await person.press("x", "f2")
        await person.press("b")
        await person.fill(restored_at="now", how_verified="speed test")
        await person.press("f2")
        await person.press("f")
        await person.fill(result="works again", cause="terminal was defective", prevention="none needed")
        await person.press("f2")
        assert "feedback given" in person.text
        await person.press("F")
        await person.fill(who="Ms Wang", channel="phone", how_tested="she opened a page", score="9")
        await person.press("f2")
        # closing ends something: the question has Cancel in focus, so Enter alone changes nothing
        assert "cannot" in person.text or "What can be done" in person.text
        await person.press("enter")
        assert ticket.row_of(office.desk(), "HZ1-1")["state"] == "feedback_given"
        await person.press("f2", "tab", "enter")
        row = ticket.row_of(office.desk(), "HZ1-1")
        assert (row["state"], row["closure_how"], row["closure_score"]) == ("closed", "confirmed", 9)
        assert "closed" in person.text


async def test_escape_climbs_one_level_at_a_time(office: Office) -> None:
    office.ticket()
    async with console(office) as person:
        await person.press("slash")
        await person.write("grade:3")
        await person.press("enter")
        assert person.queue.filter_text.endswith("grade:P3")
        await person.press("space", "enter", "?")
        await person.press("escape")
        assert isinstance(person.screen, TicketScreen)
        await person.press("escape")
        assert isinstance(person.screen, QueueScreen)
        assert person.queue.table.marks
        await person.press("escape")
        assert not person.queue.table.marks
        assert person.queue.filter_text.endswith("grade:P3")
        await person.press("escape")
        assert "grade:P3" not in person.queue.filter_text
        await person.press("escape")
        assert person.app.is_running


async def test_brackets_walk_along_the_list(office: Office) -> None:
    first, second = office.ticket("First", grade="P1"), office.ticket("Second", grade="P4")
    async with console(office) as person:
        await person.press("enter")
        assert person.ticket.record == first.record
        await person.press("]")
        assert person.ticket.record == second.record
        assert "Second" in person.text
        await person.press("]")
        assert person.ticket.record == second.record
        assert "no further ticket" in person.toasts
        await person.press("[")
        assert person.ticket.record == first.record
        await person.press("escape")
        assert person.queue.table.cursor_key == first.record


async def test_every_state_change_reaches_an_open_queue(office: Office) -> None:
    made = office.ticket()
    async with console(office) as person:
        await person.tick()
        office.act("accept", made.record, contacted=True)
        await person.tick()
        assert "accepted" in person.text
        assert person.queue.table.cursor_key == made.record


async def test_quitting(office: Office) -> None:
    async with console(office) as person:
        await person.press("ctrl+c")
        assert person.app.is_running
        assert "ctrl+c again" in person.toasts
        await person.pilot.press("ctrl+c")
        await person.pilot.pause()
    assert person.app.return_code == 0
