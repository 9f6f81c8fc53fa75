"""Whether the file at a path is still the one that was opened.

An open connection goes on with a file that was deleted or replaced under it, and what it writes there nobody finds.
"""

from __future__ import annotations

from pathlib import Path

from noc_console.errors import StoreUnavailable
from noc_console.i18n import _


class SameFile:
    """The file of a store, known by device and number from the first look on."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known: tuple[int, int] | None = None

    def look(self) -> None:
        """Look at the file. Raises StoreUnavailable where it is gone or another one since the first look."""
        try:
            found = self._path.stat()
        except FileNotFoundError as error:
            if self._known is None:
                return
            raise StoreUnavailable(
                _("the file of the store is gone: {path}", path=self._path),
                _("put it back; nothing more is written until then"),
            ) from error
        except OSError as error:
            raise StoreUnavailable(
                _("the file of the store cannot be reached: {path}: {error}", path=self._path, error=error.strerror),
                _("noc doctor says more"),
            ) from error
        if self._known is None:
            self._known = (found.st_dev, found.st_ino)
        elif self._known != (found.st_dev, found.st_ino):
            raise StoreUnavailable(
                _("the file of the store was replaced by another one: {path}", path=self._path),
                _("leave and open it again; what was written before is in the file that was there"),
            )
