"""The two faces, as a script and as a person use them: the command line in process, and the console under a pilot."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from noc_console.cli.inputs import option_name
from noc_console.cli.main import main
from noc_console.errors import NocError
from noc_console.keys import keymap
from noc_console.screens.app import NocApp
from noc_console.screens.confirm import Confirm
from noc_console.screens.event_form import EventForm
from noc_console.screens.ticket import TicketScreen
from noc_console.screens.widgets.next_steps import NextSteps
from noc_console.workflows.catalogue import workflow
from noc_console.workflows.fields import Kind
from tests.end_to_end.cases import Case, Texts
from tests.end_to_end.stage import Stage, found
from tests.screens.driver import Person

# --- Commands ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Said:
    """What a command answered."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Return standard output as JSON."""
        return json.loads(self.out)


class Commands:
    """``noc`` on a stage, run in this process."""

    def __init__(self, stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
        self.stage = stage
        self._capsys = capsys

    def __call__(self, *words: str, by: str = "li") -> Said:
        """Run a command line and return what it said."""
        self._capsys.readouterr()
        code = main([*words, "--store", self.stage.path, "--as", by, "--lang", "en"])
        out, err = self._capsys.readouterr()
        return Said(code, out, err)

    def fire(self, case: Case, *more: str) -> Said:
        """Wish for the event of a case as its verb, with what is typed as its options."""
        if case.event == "run":
            filled = ["--with", case.texts["arguments"]] if "arguments" in case.texts else []
            name = case.texts.get("command", "ping")
            return self("ticket", "run", self.stage.ref, name, *filled, "--yes", *more, by=case.by)
        words = self._options(case)
        if case.event == "register":
            return self("ticket", "new", *words, *more, by=case.by)
        return self("ticket", found(case.kind, case.event).verb, self.stage.ref, *words, *more, by=case.by)

    def _options(self, case: Case) -> list[str]:
        fields = {field.name: field for field in found(case.kind, case.event).inputs}
        words: list[str] = []
        for name, text in case.texts.items():
            option = option_name(fields[name])
            if fields[name].kind is Kind.YESNO:
                words.append(option if text == "yes" else f"--no-{option[2:]}")
            else:
                # as one word, because a text may begin with a dash
                words.append(f"{option}={self.stage.said(text)}")
        return words


# --- Screens -------------------------------------------------------------------------------------------------


@asynccontextmanager
async def console(stage: Stage, by: str = "li", size: tuple[int, int] = (120, 50)) -> AsyncIterator[Person]:
    """Open the console for somebody on a stage; nothing happens in it by itself."""
    desk = stage.desk(by)
    app = NocApp(desk, keymap({}, (workflow("fault"), workflow("request"))), store=stage.path, polling=False)
    async with app.run_test(size=size) as pilot:
        person = Person(app, pilot)
        await person.settle()
        yield person


async def open_ticket(person: Person, record: str) -> TicketScreen:
    """Open a ticket's screen over the queue."""
    await back_to_queue(person)
    person.queue.open_ticket(record)
    await person.settle()
    return person.ticket


async def back_to_queue(person: Person) -> None:
    """Leave whatever is open over the queue."""
    while isinstance(person.screen, TicketScreen | EventForm | Confirm):
        await person.app.pop_screen()


async def choose(person: Person, kind: str, event: str) -> None:
    """Start a verb by its key, or by name in the palette where it has none; registration starts in the queue."""
    person.app._notifications.clear()
    row = found(kind, event)
    if event == "register":
        await person.press("n")
    elif row.key:
        await person.press(row.key)
    else:
        await person.press("ctrl+p")
        await person.write(f"ticket: {row.label}")
        await person.press("enter")


async def fill(person: Person, stage: Stage, texts: Texts) -> dict[str, str]:
    """Type a case into the form in sight, empty what it leaves out, and return what stands there then."""
    form = person.form
    for row in form._rows:
        if row.field.name in texts:
            row.type_in(stage.said(texts[row.field.name]))
        elif row.field.default is None:
            row.type_in("")
    await person.settle()
    return standing(form)


def standing(form: EventForm) -> dict[str, str]:
    """Return what stands in each field."""
    return {row.field.name: row.typed for row in form._rows}


async def save(person: Person) -> None:
    """Save the form, and answer the question before what ends something with yes."""
    if isinstance(person.screen, EventForm):
        await person.press("f2")
    if isinstance(person.screen, Confirm):
        await person.press("tab", "enter")


def complaints(form: EventForm) -> str:
    """Return all that a form says against what stands in it."""
    notes = [str(row._note.content) for row in form._rows if row.has_class("-wrong")]
    return "\n".join([form.problems, *notes])


def steps_in_sight(screen: TicketScreen) -> list[tuple[str, bool, list[str]]]:
    """Return (event, allowed, codes) of the steps that a ticket's screen offers."""
    steps = screen.query_one(NextSteps)._steps.values()
    return [(step.event.name, step.allowed, [reason.code for reason in step.reasons]) for step in steps]


def refused_at_desk(stage: Stage, case: Case, of: str = "it") -> NocError | None:
    """Return the error with which the desk answers a case, None where it allows it; nothing is stored."""
    try:
        stage.wish(case.event, case.by, case.texts, of="" if case.event == "register" else of, dry_run=True)
    except NocError as error:
        return error
    return None


def told(reasons: Sequence[dict[str, str]]) -> list[str]:
    """Return reasons of the public JSON as a screen says them."""
    return [f"{reason['text']} ({reason['remedy']})" if reason["remedy"] else reason["text"] for reason in reasons]
