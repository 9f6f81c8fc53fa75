"""What a person can ask of the store itself: make, check, rebuild and copy; how it is says ``doctor.py``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit

from sqlalchemy import Engine

from noc_console.config import Config
from noc_console.desk.desk import open_existing
from noc_console.errors import Conflict, UsageError
from noc_console.i18n import _
from noc_console.store import backup as copies
from noc_console.store import engine as engines
from noc_console.store import grants as sql
from noc_console.store import journal, refold, schema, verify
from noc_console.store.backup import Copy
from noc_console.store.place import Place, place_of
from noc_console.store.verify import Finding, Progress, silent

#: What a mail's subject is searched for in brackets (``mail_thread``).
_CODE = re.compile(r"[A-Za-z0-9]{1,8}")


__all__ = ["Finding"]


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
        yield from _file(engine)
        yield from verify.chains(engine, progress)
        yield from refold.rows(engine, repair=False, progress=progress)


def _file(engine: Engine) -> Iterator[Finding]:
    """Yield what the database itself finds wrong with its file, where that is small enough to be looked through."""
    with engines.reading(engine) as connection:
        small = engines.database_bytes(connection) <= copies.LOOKED_THROUGH
    if small and (seen := copies.integrity(engine)) != "ok":
        yield Finding("file", seen, "damaged")


def rebuild(
    store: str | None, config: Config, progress: Progress = silent, *, dry_run: bool = False
) -> Iterator[Finding]:
    """Make the rows again from the journal, and yield those that had, or with ``dry_run`` have, to be put right."""
    with _opened(store, config) as (engine, _place):
        schema.check(engine)
        yield from refold.rows(engine, repair=not dry_run, progress=progress)


def backup(store: str | None, config: Config, target: str, *, dry_run: bool = False) -> Copy:
    """Write a checked copy to a new file; ``dry_run`` estimates its size."""
    with _opened(store, config) as (engine, place):
        schema.check(engine)
        if not dry_run:
            return copies.backup(engine, place, Path(target))
        if Path(target).exists():
            raise Conflict(_("{path} is there already", path=target), _("name a new file"))
        with engines.reading(engine) as connection:
            return Copy(engines.database_bytes(connection), saved=False)


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
