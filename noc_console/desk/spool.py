"""The spool worked off: what ``noc-spool`` stored becomes tickets, alarms, or quarantined items, oldest first.

A file leaves the spool when what became of it is durable, and not before. Ids of what it makes come from its name, so
that a file which is met again after a crash changes nothing. It must not parse; the channels do.
"""

from __future__ import annotations

import os
import stat
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from heapq import nsmallest
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy.exc import DataError, IntegrityError, ProgrammingError

from noc_console import spool
from noc_console.config import Config, data_dir
from noc_console.desk.channels import CHANNELS
from noc_console.desk.intake_item import IntakeItem, cut, hold
from noc_console.errors import NocError, StoreUnavailable, UsageError
from noc_console.i18n import _
from noc_console.intake.raw_files import RawInput
from noc_console.store.engine import together
from noc_console.store.place import place_of
from noc_console.text import clean

if TYPE_CHECKING:
    from noc_console.desk.desk import Desk

#: A transaction is ended after so long: readers wait for it, 200 ms at most.
BATCH_S: Final = 0.1
#: What is larger shares no transaction: it may hold many items, or take long to read.
LARGE: Final = 16 * 1024
#: So many names are remembered at a time, whatever lies in the spool.
LISTED: Final = 10_000
#: What has not grown for so long was given up by whoever wrote it.
GIVEN_UP_S: Final = 3_600.0
#: What waits longer than this is not drained by anybody.
LATE_S: Final = 600.0
#: How long another drain of the same spool is waited for.
PATIENCE_S: Final = 10.0
#: What cannot be read lies here, below the spool.
ASIDE: Final = "aside"
_LOCK: Final = ".drain"
#: Names the store that the spool was last worked into.
_STORE: Final = ".store"
_LONGEST_KIND: Final = 40


@dataclass(frozen=True, slots=True)
class _File:
    """A file of the spool: what it is known by, its channel, its bytes, or why they are not to be taken."""

    path: Path
    name: str
    kind: str
    raw: bytes = b""
    code: str = ""
    why: str = ""
    #: it stays on disk, because its bytes are not in the store
    aside: bool = False


def folder_of(said: str | None) -> Path:
    """Return the spool that is named, or the usual one. Raises UsageError where nobody can say."""
    try:
        return Path(said or spool.default_folder())
    except spool.NoHome:
        raise UsageError(
            _("nobody says where this user's files are"), _("name a folder: --dir DIR, or NOC_SPOOL")
        ) from None


def of_console(desk: Desk) -> Path | None:
    """Return the spool that a console on this store works by itself: the usual one, for the usual store.

    None on any other store: what came in must not end in a practice store because somebody opened it.
    """
    usual = desk.place.path is not None and desk.place.path.parent == data_dir()
    return folder_of(None) if not desk.training and (usual or os.environ.get("NOC_SPOOL")) else None


def refuse_gone(folder: Path, store: str | None, config: Config) -> None:
    """Raise StoreUnavailable where the store that a spool was worked into is away, as on a disk that is not mounted.

    To make a new one there, as on first use, would hide in it what comes in until the disk is back.
    """
    place = place_of(store or config.store)
    if place.path is None or place.path.exists():
        return
    try:
        known = (folder / _STORE).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):  # a spool that was never worked, or not by this user
        return
    if known == place.name:
        raise StoreUnavailable(
            _("the store at {path} is away, and the spool was worked into it before", path=place.name),
            _("bring it back; to begin a new one: noc store init"),
        )


def _remember(folder: Path, desk: Desk) -> None:
    path = folder / _STORE
    with suppress(OSError):  # a full disk of the spool must not keep it from being emptied
        if not path.exists() or path.read_bytes() != desk.store_name.encode("utf-8", "replace"):
            path.write_bytes(desk.store_name.encode("utf-8", "replace"))


def waiting(folder: Path) -> int:
    """Return how many inputs wait in a spool."""
    try:
        with os.scandir(folder) as entries:
            return sum(1 for entry in entries if _is_input(entry.name))
    except FileNotFoundError:
        return 0


def late(folder: Path) -> bool:
    """Tell whether the oldest input waits for so long that nobody seems to drain the spool."""
    oldest = next(iter(_oldest(folder, after="", most=1)), None) if folder.is_dir() else None
    try:
        return oldest is not None and time.time() - (folder / oldest).lstat().st_mtime > LATE_S
    except FileNotFoundError:
        return False


