"""Answers of yes-or-no options: ``--contacted``, ``--contacted yes``, ``--contacted=no``, ``--no-contacted``.

The parser knows flags only, so words that answer one become the flag that they mean. It must not read anything else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from noc_console.errors import UsageError
from noc_console.i18n import _
from noc_console.workflows.reading import NO, YES


def as_flags(params: Sequence[Any], args: Sequence[str]) -> list[str]:
    """Return a command's words with every answer made part of its flag.

    Only a word that is yes or no is an answer, so a reference that follows a flag stays one. What stands behind
    ``--``, or is the value of another option, is left alone. Raises UsageError for an answer that is neither.
    """
    flags = {name: param for param in params if param.secondary_opts for name in (*param.opts, *param.secondary_opts)}
    valued = {name for param in params if not getattr(param, "is_flag", True) for name in param.opts}
    return list(_answered(iter(args), flags, valued))


def _answered(words: Iterator[str], flags: dict[str, Any], valued: set[str]) -> Iterator[str]:
    flag = ""
    for word in words:
        if flag and word.casefold() in YES | NO:
            yield _meant(flags[flag], flag, word)
            flag = ""
            continue
        if flag:
            yield flag
        name, joined, answer = word.partition("=")
        flag = ""
        if word == "--":
            yield word
            yield from words
        elif name in flags and joined:
            yield _meant(flags[name], name, answer)
        elif name in flags:
            flag = name
        else:
            yield word
            if word in valued:
                yield from _next(words)
    if flag:
        yield flag


def _next(words: Iterator[str]) -> Iterator[str]:
    value = next(words, None)
    if value is not None:
        yield value


def _meant(param: Any, name: str, answer: str) -> str:
    """Return the flag that stands for an answer: ``--no-contacted no`` is yes."""
    if answer.casefold() not in YES | NO:
        raise UsageError(_("{option} cannot be read: {text}", option=name, text=answer[:60]), _("yes or no"))
    said = (answer.casefold() in YES) == (name in param.opts)
    return str(param.opts[0] if said else param.secondary_opts[0])
