"""What commands know of the tables is what the models say."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.dialects import postgresql
from sqlalchemy.types import TypeEngine

from noc_console.models import layout
from noc_console.models.__main__ import layout as written
from noc_console.store import schema
from noc_console.store.tables import NAMES, defaults, table


def test_the_layout_was_written_after_the_last_change_of_a_model() -> None:
    assert Path(layout.__file__).read_text(encoding="utf-8") == written(), "run: python -m noc_console.models"


def ddl(kind: TypeEngine[Any]) -> str:
    return kind.compile(postgresql.dialect())


@pytest.mark.parametrize("name", layout.LAYOUT)
def test_a_table_has_the_columns_of_its_model(name: str) -> None:
    model = schema.metadata().tables[name]
    ours = table(name)
    assert ours.c.keys() == model.c.keys()
    for column in ours.c:
        other = model.c[column.name]
        # a text is SQLModel's own type there, and the policy's text a Text
        assert ddl(column.type).replace("TEXT", "VARCHAR") == ddl(other.type).replace("TEXT", "VARCHAR"), column
        assert (column.nullable, column.primary_key, bool(column.unique)) == (
            other.nullable, other.primary_key, bool(other.unique),
        )  # fmt: skip


def test_every_model_has_a_layout_and_a_new_row_has_every_column() -> None:
    assert set(layout.LAYOUT) == set(schema.metadata().tables)
    for name in NAMES:
        assert list(defaults(name)) == table(name).c.keys()


def test_a_command_does_not_load_sqlmodel(tmp_path: Path) -> None:
    program = (
        "import sys\n"
        "from noc_console.cli.main import main\n"
        "code = main(['--store', sys.argv[1], 'ticket', 'list', '-o', 'json'])\n"
        "found = [name for name in ('sqlmodel', 'pydantic', 'alembic', 'textual') if name in sys.modules]\n"
        "print(code, found, file=sys.stderr)\n"
    )
    for expected in ("0 ['sqlmodel', 'pydantic']", "0 []"):  # the first makes the store
        done = subprocess.run(
            [sys.executable, "-c", program, str(tmp_path / "store.db")],
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert done.stderr.splitlines()[-1] == expected
