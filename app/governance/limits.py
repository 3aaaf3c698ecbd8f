"""What may be sent now: GitHub's limits with a margin, and the breaker that keeps ACS from flooding a conversation.

https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from app.ports.budgets import Write

READ_POINTS = 1
WRITE_POINTS = 5
PATIENT_PERCENT = 80  # how much of a limit may be used by what can wait
HOUR_KEPT_PERCENT = 2  # how much of an hour's requests nobody uses
HOUR_KEPT_FROM_PATIENT_PERCENT = 10

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so much, within any span of that length."""

    most: int
    within: timedelta


@dataclass(frozen=True, slots=True)
class WriteLimits:
    """How much one installation may write, a tenth below what GitHub documents; and how much one conversation gets.

    GitHub has 80 requests a minute and 500 an hour that create content, and 900 points a minute for all requests.
    https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits
    """

    content: Sequence[Limit] = (Limit(72, MINUTE), Limit(450, HOUR))
    points: Limit = Limit(810, MINUTE)
    comments: Limit = field(default=Limit(10, timedelta(minutes=10)))

    @property
    def longest(self) -> timedelta:
        return max(limit.within for limit in (*self.content, self.points, self.comments))


@dataclass(frozen=True, slots=True)
class Used:
    """What lies within the span of a limit that ends now: how much, and the moment of the oldest of it."""

    amount: int
    oldest: datetime | None


def room_at(limit: Limit, used: Used, cost: int, *, percent: int = 100) -> datetime | None:
    """When there may be room for the cost again; `None` where there is room now.

    Whatever is asked for alone fits: a limit below the cost of one write would hold it up for good.
    """
    if used.oldest is None or used.amount + cost <= limit.most * percent // 100:
        return None
    return used.oldest + limit.within


@dataclass(frozen=True, slots=True)
class Lately:
    """What an installation wrote lately, for each of its limits, in their order."""

    content: Sequence[Used]
    points: Used


def writes_at(write: Write, lately: Lately, limits: WriteLimits) -> datetime | None:
    """When the installation has room for the write again; `None` where it has now."""
    return max((at for at in _rooms(write, lately, limits) if at), default=None)


def points_of(write: Write) -> int:
    """https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#calculating-points-for-the-secondary-rate-limit"""
    return WRITE_POINTS + READ_POINTS * write.reads


def _rooms(write: Write, lately: Lately, limits: WriteLimits) -> Iterator[datetime | None]:
    percent = PATIENT_PERCENT if write.can_wait else 100
    yield room_at(limits.points, lately.points, points_of(write), percent=percent)
    if write.creates_content:
        for limit, used in zip(limits.content, lately.content, strict=True):
            yield room_at(limit, used, 1, percent=percent)


@dataclass(frozen=True, slots=True)
class Hour:
    """What GitHub's last answer said of the requests of this hour.

    https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#checking-the-status-of-your-rate-limit
    """

    limit: int
    remaining: int
    resets_at: datetime

    def ends_early(self, now: datetime, *, can_wait: bool = False) -> bool:
        """Whether so little is left that it is kept: for what cannot wait, or for nobody."""
        kept = HOUR_KEPT_FROM_PATIENT_PERCENT if can_wait else HOUR_KEPT_PERCENT
        return now < self.resets_at and self.remaining * 100 <= self.limit * kept
