"""Opens a store: driver settings, durability, transactions and the guard on its tables.

Nothing else makes an engine. It must not know tickets or machines.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DBAPIError, OperationalError, PendingRollbackError
from sqlalchemy.pool import QueuePool

from noc_console.errors import BadInput, StoreDamaged, StoreUnavailable
from noc_console.i18n import _
from noc_console.store.place import Place, prepare_folder
from noc_console.store.same_file import SameFile

#: "NOCc" in the header of our SQLite files, so that a foreign file is never taken for a store.
APPLICATION_ID = 0x4E4F4363
#: Format of the store; a newer minor is readable, a newer major is refused.
FORMAT_MAJOR = 1
FORMAT_MINOR = 8
BUSY_TIMEOUT_S = 10.0
#: Of every connection to a file store; the cache (KiB) is taken only as far as it is used.
SETTINGS = (
    "synchronous = FULL", "foreign_keys = ON", "trusted_schema = OFF", "secure_delete = ON", "cache_size = -32768",
)  # fmt: skip
RETRIES = 5
#: PostgreSQL's serialization failure, deadlock, lock not available, and the same new row made by two at once.
RETRY_STATES = frozenset({"40001", "40P01", "55P03", "23505"})
#: First words of statements that change something.
WRITES = frozenset({"INSERT", "UPDATE", "DELETE", "REPLACE", "MERGE", "TRUNCATE", "CREATE", "DROP", "ALTER"})

T = TypeVar("T")
#: what the block of ``together`` around the running code shares
_TOGETHER: ContextVar[_Shared | None] = ContextVar("together", default=None)


def open_engine(place: Place) -> Engine:
    """Return an engine on a place; the file is made private where it is new. Raises StoreUnavailable."""
    if place.path is None:
        return _guarded(_postgres(place))
    prepare_folder(place.path)
    if not place.path.exists() and os.name == "posix":
        os.close(os.open(place.path, os.O_CREAT | os.O_RDWR, 0o600))
    return _guarded(_sqlite(place, SameFile(place.path)))


def wal_is_safe(version: tuple[int, ...]) -> bool:
    """Tell whether an SQLite library has the repair of the WAL-reset race (3.51.3, 3.50.7, 3.44.6)."""
    if version[:2] == (3, 44):
        return version >= (3, 44, 6)
    if version[:2] == (3, 50):
        return version >= (3, 50, 7)
    return version >= (3, 51, 3) and version[:3] != (3, 52, 0)


def journal_mode() -> str:
    """Return the journal mode this machine's SQLite library can be trusted with; both are used with FULL."""
    return "WAL" if wal_is_safe(sqlite3.sqlite_version_info) else "TRUNCATE"


