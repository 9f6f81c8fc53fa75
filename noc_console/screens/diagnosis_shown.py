"""One run as it is shown: the way so far, the step with its limits, the answers, and the evidence.

A warning fills the pane. It must not know how a step is answered: that is ``diagnosis_run.py``.
"""

from __future__ import annotations

from functools import partial
from typing import Final

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from noc_console.desk import diagnosis
from noc_console.desk.diagnosis_view import RunView, approval_words
from noc_console.i18n import _, language
from noc_console.screens import background
from noc_console.screens import diagnosis_words as words
from noc_console.screens.base import NocScreen
from noc_console.screens.widgets.bar import Bar, Item
from noc_console.screens.widgets.entry import Line
from noc_console.screens.widgets.hanging import Hanging, Hung
from noc_console.text import clean
from noc_console.workflows.catalogue import workflow
from noc_console.workflows.labels import label
from noc_console.workflows.tree import NOT_LOCATED, UNSAFE, Variant
from noc_console.workflows.tree_walk import Choice

#: Of the width of the screen, what an answer takes; the rest shows its question.
_ANSWER_CELLS: Final = 60
_LEAST_QUESTION: Final = 20
#: What the code of an answer and the gap behind it take.
_CODE_CELLS: Final = 5


class ShownRun(NocScreen):
    """A run at its step, read and laid out."""

    DEFAULT_CSS = """
    ShownRun #run-title { background: $surface; text-style: bold; }
    ShownRun #way { height: auto; max-height: 30%; padding: 0 1; border-bottom: solid $panel; }
    ShownRun #way-text { height: auto; color: $text-muted; }
    ShownRun #place { height: 1fr; padding: 0 1; }
    ShownRun #step-text, ShownRun #limits, ShownRun #tick { height: auto; }
    ShownRun #tick { display: none; text-style: bold; padding: 0 2 1 2; }
    ShownRun.-warn #tick { display: block; }
    ShownRun #step-text { text-style: bold; }
    ShownRun #limits { color: $text-muted; }
    ShownRun #value-row { height: auto; }
    ShownRun #value { display: none; width: 1fr; }
    ShownRun.-measure #value { display: block; }
    ShownRun #choices { height: auto; border: none; padding: 0; }
    ShownRun.-warn #way { display: none; }
    ShownRun.-warn #place { border: heavy $warning; }
    ShownRun.-warn #step-text { padding: 1 2; text-style: bold reverse; }
    ShownRun #evidence { background: $surface; }
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
        answerable = self._open and view.step is not None  # an end has no answers
        always = [self.key_item("run.cannot"), self.key_item("run.unsafe")] if answerable else []
        self.query_one("#evidence", Bar).show(kept, always)

    def tick(self, minute: bool) -> None:
        """Let the minutes move."""
        super().tick(minute)
        if minute:
            self._show_title()

    @property
    def _is_warning(self) -> bool:
        return bool(self.view and self.view.step and self.view.step.kind == "warn")

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
