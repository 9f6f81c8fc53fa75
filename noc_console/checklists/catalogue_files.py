"""Thresholds, alarms, roles and customer messages of a domain, each a file beside the domain's trees.

``<domain>/thresholds.toml``, ``alarms.toml``, ``roles.toml``, ``messages.toml``. It reads no disk and decides nothing.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from noc_console.checklists.tree_file import BadFiles, Finding, line_of, not_toml
from noc_console.checklists.words import WORDS, ById, each, figure, identifier, label, span, tags
from noc_console.i18n import _
from noc_console.workflows.policy_nodes import Entries, Leaf, Reading, Table, choice, filled
from noc_console.workflows.policy_values import Label
from noc_console.workflows.tree import Limits, Threshold, Variant

#: X.733 perceived severities, the gravest first.
SEVERITIES: Final = ("critical", "major", "minor", "warning", "indeterminate")
LIMITS: Final = ("bad_below", "watch_below", "watch_above", "bad_above")

_LIMITS = Table({name: Leaf(figure) for name in LIMITS}, optional=frozenset(LIMITS))
_VARIANT = Table(
    {"name": WORDS, **{name: Leaf(figure) for name in LIMITS}},
    optional=frozenset(LIMITS),
)
_THRESHOLD = Table(
    {
        "name": WORDS,
        "unit": Leaf(filled),
        "good": WORDS,
        "watch": WORDS,
        "bad": WORDS,
        "source": WORDS,
        "tags": Leaf(tags),
        "limits": _LIMITS,
        "variants": Entries(_VARIANT),
        "plausible": Leaf(span),
    },
    optional=frozenset({"limits", "variants", "plausible"}),
)
_ALARM = Table(
    {
        "name": WORDS,
        "meaning": WORDS,
        "causes": WORDS,
        "severity": Leaf(each(choice(SEVERITIES))),
        "probable_cause": Leaf(filled),
        "defined_in": Leaf(filled),
        "words": Leaf(each(filled)),
        "trees": Leaf(each(identifier)),
        "tags": Leaf(tags),
    },
    optional=frozenset({"probable_cause", "defined_in", "words", "tags"}),
)
_ROLE = Table({"name": WORDS, "does": WORDS})
_MESSAGE = Table({"en": Leaf(filled), "zh": Leaf(filled)})


@dataclass(frozen=True, slots=True)
class Alarm:
    """An alarm or symptom of a domain, with the trees that fit it, best first.

    ``words`` are names under which devices and people report it, besides its own name: what a report is matched by.
    """

    id: str
    domain: str
    name: Label
    meaning: Label
    causes: Label
    severities: tuple[str, ...]
    probable_cause: str
    defined_in: str
    words: tuple[str, ...]
    trees: tuple[str, ...]
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Role:
    """Whom an end escalates to: a team or function of a domain."""

    id: str
    domain: str
    name: Label
    does: Label


def thresholds(text: str, name: str, domain: str) -> dict[str, Threshold]:
    """Return the thresholds of a file by id. Raises BadFiles."""
    return {key: _threshold(key, domain, row) for key, row in _read(ById(_THRESHOLD), text, name).items()}


def alarms(text: str, name: str, domain: str) -> dict[str, Alarm]:
    """Return the alarms of a file by id. Raises BadFiles."""
    return {key: _alarm(key, domain, row) for key, row in _read(ById(_ALARM), text, name).items()}


def roles(text: str, name: str, domain: str) -> dict[str, Role]:
    """Return the roles of a file by id. Raises BadFiles."""
    rows = _read(ById(_ROLE), text, name)
    return {key: Role(key, domain, label(row["name"]), label(row["does"])) for key, row in rows.items()}


def messages(text: str, name: str, _domain: str) -> dict[str, Label]:
    """Return the messages to customers of a file by id. Raises BadFiles."""
    return {key: label(row) for key, row in _read(ById(_MESSAGE), text, name).items()}


def _read(node: ById, text: str, name: str) -> dict[str, Any]:
    try:
        data = tomllib.loads(text.removeprefix("\ufeff"))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise BadFiles([not_toml(name, error)], _("the file is not TOML")) from error
    reading = Reading(name, complete=True)
    found = node.read(data, "", reading)
    problems = [
        Finding(name, line_of(text, key), key, what) for key, whats in reading.problems.items() for what in whats
    ]
    if problems:
        raise BadFiles(problems, _("nothing of the file was taken"))
    return found or {}


def _threshold(key: str, domain: str, row: Mapping[str, Any]) -> Threshold:
    variants = row.get("variants", {})
    return Threshold(
        id=key,
        domain=domain,
        name=label(row["name"]),
        unit=row["unit"],
        good=label(row["good"]),
        watch=label(row["watch"]),
        bad=label(row["bad"]),
        source=label(row["source"]),
        tags=tuple(row["tags"]),
        limits=_limits(row["limits"]) if "limits" in row else None,
        variants=tuple(Variant(code, label(entry["name"]), _limits(entry)) for code, entry in variants.items()),
        plausible=_pair(row.get("plausible")),
    )


def _alarm(key: str, domain: str, row: Mapping[str, Any]) -> Alarm:
    return Alarm(
        id=key,
        domain=domain,
        name=label(row["name"]),
        meaning=label(row["meaning"]),
        causes=label(row["causes"]),
        severities=tuple(row["severity"]),
        probable_cause=row.get("probable_cause", ""),
        defined_in=row.get("defined_in", ""),
        words=tuple(row.get("words", ())),
        trees=tuple(row["trees"]),
        tags=tuple(row.get("tags", ())),
    )


def _limits(row: Mapping[str, Any]) -> Limits:
    return Limits(**{name: row[name] for name in LIMITS if name in row})


def _pair(found: list[Decimal] | None) -> tuple[Decimal, Decimal] | None:
    return (found[0], found[1]) if found else None
