"""A store made anew and one brought up revision by revision are the same; what is too new or not ours is refused."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import inspect, text

from noc_console.config import Config
from noc_console.desk import store as desk_store
from noc_console.desk.doctor import doctor
from noc_console.errors import StoreUnavailable
from noc_console.store import engine as engines
from noc_console.store import journal, schema
from noc_console.store.canonical import new_id
from noc_console.store.engine import FORMAT_MAJOR, FORMAT_MINOR, open_engine, reading, writing
from noc_console.store.migrations import runner
from noc_console.store.place import place_of
from tests.store.kit import behind_its_back, dump, full_row, judged, keep, rich, wrong

if TYPE_CHECKING:
    from sqlalchemy import Engine

#: This release and the one after it, as revisions.
NOW, AFTER = schema.REVISION, f"{int(schema.REVISION) + 1:04}"
NEXT = f'''"""A revision of the release after this one."""

import sqlalchemy as sa
from alembic import op

revision = "{AFTER}"
down_revision = "{NOW}"


def upgrade() -> None:
    op.add_column("ticket", sa.Column("colour", sa.String(), nullable=True))
    op.create_index("ticket_by_colour", "ticket", ["colour"])
'''


def of_which(index: Any) -> str:
    """Return which rows an index holds, "" where it holds all."""
    return "".join(str(value) for name, value in index.get("dialect_options", {}).items() if name.endswith("_where"))


def shape(engine: Engine) -> dict[str, Any]:
    """Return all that a database says of its tables: columns with types, keys, indexes, unique constraints."""
    seen = inspect(engine)
    found: dict[str, Any] = {}
    for name in sorted(seen.get_table_names()):
        found[name] = {
            "columns": sorted(
                (c["name"], str(c["type"]), c["nullable"], str(c["default"])) for c in seen.get_columns(name)
            ),
            "key": seen.get_pk_constraint(name)["constrained_columns"],
            "indexes": sorted(
                (i["name"], tuple(i["column_names"]), bool(i["unique"]), of_which(i)) for i in seen.get_indexes(name)
            ),
            "unique": sorted(tuple(u["column_names"]) for u in seen.get_unique_constraints(name)),
        }
    return found


def test_both_ways_make_the_same_tables(store_url: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    upgraded = open_engine(place_of(store_url))
    with writing(upgraded) as connection:
        runner.upgrade(connection)
    by_revisions = shape(upgraded)
    version = schema.database_version(upgraded)
    upgraded.dispose()
    if place_of(store_url).is_sqlite:
        made = open_engine(place_of(str(tmp_path / "made.db")))
    else:
        made = open_engine(place_of(store_url))
        with writing(made) as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
    schema.create(made, training=False)
    assert shape(made) == by_revisions
    assert schema.database_version(made) == version == schema.REVISION
    made.dispose()


def test_the_newest_revision_is_the_folders() -> None:
    names = sorted(path.name for path in (runner.SCRIPTS / "versions").glob("[0-9]*.py"))
    assert names[-1].startswith(f"{schema.REVISION}_")


def test_models_and_revisions_agree(file_engine: Engine) -> None:
    """What a maintainer's ``alembic revision --autogenerate`` would write is nothing."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with reading(file_engine) as connection:
        found = compare_metadata(MigrationContext.configure(connection), schema.metadata())
    assert [change for change in found if "search" not in str(change) and "alembic" not in str(change)] == []


@pytest.fixture
def next_release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """This release as the one after it, with one more revision."""
    scripts = tmp_path / "migrations"
    shutil.copytree(runner.SCRIPTS, scripts)
    (scripts / "versions" / f"{AFTER}_next.py").write_text(NEXT, encoding="utf-8")
    monkeypatch.setattr(runner, "SCRIPTS", scripts)
    monkeypatch.setattr(schema, "REVISION", AFTER)
    for module in (engines, schema, runner):
        monkeypatch.setattr(module, "FORMAT_MINOR", FORMAT_MINOR + 1)
    return scripts


