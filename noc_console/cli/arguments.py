"""Words of the command line that are no options: text, references from arguments or standard input, files.

Light, because every command imports it. It must not know fields.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Final

import typer

from noc_console.errors import UsageError
from noc_console.i18n import N_, _

#: ``--limit``, read by ``whole``: the parser's own reading of numbers would import pydantic and speak English.
LIMIT = Annotated[str | None, typer.Option("--limit", metavar="N", help=N_("At most so many"))]
#: So many lines of a list somebody reads; a program gets all.
TEXT_LIMIT: Final = 100


def plain(text: str) -> str:
    """Return an argument as text: bytes that were no UTF-8 become U+FFFD."""
    if text.isascii():
        return text
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def whole(text: str, name: str) -> int:
    """Return a whole number from 1 on. Raises UsageError that names the option or argument."""
    if text.isascii() and text.isdigit() and len(text) <= 12 and int(text):
        return int(text)
    raise UsageError(
        _("{option} cannot be read: {text}", option=name, text=plain(text)[:60]), _("a whole number from 1 on")
    )


def limit_of(text: str | None, otherwise: int) -> int:
    """Return the value of ``--limit``, or what holds where none was given. Raises UsageError."""
    return otherwise if text is None else whole(text, "--limit")


def most_of(text: str | None, output: str) -> int | None:
    """Return how many a list gives: as many as were said, else 100 to read and all to a program. Raises UsageError."""
    if text is not None:
        return whole(text, "--limit")
    return TEXT_LIMIT if output == "text" else None


def state_of(text: str, states: Sequence[str]) -> str:
    """Return the state that a list is asked for. Raises UsageError with those that there are."""
    if text not in states:
        raise UsageError(_("there is no state {name}", name=plain(text)), _("one of: {names}", names=", ".join(states)))
    return text


def state_option(states: Sequence[str], help_: str) -> Any:
    """Return the option ``--state`` of a list, whose value ``state_of`` reads; ``help_`` is a msgid."""
    return typer.Option("--state", metavar="|".join(states), help=help_, autocompletion=lambda: list(states))


def references(arguments: Sequence[str]) -> Iterator[str]:
    """Yield references as they come: those named, and for ``-`` one from each line of standard input."""
    for argument in arguments:
        if argument == "-":
            for raw in sys.stdin.buffer:
                text = raw.decode("utf-8-sig", errors="replace").strip()
                if text:
                    yield text
        else:
            yield plain(argument)
