"""The trees that are in force, as lists and one whole; local ones are told from the shipped ones."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from noc_console.desk import catalogues, tree_library
from noc_console.desk.diagnosis_view import shown_threshold
from noc_console.desk.tree_library import Kept
from noc_console.errors import NotFound
from noc_console.i18n import _, language
from noc_console.text import clean
from noc_console.workflows.policy_values import Label
from noc_console.workflows.tree import Answer, End, Step, is_internal
from noc_console.workflows.tree_walk import as_data

if TYPE_CHECKING:
    from noc_console.desk.desk import Desk

_BOUNDS = ("at_least", "above", "at_most", "below")


def listed(desk: Desk) -> Iterator[dict[str, Any]]:
    """Yield every tree that is in force: id, domain, title, number of steps, source and hash."""
    for kept in tree_library.all_in_force(desk):
        tree = kept.tree
        yield {
            "id": tree.id,
            "domain": tree.domain,
            "title": tree.title.text(language()),
            "steps": len(tree.steps),
            "source": kept.source,
            "hash": kept.hash,
        }


def find(desk: Desk, name: str) -> Kept:
    """Return the tree that is in force under an id. Raises NotFound, naming the nearest."""
    wanted = clean(name).strip()
    with desk.reading() as connection:
        for spelling in (wanted, wanted.upper()):
            found = tree_library.in_force(connection, spelling)
            if found is not None:
                return found
    known = [kept.id for kept in tree_library.all_in_force(desk)]
    near = get_close_matches(wanted.upper(), known, 1)
    hint = _("did you mean {command}?", command=near[0]) if near else _("noc diagnosis trees lists them")
    raise NotFound(_("there is no tree {value}", value=wanted[:40]), hint)


def whole(desk: Desk, kept: Kept) -> dict[str, Any]:
    """Return a tree with all that it says, in the language in use."""
    tree, said = kept.tree, language()
    with desk.reading() as connection:
        thresholds = catalogues.in_force(connection, tree).thresholds
    return {
        "id": tree.id,
        "domain": tree.domain,
        "title": tree.title.text(said),
        "source": kept.source,
        "hash": kept.hash,
        "entry": tree.entry.text(said),
        "alarms": list(tree.alarms),
        "evidence": [words.text(said) for words in tree.evidence],
        "customer": _told(tree.customer),
        "close_out": tree.close_out.text(said),
        "notes": [words.text(said) for words in tree.notes],
        "thresholds": [shown_threshold(as_data(one, one.limits)) for one in thresholds.values()],
        "steps": [_step(step) for step in tree.steps],
        "ends": [_end(end) for end in tree.ends],
    }


def _step(step: Step) -> dict[str, Any]:
    return {
        "id": step.id,
        "kind": step.kind,
        "text": step.text.text(language()),
        "unit": step.unit or None,
        "thresholds": list(step.thresholds),
        "onsite": step.onsite,
        "command": step.command or None,
        "tags": list(step.tags),
        "answers": [_answer(answer) for answer in step.answers],
    }


def _answer(answer: Answer) -> dict[str, Any]:
    limits = {name: getattr(answer.bounds, name) for name in _BOUNDS} if answer.bounds else {}
    return {
        "label": answer.label.text(language()),
        "to": answer.to,
        "bounds": {name: str(limit) for name, limit in limits.items() if limit is not None} or None,
        "verdict": list(answer.verdicts),
    }


def _end(end: End) -> dict[str, Any]:
    said = language()
    return {
        "id": end.id,
        "fault": end.fault.text(said),
        "cause_code": end.cause,
        "remedy": end.remedy.text(said),
        "service_affecting": end.service_affecting,
        "field_visit": end.field_visit,
        "interrupts": _said(end.interrupts),
        "escalate_to": list(end.escalate_to),
        "messages": list(end.messages),
        "customer": _told(end.customer),
        "internal": _said(end.customer) if end.customer and is_internal(end.customer) else None,
    }


def _told(words: Label | None) -> str | None:
    """Return what a customer is told, nothing of what is for colleagues only."""
    return None if words and is_internal(words) else _said(words)


def _said(words: Label | None) -> str | None:
    return words.text(language()) if words else None
