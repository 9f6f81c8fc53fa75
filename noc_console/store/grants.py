"""The SQL that gives a team its PostgreSQL: roles, database, and rights by which nobody changes the journal.

Text only; it must not connect. The tables are those of ``models.layout``.
"""

from __future__ import annotations

from collections.abc import Sequence

from noc_console.store.tables import ADDED_TO_ONLY

OWNER = "noc_owner"
PEOPLE = "noc_people"
#: Alembic's own: people read it to learn the revision, only a migration writes it.
_REVISION = "alembic_version"


def server(database: str, logins: Sequence[str]) -> tuple[str, ...]:
    """Return what the server's administrator runs: the roles, without passwords, and an empty database."""
    named = _quoted(database)
    return (
        f"CREATE ROLE {OWNER} LOGIN;",
        f"CREATE ROLE {PEOPLE} NOLOGIN;",
        f"CREATE DATABASE {named} OWNER {OWNER} ENCODING 'UTF8' TEMPLATE template0;",
        f"REVOKE CONNECT ON DATABASE {named} FROM PUBLIC;",
        f"GRANT CONNECT ON DATABASE {named} TO {PEOPLE};",
        *(f"CREATE ROLE {_quoted(login)} LOGIN IN ROLE {PEOPLE};" for login in logins),
    )


def rights() -> tuple[str, ...]:
    """Return what the owner runs in the database, after its tables were made and after each migration."""
    kept = ", ".join((*ADDED_TO_ONLY, _REVISION))
    return (
        f"GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA public TO {PEOPLE};",
        f"REVOKE UPDATE ON {kept} FROM {PEOPLE};",
        f"REVOKE INSERT ON hub_state, {_REVISION} FROM {PEOPLE};",
    )


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
