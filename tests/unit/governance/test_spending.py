"""A model is asked only with money that was reserved, and what it cost is settled whatever happens."""

from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from app.domain.repo import IssueRef, RepoRef
from app.domain.usage import Budgets, MicroUsd, Usage
from app.governance.spending import GRACE, ask_within_budget, most
from app.ports.model import (
    Completed,
    Empty,
    Event,
    Finished,
    ModelRefusesUs,
    ModelUnavailable,
    Outcome,
    Refused,
    Request,
    Said,
    Truncated,
    outcome_of,
)
from app.ports.spend import OverBudget
from tests.fakes.clock import SetClock
from tests.fakes.model import ScriptedModel
from tests.fakes.spend import InMemorySpend

ISSUE = IssueRef(RepoRef("github.com", 7, 42, "octo", "shop"), 3)
REQUEST = Request(
    purpose="edit",
    instructions="You edit code.",
    turns=(Said("Add a route."),),
    max_output_tokens=1_000,
    deadline=timedelta(seconds=20),
)
MOST = 5 + 4 + 10_000  # 14 and 12 bytes to read, a thousand tokens to write
USED = Usage(100, 50)
COST = 100 + 500


@dataclass
class World:
    answer: Outcome | ModelUnavailable | ModelRefusesUs
    budget: int = MOST
    clock: SetClock = field(default_factory=SetClock)

    def __post_init__(self) -> None:
        self.model = ScriptedModel([self.answer])
        budget = MicroUsd(self.budget)
        self.spend = InMemorySpend(self.clock, Budgets(budget, budget, budget))

    def ask(self, request: Request = REQUEST) -> list[Event]:
        events = ask_within_budget(request, ISSUE, model=self.model, spend=self.spend)
        assert not isinstance(events, OverBudget)
        return list(events)

    @property
    def spent(self) -> int:
        return self.spend.spent(ISSUE).task


@pytest.mark.parametrize(
    "answer",
    [Completed("Here it is.", usage=USED), Truncated("Here", "token limit", USED), Refused("No.", USED), Empty(USED)],
)
def test_what_was_used_is_paid_however_the_answer_ended(answer: Outcome) -> None:
    world = World(answer)

    assert world.ask()[-1] == Finished(answer)

    assert world.spent == COST


def test_where_nobody_says_what_was_used_all_that_was_reserved_is_paid() -> None:
    world = World(Truncated("Here", "connection"))

    world.ask()

    assert world.spent == MOST


@pytest.mark.parametrize("failure", [ModelUnavailable("not now"), ModelRefusesUs("correct the key")])
def test_who_was_not_answered_pays_nothing(failure: ModelUnavailable | ModelRefusesUs) -> None:
    world = World(failure)

    with pytest.raises(type(failure)):
        world.ask()

    assert world.spent == 0


def test_who_stops_reading_pays_all_that_was_reserved() -> None:
    world = World(Completed("Here it is.", usage=USED))
    events = ask_within_budget(REQUEST, ISSUE, model=world.model, spend=world.spend)
    assert not isinstance(events, OverBudget)
    next(events)

    del events

    assert world.spent == MOST


def test_nothing_is_asked_without_money() -> None:
    world = World(Completed("Here it is."), budget=MOST - 1)

    answer = ask_within_budget(REQUEST, ISSUE, model=world.model, spend=world.spend)

    assert answer == OverBudget("task", MicroUsd(MOST - 1), MicroUsd(0), MicroUsd(MOST))
    assert (world.model.asked, world.spent) == ([], 0)


def test_money_of_a_process_that_died_is_there_again_soon_after_the_deadline() -> None:
    world = World(Completed("Here it is."))
    ask_within_budget(REQUEST, ISSUE, model=world.model, spend=world.spend)
    assert world.spent == MOST

    world.clock.move(REQUEST.deadline + GRACE)

    assert world.spent == 0


def test_everything_that_the_model_reads_is_counted() -> None:
    model = ScriptedModel([])
    longer = replace(REQUEST, frozen=("x" * 300,), turns=(*REQUEST.turns, Said("y" * 30)))

    assert most(longer, model) - most(REQUEST, model) == 100 + 10


def test_the_outcome_is_read_to_its_end() -> None:
    world = World(Completed("Here it is.", usage=USED))
    events = ask_within_budget(REQUEST, ISSUE, model=world.model, spend=world.spend)
    assert not isinstance(events, OverBudget)

    assert outcome_of(events) == Completed("Here it is.", usage=USED)

    assert world.spent == COST
