"""Due dates and late fees of a library."""

from lending.fees import late_fee
from lending.loans import Loan, due_date

__all__ = ["Loan", "due_date", "late_fee"]
