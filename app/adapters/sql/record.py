"""One job's record: what a use case saves, adds and audits is written with "job done", or not at all."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, Connection, Engine, and_, select

from app.adapters.sql import check_runs, tables, talk
from app.adapters.sql.audit_log import append
from app.adapters.sql.engine import reading, upsert
from app.adapters.sql.journal import close_job, insert_job
from app.adapters.sql.lanes import home_of, last_of
from app.adapters.sql.later import waits_already
from app.adapters.sql.tables import changes, heads, lanes, millis, millis_of, tasks
from app.domain.answers import Answers
from app.domain.paused import Paused
from app.domain.repo import HeadSha, IssueRef, PullRef, RepoRef
from app.domain.task import GeneratedChange, Task
from app.jobs import Job
from app.ports.clock import Clock
from app.ports.code_host import CheckRunId
from app.ports.journal import Lane, Lease, PendingJob
from app.ports.record import AT_ONCE, Head, OwnCheck

_TASK = TypeAdapter(Task)
_CHANGE = TypeAdapter(GeneratedChange)


@dataclass(frozen=True, slots=True)
class JobOrigin:
    """Implements `app.ports.record.Origin`."""

    delivery: int
    job_id: int
    created_at: datetime
    attempt: int


class JobRecord:
    """Implements the ports of `app.ports.record` but `Origin` for one job; nothing is written before `done`."""

    def __init__(self, engine: Engine, clock: Clock, lease: Lease, job: PendingJob) -> None:
        self._engine = engine
        self._clock = clock
        self._lease = lease
        self._job = job
        self._home = home_of(lease.lane)
        self._saved: dict[IssueRef, Task] = {}
        self._follow_ups: list[tuple[Job, timedelta]] = []
        self._writes: list[Callable[[Connection, int], object]] = []

    @property
    def correlation_id(self) -> str:
        return self._job.correlation_id

    @property
    def origin(self) -> JobOrigin:
        return JobOrigin(self._job.delivery, self._job.id, self._job.created_at, self._job.attempt)

    def done(self) -> frozenset[Lane]:
        """Write everything, mark the job done and give the lane back, in one transaction; return the lanes of new work.

        Raises:
            StaleFence: the lane is no longer ours; nothing was written.
        """
        now = millis(self._clock.now())
        with last_of(self._engine, self._lease) as connection:
            if not close_job(connection, self._job, "done", "", now):
                return frozenset()
            for write in self._writes:
                write(connection, now)
            return frozenset(self._insert(connection, job, after, now) for job, after in self._follow_ups)

    def _insert(self, connection: Connection, job: Job, after: timedelta, now: int) -> Lane:
        not_before = now + millis_of(after) if after else 0
        if after and waits_already(connection, job, self._lease, not_before=not_before):
            return self._home
        return insert_job(
            connection,
            job,
            self._lease,
            correlation_id=self._job.correlation_id,
            delivery=self._job.delivery,
            created_at=now,
            not_before=not_before,
        )

    def get(self, issue: IssueRef) -> Task | None:
        return self._saved.get(issue) or self._load(tasks.c.number == issue.number, issue.repo)

    def of_head(self, repo: RepoRef, head_sha: HeadSha) -> Task | None:
        return self._load(tasks.c.head_sha == head_sha, repo)

    def of_pull(self, pull: PullRef) -> Task | None:
        return self._load(tasks.c.pull == pull.number, pull.repo)

    def _load(self, which: ColumnElement[bool], repo: RepoRef) -> Task | None:
        of_repo = and_(tasks.c.host == repo.host, tasks.c.repo_id == repo.repo_id)
        with reading(self._engine) as connection:
            document = connection.execute(select(tasks.c.document).where(of_repo, which)).scalar()
        return None if document is None else _TASK.validate_json(document)

    def save(self, task: Task) -> None:
        self._saved[task.issue] = task
        row = {
            "lane": self._home,
            "state": task.state,
            "branch": task.run.branch,
            "pull": task.proposal.pull if task.proposal else None,
            "head_sha": task.proposal.head_sha if task.proposal else None,
            "document": _TASK.dump_json(task),
        }
        key = {"host": task.issue.repo.host, "repo_id": task.issue.repo.repo_id, "number": task.issue.number}
        self._writes.append(
            lambda connection, now: connection.execute(
                upsert(connection, tasks)
                .values(**key, **row, updated_at=now)
                .on_conflict_do_update(index_elements=list(key), set_={**row, "updated_at": now})
            )
        )

    def save_change(self, issue: IssueRef, run: int, generated: GeneratedChange) -> None:
        key = {"host": issue.repo.host, "repo_id": issue.repo.repo_id, "number": issue.number, "run": run}
        document = _CHANGE.dump_json(generated)
        self._writes.append(
            lambda connection, _now: connection.execute(
                upsert(connection, changes)
                .values(**key, document=document)
                .on_conflict_do_update(index_elements=list(key), set_={"document": document})
            )
        )

    def change(self, issue: IssueRef, run: int) -> GeneratedChange | None:
        of_run = and_(
            changes.c.host == issue.repo.host,
            changes.c.repo_id == issue.repo.repo_id,
            changes.c.number == issue.number,
            changes.c.run == run,
        )
        with reading(self._engine) as connection:
            document = connection.execute(select(changes.c.document).where(of_run)).scalar()
        return None if document is None else _CHANGE.validate_json(document)

    def save_head(self, head: Head) -> None:
        repo = head.pull.repo
        values = {"host": repo.host, "repo_id": repo.repo_id, "head_sha": head.head_sha, "pull": head.pull.number}
        self._writes.append(
            lambda connection, now: connection.execute(
                upsert(connection, heads).values(**values, is_fork=head.is_fork, seen_at=now).on_conflict_do_nothing()
            )
        )

    def heads(self, repo: RepoRef, head_sha: HeadSha) -> tuple[Head, ...]:
        of_sha = and_(heads.c.host == repo.host, heads.c.repo_id == repo.repo_id, heads.c.head_sha == head_sha)
        with reading(self._engine) as connection:
            rows = connection.execute(select(heads.c.pull, heads.c.is_fork).where(of_sha).order_by(heads.c.pull))
            return tuple(Head(PullRef(repo, row.pull), head_sha, row.is_fork) for row in rows)

    def save_check(self, check: OwnCheck) -> None:
        self._writes.append(lambda connection, now: check_runs.save(connection, check, lane=self._home, now=now))

    def check(self, repo: RepoRef, check_run: CheckRunId) -> OwnCheck | None:
        return next(iter(self._checks(repo, tables.check_runs.c.check_run == check_run)), None)

    def checks_of_head(self, repo: RepoRef, head_sha: HeadSha) -> tuple[OwnCheck, ...]:
        return self._checks(repo, tables.check_runs.c.head_sha == head_sha)

    def open_checks_of_pull(self, pull: PullRef) -> tuple[OwnCheck, ...]:
        return self._checks(pull.repo, check_runs.open_on_heads_of(pull))

    def _checks(self, repo: RepoRef, which: ColumnElement[bool]) -> tuple[OwnCheck, ...]:
        with reading(self._engine) as connection:
            return check_runs.load(connection, repo, which)

    def answers(self, on: IssueRef) -> Answers:
        with reading(self._engine) as connection:
            return talk.load_answers(connection, on)

    def save_answers(self, answers: Answers) -> None:
        self._writes.append(lambda connection, now: talk.save_answers(connection, answers, now=now))

    def paused(self, repo: RepoRef) -> Paused | None:
        with reading(self._engine) as connection:
            return talk.load_paused(connection, repo)

    def save_paused(self, repo: RepoRef, paused: Paused | None) -> None:
        self._writes.append(lambda connection, _now: talk.save_paused(connection, repo, paused))

    def is_cancelled(self, task: Task) -> bool:
        return self.cancelled_by() > task.run.delivery

    def cancelled_by(self) -> int:
        with reading(self._engine) as connection:
            cancelled_by = connection.execute(select(lanes.c.cancelled_by).where(lanes.c.lane == self._home)).scalar()
        return cancelled_by or 0

    def add(self, job: Job, *, after: timedelta = AT_ONCE) -> None:
        self._follow_ups.append((job, after))

    def record(
        self, operation: str, subject: str, outcome: str, *, actor: str = "acs", facts: dict[str, str] | None = None
    ) -> None:
        self._writes.append(
            lambda connection, now: append(
                connection,
                at=now,
                correlation_id=self._job.correlation_id,
                actor=actor,
                operation=operation,
                subject=subject,
                outcome=outcome,
                facts=facts or {},
            )
        )
