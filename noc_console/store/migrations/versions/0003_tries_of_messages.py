"""A message of the outbox knows how often it was tried, when the next try is due, and what the other side said."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add what the effects of older intents leave empty."""
    op.add_column("outbox", sa.Column("tries", sa.Integer(), nullable=True))
    op.add_column("outbox", sa.Column("tried_at", sa.BigInteger(), nullable=True))
    op.add_column("outbox", sa.Column("next_try_at", sa.BigInteger(), nullable=True))
    op.add_column("outbox", sa.Column("error", sa.String(), nullable=True))
    op.add_column("outbox", sa.Column("message_id", sa.String(), nullable=True))
    op.create_index("outbox_by_message", "outbox", ["message_id"])
