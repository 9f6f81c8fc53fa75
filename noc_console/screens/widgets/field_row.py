"""One field of a form: its label, the widget that suits its kind, and the line that says what is wrong with it.

It reads what was typed through ``workflows.reading``. It must not know events or rules.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.suggester import SuggestFromList
from textual.widget import Widget
from textual.widgets import Input, TextArea

from noc_console.i18n import _
from noc_console.screens.widgets.choice import Choice
from noc_console.screens.widgets.entry import Line, Prose
from noc_console.screens.widgets.hanging import Hanging
from noc_console.screens.widgets.lookup import Lookup
from noc_console.text import clean
from noc_console.workflows.durations import format_duration
from noc_console.workflows.fields import Field, Kind

if TYPE_CHECKING:
    from noc_console.desk.ticket import FormField

#: More options than digits are looked up by typing.
MOST_DIGITS = 9


class FieldRow(Horizontal):
    """A label and its widget side by side; the note under the widget is empty until something is wrong."""

    DEFAULT_CSS = """
    FieldRow { height: auto; width: 1fr; margin: 0; }
    FieldRow > .label { width: 24; height: auto; padding: 0 1; }
    FieldRow > Vertical { height: auto; width: 1fr; }
    FieldRow .note { display: none; height: auto; padding: 0 1; color: $text-error; text-style: bold; }
    FieldRow.-wrong .note { display: block; }
    FieldRow .advice { display: none; height: auto; padding: 0 1; color: $text-warning; }
    FieldRow.-advised .advice { display: block; }
    FieldRow.-wrong > .label { text-style: bold underline; }
    """

    def __init__(self, form_field: FormField, zone: ZoneInfo, default: str | None = None) -> None:
        super().__init__(id=f"field-{form_field.field.name}")
        self.form_field = form_field
        self.field: Field = form_field.field
        self._zone = zone
        self._default = shown_default(form_field.default, self.field, zone) if default is None else default
        self._entry = self._make_entry()
        self._initial = self._refused = self.typed
        self._note = Hanging(classes="note")
        self._advice = Hanging(classes="advice")

    def compose(self) -> ComposeResult:
        """Lay out the label, the widget and the note."""
        yield Hanging(self._label(), classes="label")
        with Vertical():
            yield self._entry
            yield self._note
            yield self._advice

    @on(TextArea.Changed)
    def _look_at_wording(self) -> None:
        """Say what could be said better to the customer, while it is written."""
        from noc_console.desk.wording import advice

        found = advice(self.field, self.typed)
        self._advice.update(Content(clean("\n".join(found), multiline=True)))
        self.set_class(bool(found), "-advised")

    @on(TextArea.Changed)
    @on(Input.Changed)
    @on(Choice.Changed)
    def _answered(self) -> None:
        """Take back what was said against an answer, once there is another one."""
        if self.has_class("-wrong") and self.typed != self._refused:
            self.complain("")

    @property
    def needed(self) -> bool:
        """Tell whether the form cannot do without this field."""
        return self.field.required or self.form_field.wanted

    @property
    def entry(self) -> Widget:
        """Return the widget that takes the keys."""
        return self._entry.entry if isinstance(self._entry, Lookup) else self._entry

    @property
    def help(self) -> str:
        """Return what the field wants, for the line under the form."""
        examples = _AHEAD_HELP if self.field.ahead else _KIND_HELP.get(self.field.kind, "")
        parts = [_(self.field.help), _(examples)]
        if self.field.many:
            parts.append(_("several: separate them with commas"))
        return clean(_(". ").join(part for part in parts if part))

    @property
    def typed(self) -> str:
        """Return what stands in the field, as text."""
        if isinstance(self._entry, Prose):
            return self._entry.text
        if isinstance(self._entry, Choice):
            return self._entry.value or ""
        return self._entry.value

    @property
    def touched(self) -> bool:
        """Tell whether the person changed what stood there at first."""
        return self.typed != self._initial

    def type_in(self, text: str) -> None:
        """Put text into the field, as if it had been typed."""
        if isinstance(self._entry, Prose):
            self._entry.text = text
        elif isinstance(self._entry, Choice):
            self._entry.value = text or None
        else:
            self._entry.value = text

    def value(self, now: datetime) -> Any:
        """Return the typed value, None where nothing stands there. Raises Unreadable."""
        from noc_console.workflows.reading import read

        text = self.typed
        if not text.strip():
            return None
        # what is merely offered for a text does not bind
        codes = tuple(option.code for option in self.form_field.options if self.field.kind is Kind.CHOICE)
        return read(self.field, text, now=now, zone=self._zone, options=codes)

    def complain(self, text: str) -> None:
        """Say under the field what is wrong; an empty text takes it back."""
        self._refused = self.typed
        self._note.update(Content(clean(text)))
        self.set_class(bool(text), "-wrong")

    def _label(self) -> str:
        label = clean(_(self.field.label))
        # a duration is typed with its unit (4h), whatever it is stored in
        if self.field.unit and self.field.kind is not Kind.DURATION:
            label = f"{label} ({clean(_(self.field.unit))})"
        if self.field.required:
            return _("{label} (required)", label=label)
        return _("{label} (needed)", label=label) if self.form_field.wanted else label

    def _make_entry(self) -> Line | Prose | Choice | Lookup:
        options = [(option.code, option.label) for option in self.form_field.options]
        text = self._default
        if self.field.kind is Kind.YESNO:
            return Choice([("yes", _("yes")), ("no", _("no"))], text or None)
        if options and not self.field.many:
            few = self.field.kind is Kind.CHOICE and len(options) <= MOST_DIGITS
            return Choice(options, text or None) if few else Lookup(options, text)
        if self.field.kind is Kind.PROSE:
            return Prose(text)
        suggester = SuggestFromList([code for code, _label in options], case_sensitive=False) if options else None
        # what stands there of itself, such as now, is replaced by typing; what the record says is gone on with
        return Line(text, suggester=suggester, select_on_focus=self.field.kind is Kind.INSTANT)


#: Of a time that is still to come.
_AHEAD_HELP = "23:41, 2026-11-23 23:41, +2h, +1d"
_KIND_HELP = {
    Kind.INSTANT: "23:41, 2026-11-23 23:41, now, -10m",
    Kind.DURATION: "90s, 30m, 4h, 5d",
}


def shown_default(value: Any, field: Field, zone: ZoneInfo) -> str:
    """Write a default the way that ``reading`` reads it."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.astimezone(zone).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, bool):
        return "yes" if value else "no"
    if field.kind is Kind.DURATION and isinstance(value, int):
        return format_duration(value)
    if isinstance(value, tuple | list):
        return ", ".join(clean(str(item)) for item in value)
    return clean(str(value), multiline=field.kind is Kind.PROSE)
