"""What a support call would ask for: how store, journal, clock and disk are, and what helps where one is not well.

It changes nothing, and a store that cannot be read is one more finding: of the rest it says all that it can.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, select, text

from noc_console import __version__, clock
from noc_console.config import Config
from noc_console.desk import lock
from noc_console.desk.desk import instant_of, open_existing, os_user
from noc_console.desk.rows import Values
from noc_console.errors import NotFound, StoreDamaged, StoreUnavailable
from noc_console.i18n import N_, _, joined
from noc_console.store import backup as copies
from noc_console.store import engine as engines
from noc_console.store import journal, schema
from noc_console.store.opened_by import programs
from noc_console.store.place import file_system, place_of
from noc_console.workflows.durations import format_duration
from noc_console.workflows.validation import FUTURE_TOLERANCE

#: What is not well here keeps people from working; the rest is work to do.
FAULTS: Final = frozenset({"store", "journal", "integrity", "writing"})
_ENOUGH: Final = 200 * 1024 * 1024
#: A transaction needs about so much beside the store.
_NOTHING: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the doctor: what was looked at, whether it is well, what was seen, and what would help."""

    name: str
    ok: bool
    seen: str
    hint: str = ""

    @property
    def is_fault(self) -> bool:
        """Tell what keeps people from working from what is work to do."""
        return not self.ok and self.name in FAULTS


def doctor(store: str | None, config: Config) -> tuple[Check, ...]:
    """Look at everything; nothing is changed."""
    release = Check(N_("release"), True, f"noc {__version__}, Python {sys.version.split()[0]}, {sys.platform}")
    try:
        return (release, *_store_checks(store, config))
    except StoreUnavailable as error:
        where = place_of(store or config.store)
        hint = "" if "noc doctor" in error.hint else error.hint  # what sends here does not help here
        if isinstance(error, StoreDamaged):
            hint = _rescue(where.name)
        unread = Check(N_("store"), False, f"{where.name}: {error.message}", hint)
        files = _file_checks(where.path) if where.path is not None and where.path.is_file() else []
        return (release, unread, Check(N_("clock"), True, _time(clock.now(), config)), _spool(), *files)


def _rescue(name: str) -> str:
    """Say how a damaged store is saved, in the order in which it is done."""
    return _(
        "1. end what uses it; 2. noc store backup NEW --store {path} saves everything if the journal can be read, else"
        " let NEW be your last backup; 3. move {path} away and keep it; 4. noc store restore NEW --store {path}",
        path=name,
    )


def _store_checks(store: str | None, config: Config) -> tuple[Check, ...]:
    engine, place = open_existing(store, config)
    try:
        schema.check(engine)
        with engines.reading(engine) as connection:
            hub = journal.hub_state(connection)
            size = engines.database_bytes(connection)
            waiting = list(_waiting(connection))
            locked = lock.held_rows(connection)
            times = _clock(connection, hub, config)
            server = [] if place.is_sqlite else [_rights(connection)]
        checks = [
            Check(N_("store"), True, f"{place.name}, {hub.code}, {size // 1024} KiB"),
            Check(N_("format"), True, f"{hub.format_major}.{hub.format_minor}, {schema.database_version(engine)}"),
            Check(
                N_("journal"),
                True,
                _("{n} intents, last {digest}", n=hub.last_hub_seq, digest=hub.last_hub_digest[:12]),
            ),
            times,
            _integrity(engine, size, place.name),
            _lock(locked, config),
            *waiting,
            _spool(),
            *server,
        ]
    finally:
        engine.dispose()
    if place.path is not None:
        checks += _file_checks(place.path)
    return tuple(checks)


def _waiting(connection: Connection) -> Iterator[Check]:
    """Yield what waits for somebody."""
    outbox = "SELECT count(*) FROM outbox WHERE state NOT IN ('sent', 'discarded')"
    pending = connection.execute(text(outbox)).scalar_one()
    inbox = connection.execute(text("SELECT count(*) FROM inbox WHERE state = 'open'")).scalar_one()
    held = connection.execute(text("SELECT count(*) FROM quarantine WHERE state = 'held'")).scalar_one()
    hint = _("noc outbox list")
    yield Check(N_("outbox"), not pending, _("{n} not yet told", n=pending), hint if pending else "")
    yield Check(N_("inbox"), not inbox, _("{n} to look at", n=inbox), _("noc inbox list") if inbox else "")
    hint = _("noc intake quarantine list")
    yield Check(N_("held"), not held, _("{n} in quarantine", n=held), hint if held else "")


# --- Time ----------------------------------------------------------------------------------------------------


def _clock(connection: Connection, hub: Any, config: Config) -> Check:
    """Compare this machine's clock with the last act, and with the server's; a training store has its own."""
    now = clock.now()
    seen = _time(now, config)
    if hub.training:
        seen = _time(instant_of(os.environ["NOC_NOW"]), config) if os.environ.get("NOC_NOW") else seen
        return Check(N_("clock"), True, _("{time}; NOC_NOW sets the time of this training store", time=seen))
    last = journal.VERDICT.c
    written = connection.execute(select(last.confirmed_ms).where(last.hub_seq == hub.last_hub_seq)).scalar()
    hint = _("set the clock of this machine first: every promise is reckoned from it")
    if connection.dialect.name != "sqlite":
        said = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
        if abs(said - now) > FUTURE_TOLERANCE:
            seen = _("{time}, but the server says {other}", time=seen, other=_time(said, config))
            return Check(N_("clock"), False, seen, hint)
    ahead = clock.from_ms(written) - now if written is not None else timedelta(0)
    if ahead > FUTURE_TOLERANCE:
        at = _time(now + ahead, config)
        seen = _("{time}, but the last act was written {ahead} later, at {at}", time=seen, ahead=_span(ahead), at=at)
        return Check(N_("clock"), False, seen, hint)
    return Check(N_("clock"), True, seen)


