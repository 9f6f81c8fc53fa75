"""What a diagnosis tree is: steps with answers, thresholds with their sources, and ends with cause and remedy.

Frozen values and the pure judgement of one measured value. It must not read a file, and knows no run: the machine of
a run is ``diagnosis.py``. Trees are directed graphs without a cycle; the first step is the first of ``steps``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from noc_console.workflows.policy_values import Label

#: warn: must be read and confirmed, and is never skipped; act: changes something, takes its own approval;
#: check: what is seen; measure: a value with a unit; ask: customer or colleague; record and notify: written down, told.
KINDS: Final = ("warn", "check", "measure", "act", "ask", "record", "notify")
#: Ends that every tree has without writing them: unsafe (E98) and not located or cannot be done (E99).
UNSAFE: Final = "E98"
NOT_LOCATED: Final = "E99"
#: The tree's domain may be one of the six, or general (where no tree fits) or site (R58, R59).
GENERAL: Final = "general"
SITE: Final = "site"

Verdict = Literal["good", "watch", "low", "high", "unknown"]
VERDICTS: Final[tuple[Verdict, ...]] = ("good", "watch", "low", "high", "unknown")


#: Words to a customer that begin so are for colleagues: the customer is told nothing by them.
_INTERNAL: Final = re.compile(r"\s*[(（\[［【]\s*(?:internal\b|内部)", re.IGNORECASE)


def is_internal(words: Label) -> bool:
    """Tell whether words are for colleagues only, in either language: what is doubtful is not told."""
    return any(_INTERNAL.match(text) for text in (words.en, words.zh))


def half_internal(words: Label) -> bool:
    """Tell whether only one language says that words are for colleagues: a slip of whoever wrote them."""
    return bool(_INTERNAL.match(words.en)) != bool(_INTERNAL.match(words.zh))


@dataclass(frozen=True, slots=True)
class Bounds:
    """A range of values, each end open or closed, in the unit of its step; an end that is None is not bounded."""

    at_least: Decimal | None = None
    above: Decimal | None = None
    at_most: Decimal | None = None
    below: Decimal | None = None

    def hold(self, value: Decimal) -> bool:
        """Tell whether a value lies inside."""
        return not (
            (self.at_least is not None and value < self.at_least)
            or (self.above is not None and value <= self.above)
            or (self.at_most is not None and value > self.at_most)
            or (self.below is not None and value >= self.below)
        )


@dataclass(frozen=True, slots=True)
class Limits:
    """Where a value leaves the good range and where it is bad, on the low and on the high side.

    A value equal to a limit is still on the better side. None: that side has no such limit.
    """

    bad_below: Decimal | None = None
    watch_below: Decimal | None = None
    watch_above: Decimal | None = None
    bad_above: Decimal | None = None

    def verdict(self, value: Decimal) -> Verdict:
        """Judge a value: good, watch, or bad on the low or on the high side."""
        if self.bad_below is not None and value < self.bad_below:
            return "low"
        if self.bad_above is not None and value > self.bad_above:
            return "high"
        low = self.watch_below is not None and value < self.watch_below
        return "watch" if low or (self.watch_above is not None and value > self.watch_above) else "good"


@dataclass(frozen=True, slots=True)
class Variant:
    """The limits of one class of a quantity, such as GPON class C+."""

    code: str
    name: Label
    limits: Limits


@dataclass(frozen=True, slots=True)
class Threshold:
    """A quantity with its unit, what is good, to be watched and bad as its source says it, and where that is from.

    ``limits`` is the same in figures where one range holds for all, else ``variants`` has it by class; neither where
    the source gives no figures. ``plausible`` are the values an instrument can show at all.
    """

    id: str
    domain: str
    name: Label
    unit: str
    good: Label
    watch: Label
    bad: Label
    source: Label
    tags: tuple[str, ...]
    limits: Limits | None = None
    variants: tuple[Variant, ...] = ()
    plausible: tuple[Decimal, Decimal] | None = None

    def limits_of(self, variant: str = "") -> Limits | None:
        """Return the limits of a class, or those of all."""
        return next((entry.limits for entry in self.variants if entry.code == variant), self.limits)


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of a step and where it leads: a step or an end of this tree, or another tree.

    ``bounds`` or ``verdicts`` say for which measured values it is the answer; without them a person chooses.
    """

    label: Label
    to: str
    bounds: Bounds | None = None
    verdicts: tuple[Verdict, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One step; ``unit`` is that of the value it measures, empty where none is; ``command`` names one it may offer."""

    id: str
    kind: str
    text: Label
    answers: tuple[Answer, ...]
    unit: str = ""
    thresholds: tuple[str, ...] = ()
    onsite: bool = False
    command: str = ""
    tags: tuple[str, ...] = ()
    #: values that the unit alone does not bound: what an instrument can show here
    plausible: tuple[Decimal, Decimal] | None = None

    @property
    def asks_value(self) -> bool:
        """Tell whether a value is to be read: a question or a check may only have its thresholds in a unit."""
        judged = any(answer.bounds or answer.verdicts for answer in self.answers)
        return bool(self.unit) and (self.kind in ("measure", "act") or judged)


@dataclass(frozen=True, slots=True)
class End:
    """What was found: cause code, remedy, what the remedy interrupts, who is needed, and what the customer is told.

    ``interrupts`` is None where the remedy interrupts nothing beyond the present outage. ``messages`` are codes of
    messages to customers, ``customer`` the words themselves where the tree has its own.
    """

    id: str
    fault: Label
    cause: str
    remedy: Label
    service_affecting: str
    field_visit: str
    escalate_to: tuple[str, ...] = ()
    interrupts: Label | None = None
    messages: tuple[str, ...] = ()
    customer: Label | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tree:
    """A diagnosis tree; ``hash`` is that of its content, by which a run knows the tree it was begun with."""

    id: str
    domain: str
    title: Label
    entry: Label
    evidence: tuple[Label, ...]
    close_out: Label
    steps: tuple[Step, ...]
    ends: tuple[End, ...]
    alarms: tuple[str, ...] = ()
    customer: Label | None = None
    notes: tuple[Label, ...] = ()
    hash: str = ""

    @property
    def first(self) -> str:
        """Return the id of the first step."""
        return self.steps[0].id

    def step(self, name: str) -> Step | None:
        """Return a step by its id."""
        return next((step for step in self.steps if step.id == name), None)

    def end(self, name: str) -> End | None:
        """Return an end by its id; E98 and E99 only where the tree writes them."""
        return next((end for end in self.ends if end.id == name), None)
