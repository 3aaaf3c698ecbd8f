"""The journal in SQL: deliveries, jobs, and the lanes that order them."""

import zlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import (
    CompoundSelect,
    Connection,
    Engine,
    Row,
    Table,
    and_,
    delete,
    exists,
    func,
    or_,
    select,
    union_all,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from app.adapters.sql.audit_log import append
from app.adapters.sql.engine import reading, writing
from app.adapters.sql.lanes import BESIDE, hold, home_of, lane_beside, lane_of
from app.adapters.sql.redelivery import KeptDelivery, put_back_failed
from app.adapters.sql.tables import deliveries, jobs, lanes, millis, millis_of, moment
from app.errors import TransientError
from app.jobs import Job, encode, is_beside, is_long
from app.ports.clock import Clock
from app.ports.journal import (
    JournalDown,
    Lane,
    Lease,
    NewDelivery,
    PendingDelivery,
    PendingJob,
    Receipt,
)

OPEN = ("ready", "retry")


def upsert(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that can say what to do on a conflict, in the dialect at hand."""
    return sqlite.insert(table) if connection.dialect.name == "sqlite" else postgresql.insert(table)


def insert_job(
    connection: Connection, job: Job, *, home: str, correlation_id: str, delivery: int, created_at: int
) -> Lane:
    """Put a job into its home lane, or into a lane of its own beside it; return which."""
    kind, arguments = encode(job)
    inserted = connection.execute(
        jobs.insert().values(
            lane=home,
            home=home,
            kind=kind,
            arguments=arguments,
            state="ready",
            not_before=0,
            attempt=0,
            correlation_id=correlation_id,
            delivery=delivery,
            created_at=created_at,
        )
    )
    if not is_beside(job) or inserted.inserted_primary_key is None:
        return Lane(home)
    (job_id,) = inserted.inserted_primary_key
    lane = lane_beside(home, job_id, is_long=is_long(job))
    connection.execute(update(jobs).where(jobs.c.id == job_id).values(lane=lane))
    return lane


class SqlJournal:
    """Implements `app.ports.journal.Journal`."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    def accept(self, delivery: NewDelivery) -> Receipt:
        try:
            with writing(self._engine) as connection:
                return self._accept(connection, delivery)
        except TransientError as error:
            raise JournalDown(str(error)) from error

    def _accept(self, connection: Connection, delivery: NewDelivery) -> Receipt:
        lane, correlation_id = lane_of(connection, delivery.subject), uuid4().hex
        inserted = connection.execute(
            upsert(connection, deliveries)
            .values(
                host=delivery.subject.host,
                app_id=delivery.app_id,
                guid=delivery.guid,
                event=delivery.event,
                action=delivery.action,
                installation_id=delivery.subject.installation_id,
                lane=lane,
                body=zlib.compress(delivery.body, 1),
                state="received",
                reason="",
                correlation_id=correlation_id,
                received_at=millis(delivery.received_at),
            )
            .on_conflict_do_nothing()
            .returning(deliveries.c.id)
        ).scalar()
        if inserted is None:
            return self._seen_before(connection, delivery)
        if delivery.cancels:
            connection.execute(
                upsert(connection, lanes)
                .values(lane=lane, owner="", fence=0, leased_until=0, woken_at=0, cancelled_by=inserted)
                .on_conflict_do_update(index_elements=["lane"], set_={"cancelled_by": inserted})
            )
        return Receipt(lane, "received", is_new=True, correlation_id=correlation_id)

    def _seen_before(self, connection: Connection, delivery: NewDelivery) -> Receipt:
        same = and_(
            deliveries.c.host == delivery.subject.host,
            deliveries.c.app_id == delivery.app_id,
            deliveries.c.guid == delivery.guid,
        )
        row = connection.execute(
            select(deliveries.c.id, deliveries.c.lane, deliveries.c.state, deliveries.c.correlation_id).where(same)
        ).one()
        if row.state == "done":
            kept = KeptDelivery(row.id, delivery.guid, row.lane, row.correlation_id)
            put_back = put_back_failed(connection, kept, by=delivery.subject.host, at=millis(delivery.received_at))
            if put_back is not None:
                return Receipt(put_back.lanes[0], "received", is_new=False, correlation_id=row.correlation_id)
        state = "received" if row.state == "failed" else row.state
        if row.state == "failed":
            connection.execute(update(deliveries).where(same).values(state="received", reason="", finished_at=None))
        return Receipt(row.lane, state, is_new=False, correlation_id=row.correlation_id)

    def lease(self, lane: Lane, *, owner: str, ttl: timedelta) -> Lease | None:
        now = millis(self._clock.now())
        with writing(self._engine) as connection:
            connection.execute(
                upsert(connection, lanes)
                .values(lane=lane, owner="", fence=0, leased_until=0, woken_at=0, cancelled_by=0)
                .on_conflict_do_nothing()
            )
            fence = connection.execute(
                update(lanes)
                .where(lanes.c.lane == lane, lanes.c.leased_until <= now)
                .values(owner=owner, fence=lanes.c.fence + 1, leased_until=now + millis_of(ttl))
                .returning(lanes.c.fence)
            ).scalar()
        return None if fence is None else Lease(lane, owner, fence)

    def renew(self, lease: Lease, *, ttl: timedelta) -> None:
        with writing(self._engine) as connection:
            hold(connection, lease, until=millis(self._clock.now()) + millis_of(ttl))

    def check(self, lease: Lease) -> None:
        with writing(self._engine) as connection:
            hold(connection, lease)

    def release(self, lease: Lease) -> None:
        ours = and_(lanes.c.lane == lease.lane, lanes.c.owner == lease.owner, lanes.c.fence == lease.fence)
        has_work = exists().where(jobs.c.lane == lease.lane, jobs.c.state.in_(OPEN))
        with writing(self._engine) as connection:
            if BESIDE in lease.lane:  # a lane of one job is never needed again
                connection.execute(delete(lanes).where(ours, ~has_work))
            connection.execute(update(lanes).where(ours).values(owner="", leased_until=0))

    def next(self, lease: Lease) -> PendingDelivery | PendingJob | None:
        with writing(self._engine) as connection:
            hold(connection, lease)
            delivery = connection.execute(
                select(deliveries)
                .where(deliveries.c.lane == lease.lane, deliveries.c.state == "received")
                .order_by(deliveries.c.id)
                .limit(1)
            ).first()
            if delivery is not None:
                return _pending_delivery(delivery)
            return self._begin_job(connection, lease)

    def _begin_job(self, connection: Connection, lease: Lease) -> PendingJob | None:
        job = _first_job(connection, lease.lane, millis(self._clock.now()))
        if job is None:
            return None
        connection.execute(
            update(jobs).where(jobs.c.id == job.id).values(attempt=jobs.c.attempt + 1, fence=lease.fence)
        )
        return PendingJob(
            id=job.id,
            kind=job.kind,
            arguments=job.arguments,
            attempt=job.attempt + 1,
            delays=job.delays,
            bugs=job.bugs,
            correlation_id=job.correlation_id,
            delivery=job.delivery,
            created_at=moment(job.created_at),
        )

    def delivery_done(self, lease: Lease, delivery: PendingDelivery, jobs: Sequence[Job]) -> frozenset[Lane]:
        now = millis(self._clock.now())
        with writing(self._engine) as connection:
            hold(connection, lease)
            self._close_delivery(connection, delivery, "done", "", now)
            return frozenset(
                insert_job(
                    connection,
                    job,
                    home=lease.lane,
                    correlation_id=delivery.correlation_id,
                    delivery=delivery.id,
                    created_at=now,
                )
                for job in jobs
            )

    def delivery_failed(self, lease: Lease, delivery: PendingDelivery, reason: str) -> None:
        with writing(self._engine) as connection:
            hold(connection, lease)
            now = millis(self._clock.now())
            self._close_delivery(connection, delivery, "failed", reason, now)
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

    def _close_delivery(
        self, connection: Connection, delivery: PendingDelivery, state: str, reason: str, at: int
    ) -> None:
        connection.execute(
            update(deliveries).where(deliveries.c.id == delivery.id).values(state=state, reason=reason, finished_at=at)
        )

    def job_retried(
        self, lease: Lease, job: PendingJob, *, not_before: datetime, reason: str, is_bug: bool = False
    ) -> None:
        count = {"bugs": job.bugs + 1} if is_bug else {"delays": job.delays + 1}
        with writing(self._engine) as connection:
            hold(connection, lease)
            connection.execute(
                update(jobs)
                .where(jobs.c.id == job.id, jobs.c.state.in_(OPEN))
                .values(state="retry", not_before=millis(not_before), reason=reason, **count)
            )

    def job_failed(self, lease: Lease, job: PendingJob, *, reason: str, then: Sequence[Job] = ()) -> frozenset[Lane]:
        now = millis(self._clock.now())
        with writing(self._engine) as connection:
            hold(connection, lease)
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
                    home=home_of(lease.lane),
                    correlation_id=job.correlation_id,
                    delivery=job.delivery,
                    created_at=now,
                )
                for follow_up in then
            )

    def due_lanes(self, *, woken_before: datetime, most: int) -> Sequence[Lane]:
        now = millis(self._clock.now())
        with writing(self._engine) as connection:
            work = _open_work(now).subquery()
            due = connection.execute(
                select(work.c.lane)
                .outerjoin(lanes, lanes.c.lane == work.c.lane)
                .where(
                    or_(
                        lanes.c.lane.is_(None),
                        and_(lanes.c.leased_until <= now, lanes.c.woken_at <= millis(woken_before)),
                    )
                )
                .group_by(work.c.lane)
                .order_by(func.min(work.c.since))
                .limit(most)
            )
            found = [Lane(lane) for lane in due.scalars()]
            for lane in found:
                connection.execute(
                    upsert(connection, lanes)
                    .values(lane=lane, owner="", fence=0, leased_until=0, cancelled_by=0, woken_at=now)
                    .on_conflict_do_update(index_elements=["lane"], set_={"woken_at": now})
                )
        return found

    def has_due_work(self, lane: Lane) -> bool:
        received = select(deliveries.c.id).where(deliveries.c.lane == lane, deliveries.c.state == "received").limit(1)
        with reading(self._engine) as connection:
            if connection.execute(received).first() is not None:
                return True
            return _first_job(connection, lane, millis(self._clock.now())) is not None


