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
from ipaddress import ip_address
from typing import Any, Final

from noc_console.checklists.words import label
from noc_console.workflows.policy_values import Label

JUMP: Final = "{jump}"
_SLOT: Final = re.compile(r"\{(host|port|oid|name|line)\}")
_HOST: Final = re.compile(r"(?=.{1,253}$)[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,62}(?:\.[A-Za-z0-9_-]{1,63})*)?\.?")
#: What an argument must be like; nothing begins with a dash, so that none is taken for an option.
_SHAPES: Final[Mapping[str, re.Pattern[str]]] = {
    "name": _HOST,
    "port": re.compile(r"[1-9]\d{0,4}"),
    "oid": re.compile(r"\.?\d{1,10}(?:\.\d{1,10}){1,127}|[A-Za-z][A-Za-z0-9-]{0,63}::[A-Za-z][\w.-]{0,127}"),
    "line": re.compile(r"(?:show|display) [A-Za-z0-9][A-Za-z0-9 ./:_-]{0,199}"),
}


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
        return tuple(dict.fromkeys(name for word in self.argv for name in _SLOT.findall(word)))

    @property
    def jumps(self) -> bool:
        """Tell whether it goes through the jump command of the settings."""
        return JUMP in self.argv

    def words(self, arguments: Mapping[str, str], jump: tuple[str, ...], *, windows: bool) -> tuple[str, ...]:
        """Return the command with its arguments, each a word of its own or a part of one."""
        chosen = self.windows if windows and self.windows else self.argv
        found: list[str] = []
        for word in chosen:
            if word == JUMP:
                found += jump
            else:
                found.append(_SLOT.sub(lambda match: arguments.get(match[1], match[0]), word))
        return tuple(found)


def fits(slot: str, value: str) -> bool:
    """Tell whether a value can stand for an argument: a host is a name or an address, a line only shows."""
    if slot == "host":
        return _is_address(value) or _HOST.fullmatch(value) is not None
    shape = _SHAPES[slot]
    return shape.fullmatch(value) is not None and (slot != "port" or int(value) <= 65_535)


def _is_address(value: str) -> bool:
    try:
        ip_address(value)
    except ValueError:
        return False
    return True


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
