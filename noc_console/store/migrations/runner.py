"""Runs the revisions that a store lacks, after a copy of a file store was put beside it.

Alembic is imported here and nowhere else, because it costs a third of a second.
"""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config as AlembicConfig
from sqlalchemy import Engine

from noc_console.store import backup, schema
from noc_console.store.engine import FORMAT_MAJOR, FORMAT_MINOR, writing
from noc_console.store.place import Place


def migrate(engine: Engine, place: Place) -> tuple[str, str]:
    """Bring the tables to the newest revision; a file store is backed up first. Return before and after."""
    before = schema.database_version(engine)
    if before == schema.REVISION:
        return before, before
    if place.path is not None:
        backup.backup(engine, place, _free_name(place.path, before))
    with writing(engine) as connection:
        config = AlembicConfig()
        config.set_main_option("script_location", str(Path(__file__).parent))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql(f"PRAGMA user_version = {FORMAT_MAJOR * 1000 + FORMAT_MINOR}")
    return before, schema.database_version(engine)


def _free_name(path: Path, revision: str) -> Path:
    wanted = path.with_name(f"{path.name}.before-{revision}")
    number = 1
    while wanted.exists():
        number += 1
        wanted = path.with_name(f"{path.name}.before-{revision}.{number}")
    return wanted
