"""Typed inputs of events from options: what a field is called, what its help says, and how its text is read.

The fields of the machines are the only source. It must not judge values.
"""

from __future__ import annotations

import keyword
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from inspect import Parameter
from typing import TYPE_CHECKING, Any, Final

import typer

from noc_console.cli import render
from noc_console.cli.arguments import plain
from noc_console.errors import UsageError
from noc_console.i18n import _
from noc_console.workflows.fields import Field, Kind
from noc_console.workflows.labels import label
from noc_console.workflows.policy_values import GRADES
from noc_console.workflows.reading import Unreadable, read
from noc_console.workflows.validation import options

if TYPE_CHECKING:
    from noc_console.desk.desk import Desk

#: Second names of options, as people say them.
ALIASES: Final = {"hold_for": ("--for",), "follows": ("--from",)}
_NAMES: Final = {"service_type": "--type"}
_METAVARS: Final = {
    Kind.TEXT: "TEXT",
    Kind.PROSE: "TEXT|-",
    Kind.CHOICE: "CODE",
    Kind.NUMBER: "NUMBER",
    Kind.INSTANT: "TIME",
    Kind.DURATION: "DURATION",
    Kind.REFERENCE: "REF",
    Kind.PERSON: "NAME",
    Kind.FILE: "FILE",
}
Texts = Mapping[str, Any]


def option_name(field: Field) -> str:
    """Return what a field is called on the command line: ``cause_code`` is ``--cause-code``."""
    return _NAMES.get(field.name) or "--" + field.name.replace("_", "-")


def parameters(fields: Iterable[Field]) -> list[Parameter]:
    """Return one option for each field that people fill in; none is required, the machine says what is missing."""
    return [_parameter(field) for field in fields if field.asked]


def _parameter(field: Field) -> Parameter:
    name = option_name(field)
    help_ = _help(field)
    kind: Any
    if field.kind is Kind.YESNO:
        kind = bool | None
        option = typer.Option(f"{name}/--no-{name[2:]}", help=help_, show_default=False)
    else:
        kind = list[str] | None if field.many else str | None
        offered = list(_offered(field))
        option = typer.Option(
            name,
            *ALIASES.get(field.name, ()),
            metavar=_METAVARS[field.kind],
            help=help_,
            autocompletion=(lambda: offered) if offered else None,
        )
    return Parameter(
        _python_name(field.name), Parameter.KEYWORD_ONLY, default=None, annotation=_annotated(kind, option)
    )


def _annotated(kind: Any, option: Any) -> Any:
    from typing import Annotated

    return Annotated[kind, option]


def _python_name(name: str) -> str:
    return f"{name}_" if keyword.iskeyword(name) else name


def _offered(field: Field) -> Iterator[str]:
    yield from GRADES if field.options_from == "grades" else field.choices


def _help(field: Field) -> str:
    parts = [_(field.label)]
    if field.help:
        parts.append(_(field.help))
    offered = list(_offered(field))
    if offered:
        parts.append(", ".join(f"{code} ({name})" if (name := label(code)) != code else code for code in offered))
    if field.default is not None and field.kind is not Kind.YESNO:
        parts.append(_("otherwise {value}", value=field.default))
    if field.required:
        parts.append(_("needed"))
    return _("; ").join(parts)


def given(fields: Iterable[Field], values: Texts) -> dict[str, Any]:
    """Return the texts and flags that were given, by field name."""
    found = {field.name: values.get(_python_name(field.name)) for field in fields}
    return {name: value for name, value in found.items() if value is not None}


class Reader:
    """Reads the options of one command line for the fields of an event; standard input is read at most once."""

    def __init__(self, desk: Desk, *, references: Callable[[str], str] = str, stdin_taken: bool = False) -> None:
        self.desk = desk
        self._references = references
        self._stdin_taken = stdin_taken
        self._echoed: set[str] = set()
        self._prose: dict[str, str] = {}

    def read(self, fields: Sequence[Field], texts: Texts) -> dict[str, Any]:
        """Return typed inputs. Raises UsageError for what cannot be read, or what the event does not ask for."""
        known = {field.name: field for field in fields}
        for name in texts:
            if name not in known:
                raise UsageError(
                    _("{option} does not belong to this kind of record", option="--" + name.replace("_", "-")),
                    _("it takes: {names}", names=", ".join(option_name(field) for field in fields if field.asked)),
                )
        return {name: self._value(known[name], value) for name, value in texts.items()}

    def _value(self, field: Field, value: Any) -> Any:
        if isinstance(value, bool):
            return value
        if field.many:
            texts = [value] if isinstance(value, str) else value
            parts = [part for text in texts for part in text.replace("\n", ",").split(",") if part.strip()]
            return tuple(self._one(field, part.strip()) for part in parts)
        return self._one(field, value)

    def _one(self, field: Field, text: str) -> Any:
        if field.kind is Kind.PROSE and text == "-":
            text = self._standard_input(field)
        text = plain(text)
        if field.kind is Kind.REFERENCE:
            return self._references(text)
        single = replace(field, many=False)
        try:
            value = read(
                single, text, now=self.desk.now(), zone=self.desk.zone, options=options(field, self.desk.policy())
            )
        except Unreadable as error:
            shown = _("{option} cannot be read: {text}", option=option_name(field), text=text[:60])
            raise UsageError(shown, error.wanted) from error
        if isinstance(value, datetime):
            self._echo(field, text, value)
        return value

    def _echo(self, field: Field, text: str, value: datetime) -> None:
        """Say how an instant without an offset was understood, once."""
        if field.name not in self._echoed and not _has_offset(text):
            self._echoed.add(field.name)
            local = value.astimezone(self.desk.zone).isoformat(timespec="seconds")
            render.note(_("{option} {text} is read as {instant}", option=option_name(field), text=text, instant=local))

    def _standard_input(self, field: Field) -> str:
        if field.name in self._prose:
            return self._prose[field.name]
        if self._stdin_taken:
            raise UsageError(_("standard input can be read for one thing only"), option_name(field))
        self._stdin_taken = True
        self._prose[field.name] = sys.stdin.buffer.read().decode("utf-8-sig", errors="replace")
        return self._prose[field.name]


def _has_offset(text: str) -> bool:
    try:
        return datetime.fromisoformat(text.strip().replace("/", "-")).tzinfo is not None
    except ValueError:
        return False
