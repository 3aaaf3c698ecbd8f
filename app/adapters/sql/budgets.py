"""What installations and conversations got lately, counted in SQL for all processes."""

from datetime import datetime

import structlog
from sqlalchemy import ColumnElement, Connection, Engine, and_, delete, func, select, update

from app.adapters.sql.audit_log import append
from app.adapters.sql.engine import writing
from app.adapters.sql.lanes import hold
from app.adapters.sql.pauses import locked, pause_of
from app.adapters.sql.tables import millis, moment, writes
from app.domain.repo import IssueRef
from app.errors import Limited
from app.governance.limits import Lately, Limit, Used, WriteLimits, points_of, room_at, writes_at
from app.ports.budgets import Account, Write
from app.ports.clock import Clock
from app.ports.journal import Lease

log = structlog.stdlib.get_logger()


class SqlPermits:
    """Implements `app.ports.budgets.Permit` for one job: the fence and the budgets, in one transaction."""

    def __init__(self, engine: Engine, clock: Clock, lease: Lease, limits: WriteLimits, *, correlation_id: str) -> None:
        self._engine = engine
        self._clock = clock
        self._lease = lease
        self._limits = limits
        self._correlation_id = correlation_id

    def __call__(self, write: Write) -> None:
        now = self._clock.now()
        # what is counted comes to the disk with the confirmation of the effect, at the latest
        with writing(self._engine, forgettable=True) as connection:
            hold(connection, self._lease)
            refusal = self._refusal(connection, write, now)
            if refusal is None:
                _count(connection, write, now)
                _forget(connection, write.account, before=now - self._limits.longest)
        if refusal:
            raise refusal

    def _refusal(self, connection: Connection, write: Write, now: datetime) -> Limited | None:
        if paused := pause_of(locked(connection, write.account), write.account, now):
            return paused
        if write.comments_on and (held := self._held(connection, write.comments_on, now)):
            return held
        at = writes_at(write, self._lately(connection, write, now), self._limits)
        if at is None:
            return None
        return Limited(f"the budget of {write.account} is used up for now", retry_after=at - now)

    def _lately(self, connection: Connection, write: Write, now: datetime) -> Lately:
        of = and_(writes.c.host == write.account.host, writes.c.installation_id == write.account.installation_id)
        limits = self._limits.content if write.creates_content else ()
        return Lately(
            content=[
                _used(connection, and_(of, writes.c.content > 0), limit, writes.c.content, now) for limit in limits
            ],
            points=_used(connection, of, self._limits.points, writes.c.points, now),
        )

    def _held(self, connection: Connection, issue: IssueRef, now: datetime) -> Limited | None:
        """The breaker: one that answers itself must not flood the conversation."""
        limit = self._limits.comments
        at = room_at(limit, _used(connection, _comments_on(issue), limit, writes.c.content, now), 1)
        if at is None:
            return None
        if _is_first_held(connection, issue):
            self._tell(connection, issue, now, until=at)
        said = f"ACS wrote {limit.most} comments on {issue} within {limit.within.total_seconds():.0f} s: the next waits"
        return Limited(said, retry_after=at - now)

    def _tell(self, connection: Connection, issue: IssueRef, now: datetime, *, until: datetime) -> None:
        log.warning("comment held back", issue=str(issue), until=str(until))
        append(
            connection,
            at=millis(now),
            correlation_id=self._correlation_id,
            actor="acs",
            operation="comment.create",
            subject=str(issue),
            outcome="held back",
            facts={"until": until.isoformat(), "comments": str(self._limits.comments.most)},
        )


def _used(
    connection: Connection, which: ColumnElement[bool], limit: Limit, what: ColumnElement[int], now: datetime
) -> Used:
    lately = and_(which, writes.c.at > millis(now - limit.within))
    row = connection.execute(
        select(func.sum(what).label("amount"), func.min(writes.c.at).label("oldest")).where(lately)
    )
    amount, oldest = row.one()
    return Used(int(amount or 0), None if oldest is None else moment(oldest))


def _comments_on(issue: IssueRef) -> ColumnElement[bool]:
    repo = issue.repo
    return and_(writes.c.host == repo.host, writes.c.repo_id == repo.repo_id, writes.c.comments_on == issue.number)


def _is_first_held(connection: Connection, issue: IssueRef) -> bool:
    """Whether nothing was held back yet since the last comment; from now on something was."""
    last = select(func.max(writes.c.id)).where(_comments_on(issue)).scalar_subquery()
    marked = connection.execute(
        update(writes).where(writes.c.id == last, ~writes.c.next_was_held).values(next_was_held=True)
    )
    return marked.rowcount == 1


def _count(connection: Connection, write: Write, now: datetime) -> None:
    issue = write.comments_on
    connection.execute(
        writes.insert().values(
            host=write.account.host,
            installation_id=write.account.installation_id,
            at=millis(now),
            content=1 if write.creates_content else 0,
            points=points_of(write),
            repo_id=issue.repo.repo_id if issue else None,
            comments_on=issue.number if issue else None,
            next_was_held=False,
        )
    )


def _forget(connection: Connection, account: Account, *, before: datetime) -> None:
    of = and_(writes.c.host == account.host, writes.c.installation_id == account.installation_id)
    connection.execute(delete(writes).where(of, writes.c.at <= millis(before)))
