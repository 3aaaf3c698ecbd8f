from datetime import date

import pytest

from lending import Loan, late_fee

LOAN = Loan("Middlemarch", date(2026, 3, 1))


@pytest.mark.parametrize(
    ("returned_on", "fee"),
    [
        pytest.param(date(2026, 3, 10), 0, id="early"),
        pytest.param(date(2026, 3, 22), 0, id="on the last day"),
        pytest.param(date(2026, 3, 23), 25, id="one day late"),
        pytest.param(date(2027, 3, 22), 1000, id="a year late"),
    ],
)
def test_a_late_return_costs_25_cents_a_day_and_10_euros_at_most(returned_on, fee):
    assert late_fee(LOAN, returned_on) == fee
