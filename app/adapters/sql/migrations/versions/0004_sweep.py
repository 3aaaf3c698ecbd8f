"""What the sweep of GitHub's deliveries knows; deliveries by time, and jobs by their delivery"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "hook_deliveries",
        sa.Column("host", sa.String(length=255), nullable=False),
        sa.Column("app_id", sa.BigInteger(), nullable=False),
        sa.Column("guid", sa.String(length=64), nullable=False),
        sa.Column("newest_id", sa.BigInteger(), nullable=False),
        sa.Column("newest_at", sa.BigInteger(), nullable=False),
        sa.Column("first_id", sa.BigInteger(), nullable=False),
        sa.Column("delivered_at", sa.BigInteger(), nullable=False),
        sa.Column("event", sa.String(length=64), nullable=False),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("installation_id", sa.BigInteger(), nullable=True),
        sa.Column("repository_id", sa.BigInteger(), nullable=True),
        sa.Column("is_success", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asks", sa.Integer(), nullable=False),
        sa.Column("unreached", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("host", "app_id", "guid"),
    )
    op.create_index("hook_deliveries_by_state", "hook_deliveries", ["state", "asked_at"], unique=False)
    op.create_index("hook_deliveries_by_time", "hook_deliveries", ["delivered_at"], unique=False)
    op.create_table(
        "sweeps",
        sa.Column("host", sa.String(length=255), nullable=False),
        sa.Column("app_id", sa.BigInteger(), nullable=False),
        sa.Column("watermark", sa.BigInteger(), nullable=True),
        sa.Column("listed_at", sa.BigInteger(), nullable=True),
        sa.Column("began_at", sa.BigInteger(), nullable=True),
        sa.Column("newest", sa.BigInteger(), nullable=True),
        sa.Column("cursor", sa.Text(), nullable=True),
        sa.Column("paused_until", sa.BigInteger(), nullable=True),
        sa.Column("owner", sa.String(length=64), nullable=False),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        sa.Column("leased_until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("host", "app_id"),
    )
    op.create_index("deliveries_by_time", "deliveries", ["received_at"], unique=False)
    op.create_index("jobs_of_delivery", "jobs", ["delivery"], unique=False)
