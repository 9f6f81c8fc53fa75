"""Going through one run: an answer, a value with its class, evidence, a command, and the other events of a run.

A warning is ticked before it is left. It must not know a rule: the desk judges every answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import ClassVar, Final

from textual import events, on
from textual.binding import BindingType
from textual.widgets import OptionList

from noc_console.desk.diagnosis import Evidence
from noc_console.desk.diagnosis_view import RunView
from noc_console.errors import NocError
from noc_console.i18n import N_, _
from noc_console.screens import background, verbs
from noc_console.screens import diagnosis_words as words
from noc_console.screens.bindings import bindings
from noc_console.screens.choose import Choose
from noc_console.screens.diagnosis_acts import answered, attached, gone_back
from noc_console.screens.diagnosis_shown import ShownRun
from noc_console.screens.verbs import Target
from noc_console.screens.widgets.entry import Line
from noc_console.workflows.catalogue import workflow
from noc_console.workflows.machine import NextStep
from noc_console.workflows.tree import NOT_LOCATED, UNSAFE

_BARE: Final = re.compile(r"\s*[-+−]?\s?\d+(?:[.,]\d+)?\s*")


class RunScreen(ShownRun):
    """A run at its step; digits answer, Enter takes the value or the answer under the cursor."""

    SCOPE = "run"
    FIXED_KEYS: ClassVar[tuple[tuple[str, str], ...]] = (
        ("1-9", N_("answer: the one of that number")), ("Space", N_("tick a warning as read")),
    )  # fmt: skip
    BINDINGS: ClassVar[list[BindingType]] = bindings("run")

    # Answering

    def on_key(self, event: events.Key) -> None:
        """Answer by a digit; in the value field digits belong to the value. Space ticks a warning as read."""
        if event.key == "space" and self._is_warning and self._open and not self._value.has_focus:
            event.stop()
            self.action_tick()
            return
        if self._value.has_focus or not (event.character and event.character.isascii() and event.character.isdigit()):
            return
        event.stop()
        view = self.view
        number = int(event.character)
        place = next((n for n, one in enumerate(view.choices) if one.number == number), None) if view else None
        if place is None or number == 0 or not self._open:
            self.app.say(_("There is no answer {key} here.", key=event.character), warning=True)
            return
        self._choices.highlighted = place
        self._choose(place)

    def action_tick(self) -> None:
        """Tick the warning as read, or take the tick back."""
        self._ticked = not self._ticked
        self._show_choices(first=False)
        self.show_footer()

    @on(OptionList.OptionSelected, "#choices")
    def _selected(self, message: OptionList.OptionSelected) -> None:
        self._choose(message.option_index)

    def _choose(self, place: int) -> None:
        view = self.view
        if view is None or not self._open:
            return
        choice = view.choices[place]
        if self._is_warning and choice.number and not self._ticked:
            self.action_tick()
            self.app.say(_("Ticked as read by {name}; once more goes on.", name=self.desk.actor.name))
            return
        self._answer({"choice": choice.code, **self._typed()})

    @on(Line.Submitted, "#value")
    def _measured(self) -> None:
        typed = self._typed()
        if not typed:
            self._choices.focus()
        elif self.view is not None and self.view.class_decides and self._class is None:
            self._ask_class(lambda: self._answer(self._typed()))
        else:
            self._answer(typed)

    def action_class(self) -> None:
        """Choose the class whose limits judge the value."""
        if self.view is not None and self.view.classes and self._open:
            self._ask_class(self._show_limits)
        else:
            self.app.say(_("The limits of this step do not differ by class."), warning=True)

    def _ask_class(self, after: Callable[[], None]) -> None:
        view = self.view
        assert view is not None
        rows = [(one.code, words.class_limits(view, one)) for one in view.classes]
        here = self._class.code if self._class else ""
        hint = _("Enter chooses; Esc leaves it open")
        self.app.push_screen(
            Choose(_("By the limits of which class?"), rows, hint, here=here), partial(self._class_chosen, after)
        )

    def _class_chosen(self, after: Callable[[], None], code: str | None) -> None:
        found = next((one for one in self.view.classes if one.code == code), None) if self.view else None
        if found is not None:
            self._class = found
            self._show_limits()
            after()

    def _typed(self) -> dict[str, str]:
        """Return the value in the field with its class; the field says the unit, so a bare number has it."""
        text = self._value.value.strip() if self.has_class("-measure") else ""
        step = self.view.step if self.view else None
        if text and step and _BARE.fullmatch(text):
            text = f"{text} {step.unit}"
        if not text:
            return {}
        return {"value": text, "variant": self._class.code} if self._class else {"value": text}

    def _answer(self, inputs: dict[str, str]) -> None:
        step = self.view.row["step"] if self.view else ""
        call = partial(answered, self.desk, self.run_ref, {**inputs, "step": step})
        background.act(self, call, self._acted, self._refused)

    def _acted(self, view: RunView) -> None:
        self.app.changes += 1
        self._as_of = self.app.changes
        self._show(view)

    def _refused(self, error: NocError) -> None:
        self.app.tell(error)
        self.changed()

    def action_cannot(self) -> None:
        """Answer that it cannot be done."""
        self._answer({"choice": NOT_LOCATED})

    def action_unsafe(self) -> None:
        """Answer that it is not safe."""
        self._answer({"choice": UNSAFE})

    # Evidence

    def on_paste(self, event: events.Paste) -> None:
        """Keep what is pasted beside the value field as evidence, just as it is."""
        if self._value.has_focus or not self._open or not event.text:
            return
        event.stop()
        number = len(self.view.evidence) + 1 if self.view else 1
        evidence = Evidence(f"paste-{number}.txt", event.text.encode("utf-8", "replace"))
        background.act(self, partial(attached, self.desk, self.run_ref, evidence), self._acted, self.app.tell)

    def action_command(self) -> None:
        """Show the command that the step offers, to be run."""
        from noc_console.screens.diagnosis_command import offer_command

        offer_command(self)

    def ran(self, view: RunView, value: str) -> None:
        """Take what a command has brought: evidence, and the value that the step asks for."""
        self._acted(view)
        if value and self.has_class("-measure"):
            self._value.value = value

    # Other events

    def action_event(self, name: str) -> None:
        """Open the form of another event of the run."""
        event = workflow("diagnosis").event(name)
        view = self.view
        if event is None or view is None:
            return
        target = Target(view.row["id"], view.row["ref"], "diagnosis", view.row["state"], words.title(view))
        verbs.start(self, target, NextStep(event, True))

    def action_back(self) -> None:
        """Stand at the step before."""
        call = partial(gone_back, self.desk, self.run_ref)
        background.act(self, call, self._acted, self.app.tell)

    def action_ticket(self) -> None:
        """Open the ticket of the run."""
        from noc_console.screens.ticket import TicketScreen

        if self.view is not None:
            self.app.push_screen(TicketScreen(self.view.row["record"]))

    def action_similar(self) -> None:
        """Show earlier tickets that are like the one of the run; the run stays as it is."""
        from noc_console.screens.similar import open_similar

        if self.view is not None:
            open_similar(self, self.view.ticket["ref"])

    def action_climb(self) -> None:
        """Leave the value field, then the run; it waits as it stands."""
        if self._value.has_focus:
            self._choices.focus()
        else:
            self.dismiss(None)

    def action_move(self, by: int) -> None:
        """Go up or down among the answers."""
        self._choices.action_cursor_down() if by > 0 else self._choices.action_cursor_up()
