"""Alembic's entry: runs revisions on the connection that ``runner`` opened, or compares a scratch file with the models.

A maintainer who has changed a model writes the next revision, reads it, and raises ``schema.REVISION``:

    alembic -x store=scratch.db upgrade head
    alembic -x store=scratch.db revision --autogenerate --rev-id 0002 -m "what changed and why"
"""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection, create_engine
from sqlmodel.sql.sqltypes import AutoString

from noc_console.store.schema import metadata


def _ours(_thing: Any, name: str | None, kind: str, _reflected: bool, _model: Any) -> bool:
    """Leave the search index alone: it is no table of the models."""
    return not (kind == "table" and str(name).startswith("search"))


def _plainly(kind: str, value: Any, _context: AutogenContext) -> str | Literal[False]:
    """Write a revision with SQLAlchemy's own types, so that it does not change with SQLModel."""
    return "sa.String()" if kind == "type" and isinstance(value, AutoString) else False


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata(),
        render_as_batch=connection.dialect.name == "sqlite",
        include_object=_ours,
        render_item=_plainly,
    )
    context.run_migrations()


opened: Connection | None = context.config.attributes.get("connection")
if opened is not None:
    _run(opened)
else:
    scratch = create_engine(f"sqlite:///{context.get_x_argument(as_dictionary=True)['store']}")
    with scratch.begin() as beginning:
        _run(beginning)
