"""From the text of a tree file to a tree: every problem is told at once, with file, line and rule.

What concerns more than one file (other trees, thresholds, cause codes) is ``tree_checks.py``'s. It reads no disk.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from noc_console.checklists.words import (
    WORDS,
    ById,
    WordsList,
    each,
    figure,
    identifier,
    identifiers,
    label,
    span,
    tags,
)
from noc_console.errors import BadInput
from noc_console.i18n import _, ngettext
from noc_console.workflows.policy_nodes import Items, Leaf, Reading, Table, boolean, choice, filled
from noc_console.workflows.policy_values import DOMAINS, INTERRUPTS, Label
from noc_console.workflows.tree import GENERAL, KINDS, SITE, VERDICTS, Answer, Bounds, End, Step, Tree
from noc_console.workflows.units import UNITS

#: A tree is pages of text, not megabytes.
MAX_BYTES: Final = 512 * 1024
VISITS: Final = ("yes", "maybe", "no")
BOUNDS: Final = ("at_least", "above", "at_most", "below")

_ANSWER = Table(
    {
        "en": Leaf(filled),
        "zh": Leaf(filled),
        "to": Leaf(identifier),
        **{name: Leaf(figure) for name in BOUNDS},
        "verdict": Leaf(each(choice(VERDICTS))),
    },
    optional=frozenset({*BOUNDS, "verdict"}),
)
_STEP = Table(
    {
        "kind": Leaf(choice(KINDS)),
        "text": WORDS,
        "unit": Leaf(choice(UNITS)),
        "thresholds": Leaf(identifiers),
        "onsite": Leaf(boolean),
        "command": Leaf(filled),
        "plausible": Leaf(span),
        "tags": Leaf(tags),
        "answers": Items(_ANSWER),
    },
    optional=frozenset({"unit", "thresholds", "onsite", "command", "plausible", "tags"}),
)
_END = Table(
    {
        "fault": WORDS,
        "cause": Leaf(identifier),
        "remedy": WORDS,
        "service_affecting": Leaf(choice(INTERRUPTS)),
        "field_visit": Leaf(choice(VISITS)),
        "interrupts": WORDS,
        "escalate_to": Leaf(identifiers),
        "messages": Leaf(identifiers),
        "customer": WORDS,
        "tags": Leaf(tags),
    },
    optional=frozenset({"interrupts", "escalate_to", "messages", "customer", "tags"}),
)
_TREE = Table(
    {
        "id": Leaf(identifier),
        "domain": Leaf(choice((*DOMAINS, GENERAL, SITE))),
        "title": WORDS,
        "entry": WORDS,
        "alarms": Leaf(identifiers),
        "evidence": WordsList(),
        "customer": WORDS,
        "close_out": WORDS,
        "notes": WordsList(),
        "steps": ById(_STEP),
        "ends": ById(_END),
    },
    optional=frozenset({"alarms", "customer", "notes"}),
)


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with a file: where (line 0: nobody can say), under which key, and what."""

    file: str
    line: int
    key: str
    what: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.key}: {self.what}" if self.key else f"{place}: {self.what}"


class BadFiles(BadInput):
    """Files that cannot be taken, with every finding."""

    def __init__(self, findings: list[Finding], hint: str) -> None:
        count = ngettext("{n} problem", "{n} problems", len(findings))
        super().__init__(count + "".join(f"\n  {finding}" for finding in findings), hint)
        self.findings = tuple(findings)


