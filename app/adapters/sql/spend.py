"""What models cost, counted in SQL for all processes."""

from dataclasses import astuple
from datetime import datetime, timedelta
from typing import get_args

from sqlalchemy import ColumnElement, Connection, Engine, and_, func, or_, select, update

from app.adapters.sql.engine import reading, writing
from app.adapters.sql.pauses import locked
from app.adapters.sql.tables import millis, model_calls
from app.domain.repo import IssueRef
from app.domain.usage import Budgets, MicroUsd
from app.ports.budgets import Account
from app.ports.clock import Clock
from app.ports.spend import Budget, OverBudget, ReservationId, Reserved, Spent


class SqlSpend:
    """Implements `app.ports.spend.SpendLedger` for every process on this database."""

    def __init__(self, engine: Engine, clock: Clock, budgets: Budgets) -> None:
        self._engine = engine
        self._clock = clock
        self._budgets = budgets

    def reserve(self, issue: IssueRef, amount: MicroUsd, *, expires_after: timedelta) -> Reserved | OverBudget:
        with writing(self._engine) as connection:
            # whoever waited for the account is later than those before, and finds what they reserved
            locked(connection, Account.of(issue.repo))
            now = self._clock.now()
            spent = _spent(connection, issue, now)
            if over := self._over(spent, amount):
                return over
            return Reserved(_insert(connection, issue, amount, at=now, expires=now + expires_after), amount)

    def settle(self, reservation: ReservationId, cost: MicroUsd) -> None:
        settled = update(model_calls).where(model_calls.c.id == reservation).values(amount=cost, expires_at=None)
        with writing(self._engine) as connection:
            connection.execute(settled)

    def spent(self, issue: IssueRef) -> Spent:
        with reading(self._engine) as connection:
            return _spent(connection, issue, self._clock.now())

    def _over(self, spent: Spent, wanted: MicroUsd) -> OverBudget | None:
        names: tuple[Budget, ...] = get_args(Budget)
        for budget, limit, before in zip(names, astuple(self._budgets), astuple(spent), strict=True):
            if before + wanted > limit:
                return OverBudget(budget, limit, before, wanted)
        return None


def _spent(connection: Connection, issue: IssueRef, now: datetime) -> Spent:
    repo, day = issue.repo, now.replace(hour=0, minute=0, second=0, microsecond=0)
    of_host = model_calls.c.host == repo.host
    of_repository = and_(of_host, model_calls.c.repo_id == repo.repo_id)
    of_organisation = and_(of_host, model_calls.c.installation_id == repo.installation_id)
    return Spent(
        task=_sum(connection, and_(of_repository, model_calls.c.number == issue.number), now),
        repository_day=_sum(connection, and_(of_repository, model_calls.c.at >= millis(day)), now),
        organisation_month=_sum(connection, and_(of_organisation, model_calls.c.at >= millis(day.replace(day=1))), now),
    )


def _sum(connection: Connection, which: ColumnElement[bool], now: datetime) -> MicroUsd:
    counts = or_(model_calls.c.expires_at.is_(None), model_calls.c.expires_at > millis(now))
    total = connection.execute(select(func.sum(model_calls.c.amount)).where(which, counts)).scalar()
    return MicroUsd(int(total or 0))


def _insert(
    connection: Connection, issue: IssueRef, amount: MicroUsd, *, at: datetime, expires: datetime
) -> ReservationId:
    row = model_calls.insert().values(
        host=issue.repo.host,
        installation_id=issue.repo.installation_id,
        repo_id=issue.repo.repo_id,
        number=issue.number,
        at=millis(at),
        amount=amount,
        expires_at=millis(expires),
    )
    return ReservationId(connection.execute(row.returning(model_calls.c.id)).scalar_one())
