"""Alarms are counted on their ticket, known by when they were last seen, and kept where no ticket was opened."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add what the effects of older intents leave empty."""
    _ticket()
    op.add_column("alarm", sa.Column("channel", sa.String(), nullable=True))
    op.add_column("alarm", sa.Column("labels", sa.String(), nullable=False, server_default="{}"))
    op.add_column("alarm", sa.Column("source", sa.String(), nullable=True))
    op.add_column("alarm", sa.Column("last_at", sa.BigInteger(), nullable=True))
    op.add_column("alarm", sa.Column("changes", sa.BigInteger(), nullable=False, server_default="0"))
    op.add_column("alarm", sa.Column("changes_at", sa.BigInteger(), nullable=True))
    op.create_index("alarm_by_state", "alarm", ["record", "state", "cleared_at"], unique=False)
    op.drop_index("alarm_by_fingerprint", "alarm")
    op.create_index("alarm_by_fingerprint", "alarm", ["fingerprint", "record"], unique=False)
    op.drop_index("affected_of_record", "affected")
    op.create_index("affected_of_record", "affected", ["record", "circuit"], unique=False)
    _watch()


def _ticket() -> None:
    op.add_column("ticket", sa.Column("alarm_key", sa.String(), nullable=True))
    for name in ("alarms", "alarms_raised", "alarm_reports"):
        op.add_column("ticket", sa.Column(name, sa.BigInteger(), nullable=False, server_default="0"))
    for name in ("last_alarm_at", "cleared_at", "flapping_until"):
        op.add_column("ticket", sa.Column(name, sa.BigInteger(), nullable=True))
    op.create_index("ticket_by_alarm_key", "ticket", ["alarm_key", "registered_at"], unique=False)


def _watch() -> None:
    op.create_table(
        "alarm_watch",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("rule", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("severity", sa.String(), nullable=False),
        sa.Column("alarm_state", sa.String(), nullable=False),
        sa.Column("object", sa.String(), nullable=True),
        sa.Column("source_ip", sa.String(), nullable=True),
        sa.Column("text", sa.String(), nullable=True),
        sa.Column("labels", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=True),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("raised_at", sa.BigInteger(), nullable=True),
        sa.Column("cleared_at", sa.BigInteger(), nullable=True),
        sa.Column("last_at", sa.BigInteger(), nullable=False),
        sa.Column("changes", sa.BigInteger(), nullable=False),
        sa.Column("changes_at", sa.BigInteger(), nullable=True),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("ticket", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("alarm_watch_by_fingerprint", "alarm_watch", ["fingerprint"], unique=False)
    op.create_index("alarm_watch_by_due", "alarm_watch", ["state", "due_at"], unique=False)
