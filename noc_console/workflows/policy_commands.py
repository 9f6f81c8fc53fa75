"""The section of a policy file that declares commands on tickets: what it may hold, read into values, written back.

A command is a list of words. What a word may hold in braces is filled from typed fields of the ticket
(``ticket_commands.py``); here it is only checked that there is such a field. Nothing is run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any, Final

from noc_console.i18n import _
from noc_console.workflows import policy_codec as codec
from noc_console.workflows.command_line import FIELDS, JUMP, OBJECT, placeholders
from noc_console.workflows.durations import format_duration, parse_duration
from noc_console.workflows.policy_nodes import (
    Entries,
    Leaf,
    Node,
    Table,
    choice,
    duration,
    filled,
    list_of,
    nearest,
    shown,
)
from noc_console.workflows.policy_values import DOMAINS, Label
from noc_console.workflows.ticket_inputs import REQUEST_TYPES

Data = Mapping[str, Any]
_OBJECT_TYPE: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
_KNOWN: Final = (*FIELDS, f"{OBJECT}TYPE", "jump")
#: Programs that read their arguments as a language: a value would become a part of what they do.
_SHELLS: Final = frozenset(
    {"sh", "bash", "dash", "zsh", "ksh", "csh", "tcsh", "fish", "ash", "busybox", "cmd", "powershell", "pwsh"}
    | {"eval", "env", "xargs", "command.com", "wscript", "cscript"}
)
TYPES: Final = ("fault", *REQUEST_TYPES)
_MOST_WORDS, _LONGEST_WORD, _LONGEST_S = 64, 1_000, 600


@dataclass(frozen=True, slots=True)
class TicketCommand:
    """A command on tickets of some types and domains (none named: all); ``windows`` is what it is called there."""

    code: str
    label: Label
    argv: tuple[str, ...]
    windows: tuple[str, ...]
    timeout_s: int
    types: frozenset[str]
    domains: frozenset[str]

    def words(self, *, on_windows: bool) -> tuple[str, ...]:
        """Return the words as they are on this kind of computer, placeholders and all."""
        return self.windows if on_windows and self.windows else self.argv

    @property
    def placeholders(self) -> tuple[str, ...]:
        """Return the fields that it needs, each once."""
        return placeholders(self.argv)


def _words(value: Any) -> list[str]:
    """Read a command: a program, then its arguments."""
    if isinstance(value, str):
        raise ValueError(_('{value} is one text: write each word by itself, as ["ping", "-n"]', value=shown(value)))
    if not isinstance(value, list) or not value:
        raise ValueError(_("{value} is not a list of words", value=shown(value)))
    found = [_word(one) for one in value]
    if len(found) > _MOST_WORDS:
        raise ValueError(_("a command has at most {most} words", most=_MOST_WORDS))
    _check_program(found[0])
    for name in placeholders(found):
        _check_placeholder(name)
    return found


def _word(value: Any) -> str:
    # a text that TOML holds may have a line break or a NUL in it, which no program is to be given
    if not isinstance(value, str) or not value or not value.isprintable() or len(value) > _LONGEST_WORD:
        raise ValueError(_("{value} is not a word of a command", value=shown(value)))
    if JUMP in value and value != JUMP:
        raise ValueError(_("{value}: {jump} stands for words of its own", value=shown(value), jump=JUMP))
    return value


def _check_program(word: str) -> None:
    if word == JUMP:
        return
    if placeholders((word,)) or word.startswith("-"):
        raise ValueError(_("{value} is not a program: only arguments are filled in", value=shown(word)))
    name = PureWindowsPath(PurePosixPath(word).name).name.casefold().removesuffix(".exe")
    if name in _SHELLS:
        raise ValueError(_("{value} would read its arguments as commands: name the program itself", value=shown(word)))


def _check_placeholder(name: str) -> None:
    if name in FIELDS or (name.startswith(OBJECT) and _OBJECT_TYPE.fullmatch(name.removeprefix(OBJECT))):
        return
    about = {"value": shown(f"{{{name}}}"), "nearest": nearest(name, _KNOWN)}
    raise ValueError(_("{value} is no field of a ticket{nearest}", **about))


def _timeout(value: Any) -> str:
    text = duration()(value)
    if parse_duration(text) > _LONGEST_S:
        most = format_duration(_LONGEST_S)
        raise ValueError(_("{value} is longer than {most}", value=shown(value), most=most))
    return str(text)


SECTIONS: Final[dict[str, Node]] = {
    "commands": Entries(
        Table(
            {
                "label": Table({"en": Leaf(filled), "zh": Leaf(filled)}),
                "argv": Leaf(_words),
                "windows": Leaf(_words),
                "timeout": Leaf(_timeout),
                "types": Leaf(list_of(choice(TYPES))),
                "domains": Leaf(list_of(choice(DOMAINS))),
            },
            optional=frozenset({"windows", "types", "domains"}),
        ),
        sourced=True,
    )
}


def problems(data: Data) -> Iterator[tuple[str, str]]:
    """Yield what contradicts itself: a command of Windows that needs what the other does not."""
    for code, entry in codec.entries(data["commands"]).items():
        more = set(placeholders(entry.get("windows", ()))) - set(placeholders(entry["argv"]))
        if more:
            names = ", ".join(f"{{{name}}}" for name in sorted(more))
            yield f"commands.{code}.windows", _("{names} stands in windows and not in argv", names=names)


def command(code: str, data: Data) -> TicketCommand:
    """Return one command."""
    return TicketCommand(
        code=code,
        label=codec.label(data["label"]),
        argv=tuple(data["argv"]),
        windows=tuple(data.get("windows", ())),
        timeout_s=codec.seconds(data["timeout"]),
        types=frozenset(data.get("types", ())),
        domains=frozenset(data.get("domains", ())),
    )


def command_data(value: TicketCommand) -> dict[str, Any]:
    """Write one command."""
    data: dict[str, Any] = {
        "label": codec.label_data(value.label),
        "argv": list(value.argv),
        "timeout": format_duration(value.timeout_s),
        "types": sorted(value.types),
        "domains": sorted(value.domains),
    }
    return data | ({"windows": list(value.windows)} if value.windows else {})
