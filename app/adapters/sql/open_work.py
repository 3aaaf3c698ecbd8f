"""What the resync knows and adds: jobs that no delivery asked for, in the ordinary lanes."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import uuid4

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, Connection, Engine, and_, delete, exists, func, or_, select

from app.adapters.sql.engine import reading, upsert, writing
from app.adapters.sql.journal import put_job
from app.adapters.sql.lanes import lane_of, tenant_of
from app.adapters.sql.tables import deliveries, heads, jobs, lanes, lists, millis, millis_of, requests_found, rounds
from app.adapters.sql.tables import tasks as tasks_table
from app.domain.repo import HeadSha, RepoRef
from app.domain.task import State, Task
from app.jobs import Job, ResumeTask
from app.ports.clock import Clock
from app.ports.installations import ETag
from app.ports.journal import Lane, Subject
from app.ports.open_work import Found, ListName

_TASK = TypeAdapter(Task)


def put_found(connection: Connection, job: Job, repo: RepoRef, *, home: Lane, now: int) -> Lane:
    """Put a job that no delivery asked for into its lane.

    It counts as asked for by the newest delivery there is, so that no cancellation which came before it ends it.
    Who puts several in one transaction does it in the order of their lanes, as deliveries are kept.
    """
    newest = connection.execute(select(func.max(deliveries.c.id))).scalar() or 0
    cancelled_by = connection.execute(select(lanes.c.cancelled_by).where(lanes.c.lane == home)).scalar() or 0
    delivery = max(newest, cancelled_by)
    tenant = tenant_of(Subject(repo.host, repo.installation_id))
    return put_job(connection, job, home, tenant=tenant, correlation_id=uuid4().hex, delivery=delivery, created_at=now)


class SqlOpenWork:
    """Implements `app.ports.open_work.OpenWork`."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    def begin_round(self, name: str, *, every: timedelta) -> bool:
        now = millis(self._clock.now())
        with writing(self._engine) as connection:
            began = connection.execute(
                upsert(connection, rounds)
                .values(name=name, began_at=now)
                .on_conflict_do_update(
                    index_elements=["name"],
                    set_={"began_at": now},
                    where=rounds.c.began_at <= now - millis_of(every),
                )
                .returning(rounds.c.name)
            )
            return began.first() is not None

    def etag(self, repo: RepoRef, name: ListName) -> ETag | None:
        with reading(self._engine) as connection:
            found = connection.execute(select(lists.c.etag).where(_list(repo, name))).scalar()
        return None if found is None else ETag(found)

    def task_states(self, repo: RepoRef, numbers: Sequence[int]) -> dict[int, State]:
        of_repo = and_(tasks_table.c.host == repo.host, tasks_table.c.repo_id == repo.repo_id)
        which = select(tasks_table.c.number, tasks_table.c.state).where(of_repo, tasks_table.c.number.in_(numbers))
        with reading(self._engine) as connection:
            return {row.number: row.state for row in connection.execute(which)}

    def last_request(self, repo: RepoRef, number: int) -> int | None:
        of_issue = and_(
            requests_found.c.host == repo.host,
            requests_found.c.repo_id == repo.repo_id,
            requests_found.c.number == number,
        )
        with reading(self._engine) as connection:
            return connection.execute(select(requests_found.c.event).where(of_issue)).scalar()

    def known_heads(self, repo: RepoRef, shas: Sequence[HeadSha]) -> frozenset[tuple[int, HeadSha]]:
        of_repo = and_(heads.c.host == repo.host, heads.c.repo_id == repo.repo_id)
        which = select(heads.c.pull, heads.c.head_sha).where(of_repo, heads.c.head_sha.in_(shas))
        with reading(self._engine) as connection:
            return frozenset((row.pull, HeadSha(row.head_sha)) for row in connection.execute(which))

    def add(self, repo: RepoRef, name: ListName, found: Sequence[Found], *, etag: ETag | None) -> frozenset[Lane]:
        now = millis(self._clock.now())
        with writing(self._engine) as connection:
            if etag is None or found:
                connection.execute(delete(lists).where(_list(repo, name)))
            else:
                _keep_etag(connection, repo, name, etag)
            places = sorted((lane_of(connection, _subject(repo, one)), place) for place, one in enumerate(found))
            quiet = [(lane, found[place]) for lane, place in places if _is_quiet(connection, lane)]
            return frozenset(_add(connection, repo, one, lane, now) for lane, one in quiet)

    def resume_tasks(self, repo: RepoRef) -> frozenset[Lane]:
        now = millis(self._clock.now())
        working = select(tasks_table.c.lane, tasks_table.c.document).where(
            tasks_table.c.host == repo.host, tasks_table.c.repo_id == repo.repo_id, tasks_table.c.state == "working"
        )
        working = working.order_by(tasks_table.c.lane)
        with writing(self._engine) as connection:
            left = [row for row in connection.execute(working) if _is_quiet(connection, Lane(row.lane))]
            tasks = [(Lane(row.lane), _TASK.validate_json(row.document)) for row in left]
            return frozenset(
                put_found(connection, ResumeTask(task.issue, task.run.number), repo, home=lane, now=now)
                for lane, task in tasks
            )


def _list(repo: RepoRef, name: ListName) -> ColumnElement[bool]:
    return and_(lists.c.host == repo.host, lists.c.repo_id == repo.repo_id, lists.c.list == name)


def _keep_etag(connection: Connection, repo: RepoRef, name: ListName, etag: ETag) -> None:
    connection.execute(
        upsert(connection, lists)
        .values(host=repo.host, repo_id=repo.repo_id, list=name, etag=etag)
        .on_conflict_do_update(index_elements=["host", "repo_id", "list"], set_={"etag": etag})
    )


def _add(connection: Connection, repo: RepoRef, found: Found, lane: Lane, now: int) -> Lane:
    if found.request is not None:
        connection.execute(
            upsert(connection, requests_found)
            .values(host=repo.host, repo_id=repo.repo_id, number=found.number, event=found.request)
            .on_conflict_do_update(index_elements=["host", "repo_id", "number"], set_={"event": found.request})
        )
    return put_found(connection, found.job, repo, home=lane, now=now)


def _subject(repo: RepoRef, found: Found) -> Subject:
    return Subject(
        host=repo.host,
        installation_id=repo.installation_id,
        repo_id=repo.repo_id,
        number=found.number,
        is_pull=found.is_pull,
        head_branch=found.head_branch,
    )


def _is_quiet(connection: Connection, lane: Lane) -> bool:
    """Whether nothing is left to be done in the lane, nor beside it."""
    delivered = exists().where(deliveries.c.lane == lane, deliveries.c.finished_at.is_(None))
    waiting = exists().where(jobs.c.home == lane, jobs.c.finished_at.is_(None))
    return not connection.execute(select(or_(delivered, waiting))).scalar()
