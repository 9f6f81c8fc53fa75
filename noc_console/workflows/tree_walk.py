"""How a run goes through a tree: what can be answered, which branch a value takes, and how much is left at most.

Pure judgements of a step; the machine of runs (``diagnosis.py``) asks them, and so do lists and screens.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from noc_console.workflows.machine import Reason
from noc_console.workflows.measured import figure_of
from noc_console.workflows.policy_values import Label
from noc_console.workflows.tree import NOT_LOCATED, UNSAFE, Answer, Limits, Step, Threshold, Tree, Variant, Verdict

#: What every step can be answered with beside its own answers.
IMPLICIT: Final[Mapping[str, Label]] = {
    NOT_LOCATED: Label(en="Cannot be done, no tool, or unclear", zh="无法执行、无工具仪表或不明确"),
    UNSAFE: Label(en="Unsafe, or consent refused", zh="不安全，或对方不同意"),
}
#: What a verdict is called; a word, because a colour alone tells nothing.
_WORSE: Final[tuple[Verdict, ...]] = ("unknown", "good", "watch", "high", "low")


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to answer a step: its number from 1 (0 for those that every step has), its words and its target."""

    number: int
    label: Label
    to: str
    answer: Answer | None = None

    @property
    def code(self) -> str:
        """Return what it can be chosen by in any language."""
        return str(self.number) if self.number else self.to


@dataclass(frozen=True, slots=True)
class Judgement:
    """What thresholds say of a value: the verdict, and each threshold as it was when it was asked."""

    verdict: Verdict
    judged: tuple[Mapping[str, Any], ...]


def choices(step: Step) -> tuple[Choice, ...]:
    """Return everything that a step can be answered with, its own answers first."""
    own = tuple(Choice(n, answer.label, answer.to, answer) for n, answer in enumerate(step.answers, start=1))
    return own + tuple(Choice(0, label, end) for end, label in IMPLICIT.items())


def chosen(step: Step, said: str) -> Choice | Reason:
    """Return the answer that words mean: a number, E98 or E99, a label in either language, or its beginning."""
    wanted = " ".join(said.casefold().split())
    offered = choices(step)
    exact = [one for one in offered if wanted in (one.code.casefold(), *_names(one))]
    if len({one.to for one in exact}) == 1:
        return exact[0]
    begun = [one for one in offered if wanted and any(name.startswith(wanted) for name in _names(one))]
    if not exact and len(begun) == 1:
        return begun[0]
    names = tuple(f"{one.code} {one.label.en} / {one.label.zh}" for one in (begun if len(begun) > 1 else offered))
    return Reason("choice_several" if begun or exact else "choice_unknown", {"value": said[:60], "choices": names})


def _names(choice: Choice) -> tuple[str, str]:
    return (" ".join(choice.label.en.casefold().split()), " ".join(choice.label.zh.casefold().split()))


def judge(step: Step, value: Decimal, thresholds: Mapping[str, Threshold], variant: str = "") -> Judgement:
    """Judge a value by every threshold of its step that is in its unit; the worst verdict counts."""
    known = [thresholds[name] for name in step.thresholds if name in thresholds]
    judged: list[Mapping[str, Any]] = []
    verdicts: list[Verdict] = []
    for threshold in known:
        limits = threshold.limits_of(variant) if threshold.unit == step.unit else None
        verdict: Verdict = limits.verdict(value) if limits is not None else "unknown"
        verdicts.append(verdict)
        judged.append(as_data(threshold, limits, verdict))
    return Judgement(max(verdicts, key=_WORSE.index, default="unknown"), tuple(judged))


def classes(step: Step, thresholds: Mapping[str, Threshold]) -> tuple[Variant, ...]:
    """Return the classes by which the limits of a step's value differ, each once."""
    known = (thresholds[name] for name in step.thresholds if name in thresholds)
    found = {one.code: one for threshold in known if threshold.unit == step.unit for one in threshold.variants}
    return tuple(found.values())


def class_decides(step: Step, thresholds: Mapping[str, Threshold]) -> bool:
    """Tell whether the branch of a value goes by limits that only a class has."""
    known = (thresholds[name] for name in step.thresholds if name in thresholds)
    only = any(one.variants and one.limits is None for one in known if one.unit == step.unit)
    return only and any(answer.verdicts for answer in step.answers)


