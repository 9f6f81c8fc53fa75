"""The store can be locked for maintenance."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the table of lockings; without a row in it nothing is locked."""
    op.create_table(
        "store_lock",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("locked_by", sa.String(), nullable=False),
        sa.Column("locked_at", sa.BigInteger(), nullable=False),
        sa.Column("why", sa.String(), nullable=True),
        sa.Column("unlocked_by", sa.String(), nullable=True),
        sa.Column("unlocked_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("store_lock_by_state", "store_lock", ["state"])
