"""How a run and a tree look as lines for people. It must not read a store."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from noc_console.desk.diagnosis_view import (
    Answered,
    RunView,
    approval_words,
    end_facts,
    shown_threshold,
    threshold_line,
)
from noc_console.i18n import _, language
from noc_console.workflows.labels import label
from noc_console.workflows.tree import Step, Tree

if TYPE_CHECKING:
    from noc_console.workflows.tree_walk import Choice


def run_lines(view: RunView) -> Iterator[str]:
    """Yield a run: heading, the way so far, then where it stands."""
    yield heading(view)
    for one in view.way:
        yield "  " + way_line(one)
    yield from place_lines(view)


def heading(view: RunView) -> str:
    """Return tree, ticket and how far the run has come."""
    tree = f"{view.row['here']} {view.tree.title.text(language())}"
    where = _("step {n} of at most {most}", n=view.position, most=view.at_most) if view.step else _("at its end")
    return "  ".join((view.row["ref"], tree, _("ticket {ref}", ref=view.ticket["ref"]), where))


def way_line(one: Answered) -> str:
    """Return one answer: what was said, the verdict as a word, where it led, and by which threshold."""
    row = one.row
    parts = [f"{row['tree']}.{row['step']}", one.words]
    if one.measured:
        parts.append(one.measured + (f" ({one.verdict})" if one.verdict else ""))
    parts.append(f"-> {row['led_to']}")
    judged = [shown_threshold(entry) for entry in row["judged"]]
    parts += [f"({entry['tag']} {entry['id']})" for entry in judged]
    return "  ".join(parts)


def place_lines(view: RunView) -> Iterator[str]:
    """Yield the step that a run stands at with its thresholds and answers, or the end with what it means."""
    if view.step is None:
        yield from end_lines(view)
        return
    yield f"> {step_line(view.step)}"
    for entry in view.thresholds_json():
        yield "    " + threshold_line(entry)
    for choice in view.choices:
        yield f"    {choice_line(choice)}"
    approval = approval_words(view, f"noc diagnosis approve-step {view.row['ref']}")
    if approval:
        yield f"  ! {approval}"


def step_line(step: Step) -> str:
    """Return a step with its kind as a word, and the unit of the value it asks for; a warning is told in capitals."""
    kind = label(step.kind)
    site = f" [{_('on site')}]" if step.onsite else ""
    unit = f" ({step.unit})" if step.asks_value else ""
    return f"{step.id} {kind.upper() if step.kind == 'warn' else kind}{unit}{site}: {step.text.text(language())}"


def choice_line(choice: Choice) -> str:
    """Return an answer with what it is chosen by and where it leads."""
    return f"{choice.code:>3}  {choice.label.text(language())} -> {choice.to}"


def end_lines(view: RunView) -> Iterator[str]:
    """Yield what a run has found and what is proposed."""
    found = view.end_json() or {}
    yield f"= {found['id']}: {found['fault']}"
    for heading, text in end_facts(view):
        yield "    " + _("{label}: {text}", label=heading, text=text)
    if view.row["state"] == "running":
        yield "  ! " + _("Not accepted yet: {command}", command=f"noc diagnosis finish {view.row['ref']}")


def tree_lines(tree: Tree) -> Iterator[str]:
    """Yield a tree: title, steps with their answers, ends."""
    said = language()
    yield f"{tree.id} {tree.title.text(said)}"
    yield tree.entry.text(said)
    for step in tree.steps:
        yield ""
        yield step_line(step)
        for number, answer in enumerate(step.answers, start=1):
            yield f"    {number:>3}  {answer.label.text(said)} -> {answer.to}"
    for end in tree.ends:
        yield ""
        yield f"{end.id}: {end.fault.text(said)}  [{end.cause}]"
        yield "    " + end.remedy.text(said)
