"""Copies a store whole and brings a copy back: online, checked, and in place only when it is whole.

A file store is copied by SQLite's backup interface while others work. A PostgreSQL store is copied as its journal,
from which the rows are made again; either kind can be restored into either.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import Engine, insert, inspect, select, update

from noc_console.errors import BadInput, Conflict, StoreUnavailable
from noc_console.i18n import _
from noc_console.store import journal, schema, verify
from noc_console.store.engine import APPLICATION_ID, open_engine, reading, retried, told_plainly, writing
from noc_console.store.place import Place, place_of

#: Pages copied in one step, so that a writer never waits for a backup.
PAGES = 512
BATCH = 1_000


def backup(engine: Engine, place: Place, target: Path) -> int:
    """Write a checked copy of a store to a new file and return its size in bytes. Raises Conflict where it exists."""
    if target.exists():
        raise Conflict(_("{path} is there already", path=target), _("name a new file"))
    part = target.with_name(target.name + ".part")
    part.unlink(missing_ok=True)
    try:
        _private_file(part)
        if place.path is not None:
            _copy_pages(place.path, part)
        else:
            _copy_journal(engine, part)
        _check_file(part)
        _sync_file(part)
        part.rename(target)
        _sync_folder(target.parent)
    except OSError as error:
        raise StoreUnavailable(_("cannot write {path}: {error}", path=target, error=error.strerror or error)) from error
    finally:
        part.unlink(missing_ok=True)
    return target.stat().st_size


def restore(source: Path, place: Place) -> None:
    """Bring a backup to an empty place. Raises Conflict where a store is there, BadInput for a file that is none.

    The restored store takes a new origin, because its device may have written more since the copy was made.
    """
    if not source.exists():
        raise BadInput(_("there is no file {path}", path=source))
    _check_file(source)
    if place.path is not None:
        if place.path.exists() and place.path.stat().st_size:
            raise Conflict(
                _("there is a store at {path} already", path=place.path),
                _("move it away first, or name another place with --store"),
            )
        place.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = place.path.with_name(place.path.name + ".part")
        _private_file(part)
        _copy_pages(source, part)
        _sync_file(part)
        part.replace(place.path)
        _sync_folder(place.path.parent)
    engine = open_engine(place)
    if place.path is None:
        _restore_journal(source, engine)
    _new_origin(engine)
    engine.dispose()


def _copy_pages(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source, timeout=10)) as here, closing(sqlite3.connect(target)) as there:
        here.backup(there, pages=PAGES, sleep=0.002)


def _copy_journal(engine: Engine, target: Path) -> None:
    copy = open_engine(place_of(str(target)))
    schema.create(copy, training=False)
    _copy_tables(engine, copy)
    for _finding in verify.rows(copy, repair=True):
        pass
    copy.dispose()


def _restore_journal(source: Path, engine: Engine) -> None:
    if schema.check(engine):
        with reading(engine) as connection:
            if journal.hub_state(connection).last_hub_seq:
                raise Conflict(_("the store at that address is not empty"), _("restore into a new database"))
    schema.create(engine, training=False)
    copy = open_engine(place_of(str(source)))
    _copy_tables(copy, engine)
    copy.dispose()
    for _finding in verify.rows(engine, repair=True):
        pass


def _copy_tables(source: Engine, target: Engine) -> None:
    """Copy intents, bodies, verdicts and counters in short transactions; done again it adds nothing twice."""
    with told_plainly(), reading(source) as connection:
        hub = dict(journal.hub_state(connection)._mapping)
    orders = {
        journal.INTENT: journal.INTENT.c.intent_id,
        journal.BODY: journal.BODY.c.intent_id,
        journal.VERDICT: journal.VERDICT.c.hub_seq,
    }
    for rows, key in orders.items():
        last = None
        while True:
            chosen = select(rows).order_by(key).limit(BATCH)
            with reading(source) as connection:
                found = connection.execute(chosen if last is None else chosen.where(key > last)).mappings().all()
            if not found:
                break
            with writing(target) as connection:
                connection.execute(insert(rows), [dict(row) for row in found])
            last = found[-1][key.name]
    with writing(target) as connection:
        connection.execute(update(journal.HUB).values({name: value for name, value in hub.items() if name != "id"}))


def _new_origin(engine: Engine) -> None:
    import uuid

    def work() -> None:
        with writing(engine) as connection:
            fresh = {"origin": str(uuid.uuid4()), "last_origin_seq": 0, "last_origin_digest": schema.ZERO_DIGEST}
            connection.execute(update(journal.HUB).values(fresh))

    retried(work)


def _check_file(path: Path) -> None:
    """Raise BadInput unless a file is a whole store of ours."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            app_id = connection.execute("PRAGMA application_id").fetchone()[0]
            sound = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
    except sqlite3.DatabaseError as error:
        raise BadInput(_("{path} is not a backup: {error}", path=path, error=error)) from error
    if app_id != APPLICATION_ID or sound != "ok":
        raise BadInput(_("{path} is not a sound copy of a store", path=path), _("take another backup"))


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
    """Return ``ok``, or what the database itself finds wrong with its file."""
    with told_plainly(), reading(engine) as connection:
        if connection.dialect.name != "sqlite":
            return "ok" if inspect(connection).has_table("hub_state") else "missing"
        return str(connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one())
