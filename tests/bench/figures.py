"""The figures that exist, what each must be, and what a measurement says."""

import math
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

Better = Literal["lower", "higher"]


@dataclass(frozen=True, slots=True)
class Bound:
    """What a figure must be, in its unit."""

    unit: str
    better: Better
    words: str
    limit: float
    holds: Callable[[float, float], bool]

    def admits(self, value: float) -> bool:
        return self.holds(value, self.limit)

    def __str__(self) -> str:
        return f"{self.words} {self.limit:g} {self.unit}"


def below(limit: float, unit: str) -> Bound:
    return Bound(unit, "lower", "<", limit, operator.lt)


def at_most(limit: float, unit: str) -> Bound:
    return Bound(unit, "lower", "≤", limit, operator.le)


def above(limit: float, unit: str) -> Bound:
    return Bound(unit, "higher", ">", limit, operator.gt)


def at_least(limit: float, unit: str) -> Bound:
    return Bound(unit, "higher", "≥", limit, operator.ge)


BOUNDS: Mapping[str, Bound] = {
    "sandbox.start_ms": below(30, "ms"),
    "receiver.ack_p99_ms": below(50, "ms"),
    "receiver.sustained_per_s": at_least(200, "deliveries/s"),
    "intake.event_to_check_p99_s": below(3, "s"),
    "generation.issue_to_draft_pr_s": below(2, "s"),
    "generation.issue_to_draft_pr_requests": at_most(12, "requests"),
    "generation.fast_lane_p50_s": below(30, "s"),
    "generation.fast_lane_p95_s": below(60, "s"),  # reported; nobody promises it
    "generation.context_speedup": at_least(5, "times"),
    "edits.correct_rate": above(0, "%"),  # of the other applier, which is measured with it
    "edits.wrong_applications": at_most(0, "of the cases"),
    "demo.seconds": below(180, "s"),
}


@dataclass(frozen=True, slots=True)
class Figure:
    """One measurement: a value, and what one has to know to believe it.

    `rival` is the limit where the figure has to beat what another one reached on the same cases.
    """

    name: str
    value: float
    conditions: str
    compared_with: Mapping[str, float] = field(default_factory=dict[str, float])
    rival: float | None = None

    @property
    def bound(self) -> Bound:
        bound = BOUNDS[self.name]
        return bound if self.rival is None else replace(bound, limit=self.rival)

    @property
    def is_within(self) -> bool:
        return self.bound.admits(self.value)


def group_of(name: str) -> str:
    """The part of a figure's name before the dot."""
    return name.partition(".")[0]


def expected(group: str) -> frozenset[str]:
    """The names of the figures a group owes."""
    return frozenset(name for name in BOUNDS if group_of(name) == group)


def percentile(samples: Sequence[float], percent: float) -> float:
    """The smallest sample that so many percent of the samples do not exceed (nearest rank, never interpolated)."""
    return sorted(samples)[max(1, math.ceil(len(samples) * percent / 100)) - 1]
