"""The one form in which inputs and effects are written down: canonical JSON, digests, and ids.

Sorted keys, no floats, NFC text, no NUL and no lone surrogate, instants as whole UTC milliseconds.
"""

from __future__ import annotations

import hashlib
import os
import threading
import time
import unicodedata
import uuid
from collections.abc import Mapping, Set
from datetime import datetime
from decimal import Decimal
from typing import Any

import orjson

from noc_console.clock import to_ms
from noc_console.errors import BadInput
from noc_console.i18n import _
from noc_console.workflows.uuids import uuid5

#: Namespace of ids that are derived, so that two replicas which make the same thing make one.
NAMESPACE = uuid.UUID("6f2f6e0c-6b5a-5f0e-9d2c-4e4f43634e43")
#: Greatest whole number that every database holds.
LARGEST = 2**63 - 1


def canonical(value: Any) -> str:
    """Return the canonical JSON of a value. Raises BadInput for text that no store can hold."""
    return written(plain(value))


def written(value: Any) -> str:
    """Return the canonical JSON of what ``plain`` made."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()


def read(text: str | bytes) -> Any:
    """Return the value of canonical JSON."""
    return orjson.loads(text)


def plain(value: Any) -> Any:
    """Return a value made of JSON's own types only: instants become milliseconds, decimals text."""
    kind = type(value)
    if kind is str:
        return value if value.isascii() and "\0" not in value else _text(value)
    if value is None or kind is bool:
        return value
    if kind is int:
        return value if -LARGEST <= value <= LARGEST else _whole(value)
    if kind is datetime:
        return to_ms(value)
    if kind is dict:
        return {
            key if type(key) is str else str(key): item
            if item is None or (type(item) is str and item.isascii() and "\0" not in item)
            else plain(item)
            for key, item in value.items()
        }
    if kind is list or kind is tuple:
        return [plain(item) for item in value]
    if isinstance(value, datetime):
        return to_ms(value)
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, Set):
        return [plain(item) for item in sorted(value)]
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, str):
        return _text(str(value))
    if isinstance(value, int):
        return _whole(int(value))
    raise TypeError(f"{kind.__name__} has no canonical form")


def _whole(value: int) -> int:
    if not -LARGEST <= value <= LARGEST:
        raise BadInput(_("the number {number} is too large", number=value))
    return value


def _text(value: str) -> str:
    try:
        value.encode("utf-8")
    except UnicodeEncodeError as error:
        raise BadInput(_("the text holds half of a character"), _("type or paste it again")) from error
    if "\0" in value:
        raise BadInput(_("the text holds a NUL character"), _("remove it and try again"))
    return unicodedata.normalize("NFC", value)


def digest(*parts: str | bytes | int | None) -> str:
    """Return SHA-256 over parts, each with its length, so that no two lists of parts share a digest."""
    return hashlib.sha256(b"".join(map(_measured, parts))).hexdigest()


def _measured(part: str | bytes | int | None) -> bytes:
    if part is None:
        return b"-"
    data = part if type(part) is bytes else str(part).encode("utf-8", "surrogatepass")
    return b"%d:%b" % (len(data), data)


class _Rising:
    """Instants of 48 bits, each with a count of 12, that only rise: within a millisecond, and when a clock is set back.

    The count begins low enough to have room (RFC 9562, 6.2).
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._newest = 0

    def next(self) -> tuple[int, int]:
        now = (time.time_ns() // 1_000_000) << 12 | int.from_bytes(os.urandom(2), "big") >> 5
        with self._lock:
            self._newest = max(now, self._newest + 1)
            return self._newest >> 12, self._newest & 0xFFF


_rising = _Rising()


def new_id() -> str:
    """Return a UUIDv7: unique anywhere, near its neighbours in time on disk, and after every other of this process."""
    instant, count = _rising.next()
    own = int.from_bytes(os.urandom(8), "big") & ~(0x3 << 62) | (0x2 << 62)
    digits = f"{instant:012x}7{count:03x}{own:016x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def derived_id(*parts: str | int) -> str:
    """Return the UUIDv5 of what makes a thing the same thing everywhere."""
    return uuid5(NAMESPACE, "\x1f".join(map(str, parts)))