def drain(desk: Desk, folder: Path, *, dry_run: bool = False, patience: float = PATIENCE_S) -> Iterator[IntakeItem]:
    """Take what waits in a spool, oldest first, and yield what became of it once that is durable.

    What cannot be taken is quarantined, what cannot be read is set aside, both with the reason; neither stops the rest.
    Raises StoreUnavailable where the store is away, locked or full, or another drain is long at work: all that was not
    yielded is still in the spool then. Without ``patience`` (seconds) what another drain is at is left to it.
    """
    if not folder.is_dir():
        return
    with _alone(folder, patience) as mine:
        if mine and not dry_run:
            _remember(folder, desk)
        done = ""
        while mine and (files := _oldest(folder, after=done)):
            yield from _batches(desk, folder, files, dry_run)
            done = files[-1]


def _batches(desk: Desk, folder: Path, names: list[str], dry_run: bool) -> Iterator[IntakeItem]:
    """Take files in transactions of a bounded time; on PostgreSQL, where writers are many, one transaction each."""
    batch = _Batch(desk, folder, keep=dry_run)
    with batch:
        for name in names:
            file = _read(folder / name)
            if file is None:
                continue
            if len(file.raw) > LARGE:
                yield from batch.end()
                batch.begin(alone=True)
            for item in _items(desk, file, dry_run):
                batch.items.append(item)
                if batch.full:
                    yield from batch.end()
                    batch.begin(alone=len(file.raw) > LARGE)
            batch.files.append(file)
            if batch.full:
                yield from batch.end()
                batch.begin()
        yield from batch.end()


class _Batch:
    """What is made durable together, with the files that leave the spool then."""

    def __init__(self, desk: Desk, folder: Path, *, keep: bool) -> None:
        self.items: list[IntakeItem] = []
        self.files: list[_File] = []
        self._engine = desk.engine
        self._joins = desk.place.is_sqlite and not keep
        self._alone = False
        self._folder = folder
        self._keep = keep
        self._open = ExitStack()
        self._begun = 0.0

    def __enter__(self) -> None:
        self.begin()

    def __exit__(self, *error: object) -> None:
        self._open.__exit__(*error)  # type: ignore[arg-type]

    @property
    def full(self) -> bool:
        """Tell whether it is time to end it: another like those before would take it over its time."""
        spent = time.monotonic() - self._begun
        return self._alone or spent * (1 + 1 / max(1, len(self.items))) >= BATCH_S

    def begin(self, *, alone: bool = False) -> None:
        """Begin a transaction; ``alone`` leaves it to the channel to make its own."""
        self._begun = time.monotonic()
        self._alone = alone or not self._joins
        if not self._alone:
            self._open.enter_context(together(self._engine))

    def end(self) -> list[IntakeItem]:
        """Make everything durable, clear its files away, and return what became of them."""
        self._open.close()
        for file in self.files:
            if not self._keep:
                _clear(file, self._folder)
        done, self.items, self.files = self.items, [], []
        return done


def _items(desk: Desk, file: _File, dry_run: bool) -> Iterator[IntakeItem]:
    """Yield what becomes of a file; whatever its reader does not survive is held whole, and stops no other file."""

    way = CHANNELS.get(file.kind)
    service = desk.as_service("intake", way.via if way else "cli", delivery=file.name)

    def held(code: str, text: str) -> IntakeItem:
        return hold(service, file.kind, file.name, 0, file.raw, code, text, dry_run=dry_run)

    if file.code:
        yield held(file.code, file.why)
        return
    if way is None:
        yield held("no_channel", _("nothing here reads {kind}", kind=file.kind))
        return
    try:
        yield from way.take(service, RawInput(file.name, 0, file.raw, delivery=file.name), dry_run)
    except StoreUnavailable as error:
        if not isinstance(error.__cause__, DataError | IntegrityError | ProgrammingError):
            raise
        yield held("unstorable", str(error))
    except NocError as error:
        yield held(error.code, str(error))
    except Exception as error:  # noqa: BLE001 - an input of a stranger that a reader breaks on must not stop all others
        yield held("reader_failed", _("its reader failed: {error}", error=cut(repr(error), 500)))


