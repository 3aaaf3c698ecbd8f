"""The journal in SQL: deliveries, jobs, and the lanes that order them."""

import zlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BindParameter, Connection, Engine, Row, bindparam, select, update

from app.adapters.sql.arrivals import keep
from app.adapters.sql.audit_log import append
from app.adapters.sql.engine import reading, writing
from app.adapters.sql.fairness import lane_next, lease_fairest
from app.adapters.sql.group_commit import GroupCommit
from app.adapters.sql.lanes import enter, give_back, hold_until, home_of, is_ours, lane_beside, last_of, stale
from app.adapters.sql.overlooked import enter_overlooked
from app.adapters.sql.tables import IS_LATER, LATER, deliveries, jobs, millis, millis_of, moment
from app.errors import TransientError
from app.jobs import QUEUES, Job, Queue, encode, is_beside, queue_of
from app.ports.clock import Clock
from app.ports.journal import (
    JournalDown,
    Lane,
    Lease,
    NewDelivery,
    PendingDelivery,
    PendingJob,
    Receipt,
    Work,
)


def insert_job(
    connection: Connection,
    job: Job,
    lease: Lease,
    *,
    correlation_id: str,
    delivery: int,
    created_at: int,
    not_before: int = 0,
) -> Lane:
    """Put a job into the home lane of what is done under the lease, or into one of its own beside it; return which."""
    return put_job(
        connection,
        job,
        home_of(lease.lane),
        tenant=lease.tenant,
        correlation_id=correlation_id,
        delivery=delivery,
        created_at=created_at,
        not_before=not_before,
    )


def put_job(
    connection: Connection,
    job: Job,
    home: Lane,
    *,
    tenant: str,
    correlation_id: str,
    delivery: int,
    created_at: int,
    not_before: int = 0,
) -> Lane:
    """Put a job into this lane, or into one of its own beside it; return which."""
    kind, arguments = encode(job)
    inserted = connection.execute(
        jobs.insert(),
        {
            "lane": home,
            "home": home,
            "kind": kind,
            "arguments": arguments,
            "state": LATER if not_before else "ready",
            "not_before": not_before,
            "attempt": 0,
            "correlation_id": correlation_id,
            "delivery": delivery,
            "created_at": created_at,
        },
    )
    lane = home
    if is_beside(job) and inserted.inserted_primary_key is not None:
        (job_id,) = inserted.inserted_primary_key
        lane = lane_beside(home, job_id, queue=queue_of(job))
        connection.execute(update(jobs).where(jobs.c.id == job_id).values(lane=lane))
    enter(connection, lane, tenant=tenant, due_at=max(created_at, not_before))
    return lane


