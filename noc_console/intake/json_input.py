"""JSON from outside, read so that nothing in it can hang or end the program.

It must not know what the JSON means.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from noc_console.errors import BadInput
from noc_console.i18n import _
from noc_console.workflows.drafts import Quarantined

#: Ten thousand alarms in one delivery are about this; what is read takes some ten times as much memory.
MAX_JSON: Final = 16 * 1024 * 1024
#: Items of one input; a larger export is given in parts.
MAX_ITEMS: Final = 100_000
#: What walks or writes a value again stays far from the interpreter's own limit.
MAX_DEPTH: Final = 64


def bounded(raw: bytes, where: str, limit: int = MAX_JSON) -> bytes:
    """Return an input that is not too large. Raises BadInput, naming ``where``, for an empty or a larger one."""
    if len(raw) > limit:
        raise BadInput(
            _("{where}: the input is larger than the {limit} MiB taken", where=where, limit=limit // (1024 * 1024)),
            _("give it in smaller parts"),
        )
    if not raw.strip(b"\0 \t\r\n\xef\xbb\xbf"):
        raise BadInput(_("{where}: the input is empty", where=where), _("give what the system sent"))
    return raw


def not_too_many(count: int, where: str) -> None:
    """Raise BadInput, naming ``where``, for an input of more items than are taken at once."""
    if count > MAX_ITEMS:
        raise BadInput(
            _("{where}: the input holds more than the {limit} items taken at once", where=where, limit=MAX_ITEMS),
            _("give it in smaller parts"),
        )


def read_json(raw: bytes, where: str) -> object:
    """Return a JSON text in any of its encodings. Raises BadInput, naming ``where``, for what is none.

    ``NaN`` and its kin, which JSON has not, are read as words; of equal keys the last one counts.
    """
    bounded(raw, where)
    try:
        text = raw.decode(json.detect_encoding(raw), "replace")
        # A program in C sends the zero that ends its string too.
        value = json.loads(text.removeprefix("\ufeff").rstrip("\0 \t\r\n"), parse_constant=str)
    except ValueError as error:
        raise BadInput(
            _("{where}: this is no JSON: {why}", where=where, why=str(error)[:200]),
            _("give the body byte for byte as the system sent it"),
        ) from error
    except RecursionError as error:
        raise _too_deep(where) from error
    if not _is_shallow(value):
        raise _too_deep(where)
    return value


def _is_shallow(value: object) -> bool:
    level = [value]
    for _depth in range(MAX_DEPTH):
        below = (one.values() if isinstance(one, dict) else one for one in level if isinstance(one, dict | list))
        level = [inner for values in below for inner in values if isinstance(inner, dict | list)]
    return not level


def _too_deep(where: str) -> BadInput:
    return BadInput(
        _("{where}: the JSON is nested deeper than anything real", where=where), _("give what the system sent")
    )


def mapping(value: object) -> Mapping[str, object]:
    """Return a JSON object, an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def unreadable(why: str, part: object) -> Quarantined:
    """Return a part that cannot be taken, with its JSON and the reason."""
    return Quarantined.of("unreadable", why, json.dumps(part, ensure_ascii=True).encode("ascii"))
