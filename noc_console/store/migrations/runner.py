"""Runs the revisions that a store lacks, after a copy of a file store was put beside it.

Alembic is imported here and nowhere else, because it costs a third of a second.
"""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config as AlembicConfig
from sqlalchemy import Connection, Engine

from noc_console.errors import StoreUnavailable
from noc_console.i18n import _
from noc_console.store import backup, journal, schema
from noc_console.store.engine import FORMAT_MAJOR, FORMAT_MINOR, told_plainly, writing
from noc_console.store.place import Place

SCRIPTS = Path(__file__).parent


def migrate(engine: Engine, place: Place) -> tuple[str, str]:
    """Bring the tables to the newest revision; a file store is backed up first. Return before and after.

    Raises StoreUnavailable for a store of a newer release. What fails leaves the store as it was.
    """
    if schema.refuse_unknown(engine) is None:
        raise StoreUnavailable(_("there is no store at {path}", path=place.name), _("make one: noc store init"))
    before = schema.database_version(engine)
    if before == schema.REVISION:
        return before, before
    if place.path is not None:
        backup.backup(engine, place, _free_name(place.path, before), whole_pages=True)
    with told_plainly(), writing(engine) as connection:
        schema.lock(connection)
        upgrade(connection)
        _stamp_format(connection)
    return before, schema.database_version(engine)


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Run the revisions that the tables of a connection lack."""
    config = AlembicConfig()
    config.set_main_option("script_location", str(SCRIPTS))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def _stamp_format(connection: Connection) -> None:
    formats = {"format_major": FORMAT_MAJOR, "format_minor": FORMAT_MINOR}
    journal.set_hub(connection, journal.hub_state(connection, lock=True)._mapping, formats)
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA user_version = {FORMAT_MAJOR * 1000 + FORMAT_MINOR}")


def _free_name(path: Path, revision: str) -> Path:
    wanted = path.with_name(f"{path.name}.before-{revision}")
    number = 1
    while wanted.exists():
        number += 1
        wanted = path.with_name(f"{path.name}.before-{revision}.{number}")
    return wanted
