"""Copies a store whole and brings a copy back: online, checked, and in place only when it is whole.

A file store is copied by SQLite's backup interface while others work; where they write all the time, and for
PostgreSQL, its journal is copied, from which the rows are made again. Either kind can be restored into either.
"""

from __future__ import annotations

import os
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Engine, func, inspect, select

from noc_console.errors import BadInput, Conflict, StoreDamaged, StoreUnavailable
from noc_console.i18n import _
from noc_console.store import journal, refold, schema, verify
from noc_console.store.blobs import BLOB
from noc_console.store.bulk import insert_many
from noc_console.store.engine import APPLICATION_ID, open_engine, reading, retried, writing
from noc_console.store.place import Place, place_of, prepare_folder

#: Pages copied in one step, so that a writer never waits for a backup.
PAGES = 512
#: A copy begins again whenever somebody writes; after so many beginnings the journal is copied instead.
BEGINNINGS = 4
BATCH = 1_000
#: Bytes of a file that can be looked through while others wait: a second or two.
LOOKED_THROUGH = 256 * 1024 * 1024


class _Busy(Exception):
    """Somebody writes so often that a copy page by page would never end."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy that was made: its bytes, and whether it had to be made from the journal of a damaged file."""

    size: int
    saved: bool


def backup(engine: Engine, place: Place, target: Path, *, whole_pages: bool = False) -> Copy:
    """Write a checked copy of a store to a new file. Raises Conflict where it exists, StoreDamaged.

    Where pages of a file are damaged, all is saved if its journal is whole: rows and indexes are made again from it.
    ``whole_pages`` copies a file as it is however long it takes: the tables of an older release are not read.
    """
    if target.exists():
        raise Conflict(_("{path} is there already", path=target), _("name a new file"))
    with _in_place_when_whole(target) as part:
        _copy(engine, place, part, 0 if whole_pages else BEGINNINGS)
        saved = False
        try:
            _check_file(part)
        except BadInput:
            if whole_pages or place.path is None:
                raise
            _save(engine, part)
            saved = True
    return Copy(target.stat().st_size, saved)


def _save(engine: Engine, part: Path) -> None:
    """Copy the journal of a damaged file, and hold the copy to its chain. Raises StoreDamaged where it is torn."""
    _remove_file(part)
    _private_file(part)
    _copy_journal(engine, part)
    _check_file(part)
    copy = open_engine(place_of(str(part)))
    try:
        torn = next(verify.chains(copy), None)
    finally:
        copy.dispose()
    if torn is not None:
        raise StoreDamaged(
            _("the journal of the store is damaged too: {table} {key}", table=torn.table, key=torn.key),
            _("noc store restore brings your last backup to an empty place"),
        )


def restore(source: Path, place: Place) -> None:
    """Bring a backup to an empty place. Raises Conflict where a store is there, BadInput for a file that is none.

    The restored store takes a new origin, because its device may have written more since the copy was made.
    """
    restorable(source, place)
    if place.path is not None:
        _restore_file(source, place.path)
    engine = open_engine(place)
    try:
        if place.path is None:
            _restore_journal(source, engine)
        _new_origin(engine)
    finally:
        engine.dispose()


def restorable(source: Path, place: Place) -> None:
    """Look whether a backup is sound and its place empty; raise as ``restore`` does, and change nothing."""
    if not source.exists():
        raise BadInput(_("there is no file {path}", path=source))
    _check_file(source)
    if place.path is not None and place.path.exists() and place.path.stat().st_size:
        raise Conflict(
            _("there is a store at {path} already", path=place.path),
            _("move it away first, or name another place with --store"),
        )
    if place.path is None:
        engine = open_engine(place)
        try:
            _refuse_full(engine)
        finally:
            engine.dispose()


def _refuse_full(engine: Engine) -> None:
    if schema.check(engine):
        with reading(engine) as connection:
            if journal.hub_state(connection).last_hub_seq:
                raise Conflict(_("the store at that address is not empty"), _("restore into a new database"))


def _restore_file(source: Path, path: Path) -> None:
    prepare_folder(path)
    with _in_place_when_whole(path) as part:
        _copy_pages(source, part)


