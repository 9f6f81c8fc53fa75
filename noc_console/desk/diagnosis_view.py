"""A run as commands and screens show it: the way so far with its reasons, the step or the end it stands at, evidence.

What was answered shows as it was judged then; thresholds, roles and messages are those of when the tree was entered.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from noc_console.checklists import cause_codes
from noc_console.clock import to_json
from noc_console.desk import catalogues, tree_library
from noc_console.desk.catalogues import Named
from noc_console.desk.diagnosis_facts import answers_of
from noc_console.desk.rows import Values, one, values_of
from noc_console.i18n import _, language, sentences
from noc_console.store.tables import table
from noc_console.workflows import tree_walk
from noc_console.workflows.labels import label
from noc_console.workflows.policy_values import Label
from noc_console.workflows.tree import End, Step, Threshold, Tree, Variant, is_internal


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer of the way: the step's words, what was said, why this branch, and whether it stands."""

    row: Values
    step: Step | None
    words: str

    @property
    def measured(self) -> str:
        """Return the value with its unit, "" where none was asked for."""
        return f"{self.row['value']} {self.row['unit']}" if self.row["value"] is not None else ""

    @property
    def verdict(self) -> str:
        """Return what the thresholds say of the value as a word, "" where they say nothing."""
        verdict = self.row["verdict"]
        return label(verdict) if verdict and verdict != "unknown" else ""

    @property
    def stands(self) -> bool:
        """Tell whether it was not taken back."""
        return self.row["dropped_at"] is None

    def json(self) -> dict[str, Any]:
        """Return it as ``noc diagnosis show`` gives it."""
        row = self.row
        return {
            "number": row["number"],
            "tree": row["tree"],
            "step": row["step"],
            "kind": row["kind"],
            "text": self.step.text.text(language()) if self.step else None,
            "answer": self.words,
            "value": row["value"],
            "unit": row["unit"],
            "verdict": row["verdict"],
            "thresholds": [shown_threshold(entry) for entry in row["judged"]],
            "to": row["target"],
            "led_to": row["led_to"],
            "said": row["said"],
            "note": row["note"],
            "approval": _plain(row["approval"]),
            "by": row["answered_by"],
            "at": to_json(row["at"]),
            "taken_back": {"by": row["dropped_by"], "at": to_json(row["dropped_at"])} if row["dropped_at"] else None,
        }


