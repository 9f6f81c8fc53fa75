"""One run: where it stands, what was answered and why this branch, thresholds with their source, evidence.

A warning fills the pane and is ticked before it is left. It must not know a rule: the desk judges every answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Final

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from noc_console.desk import diagnosis
from noc_console.desk.diagnosis import Evidence
from noc_console.desk.diagnosis_view import RunView, approval_words
from noc_console.errors import NocError
from noc_console.i18n import N_, _, language
from noc_console.screens import background, verbs
from noc_console.screens import diagnosis_words as words
from noc_console.screens.base import NocScreen
from noc_console.screens.bindings import bindings
from noc_console.screens.choose import Choose
from noc_console.screens.diagnosis_acts import answered, attached, gone_back
from noc_console.screens.verbs import Target
from noc_console.screens.widgets.bar import Bar, Item
from noc_console.screens.widgets.entry import Line
from noc_console.screens.widgets.hanging import Hanging, Hung
from noc_console.text import clean
from noc_console.workflows.catalogue import workflow
from noc_console.workflows.labels import label
from noc_console.workflows.machine import NextStep
from noc_console.workflows.tree import NOT_LOCATED, UNSAFE, Variant
from noc_console.workflows.tree_walk import Choice

if TYPE_CHECKING:
    pass

#: Of the width of the screen, what an answer takes; the rest shows its question.
_ANSWER_CELLS: Final = 60
_LEAST_QUESTION: Final = 20
#: What the code of an answer and the gap behind it take.
_CODE_CELLS: Final = 5
_BARE: Final = re.compile(r"\s*[-+−]?\s?\d+(?:[.,]\d+)?\s*")


class RunScreen(NocScreen):
    """A run at its step; digits answer, Enter takes the value or the answer under the cursor."""

    SCOPE = "run"
    FIXED_KEYS: ClassVar[tuple[tuple[str, str], ...]] = (
        ("1-9", N_("answer: the one of that number")), ("Space", N_("tick a warning as read")),
    )  # fmt: skip
    BINDINGS: ClassVar[list[BindingType]] = bindings("run")
    DEFAULT_CSS = """
    RunScreen #run-title { background: $surface; text-style: bold; }
    RunScreen #way { height: auto; max-height: 30%; padding: 0 1; border-bottom: solid $panel; }
    RunScreen #way-text { height: auto; color: $text-muted; }
    RunScreen #place { height: 1fr; padding: 0 1; }
    RunScreen #step-text, RunScreen #limits, RunScreen #tick { height: auto; }
    RunScreen #tick { display: none; text-style: bold; padding: 0 2 1 2; }
    RunScreen.-warn #tick { display: block; }
    RunScreen #step-text { text-style: bold; }
    RunScreen #limits { color: $text-muted; }
    RunScreen #value-row { height: auto; }
    RunScreen #value { display: none; width: 1fr; }
    RunScreen.-measure #value { display: block; }
    RunScreen #choices { height: auto; border: none; padding: 0; }
    RunScreen.-warn #way { display: none; }
    RunScreen.-warn #place { border: heavy $warning; }
    RunScreen.-warn #step-text { padding: 1 2; text-style: bold reverse; }
    RunScreen #evidence { background: $surface; }
    """

    def __init__(self, run: str) -> None:
        super().__init__()
        self.run_ref = run
        self.view: RunView | None = None
        self._ticked = False
        self._class: Variant | None = None

    def compose_body(self) -> ComposeResult:
        """Lay out heading, way, step, answers and evidence."""
        yield Bar(id="run-title")
        with VerticalScroll(id="way", can_focus=False):
            yield Hanging("", id="way-text", indent=lambda line: 4)
        with VerticalScroll(id="place", can_focus=False):
            yield Hanging(id="step-text")
            yield Static("", id="tick", markup=False)
            yield Hanging(id="limits")
            yield Line(id="value")
            yield OptionList(id="choices", compact=True)
        yield Bar(id="evidence")

    def on_mount(self) -> None:
        """Read the run."""
        self._choices.focus()
        self.changed(keys_wait=True)

    @property
    def _choices(self) -> OptionList:
        return self.query_one("#choices", OptionList)

    @property
    def _value(self) -> Line:
        return self.query_one("#value", Line)

    # Reading

    def changed(self, *, keys_wait: bool = False) -> None:
        """Read the run again."""
        start = background.bring if keys_wait else background.read
        start(self, "run", partial(diagnosis.show, self.desk, self.run_ref), self._show, self.app.tell)

    def _show(self, view: RunView) -> None:
        before, self.view = self.view, view
        place = (view.row["here"], view.row["step"], len(view.answers))
        moved = before is None or place != (before.row["here"], before.row["step"], len(before.answers))
        kind = view.step.kind if view.step else ""
        self.set_class(kind == "warn", "-warn")
        self.set_class(bool(view.step and view.step.unit and self._open), "-measure")
        way = "\n".join(words.way(view, max(_LEAST_QUESTION, self.size.width - _ANSWER_CELLS)))
        self.query_one("#way-text", Hanging).update(Content(clean(way, multiline=True)))
        self.query_one("#way", VerticalScroll).scroll_end(animate=False)
        self._put("#step-text", words.step_words(view))
        if self._class not in view.classes:
            self._class = None
        self._show_limits()
        if moved:
            self._ticked = False
            self._value.value = ""
            self._value.placeholder = self._unit_hint()
        self._show_choices(first=moved)
        if moved:
            (self._value if self.has_class("-measure") and self._decides else self._choices).focus()
        self._show_title()
        self.show_footer()

    @property
    def _open(self) -> bool:
        return self.view is not None and self.view.row["state"] == "running"

    @property
    def _decides(self) -> bool:
        """Tell whether a value can decide the branch, so that it is asked for first."""
        step = self.view.step if self.view else None
        if step is None:
            return False
        return step.kind == "measure" or any(one.bounds or one.verdicts for one in step.answers)

    def _unit_hint(self) -> str:
        unit = self.view.step.unit if self.view and self.view.step else ""
        return _("value in {unit}; Enter", unit=label(unit)) if unit else ""

    def _approval(self) -> str:
        return approval_words(self.view, self.key_item("run.approve").key) if self.view else ""

    def _show_limits(self) -> None:
        view, code = self.view, self._class.code if self._class else ""
        if view is not None:
            line = words.class_line(view, code, self.key_item("run.class").key) if self._open else ""
            self._put("#limits", "\n".join(filter(None, (words.limits(view, code), line, self._approval()))))

    def _put(self, selector: str, text: str) -> None:
        self.query_one(selector, Static).update(Content(clean(text, multiline=True)))

    def _show_choices(self, *, first: bool) -> None:
        view, here = self.view, self._choices.highlighted
        assert view is not None
        self._put("#tick", self._tick_line() if self._is_warning and self._open else "")
        self._choices.clear_options()
        if not self._open:
            return
        for choice in view.choices:
            said = clean(choice.label.text(language()))
            line = Content(f"{self._key_of(choice):>3}  {said} -> {choice.to}")
            self._choices.add_option(Option(Hung(line, lambda _line: _CODE_CELLS)))
        if view.choices:
            self._choices.highlighted = 0 if first or here is None else min(here, len(view.choices) - 1)

    def _key_of(self, choice: Choice) -> str:
        """Return the key that takes an answer: its digit, or that of the way out."""
        command = {NOT_LOCATED: "run.cannot", UNSAFE: "run.unsafe"}.get(choice.code)
        return self.key_item(command).key if command else choice.code

    def _tick_line(self) -> str:
        """Return the tick under a warning: a sign and words, whatever the colours are."""
        tick = _("[x] I have read this") if self._ticked else _("[ ] I have read this")
        return f"{tick}   " + _("who: {name}", name=self.desk.actor.name)

    def _show_title(self) -> None:
        view = self.view
        if view is None:
            return
        state = _(workflow("diagnosis").state(view.row["state"]).label)
        ticket = _("ticket {ref}", ref=view.ticket["ref"])
        right = [Item(ticket), Item(words.where(view)), Item(words.minutes(view)), Item(state)]
        self.query_one("#run-title", Bar).show([Item(words.title(view), strong=True)], right)
        names = "  ".join(item["name"] for item in view.evidence[-3:])
        kept = [Item(_("evidence {n}: {names}", n=len(view.evidence), names=names or "-"))]
        always = [self.key_item("run.cannot"), self.key_item("run.unsafe")] if self._open else []
        self.query_one("#evidence", Bar).show(kept, always)

    def tick(self, minute: bool) -> None:
        """Let the minutes move."""
        super().tick(minute)
        if minute:
            self._show_title()

    # Answering

    @property
    def _is_warning(self) -> bool:
        return bool(self.view and self.view.step and self.view.step.kind == "warn")

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

    def footer_items(self) -> list[Item]:
        """Return what leads on from here."""
        if not self._open:
            return [self.key_item("run.up"), self.key_item("run.ticket"), self.key_item("app.help")]
        items = [self.key_item("run.back")]
        if self._is_warning and not self._ticked:
            items.insert(0, Item(_("tick as read"), key="Space", action="tick"))
        if self.view is not None and self.view.step is None:
            items.insert(0, self.key_item("run.stop" if self.view.row["step"] == UNSAFE else "run.finish"))
        elif self.view is not None and self.view.step and self.view.step.kind == "act":
            items.insert(0, self.key_item("run.approve"))
        if self.view is not None and self.view.step and self.view.step.command:
            items.append(self.key_item("run.command"))
        return [*items, self.key_item("run.evidence"), self.key_item("run.up"), self.key_item("app.help")]
