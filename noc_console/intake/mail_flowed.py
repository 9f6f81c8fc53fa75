"""Text in the format "flowed" (RFC 3676): lines that a mailer broke are one paragraph again.

Without this a Chinese word that stands at such a break is not found by search. It must not know parts or charsets.
"""

from __future__ import annotations

import re
from typing import Final

_QUOTES: Final = re.compile(r"(>*)[ ]?(.*)", re.DOTALL)
_SIGNATURE: Final = "-- "


def unflowed(text: str, *, delete_space: bool) -> str:
    """Return the text with its soft line breaks taken out; ``delete_space`` takes the space before them too."""
    lines: list[tuple[int, list[str]]] = []
    flows = False
    for line in text.split("\n"):
        marks, content = _parts(line.rstrip("\r"))
        if flows and lines[-1][0] == marks and content != _SIGNATURE:
            lines[-1][1].append(content)
        else:
            lines.append((marks, [content]))
        flows = content.endswith(" ") and content != _SIGNATURE
        if flows and delete_space:
            lines[-1][1][-1] = content[:-1]
    return "\n".join(f"{'>' * marks}{' ' if marks and any(pieces) else ''}{''.join(pieces)}" for marks, pieces in lines)


def _parts(line: str) -> tuple[int, str]:
    """Return the depth of a quote and the words without the space that was stuffed before them."""
    found = _QUOTES.match(line)
    return (len(found[1]), found[2]) if found else (0, line)
