"""The ticket screen: facts, clocks with their arithmetic, timeline, log, panes at 80x24, and the short way."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from noc_console import i18n
from noc_console.desk import diagnosis, ticket
from noc_console.screens.event_form import EventForm
from noc_console.screens.pages import Page
from noc_console.screens.ticket import TicketScreen
from noc_console.screens.widgets.facts import Facts
from noc_console.screens.widgets.next_steps import NextSteps
from noc_console.screens.widgets.timeline import Timeline
from tests.desk.grove import planted
from tests.screens.driver import Office, console


async def test_the_clocks_stand_under_the_title_and_explain_themselves(office: Office) -> None:
    made = office.ticket("Fibre cut", grade="P1")
    office.pass_time(minutes=3)
    office.act("accept", made.record, contacted=True)
    async with console(office) as person:
        await person.press("enter")
        assert "respond met 00:03 of 00:05" in person.text
        assert "restore due in" in person.text
        await person.press("f3")
        page = person.screen
        assert isinstance(page, Page)
        assert "respond, round 1: target 00:05" in page.plain
        assert "from: PD" in page.plain
        assert "running" in page.plain
        await person.press("escape")
        office.pass_time(hours=5)
        await person.tick()
        assert "LATE" in person.text


async def test_a_paused_clock_says_so(office: Office) -> None:
    made = office.ticket(grade="P4")
    office.act("accept", made.record, contacted=True)
    reason = next(code for code, one in office.desk().policy().wait_reasons.items() if one.pauses)
    until = office.now.replace(hour=23)
    office.act("wait_customer", made.record, reason=reason, who_agreed="Ms Wang", until=until)
    async with console(office) as person:
        assert "waits" in person.text
        await person.press("enter")
        assert "restore paused at" in person.text


async def test_people_and_machines_have_a_timeline_each(office: Office) -> None:
    made = office.ticket(channel="monitoring", requester_type="monitoring")
    office.act("note", made.record, text="called the site")
    office.act("observe", made.record, fingerprint="f1", name="LOS", alarm_state="raised", text="loss of signal on 0/4")
    async with console(office, size=(140, 45)) as person:
        await person.press("enter")
        timeline = person.screen.query_one(Timeline)
        assert "called the site" in timeline.plain
        newest, oldest = timeline.plain.index("Note"), timeline.plain.index("Register")
        assert newest < oldest
        await person.press("f4")
        assert "Machine log" in timeline.plain
        assert "called the site" not in timeline.plain


async def test_what_a_parent_did_to_its_child_is_told_of_the_child_too(office: Office) -> None:
    """A ticket that came from registered to restored says how, where people look."""
    parent = office.ticket("Fibre cut", channel="monitoring", requester_type="monitoring")
    child = office.ticket("No internet")
    office.act("link", child.record, type="parent", other=parent.record)
    office.act("accept", parent.record)
    office.act("come_clear", parent.record, how="by_itself", cleared_at=office.now, how_verified="light")
    async with console(office, size=(140, 45)) as person:
        await person.press("slash", "ctrl+u")
        await person.write(child.ref)
        await person.press("enter", "enter")
        timeline = person.screen.query_one(Timeline).plain
        assert "Came clear > restored" in timeline
        assert person.screen.query_one(Facts).plain.count(parent.ref) == 1


async def test_messages_stand_in_the_timeline_whole(office: Office) -> None:
    made = office.ticket()
    office.act(
        "receive", made.record, channel="email", sender="wang@a.example", recipient="noc@b.example", subject="Re: port",
        text="Still down.\nPlease hurry.",
    )  # fmt: skip
    async with console(office, size=(140, 45)) as person:
        await person.press("enter")
        shown = person.screen.query_one(Timeline).plain
        assert "wang@a.example to noc@b.example" in shown
        assert "Re: port" in shown
        assert "Please hurry." in shown


async def test_a_long_history_is_shown_a_page_at_a_time(office: Office) -> None:
    made = office.ticket()
    for number in range(6):
        office.act("note", made.record, text=f"note{number} " + "x" * 3_000)
    async with console(office) as person:
        await person.press("enter")
        timeline = person.screen.query_one(Timeline)
        assert "note5" in timeline.plain
        assert "note0" not in timeline.plain
        assert "older entries" in timeline.plain
        await person.press("f8")
        assert "note0" in timeline.plain
        assert "Register" in timeline.plain
        assert "note5" not in timeline.plain
        await person.press("f8")
        assert "note5" in timeline.plain


async def test_panes_take_turns_where_it_is_narrow(office: Office) -> None:
    office.ticket(requester="Ms Wang")
    async with console(office) as person:
        await person.press("enter")
        facts, timeline = person.screen.query_one(Facts), person.screen.query_one(Timeline)
        assert timeline.display
        assert not facts.display
        assert "Next steps" in person.text
        await person.press("tab", "tab")
        assert facts.display
        assert "Requester: Ms Wang" in person.text
        assert "Next steps" in person.text
        await person.press("tab", "tab")
        assert timeline.display


async def test_wide_shows_facts_timeline_and_steps_at_once(office: Office) -> None:
    office.ticket(requester="Ms Wang", objects=("circuit:C-1",))
    async with console(office, size=(140, 45)) as person:
        await person.press("enter")
        for words in ("Requester: Ms Wang", "circuit:C-1", "Timeline", "Next steps"):
            assert words in person.text


async def test_the_short_way(office: Office) -> None:
    office.ticket("No dial tone", grade="P4")
    async with console(office) as person:
        await person.press("enter", "f6")
        assert isinstance(person.screen, EventForm)
        await person.fill(
            cause_code="AC-CPE-FAIL", remedy="terminal_replace", how_verified="test call", result="works",
            prevention="none", confirmed_by="Ms Wang",
        )  # fmt: skip
        await person.press("f2")
        row = ticket.row_of(office.desk(), "HZ1-1")
        assert row["state"] == "closed", person.text
        assert "solved; now closed" in person.toasts


async def test_the_short_way_is_refused_with_its_reason(office: Office) -> None:
    office.ticket("Fibre cut", grade="P1")
    async with console(office) as person:
        await person.press("enter", "f6")
        assert isinstance(person.screen, TicketScreen)
        assert "short way is refused" in person.toasts


async def test_the_short_way_stops_where_it_is_refused_and_says_how_far_it_got(office: Office) -> None:
    office.ticket("No dial tone", grade="P4")
    async with console(office) as person:
        await person.press("enter", "f6")
        await person.fill(
            cause_code="AC-NO-SUCH", remedy="terminal_replace", how_verified="test call", result="works",
            prevention="none", confirmed_by="Ms Wang",
        )  # fmt: skip
        await person.press("f2")
        page = person.screen
        assert isinstance(page, Page)
        assert "Done: Accept, Diagnose." in page.plain
        assert "AC-NO-SUCH" in page.plain
        assert ticket.row_of(office.desk(), "HZ1-1")["state"] == "diagnosing"


async def test_the_timeline_tells_of_diagnosis_in_a_line_each(office: Office, tmp_path: Path) -> None:
    planted(office.desk(), tmp_path / "trees")
    made = office.ticket("No light, flat 402")
    office.act("accept", made.record)
    run = diagnosis.start(office.desk(), made.ref, "LX-T1")
    diagnosis.act(office.desk(), run.ref, "stop", {"why": "the customer\nrang off \x1b[31m"})
    async with console(office, size=(120, 40)) as person:
        await person.press("enter")
        lines = person.screen.query_one(Timeline).plain.splitlines()
        (begun,) = [line for line in lines if f"diagnosis {run.ref} begun: LX-T1" in line]
        (ended,) = [
            line for line in lines if f"diagnosis {run.ref} stopped at LX-T1.S01: the customer rang off" in line
        ]
        assert lines.index(ended) < lines.index(begun), "newest first"
        assert "\x1b" not in ended and "zhang.wei" in ended


@pytest.fixture(params=["en", "zh"])
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    """Speak each language in turn."""
    i18n.set_language(request.param)
    yield request.param
    i18n.set_language("en")


@pytest.mark.usefixtures("language")
async def test_a_long_reason_goes_on_under_its_words_and_begins_no_line_with_a_full_stop(office: Office) -> None:
    made = office.ticket("光缆中断", grade="P1")
    office.act("accept", made.record, contacted=True)
    async with console(office, size=(120, 60)) as person:
        await person.press("enter")
        steps = person.screen.query_one(NextSteps)
        lines = [steps.render_line(y).text for y in range(steps.virtual_size.height)]
    wrapped = [line for line in lines if line[0] == " "]
    assert len(wrapped) > 3 and all(line[:3].isspace() and line[3] != " " for line in wrapped), lines
    assert not any(line[3] in "；，。、）)" for line in wrapped), lines
