"""Commands as lists of words with placeholders: what a value must be like to stand for one, and how they are filled.

No value begins with a dash, so that none is taken for an option, and none has a character that a shell would read,
because a jump command may hand its words to one. Pure; it runs nothing and knows neither ticket nor policy.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

#: A word that stands for the words of ``jump`` in the settings.
JUMP: Final = "{jump}"
_PLACEHOLDER: Final = re.compile(r"\{([A-Za-z][A-Za-z0-9_.]*)\}")
_HOST: Final = r"(?=.{1,253}$)[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,62}(?:\.[A-Za-z0-9_-]{1,63})*)?\.?"
_SCOPE: Final = r"[A-Za-z0-9][A-Za-z0-9._-]{0,31}"
#: Shapes by name; a host may be an address, too.
_SHAPES: Final[Mapping[str, str]] = {
    "host": _HOST,
    "name": _HOST,
    "port": r"[1-9][0-9]{0,4}",
    "oid": r"\.?[0-9]{1,10}(?:\.[0-9]{1,10}){1,127}|[A-Za-z][A-Za-z0-9-]{0,63}::[A-Za-z][A-Za-z0-9_.-]{0,127}",
    "line": r"(?:show|display) [A-Za-z0-9][A-Za-z0-9 ./:_-]{0,199}",
    # what an operator calls a circuit, a port, a contract; two points in a row would leave a folder
    "id": r"(?!.*\.\.)[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,199}",
    "phone": r"\+?[0-9]{2,20}",
}
#: Fields of a ticket that may stand in a word, with the shape that their value must have.
FIELDS: Final[Mapping[str, str]] = {
    "ref": "id",
    "type": "id",
    "domain": "id",
    "grade": "id",
    "state": "id",
    "cause_code": "id",
    "contract": "id",
    "phone": "phone",
    "host": "host",
    "object": "id",
}
#: ``object.circuit``: one of its objects of this type.
OBJECT: Final = "object."


def shape_of(placeholder: str) -> str:
    """Return the shape that the value of a field of a ticket must have."""
    return FIELDS[placeholder.partition(".")[0]]


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
    if shape == "host" and _is_address(value):
        return True
    return re.fullmatch(_SHAPES[shape], value) is not None and (shape != "port" or int(value) <= 65_535)


def _is_address(value: str) -> bool:
    from ipaddress import ip_address  # a list of tickets is shown without it

    address, percent, scope = value.partition("%")
    try:
        ip_address(address)
    except ValueError:
        return False
    return not percent or (":" in address and re.fullmatch(_SCOPE, scope) is not None)
