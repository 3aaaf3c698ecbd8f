"""Lanes: which one something belongs to, whose it is, who holds it, and when its work is due."""

from collections.abc import Generator
from contextlib import contextmanager
from functools import cache

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    and_,
    bindparam,
    case,
    delete,
    func,
    or_,
    select,
    union_all,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from app.adapters.sql.engine import insert_for, writing
from app.adapters.sql.tables import IS_LATER, deliveries, jobs, lanes, tasks
from app.errors import StaleFence
from app.ports.journal import Lane, Lease, Queue, Subject

BESIDE = "~"
LONG = "long-"


def lane_beside(home: str, job_id: int, *, is_long: bool) -> Lane:
    """The lane of one job that runs beside its home lane; its name says whether the job takes long."""
    return Lane(f"{home}{BESIDE}{LONG if is_long else ''}{job_id}")


def home_of(lane: Lane) -> Lane:
    """The lane to which the results of work return."""
    return Lane(lane.partition(BESIDE)[0])


def queue_of(lane: Lane) -> Queue:
    """Which workers do the work of the lane."""
    return "long" if f"{BESIDE}{LONG}" in lane else "steps"


def tenant_of(subject: Subject) -> str:
    """Who shares the workers with others: an installation of a host, or what the host says about none."""
    return f"{subject.host}/{subject.installation_id or 0}"


def lane_of(connection: Connection, subject: Subject) -> Lane:
    """The lane of a subject: its task's (issue and pull request share one), its own, or its repository's."""
    if subject.repo_id is None:
        return Lane(f"{subject.host}/installation/{subject.installation_id or 0}")
    repo = f"{subject.host}/{subject.repo_id}"
    if known := _task_lane(connection, subject):
        return Lane(known)
    return Lane(f"{repo}/{subject.number}" if subject.number else repo)


def repo_id_of(lane: Lane) -> int | None:
    """The repository of a lane; `None` for what only an installation is about."""
    repo_id = home_of(lane).split("/")[1]
    return int(repo_id) if repo_id.isdecimal() else None


def _task_lane(connection: Connection, subject: Subject) -> str | None:
    ways: list[ColumnElement[bool]] = []
    if subject.is_pull and subject.number:
        ways.append(tasks.c.pull == subject.number)
    if subject.head_branch:
        ways.append(tasks.c.branch == subject.head_branch)
    if subject.head_sha and not subject.number:
        ways.append(tasks.c.head_sha == subject.head_sha)
    for way in ways:
        of_repo = and_(tasks.c.host == subject.host, tasks.c.repo_id == subject.repo_id, way)
        lane = connection.execute(select(tasks.c.lane).where(of_repo).limit(1)).scalar()
        if lane is not None:
            return lane
    return None


def enter(connection: Connection, lane: Lane, *, tenant: str, due_at: int) -> None:
    """Say that the lane has work that is due at a time, and lock it for the rest of this transaction."""
    values = {"lane": lane, "queue": queue_of(lane), "tenant": tenant, "due_at": due_at}
    connection.execute(_entering(connection.dialect.name), values)


def hold(connection: Connection, lease: Lease) -> None:
    """Make sure, for the rest of this transaction, that the lane is ours.

    Raises:
        StaleFence: somebody else holds the lane by now.
    """
    if connection.execute(_HOLD, _ours(lease)).first() is None:
        raise stale(lease)


def is_ours(connection: Connection, lease: Lease) -> bool:
    """Whether nobody else has got the lane so far."""
    return connection.execute(_LOOK, _ours(lease)).first() is not None


def hold_until(connection: Connection, lease: Lease, until: int) -> None:
    """Hold the lane longer.

    Raises:
        StaleFence: somebody else holds the lane by now.
    """
    if connection.execute(_HOLD_UNTIL, {**_ours(lease), "until": until}).rowcount != 1:
        raise stale(lease)


def give_back(connection: Connection, lease: Lease) -> None:
    """Let others have the lane, when its next work is due; a lane of one job that is done is never needed again."""
    connection.execute(_GIVE_BACK, _ours(lease))
    if BESIDE in lease.lane:
        connection.execute(_FORGET, _ours(lease))


@contextmanager
def last_of(engine: Engine, lease: Lease) -> Generator[Connection]:
    """The last transaction under a lease: it begins with the lane in our hands and ends by giving it back.

    Raises:
        TransientError: the database does not answer.
        StaleFence: somebody else holds the lane by now; nothing was written.
    """
    with writing(engine) as connection:
        hold(connection, lease)
        yield connection
        give_back(connection, lease)


def stale(lease: Lease) -> StaleFence:
    return StaleFence(f"the lane {lease.lane} is not held with fence {lease.fence} any more")


def _ours(lease: Lease) -> dict[str, object]:
    return {"of_lane": lease.lane, "of_owner": lease.owner, "of_fence": lease.fence}


@cache
def _entering(dialect: str) -> sqlite.Insert | postgresql.Insert:
    insert = insert_for(dialect, lanes)
    due_at, earlier = insert.excluded.due_at, lanes.c.due_at
    return insert.on_conflict_do_update(
        index_elements=["lane"],
        set_={
            "tenant": insert.excluded.tenant,
            "due_at": case((or_(earlier.is_(None), earlier > due_at), due_at), else_=earlier),
        },
    )


_OURS = and_(
    lanes.c.lane == bindparam("of_lane"),
    lanes.c.owner == bindparam("of_owner"),
    lanes.c.fence == bindparam("of_fence"),
)
_LOOK = select(lanes.c.lane).where(_OURS)
_HOLD = _LOOK.with_for_update()
_HOLD_UNTIL = update(lanes).where(_OURS).values(leased_until=bindparam("until"))

_FIRST_DELIVERY = (
    select(deliveries.c.received_at)
    .where(deliveries.c.lane == bindparam("of_lane"), deliveries.c.finished_at.is_(None))
    .order_by(deliveries.c.id)
    .limit(1)
)
_FIRST_JOB = (
    select(case((jobs.c.not_before > jobs.c.created_at, jobs.c.not_before), else_=jobs.c.created_at))
    .where(jobs.c.lane == bindparam("of_lane"), jobs.c.finished_at.is_(None), ~IS_LATER)
    .order_by(jobs.c.id)
    .limit(1)
)
_FIRST_LATER = select(func.min(jobs.c.not_before)).where(jobs.c.lane == bindparam("of_lane"), IS_LATER)
_JOBS = union_all(*(select(first.scalar_subquery().label("due_at")) for first in (_FIRST_JOB, _FIRST_LATER))).subquery()
_NEXT_DUE = func.coalesce(_FIRST_DELIVERY.scalar_subquery(), select(func.min(_JOBS.c.due_at)).scalar_subquery())
_GIVE_BACK = update(lanes).where(_OURS).values(owner="", leased_until=0, due_at=_NEXT_DUE)
_FORGET = delete(lanes).where(lanes.c.lane == bindparam("of_lane"), lanes.c.owner == "", lanes.c.due_at.is_(None))