def test_an_older_store_asks_to_be_migrated_and_is(
    engine: Engine, store_url: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    rich(engine)
    before = dump(engine)
    request.getfixturevalue("next_release")
    with pytest.raises(StoreUnavailable, match=rf"older format 1\.{FORMAT_MINOR}.*noc store migrate"):
        schema.check(engine)
    assert desk_store.migrate(store_url, Config()) == (NOW, AFTER)
    assert schema.check(engine)
    assert "colour" in {column["name"] for column in inspect(engine).get_columns("ticket")}
    assert dump(engine) == before
    assert wrong(engine) == []
    if place_of(store_url).is_sqlite:
        copy = Path(f"{store_url}.before-{NOW}")
        assert copy.exists()
        kept = open_engine(place_of(str(copy)))
        assert "colour" not in {column["name"] for column in inspect(kept).get_columns("ticket")}
        kept.dispose()
    assert desk_store.migrate(store_url, Config()) == (AFTER, AFTER)


#: What revisions added since the first release.
ADDED = {
    "outbox": ("language", "subject", "tries", "tried_at", "next_try_at", "error", "message_id"),
    "ticket": (
        "voices", "alarm_key", "alarms", "alarms_raised", "alarm_reports", "last_alarm_at", "cleared_at",
        "flapping_until", "planned_at", "report_due", "consult_round", "repeat_round", "vendors",
    ),
    "visit": ("run",),
    "alarm": ("channel", "labels", "source", "last_at", "changes", "changes_at"),
    "attachment": ("run", "tree", "step", "command"),
    "clock": ("breach_reason", "breach_words", "breach_by", "breach_at"),
}  # fmt: skip
#: Indexes on such columns, which must go first, and tables.
INDEXES = ("outbox_by_message", "ticket_by_alarm_key", "alarm_by_state", "store_lock_by_state")
TABLES = (
    "alarm_watch",
    "store_lock",
    "checklist",
    "diagnosis",
    "diagnosis_answer",
    "consult",
    "consult_member",
    "consult_item",
    "report_up",
)


def as_first_released(engine: Engine) -> None:
    """Take a store back to the tables of the first release, with the rows that its journal makes there."""
    for index in INDEXES:
        behind_its_back(engine, f"DROP INDEX {index}")
    for name in TABLES:
        behind_its_back(engine, f"DROP TABLE {name}")
    for name, columns in ADDED.items():
        for column in columns:
            behind_its_back(engine, f'ALTER TABLE "{name}" DROP COLUMN {column}')
    behind_its_back(engine, "UPDATE alembic_version SET version_num = '0001'")
    with writing(engine) as connection:
        hub = {"format_major": 1, "format_minor": 0}
        journal.set_hub(connection, journal.hub_state(connection, lock=True)._mapping, hub)
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA user_version = 1000")


def test_a_store_of_the_first_release_keeps_its_rows(engine: Engine, store_url: str) -> None:
    """What its journal never set is empty afterwards, as a rebuild makes it."""
    record = new_id()
    old = {key: value for key, value in full_row("outbox", "old").items() if key not in ADDED["outbox"]}
    keep(engine, judged(record, [["add", "outbox", "an older message", old]]))
    before = dump(engine)
    as_first_released(engine)
    with pytest.raises(StoreUnavailable, match=r"older format 1\.0"):
        schema.check(engine)
    assert desk_store.migrate(store_url, Config()) == ("0001", schema.REVISION)
    assert dump(engine) == before
    assert wrong(engine) == []


def test_a_migration_that_fails_leaves_the_store_as_it_was(engine: Engine, store_url: str, next_release: Path) -> None:
    rich(engine)
    before = shape(engine)
    broken = next_release / "versions" / f"{AFTER}_next.py"
    broken.write_text(NEXT + '    op.execute("SELECT no_such_function()")\n', encoding="utf-8")
    with pytest.raises(StoreUnavailable):
        desk_store.migrate(store_url, Config())
    assert shape(engine) == before
    assert schema.database_version(engine) == NOW


def test_a_second_copy_has_a_name_of_its_own(file_engine: Engine, tmp_path: Path, next_release: Path) -> None:
    (tmp_path / f"store.db.before-{NOW}").write_text("an earlier one", encoding="utf-8")
    desk_store.migrate(str(tmp_path / "store.db"), Config())
    assert (tmp_path / f"store.db.before-{NOW}").read_text(encoding="utf-8") == "an earlier one"
    assert (tmp_path / f"store.db.before-{NOW}.2").exists()


def test_a_store_of_a_newer_major_is_refused_by_every_door(engine: Engine, store_url: str) -> None:
    rich(engine)
    if engine.dialect.name == "sqlite":
        behind_its_back(engine, "PRAGMA user_version = 2003")
    else:
        behind_its_back(engine, "UPDATE hub_state SET format_major = 2, format_minor = 3")
    before = dump(engine)
    for refused in (
        lambda: schema.check(engine),
        lambda: desk_store.migrate(store_url, Config()),
        lambda: list(desk_store.verify_store(store_url, Config())),
        lambda: list(desk_store.rebuild(store_url, Config())),
    ):
        with pytest.raises(StoreUnavailable, match=rf"format 2\.3; this release of noc reads up to 1\.{FORMAT_MINOR}"):
            refused()
    told = [check for check in doctor(store_url, Config()) if not check.ok]
    assert any("format 2.3" in check.seen for check in told), "the doctor tells of it beside all else"
    assert dump(engine) == before


def test_a_newer_minor_is_used_as_it_is(engine: Engine) -> None:
    rich(engine)
    if engine.dialect.name == "sqlite":
        behind_its_back(engine, f"PRAGMA user_version = {FORMAT_MAJOR * 1000 + FORMAT_MINOR + 1}")
    assert schema.check(engine)
    assert wrong(engine) == []


def test_migrate_says_where_there_is_no_store(store_url: str, tmp_path: Path) -> None:
    if place_of(store_url).is_sqlite:
        Path(store_url).touch()
    with pytest.raises(StoreUnavailable, match="no store"):
        desk_store.migrate(store_url, Config())
