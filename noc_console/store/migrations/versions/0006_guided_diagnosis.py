"""Trees are kept by the hash of their text; runs of them, their answers, and evidence among the files of a ticket."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the tables of guided diagnosis, and what makes a file of a ticket evidence of a run."""
    _checklist()
    _diagnosis()
    _answers()
    for name in ("run", "tree", "step", "command"):
        op.add_column("attachment", sa.Column(name, sa.String(), nullable=True))


def _checklist() -> None:
    op.create_table(
        "checklist",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("domain", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("checklist_by_name", "checklist", ["kind", "name", "state"])


def _diagnosis() -> None:
    op.create_table(
        "diagnosis",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("record", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("tree", sa.String(), nullable=False),
        sa.Column("domain", sa.String(), nullable=False),
        sa.Column("here", sa.String(), nullable=False),
        sa.Column("here_hash", sa.String(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("entered", sa.String(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("approval", sa.String(), nullable=True),
        sa.Column("started_by", sa.String(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_by", sa.String(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("cause_code", sa.String(), nullable=True),
        sa.Column("why", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("ref"),
    )
    op.create_index("diagnosis_of_record", "diagnosis", ["record"])
    op.create_index("diagnosis_by_state", "diagnosis", ["state", "started_at"])


def _answers() -> None:
    op.create_table(
        "diagnosis_answer",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("record", sa.String(), nullable=False),
        sa.Column("run", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("tree", sa.String(), nullable=False),
        sa.Column("tree_hash", sa.String(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("choice", sa.Integer(), nullable=False),
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("led_to", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=True),
        sa.Column("unit", sa.String(), nullable=True),
        sa.Column("verdict", sa.String(), nullable=True),
        sa.Column("judged", sa.String(), nullable=False),
        sa.Column("said", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("approval", sa.String(), nullable=True),
        sa.Column("answered_by", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("dropped_by", sa.String(), nullable=True),
        sa.Column("dropped_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("answer_of_run", "diagnosis_answer", ["run", "number"])
    op.create_index("answer_of_record", "diagnosis_answer", ["record"])
