"""The one tree of errors, with a message, a hint and an exit code each.

The command line maps it once (``cli/run.py``) and the screens map it once (``screens/app.py``).
It must not know who shows an error or how.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from noc_console.i18n import _

if TYPE_CHECKING:
    from noc_console.workflows.machine import Reason


class NocError(Exception):
    """Something that a person can be told: what happened and what would help, both already translated."""

    exit_code: ClassVar[int] = 4
    code: ClassVar[str] = "error"

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return _("{text} ({remedy})", text=self.message, remedy=self.hint) if self.hint else self.message


class Refused(NocError):
    """A machine said no: the reasons are its rules, each with its remedy (exit 1)."""

    exit_code = 1
    code = "refused"

    def __init__(self, message: str, reasons: Sequence[Reason], hint: str = "") -> None:
        super().__init__(message, hint)
        self.reasons = tuple(reasons)


class UsageError(NocError):
    """An unknown option or a value that cannot be read (exit 2)."""

    exit_code = 2
    code = "usage"


class NotFound(NocError):
    """Nothing has that reference, id or name (exit 3)."""

    exit_code = 3
    code = "not_found"


class BadInput(NocError):
    """A file, mail or policy that cannot be taken; nothing of it was stored (exit 4)."""

    code = "bad_input"


class Conflict(NocError):
    """Somebody changed the record since its author looked (exit 5)."""

    exit_code = 5
    code = "conflict"


class StoreUnavailable(NocError):
    """The store is away, locked, damaged, or made by a newer release (exit 6)."""

    exit_code = 6
    code = "store_unavailable"


class StoreDamaged(StoreUnavailable):
    """The file of the store is damaged: no second try helps."""


class PeerUnavailable(NocError):
    """A server that is needed is away or does not let us in; what it was to get waits (exit 6)."""

    exit_code = 6
    code = "peer_unavailable"
