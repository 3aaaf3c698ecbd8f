"""Which of our check runs is which: by its name"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("check_runs", sa.Column("name", sa.String(length=255), nullable=False, server_default="ACS / tests"))