class SqlJournal:
    """Implements `app.ports.journal.Journal`."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock
        self._keep = GroupCommit(engine, keep)

    def accept(self, delivery: NewDelivery) -> Receipt:
        try:
            return self._keep(delivery)
        except TransientError as error:
            raise JournalDown(str(error)) from error

    def take(self, queue: Queue, *, owner: str, ttl: timedelta) -> tuple[Lease, Work] | None:
        while True:
            now = millis(self._clock.now())
            with writing(self._engine, forgettable=True) as connection:
                lease = lease_fairest(connection, queue, owner=owner, now=now, until=now + millis_of(ttl))
                if lease is None:
                    return None
                if work := _first_work(connection, lease, now):
                    return lease, work
                give_back(connection, lease)  # it was due earlier than its work

    def renew(self, lease: Lease, *, ttl: timedelta) -> None:
        with writing(self._engine, forgettable=True) as connection:
            hold_until(connection, lease, millis(self._clock.now()) + millis_of(ttl))

    def check(self, lease: Lease) -> None:
        with reading(self._engine) as connection:
            if not is_ours(connection, lease):
                raise stale(lease)

    def delivery_done(self, lease: Lease, delivery: PendingDelivery, jobs: Sequence[Job]) -> frozenset[Lane]:
        now = millis(self._clock.now())
        with last_of(self._engine, lease) as connection:
            _close_delivery(connection, delivery, "done", "", now)
            return frozenset(
                insert_job(
                    connection,
                    job,
                    lease,
                    correlation_id=delivery.correlation_id,
                    delivery=delivery.id,
                    created_at=now,
                )
                for job in jobs
            )

    def delivery_failed(self, lease: Lease, delivery: PendingDelivery, reason: str) -> None:
        now = millis(self._clock.now())
        with last_of(self._engine, lease) as connection:
            _close_delivery(connection, delivery, "failed", reason, now)
            append(
                connection,
                at=now,
                correlation_id=delivery.correlation_id,
                actor="acs",
                operation=f"delivery.{delivery.event}",
                subject=lease.lane,
                outcome="failed",
                facts={"guid": delivery.guid, "reason": reason},
            )

    def job_retried(
        self, lease: Lease, job: PendingJob, *, not_before: datetime, reason: str, is_bug: bool = False
    ) -> None:
        count = {"bugs": job.bugs + 1} if is_bug else {"delays": job.delays + 1}
        with last_of(self._engine, lease) as connection:
            connection.execute(
                update(jobs)
                .where(jobs.c.id == job.id, jobs.c.finished_at.is_(None))
                .values(state="retry", not_before=millis(not_before), reason=reason, **count)
            )

    def job_failed(self, lease: Lease, job: PendingJob, *, reason: str, then: Sequence[Job] = ()) -> frozenset[Lane]:
        now = millis(self._clock.now())
        with last_of(self._engine, lease) as connection:
            if not close_job(connection, job, "failed", reason, now):
                return frozenset()
            append(
                connection,
                at=now,
                correlation_id=job.correlation_id,
                actor="acs",
                operation=f"job.{job.kind}",
                subject=home_of(lease.lane),
                outcome="failed",
                facts={"reason": reason, "attempts": str(job.attempt)},
            )
            return frozenset(
                insert_job(
                    connection,
                    follow_up,
                    lease,
                    correlation_id=job.correlation_id,
                    delivery=job.delivery,
                    created_at=now,
                )
                for follow_up in then
            )

    def due_lanes(self) -> Sequence[Lane]:
        now = millis(self._clock.now())
        with reading(self._engine) as connection:
            found = [lane_next(connection, queue, now=now) for queue in QUEUES]
        return [lane for lane in found if lane is not None]

    def enter_overlooked(self) -> int:
        with writing(self._engine) as connection:
            return enter_overlooked(connection)


def _first_work(connection: Connection, lease: Lease, now: int) -> Work | None:
    """The lane's oldest delivery, else its oldest job if that is due: one that is to be tried again holds up the rest.

    A job that was added for later holds nothing up, and comes when its time has come and nothing else is due.
    """
    delivery = connection.execute(_FIRST_DELIVERY, {"of_lane": lease.lane}).first()
    if delivery is not None:
        return _pending_delivery(delivery)
    job = connection.execute(_FIRST_JOB, {"of_lane": lease.lane}).first()
    if job is None or job.not_before > now:
        job = connection.execute(_DUE_LATER, {"of_lane": lease.lane, "now": now}).first()
    if job is None:
        return None
    connection.execute(_BEGIN_JOB, {"of_job": job.id, "under": lease.fence})
    return _pending_job(job)


def close_job(connection: Connection, job: PendingJob, state: str, reason: str, at: int) -> bool:
    """Give the job its last state; false when it has one, as after a commit whose answer was lost."""
    closed = connection.execute(_CLOSE_JOB, {"of_job": job.id, "last": state, "why": reason, "at": at})
    return closed.rowcount == 1


def _close_delivery(connection: Connection, delivery: PendingDelivery, state: str, reason: str, at: int) -> None:
    connection.execute(_CLOSE_DELIVERY, {"of_delivery": delivery.id, "last": state, "why": reason, "at": at})


def _pending_delivery(row: Row[Any]) -> PendingDelivery:
    return PendingDelivery(
        id=row.id,
        host=row.host,
        guid=row.guid,
        event=row.event,
        installation_id=row.installation_id,
        body=zlib.decompress(row.body),
        correlation_id=row.correlation_id,
        received_at=moment(row.received_at),
    )


def _pending_job(row: Row[Any]) -> PendingJob:
    return PendingJob(
        id=row.id,
        kind=row.kind,
        arguments=row.arguments,
        attempt=row.attempt + 1,
        delays=row.delays,
        bugs=row.bugs,
        correlation_id=row.correlation_id,
        delivery=row.delivery,
        created_at=moment(row.created_at),
    )


# built once: building a statement takes longer than SQLite takes to run it
_FIRST_DELIVERY = (
    select(deliveries)
    .where(deliveries.c.lane == bindparam("of_lane"), deliveries.c.finished_at.is_(None))
    .order_by(deliveries.c.id)
    .limit(1)
)
_FIRST_JOB = (
    select(jobs)
    .where(jobs.c.lane == bindparam("of_lane"), jobs.c.finished_at.is_(None), ~IS_LATER)
    .order_by(jobs.c.id)
    .limit(1)
)
_DUE_LATER = (
    select(jobs)
    .where(jobs.c.lane == bindparam("of_lane"), IS_LATER, jobs.c.not_before <= bindparam("now"))
    .order_by(jobs.c.not_before)
    .limit(1)
)
_BEGIN_JOB = (
    update(jobs).where(jobs.c.id == bindparam("of_job")).values(attempt=jobs.c.attempt + 1, fence=bindparam("under"))
)
_LAST: dict[str, BindParameter[str | int]] = {
    "state": bindparam("last"),
    "reason": bindparam("why"),
    "finished_at": bindparam("at"),
}
_CLOSE_JOB = update(jobs).where(jobs.c.id == bindparam("of_job"), jobs.c.finished_at.is_(None)).values(**_LAST)
_CLOSE_DELIVERY = update(deliveries).where(deliveries.c.id == bindparam("of_delivery")).values(**_LAST)
