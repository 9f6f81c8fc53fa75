"""Hints at what is better not said to a customer, and what to say instead (R55 to R57).

They advise whoever writes; they refuse nothing.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

from noc_console.workflows.policy_values import Label


@dataclass(frozen=True, slots=True)
class Hint:
    """A phrase that was found, and what to say instead."""

    phrase: str
    say: Label


def hints(text: str) -> tuple[Hint, ...]:
    """Return what could be said better in a text to a customer, each piece of advice once, in order of the file."""
    found = ((pattern.search(text), say) for pattern, say in _patterns())
    return tuple(Hint(match[0], say) for match, say in found if match)


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], Label], ...]:
    text = resources.files("noc_console.checklists").joinpath("phrases.toml").read_text(encoding="utf-8")
    made = []
    for row in tomllib.loads(text)["hints"]:
        english = "|".join(rf"(?<![A-Za-z]){re.escape(phrase)}(?![A-Za-z])" for phrase in row["en"])
        # a term that is the same in both languages stands between Chinese characters without a space
        chinese = "|".join(
            rf"(?<![A-Za-z]){re.escape(phrase)}(?![A-Za-z])" if phrase.isascii() else re.escape(phrase)
            for phrase in row["zh"]
        )
        pattern = re.compile(f"{english}|{chinese}", re.IGNORECASE)
        made.append((pattern, Label(en=row["say"]["en"], zh=row["say"]["zh"])))
    return tuple(made)
