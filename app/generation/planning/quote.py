"""What a plan will cost, before it is carried out: from the repository's own past, else from the plan's size.

An estimate from the size takes what the edit call reads as given, what it writes from the planned lines, and allows for
two repairs at the upper end. One from the past takes the tenth and the ninetieth percentile of what earlier changes of
the same lane cost, and needs ten of them: of fewer, the extremes say little.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor
from statistics import quantiles

from app.domain.plan import EditingLane, Plan
from app.domain.receipt import Between, Quote
from app.domain.usage import Price, Usage

ENOUGH = 10
TOKENS_PER_LINE = 12
OVERHEAD_TOKENS = 200  # of an answer: the names of files, and the markers around edits
MOST_REPAIRS = 2
TOKENS_PER_SECOND = (50, 150)  # what models write, from a slow one to a fast one
FIRST_TOKEN_SECONDS = (1, 5)
AROUND_SECONDS = (1, 10)  # reading, applying, checking, committing


@dataclass(frozen=True, slots=True)
class Past:
    """What an earlier change of the repository took and cost: seconds, millionths of a US dollar."""

    lane: EditingLane
    seconds: int
    cost: int


def quote(plan: Plan, *, read_tokens: int, price: Price, past: Sequence[Past] = ()) -> Quote:
    """What the plan is expected to take and to cost; `read_tokens` is what the edit call will read."""
    alike = [one for one in past if one.lane == plan.lane]
    if len(alike) >= ENOUGH:
        seconds, cost = _middle([one.seconds for one in alike]), _middle([one.cost for one in alike])
        return Quote(plan.lane, len(plan.files), seconds, cost, learnt_from=len(alike))
    written = plan.lines * TOKENS_PER_LINE + OVERHEAD_TOKENS
    once = price.cost(Usage(read_tokens, written))
    repaired = price.cost(Usage(read_tokens * (1 + MOST_REPAIRS), written * (1 + MOST_REPAIRS)))
    return Quote(plan.lane, len(plan.files), _seconds(written), Between(once, repaired))


def _seconds(written: int) -> Between:
    slow, fast = TOKENS_PER_SECOND
    least = FIRST_TOKEN_SECONDS[0] + written / fast + AROUND_SECONDS[0]
    most = (FIRST_TOKEN_SECONDS[1] + written / slow) * (1 + MOST_REPAIRS) + AROUND_SECONDS[1]
    return Between(round(least), round(most))


def _middle(values: Sequence[int]) -> Between:
    tenths = quantiles(values, n=10, method="inclusive")
    return Between(floor(tenths[0]), ceil(tenths[-1]))
