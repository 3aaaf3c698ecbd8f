"""Lanes that know whose they are and when their work is due, so that workers choose fairly among them"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

UNFINISHED = sa.text("finished_at IS NULL")
DUE = sa.text("due_at IS NOT NULL")
HELD = sa.text("leased_until > 0")


def upgrade() -> None:
    op.add_column("lanes", sa.Column("queue", sa.String(length=8), nullable=False, server_default="steps"))
    op.add_column("lanes", sa.Column("tenant", sa.String(length=300), nullable=False, server_default=sa.text("''")))
    op.add_column("lanes", sa.Column("due_at", sa.BigInteger(), nullable=True))
    op.create_table(
        "turns",
        sa.Column("queue", sa.String(length=8), nullable=False),
        sa.Column("tenant", sa.String(length=300), nullable=False),
        sa.Column("served_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("queue", "tenant"),
    )
    for table in ("deliveries", "jobs"):
        op.drop_index(f"{table}_open", table)
        op.create_index(f"{table}_waiting", table, ["lane", "id"], sqlite_where=UNFINISHED, postgresql_where=UNFINISHED)
    _enter_what_waits()
    op.create_index("lanes_due", "lanes", ["queue", "tenant", "due_at"], sqlite_where=DUE, postgresql_where=DUE)
    op.create_index("lanes_held", "lanes", ["queue", "leased_until"], sqlite_where=HELD, postgresql_where=HELD)


def _enter_what_waits() -> None:
    """Give each lane its queue and its tenant, and make those due that have work that is not finished.

    A lane that is due too early is looked at once for nothing.
    """
    op.execute(
        "INSERT INTO lanes (lane, owner, fence, leased_until, cancelled_by, woken_at) SELECT lane, '', 0, 0, 0, 0 FROM "
        "(SELECT lane FROM deliveries WHERE finished_at IS NULL UNION SELECT lane FROM jobs WHERE finished_at IS NULL) "
        "AS open WHERE true ON CONFLICT (lane) DO NOTHING"
    )
    op.execute(
        "UPDATE lanes SET due_at = coalesce("
        "(SELECT min(received_at) FROM deliveries WHERE deliveries.lane = lanes.lane AND finished_at IS NULL), "
        "(SELECT min(created_at) FROM jobs WHERE jobs.lane = lanes.lane AND finished_at IS NULL))"
    )
    op.execute("UPDATE lanes SET queue = 'long' WHERE lane LIKE '%~long-%'")
    op.execute("CREATE TEMPORARY TABLE owners (lane VARCHAR(400) PRIMARY KEY, delivery BIGINT)")
    op.execute("INSERT INTO owners SELECT lane, max(id) FROM deliveries GROUP BY lane")
    op.execute(
        "INSERT INTO owners SELECT lane, max(delivery) FROM jobs WHERE finished_at IS NULL GROUP BY lane "
        "ON CONFLICT (lane) DO NOTHING"
    )
    op.execute(
        "UPDATE lanes SET tenant = coalesce((SELECT deliveries.host || '/' || coalesce(installation_id, 0) "
        "FROM owners JOIN deliveries ON deliveries.id = owners.delivery WHERE owners.lane = lanes.lane), '')"
    )
    op.execute("DROP TABLE owners")