def _sqlite(place: Place, file: SameFile) -> Engine:
    engine = create_engine(
        place.url,
        connect_args={"timeout": BUSY_TIMEOUT_S, "check_same_thread": False},
        poolclass=QueuePool,
        pool_size=4,
        max_overflow=8,
    )

    @event.listens_for(engine, "do_connect")
    def _before_connecting(*_given: object) -> None:
        # SQLite would make a new and empty file where it is gone
        file.look()

    @event.listens_for(engine, "connect")
    def _settings(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        _set_journal_mode(cursor)
        for setting in SETTINGS:
            cursor.execute(f"PRAGMA {setting}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        file.look()
        write = connection.get_execution_options().get("noc_write")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    return engine


def _set_journal_mode(cursor: sqlite3.Cursor) -> None:
    """Choose the journal of this connection; WAL is written in the file, so only a file of ours is made WAL.

    A file that others are writing is not made WAL now: with TRUNCATE this connection is as safe, and a later one
    finds the file at rest.
    """
    mode = journal_mode()
    ours = cursor.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID
    if cursor.execute("PRAGMA journal_mode").fetchone()[0].upper() == mode or (mode == "WAL" and not ours):
        return
    try:
        cursor.execute(f"PRAGMA journal_mode = {mode}")
    except sqlite3.OperationalError as error:
        if mode != "WAL" or error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
            raise
        cursor.execute("PRAGMA journal_mode = TRUNCATE")


def _postgres(place: Place) -> Engine:
    try:
        import psycopg  # noqa: F401 - named here so that its absence is told plainly
    except ImportError as error:
        raise StoreUnavailable(
            _("the PostgreSQL driver is not installed"), _("install it: pip install 'noc-console[postgres]'")
        ) from error
    return create_engine(place.url, pool_size=4, max_overflow=8, pool_pre_ping=False)


def _guarded(engine: Engine) -> Engine:
    """Refuse every statement that writes outside ``writing``, Core, ORM or text: rows change by applying effects."""

    @event.listens_for(engine, "before_cursor_execute")
    def _refuse(connection: Connection, _cursor: Any, statement: str, *_args: object) -> None:
        if _first_word(statement) in WRITES and not connection.get_execution_options().get("noc_write"):
            raise RuntimeError(f"rows are written by applying effects only, not by: {statement[:80]}")

    return engine


def _first_word(statement: str) -> str:
    return statement[:40].lstrip().partition(" ")[0].partition("\n")[0].upper()


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Give a connection with one consistent view; it cannot write."""
    if (shared := _shared_with(engine)) is not None:
        with told_plainly():
            yield shared
        return
    with told_plainly(), engine.connect() as connection:
        if connection.dialect.name != "sqlite":
            connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        with connection.begin():
            yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Give a connection in a write transaction, committed at the end; one writer at a time on SQLite."""
    if (shared := _shared_with(engine)) is not None:
        with shared.begin_nested():
            yield shared
        return
    with engine.connect().execution_options(noc_write=True) as connection, connection.begin():
        yield connection


@contextmanager
def together(engine: Engine) -> Iterator[None]:
    """Have everything that this thread reads and writes in the block take part in one transaction.

    It begins with the first of them. What ``writing`` does in it is undone alone where it fails, and all of it is
    durable when the block has ended. Raises StoreUnavailable.
    """
    with told_plainly(), ExitStack() as stack:
        token = _TOGETHER.set(_Shared(engine, stack))
        try:
            yield
        finally:
            _TOGETHER.reset(token)


@dataclass(slots=True)
class _Shared:
    """The transaction that a block shares, once it has begun."""

    engine: Engine
    stack: ExitStack
    connection: Connection | None = None


def _shared_with(engine: Engine) -> Connection | None:
    """Return the connection that the block around the caller shares, None where there is no such block."""
    shared = _TOGETHER.get()
    if shared is None or shared.engine is not engine:
        return None
    if shared.connection is None:
        token = _TOGETHER.set(None)
        try:
            with told_plainly():
                shared.connection = shared.stack.enter_context(writing(engine))
        finally:
            _TOGETHER.reset(token)
    return shared.connection


def retried(work: Callable[[], T]) -> T:
    """Run a whole write transaction, again where it lost a race, and where nobody can say whether it was committed.

    The work must be repeatable: it carries its intent ids, so that a commit with an unknown outcome makes no double.
    """
    for attempt in range(RETRIES):
        try:
            return work()
        except DBAPIError as error:
            if attempt == RETRIES - 1 or not (_is_race(error) or _is_lost(error)):
                raise plainly(error) from error
            time.sleep(0.05 * 2**attempt)
    raise AssertionError("the last attempt returned or raised")


def _is_race(error: DBAPIError) -> bool:
    state = getattr(error.orig, "sqlstate", None)
    return state in RETRY_STATES or "database is locked" in str(error.orig)


def _is_lost(error: DBAPIError) -> bool:
    return error.connection_invalidated or "I/O error" in str(error.orig)


@contextmanager
def told_plainly() -> Iterator[None]:
    """Turn a database error into StoreUnavailable with words for people, and text that is none into BadInput."""
    try:
        yield
    except UnicodeEncodeError as error:
        raise BadInput(_("the text holds half of a character"), _("type or paste it again")) from error
    except PendingRollbackError as error:  # of what shares a transaction whose connection was lost before
        raise StoreUnavailable(_("the connection to the store was lost"), _("noc doctor says more")) from error
    except DBAPIError as error:
        raise plainly(error) from error


def plainly(error: DBAPIError) -> StoreUnavailable:
    """Say what a database error means for a person, and what would help."""
    said = _said(error)
    if "locked" in said:
        return StoreUnavailable(
            _("the store is busy with another program's long writing"), _("try again; noc doctor shows who has it")
        )
    if "full" in said or "No space" in said:
        return StoreUnavailable(_("the disk is full: nothing was stored"), _("free some space and do it again"))
    if "malformed" in said or "not a database" in said:
        return StoreDamaged(_("the store is damaged: {error}", error=said), _("noc doctor says how to save it"))
    if "readonly" in said or "unable to open" in said or "read-only" in said:
        return StoreUnavailable(
            _("the store cannot be written or opened by you: {error}", error=said),
            _("look at the rights of the file and of its folder"),
        )
    if "I/O error" in said:
        return StoreUnavailable(
            _("the disk failed: {error}", error=said),
            _("look whether it was stored before you do it again: noc doctor"),
        )
    if isinstance(error, OperationalError):
        return StoreUnavailable(_("the store cannot be reached: {error}", error=said), _("noc doctor says more"))
    return StoreUnavailable(_("the store refused: {error}", error=said), _("noc doctor says more"))


def _said(error: DBAPIError) -> str:
    """Return what the database says went wrong.

    A disk that is full, or that fails, ends a transaction of SQLite by itself. What is undone after that finds no
    savepoint, which is no reason but a consequence.
    """
    said, found = str(error.orig), error.__context__
    while "no such savepoint" in said and found is not None:
        said = str(found.orig if isinstance(found, DBAPIError) else found)
        found = found.__context__
    return said.strip().split("\n")[0]


def database_bytes(connection: Connection) -> int:
    """Return the size of the store in bytes."""
    if connection.dialect.name == "sqlite":
        pages = connection.execute(text("PRAGMA page_count")).scalar_one()
        return int(pages) * int(connection.execute(text("PRAGMA page_size")).scalar_one())
    return int(connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one())
