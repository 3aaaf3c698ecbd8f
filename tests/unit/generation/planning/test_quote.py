import pytest

from app.domain.plan import EditingLane, Plan, PlannedFile
from app.domain.receipt import Between, Quote
from app.domain.usage import MicroUsd, Price
from app.generation.planning.quote import Past, quote

PRICE = Price(input=MicroUsd(1_000_000), cached_input=MicroUsd(100_000), output=MicroUsd(8_000_000))
PLAN = Plan(
    title="Round money",
    summary="",
    lane="fast",
    risk="low",
    files=(PlannedFile("a.ts", "modify", ""), PlannedFile("a.test.ts", "create", "")),
    criteria=(),
    lines=100,
)


def past(count: int, lane: EditingLane = "fast") -> list[Past]:
    return [Past(lane, seconds=10 + number, cost=1_000 * number) for number in range(count)]


def test_without_a_past_the_size_of_the_plan_decides() -> None:
    """1,400 tokens written for 11,200 millionths, 10,000 read for 10,000; at the upper end three times over."""
    expected = quote(PLAN, read_tokens=10_000, price=PRICE)

    assert expected == Quote("fast", 2, seconds=Between(11, 109), cost=Between(21_200, 63_600))


def test_a_repository_with_a_past_is_known_by_it() -> None:
    expected = quote(PLAN, read_tokens=10_000, price=PRICE, past=past(11))

    assert expected == Quote("fast", 2, seconds=Between(11, 19), cost=Between(1_000, 9_000), learnt_from=11)


@pytest.mark.parametrize(
    "known",
    [
        pytest.param(past(9), id="too few changes"),
        pytest.param(past(9) + past(20, "deep"), id="changes of another lane"),
    ],
)
def test_what_says_too_little_of_this_plan_is_not_learnt_from(known: list[Past]) -> None:
    assert quote(PLAN, read_tokens=10_000, price=PRICE, past=known).learnt_from == 0
