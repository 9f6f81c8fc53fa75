"""What must hold between trees, thresholds, alarms, causes, roles and messages, so that no run comes to a dead end.

Every rule names the tree and the step. It reads no file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from noc_console.checklists.catalogue_files import Alarm, Role
from noc_console.checklists.cause_codes import CauseCodes
from noc_console.i18n import _
from noc_console.workflows.policy_values import Label
from noc_console.workflows.tree import NOT_LOCATED, UNSAFE, Threshold, Tree, half_internal

#: Ends that are there without being written.
IMPLICIT = frozenset({UNSAFE, NOT_LOCATED})


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All checklist data that belong together, by id."""

    trees: Mapping[str, Tree]
    causes: CauseCodes
    thresholds: Mapping[str, Threshold] = field(default_factory=dict)
    alarms: Mapping[str, Alarm] = field(default_factory=dict)
    #: by domain, then by id: two domains may call different teams alike
    roles: Mapping[str, Mapping[str, Role]] = field(default_factory=dict)
    messages: Mapping[str, Label] = field(default_factory=dict)


def problems(catalogue: Catalogue) -> Iterator[tuple[str, str, str]]:
    """Yield what is wrong between the files: the tree or alarm, the dotted key in its file, and what."""
    for tree in catalogue.trees.values():
        for key, what in of_tree(tree, catalogue):
            yield tree.id, key, what
    for alarm in catalogue.alarms.values():
        for key, what in of_alarm(alarm, catalogue.trees):
            yield alarm.id, key, what
    for code, words in catalogue.messages.items():
        for what in of_words(words):
            yield code, code, what


def of_alarm(alarm: Alarm, trees: Mapping[str, Tree]) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with an alarm among the trees: the dotted key, and what."""
    if not alarm.trees:
        yield alarm.id, _("no tree fits it")
    for name in alarm.trees:
        if name not in trees:
            yield f"{alarm.id}.trees", _("there is no tree {name}", name=name)


def of_words(words: Label) -> Iterator[str]:
    """Yield what is wrong with words to a customer: a gap that nobody fills, or one language for colleagues only."""
    if any(sign in words.en + words.zh for sign in "{}"):
        yield _("has a gap in braces, which nobody fills")
    if half_internal(words):
        yield _("only one language says that it is internal, not for customers")


def of_tree(tree: Tree, catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with one tree among the others: the dotted key, and what."""
    yield from _targets(tree, catalogue.trees)
    yield from _ways(tree)
    for step in tree.steps:
        for name in step.thresholds:
            if name not in catalogue.thresholds:
                yield f"steps.{step.id}.thresholds", _("there is no threshold {name}", name=name)
    for end in tree.ends:
        yield from _end(tree, end.id, catalogue)
    for what in of_words(tree.customer) if tree.customer else ():
        yield "customer", what
    for name in tree.alarms:
        if name not in catalogue.alarms:
            yield "alarms", _("there is no alarm {name}", name=name)


def _targets(tree: Tree, trees: Mapping[str, Tree]) -> Iterator[tuple[str, str]]:
    here = {step.id for step in tree.steps} | {end.id for end in tree.ends} | IMPLICIT
    for step in tree.steps:
        for answer in step.answers:
            if answer.to not in here and answer.to not in trees:
                yield f"steps.{step.id}", _("an answer leads to {name}, which is not there", name=answer.to)
            if answer.to == tree.id:
                yield f"steps.{step.id}", _("an answer leads to the tree that it is in")


def _ways(tree: Tree) -> Iterator[tuple[str, str]]:
    """Yield steps and ends that nothing leads to, and cycles; the graph is walked once, depth first."""
    steps = {step.id: [answer.to for answer in step.answers] for step in tree.steps}
    reached: set[str] = set()
    open_: set[str] = set()
    walk: list[tuple[str, Iterator[str]]] = [(tree.first, iter(steps[tree.first]))]
    open_.add(tree.first)
    while walk:
        name, ways = walk[-1]
        reached.add(name)
        target = next(ways, None)
        if target is None:
            open_.discard(name)
            walk.pop()
        elif target in open_:
            yield f"steps.{name}", _("an answer leads back to {name}: a circle", name=target)
        elif target in steps and target not in reached:
            open_.add(target)
            walk.append((target, iter(steps[target])))
        else:
            reached.add(target)
    for step in tree.steps:
        if step.id not in reached:
            yield f"steps.{step.id}", _("no answer leads to it")
    for end in tree.ends:
        if end.id not in reached and end.id not in IMPLICIT:
            yield f"ends.{end.id}", _("no answer leads to it")


def _end(tree: Tree, name: str, catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    end = tree.end(name)
    assert end is not None
    if end.cause not in catalogue.causes.by_code:
        near = ", ".join(catalogue.causes.nearest(end.cause))
        yield f"ends.{name}.cause", _("{code} is no cause code; nearest: {names}", code=end.cause, names=near)
    for what in of_words(end.customer) if end.customer else ():
        yield f"ends.{name}.customer", what
    if not end.messages and end.customer is None:
        yield f"ends.{name}", _("nothing is said to the customer")
    yield from _unknown(f"ends.{name}.messages", end.messages, catalogue.messages)
    yield from _unknown(f"ends.{name}.escalate_to", end.escalate_to, catalogue.roles.get(tree.domain, {}))


def _unknown(key: str, names: Iterable[str], known: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    for name in names:
        if name not in known:
            yield key, _("there is no {name}", name=name)