def class_named(step: Step, thresholds: Mapping[str, Threshold], said: str) -> Variant | Reason:
    """Return the class that words mean: its code, its name in either language, or what only one name has in it."""
    offered, wanted = classes(step, thresholds), " ".join(said.casefold().split())
    names = {one.code: (one.code.casefold(), one.name.en.casefold(), one.name.zh.casefold()) for one in offered}
    exact = [one for one in offered if wanted in names[one.code]]
    found = exact or [one for one in offered if wanted and any(wanted in name for name in names[one.code])]
    return (
        found[0] if len(found) == 1 else Reason("class_unknown", {"value": said[:60], "classes": class_words(offered)})
    )


def class_words(offered: Iterable[Variant]) -> tuple[str, ...]:
    """Return classes as a reason names them."""
    return tuple(f"{one.code} {one.name.en} / {one.name.zh}" for one in offered)


def as_data(threshold: Threshold, limits: Limits | None, verdict: str | None = None) -> dict[str, Any]:
    """Return a threshold as a run keeps it: figures as text, words in both languages, source and tags."""
    return {
        "id": threshold.id,
        "name": {"en": threshold.name.en, "zh": threshold.name.zh},
        "value": told(threshold, limits),
        "unit": threshold.unit,
        "words": limits is None,
        "source": {"en": threshold.source.en, "zh": threshold.source.zh},
        "tag": ",".join(threshold.tags),
        "verdict": verdict,
    }


def told(threshold: Threshold, limits: Limits | None) -> dict[str, str]:
    """Return what a threshold asks for, in both languages: the good range in figures, or in its source's words."""
    if limits is None:
        return {"en": threshold.good.en, "zh": threshold.good.zh}
    low = limits.watch_below if limits.watch_below is not None else limits.bad_below
    high = limits.watch_above if limits.watch_above is not None else limits.bad_above
    if low is not None and high is not None:
        text = f"{figure_of(low)}..{figure_of(high)}"
    else:
        text = f">= {figure_of(low)}" if low is not None else f"<= {figure_of(high)}" if high is not None else "-"
    return {"en": text, "zh": text}


def by_value(step: Step, value: Decimal, verdict: Verdict) -> Choice | None:
    """Return the first answer that holds for a value: by its verdict, or by the bounds of the answer."""
    for choice in choices(step):
        answer = choice.answer
        if answer is None or not (answer.bounds or answer.verdicts):
            continue
        if answer.verdicts and verdict not in answer.verdicts:
            continue
        if answer.bounds is None or answer.bounds.hold(value):
            return choice
    return None


def decided(step: Step, value: Decimal | None, verdict: Verdict, said: str) -> Choice | Reason:
    """Return the branch that value and words take together, or why there is none."""
    own = chosen(step, said) if said else None
    if isinstance(own, Reason):
        return own
    found = by_value(step, value, verdict) if value is not None else None
    if own is None:
        if found is not None:
            return found
        names = tuple(f"{one.code} {one.label.en} / {one.label.zh}" for one in choices(step))
        return Reason("choice_needed" if value is None else "value_decides_nothing", {"choices": names})
    bounded = own.answer is not None and (own.answer.bounds or own.answer.verdicts)
    if found is not None and bounded and found.to != own.to:
        return Reason("choice_contradicts", {"value": f"{found.code} {found.label.en} / {found.label.zh}"})
    return own


def most_left(tree: Tree, step: str) -> int:
    """Return how many steps are left at most in this tree, with the one that a run stands at; 0 at an end."""
    ways = {one.id: [answer.to for answer in one.answers] for one in tree.steps}
    longest: dict[str, int] = {}
    open_ = [step]
    while open_:
        name = open_[-1]
        waiting = [to for to in ways.get(name, ()) if to in ways and to not in longest and to not in open_]
        if waiting:
            open_.append(waiting[0])
            continue
        open_.pop()
        longest[name] = 1 + max((longest.get(to, 0) for to in ways[name]), default=0) if name in ways else 0
    return longest[step]


def targets(tree: Tree, step: str) -> Iterator[str]:
    """Yield the other trees that the answers of a step lead to."""
    here = {one.id for one in tree.steps} | {one.id for one in tree.ends} | set(IMPLICIT)
    found = tree.step(step)
    for answer in found.answers if found else ():
        if answer.to not in here:
            yield answer.to


def entered_names(entered: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """Return the ids of the trees that a run has entered."""
    return tuple(entry["id"] for entry in entered)
