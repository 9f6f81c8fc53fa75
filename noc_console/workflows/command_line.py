"""Commands as lists of words with placeholders: what a value must be like to stand for one, and how they are filled.

No value begins with a dash, so that none is taken for an option, and none has a character that a shell would read,
because a jump command may hand its words to one. Pure; it runs nothing and knows neither ticket nor policy.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from ipaddress import ip_address
from typing import Final

#: A word that stands for the words of ``jump`` in the settings.
JUMP: Final = "{jump}"
_PLACEHOLDER: Final = re.compile(r"\{([A-Za-z][A-Za-z0-9_.]*)\}")
_HOST: Final = re.compile(r"(?=.{1,253}$)[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,62}(?:\.[A-Za-z0-9_-]{1,63})*)?\.?")
_SCOPE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,31}")
_SHAPES: Final[Mapping[str, re.Pattern[str]]] = {
    "name": _HOST,
    "port": re.compile(r"[1-9]\d{0,4}", re.ASCII),
    "oid": re.compile(r"\.?\d{1,10}(?:\.\d{1,10}){1,127}|[A-Za-z][A-Za-z0-9-]{0,63}::[A-Za-z][\w.-]{0,127}", re.ASCII),
    "line": re.compile(r"(?:show|display) [A-Za-z0-9][A-Za-z0-9 ./:_-]{0,199}"),
    #: what an operator calls a circuit, a port, a contract; two points in a row would leave a folder
    "id": re.compile(r"(?!.*\.\.)[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,199}"),
    "phone": re.compile(r"\+?[0-9]{2,20}"),
}


def placeholders(argv: Iterable[str]) -> tuple[str, ...]:
    """Return the placeholders of a command, each once, without that of the jump command."""
    found = (name for word in argv if word != JUMP for name in _PLACEHOLDER.findall(word))
    return tuple(dict.fromkeys(found))


def filled(argv: Iterable[str], arguments: Mapping[str, str], jump: Iterable[str]) -> tuple[str, ...]:
    """Return a command with its arguments, each a word of its own or a part of one; what is not known stays."""
    found: list[str] = []
    for word in argv:
        if word == JUMP:
            found += jump
        else:
            found.append(_PLACEHOLDER.sub(lambda match: arguments.get(match[1], match[0]), word))
    return tuple(found)


def fits(shape: str, value: str) -> bool:
    """Tell whether a value has a shape: ``host`` is a name or an address, a ``line`` only shows."""
    if shape == "host":
        return _is_address(value) or _HOST.fullmatch(value) is not None
    return _SHAPES[shape].fullmatch(value) is not None and (shape != "port" or int(value) <= 65_535)


def _is_address(value: str) -> bool:
    address, percent, scope = value.partition("%")
    try:
        ip_address(address)
    except ValueError:
        return False
    return not percent or (":" in address and _SCOPE.fullmatch(scope) is not None)
