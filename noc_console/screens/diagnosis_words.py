"""What a run says on screen: the way so far, the step with its thresholds, the end. Words only, no widget."""

from __future__ import annotations

from collections.abc import Iterator

from noc_console.desk.diagnosis_view import Answered, RunView, end_facts, shown_threshold, threshold_line
from noc_console.i18n import _, language
from noc_console.text import fit
from noc_console.workflows.labels import label
from noc_console.workflows.tree import Variant


def title(view: RunView) -> str:
    """Return the tree that the run is in."""
    return f"{view.row['here']} {view.tree.title.text(language())}"


def where(view: RunView) -> str:
    """Return how far the run has come, and how long it has taken."""
    if view.step is None:
        return _("at its end")
    return _("step {n} of at most {most}", n=view.position, most=view.at_most)


def minutes(view: RunView) -> str:
    """Return how long the run has taken."""
    until = view.row["ended_at"] or view.now
    return _("{n} min", n=int((until - view.row["started_at"]).total_seconds()) // 60)


def way(view: RunView, cells: int = 60) -> Iterator[str]:
    """Yield the answers that stand: what was asked and said, the verdict as a word, where it led, and by what.

    Of each question ``cells`` are shown: it was read when it was answered.
    """
    for one in view.way:
        yield way_line(one, cells)


def way_line(one: Answered, cells: int) -> str:
    """Return one answer in one line."""
    row = one.row
    question = one.step.text.text(language()) if one.step else ""
    parts = [f"{row['tree']}.{row['step']}", fit(question, cells).rstrip()]
    if one.measured:
        parts.append(f"[{' '.join(filter(None, (one.measured, one.verdict)))}]")
    parts.append(f"{one.words} -> {row['led_to']}")
    judged = ", ".join(f"{entry['tag']} {entry['id']}" for entry in map(shown_threshold, row["judged"]))
    if judged:
        parts.append(f"({judged})")
    return "  ".join(part for part in parts if part)


def step_words(view: RunView) -> str:
    """Return the question of the step, or what the end has found."""
    if view.step is None:
        return "\n".join(end_words(view))
    kind = label(view.step.kind)
    kind = kind.upper() if view.step.kind == "warn" else kind
    site = f" [{_('on site')}]" if view.step.onsite else ""
    return f"{view.step.id} {kind}{site}\n{view.text}"


def limits(view: RunView, variant: str = "") -> str:
    """Return the thresholds of the step in a class with tag and source, and what was measured before."""
    lines = [threshold_line(entry) for entry in view.in_class(variant)]
    earlier = view.earlier
    if earlier is not None:
        value = f"{earlier.row['value']} {earlier.row['unit']}; " if earlier.row["value"] else ""
        lines.append(_("answered before: {text}", text=value + earlier.words))
    return "\n".join(lines)


def class_line(view: RunView, variant: str, key: str) -> str:
    """Return which class the value will be judged by, empty where the limits of the step do not differ."""
    if not view.classes:
        return ""
    chosen = next((one.name.text(language()) for one in view.classes if one.code == variant), "")
    return _("class: {name} ({key} chooses)", name=chosen or _("none"), key=key)


def class_limits(view: RunView, variant: Variant) -> str:
    """Return a class with its limits, as it is offered."""
    units = {one.id for one in view.thresholds.values() if variant in one.variants}
    figures = [f"{one['value']} {one['unit']}" for one in view.in_class(variant.code) if one["id"] in units]
    return _("{label}: {text}", label=variant.name.text(language()), text="; ".join(figures))


def end_words(view: RunView) -> Iterator[str]:
    """Yield what was found and what is proposed."""
    found = view.end_json() or {}
    yield f"{found['id']}: {found['fault']}"
    for heading, text in end_facts(view):
        yield _("{label}: {text}", label=heading, text=text)


def whole_words(view: RunView) -> str:
    """Return a run as a preview shows it."""
    head = "  ".join((view.row["ref"], title(view), where(view), minutes(view)))
    return "\n".join([head, "", *way(view), "", "> " + step_words(view), limits(view)])
