"""Loans and when they end."""

from dataclasses import dataclass
from datetime import date, timedelta

LOAN_PERIOD = timedelta(days=21)
MAX_RENEWALS = 2


@dataclass(frozen=True)
class Loan:
    """One book, lent on one day, and how often the loan was renewed."""

    title: str
    lent_on: date
    renewals: int = 0


def due_date(loan: Loan) -> date:
    """The last day on which the book can be returned without a fee.

    Raises:
        ValueError: the loan was renewed more often than is allowed.
    """
    if not 0 <= loan.renewals <= MAX_RENEWALS:
        raise ValueError(f"a loan is renewed at most {MAX_RENEWALS} times, got {loan.renewals}")
    return loan.lent_on + LOAN_PERIOD * (1 + loan.renewals)
