from datetime import date

import pytest

from lending import Loan, due_date


def test_a_loan_lasts_three_weeks():
    assert due_date(Loan("Middlemarch", date(2026, 3, 1))) == date(2026, 3, 22)


def test_each_renewal_adds_three_weeks():
    assert due_date(Loan("Middlemarch", date(2026, 3, 1), renewals=2)) == date(2026, 5, 3)


@pytest.mark.parametrize("renewals", [-1, 3])
def test_a_loan_is_renewed_at_most_twice(renewals):
    with pytest.raises(ValueError, match=f"at most 2 times, got {renewals}"):
        due_date(Loan("Middlemarch", date(2026, 3, 1), renewals))
