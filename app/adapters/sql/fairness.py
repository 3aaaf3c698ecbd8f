"""Whose turn it is: one tenant's thousand lanes do not come before another's one.

Nothing here looks at more rows than there are tenants with work: the due lanes of a tenant stand in order in an index,
and the tenants are found by jumping from one to the next in it.
https://wiki.postgresql.org/wiki/Loose_indexscan
"""

from functools import cache

from sqlalchemy import Connection, text
from sqlalchemy.dialects import postgresql, sqlite

from app.adapters.sql.engine import insert_for
from app.adapters.sql.tables import turns
from app.jobs import Queue
from app.ports.journal import Lane, Lease


def lease_fairest(connection: Connection, queue: Queue, *, owner: str, now: int, until: int) -> Lease | None:
    """The first due lane of the tenant whose turn it is, leased."""
    while (tenant := _tenant_next(connection, queue, now)) is not None:
        values = {"queue": queue, "tenant": tenant, "now": now, "owner": owner, "until": until}
        leased = connection.execute(_LEASE, values).first()
        if leased is not None:
            served = {"queue": queue, "tenant": tenant, "served_at": now}
            connection.execute(_serving(connection.dialect.name), served)
            return Lease(Lane(leased.lane), tenant, owner, leased.fence)
        # another worker leased it between the two statements, as can happen on PostgreSQL
    return None


def lane_next(connection: Connection, queue: Queue, *, now: int) -> Lane | None:
    """The lane that would be leased."""
    tenant = _tenant_next(connection, queue, now)
    if tenant is None:
        return None
    return connection.execute(_LANE_NEXT, {"queue": queue, "tenant": tenant, "now": now}).scalar()


def _tenant_next(connection: Connection, queue: Queue, now: int) -> str | None:
    return connection.execute(TENANT_NEXT, {"queue": queue, "now": now}).scalar()


TENANT_NEXT = text("""
WITH RECURSIVE with_work (tenant) AS (
    SELECT min(tenant) FROM lanes WHERE queue = :queue AND due_at IS NOT NULL
    UNION ALL
    SELECT (SELECT min(tenant) FROM lanes WHERE queue = :queue AND due_at IS NOT NULL AND tenant > with_work.tenant)
    FROM with_work WHERE tenant IS NOT NULL
), waiting (tenant, since) AS (
    SELECT tenant, (
        SELECT min(due_at) FROM lanes
        WHERE queue = :queue AND tenant = with_work.tenant AND due_at <= :now AND leased_until <= :now
    ) FROM with_work WHERE tenant IS NOT NULL
), held (tenant, lanes) AS (
    SELECT tenant, count(*) FROM lanes WHERE queue = :queue AND leased_until > :now AND leased_until > 0 GROUP BY tenant
)
SELECT waiting.tenant FROM waiting
LEFT JOIN held ON held.tenant = waiting.tenant
LEFT JOIN turns ON turns.queue = :queue AND turns.tenant = waiting.tenant
WHERE since IS NOT NULL
ORDER BY coalesce(held.lanes, 0), coalesce(served_at, 0), since
LIMIT 1
""")
_LANE_NEXT = text("""
SELECT lane FROM lanes WHERE queue = :queue AND tenant = :tenant AND due_at <= :now AND leased_until <= :now
ORDER BY due_at LIMIT 1
""")
_LEASE = text("""
UPDATE lanes SET owner = :owner, fence = fence + 1, leased_until = :until
WHERE leased_until <= :now AND lane = (
    SELECT lane FROM lanes WHERE queue = :queue AND tenant = :tenant AND due_at <= :now AND leased_until <= :now
    ORDER BY due_at LIMIT 1
)
RETURNING lane, fence
""")


@cache
def _serving(dialect: str) -> sqlite.Insert | postgresql.Insert:
    insert = insert_for(dialect, turns)
    return insert.on_conflict_do_update(
        index_elements=["queue", "tenant"], set_={"served_at": insert.excluded.served_at}
    )
