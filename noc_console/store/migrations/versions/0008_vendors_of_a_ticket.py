"""A ticket knows every vendor that was called."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add what the effects of older intents leave empty."""
    op.add_column("ticket", sa.Column("vendors", sa.String(), nullable=True))