def _first_job(connection: Connection, lane: str, now: int) -> Row[Any] | None:
    """The job that comes next in a lane, if it is due: one that waits for its next attempt holds up the rest."""
    job = connection.execute(
        select(jobs)
        .where(
            jobs.c.lane == lane,
            or_(jobs.c.state == "retry", and_(jobs.c.state == "ready", jobs.c.not_before <= now)),
        )
        .order_by(jobs.c.id)
        .limit(1)
    ).first()
    return None if job is None or job.not_before > now else job


def _open_work(now: int) -> CompoundSelect[Any, Any]:
    waiting = jobs.alias()
    is_held_up = exists().where(
        waiting.c.lane == jobs.c.lane, waiting.c.state == "retry", waiting.c.not_before > now, waiting.c.id < jobs.c.id
    )
    return union_all(
        select(deliveries.c.lane, deliveries.c.received_at.label("since")).where(deliveries.c.state == "received"),
        select(jobs.c.lane, jobs.c.created_at.label("since")).where(
            jobs.c.state.in_(OPEN), jobs.c.not_before <= now, ~is_held_up
        ),
    )


def close_job(connection: Connection, job: PendingJob, state: str, reason: str, at: int) -> bool:
    """Give the job its last state; false when it has one, as after a commit whose answer was lost."""
    closed = connection.execute(
        update(jobs)
        .where(jobs.c.id == job.id, jobs.c.state.in_(OPEN))
        .values(state=state, reason=reason, finished_at=at)
    )
    return closed.rowcount == 1


def _pending_delivery(row: Row[tuple[object, ...]]) -> PendingDelivery:
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
