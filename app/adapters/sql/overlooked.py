"""Work in lanes that nobody knows to be due, as a process of the version before leaves it while ACS is upgraded."""

from sqlalchemy import Connection, exists, func, select, union_all

from app.adapters.sql.lanes import enter
from app.adapters.sql.tables import deliveries, jobs, lanes
from app.ports.journal import Lane


def enter_overlooked(connection: Connection) -> int:
    """Say of every lane with unfinished work that it is due; return how many were not known to be."""
    found = connection.execute(_OVERLOOKED).all()
    for row in found:
        tenant = f"{row.host}/{row.installation_id or 0}" if row.host else ""
        enter(connection, Lane(row.lane), tenant=tenant, due_at=row.since)
    return len(found)


_UNFINISHED = union_all(
    select(deliveries.c.lane, deliveries.c.received_at.label("since"), deliveries.c.id.label("delivery")).where(
        deliveries.c.finished_at.is_(None)
    ),
    select(jobs.c.lane, jobs.c.created_at, jobs.c.delivery).where(jobs.c.finished_at.is_(None)),
).subquery()
_FIRST = (
    select(
        _UNFINISHED.c.lane, func.min(_UNFINISHED.c.since).label("since"), func.min(_UNFINISHED.c.delivery).label("id")
    )
    .where(~exists().where(lanes.c.lane == _UNFINISHED.c.lane, lanes.c.due_at.is_not(None)))
    .group_by(_UNFINISHED.c.lane)
    .subquery()
)
_OVERLOOKED = select(_FIRST.c.lane, _FIRST.c.since, deliveries.c.host, deliveries.c.installation_id).select_from(
    _FIRST.outerjoin(deliveries, deliveries.c.id == _FIRST.c.id)
)
