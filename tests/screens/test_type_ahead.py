"""Keys pressed ahead of what they are for: they reach what is opening, in order, and never the ticket underneath."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from textual import events

from noc_console.desk import act as door
from noc_console.desk import ticket
from noc_console.desk.ticket_view import show
from noc_console.errors import StoreUnavailable
from noc_console.screens import base, known_values, queue, queue_list, registration
from noc_console.screens import ticket as ticket_screen
from noc_console.screens.event_form import EventForm
from noc_console.screens.queue import QueueScreen
from noc_console.screens.ticket import TicketScreen
from noc_console.screens.type_ahead import TypeAhead
from tests.screens.driver import Office, console


@contextmanager
def slow(monkeypatch: pytest.MonkeyPatch, where: Any, name: str) -> Iterator[threading.Event]:
    """Have a call to the desk wait until the event is set, as over a slow line."""
    whole, go_on = getattr(where, name), threading.Event()

    def waits(*given: Any, **named: Any) -> Any:
        assert go_on.wait(30)
        return whole(*given, **named)

    with monkeypatch.context() as while_slow:
        while_slow.setattr(where, name, waits)
        try:
            yield go_on
        finally:
            go_on.set()


def events_of(office: Office, ref: str) -> list[str]:
    """Return what happened to a ticket."""
    return [entry.event for entry in show(office.desk(), ref).timeline]


async def test_letters_before_the_registration_form_are_its_subject(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = office.ticket()
    async with console(office) as person:
        with slow(monkeypatch, registration, "form") as go_on:
            await person.send("n", *"damp", "space", *"nzd")
            assert isinstance(person.screen, QueueScreen)
            go_on.set()
            await person.settle()
        assert person.form.row("subject").typed == "damp nzd"
    assert events_of(office, made.ref) == ["register"]


async def test_letters_before_the_form_of_a_verb_are_its_first_field(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = office.ticket()
    async with console(office) as person:
        with slow(monkeypatch, known_values, "form") as go_on:
            await person.send("m", *"adman")
            assert isinstance(person.screen, QueueScreen)
            go_on.set()
            await person.settle()
        assert person.form.row("text").typed == "adman"
    assert events_of(office, made.ref) == ["register"]


async def test_a_whole_ticket_in_one_burst(office: Office) -> None:
    made = office.ticket()
    async with console(office) as person:
        await person.burst("enter", "a", "1", "f2", "d", "m", *"looked", "space", *"at it", "f2", "l")
        assert isinstance(person.screen, EventForm)
        assert person.form.row("cause_code").typed == ""
    assert events_of(office, made.ref) == ["register", "accept", "diagnose", "note"]


async def test_a_verb_pressed_with_enter_is_judged_when_the_ticket_was_read(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = office.ticket()
    office.act("accept", made.record, contacted=True)
    async with console(office) as person:
        with slow(monkeypatch, ticket_screen, "show") as go_on:
            await person.send("enter", "d")
            assert isinstance(person.screen, TicketScreen)
            assert person.screen.view is None
            go_on.set()
            await person.settle()
        assert "Diagnose is done" in person.toasts
    assert events_of(office, made.ref)[-1] == "diagnose"


async def test_a_key_on_a_ticket_that_cannot_be_read_says_so(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_given: Any) -> Any:
        raise StoreUnavailable("the store is locked", "try again")

    made = office.ticket()
    async with console(office) as person:
        monkeypatch.setattr(ticket_screen, "show", broken)
        await person.press("enter")
        assert "the store is locked" in person.text
        await person.press("a")
        assert "nothing was done" in person.toasts
        assert isinstance(person.screen, TicketScreen)
    assert events_of(office, made.ref) == ["register"]


async def test_a_key_beside_the_next_ticket_is_judged_on_that_one(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = office.ticket("First", grade="P1"), office.ticket("Second", grade="P4")
    for one in (first, second):
        office.act("accept", one.record, contacted=True)
    async with console(office) as person:
        await person.press("enter")
        with slow(monkeypatch, ticket_screen, "show") as go_on:
            await person.send("right_square_bracket", "d")
            go_on.set()
            await person.settle()
    assert events_of(office, first.ref)[-1] == "accept"
    assert events_of(office, second.ref)[-1] == "diagnose"


async def test_a_verb_without_a_ticket_says_so(office: Office) -> None:
    async with console(office) as person:
        await person.press("a")
        assert "no ticket under the cursor" in person.toasts


async def test_what_was_typed_after_a_blocked_verb_is_not_taken(office: Office) -> None:
    made = office.ticket()
    async with console(office) as person:
        await person.burst("x", *"zdm")
        assert isinstance(person.screen, QueueScreen)
        assert "Execute" in person.toasts
        assert "typed after it was not taken" in person.toasts
        await person.press("m")
        assert isinstance(person.screen, EventForm)
    assert events_of(office, made.ref) == ["register"]


async def test_what_was_typed_after_a_refused_form_stays_out_of_it(office: Office) -> None:
    office.ticket()
    async with console(office) as person:
        await person.press("m")
        await person.burst("f2", "d", "x")
        assert person.form.row("text").has_class("-wrong")
        assert person.form.row("text").typed == ""
        assert "typed after it was not taken" in person.toasts


async def test_keys_wait_for_the_list_of_a_new_filter(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    cut, slow_line = office.ticket("Fibre cut", grade="P1"), office.ticket("Slow line", grade="P4")
    async with console(office) as person:
        await person.press("slash", "ctrl+u")
        await person.write("grade:4")
        with slow(monkeypatch, queue_list, "read_window") as go_on:
            await person.send("enter", "m", *"noted", "f2")
            go_on.set()
            await person.settle()
    assert events_of(office, cut.ref) == ["register"]
    assert events_of(office, slow_line.ref)[-1] == "note"


async def test_a_key_is_not_taken_for_the_neighbour_of_a_ticket_that_just_left(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone, next_one = office.ticket("First", grade="P1"), office.ticket("Second", grade="P4")
    async with console(office) as person:
        await person.tick()
        office.act("cancel", gone.record, words="not needed", who="Acme", channel="phone")
        monkeypatch.setattr(queue, "REACTION_S", 3600.0)
        await person.tick()
        assert person.queue.table.cursor_key == next_one.record
        await person.press("a")
        assert isinstance(person.screen, QueueScreen)
        assert "press the key again" in person.toasts
        monkeypatch.setattr(queue, "REACTION_S", 0.0)
        await person.press("a")
        assert isinstance(person.screen, EventForm)


async def test_enter_behind_the_words_of_the_palette_waits_for_its_rows(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = office.ticket()
    office.act("accept", made.record, contacted=True)
    async with console(office) as person:
        with slow(monkeypatch, base, "next_steps") as go_on:
            await person.send("ctrl+p", *"diag", "enter")
            go_on.set()
            await person.settle()
    assert events_of(office, made.ref)[-1] == "diagnose"


async def test_two_ctrl_c_leave_a_console_that_waits(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.ticket()
    async with console(office) as person:
        with slow(monkeypatch, door, "act"):
            await person.press("m")
            await person.fill(text="waits")
            await person.send("f2", "a", "ctrl+c")
            assert "ctrl+c again" in person.toasts


async def test_news_behind_help_is_there_when_the_empty_queue_comes_back(office: Office) -> None:
    async with console(office) as person:
        await person.tick()
        await person.press("?")
        office.ticket("Came in meanwhile")
        await person.tick()
        await person.press("escape")
        assert "Came in meanwhile" in person.text


@pytest.mark.parametrize("over", ["f3", "?", "ctrl+p"])
async def test_news_behind_a_page_is_there_when_the_ticket_comes_back(office: Office, over: str) -> None:
    made = office.ticket()
    async with console(office) as person:
        await person.tick()
        await person.press("enter", over)
        office.act("accept", made.record, contacted=True)
        await person.tick()
        await person.press("escape")
        assert isinstance(person.screen, TicketScreen)
        assert "accepted" in person.text


async def test_news_while_another_area_is_in_sight(office: Office) -> None:
    made = office.ticket()
    office.act("accept", made.record, contacted=True)
    async with console(office) as person:
        await person.tick()
        await person.press("enter", "7")
        office.act("diagnose", made.record)
        await person.tick()
        await person.press("1")
        assert "diagnosing" in person.text


async def test_the_clocks_of_a_covered_queue_have_moved_when_it_comes_back(office: Office) -> None:
    office.ticket("Fibre cut", grade="P1")
    async with console(office) as person:
        await person.tick()
        await person.press("?")
        office.pass_time(minutes=2)
        await person.tick()
        await person.press("escape")
        assert "respond 00:03" in person.text
        assert ticket.row_of(office.desk(), "HZ1-1")["state"] == "registered"


async def test_a_screen_that_was_left_before_it_was_ready_makes_no_key_wait_for_ever(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A screen that goes while it is asked whether it is ready never answers; the console must not go deaf."""
    office.ticket()
    async with console(office) as person:
        await person.press("question_mark")
        gone = person.screen
        assert not isinstance(gone, QueueScreen)
        ahead = person.app._ahead
        ahead._ready = None  # as before its first key
        with monkeypatch.context() as going:
            going.setattr(TypeAhead, "_after", lambda _self, _way, _then: None)
            await ahead.take(events.Key("n", "n"))
        person.app.pop_screen()
        await person.until("Register a ticket")
        assert isinstance(person.screen, EventForm)
