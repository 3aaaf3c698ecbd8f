"""Asks a model for one run: within its budgets, with a receipt of what each question took and cost."""

from collections.abc import Generator
from dataclasses import dataclass, field
from datetime import timedelta

from app.domain.receipt import FREE, NOTHING_SPENT, Receipt, Step, StepTaken
from app.domain.repo import IssueRef
from app.domain.usage import Usage
from app.governance.spending import ask_within_budget
from app.ports.clock import Clock
from app.ports.model import Event, Finished, Model, Outcome, Request
from app.ports.spend import OverBudget, SpendLedger


class BudgetUsedUp(Exception):
    """A question would cost more than is left; nothing was asked."""

    def __init__(self, over: OverBudget) -> None:
        super().__init__(f"the {over.budget} budget has no room")
        self.over = over


@dataclass
class Asking:
    """One run's conversation with the model."""

    issue: IssueRef
    model: Model
    spend: SpendLedger
    clock: Clock
    steps: list[StepTaken] = field(default_factory=list[StepTaken])

    @property
    def receipt(self) -> Receipt:
        return Receipt(tuple(self.steps))

    def took(self, step: Step, began: float) -> None:
        """Note a step that asked nobody; `began` is a moment of this clock, in seconds."""
        self._note(step, began, NOTHING_SPENT)

    @property
    def now(self) -> float:
        return self.clock.now().timestamp()

    def ask(self, step: Step, request: Request) -> Generator[Event, None, None]:
        """The events of the answer, the last of them `Finished`.

        Raises:
            BudgetUsedUp: before anything was asked.
            ModelUnavailable, ModelRefusesUs: as `Model.ask`.
        """
        events = ask_within_budget(request, self.issue, model=self.model, spend=self.spend)
        if isinstance(events, OverBudget):
            raise BudgetUsedUp(events)
        began, usage = self.now, NOTHING_SPENT
        try:
            for event in events:
                if isinstance(event, Finished):
                    usage = event.outcome.usage or NOTHING_SPENT
                yield event
        finally:
            self._note(step, began, usage)

    def answer(self, step: Step, request: Request) -> Outcome:
        """How the answer ended, with all of its text."""
        outcome: Outcome | None = None
        for event in self.ask(step, request):
            if isinstance(event, Finished):
                outcome = event.outcome
        if outcome is None:
            raise AssertionError("an answer ended without saying how")
        return outcome

    def _note(self, step: Step, began: float, usage: Usage) -> None:
        cost = self.model.capabilities.price.cost(usage) if usage.tokens else FREE
        self.steps.append(StepTaken(step, timedelta(seconds=self.now - began), usage, cost))
