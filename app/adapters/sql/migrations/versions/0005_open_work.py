"""Check runs of ours, and what the resync knows of each repository"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "check_runs",
        sa.Column("host", sa.String(length=255), nullable=False),
        sa.Column("repo_id", sa.BigInteger(), nullable=False),
        sa.Column("check_run", sa.BigInteger(), nullable=False),
        sa.Column("head_sha", sa.String(length=64), nullable=False),
        sa.Column("lane", sa.String(length=400), nullable=False),
        sa.Column("repo", sa.LargeBinary(), nullable=False),
        sa.Column("conclusion", sa.String(length=32), nullable=True),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("looked_at", sa.BigInteger(), nullable=False),
        sa.Column("resumed", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("host", "repo_id", "check_run"),
    )
    op.create_index("check_runs_by_head", "check_runs", ["host", "repo_id", "head_sha"], unique=False)
    op.create_index("check_runs_open", "check_runs", ["conclusion", "looked_at"], unique=False)
    op.create_index("tasks_by_state", "tasks", ["host", "repo_id", "state"], unique=False)
    op.create_table(
        "lists",
        sa.Column("host", sa.String(length=255), nullable=False),
        sa.Column("repo_id", sa.BigInteger(), nullable=False),
        sa.Column("list", sa.String(length=16), nullable=False),
        sa.Column("etag", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("host", "repo_id", "list"),
    )
    op.create_table(
        "requests_found",
        sa.Column("host", sa.String(length=255), nullable=False),
        sa.Column("repo_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("event", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("host", "repo_id", "number"),
    )
    op.create_table(
        "rounds",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("began_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
