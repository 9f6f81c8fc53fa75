"""Messages keep their words, tickets every voice to be ratified, clocks why they were missed."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add what the effects of older intents leave empty."""
    op.add_column("outbox", sa.Column("language", sa.String(), nullable=True))
    op.add_column("outbox", sa.Column("subject", sa.String(), nullable=True))
    op.add_column("ticket", sa.Column("voices", sa.String(), nullable=True))
    op.add_column("clock", sa.Column("breach_reason", sa.String(), nullable=True))
    op.add_column("clock", sa.Column("breach_words", sa.String(), nullable=True))
    op.add_column("clock", sa.Column("breach_by", sa.String(), nullable=True))
    op.add_column("clock", sa.Column("breach_at", sa.BigInteger(), nullable=True))
