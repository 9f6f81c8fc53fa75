"""Forms made from events: what cannot be read, what is refused, and that nothing typed is lost."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from noc_console.desk import act as door
from noc_console.desk import ticket
from noc_console.desk.act import Outcome, Wish
from noc_console.desk.desk import Desk
from noc_console.desk.filter import parse
from noc_console.desk.ticket_view import show
from noc_console.errors import StoreUnavailable
from noc_console.screens.confirm import Confirm
from noc_console.screens.event_form import EventForm, FormSpec
from noc_console.screens.known_values import form_of
from noc_console.screens.ticket import TicketScreen
from noc_console.screens.verbs import Target
from noc_console.screens.widgets.choice import Choice
from noc_console.screens.widgets.lookup import Lookup
from noc_console.workflows.catalogue import workflow
from tests.screens.driver import Office, console


async def test_what_cannot_be_read_is_said_at_its_field(office: Office) -> None:
    async with console(office) as person:
        await person.press("n")
        await person.fill(subject="Slow", occurred_at="yesterday-ish", users_affected="many")
        await person.press("f2")
        wrong = person.form.row("occurred_at")
        assert wrong.has_class("-wrong")
        assert "yesterday-ish" in str(wrong.query_one(".note").render())
        assert person.form.row("users_affected").has_class("-wrong")
        assert person.app.focused is wrong.entry
        assert person.form.row("subject").typed == "Slow"
        await person.fill(occurred_at="-10m")
        await person.press("f2")
        assert not person.form.row("occurred_at").has_class("-wrong")
        assert person.form.row("users_affected").has_class("-wrong")


async def test_the_end_of_a_long_line_is_seen_while_it_is_typed(office: Office) -> None:
    async with console(office, size=(80, 24)) as person:
        await person.press("n")
        await person.write("the line to the mill is down since the storm, no light at all")
        assert "no light at all" in person.text
        await person.press("home")
        assert "the line to the mill is down" in person.text


async def test_a_refusal_shows_every_reason_and_loses_nothing(office: Office) -> None:
    async with console(office) as person:
        await person.press("n")
        await person.fill(channel="hotline", subject="", symptom="it hums")
        await person.press("f2")
        assert isinstance(person.screen, EventForm)
        assert person.form.row("subject").has_class("-wrong")
        assert person.form.row("symptom").typed == "it hums"
        await person.fill(subject="Hum")
        await person.press("f2")
        assert isinstance(person.screen, EventForm)
        # the fields that a voice on the phone can be asked for (R21)
        assert person.form.row("scope").has_class("-wrong") or "scope" in person.form.problems.casefold()
        assert person.form.row("subject").typed == "Hum"
    assert not tuple(ticket.records(office.desk(), parse("state:all")))


async def test_trying_stores_nothing(office: Office) -> None:
    made = office.ticket()
    async with console(office) as person:
        await person.press("enter", "m")
        await person.fill(text="checked the port")
        await person.press("f3")
        assert "nothing was stored" in person.toasts
        assert isinstance(person.screen, EventForm)
        assert len(person.app.desk.policy().grades) == 5
        before = ticket.row_of(office.desk(), made.ref)["row_version"]
        await person.press("f2")
        assert isinstance(person.screen, TicketScreen)
        assert ticket.row_of(office.desk(), made.ref)["row_version"] >= before
        assert "checked the port" in person.text


@pytest.mark.parametrize(("kind", "service_type"), [("fault", "fault"), ("request", "consultation")])
async def test_no_form_takes_what_stands_there_at_first_for_typed(office: Office, kind: str, service_type: str) -> None:
    awkward = {"subject": "a\tb  c", "symptom": "one\r\ntwo\n\n three \n", "scope": " x ", "requester": "A, B"}
    made = office.ticket(**awkward, kind=kind, service_type=service_type, objects=("circuit:a,b", "c"))
    async with console(office) as person:
        target = Target.of_row(ticket.row_of(office.desk(), made.ref))
        names = [event.name for event in workflow(target.kind).events if event.sources and not event.internal]
        forms = [form_of(person.app.desk, target, name) for name in names]
        fields = {one.field.name: one for made_form in forms for one in made_form.fields if one.field.asked}
        spec = FormSpec(title="", fields=tuple(fields.values()), submit=lambda _values: None)
        person.app.push_screen(EventForm(person.app.desk, spec))
        await person.settle()
        await person.pilot.press(*["tab"] * len(fields))
        assert [name for name in fields if person.form.row(name).touched] == []
        await person.press("escape")
        assert not person.screen.is_modal


async def test_leaving_a_form_asks_only_where_something_was_typed(office: Office) -> None:
    office.ticket()
    async with console(office) as person:
        await person.press("n", *["tab"] * 12, "escape")
        assert not person.screen.is_modal
        await person.press("enter", "m", "escape")
        assert isinstance(person.screen, TicketScreen)
        await person.press("m")
        await person.write("abc")
        await person.press("escape")
        assert isinstance(person.screen, Confirm)
        await person.press("enter")
        assert person.form.row("text").typed == "abc"
        await person.press("escape", "tab", "enter")
        assert isinstance(person.screen, TicketScreen)


async def test_somebody_was_faster(office: Office) -> None:
    made = office.ticket()
    async with console(office) as person:
        await person.press("enter", "a")
        office.act("accept", made.record, contacted=True)
        await person.press("f2")
        assert isinstance(person.screen, EventForm)
        assert person.form.problems


async def test_an_error_at_commit_means_unknown_and_a_second_try_acts_once(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = office.ticket()
    whole = door.act

    def cut_off(desk: Desk, wish: Wish, *, dry_run: bool = False) -> Outcome:
        whole(desk, wish, dry_run=dry_run)
        raise StoreUnavailable("the line was cut at commit", "try again")

    async with console(office) as person:
        await person.press("enter", "a")
        with monkeypatch.context() as while_cut:
            while_cut.setattr(door, "act", cut_off)
            await person.press("f2")
        assert isinstance(person.screen, EventForm)
        assert "cut at commit" in person.form.problems
        await person.press("f2")
        assert isinstance(person.screen, TicketScreen)
    row = ticket.row_of(office.desk(), made.ref)
    assert row["state"] == "accepted"
    assert [entry.event for entry in show(office.desk(), made.ref).timeline] == ["register", "accept"]


async def test_an_event_without_inputs_needs_no_form(office: Office) -> None:
    made = office.ticket()
    office.act("accept", made.record, contacted=True)
    async with console(office) as person:
        await person.press("enter", "d")
        assert isinstance(person.screen, TicketScreen)
        assert ticket.row_of(office.desk(), made.ref)["state"] == "diagnosing"
        assert "Diagnose is done" in person.toasts


async def test_few_options_are_taken_by_digit_and_many_by_typing(office: Office) -> None:
    made = office.ticket()
    office.act("accept", made.record, contacted=True)
    office.act("diagnose", made.record)
    async with console(office) as person:
        await person.press("enter", "p")
        interrupts = person.form.row("interrupts")
        assert isinstance(interrupts.entry, Choice)
        interrupts.entry.focus()
        await person.press("3")
        assert interrupts.typed == "no"
        await person.press("backspace")
        assert interrupts.typed == ""
        remedy = person.form.row("remedy")
        remedy.entry.focus()
        await person.press("5")
        assert remedy.typed == "terminal_replace"
        await person.press("escape", "tab", "enter", "l")
        cause = person.form.row("cause_code")
        await person.write("x-nff")
        assert isinstance(cause.query_one(Lookup), Lookup)
        await person.press("enter")
        assert cause.typed == "X-NFF"
        assert person.app.focused is person.form.row("location").entry
        await person.press("shift+tab", "ctrl+u", "enter")
        assert cause.typed == ""
        await person.press("shift+tab")
        await person.write("power")
        await person.press("down", "enter")
        assert cause.typed.startswith("AC-")


async def test_required_is_a_word(office: Office) -> None:
    async with console(office) as person:
        await person.press("n")
        assert "Subject (required)" in person.text


async def test_the_same_form_registers_a_request(office: Office) -> None:
    async with console(office) as person:
        await person.press("n")
        await person.fill(
            subject="How to read the bill", symptom="asks about line 3", scope="one", contact="a@b.example", grade="P5"
        )
        await person.fill(service_type="consultation", domain="bss_oss")
        await person.press("f2")
        row = ticket.row_of(office.desk(), "HZ1-1")
        assert row["service_type"] == "consultation"
        assert "registered" in person.text


async def test_references_are_typed_as_people_say_them(office: Office) -> None:
    first, second = office.ticket("First", grade="P1"), office.ticket("Second", grade="P4")
    async with console(office) as person:
        await person.press("enter", "M")
        await person.fill(into="HZ1-99", why="the same port")
        await person.press("f2", "tab", "enter")
        assert "HZ1-99" in person.form.problems
        await person.fill(into=second.ref.casefold())
        await person.press("f2", "tab", "enter")
    row = ticket.row_of(office.desk(), first.ref)
    assert (row["state"], row["merged_into"]) == ("merged", second.record)


async def test_a_file_is_attached_by_its_path(office: Office, tmp_path: Path) -> None:
    trace = tmp_path / "trace [red].txt"
    trace.write_text("-31.2 dBm", encoding="utf-8")
    made = office.ticket()
    async with console(office) as person:
        await person.press("enter", "ctrl+p")
        await person.write("attach")
        await person.press("enter")
        await person.fill(file=str(tmp_path / "missing.txt"))
        await person.press("f2")
        assert "missing.txt" in person.form.problems
        await person.fill(file=str(trace))
        await person.press("f2")
        assert isinstance(person.screen, TicketScreen)
    assert [item["name"] for item in show(office.desk(), made.ref).attachments] == ["trace [red].txt"]


def test_a_start_loads_no_dialog() -> None:
    code = (
        "import sys; import noc_console.screens.queue; "
        "late = ('help', 'palette', 'event_form', 'bulk', 'registration', 'solve', 'store_area', 'views', 'ticket'); "
        "late = [*(f'screens.{name}' for name in late), 'desk.act', 'desk.facts', 'desk.ticket_view']; "
        "sys.exit(' '.join(name for name in late if f'noc_console.{name}' in sys.modules) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


async def test_completing_with_nothing_changed_is_refused_and_only_what_changed_is_given(office: Office) -> None:
    made = office.ticket()
    async with console(office) as person:
        await person.press("enter", "c", "f2")
        assert isinstance(person.screen, EventForm)
        assert "nothing was changed" in person.form.problems
        assert [entry.event for entry in show(office.desk(), made.ref).timeline] == ["register"]
        await person.fill(users_affected="12")
        await person.press("f2")
        assert isinstance(person.screen, TicketScreen)
    last = show(office.desk(), made.ref).timeline[-1]
    assert last.event == "complete"
    assert "12" in last.text
    assert "one site" not in last.text


async def test_what_would_be_refused_is_refused_before_the_question(office: Office) -> None:
    made = office.ticket()
    async with console(office) as person:
        await person.press("enter", "C")
        await person.fill(who="Acme", channel="phone")
        await person.press("f2")
        assert isinstance(person.screen, EventForm)
        assert person.form.row("words").has_class("-wrong")
        await person.fill(words="works again")
        await person.press("f2")
        assert isinstance(person.screen, Confirm)
        await person.press("right", "enter")
    assert ticket.row_of(office.desk(), made.ref)["state"] == "cancelled"


async def test_a_remedy_of_another_domain_is_explained_by_the_plan_itself(office: Office) -> None:
    made = office.ticket()
    office.act("accept", made.record, contacted=True)
    office.act("diagnose", made.record)
    office.act("locate", made.record, cause_code="AC-CPE-FAIL", location="flat 4", evidence="-31 dBm")
    async with console(office) as person:
        await person.press("enter", "p")
        remedy = person.form.row("remedy").form_field
        last = remedy.options[-1]
        assert last.code == "session_clear"
        assert "(data only)" in last.label
        assert all("only)" not in option.label for option in remedy.options[:5])
        await person.fill(plan="clear it", interrupts="no", backout="nothing", remedy="session_clear")
        await person.press("f2")
        assert person.form.row("remedy").has_class("-wrong")
        await person.fill(remedy="terminal_replace", interrupts="part")
        await person.press("f2")
        assert person.form.row("remedy").has_class("-wrong")
        await person.fill(interrupts="no")
        await person.press("f2")
    assert ticket.row_of(office.desk(), made.ref)["state"] == "planned"


async def test_the_wording_to_a_customer_is_advised_on_while_it_is_written(office: Office) -> None:
    office.ticket()
    async with console(office) as person:
        await person.press("i")
        await person.fill(text="that is not our problem")
        row = person.form.row("text")
        assert row.has_class("-advised") and "who takes care" in str(row.query_one(".advice").render())
        await person.fill(text="Your line works again.")
        assert not row.has_class("-advised")