@contextmanager
def _in_place_when_whole(path: Path) -> Iterator[Path]:
    """Give a private file to write into; once that has succeeded it is on disk under its own name, else nothing is.

    Raises StoreUnavailable for a disk or folder that cannot be written.
    """
    part = path.with_name(path.name + ".part")
    try:
        part.unlink(missing_ok=True)
        _private_file(part)
        yield part
        _sync_file(part)
        part.replace(path)
        _sync_folder(path.parent)
    except (OSError, sqlite3.OperationalError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise StoreUnavailable(_("cannot write {path}: {error}", path=path, error=why)) from error
    finally:
        _remove_file(part)


def _copy(engine: Engine, place: Place, part: Path, beginnings: int) -> None:
    if place.path is None:
        _copy_journal(engine, part)
        return
    try:
        _copy_pages(place.path, part, beginnings=beginnings)
    except _Busy:
        _remove_file(part)
        _private_file(part)
        _copy_journal(engine, part)


def _copy_pages(source: Path, target: Path, *, beginnings: int = 0) -> None:
    """Copy page by page; raise _Busy when the copy had to begin again too often (0: never)."""
    begun, left = 1, -1

    def step(_status: int, remaining: int, _total: int) -> None:
        nonlocal begun, left
        begun += left >= 0 and remaining > left
        left = remaining
        if beginnings and begun > beginnings:
            raise _Busy

    with closing(sqlite3.connect(source, timeout=10)) as here, closing(sqlite3.connect(target)) as there:
        here.backup(there, pages=PAGES, sleep=0.002, progress=step)


def _copy_journal(engine: Engine, target: Path) -> None:
    copy = open_engine(place_of(str(target)))
    try:
        schema.create(copy, training=False)
        _copy_tables(engine, copy)
    finally:
        copy.dispose()


def _restore_journal(source: Path, engine: Engine) -> None:
    _refuse_full(engine)
    copy = open_engine(place_of(str(source)))
    try:
        schema.check(copy)
        schema.create(engine, training=False)
        _copy_tables(copy, engine)
    finally:
        copy.dispose()


def _copy_tables(source: Engine, target: Engine) -> None:
    """Copy originals, journal and counters in short transactions, then make the rows.

    Stopped half way it goes on where it was. The counters come last, and say how much of a growing journal was copied.
    """
    with reading(source) as connection:
        hub = dict(journal.hub_state(connection)._mapping)
    _copy_originals(source, target)
    with reading(target) as connection:
        done = int(connection.execute(select(func.coalesce(func.max(journal.VERDICT.c.hub_seq), 0))).scalar_one())
    while done < hub["last_hub_seq"]:
        until = min(done + BATCH, hub["last_hub_seq"])
        _copy_stretch(source, target, done, until)
        done = until
    with writing(target) as connection:
        journal.set_hub(connection, hub, {name: value for name, value in hub.items() if name not in ("id", "digest")})
    for _finding in refold.rows(target, repair=True):
        pass


def _copy_stretch(source: Engine, target: Engine, after: int, until: int) -> None:
    verdict = journal.VERDICT
    within = select(verdict.c.intent_id).where(verdict.c.hub_seq > after, verdict.c.hub_seq <= until)
    tables = (journal.INTENT, journal.BODY, verdict)
    with reading(source) as connection:
        found = [
            connection.execute(select(rows).where(rows.c.intent_id.in_(within))).mappings().all() for rows in tables
        ]
    with writing(target) as connection:
        for rows, values in zip(tables, found, strict=True):
            insert_many(connection, rows, values)


def _copy_originals(source: Engine, target: Engine) -> None:
    """Copy originals one in a transaction, because some are large."""
    with reading(target) as connection:
        after = connection.execute(select(func.coalesce(func.max(BLOB.c.sha256), ""))).scalar_one()
    while True:
        with reading(source) as connection:
            row = _next_original(connection, after)
        if row is None:
            return
        with writing(target) as connection:
            insert_many(connection, BLOB, [row])
        after = row["sha256"]


def _next_original(connection: Connection, after: str) -> dict[str, object] | None:
    found = connection.execute(select(BLOB).where(BLOB.c.sha256 > after).order_by(BLOB.c.sha256).limit(1))
    row = found.mappings().one_or_none()
    return dict(row) if row is not None else None


def _new_origin(engine: Engine) -> None:
    fresh = {"origin": str(uuid.uuid4()), "last_origin_seq": 0, "last_origin_digest": schema.ZERO_DIGEST}

    def work() -> None:
        with writing(engine) as connection:
            journal.set_hub(connection, journal.hub_state(connection, lock=True)._mapping, fresh)

    retried(work)


def _check_file(path: Path) -> None:
    """Raise BadInput unless a file is a whole store that this release can read."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            app_id = connection.execute("PRAGMA application_id").fetchone()[0]
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            sound = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
    except sqlite3.DatabaseError as error:
        raise BadInput(_("{path} is not a backup: {error}", path=path, error=error)) from error
    if app_id != APPLICATION_ID or sound != "ok":
        raise BadInput(_("{path} is not a sound copy of a store", path=path), _("take another backup"))
    schema.refuse_newer(*divmod(version, 1000))


def _remove_file(path: Path) -> None:
    for ending in ("", "-journal", "-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)


def _private_file(path: Path) -> None:
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))


def _sync_file(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    if os.name == "posix":  # Windows has no descriptor of a folder; its rename is durable with the file's flush
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def integrity(engine: Engine) -> str:
    """Return ``ok``, or what the database itself finds wrong with its file; writers wait while it looks."""
    with reading(engine) as connection:
        if connection.dialect.name != "sqlite":
            return "ok" if inspect(connection).has_table("hub_state") else "missing"
        return str(connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one())
