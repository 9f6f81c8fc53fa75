"""What a person can ask of the store itself: make, check, rebuild, copy, and say how it is."""

from __future__ import annotations

import re
import shutil
import sqlite3
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from sqlalchemy import Engine, text

from noc_console import __version__
from noc_console.config import Config
from noc_console.desk import lock
from noc_console.desk.desk import open_existing
from noc_console.desk.rows import Values
from noc_console.errors import Conflict, StoreUnavailable, UsageError
from noc_console.i18n import N_, _
from noc_console.store import backup as copies
from noc_console.store import engine as engines
from noc_console.store import grants as sql
from noc_console.store import journal, refold, schema, verify
from noc_console.store.place import Place, file_system, place_of
from noc_console.store.verify import Finding, Progress, silent

#: What a mail's subject is searched for in brackets (``mail_thread``).
_CODE = re.compile(r"[A-Za-z0-9]{1,8}")
#: Bytes of a file that the doctor looks through: a second or two, for which writers wait.
LOOKED_THROUGH = 256 * 1024 * 1024

__all__ = ["Check", "Finding", "doctor"]


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the doctor: what was looked at, whether it is well, and what was seen."""

    name: str
    ok: bool
    seen: str
    hint: str = ""


def init(store: str | None, config: Config, *, training: bool, code: str = "", dry_run: bool = False) -> str:
    """Make a new store and return its code, which is open where ``dry_run`` would have it chosen.

    Raises Conflict where there is a store, and UsageError for a code that references cannot begin with.
    """
    if code and not _CODE.fullmatch(code):
        raise UsageError(
            _("references cannot begin with {code}", code=code), _("one to eight letters A-Z and digits, such as HZ1")
        )
    code = code.upper()
    place = place_of(store or config.store)
    if dry_run and place.path is not None and not place.path.exists():
        return code
    engine = engines.open_engine(place)
    try:
        if schema.check(engine):
            raise Conflict(_("there is a store at {path} already", path=place.name), _("noc doctor looks at it"))
        if dry_run:
            return code
        schema.create(engine, training=training, code=code)
        with engines.reading(engine) as connection:
            return str(journal.hub_state(connection).code)
    finally:
        engine.dispose()


@contextmanager
def _opened(store: str | None, config: Config) -> Iterator[tuple[Engine, Place]]:
    """Open a store that is there for a block. Raises StoreUnavailable."""
    engine, place = open_existing(store, config)
    try:
        yield engine, place
    finally:
        engine.dispose()


def path(store: str | None, config: Config) -> str:
    """Return where the store is, without a password."""
    return place_of(store or config.store).name


def migrate(store: str | None, config: Config, *, dry_run: bool = False) -> tuple[str, str]:
    """Bring a store's tables to this release and return the revisions before and after."""
    from noc_console.store.migrations import runner

    with _opened(store, config) as (engine, place):
        if dry_run:
            schema.refuse_unknown(engine)
            return schema.database_version(engine), schema.REVISION
        return runner.migrate(engine, place)


def verify_store(store: str | None, config: Config, progress: Progress = silent) -> Iterator[Finding]:
    """Yield everything in a store that does not fit its journal."""
    with _opened(store, config) as (engine, _place):
        schema.check(engine)
        yield from verify.chains(engine, progress)
        yield from refold.rows(engine, repair=False, progress=progress)


def rebuild(
    store: str | None, config: Config, progress: Progress = silent, *, dry_run: bool = False
) -> Iterator[Finding]:
    """Make the rows again from the journal, and yield those that had, or with ``dry_run`` have, to be put right."""
    with _opened(store, config) as (engine, _place):
        schema.check(engine)
        yield from refold.rows(engine, repair=not dry_run, progress=progress)


def backup(store: str | None, config: Config, target: str, *, dry_run: bool = False) -> int:
    """Write a checked copy to a new file and return its size in bytes; ``dry_run`` estimates the size."""
    with _opened(store, config) as (engine, place):
        schema.check(engine)
        if not dry_run:
            return copies.backup(engine, place, Path(target))
        if Path(target).exists():
            raise Conflict(_("{path} is there already", path=target), _("name a new file"))
        with engines.reading(engine) as connection:
            return engines.database_bytes(connection)


def restore(store: str | None, config: Config, source: str, *, dry_run: bool = False) -> str:
    """Bring a backup to the place of the store, which must be empty, and return that place."""
    place = place_of(store or config.store)
    if dry_run:
        copies.restorable(Path(source), place)
    else:
        copies.restore(Path(source), place)
    return place.name


