"""Our check runs: kept with the record of the job that opened or concluded them, and found again when stuck."""

import json
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, Connection, Engine, Row, and_, delete, select, update

from app.adapters.sql.engine import upsert, writing
from app.adapters.sql.open_work import put_found
from app.adapters.sql.tables import check_runs, heads, jobs, millis, millis_of
from app.domain.repo import HeadSha, PullRef, RepoRef
from app.jobs import CheckConfig, ConcludeConfig, ConcludeTests, ResumeCheck, RunTests
from app.ports.clock import Clock
from app.ports.code_host import CheckRunId
from app.ports.journal import Lane
from app.ports.record import OwnCheck

KEPT_FOR = timedelta(days=14)  # after which GitHub itself gives up on a check run that nobody concluded
MOST_AT_ONCE = 100
LONGEST_DOUBLING = 5

_REPO = TypeAdapter(RepoRef)
_ABOUT_CHECKS = tuple(kind.__name__ for kind in (RunTests, ConcludeTests, CheckConfig, ConcludeConfig, ResumeCheck))


def save(connection: Connection, check: OwnCheck, *, lane: str, now: int) -> None:
    key = {"host": check.repo.host, "repo_id": check.repo.repo_id, "check_run": check.id}
    row = {"head_sha": check.head_sha, "name": check.name, "lane": lane, "repo": _REPO.dump_json(check.repo)}
    connection.execute(
        upsert(connection, check_runs)
        .values(**key, **row, conclusion=check.conclusion, opened_at=now, looked_at=now, resumed=0)
        .on_conflict_do_update(index_elements=list(key), set_={"conclusion": check.conclusion, "looked_at": now})
    )


def of_repo(repo: RepoRef) -> ColumnElement[bool]:
    return and_(check_runs.c.host == repo.host, check_runs.c.repo_id == repo.repo_id)


def load(connection: Connection, repo: RepoRef, which: ColumnElement[bool]) -> tuple[OwnCheck, ...]:
    """The repository's check runs of ours that are meant, oldest first."""
    rows = connection.execute(select(check_runs).where(of_repo(repo), which).order_by(check_runs.c.check_run))
    return tuple(
        OwnCheck(repo, HeadSha(row.head_sha), CheckRunId(row.check_run), row.conclusion, row.name) for row in rows
    )


def open_on_heads_of(pull: PullRef) -> ColumnElement[bool]:
    known = select(heads.c.head_sha).where(
        heads.c.host == pull.repo.host, heads.c.repo_id == pull.repo.repo_id, heads.c.pull == pull.number
    )
    return and_(check_runs.c.conclusion.is_(None), check_runs.c.head_sha.in_(known))


class SqlStuckChecks:
    """Finds check runs of ours that are open although no work is left that would conclude them."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    def resume(self, *, older_than: timedelta) -> frozenset[Lane]:
        """Add a `ResumeCheck` for each that was left alone for so long; return the lanes they are in.

        One that stays open is looked at again after pauses that double, and forgotten when GitHub has given up on it.
        """
        now = millis(self._clock.now())
        with writing(self._engine) as connection:
            connection.execute(delete(check_runs).where(check_runs.c.opened_at <= now - millis_of(KEPT_FOR)))
            stuck = [row for row in _left_alone(connection, now, older_than) if not _has_work(connection, row)]
            in_order = sorted(stuck[:MOST_AT_ONCE], key=lambda row: row.lane)
            return frozenset(self._resume(connection, row, now) for row in in_order)

    def _resume(self, connection: Connection, row: Row[Any], now: int) -> Lane:
        job = ResumeCheck(_REPO.validate_json(row.repo), HeadSha(row.head_sha), row.check_run)
        connection.execute(
            update(check_runs)
            .where(of_repo(job.repo), check_runs.c.check_run == row.check_run)
            .values(looked_at=now, resumed=row.resumed + 1)
        )
        return put_found(connection, job, job.repo, home=Lane(row.lane), now=now)


def _left_alone(connection: Connection, now: int, older_than: timedelta) -> Iterable[Row[Any]]:
    """Those that are due to be looked at, longest ago first."""
    shortest = millis_of(older_than)
    rows = connection.execute(
        select(check_runs)
        .where(check_runs.c.conclusion.is_(None), check_runs.c.looked_at <= now - shortest)
        .order_by(check_runs.c.looked_at)
    )
    return [row for row in rows if row.looked_at <= now - shortest * 2 ** min(row.resumed, LONGEST_DOUBLING)]


def _has_work(connection: Connection, row: Row[Any]) -> bool:
    """Whether a job waits, or is under way, that will conclude this check run."""
    arguments = connection.execute(
        select(jobs.c.arguments).where(
            jobs.c.finished_at.is_(None), jobs.c.home == row.lane, jobs.c.kind.in_(_ABOUT_CHECKS)
        )
    ).scalars()
    return any(json.loads(one)["check_run_id"] == row.check_run for one in arguments)
