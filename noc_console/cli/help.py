"""Lays out help in the language in use and in terminal cells: typer's own layout counts characters.

It must not know any noun.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from typing import Any, Final

from noc_console.cli.examples import EXAMPLES
from noc_console.i18n import N_, _
from noc_console.text import cell_width, wrap

_WIDEST_TERM: Final = 30
_ENVIRONMENT: Final = N_(
    "Environment: NOC_STORE, NOC_ENGINEER, NOC_LANG, NOC_CONFIG stand for --store, --as, --lang, --config; NO_COLOR "
    "turns colours off. Exit codes: 0 done, 1 refused by a rule, 2 usage, 3 not found, 4 bad input, 5 conflict, "
    "6 store unavailable, 130 interrupted."
)
#: The parser's own words, which are translated when they are shown.
PARSER_WORDS: Final = (
    N_("Show this message and exit."),
    N_("Install completion for the current shell."),
    N_("Show completion for the current shell, to copy it or customize the installation."),
)


def help_of(command: Any, context: Any, commands: Sequence[tuple[str, str]] = ()) -> str:
    """Return the help of a command: usage, what it does, arguments, options, and the commands below it."""
    width = min(shutil.get_terminal_size().columns, 100)
    params = [param for param in command.get_params(context) if not getattr(param, "hidden", False)]
    arguments = [(param.metavar or param.name.upper(), _(param.help)) for param in params if _is_argument(param)]
    below = [_("COMMAND ...")] if commands else [metavar for metavar, _help in arguments]
    optional = _("[OPTIONS]")
    lines = [_("Usage: {usage}", usage=" ".join([context.command_path, optional, *below]))]
    if command.help:
        lines += ["", *wrap(_(command.help), width)]
    options = [(_names(param), _(param.help)) for param in params if not _is_argument(param)]
    explained = [row for row in arguments if row[1]]
    for title, rows in ((_("Arguments"), explained), (_("Commands"), commands), (_("Options"), options)):
        if rows:
            lines += ["", _("{title}:", title=title), *_definitions(rows, width)]
    if examples := EXAMPLES.get(context.command_path.partition(" ")[2]):
        lines += ["", _("{title}:", title=_("Examples")), *(f"  {example}" for example in examples)]
    if context.parent is None:
        lines += ["", *wrap(_(_ENVIRONMENT), width)]
    return "\n".join(lines)


def _is_argument(param: Any) -> bool:
    return bool(param.param_type_name == "argument")


def _names(param: Any) -> str:
    short = [name for name in param.opts if not name.startswith("--")]
    long = [name for name in param.opts if name.startswith("--")]
    names = ", ".join([*short, *long])
    if param.secondary_opts:  # a question: the flag alone says yes
        return f"{names} [yes|no], {', '.join(param.secondary_opts)}"
    flag = getattr(param, "is_flag", False)
    return names if flag or not param.metavar else f"{names} {param.metavar}"


def _definitions(rows: Sequence[tuple[str, str]], width: int) -> Iterator[str]:
    term_width = min(_WIDEST_TERM, max(cell_width(term) for term, _text in rows))
    indent = " " * (term_width + 4)
    for term, text in rows:
        room = term_width - cell_width(term)
        body = wrap(text, max(20, width - len(indent))) if text else []
        if room < 0 or not body:
            yield f"  {term}"
        else:
            yield f"  {term}{' ' * room}  {body.pop(0)}"
        yield from (indent + each for each in body)
