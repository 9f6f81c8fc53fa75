"""Indexes of columns that are mostly empty hold only the rows that have a value: a new ticket is in four fewer."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

INDEXES = (
    ("ticket_by_parent", "ticket", ["parent"], "parent"),
    ("ticket_by_external", "ticket", ["source_channel", "external_id"], "external_id"),
    ("ticket_by_fingerprint", "ticket", ["fingerprint"], "fingerprint"),
    ("ticket_by_alarm_key", "ticket", ["alarm_key", "registered_at"], "alarm_key"),
    ("outbox_by_message", "outbox", ["message_id"], "message_id"),
)


def upgrade() -> None:
    """Make each of them anew; a comparison with a value finds them as before."""
    for name, table, columns, filled in INDEXES:
        where = sa.text(f"{filled} IS NOT NULL")
        op.drop_index(name, table_name=table)
        op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)
