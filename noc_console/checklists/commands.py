"""The commands that steps may offer, from ``commands.toml``: their words, their time, and what reads their output.

It runs nothing and knows no ticket.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from noc_console.checklists.words import label
from noc_console.workflows.command_line import filled, placeholders
from noc_console.workflows.policy_values import Label


@dataclass(frozen=True, slots=True)
class Template:
    """A field that a template of ntc-templates reads on a platform, and the steps that it fills: unit and thresholds.

    ``line`` is what was typed on the device, ``template`` the line by which ntc-templates knows the template.
    """

    platform: str
    line: re.Pattern[str]
    template: str
    field: str
    unit: str
    thresholds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Command:
    """One command: its words with slots for arguments, how long it may take, and the reader of its output."""

    id: str
    name: Label
    argv: tuple[str, ...]
    windows: tuple[str, ...]
    timeout_s: int
    reads: str = ""
    templates: tuple[Template, ...] = ()

    @property
    def slots(self) -> tuple[str, ...]:
        """Return the arguments that it takes, each once."""
        return placeholders(self.argv)

    def words(self, arguments: Mapping[str, str], jump: tuple[str, ...], *, windows: bool) -> tuple[str, ...]:
        """Return the command with its arguments, each a word of its own or a part of one."""
        return filled(self.windows if windows and self.windows else self.argv, arguments, jump)


@cache
def load() -> Mapping[str, Command]:
    """Return the commands by id."""
    text = resources.files("noc_console.checklists").joinpath("commands.toml").read_text(encoding="utf-8")
    return {
        key: Command(
            id=key,
            name=label(row["name"]),
            argv=tuple(row["argv"]),
            windows=tuple(row.get("windows", ())),
            timeout_s=row["timeout_s"],
            reads=row.get("reads", ""),
            templates=tuple(_template(entry) for entry in row.get("templates", ())),
        )
        for key, row in tomllib.loads(text).items()
    }


def _template(row: Mapping[str, Any]) -> Template:
    texts = {name: row[name] for name in ("platform", "template", "field", "unit")}
    return Template(line=re.compile(row["line"], re.IGNORECASE), thresholds=tuple(row["thresholds"]), **texts)
