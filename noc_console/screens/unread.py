"""What this person has seen of which ticket: the version of the row when they last opened it.

A convenience of one machine, kept beside other user state; losing it marks tickets unread, nothing more.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

#: The oldest entries beyond this are forgotten.
MOST = 20_000


class Seen:
    """Versions seen, by record id; written when the console is left and now and then before."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._changed = False
        self._versions = _load(path)
        self._expected: set[str] = set()

    @classmethod
    def of_store(cls, folder: Path, store: str, person: str) -> Seen:
        """Return what a person has seen of a store, named by an address that is not kept in clear."""
        name = hashlib.sha256(f"{store}\n{person}".encode()).hexdigest()[:16]
        return cls(folder / f"seen-{name}.json")

    def mark(self, record: str, version: int, *, pressing: bool) -> str:
        """Return ``!`` for an unread ticket that presses, ``*`` for any other unread one, else nothing."""
        if self._versions.get(record) == version:
            return ""
        return "!" if pressing else "*"

    def see(self, record: str, version: int) -> bool:
        """Remember that a version was seen; tell whether that is news."""
        if self._versions.get(record) == version:
            return False
        self._versions.pop(record, None)
        self._versions[record] = version
        self._changed = True
        return True

    def expect(self, record: str) -> None:
        """Take the next version of a ticket for seen, because this person makes it."""
        self._expected.add(record)

    def note(self, record: str, version: int) -> None:
        """Take notice of a version in a list: one's own change is not news."""
        if record in self._expected and self._versions.get(record) != version:
            self._expected.discard(record)
            self.see(record, version)

    def save(self) -> None:
        """Write what changed; a folder that cannot be written costs the marks, not the console."""
        if not self._changed:
            return
        newest = dict(list(self._versions.items())[-MOST:])
        temporary = self._path.with_suffix(".new")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            temporary.write_text(json.dumps(newest), encoding="utf-8")
            temporary.replace(self._path)
        except OSError:
            return
        self._changed = False


def _load(path: Path) -> dict[str, int]:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(data, dict):
        return {}
    return {str(record): version for record, version in data.items() if isinstance(version, int)}