# --- Files ---------------------------------------------------------------------------------------------------


def _is_input(name: str) -> bool:
    return not name.startswith(".") and name != ASIDE


def _oldest(folder: Path, *, after: str, most: int = LISTED) -> list[str]:
    """Return the next names, oldest first; only so many, so that a full spool needs no more memory than a small one."""
    try:
        with os.scandir(folder) as entries:
            names = (entry.name for entry in entries)
            return nsmallest(most, (name for name in names if name > after and _is_listed(folder, name)))
    except OSError as error:
        raise StoreUnavailable(
            _("the spool {folder} cannot be read: {why}", folder=folder, why=error.strerror or error),
            _("look at its rights"),
        ) from error


def _is_listed(folder: Path, name: str) -> bool:
    if _is_input(name):
        return True
    if not name.endswith(spool.UNFINISHED):
        return False
    try:
        return time.time() - (folder / name).lstat().st_mtime > GIVEN_UP_S
    except FileNotFoundError:
        return False


def _read(path: Path) -> _File | None:
    """Read a file of the spool; None where it is gone. One that cannot be read comes with the reason."""
    name = clean(os.fsencode(path.name).decode("utf-8", "replace")).removeprefix(".")
    unfinished = path.name.startswith(".")
    kind = cut(name.removesuffix(spool.UNFINISHED).rpartition(".")[2] or "unknown", _LONGEST_KIND)
    try:
        raw = _content(path)
    except FileNotFoundError:
        return None
    except OSError as error:
        return _unread(path, name, kind, _("cannot be read: {why}", why=error.strerror or error))
    if raw is None:
        return _unread(path, name, kind, _("is no file"))
    if len(raw) > spool.LIMIT:
        return _unread(path, name, kind, _("is larger than {size} MiB", size=spool.LIMIT >> 20))
    if unfinished:
        return _File(path, name, kind, raw, "unfinished", _("whoever wrote it did not end it"))
    return _File(path, name, kind, raw)


def _content(path: Path) -> bytes | None:
    """Return the bytes of a file, at most one more than the limit; None for what is no file, which might never end."""
    if not stat.S_ISREG(path.lstat().st_mode):
        return None
    with path.open("rb") as stream:
        return stream.read(spool.LIMIT + 1)


def _unread(path: Path, name: str, kind: str, why: str) -> _File:
    text = _("{name} {why}; it lies in {folder}", name=name, why=why, folder=ASIDE)
    return _File(path, name, kind, b"", "set_aside", text, aside=True)


def _clear(file: _File, folder: Path) -> None:
    """Take a file out of the spool; what cannot go stays, and is known when it is met again."""
    try:
        if file.aside:
            spool.make_private(str(folder / ASIDE))
            file.path.replace(folder / ASIDE / file.path.name)
        else:
            file.path.unlink()
    except FileNotFoundError:
        return
    except OSError as error:
        raise StoreUnavailable(
            _("{path} cannot be taken out of the spool: {why}", path=file.path, why=error.strerror or error),
            _("it was taken in; look at the rights of the folder"),
        ) from error


@contextmanager
def _alone(folder: Path, patience: float) -> Iterator[bool]:
    """Keep other drains of the same spool out for the block; the system lets go of the lock when a program ends.

    Gives whether it was locked. Raises StoreUnavailable where that took longer than the patience.
    """
    try:
        lock = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
    except OSError as error:
        raise StoreUnavailable(
            _("the spool {folder} cannot be worked: {why}", folder=folder, why=error.strerror or error),
            _("look at its rights"),
        ) from error
    try:
        until = time.monotonic() + patience
        while not (mine := _locked(lock)) and patience:
            if time.monotonic() >= until:
                raise StoreUnavailable(
                    _("another program works the spool {folder}", folder=folder), _("it takes what waits; try later")
                )
            time.sleep(0.05)
        yield mine
    finally:
        os.close(lock)


def _locker() -> Callable[[int], None]:
    if sys.platform == "win32":
        import msvcrt

        return lambda lock: msvcrt.locking(lock, msvcrt.LK_NBLCK, 1)
    import fcntl

    return lambda lock: fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _locked(lock: int) -> bool:
    try:
        _locker()(lock)
    except OSError:
        return False
    return True
