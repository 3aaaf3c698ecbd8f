"""What a late return costs, in whole cents."""

from datetime import date

from lending.loans import Loan, due_date

CENTS_PER_DAY = 25
HIGHEST_FEE = 1000


def late_fee(loan: Loan, returned_on: date) -> int:
    """The fee for returning a book on a day: 25 cents for each day it is late, 10.00 at most."""
    days_late = (returned_on - due_date(loan)).days
    return min(max(days_late, 0) * CENTS_PER_DAY, HIGHEST_FEE)
