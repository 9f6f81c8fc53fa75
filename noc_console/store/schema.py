"""Makes a new store, and tells by one integer whether a store can be used by this release.

The schema's history is in ``migrations``; a new store is made directly and stamped with the newest revision, so that
Alembic is loaded only to migrate.
"""

from __future__ import annotations

import secrets
import uuid
from importlib import import_module

from sqlalchemy import Connection, Engine, MetaData, insert, inspect, text

from noc_console.errors import StoreUnavailable
from noc_console.i18n import _
from noc_console.store import search
from noc_console.store.engine import APPLICATION_ID, FORMAT_MAJOR, FORMAT_MINOR, reading, retried, told_plainly, writing

#: Newest revision of ``migrations/versions``; a test holds it to the folder.
REVISION = "0009"
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
ZERO_DIGEST = "0" * 64
#: Key of PostgreSQL's lock under which tables are made, so that two starts at once make one store.
MAKING = 0x4E4F4363


def create(engine: Engine, *, training: bool, code: str = "") -> bool:
    """Make all tables of a new store and its one row of counters; tell whether this start made it, not another."""

    def work() -> bool:
        with writing(engine) as connection:
            lock(connection)
            if _exists(connection):
                return False
            _create(connection, training, code or _new_code())
            return True

    return retried(work)


def lock(connection: Connection) -> None:
    """Let one transaction at a time make or change tables; SQLite lets one at a time write anyway."""
    if connection.dialect.name != "sqlite":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MAKING})


def check(engine: Engine) -> bool:
    """Return whether the store is there; refuse one that is not ours, too new, or in need of migration."""
    found = refuse_unknown(engine)
    if found is not None and found < (FORMAT_MAJOR, FORMAT_MINOR):
        raise older(found, _("run: {command}", command=migrate_command(engine)))
    return found is not None


def older(found: tuple[int, int], hint: str) -> StoreUnavailable:
    """Return the error for a store of an older format, with what would help."""
    return StoreUnavailable(_("the store has the older format {major}.{minor}", major=found[0], minor=found[1]), hint)


def migrate_command(engine: Engine) -> str:
    """Return what brings this store to the format of this release."""
    return f"noc store migrate{_named(engine)}"


def _named(engine: Engine) -> str:
    """Return how a file store is named to a command: it may be another than the one that the settings name."""
    path = str(engine.url.database or "") if engine.dialect.name == "sqlite" else ""
    return f' --store "{path}"' if " " in path else f" --store {path}" if path else ""


def refuse_unknown(engine: Engine) -> tuple[int, int] | None:
    """Return the format of the store, None where there is none; refuse one that is not ours or too new."""
    with told_plainly(), engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            app_id = connection.exec_driver_sql("PRAGMA application_id").scalar_one()
            version = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
            if app_id not in (0, APPLICATION_ID) or (app_id == 0 and _has_tables(connection)):
                raise StoreUnavailable(
                    _("this SQLite file is not a store of noc"), _("name the right file with --store")
                )
            if app_id == 0:
                return None
            major, minor = divmod(version, 1000)
        else:
            if not _exists(connection):
                return None
            major, minor = connection.exec_driver_sql("SELECT format_major, format_minor FROM hub_state").one()
    refuse_newer(major, minor)
    return major, minor


def refuse_newer(major: int, minor: int) -> None:
    """Raise StoreUnavailable for a store that a newer release made, which this one could only spoil."""
    if major > FORMAT_MAJOR:
        raise StoreUnavailable(
            _(
                "the store has format {major}.{minor}; this release of noc reads up to {ours}",
                major=major, minor=minor, ours=f"{FORMAT_MAJOR}.{FORMAT_MINOR}",
            ),
            _("install a newer noc; nothing was changed"),
        )  # fmt: skip


def metadata() -> MetaData:
    """Return every table of the models; the search index is no table of theirs (``search.CREATE``)."""
    for module in ("journal", "ticket", "register", "intake", "diagnosis", "consult"):
        import_module(f"noc_console.models.{module}")
    from sqlmodel import SQLModel

    return SQLModel.metadata


def _create(connection: Connection, training: bool, code: str) -> None:
    from noc_console.store.journal import HUB, hub_digest

    metadata().create_all(connection)
    dialect = connection.dialect.name
    for statement in search.CREATE[dialect]:
        connection.execute(text(statement))
    connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)"))
    connection.execute(text("INSERT INTO alembic_version VALUES (:revision)"), {"revision": REVISION})
    first = {
        "id": 1,
        "store_id": str(uuid.uuid4()),
        "code": code,
        "origin": str(uuid.uuid4()),
        "training": training,
        "format_major": FORMAT_MAJOR,
        "format_minor": FORMAT_MINOR,
        "last_hub_seq": 0,
        "last_hub_digest": ZERO_DIGEST,
        "last_origin_seq": 0,
        "last_origin_digest": ZERO_DIGEST,
        "last_hlc": 0,
        "last_number": 0,
    }
    connection.execute(insert(HUB), {**first, "digest": hub_digest(first)})
    if dialect == "sqlite":
        connection.exec_driver_sql(f"PRAGMA user_version = {FORMAT_MAJOR * 1000 + FORMAT_MINOR}")
        connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")


def _new_code() -> str:
    """Return three random Crockford characters, the first a letter so that refs read as refs."""
    letters = CROCKFORD[10:]
    return secrets.choice(letters) + "".join(secrets.choice(CROCKFORD) for _place in range(2))


def _exists(connection: Connection) -> bool:
    return inspect(connection).has_table("hub_state")


def _has_tables(connection: Connection) -> bool:
    return bool(connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar_one())


def database_version(engine: Engine) -> str:
    """Return the revision that the store's tables have."""
    with reading(engine) as connection:
        return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one())