def parse(text: str, name: str) -> Tree:
    """Return the tree that a file holds. Raises BadFiles with every problem of this file."""
    if len(text.encode()) > MAX_BYTES:
        raise _bad([Finding(name, 0, "", _("larger than {limit} KiB", limit=MAX_BYTES // 1024))])
    try:
        data = tomllib.loads(text.removeprefix("\ufeff"))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise _bad([not_toml(name, error)]) from error
    reading = Reading(name, complete=True)
    read = _TREE.read(data, "", reading)
    findings = [
        Finding(name, line_of(text, key), key, problem)
        for key, problems in reading.problems.items()
        for problem in problems
    ]
    if read is None or findings:
        raise _bad(findings)
    tree = _tree(read, sha256(text.encode()).hexdigest())
    findings = [Finding(name, line_of(text, key), key, what) for key, what in _own_rules(tree)]
    if findings:
        raise _bad(findings)
    return tree


def not_toml(name: str, error: Exception) -> Finding:
    """Return what is wrong with a file that is no TOML, with the line that the error names."""
    found = re.search(r"line (\d+)", str(error))
    return Finding(name, int(found[1]) if found else 0, "", str(error))


def line_of(text: str, key: str) -> int:
    """Return the line of a dotted key, counted from 1, or of what holds it; 0 where nothing of it is found."""
    path, bracket, number = key.partition("[")
    parts = path.split(".")
    for count in range(len(parts), 0, -1):
        header = re.search(rf"^\s*\[{re.escape('.'.join(parts[:count]))}\]", text, re.MULTILINE)
        if header is None and count > 1:
            continue
        begin = header.end() if header else 0
        inner = parts[count] if header and count < len(parts) else "" if header else parts[0]
        own = re.compile(rf"^\s*{re.escape(inner)}\s*=", re.MULTILINE).search(text, begin) if inner else None
        if own is None and header is None:
            return 0
        place = own.end() if own else begin
        if own and bracket:
            entries = list(re.finditer(r"^\s*\{", text[place:], re.MULTILINE))
            nth = int(number.partition("]")[0])
            place += entries[nth - 1].end() if len(entries) >= nth else 0
        return text.count("\n", 0, place) + 1
    return 0


def _bad(findings: list[Finding]) -> BadFiles:
    return BadFiles(findings, _("nothing of the file was taken"))


def _own_rules(tree: Tree) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with a tree that needs no other file to be seen."""
    if not tree.steps:
        yield "steps", _("there is no step")
    for step in tree.steps:
        if not step.answers:
            yield f"steps.{step.id}", _("there is no answer")
        if step.unit == "" and any(answer.bounds for answer in step.answers):
            yield f"steps.{step.id}", _("answers have bounds, but the step has no unit")
        if step.thresholds == () and any(answer.verdicts for answer in step.answers):
            yield f"steps.{step.id}", _("answers go by a verdict, but the step names no threshold")


def _tree(read: Mapping[str, Any], digest: str) -> Tree:
    return Tree(
        id=read["id"],
        domain=read["domain"],
        title=label(read["title"]),
        entry=label(read["entry"]),
        evidence=tuple(label(entry) for entry in read["evidence"]),
        close_out=label(read["close_out"]),
        steps=tuple(_step(name, step) for name, step in read["steps"].items()),
        ends=tuple(_end(name, end) for name, end in read["ends"].items()),
        alarms=tuple(read.get("alarms", ())),
        customer=_maybe(read, "customer"),
        notes=tuple(label(entry) for entry in read.get("notes", ())),
        hash=digest,
    )


def _step(name: str, read: Mapping[str, Any]) -> Step:
    plausible = read.get("plausible")
    return Step(
        id=name,
        kind=read["kind"],
        text=label(read["text"]),
        answers=tuple(_answer(answer) for answer in read["answers"]),
        unit=read.get("unit", ""),
        thresholds=tuple(read.get("thresholds", ())),
        onsite=read.get("onsite", False),
        command=read.get("command", ""),
        tags=tuple(read.get("tags", ())),
        plausible=(plausible[0], plausible[1]) if plausible else None,
    )


def _answer(read: Mapping[str, Any]) -> Answer:
    bounds = {name: read[name] for name in BOUNDS if name in read}
    return Answer(label(read), read["to"], Bounds(**bounds) if bounds else None, tuple(read.get("verdict", ())))


def _end(name: str, read: Mapping[str, Any]) -> End:
    return End(
        id=name,
        fault=label(read["fault"]),
        cause=read["cause"],
        remedy=label(read["remedy"]),
        service_affecting=read["service_affecting"],
        field_visit=read["field_visit"],
        escalate_to=tuple(read.get("escalate_to", ())),
        interrupts=_maybe(read, "interrupts"),
        messages=tuple(read.get("messages", ())),
        customer=_maybe(read, "customer"),
        tags=tuple(read.get("tags", ())),
    )


def _maybe(read: Mapping[str, Any], name: str) -> Label | None:
    return label(read[name]) if name in read else None