def _time(at: datetime, config: Config) -> str:
    return f"{at.astimezone(config.zone).isoformat(sep=' ', timespec='minutes')} {config.zone.key}"


def _span(time: timedelta) -> str:
    return format_duration(int(time.total_seconds()) // 60 * 60)


# --- The store itself ----------------------------------------------------------------------------------------


def _spool() -> Check:
    from noc_console.desk import spool

    folder = spool.folder_of(None)
    waiting, late = spool.waiting(folder), spool.late(folder)
    seen = _("{n} wait in {folder}", n=waiting, folder=folder)
    return Check(N_("spool"), not late, seen, _("noc intake drain takes them in") if late else "")


def _lock(locked: Sequence[Values], config: Config) -> Check:
    if not locked:
        return Check(N_("lock"), True, _("the store is not locked"))
    return Check(N_("lock"), False, lock.told(lock.held_of(locked[0]), config.zone), _("noc lock --off ends it"))


def _integrity(engine: Engine, size: int, name: str) -> Check:
    if size > copies.LOOKED_THROUGH and engine.dialect.name == "sqlite":
        said = _("too large to be looked through while others wait")
        return Check(N_("integrity"), True, said, _("noc store backup looks through its copy"))
    seen = copies.integrity(engine)
    if seen == "ok":
        return Check(N_("integrity"), True, _("no damage found"))
    return Check(N_("integrity"), False, seen, _rescue(name))


def _rights(connection: Connection) -> Check:
    """Look whether a server lets this login write."""
    if connection.execute(text("SELECT pg_is_in_recovery()")).scalar_one():
        seen = _("the server is a standby: everything can be read, nothing stored")
        return Check(N_("writing"), False, seen, _("name the primary server with --store"))
    if not connection.execute(text("SELECT has_table_privilege('intent', 'INSERT')")).scalar_one():
        seen = _("this login may read and not write")
        return Check(N_("writing"), False, seen, _("noc store grants says what an administrator runs"))
    return Check(N_("writing"), True, _("acts can be stored"))


# --- Its file ------------------------------------------------------------------------------------------------


def _file_checks(where: Path) -> list[Check]:
    free = shutil.disk_usage(where.parent).free
    room = _("{n} MiB free for {folder}", n=free // 1024**2, folder=where.parent)
    hint = _("free some space there; below {n} MiB it is time", n=_ENOUGH // 1024**2)
    others = programs(where)
    names = joined(N_(", "), others)
    return [
        _writing(where, free),
        Check(N_("sqlite"), True, f"{sqlite3.sqlite_version}, {engines.journal_mode()} + FULL"),
        Check(N_("folder"), True, file_system(where.parent) or _("unknown file system")),
        _private(where),
        Check(N_("disk"), free > _ENOUGH, room, "" if free > _ENOUGH else hint),
        Check(N_("programs"), True, _("opened by {names}", names=names) if others else _("no other is seen to use it")),
    ]


def _writing(where: Path, free: int) -> Check:
    """Look whether this person can store anything: a file can be there, and whole, and all of them refused."""
    seen = hint = ""
    if hasattr(os, "statvfs") and os.statvfs(where.parent).f_flag & os.ST_RDONLY:
        seen = _("the file system of {path} is mounted read-only: everything can be read, nothing stored", path=where)
        hint = _("a failing disk is mounted so: look at the log of the system, and take a backup to another disk")
    elif free < _NOTHING:
        seen = _("the disk is full: everything can be read, nothing stored")
        hint = _("free some space in {folder}; what is refused now can be done again", folder=where.parent)
    for path, mode in ((where, "u+rw"), (where.parent, "u+rwx")):
        if not seen and not os.access(path, os.R_OK | os.W_OK):
            seen = _("{path} cannot be written by {name}: nothing can be stored", path=path, name=_name())
            owner, command = _owner(path), f"chmod {mode} {path}"
            theirs = _("it belongs to {owner}: work as {owner}, or have it handed over", owner=owner)
            hint = theirs if owner and owner != _name() else command
    return Check(N_("writing"), not seen, seen or _("acts can be stored"), hint)


def _private(where: Path) -> Check:
    mode = where.stat().st_mode & 0o777
    private = sys.platform == "win32" or not mode & 0o077
    owner = _owner(where)
    seen = f"{mode:04o}" if owner in ("", _name()) else _("{mode}, of {owner}", mode=f"{mode:04o}", owner=owner)
    return Check(N_("private"), private, seen, "" if private else f"chmod 600 {where}")


def _owner(path: Path) -> str:
    try:
        return path.owner()
    except (KeyError, OSError, NotImplementedError):  # a number without a name; Windows
        return ""


def _name() -> str:
    try:
        return os_user()
    except NotFound:
        return "-"
