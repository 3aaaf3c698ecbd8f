"""Doing again what was given up: jobs are put back, deliveries decided again, and the audit log says who wanted it."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, func, literal, select, update

from app.adapters.sql.audit_log import append
from app.adapters.sql.engine import reading, writing
from app.adapters.sql.lanes import enter, repo_id_of, tenant_of
from app.adapters.sql.tables import deliveries, jobs, millis
from app.jobs import begun_by
from app.ports.clock import Clock
from app.ports.journal import Lane, Subject
from app.ports.redelivery import Again, BodyForgotten, DecidedAgain, NothingFailed, PutBack, Underway

REPLACED = "replaced"  # a job that was given up, and whose work was begun anew by another
_ANEW: dict[str, int | str | None] = {
    "state": "ready",
    "reason": "",
    "not_before": 0,
    "attempt": 0,
    "delays": 0,
    "bugs": 0,
    "finished_at": None,
}
_KEPT_DELIVERY = select(
    deliveries.c.id,
    deliveries.c.lane,
    deliveries.c.state,
    deliveries.c.correlation_id,
    deliveries.c.installation_id,
    func.length(deliveries.c.body).label("size"),
)
_COPIED = ("home", "kind", "arguments", "correlation_id", "delivery")


@dataclass(frozen=True, slots=True)
class KeptDelivery:
    """A delivery as it stands in the journal."""

    id: int
    guid: str
    lane: Lane
    correlation_id: str
    tenant: str


class SqlRedelivery:
    """Implements `app.ports.redelivery.Redelivery` for one App on one host."""

    def __init__(self, engine: Engine, clock: Clock, *, host: str, app_id: int) -> None:
        self._engine, self._clock = engine, clock
        self._host = host
        self._ours = (deliveries.c.host == host, deliveries.c.app_id == app_id)

    def repository_of(self, guid: str) -> int | None:
        with reading(self._engine) as connection:
            lane = connection.execute(select(deliveries.c.lane).where(*self._ours, deliveries.c.guid == guid)).scalar()
        return repo_id_of(Lane(lane)) if lane else None

    def again(self, guid: str, *, by: str, is_forced: bool) -> Again | None:
        of_guid = _KEPT_DELIVERY.where(*self._ours, deliveries.c.guid == guid).with_for_update()
        at = millis(self._clock.now())
        with writing(self._engine) as connection:
            row = connection.execute(of_guid).first()
            if row is None:
                return None
            tenant = tenant_of(Subject(self._host, installation_id=row.installation_id))
            kept = KeptDelivery(row.id, guid, Lane(row.lane), row.correlation_id, tenant)
            if row.state == "failed":
                return _decide_again(connection, kept, by=by, at=at)
            if row.state == "received":
                return Underway(kept.lane)
            done = put_back_failed(connection, kept, by=by, at=at) or _unless_underway(connection, kept)
            if done != NothingFailed() or not is_forced:
                return done
            return _decide_again(connection, kept, by=by, at=at) if row.size else BodyForgotten()


def put_back_failed(connection: Connection, delivery: KeptDelivery, *, by: str, at: int) -> PutBack | None:
    """Put the jobs of a delivery back that were given up; `None` when none was."""
    given_up = connection.execute(
        select(jobs.c.id, jobs.c.kind, jobs.c.lane)
        .where(jobs.c.delivery == delivery.id, jobs.c.state == "failed")
        .order_by(jobs.c.id)
    ).all()
    if not given_up:
        return None
    kinds = [job.kind for job in given_up]
    first = _first_of(connection, delivery, {start for kind in kinds for start in begun_by(kind)})
    itself = [job for job in given_up if first is None or not begun_by(job.kind)]
    connection.execute(update(jobs).where(jobs.c.id.in_([job.id for job in itself])).values(created_at=at, **_ANEW))
    ended = [job.id for job in given_up if job not in itself]
    connection.execute(update(jobs).where(jobs.c.id.in_(ended)).values(state=REPLACED))
    lanes = [Lane(job.lane) for job in itself]
    if first is not None:
        lanes.append(_begin_anew(connection, first, at))
    for lane in lanes:
        enter(connection, lane, tenant=delivery.tenant, due_at=at)
    _audit(connection, delivery, by, at, "put back", {"jobs": ", ".join(kinds)})
    return PutBack(kinds, lanes)


def _first_of(connection: Connection, delivery: KeptDelivery, kinds: Collection[str]) -> int | None:
    """The job of one of these kinds with which the delivery began."""
    first = select(func.min(jobs.c.id)).where(jobs.c.delivery == delivery.id, jobs.c.kind.in_(kinds))
    return connection.execute(first).scalar()


def _begin_anew(connection: Connection, job_id: int, at: int) -> Lane:
    """Do the job once more, behind everything else of its home lane."""
    anew = {**_ANEW, "created_at": at}
    values = (*(jobs.c[name] for name in _COPIED), jobs.c.home, *map(literal, anew.values()))
    copy = jobs.insert().from_select([*_COPIED, "lane", *anew], select(*values).where(jobs.c.id == job_id))
    return Lane(connection.execute(copy.returning(jobs.c.lane)).scalar_one())


def _decide_again(connection: Connection, delivery: KeptDelivery, *, by: str, at: int) -> DecidedAgain:
    same = deliveries.c.id == delivery.id
    connection.execute(update(deliveries).where(same).values(state="received", reason="", finished_at=None))
    enter(connection, delivery.lane, tenant=delivery.tenant, due_at=at)
    _audit(connection, delivery, by, at, "decided again", {})
    return DecidedAgain(delivery.lane)


def _unless_underway(connection: Connection, delivery: KeptDelivery) -> Underway | NothingFailed:
    open_jobs = select(jobs.c.id).where(jobs.c.delivery == delivery.id, jobs.c.finished_at.is_(None)).limit(1)
    is_underway = connection.execute(open_jobs).first() is not None
    return Underway(delivery.lane) if is_underway else NothingFailed()


def _audit(
    connection: Connection, delivery: KeptDelivery, by: str, at: int, outcome: str, facts: dict[str, str]
) -> None:
    append(
        connection,
        at=at,
        correlation_id=delivery.correlation_id,
        actor=by,
        operation="delivery.redeliver",
        subject=delivery.lane,
        outcome=outcome,
        facts={"guid": delivery.guid, **facts},
    )
