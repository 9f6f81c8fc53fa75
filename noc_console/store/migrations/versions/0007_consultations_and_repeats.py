"""Expert consultations and reports upward are records; a ticket knows what was called for and raised in its round."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add the tables of consultations and reports, and what a ticket remembers of them."""
    _consult()
    _members()
    _items()
    _reports()
    for name in ("planned_at", "report_due"):
        op.add_column("ticket", sa.Column(name, sa.BigInteger(), nullable=True))
    for name in ("consult_round", "repeat_round"):
        op.add_column("ticket", sa.Column(name, sa.Integer(), nullable=True))
    op.add_column("visit", sa.Column("run", sa.String(), nullable=True))


def _consult() -> None:
    op.create_table(
        "consult",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("record", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("called_by", sa.String(), nullable=False),
        sa.Column("called_at", sa.BigInteger(), nullable=False),
        sa.Column("chair", sa.String(), nullable=True),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("started_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("facts_known", sa.String(), nullable=True),
        sa.Column("risk", sa.String(), nullable=True),
        sa.Column("vendor_case", sa.String(), nullable=True),
        sa.Column("customer_informed", sa.String(), nullable=True),
        sa.Column("result", sa.String(), nullable=True),
        sa.Column("concluded_by", sa.String(), nullable=True),
        sa.Column("minutes_by", sa.String(), nullable=True),
        sa.Column("minutes_at", sa.BigInteger(), nullable=True),
        sa.Column("why", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("ref"),
    )
    op.create_index("consult_of_record", "consult", ["record"])
    op.create_index("consult_by_state", "consult", ["state", "due_at"])


def _members() -> None:
    op.create_table(
        "consult_member",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("record", sa.String(), nullable=False),
        sa.Column("consult", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("domain", sa.String(), nullable=True),
        sa.Column("company", sa.String(), nullable=True),
        sa.Column("level", sa.String(), nullable=True),
        sa.Column("joined_by", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("member_of_consult", "consult_member", ["consult"])
    op.create_index("member_of_record", "consult_member", ["record"])


def _items() -> None:
    op.create_table(
        "consult_item",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("record", sa.String(), nullable=False),
        sa.Column("consult", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=True),
        sa.Column("detail", sa.String(), nullable=True),
        sa.Column("who", sa.String(), nullable=True),
        sa.Column("until_at", sa.BigInteger(), nullable=True),
        sa.Column("said_by", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("item_of_consult", "consult_item", ["consult"])
    op.create_index("item_of_record", "consult_item", ["record"])


def _reports() -> None:
    op.create_table(
        "report_up",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("record", sa.String(), nullable=False),
        sa.Column("report", sa.String(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("reported_by", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("report_of_record", "report_up", ["record"])