@dataclass(frozen=True, slots=True)
class RunView:
    """A run, as one moment of the store saw it."""

    row: Values
    ticket: Values
    tree: Tree
    step: Step | None
    end: End | None
    named: Named
    answers: tuple[Answered, ...]
    evidence: tuple[Values, ...]
    now: datetime

    @property
    def thresholds(self) -> Mapping[str, Threshold]:
        """Return the thresholds that the tree names, by id."""
        return self.named.thresholds

    @property
    def way(self) -> tuple[Answered, ...]:
        """Return the answers that stand, in order."""
        return tuple(one for one in self.answers if one.stands)

    @property
    def position(self) -> int:
        """Return the number of the step that the run stands at, counted from 1 over all trees."""
        return len(self.way) + (1 if self.step else 0)

    @property
    def at_most(self) -> int:
        """Return how many steps the run has at most, if it stays in this tree."""
        return len(self.way) + tree_walk.most_left(self.tree, self.row["step"])

    @property
    def choices(self) -> tuple[tree_walk.Choice, ...]:
        """Return what the step can be answered with."""
        return tree_walk.choices(self.step) if self.step else ()

    @property
    def text(self) -> str:
        """Return the words of the step, or what the end has found."""
        if self.step is not None:
            return self.step.text.text(language())
        label = self.end.fault if self.end else end_label(self.row["step"])
        return label.text(language())

    @property
    def earlier(self) -> Answered | None:
        """Return what the step was answered with before it was taken back, or what measured the same elsewhere."""
        if self.step is None:
            return None
        here = (self.row["here"], self.row["step"])
        before = [one for one in self.answers if (one.row["tree"], one.row["step"]) == here]
        same = [one for one in self.way if one.step and one.row["value"] and self._measures_same(one.step)]
        found = before or same
        return found[-1] if found else None

    def _measures_same(self, step: Step) -> bool:
        own = self.step
        return own is not None and bool(own.thresholds) and (own.unit, own.thresholds) == (step.unit, step.thresholds)

    def json(self) -> dict[str, Any]:
        """Return the object that ``noc diagnosis answer`` and ``show`` print."""
        step = self.step
        last = self.way[-1] if self.way else None
        return {
            "run": self.row["ref"],
            "tree": self.row["here"],
            "step": self.row["step"],
            "kind": step.kind if step else "end",
            "text": self.text,
            "options": [choice.label.text(language()) for choice in self.choices],
            "unit": step.unit or None if step else None,
            "thresholds": list(self.thresholds_json()),
            "verdict": last.row["verdict"] if last else None,
            "end": self.end_json(),
            "choices": [
                {"number": one.number or None, "code": one.code, "label": one.label.text(language()), "to": one.to}
                for one in self.choices
            ],
            "onsite": step.onsite if step else False,
            "command": step.command or None if step else None,
            "position": self.position,
            "at_most": self.at_most,
            "state": self.row["state"],
            "ticket": self.ticket.get("ref"),
            "hash": self.row["here_hash"],
            "approval": _plain(self.row["approval"]),
            "started_at": to_json(self.row["started_at"]),
            "started_by": self.row["started_by"],
            "ended_at": to_json(self.row["ended_at"]) if self.row["ended_at"] else None,
            "path": [one.json() for one in self.answers],
            "evidence": [evidence_json(item) for item in self.evidence],
        }

    def thresholds_json(self) -> list[dict[str, Any]]:
        """Return the thresholds of the step with source and tag, one for each class where they differ."""
        found: list[dict[str, Any]] = []
        for name in self.step.thresholds if self.step else ():
            threshold = self.thresholds.get(name)
            if threshold is None:
                continue
            variants = [
                {**shown_threshold(tree_walk.as_data(threshold, one.limits)), "class": one.code}
                for one in threshold.variants
            ]
            plain = shown_threshold(tree_walk.as_data(threshold, threshold.limits))
            found += variants if threshold.limits is None and variants else [plain, *variants]
        return found

    @property
    def classes(self) -> tuple[Variant, ...]:
        """Return the classes by which the limits of the step differ, none where one range holds for all."""
        return tree_walk.classes(self.step, self.thresholds) if self.step else ()

    @property
    def class_decides(self) -> bool:
        """Tell whether a value decides the branch only once its class is named."""
        return self.step is not None and tree_walk.class_decides(self.step, self.thresholds)

    def in_class(self, code: str) -> list[dict[str, Any]]:
        """Return the thresholds of the step as they hold for one class; without one in the words of their source."""
        known = [
            self.thresholds[name] for name in (self.step.thresholds if self.step else ()) if name in self.thresholds
        ]
        return [shown_threshold(tree_walk.as_data(one, one.limits_of(code))) for one in known]

    def end_json(self) -> dict[str, Any] | None:
        """Return what the run has found, None while it stands at a step."""
        if self.step is not None:
            return None
        place, end, said = self.row["step"], self.end, language()
        if end is None:
            return {"id": place, "fault": end_label(place).text(said), "cause_code": None}
        return {
            "id": place,
            "fault": end.fault.text(said),
            "cause_code": end.cause,
            "remedy": end.remedy.text(said),
            "interrupts": end.interrupts.text(said) if end.interrupts else None,
            "service_affecting": end.service_affecting,
            "field_visit": end.field_visit,
            "escalate_to": list(end.escalate_to),
            "messages": list(end.messages),
            "customer": self.customer_text(),
            "internal": self.internal_text(),
        }

    def customer_text(self) -> str | None:
        """Return what the customer is told at this end, in plain words."""
        own = self._end_words()
        usual = (self.tree.customer,) if self.tree.customer and self.end else ()
        told = [words.text(language()) for words in own or usual if not is_internal(words)]
        return sentences(told) or None

    def internal_text(self) -> str | None:
        """Return what the end says to colleagues in the place of a customer."""
        return sentences(words.text(language()) for words in self._end_words() if is_internal(words)) or None

    def role_names(self) -> tuple[str, ...]:
        """Return whom the end escalates to, by name."""
        known = self.named.roles
        codes = self.end.escalate_to if self.end else ()
        return tuple(known[code].name.text(language()) if code in known else code for code in codes)

    def _end_words(self) -> tuple[Label, ...]:
        """Return the words of the end itself: its own, else its messages."""
        end, known = self.end, self.named.messages
        if end is None or end.customer is not None:
            return (end.customer,) if end and end.customer else ()
        return tuple(known[code] for code in end.messages if code in known)


