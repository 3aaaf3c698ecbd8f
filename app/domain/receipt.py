"""What a change is expected to cost before it is made, and what it cost afterwards, step by step."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from app.domain.plan import EditingLane
from app.domain.usage import MicroUsd, Usage

Step = Literal["read", "plan", "edit", "repair", "check"]
NOTHING_SPENT = Usage(0, 0)
FREE = MicroUsd(0)


@dataclass(frozen=True, slots=True)
class StepTaken:
    """One step of a run: how long it took, and what a model cost where it was asked."""

    step: Step
    took: timedelta
    usage: Usage = NOTHING_SPENT
    cost: MicroUsd = FREE


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a run took and cost, in the order of its steps."""

    steps: tuple[StepTaken, ...] = ()

    @property
    def usage(self) -> Usage:
        return sum((step.usage for step in self.steps), NOTHING_SPENT)

    @property
    def cost(self) -> MicroUsd:
        return MicroUsd(sum(step.cost for step in self.steps))

    @property
    def took(self) -> timedelta:
        return sum((step.took for step in self.steps), timedelta())


@dataclass(frozen=True, slots=True)
class Between:
    """An interval; both ends belong to it."""

    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Quote:
    """What is expected of a plan before any of it is carried out: seconds, and millionths of a US dollar.

    `learnt_from` is how many earlier changes of the same repository the interval comes from; 0 where it is worked out
    from the plan's size and the model's price.
    """

    lane: EditingLane
    files: int
    seconds: Between
    cost: Between
    learnt_from: int = 0
