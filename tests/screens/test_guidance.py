"""What tells a person what to do next: where a form begins, keys that answer, notices, help, the way on."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import OptionList
from textual.widgets._toast import Toast

from noc_console import i18n
from noc_console.desk import channels, register, ticket
from noc_console.screens.confirm import Confirm
from noc_console.screens.diagnosis import TreeChoice
from noc_console.screens.diagnosis_run import RunScreen
from noc_console.screens.event_form import EventForm
from noc_console.screens.help import keys_content
from noc_console.screens.palette import Palette
from noc_console.screens.quarantine import QuarantineScreen
from noc_console.screens.views import ViewsDialog
from noc_console.screens.widgets.field_row import FieldRow
from noc_console.screens.widgets.next_steps import ordered
from tests.screens.driver import Office, console, make_app


@pytest.mark.parametrize("letters", range(72, 82))
async def test_a_notice_of_any_length_stands_whole_above_the_footer(office: Office, letters: int) -> None:
    app = make_app(office.desk(), office)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        app.say("word " * ((letters - 1) // 5) + "x" * ((letters - 1) % 5 + 1))
        await pilot.pause(0)
        while not (toasts := [one for one in app.screen.walk_children() if isinstance(one, Toast)]):
            await pilot.pause()
        await pilot.pause()
        footer = app.screen.query_one("#footer").region
        assert toasts[0].region.bottom <= footer.y
        assert toasts[0].region.width == 80


async def test_arrows_lead_to_an_answer_and_never_round(office: Office) -> None:
    made = office.ticket()
    async with console(office) as person:
        await person.press("enter", "C")
        await person.fill(words="not needed any more", who="Acme", channel="phone")
        await person.press("f2")
        assert isinstance(person.screen, Confirm)
        assert "Go back Esc" in person.text
        await person.press("right", "right", "right", "left", "left", "enter")
        assert isinstance(person.screen, EventForm)
        await person.press("f2", "left", "right", "right", "enter")
        assert ticket.row_of(office.desk(), made.ref)["state"] == "cancelled"


async def test_what_was_said_against_an_answer_goes_with_the_answer(office: Office) -> None:
    async with console(office) as person:
        await person.press("n", "f2")
        row = person.form.row("subject")
        assert row.has_class("-wrong")
        assert "give" not in str(row.query_one(".note").render())
        await person.write("x")
        assert not row.has_class("-wrong")
        await person.press("f2")
        wrong = [one for one in person.form.query(FieldRow) if one.has_class("-wrong")]
        assert len(wrong) > 1
        await person.fill(**{wrong[0].field.name: "something"})
        assert not wrong[0].has_class("-wrong")
        assert wrong[1].has_class("-wrong")


async def test_a_form_begins_where_something_is_missing(office: Office) -> None:
    office.act("register", channel="email", subject="Down", symptom="no light", contact="13800000000")
    async with console(office) as person:
        await person.press("enter", "c")
        missing = person.form.row("occurred_at")
        assert person.app.focused is missing.entry
        assert "Since when (needed)" in person.text
        assert "Users affected (needed)" not in person.text


async def test_a_confirmation_says_that_it_needs_a_person_and_a_channel(office: Office) -> None:
    made = office.ticket("Slow line", grade="P4")
    record = ticket.row_of(office.desk(), made.ref)["id"]
    for event, inputs in (
        ("accept", {"contacted": True}),
        ("diagnose", {}),
        ("locate", {"cause_code": "AC-ONU-FAIL", "location": "here", "evidence": "none", "free_reason": "seen"}),
        ("plan", {"plan": "swap", "interrupts": "no", "backout": "swap back", "remedy": "terminal_replace"}),
        ("approve", {"how": "policy"}),
        ("execute", {}),
        ("restore", {"restored_at": office.now, "how_verified": "tried"}),
        ("feed_back", {"result": "works", "cause": "old", "prevention": "none", "channel": "phone"}),
    ):
        office.act(event, record, **inputs)
    async with console(office) as person:
        await person.press("enter", "F")
        assert person.app.focused is person.form.row("who").entry
        assert "Who (needed)" in person.text
        assert "Channel (needed)" in person.text


async def test_the_way_on_stands_before_what_leads_back(office: Office) -> None:
    made = office.ticket(grade="P4")
    record = ticket.row_of(office.desk(), made.ref)["id"]
    first = {}
    for event, inputs in (
        ("accept", {"contacted": True}),
        ("diagnose", {}),
        ("locate", {"cause_code": "AC-ONU-FAIL", "location": "here", "evidence": "none", "free_reason": "seen"}),
        ("plan", {"plan": "swap", "interrupts": "no", "backout": "swap back", "remedy": "terminal_replace"}),
        ("approve", {"how": "policy"}),
        ("execute", {}),
        ("restore", {"restored_at": office.now, "how_verified": "tried"}),
    ):
        office.act(event, record, **inputs)
        row = ticket.row_of(office.desk(), made.ref)
        first[row["state"]] = ordered(ticket.steps_of(office.desk(), row))[0].event.name
    assert first == {
        "accepted": "diagnose", "diagnosing": "locate", "located": "plan", "planned": "approve", "approved": "execute",
        "executing": "restore", "restored": "feed_back",
    }  # fmt: skip


async def test_the_store_says_which_keys_its_lists_have_and_names_what_was_done_by_its_ticket(office: Office) -> None:
    office.ticket("Fibre cut")
    async with console(office) as person:
        await person.press("7")
        told = keys_content(person.screen, ()).plain  # type: ignore[arg-type]
        assert "Mark sent" in told
        assert "Done" in told
        assert "Tab" in told
        # what stands beside them, item by item, is no check
        assert "noc outbox list" not in person.text
        await person.press("s", "f2")
        assert person.toasts.startswith("HZ1-1: Mark sent")


async def test_the_quarantine_says_its_keys(office: Office) -> None:
    async with console(office) as person:
        await person.press("0")
        assert isinstance(person.screen, QuarantineScreen)
        assert "Quarantine" in keys_content(person.screen, ()).plain
        assert "Discard" in keys_content(person.screen, ()).plain


async def test_what_the_palette_does_not_know_it_says(office: Office) -> None:
    async with console(office) as person:
        await person.press("ctrl+p")
        await person.write("nonsense")
        assert isinstance(person.screen, Palette)
        assert "No command" in person.text
        await person.press("enter")
        assert isinstance(person.screen, Palette)
        await person.press("backspace", "backspace", "backspace", "backspace")
        assert person.screen.rows == ()


async def test_where_no_view_is_kept_its_name_is_asked_at_once(office: Office) -> None:
    async with console(office) as person:
        await person.press("v")
        await person.write("mine")
        await person.press("enter", "v")
        assert isinstance(person.screen, ViewsDialog)
        assert isinstance(person.app.focused, OptionList)
        assert "mine" in person.text


async def test_a_view_for_everybody_is_kept_by_enter_where_that_is_chosen(office: Office) -> None:
    async with console(office) as person:
        await person.press("v")
        await person.write("ours")
        await person.press("tab", "1", "enter")
        assert not isinstance(person.screen, ViewsDialog)
    register.put(office.desk(), "engineer", {"name": "li.lei", "roles": ("engineer",)})
    (kept,) = register.page(office.desk("li.lei"), "view")
    assert kept["name"] == "ours"


async def test_the_way_of_an_entry_is_told_in_words(office: Office, tmp_path: Path) -> None:
    mail = tmp_path / "mail.eml"
    mail.write_bytes(b"From: a@b.example\nTo: noc@c.example\nSubject: Down\nMessage-ID: <1@b.example>\n\nIt is down.\n")
    list(channels.take(office.desk(), "email", [str(mail)]))
    before = i18n.language()
    i18n.set_language("zh")
    try:
        async with console(office) as person:
            await person.press("enter")
            assert "登记 > 待受理 (邮件)" in person.text
    finally:
        i18n.set_language(before)


async def test_what_nobody_owns_is_taken_over_first(office: Office) -> None:
    made = office.ticket()
    record = ticket.row_of(office.desk(), made.ref)["id"]
    office.act("accept", record)
    assert ordered(ticket.next_steps(office.desk(), made.ref))[0].event.name == "diagnose"
    office.act("release", record, why="end of the shift")
    assert ordered(ticket.next_steps(office.desk(), made.ref))[0].event.name == "take_over"


async def test_of_a_call_nobody_is_told_from_nobody_to_nobody(office: Office) -> None:
    made = office.ticket()
    record = ticket.row_of(office.desk(), made.ref)["id"]
    office.act("inform", record, channel="phone", text="We are at it", sent="by_hand")
    async with console(office) as person:
        await person.press("enter")
        assert "We are at it" in person.text
        assert "- to -" not in person.text


async def test_what_ends_a_ticket_is_no_way_on_for_who_does_not_own_it(office: Office) -> None:
    made = office.ticket()
    record = ticket.row_of(office.desk(), made.ref)["id"]
    office.act("accept", record)
    office.act("put", kind="engineer", name="li.lei", roles=("engineer",))
    assert not ordered(ticket.next_steps(office.desk("li.lei"), made.ref))[0].event.key.isupper()


async def test_lists_are_gone_through_by_the_keys_of_the_queue(office: Office) -> None:
    office.ticket("Fibre cut")
    office.ticket("Port down")
    async with console(office) as person:
        await person.press("7")
        outbox = person.screen.query_one("#outbox", OptionList)
        assert outbox.highlighted == 0
        await person.press("j")
        assert outbox.highlighted == 1
        await person.press("k")
        assert outbox.highlighted == 0
        assert "does nothing" not in person.toasts


async def test_a_time_to_come_is_told_by_examples_to_come(office: Office) -> None:
    office.ticket()
    async with console(office) as person:
        await person.press("enter", "z")
        assert "+2h" in person.text
        assert "-10m" not in person.text


async def test_the_queue_offers_the_way_on(office: Office) -> None:
    made = office.ticket()
    record = ticket.row_of(office.desk(), made.ref)["id"]
    office.act("accept", record)
    office.act("release", record, why="end of the shift")
    async with console(office, size=(120, 40)) as person:
        await person.until("t Take over")


async def test_a_long_list_of_trees_is_narrowed_by_words(office: Office) -> None:
    made = office.ticket()
    office.act("accept", ticket.row_of(office.desk(), made.ref)["id"])
    async with console(office) as person:
        await person.press("enter", "D")
        assert "/ narrows the list" in person.text
        await person.press("slash")
        await person.write("dt-t1 bgp")
        assert "DT-T1" in person.text
        assert "AC-T1" not in person.text
        await person.write("zzz")
        assert "No line has" in person.text
        await person.press("enter")
        assert isinstance(person.screen, TreeChoice)
        await person.press("backspace", "backspace", "backspace", "enter")
        assert isinstance(person.screen, RunScreen)
        assert person.screen.view is not None and person.screen.view.row["here"] == "DT-T1"


async def test_esc_takes_the_words_back_before_it_leaves_a_list(office: Office) -> None:
    made = office.ticket()
    office.act("accept", ticket.row_of(office.desk(), made.ref)["id"])
    async with console(office) as person:
        await person.press("enter", "D", "slash")
        await person.write("jkq")
        assert "No line has" in person.text, "they are words, no keys"
        await person.press("escape")
        assert isinstance(person.screen, TreeChoice)
        assert "No line has" not in person.text
        await person.press("escape")
        assert not isinstance(person.screen, TreeChoice)


async def test_the_key_that_quits_leaves_a_form_first(office: Office) -> None:
    async with console(office) as person:
        await person.press("n")
        await person.write("half")
        await person.press("ctrl+q")
        assert isinstance(person.screen, Confirm)
        await person.press("right", "enter")
        assert person.queue


async def test_why_the_way_on_is_blocked_stands_first_of_what_is_blocked(office: Office) -> None:
    made = office.ticket()
    record = ticket.row_of(office.desk(), made.ref)["id"]
    office.act("accept", record)
    office.act("diagnose", record)
    office.act("locate", record, cause_code="AC-ONU-FAIL", location="here", evidence="none", free_reason="seen")
    office.act("plan", record, plan="swap", interrupts="no", backout="swap back")
    steps = ordered(ticket.next_steps(office.desk(), made.ref))
    assert next(step.event.name for step in steps if not step.allowed) == "approve"


async def test_who_comes_second_is_told_the_state_by_its_name(office: Office) -> None:
    made = office.ticket()
    record = ticket.row_of(office.desk(), made.ref)["id"]
    office.act("accept", record)
    async with console(office) as person:
        await person.press("enter", "w")
        office.act("diagnose", record)
        await person.fill(reason="no_access", who_agreed="Acme", until="+2h")
        await person.press("f2")
        assert "it is now diagnosing" in person.form.problems
        assert person.form.row("who_agreed").typed == "Acme"
