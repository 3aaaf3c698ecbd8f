"""What an installation, and a conversation, may get at a moment."""

from datetime import UTC, datetime, timedelta

import pytest

from app.governance.limits import HOUR, MINUTE, Hour, Lately, Limit, Used, WriteLimits, points_of, room_at, writes_at
from app.ports.budgets import Account, Write

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
SHOP = Account("github.com", 7)
NOTHING = Used(0, None)
LIMITS = WriteLimits(content=(Limit(10, MINUTE), Limit(50, HOUR)), points=Limit(100, MINUTE))


def used(amount: int, *, seconds_ago: int) -> Used:
    return Used(amount, NOW - timedelta(seconds=seconds_ago))


@pytest.mark.parametrize(
    ("spent", "cost", "room_in"),
    [
        pytest.param(NOTHING, 1, None, id="nothing was used"),
        pytest.param(used(9, seconds_ago=50), 1, None, id="the last one fits"),
        pytest.param(used(10, seconds_ago=50), 1, 10, id="one more does not, until the oldest is a minute old"),
        pytest.param(used(6, seconds_ago=5), 5, 55, id="a dear one does not fit where a cheap one would"),
        pytest.param(NOTHING, 11, None, id="what never fits is let through alone"),
    ],
)
def test_a_limit_has_room_for_so_much_within_its_span(spent: Used, cost: int, room_in: int | None) -> None:
    expected = None if room_in is None else NOW + timedelta(seconds=room_in)

    assert room_at(Limit(10, MINUTE), spent, cost) == expected


@pytest.mark.parametrize(
    ("write", "lately", "room_in"),
    [
        pytest.param(Write(SHOP), Lately((NOTHING, NOTHING), NOTHING), None, id="a quiet installation"),
        pytest.param(Write(SHOP), Lately((used(10, seconds_ago=1), NOTHING), NOTHING), 59, id="its minute is used up"),
        pytest.param(
            Write(SHOP), Lately((used(10, seconds_ago=1), used(50, seconds_ago=600)), NOTHING), 3000, id="its hour too"
        ),
        pytest.param(
            Write(SHOP, creates_content=False),
            Lately((), used(95, seconds_ago=1)),
            None,
            id="what creates no content is measured in points alone",
        ),
        pytest.param(
            Write(SHOP, creates_content=False), Lately((), used(96, seconds_ago=1)), 59, id="its points are used up"
        ),
        pytest.param(
            Write(SHOP, creates_content=False, reads=1),
            Lately((), used(95, seconds_ago=1)),
            59,
            id="reads that went before are points too",
        ),
        pytest.param(
            Write(SHOP),
            Lately((used(8, seconds_ago=1), NOTHING), NOTHING),
            None,
            id="the last fifth is for what is urgent",
        ),
        pytest.param(
            Write(SHOP, can_wait=True), Lately((used(8, seconds_ago=1), NOTHING), NOTHING), 59, id="and not for an edit"
        ),
    ],
)
def test_a_write_waits_until_every_limit_has_room(write: Write, lately: Lately, room_in: int | None) -> None:
    expected = None if room_in is None else NOW + timedelta(seconds=room_in)

    assert writes_at(write, lately, LIMITS) == expected


def test_the_limits_are_a_tenth_below_those_that_github_documents() -> None:
    minute, hour = WriteLimits().content

    assert (minute, hour) == (Limit(72, MINUTE), Limit(450, HOUR))
    assert WriteLimits().points == Limit(810, MINUTE)
    assert WriteLimits().longest == HOUR


def test_a_write_is_five_points_and_a_read_is_one() -> None:
    assert points_of(Write(SHOP, reads=3)) == 8


@pytest.mark.parametrize(
    ("remaining", "can_wait", "ends_early"),
    [(101, False, False), (100, False, True), (0, False, True), (501, True, False), (500, True, True)],
)
def test_the_last_requests_of_an_hour_are_kept(remaining: int, can_wait: bool, ends_early: bool) -> None:
    hour = Hour(5_000, remaining, resets_at=NOW + MINUTE)

    assert hour.ends_early(NOW, can_wait=can_wait) is ends_early
    assert hour.ends_early(NOW + MINUTE, can_wait=can_wait) is False
