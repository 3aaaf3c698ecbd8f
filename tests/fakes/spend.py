from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from app.domain.repo import IssueRef
from app.domain.usage import Budgets, MicroUsd
from app.ports.clock import Clock
from app.ports.spend import OverBudget, ReservationId, Reserved, Spent


@dataclass
class Call:
    issue: IssueRef
    at: datetime
    amount: MicroUsd
    expires: datetime | None


@dataclass
class InMemorySpend:
    """Implements `app.ports.spend.SpendLedger`, as honest as `tests/contract/journal/test_spend.py` makes it."""

    clock: Clock
    budgets: Budgets
    calls: dict[ReservationId, Call] = field(default_factory=dict[ReservationId, Call])

    def reserve(self, issue: IssueRef, amount: MicroUsd, *, expires_after: timedelta) -> Reserved | OverBudget:
        spent, now = self.spent(issue), self.clock.now()
        if spent.task + amount > self.budgets.task:
            return OverBudget("task", self.budgets.task, spent.task, amount)
        if spent.repository_day + amount > self.budgets.repository_day:
            return OverBudget("repository-day", self.budgets.repository_day, spent.repository_day, amount)
        if spent.organisation_month + amount > self.budgets.organisation_month:
            return OverBudget("organisation-month", self.budgets.organisation_month, spent.organisation_month, amount)
        reservation = ReservationId(len(self.calls) + 1)
        self.calls[reservation] = Call(issue, now, amount, now + expires_after)
        return Reserved(reservation, amount)

    def settle(self, reservation: ReservationId, cost: MicroUsd) -> None:
        self.calls[reservation].amount = cost
        self.calls[reservation].expires = None

    def spent(self, issue: IssueRef) -> Spent:
        now = self.clock.now()
        counted = [call for call in self.calls.values() if call.expires is None or call.expires > now]
        here = [call for call in counted if call.issue.repo.repo_id == issue.repo.repo_id]
        theirs = [call for call in counted if call.issue.repo.installation_id == issue.repo.installation_id]
        return Spent(
            task=_sum(call for call in here if call.issue.number == issue.number),
            repository_day=_sum(call for call in here if call.at.date() == now.date()),
            organisation_month=_sum(call for call in theirs if (call.at.year, call.at.month) == (now.year, now.month)),
        )


def _sum(calls: Iterable[Call]) -> MicroUsd:
    return MicroUsd(sum(call.amount for call in calls))
