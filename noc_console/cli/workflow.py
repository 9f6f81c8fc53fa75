"""``noc workflow``: the machines as data, as a table, or as a Mermaid diagram."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from noc_console.cli import render
from noc_console.cli.inputs import option_name
from noc_console.cli.options import entry, globals_of, noun
from noc_console.cli.render import Column
from noc_console.errors import NotFound, UsageError
from noc_console.i18n import N_, _
from noc_console.workflows import diagram
from noc_console.workflows.catalogue import KINDS, workflow
from noc_console.workflows.fields import Field
from noc_console.workflows.machine import Event, Workflow

if TYPE_CHECKING:
    from noc_console.cli.options import Noun as Group

_OUTPUTS: Final = ("text", "json", "ndjson", "mermaid")
_COLUMNS: Final = (
    Column(N_("NAME"), lambda item: item["name"], 20),
    Column(N_("STATES"), lambda item: str(item["states"]), 8, "right"),
    Column(N_("EVENTS"), lambda item: str(item["events"]), 8, "right"),
    Column(N_("INITIAL"), lambda item: item["initial"], 20),
)


def command() -> Group:
    """Return the command of this noun."""
    return noun(
        "workflow",
        N_("The machines whose rules decide what may be done"),
        {
            "list": entry(_list, N_("List the machines"), name="list"),
            "show": entry(_show, N_("Show a machine: its states and events"), name="show", without=("output",)),
        },
    )


def _list(context: typer.Context) -> int:
    machines = [workflow(kind) for kind in KINDS]
    items = [
        {"name": found.name, "states": len(found.states), "events": len(found.events), "initial": found.initial}
        for found in machines
    ]
    render.many(items, globals_of(context).output, _COLUMNS, id_field="name")
    return 0


def _show(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", autocompletion=lambda: list(KINDS))],
    form: Annotated[
        str | None,
        typer.Option(
            "-o",
            "--output",
            metavar="|".join(_OUTPUTS),
            help=N_("Form of the output"),
            autocompletion=lambda: list(_OUTPUTS),
        ),
    ] = None,
) -> int:
    output = form or globals_of(context).output
    if output not in _OUTPUTS:
        raise UsageError(_("there is no output {name}", name=output), _("one of: {names}", names=", ".join(_OUTPUTS)))
    if name not in KINDS:
        raise NotFound(_("there is no machine {name}", name=name), _("one of: {names}", names=", ".join(KINDS)))
    machine = workflow(name)
    if output == "mermaid":
        render.line(diagram.mermaid(machine).rstrip("\n"))
    elif output == "text":
        render.line(diagram.table(machine).rstrip("\n"))
    else:
        render.single(_json(machine), output)
    return 0


def _json(machine: Workflow) -> dict[str, Any]:
    return {
        "name": machine.name,
        "initial": machine.initial,
        "states": [
            {"name": state.name, "label": _(state.label), "final": state.final, "glyph": state.glyph}
            for state in machine.states
        ],
        "events": [_event_json(event) for event in machine.events],
    }


def _event_json(event: Event) -> dict[str, Any]:
    return {
        "name": event.name,
        "verb": event.verb,
        "label": _(event.label),
        "help": _(event.help),
        "from": list(event.sources),
        "to": event.target if isinstance(event.target, str) else dict(event.target),
        "key": event.key,
        "right": event.right,
        "internal": event.internal,
        "inputs": [_field_json(field) for field in event.inputs],
    }


def _field_json(field: Field) -> dict[str, Any]:
    return {
        "name": field.name,
        "option": option_name(field) if field.asked else None,
        "kind": field.kind.value,
        "required": field.required,
        "default": field.default,
        "choices": list(field.choices),
        "options_from": field.options_from or None,
        "many": field.many,
        "personal": field.pii,
        "label": _(field.label),
        "help": _(field.help) if field.help else "",
    }