def end_facts(view: RunView) -> Iterator[tuple[str, str]]:
    """Yield what an end says about the fault, each with its heading; a code stands beside what it is called."""
    found = view.end_json() or {}
    cause = found.get("cause_code")
    named = {"escalate_to": _(", ").join(view.role_names()), "cause_code": _cause_name(cause) if cause else ""}
    names = (
        ("cause_code", _("Cause code")), ("remedy", _("Remedy")), ("interrupts", _("Interrupts")),
        ("field_visit", _("Visit")), ("escalate_to", _("Escalate to")), ("customer", _("To the customer")),
        ("internal", _("For colleagues only")),
    )  # fmt: skip
    for name, heading in names:
        value = named.get(name) or found.get(name)
        if value:
            yield heading, label(value)


def _cause_name(code: str) -> str:
    known = cause_codes.load().by_code.get(code)
    return f"{code} {known.label.text(language())}" if known else code


def view_in(connection: Connection, row: Values, now: datetime) -> RunView:
    """Read all that belongs to a run."""
    tree = tree_library.kept(connection, row["here_hash"])
    by_hash = {entry["hash"]: tree_library.kept(connection, entry["hash"]) for entry in row["entered"]}
    answers = answers_of(connection, row["id"])
    for answer in answers:
        if answer["tree_hash"] not in by_hash:
            by_hash[answer["tree_hash"]] = tree_library.kept(connection, answer["tree_hash"])
    return RunView(
        row=row,
        ticket=one(connection, "ticket", row["record"]) or {},
        tree=tree,
        step=tree.step(row["step"]),
        end=tree.end(row["step"]),
        named=catalogues.of_run(connection, row, tree),
        answers=tuple(_answered(answer, by_hash[answer["tree_hash"]]) for answer in answers),
        evidence=evidence_in(connection, row),
        now=now,
    )


def evidence_in(connection: Connection, row: Values) -> tuple[Values, ...]:
    """Return the evidence of a run, oldest first."""
    files = table("attachment")
    chosen = select(files).where(files.c.record == row["record"], files.c.run == row["id"])
    return tuple(
        values_of("attachment", found) for found in connection.execute(chosen.order_by(files.c.at, files.c.id))
    )


def _answered(answer: Values, tree: Tree) -> Answered:
    step = tree.step(answer["step"])
    return Answered(answer, step, _words(answer, step))


def _words(answer: Values, step: Step | None) -> str:
    number = int(answer["choice"])
    if number and step is not None and number <= len(step.answers):
        return step.answers[number - 1].label.text(language())
    label = tree_walk.IMPLICIT.get(answer["target"])
    return label.text(language()) if label else _("other tree: {name}", name=answer["target"])


def approval_words(view: RunView, how: str) -> str:
    """Return whether the act that a run stands at is approved, or how it gets that; "" at any other step."""
    if view.step is None or view.step.kind != "act":
        return ""
    approval = view.row["approval"]
    if approval:
        return _("approved by {name}", name=approval["by"])
    return _("changes something: needs an approval by somebody else ({key})", key=how)


def end_label(place: str) -> Label:
    """Return what an end that no tree writes is called."""
    return tree_walk.IMPLICIT.get(place, Label(en=place, zh=place))


def threshold_line(entry: Mapping[str, Any]) -> str:
    """Return a threshold of ``thresholds_json`` in one line: what it is for, figures or words, then tag and source."""
    kind = f" {entry['class']}" if "class" in entry else ""
    unit = "" if entry["words"] else f" {entry['unit']}"
    return f"{entry['id']} {entry['name']}{kind}: {entry['value']}{unit}  ({entry['tag']}; {entry['source']})"


def shown_threshold(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return a threshold in the language in use: name (empty where an old run kept none), value, unit, source, tag."""
    said = language()
    name = entry.get("name", {}).get(said, "")
    return {**entry, "name": name, "value": entry["value"][said], "source": entry["source"][said]}


def evidence_json(item: Values) -> dict[str, Any]:
    """Return a piece of evidence without its content."""
    names = ("name", "type", "size", "sha256", "tree", "step", "command")
    return {**{name: item[name] for name in names}, "at": to_json(item["at"])}


def _plain(approval: Mapping[str, Any] | None) -> dict[str, Any] | None:
    from noc_console.clock import from_ms

    if not approval:
        return None
    at = approval.get("at")
    return {**approval, "at": to_json(from_ms(at)) if isinstance(at, int) else at}
