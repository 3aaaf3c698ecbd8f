"""What models may cost and have cost: money is reserved before a call and settled after it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, NewType, Protocol

from app.domain.repo import IssueRef
from app.domain.usage import MicroUsd

ReservationId = NewType("ReservationId", int)
Budget = Literal["task", "repository-day", "organisation-month"]


@dataclass(frozen=True, slots=True)
class Reserved:
    """Money that nobody else can take; it comes back by itself when its process dies."""

    reservation: ReservationId
    amount: MicroUsd


@dataclass(frozen=True, slots=True)
class OverBudget:
    """There is no room for the amount. `spent` is what was spent and reserved under that budget before."""

    budget: Budget
    limit: MicroUsd
    spent: MicroUsd
    wanted: MicroUsd


@dataclass(frozen=True, slots=True)
class Spent:
    """What stands against each budget now, spent or reserved."""

    task: MicroUsd
    repository_day: MicroUsd
    organisation_month: MicroUsd


class SpendLedger(Protocol):
    """Kept for all processes together; two reservations cannot both take the last of a budget.

    A task is an issue. An organisation is what the App is installed on. Days and months are UTC's, and a call counts
    in those in which it was reserved.
    """

    def reserve(self, issue: IssueRef, amount: MicroUsd, *, expires_after: timedelta) -> Reserved | OverBudget:
        """Take the amount from all three budgets, or from none."""
        ...

    def settle(self, reservation: ReservationId, cost: MicroUsd) -> None:
        """Replace what was reserved by what it cost: nothing, or more, and be it after the reservation expired."""
        ...

    def spent(self, issue: IssueRef) -> Spent: ...
