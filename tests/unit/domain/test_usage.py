"""Tokens and money."""

from decimal import Decimal

import pytest

from app.domain.usage import MicroUsd, Price, Usage, dearest, micro_usd, shown_usd, tokens_in

PRICE = Price(input=MicroUsd(1_250_000), cached_input=MicroUsd(125_000), output=MicroUsd(10_000_000))


@pytest.mark.parametrize(
    ("usage", "cost"),
    [
        pytest.param(Usage(1_000_000, 0), 1_250_000, id="a million read"),
        pytest.param(Usage(0, 1_000_000), 10_000_000, id="a million written"),
        pytest.param(Usage(1_000_000, 0, cached_tokens=1_000_000), 125_000, id="all of it cached"),
        pytest.param(Usage(1_000, 100, cached_tokens=600), 500 + 75 + 1_000, id="some of each"),
        pytest.param(Usage(1, 0), 2, id="rounded up"),
        pytest.param(Usage(100, 0, cached_tokens=9_999), 13, id="more cached than read"),
        pytest.param(Usage(0, 0), 0, id="nothing"),
    ],
)
def test_a_call_costs_what_its_tokens_cost(usage: Usage, cost: int) -> None:
    assert PRICE.cost(usage) == cost


def test_no_call_costs_more_than_its_most() -> None:
    most = PRICE.most(input_tokens=1_000, max_output_tokens=500)

    assert most == PRICE.cost(Usage(1_000, 500)) == 6_250
    assert PRICE.cost(Usage(1_000, 500, cached_tokens=400)) < most


def test_a_price_that_nobody_knows_is_the_highest_of_each_kind() -> None:
    other = Price(input=MicroUsd(3_000_000), cached_input=MicroUsd(1), output=MicroUsd(8_000_000))

    assert dearest([PRICE, other]) == Price(MicroUsd(3_000_000), MicroUsd(125_000), MicroUsd(10_000_000))


def test_usage_adds_up() -> None:
    assert Usage(10, 5, cached_tokens=4) + Usage(1, 2) == Usage(11, 7, cached_tokens=4)
    assert (Usage(10, 5, cached_tokens=4) + Usage(1, 2)).tokens == 18


@pytest.mark.parametrize(
    ("usd", "amount"), [("1", 1_000_000), ("0.000001", 1), ("0.0000001", 1), ("2.5000001", 2_500_001), ("0", 0)]
)
def test_an_amount_is_kept_in_whole_micro_dollars_and_rounded_up(usd: str, amount: int) -> None:
    assert micro_usd(Decimal(usd)) == amount


@pytest.mark.parametrize(
    ("amount", "shown"), [(0, "$0.00"), (4_200, "$0.0042"), (999_960, "$1.0000"), (12_500_000, "$12.50")]
)
def test_money_is_shown_as_people_write_it(amount: int, shown: str) -> None:
    assert shown_usd(MicroUsd(amount)) == shown


@pytest.mark.parametrize(
    ("text", "tokens"),
    [("", 0), ("a", 1), ("return total", 4), ("日本語", 3), pytest.param("\ud800", 1, id="half a character")],
)
def test_tokens_are_estimated_by_bytes(text: str, tokens: int) -> None:
    assert tokens_in(text) == tokens
