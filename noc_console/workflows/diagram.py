"""Draws a machine: a state diagram in Mermaid and its events as a table, for ``workflow show`` and the documents.

Made from the same rows that judge. It must not add anything that the rows do not say.
"""

from __future__ import annotations

from collections.abc import Iterator

from noc_console.i18n import _
from noc_console.workflows.machine import BACK, NEW, SAME, Event, Workflow


def mermaid(workflow: Workflow) -> str:
    """Return the machine as a Mermaid state diagram; events that keep the state are left to the table."""
    lines = ["stateDiagram-v2", f"    [*] --> {workflow.initial}"]
    lines += [f"    {state.name}: {_(state.label)}" for state in workflow.states]
    lines += [f"    {start} --> {end}: {', '.join(events)}" for (start, end), events in _edges(workflow).items()]
    lines += [f"    {state.name} --> [*]" for state in workflow.states if state.final]
    return "\n".join(lines) + "\n"


def _edges(workflow: Workflow) -> dict[tuple[str, str], list[str]]:
    found: dict[tuple[str, str], list[str]] = {}
    for event in workflow.events:
        for pair in _moves(workflow, event):
            found.setdefault(pair, []).append(event.name)
    return found


def _moves(workflow: Workflow, event: Event) -> Iterator[tuple[str, str]]:
    if event.target == SAME:
        return
    ends = _held(workflow) if event.target == BACK else _named(event)
    for start in event.sources:
        yield from ((start, end) for end in ends if start not in (NEW, end))


def _named(event: Event) -> tuple[str, ...]:
    return (event.target,) if isinstance(event.target, str) else tuple(event.target.values())


def _held(workflow: Workflow) -> tuple[str, ...]:
    holding = {state.name for state in workflow.states if state.holds}
    entering = [event for event in workflow.events if event.target != SAME and holding & set(_named(event))]
    return tuple(dict.fromkeys(source for event in entering for source in event.sources))


def table(workflow: Workflow) -> str:
    """Return the events as a Markdown table: verb, from, to, inputs (required ones first), right, key, help."""
    head = [_("Event"), _("From"), _("To"), _("Inputs"), _("Right"), _("Key"), _("What it is for")]
    rows = [head, ["---"] * len(head), *(_row(workflow, event) for event in workflow.events)]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows) + "\n"


def _row(workflow: Workflow, event: Event) -> list[str]:
    asked = [field for field in event.inputs if field.asked]
    names = [f"**{field.name}**" for field in asked if field.required]
    names += [field.name for field in asked if not field.required]
    internal = _("internal")
    return [
        f"`{event.verb}`" + (f" ({internal})" if event.internal else ""),
        _sources(workflow, event),
        _target(event),
        ", ".join(names) or "-",
        f"`{event.right}`" if event.right else "-",
        f"`{event.key}`" if event.key else "-",
        _(event.help).replace("|", "\\|"),
    ]


def _sources(workflow: Workflow, event: Event) -> str:
    if not event.sources:
        return "-"
    living = [state.name for state in workflow.states if not state.final]
    everywhere = set(event.sources) >= set(living)
    if everywhere and len(living) == len(event.sources):
        return _("any but final")
    return ", ".join(filter(None, event.sources)) or "-"


def _target(event: Event) -> str:
    if event.target == SAME:
        return _("the same")
    if event.target == BACK:
        return _("where it was")
    return _(" or ").join(_named(event))
