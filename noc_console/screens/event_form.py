"""The form made from an event's inputs: any event of any machine, registration and ``solve`` included.

It types nothing itself and knows no rule: values are read by ``workflows.reading``, judged through ``submit``, and a
refusal is told in place, with what would help, while everything typed stays.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.events import DescendantFocus
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Button, Input, Static
from textual.widgets.button import ButtonVariant

from noc_console.errors import NocError, Refused
from noc_console.i18n import _
from noc_console.keys import FORM
from noc_console.screens import background
from noc_console.screens.app import NocApp
from noc_console.screens.bindings import bindings
from noc_console.screens.confirm import Confirm
from noc_console.screens.refusals import said, said_at_field
from noc_console.screens.widgets.field_row import FieldRow
from noc_console.screens.widgets.hanging import Hanging
from noc_console.text import clean

if TYPE_CHECKING:
    from noc_console.desk.desk import Desk
    from noc_console.desk.ticket import FormField

Values = Mapping[str, Any]
_COMMANDS = {"save": "form.submit", "try": "form.check", "cancel": "form.cancel"}


@dataclass(frozen=True, slots=True)
class FormSpec:
    """What a form asks, and what it does with the answers.

    ``submit`` and ``check`` are called off the screen's thread; ``check`` judges and stores nothing. ``confirm`` makes
    the dialog that must be answered first. ``focus`` names the field to begin in, ``defaults`` gives texts by field.
    With ``only_changed`` a field that is left as it stood is no answer.
    """

    title: str
    fields: Sequence[FormField]
    submit: Callable[[Values], Any]
    check: Callable[[Values], Any] | None = None
    help: str = ""
    yes: str = ""
    confirm: Callable[[], Confirm] | None = None
    focus: str = ""
    defaults: Mapping[str, str] = field(default_factory=dict)
    only_changed: bool = False


class EventForm(ModalScreen[Any]):
    """A page of fields; F2 saves, F3 asks the rules only, Esc leaves."""

    DEFAULT_CSS = """
    EventForm { background: $background; }
    EventForm > .title { height: 1; padding: 0 1; text-style: bold; background: $panel; }
    EventForm > .about { height: auto; max-height: 2; padding: 0 1; color: $text-muted; }
    EventForm > #problems { display: none; height: auto; max-height: 7; padding: 0 1; color: $text-error; }
    EventForm.-refused > #problems { display: block; }
    EventForm > #fields { height: 1fr; }
    EventForm > #hint { height: 1; padding: 0 1; color: $text-muted; }
    EventForm > #buttons { height: 1; }
    EventForm Button { margin-right: 2; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings("form"),
        Binding("up", "app.focus_previous", show=False),
        Binding("down", "app.focus_next", show=False),
        # At once, or what is typed behind Tab in one burst (a slow line, a paste) lands in the field before it.
        Binding("tab", "app.focus_next", show=False, priority=True),
        Binding("shift+tab", "app.focus_previous", show=False, priority=True),
    ]

    app = getters.app(NocApp)

    def __init__(self, desk: Desk, spec: FormSpec) -> None:
        super().__init__()
        self.desk = desk
        self.spec = spec
        self._busy = False
        self._rows = [
            FieldRow(one, desk.zone, spec.defaults.get(one.field.name)) for one in spec.fields if one.field.asked
        ]

    def compose(self) -> ComposeResult:
        """Lay out title, problems, fields, the hint of the field in use, and the buttons."""
        yield Static(Content(clean(self.spec.title)), classes="title")
        if self.spec.help:
            yield Hanging(clean(self.spec.help), classes="about")
        with VerticalScroll(id="problems", can_focus=False):
            yield Hanging(id="problem-text")
        with VerticalScroll(id="fields", can_focus=False):
            yield from self._rows
        yield from self.compose_under_fields()
        yield Static("", id="hint", markup=False)
        with Horizontal(id="buttons"):
            yield self._button("save", self.spec.yes or _("Save"), variant="primary")
            if self.spec.check:
                yield self._button("try", _("Try"))
            yield self._button("cancel", _("Leave"))

    def compose_under_fields(self) -> ComposeResult:
        """Yield what a form has to say under its fields."""
        yield from ()

    def on_mount(self) -> None:
        """Start in the first field that still wants an answer."""
        wanting = [row for row in self._rows if row.field.name == self.spec.focus]
        wanting += [row for row in self._rows if row.needed and not row.typed]
        target = (wanting or self._rows)[:1]
        if target:
            target[0].entry.focus()
        else:
            self.query_one("#cancel" if self.spec.confirm else "#save").focus()

    def _button(self, name: str, text: str, variant: ButtonVariant = "default") -> Button:
        """Return a button that names its key."""
        command = next(command for command in FORM if command.id == _COMMANDS[name])
        label = Content(f"{clean(text)} {self.app.keys.shown(command)}")
        return Button(label, id=name, variant=variant, compact=True)

    def row(self, name: str) -> FieldRow:
        """Return the row of an input."""
        return next(row for row in self._rows if row.field.name == name)

    @property
    def problems(self) -> str:
        """Return what stands in the pane of refusals."""
        return str(self.query_one("#problem-text", Hanging).content)

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """Say under the form what the field in use wants."""
        self._hint(event.widget)

    def _hint(self, entry: Widget | None) -> None:
        row = next((row for row in self._rows if row.entry is entry), None)
        self.query_one("#hint", Static).update(Content(row.help if row else ""))

    def _work(self, busy: bool) -> None:
        """Take no second answer while one is judged, and say that it is: a locked store may take its time."""
        self._busy = busy
        if busy:
            self.query_one("#hint", Static).update(Content(_("One moment: the rules and the store are asked.")))
        else:
            self._hint(self.focused)

    @on(Input.Submitted)
    def _next_field(self) -> None:
        self.focus_next()

    @on(Button.Pressed)
    def _pressed(self, message: Button.Pressed) -> None:
        message.stop()
        {"save": self.action_submit, "try": self.action_check, "cancel": self.action_cancel}[message.button.id or ""]()

    def action_submit(self) -> None:
        """Save, once the field in use has taken all that was typed before the key."""
        (self.focused or self).call_later(self._submit)

    def _submit(self) -> None:
        """Read every field and hand the values over; where a question comes first, once the rules allow it."""
        values = self._read()
        if values is None or self._busy:
            return
        if self.spec.confirm is None or self.spec.check is None:
            self._hand_over(values)
            return
        self._work(True)
        background.act(self, partial(self.spec.check, values), lambda _outcome: self._ask(values), self._refused)

    def _ask(self, values: Values) -> None:
        """Ask what cannot be taken back; nobody is asked for what would be refused."""
        self._work(False)
        if self.spec.confirm is not None:
            self.app.push_screen(self.spec.confirm(), lambda yes: self._hand_over(values) if yes else None)

    def action_check(self) -> None:
        """Ask the rules without storing anything, once the field in use has taken what was typed."""
        (self.focused or self).call_later(self._check)

    def _check(self) -> None:
        values = self._read()
        if values is None or self._busy or self.spec.check is None:
            return
        self._work(True)
        background.act(self, partial(self.spec.check, values), self._allowed, self._refused)

    def action_cancel(self) -> None:
        """Leave; ask first where something was typed."""
        if not any(row.touched for row in self._rows):
            self.dismiss(None)
            return
        lines = [_("What you typed in this form is lost; nothing was stored.")]
        question = Confirm(_("Leave the form?"), lines, yes=_("Leave"), no=_("Keep editing"))
        self.app.push_screen(question, self._leave)

    def _leave(self, yes: bool | None) -> None:
        if yes:
            self.dismiss(None)

    def _read(self) -> dict[str, Any] | None:
        """Return the typed values, or None after saying at each field what cannot be read."""
        from noc_console.workflows.reading import Unreadable

        values: dict[str, Any] = {}
        wrong: list[FieldRow] = []
        now = self.desk.now()
        for row in self._rows:
            row.complain("")
            try:
                value = row.value(now)
            except Unreadable as error:
                row.complain(str(error))
                wrong.append(row)
                continue
            if value is not None:
                values[row.field.name] = value
        self._say([])
        if wrong:
            self._lead_to(wrong[0])
            self.app.drop_keys()
            return None
        changed = {
            row.field.name: values[row.field.name] for row in self._rows if row.touched and row.field.name in values
        }
        # where nothing was changed the machine is to say so, and not that nothing was given
        return changed or values if self.spec.only_changed else values

    def _hand_over(self, values: Values) -> None:
        self._work(True)
        background.act(self, partial(self.spec.submit, values), self._stored, self._refused)

    def _stored(self, result: Any) -> None:
        self._work(False)
        # after what the act itself laid over the form, which leaves through the same queue
        self.app.call_later(self.dismiss, result)

    def _allowed(self, _outcome: Any) -> None:
        self._work(False)
        self.notify(_("The rules allow it; nothing was stored yet."), markup=False)

    def _refused(self, error: NocError) -> None:
        """Tell every reason: at its field where it has one, else above the fields."""
        self._work(False)
        if not isinstance(error, Refused):
            self._say([error.message, error.hint])
            return
        lines, wrong = [error.message], []
        for reason in error.reasons:
            row = next((row for row in self._rows if row.field.name == reason.params.get("field")), None)
            if row is None:
                lines.append(said(reason))
            else:
                row.complain(said_at_field(reason))
                wrong.append(row)
        self._say(lines)
        if wrong:
            self._lead_to(wrong[0])

    def _lead_to(self, row: FieldRow) -> None:
        """Go to a field, so that what is wrong with it is in sight too: it stands under the entry."""
        row.entry.focus()
        self.call_after_refresh(row.scroll_visible)

    def _say(self, lines: Sequence[str]) -> None:
        text = "\n".join(clean(line) for line in lines if line)
        self.query_one("#problem-text", Hanging).update(Content(text))
        self.set_class(bool(text), "-refused")
