"""What each installation wrote lately, how long it is left alone, and jobs that wait for their time"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

LATER = sa.text("state = 'later'")


def upgrade() -> None:
    op.create_table(
        "accounts",
        sa.Column("host", sa.String(length=255), nullable=False),
        sa.Column("installation_id", sa.BigInteger(), nullable=False),
        sa.Column("paused_until", sa.BigInteger(), nullable=False),
        sa.Column("paused_why", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("host", "installation_id"),
    )
    op.create_table(
        "writes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("host", sa.String(length=255), nullable=False),
        sa.Column("installation_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.Integer(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("repo_id", sa.BigInteger(), nullable=True),
        sa.Column("comments_on", sa.BigInteger(), nullable=True),
        sa.Column("next_was_held", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("writes_by_account", "writes", ["host", "installation_id", "at"])
    op.create_index("writes_by_conversation", "writes", ["host", "repo_id", "comments_on", "at"])
    op.create_index("jobs_later", "jobs", ["lane", "not_before"], sqlite_where=LATER, postgresql_where=LATER)
