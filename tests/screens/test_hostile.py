"""Text of strangers on every screen: escapes, bidi, markup, and a megabyte; shown as text or not at all."""

from __future__ import annotations

import pytest

from noc_console.desk import register
from tests.screens.driver import Office, Person, console

EVIL = (
    "[bold red]x[/] [@click=app.leave]y[/] \x1b]52;c;ZXZpbA==\x07\x1b[31mred \u202egnp\u202c \x9b2J "
    "[link=http://e]z[/link] :smile:"
)
BAD = ("\x1b", "\x07", "\u202e", "\u202c", "\x9b")


def harmless(person: Person) -> str:
    """Return what is in sight after seeing that nothing of it steers a terminal."""
    seen = person.text + person.toasts
    assert not [character for character in BAD if character in seen]
    return seen


@pytest.fixture
def evil(office: Office) -> Office:
    """Give a store in which every text is hostile."""
    made = office.ticket(
        EVIL,
        symptom=EVIL,
        scope=EVIL,
        requester=EVIL,
        organisation=EVIL,
        contract=EVIL[:90],
        objects=(EVIL,),
        contact=EVIL,
    )
    office.act("accept", made.record, contacted=True)
    office.act("note", made.record, text=EVIL + "A" * 9_000)
    office.act("inform", made.record, channel="phone", to=EVIL, text=EVIL)
    office.act("receive", made.record, channel="email", sender=EVIL, recipient=EVIL, subject=EVIL, text=EVIL)
    office.act(
        "wait_third_party", made.record, reason="vendor", until=office.now.replace(hour=20), vendor_case=EVIL[:90]
    )
    register.put(office.desk(), "view", {"name": EVIL[:50], "filter": f'"{EVIL[:30]}"', "shared": True})
    return office


async def test_queue_and_pane(evil: Office) -> None:
    async with console(evil, size=(140, 45)) as person:
        await person.until("clocks")
        assert "[bold red]x[/]" in harmless(person)


async def test_ticket_with_facts_timeline_and_log(evil: Office) -> None:
    async with console(evil, size=(140, 45)) as person:
        await person.press("enter")
        assert "[@click=app.leave]" in harmless(person)
        assert "[link=http://e]" in harmless(person)
        await person.press("f4")
        harmless(person)
        await person.press("f3")
        harmless(person)


async def test_narrow_ticket_title_and_panes(evil: Office) -> None:
    async with console(evil) as person:
        await person.press("enter", "tab", "tab")
        harmless(person)
        await person.press("y", "Y")
        harmless(person)
        assert "\x1b" not in person.app.clipboard


async def test_forms_questions_palette_help_and_views(evil: Office) -> None:
    async with console(evil) as person:
        await person.press("c")
        harmless(person)
        assert "\x1b" not in person.form.row("subject").typed
        await person.press("escape", "C")
        await person.fill(words="w", who="w", channel="phone")
        await person.press("f2")
        assert "[bold red]" in harmless(person)
        await person.press("enter", "escape", "tab", "enter", "ctrl+p")
        harmless(person)
        await person.press("escape", "?")
        harmless(person)
        await person.press("escape", "v")
        assert "[bold red]" in harmless(person)


async def test_store_area_outbox_and_inbox(evil: Office) -> None:
    async with console(evil, size=(140, 45)) as person:
        await person.press("7")
        harmless(person)
        await person.press("enter")
        harmless(person)


async def test_a_hostile_filter_and_view_name_of_the_settings(evil: Office) -> None:
    async with console(evil, views={EVIL: "state:all"}, view=EVIL) as person:
        harmless(person)
        await person.press("slash", "ctrl+u")
        await person.write("[red]grad:1")
        await person.press("enter")
        harmless(person)
        await person.press("escape", "ctrl+p")
        harmless(person)


async def test_a_refusal_that_quotes_what_was_typed(evil: Office) -> None:
    async with console(evil) as person:
        await person.press("n")
        await person.fill(subject="s", users_affected="[red]many[/]")
        await person.press("f2")
        assert "[red]many[/]" in harmless(person)
