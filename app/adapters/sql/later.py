"""Jobs that wait for their time: they hold nothing up until then, and of the same ones one is enough."""

from sqlalchemy import Connection, bindparam, select

from app.adapters.sql.lanes import enter, home_of
from app.adapters.sql.tables import IS_LATER, jobs
from app.jobs import Job, encode
from app.ports.journal import Lease


def waits_already(connection: Connection, job: Job, lease: Lease, *, not_before: int) -> bool:
    """Whether the same job waits in the home lane, and will not begin before this transaction ends."""
    kind, arguments = encode(job)
    home = home_of(lease.lane)
    enter(connection, home, tenant=lease.tenant, due_at=not_before)  # who would begin it needs the lane first
    same = {"of_lane": home, "of_kind": kind, "with_arguments": arguments}
    return connection.execute(_SAME, same).first() is not None


_SAME = (
    select(jobs.c.id)
    .where(
        jobs.c.lane == bindparam("of_lane"),
        IS_LATER,
        jobs.c.attempt == 0,  # one that was begun may have looked at things before they changed
        jobs.c.kind == bindparam("of_kind"),
        jobs.c.arguments == bindparam("with_arguments"),
    )
    .limit(1)
)