def grants(store: str | None, config: Config, people: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Return the SQL statements for a team's PostgreSQL by who runs them; the store is not opened."""
    address = urlsplit(place_of(store or config.store).url)
    database = unquote(address.path.removeprefix("/")) if address.scheme.startswith("postgresql") else ""
    return {"server": sql.server(database or "noc", people), "rights": sql.rights()}


def doctor(store: str | None, config: Config) -> tuple[Check, ...]:
    """Look at everything that a support call would ask for; nothing is changed.

    A store that cannot be read is a finding too, and no reason to say nothing of the rest.
    """
    release = Check(N_("release"), True, f"noc {__version__}, Python {sys.version.split()[0]}, {sys.platform}")
    try:
        return (release, *_store_checks(store, config))
    except StoreUnavailable as error:
        where = place_of(store or config.store)
        hint = "" if "noc doctor" in error.hint else error.hint  # what sends here does not help here
        unread = Check(N_("store"), False, f"{where.name}: {error.message}", hint)
        files = _file_checks(where.path) if where.path is not None and where.path.is_file() else []
        return (release, unread, *files)


def _store_checks(store: str | None, config: Config) -> tuple[Check, ...]:
    with _opened(store, config) as (engine, place):
        schema.check(engine)
        with engines.reading(engine) as connection:
            hub = journal.hub_state(connection)
            size = engines.database_bytes(connection)
            pending = connection.execute(
                text("SELECT count(*) FROM outbox WHERE state NOT IN ('sent', 'discarded')")
            ).scalar_one()
            inbox = connection.execute(text("SELECT count(*) FROM inbox WHERE state = 'open'")).scalar_one()
            held = connection.execute(text("SELECT count(*) FROM quarantine WHERE state = 'held'")).scalar_one()
            locked = lock.held_rows(connection)
        integrity = _integrity(engine, size)
        checks = [
            Check(N_("store"), True, f"{place.name}, {hub.code}, {size // 1024} KiB"),
            Check(N_("format"), True, f"{hub.format_major}.{hub.format_minor}, {schema.database_version(engine)}"),
            Check(
                N_("journal"),
                True,
                _("{n} intents, last {digest}", n=hub.last_hub_seq, digest=hub.last_hub_digest[:12]),
            ),
            integrity,
            _lock(locked, config),
            Check(N_("outbox"), not pending, _("{n} not yet told", n=pending), _("noc outbox list") if pending else ""),
            Check(N_("inbox"), not inbox, _("{n} to look at", n=inbox)),
            Check(
                N_("held"), not held, _("{n} in quarantine", n=held), _("noc intake quarantine list") if held else ""
            ),
            _spool_check(),
        ]
    if place.path is not None:
        checks += _file_checks(place.path)
    return tuple(checks)


def _spool_check() -> Check:
    from noc_console.desk import spool

    folder = spool.folder_of(None)
    waiting, late = spool.waiting(folder), spool.late(folder)
    seen = _("{n} wait in {folder}", n=waiting, folder=folder)
    return Check(N_("spool"), not late, seen, _("noc intake drain takes them in") if late else "")


def _lock(locked: Sequence[Values], config: Config) -> Check:
    if not locked:
        return Check(N_("lock"), True, _("the store is not locked"))
    return Check(N_("lock"), False, lock.told(lock.held_of(locked[0]), config.zone), _("noc lock --off ends it"))


def _integrity(engine: Engine, size: int) -> Check:
    if size > LOOKED_THROUGH and engine.dialect.name == "sqlite":
        said = _("too large to be looked through while others wait")
        return Check(N_("integrity"), True, said, _("noc store backup looks through its copy"))
    seen = copies.integrity(engine)
    return Check(N_("integrity"), seen == "ok", seen, "" if seen == "ok" else _("noc store restore BACKUP"))


def _file_checks(where: Path) -> list[Check]:
    mode = where.stat().st_mode & 0o777
    private = sys.platform == "win32" or not mode & 0o077
    free = shutil.disk_usage(where.parent).free
    enough = 200 * 1024 * 1024
    return [
        Check(N_("sqlite"), True, f"{sqlite3.sqlite_version}, {engines.journal_mode()} + FULL"),
        Check(N_("folder"), True, file_system(where.parent) or _("unknown file system")),
        Check(N_("private"), private, f"{mode:04o}", "" if private else f"chmod 600 {where}"),
        Check(N_("disk"), free > enough, f"{free // 1024**2} MiB", "" if free > enough else _("free some space")),
    ]
